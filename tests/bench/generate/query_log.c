#include "tests/bench/generate/query_log.h"

#include <string.h>

#include "vocab/vocab.h"

enum {
    TOKENS_MOST = 200,
    TOKEN_BYTES_LEAST = 5, /* shorter ones are mostly closed-class words */
    OWN_VALUE_SHARE = 70,  /* percent of filter values that the record has */
    BROADER_SHARE = 35,
};

static const char *const asked_names[QUERY_KINDS] = {"rare", "common",  "inflected", "compound",
                                                    "many", "filters", "match-all"};
static const double asked_weights[QUERY_KINDS] = {11, 13, 16, 12, 28, 15, 5};

/* A word in the text it stands in. */
struct token_at {
    const char *text;
    size_t len;
};

struct asking {
    struct sketch *sketch;
    struct rng rng;
    struct buf words; /* divided by blanks */
    struct buf text;  /* what words are taken from */
    struct token_at tokens[TOKENS_MOST];
    size_t token_count;
};

/* ---- words ------------------------------------------------------------------------------------------------------- */

static bool is_letter(unsigned char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool part_of_word(unsigned char c)
{
    return c >= 0x80 || is_letter(c) || c == '-';
}

static void find_tokens(struct asking *a)
{
    a->token_count = 0;
    for (const char *at = buf_str(&a->text); *at && a->token_count < TOKENS_MOST;) {
        size_t len = 0;
        while (part_of_word((unsigned char)at[len]))
            len++;
        if (len >= TOKEN_BYTES_LEAST)
            a->tokens[a->token_count++] = (struct token_at){at, len};
        at += len ? len : 1;
    }
}

/* The words of the record's title and keywords, which people remember, and perhaps of its summary and body. */
static void take_text(struct asking *a, bool all)
{
    const struct sketch *s = a->sketch;
    const struct buf *texts[] = {&s->title, &s->keywords, &s->summary, &s->body};
    buf_reset(&a->text);
    for (size_t i = 0; i < (all ? 4 : 2); i++) {
        buf_adds(&a->text, buf_str(texts[i]));
        buf_addc(&a->text, ' ');
    }
    find_tokens(a);
}

/* Typed in lower case, as most people do. */
static void add_word(struct asking *a, const char *text, size_t len)
{
    if (a->words.len)
        buf_addc(&a->words, ' ');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 'A' && c <= 'Z')
            c |= 32;
        else if (i && (unsigned char)text[i - 1] == 0xC3 && c < 0xA0)
            c |= 0x20;
        buf_addc(&a->words, (char)c);
    }
}

static void add_lemma(struct asking *a, uint32_t noun)
{
    const char *lemma = a->sketch->world->lexicon.nouns[noun].lemma;
    add_word(a, lemma, strlen(lemma));
}

static void add_token(struct asking *a)
{
    if (a->token_count == 0) {
        add_lemma(a, a->sketch->voice.focus[0]);
        return;
    }
    struct token_at token = a->tokens[rng_below(&a->rng, (uint32_t)a->token_count)];
    add_word(a, token.text, token.len);
}

static void add_longest(struct asking *a)
{
    struct token_at longest = {"", 0};
    for (size_t i = 0; i < a->token_count; i++)
        if (a->tokens[i].len > longest.len)
            longest = a->tokens[i];
    add_word(a, longest.text, longest.len);
}

/* A long compound of the record, or a word of the last ranks of its theme. */
static void add_rare(struct asking *a)
{
    const struct world *w = a->sketch->world;
    const struct word_list *list = &w->lexicon.topics[a->sketch->voice.themes[0]];
    if (a->words.len == 0 && a->token_count && rng_chance(&a->rng, 50))
        add_longest(a);
    else
        add_lemma(a, list->items[list->count - 1 - rng_below(&a->rng, (uint32_t)(list->count / 2 + 1))]);
}

static void add_common(struct asking *a)
{
    const struct world *w = a->sketch->world;
    const struct word_list *list =
        rng_chance(&a->rng, 60) ? &w->lexicon.general : &w->lexicon.topics[a->sketch->voice.themes[0]];
    add_lemma(a, list->items[zipf_pick(&w->zipf, &a->rng, list->count < 12 ? list->count : 12)]);
}

static void add_words(struct asking *a, enum query_kind kind)
{
    size_t words = rng_chance(&a->rng, 50) ? 2 : 1;
    if (kind == QUERY_MANY)
        words = rng_chance(&a->rng, 71) ? 3 : 4;
    if (kind == QUERY_MATCH_ALL)
        words = 0;
    take_text(a, kind == QUERY_INFLECTED || kind == QUERY_MANY || kind == QUERY_RARE);
    for (size_t i = 0; i < words; i++) {
        if (kind == QUERY_RARE)
            add_rare(a);
        else if (kind == QUERY_COMMON)
            add_common(a);
        else if (kind == QUERY_COMPOUND && i == 0)
            add_longest(a);
        else
            add_token(a);
    }
}

/* ---- filters ----------------------------------------------------------------------------------------------------- */

