#include "search/understand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "search/phrases.h"
#include "search/umbrellas.h"
#include "search/weights.h"
#include "search/wordbook.h"

/* A value that a phrase names. */
struct named {
    enum facet facet;
    uint16_t values[WEEKDAYS];
    size_t count;
    bool meets; /* a record that has the value has the words too */
    bool alone; /* only the whole word names it, no part of a compound */
    const char *form; /* only this form of the word; NULL: any */
};

struct gazetteer {
    struct phrases *phrases; /* value: index of a named */
    struct named *named;
    size_t count, cap;
};

void gazetteer_free(struct gazetteer *g)
{
    if (!g)
        return;
    phrases_free(g->phrases);
    free(g->named);
    free(g);
}

/* ---- making it -------------------------------------------------------------------------------------------------- */

struct making {
    struct gazetteer *gazetteer;
    struct analyser *analyser;
    struct err *err;
};

static enum status add_named(const struct making *m, const struct named *named)
{
    struct gazetteer *g = m->gazetteer;
    struct named *grown = grow(g->named, g->count, &g->cap, sizeof *grown);
    if (!grown)
        return err_set(m->err, STATUS_NOMEM, "out of memory for the names of the vocabularies");
    g->named = grown;
    g->named[g->count++] = *named;
    return STATUS_OK;
}

static size_t letters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static bool is_one_of(const char *list, const char *text, size_t len)
{
    for (size_t item; *list; list += item + (list[item] == ' ')) {
        item = strcspn(list, " ");
        if (item == len && strncasecmp(list, text, len) == 0)
            return true;
    }
    return false;
}

#define NEGATIONS "ei ilman ingen inget inga inte utan no not without out mist muuta kuin"

/* Closed-class words go from names as they go from queries.  "ei ajanvarausta" would then be a time to book,
 * "föräldrar som mist ett barn" any parents and "voi tulla" whatever comes: such names are none in free text.  But
 * "på nätet" is still the net. */
static enum status keeps_meaning(const struct making *m, const char *text, size_t len, bool *keeps)
{
    size_t at = 0, kept = 0;
    bool negated = false, changed = false;
    struct token token;
    struct wordbook_word scratch;
    while (token_next(text, len, &at, &token)) {
        const struct word *word;
        const char *item = text + token.offset;
        TRY(wordbook_analyse(m->analyser, item, token.len, &scratch, &word, m->err));
        kept += !word->function;
        negated |= word->function && is_one_of(NEGATIONS, item, token.len);
        changed |= word->function && !is_one_of("i på för av till att a an at for in of on the to", item, token.len);
    }
    *keeps = !negated && (kept > 1 || !changed);
    return STATUS_OK;
}

/* Names that are everyday words of other meanings: seuraa is company, not clubs; a residence is no residents,
 * and what is done maksutta has the same lemma as a price. */
static bool is_mute(const char *text, size_t len)
{
    return is_one_of("seurat residents maksutta", text, len);
}

/* A label that is too short for free text, too long for a phrase or of closed-class words alone is no name there. */
static enum status add_phrase(const struct making *m, const char *text, size_t len, int lang)
{
    static const enum text_lang langs[UI_LANG_COUNT] = {TEXT_FI, TEXT_SV, TEXT_EN};
    enum facet facet = m->gazetteer->named[m->gazetteer->count - 1].facet;
    struct err err = {0};
    bool keeps;
    if (letters(text, len) < (size_t)(facet == FACET_WEEKDAY ? 4 : UNDERSTAND_LABEL_LETTERS) || is_mute(text, len))
        return STATUS_OK;
    TRY(keeps_meaning(m, text, len, &keeps));
    if (!keeps)
        return STATUS_OK;
    /* places are met by their names, not by stems: Kides is not kids */
    enum status status = phrases_add(m->gazetteer->phrases, m->analyser, text, len,
                                     facet == FACET_AREA ? TEXT_FI : langs[lang], (uint32_t)m->gazetteer->count - 1,
                                     &err);
    if (status == STATUS_OK || status == STATUS_INVALID)
        return STATUS_OK;
    return err_set(m->err, status, "%s", err.message);
}

/* Narrower things stand among a theme's Finnish alternatives (jumppa: tuolijumppa): there the text must say the word.
 * In the other languages the label is often all that can be met. */
