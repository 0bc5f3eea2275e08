#define HASH_NONFATAL_OOM 1 /* a table that cannot grow is told, not fatal */
#include "search/phrases.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "analyse/fold.h"
#include "base/grow.h"
#include "search/wordbook.h"

/* From a node by a term to the next node. */
struct edge {
    uint32_t to;
    UT_hash_handle hh;
    char key[]; /* number of the node, term */
};

enum { KEY_BYTES = sizeof(uint32_t) + ANALYSE_TERM_BYTES };

struct node {
    uint32_t *values;
    uint32_t count;
};

struct phrases {
    struct edge *edges;
    struct node *nodes; /* 0: the root */
    uint32_t count;
    size_t cap;
};

static enum status add_node(struct phrases *p, struct err *err)
{
    struct node *nodes = grow(p->nodes, p->count, &p->cap, sizeof *nodes);
    if (!nodes)
        return err_set(err, STATUS_NOMEM, "out of memory for phrases");
    p->nodes = nodes;
    p->nodes[p->count++] = (struct node){NULL, 0};
    return STATUS_OK;
}

enum status phrases_new(struct phrases **phrases, struct err *err)
{
    struct phrases *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, STATUS_NOMEM, "out of memory for phrases");
    enum status status = add_node(p, err);
    if (status != STATUS_OK) {
        free(p);
        return status;
    }
    *phrases = p;
    return STATUS_OK;
}

void phrases_free(struct phrases *p)
{
    if (!p)
        return;
    struct edge *edge = p->edges, *next;
    HASH_CLEAR(hh, p->edges); /* the table alone: edges still lead to each other */
    for (; edge; edge = next) {
        next = edge->hh.next;
        free(edge);
    }
    for (uint32_t i = 0; i < p->count; i++)
        free(p->nodes[i].values);
    free(p->nodes);
    free(p);
}

static size_t make_key(uint32_t from, const char *term, size_t len, char key[KEY_BYTES])
{
    memcpy(key, &from, sizeof from);
    memcpy(key + sizeof from, term, len);
    return sizeof from + len;
}

/* 0: there is none; nothing leads back to the root. */
static uint32_t follow(const struct phrases *p, uint32_t from, const char *term, size_t len)
{
    char key[KEY_BYTES];
    struct edge *edge;
    size_t key_len = make_key(from, term, len, key);
    HASH_FIND(hh, p->edges, key, key_len, edge);
    return edge ? edge->to : 0;
}

static enum status step(struct phrases *p, uint32_t *at, const char *term, size_t len, struct err *err)
{
    uint32_t to = follow(p, *at, term, len);
    if (to == 0) {
        char key[KEY_BYTES];
        size_t key_len = make_key(*at, term, len, key);
        struct edge *edge = malloc(sizeof *edge + key_len);
        if (!edge)
            return err_set(err, STATUS_NOMEM, "out of memory for phrases");
        memcpy(edge->key, key, key_len);
        edge->to = to = p->count;
        enum status status = add_node(p, err);
        if (status != STATUS_OK) {
            free(edge);
            return status;
        }
        HASH_ADD_KEYPTR(hh, p->edges, edge->key, key_len, edge);
        if (!edge->hh.tbl) {
            free(edge);
            return err_set(err, STATUS_NOMEM, "out of memory for phrases");
        }
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

static enum status add_value(struct phrases *p, uint32_t at, uint32_t value, struct err *err)
{
    struct node *node = &p->nodes[at];
    for (uint32_t i = 0; i < node->count; i++)
        if (node->values[i] == value)
            return STATUS_OK;
    uint32_t *values = realloc(node->values, (node->count + 1) * sizeof *values);
    if (!values)
        return err_set(err, STATUS_NOMEM, "out of memory for phrases");
    values[node->count++] = value;
    node->values = values;
    return STATUS_OK;
}

enum status phrases_add(struct phrases *p, struct analyser *analyser, const char *text, size_t len,
                        enum text_lang lang, uint32_t value, struct err *err)
{
    struct reading *readings = malloc(PHRASE_WORDS * sizeof *readings);
    size_t count = 0, digits[PHRASE_WORDS] = {0};
    if (!readings)
        return err_set(err, STATUS_NOMEM, "out of memory for phrases");
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
    const struct node *node = &f->phrases->nodes[at];
    for (uint32_t i = 0; i < node->count; i++) {
        bool known = false;
        for (size_t h = 0; h < f->count && !known; h++)
            known = f->hits[h].value == node->values[i] && f->hits[h].words == words;
        if (!known && f->count < PHRASE_HITS)
            f->hits[f->count++] = (struct phrase_hit){node->values[i], words};
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
