/* One match of a text, looked at under the filters of several requests. */
#include <string.h>

#include "search/count.h"
#include "search/rank.h"
#include "search/searcher.h"
#include "search/together.h"

/* How many of the rows include each age, begin with it, end with it. */
static enum status count_ages(const struct columns *c, const struct docset *rows, struct arena *arena,
                              struct answer *answer, struct err *err)
{
    enum { AGES = REQUEST_AGE_MOST + 1 };
    uint32_t *counts[AGE_KINDS];
    for (int kind = 0; kind < AGE_KINDS; kind++)
        if (!(answer->ages[kind] = counts[kind] = arena_array(arena, AGES, sizeof **counts)))
            return arena_nomem(err);
    DOCSET_EACH(rows, row) {
        if (c->age_min[row] == AGE_UNKNOWN || c->age_min[row] >= AGES || c->age_max[row] >= AGES)
            continue;
        counts[AGE_FROM][c->age_min[row]]++;
        counts[AGE_TO][c->age_max[row]]++;
    }
    uint32_t open = 0;
    for (int age = 0; age < AGES; age++) {
        open += counts[AGE_FROM][age];
        counts[AGE_ANY][age] = open;
        open -= counts[AGE_TO][age];
    }
    return STATUS_OK;
}

/* The text's rows that pass the request's filters. */
static enum status keep_filtered(struct searcher *s, const struct request *request, struct docset *rows,
                                 struct err *err)
{
    struct docset one, passed;
    bool filtered[FILTER_COUNT];
    TRY(searcher_set(s, &one, err));
    TRY(clauses_keep(s, request, rows, err));
    filters_asked(request, filtered);
    for (int f = 0; f < FACET_LISTED; f++) {
        if (!filtered[f])
            continue;
        docset_clear(&one);
        filter_listed(s, request, (enum facet)f, &one);
        docset_and(rows, &one);
    }
    for (int f = FACET_LISTED; f < FILTER_COUNT; f++) {
        if (!filtered[f])
            continue;
        TRY(filter_computed(s, request, (enum filter)f, rows, &passed, err));
        docset_and(rows, &passed);
    }
    return STATUS_OK;
}

enum status side_run(struct searcher *s, const struct match *m, struct search_side *side, bool lead,
                     struct arena *arena, struct err *err)
{
    struct match own = {0}; /* the side's hits as a result that nothing was filtered from */
    size_t used = s->sets_used;
    TRY(searcher_set(s, &own.text, err));
    docset_copy(&own.text, lead ? &m->result : &m->text);
    if (!lead)
        TRY(keep_filtered(s, side->request, &own.text, err));
    own.result = own.text;
    own.total = lead ? m->total : docset_count(&own.text);
    side->answer.total = own.total;
    TRY(count_run(s, side->request, &own, arena, side->answer.facets, err));
    if (side->ages)
        TRY(count_ages(&s->snapshot->columns, &own.text, arena, &side->answer, err));
    s->sets_used = used; /* the next takes the same */
    return STATUS_OK;
}