static void add_parameter(struct buf *out, const char *name, const char *value, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    if (out->len && out->data[out->len - 1] != '\t')
        buf_addc(out, '&');
    buf_adds(out, name);
    buf_addc(out, '=');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c == ' ')
            buf_addc(out, '+');
        else if (is_letter(c) || strchr("0123456789-_.~", c))
            buf_addc(out, (char)c);
        else
            buf_addf(out, "%%%c%c", digits[c >> 4], digits[c & 15]);
    }
}

static void add_code(struct buf *out, const char *name, const char *code)
{
    add_parameter(out, name, code, strlen(code));
}

static void add_entry(struct asking *a, struct buf *out, const char *name, enum vocab_name vocab, size_t ordinal)
{
    const struct vocab_entry *entry = vocab_entry(vocab, ordinal);
    if (entry->broader >= 0 && rng_chance(&a->rng, BROADER_SHARE))
        entry = vocab_entry(vocab, (size_t)entry->broader);
    add_code(out, name, entry->code);
}

static void filter_area(struct asking *a, struct buf *out)
{
    const struct sketch *s = a->sketch;
    int town = s->town >= 0 && rng_chance(&a->rng, OWN_VALUE_SHARE) ? s->town : world_town(s->world, &a->rng);
    static const double levels[] = {62, 20, 18};
    size_t level = rng_weighted(&a->rng, levels, 3);
    const struct area_entry *area = area_at((size_t)town);
    size_t ordinal = level == 0 ? (size_t)town : (size_t)(level == 1 ? area->region : area->wellbeing);
    add_code(out, "area", vocab_entry(VOCAB_AREA, ordinal)->code);
}

static void filter_audience(struct asking *a, struct buf *out)
{
    const struct sketch *s = a->sketch;
    bool own = s->audience_count && rng_chance(&a->rng, OWN_VALUE_SHARE);
    add_entry(a, out, "audience", VOCAB_AUDIENCE,
              own ? s->audiences[rng_below(&a->rng, (uint32_t)s->audience_count)]
                  : world_audience(s->world, s->voice.themes[0], &a->rng));
}

static void filter_theme(struct asking *a, struct buf *out)
{
    const struct sketch *s = a->sketch;
    bool own = rng_chance(&a->rng, OWN_VALUE_SHARE);
    add_entry(a, out, "theme", VOCAB_THEME,
              own ? s->voice.themes[rng_below(&a->rng, (uint32_t)s->voice.theme_count)]
                  : world_theme(s->world, &a->rng));
}

static void filter_other(struct asking *a, struct buf *out)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    static const char *const others[][2] = {
        {"language", "sv"}, {"language", "en"}, {"language", "ru"}, {"form", "group"}, {"time", "evening"},
        {"threshold", "drop-in"}, {"threshold", "anonymous"}, {"accessible", "wheelchair"}, {"kind", "event"},
        {"kind", "activity"}, {"age", "67"}};
    switch (rng_below(&a->rng, 3)) {
    case 0: add_code(out, "weekday", days[rng_below(&a->rng, 7)]); break;
    case 1: add_code(out, "free", "1"); break;
    default: {
        const char *const *other = others[rng_below(&a->rng, sizeof others / sizeof *others)];
        add_code(out, other[0], other[1]);
    }
    }
}

/* One filter of one to three values; the values of one facet widen each other. */
static void add_filter(struct asking *a, size_t which, struct buf *out)
{
    static void (*const add[])(struct asking *, struct buf *) = {filter_area, filter_audience, filter_theme};
    static const double values[] = {78, 15, 7};
    if (which == 3) {
        filter_other(a, out);
        return;
    }
    size_t first = out->len;
    for (size_t i = 0, count = 1 + rng_weighted(&a->rng, values, 3); i < count; i++) {
        size_t before = out->len;
        add[which](a, out);
        if (i && strstr(out->data + first, out->data + before) < out->data + before)
            out->data[out->len = before] = '\0'; /* the value, or one that begins so, is there already */
    }
}

static size_t filter_count(struct asking *a, enum query_kind kind)
{
    static const double any[] = {50, 36, 14, 0}, certain[] = {0, 50, 34, 16};
    return rng_weighted(&a->rng, kind == QUERY_FILTERS || kind == QUERY_MATCH_ALL ? certain : any, 4);
}

void query_line(struct sketch *s, uint64_t number, struct buf *out)
{
    double filters[] = {46, 19, 19, 16};
    struct asking a = {.sketch = s};
    rng_init(&a.rng, s->world->seed, PURPOSE_QUERY, number);
    enum query_kind kind = (enum query_kind)rng_weighted(&a.rng, asked_weights, QUERY_KINDS);
    sketch_make(s, rng_next(&a.rng) % s->world->records);
    buf_adds(out, asked_names[kind]);
    buf_addc(out, '\t');
    add_words(&a, kind);
    if (a.words.len)
        add_parameter(out, "q", buf_str(&a.words), a.words.len);
    for (size_t i = filter_count(&a, kind); i > 0; i--) {
        size_t which = rng_weighted(&a.rng, filters, 4);
        filters[which] = 0; /* each facet once */
        add_filter(&a, which, out);
    }
    buf_addc(out, '\n');
    buf_release(&a.words);
    buf_release(&a.text);
}
