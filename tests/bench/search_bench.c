/* How long searches take inside one thread, without HTTP.
 *
 *   search_bench --index var/bench/index --queries var/bench/queries.tsv
 *
 * warm    the whole search step (search_run: words, match, all facets, ranking, 20 hits) with its postings cached; and
 *         rendering the answer
 * cold    the same with no posting cached, so each search decodes what it needs
 * words   warm and cold, with the filters taken off the queries; and of these those that are relaxed
 * xapian  the same words through Xapian's own matcher: its best 20, without facets, total estimated (and, for reading
 *         the floor: without document lengths, and with an exact total; and any word, of the queries that are relaxed)
 *
 * Figures are milliseconds of the thread's processor time; "wall" beside warm. The day is the one that the sets are
 * made around. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "search/query.h"
#include "searchd/render.h"
#include "search/search.h"
#include "tests/bench/measure/options.h"
#include "tests/bench/measure/query_file.h"
#include "tests/bench/measure/samples.h"
#include "tests/bench/measure/service.h"
#include "tests/bench/measure/xapian_mirror.h"
#include "xap/xap.h"

enum { TOP = 20, NAME_MOST = 80 };

struct bench {
    const struct options *options;
    struct query_file queries;
    struct service service;
    struct labels *labels;
    struct arena arena;
    struct buf out;
    bool *relaxed; /* per query: its words alone found too little; owned */
};

/* What one pass over the queries measures. */
struct phase {
    bool words_only, render;
    bool rendering; /* in this pass */
    struct samples cpu, wall, parse, rendered;
    struct samples query, match, count, rank; /* stages of the step, on the wall */
    struct samples relaxed;                   /* of cpu: searches that found too little with all words */
    struct samples by_kind[QUERY_KINDS_MOST];
    uint64_t totals, bytes;
};

/* ---- our own search ---------------------------------------------------------------------------------------------- */

/* The query string less all but q; NULL when it has no q. */
static const char *words_of(const char *text, char *out, size_t size)
{
    const char *q = strncmp(text, "q=", 2) == 0 ? text : strstr(text, "&q=");
    if (!q)
        return NULL;
    q += *q == '&';
    snprintf(out, size, "%.*s", (int)strcspn(q, "&"), q);
    return out;
}

static enum status parse(struct bench *bench, const char *text, struct request *request, struct err *err)
{
    struct request_errors errors;
    arena_reset(&bench->arena);
    return request_parse(request, text, &bench->arena, &errors, err);
}

static enum status search_one(struct bench *bench, struct phase *phase, const struct query_entry *entry,
                              struct err *err)
{
    char words[REQUEST_URI_BYTES];
    struct request request;
    struct answer answer;
    const char *text = phase->words_only ? words_of(entry->text, words, sizeof words) : entry->text;
    if (!text)
        return STATUS_OK;
    double parse_start = now_cpu();
    TRY(parse(bench, text, &request, err));
    double cpu = now_cpu(), wall = now_wall();
    TRY(search_run(bench->service.searcher, &request, &bench->service.clock, &bench->arena, &answer, err));
    double wall_ms = 1e3 * (now_wall() - wall), done = now_cpu();
    TRY(samples_add(&phase->parse, 1e3 * (cpu - parse_start), err));
    TRY(samples_add(&phase->cpu, 1e3 * (done - cpu), err));
    TRY(samples_add(&phase->wall, wall_ms, err));
    TRY(samples_add(&phase->by_kind[entry->kind], 1e3 * (done - cpu), err));
    if (answer.required < answer.wanted) {
        TRY(samples_add(&phase->relaxed, 1e3 * (done - cpu), err));
        bench->relaxed[entry - bench->queries.entries] = phase->words_only;
    }
    TRY(samples_add(&phase->query, answer.query_us / 1e3, err));
    TRY(samples_add(&phase->match, answer.match_us / 1e3, err));
    TRY(samples_add(&phase->count, answer.count_us / 1e3, err));
    TRY(samples_add(&phase->rank, answer.rank_us / 1e3, err));
    phase->totals += answer.total;
    if (!phase->rendering)
        return STATUS_OK;
    buf_reset(&bench->out);
    done = now_cpu();
    TRY(render_search(bench->service.searcher, bench->labels, &request, &answer, &bench->arena, &bench->out, err));
    phase->bytes += bench->out.len;
    return samples_add(&phase->rendered, 1e3 * (now_cpu() - done), err);
}

