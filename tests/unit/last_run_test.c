/* The daemon's reading of status.json: taken up when it changes, kept when the next one cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "searchd/last_run.h"
#include "tests/unit/files.h"

static char *folder, *path;
static struct last_run_board *board;

static int setup(void **state)
{
    (void)state;
    folder = files_folder();
    path = files_path(folder, "status.json");
    return last_run_board_new(&board, folder, NULL) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    last_run_board_free(board);
    files_remove(folder);
    free(path);
    free(folder);
    return 0;
}

static bool look(void)
{
    bool changed;
    last_run_look(board, &changed);
    return changed;
}

static void write_run(unsigned run)
{
    char text[100], aside[500];
    int len = snprintf(text, sizeof text, "{\"run\":%u,\"ended\":\"2026-11-22T02:31:00Z\",\"records\":7}\n", run);
    snprintf(aside, sizeof aside, "%s.new", path);
    files_write(aside, text, (size_t)len);
    assert_int_equal(rename(aside, path), 0);
}

static uint64_t run_shown(void)
{
    const struct last_run *run = last_run_hold(board);
    uint64_t number = run ? run->run : 0;
    last_run_release(run);
    return number;
}

static void it_is_read_when_it_changes(void **state)
{
    (void)state;
    assert_int_equal(run_shown(), 0);
    write_run(1);
    assert_true(look());
    assert_false(look());
    assert_int_equal(run_shown(), 1);
    const struct last_run *held = last_run_hold(board);
    write_run(2);
    assert_true(look());
    assert_int_equal(run_shown(), 2);
    assert_int_equal(held->run, 1); /* whoever shows it has it still */
    assert_int_equal(held->ended, last_run_instant("2026-11-22T02:31:59Z") /* minutes are enough */);
    last_run_release(held);
    assert_int_equal(remove(path), 0);
    assert_true(look());
    assert_null(last_run_hold(board));
}

static void the_one_before_stays_when_it_cannot_be_read(void **state)
{
    (void)state;
    write_run(1);
    assert_true(look());
    files_write(path, "{", 1);
    assert_false(look());
    assert_int_equal(run_shown(), 1);
    write_run(3);
    assert_true(look());
    assert_int_equal(run_shown(), 3);
}

/* Too many open files, and like it: the file is the same a moment later, and can be read. */
static void what_failed_for_a_moment_is_tried_again(void **state)
{
    (void)state;
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    write_run(1);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool changed = look();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(changed);
    assert_true(look());
    assert_int_equal(run_shown(), 1);
    assert_false(look());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_read_when_it_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_one_before_stays_when_it_cannot_be_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_failed_for_a_moment_is_tried_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
