#include "search/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "search/count.h"

enum {
    ROUNDS = 4,         /* the quickest counts: what else the machine does only takes time */
    ROWS_TRIED = 20000, /* of the columns, spread over all */
};

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Results are put where the compiler cannot see that nobody wants them. */
static volatile uint64_t sink;

static void keep_least(double *least, double time)
{
    *least = time < *least ? time : *least;
}

static void try_values(struct snapshot *s)
{
    for (int f = 0; f < FACET_LISTED; f++) {
        double start = now_ns();
        for (uint16_t v = facet_first((enum facet)f), last = facet_unknown((enum facet)f); v <= last; v++)
            sink += value_set_count_and(&s->values[v], &s->all);
        keep_least(&s->values_cost[f], now_ns() - start);
    }
}

/* Rows as far apart as those of a search are. */
static double try_columns(const struct snapshot *s, uint32_t *rows, uint32_t *counts)
{
    uint32_t step = s->columns.count / ROWS_TRIED + 1, count = 0;
    for (uint32_t row = 0; row < s->columns.count; row += step)
        rows[count++] = row;
    double start = now_ns();
    count_columns(&s->columns, rows, count, counts);
    sink += counts[0];
    return count ? (now_ns() - start) / count : 0;
}

enum status calibrate(struct snapshot *s, struct err *err)
{
    uint32_t *rows = calloc(ROWS_TRIED, sizeof *rows);
    uint32_t *counts = calloc((size_t)facet_ordinals() + 1, sizeof *counts);
    bool tried = rows && counts;
    for (int f = 0; f < FACET_LISTED; f++)
        s->values_cost[f] = INFINITY;
    s->row_cost = INFINITY;
    for (int round = 0; tried && round < ROUNDS; round++) {
        try_values(s);
        keep_least(&s->row_cost, try_columns(s, rows, counts));
    }
    free(rows);
    free(counts);
    return tried ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}