static size_t query_count(const struct bench *bench)
{
    return options_most(bench->options, bench->queries.count);
}

static enum status pass(struct bench *bench, struct phase *phase, struct err *err)
{
    for (size_t i = 0; i < query_count(bench); i++) {
        enum status status = search_one(bench, phase, &bench->queries.entries[i], err);
        if (status != STATUS_OK) {
            err_prefix(err, "query %zu", i + 1);
            return status;
        }
    }
    return STATUS_OK;
}

static void phase_release(struct phase *phase)
{
    samples_release(&phase->cpu);
    samples_release(&phase->wall);
    samples_release(&phase->parse);
    samples_release(&phase->rendered);
    samples_release(&phase->query);
    samples_release(&phase->match);
    samples_release(&phase->count);
    samples_release(&phase->rank);
    samples_release(&phase->relaxed);
    for (size_t i = 0; i < QUERY_KINDS_MOST; i++)
        samples_release(&phase->by_kind[i]);
}

static void print_phase(const struct bench *bench, const char *name, struct phase *phase)
{
    char text[NAME_MOST];
    snprintf(text, sizeof text, "search.%s.cpu_ms", name);
    metric_samples(text, &phase->cpu);
    if (phase->words_only) {
        snprintf(text, sizeof text, "search.%s_relaxed.cpu_ms", name);
        metric_samples(text, &phase->relaxed);
    }
    if (!phase->render)
        return;
    metric_samples("search.warm.wall_ms", &phase->wall);
    metric_samples("search.stage.query.wall_ms", &phase->query);
    metric_samples("search.stage.match.wall_ms", &phase->match);
    metric_samples("search.stage.count.wall_ms", &phase->count);
    metric_samples("search.stage.rank.wall_ms", &phase->rank);
    metric_samples("search.parse.cpu_ms", &phase->parse);
    metric_samples("search.render.cpu_ms", &phase->rendered);
    metric("search.answer_bytes", (double)phase->bytes / (double)phase->rendered.count);
    metric("search.mean_total", (double)phase->totals / (double)phase->cpu.count);
    for (size_t i = 0; i < bench->queries.kind_count; i++) {
        snprintf(text, sizeof text, "search.kind.%s.cpu_ms", bench->queries.kinds[i]);
        metric_samples(text, &phase->by_kind[i]);
    }
}

/* Opens the index with so much room for postings; rounds over the queries; *totals gets the hits of one round. */
static enum status measure(struct bench *bench, const char *name, size_t cache_bytes, struct phase *phase,
                           int64_t rounds, bool warm_up, uint64_t *totals, struct err *err)
{
    bool guided = !phase->words_only; /* Xapian is compared with on the words themselves */
    enum status status = service_open(&bench->service, bench->options->index, cache_bytes, guided, err);
    if (status == STATUS_OK && warm_up) {
        struct phase unused = {.words_only = phase->words_only};
        status = pass(bench, &unused, err);
        phase_release(&unused);
    }
    for (int64_t round = 0; round < rounds && status == STATUS_OK; round++) {
        phase->rendering = phase->render && round + 1 == rounds; /* once is enough for its figures */
        status = pass(bench, phase, err);
    }
    if (status == STATUS_OK) {
        print_phase(bench, name, phase);
        *totals = phase->totals / (uint64_t)rounds;
    }
    service_close(&bench->service);
    return status;
}

