#include "search/total.h"

#include "search/held.h"
#include "search/match.h"

/* Sets that the words take turns with. */
struct totalling {
    struct searcher *searcher;
    const struct query *query;
    struct docset rows; /* that are still in */
    struct docset open; /* of these, rows that are not known to have the word yet */
    struct docset some; /* of these, rows that may have it by what is looked at now */
};

/* ---- one word --------------------------------------------------------------------------------------------------- */

static enum status keep_group(struct totalling *t, const struct query_group *group, struct err *err)
{
    const struct postings *postings;
    TRY(held_postings(t->searcher, group, &postings, err));
    postings_keep(postings, &t->some);
    return STATUS_OK;
}

/* How many rows the terms have, at most. */
static enum status guess(struct totalling *t, const struct query_group *group, uint64_t *rows, struct err *err)
{
    *rows = 0;
    for (size_t i = 0; i < group->term_count; i++) {
        struct inverted_list list;
        TRY(inverted_find(&t->searcher->snapshot->inverted, group->terms[i].text, group->terms[i].len, &list, err));
        *rows += list.count;
    }
    return STATUS_OK;
}

/* All of the groups: the one with the fewest rows first, so that of common ones only those are asked about. */
static enum status keep_groups(struct totalling *t, const struct query_group *groups, size_t count, struct err *err)
{
    size_t least = 0;
    uint64_t least_rows = UINT64_MAX;
    for (size_t g = 0; g < count && count > 1; g++) {
        uint64_t rows;
        TRY(guess(t, &groups[g], &rows, err));
        if (rows < least_rows) {
            least = g;
            least_rows = rows;
        }
    }
    TRY(keep_group(t, &groups[least], err));
    for (size_t g = 0; g < count; g++)
        if (g != least)
            TRY(keep_group(t, &groups[g], err));
    return STATUS_OK;
}

/* What was looked at is settled: these rows have the word. */
static void settle(struct totalling *t)
{
    docset_or(&t->rows, &t->some);
    docset_and_not(&t->open, &t->some);
    docset_copy(&t->some, &t->open);
}

static void keep_value(struct totalling *t, const struct query_value *value)
{
    const struct searcher *s = t->searcher;
    if (value->facet < FACET_LISTED) {
        docset_clear(&t->some);
        filter_values(s, value->facet, value->values, value->value_count, &t->some);
        docset_and(&t->some, &t->open);
        return;
    }
    docset_clear(&t->some);
    DOCSET_EACH(&t->open, row)
        if (value_pass(s, value, row))
            docset_put(&t->some, row);
}

/* Keeps the rows that have the word by a value that it names, itself, by its parts, or by what stands for it. */
static enum status keep_word(struct totalling *t, size_t w, struct err *err)
{
    const struct query *query = t->query;
    const struct query_word *word = &query->words[w];
    docset_copy(&t->open, &t->rows);
    docset_copy(&t->some, &t->rows);
    docset_clear(&t->rows);
    for (size_t v = 0; v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        if (!value->meets || w < value->first || w >= value->first + value->words)
            continue;
        keep_value(t, value);
        settle(t);
    }
    TRY(keep_group(t, &word->whole, err));
    settle(t);
    if (word->part_count) {
        TRY(keep_groups(t, word->parts, word->part_count, err));
        settle(t);
    }
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *alternative = &query->alternatives[a];
        if (w < alternative->first || w >= alternative->first + alternative->words)
            continue;
        TRY(keep_groups(t, alternative->groups, alternative->group_count, err));
        settle(t);
    }
    return STATUS_OK;
}

/* ---- all together ----------------------------------------------------------------------------------------------- */

/* The words that are wanted, those that few rows have first. */
static enum status order_words(struct totalling *t, size_t order[REQUEST_QUERY_WORDS], size_t *count, struct err *err)
{
    uint64_t rows[REQUEST_QUERY_WORDS];
    *count = 0;
    for (size_t w = 0; w < t->query->word_count; w++) {
        uint64_t of_word = 0;
        size_t at = *count;
        if (t->query->words[w].optional)
            continue;
        if (t->query->word_count > 1)
            TRY(guess(t, &t->query->words[w].whole, &of_word, err));
        for (; at > 0 && of_word < rows[at - 1]; at--) {
            rows[at] = rows[at - 1];
            order[at] = order[at - 1];
        }
        rows[at] = of_word;
        order[at] = w;
        ++*count;
    }
    return STATUS_OK;
}

static enum status keep_words(struct totalling *t, struct err *err)
{
    size_t order[REQUEST_QUERY_WORDS], count;
    TRY(order_words(t, order, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(keep_word(t, order[i], err));
    return STATUS_OK;
}

static enum status keep_filters(struct totalling *t, const struct request *request, bool computed, struct err *err)
{
    bool filtered[FILTER_COUNT];
    filters_asked(request, filtered);
    for (int f = 0; f < FILTER_COUNT; f++) {
        if (!filtered[f] || (f >= FACET_LISTED) != computed)
            continue;
        if (computed) {
            struct docset passed;
            TRY(filter_computed(t->searcher, request, (enum filter)f, &t->rows, &passed, err));
            docset_and(&t->rows, &passed);
        } else {
            docset_clear(&t->some);
            filter_listed(t->searcher, request, (enum facet)f, &t->some);
            docset_and(&t->rows, &t->some);
        }
    }
    return STATUS_OK;
}

enum status total_run(struct searcher *s, const struct request *request, const struct query *query, uint64_t *total,
                      struct err *err)
{
    struct totalling t = {.searcher = s, .query = query};
    TRY(searcher_set(s, &t.rows, err));
    TRY(searcher_set(s, &t.open, err));
    TRY(searcher_set(s, &t.some, err));
    docset_copy(&t.rows, &s->live);
    if (request->past)
        docset_or(&t.rows, &s->past);
    TRY(keep_filters(&t, request, false, err));
    if (held_rows(s, request))
        docset_and(&t.rows, held_rows(s, request));
    else if (query)
        TRY(keep_words(&t, err));
    TRY(keep_filters(&t, request, true, err));
    *total = docset_count(&t.rows);
    return STATUS_OK;
}
