/* Phone desks: the file, and whom a search tells to call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "search/query.h"
#include "searchd/desks.h"
#include "vocab/vocab.h"

static char *folder;

static enum status open_text(const char *text, struct desks **desks, struct err *err)
{
    char *path = files_path(folder, "desks.txt");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    enum status status = desks_open(desks, path, err);
    free(path);
    return status;
}

static uint16_t area(const char *code)
{
    int found = vocab_find(VOCAB_AREA, code, strlen(code));
    assert_true(found >= 0);
    return (uint16_t)found;
}

/* The names of the desks for these areas, "a b". */
static const char *names(const struct desks *desks, const struct request *request, const struct query *query)
{
    static char text[200];
    const struct desk *found[DESKS_SHOWN];
    size_t count = desks_find(desks, request, query, found), len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "", found[i]->name);
    return text;
}

static struct request in_areas(uint16_t *areas, const char *first, const char *second)
{
    struct request request = {.near = -1, .age = -1};
    areas[0] = area(first);
    areas[1] = second ? area(second) : 0;
    request.selected[FACET_AREA] = areas;
    request.selected_count[FACET_AREA] = second ? 2 : 1;
    return request;
}

static const char FILE_TEXT[] = "# whom to call\n"
                                "\n"
                                "nationwide | country | 09 000 000\n"
                                "Mikkeli | town | +358 15 000 000 | weekdays 9-15\r\n"
                                "  wellbeing-12|county|015 000 001|\n";

static void the_desk_of_the_smallest_area_is_told(void **state)
{
    (void)state;
    struct desks *desks = NULL;
    uint16_t areas[2];
    struct err err = {0};
    assert_int_equal(open_text(FILE_TEXT, &desks, &err), STATUS_OK);
    const struct area_entry *mikkeli = area_at(area("491"));
    assert_int_equal(mikkeli->wellbeing, area("wellbeing-12"));
    struct request request = in_areas(areas, "491", NULL);
    assert_string_equal(names(desks, &request, NULL), "town");
    request = in_areas(areas, "507", NULL); /* another municipality of the county */
    assert_string_equal(names(desks, &request, NULL), "county");
    request = in_areas(areas, "507", "491");
    assert_string_equal(names(desks, &request, NULL), "county town");
    request = in_areas(areas, "507", "wellbeing-12");
    assert_string_equal(names(desks, &request, NULL), "county");
    request = in_areas(areas, "091", NULL);
    assert_string_equal(names(desks, &request, NULL), "country");
    request = (struct request){.near = area("491"), .age = -1};
    assert_string_equal(names(desks, &request, NULL), "town");
    request.near = -1;
    assert_string_equal(names(desks, &request, NULL), "country");
    struct query_value named = {.facet = FACET_AREA, .values = {area("491")}, .value_count = 1};
    struct query query = {.values = &named, .value_count = 1};
    assert_string_equal(names(desks, &request, &query), "town");
    assert_string_equal(names(NULL, &request, &query), "");
    desks_free(desks);
}

static void hours_may_be_left_out(void **state)
{
    (void)state;
    struct desks *desks = NULL;
    uint16_t areas[2];
    const struct desk *found[DESKS_SHOWN];
    assert_int_equal(open_text(FILE_TEXT, &desks, NULL), STATUS_OK);
    struct request request = in_areas(areas, "491", "507");
    assert_int_equal(desks_find(desks, &request, NULL, found), 2);
    assert_string_equal(found[0]->hours, "weekdays 9-15");
    assert_string_equal(found[0]->phone, "+358 15 000 000");
    assert_null(found[1]->hours);
    desks_free(desks);
}

static void a_line_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    char longer[DESKS_LINE_BYTES + 60];
    snprintf(longer, sizeof longer, "491 | %0*d | 015 000 000\n", DESKS_LINE_BYTES, 1);
    const struct {
        const char *text, *said;
        enum status status;
    } cases[] = {
        {"491 | town\n", "desks.txt:1: a desk is area | name | phone | hours", STATUS_INVALID},
        {"# x\n491 | | 015 000 000\n", "desks.txt:2: a desk is", STATUS_INVALID},
        {"Atlantis | town | 015 000 000\n", "desks.txt:1: \"Atlantis\" is no area", STATUS_INVALID},
        {"491 | town | call us\n", "desks.txt:1: \"call us\" is no phone number", STATUS_INVALID},
        {longer, "desks.txt:1: the line is longer than 500 bytes", STATUS_LIMIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct desks *desks = NULL;
        assert_int_equal(open_text(cases[i].text, &desks, &err), cases[i].status);
        if (!strstr(err.message, cases[i].said))
            fail_msg("%s lacks \"%s\"", err.message, cases[i].said);
        assert_null(desks);
    }
}

static void too_many_desks_are_refused(void **state)
{
    (void)state;
    char *text = malloc((DESKS_MOST + 2) * 32), *at = text;
    struct desks *desks = NULL;
    struct err err = {0};
    assert_non_null(text);
    for (int i = 0; i <= DESKS_MOST; i++)
        at += sprintf(at, "491 | desk %d | 015 000 000\n", i);
    assert_int_equal(open_text(text, &desks, &err), STATUS_LIMIT);
    assert_non_null(strstr(err.message, "desks.txt:1001: more than 1000 desks"));
    free(text);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct desks *desks = NULL;
    struct err err = {0};
    assert_int_equal(desks_open(&desks, "/nowhere/desks.txt", &err), STATUS_IO);
    assert_non_null(strstr(err.message, "/nowhere/desks.txt"));
}

static int set_up(void **state)
{
    (void)state;
    folder = files_folder();
    return vocab_load(NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(folder);
    free(folder);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_desk_of_the_smallest_area_is_told), cmocka_unit_test(hours_may_be_left_out),
        cmocka_unit_test(a_line_that_cannot_be_read_is_named),   cmocka_unit_test(too_many_desks_are_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests_name("desks", tests, set_up, tear_down);
}
