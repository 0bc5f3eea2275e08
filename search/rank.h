/* The order of what was found: by score, distance, date or name; and one page of it. */
#ifndef OPASTIN_SEARCH_RANK_H
#define OPASTIN_SEARCH_RANK_H

#include "search/match.h"

enum { RANK_PLACES = 1024 }; /* with more places asked for, all rows of the result are judged to the end */

/* The page that the request asks for: hits in the arena, `before` and `more`. */
enum status rank_run(struct searcher *searcher, const struct request *request, const struct query *query,
                     const struct match *match, struct arena *arena, struct answer *answer, struct err *err) MUST_USE;

/* Smaller: first. */
int sort_key_compare(struct sort_key a, struct sort_key b);

#endif
