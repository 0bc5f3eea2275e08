/* The columns file: what is written is read, and damage is found before anything follows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "columns.h"
#include "oracle.h"

enum {
    ROWS = 300,
    ITEMS = 6, /* most of a list */
    SPACE = 900, /* ordinals */
    KEY_BYTES = 5,
    /* of the file's form */
    HEADER_FIXED = 24, /* then one span of offset, bytes, checksum a section */
    SPAN = 24,
    SECTIONS = 21,
};

struct row {
    struct column_row row;
    uint16_t ordinals[ITEMS];
    size_t ordinal_count;
    struct column_place places[ITEMS];
    size_t place_count;
    struct column_schedule schedules[ITEMS];
    size_t schedule_count;
    struct column_except excepts[ITEMS];
    size_t except_count;
    char key[KEY_BYTES];
    size_t key_len;
};

static struct {
    char *folder, *path;
    struct row rows[ROWS];
} t;

/* ---- making ----------------------------------------------------------------------------------------------------- */

static void make_row(struct row *row, struct oracle_random *random)
{
    *row = (struct row){0};
    row->row = (struct column_row){
        .length = (uint32_t)oracle_below(random, 5000), .slots = (uint32_t)oracle_random(random),
        .visible_from = oracle_chance(random, 50) ? DAY_ALWAYS : 20000, .visible_to = DAY_NEVER,
        .past_after = (int32_t)oracle_random(random), .verified = (int32_t)oracle_random(random),
        .first_seen = (uint32_t)oracle_random(random),
        .age_min = (uint8_t)oracle_below(random, 256), .age_max = (uint8_t)oracle_below(random, 256),
        .tier = (uint8_t)oracle_below(random, 3)};
    for (uint16_t at = 0; row->ordinal_count < ITEMS && oracle_chance(random, 80);) {
        at = (uint16_t)(at + 1 + oracle_below(random, 140));
        row->ordinals[row->ordinal_count++] = at;
    }
    for (; row->place_count < ITEMS && oracle_chance(random, 40); row->place_count++)
        row->places[row->place_count] = (struct column_place){60 + (float)oracle_below(random, 9), 25,
                                                              (uint16_t)oracle_below(random, 300), 1};
    for (; row->except_count < ITEMS && oracle_chance(random, 40); row->except_count++)
        row->excepts[row->except_count] = (struct column_except){(int32_t)oracle_below(random, 100), 200};
    for (; row->schedule_count < ITEMS && oracle_chance(random, 40); row->schedule_count++)
        row->schedules[row->schedule_count] = (struct column_schedule){
            .weekdays = 5, .every = 1, .valid_from = (int32_t)oracle_below(random, 9), .from = 600, .to = -1,
            .except_count = (uint8_t)row->except_count, .except_first = 0};
    row->key_len = oracle_below(random, KEY_BYTES + 1);
    for (size_t i = 0; i < row->key_len; i++)
        row->key[i] = (char)(oracle_below(random, 3) * 120); /* many equal, some above 127 */
}

