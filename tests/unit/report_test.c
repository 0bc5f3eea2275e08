/* Reports of made-up runs: folders, lists, trend, the text's room, and that nothing foreign gets out unescaped.  What
 * reads JSON, HTML and mail is tests/report/run.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <csv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "indexer/report_folder.h"
#include "indexer/report_lists.h"
#include "indexer/report_pen.h"
#include "indexer/report_sum.h"
#include "messages.h"
#include "tests/unit/files.h"
#include "tests/unit/made_report.h"

static char *folder;
static struct err err;

static int setup(void **state)
{
    (void)state;
    folder = files_folder();
    err_reset(&err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    files_remove(folder);
    free(folder);
    return 0;
}

static const struct made_options usual = {.seed = 1, .sources = 4, .golden = 7, .organisations = 5, .stopped = 1,
                                          .problems = 2, .most = 30000, .language = UI_FI};

static bool there(const char *name)
{
    struct stat stat_;
    char *path = files_path(folder, name);
    bool found = stat(path, &stat_) == 0;
    free(path);
    return found;
}

static char *read_in(const char *run, const char *name)
{
    size_t len;
    char *dir = files_path(folder, run), *path = files_path(dir, name), *data = files_read(path, &len);
    free(dir);
    free(path);
    return data;
}

static void finish_run(const struct made_options *options, unsigned keep)
{
    struct made_report made;
    made_report_begin(&made, folder, options);
    made.settings.report_keep = keep;
    assert_int_equal(report_finish(&made.report, made.report.started + 9, NULL, &err), STATUS_OK);
    made_report_release(&made);
}

/* ---- folders -------------------------------------------------------------------------------------------------- */

static void a_run_is_whole_or_not_there(void **state)
{
    (void)state;
    static const char *const names[] = {"report.json", "report.html", "report.txt",  "report.eml", "rejects.csv",
                                        "warnings.csv", "removed.csv", "merged.csv", "changed.csv", "missing.csv",
                                        "errors.csv",  "zero-hits.csv", "organisations.csv"};
    struct made_report made;
    struct buf path = BUF_INIT;
    made_report_begin(&made, folder, &usual);
    assert_int_equal(made.report.run, 1);
    assert_true(there("run-000001.tmp"));
    assert_false(there("run-000001"));
    assert_int_equal(report_finish(&made.report, made.report.started + 5, &path, &err), STATUS_OK);
    assert_string_equal(strrchr(path.data, '/'), "/run-000001");
    assert_false(there("run-000001.tmp"));
    made_report_release(&made);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[60];
        snprintf(name, sizeof name, "run-000001/%s", names[i]);
        assert_true(there(name));
    }
    buf_release(&path);
}

static void no_mail_is_written_when_nobody_gets_it(void **state)
{
    (void)state;
    struct made_report made;
    made_report_begin(&made, folder, &usual);
    made.settings.mail_to = NULL;
    assert_int_equal(report_finish(&made.report, 1, NULL, &err), STATUS_OK);
    made_report_release(&made);
    assert_true(there("run-000001/report.txt"));
    assert_false(there("run-000001/report.eml"));
}

static void a_run_given_up_leaves_nothing(void **state)
{
    (void)state;
    struct made_report made;
    made_report_begin(&made, folder, &usual);
    made_report_release(&made);
    assert_false(there("run-000001.tmp"));
    assert_false(there("run-000001"));
}

