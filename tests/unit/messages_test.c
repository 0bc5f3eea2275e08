/* The words of problems in the language of the reports: the table is whole, and what a maintainer reads is as agreed.
 * tests/cases has more of them, in expected.fi. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "indexer/sources/import.h"
#include "indexer/sources/json_words.h"
#include "messages.h"
#include "record.h"
#include "vocab/vocab.h"

static int setup(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    problem_language_unset();
    vocab_unload();
    return 0;
}

static int english_again(void **state)
{
    (void)state;
    problem_language_unset();
    return 0;
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

static void formats_are_compared(void **state)
{
    (void)state;
    assert_true(messages_match("a %zu b %s", "%zu %s"));
    assert_true(messages_match("100 %% of %d", "%d"));
    assert_true(messages_match("none", "ei mitään"));
    assert_true(messages_match("%.5g, %*d", "x %.5g %*d"));
    assert_false(messages_match("%zu %s", "%s %zu"));
    assert_false(messages_match("%d", "%zu"));
    assert_false(messages_match("%d", "%d %d"));
    assert_false(messages_match("%d", "none"));
    assert_false(messages_match("%.5g", "%g"));
    assert_false(messages_match("%", "%d"));
}

static enum status check_message(void *context, const struct message *message, struct err *err)
{
    size_t *count = context;
    (void)err;
    assert_true(messages_match(message->english, message->finnish));
    assert_string_equal(problem_text(message->english), message->finnish);
    (*count)++;
    return STATUS_OK;
}

static void every_entry_is_found(void **state)
{
    (void)state;
    size_t count = 0;
    struct err err = {0};
    assert_int_equal(problem_language_set(UI_FI, &err), STATUS_OK);
    assert_int_equal(messages_walk(check_message, &count, &err), STATUS_OK);
    assert_true(count > 400);
}

static void english_stays_as_it_is(void **state)
{
    (void)state;
    static const char text[] = "is not a date";
    assert_int_equal(problem_language(), UI_EN);
    assert_ptr_equal(problem_text(text), text);
    assert_null(problem_text(NULL));
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    assert_string_equal(problem_text(text), "ei ole päivämäärä");
    assert_string_equal(problem_text("nobody has said this"), "nobody has said this");
    assert_null(problem_text(NULL));
    assert_int_equal(problem_language_set(UI_EN, NULL), STATUS_OK);
    assert_ptr_equal(problem_text(text), text);
}

static void swedish_is_finnish_where_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(problem_language_set(UI_SV, NULL), STATUS_OK);
    assert_string_equal(problem_text("is not a date"), "ei ole päivämäärä");
}

/* What a reader is told to add, when the field has no word of its own about it. */
static bool check_help(void *context, const struct field *field)
{
    size_t *count = context;
    if ((field->flags & FIELD_REQUIRED) && !field->mend) {
        assert_string_not_equal(problem_text(field->help), field->help);
        (*count)++;
    }
    return true;
}

static void help_of_needed_fields_is_there(void **state)
{
    (void)state;
    size_t count = 0;
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    field_walk(check_help, &count);
    assert_true(count > 0);
}

static void weekdays_and_areas_are_there(void **state)
{
    (void)state;
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    for (size_t i = 0; i < 7; i++)
        assert_ptr_not_equal(problem_text(vocab_entry(VOCAB_WEEKDAY, i)->label[UI_EN]),
                             vocab_entry(VOCAB_WEEKDAY, i)->label[UI_EN]);
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++)
        assert_ptr_not_equal(problem_text(area_scope_name(scope)), area_scope_name(scope));
}

/* ---- as a maintainer reads them -------------------------------------------------------------------------------- */

static void expect(const struct problems *problems, const char *line)
{
    struct buf out = BUF_INIT;
    assert_true(problems->count > 0);
    problem_format(&problems->list[problems->count - 1], &out);
    assert_string_equal(buf_str(&out), line);
    buf_release(&out);
}