static void write_rows(const struct row *rows, size_t count)
{
    struct columns_writer *writer;
    unlink(t.path);
    assert_int_equal(columns_writer_new(&writer, t.path, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        struct columns_input input = {.row = r->row, .ordinals = r->ordinals, .ordinal_count = r->ordinal_count,
                                      .places = r->places, .place_count = r->place_count,
                                      .schedules = r->schedules, .schedule_count = r->schedule_count,
                                      .excepts = r->excepts, .except_count = r->except_count,
                                      .sort_key = r->key, .sort_key_len = r->key_len};
        assert_int_equal(columns_writer_add(writer, &input, NULL), STATUS_OK);
    }
    assert_int_equal(columns_writer_finish(writer, NULL), STATUS_OK);
    columns_writer_free(writer);
}

/* ---- reading back ----------------------------------------------------------------------------------------------- */

static int compare_keys(const struct row *a, const struct row *b)
{
    size_t shorter = a->key_len < b->key_len ? a->key_len : b->key_len;
    int order = memcmp(a->key, b->key, shorter);
    return order ? order : (a->key_len > b->key_len) - (a->key_len < b->key_len);
}

static uint32_t naive_rank(const struct row *rows, size_t count, size_t row)
{
    uint32_t rank = 0;
    for (size_t other = 0; other < count; other++) {
        int order = compare_keys(&rows[other], &rows[row]);
        rank += order < 0 || (order == 0 && other < row);
    }
    return rank;
}

static void same_row(const struct columns *c, const struct row *r, uint32_t at)
{
    assert_int_equal(c->length[at], r->row.length);
    assert_int_equal(c->slots[c->slot_class[at]], r->row.slots);
    assert_int_equal(c->visible_from[at], r->row.visible_from);
    assert_int_equal(c->visible_to[at], r->row.visible_to);
    assert_int_equal(c->past_after[at], r->row.past_after);
    assert_int_equal(c->verified[at], r->row.verified);
    assert_int_equal(c->first_seen[at], r->row.first_seen);
    assert_int_equal(c->age_min[at], r->row.age_min);
    assert_int_equal(c->age_max[at], r->row.age_max);
    assert_int_equal(c->tier[at], r->row.tier);
    assert_int_equal(c->ordinal_offset[at + 1] - c->ordinal_offset[at], r->ordinal_count);
    assert_memory_equal(c->ordinals + c->ordinal_offset[at], r->ordinals, r->ordinal_count * sizeof *r->ordinals);
    assert_int_equal(c->place_offset[at + 1] - c->place_offset[at], r->place_count);
    assert_memory_equal(c->places + c->place_offset[at], r->places, r->place_count * sizeof *r->places);
    assert_int_equal(c->schedule_offset[at + 1] - c->schedule_offset[at], r->schedule_count);
    for (size_t i = 0; i < r->schedule_count; i++) {
        struct column_schedule schedule = c->schedules[c->schedule_offset[at] + i];
        assert_memory_equal(c->excepts + schedule.except_first, r->excepts, r->except_count * sizeof *r->excepts);
        schedule.except_first = 0;
        assert_memory_equal(&schedule, &r->schedules[i], sizeof schedule);
    }
}

/* One file's rows, put into another, give the same file. */
static void a_row_taken_from_a_file_can_be_put_into_another(void **state)
{
    (void)state;
    struct columns columns, copied;
    struct columns_writer *writer;
    struct column_schedule schedules[COLUMNS_SCHEDULES_PER_ROW];
    char path[512];
    write_rows(t.rows, ROWS);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    snprintf(path, sizeof path, "%s.copy", t.path);
    assert_int_equal(columns_writer_new(&writer, path, NULL), STATUS_OK);
    for (uint32_t at = 0; at < ROWS; at++) {
        struct columns_input input;
        columns_input_of(&columns, at, schedules, &input);
        assert_int_equal(columns_writer_add(writer, &input, NULL), STATUS_OK);
    }
    assert_int_equal(columns_writer_finish(writer, NULL), STATUS_OK);
    columns_writer_free(writer);
    assert_int_equal(columns_open(&copied, path, NULL), STATUS_OK);
    assert_int_equal(copied.count, ROWS);
    for (uint32_t at = 0; at < ROWS; at++) {
        same_row(&copied, &t.rows[at], at);
        assert_int_equal(copied.name_rank[at], columns.name_rank[at]);
    }
    columns_close(&columns);
    columns_close(&copied);
    unlink(path);
}

static void rows_come_back_as_they_were_written(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 63, 64, 65, ROWS};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct columns columns;
        uint64_t total = 0;
        write_rows(t.rows, counts[i]);
        assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
        assert_int_equal(columns_check(&columns, SPACE, NULL), STATUS_OK);
        assert_int_equal(columns.count, counts[i]);
        for (uint32_t at = 0; at < counts[i]; at++) {
            same_row(&columns, &t.rows[at], at);
            assert_int_equal(columns.name_rank[at], naive_rank(t.rows, counts[i], at));
            total += t.rows[at].row.length;
        }
        assert_int_equal(columns.total_length, total);
        assert_true(columns.average_length == (total ? (double)total / (double)counts[i] : 1));
        columns_close(&columns);
        assert_null(columns.file.map);
        columns_close(&columns); /* twice does no harm */
    }
}