static enum status measure_ours(struct bench *bench, struct err *err)
{
    struct phase warm = {.render = true}, cold = {0}, words = {.words_only = true}, words_cold = {.words_only = true};
    uint64_t warm_totals = 0, cold_totals = 0, ignored;
    size_t cache = (size_t)bench->options->cache_mb << 20;
    enum status status = measure(bench, "warm", cache, &warm, bench->options->rounds, true, &warm_totals, err);
    if (status == STATUS_OK)
        status = measure(bench, "cold", 1, &cold, 1, false, &cold_totals, err);
    if (status == STATUS_OK)
        status = measure(bench, "words", cache, &words, bench->options->rounds, true, &ignored, err);
    if (status == STATUS_OK)
        status = measure(bench, "words_cold", 1, &words_cold, 1, false, &ignored, err);
    if (status == STATUS_OK && warm_totals != cold_totals)
        status = err_set(err, STATUS_INTERNAL, "the posting cache changes what is found");
    phase_release(&warm);
    phase_release(&cold);
    phase_release(&words);
    phase_release(&words_cold);
    return status;
}

/* ---- Xapian's matcher -------------------------------------------------------------------------------------------- */

static enum status group_query(const struct query_group *group, struct xap_query **query, struct err *err)
{
    struct xap_query *terms[POSTINGS_TERMS_PER_WORD];
    for (size_t i = 0; i < group->term_count; i++) {
        enum status status = xap_query_term(&terms[i], group->terms[i].text, group->terms[i].len, err);
        if (status != STATUS_OK) {
            while (i-- > 0)
                xap_query_free(terms[i]);
            return status;
        }
    }
    return xap_query_join(query, XAP_SYNONYM, terms, group->term_count, err);
}

/* Any of its terms, or all parts of the compound that it is: as our own match has it. */
static enum status word_query(const struct query_word *word, struct xap_query **query, struct err *err)
{
    struct xap_query *parts[ANALYSE_PARTS_PER_WORD], *either[2];
    TRY(group_query(&word->whole, &either[0], err));
    *query = either[0];
    if (word->part_count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < word->part_count; i++) {
        enum status status = group_query(&word->parts[i], &parts[i], err);
        if (status != STATUS_OK) {
            while (i-- > 0)
                xap_query_free(parts[i]);
            xap_query_free(either[0]);
            return status;
        }
    }
    enum status status = xap_query_join(&either[1], XAP_AND, parts, word->part_count, err);
    if (status != STATUS_OK) {
        xap_query_free(either[0]);
        return status;
    }
    return xap_query_join(query, XAP_OR, either, 2, err);
}

static enum status join_words(struct query *query, enum xap_op op, struct xap_query **tree, struct err *err)
{
    struct xap_query *words[REQUEST_QUERY_WORDS];
    for (size_t i = 0; i < query->word_count; i++) {
        enum status status = word_query(&query->words[i], &words[i], err);
        if (status != STATUS_OK) {
            while (i-- > 0)
                xap_query_free(words[i]);
            return status;
        }
    }
    return xap_query_join(tree, op, words, query->word_count, err);
}

static enum status floor_one(struct bench *bench, struct xap_reader *reader, struct analyser *analyser,
                             const char *text, enum xap_op op, const struct xap_search_opts *opts,
                             struct samples *samples, struct err *err)
{
    struct request request;
    struct query *query;
    struct xap_query *tree;
    struct xap_hit hits[TOP];
    size_t count;
    uint32_t total;
    TRY(parse(bench, text, &request, err));
    TRY(query_parse(&query, request.q, request.q_len, analyser, &bench->arena, err));
    if (!query)
        return STATUS_OK;
    TRY(join_words(query, op, &tree, err));
    double start = now_cpu();
    enum status status = xap_search(reader, tree, opts, hits, &count, &total, err);
    double ms = 1e3 * (now_cpu() - start);
    xap_query_free(tree);
    TRY(status);
    return samples_add(samples, ms, err);
}

