#include "search/phrases.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/fold.h"
#include "base/buf.h"
#include "base/grow.h"
#include "search/wordbook.h"

enum { NONE = UINT32_MAX, SLOTS_FIRST = 64 };

/* From a node by a term to the next node. */
struct edge {
    uint32_t from, to;
    uint32_t term; /* where it stands in `terms`: its length and its text */
};

struct value {
    uint32_t value, next; /* of the same node; NONE: the last */
};

/* Some ten thousand phrases are held as long as the daemon runs, so all lies in a few arrays. */
struct phrases {
    struct edge *edges;
    struct value *values;
    uint32_t *first_value; /* of each node; 0: the root */
    uint32_t *slots;       /* by hash of node and term: number of an edge plus one, 0 where free */
    struct buf terms;
    size_t edge_count, edge_cap, value_count, value_cap, node_count, node_cap, slot_count;
};

static enum status no_memory(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for phrases");
}

static enum status add_node(struct phrases *p, struct err *err)
{
    uint32_t *nodes = grow(p->first_value, p->node_count, &p->node_cap, sizeof *nodes);
    if (!nodes)
        return no_memory(err);
    p->first_value = nodes;
    p->first_value[p->node_count++] = NONE;
    return STATUS_OK;
}

enum status phrases_new(struct phrases **phrases, struct err *err)
{
    struct phrases *p = calloc(1, sizeof *p);
    if (!p)
        return no_memory(err);
    p->slot_count = SLOTS_FIRST;
    p->slots = calloc(p->slot_count, sizeof *p->slots);
    enum status status = p->slots ? add_node(p, err) : no_memory(err);
    if (status != STATUS_OK) {
        phrases_free(p);
        return status;
    }
    *phrases = p;
    return STATUS_OK;
}

void phrases_free(struct phrases *p)
{
    if (!p)
        return;
    free(p->edges);
    free(p->values);
    free(p->first_value);
    free(p->slots);
    buf_release(&p->terms);
    free(p);
}

static bool is_edge(const struct phrases *p, const struct edge *edge, uint32_t from, const char *term, size_t len)
{
    const char *held = p->terms.data + edge->term;
    return edge->from == from && (unsigned char)*held == len && memcmp(held + 1, term, len) == 0;
}

static size_t slot_of(uint32_t from, const char *term, size_t len, size_t slot_count)
{
    return XXH3_64bits_withSeed(term, len, from) & (slot_count - 1);
}

/* The slot of the edge, or the free one where it belongs. */
static uint32_t *find_slot(const struct phrases *p, uint32_t from, const char *term, size_t len)
{
    size_t at = slot_of(from, term, len, p->slot_count);
    while (p->slots[at] && !is_edge(p, &p->edges[p->slots[at] - 1], from, term, len))
        at = (at + 1) & (p->slot_count - 1);
    return &p->slots[at];
}

/* 0: there is none; nothing leads back to the root. */
static uint32_t follow(const struct phrases *p, uint32_t from, const char *term, size_t len)
{
    uint32_t slot = *find_slot(p, from, term, len);
    return slot ? p->edges[slot - 1].to : 0;
}

/* Half of the slots at least are free. */
static enum status make_slots(struct phrases *p, struct err *err)
{
    if (2 * (p->edge_count + 1) <= p->slot_count)
        return STATUS_OK;
    size_t count = 2 * p->slot_count;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return no_memory(err);
    for (size_t e = 0; e < p->edge_count; e++) {
        const char *term = p->terms.data + p->edges[e].term;
        size_t at = slot_of(p->edges[e].from, term + 1, (unsigned char)*term, count);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)e + 1;
    }
    free(p->slots);
    p->slots = slots;
    p->slot_count = count;
    return STATUS_OK;
}

static enum status add_edge(struct phrases *p, uint32_t from, const char *term, size_t len, struct err *err)
{
    TRY(make_slots(p, err));
    struct edge *edges = grow(p->edges, p->edge_count, &p->edge_cap, sizeof *edges);
    if (!edges)
        return no_memory(err);
    p->edges = edges;
    struct edge edge = {.from = from, .to = (uint32_t)p->node_count, .term = (uint32_t)p->terms.len};
    buf_addc(&p->terms, (char)len);
    buf_add(&p->terms, term, len);
    TRY(buf_ok(&p->terms, err));
    TRY(add_node(p, err));
    uint32_t *slot = find_slot(p, from, term, len);
    p->edges[p->edge_count++] = edge;
    *slot = (uint32_t)p->edge_count;
    return STATUS_OK;
}

