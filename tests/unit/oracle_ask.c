/* Requests that nobody thought of, and the query strings that carry them. */
#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "search/parameters.h"
#include "text.h"

/* ---- chance (splitmix64, public domain, Sebastiano Vigna) ------------------------------------------------------- */

uint64_t oracle_random(struct oracle_random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

size_t oracle_below(struct oracle_random *random, size_t most)
{
    return most ? oracle_random(random) % most : 0;
}

bool oracle_chance(struct oracle_random *random, unsigned percent)
{
    return oracle_below(random, 100) < percent;
}

enum { WORDS_TOGETHER = 6 };

/* ---- words ------------------------------------------------------------------------------------------------------ */

void oracle_pool_add(struct oracle_pool *pool, const char *text, size_t len)
{
    if (pool->count == pool->cap) {
        pool->cap = pool->cap ? 2 * pool->cap : 1024;
        pool->words = realloc(pool->words, pool->cap * sizeof *pool->words);
        if (!pool->words)
            abort();
    }
    pool->words[pool->count++] = strndup(text, len);
}

static void pool_add_tokens(struct oracle_pool *pool, const char *text, size_t every, size_t *turn)
{
    struct token token;
    for (size_t at = 0, len = strlen(text); token_next(text, len, &at, &token);)
        if ((*turn)++ % every == 0)
            oracle_pool_add(pool, text + token.offset, token.len);
}

struct pooling {
    struct oracle_pool *pool;
    size_t every, turn;
};

static enum status pool_piece(void *context, const struct text_piece *piece, struct err *err)
{
    (void)err;
    struct pooling *p = context;
    char *text = strndup(piece->text, piece->len);
    pool_add_tokens(p->pool, text, p->every, &p->turn);
    free(text);
    return STATUS_OK;
}

/* One letter dropped, doubled or changed for its neighbour. */
static void pool_add_typo(struct oracle_pool *pool, const char *word, struct oracle_random *random)
{
    size_t len = strlen(word), at = oracle_below(random, len);
    char typo[3 * ANALYSE_WORD_BYTES];
    if (len >= sizeof typo / 2 || (unsigned char)word[at] >= 0x80 || (unsigned char)word[at + 1] >= 0x80)
        return;
    switch (oracle_below(random, 3)) {
    case 0: snprintf(typo, sizeof typo, "%.*s%s", (int)at, word, word + at + 1); break;
    case 1: snprintf(typo, sizeof typo, "%.*s%c%s", (int)at, word, word[at], word + at); break;
    default: snprintf(typo, sizeof typo, "%.*s%c%s", (int)at, word, word[at] == 'a' ? 'e' : 'a', word + at + 1); break;
    }
    if (*typo)
        oracle_pool_add(pool, typo, strlen(typo));
}

void oracle_pool_fill(struct oracle_pool *pool, const struct oracle_world *world)
{
    static const enum vocab_name labels[] = {VOCAB_AUDIENCE, VOCAB_THEME, VOCAB_AREA, VOCAB_KIND, VOCAB_WEEKDAY};
    *pool = (struct oracle_pool){0};
    struct pooling pooling = {pool, world->count / 20 + 1, 0};
    for (size_t i = 0; i < world->count; i++)
        if (text_walk(world->facts[i].record, pool_piece, &pooling, NULL) != STATUS_OK)
            abort();
    size_t turn = 0;
    for (size_t v = 0; v < sizeof labels / sizeof *labels; v++)
        for (size_t i = 0; i < vocab_size(labels[v]); i++)
            for (int lang = 0; lang < UI_LANG_COUNT; lang++)
                pool_add_tokens(pool, vocab_entry(labels[v], i)->label[lang], lang == UI_FI ? 2 : 9, &turn);
    struct oracle_random random = {1};
    for (size_t i = 0, count = pool->count; i < count; i += 8)
        pool_add_typo(pool, pool->words[i], &random);
}

void oracle_pool_release(struct oracle_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->words[i]);
    free(pool->words);
    *pool = (struct oracle_pool){0};
}

/* ---- query strings ---------------------------------------------------------------------------------------------- */

void oracle_add_parameter(struct buf *out, struct oracle_random *random, const char *name, const char *value)
{
    if (out->len)
        buf_addc(out, '&');
    buf_addf(out, "%s=", name);
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '.';
        if (c == ' ' && oracle_chance(random, 50))
            buf_addc(out, '+');
        else if (plain && oracle_chance(random, 95))
            buf_addc(out, (char)c);
        else
            buf_addf(out, oracle_chance(random, 50) ? "%%%02X" : "%%%02x", c);
    }
}

struct asking {
    const struct oracle_world *world;
    const struct oracle_pool *pool;
    struct oracle_random *random;
    struct oracle_asked *asked;
    struct buf pairs[80]; /* written in any order */
    size_t pair_count;
};

static void add(struct asking *a, const char *name, const char *value)
{
    if (a->pair_count < sizeof a->pairs / sizeof *a->pairs)
        oracle_add_parameter(&a->pairs[a->pair_count++], a->random, name, value);
}