static void make_folder(const char *name)
{
    char *path = files_path(folder, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

static void the_number_is_above_all_and_leftovers_go(void **state)
{
    (void)state;
    static const char *const foreign[] = {"run-7", "run-abc", "run-0000012.tmp", "runs", "run-000003.old",
                                          "run-000000"};
    struct made_report made;
    make_folder("run-000003");
    make_folder("run-000009.tmp");
    char *inside = files_path(folder, "run-000009.tmp/rejects.csv");
    files_write(inside, "x", 1);
    free(inside);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        make_folder(foreign[i]);
    made_report_begin(&made, folder, &usual);
    assert_int_equal(made.report.run, 10);
    assert_false(there("run-000009.tmp"));
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_true(there(foreign[i]));
    made_report_release(&made);
}

static void old_runs_go(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        finish_run(&usual, 3);
    assert_false(there("run-000002"));
    assert_true(there("run-000003") && there("run-000004") && there("run-000005"));
    finish_run(&usual, 0); /* 0: all stay */
    assert_true(there("run-000003"));
}

static void a_full_disk_is_said_and_leaves_no_half_folder(void **state)
{
    (void)state;
    struct made_report made;
    struct rlimit before, small;
    made_report_begin(&made, folder, &usual);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 20000; /* the page is larger */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = report_finish(&made.report, 1, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(err.message, "run-000001.tmp/report."));
    assert_non_null(strstr(err.message, "File too large"));
    made_report_release(&made);
    assert_false(there("run-000001"));
    assert_false(there("run-000001.tmp"));
}

static void a_full_disk_stops_a_list(void **state)
{
    (void)state;
    struct made_report made;
    struct rlimit before, small;
    enum status status = STATUS_OK;
    made_report_begin(&made, folder, &usual);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 5000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; status == STATUS_OK && i < 10000; i++)
        status = report_removed(&made.report, "ptv", "ptv:1", "Kerho", &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(err.message, "removed.csv"));
    made_report_release(&made);
}

/* ---- lists ---------------------------------------------------------------------------------------------------- */

struct table {
    char cell[40][12][400];
    size_t rows, columns[40], at;
};

static void on_cell(void *data, size_t len, void *context)
{
    struct table *table = context;
    assert_true(table->rows < 40 && table->at < 12 && len < 400);
    if (len)
        memcpy(table->cell[table->rows][table->at], data, len);
    table->cell[table->rows][table->at++][len] = '\0';
}

static void on_row(int end, void *context)
{
    (void)end;
    struct table *table = context;
    table->columns[table->rows++] = table->at;
    table->at = 0;
}

static struct table *parse(const char *text, size_t len)
{
    struct csv_parser parser;
    struct table *table = calloc(1, sizeof *table);
    assert_non_null(table);
    assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL), 0);
    assert_int_equal(csv_parse(&parser, text, len, on_cell, on_row, table), len);
    assert_int_equal(csv_fini(&parser, on_cell, on_row, table), 0);
    csv_free(&parser);
    return table;
}

static void cells_come_back_as_they_were(void **state)
{
    (void)state;
    static const char *const cells[] = {"plain", "a,b", "say \"hei\"", "two\nlines", "a;b", " blank ", "Åäö",
                                        "", "1.5"};
    static const char *const formulas[] = {"=1+1", "+358 40", "-5", "@x", "\t=1", "\r=1", "\n=1"};
    struct buf out = BUF_INIT;
    csv_add_row(&out, cells, 9);
    csv_add_row(&out, formulas, 7);
    struct table *table = parse(out.data, out.len);
    assert_int_equal(table->rows, 2);
    assert_int_equal(table->columns[0], 9);
    for (size_t i = 0; i < 9; i++)
        assert_string_equal(table->cell[0][i], cells[i]);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(table->cell[1][i][0], '\'');
        assert_string_equal(table->cell[1][i] + 1, formulas[i]);
    }
    assert_non_null(strstr(out.data, ",\"a;b\","));
    free(table);
    buf_release(&out);
}

static void lists_have_every_row(void **state)
{
    (void)state;
    struct made_report made;
    struct made_options options = usual;
    options.nasty = true;
    options.sources = 1;
    options.stopped = 0;
    made_report_begin(&made, folder, &options);
    uint64_t rejects = made.report.rows[LIST_REJECTS], warnings = made.report.rows[LIST_WARNINGS];
    assert_int_equal(rejects, 30);
    assert_int_equal(warnings, 4);
    assert_int_equal(report_finish(&made.report, 1, NULL, &err), STATUS_OK);
    made_report_release(&made);
    char *text = read_in("run-000001", "rejects.csv");
    static const char head[] = "\xEF\xBB\xBFsource,file,line,id,field,column,value,code,what,allowed,mend\r\n";
    assert_memory_equal(text, head, sizeof head - 1);
    assert_int_equal(utf8_check(text, strlen(text)), strlen(text));
    struct table *table = parse(text + 3, strlen(text) - 3);
    assert_int_equal(table->rows, rejects + 1);
    for (size_t i = 0; i < table->rows; i++)
        assert_int_equal(table->columns[i], 11);
    assert_memory_equal(table->cell[1][1], made_nasty, strlen(made_nasty) - 1); /* the last byte is no UTF-8 */
    free(table);
    free(text);
}

/* ---- trend ---------------------------------------------------------------------------------------------------- */

