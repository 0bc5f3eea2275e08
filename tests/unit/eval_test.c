/* The evaluation's own arithmetic: measures by hand, the test of a difference, what fails against stored figures,
 * baselines that find what their kind of token finds, and what the program's exit code says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "tests/eval/eval_baseline.h"
#include "tests/eval/eval_figures.h"
#include "tests/eval/eval_run.h"
#include "tests/eval/eval_words.h"
#include "tests/unit/files.h"

enum { PATH_MOST = 4096, COMMAND_BYTES = 8 * PATH_MOST, SAID_BYTES = 16384 };

static const double CLOSE = 1e-9;

/* ---- measures ---------------------------------------------------------------------------------------------------- */

static void test_measures(void **state)
{
    (void)state;
    struct judgement list[] = {{0, 3, true}, {1, 2, true}, {2, 0, true}, {3, 3, false}};
    struct judgements judged = {list, 4, 4};
    struct topic topic = {.types = "short,free", .judged = &judged};
    struct found found = {{2, 0, 9}, 3, 3};
    struct scores scores = score(&topic, &found);
    double second = 1 / 1.5849625007211563; /* 1 / log2(3) */
    assert_float_equal(scores.of[MEASURE_NDCG], 7 * second / (7 + 3 * second), CLOSE);
    assert_float_equal(scores.of[MEASURE_RECALL], 0.5, CLOSE);
    assert_float_equal(scores.of[MEASURE_MRR], 0.5, CLOSE);
    assert_float_equal(scores.of[MEASURE_P5], 0.2, CLOSE);
    assert_int_equal(scores.unjudged, 1);
    assert_int_equal(topic_relevant(&topic, 1), 2);
    assert_int_equal(topic_grade(&topic, 9), GRADE_NONE);
    assert_true(topic_has_type(&topic, "short") && topic_has_type(&topic, "free"));
    assert_false(topic_has_type(&topic, "shor") || topic_has_type(&topic, "ree"));
}

static void test_best_order_is_one(void **state)
{
    (void)state;
    struct judgement list[] = {{0, 1, true}, {1, 3, true}, {2, 2, true}};
    struct judgements judged = {list, 3, 3};
    struct topic topic = {.types = "", .judged = &judged};
    struct scores best = score(&topic, &(struct found){{1, 2, 0}, 3, 3});
    struct scores worse = score(&topic, &(struct found){{0, 2, 1}, 3, 3});
    struct scores none = score(&topic, &(struct found){{0}, 0, 0});
    assert_float_equal(best.of[MEASURE_NDCG], 1, CLOSE);
    assert_true(worse.of[MEASURE_NDCG] < 0.99 && worse.of[MEASURE_NDCG] > 0);
    assert_float_equal(worse.of[MEASURE_RECALL], 1, CLOSE);
    assert_float_equal(none.of[MEASURE_NDCG], 0, CLOSE);
}

/* Of more relevant records than a page has, a page full of them is all that can be found. */
static void test_recall_is_of_what_a_page_can_hold(void **state)
{
    (void)state;
    struct judgement list[METRICS_DEPTH + 2];
    struct judgements judged = {list, METRICS_DEPTH + 2, METRICS_DEPTH + 2};
    struct topic topic = {.types = "", .judged = &judged};
    struct found found = {.count = METRICS_DEPTH, .total = METRICS_DEPTH + 2};
    for (uint32_t i = 0; i < METRICS_DEPTH + 2; i++)
        list[i] = (struct judgement){i, 1, true};
    for (uint32_t i = 0; i < METRICS_DEPTH; i++)
        found.rows[i] = i;
    assert_float_equal(score(&topic, &found).of[MEASURE_RECALL], 1, CLOSE);
    found.count = METRICS_DEPTH / 2;
    assert_float_equal(score(&topic, &found).of[MEASURE_RECALL], 0.5, CLOSE);
}