static void add_number(struct asking *a, const char *name, double number, int decimals)
{
    char text[32];
    snprintf(text, sizeof text, "%.*f", decimals, number);
    add(a, name, text);
}

static void ask_words(struct asking *a)
{
    static const char *const joints[] = {" ", " ", " ", "  ", ", ", " / ", "; ", " - "};
    struct buf q = BUF_INIT;
    const char *word = "";
    size_t count = oracle_chance(a->random, 25) ? 0 : 1 + oracle_below(a->random, oracle_chance(a->random, 50) ? 2 : 5);
    size_t first = oracle_below(a->random, a->pool->count); /* words that stand together come from the same record */
    bool together = oracle_chance(a->random, 50);
    for (size_t i = 0; i < count; i++) {
        size_t at = together ? first + oracle_below(a->random, WORDS_TOGETHER) : oracle_random(a->random);
        word = a->pool->words[at % a->pool->count];
        buf_addf(&q, "%s%s", i ? joints[oracle_below(a->random, sizeof joints / sizeof *joints)] : "", word);
    }
    if (count && oracle_chance(a->random, 8)) /* one word twice */
        buf_addf(&q, " %s", word);
    if (q.len < ORACLE_QUERY_BYTES)
        strcpy(a->asked->q, buf_str(&q));
    if (*a->asked->q || oracle_chance(a->random, 30))
        add(a, "q", a->asked->q);
    buf_release(&q);
}

/* A value that some record has, or any. */
static uint16_t some_value(const struct asking *a, enum facet facet)
{
    const struct oracle_facts *f = &a->world->facts[oracle_below(a->random, a->world->count)];
    if (oracle_chance(a->random, 80) && f->value_count[facet])
        return f->values[facet][oracle_below(a->random, f->value_count[facet])];
    return (uint16_t)oracle_below(a->random, vocab_size(facet_vocab(facet)));
}

/* The code; or the name, where it is nobody else's; or the code of a municipality that has merged into this one. */
static const char *spelling(const struct asking *a, enum facet facet, uint16_t value)
{
    const struct vocab_entry *entry = vocab_entry(facet_vocab(facet), value);
    const char *label = entry->label[oracle_below(a->random, UI_LANG_COUNT)];
    if (facet == FACET_AREA && oracle_chance(a->random, 30))
        for (size_t i = 0; i < area_merge_count(); i++)
            if (area_merge_at(i)->municipality == value)
                return area_merge_at(i)->old_code;
    if (facet == FACET_FREE && oracle_chance(a->random, 50))
        return strcmp(entry->code, "free") == 0 ? oracle_chance(a->random, 50) ? "1" : "true" : "0";
    if (oracle_chance(a->random, 20) && vocab_find_label(facet_vocab(facet), label, strlen(label)) == value)
        return label;
    return entry->code;
}

static void ask_values(struct asking *a, enum facet facet)
{
    size_t count = 1 + oracle_below(a->random, oracle_chance(a->random, 80) ? 2 : 6);
    for (size_t i = 0; i < count; i++) {
        uint16_t value = some_value(a, facet);
        if (!a->asked->selected[facet][value])
            a->asked->selected_count[facet]++;
        a->asked->selected[facet][value] = true;
        add(a, facet_name(facet), spelling(a, facet, value));
    }
}

static void ask_when(struct asking *a, enum facet facet)
{
    bool weekday = facet == FACET_WEEKDAY;
    size_t count = 1 + oracle_below(a->random, 2);
    for (size_t i = 0; i < count; i++) {
        size_t value = oracle_below(a->random, weekday ? WEEKDAYS : TIMES);
        (weekday ? a->asked->weekday : a->asked->time)[value] = true;
        add(a, facet_name(facet), vocab_entry(facet_vocab(facet), value)->code);
    }
}

static void ask_near(struct asking *a)
{
    size_t municipalities;
    const uint16_t *all = area_members((size_t)vocab_find(VOCAB_AREA, "nationwide", 10), &municipalities);
    uint16_t chosen = all[oracle_below(a->random, municipalities)];
    const struct vocab_entry *entry = vocab_entry(VOCAB_AREA, chosen);
    if (a->asked->near >= 0)
        return;
    if (oracle_chance(a->random, 30)) {
        char code[6];
        snprintf(code, sizeof code, "%05zu", oracle_below(a->random, 100000));
        const struct postal_code *postal = postal_code_find(code, 5);
        if (postal) {
            a->asked->near = postal->municipality;
            add(a, "near", code);
        }
    }
    if (a->asked->near < 0) {
        a->asked->near = chosen;
        add(a, "near", entry->label[oracle_chance(a->random, 50) ? UI_FI : UI_SV]);
    }
    if (oracle_chance(a->random, 70)) {
        a->asked->radius_km = (double)(1 + oracle_below(a->random, oracle_chance(a->random, 70) ? 500 : 15000)) / 10;
        add_number(a, "radius", a->asked->radius_km, 1);
    }
}

