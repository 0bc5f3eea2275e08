/* How long suggestions take inside one thread, without HTTP: every letter of the last word of every query, as it is
 * typed, with synonyms and understood values as the daemon has them.
 *
 *   suggest_bench --index var/bench/index --queries var/bench/queries.tsv
 *
 * first   the first time over them all, from an empty cache
 * warm    the times after that, with their postings cached
 * cold    each word is the first that is typed after a new generation was taken up: no postings are cached
 *
 * Each apart for queries without filters (plain), with filters whose rows are at hand (listed), and with such as are
 * decided row by row (computed: weekday, time, age, distance).
 *
 * Milliseconds of processor time; "wall" beside warm.  The day is the one that the sets are made around. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "search/request.h"
#include "search/suggest.h"
#include "tests/bench/measure/options.h"
#include "tests/bench/measure/query_file.h"
#include "tests/bench/measure/samples.h"
#include "tests/bench/measure/service.h"

enum { NAME_MOST = 80 };

struct bench {
    const struct options *options;
    struct query_file queries;
    struct topics *topics;
    struct service service;
    struct arena arena, typing;
    uint64_t suggested;
};

enum filters { PLAIN, LISTED, COMPUTED, FILTERS };
static const char *const filters_names[FILTERS] = {"plain", "listed", "computed"};

struct phase {
    const char *name;
    struct samples cpu[FILTERS], wall;
};

static void phase_release(struct phase *phase)
{
    for (int f = 0; f < FILTERS; f++)
        samples_release(&phase->cpu[f]);
    samples_release(&phase->wall);
}

static enum filters filters_of(const struct request *request)
{
    if (request->weekdays || request->times || request->age >= 0 || request->near >= 0)
        return COMPUTED;
    for (int f = 0; f < FACET_LISTED; f++)
        if (request->selected_count[f])
            return LISTED;
    return PLAIN;
}

static void phase_print(struct phase *phase)
{
    char name[NAME_MOST];
    for (int f = 0; f < FILTERS; f++) {
        snprintf(name, sizeof name, "suggest.%s.%s.cpu_ms", phase->name, filters_names[f]);
        metric_samples(name, &phase->cpu[f]);
    }
}

static enum status one(struct bench *b, const struct request *request, struct phase *phase, struct err *err)
{
    struct suggestions suggestions;
    arena_reset(&b->arena);
    double wall = now_wall(), cpu = now_cpu();
    TRY(suggest_run(b->service.searcher, b->topics, request, &b->service.clock, &b->arena, &suggestions, err));
    cpu = (now_cpu() - cpu) * 1e3;
    wall = (now_wall() - wall) * 1e3;
    for (int g = 0; g < SUGGEST_GROUPS; g++)
        b->suggested += suggestions.count[g];
    TRY(samples_add(&phase->wall, wall, err));
    return samples_add(&phase->cpu[filters_of(request)], cpu, err);
}

/* The letters of the query's last word, one after the other. */
static enum status type(struct bench *b, const char *text, struct phase *phase, struct err *err)
{
    struct request request;
    struct request_errors errors;
    size_t at = 0;
    struct token token = {0, 0}, next;
    arena_reset(&b->typing);
    TRY(request_parse(&request, text, &b->typing, &errors, err));
    while (token_next(request.q, request.q_len, &at, &next))
        token = next;
    for (size_t len = 0, step; len < token.len;) {
        utf8_decode(request.q + token.offset + len, token.len - len, &step);
        len += step;
        struct request typed = request;
        typed.q = arena_copy(&b->typing, request.q, token.offset + len);
        typed.q_len = token.offset + len;
        if (!typed.q)
            return arena_nomem(err);
        TRY(one(b, &typed, phase, err));
    }
    return STATUS_OK;
}

static enum status open_index(struct bench *b, struct err *err)
{
    const struct options *options = b->options;
    return service_open(&b->service, options->index, (size_t)options->cache_mb << 20, true, err);
}

static size_t query_count(const struct bench *b)
{
    return options_most(b->options, b->queries.count);
}

static enum status run_cold(struct bench *b, struct phase *cold, struct err *err)
{
    const struct options *options = b->options;
    enum status status = open_index(b, err);
    for (size_t i = 0; status == STATUS_OK && i < query_count(b); i++) {
        status = service_renew(&b->service, options->index, (size_t)options->cache_mb << 20, err);
        if (status == STATUS_OK)
            status = type(b, b->queries.entries[i].text, cold, err);
    }
    service_close(&b->service);
    return status;
}

static enum status run_warm(struct bench *b, struct phase *first, struct phase *warm, struct err *err)
{
    enum status status = open_index(b, err);
    for (int64_t round = 0; status == STATUS_OK && round <= b->options->rounds; round++)
        for (size_t i = 0; status == STATUS_OK && i < query_count(b); i++)
            status = type(b, b->queries.entries[i].text, round ? warm : first, err);
    service_close(&b->service);
    return status;
}

static enum status run(struct bench *b, struct err *err)
{
    struct phase warm = {.name = "warm"}, cold = {.name = "cold"}, first = {.name = "first"};
    enum status status = run_cold(b, &cold, err);
    if (status == STATUS_OK)
        status = run_warm(b, &first, &warm, err);
    if (status == STATUS_OK) {
        metric("suggest.typed", (double)cold.wall.count);
        metric("suggest.suggested", (double)b->suggested);
        metric_samples("suggest.warm.wall_ms", &warm.wall);
        phase_print(&warm);
        phase_print(&first);
        phase_print(&cold);
    }
    phase_release(&warm);
    phase_release(&cold);
    phase_release(&first);
    return status;
}

static enum status start(const struct options *options, struct err *err)
{
    struct bench bench = {.options = options};
    enum status status = service_start(&bench.service, err);
    if (status == STATUS_OK)
        status = topics_new(&bench.topics, err);
    if (status == STATUS_OK)
        status = query_file_read(&bench.queries, options->queries, err);
    if (status == STATUS_OK)
        status = run(&bench, err);
    query_file_release(&bench.queries);
    topics_free(bench.topics);
    arena_release(&bench.arena);
    arena_release(&bench.typing);
    service_stop(&bench.service);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    if (!options_read(&options, "suggest_bench", argc, argv))
        return EXIT_USAGE;
    enum status status = start(&options, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "suggest_bench: %s\n", err.message);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/options.c"
#include "tests/bench/measure/query_file.c"
#include "tests/bench/measure/samples.c"
#include "tests/bench/measure/service.c"
