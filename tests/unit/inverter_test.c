/* The inverter against lists gathered the plain way: the same file, however often it has to write runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* after those */
#include <cmocka.h>

#include "indexer/inverter.h"
#include "inverted.h"

enum { ROWS = 3000, TERMS = 900 };

static char dir[64], path[80];
static uint8_t frequency[TERMS][ROWS]; /* 0: not in the record */

static void name_term(size_t term, char name[16])
{
    snprintf(name, 16, "%c%zx", "XWP"[term % 3], term * 2654435761u % 1000003);
}

static int fill(void **unused)
{
    (void)unused;
    uint64_t state = 88172645463325252u;
    snprintf(dir, sizeof dir, "/tmp/opastin-inverter-%ld", (long)getpid());
    snprintf(path, sizeof path, "%s/postings", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    for (size_t term = 0; term < TERMS; term++)
        for (size_t row = 0; row < ROWS; row++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            if ((state >> 33) % (1 + term) == 0)
                frequency[term][row] = (uint8_t)(state >> 60 ? 1 + (state >> 50) % 20 : 255);
        }
    return 0;
}

static int empty(void **unused)
{
    (void)unused;
    return rmdir(dir);
}

static enum status add_one(struct inverter *inverter, uint32_t row, const char *term, size_t len, uint32_t wdf,
                           struct err *err)
{
    struct document_term one = {term, (uint32_t)len, wdf};
    return inverter_add(inverter, row, &one, 1, err);
}

/* The terms of a record come in one call or in several. */
static void add_all(struct inverter *inverter)
{
    static char names[TERMS][16];
    struct document_term terms[TERMS];
    struct err err = {0};
    for (size_t term = 0; term < TERMS; term++)
        name_term(term, names[term]);
    for (uint32_t row = 0; row < ROWS; row++) {
        size_t count = 0;
        for (size_t term = 0; term < TERMS; term++)
            if (frequency[term][row])
                terms[count++] = (struct document_term){names[term], (uint32_t)strlen(names[term]),
                                                        frequency[term][row] == 255 ? 1000 : frequency[term][row]};
        size_t first = row % 3 ? count * (row % 3) / 3 : 0;
        if (inverter_add(inverter, row, terms, first, &err) != STATUS_OK ||
            inverter_add(inverter, row, terms + first, count - first, &err) != STATUS_OK)
            fail_msg("%s", err.message);
    }
}

static void assert_term(const struct inverted *file, size_t term)
{
    static uint32_t rows[ROWS];
    static uint8_t frequencies[ROWS];
    struct inverted_list list;
    struct err err = {0};
    char name[16];
    uint32_t count = 0;
    name_term(term, name);
    assert_int_equal(inverted_find(file, name, strlen(name), &list, &err), STATUS_OK);
    if (list.count)
        assert_int_equal(inverted_decode(file, &list, rows, frequencies, &err), STATUS_OK);
    for (uint32_t row = 0; row < ROWS; row++) {
        if (!frequency[term][row])
            continue;
        assert_true(count < list.count);
        assert_int_equal(rows[count], row);
        assert_int_equal(frequencies[count++], frequency[term][row]);
    }
    assert_int_equal(count, list.count);
}

static void assert_same_with(size_t budget)
{
    struct inverter *inverter;
    struct inverted file;
    struct err err = {0};
    assert_int_equal(inverter_new(&inverter, dir, budget, &err), STATUS_OK);
    add_all(inverter);
    assert_int_equal(inverter_finish(inverter, ROWS, path, &err), STATUS_OK);
    inverter_free(inverter);
    assert_int_equal(inverted_open(&file, path, &err), STATUS_OK);
    assert_int_equal(inverted_check(&file, &err), STATUS_OK);
    for (size_t term = 0; term < TERMS; term++)
        assert_term(&file, term);
    inverted_close(&file);
    unlink(path);
}

static void all_that_was_put_in_is_found_without_a_run(void **unused)
{
    (void)unused;
    assert_same_with(INVERTER_BYTES);
}

static void runs_make_no_difference(void **unused)
{
    (void)unused;
    assert_same_with(100000); /* a few */
    assert_same_with(9000);   /* hundreds */
}

static void an_inverter_that_is_given_up_leaves_no_run_behind(void **unused)
{
    (void)unused;
    struct inverter *inverter;
    struct err err = {0};
    assert_int_equal(inverter_new(&inverter, dir, 100000, &err), STATUS_OK);
    add_all(inverter);
    inverter_free(inverter);
    assert_int_equal(rmdir(dir), 0); /* it is empty */
    assert_int_equal(mkdir(dir, 0700), 0);
}

static void what_is_out_of_order_or_too_long_is_refused(void **unused)
{
    (void)unused;
    struct inverter *v;
    struct err err = {0};
    char term[INVERTED_TERM_BYTES + 1] = {'W'};
    assert_int_equal(inverter_new(&v, dir, INVERTER_BYTES, &err), STATUS_OK);
    assert_int_equal(add_one(v, 4, "Wa", 2, 1, &err), STATUS_OK);
    assert_int_equal(add_one(v, 4, "Wa", 2, 1, &err), STATUS_INTERNAL);
    assert_int_equal(add_one(v, 3, "Wb", 2, 1, &err), STATUS_INTERNAL);
    assert_int_equal(add_one(v, 5, "", 0, 1, &err), STATUS_LIMIT);
    assert_int_equal(add_one(v, 5, term, sizeof term, 1, &err), STATUS_LIMIT);
    inverter_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_was_put_in_is_found_without_a_run),
        cmocka_unit_test(runs_make_no_difference),
        cmocka_unit_test(an_inverter_that_is_given_up_leaves_no_run_behind),
        cmocka_unit_test(what_is_out_of_order_or_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, fill, empty);
}