static void ask_age(struct asking *a)
{
    if (a->asked->age >= 0)
        return;
    a->asked->age = (int)oracle_below(a->random, 121);
    add_number(a, "age", a->asked->age, 0);
}

static void ask_day(struct asking *a, const char *name, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    add(a, name, text);
}

/* Mostly a few days soon, some of them over, and some without an end. */
static void ask_date(struct asking *a)
{
    struct oracle_asked *asked = a->asked;
    int32_t day = a->world->today[asked->today] + (int32_t)oracle_below(a->random, 150) - 30;
    if (asked->date != DAY_UNKNOWN || asked->until != DAY_UNKNOWN)
        return;
    if (oracle_chance(a->random, 85))
        ask_day(a, "date", asked->date = day);
    if (asked->date == DAY_UNKNOWN || oracle_chance(a->random, 70))
        ask_day(a, "until",
                asked->until = day + (int32_t)oracle_below(a->random, oracle_chance(a->random, 70) ? 8 : 90));
}

static void ask_filter(struct asking *a)
{
    enum facet facet = (enum facet)oracle_below(a->random, FACET_COUNT);
    if (oracle_chance(a->random, 15))
        facet = FACET_AREA;
    if (facet == FACET_AGE)
        ask_age(a);
    else if (facet == FACET_NEAR)
        ask_near(a);
    else if (facet == FACET_DATE)
        ask_date(a);
    else if (facet >= FACET_LISTED)
        ask_when(a, facet);
    else
        ask_values(a, facet);
}

static void ask_unknown(struct asking *a)
{
    if (oracle_chance(a->random, 30)) {
        for (int f = 0; f < FACET_COUNT; f++)
            a->asked->unknown[f] = f != FACET_KIND;
        add(a, "include_unknown", oracle_chance(a->random, 50) ? "1" : "true");
        return;
    }
    for (int f = 0; f < FACET_COUNT; f++) {
        if (f == FACET_KIND || !oracle_chance(a->random, 40))
            continue;
        a->asked->unknown[f] = true;
        add(a, "include_unknown", facet_name((enum facet)f));
    }
}

static void ask_order(struct asking *a)
{
    struct oracle_asked *asked = a->asked;
    asked->sort = (enum sort)oracle_below(a->random, SORT_COUNT);
    if (asked->sort == SORT_DISTANCE && oracle_chance(a->random, 60))
        ask_near(a);
    if (asked->sort == SORT_DISTANCE && asked->near < 0)
        asked->sort = SORT_RELEVANCE;
    if (asked->sort != SORT_RELEVANCE || oracle_chance(a->random, 10))
        add(a, "sort", sort_name(asked->sort));
    asked->per_page = REQUEST_PER_PAGE_DEFAULT;
    if (oracle_chance(a->random, 60)) {
        asked->per_page = (unsigned)oracle_below(a->random, REQUEST_PER_PAGE_MOST + 1);
        add_number(a, "per_page", asked->per_page, 0);
    }
    asked->page = 1;
    if (oracle_chance(a->random, 30)) {
        asked->page = 1 + (unsigned)oracle_below(a->random, oracle_chance(a->random, 90) ? 5 : REQUEST_PAGE_MOST);
        add_number(a, "page", asked->page, 0);
    }
    if (oracle_chance(a->random, 20))
        add(a, "lang", oracle_chance(a->random, 50) ? "sv" : "en");
    if (oracle_chance(a->random, 5))
        add(a, "explain", "1");
}

static void put_together(struct asking *a)
{
    struct buf whole = BUF_INIT;
    while (a->pair_count) {
        size_t at = oracle_below(a->random, a->pair_count);
        if (whole.len)
            buf_addc(&whole, '&');
        buf_adds(&whole, buf_str(&a->pairs[at]));
        buf_release(&a->pairs[at]);
        a->pairs[at] = a->pairs[--a->pair_count];
    }
    if (whole.len >= ORACLE_STRING_BYTES)
        abort();
    strcpy(a->asked->query_string, buf_str(&whole));
    buf_release(&whole);
}

void oracle_ask(const struct oracle_world *world, const struct oracle_pool *pool, struct oracle_random *random,
                struct oracle_asked *asked)
{
    struct asking a = {.world = world, .pool = pool, .random = random, .asked = asked};
    memset(asked, 0, sizeof *asked);
    asked->age = asked->near = -1;
    asked->date = asked->until = DAY_UNKNOWN;
    asked->today = oracle_below(random, ORACLE_TODAYS);
    ask_words(&a);
    size_t filters = oracle_below(random, *asked->q ? 4 : 6);
    for (size_t i = 0; i < filters; i++)
        ask_filter(&a);
    if (oracle_chance(random, 30))
        ask_unknown(&a);
    if (oracle_chance(random, 25)) {
        asked->past = true;
        add(&a, "past", "1");
    }
    if (oracle_chance(random, 20)) {
        asked->all_words = oracle_chance(random, 80);
        add(&a, "words", asked->all_words ? "all" : "most");
    }
    ask_order(&a);
    put_together(&a);
}