static void problems_are_said_in_finnish(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    problems_init(&problems, &arena);
    problems_at(&problems, "events.json", 310);
    problems_set_id(&problems, "testi:1");
    problem_error(&problems, PROBLEM_SYNTAX, NULL, "the row has %zu cells, but there are %zu columns", (size_t)3,
                  (size_t)41);
    expect(&problems, "events.json:310: tunnus testi:1: rivillä on soluja 3, mutta sarakkeita on 41");
    problems_push(&problems, "age_max");
    const struct problem_words words = {.value = "720", .allowed = "from, to", .mend = "write the age in whole years"};
    problem_warning(&problems, PROBLEM_RANGE, &words, "is above %g", 120.0);
    expect(&problems, "events.json:310: tunnus testi:1: huomautus: kenttä age_max: \"720\" on yli 120; "
                      "sallittu from, to; kirjoita ikä kokonaisina vuosina");
    problem_error(&problems, PROBLEM_FORM, NULL, "%s", "is not a number"); /* a text that was chosen before */
    expect(&problems, "events.json:310: tunnus testi:1: kenttä age_max: ei ole luku");
    problem_error(&problems, PROBLEM_FORM, NULL, "%s", "something else");
    expect(&problems, "events.json:310: tunnus testi:1: kenttä age_max: something else");
    problems_pop(&problems);
    arena_release(&arena);
}

static void importers_speak_finnish(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    json_t *value = json_string("kello");
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    problems_init(&problems, &arena);
    problems_at(&problems, "ptv.json", 7);
    import_notes_init(&notes, &arena, &problems);
    import_warn(&notes, &(struct import_note){PROBLEM_FORM, "openingHour[0].from", value, "write 08:00:00"},
                "is not a time of day; it is left out");
    expect(&problems, "ptv.json:7: huomautus: kenttä openingHour[0].from: \"kello\" ei ole kellonaika; jätettiin pois; "
                      "kirjoita näin: 08:00:00");
    import_refuse(&notes, &(struct import_note){PROBLEM_TOO_BIG, "names", NULL, NULL},
                  "is one more than the %zu that a record takes; it and the rest are left out", (size_t)64);
    expect(&problems, "ptv.json:7: kenttä names: on liikaa: tietueeseen mahtuu enintään 64; tämä ja loput "
                      "jätettiin pois");
    import_skip(&notes, "replaced_by", NULL, "is %s: this one is left out", "testi:2");
    expect(&problems, "ptv.json:7: huomautus: kenttä replaced_by: korvaajaksi on merkitty testi:2: tämä "
                      "jätettiin pois");
    json_decref(value);
    arena_release(&arena);
}

static void broken_json_is_told_in_finnish(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"'}' expected near '\"x\"'", "pilkku tai } puuttuu kohdassa '\"x\"'"},
        {"premature end of input near end of file", "JSON jää kesken tekstin lopussa"},
        {"control character 0xa near '\"Ker'", "ohjausmerkki 0xa kohdassa '\"Ker'"},
        {"too big integer", "liian suuri luku"},
        {"too big negative integer near '-9'", "liian pieni luku kohdassa '-9'"},
        {"something jansson never said near 'x'", "something jansson never said near 'x'"},
        {"", ""},
    };
    char out[100], small[8];
    (void)state;
    assert_string_equal(json_error_words(cases[0].text, out, sizeof out), cases[0].text); /* English */
    assert_int_equal(problem_language_set(UI_FI, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(json_error_words(cases[i].text, out, sizeof out), cases[i].said);
    assert_int_equal(strlen(json_error_words(cases[0].text, small, sizeof small)), sizeof small - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(formats_are_compared, english_again),
        cmocka_unit_test_teardown(every_entry_is_found, english_again),
        cmocka_unit_test_teardown(english_stays_as_it_is, english_again),
        cmocka_unit_test_teardown(swedish_is_finnish_where_there_is_none, english_again),
        cmocka_unit_test_teardown(help_of_needed_fields_is_there, english_again),
        cmocka_unit_test_teardown(weekdays_and_areas_are_there, english_again),
        cmocka_unit_test_teardown(problems_are_said_in_finnish, english_again),
        cmocka_unit_test_teardown(importers_speak_finnish, english_again),
        cmocka_unit_test_teardown(broken_json_is_told_in_finnish, english_again),
    };
    return cmocka_run_group_tests_name("messages", tests, setup, teardown);
}
