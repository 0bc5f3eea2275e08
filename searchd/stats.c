#include "searchd/stats.h"

#include <inttypes.h>

/* Upper bounds in microseconds, and as Prometheus writes them. */
static const struct {
    int64_t us;
    const char *seconds;
} bounds[STATS_BUCKETS] = {
    {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"},  {5000, "0.005"},   {10000, "0.01"},  {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"},  {1000000, "1"},    {2500000, "2.5"}, {INT64_MAX, "+Inf"},
};

static const struct {
    const char *name, *help;
} events[STAT_COUNT] = {
    [STAT_CONNECTIONS_OPENED] = {"opastin_connections_opened_total", "Connections accepted."},
    [STAT_CONNECTIONS_CLOSED] = {"opastin_connections_closed_total", "Connections closed."},
    [STAT_REJECTED_PROCESS] = {"opastin_connections_rejected_process_total",
                               "Connections answered 503: the process had as many as allowed."},
    [STAT_REJECTED_ADDRESS] = {"opastin_connections_rejected_address_total",
                               "Connections answered 503: their address had as many as allowed."},
    [STAT_ACCEPT_PAUSES] = {"opastin_accept_pauses_total", "Pauses of accepting, for want of descriptors or memory."},
    [STAT_BAD_REQUESTS] = {"opastin_bad_requests_total", "Requests refused by the checks of their head."},
    [STAT_SLOW_SENDERS] = {"opastin_slow_senders_total", "Requests not sent whole in time, answered 408."},
    [STAT_ABORTED] = {"opastin_aborted_total", "Requests whose answer was not sent whole."},
    [STAT_BYTES_SENT] = {"opastin_sent_bytes_total", "Bytes of answers' bodies, as sent."},
    [STAT_COMPRESSED] = {"opastin_compressed_total", "Answers sent compressed."},
    [STAT_SEARCHES] = {"opastin_searches_total", "Searches run to the end."},
    [STAT_SEARCH_TIMEOUTS] = {"opastin_search_timeouts_total", "Searches stopped at their deadline, answered 504."},
    [STAT_QUEUE_JOINED] = {"opastin_search_queue_joined_total", "Searches that began to wait for their turn."},
    [STAT_QUEUE_LEFT] = {"opastin_search_queue_left_total",
                         "Searches that wait no more: begun, refused or given up by the client."},
    [STAT_SHED_QUEUE] = {"opastin_search_shed_queue_total", "Searches refused because too many waited, answered 503."},
    [STAT_SHED_WAIT] = {"opastin_search_shed_wait_total",
                        "Searches refused because they had waited too long, answered 503."},
    [STAT_UPTAKES] = {"opastin_generation_uptakes_total", "Generations taken up, by each thread."},
    [STAT_RATE_LIMITED] = {"opastin_rate_limited_total", "Requests beyond the rate of their address, answered 429."},
    [STAT_KEYS_REFUSED] = {"opastin_keys_refused_total",
                           "Requests without a key or with a wrong one, answered 401 or 403."},
};

void stats_request(struct stats *stats, unsigned route, int status, int64_t us)
{
    struct route_stats *r = &stats->routes[route];
    int class = status / 100 - 1, bucket = 0;
    if (class >= 0 && class < STATS_CLASSES)
        stat_add(&r->by_class[class], 1);
    while (us > bounds[bucket].us)
        bucket++;
    stat_add(&r->bucket[bucket], 1);
    stat_add(&r->sum_us, (uint64_t)(us < 0 ? 0 : us));
}

/* Sum over the threads of the counter that lies at this offset of struct stats. */
static uint64_t sum(struct stats *const *threads, size_t count, const struct stats *first, const stat_counter *counter)
{
    size_t offset = (size_t)((const char *)counter - (const char *)first);
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += atomic_load_explicit((const stat_counter *)(const void *)((const char *)threads[i] + offset),
                                      memory_order_relaxed);
    return total;
}

static void write_head(const char *name, const char *type, const char *help, struct buf *out)
{
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void stats_write_one(const char *name, const char *type, const char *help, uint64_t value, struct buf *out)
{
    write_head(name, type, help, out);
    buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

static void write_classes(struct stats *const *threads, size_t count, const char *const *names, size_t routes,
                          struct buf *out)
{
    const struct stats *first = threads[0];
    write_head("opastin_requests_total", "counter", "Requests answered, by route and class of status.", out);
    for (size_t r = 0; r < routes; r++)
        for (int c = 0; c < STATS_CLASSES; c++) {
            uint64_t value = sum(threads, count, first, &first->routes[r].by_class[c]);
            if (value)
                buf_addf(out, "opastin_requests_total{route=\"%s\",status=\"%dxx\"} %" PRIu64 "\n", names[r], c + 1,
                         value);
        }
}

static void write_latency(struct stats *const *threads, size_t count, const char *const *names, size_t routes,
                          struct buf *out)
{
    const struct stats *first = threads[0];
    const char *name = "opastin_request_duration_seconds";
    write_head(name, "histogram", "Time from a whole request to its answer, waiting included.", out);
    for (size_t r = 0; r < routes; r++) {
        uint64_t below = 0;
        for (int b = 0; b < STATS_BUCKETS; b++) {
            below += sum(threads, count, first, &first->routes[r].bucket[b]);
            buf_addf(out, "%s_bucket{route=\"%s\",le=\"%s\"} %" PRIu64 "\n", name, names[r], bounds[b].seconds, below);
        }
        uint64_t us = sum(threads, count, first, &first->routes[r].sum_us);
        buf_addf(out, "%s_sum{route=\"%s\"} %" PRIu64 ".%06" PRIu64 "\n", name, names[r], us / 1000000, us % 1000000);
        buf_addf(out, "%s_count{route=\"%s\"} %" PRIu64 "\n", name, names[r], below);
    }
}

/* How many are there now: those that came without those that went. */
static void write_present(struct stats *const *threads, size_t count, const char *name, const char *help,
                          enum stat came, enum stat went, struct buf *out)
{
    uint64_t all = sum(threads, count, threads[0], &threads[0]->events[came]);
    uint64_t gone = sum(threads, count, threads[0], &threads[0]->events[went]);
    stats_write_one(name, "gauge", help, all > gone ? all - gone : 0, out);
}

void stats_write(struct stats *const *threads, size_t count, const char *const *names, size_t routes, struct buf *out)
{
    write_classes(threads, count, names, routes, out);
    write_latency(threads, count, names, routes, out);
    for (int e = 0; e < STAT_COUNT; e++)
        stats_write_one(events[e].name, "counter", events[e].help, sum(threads, count, threads[0],
                        &threads[0]->events[e]), out);
    write_present(threads, count, "opastin_connections", "Connections open now.", STAT_CONNECTIONS_OPENED,
                  STAT_CONNECTIONS_CLOSED, out);
    write_present(threads, count, "opastin_searches_waiting", "Searches that wait for their turn now.",
                  STAT_QUEUE_JOINED, STAT_QUEUE_LEFT, out);
}
