#include "tests/eval/eval_metrics.h"

#include <math.h>

const char *const measure_names[MEASURES] = {
    [MEASURE_NDCG] = "ndcg10", [MEASURE_RECALL] = "recall10", [MEASURE_MRR] = "mrr10", [MEASURE_P5] = "p5"};

/* Absorbs rounding in "at least as far from zero". */
static const double SAME = 1e-12;

static double gain(int grade)
{
    return grade > 0 ? (double)((1 << grade) - 1) : 0;
}

static double discount(size_t rank)
{
    return 1 / log2((double)rank + 2);
}

size_t topic_relevant(const struct topic *topic, unsigned least)
{
    size_t count = 0;
    for (size_t i = 0; i < topic->judged->count; i++)
        count += topic->judged->list[i].live && topic->judged->list[i].grade >= least;
    return count;
}

/* The gain of the best order that there is. */
static double ideal(const struct topic *topic)
{
    double sum = 0;
    size_t rank = 0;
    for (int grade = GRADE_MOST; grade > 0; grade--) {
        size_t count = topic_relevant(topic, (unsigned)grade) - topic_relevant(topic, (unsigned)grade + 1);
        for (size_t i = 0; i < count && rank < METRICS_DEPTH; i++)
            sum += gain(grade) * discount(rank++);
    }
    return sum;
}

struct scores score(const struct topic *topic, const struct found *found)
{
    struct scores scores = {0};
    double sum = 0, best = ideal(topic);
    size_t relevant = topic_relevant(topic, 1), hits = 0, good = 0;
    for (size_t i = 0; i < found->count; i++) {
        int grade = topic_grade(topic, found->rows[i]);
        scores.unjudged += grade == GRADE_NONE;
        sum += gain(grade) * discount(i);
        good += grade >= METRICS_GOOD && i < METRICS_PRECISE;
        if (grade > 0 && ++hits == 1)
            scores.of[MEASURE_MRR] = 1 / (double)(i + 1);
    }
    size_t reachable = relevant < METRICS_DEPTH ? relevant : METRICS_DEPTH;
    scores.of[MEASURE_NDCG] = best > 0 ? sum / best : 0;
    scores.of[MEASURE_RECALL] = reachable ? (double)hits / (double)reachable : 0;
    scores.of[MEASURE_P5] = (double)good / METRICS_PRECISE;
    return scores;
}

/* splitmix64 */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double sign_flip(const double *one, const double *other, size_t count)
{
    uint64_t state = 20261122, bits = 0;
    double observed = 0;
    unsigned as_far = 0;
    for (size_t i = 0; i < count; i++)
        observed += one[i] - other[i];
    for (unsigned flip = 0; flip < METRICS_FLIPS; flip++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            bits = i % 64 == 0 ? next_bits(&state) : bits >> 1;
            double difference = one[i] - other[i];
            sum += bits & 1 ? difference : -difference;
        }
        as_far += fabs(sum) >= fabs(observed) - SAME;
    }
    return (as_far + 1.0) / (METRICS_FLIPS + 1.0);
}
