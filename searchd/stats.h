/* Counters of one thread: only that thread writes them, any thread reads them, nobody locks.
 *
 * /metrics adds up the threads' counters; a sum may mix moments that lie microseconds apart, which no reader of
 * metrics can tell. */
#ifndef OPASTIN_SEARCHD_STATS_H
#define OPASTIN_SEARCHD_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    STATS_ROUTES = 60,  /* at most; route.c numbers them */
    STATS_CLASSES = 5,  /* 1xx .. 5xx */
    STATS_BUCKETS = 12, /* of the latency histograms; the last is without bound */
};

typedef _Atomic uint64_t stat_counter;

/* One request route's counters. */
struct route_stats {
    stat_counter by_class[STATS_CLASSES];
    stat_counter bucket[STATS_BUCKETS]; /* requests by time, each in one bucket */
    stat_counter sum_us;
};

/* Events by name; the table in stats.c gives each its metric. */
enum stat {
    STAT_CONNECTIONS_OPENED,
    STAT_CONNECTIONS_CLOSED,
    STAT_REJECTED_PROCESS, /* connections beyond the limit of the process */
    STAT_REJECTED_ADDRESS, /* connections beyond the limit of their address */
    STAT_ACCEPT_PAUSES,    /* no descriptors or memory to accept with */
    STAT_BAD_REQUESTS,     /* refused by the checks of the request's head */
    STAT_SLOW_SENDERS,     /* 408 */
    STAT_ABORTED,          /* requests whose answer was not sent whole */
    STAT_BYTES_SENT,       /* bodies as sent */
    STAT_COMPRESSED,       /* answers sent as gzip or br */
    STAT_SEARCHES,         /* run to the end */
    STAT_SEARCH_TIMEOUTS,  /* 504 */
    STAT_QUEUE_JOINED,     /* requests that waited for a turn of their own */
    STAT_QUEUE_LEFT,
    STAT_SHED_QUEUE,       /* of these, refused because too many waited, 503 */
    STAT_SHED_WAIT,        /* refused because they had waited too long, 503 */
    STAT_UPTAKES,          /* new generations taken up */
    STAT_RATE_LIMITED,     /* requests beyond the rate of their address, 429 */
    STAT_KEYS_REFUSED,     /* requests with a wrong key, or without one, 401 and 403 */
    STAT_COUNT
};

struct stats {
    struct route_stats routes[STATS_ROUTES];
    stat_counter events[STAT_COUNT];
};

/* For the one thread that owns the counter. */
static inline void stat_add(stat_counter *counter, uint64_t n)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* One request that ended: its route, its status and the time from its arrival to its answer. */
void stats_request(struct stats *stats, unsigned route, int status, int64_t us);

/* The sums of all threads in Prometheus' text form; names are those of the routes. */
void stats_write(struct stats *const *threads, size_t thread_count, const char *const *names, size_t routes,
                 struct buf *out);
/* One sample with its help and type; value is a whole number. */
void stats_write_one(const char *name, const char *type, const char *help, uint64_t value, struct buf *out);

#endif
