#include "search/relax.h"

#include <math.h>
#include <string.h>

#include "search/score.h"
#include "search/weights.h"

enum { SUM_MOST = RELAX_UNITS * REQUEST_QUERY_WORDS };

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

/* How much of the query each row has, in s->matched. */
static void weigh_rows(struct searcher *s, const struct match *m, const uint16_t units[REQUEST_QUERY_WORDS])
{
    for (size_t w = 0; w < m->word_count; w++) {
        const struct word_match *word = &m->words[w];
        if (units[w] == 0)
            continue;
        DOCSET_EACH(&word->rows, row)
            s->matched[row] += units[w];
        uint16_t part = (uint16_t)(units[w] / (word->part_count + 1));
        for (size_t p = 0; p < word->part_count; p++)
            POSTINGS_EACH(word->parts[p], row)
                if (!docset_has(&word->rows, row))
                    s->matched[row] += part;
    }
}

/* The least that lets enough rows in. */
static unsigned find_threshold(const struct searcher *s, const struct docset *passing)
{
    uint32_t with[SUM_MOST + 1] = {0};
    uint64_t enough = 0;
    unsigned best = 0, least;
    DOCSET_EACH(passing, row) {
        with[s->matched[row]]++;
        if (s->matched[row] > best)
            best = s->matched[row];
    }
    for (least = best; least > 1 && (enough += with[least]) < SEARCH_RELAX_TO; least--)
        ;
    unsigned floor = (unsigned)ceil(best * weights.relax);
    return least < floor ? floor : least < 1 ? 1 : least;
}

static unsigned words_of(const struct query *query, const struct match *m, uint32_t row)
{
    unsigned words = 0;
    for (size_t w = 0; w < m->word_count; w++)
        words += !query->words[w].optional && docset_has(&m->words[w].rows, row);
    return words;
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

/* Rows of the very place that the query names, that have a word of what is sought there; none when it names no
 * place. */
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
    TRY(topic_rows(s, query, m, &topic, err));
    TRY(near_rows(s, query, m, &near, err));
    docset_and(any, &topic);
    docset_and(passing, &topic);
    weigh_words(s, query, m, units);
    weigh_rows(s, m, units);
    unsigned least = find_threshold(s, passing);
    docset_clear(&m->text);
    DOCSET_EACH(any, row) {
        if (s->matched[row] < least && !docset_has(&near, row))
            continue;
        docset_put(&m->text, row);
        unsigned words = docset_has(passing, row) ? words_of(query, m, row) : m->required;
        m->required = words < m->required ? words : m->required;
    }
    memset(s->matched, 0, s->snapshot->columns.count * sizeof *s->matched);
    return STATUS_OK;
}