static bool alternative_meets(enum facet facet, int lang)
{
    return facet != FACET_THEME || lang != UI_FI;
}

static enum status add_entry(const struct making *m, enum facet facet, size_t ordinal, bool meets)
{
    const struct vocab_entry *entry = vocab_entry(facet_vocab(facet), ordinal);
    struct named label = {.facet = facet, .values = {(uint16_t)ordinal}, .count = 1, .meets = meets};
    struct named other = label;
    other.alone = facet == FACET_AREA; /* names of old: Valtimo, but not valtimotauti */
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        const char *list = entry->alt[lang], *item;
        size_t len;
        TRY(add_named(m, &label));
        TRY(add_phrase(m, entry->label[lang], strlen(entry->label[lang]), lang));
        other.meets = meets && alternative_meets(facet, lang);
        TRY(add_named(m, &other));
        while (vocab_list_next(&list, &item, &len))
            TRY(add_phrase(m, item, len, lang));
    }
    return STATUS_OK;
}

/* Codes whose names are everyday words of other meanings, or that nearly every record has. */
static bool speaks(enum facet facet, const char *code)
{
    static const struct {
        enum facet facet;
        const char *code;
    } silent[] = {{FACET_KIND, "activity"}, {FACET_KIND, "organisation"}, {FACET_FORM, "group"}};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (silent[i].facet == facet && strcmp(silent[i].code, code) == 0)
            return false;
    return true;
}

static enum status add_vocabulary(const struct making *m, enum facet facet, bool meets)
{
    enum vocab_name vocab = facet_vocab(facet);
    for (size_t i = 0; i < vocab_size(vocab); i++)
        if (speaks(facet, vocab_entry(vocab, i)->code))
            TRY(add_entry(m, facet, i, meets));
    return STATUS_OK;
}

/* The people of a municipality: espoolainen, mikkeliläinen; kontiolahtelainen, siilinjärveläinen, kauniaislainen. */
static enum status add_people(const struct making *m, size_t ordinal)
{
    static const struct {
        const char *ends, *gets; /* the last part of the name, and what it is before the ending */
    } stems[] = {
        {"lahti", "lahte"}, {"järvi", "järve"}, {"niemi", "nieme"}, {"joki", "joke"}, {"mäki", "mäke"},
        {"salmi", "salme"}, {"saari", "saare"}, {"koski", "koske"}, {"suo", "suo"}, {"nen", "s"},
    };
    const char *name = vocab_entry(VOCAB_AREA, ordinal)->label[UI_FI], *gets = "", *last = name;
    size_t len = strlen(name), kept = len;
    char word[VOCAB_LABEL_BYTES + 16];
    if (len >= VOCAB_LABEL_BYTES)
        return STATUS_OK;
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        size_t ends = strlen(stems[i].ends);
        if (len >= ends && strcasecmp(name + len - ends, stems[i].ends) == 0) {
            kept = len - ends;
            last = gets = stems[i].gets;
        }
    }
    snprintf(word, sizeof word, "%.*s%s%s", (int)kept, name, gets, strpbrk(last, "aouAOU") ? "lainen" : "läinen");
    return add_phrase(m, word, strlen(word), UI_FI);
}

static enum status add_areas(const struct making *m)
{
    TRY(add_vocabulary(m, FACET_AREA, true));
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        struct named named = {.facet = FACET_AREA, .values = {(uint16_t)i}, .count = 1, .meets = true};
        if (area_at(i)->type != AREA_MUNICIPALITY)
            continue;
        TRY(add_named(m, &named));
        TRY(add_people(m, i));
    }
    int uusimaa = area_find(AREA_REGION, "Uusimaa", strlen("Uusimaa"));
    struct named region = {.facet = FACET_AREA, .values = {(uint16_t)uusimaa}, .count = 1, .meets = true};
    if (uusimaa >= 0) { /* the dictionary reads the bare name as a form of uusia */
        TRY(add_named(m, &region));
        TRY(add_phrase(m, "Uudenmaan", strlen("Uudenmaan"), UI_FI));
    }
    for (size_t i = 0; i < area_merge_count(); i++) {
        const struct area_merge *merge = area_merge_at(i);
        struct named named = {.facet = FACET_AREA, .values = {merge->municipality}, .count = 1, .meets = true,
                              .alone = true};
        TRY(add_named(m, &named));
        TRY(add_phrase(m, merge->old_name_fi, strlen(merge->old_name_fi), UI_FI));
    }
    return STATUS_OK;
}

