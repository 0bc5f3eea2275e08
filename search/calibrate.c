#include "search/calibrate.h"

#include <stdlib.h>
#include <time.h>

enum {
    ROUNDS = 2,         /* the last counts: by then the caches hold what they can */
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

static void try_values(struct snapshot *s)
{
    for (int f = 0; f < FACET_LISTED; f++) {
        double start = now_ns();
        for (uint16_t v = facet_first((enum facet)f), last = facet_unknown((enum facet)f); v <= last; v++)
            sink += value_set_count_and(&s->values[v], &s->all);
        s->values_cost[f] = now_ns() - start;
    }
}

static double try_columns(const struct snapshot *s, uint32_t *counts)
{
    const struct columns *c = &s->columns;
    uint32_t step = c->count / ROWS_TRIED + 1;
    uint64_t values = 0;
    double start = now_ns();
    for (uint32_t row = 0; row < c->count; row += step) {
        uint32_t end = c->ordinal_offset[row + 1];
        for (uint32_t i = c->ordinal_offset[row]; i < end; i++)
            counts[c->ordinals[i]]++;
        values += end - c->ordinal_offset[row];
    }
    return values ? (now_ns() - start) / (double)values : 0;
}

enum status calibrate(struct snapshot *s, struct err *err)
{
    uint32_t *counts = calloc(facet_ordinals(), sizeof *counts);
    if (!counts)
        return err_set(err, STATUS_NOMEM, "out of memory");
    for (int round = 0; round < ROUNDS; round++) {
        try_values(s);
        s->column_cost = try_columns(s, counts);
    }
    free(counts);
    return STATUS_OK;
}
