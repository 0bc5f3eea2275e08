#include "search/clause.h"

#include "search/filters.h"
#include "search/when.h"

static bool age_meets(const struct columns *c, uint32_t row, const struct condition *condition)
{
    double from = c->age_min[row], to = c->age_max[row];
    if (c->age_min[row] == AGE_UNKNOWN)
        return false;
    if (condition->age == AGE_FROM)
        return condition->least <= from && from <= condition->most;
    if (condition->age == AGE_TO)
        return condition->least <= to && to <= condition->most;
    return from <= condition->most && condition->least <= to;
}

static bool box_meets(const struct columns *c, uint32_t row, const struct condition *box)
{
    for (uint32_t i = c->place_offset[row]; i < c->place_offset[row + 1]; i++) {
        const struct column_place *place = &c->places[i];
        bool across = box->west <= box->east ? box->west <= place->lon && place->lon <= box->east
                                             : box->west <= place->lon || place->lon <= box->east;
        if (!place->centre && across && box->south <= place->lat && place->lat <= box->north)
            return true;
    }
    return false;
}

/* Adds the rows that meet the condition as it stands, its opposite or not. */
static void add_rows(const struct searcher *s, const struct condition *condition, struct docset *rows)
{
    const struct columns *c = &s->snapshot->columns;
    if (condition->kind == CONDITION_VALUE && condition->facet < FACET_LISTED) {
        filter_values(s, condition->facet, &condition->value, 1, rows);
        return;
    }
    uint8_t bit = (uint8_t)(1u << (condition->value & 7));
    struct when when = when_of(condition->facet == FACET_WEEKDAY ? bit : 0, condition->facet == FACET_TIME ? bit : 0,
                               false, false);
    for (uint32_t row = 0; row < c->count; row++) {
        bool meets = condition->kind == CONDITION_AGE   ? age_meets(c, row, condition)
                     : condition->kind == CONDITION_BOX ? box_meets(c, row, condition)
                                                        : when_pass(&when, c->slots[c->slot_class[row]]);
        if (meets)
            docset_put(rows, row);
    }
}

enum status clauses_keep(struct searcher *s, const struct request *request, struct docset *rows, struct err *err)
{
    struct docset any, one, others;
    size_t used = s->sets_used;
    if (!request->clause_count)
        return STATUS_OK;
    TRY(searcher_set(s, &any, err));
    TRY(searcher_set(s, &one, err));
    TRY(searcher_set(s, &others, err));
    for (size_t i = 0; i < request->clause_count; i++) {
        const struct clause *clause = &request->clauses[i];
        TRY(searcher_deadline(s, err));
        docset_clear(&any);
        for (size_t k = 0; k < clause->count; k++) {
            docset_clear(&one);
            add_rows(s, &clause->conditions[k], &one);
            if (clause->conditions[k].opposite) {
                docset_copy(&others, &s->snapshot->all);
                docset_and_not(&others, &one);
            }
            docset_or(&any, clause->conditions[k].opposite ? &others : &one);
        }
        docset_and(rows, &any);
    }
    s->sets_used = used; /* nobody looks at them any more */
    return STATUS_OK;
}
