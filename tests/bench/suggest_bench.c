/* How long suggestions take inside one thread, without HTTP: every letter of the last word of every query, as it is
 * typed.
 *
 *   suggest_bench --index var/bench/index --queries var/bench/queries.tsv
 *
 * warm    the second time over the same letters, with their postings cached; filtered, computed: those with filters
 *         that have their rows at hand, and those decided row by row (weekday, time, age, distance)
 * first   the first time over them, from an empty cache
 * cold    nothing is cached before the first letter of each word
 *
 * Milliseconds of processor time; "wall" beside warm.  The day is the one that the sets are made around. */
#include <stdio.h>
#include <string.h>

#include "base/opts.h"
#include "base/utf8.h"
#include "calendar.h"
#include "searchd/request.h"
#include "searchd/suggest.h"
#include "tests/bench/measure/query_file.h"
#include "tests/bench/measure/samples.h"

struct options {
    const char *index, *queries;
    int64_t cache_mb, most;
};

struct bench {
    const struct options *options;
    struct query_file queries;
    struct topics *topics;
    struct snapshot *snapshot;
    struct searcher *searcher;
    struct arena arena, typing;
    struct search_clock clock;
    uint64_t suggested;
};

struct phase {
    struct samples cpu, wall, filtered, computed; /* computed: by weekday, time, age or distance */
};

static void phase_release(struct phase *phase)
{
    samples_release(&phase->cpu);
    samples_release(&phase->wall);
    samples_release(&phase->filtered);
    samples_release(&phase->computed);
}

static bool has_listed(const struct request *request)
{
    for (int f = 0; f < FACET_LISTED; f++)
        if (request->selected_count[f])
            return true;
    return false;
}

static bool has_computed(const struct request *request)
{
    return request->weekdays || request->times || request->age >= 0 || request->near >= 0;
}

static enum status one(struct bench *b, const struct request *request, struct phase *phase, struct err *err)
{
    struct suggestions suggestions;
    arena_reset(&b->arena);
    double wall = now_wall(), cpu = now_cpu();
    TRY(suggest_run(b->searcher, b->topics, request, &b->clock, &b->arena, &suggestions, err));
    cpu = (now_cpu() - cpu) * 1e3;
    wall = (now_wall() - wall) * 1e3;
    for (int g = 0; g < SUGGEST_GROUPS; g++)
        b->suggested += suggestions.count[g];
    TRY(samples_add(&phase->wall, wall, err));
    if (has_computed(request))
        return samples_add(&phase->computed, cpu, err);
    return samples_add(has_listed(request) ? &phase->filtered : &phase->cpu, cpu, err);
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
    uint32_t number;
    TRY(generation_current(b->options->index, &number, err));
    TRY(snapshot_open(&b->snapshot, b->options->index, number, (size_t)b->options->cache_mb << 20, err));
    return searcher_open(&b->searcher, b->snapshot, err);
}

static void close_index(struct bench *b)
{
    searcher_free(b->searcher);
    snapshot_release(b->snapshot);
    b->searcher = NULL;
    b->snapshot = NULL;
}

static enum status run(struct bench *b, struct err *err)
{
    struct phase warm = {0}, cold = {0}, first = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < b->queries.count && i < (size_t)b->options->most; i++) {
        status = open_index(b, err);
        if (status == STATUS_OK)
            status = type(b, b->queries.entries[i].text, &cold, err);
        close_index(b);
    }
    if (status == STATUS_OK)
        status = open_index(b, err);
    for (int round = 0; status == STATUS_OK && round < 2; round++)
        for (size_t i = 0; status == STATUS_OK && i < b->queries.count && i < (size_t)b->options->most; i++)
            status = type(b, b->queries.entries[i].text, round ? &warm : &first, err);
    close_index(b);
    if (status == STATUS_OK) {
        metric("suggest.typed", (double)warm.wall.count);
        metric("suggest.suggested", (double)b->suggested);
        metric_samples("suggest.warm", &warm.cpu);
        metric_samples("suggest.warm.wall", &warm.wall);
        metric_samples("suggest.warm.filtered", &warm.filtered);
        metric_samples("suggest.warm.computed", &warm.computed);
        metric_samples("suggest.first", &first.cpu);
        metric_samples("suggest.cold", &cold.cpu);
    }
    phase_release(&warm);
    phase_release(&cold);
    phase_release(&first);
    return status;
}

static enum status start(const struct options *options, struct err *err)
{
    struct bench bench = {.options = options, .clock = {.today = day_from_date(2026, 11, 22)}};
    TRY(vocab_load(err));
    enum status status = topics_new(&bench.topics, err);
    if (status == STATUS_OK)
        status = query_file_read(&bench.queries, options->queries, err);
    if (status == STATUS_OK)
        status = run(&bench, err);
    query_file_release(&bench.queries);
    topics_free(bench.topics);
    arena_release(&bench.arena);
    arena_release(&bench.typing);
    vocab_unload();
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {.cache_mb = 256, .most = 1000000};
    const struct opt opts[] = {
        {"index", OPT_TEXT, &options.index, 0, 0, "DIR", "folder of the generations"},
        {"queries", OPT_TEXT, &options.queries, 0, 0, "FILE", "log of queries"},
        {"cache-mb", OPT_NUMBER, &options.cache_mb, 1, 100000, "N", "room for decoded postings (256)"},
        {"most", OPT_NUMBER, &options.most, 1, 1000000, "N", "use the first N queries"},
    };
    enum { OPTS = sizeof opts / sizeof *opts };
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, OPTS, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands || !options.index || !options.queries) {
        struct buf help = BUF_INIT;
        opts_help(opts, OPTS, &help);
        fprintf(stderr, "suggest_bench: %s\nsuggest_bench --index DIR --queries FILE\n%s", err.message, buf_str(&help));
        buf_release(&help);
        return EXIT_USAGE;
    }
    status = start(&options, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "suggest_bench: %s\n", err.message);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/query_file.c"
#include "tests/bench/measure/samples.c"
