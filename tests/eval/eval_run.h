/* One set searched by every engine, judged topic by topic. */
#ifndef OPASTIN_TESTS_EVAL_RUN_H
#define OPASTIN_TESTS_EVAL_RUN_H

#include "tests/eval/eval_index.h"
#include "tests/eval/eval_metrics.h"
#include "tests/eval/eval_topics.h"

enum engine { ENGINE_OURS, ENGINE_SNOWBALL, ENGINE_GRAMS, ENGINES };
extern const char *const engine_names[ENGINES];

struct topic_result {
    struct found found[ENGINES];
    struct scores scores[ENGINES];
    size_t relevant; /* live records of grade 1 and more; 0: in no mean */
};

struct eval_run {
    const char *name; /* of the set; not owned */
    struct eval_index index;
    struct topics topics;
    struct topic_result *results; /* as many as topics */
    double seconds[ENGINES];      /* of searching; of the baselines without reading */
    size_t refused;               /* queries that our engine did not take: they count as finding nothing */
};

/* Searches the topics; the caller has opened the index and read the topics. Releases nothing on failure. */
enum status eval_run_all(struct eval_run *run, struct err *err) MUST_USE;
void eval_run_release(struct eval_run *run);

/* A page of our engine's hits. *refused: the request was not taken (too long …), nothing is found then. */
enum status eval_search(struct eval_index *index, const struct topic *topic, unsigned page, unsigned per_page,
                        uint32_t *rows, size_t *count, uint64_t *total, bool *refused, struct err *err) MUST_USE;

#endif
