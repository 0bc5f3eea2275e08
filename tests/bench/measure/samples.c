#include "tests/bench/measure/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum status samples_add(struct samples *s, double value, struct err *err)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 4096;
        double *list = realloc(s->list, capacity * sizeof *list);
        if (!list)
            return err_set(err, STATUS_NOMEM, "out of memory for %zu samples", capacity);
        s->list = list;
        s->capacity = capacity;
    }
    s->list[s->count++] = value;
    return STATUS_OK;
}

void samples_release(struct samples *s)
{
    free(s->list);
    *s = (struct samples){0};
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_percentile(struct samples *s, double percent)
{
    if (s->count == 0)
        return 0;
    qsort(s->list, s->count, sizeof *s->list, compare);
    double rank = ceil(percent / 100 * (double)s->count);
    return s->list[rank < 1 ? 0 : (size_t)rank - 1];
}

double samples_mean(const struct samples *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->list[i];
    return s->count ? sum / (double)s->count : 0;
}

void metric(const char *name, double value)
{
    printf("%s\t%.9g\n", name, value);
}

void metric_samples(const char *name, struct samples *s)
{
    printf("%s.p50\t%.9g\n", name, samples_percentile(s, 50));
    printf("%s.p95\t%.9g\n", name, samples_percentile(s, 95));
    printf("%s.p99\t%.9g\n", name, samples_percentile(s, 99));
    printf("%s.mean\t%.9g\n", name, samples_mean(s));
}

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double now_cpu(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double now_wall(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
