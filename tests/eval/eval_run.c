#include "tests/eval/eval_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "tests/eval/eval_baseline.h"

const char *const engine_names[ENGINES] = {
    [ENGINE_OURS] = "opastin", [ENGINE_SNOWBALL] = "snowball", [ENGINE_GRAMS] = "5-grams"};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void add_encoded(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_addf(out, "%%%02X", (unsigned char)*text);
}

/* ---- our engine -------------------------------------------------------------------------------------------------- */

static enum status search_text(struct eval_index *index, const char *text, struct arena *arena, uint32_t *rows,
                               size_t *count, uint64_t *total, bool *refused, struct err *err)
{
    struct search_clock clock = {.today = EVAL_TODAY};
    struct request_errors errors;
    struct request request;
    struct answer answer;
    enum status status = request_parse(&request, text, arena, &errors, NULL);
    *refused = status == STATUS_INVALID;
    *count = 0;
    *total = 0;
    if (*refused)
        return STATUS_OK;
    if (status != STATUS_OK)
        return err_set(err, status, "the request cannot be read");
    TRY(search_run(index->searcher, &request, &clock, arena, &answer, err));
    for (size_t i = 0; i < answer.hit_count; i++)
        rows[(*count)++] = answer.hits[i].row;
    *total = answer.total;
    return STATUS_OK;
}

enum status eval_search(struct eval_index *index, const struct topic *topic, unsigned page, unsigned per_page,
                        uint32_t *rows, size_t *count, uint64_t *total, bool *refused, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct buf text = BUF_INIT;
    buf_addf(&text, "lang=%s&page=%u&per_page=%u&q=", topic->lang, page, per_page);
    add_encoded(&text, topic->query);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK)
        status = search_text(index, text.data, &arena, rows, count, total, refused, err);
    if (status != STATUS_OK)
        err_prefix(err, "%s", topic->id);
    buf_release(&text);
    arena_release(&arena);
    return status;
}

static enum status run_ours(struct eval_run *run, struct err *err)
{
    double start = now();
    for (size_t i = 0; i < run->topics.count; i++) {
        struct found *found = &run->results[i].found[ENGINE_OURS];
        bool refused;
        TRY(eval_search(&run->index, &run->topics.list[i], 1, METRICS_DEPTH, found->rows, &found->count, &found->total,
                        &refused, err));
        run->refused += refused;
    }
    run->seconds[ENGINE_OURS] = now() - start;
    return STATUS_OK;
}

/* ---- the baselines ----------------------------------------------------------------------------------------------- */

static enum status search_baseline(struct eval_run *run, struct baseline *baseline, enum engine engine, struct err *err)
{
    double start = now();
    for (size_t i = 0; i < run->topics.count; i++) {
        const struct topic *topic = &run->topics.list[i];
        struct found *found = &run->results[i].found[engine];
        TRY(baseline_search(baseline, topic->query, topic->lang, found->rows, METRICS_DEPTH, &found->count, err));
        found->total = found->count;
    }
    run->seconds[engine] = now() - start;
    return STATUS_OK;
}

static enum status run_baseline(struct eval_run *run, enum baseline_tokens tokens, enum engine engine, struct err *err)
{
    struct baseline *baseline;
    enum status status = baseline_make(&baseline, tokens, &run->index, err);
    if (status == STATUS_OK)
        status = search_baseline(run, baseline, engine, err);
    baseline_free(baseline);
    return status;
}

enum status eval_run_all(struct eval_run *run, struct err *err)
{
    run->results = calloc(run->topics.count + 1, sizeof *run->results);
    if (!run->results)
        return err_set(err, STATUS_NOMEM, "out of memory");
    TRY(run_ours(run, err));
    TRY(run_baseline(run, BASELINE_STEMS, ENGINE_SNOWBALL, err));
    TRY(run_baseline(run, BASELINE_GRAMS, ENGINE_GRAMS, err));
    for (size_t i = 0; i < run->topics.count; i++) {
        struct topic_result *result = &run->results[i];
        result->relevant = topic_relevant(&run->topics.list[i], 1);
        for (int engine = 0; engine < ENGINES; engine++)
            result->scores[engine] = score(&run->topics.list[i], &result->found[engine]);
    }
    return STATUS_OK;
}

void eval_run_release(struct eval_run *run)
{
    free(run->results);
    topics_release(&run->topics);
    eval_index_close(&run->index);
    *run = (struct eval_run){0};
}
