/* What people might ask of a set of records: query strings of /api/v1/search. */
#ifndef OPASTIN_BENCH_QUERY_LOG_H
#define OPASTIN_BENCH_QUERY_LOG_H

#include "tests/bench/generate/sketch.h"

enum query_kind {
    QUERY_RARE,      /* one or two words that few records have */
    QUERY_COMMON,    /* one or two of the most frequent words */
    QUERY_INFLECTED, /* one or two words as they stand in a record */
    QUERY_COMPOUND,  /* a compound of a record's title or keywords, perhaps with one more word */
    QUERY_MANY,      /* three or four words of one record */
    QUERY_FILTERS,   /* one or two words, and filters for certain */
    QUERY_MATCH_ALL, /* filters alone */
    QUERY_KINDS
};

/* Appends line `number` of the log: kind, tab, query string, newline.  The sketch is for its use; it becomes a record
 * that the query is about, so most queries find something. */
void query_line(struct sketch *sketch, uint64_t number, struct buf *out);

#endif