static enum status step(struct phrases *p, uint32_t *at, const char *term, size_t len, struct err *err)
{
    uint32_t to = follow(p, *at, term, len);
    if (to == 0) {
        to = (uint32_t)p->node_count;
        TRY(add_edge(p, *at, term, len, err));
    }
    *at = to;
    return STATUS_OK;
}

/* ---- adding ----------------------------------------------------------------------------------------------------- */

/* A word of a phrase: the terms that lead on. */
struct reading {
    char exact[ANALYSE_TERM_BYTES]; /* the folded form, dots folded too */
    size_t exact_len;
    char terms[ANALYSE_TERMS_PER_WORD][ANALYSE_TERM_BYTES];
    uint8_t len[ANALYSE_TERMS_PER_WORD];
    size_t count;
};

static bool leads(const struct word *word, enum text_lang lang, char space)
{
    switch (space) {
    case TERM_WHOLE: return true;
    case TERM_SWEDISH: return lang == TEXT_SV && !word->known;
    case TERM_ENGLISH: return lang == TEXT_EN && !word->known;
    default: return false;
    }
}

static void read_word(const struct word *word, enum text_lang lang, struct reading *reading)
{
    reading->count = 0;
    reading->exact_len = fold_dots(word->query[0].text + 1, (size_t)word->query[0].len - 1, reading->exact);
    for (size_t i = 0; i < word->query_count && reading->count < ANALYSE_TERMS_PER_WORD; i++) {
        const struct term *term = &word->query[i];
        if (!leads(word, lang, term->text[0]))
            continue;
        memcpy(reading->terms[reading->count], term->text, term->len);
        reading->len[reading->count++] = term->len;
    }
}

static size_t common(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t len = 0;
    while (len < a_len && len < b_len && a[len] == b[len])
        len++;
    return len;
}

static size_t likeness(const struct reading *reading, size_t term)
{
    return reading->terms[term][0] == TERM_WHOLE
               ? common(reading->exact, reading->exact_len, reading->terms[term] + 1, reading->len[term] - 1u) : 0;
}

/* A word that stands alone in a list is in its base form or the plural of it: of its lemmas those count that are most
 * like it: "vanhemmat" are parents, not what is old, and "teinit" nothing that was done.  But oppiminen is oppia. */
static void keep_nearest(struct reading *reading)
{
    size_t most = 0, kept = 0;
    if (memmem(reading->exact, reading->exact_len, "minen", 5) ||
        memmem(reading->exact, reading->exact_len, "malla", 5))
        return;
    for (size_t i = 0; i < reading->count; i++) {
        size_t like = likeness(reading, i);
        most = like > most ? like : most;
    }
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->terms[i][0] == TERM_WHOLE && likeness(reading, i) < most)
            continue;
        memmove(reading->terms[kept], reading->terms[i], reading->len[i]);
        reading->len[kept++] = reading->len[i];
    }
    reading->count = kept;
}

static enum status read_phrase(struct analyser *analyser, const char *text, size_t len, enum text_lang lang,
                               struct reading readings[PHRASE_WORDS], size_t *count, struct err *err)
{
    size_t at = 0;
    struct token token;
    struct wordbook_word scratch;
    *count = 0;
    while (token_next(text, len, &at, &token)) {
        const struct word *word;
        TRY(wordbook_analyse(analyser, text + token.offset, token.len, &scratch, &word, err));
        if (word->function || word->query_count == 0)
            continue;
        if (*count == PHRASE_WORDS)
            return err_set(err, STATUS_INVALID, "\"%.*s\" has more than %d words", (int)(len < 80 ? len : 80), text,
                           PHRASE_WORDS);
        read_word(word, lang, &readings[*count]);
        *count += readings[*count].count > 0;
    }
    if (*count == 1)
        keep_nearest(&readings[0]);
    if (*count == 0)
        return err_set(err, STATUS_INVALID, "\"%.*s\" has no word that counts in a search", (int)(len < 80 ? len : 80),
                       text);
    return STATUS_OK;
}

