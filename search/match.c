#include "search/match.h"

#include "search/held.h"
#include "search/relax.h"

/* ---- words ----------------------------------------------------------------------------------------------------- */

static void postings_and(const struct postings *postings, struct docset *to, struct docset *scratch)
{
    if (postings->set.words) {
        docset_and(to, &postings->set);
        return;
    }
    docset_clear(scratch);
    postings_or(postings, scratch);
    docset_and(to, scratch);
}

/* A row has the word by one of the word's own terms, or by all parts of the compound. */
static enum status word_rows(struct searcher *s, struct word_match *match, struct docset *parts,
                             struct docset *scratch, struct err *err)
{
    TRY(searcher_set(s, &match->rows, err));
    postings_or(match->whole, &match->rows);
    if (match->part_count == 0)
        return STATUS_OK;
    docset_clear(parts);
    postings_or(match->parts[0], parts);
    for (size_t i = 1; i < match->part_count; i++)
        postings_and(match->parts[i], parts, scratch);
    docset_or(&match->rows, parts);
    return STATUS_OK;
}

static enum status match_words(struct searcher *s, const struct query *query, struct docset *parts,
                               struct docset *scratch, struct arena *arena, struct match *m, struct err *err)
{
    m->words = arena_array(arena, query->word_count, sizeof *m->words);
    if (!m->words)
        return arena_nomem(err);
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        struct word_match *match = &m->words[w];
        match->parts = arena_array(arena, word->part_count, sizeof *match->parts);
        if (!match->parts)
            return arena_nomem(err);
        m->word_count++;
        TRY(held_postings(s, &word->whole, &match->whole, err));
        for (; match->part_count < word->part_count; match->part_count++)
            TRY(held_postings(s, &word->parts[match->part_count], &match->parts[match->part_count], err));
        TRY(word_rows(s, match, parts, scratch, err));
        if (query->alternative_count) {
            TRY(searcher_set(s, &match->own, err));
            docset_copy(&match->own, &match->rows);
        }
        m->wanted += !word->optional;
    }
    return STATUS_OK;
}

/* ---- what may stand for words ----------------------------------------------------------------------------------- */

/* Each of the words that are stood for is had by these rows. */
static void words_or(struct match *m, size_t first, size_t words, const struct docset *rows)
{
    for (size_t w = first; w < first + words; w++)
        docset_or(&m->words[w].rows, rows);
}

static enum status match_alternatives(struct searcher *s, const struct query *query, struct docset *scratch,
                                      struct arena *arena, struct match *m, struct err *err)
{
    m->alternatives = arena_array(arena, query->alternative_count, sizeof *m->alternatives);
    if (!m->alternatives)
        return arena_nomem(err);
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *from = &query->alternatives[a];
        struct alternative_match *match = &m->alternatives[a];
        match->groups = arena_array(arena, from->group_count, sizeof *match->groups);
        if (!match->groups)
            return arena_nomem(err);
        m->alternative_count++;
        for (; match->group_count < from->group_count; match->group_count++)
            TRY(held_postings(s, &from->groups[match->group_count], &match->groups[match->group_count], err));
        TRY(searcher_set(s, &match->rows, err));
        postings_or(match->groups[0], &match->rows);
        for (size_t g = 1; g < match->group_count; g++)
            postings_and(match->groups[g], &match->rows, scratch);
        words_or(m, from->first, from->words, &match->rows);
    }
    return STATUS_OK;
}

bool value_pass(const struct searcher *s, const struct query_value *value, uint32_t row)
{
    const struct columns *c = &s->snapshot->columns;
    if (value->facet == FACET_AGE)
        return c->age_min[row] != AGE_UNKNOWN && c->age_min[row] <= value->values[0] &&
               value->values[0] <= c->age_max[row];
    return when_pass(&value->when, c->slots[c->slot_class[row]]);
}

static void value_rows(const struct searcher *s, const struct query_value *value, struct docset *rows)
{
    if (value->facet >= FACET_LISTED) {
        for (uint32_t row = 0; row < s->snapshot->columns.count; row++)
            if (value_pass(s, value, row))
                docset_put(rows, row);
        return;
    }
    filter_values(s, value->facet, value->values, value->value_count, rows);
}

/* The rows of a value are gathered when they can bring hits or are at hand; else hits are asked one by one. */
static enum status match_values(struct searcher *s, const struct query *query, struct arena *arena, struct match *m,
                                struct err *err)
{
    m->values = arena_array(arena, query->value_count, sizeof *m->values);
    if (!m->values)
        return arena_nomem(err);
    for (size_t v = 0; v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        if (value->facet >= FACET_LISTED && !value->meets)
            continue;
        TRY(searcher_set(s, &m->values[v], err));
        value_rows(s, value, &m->values[v]);
        if (value->meets)
            words_or(m, value->first, value->words, &m->values[v]);
    }
    return STATUS_OK;
}

static enum status match_query(struct searcher *s, const struct query *query, struct arena *arena, struct match *m,
                               struct err *err)
{
    struct docset parts, scratch;
    TRY(searcher_set(s, &parts, err));
    TRY(searcher_set(s, &scratch, err));
    TRY(match_words(s, query, &parts, &scratch, arena, m, err));
    TRY(match_alternatives(s, query, &scratch, arena, m, err));
    return match_values(s, query, arena, m, err);
}

