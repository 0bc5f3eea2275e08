/* Measures of one ranked list against the judgements of its topic, and the test of a difference of means. */
#ifndef OPASTIN_TESTS_EVAL_METRICS_H
#define OPASTIN_TESTS_EVAL_METRICS_H

#include "tests/eval/eval_topics.h"

enum {
    METRICS_DEPTH = 10,    /* hits that are looked at */
    METRICS_PRECISE = 5,   /* the same for precision */
    METRICS_GOOD = 2,      /* grade that counts for precision, where there are grades above 1 */
    METRICS_FLIPS = 10000, /* of the sign-flip test */
};

enum measure { MEASURE_NDCG, MEASURE_RECALL, MEASURE_MRR, MEASURE_P5, MEASURES };
extern const char *const measure_names[MEASURES];

/* What one engine found for one topic. */
struct found {
    uint32_t rows[METRICS_DEPTH];
    size_t count;
    uint64_t total; /* of all pages; what is known of it */
};

struct scores {
    double of[MEASURES]; /* 0..1; MRR, recall: any grade above 0; recall is a share of min(relevant, 10) */
    unsigned unjudged;   /* of the hits */
};

/* Live records of grade `least` or more. */
size_t topic_relevant(const struct topic *topic, unsigned least);
struct scores score(const struct topic *topic, const struct found *found);

/* Two-sided chance of so large a difference of means when each pair's sign is a coin's; the coin has a fixed seed. */
double sign_flip(const double *one, const double *other, size_t count);

#endif