/* Days that have a name together. */
static enum status add_days(const struct making *m)
{
    static const struct {
        const char *phrase;
        int lang;
        uint16_t first, last;
    } days[] = {
        {"viikonloppu", UI_FI, 5, 6}, {"viikonloppuisin", UI_FI, 5, 6}, {"veckoslut", UI_SV, 5, 6},
        {"helg", UI_SV, 5, 6}, {"weekend", UI_EN, 5, 6}, {"arki", UI_FI, 0, 4}, {"arkisin", UI_FI, 0, 4},
        {"arkipäivä", UI_FI, 0, 4}, {"vardag", UI_SV, 0, 4}, {"weekday", UI_EN, 0, 4},
    };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct named named = {.facet = FACET_WEEKDAY};
        for (uint16_t day = days[i].first; day <= days[i].last; day++)
            named.values[named.count++] = day;
        TRY(add_named(m, &named));
        TRY(add_phrase(m, days[i].phrase, strlen(days[i].phrase), days[i].lang));
    }
    return STATUS_OK;
}

static enum status add_umbrella(const struct making *m, const struct umbrella *umbrella)
{
    struct named named = {.facet = umbrella->facet, .meets = true, .form = umbrella->form};
    const char *codes = umbrella->codes, *item;
    size_t len;
    while (vocab_list_next(&codes, &item, &len) && named.count < WEEKDAYS) {
        int ordinal = vocab_find(facet_vocab(umbrella->facet), item, len);
        if (ordinal >= 0)
            named.values[named.count++] = (uint16_t)ordinal;
    }
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        const char *list = umbrella->words[lang];
        while (list && vocab_list_next(&list, &item, &len)) {
            TRY(add_named(m, &named));
            TRY(add_phrase(m, item, len, lang));
        }
    }
    return STATUS_OK;
}

static enum status add_umbrellas(const struct making *m)
{
    for (const struct umbrella *u = umbrellas; u->codes; u++)
        TRY(add_umbrella(m, u));
    return STATUS_OK;
}

static enum status add_all(const struct making *m)
{
    TRY(add_areas(m));
    TRY(add_vocabulary(m, FACET_AUDIENCE, true));
    TRY(add_vocabulary(m, FACET_THEME, true));
    TRY(add_vocabulary(m, FACET_KIND, false));
    TRY(add_vocabulary(m, FACET_FORM, true));
    TRY(add_vocabulary(m, FACET_ACCESSIBLE, true));
    TRY(add_vocabulary(m, FACET_THRESHOLD, true));
    TRY(add_vocabulary(m, FACET_LANGUAGE, true));
    TRY(add_vocabulary(m, FACET_FREE, false));
    TRY(add_vocabulary(m, FACET_WEEKDAY, false));
    TRY(add_vocabulary(m, FACET_TIME, false));
    TRY(add_umbrellas(m));
    return add_days(m);
}

enum status gazetteer_new(struct gazetteer **gazetteer, struct analyser *analyser, struct err *err)
{
    struct gazetteer *g = calloc(1, sizeof *g);
    if (!g)
        return err_set(err, STATUS_NOMEM, "out of memory for the names of the vocabularies");
    struct making making = {g, analyser, err};
    enum status status = phrases_new(&g->phrases, err);
    if (status == STATUS_OK)
        status = add_all(&making);
    if (status != STATUS_OK) {
        gazetteer_free(g);
        return status;
    }
    *gazetteer = g;
    return STATUS_OK;
}

/* ---- understanding ---------------------------------------------------------------------------------------------- */

static bool is_soft(enum facet facet)
{
    return facet == FACET_WEEKDAY || facet == FACET_TIME || facet == FACET_FREE || facet == FACET_AGE;
}

/* selkokielellä, venäjänkielinen, kieli: a word that says by itself that a language is meant. */
static bool says_language(const struct query_word *word)
{
    const struct posting_term *exact = &word->whole.terms[0];
    return memmem(exact->text, exact->len, "kiel", 4) != NULL;
}

