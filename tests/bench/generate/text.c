#include "tests/bench/generate/text.h"

#include <stdio.h>
#include <string.h>

#include "vocab/vocab.h"

/* Percent. */
enum {
    FOCUS_SHARE = 20,       /* nouns that repeat what the text is about */
    OWN_THEME_SHARE = 70,   /* of topical nouns; the rest come from the wider themes */
    ODD_SHARE = 8,          /* any noun at all */
    COMPOUND_SHARE = 16,
    COMPOUND_SHARE_PHRASE = 26,
    THREE_PARTS_SHARE = 8,  /* of compounds */
    HEAD_SHARE = 50,        /* compounds that end in one of the usual heads */
    ADJECTIVE_SHARE = 35,
    GENITIVE_SHARE = 18,
    MANY_SHARE = 30,
    KEYWORD_COMPOUND_SHARE = 35,
};

/* ---- words ------------------------------------------------------------------------------------------------------- */

static uint32_t pick(const struct voice *v, const struct word_list *list)
{
    return list->items[zipf_pick(v->zipf, v->rng, list->count)];
}

static uint32_t topic_noun(const struct voice *v)
{
    const struct word_list *topics = v->lexicon->topics;
    if (rng_chance(v->rng, OWN_THEME_SHARE))
        return pick(v, &topics[v->themes[0]]);
    uint16_t theme = v->themes[rng_below(v->rng, (uint32_t)v->theme_count)];
    int broader = vocab_entry(VOCAB_THEME, theme)->broader;
    return pick(v, &topics[broader < 0 ? theme : broader]);
}

static const struct nominal *choose_noun(const struct voice *v)
{
    uint32_t noun;
    if (rng_chance(v->rng, FOCUS_SHARE))
        noun = v->focus[rng_below(v->rng, VOICE_FOCUS)];
    else if (rng_chance(v->rng, v->topical))
        noun = topic_noun(v);
    else if (rng_chance(v->rng, ODD_SHARE))
        noun = rng_below(v->rng, (uint32_t)v->lexicon->noun_count);
    else
        noun = pick(v, &v->lexicon->general);
    return &v->lexicon->nouns[noun];
}

static bool is_vowel_byte(unsigned char c)
{
    return strchr("aeiouy", c) != NULL || c >= 0x80; /* the second byte of ä, ö, å */
}

/* Puts a hyphen between two equal vowels: kahvila-aamu. */
static void join(const char *next, char *form, size_t *len)
{
    size_t width = (unsigned char)next[0] >= 0x80 ? 2 : 1;
    if (*len < width || memcmp(form + *len - width, next, width) != 0 || !is_vowel_byte((unsigned char)form[*len - 1]))
        return;
    if (*len + 2 < FORM_BYTES) {
        form[(*len)++] = '-';
        form[*len] = '\0';
    }
}

static void append_modifier(const struct nominal *noun, char *form, size_t *len)
{
    size_t add = strlen(noun->modifier);
    join(noun->modifier, form, len);
    if (*len + add >= FORM_BYTES / 2)
        return;
    memcpy(form + *len, noun->modifier, add + 1);
    *len += add;
}

/* The parts before the last one into form; returns the last one. */
static const struct nominal *compound(const struct voice *v, char *form, size_t *len)
{
    const struct nominal *first = choose_noun(v), *last;
    append_modifier(first, form, len);
    if (rng_chance(v->rng, THREE_PARTS_SHARE))
        append_modifier(choose_noun(v), form, len);
    int tries = 0;
    do
        last = rng_chance(v->rng, HEAD_SHARE) ? &v->lexicon->nouns[pick(v, &v->lexicon->heads)] : choose_noun(v);
    while (last == first && ++tries < 4);
    join(last->lemma, form, len);
    return last;
}

