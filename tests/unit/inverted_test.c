/* The inverted file against lists kept in memory: random terms and rows, damage, limits. */
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

#include "inverted.h"

enum { ROWS = 200000, TERMS = 700 };

struct list {
    char term[16];
    size_t len;
    uint32_t count, *rows;
    uint8_t *frequencies;
};

static char path[64];
static struct list lists[TERMS];
static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static int compare_lists(const void *a, const void *b)
{
    const struct list *x = a, *y = b;
    int order = memcmp(x->term, y->term, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Rows from every row to one in 100,000, frequencies from all 1 to anything. */
static void make_list(struct list *list, size_t i)
{
    static const uint64_t steps[] = {1, 2, 3, 10, 100, 3000, 100000};
    uint64_t step = steps[i % 7], high = i % 3 == 0 ? 1 : i % 3 == 1 ? 12 : 255;
    list->len = (size_t)snprintf(list->term, sizeof list->term, "%c%llx", "WXP"[i % 3],
                                 (unsigned long long)draw(1u << (4 + i % 24)));
    list->rows = malloc(ROWS * sizeof *list->rows);
    list->frequencies = malloc(ROWS);
    for (uint64_t row = draw(step); row < ROWS; row += 1 + draw(2 * step - 1)) {
        list->rows[list->count] = (uint32_t)row;
        list->frequencies[list->count++] = (uint8_t)(1 + draw(high));
    }
    if (list->count == 0) {
        list->rows[0] = ROWS - 1;
        list->frequencies[list->count++] = 1;
    }
}

static size_t remove_doubles(void)
{
    size_t count = 0;
    qsort(lists, TERMS, sizeof *lists, compare_lists);
    for (size_t i = 0; i < TERMS; i++) {
        if (count && compare_lists(&lists[count - 1], &lists[i]) == 0) {
            free(lists[i].rows);
            free(lists[i].frequencies);
        } else {
            lists[count++] = lists[i];
        }
    }
    return count;
}

static size_t term_count;

static int write_file(void **unused)
{
    (void)unused;
    struct inverted_writer *writer;
    struct err err = {0};
    snprintf(path, sizeof path, "/tmp/opastin-inverted-%ld", (long)getpid());
    unlink(path);
    for (size_t i = 0; i < TERMS; i++)
        make_list(&lists[i], i);
    term_count = remove_doubles();
    assert_int_equal(inverted_writer_open(&writer, path, ROWS, &err), STATUS_OK);
    for (size_t i = 0; i < term_count; i++)
        assert_int_equal(inverted_writer_add(writer, lists[i].term, lists[i].len, lists[i].rows, lists[i].frequencies,
                                             lists[i].count, &err), STATUS_OK);
    assert_int_equal(inverted_writer_finish(writer, &err), STATUS_OK);
    inverted_writer_free(writer);
    return 0;
}

static int remove_file(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < term_count; i++) {
        free(lists[i].rows);
        free(lists[i].frequencies);
    }
    return unlink(path);
}

static void assert_list(const struct inverted *file, const struct inverted_list *found, const struct list *list)
{
    struct err err = {0};
    assert_int_equal(found->count, list->count);
    uint32_t *rows = malloc(list->count * sizeof *rows);
    uint8_t *frequencies = malloc(list->count);
    assert_int_equal(inverted_decode(file, found, rows, frequencies, &err), STATUS_OK);
    assert_memory_equal(rows, list->rows, list->count * sizeof *rows);
    assert_memory_equal(frequencies, list->frequencies, list->count);
    free(rows);
    free(frequencies);
}

static struct inverted open_file(void)
{
    struct inverted file;
    struct err err = {0};
    if (inverted_open(&file, path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return file;
}

enum { WIDTHS = 32, WIDE_ROWS = 1280, GAPS_OF_ALL = 24 /* bits that all gaps of 128 rows may have */ };

/* Gaps of so many bits, in every block of 128; one list is longer than what is read onto the stack, and ends with a
 * block. */
static struct list list_of_width(unsigned bits)
{
    struct list list = {.count = bits == 20 ? WIDE_ROWS : 128};
    list.len = (size_t)snprintf(list.term, sizeof list.term, "W%02u", bits);
    list.rows = malloc(list.count * sizeof *list.rows);
    list.frequencies = malloc(list.count);
    uint64_t row = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        uint64_t gap = bits <= GAPS_OF_ALL ? draw((uint64_t)1 << bits) : 0;
        bool widest = bits > 0 && i % 128 == (bits > GAPS_OF_ALL ? 0 : 5);
        row += widest ? gap | (uint64_t)1 << (bits - 1) : gap;
        list.rows[i] = (uint32_t)row++;
        list.frequencies[i] = (uint8_t)(1 + draw(255));
    }
    return list;
}

static void gaps_of_every_width_come_back(void **unused)
{
    (void)unused;
    struct inverted_writer *writer;
    struct inverted file;
    struct inverted_list found;
    struct err err = {0};
    struct list wide[WIDTHS + 1];
    char other[80];
    snprintf(other, sizeof other, "%s-wide", path);
    unlink(other);
    assert_int_equal(inverted_writer_open(&writer, other, UINT32_MAX, &err), STATUS_OK);
    for (unsigned bits = 0; bits <= WIDTHS; bits++) {
        wide[bits] = list_of_width(bits);
        assert_int_equal(inverted_writer_add(writer, wide[bits].term, wide[bits].len, wide[bits].rows,
                                             wide[bits].frequencies, wide[bits].count, &err), STATUS_OK);
    }
    assert_int_equal(inverted_writer_finish(writer, &err), STATUS_OK);
    inverted_writer_free(writer);
    assert_int_equal(inverted_open(&file, other, &err), STATUS_OK);
    for (unsigned bits = 0; bits <= WIDTHS; bits++) {
        assert_int_equal(inverted_find(&file, wide[bits].term, wide[bits].len, &found, &err), STATUS_OK);
        assert_list(&file, &found, &wide[bits]);
        free(wide[bits].rows);
        free(wide[bits].frequencies);
    }
    inverted_close(&file);
    unlink(other);
}

static void every_term_has_the_rows_and_frequencies_that_were_put_in(void **unused)
{
    (void)unused;
    struct inverted file = open_file();
    struct inverted_list found;
    struct err err = {0};
    for (size_t i = 0; i < term_count; i++) {
        assert_int_equal(inverted_find(&file, lists[i].term, lists[i].len, &found, &err), STATUS_OK);
        assert_list(&file, &found, &lists[i]);
    }
    assert_int_equal(file.term_count, term_count);
    assert_int_equal(inverted_check(&file, &err), STATUS_OK);
    inverted_close(&file);
}

static void a_row_that_the_generation_has_not_is_refused(void **unused)
{
    (void)unused;
    struct inverted file = open_file();
    struct inverted_list found;
    struct err err = {0};
    static uint32_t rows[ROWS];
    static uint8_t frequencies[ROWS];
    size_t i = 0;
    while (lists[i].rows[lists[i].count - 1] < ROWS / 2)
        i++;
    assert_int_equal(inverted_find(&file, lists[i].term, lists[i].len, &found, &err), STATUS_OK);
    file.rows = lists[i].rows[lists[i].count - 1] + 1;
    assert_int_equal(inverted_decode(&file, &found, rows, frequencies, &err), STATUS_OK);
    file.rows--;
    assert_int_equal(inverted_decode(&file, &found, rows, frequencies, &err), STATUS_CORRUPT);
    inverted_close(&file);
}

static void a_term_that_no_record_has_is_found_nowhere(void **unused)
{
    (void)unused;
    static const char *const absent[] = {"", "A", "W", "Xzzz", "Z", "\xff", "P-", "W00", "Xg"};
    struct inverted file = open_file();
    struct inverted_list found;
    struct err err = {0};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_int_equal(inverted_find(&file, absent[i], strlen(absent[i]), &found, &err), STATUS_OK);
        assert_int_equal(found.count, 0);
    }
    inverted_close(&file);
}

static void terms_are_listed_in_order_from_a_prefix(void **unused)
{
    (void)unused;
    static const char *const prefixes[] = {"", "P", "W", "X", "W1", "X7f", "A", "Y", "X\xff", "Wf", "P00"};
    struct inverted file = open_file();
    struct inverted_terms terms;
    struct err err = {0};
    bool more;
    for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++) {
        size_t len = strlen(prefixes[p]);
        assert_int_equal(inverted_terms_start(&terms, &file, prefixes[p], len, &err), STATUS_OK);
        for (size_t i = 0; i < term_count; i++) {
            if (strncmp(lists[i].term, prefixes[p], len) != 0)
                continue;
            assert_int_equal(inverted_terms_next(&terms, &more, &err), STATUS_OK);
            assert_true(more);
            assert_string_equal(terms.term, lists[i].term);
            assert_list(&file, &terms.list, &lists[i]);
        }
        assert_int_equal(inverted_terms_next(&terms, &more, &err), STATUS_OK);
        assert_false(more);
    }
    inverted_close(&file);
}