static void rows_without_words_have_an_average_length_that_can_be_divided_by(void **state)
{
    (void)state;
    struct columns columns;
    struct row row = t.rows[0];
    row.row.length = 0;
    write_rows(&row, 1);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    assert_true(columns.average_length == 1);
    columns_close(&columns);
}

static void the_same_rows_give_the_same_bytes(void **state)
{
    (void)state;
    size_t len, again_len;
    write_rows(t.rows, ROWS);
    char *once = files_read(t.path, &len);
    write_rows(t.rows, ROWS);
    char *again = files_read(t.path, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(once, again, len);
    free(once);
    free(again);
}

/* Beyond what is gathered in memory: the rows come back, their names are ranked, and nothing lies beside the file. */
static void many_rows_go_through_the_disk(void **state)
{
    (void)state;
    enum { MANY = 150000 };
    struct columns_writer *writer;
    struct columns columns;
    struct stat beside;
    char *spool = files_path(t.folder, "columns.spool");
    unlink(t.path);
    assert_int_equal(columns_writer_new(&writer, t.path, NULL), STATUS_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        char key[32];
        uint16_t ordinals[] = {(uint16_t)(i % 7), (uint16_t)(7 + i % 11)};
        struct columns_input input = {.row = {.length = i, .slots = i % 50}, .ordinals = ordinals, .ordinal_count = 2,
                                      .sort_key = key};
        input.sort_key_len = (size_t)snprintf(key, sizeof key, "%06u name", MANY - i);
        assert_int_equal(columns_writer_add(writer, &input, NULL), STATUS_OK);
    }
    assert_int_equal(columns_writer_finish(writer, NULL), STATUS_OK);
    columns_writer_free(writer);
    assert_int_not_equal(stat(spool, &beside), 0);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    assert_int_equal(columns_check(&columns, 18, NULL), STATUS_OK);
    assert_int_equal(columns.count, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        const uint16_t *ordinals = columns.ordinals + columns.ordinal_offset[i];
        assert_int_equal(columns.length[i], i);
        assert_int_equal(columns.name_rank[i], MANY - 1 - i);
        assert_int_equal(columns.slots[columns.slot_class[i]], i % 50);
        assert_true(ordinals[0] == i % 7 && ordinals[1] == 7 + i % 11);
    }
    columns_close(&columns);
    free(spool);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct columns_writer *writer;
    struct err err = {0};
    enum status status = STATUS_OK;
    char key[1000] = "name";
    assert_int_equal(columns_writer_new(&writer, "/nowhere/at/all", &err), STATUS_OK);
    for (int i = 0; i < 1000 && status == STATUS_OK; i++) {
        struct columns_input input = {.sort_key = key, .sort_key_len = sizeof key};
        status = columns_writer_add(writer, &input, &err);
    }
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(err.message, "/nowhere/at/all"));
    columns_writer_free(writer);
}

static void a_file_that_is_there_is_not_overwritten(void **state)
{
    (void)state;
    struct columns_writer *writer;
    write_rows(t.rows, 1);
    assert_int_equal(columns_writer_new(&writer, t.path, NULL), STATUS_OK);
    assert_int_equal(columns_writer_finish(writer, NULL), STATUS_IO);
    columns_writer_free(writer);
    columns_writer_free(NULL);
}

