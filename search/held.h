/* What a searcher holds while one question is answered, its ways on too: the postings of the words, which the cache may
 * not have let in and which would be merged again for each way, and the rows that have all words, since most ways
 * change nothing but filters. */
#ifndef OPASTIN_SEARCH_HELD_H
#define OPASTIN_SEARCH_HELD_H

#include "search/query.h"
#include "search/searcher.h"

/* The group's postings, held until held_release(). STATUS_TIMEOUT when the deadline has passed; errors of
 * postings_get(). */
enum status held_postings(struct searcher *searcher, const struct query_group *group,
                          const struct postings **postings, struct err *err) MUST_USE;

/* Keeps a copy of the rows that have all words that are wanted of the request's text, whatever its filters are. */
void held_keep_rows(struct searcher *searcher, const struct request *request, const struct docset *rows);
/* These rows, for a request of the same text; NULL when they are of another, or there are none. */
const struct docset *held_rows(const struct searcher *searcher, const struct request *request);

/* Gives all back: before another question. */
void held_release(struct searcher *searcher);

#endif
