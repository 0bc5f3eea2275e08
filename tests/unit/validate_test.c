/* Messages that a person can act on: tests/cases/validate-NAME/input.jsonl or input.csv, and beside it `expected`, the
 * lines the reader must say, and `expected.fi`, the same in Finnish.  OPASTIN_UPDATE_CASES=1 writes what is said now
 * into both; read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/source.h"
#include "messages.h"
#include "record.h"
#include "tests/unit/spoilt.h"
#include "validate.h"
#include "vocab/vocab.h"

/* ---- golden cases -------------------------------------------------------------------------------------------- */

/* "accepted" or "refused" for each record, and the problems before it. */
static void tell_item(const struct source_item *item, const struct problems *problems, struct buf *out)
{
    static const char *const words[] = {"accepted", "refused", "notice", "end"};
    for (size_t i = 0; i < problems->count; i++) {
        problem_format(&problems->list[i], out);
        buf_addc(out, '\n');
    }
    if (item->kind != SOURCE_END)
        buf_addf(out, "%llu %s %s\n", (unsigned long long)item->line, words[item->kind], item->id ? item->id : "-");
}

static void tell_file(const char *path, const char *shown, struct buf *out)
{
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    struct err err = {STATUS_OK, ""};
    struct source_options options = {.shown_path = shown};
    if (source_open(&source, path, &options, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.message);
    do {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        if (source_next(source, &arena, &record, &problems, &item, &err) != STATUS_OK)
            fail_msg("%s: %s", path, err.message);
        tell_item(&item, &problems, out);
    } while (item.kind != SOURCE_END);
    struct source_info info = source_info(source);
    buf_addf(out, "%llu accepted, %llu refused, %s\n", (unsigned long long)info.records,
             (unsigned long long)info.rejected, source_encoding_name(info.encoding));
    source_free(source);
    arena_release(&arena);
}

static void read_whole(const char *path, struct buf *out)
{
    char bytes[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(out, bytes, n);
    fclose(file);
}

static void write_whole(const char *path, const struct buf *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text->data, 1, text->len, file);
    assert_int_equal(fclose(file), 0);
}

/* The first line in which the texts differ. */
static void show_difference(const char *name, const char *got, const char *wanted)
{
    while (*got && *wanted) {
        size_t a = strcspn(got, "\n"), b = strcspn(wanted, "\n");
        if (a != b || memcmp(got, wanted, a) != 0)
            break;
        got += a + (got[a] == '\n');
        wanted += b + (wanted[b] == '\n');
    }
    print_error("%s\n said:     %.*s\n expected: %.*s\n", name, (int)strcspn(got, "\n"), got,
                (int)strcspn(wanted, "\n"), wanted);
}

static void check_cases(const char *ending)
{
    glob_t found;
    size_t wrong = 0;
    assert_int_equal(glob("tests/cases/validate-*/input.*", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 15);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct buf said = BUF_INIT, expected = BUF_INIT;
        char path[300];
        const char *input = found.gl_pathv[i], *name = strrchr(input, '/') + 1;
        tell_file(input, name, &said);
        assert_int_equal(utf8_check(said.data, said.len), said.len);
        snprintf(path, sizeof path, "%.*sexpected%s", (int)(name - input), input, ending);
        if (getenv("OPASTIN_UPDATE_CASES"))
            write_whole(path, &said);
        read_whole(path, &expected);
        if (strcmp(buf_str(&said), buf_str(&expected)) != 0) {
            show_difference(input, buf_str(&said), buf_str(&expected));
            wrong++;
        }
        buf_release(&said);
        buf_release(&expected);
    }
    globfree(&found);
    assert_int_equal(wrong, 0);
}

static void messages_are_as_agreed(void **state)
{
    (void)state;
    check_cases("");
}

static void messages_are_as_agreed_in_finnish(void **state)
{
    (void)state;
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    check_cases(".fi");
    problem_language_unset();
}

/* ---- the list ------------------------------------------------------------------------------------------------ */

static void problems_are_kept_and_counted(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    problems_init(&problems, &arena);
    problems_at(&problems, "a.jsonl", 41);
    for (int i = 0; i < PROBLEMS_KEPT + 7; i++)
        problem_error(&problems, PROBLEM_RANGE, NULL, "number %d", i);
    problem_warning(&problems, PROBLEM_NOTE, NULL, "late");
    assert_int_equal(problems.count, PROBLEMS_KEPT);
    assert_int_equal(problems.dropped, 8);
    assert_int_equal(problems.errors, PROBLEMS_KEPT + 7);
    assert_int_equal(problems.warnings, 1);
    assert_false(problems.failed);
    problems_at(&problems, "a.jsonl", 42);
    assert_int_equal(problems.count + problems.errors + problems.dropped, 0);
    arena_release(&arena);
}

static void expect_line(const struct problem *problem, const char *wanted)
{
    struct buf line = BUF_INIT;
    problem_format(problem, &line);
    assert_string_equal(buf_str(&line), wanted);
    buf_release(&line);
}

static const char *first_column(const void *context, const char *path)
{
    return strcmp(path, "age_max") == 0 ? context : NULL;
}

static void lines_have_one_form(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct problem_words words = {.value = "720", .allowed = "0..120", .mend = "write the age in whole years"};
    problems_init(&problems, &arena);
    problems_at(&problems, "corpus/a.jsonl", 41);
    problems_set_id(&problems, "kuopio-x");
    problems_push(&problems, "age_max");
    problem_error(&problems, PROBLEM_RANGE, &words, "is above %d", 120);
    expect_line(&problems.list[0],
                "corpus/a.jsonl:41: id kuopio-x: field age_max: \"720\" is above 120; allowed 0..120; "
                "write the age in whole years");
    problems.column_of = first_column;
    problems.column_context = "ikä_loppu";
    problem_warning(&problems, PROBLEM_NOTE, NULL, "is odd");
    expect_line(&problems.list[1], "corpus/a.jsonl:41: id kuopio-x: warning: column \"ikä_loppu\" (age_max): is odd");
    problems_pop(&problems);
    problems_push(&problems, "place");
    problems_push_index(&problems, 3);
    problems_push(&problems, "lat\n\x01");
    problem_error(&problems, PROBLEM_RANGE, NULL, "is bad");
    expect_line(&problems.list[2], "corpus/a.jsonl:41: id kuopio-x: field place[3].lat \xEF\xBF\xBD: is bad");
    assert_true(problems_mention(&problems, "place"));
    assert_true(problems_mention(&problems, "place[3]"));
    assert_false(problems_mention(&problems, "plac"));
    problems_init(&problems, &arena);
    problem_error(&problems, PROBLEM_SYNTAX, NULL, "the row is empty");
    expect_line(&problems.list[0], "the row is empty");
    arena_release(&arena);
}

static void values_are_cut_and_tamed(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    char value[600];
    for (size_t i = 0; i < 200; i++)
        memcpy(value + 2 * i, "ä", 3);
    struct problem_words words = {.value = value};
    problems_init(&problems, &arena);
    problem_error(&problems, PROBLEM_FORM, &words, "is long");
    const char *shown = problems.list[0].value;
    assert_int_equal(utf8_count(shown, strlen(shown)), PROBLEM_VALUE_CHARS + 1);
    assert_string_equal(shown + 2 * PROBLEM_VALUE_CHARS, "…");
    words = (struct problem_words){.value = "a\0b\n\xFF\x1B[31m", .value_len = 10};
    problem_error(&problems, PROBLEM_FORM, &words, "is odd");
    assert_string_equal(problems.list[1].value, "a\xEF\xBF\xBD"
                                                "b \xEF\xBF\xBD\xEF\xBF\xBD[31m");
    for (size_t i = 0; i < 2 * PROBLEM_PATH_DEPTH; i++) /* deeper than anything that is kept */
        problems_push(&problems, "averylongkeythatgoesonandon");
    problem_error(&problems, PROBLEM_FORM, NULL, "is deep");
    assert_true(strlen(problems.list[2].field) <= PROBLEM_PATH_BYTES + 3);
    for (size_t i = 0; i < 2 * PROBLEM_PATH_DEPTH; i++)
        problems_pop(&problems);
    assert_int_equal(problems.path_depth, 0);
    arena_release(&arena);
}

/* ---- records that did not come from JSON --------------------------------------------------------------------- */

static void records_are_checked_without_json(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct record record;
    record_init(&record);
    problems_init(&problems, &arena);
    assert_int_equal(record_validate(&record, &problems), STATUS_INVALID);
    assert_int_equal(problems.errors, 3); /* id, kind, title */
    record.id = "a-1";
    record.kind = RECORD_EVENT;
    record.title.in[RECORD_SV] = "Fest";
    record.start = (struct moment){20790, MINUTE_UNKNOWN};
    problems_init(&problems, &arena);
    assert_int_equal(record_validate(&record, &problems), STATUS_OK);
    record.peer_support = TRI_YES; /* only activities have it */
    record.business_id = "0737546-2";
    problems_init(&problems, &arena);
    assert_int_equal(record_validate(&record, &problems), STATUS_INVALID);
    assert_int_equal(problems.errors, 2);
    assert_int_equal(problems.list[0].code, PROBLEM_OTHER_KIND);
    arena_release(&arena);
}

static void names_of_codes_are_distinct(void **state)
{
    (void)state;
    for (unsigned a = 0; a < PROBLEM_CODES; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(problem_code_name(a), problem_code_name(b));
    assert_string_equal(problem_severity_name(PROBLEM_ERROR), "error");
    assert_string_equal(problem_severity_name(PROBLEM_WARNING), "warning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_as_agreed),
        cmocka_unit_test(messages_are_as_agreed_in_finnish),
        cmocka_unit_test(problems_are_kept_and_counted),
        cmocka_unit_test(lines_have_one_form),
        cmocka_unit_test(values_are_cut_and_tamed),
        cmocka_unit_test(records_are_checked_without_json),
        cmocka_unit_test(names_of_codes_are_distinct),
    };
    return cmocka_run_group_tests_name("validate", tests, vocab_setup, vocab_teardown);
}