static void test_sign_flip(void **state)
{
    (void)state;
    double one[20], other[20], mixed[20];
    for (int i = 0; i < 20; i++) {
        one[i] = 0.5;
        other[i] = 0.4;
        mixed[i] = i % 2 ? 0.4 : 0.6;
    }
    assert_float_equal(sign_flip(one, one, 20), 1, CLOSE);
    assert_float_equal(sign_flip(one, mixed, 20), 1, CLOSE);
    assert_true(sign_flip(one, other, 20) < 0.001);
    assert_float_equal(sign_flip(one, other, 3), 0.25, 0.02); /* 2 of 8 sign patterns are as far */
    assert_float_equal(sign_flip(one, other, 3), sign_flip(other, one, 3), CLOSE);
}

/* ---- figures ----------------------------------------------------------------------------------------------------- */

static bool fails(const char *measure, double now, double stored)
{
    struct figure a = {.value = now}, b = {.value = stored};
    snprintf(a.measure, sizeof a.measure, "%s", measure);
    return figure_fails(&a, &b);
}

static void test_figure_fails(void **state)
{
    (void)state;
    assert_false(fails("ndcg10", 0.49, 0.50));
    assert_true(fails("ndcg10", 0.489, 0.50));
    assert_false(fails("ndcg10", 0.9, 0.50));
    assert_false(fails(FIGURE_WRONG, 0.0029, 0.0019));
    assert_true(fails(FIGURE_WRONG, 0.0031, 0.0019));
    assert_false(fails(FIGURE_WRONG, 0, 0.0019));
    assert_false(fails(FIGURE_EMPTY, 3, 3));
    assert_true(fails(FIGURE_EMPTY, 4, 3));
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = files_path(folder, name);
    files_write(path, text, strlen(text));
    free(path);
}

static void test_figures_file(void **state)
{
    (void)state;
    char *folder = files_folder(), *path = files_path(folder, "figures.tsv");
    size_t passed = 0, failed = 0;
    struct figure one = {"lo", "all", "opastin", "ndcg10", 0.5}, other = {"topics", "all", "opastin", "ndcg10", 0.4};
    struct figures first = {&one, 1, 1}, second = {&other, 1, 1}, stored;
    assert_int_equal(figures_store(&first, path, NULL), STATUS_OK);
    assert_int_equal(figures_store(&second, path, NULL), STATUS_OK); /* another set: the first one stays */
    assert_int_equal(figures_read(&stored, path, NULL), STATUS_OK);
    assert_int_equal(stored.count, 2);
    one.value = 0.4;
    figures_compare(&first, &stored, &passed, &failed);
    assert_int_equal(passed, 0);
    assert_int_equal(failed, 1);
    snprintf(one.slice, sizeof one.slice, "type:short"); /* the stored one is no longer measured */
    figures_compare(&first, &stored, &passed, &failed);
    assert_int_equal(failed, 2);
    figures_release(&stored);
    files_remove(folder);
    free(path);
    free(folder);
}

/* What is compared with what: each slice with itself, our engine's only, of sets that were run only. */
static enum status correct_to_coffee(void *context, const char *typed, struct buf *best, struct err *err)
{
    (void)context;
    (void)typed;
    (void)err;
    buf_adds(best, "kahvia");
    return STATUS_OK;
}

/* What was typed may be a word by chance: nobody could tell then what was meant, so it is not counted. */
static void test_a_mistake_that_is_a_word_is_not_counted(void **state)
{
    (void)state;
    char *folder = files_folder();
    struct figures figures = {0};
    json_t *sets = json_object();
    write_file(folder, "typo_dev.tsv", "typed\tintended\tlemma\tkind\nkahvja\tkahvia\tkahvi\treplaced\n"
                                       "talo\ttalon\ttalo\tlost\n");
    assert_int_equal(eval_typos(folder, correct_to_coffee, NULL, &figures, sets, NULL), STATUS_OK);
    assert_true(figures.count > 0);
    for (size_t i = 0; i < figures.count; i++)
        assert_float_equal(figures.list[i].value, 1, CLOSE);
    figures_release(&figures);
    json_decref(sets);
    files_remove(folder);
    free(folder);
}