/* The name of a language is that of its country too: only "venäjäksi" and "venäjänkielinen" mean the language. */
static bool means_language(const struct query_word *word)
{
    const struct posting_term *exact = &word->whole.terms[0];
    return !word->known || (exact->len > 4 && memcmp(exact->text + exact->len - 3, "ksi", 3) == 0) ||
           says_language(word);
}

static bool ends(const struct posting_term *term, const char *with)
{
    size_t len = strlen(with);
    return term->len > len && memcmp(term->text + term->len - len, with, len) == 0;
}

/* "Mieheni juo", "mies lyö": somebody else in the client's life, not whom the thing sought is for. */
static bool means_audience(const struct query *query, const struct query_word *word)
{
    static const char *const possessives[] = {"ni", "nsa", "nsä", "mme", "nne"};
    const struct posting_term *exact = &word->whole.terms[0];
    if (query->word_count == 1 || !word->known)
        return true;
    for (size_t i = 0; i < sizeof possessives / sizeof *possessives; i++)
        if (ends(exact, possessives[i]))
            return false;
    return strcmp(exact->text + 1, "mies") != 0 && strcmp(exact->text + 1, "nainen") != 0;
}

static bool starts(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

static bool says_speaking(const struct query *query, size_t word)
{
    const char *text = word < query->word_count ? query->words[word].text : "";
    return starts(text, "puhu") || starts(text, "talar") || starts(text, "talande") || starts(text, "speak");
}

static bool means(const struct query *query, size_t first, size_t words, const struct named *named)
{
    if (named->form && strcasecmp(query->words[first].text, named->form) != 0)
        return false;
    if (words > 1)
        return true;
    if (named->facet == FACET_AUDIENCE)
        return means_audience(query, &query->words[first]);
    return named->facet != FACET_LANGUAGE || means_language(&query->words[first]) ||
           says_speaking(query, first + 1) || (first > 0 && says_speaking(query, first - 1));
}

/* A municipality of a name goes before a region, and that before a wellbeing services county. */
static bool better_area(uint16_t than, uint16_t value)
{
    static const int order[AREA_TYPE_COUNT] = {[AREA_MUNICIPALITY] = 0, [AREA_REGION] = 1, [AREA_WELLBEING] = 2,
                                               [AREA_NATIONWIDE] = 3, [AREA_ONLINE] = 4};
    return order[area_at(value)->type] < order[area_at(than)->type];
}

static void join_values(struct query_value *known, const struct named *named)
{
    known->meets |= named->meets && !known->from_part;
    if (known->facet == FACET_AREA) {
        if (better_area(known->values[0], named->values[0]))
            known->values[0] = named->values[0];
        return;
    }
    for (size_t i = 0; i < named->count; i++) {
        bool has = false;
        for (size_t v = 0; v < known->value_count; v++)
            has |= known->values[v] == named->values[i];
        if (!has && known->value_count < WEEKDAYS)
            known->values[known->value_count++] = named->values[i];
    }
}

static void add_value(struct query *query, size_t first, size_t words, bool from_part, const struct named *named)
{
    for (size_t i = 0; i < query->value_count; i++) {
        struct query_value *known = &query->values[i];
        if (known->facet == named->facet && known->first == first && known->words == words &&
            known->from_part == from_part) {
            join_values(known, named);
            return;
        }
    }
    if (query->value_count == QUERY_VALUES)
        return;
    struct query_value *value = &query->values[query->value_count++];
    *value = (struct query_value){.facet = named->facet, .first = first, .words = words, .from_part = from_part,
                                  .meets = named->meets && !from_part, .value_count = named->count};
    memcpy(value->values, named->values, sizeof value->values);
}

/* One facet is named once by a word: the longest phrase has it. */
static bool covered(const struct query *query, enum facet facet, size_t first, size_t words)
{
    for (size_t i = 0; i < query->value_count; i++) {
        const struct query_value *v = &query->values[i];
        if (v->facet == facet && v->words > words && first < v->first + v->words && v->first < first + words)
            return true;
    }
    return false;
}

/* All phrases of that many words. */
static void find_phrases(const struct gazetteer *g, struct query *query, size_t words)
{
    for (size_t first = 0; first + words <= query->word_count; first++) {
        struct phrase_hit hits[PHRASE_HITS];
        size_t count = phrases_at(g->phrases, query, first, hits);
        for (size_t h = 0; h < count; h++) {
            const struct named *named = &g->named[hits[h].value];
            if (hits[h].words == words && means(query, first, words, named) &&
                !covered(query, named->facet, first, words))
                add_value(query, first, words, false, named);
        }
    }
}

/* The values of one part's names; true when an area is among them. */
static bool add_named_parts(const struct gazetteer *g, struct query *query, size_t word,
                            const struct query_group *part, bool areas, bool audiences)
{
    struct phrase_hit hits[PHRASE_HITS];
    size_t count = phrases_at_part(g->phrases, part, hits);
    bool found = false;
    for (size_t h = 0; h < count; h++) {
        const struct named *named = &g->named[hits[h].value];
        bool area = named->facet == FACET_AREA && areas && !named->alone;
        if (area || (named->facet == FACET_AUDIENCE && audiences))
            add_value(query, word, 1, true, named);
        found |= area;
    }
    return found;
}

/* Kontiolahti-talo is in Kontiolahti, not in Lahti: two parts that are one name together. */
static bool find_joined(const struct gazetteer *g, struct query *query, size_t w, const struct query_group *first)
{
    bool found = false;
    for (size_t a = 0; a < first[0].term_count; a++) {
        for (size_t b = 0; b < first[1].term_count; b++) {
            const struct posting_term *head = &first[0].terms[a], *tail = &first[1].terms[b];
            char text[2 * ANALYSE_TERM_BYTES];
            if (head->text[0] != TERM_WHOLE || tail->text[0] != TERM_WHOLE ||
                head->len + tail->len > ANALYSE_TERM_BYTES)
                continue;
            int len = snprintf(text, sizeof text, "%.*s%.*s", (int)head->len, head->text, (int)tail->len - 1,
                               tail->text + 1);
            const struct posting_term joined = {.text = text, .len = (uint8_t)len};
            const struct query_group group = {.terms = &joined, .term_count = 1};
            found |= add_named_parts(g, query, w, &group, true, false);
        }
    }
    return found;
}

/* vanhustenkerho, Kontiolahti-talo: a part of a compound that names whom it is for, or where it is.  Places stand
 * first unless a hyphen sets them off: merikotka is not in Kotka, Itä-Helsinki is in Helsinki. */
static void find_in_parts(const struct gazetteer *g, struct query *query)
{
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        if (word->literal || query_named(query, w))
            continue;
        bool hyphen = strchr(word->text, '-') != NULL;
        for (size_t p = 0; p < word->part_count; p++) {
            bool areas = hyphen || p == 0;
            bool joined = areas && p + 1 < word->part_count && find_joined(g, query, w, &word->parts[p]);
            add_named_parts(g, query, w, &word->parts[p], areas && !joined, true);
            p += joined;
        }
    }
}