static enum status add_value(struct phrases *p, uint32_t node, uint32_t value, struct err *err)
{
    uint32_t last = NONE;
    for (uint32_t v = p->first_value[node]; v != NONE; last = v, v = p->values[v].next)
        if (p->values[v].value == value)
            return STATUS_OK;
    struct value *values = grow(p->values, p->value_count, &p->value_cap, sizeof *values);
    if (!values)
        return no_memory(err);
    p->values = values;
    p->values[p->value_count] = (struct value){value, NONE};
    *(last == NONE ? &p->first_value[node] : &p->values[last].next) = (uint32_t)p->value_count++;
    return STATUS_OK;
}

enum status phrases_add(struct phrases *p, struct analyser *analyser, const char *text, size_t len,
                        enum text_lang lang, uint32_t value, struct err *err)
{
    struct reading *readings = malloc(PHRASE_WORDS * sizeof *readings);
    size_t count = 0, digits[PHRASE_WORDS] = {0};
    if (!readings)
        return no_memory(err);
    enum status status = read_phrase(analyser, text, len, lang, readings, &count, err);
    for (int reading = 0; status == STATUS_OK && reading < PHRASE_READINGS; reading++) {
        uint32_t at = 0;
        for (size_t w = 0; w < count && status == STATUS_OK; w++)
            status = step(p, &at, readings[w].terms[digits[w]], readings[w].len[digits[w]], err);
        if (status == STATUS_OK)
            status = add_value(p, at, value, err);
        size_t w = 0; /* the next combination of lemmas, like an odometer */
        while (w < count && ++digits[w] == readings[w].count)
            digits[w++] = 0;
        if (w == count)
            break;
    }
    free(readings);
    return status;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

struct finding {
    const struct phrases *phrases;
    const struct query *query;
    size_t first;
    struct phrase_hit *hits;
    size_t count;
};

static void take(struct finding *f, uint32_t at, size_t words)
{
    const struct value *values = f->phrases->values;
    for (uint32_t v = f->phrases->first_value[at]; v != NONE; v = values[v].next) {
        bool known = false;
        for (size_t h = 0; h < f->count && !known; h++)
            known = f->hits[h].value == values[v].value && f->hits[h].words == words;
        if (!known && f->count < PHRASE_HITS)
            f->hits[f->count++] = (struct phrase_hit){values[v].value, words};
    }
}

static bool asks(const struct posting_term *term, bool known)
{
    char space = term->text[0];
    return space == TERM_WHOLE || (!known && (space == TERM_SWEDISH || space == TERM_ENGLISH));
}

/* Depth is bounded by the longest phrase and breadth by the lemmas of a word. */
static void search(struct finding *f, uint32_t from, size_t words)
{
    if (f->first + words == f->query->word_count || words == PHRASE_WORDS)
        return;
    const struct query_word *word = &f->query->words[f->first + words];
    if (word->literal)
        return;
    for (size_t i = 0; i < word->own_terms; i++) {
        const struct posting_term *term = &word->whole.terms[i];
        uint32_t to = asks(term, word->known) ? follow(f->phrases, from, term->text, term->len) : 0;
        if (to == 0)
            continue;
        take(f, to, words + 1);
        search(f, to, words + 1);
    }
}

static int compare_hits(const void *a, const void *b)
{
    const struct phrase_hit *x = a, *y = b;
    if (x->words != y->words)
        return x->words < y->words ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

size_t phrases_at(const struct phrases *phrases, const struct query *query, size_t word,
                  struct phrase_hit hits[PHRASE_HITS])
{
    struct finding f = {phrases, query, word, hits, 0};
    search(&f, 0, 0);
    qsort(hits, f.count, sizeof *hits, compare_hits);
    return f.count;
}

size_t phrases_at_part(const struct phrases *phrases, const struct query_group *part,
                       struct phrase_hit hits[PHRASE_HITS])
{
    struct finding f = {phrases, NULL, 0, hits, 0};
    for (size_t i = 0; i < part->term_count; i++) {
        const struct posting_term *term = &part->terms[i];
        uint32_t to = term->text[0] == TERM_WHOLE ? follow(phrases, 0, term->text, term->len) : 0;
        if (to != 0)
            take(&f, to, 1);
    }
    qsort(hits, f.count, sizeof *hits, compare_hits);
    return f.count;
}
