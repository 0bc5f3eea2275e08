/* Exact disjunctive facet counts: each facet over the rows that all other filters leave, from one match. */
#ifndef OPASTIN_SEARCH_COUNT_H
#define OPASTIN_SEARCH_COUNT_H

#include "search/match.h"

/* Counts all ordinals of these rows; counts: facet_ordinals() places and one more, for what is none. */
void count_columns(const struct columns *columns, const uint32_t *rows, size_t row_count, uint32_t *counts);
/* Fills the FACET_COUNT entries of `counts`, of facets that are not asked for with nothing; arrays in the arena. */
enum status count_run(struct searcher *searcher, const struct request *request, const struct match *match,
                      struct arena *arena, struct facet_count *counts, struct err *err) MUST_USE;

#endif