static void test_slices_are_compared_apart(void **state)
{
    (void)state;
    struct figure before[] = {
        {"topics", "all", "opastin", "ndcg10", 0.50},        {"topics", "type:short", "opastin", "ndcg10", 0.60},
        {"topics", "type:long", "opastin", "ndcg10", 0.40},  {"topics", "all", "opastin", FIGURE_EMPTY, 2},
        {"topics", "all", "snowball", "ndcg10", 0.90},       {"lo", "all", "opastin", "ndcg10", 0.90},
        {"topics", "type:short", "opastin", "mrr10", 0.70}};
    struct figure after[] = {
        {"topics", "all", "opastin", "ndcg10", 0.50},        {"topics", "type:short", "opastin", "ndcg10", 0.45},
        {"topics", "type:long", "opastin", "ndcg10", 0.60},  {"topics", "all", "opastin", FIGURE_EMPTY, 2},
        {"topics", "all", "snowball", "ndcg10", 0.10},       {"topics", "type:new", "opastin", "ndcg10", 0},
        {"topics", "type:short", "opastin", "mrr10", 0.70}};
    enum { BEFORE = sizeof before / sizeof *before, AFTER = sizeof after / sizeof *after };
    struct figures stored = {before, BEFORE, BEFORE}, now = {after, AFTER, AFTER};
    size_t passed = 0, failed = 0;
    figures_compare(&now, &stored, &passed, &failed);
    assert_int_equal(passed, 4); /* all, long, empty, short's other measure */
    assert_int_equal(failed, 1); /* short: that all of it rose elsewhere does not help */
    figures_compare(&stored, &stored, &passed, &failed);
    assert_int_equal(passed, 4 + 6);
    assert_int_equal(failed, 1);
    struct figures none = {0};
    figures_compare(&none, &stored, &passed, &failed);
    figures_compare(&now, &none, &passed, &failed);
    assert_int_equal(passed + failed, 11);
}

/* ---- baselines --------------------------------------------------------------------------------------------------- */

static const char records[] =
    "{\"id\":\"a\",\"kind\":\"news\",\"texts\":{\"fi\":{\"title\":\"Kissat kotona\",\"body\":\"Uutisia.\"}}}\n"
    "{\"id\":\"b\",\"kind\":\"news\",\"texts\":{\"fi\":{\"title\":\"Uutisia\",\"body\":\"Kissoista kotona.\"}}}\n"
    "{\"id\":\"c\",\"kind\":\"news\",\"texts\":{\"fi\":{\"title\":\"Koirapuistossa\"}}}\n"
    "{\"id\":\"d\",\"kind\":\"event\",\"start\":\"2020-01-01\",\"end\":\"2020-01-01\","
    "\"texts\":{\"fi\":{\"title\":\"Kissat\"}}}\n";

