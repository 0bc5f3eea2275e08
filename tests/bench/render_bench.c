/* How long answers take to write inside one thread, without HTTP.
 *
 *   render_bench --index var/bench/index --queries var/bench/queries.tsv
 *
 * full    hits with snippets and reasons, all facets
 * light   ids and titles, three facets
 * lean    the same without the names of facets' values
 * cards   hits without snippets and reasons, no facets
 * snippet, why, facets   that alone
 *
 * Milliseconds of processor time of render_search(), the search before it not counted; and bytes of an answer.  Each
 * answer is written again at once and timed again ("again": its words and records are in the caches).  --dump FILE
 * writes the full answers down, one a line and without their times: two programs or indexes can be compared.  The day
 * is the one that the sets are made around. */
#include <stdio.h>
#include <string.h>

#include "base/opts.h"
#include "calendar.h"
#include "search/guide.h"
#include "searchd/render.h"
#include "search/search.h"
#include "tests/bench/measure/query_file.h"
#include "tests/bench/measure/samples.h"

static const struct kind {
    const char *name, *parameters;
} kinds[] = {
    {"full", ""},
    {"light", "facets=audience,area,theme&fields=id,title"},
    {"lean", "facets=audience,area,theme&fields=id,title&labels=0"},
    {"cards", "facets=&fields=id,kind,lang,title,summary,organisation,area,place,audience,theme,form,price,phone"},
    {"snippet", "facets=&fields=snippet"},
    {"why", "facets=&fields=why"},
    {"facets", "per_page=0"},
};
enum { KINDS = sizeof kinds / sizeof *kinds, NAME_MOST = 80 };

struct options {
    const char *index, *queries, *dump, *only;
    int64_t rounds, most;
};

struct bench {
    const struct options *options;
    struct query_file queries;
    struct searcher *searcher;
    struct labels *labels;
    struct arena arena;
    struct buf out;
    FILE *dump;
};

static enum status write_answer(struct bench *b, const struct request *request, const struct answer *answer,
                                double *ms, struct err *err)
{
    buf_reset(&b->out);
    double began = now_cpu();
    TRY(render_search(b->searcher, b->labels, request, answer, &b->arena, &b->out, err));
    *ms = 1e3 * (now_cpu() - began);
    return STATUS_OK;
}

static enum status one(struct bench *b, const char *text, const struct kind *kind, struct samples *times,
                       struct samples *again, uint64_t *bytes, struct err *err)
{
    char asked[REQUEST_URI_BYTES];
    const struct search_clock clock = {.today = day_from_date(2026, 11, 22)};
    struct request request;
    struct request_errors errors;
    struct answer answer;
    double ms;
    arena_reset(&b->arena);
    snprintf(asked, sizeof asked, "%s&%s", text, kind->parameters);
    TRY(request_parse(&request, asked, &b->arena, &errors, err));
    TRY(search_run(b->searcher, &request, &clock, &b->arena, &answer, err));
    answer.query_us = answer.match_us = answer.count_us = answer.rank_us = 0;
    for (int64_t round = 0; round <= b->options->rounds; round++) {
        TRY(write_answer(b, &request, &answer, &ms, err));
        TRY(samples_add(round ? again : times, ms, err));
    }
    *bytes += b->out.len;
    if (b->dump && kind == kinds)
        fprintf(b->dump, "%s\n", buf_str(&b->out));
    return STATUS_OK;
}

static enum status measure(struct bench *b, const struct kind *kind, struct err *err)
{
    char name[NAME_MOST];
    struct samples times = {0}, again = {0};
    enum status status = STATUS_OK;
    uint64_t bytes = 0;
    size_t asked = 0;
    for (; asked < b->queries.count && asked < (size_t)b->options->most && status == STATUS_OK; asked++)
        status = one(b, b->queries.entries[asked].text, kind, &times, &again, &bytes, err);
    if (status == STATUS_OK) {
        snprintf(name, sizeof name, "render.%s.cpu_ms", kind->name);
        metric_samples(name, &times);
        snprintf(name, sizeof name, "render.%s.again_ms", kind->name);
        metric_samples(name, &again);
        snprintf(name, sizeof name, "render.%s.bytes", kind->name);
        metric(name, asked ? (double)bytes / (double)asked : 0);
    }
    samples_release(&times);
    samples_release(&again);
    return status;
}

static enum status open_index(struct bench *b, struct guides *guides, struct err *err)
{
    enum { CACHE_BYTES = 256 << 20 };
    struct snapshot *snapshot;
    uint32_t number;
    TRY(generation_current(b->options->index, &number, err));
    TRY(snapshot_open(&snapshot, b->options->index, number, CACHE_BYTES, err));
    enum status status = searcher_open(&b->searcher, snapshot, err);
    snapshot_release(snapshot);
    TRY(status);
    struct guide *guide = guides_hold(guides);
    searcher_guide(b->searcher, guide);
    guide_release(guide);
    return STATUS_OK;
}

static enum status run(const struct options *options, struct err *err)
{
    struct bench b = {.options = options};
    struct guides *guides;
    TRY(vocab_load(err));
    TRY(labels_new(&b.labels, err));
    TRY(guides_open(&guides, NULL, err));
    if (options->dump && !(b.dump = fopen(options->dump, "we")))
        return err_set_errno(err, STATUS_IO, "%s", options->dump);
    TRY(open_index(&b, guides, err));
    TRY(query_file_read(&b.queries, options->queries, err));
    enum status status = STATUS_OK;
    for (size_t k = 0; k < KINDS && status == STATUS_OK; k++)
        if (!options->only || strcmp(options->only, kinds[k].name) == 0)
            status = measure(&b, &kinds[k], err);
    if (b.dump && fclose(b.dump) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s", options->dump);
    query_file_release(&b.queries);
    searcher_free(b.searcher);
    guides_free(guides);
    labels_free(b.labels);
    arena_release(&b.arena);
    buf_release(&b.out);
    vocab_unload();
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {.rounds = 1, .most = 1000000};
    const struct opt opts[] = {
        {"index", OPT_TEXT, &options.index, 0, 0, "DIR", "folder of the generations"},
        {"queries", OPT_TEXT, &options.queries, 0, 0, "FILE", "log of queries"},
        {"dump", OPT_TEXT, &options.dump, 0, 0, "FILE", "where the full answers go"},
        {"only", OPT_TEXT, &options.only, 0, 0, "KIND", "only this kind of answer"},
        {"rounds", OPT_NUMBER, &options.rounds, 1, 1000, "N", "times that an answer is written again (1)"},
        {"most", OPT_NUMBER, &options.most, 1, 1000000, "N", "use the first N queries"},
    };
    enum { OPTS = sizeof opts / sizeof *opts };
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, OPTS, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands || !options.index || !options.queries) {
        struct buf help = BUF_INIT;
        opts_help(opts, OPTS, &help);
        fprintf(stderr, "render_bench: %s\nrender_bench --index DIR --queries FILE\n%s", err.message, buf_str(&help));
        buf_release(&help);
        return EXIT_USAGE;
    }
    status = run(&options, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "render_bench: %s\n", err.message);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/query_file.c"
#include "tests/bench/measure/samples.c"
