#include "search/relax.h"

#include <math.h>

#include "search/score.h"
#include "search/sliced.h"
#include "search/weights.h"

_Static_assert(RELAX_UNITS * REQUEST_QUERY_WORDS <= SLICED_MOST, "all words of a query can be summed up");

/* What each word weighs, 1..RELAX_UNITS; an optional one 0. */
static void weigh_words(const struct searcher *s, const struct query *query, const struct match *m,
                        uint16_t units[REQUEST_QUERY_WORDS])
{
    double idf[REQUEST_QUERY_WORDS], most = 0;
    for (size_t w = 0; w < m->word_count; w++) {
        idf[w] = bm25_idf(s->snapshot->columns.count, (uint32_t)docset_count(&m->words[w].rows),
                          query->words[w].share);
        if (!query->words[w].optional && idf[w] > most)
            most = idf[w];
    }
    for (size_t w = 0; w < m->word_count; w++) {
        double share = query->words[w].optional ? 0 : RELAX_UNITS * idf[w] / most;
        units[w] = query->words[w].optional ? 0 : (uint16_t)(share < 1 ? 1 : lround(share));
    }
}

/* How much of the query each row has. */
static void weigh_rows(const struct match *m, const uint16_t units[REQUEST_QUERY_WORDS], struct sliced *had)
{
    for (size_t w = 0; w < m->word_count; w++) {
        const struct word_match *word = &m->words[w];
        unsigned part = units[w] / (word->part_count + 1);
        if (units[w] > 0)
            sliced_add(had, &word->rows, units[w]);
        for (size_t p = 0; part > 0 && p < word->part_count; p++)
            sliced_add_instead(had, word->parts[p], &word->rows, part);
    }
}

/* The least that lets enough rows in. */
static unsigned find_threshold(struct sliced *had, const struct docset *passing)
{
    unsigned best, least = sliced_nth(had, passing, SEARCH_RELAX_TO, &best);
    unsigned floor = (unsigned)ceil(best * weights.relax);
    return least < floor ? floor : least < 1 ? 1 : least;
}

/* The words that each of these rows has. */
static unsigned find_required(const struct query *query, const struct match *m, const struct docset *rows)
{
    struct sliced words;
    sliced_begin(&words, rows->word_count);
    for (size_t w = 0; w < m->word_count; w++)
        if (!query->words[w].optional)
            sliced_add(&words, &m->words[w].rows, 1);
    return sliced_lowest(&words, rows);
}

static bool names_area(const struct query *query, size_t word)
{
    for (size_t v = 0; v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        if (value->facet == FACET_AREA && value->meets && value->first <= word && word < value->first + value->words)
            return true;
    }
    return false;
}

/* Rows that have something of what is sought, or are of the very place: what serves the whole country is no answer to
 * "chess in Hirvensalmi" for that alone.  All rows when the query says only where. */
static enum status topic_rows(struct searcher *s, const struct query *query, const struct match *m,
                              struct docset *rows, struct err *err)
{
    bool only_where = true;
    TRY(searcher_set(s, rows, err));
    for (size_t w = 0; w < m->word_count; w++) {
        const struct word_match *word = &m->words[w];
        if (query->words[w].optional)
            continue;
        if (names_area(query, w)) {
            docset_or_and(rows, &word->rows, &s->local);
            continue;
        }
        only_where = false;
        docset_or(rows, &word->rows);
        for (size_t p = 0; p < word->part_count; p++)
            postings_or(word->parts[p], rows);
    }
    if (only_where)
        docset_copy(rows, &s->snapshot->all);
    return STATUS_OK;
}

/* Rows of the very place that the query names, that have a word of what is sought there, and so are among those of the
 * topic; none when it names no place. */
static enum status near_rows(struct searcher *s, const struct query *query, const struct match *m,
                             struct docset *rows, struct err *err)
{
    struct docset sought;
    TRY(searcher_set(s, rows, err));
    TRY(searcher_set(s, &sought, err));
    for (size_t w = 0; w < m->word_count; w++)
        if (!query->words[w].optional && names_area(query, w))
            docset_or_and(rows, &m->words[w].rows, &s->local);
        else if (!query->words[w].optional)
            docset_or(&sought, &m->words[w].rows);
    docset_and(rows, &sought);
    return STATUS_OK;
}

enum status relax_run(struct searcher *s, const struct query *query, struct docset *any, struct docset *passing,
                      struct match *m, struct err *err)
{
    uint16_t units[REQUEST_QUERY_WORDS];
    struct docset topic, near;
    struct sliced had;
    TRY(topic_rows(s, query, m, &topic, err));
    TRY(near_rows(s, query, m, &near, err));
    docset_and(any, &topic);
    docset_and(passing, &topic);
    weigh_words(s, query, m, units);
    sliced_begin(&had, any->word_count);
    weigh_rows(m, units, &had);
    docset_copy(&m->text, &near);
    sliced_at_least(&had, any, find_threshold(&had, passing), &m->text);
    docset_and(passing, &m->text);
    m->required = find_required(query, m, passing);
    return STATUS_OK;
}