static const struct nominal *noun_or_compound(const struct voice *v, double compounds, char *form, size_t *len)
{
    return rng_chance(v->rng, compounds) ? compound(v, form, len) : choose_noun(v);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void put_text(struct voice *v, const char *text, size_t len, struct buf *out)
{
    if (out->len && !strchr(" \n", out->data[out->len - 1]))
        buf_addc(out, ' ');
    buf_add(out, text, len);
    v->words++;
}

static void put(struct voice *v, const char *text, struct buf *out)
{
    put_text(v, text, strlen(text), out);
}

static void put_form(struct voice *v, const struct nominal *word, int noun_case, bool many, struct buf *out)
{
    char form[FORM_BYTES] = "";
    size_t len = 0;
    nominal_form(word, (enum noun_case)noun_case, many, form, &len);
    put(v, form, out);
}

static void put_adjective(struct voice *v, int noun_case, bool many, struct buf *out)
{
    const struct lexicon *lexicon = v->lexicon;
    put_form(v, &lexicon->adjectives[zipf_pick(v->zipf, v->rng, lexicon->adjective_count)], noun_case, many, out);
}

static void put_noun(struct voice *v, int noun_case, bool many, double compounds, struct buf *out)
{
    char form[FORM_BYTES] = "";
    size_t len = 0;
    const struct nominal *last = noun_or_compound(v, compounds, form, &len);
    nominal_form(last, (enum noun_case)noun_case, many, form, &len);
    put(v, form, out);
}

static void put_phrase(struct voice *v, int noun_case, bool many, struct buf *out)
{
    if (rng_chance(v->rng, ADJECTIVE_SHARE))
        put_adjective(v, noun_case, many, out);
    else if (rng_chance(v->rng, GENITIVE_SHARE))
        put_noun(v, CASE_GENITIVE, rng_chance(v->rng, MANY_SHARE), COMPOUND_SHARE, out);
    put_noun(v, noun_case, many, COMPOUND_SHARE_PHRASE, out);
}

static void put_possessed(struct voice *v, int noun_case, bool many, struct buf *out)
{
    char form[FORM_BYTES] = "";
    size_t len = 0;
    enum possessor possessor =
        rng_chance(v->rng, 70) ? POSSESSOR_THEIR : (enum possessor)rng_below(v->rng, POSSESSOR_COUNT);
    nominal_possessed(choose_noun(v), (enum noun_case)noun_case, many, possessor, form, &len);
    put(v, form, out);
}

static void put_too(struct voice *v, int noun_case, bool many, struct buf *out)
{
    put_noun(v, noun_case, many, 0, out);
    buf_adds(out, "kin");
}

static void put_verb(struct voice *v, bool acting, int form_wanted, struct buf *out)
{
    char form[FORM_BYTES] = "";
    size_t len = 0;
    uint32_t verb = pick(v, acting ? &v->lexicon->acting : &v->lexicon->alone);
    verb_form(&v->lexicon->verbs[verb], (enum verb_form)form_wanted, form, &len);
    put(v, form, out);
}

/* Finland itself, for what is not of one municipality. */
static const char *const finland[] = {"Suomi", "Suomen", "Suomessa", "Suomesta", "Suomeen"};

static void put_town(struct voice *v, int place_form, struct buf *out)
{
    static const int inside[] = {CASE_NOMINATIVE, CASE_GENITIVE, CASE_INESSIVE, CASE_ELATIVE, CASE_ILLATIVE};
    static const int outside[] = {CASE_NOMINATIVE, CASE_GENITIVE, CASE_ADESSIVE, CASE_ABLATIVE, CASE_ALLATIVE};
    if (v->town < 0) {
        put(v, finland[place_form], out);
        return;
    }
    const struct town *town = &v->lexicon->towns[v->town];
    if (!town->inflects || place_form == PLACE_NOM)
        put(v, vocab_entry(VOCAB_AREA, (size_t)v->town)->label[UI_FI], out);
    else
        put_form(v, &town->name, (town->on ? outside : inside)[place_form], town->many, out);
}

static void put_day(struct voice *v, struct buf *out)
{
    static const char *const days[] = {"maanantaisin", "tiistaisin",  "keskiviikkoisin", "torstaisin",
                                       "perjantaisin", "lauantaisin", "sunnuntaisin"};
    put(v, days[v->weekday < 0 ? (int)rng_below(v->rng, 7) : v->weekday], out);
}

static void put_clock(struct voice *v, struct buf *out)
{
    char text[16];
    int minute = v->minute < 0 ? 15 * rng_range(v->rng, 9 * 4, 19 * 4) : v->minute;
    size_t len = (size_t)snprintf(text, sizeof text, minute % 60 ? "%d.%02d" : "%d", minute / 60, minute % 60);
    put_text(v, text, len, out);
}

static void put_number(struct voice *v, int from, int to, struct buf *out)
{
    char text[16];
    int span = to - from;
    size_t len = (size_t)snprintf(text, sizeof text, "%d", from + (int)(span * rng_real(v->rng) * rng_real(v->rng)));
    put_text(v, text, len, out);
}

static const struct nominal *any(const struct voice *v, const struct nominal *list, size_t count)
{
    return &list[zipf_pick(v->zipf, v->rng, count)];
}

static void put_piece(struct voice *v, const struct piece *p, struct buf *out)
{
    bool many = p->number == NUMBER_ANY ? rng_chance(v->rng, MANY_SHARE) : p->number == NUMBER_MANY;
    char form[FORM_BYTES] = "";
    size_t len = 0;
    switch (p->slot) {
    case 0: put_text(v, p->text, p->len, out); break;
    case 'N': put_phrase(v, p->form, many, out); break;
    case 'M': put_noun(v, p->form, many, COMPOUND_SHARE, out); break;
    case 'K': put_noun(v, p->form, many, 100, out); break;
    case 'O': put_possessed(v, p->form, many, out); break;
    case 'L': put_too(v, p->form, many, out); break;
    case 'A': put_adjective(v, p->form, many, out); break;
    case 'V': put_verb(v, true, p->form, out); break;
    case 'W': put_verb(v, false, p->form, out); break;
    case 'F': put_form(v, any(v, v->lexicon->first_names, v->lexicon->first_name_count), p->form, false, out); break;
    case 'S':
        nominal_form(any(v, v->lexicon->surnames, v->lexicon->surname_count), CASE_NOMINATIVE, false, form, &len);
        put(v, form, out);
        break;
    case 'T': put_town(v, p->form, out); break;
    case 'G': put(v, v->organisation, out); break;
    case 'D': put_day(v, out); break;
    case 'C': put_clock(v, out); break;
    case 'H': put_number(v, 2, 90, out); break;
    case 'E': put_number(v, 2, 120, out); break;
    default: put_number(v, 1990, 2027, out); break;
    }
    if (p->sign)
        buf_addc(out, p->sign);
}

void text_capitalise(struct buf *out, size_t at)
{
    if (at >= out->len)
        return;
    unsigned char *c = (unsigned char *)out->data + at;
    if (c[0] >= 'a' && c[0] <= 'z')
        c[0] = (unsigned char)(c[0] - 32);
    else if (c[0] == 0xC3 && at + 1 < out->len && c[1] >= 0xA0)
        c[1] = (unsigned char)(c[1] - 32);
}

/* Appends the pattern as the beginning of a sentence. */
static void put_pattern(struct voice *v, const struct pattern *pattern, struct buf *out)
{
    bool space = out->len && out->data[out->len - 1] != '\n';
    size_t start = out->len + space;
    for (size_t i = 0; i < pattern->count; i++)
        put_piece(v, &pattern->pieces[i], out);
    text_capitalise(out, start);
}

static const struct pattern *choose_pattern(const struct voice *v, enum pattern_set set)
{
    return &v->grammar->sets[set][rng_below(v->rng, (uint32_t)v->grammar->counts[set])];
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

void voice_start(struct voice *v)
{
    v->topical = 45;
    v->words = 0;
    for (size_t i = 0; i < VOICE_FOCUS; i++)
        v->focus[i] = i + 1 < VOICE_FOCUS ? topic_noun(v) : pick(v, &v->lexicon->general);
}

void text_title(struct voice *v, struct buf *out)
{
    size_t start = out->len, before = v->words;
    double topical = v->topical;
    v->topical = 80;
    for (int tries = 0; tries < 5; tries++) {
        if (out->len > start)
            out->data[out->len = start] = '\0';
        v->words = before;
        put_pattern(v, choose_pattern(v, SET_TITLE), out);
        if (v->words - before >= 2 && v->words - before <= 6)
            break;
    }
    v->topical = topical;
}

void text_sentences(struct voice *v, enum pattern_set set, size_t words, bool paragraphs, struct buf *out)
{
    size_t before = v->words, sentences = 0, in_paragraph = (size_t)rng_range(v->rng, 3, 6);
    while (v->words - before < words) {
        const struct pattern *pattern = choose_pattern(v, set);
        put_pattern(v, pattern, out);
        if (!strchr("?!", out->data[out->len - 1]))
            buf_addc(out, pattern->end);
        if (paragraphs && ++sentences == in_paragraph && v->words - before < words) {
            buf_adds(out, "\n\n");
            sentences = 0;
        }
    }
}

void text_line(struct voice *v, enum pattern_set set, struct buf *out)
{
    put_pattern(v, choose_pattern(v, set), out);
}

void text_keyword(struct voice *v, struct buf *out)
{
    double topical = v->topical;
    v->topical = 90;
    put_noun(v, CASE_NOMINATIVE, false, KEYWORD_COMPOUND_SHARE, out);
    v->topical = topical;
}

void text_address(struct voice *v, struct buf *out)
{
    static const char *const streets[] = {"katu", "tie", "kuja", "polku", "raitti", "aukio"};
    static const double weights[] = {10, 8, 2, 1, 1, 0.5};
    const struct lexicon *lexicon = v->lexicon;
    char form[FORM_BYTES] = "";
    size_t len = 0;
    if (rng_chance(v->rng, 30))
        nominal_form(any(v, lexicon->first_names, lexicon->first_name_count), CASE_GENITIVE, false, form, &len);
    else
        append_modifier(&lexicon->nouns[rng_below(v->rng, (uint32_t)lexicon->noun_count)], form, &len);
    size_t start = out->len;
    buf_add(out, form, len);
    buf_adds(out, streets[rng_weighted(v->rng, weights, sizeof weights / sizeof *weights)]);
    text_capitalise(out, start);
    buf_addf(out, " %d", rng_range(v->rng, 1, 60));
    if (rng_chance(v->rng, 25))
        buf_addf(out, " %c", 'A' + (int)rng_below(v->rng, 4));
}

void text_person(struct voice *v, struct buf *name, struct buf *ascii)
{
    const struct nominal *first = any(v, v->lexicon->first_names, v->lexicon->first_name_count);
    const struct nominal *last = any(v, v->lexicon->surnames, v->lexicon->surname_count);
    buf_addf(name, "%s %s", first->lemma, last->lemma);
    text_ascii(first->lemma, STEM_BYTES, ascii);
    buf_addc(ascii, '.');
    text_ascii(last->lemma, STEM_BYTES, ascii);
}

/* The plain letter of a two-byte letter that Finnish names have. */
static char plain_letter(unsigned char second)
{
    switch (second | 0x20) {
    case 0xA4: case 0xA5: return 'a';
    case 0xB6: return 'o';
    case 0xA9: return 'e';
    default: return 'x';
    }
}

void text_ascii(const char *text, size_t most, struct buf *out)
{
    bool gap = false;
    size_t start = out->len;
    for (const unsigned char *c = (const unsigned char *)text; *c && out->len - start + gap < most; c++) {
        char letter = (char)(*c | 0x20);
        if (*c == 0xC3 && c[1]) {
            letter = plain_letter(*++c);
        } else if (*c >= '0' && *c <= '9') {
            letter = (char)*c;
        } else if (letter < 'a' || letter > 'z') {
            gap = out->len > start;
            continue;
        }
        if (gap)
            buf_addc(out, '-');
        gap = false;
        buf_addc(out, letter);
    }
}
