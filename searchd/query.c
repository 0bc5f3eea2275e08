#include "searchd/query.h"

#include <string.h>

#include "base/utf8.h"
#include "searchd/request.h"

/* Shares of a word's weight: the best of a grid measured on five public Finnish retrieval sets, where whole over part
 * and exact form each gained a little (measured on the design's prototype). */
static const double WEIGHT_ANY = 1.0, WEIGHT_WHOLE = 0.3, WEIGHT_EXACT = 0.1;
/* A part of an n-part compound earns WEIGHT_PARTS / n. */
static const double WEIGHT_PARTS = 1.0;

static uint8_t lanes_of(const struct term *term)
{
    switch (term->text[0]) {
    case TERM_EXACT: return 1u << LANE_EXACT;
    case TERM_WHOLE: return 1u << LANE_ANY | 1u << LANE_WHOLE;
    default: return 1u << LANE_ANY;
    }
}

static enum status copy_terms(struct query_group *group, const struct term *terms, size_t count, bool part,
                              struct arena *arena, struct err *err)
{
    if (count > POSTINGS_TERMS_PER_WORD)
        count = POSTINGS_TERMS_PER_WORD; /* whole lemmas come first; the analyser's own limit is lower */
    struct posting_term *copy = arena_array(arena, count, sizeof *copy);
    if (!copy)
        return arena_nomem(err);
    for (size_t i = 0; i < count; i++) {
        copy[i].text = arena_copy(arena, terms[i].text, terms[i].len);
        copy[i].len = terms[i].len;
        copy[i].lanes = part ? 1u << LANE_ANY : lanes_of(&terms[i]);
        if (!copy[i].text)
            return arena_nomem(err);
    }
    group->terms = copy;
    group->term_count = count;
    return STATUS_OK;
}

static enum status copy_parts(struct query_word *out, const struct word *word, struct arena *arena, struct err *err)
{
    out->parts = arena_array(arena, word->part_count, sizeof *out->parts);
    if (!out->parts)
        return arena_nomem(err);
    for (size_t i = 0; i < word->part_count; i++) {
        TRY(copy_terms(&out->parts[i], word->parts[i].terms, word->parts[i].term_count, true, arena, err));
        out->parts[i].weight[LANE_ANY] = WEIGHT_PARTS / (double)word->part_count;
    }
    out->part_count = word->part_count;
    return STATUS_OK;
}

static enum status add_word(struct query *query, const char *text, const struct token *token, const struct word *word,
                            struct arena *arena, struct err *err)
{
    struct query_word *out = &query->words[query->word_count];
    *out = (struct query_word){.offset = token->offset, .len = token->len};
    out->text = arena_copy(arena, text + token->offset, token->len);
    if (!out->text)
        return arena_nomem(err);
    TRY(copy_terms(&out->whole, word->query, word->query_count, false, arena, err));
    out->whole.weight[LANE_ANY] = WEIGHT_ANY;
    out->whole.weight[LANE_WHOLE] = WEIGHT_WHOLE;
    out->whole.weight[LANE_EXACT] = WEIGHT_EXACT;
    TRY(copy_parts(out, word, arena, err));
    query->word_count++;
    return STATUS_OK;
}

static bool same_group(const struct query_group *a, const struct query_group *b)
{
    if (a->term_count != b->term_count)
        return false;
    for (size_t i = 0; i < a->term_count; i++)
        if (a->terms[i].len != b->terms[i].len || memcmp(a->terms[i].text, b->terms[i].text, a->terms[i].len) != 0)
            return false;
    return true;
}

/* "kerho kerho" asks nothing more than "kerho". */
static bool repeats(const struct query *query)
{
    const struct query_word *last = &query->words[query->word_count - 1];
    for (size_t i = 0; i + 1 < query->word_count; i++)
        if (same_group(&query->words[i].whole, &last->whole))
            return true;
    return false;
}

static size_t count_terms(const struct query_word *word)
{
    size_t count = word->whole.term_count;
    for (size_t i = 0; i < word->part_count; i++)
        count += word->parts[i].term_count;
    return count;
}

/* One pass over the text, with or without the closed-class words. */
static enum status add_words(struct query *query, const char *text, size_t len, bool functions,
                             struct analyser *analyser, struct arena *arena, struct err *err)
{
    size_t at = 0, terms = 0;
    struct token token;
    while (token_next(text, len, &at, &token)) {
        const struct word *word;
        TRY(analyse_word(analyser, text + token.offset, token.len, TEXT_UNSURE, &word, err));
        if ((word->function && !functions) || word->query_count == 0)
            continue;
        if (query->word_count == REQUEST_QUERY_WORDS)
            return err_set(err, STATUS_LIMIT, "the query has more than %d words", REQUEST_QUERY_WORDS);
        TRY(add_word(query, text, &token, word, arena, err));
        if (repeats(query)) {
            query->word_count--;
            continue;
        }
        terms += count_terms(&query->words[query->word_count - 1]);
        if (terms > QUERY_TERMS)
            return err_set(err, STATUS_LIMIT, "the query has more than %d terms after expansion", QUERY_TERMS);
    }
    return STATUS_OK;
}

enum status query_parse(const struct query **query, const char *text, size_t len, struct analyser *analyser,
                        struct arena *arena, struct err *err)
{
    struct query *q = arena_alloc(arena, sizeof *q);
    if (!q || !(q->words = arena_array(arena, REQUEST_QUERY_WORDS, sizeof *q->words)))
        return arena_nomem(err);
    TRY(add_words(q, text, len, false, analyser, arena, err));
    if (q->word_count == 0) {
        TRY(add_words(q, text, len, true, analyser, arena, err));
        q->functions_kept = q->word_count > 0;
    }
    *query = q->word_count ? q : NULL;
    return STATUS_OK;
}

static void print_group(const struct query_group *group, struct buf *out)
{
    for (size_t i = 0; i < group->term_count; i++) {
        buf_adds(out, i ? " " : "(");
        buf_addc(out, group->terms[i].text[0]);
        buf_addc(out, ':');
        buf_add(out, group->terms[i].text + 1, (size_t)group->terms[i].len - 1);
    }
    buf_addc(out, ')');
    static const char *const lane_names[LANE_COUNT] = {"any", "whole", "exact"};
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        if (group->weight[lane] == 0)
            continue;
        buf_addf(out, " %s^", lane_names[lane]);
        buf_add_number(out, group->weight[lane], 3);
    }
}

void query_print(const struct query *query, struct buf *out)
{
    for (size_t i = 0; query && i < query->word_count; i++) {
        const struct query_word *word = &query->words[i];
        buf_addf(out, "%s%s: ", i ? "\n" : "", word->text);
        print_group(&word->whole, out);
        for (size_t p = 0; p < word->part_count; p++) {
            buf_adds(out, p ? " & " : " | ");
            print_group(&word->parts[p], out);
        }
    }
}