static bool means_years(const char *text)
{
    return starts(text, "vuot") || strcasecmp(text, "v") == 0 || starts(text, "år") || starts(text, "year");
}

/* Records seldom state ages, but often whom they are for. */
static void add_age_group(struct query *query, size_t first, size_t words, unsigned age)
{
    static const struct {
        unsigned from, to;
        const char *audience;
    } groups[] = {{0, 14, "lapset"}, {13, 19, "nuoret"}, {18, 29, "nuoret-aikuiset"}, {63, 120, "ikaihmiset"}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        int ordinal = vocab_find(VOCAB_AUDIENCE, groups[i].audience, strlen(groups[i].audience));
        struct named named = {.facet = FACET_AUDIENCE, .values = {(uint16_t)ordinal}, .count = 1};
        if (ordinal >= 0 && groups[i].from <= age && age <= groups[i].to)
            add_value(query, first, words, false, &named);
    }
}

/* 70 years old, 70 år gammal, 70 vuotta vanha. */
static bool says_old(const struct query_word *word)
{
    return !word->literal && (strcasecmp(word->text, "old") == 0 || starts(word->text, "gam") ||
                              starts(word->text, "vanh"));
}

/* 70-vuotiaalle, 70v, 70-åring; 70 vuotta, 70 years, 70 years old. */
static void find_ages(struct query *query)
{
    for (size_t w = 0; w < query->word_count; w++) {
        const char *text = query->words[w].text;
        size_t digits = strspn(text, "0123456789"), words = 1;
        if (query->words[w].literal || digits == 0 || digits > 3 || atoi(text) > REQUEST_AGE_MOST)
            continue;
        const char *rest = text + digits;
        if (*rest == '-' && strspn(rest + 1, "0123456789")) /* 3-6-vuotiaille: from 3 */
            rest += 1 + strspn(rest + 1, "0123456789");
        rest += *rest == '-';
        if (!*rest && w + 1 < query->word_count && !query->words[w + 1].literal) {
            rest = query->words[w + 1].text;
            words = 2;
        }
        struct named named = {.facet = FACET_AGE, .values = {(uint16_t)atoi(text)}, .count = 1};
        if (!means_years(rest))
            continue;
        if (w + words < query->word_count && says_old(&query->words[w + words]))
            words++;
        add_value(query, w, words, false, &named);
        add_age_group(query, w, words, named.values[0]);
    }
}

