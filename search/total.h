/* How many rows a request finds with all its words: match_run() without what scoring and counting facets need. */
#ifndef OPASTIN_SEARCH_TOTAL_H
#define OPASTIN_SEARCH_TOTAL_H

#include "search/query.h"
#include "search/searcher.h"

/* query NULL: every row that passes the filters. */
enum status total_run(struct searcher *searcher, const struct request *request, const struct query *query,
                      uint64_t *total, struct err *err) MUST_USE;

#endif
