/* Which rows pass the filters of a request. */
#ifndef OPASTIN_SEARCH_FILTERS_H
#define OPASTIN_SEARCH_FILTERS_H

#include "search/searcher.h"

/* Filters that are decided together: weekday, time of day and date must hold for the same occurrence. */
enum filter {
    FILTER_WHEN = FACET_LISTED, /* below: one filter per listed facet */
    FILTER_AGE,
    FILTER_NEAR,
    FILTER_COUNT
};
_Static_assert((int)FILTER_COUNT - (int)FACET_LISTED == SEARCHER_ROW_FILTERS, "each has its memory");

void filters_asked(const struct request *request, bool filtered[FILTER_COUNT]);

/* Adds the rows of the values: of an area, what serves the whole country too. */
void filter_values(const struct searcher *searcher, enum facet facet, const uint16_t *entries, size_t count,
                   struct docset *rows);
/* Adds the rows that pass the filter of a listed facet. */
void filter_listed(const struct searcher *searcher, const struct request *request, enum facet facet,
                   struct docset *rows);
/* The row takes place within the days asked for, or does not say when and that may be; *slots: the weekdays and times
 * of these days. */
struct days;
bool filter_days(const struct searcher *searcher, const struct request *request, const struct days *days, uint32_t row,
                 uint32_t *slots);
/* Decides the filter for the rows of `among`, those that it has not decided before: *passed are, of all rows decided,
 * the ones that pass, as a view that stays until the filter is asked with other values. */
enum status filter_computed(struct searcher *searcher, const struct request *request, enum filter filter,
                            const struct docset *among, struct docset *passed, struct err *err) MUST_USE;

/* Great-circle distance from a point (degrees), or from where the request measures, to the row's nearest place, in km;
 * NAN when the row has no place, or the request names nothing to measure from.  *centre (may be NULL): the place's own
 * position is not known, its municipality's centre stands in. */
double row_distance_from(const struct columns *columns, uint32_t row, double lat, double lon, bool *centre);
double row_distance_km(const struct columns *columns, uint32_t row, const struct request *request, bool *centre);
/* The request names a point, or a municipality, whose centre is one. */
bool distance_asked(const struct request *request);

#endif
