/* Several threads make the documents of a generation: it is the same with any number of them, and so is what is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "generation.h"
#include "indexer/build.h"
#include "indexer/pipeline.h"
#include "oracle.h"
#include "records.h"
#include "vocab/vocab.h"
#include "xap/xap.h"

enum {
    LINES = RECORDS_SAMPLE + 6 * BATCH_RECORDS + 7,
    EXCEPTIONS_TOO_MANY = 256,
    BROKEN_EVERY = 50,
    TWICE_EVERY = 61,
    LONG_EVERY = 71
};

static struct {
    char *folder, *input;
    struct buf text;
} t;

static int set_up(void **state)
{
    (void)state;
    t.folder = files_folder();
    t.input = files_path(t.folder, "list.jsonl");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.input);
    buf_release(&t.text);
    return 0;
}

/* ---- an input with everything that can happen to a line ---------------------------------------------------------- */

static void add_exceptions(struct buf *out)
{
    buf_adds(out, ",\"schedule\":[{\"weekday\":[\"mon\"],\"from\":\"10:00\",\"except\":[");
    for (int i = 0; i < EXCEPTIONS_TOO_MANY; i++)
        buf_addf(out, "%s\"20%02d-%02d-%02d\"", i ? "," : "", 20 + i / 100, 1 + i / 10 % 10, 1 + i % 10);
    buf_adds(out, "]}]");
}

static void add_line(struct buf *out, int i)
{
    static const char *const words[] = {"lukupiiri", "kahvittelu", "vertaistukiryhmä", "kuorolaulu", "ystävätoiminta",
                                        "pihapeli", "kielikahvila"};
    enum { WORDS = sizeof words / sizeof *words };
    if (i % BROKEN_EVERY == BROKEN_EVERY - 1) {
        buf_addf(out, "{\"id\":\"rikki-%d\",\n", i);
        return;
    }
    buf_addf(out, "{\"id\":\"nro-%d\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"%s %d\",\"body\":\"",
             i % TWICE_EVERY == TWICE_EVERY - 1 ? i - 1 : i, words[i % WORDS], i);
    for (int word = 0; word < i % 40; word++)
        buf_addf(out, "%sn %s%d ", words[(i + word) % WORDS], words[(i * word) % WORDS], i * word % 11);
    buf_adds(out, "Tervetuloa.\"}}");
    if (i % LONG_EVERY == LONG_EVERY - 1)
        add_exceptions(out);
    buf_adds(out, "}\n");
}

static void write_input(void)
{
    buf_reset(&t.text);
    for (int i = 0; i < LINES; i++)
        add_line(&t.text, i);
    files_write(t.input, buf_str(&t.text), t.text.len);
}

/* ---- what a build gives ------------------------------------------------------------------------------------------ */

static void on_problem(void *context, const struct problem *problem, const char *line)
{
    (void)problem;
    buf_addf(context, "%s\n", line);
}

struct built {
    char *path;          /* of the generation */
    struct buf problems; /* lines */
    struct build_count total;
};

