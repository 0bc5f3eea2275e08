/* Token buckets of many clients in a table that never grows.
 *
 * A bucket holds `burst` tokens at most and gets one each `each_us`; a request takes one.  It is kept as the time at
 * which it will be full again, so nothing runs when nothing is asked.  The table has room for BUCKET_SETS *
 * BUCKET_WAYS clients; when a set is full, the bucket that is nearest to full makes room: the client that loses the
 * least by being forgotten.  So who has asked most is forgotten last.  For all threads, with a lock for each part. */
#ifndef OPASTIN_SEARCHD_BUCKET_H
#define OPASTIN_SEARCHD_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum {
    BUCKET_SETS = 8192, /* a power of two */
    BUCKET_WAYS = 8,    /* 1 MiB in all */
    BUCKET_LOCKS = 64,  /* a power of two */
};

/* How much may be asked. each_us 0: no limit. */
struct bucket_rate {
    int64_t each_us; /* a token; at most an hour */
    int64_t burst;   /* 1..1,000,000 */
};

struct bucket_state {
    bool taken;
    int64_t left;    /* tokens, now */
    int64_t wait_us; /* until there is one; 0 when there is one now */
    int64_t full_us; /* until it is full */
};

struct buckets;
enum status buckets_new(struct buckets **buckets, struct err *err) MUST_USE;
void buckets_free(struct buckets *buckets);
/* Takes a token of the client's bucket if it has one. who: a hash, in which each bit counts. now_us: any clock that
 * does not go back. */
struct bucket_state buckets_take(struct buckets *buckets, uint64_t who, const struct bucket_rate *rate,
                                 int64_t now_us);

#endif
