/* What was understood of a query, and the ways on from few hits, as the search page shows them. */
#ifndef OPASTIN_SEARCHD_PAGE_WAYS_H
#define OPASTIN_SEARCHD_PAGE_WAYS_H

#include "search/ways.h"
#include "searchd/page.h"

/* "understood", "corrected", "relaxed"; *notes is raised by how many lines they are. */
enum status page_understood(struct page *page, const struct request *request, const struct answer *answer,
                            size_t *notes, struct err *err) MUST_USE;
/* "ways": each with its address and count; those that a lock does not allow are left out.  Returns how many. */
size_t page_ways(struct page *page, const struct ways *ways);

/* "desks": where to ask by phone, when the operator has told (desks.h); how many.  query may be NULL. */
size_t page_desks(struct page *page, const struct request *request, const struct query *query);

#endif