static void no_file_is_not_found(void **state)
{
    (void)state;
    struct columns columns = {.count = 77};
    assert_int_equal(columns_open(&columns, "no/such/file", NULL), STATUS_NOTFOUND);
    assert_int_equal(columns.count, 77); /* outputs are untouched */
    assert_int_not_equal(columns_open(&columns, t.folder, NULL), STATUS_OK);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

static volatile uint64_t followed; /* so that nobody optimises the reading away */

/* All that a search would follow. */
static void follow(const struct columns *c)
{
    uint64_t sum = 0;
    for (uint32_t r = 0; r < c->count; r++) {
        sum += c->length[r] + c->slots[c->slot_class[r]] + c->first_seen[r] + c->name_rank[r] + c->age_min[r] +
               c->age_max[r];
        sum += (uint64_t)c->visible_from[r] + (uint64_t)c->visible_to[r] + (uint64_t)c->past_after[r] +
               (uint64_t)c->verified[r] +
               c->tier[r];
        for (uint32_t i = c->ordinal_offset[r]; i < c->ordinal_offset[r + 1]; i++)
            sum += c->ordinals[i];
        for (uint32_t i = c->place_offset[r]; i < c->place_offset[r + 1]; i++)
            sum += c->places[i].municipality;
        for (uint32_t i = c->schedule_offset[r]; i < c->schedule_offset[r + 1]; i++)
            for (uint32_t e = 0; e < c->schedules[i].except_count; e++)
                sum += (uint64_t)c->excepts[c->schedules[i].except_first + e].from;
    }
    followed = sum;
}

/* Flips a bit of the file in its place. */
static void flip(const char *data, size_t at, int bit)
{
    char byte = (char)(data[at] ^ 1 << bit);
    int fd = open(t.path, O_WRONLY);
    assert_true(fd >= 0 && pwrite(fd, &byte, 1, (off_t)at) == 1);
    close(fd);
}

static void put_back(const char *data, size_t at)
{
    int fd = open(t.path, O_WRONLY);
    assert_true(fd >= 0 && pwrite(fd, data + at, 1, (off_t)at) == 1);
    close(fd);
}

static size_t first_section(const char *data)
{
    uint64_t offset;
    memcpy(&offset, data + HEADER_FIXED, sizeof offset);
    assert_true(offset >= HEADER_FIXED + SECTIONS_MOST * SPAN && offset < 4096 && offset % 64 == 0);
    return (size_t)offset;
}

static void a_changed_byte_of_the_header_is_found_when_opening(void **state)
{
    (void)state;
    struct columns columns;
    size_t len;
    write_rows(t.rows, 20);
    char *data = files_read(t.path, &len);
    for (size_t at = 0; at < HEADER_FIXED + SECTIONS_MOST * SPAN; at++) {
        for (int bit = 0; bit < 8; bit++) {
            flip(data, at, bit);
            enum status status = columns_open(&columns, t.path, NULL);
            if (status != STATUS_CORRUPT && status != STATUS_VERSION)
                fail_msg("byte %zu, bit %d: %s", at, bit, status_name(status));
            put_back(data, at);
        }
    }
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    columns_close(&columns);
    free(data);
}

static void a_file_of_another_version_says_so(void **state)
{
    (void)state;
    struct columns columns;
    size_t len;
    write_rows(t.rows, 20);
    char *data = files_read(t.path, &len);
    data[8] = COLUMNS_VERSION + 1;
    files_write(t.path, data, len);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_VERSION);
    free(data);
}

static void a_cut_file_is_corrupt_wherever_it_is_cut(void **state)
{
    (void)state;
    struct columns columns;
    size_t len;
    write_rows(t.rows, 20);
    free(files_read(t.path, &len));
    for (size_t cut = len - 64; cut-- > 0;) {
        assert_int_equal(truncate(t.path, (off_t)cut), 0);
        enum status status = columns_open(&columns, t.path, NULL);
        if (status != STATUS_CORRUPT)
            fail_msg("cut at %zu of %zu: %s", cut, len, status_name(status));
    }
}

