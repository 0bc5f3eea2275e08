/* Reports of errors: what is stored of them, floods, and the bound of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "searchd/error_reports.h"
#include "searchd/personal.h"
#include "tests/unit/files.h"

enum { TODAY = 20779 }; /* 2026-11-22 */
static const int64_t second = 1000000;

static char *folder;
static struct error_reports *reports;
static struct arena arena = ARENA_INIT;
static struct err err;

static int setup(void **state)
{
    (void)state;
    folder = files_folder();
    err_reset(&err);
    assert_int_equal(error_reports_open(&reports, folder, NULL), STATUS_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    error_reports_free(reports);
    files_remove(folder);
    free(folder);
    arena_release(&arena);
    return 0;
}

static enum status add(const char *id, enum heard_kind kind, const char *text, uint32_t sender, int64_t now_us)
{
    const struct error_report report = {.id = id, .id_len = strlen(id), .kind = kind, .text = text,
                                        .text_len = strlen(text), .sender = sender, .now_us = now_us, .day = TODAY};
    err_reset(&err);
    return error_report_add(reports, &report, &err);
}

static size_t read_all(struct heard_report **list, size_t *unreadable)
{
    size_t count;
    assert_int_equal(heard_reports_read(folder, &arena, list, &count, unreadable, NULL), STATUS_OK);
    return count;
}

static void what_is_stored(void **state)
{
    (void)state;
    struct heard_report *list;
    size_t unreadable;
    assert_int_equal(read_all(&list, &unreadable), 0);
    assert_int_equal(add("mikkeli-lukupiiri", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(add("helsinki:ab", HEARD_WRONG_CONTACT,
                         "  Puhelin on\r\n nyt 040 000 4567,\t\"Maija\" maija@example.fi \x01 ", 2, second), STATUS_OK);
    assert_int_equal(add("a", HEARD_OTHER, "torstaisin klo 10.00–12.00 \xFF", 3, second), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), 3);
    assert_int_equal(unreadable, 0);
    assert_string_equal(list[0].id, "mikkeli-lukupiiri");
    assert_int_equal(list[0].kind, HEARD_CLOSED);
    assert_int_equal(list[0].day, TODAY);
    assert_string_equal(list[0].text, "");
    assert_string_equal(list[1].text, "Puhelin on nyt [poistettu], \"Maija\" [poistettu]");
    assert_string_equal(list[2].text, "torstaisin klo 10.00–12.00 \xEF\xBF\xBD");
    char *path = files_path(folder, HEARD_REPORTS_FILE);
    size_t len;
    char *text = files_read(path, &len);
    static const char first[] = "{\"day\":\"2026-11-22\",\"id\":\"mikkeli-lukupiiri\",\"kind\":\"closed\","
                                "\"text\":\"\"}\n";
    assert_memory_equal(text, first, sizeof first - 1);
    free(text);
    free(path);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct heard_report *list;
    size_t unreadable;
    char *text = malloc((HEARD_TEXT_CHARS + 1) * 2 + 1), id[HEARD_ID_BYTES + 2];
    assert_non_null(text);
    for (size_t i = 0; i <= HEARD_TEXT_CHARS; i++)
        memcpy(text + i * 2, "ä", 2);
    text[(HEARD_TEXT_CHARS + 1) * 2] = '\0';
    assert_int_equal(add("a", HEARD_OTHER, text, 1, second), STATUS_INVALID);
    text[HEARD_TEXT_CHARS * 2] = '\0';
    assert_int_equal(add("a", HEARD_OTHER, text, 1, second), STATUS_OK);
    memset(id, 'a', sizeof id);
    id[HEARD_ID_BYTES + 1] = '\0';
    assert_int_equal(add(id, HEARD_CLOSED, "", 1, second), STATUS_INVALID);
    id[HEARD_ID_BYTES] = '\0';
    assert_int_equal(add(id, HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(add("", HEARD_CLOSED, "", 1, second), STATUS_INVALID);
    assert_int_equal(add("\xFF", HEARD_CLOSED, "", 1, second), STATUS_INVALID);
    assert_int_equal(add("a", HEARD_KINDS, "x", 1, second), STATUS_INVALID);
    assert_int_equal(add("a", HEARD_OTHER, " \n ", 1, second), STATUS_INVALID);
    assert_int_equal(read_all(&list, &unreadable), 2);
    assert_int_equal(strlen(list[0].text), HEARD_TEXT_CHARS * 2);
    free(text);
}

static void floods_are_held_back(void **state)
{
    (void)state;
    int64_t now = 1000 * second, each = (int64_t)ERROR_REPORTS_EACH_MS * 1000;
    for (int i = 0; i < ERROR_REPORTS_BURST; i++)
        assert_int_equal(add("a", HEARD_CLOSED, "", 7, now), STATUS_OK);
    assert_int_equal(add("a", HEARD_CLOSED, "", 7, now), STATUS_LIMIT);
    assert_int_equal(add("a", HEARD_CLOSED, "", 8, now), STATUS_OK); /* somebody else */
    assert_int_equal(add("a", HEARD_CLOSED, "", 7, now + each - 1), STATUS_LIMIT);
    assert_int_equal(add("a", HEARD_CLOSED, "", 7, now + each), STATUS_OK);
    assert_int_equal(add("a", HEARD_CLOSED, "", 7, now + each), STATUS_LIMIT);
    now += 1000 * each; /* and from many senders at once */
    uint32_t sender = 100;
    for (int i = 0; i < ERROR_REPORTS_ALL_BURST; i++)
        assert_int_equal(add("a", HEARD_CLOSED, "", sender++, now), STATUS_OK);
    assert_int_equal(add("a", HEARD_CLOSED, "", sender++, now), STATUS_LIMIT);
    now += (int64_t)ERROR_REPORTS_ALL_EACH_MS * 1000;
    assert_int_equal(add("a", HEARD_CLOSED, "", sender++, now), STATUS_OK);
    assert_int_equal(add("a", HEARD_CLOSED, "", sender++, now), STATUS_LIMIT);
}

static void write_rows(size_t rows, const char *behind)
{
    struct buf text = BUF_INIT;
    char id[32];
    for (size_t i = 0; i < rows; i++) {
        snprintf(id, sizeof id, "r%zu", i);
        heard_report_line(&(struct heard_report){TODAY, id, HEARD_CLOSED, ""}, &text);
    }
    buf_adds(&text, behind);
    char *path = files_path(folder, HEARD_REPORTS_FILE);
    files_write(path, text.data, text.len);
    free(path);
    buf_release(&text);
}

static void the_oldest_go(void **state)
{
    (void)state;
    struct heard_report *list;
    size_t unreadable;
    error_reports_free(reports);
    write_rows(HEARD_REPORTS, "");
    assert_int_equal(error_reports_open(&reports, folder, NULL), STATUS_OK);
    assert_int_equal(add("new", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), HEARD_REPORTS + 1);
    assert_int_equal(error_reports_tidy(reports, NULL), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), HEARD_REPORTS);
    assert_string_equal(list[0].id, "r1");
    assert_string_equal(list[HEARD_REPORTS - 1].id, "new");
    /* full until it is tidied */
    int64_t now = second, step = (int64_t)ERROR_REPORTS_ALL_EACH_MS * 1000;
    for (uint32_t i = 0; i < HEARD_REPORTS_OVER; i++, now += step)
        assert_int_equal(add("b", HEARD_CLOSED, "", i, now), STATUS_OK);
    assert_int_equal(add("b", HEARD_CLOSED, "", 5000, now + step), STATUS_LIMIT);
    assert_int_equal(error_reports_tidy(reports, NULL), STATUS_OK);
    assert_int_equal(add("b", HEARD_CLOSED, "", 5000, now + step), STATUS_OK);
}

static void torn_lines_are_passed_over(void **state)
{
    (void)state;
    struct heard_report *list;
    size_t unreadable;
    error_reports_free(reports);
    write_rows(3, "{\"day\":\"2026-11-22\",\"id\":\"x\",\"kind\":\"clo");
    assert_int_equal(read_all(&list, &unreadable), 3);
    assert_int_equal(unreadable, 1);
    assert_int_equal(error_reports_open(&reports, folder, NULL), STATUS_OK); /* mends it */
    assert_int_equal(add("new", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), 4);
    assert_int_equal(unreadable, 0);
    assert_string_equal(list[3].id, "new");
}

/* Written by hand without a line's end, or torn just before it. */
static void a_line_without_its_end_is_not_continued(void **state)
{
    (void)state;
    struct heard_report *list;
    size_t unreadable;
    error_reports_free(reports);
    write_rows(1, "{\"day\":\"2026-11-22\",\"id\":\"x\",\"kind\":\"closed\",\"text\":\"\"}");
    assert_int_equal(error_reports_open(&reports, folder, NULL), STATUS_OK);
    assert_int_equal(add("new", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), 3);
    assert_int_equal(unreadable, 0);
    assert_string_equal(list[1].id, "x");
    assert_string_equal(list[2].id, "new");
}

/* A file that may not grow stands for a disk that is full: there is room for a part of the line alone. */
static void what_does_not_fit_leaves_no_trace(void **state)
{
    (void)state;
    struct heard_report *list;
    struct rlimit before, full;
    size_t unreadable, len;
    char *path = files_path(folder, HEARD_REPORTS_FILE);
    assert_int_equal(add("one", HEARD_CLOSED, "", 1, second), STATUS_OK);
    free(files_read(path, &len));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    full = (struct rlimit){len + 10, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    enum status status = add("two", HEARD_CLOSED, "", 1, second);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_IO);
    assert_int_equal(read_all(&list, &unreadable), 1);
    assert_int_equal(unreadable, 0);
    assert_int_equal(add("three", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_int_equal(read_all(&list, &unreadable), 2);
    assert_int_equal(unreadable, 0);
    assert_string_equal(list[1].id, "three");
    free(path);
}

static void assert_not_for_everybody(void)
{
    struct stat about;
    char *path = files_path(folder, HEARD_REPORTS_FILE);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    free(path);
}

static void the_file_is_not_for_everybody(void **state)
{
    (void)state;
    mode_t before = umask(0);
    assert_int_equal(add("one", HEARD_CLOSED, "", 1, second), STATUS_OK);
    assert_not_for_everybody();
    error_reports_free(reports);
    write_rows(1, "torn");
    assert_int_equal(error_reports_open(&reports, folder, NULL), STATUS_OK); /* mends it, and so writes it anew */
    umask(before);
    assert_not_for_everybody();
}

static void *keep_adding(void *sender)
{
    for (int i = 0; i < ERROR_REPORTS_BURST; i++) {
        const struct error_report report = {.id = "a", .id_len = 1, .kind = HEARD_OTHER, .text = "väärä aika",
                                            .text_len = strlen("väärä aika"), .sender = (uint32_t)(uintptr_t)sender,
                                            .now_us = second, .day = TODAY};
        enum status status = error_report_add(reports, &report, NULL);
        if (status != STATUS_OK)
            return "failed";
    }
    return NULL;
}

static void threads_add_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct heard_report *list;
    size_t unreadable;
    void *failed;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_adding, (void *)(uintptr_t)i), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(error_reports_tidy(reports, NULL), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_int_equal(read_all(&list, &unreadable), 4 * ERROR_REPORTS_BURST);
    assert_int_equal(unreadable, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_stored, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(floods_are_held_back, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_go, setup, teardown),
        cmocka_unit_test_setup_teardown(torn_lines_are_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_its_end_is_not_continued, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_leaves_no_trace, setup, teardown),
        cmocka_unit_test_setup_teardown(the_file_is_not_for_everybody, setup, teardown),
        cmocka_unit_test_setup_teardown(threads_add_at_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