static struct built build(const char *name, unsigned jobs)
{
    struct built built = {.problems = BUF_INIT};
    struct buf path = BUF_INIT;
    struct build_file file = {t.input, "list", NULL};
    struct build_watch watch = {.context = &built.problems, .problem = on_problem};
    struct build_report *report = calloc(1, sizeof *report);
    struct err err = {0};
    char *dir = files_path(t.folder, name);
    assert_non_null(report);
    if (build_generation(dir, &file, 1, &(struct build_options){1770000000, jobs}, &watch, report, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(generation_path(dir, report->generation, &path, NULL), STATUS_OK);
    built.path = path.data;
    built.total = report->total;
    free(report);
    free(dir);
    return built;
}

static void built_release(struct built *built)
{
    free(built->path);
    buf_release(&built->problems);
}

static void assert_same_file(const struct built *a, const struct built *b, const char *name)
{
    char *path_a = files_path(a->path, name), *path_b = files_path(b->path, name);
    size_t len_a, len_b;
    char *data_a = files_read(path_a, &len_a), *data_b = files_read(path_b, &len_b);
    assert_int_equal(len_a, len_b);
    assert_memory_equal(data_a, data_b, len_a);
    free(data_a);
    free(data_b);
    free(path_a);
    free(path_b);
}

/* ---- the database, whose files hold a number of their own -------------------------------------------------------- */

static struct xap_reader *open_database(const struct built *built)
{
    struct xap_reader *reader;
    char *path = files_path(built->path, "xapian");
    assert_int_equal(xap_reader_open(&reader, path, NULL), STATUS_OK);
    free(path);
    return reader;
}

static void print_term(struct xap_reader *reader, const char *term, size_t len, struct buf *out)
{
    struct xap_postings *postings;
    uint32_t docids[64], wdfs[64];
    size_t count;
    buf_add(out, term, len);
    assert_int_equal(xap_postings_open(&postings, reader, term, len, NULL), STATUS_OK);
    do {
        assert_int_equal(xap_postings_next(postings, docids, wdfs, 64, &count, NULL), STATUS_OK);
        for (size_t i = 0; i < count; i++)
            buf_addf(out, " %u:%u", docids[i], wdfs[i]);
    } while (count);
    xap_postings_free(postings);
    buf_addc(out, '\n');
}

/* All terms with their postings. */
static void print_database(const struct built *built, struct buf *out)
{
    struct xap_reader *reader = open_database(built);
    struct xap_terms *terms;
    const char *term;
    size_t len;
    uint32_t freq;
    assert_int_equal(xap_terms_open(&terms, reader, "", 0, NULL), STATUS_OK);
    do {
        assert_int_equal(xap_terms_next(terms, &term, &len, &freq, NULL), STATUS_OK);
        if (term)
            print_term(reader, term, len, out);
    } while (term);
    xap_terms_free(terms);
    xap_reader_free(reader);
}

static void assert_same_database(const struct built *a, const struct built *b)
{
    struct buf text_a = BUF_INIT, text_b = BUF_INIT;
    print_database(a, &text_a);
    print_database(b, &text_b);
    assert_int_equal(text_a.len, text_b.len);
    assert_memory_equal(text_a.data, text_b.data, text_a.len);
    buf_release(&text_a);
    buf_release(&text_b);
}

/* ---- tests ------------------------------------------------------------------------------------------------------ */

static void any_number_of_jobs_gives_the_same_generation_and_tells_the_same(void **state)
{
    (void)state;
    static const unsigned jobs[] = {2, 4, 0};
    write_input();
    struct built alone = build("alone", 1);
    assert_int_equal(alone.total.read, LINES);
    assert_int_equal(alone.total.duplicates, LINES / TWICE_EVERY);
    assert_int_equal(alone.total.rejected, LINES / BROKEN_EVERY + LINES / TWICE_EVERY + LINES / LONG_EVERY);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        struct built built = build((const char *const[]){"two", "four", "cores"}[i], jobs[i]);
        assert_memory_equal(&built.total, &alone.total, sizeof alone.total);
        assert_string_equal(buf_str(&built.problems), buf_str(&alone.problems));
        assert_same_file(&built, &alone, "columns");
        assert_same_file(&built, &alone, "lexicon");
        assert_same_file(&built, &alone, "records");
        assert_same_file(&built, &alone, "postings");
        assert_same_file(&built, &alone, "manifest.json");
        assert_same_database(&built, &alone);
        built_release(&built);
    }
    built_release(&alone);
}

/* Line by line, whether it was refused when read or when its document was made. */
static void refused_lines_are_told_in_their_order(void **state)
{
    (void)state;
    write_input();
    struct built built = build("index", 4);
    unsigned last = 0, told = 0;
    size_t path_len = strlen(t.input);
    for (const char *line = buf_str(&built.problems); *line; line = strchr(line, '\n') + 1) {
        assert_memory_equal(line, t.input, path_len);
        unsigned number = (unsigned)strtoul(line + path_len + 1, NULL, 10);
        assert_true(number > last);
        last = number;
        told++;
    }
    assert_int_equal(told, built.total.rejected);
    assert_non_null(strstr(buf_str(&built.problems), ":71: id nro-70: more than 255 exceptions"));
    built_release(&built);
}

/* ---- the pipeline alone ----------------------------------------------------------------------------------------- */

static void a_batch_is_full_by_records_or_by_bytes(void **state)
{
    (void)state;
    struct batch batch = {.arena = ARENA_INIT};
    struct batch_item *item;
    for (int i = 0; i < BATCH_RECORDS; i++) {
        assert_false(batch_full(&batch));
        assert_int_equal(batch_add(&batch, &item, NULL), STATUS_OK);
    }
    assert_true(batch_full(&batch));
    arena_release(&batch.arena);
    struct batch large = {.arena = ARENA_INIT};
    assert_int_equal(batch_add(&large, &item, NULL), STATUS_OK);
    assert_non_null(arena_alloc(&large.arena, BATCH_BYTES));
    assert_true(large.count == 1 && batch_full(&large));
    arena_release(&large.arena);
}

static void batches_come_back_in_order_and_no_more_are_under_way_than_there_are(void **state)
{
    (void)state;
    struct pipeline *pipeline;
    struct batch *batch;
    struct err err = {0};
    uint64_t put = 0, taken = 0;
    assert_int_equal(pipeline_new(&pipeline, 3, true, &err), STATUS_OK);
    assert_int_equal(pipeline_take(pipeline, &batch, &err), STATUS_OK);
    assert_null(batch);
    for (int round = 0; round < 50; round++) {
        for (; (batch = pipeline_batch(pipeline)); pipeline_put(pipeline)) {
            struct batch_item *item;
            assert_int_equal(batch->count, 0);
            assert_int_equal(batch_add(batch, &item, &err), STATUS_OK);
            item->source.line = ++put;
        }
        assert_true(put - taken < 3 * PIPELINE_JOBS);
        for (int i = 0; i <= round % 3; i++) {
            assert_int_equal(pipeline_take(pipeline, &batch, &err), STATUS_OK);
            assert_int_equal(batch->items[0]->source.line, ++taken);
            pipeline_give_back(pipeline);
        }
    }
    pipeline_free(pipeline); /* with batches under way */
    pipeline_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_number_of_jobs_gives_the_same_generation_and_tells_the_same, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(refused_lines_are_told_in_their_order, set_up, tear_down),
        cmocka_unit_test(a_batch_is_full_by_records_or_by_bytes),
        cmocka_unit_test(batches_come_back_in_order_and_no_more_are_under_way_than_there_are),
    };
    struct err err = {0};
    if (vocab_load(&err) != STATUS_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vocab_unload();
    return failed;
}