/* XAP_OR: the queries whose words have to be relaxed, alone.  name NULL: to warm up, tells nothing. */
static enum status floor_pass(struct bench *bench, const char *name, struct xap_reader *reader,
                              struct analyser *analyser, enum xap_op op, const struct xap_search_opts *opts,
                              struct err *err)
{
    char words[REQUEST_URI_BYTES], text[NAME_MOST];
    struct samples samples = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < query_count(bench) && status == STATUS_OK; i++) {
        const char *asked = words_of(bench->queries.entries[i].text, words, sizeof words);
        if (asked && (op == XAP_AND || bench->relaxed[i]))
            status = floor_one(bench, reader, analyser, asked, op, opts, &samples, err);
    }
    snprintf(text, sizeof text, "search.%s.cpu_ms", name ? name : "");
    if (status == STATUS_OK && name)
        metric_samples(text, &samples);
    samples_release(&samples);
    return status;
}

/* The mirror of the index, made when it is not there yet. */
static enum status open_mirror(const struct options *options, struct xap_reader **reader, struct err *err)
{
    struct buf path = BUF_INIT;
    struct stat stat_of;
    uint32_t number;
    TRY(generation_current(options->index, &number, err));
    enum status status = generation_path(options->index, number, &path, err);
    buf_adds(&path, "/postings");
    if (status == STATUS_OK && stat(options->mirror, &stat_of) != 0)
        status = xapian_mirror(buf_str(&path), options->mirror, err);
    buf_release(&path);
    return status == STATUS_OK ? xap_reader_open(reader, options->mirror, err) : status;
}

static enum status measure_xapian(struct bench *bench, struct err *err)
{
    const struct xap_search_opts bare = {.k1 = 1.2, .b = 0.75, .top = TOP};
    const struct xap_search_opts no_lengths = {.k1 = 1.2, .b = 0, .top = TOP};
    const struct xap_search_opts exact = {.k1 = 1.2, .b = 0.75, .top = TOP, .exact_total = true};
    struct xap_reader *reader;
    struct analyser *analyser;
    TRY(analyser_open(&analyser, 0, err));
    enum status status = open_mirror(bench->options, &reader, err);
    if (status == STATUS_OK) {
        status = floor_pass(bench, NULL, reader, analyser, XAP_AND, &bare, err);
        if (status == STATUS_OK)
            status = floor_pass(bench, "xapian", reader, analyser, XAP_AND, &bare, err);
        if (status == STATUS_OK)
            status = floor_pass(bench, "xapian_no_lengths", reader, analyser, XAP_AND, &no_lengths, err);
        if (status == STATUS_OK)
            status = floor_pass(bench, "xapian_exact_total", reader, analyser, XAP_AND, &exact, err);
        if (status == STATUS_OK)
            status = floor_pass(bench, "xapian_relaxed", reader, analyser, XAP_OR, &bare, err);
        xap_reader_free(reader);
    }
    analyser_free(analyser);
    return status;
}

/* ---- the program ------------------------------------------------------------------------------------------------- */

static enum status run(const struct options *options, struct err *err)
{
    struct bench bench = {.options = options};
    enum status status = service_start(&bench.service, err);
    if (status == STATUS_OK)
        status = labels_new(&bench.labels, err);
    if (status == STATUS_OK)
        status = query_file_read(&bench.queries, options->queries, err);
    if (status == STATUS_OK && !(bench.relaxed = calloc(bench.queries.count + 1, sizeof *bench.relaxed)))
        status = err_set(err, STATUS_NOMEM, "out of memory");
    if (status == STATUS_OK)
        status = measure_ours(&bench, err);
    if (status == STATUS_OK && options->mirror)
        status = measure_xapian(&bench, err);
    query_file_release(&bench.queries);
    free(bench.relaxed);
    labels_free(bench.labels);
    arena_release(&bench.arena);
    buf_release(&bench.out);
    service_stop(&bench.service);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    if (!options_read(&options, "search_bench", argc, argv))
        return EXIT_USAGE;
    enum status status = run(&options, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "search_bench: %s\n", err.message);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/options.c"
#include "tests/bench/measure/query_file.c"
#include "tests/bench/measure/samples.c"
#include "tests/bench/measure/service.c"