static void find_postal_codes(struct query *query)
{
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        int area = word->literal ? -1 : area_of_postal_code(word->text, word->len);
        struct named named = {.facet = FACET_AREA, .values = {(uint16_t)area}, .count = 1, .meets = true};
        if (area >= 0)
            add_value(query, w, 1, false, &named);
    }
}

/* A text that says a country's name seldom means that its language is spoken. */
static double language_share(const struct query_word *word)
{
    return says_language(word) ? 1 : weights.text_language;
}

/* The least of the shares that the named values leave to the word's texts. */
static double text_share(const struct query *query, size_t word)
{
    double share = 1;
    for (size_t v = 0; v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        double left = value->facet == FACET_AREA       ? weights.text_area
                      : value->facet == FACET_LANGUAGE ? language_share(&query->words[word])
                      : value->facet == FACET_AUDIENCE ? weights.text_audience
                      : value->facet == FACET_THEME    ? weights.text_theme
                                                       : 1;
        if (value->meets && value->first <= word && word < value->first + value->words && left < share)
            share = left;
    }
    return share;
}

static void lessen_texts(struct query *query)
{
    for (size_t w = 0; w < query->word_count; w++) {
        double share = text_share(query, w), whole = query->words[w].share;
        if (share < 1)
            query_word_lessen(&query->words[w], share);
        query->words[w].share = whole;
    }
}

/* A base form of the word is one of what people are to each other, alone or at the end of a compound. */
static bool says_role(const struct query_word *word)
{
    static const char *const roles[] = {"kaveri", "ystava", "henkilo", "vapaaehtoinen", "auttaja", "saattaja",
                                        "ohjaaja", "kummi", "opas", "kuljettaja", "kuski", "lukija", "vierailija",
                                        "mentori", "tuutori", "soittaja", "kouluttaja", "tukiperhe"};
    for (size_t t = 0; t < word->own_terms; t++)
        for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
            if (word->whole.terms[t].text[0] == TERM_WHOLE && ends(&word->whole.terms[t], roles[r]))
                return true;
    return false;
}

/* Who wants to be somebody's friend, driver or reader offers help: ystäväksi, juttukaveriksi, tukihenkilöksi. */
static void find_offers(struct query *query)
{
    int volunteer = vocab_find(VOCAB_KIND, "volunteer", strlen("volunteer"));
    struct named named = {.facet = FACET_KIND, .values = {(uint16_t)volunteer}, .count = 1};
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        if (!word->literal && ends(&word->whole.terms[0], "ksi") && says_role(word))
            add_value(query, w, 1, false, &named);
    }
}

bool gazetteer_has(const struct gazetteer *g, const struct query *query, size_t word)
{
    struct phrase_hit hits[PHRASE_HITS];
    return phrases_at(g->phrases, query, word, hits) > 0;
}

static void set_when(struct query_value *value)
{
    uint8_t asked = 0;
    for (size_t v = 0; v < value->value_count; v++)
        asked |= (uint8_t)(1u << value->values[v] % 8);
    if (value->facet == FACET_WEEKDAY)
        value->when = when_of(asked, 0, false, false);
    else if (value->facet == FACET_TIME)
        value->when = when_of(0, asked, false, false);
}

