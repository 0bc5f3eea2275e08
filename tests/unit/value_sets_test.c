/* The rows of each facet value, against what the columns say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* after those */
#include <cmocka.h>

#include "facet.h"
#include "oracle.h"
#include "value_sets.h"

enum { ROWS = 5000, VALUES = 60 };

static struct {
    char *folder, *columns_path, *path;
    struct columns columns;
} t;

/* Value v is in one row of v + 1; two of them in none. */
static bool has(uint32_t row, uint16_t value)
{
    return value % 29 != 28 && (row * 2654435761u >> 7) % (value * value + 1u) == 0;
}

static void no_row_is_missing_or_too_many(void **state)
{
    (void)state;
    struct value_sets sets;
    struct err err = {0};
    size_t bitmaps = 0, lists = 0;
    assert_int_equal(value_sets_open(&sets, t.path, &err), STATUS_OK);
    assert_int_equal(sets.rows, ROWS);
    assert_int_equal(sets.value_count, VALUES);
    for (uint16_t v = 0; v < VALUES; v++) {
        struct value_rows rows = value_sets_of(&sets, v);
        uint32_t count = 0;
        for (uint32_t row = 0; row < ROWS; row++) {
            if (rows.bitmap)
                assert_int_equal(rows.bitmap[row / 64] >> row % 64 & 1, has(row, v));
            else if (has(row, v))
                assert_int_equal(rows.rows[count], row);
            count += has(row, v);
        }
        assert_int_equal(rows.count, count);
        bitmaps += rows.bitmap != NULL;
        lists += rows.bitmap == NULL;
    }
    assert_true(bitmaps > 5 && lists > 5);
    for (uint32_t row = 0; row < ROWS; row++) {
        assert_int_equal(value_sets_no_age(&sets)[row / 64] >> row % 64 & 1, row % 3 == 0);
        assert_int_equal(value_sets_no_place(&sets)[row / 64] >> row % 64 & 1, row % 5 != 0);
    }
    assert_int_equal(value_sets_check(&sets, &t.columns, &err), STATUS_OK);
    value_sets_close(&sets);
}

static void every_changed_byte_of_a_set_is_told(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    struct err err = {0};
    char *copy = files_path(t.folder, "damaged");
    size_t told = 0, tried = 0;
    assert_int_equal(buf_read_file(&bytes, t.path, SIZE_MAX / 2, &err), STATUS_OK);
    for (size_t at = 0; at + 64 < bytes.len; at += 1 + bytes.len / 500) {
        struct value_sets sets;
        FILE *out = fopen(copy, "we");
        assert_non_null(out);
        bytes.data[at] ^= 4;
        assert_int_equal(fwrite(bytes.data, 1, bytes.len, out), bytes.len);
        bytes.data[at] ^= 4;
        fclose(out);
        tried++;
        if (value_sets_open(&sets, copy, NULL) != STATUS_OK) {
            told++;
            continue;
        }
        told += value_sets_check(&sets, &t.columns, NULL) == STATUS_CORRUPT;
        value_sets_close(&sets);
    }
    print_message("figure: %zu of %zu changed bytes told\n", told, tried);
    assert_true(told + 8 >= tried); /* up to 63 bytes before each section are nobody's */
    free(copy);
    buf_release(&bytes);
}

static void values_beyond_the_last_are_refused(void **state)
{
    (void)state;
    char *other = files_path(t.folder, "few");
    assert_int_equal(value_sets_write(&t.columns, 5, other, NULL), STATUS_CORRUPT);
    free(other);
}

static int set_up(void **state)
{
    (void)state;
    struct columns_writer *writer;
    struct column_place place = {.lat = 60, .lon = 25};
    t.folder = files_folder();
    t.columns_path = files_path(t.folder, "columns");
    t.path = files_path(t.folder, "values");
    assert_int_equal(columns_writer_new(&writer, t.columns_path, NULL), STATUS_OK);
    for (uint32_t row = 0; row < ROWS; row++) {
        uint16_t ordinals[VALUES];
        struct columns_input input = {.ordinals = ordinals, .places = &place, .place_count = row % 5 == 0,
                                      .sort_key = "a", .sort_key_len = 1};
        input.row.age_min = input.row.age_max = row % 3 == 0 ? AGE_UNKNOWN : 30;
        for (uint16_t v = 0; v < VALUES; v++)
            if (has(row, v))
                ordinals[input.ordinal_count++] = v;
        assert_int_equal(columns_writer_add(writer, &input, NULL), STATUS_OK);
    }
    assert_int_equal(columns_writer_finish(writer, NULL), STATUS_OK);
    columns_writer_free(writer);
    assert_int_equal(columns_open(&t.columns, t.columns_path, NULL), STATUS_OK);
    return value_sets_write(&t.columns, VALUES, t.path, NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    columns_close(&t.columns);
    files_remove(t.folder);
    free(t.folder);
    free(t.columns_path);
    free(t.path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_is_missing_or_too_many),
        cmocka_unit_test(every_changed_byte_of_a_set_is_told),
        cmocka_unit_test(values_beyond_the_last_are_refused),
    };
    return cmocka_run_group_tests_name("value_sets", tests, set_up, tear_down);
}