static void the_trend_passes_over_broken_reports(void **state)
{
    (void)state;
    struct made_options options = usual;
    options.problems = 0;
    struct made_report made;
    for (int i = 0; i < 40; i++) {
        options.seed = (uint64_t)i + 5;
        finish_run(&options, 400);
    }
    char *broken = files_path(folder, "run-000030/report.json");
    char *foreign = files_path(folder, "run-000031/report.json");
    files_write(broken, "{\"format\":1,\"run\":30", 20);
    files_write(foreign, "{\"format\":77,\"run\":31}", 22);
    char *gone = files_path(folder, "run-000032/report.json");
    assert_int_equal(unlink(gone), 0);
    free(broken);
    free(foreign);
    free(gone);
    made_report_begin(&made, folder, &options);
    assert_int_equal(report_finish(&made.report, 1, NULL, &err), STATUS_OK);
    assert_int_equal(made.report.trend_count, REPORT_TREND);
    assert_int_equal(made.report.trend_broken, 3);
    assert_int_equal(made.report.trend[REPORT_TREND - 1].run, 41);
    assert_int_equal(made.report.trend[0].run, 41 - 29 - 3);
    assert_int_equal(made.report.trend[5].started, 1795307400);
    assert_int_equal(made.report.trend[REPORT_TREND - 1].records, made.report.records);
    assert_int_equal(made.report.trend[REPORT_TREND - 2].records, made.report.records); /* of the same seed */
    assert_int_equal(made.report.trend[2].verdict, REPORT_HELD);
    made_report_release(&made);
}

/* ---- text ----------------------------------------------------------------------------------------------------- */

static size_t check_lines(const char *text)
{
    size_t lines = 0;
    for (const char *at = text; *at; lines++) {
        size_t len = strcspn(at, "\n");
        assert_int_equal(at[len], '\n');
        assert_int_equal(utf8_check(at, len), len);
        if (utf8_count(at, len) > 78)
            fail_msg("%zu columns: %.*s", utf8_count(at, len), (int)len, at);
        at += len + 1;
    }
    return lines;
}

static void the_text_fits_whatever_happened(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++) {
        static const size_t counts[] = {1, 2, 5, 30, 100};
        struct made_options options = {.seed = i, .sources = counts[i % 5], .golden = i % 3 * 40, .problems = i % 4,
                                       .most = i % 7 ? 30000 : 4000000000u, .nasty = i % 6 == 5, .quiet = i % 8 == 7,
                                       .language = i % 2 ? UI_EN : UI_FI};
        options.stopped = i % 3 ? options.sources / (i % 3) : 0;
        struct made_report made;
        struct buf out = BUF_INIT;
        made_report_begin(&made, folder, &options);
        snprintf(made.report.why, sizeof made.report.why, "%0*d", 500, 0);
        made.report.verdict = (enum report_verdict)(i % REPORT_VERDICTS);
        report_text(&made.report, &out);
        assert_true(check_lines(out.data) <= REPORT_TEXT_LINES);
        if (options.problems)
            assert_non_null(strstr(out.data, "rejects.csv"));
        buf_release(&out);
        made_report_release(&made);
    }
}

/* A hundred sources and fifteen rules: ten kinds of fault are still led to a file, a line, a field and a value. */
static void the_text_leads_to_ten_kinds_of_fault(void **state)
{
    (void)state;
    static const char *const kinds[] = {
        "syntax 100: …",     "encoding 100: …", "too-big 100: …", "duplicate 100: …", "unknown-field 100: …",
        "other-kind 100: …", "type 100: …",     "missing 100: …", "empty 100: …",     "range 300: …"};
    struct made_report made;
    struct made_options options = {.seed = 8, .sources = 100, .stopped = 3, .golden = 10, .problems = 1, .most = 1000};
    struct buf out = BUF_INIT;
    made_report_begin(&made, folder, &options);
    report_text(&made.report, &out);
    assert_true(check_lines(out.data) <= REPORT_TEXT_LINES);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *at = strstr(out.data, kinds[i]);
        if (!at)
            fail_msg("%s is not in:\n%s", kinds[i], out.data);
        assert_non_null(strstr(at, ".jsonl:"));
        assert_true(strstr(at, ".jsonl:") < strchr(at, '\n'));
    }
    assert_non_null(strstr(out.data, "--allow-deletions=ptv"));
    assert_non_null(strstr(out.data, "muut 9")); /* sources summed up in one line */
    buf_release(&out);
    made_report_release(&made);
}

