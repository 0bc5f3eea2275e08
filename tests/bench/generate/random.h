/* Chance that repeats: a small generator of our own, so that a set is the same on every machine and library. */
#ifndef OPASTIN_BENCH_RANDOM_H
#define OPASTIN_BENCH_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* xorshift128+; each record has one of its own, so that no record depends on those before it. */
struct rng {
    uint64_t state[2];
};

/* purpose and index tell streams of one seed apart. */
void rng_init(struct rng *rng, uint64_t seed, uint64_t purpose, uint64_t index);
uint64_t rng_next(struct rng *rng);
/* 0..limit-1; limit >= 1. */
uint32_t rng_below(struct rng *rng, uint32_t limit);
/* from..to, both included. */
int rng_range(struct rng *rng, int from, int to);
/* 0 <= x < 1 */
double rng_real(struct rng *rng);
/* True in `percent` of 100 cases. */
bool rng_chance(struct rng *rng, double percent);
/* Index of one of the weights, which need not add up to anything. */
size_t rng_weighted(struct rng *rng, const double *weights, size_t count);

/* Zipf's law: rank r of 0..count-1 with a chance of 1 / (r + 1), for any count up to the table's. */
struct zipf {
    double *cumulative; /* owned */
    size_t count;
};
enum status zipf_init(struct zipf *zipf, size_t count, struct err *err) MUST_USE;
void zipf_release(struct zipf *zipf);
/* count: 1..zipf->count */
size_t zipf_pick(const struct zipf *zipf, struct rng *rng, size_t count);
/* The same with a flatter head (Zipf-Mandelbrot): a chance of 1 / (r + 1 + shift); shift + count <= zipf->count. */
size_t zipf_pick_flat(const struct zipf *zipf, struct rng *rng, size_t shift, size_t count);

/* Chooses by given weights. */
struct choice {
    double *cumulative; /* owned */
    size_t count;
};
enum status choice_init(struct choice *choice, const double *weights, size_t count, struct err *err) MUST_USE;
void choice_release(struct choice *choice);
size_t choice_pick(const struct choice *choice, struct rng *rng);

#endif