static void a_file_without_terms_has_none(void **unused)
{
    (void)unused;
    char empty[80];
    struct inverted_writer *writer;
    struct inverted file;
    struct inverted_list found;
    struct inverted_terms terms;
    struct err err = {0};
    bool more;
    snprintf(empty, sizeof empty, "%s-empty", path);
    assert_int_equal(inverted_writer_open(&writer, empty, 0, &err), STATUS_OK);
    assert_int_equal(inverted_writer_finish(writer, &err), STATUS_OK);
    inverted_writer_free(writer);
    assert_int_equal(inverted_open(&file, empty, &err), STATUS_OK);
    assert_int_equal(inverted_find(&file, "W", 1, &found, &err), STATUS_OK);
    assert_int_equal(found.count, 0);
    assert_int_equal(inverted_terms_start(&terms, &file, "", 0, &err), STATUS_OK);
    assert_int_equal(inverted_terms_next(&terms, &more, &err), STATUS_OK);
    assert_false(more);
    assert_int_equal(inverted_check(&file, &err), STATUS_OK);
    inverted_close(&file);
    unlink(empty);
}

static void what_is_out_of_order_or_too_long_is_refused(void **unused)
{
    (void)unused;
    char other[80], term[INVERTED_TERM_BYTES + 1] = {'W'};
    static const uint32_t good[] = {1, 5}, twice[] = {5, 5}, behind[] = {1, 10};
    static const uint8_t one[] = {1, 1};
    struct inverted_writer *w;
    struct err err = {0};
    snprintf(other, sizeof other, "%s-order", path);
    assert_int_equal(inverted_writer_open(&w, other, 10, &err), STATUS_OK);
    assert_int_equal(inverted_writer_add(w, "Wb", 2, good, one, 2, &err), STATUS_OK);
    assert_int_equal(inverted_writer_add(w, "Wb", 2, good, one, 2, &err), STATUS_INTERNAL);
    assert_int_equal(inverted_writer_add(w, "Wa", 2, good, one, 2, &err), STATUS_INTERNAL);
    assert_int_equal(inverted_writer_add(w, "Wc", 2, twice, one, 2, &err), STATUS_INTERNAL);
    assert_int_equal(inverted_writer_add(w, "Wc", 2, behind, one, 2, &err), STATUS_INTERNAL);
    assert_int_equal(inverted_writer_add(w, term, sizeof term, good, one, 2, &err), STATUS_LIMIT);
    assert_int_equal(inverted_writer_add(w, "", 0, good, one, 2, &err), STATUS_LIMIT);
    assert_int_equal(inverted_writer_add(w, "Wc", 2, good, one, 2, &err), STATUS_OK);
    inverted_writer_free(w);
    unlink(other);
}