/* One option alone would let nothing through; what follows from a file that cannot be read is no other fault. */
static void a_stopped_source_is_told_once_with_all_that_lets_it_through(void **state)
{
    (void)state;
    struct made_report made;
    struct made_options options = {.seed = 8, .sources = 2, .most = 100};
    struct buf out = BUF_INIT;
    made_report_begin(&made, folder, &options);
    for (int g = 0; g < GUARDS; g++)
        for (size_t s = 0; s < 2; s++)
            made.report.sources[s].guards[g] = (struct report_guard){.guard = (enum guard)g, .why = "no.jsonl: gone",
                                                                     .tripped = g != GUARD_UNREADABLE || s == 1};
    made.report.verdict = REPORT_REFUSED;
    report_text(&made.report, &out);
    char options_of_all[256], *at = strstr(out.data, "--allow-empty=");
    snprintf(options_of_all, sizeof options_of_all, "--allow-age=%s", made.report.sources[0].name);
    assert_non_null(at);
    assert_non_null(strstr(at, options_of_all));
    assert_null(strstr(at + 1, "--allow-empty="));
    assert_non_null(strstr(out.data, "no.jsonl: gone"));
    buf_release(&out);
    made_report_release(&made);
}

static void the_subject_has_the_verdict_first(void **state)
{
    (void)state;
    static const struct {
        enum report_verdict verdict;
        enum ui_lang language;
        const char *subject;
    } cases[] = {
        {REPORT_PUBLISHED, UI_FI, "Opastin: julkaistu – 1 uusi, 3 poistunutta"},
        {REPORT_PUBLISHED, UI_EN, "Opastin: published – 1 new, 3 removed"},
        {REPORT_PUBLISHED, UI_SV, "Opastin: julkaistu – 1 uusi, 3 poistunutta"},
        {REPORT_REFUSED, UI_FI, "Opastin: EI JULKAISTU – 1 uusi, 3 poistunutta"},
        {REPORT_FAILED, UI_FI, "Opastin: AJO KESKEYTYI – 1 uusi, 3 poistunutta"},
    };
    struct made_report made;
    struct made_options options = {.sources = 1, .quiet = true};
    made_report_begin(&made, folder, &options);
    struct buf out = BUF_INIT;
    report_subject(&made.report, &out);
    assert_string_equal(out.data, "Opastin: ei muutoksia – 1 lähde");
    made.report.sources[0].added = 1;
    made.report.sources[0].removed = 3;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made.report.verdict = cases[i].verdict;
        made.settings.language = cases[i].language;
        buf_reset(&out);
        report_subject(&made.report, &out);
        assert_string_equal(out.data, cases[i].subject);
    }
    buf_release(&out);
    made_report_release(&made);
}

/* ---- examples, sums ------------------------------------------------------------------------------------------- */