/* ---- filters --------------------------------------------------------------------------------------------------- */

/* The filters that are decided row by row, for these rows; others may follow. */
static enum status compute_filters(struct searcher *s, const struct request *request, const struct docset *among,
                                   struct match *m, struct err *err)
{
    for (int f = FACET_LISTED; f < FILTER_COUNT; f++)
        if (m->filtered[f])
            TRY(filter_computed(s, request, (enum filter)f, among, &m->filter[f], err));
    return STATUS_OK;
}

static enum status match_filters(struct searcher *s, const struct request *request, const struct docset *among,
                                 struct match *m, struct err *err)
{
    filters_asked(request, m->filtered);
    if (request->clause_count) {
        TRY(searcher_set(s, &m->clauses, err));
        docset_copy(&m->clauses, &s->snapshot->all);
        TRY(clauses_keep(s, request, &m->clauses, err));
    }
    for (int f = 0; f < FACET_LISTED; f++) {
        if (!m->filtered[f])
            continue;
        TRY(searcher_deadline(s, err));
        TRY(searcher_set(s, &m->filter[f], err));
        filter_listed(s, request, (enum facet)f, &m->filter[f]);
    }
    return compute_filters(s, request, among, m, err);
}

static void and_filters(const struct match *m, int but, struct docset *rows)
{
    if (m->clauses.words)
        docset_and(rows, &m->clauses);
    for (int f = 0; f < FILTER_COUNT; f++)
        if (m->filtered[f] && f != but)
            docset_and(rows, &m->filter[f]);
}

enum status match_without(struct searcher *s, const struct match *m, enum filter filter, struct docset *rows,
                          struct err *err)
{
    if (!rows->words)
        TRY(searcher_set(s, rows, err));
    docset_copy(rows, &m->text);
    and_filters(m, (int)filter, rows);
    return STATUS_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

/* Rows that have all words that are wanted; there is at least one. */
static void text_all(const struct query *query, const struct match *m, struct docset *rows)
{
    bool begun = false;
    for (size_t w = 0; w < m->word_count; w++) {
        if (query->words[w].optional)
            continue;
        if (begun)
            docset_and(rows, &m->words[w].rows);
        else
            docset_copy(rows, &m->words[w].rows);
        begun = true;
    }
}

/* Rows that have any of the words that are wanted, or any part of one. */
static void text_any(const struct query *query, const struct match *m, struct docset *rows)
{
    for (size_t w = 0; w < m->word_count; w++) {
        if (query->words[w].optional)
            continue;
        docset_or(rows, &m->words[w].rows);
        for (size_t p = 0; p < m->words[w].part_count; p++)
            postings_or(m->words[w].parts[p], rows);
    }
}

static enum status match_text(struct searcher *s, const struct request *request, const struct query *query,
                              const struct docset *shown, struct arena *arena, struct match *m, struct err *err)
{
    TRY(searcher_set(s, &m->text, err));
    if (!query) {
        docset_copy(&m->text, &s->snapshot->all);
        return match_filters(s, request, &s->snapshot->all, m, err);
    }
    TRY(match_query(s, query, arena, m, err));
    m->required = m->wanted;
    text_all(query, m, &m->text);
    held_keep_rows(s, request, &m->text);
    struct docset result, any;
    TRY(match_filters(s, request, &m->text, m, err));
    TRY(searcher_set(s, &result, err));
    docset_copy(&result, &m->text);
    docset_and(&result, shown);
    and_filters(m, -1, &result);
    m->all_total = docset_count(&result);
    if (m->all_total < SEARCH_RELAX_BELOW && !request->all_words) {
        TRY(searcher_set(s, &any, err));
        text_any(query, m, &any);
        TRY(compute_filters(s, request, &any, m, err));
        docset_copy(&result, &any);
        docset_and(&result, shown);
        and_filters(m, -1, &result);
        return relax_run(s, query, &any, &result, m, err);
    }
    return STATUS_OK;
}

enum status match_run(struct searcher *s, const struct request *request, const struct query *query,
                      struct arena *arena, struct match *m, struct err *err)
{
    *m = (struct match){0};
    struct docset shown;
    TRY(searcher_set(s, &shown, err));
    docset_copy(&shown, &s->live);
    if (request->past)
        docset_or(&shown, &s->past);
    TRY(match_text(s, request, query, &shown, arena, m, err));
    if (!request->past) {
        TRY(searcher_set(s, &m->past, err));
        docset_copy(&m->past, &m->text);
        docset_and(&m->past, &s->past);
        and_filters(m, -1, &m->past);
        m->past_total = docset_count(&m->past);
    }
    docset_and(&m->text, &shown);
    TRY(searcher_set(s, &m->result, err));
    docset_copy(&m->result, &m->text);
    and_filters(m, -1, &m->result);
    m->total = docset_count(&m->result);
    m->all_total = query ? m->all_total : m->total;
    return STATUS_OK;
}