/* Any byte may change: checking tells, and reading what is there neither crashes nor names a row that there is not. */
static void a_changed_byte_is_told_and_never_leads_out_of_the_file(void **unused)
{
    (void)unused;
    char copy[80];
    struct buf bytes = BUF_INIT;
    struct err err = {0};
    static uint32_t rows[ROWS];
    static uint8_t frequencies[ROWS];
    size_t told = 0, tries = 0;
    snprintf(copy, sizeof copy, "%s-damaged", path);
    assert_int_equal(buf_read_file(&bytes, path, SIZE_MAX / 2, &err), STATUS_OK);
    for (size_t i = 0; i < 60; i++) {
        struct inverted file;
        struct inverted_list list;
        size_t at = i % 2 ? (size_t)draw(bytes.len - 64) : bytes.len - 1 - (size_t)draw(12000);
        char was = bytes.data[at], now = (char)(was ^ (1 << draw(8)));
        bytes.data[at] = now;
        FILE *out = fopen(copy, "we");
        assert_non_null(out);
        assert_int_equal(fwrite(bytes.data, 1, bytes.len, out), bytes.len);
        fclose(out);
        bytes.data[at] = was;
        tries++;
        if (inverted_open(&file, copy, NULL) != STATUS_OK) {
            told++;
            continue;
        }
        told += inverted_check(&file, NULL) == STATUS_CORRUPT;
        for (size_t t = 0; t < term_count; t += 7) {
            if (inverted_find(&file, lists[t].term, lists[t].len, &list, NULL) != STATUS_OK || list.count == 0)
                continue;
            assert_true(list.count <= ROWS);
            if (inverted_decode(&file, &list, rows, frequencies, NULL) == STATUS_OK)
                assert_true(rows[list.count - 1] < ROWS);
        }
        inverted_close(&file);
    }
    print_message("figure: %zu of %zu changed bytes told\n", told, tries);
    assert_true(told >= tries - 4); /* bytes between sections belong to none */
    buf_release(&bytes);
    unlink(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_of_every_width_come_back),
        cmocka_unit_test(every_term_has_the_rows_and_frequencies_that_were_put_in),
        cmocka_unit_test(a_row_that_the_generation_has_not_is_refused),
        cmocka_unit_test(a_term_that_no_record_has_is_found_nowhere),
        cmocka_unit_test(terms_are_listed_in_order_from_a_prefix),
        cmocka_unit_test(a_file_without_terms_has_none),
        cmocka_unit_test(what_is_out_of_order_or_too_long_is_refused),
        cmocka_unit_test(a_changed_byte_is_told_and_never_leads_out_of_the_file),
    };
    return cmocka_run_group_tests(tests, write_file, remove_file);
}