static void examples_are_of_different_fields(void **state)
{
    (void)state;
    struct made_report made;
    struct made_options options = {.sources = 1, .problems = 9};
    made_report_begin(&made, folder, &options);
    const struct report_rule *rule = report_rule_of(&made.report.sources[0], PROBLEM_ERROR, PROBLEM_RANGE);
    assert_int_equal(rule->count, 27);
    assert_int_equal(rule->example_count, REPORT_EXAMPLES);
    bool seen[3] = {false};
    for (size_t i = 0; i < REPORT_EXAMPLES; i++) {
        seen[0] |= strcmp(rule->examples[i].field, "age_max") == 0;
        seen[1] |= strcmp(rule->examples[i].field, "place[3].lat") == 0;
        seen[2] |= strcmp(rule->examples[i].field, "price.amount") == 0;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    made_report_release(&made);
}

static void fields_are_the_same_whatever_their_index(void **state)
{
    (void)state;
    assert_true(field_same("place[0].lat", "place[17].lat"));
    assert_true(field_same("theme[0]", "theme[3]"));
    assert_true(field_same(NULL, NULL));
    assert_false(field_same("place[0].lat", "place[0].lon"));
    assert_false(field_same("place", NULL));
    assert_false(field_same("theme", "themes[0]"));
    assert_true(field_same("a[", "a[")); /* a broken one ends */
}

static void edit_links_hold_no_foreign_address(void **state)
{
    (void)state;
    struct settings_source source = {.edit = "https://x/{id}/e?{id}"};
    struct buf out = BUF_INIT;
    assert_true(edit_address(&source, "ä/\"<1", &out));
    assert_string_equal(out.data, "https://x/%C3%A4%2F%22%3C1/e?%C3%A4%2F%22%3C1");
    assert_false(edit_address(&source, NULL, &out));
    source.edit = "javascript:alert({id})";
    assert_false(edit_address(&source, "1", &out));
    source.edit = "http://x/list";
    buf_reset(&out);
    assert_true(edit_address(&source, NULL, &out));
    assert_string_equal(out.data, "http://x/list");
    assert_false(edit_address(NULL, "1", &out));
    buf_release(&out);
}

static void what_is_said_in_another_language_is_marked(void **state)
{
    (void)state;
    static const struct {
        enum ui_lang report, problems;
        const char *mark; /* NULL: none */
    } cases[] = {{UI_FI, UI_EN, "<span lang=\"en\">"}, {UI_FI, UI_FI, NULL}, {UI_SV, UI_SV, NULL}, {UI_EN, UI_EN, NULL},
                 {UI_EN, UI_FI, "<span lang=\"fi\">"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_options options = usual;
        struct made_report made;
        struct buf page = BUF_INIT;
        options.language = cases[i].report;
        assert_int_equal(problem_language_set(cases[i].problems, NULL), STATUS_OK);
        made_report_begin(&made, folder, &options);
        report_html(&made.report, &page);
        const char *found = strstr(page.data, cases[i].mark ? cases[i].mark : "<span lang=");
        assert_int_equal(found != NULL, cases[i].mark != NULL);
        buf_release(&page);
        made_report_release(&made);
    }
    problem_language_unset();
}

static void nothing_foreign_gets_out_unescaped(void **state)
{
    (void)state;
    static const char *const bad[] = {"<b>", "\xE2\x80\xAE", "\x01", "\xFF", "\n=cmd"};
    struct made_options options = usual;
    options.nasty = true;
    struct made_report made;
    made_report_begin(&made, folder, &options);
    struct buf page = BUF_INIT, text = BUF_INIT, json = BUF_INIT;
    report_html(&made.report, &page);
    report_text(&made.report, &text);
    report_json(&made.report, &json);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(strstr(page.data, bad[i]));
        if (i > 0)
            assert_null(strstr(text.data, bad[i]));
    }
    assert_null(strstr(page.data, "x=\"<")); /* the edit link's own */
    assert_non_null(strstr(page.data, "&lt;b&gt;&quot;Kerho&quot; &amp; &#39;käsi&#39;&lt;/b&gt; =cmd"));
    assert_null(strstr(page.data, "<script"));
    assert_int_equal(utf8_check(json.data, json.len), json.len);
    assert_true(json.len < REPORT_JSON_BYTES);
    buf_release(&page);
    buf_release(&text);
    buf_release(&json);
    made_report_release(&made);
}

static void sources_that_are_gone_have_a_limit(void **state)
{
    (void)state;
    struct made_report made;
    size_t index;
    made_report_begin(&made, folder, &usual);
    for (size_t i = 0; i < REPORT_SOURCES_GONE; i++) {
        assert_int_equal(report_source_add(&made.report, "old", &index, &err), STATUS_OK);
        assert_int_equal(index, usual.sources + i);
    }
    assert_int_equal(report_source_add(&made.report, "old", &index, &err), STATUS_LIMIT);
    made_report_release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_is_whole_or_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(no_mail_is_written_when_nobody_gets_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_run_given_up_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(the_number_is_above_all_and_leftovers_go, setup, teardown),
        cmocka_unit_test_setup_teardown(old_runs_go, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_said_and_leaves_no_half_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_stops_a_list, setup, teardown),
        cmocka_unit_test_setup_teardown(cells_come_back_as_they_were, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_have_every_row, setup, teardown),
        cmocka_unit_test_setup_teardown(the_trend_passes_over_broken_reports, setup, teardown),
        cmocka_unit_test_setup_teardown(the_text_fits_whatever_happened, setup, teardown),
        cmocka_unit_test_setup_teardown(the_text_leads_to_ten_kinds_of_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stopped_source_is_told_once_with_all_that_lets_it_through, setup, teardown),
        cmocka_unit_test_setup_teardown(the_subject_has_the_verdict_first, setup, teardown),
        cmocka_unit_test_setup_teardown(examples_are_of_different_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(fields_are_the_same_whatever_their_index, setup, teardown),
        cmocka_unit_test_setup_teardown(edit_links_hold_no_foreign_address, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_said_in_another_language_is_marked, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_foreign_gets_out_unescaped, setup, teardown),
        cmocka_unit_test_setup_teardown(sources_that_are_gone_have_a_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