/* Words that texts seldom say: nothing is left out for their sake. */
static void mark_soft(struct query *query)
{
    for (size_t i = 0; i < query->value_count; i++) {
        struct query_value *value = &query->values[i];
        for (size_t w = 0; w < value->words && is_soft(value->facet); w++)
            query->words[value->first + w].optional = true;
        set_when(value);
        if (value->facet == FACET_AGE) /* 70-vuotiaalle is not about 65-vuotiaat */
            query->words[value->first].part_count = 0;
    }
}

void understand_settle(struct query *query)
{
    for (size_t w = 0; w < query->word_count; w++)
        if (!query->words[w].optional)
            return;
    for (size_t i = 0; i < query->value_count; i++) {
        struct query_value *value = &query->values[i];
        value->meets |= is_soft(value->facet);
        for (size_t w = 0; w < value->words && is_soft(value->facet); w++)
            query->words[value->first + w].optional = false;
    }
}

void understand(const struct gazetteer *g, struct query *query)
{
    find_ages(query);
    find_postal_codes(query);
    for (size_t words = PHRASE_WORDS; words > 0; words--)
        find_phrases(g, query, words);
    find_in_parts(g, query);
    find_offers(query);
    mark_soft(query);
    lessen_texts(query);
}

/* ---- applied and undone ----------------------------------------------------------------------------------------- */

/* Where the value's words stand in the text. */
static void span_of(const struct query *query, const struct query_value *value, size_t *from, size_t *to)
{
    const struct query_word *first = &query->words[value->first], *last = first + value->words - 1;
    *from = first->offset;
    *to = last->offset + last->len;
}

static enum status select_value(struct request *request, const struct query_value *value, struct arena *arena,
                                struct err *err)
{
    size_t count = request->selected_count[value->facet];
    uint16_t *selected = arena_array(arena, count + value->value_count, sizeof *selected);
    if (!selected)
        return arena_nomem(err);
    for (size_t i = 0; i < count; i++)
        selected[i] = request->selected[value->facet][i];
    for (size_t v = 0; v < value->value_count; v++) {
        size_t at = 0;
        while (at < count && selected[at] < value->values[v])
            at++;
        if (at < count && selected[at] == value->values[v])
            continue;
        memmove(selected + at + 1, selected + at, (count - at) * sizeof *selected);
        selected[at] = value->values[v];
        count++;
    }
    request->selected[value->facet] = selected;
    request->selected_count[value->facet] = count;
    return STATUS_OK;
}

enum status understood_applied(const struct request *request, const struct query *query,
                               const struct query_value *value, struct arena *arena, struct request *applied,
                               struct err *err)
{
    size_t from, to;
    *applied = *request;
    applied->cursor.given = false;
    applied->page = 1;
    if (!value->from_part) {
        span_of(query, value, &from, &to);
        while (to < request->q_len && request->q[to] == ' ')
            to++;
        if (to == request->q_len)
            while (from > 0 && request->q[from - 1] == ' ')
                from--;
        bool all = value->words == query->word_count; /* closed-class words around it would be all that is left */
        applied->q = all ? "" : arena_printf(arena, "%.*s%s", (int)from, request->q, request->q + to);
        if (!applied->q)
            return arena_nomem(err);
        applied->q_len = strlen(applied->q);
    }
    if (value->facet == FACET_AGE) {
        applied->age = value->values[0];
        return STATUS_OK;
    }
    if (value->facet < FACET_LISTED)
        return select_value(applied, value, arena, err);
    for (size_t v = 0; v < value->value_count; v++)
        *(value->facet == FACET_WEEKDAY ? &applied->weekdays : &applied->times) |= (uint8_t)(1u << value->values[v]);
    return STATUS_OK;
}

enum status understood_quoted(const struct request *request, size_t from, size_t to, struct arena *arena,
                              struct request *quoted, struct err *err)
{
    *quoted = *request;
    quoted->cursor.given = false;
    quoted->page = 1;
    quoted->q = arena_printf(arena, "%.*s\"%.*s\"%s", (int)from, request->q, (int)(to - from), request->q + from,
                             request->q + to);
    if (!quoted->q)
        return arena_nomem(err);
    quoted->q_len = strlen(quoted->q);
    return STATUS_OK;
}

enum status understood_undone(const struct request *request, const struct query *query,
                              const struct query_value *value, struct arena *arena, struct request *undone,
                              struct err *err)
{
    size_t from, to;
    span_of(query, value, &from, &to);
    return understood_quoted(request, from, to, arena, undone, err);
}