/* Bytes between sections are nobody's: damage there may pass. */
static bool belongs_to_a_section(const char *data, size_t at)
{
    for (int i = 0; i < SECTIONS; i++) {
        uint64_t span[2];
        memcpy(span, data + HEADER_FIXED + i * SPAN, sizeof span);
        if (at >= span[0] && at < span[0] + span[1])
            return true;
    }
    return false;
}

static void a_flipped_bit_in_any_section_is_found_by_the_check_and_followed_nowhere(void **state)
{
    (void)state;
    size_t len, flipped = 0;
    write_rows(t.rows, 20);
    char *data = files_read(t.path, &len);
    for (size_t at = first_section(data); at < len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            struct columns columns;
            if (!belongs_to_a_section(data, at))
                continue;
            flip(data, at, bit);
            enum status status = columns_open(&columns, t.path, NULL);
            if (status == STATUS_OK) {
                follow(&columns); /* the sanitizer sees what leaves the file */
                status = columns_check(&columns, SPACE, NULL);
                columns_close(&columns);
            }
            if (status != STATUS_CORRUPT)
                fail_msg("byte %zu, bit %d: %s", at, bit, status_name(status));
            put_back(data, at);
            flipped++;
        }
    }
    assert_true(flipped > 8000);
    free(data);
}

/* What checksums cannot see: a file that was wrong when it was written. */
static void a_writer_that_was_told_nonsense_is_found_out_by_the_check(void **state)
{
    (void)state;
    struct columns columns;
    struct row row = t.rows[0];
    row.ordinal_count = 2;
    row.ordinals[0] = SPACE - 1;
    row.ordinals[1] = SPACE;
    write_rows(&row, 1);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    assert_int_equal(columns_check(&columns, SPACE, NULL), STATUS_CORRUPT);
    assert_int_equal(columns_check(&columns, SPACE + 1, NULL), STATUS_OK);
    columns_close(&columns);
    row.ordinals[1] = row.ordinals[0]; /* twice */
    write_rows(&row, 1);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_OK);
    assert_int_equal(columns_check(&columns, SPACE, NULL), STATUS_CORRUPT);
    columns_close(&columns);
    row = t.rows[0];
    row.schedule_count = 1;
    row.except_count = 1;
    row.schedules[0] = (struct column_schedule){.weekdays = 1, .every = 1, .except_first = 1, .except_count = 1};
    write_rows(&row, 1);
    assert_int_equal(columns_open(&columns, t.path, NULL), STATUS_CORRUPT);
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    struct oracle_random random = {21};
    t.folder = files_folder();
    t.path = files_path(t.folder, "columns");
    for (size_t i = 0; i < ROWS; i++)
        make_row(&t.rows[i], &random);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_were_written),
        cmocka_unit_test(a_row_taken_from_a_file_can_be_put_into_another),
        cmocka_unit_test(rows_without_words_have_an_average_length_that_can_be_divided_by),
        cmocka_unit_test(the_same_rows_give_the_same_bytes),
        cmocka_unit_test(many_rows_go_through_the_disk),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told),
        cmocka_unit_test(a_file_that_is_there_is_not_overwritten),
        cmocka_unit_test(no_file_is_not_found),
        cmocka_unit_test(a_changed_byte_of_the_header_is_found_when_opening),
        cmocka_unit_test(a_file_of_another_version_says_so),
        cmocka_unit_test(a_cut_file_is_corrupt_wherever_it_is_cut),
        cmocka_unit_test(a_flipped_bit_in_any_section_is_found_by_the_check_and_followed_nowhere),
        cmocka_unit_test(a_writer_that_was_told_nonsense_is_found_out_by_the_check),
    };
    return cmocka_run_group_tests_name("columns", tests, set_up, tear_down);
}
