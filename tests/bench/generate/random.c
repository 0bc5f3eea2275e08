#include "tests/bench/generate/random.h"

#include <stdlib.h>

static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

void rng_init(struct rng *rng, uint64_t seed, uint64_t purpose, uint64_t index)
{
    rng->state[0] = mix(mix(mix(seed) + purpose) + index);
    rng->state[1] = mix(rng->state[0]) | 1; /* never both zero */
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t a = rng->state[0], b = rng->state[1];
    rng->state[0] = b;
    a ^= a << 23;
    rng->state[1] = a ^ b ^ a >> 18 ^ b >> 5;
    return rng->state[1] + b;
}

uint32_t rng_below(struct rng *rng, uint32_t limit)
{
    return (uint32_t)(((rng_next(rng) >> 32) * limit) >> 32);
}

int rng_range(struct rng *rng, int from, int to)
{
    return from + (int)rng_below(rng, (uint32_t)(to - from + 1));
}

double rng_real(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) / 9007199254740992.0;
}

bool rng_chance(struct rng *rng, double percent)
{
    return rng_real(rng) * 100 < percent;
}

size_t rng_weighted(struct rng *rng, const double *weights, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    double at = rng_real(rng) * sum;
    for (size_t i = 0; i + 1 < count; i++) {
        if (at < weights[i])
            return i;
        at -= weights[i];
    }
    return count - 1;
}

/* The first index in low..high whose cumulative weight is above `at`. */
static size_t search(const double *cumulative, size_t low, size_t high, double at)
{
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cumulative[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

enum status zipf_init(struct zipf *zipf, size_t count, struct err *err)
{
    double sum = 0;
    zipf->count = count;
    zipf->cumulative = calloc(count, sizeof *zipf->cumulative);
    if (!zipf->cumulative)
        return err_set(err, STATUS_NOMEM, "out of memory for %zu ranks", count);
    for (size_t i = 0; i < count; i++)
        zipf->cumulative[i] = sum += 1.0 / (double)(i + 1);
    return STATUS_OK;
}

void zipf_release(struct zipf *zipf)
{
    free(zipf->cumulative);
}

size_t zipf_pick(const struct zipf *zipf, struct rng *rng, size_t count)
{
    return search(zipf->cumulative, 0, count - 1, rng_real(rng) * zipf->cumulative[count - 1]);
}

size_t zipf_pick_flat(const struct zipf *zipf, struct rng *rng, size_t shift, size_t count)
{
    double before = shift ? zipf->cumulative[shift - 1] : 0, all = zipf->cumulative[shift + count - 1];
    return search(zipf->cumulative, shift, shift + count - 1, before + rng_real(rng) * (all - before)) - shift;
}

enum status choice_init(struct choice *choice, const double *weights, size_t count, struct err *err)
{
    double sum = 0;
    choice->count = count;
    choice->cumulative = calloc(count, sizeof *choice->cumulative);
    if (!choice->cumulative)
        return err_set(err, STATUS_NOMEM, "out of memory for %zu weights", count);
    for (size_t i = 0; i < count; i++)
        choice->cumulative[i] = sum += weights[i];
    return STATUS_OK;
}

void choice_release(struct choice *choice)
{
    free(choice->cumulative);
}

size_t choice_pick(const struct choice *choice, struct rng *rng)
{
    return search(choice->cumulative, 0, choice->count - 1, rng_real(rng) * choice->cumulative[choice->count - 1]);
}
