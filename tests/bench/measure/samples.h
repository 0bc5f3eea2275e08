/* Times that were taken, and how benchmark programs tell what came of them: one "name<TAB>value" line per figure on
 * standard output, which run.sh collects. */
#ifndef OPASTIN_BENCH_SAMPLES_H
#define OPASTIN_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct samples {
    double *list; /* owned; in the order they were taken until the first percentile is asked */
    size_t count, capacity;
};

enum status samples_add(struct samples *samples, double value, struct err *err) MUST_USE;
void samples_release(struct samples *samples);
/* percent 0..100, by the nearest rank; 0 when there are none. Sorts the list. */
double samples_percentile(struct samples *samples, double percent);
double samples_mean(const struct samples *samples);

void metric(const char *name, double value);
/* NAME.p50, .p95, .p99, .mean of the samples. */
void metric_samples(const char *name, struct samples *samples);

/* Seconds: of this thread's processor time, and on the wall. */
double now_cpu(void);
double now_wall(void);

#endif
