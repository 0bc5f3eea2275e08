/* Exact disjunctive facet counts: each facet over the rows that all other filters leave, from one match. */
#ifndef OPASTIN_SEARCH_COUNT_H
#define OPASTIN_SEARCH_COUNT_H

#include "search/match.h"

/* Fills the FACET_COUNT entries of `counts`, of facets that are not asked for with nothing; arrays in the arena. */
enum status count_run(struct searcher *searcher, const struct request *request, const struct match *match,
                      struct arena *arena, struct facet_count *counts, struct err *err) MUST_USE;

#endif