static void expect(struct eval_index *index, enum baseline_tokens tokens, const char *query, const char *wanted)
{
    struct baseline *baseline;
    struct err err = {0};
    uint32_t rows[METRICS_DEPTH];
    size_t count;
    char found[METRICS_DEPTH + 1] = "";
    if (baseline_make(&baseline, tokens, index, &err) != STATUS_OK ||
        baseline_search(baseline, query, "fi", rows, METRICS_DEPTH, &count, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < count; i++)
        found[i] = index->documents[rows[i]].id[0];
    assert_string_equal(found, wanted);
    baseline_free(baseline);
}

static void test_baselines(void **state)
{
    (void)state;
    char *folder = files_folder(), *path = files_path(folder, "records.jsonl"), *dir = files_path(folder, "index");
    struct eval_settings plain = {.plain = true};
    struct eval_index index;
    struct err err = {0};
    write_file(folder, "records.jsonl", records);
    if (eval_index_file(&index, path, dir, &plain, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(index.count, 4);
    assert_false(index.documents[eval_index_row(&index, "d")].live);
    expect(&index, BASELINE_STEMS, "KISSAT", "a"); /* a title outweighs; kissoi is another stem; d is past */
    expect(&index, BASELINE_STEMS, "kotona", "ab");
    expect(&index, BASELINE_STEMS, "puisto", "");                /* nothing splits compounds … */
    expect(&index, BASELINE_GRAMS, "puisto", "c");               /* … but pieces of words do */
    expect(&index, BASELINE_GRAMS, "koirapuisto-kotona", "cab"); /* hyphens part words */
    eval_index_close(&index);
    files_remove(folder);
    free(path);
    free(dir);
    free(folder);
}

/* ---- exit codes -------------------------------------------------------------------------------------------------- */

/* The program that was built beside this one, told where the sets and figures of the folder are; what it says goes to
 * `said`. */
static int eval_exit(const char *folder, const char *arguments, char said[SAID_BYTES])
{
    char own[PATH_MOST], command[COMMAND_BYTES];
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    assert_true(len > 0);
    own[len] = '\0';
    *strrchr(own, '/') = '\0';
    int written = snprintf(command, sizeof command,
                           "%s/../eval/eval --sets %s --out %s --figures %s/figures.tsv %s 2>&1", own, folder, folder,
                           folder, arguments);
    assert_true(written < (int)sizeof command);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, SAID_BYTES - 1, pipe)] = '\0';
    int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void expect_exit(const char *folder, const char *arguments, int code, const char *says)
{
    char said[SAID_BYTES];
    int got = eval_exit(folder, arguments, said);
    if (got != code || !strstr(said, says))
        fail_msg("eval %s: exit code %d, not %d with \"%s\":\n%s", arguments, got, code, says, said);
}

static void test_exit_codes(void **state)
{
    (void)state;
    char *folder = files_folder();
    expect_exit(folder, "--only conflation", 0, "skipped: conflation");
    expect_exit(folder, "--only conflation --check", 1, "was compared"); /* no set */
    write_file(folder, "conflation_dev.tsv", "query\tdocument\trelation\nkerhossa\tkerhoa\tinflection\n");
    expect_exit(folder, "--only conflation --check", 1, "was compared"); /* no stored figure */
    expect_exit(folder, "--only nothing --check", 1, "was compared");
    write_file(folder, "figures.tsv", "conflation\tinflection\topastin\trecall\t1.0000\n");
    expect_exit(folder, "--only conflation --check", 0, "1 passed, 0 failed");
    expect_exit(folder, "--only nothing --check", 1, "was compared");
    write_file(folder, "conflation_dev.tsv", "query\tdocument\trelation\nkerhossa\tmetsä\tinflection\n");
    expect_exit(folder, "--only conflation --check", 1, "0 passed, 1 failed");
    expect_exit(folder, "--only conflation", 0, "conflation"); /* not to be checked */
    expect_exit(folder, "--only conflation --store", 0, "conflation");
    expect_exit(folder, "--only conflation --check", 0, "3 passed, 0 failed");
    write_file(folder, "figures.tsv", "conflation\tinflection\n");
    expect_exit(folder, "--only conflation --check", 1, "five columns");
    expect_exit(folder, "--set nosuchweight=1", 1, "nosuchweight");
    expect_exit(folder, "--nonsense", 2, "--only");
    expect_exit(folder, "operand", 2, "--only");
    expect_exit(folder, "--help", 0, "--only");
    files_remove(folder);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_best_order_is_one),
        cmocka_unit_test(test_recall_is_of_what_a_page_can_hold),
        cmocka_unit_test(test_sign_flip),
        cmocka_unit_test(test_figure_fails),
        cmocka_unit_test(test_figures_file),
        cmocka_unit_test(test_a_mistake_that_is_a_word_is_not_counted),
        cmocka_unit_test(test_slices_are_compared_apart),
        cmocka_unit_test(test_baselines),
        cmocka_unit_test(test_exit_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
