/* The stored records of a generation: what goes in comes out, whoever packed it; damage is told, never read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "records.h"

static struct {
    char *folder, *path;
    struct records_packer *packer;
    struct records_unpacker *unpacker;
    struct buf record, packed, back;
    size_t head; /* of the record, in bytes */
} t;

static int set_up(void **state)
{
    (void)state;
    t.folder = files_folder();
    t.path = files_path(t.folder, "records");
    return records_packer_new(&t.packer, NULL) == STATUS_OK && records_unpacker_new(&t.unpacker, NULL) == STATUS_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.path);
    records_packer_free(t.packer);
    records_unpacker_free(t.unpacker);
    buf_release(&t.record);
    buf_release(&t.packed);
    buf_release(&t.back);
    return 0;
}

/* Begins the record with a head of so many bytes. */
static void make_head(size_t len)
{
    buf_reset(&t.record);
    buf_addc(&t.record, (char)(len & 255));
    buf_addc(&t.record, (char)(len >> 8));
    while (t.record.len < len)
        buf_addc(&t.record, (char)('a' + t.record.len % 26));
    t.head = len;
}

/* Records repeat their keys and differ in their words and lengths; one head in seven takes more than one read, and
 * every 90th record is nothing but its head. */
static void make_record(uint32_t row)
{
    static const char *const words[] = {"lukupiiri", "kahvittelu", "vertaistuki", "kuoro", "ystävätoiminta"};
    make_head(RECORDS_HEAD_LEAST + row % 7 * 50);
    for (uint32_t i = 0; row % 90 != 89 && i < 8 + row % 50; i++)
        buf_addf(&t.record, "{\"title\":\"%s %u\",\"municipality\":\"%03u\"},", words[(row + i) % 5], row * i, i);
}

/* packed_from: records from this one on are packed by the caller, as threads do. */
static void write_records(uint32_t count, uint32_t packed_from)
{
    struct records_writer *writer;
    struct err err = {0};
    remove(t.path);
    assert_int_equal(records_writer_open(&writer, t.path, NULL, &err), STATUS_OK);
    for (uint32_t row = 0; row < count; row++) {
        const struct records_dictionary *dictionary = records_writer_dictionary(writer);
        bool pack = dictionary && row >= packed_from;
        make_record(row);
        if (pack)
            assert_int_equal(records_pack(t.packer, dictionary, buf_str(&t.record), t.record.len, &t.packed, &err),
                             STATUS_OK);
        const struct buf *add = pack ? &t.packed : &t.record;
        assert_int_equal(records_writer_add(writer, buf_str(add), add->len, pack, &err), STATUS_OK);
    }
    assert_int_equal(records_writer_finish(writer, &err), STATUS_OK);
    records_writer_free(writer);
}

static void assert_records(uint32_t count)
{
    struct records records;
    assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
    assert_int_equal(records_check(&records, NULL), STATUS_OK);
    assert_int_equal(records.count, count);
    for (uint32_t row = count; row-- > 0;) {
        make_record(row);
        assert_int_equal(records_get(&records, t.unpacker, row, &t.back, NULL), STATUS_OK);
        assert_int_equal(t.back.len, t.record.len);
        assert_memory_equal(buf_str(&t.back), buf_str(&t.record), t.record.len + 1);
        assert_int_equal(records_head(&records, row, &t.back, NULL), STATUS_OK);
        assert_int_equal(t.back.len, t.head);
        assert_memory_equal(t.back.data, t.record.data, t.head);
    }
    assert_int_equal(records_get(&records, t.unpacker, count, &t.back, NULL), STATUS_NOTFOUND);
    assert_int_equal(records_head(&records, count, &t.back, NULL), STATUS_NOTFOUND);
    records_close(&records);
    records_close(&records);
}

static void records_come_back_as_they_were_put(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 2, 7, RECORDS_SAMPLE - 1, RECORDS_SAMPLE, RECORDS_SAMPLE + 1,
                                      3 * RECORDS_SAMPLE};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        write_records(counts[i], UINT32_MAX);
        assert_records(counts[i]);
    }
}

static void the_file_is_the_same_whoever_packs(void **state)
{
    (void)state;
    static const uint32_t from[] = {0, RECORDS_SAMPLE, RECORDS_SAMPLE + 100};
    size_t alone_len, len;
    write_records(2 * RECORDS_SAMPLE, UINT32_MAX);
    char *alone = files_read(t.path, &alone_len);
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        write_records(2 * RECORDS_SAMPLE, from[i]);
        char *data = files_read(t.path, &len);
        assert_int_equal(len, alone_len);
        assert_memory_equal(data, alone, len);
        free(data);
        assert_records(2 * RECORDS_SAMPLE);
    }
    free(alone);
}

static void a_few_large_records_are_sample_enough(void **state)
{
    (void)state;
    struct records_writer *writer;
    make_head(RECORDS_HEAD_LEAST);
    while (t.record.len < RECORDS_SAMPLE_BYTES)
        buf_addf(&t.record, "%zu ", t.record.len);
    const size_t first = RECORDS_SAMPLE_BYTES - RECORDS_HEAD_LEAST - 1;
    assert_int_equal(records_writer_open(&writer, t.path, NULL, NULL), STATUS_OK);
    assert_int_equal(records_writer_add(writer, t.record.data, first, false, NULL), STATUS_OK);
    assert_null(records_writer_dictionary(writer));
    assert_int_equal(records_writer_add(writer, t.record.data, RECORDS_HEAD_LEAST + 1, false, NULL), STATUS_OK);
    assert_non_null(records_writer_dictionary(writer));
    records_writer_free(writer);
}

static void a_record_above_the_limit_is_refused_and_the_next_one_is_not(void **state)
{
    (void)state;
    struct records_writer *writer;
    struct err err = {0};
    char *large = calloc(1, RECORDS_BYTES + 1);
    assert_non_null(large);
    large[0] = RECORDS_HEAD_LEAST;
    assert_int_equal(records_writer_open(&writer, t.path, NULL, NULL), STATUS_OK);
    assert_int_equal(records_writer_add(writer, large, RECORDS_BYTES + 1, false, &err), STATUS_LIMIT);
    assert_int_equal(records_writer_add(writer, large, RECORDS_BYTES, false, NULL), STATUS_OK);
    assert_int_equal(records_writer_add(writer, large, RECORDS_BYTES + 1, false, NULL), STATUS_LIMIT);
    assert_int_equal(records_writer_add(writer, large, RECORDS_HEAD_LEAST, false, NULL), STATUS_OK);
    assert_int_equal(records_writer_finish(writer, NULL), STATUS_OK);
    records_writer_free(writer);
    struct records records;
    assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
    assert_int_equal(records.count, 2);
    assert_int_equal(records_get(&records, t.unpacker, 0, &t.back, NULL), STATUS_OK);
    assert_int_equal(t.back.len, RECORDS_BYTES);
    records_close(&records);
    free(large);
}

static void write_one(void)
{
    struct records_writer *writer;
    remove(t.path);
    assert_int_equal(records_writer_open(&writer, t.path, NULL, NULL), STATUS_OK);
    assert_int_equal(records_writer_add(writer, t.record.data, t.record.len, false, NULL), STATUS_OK);
    assert_int_equal(records_writer_finish(writer, NULL), STATUS_OK);
    records_writer_free(writer);
}

/* Around what is read at first, up to the limit; with nothing behind the head, little and much. */
static void a_head_of_any_length_is_read_alone(void **state)
{
    (void)state;
    static const size_t heads[] = {RECORDS_HEAD_LEAST, RECORDS_HEAD_LEAST + 1, RECORDS_HEAD_READ - 1, RECORDS_HEAD_READ,
                                   RECORDS_HEAD_READ + 1, RECORDS_HEAD_BYTES - 1, RECORDS_HEAD_BYTES};
    static const size_t rests[] = {0, 1, 10000};
    for (size_t i = 0; i < sizeof heads / sizeof *heads * 3; i++) {
        struct records records;
        make_head(heads[i / 3]);
        for (size_t k = 0; k < rests[i % 3]; k++)
            buf_addc(&t.record, (char)(k * k));
        write_one();
        assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
        for (int through = 0; through < 2; through++) {
            records.file.through = through;
            assert_int_equal(records_head(&records, 0, &t.back, NULL), STATUS_OK);
            assert_int_equal(t.back.len, t.head);
            assert_memory_equal(t.back.data, t.record.data, t.head);
            assert_int_equal(records_get(&records, t.unpacker, 0, &t.back, NULL), STATUS_OK);
            assert_int_equal(t.back.len, t.record.len);
            assert_memory_equal(t.back.data, t.record.data, t.record.len);
        }
        records_close(&records);
    }
}

/* The file has the head as it is, so a test can find it there and damage what it says or what follows. */
static void a_damaged_length_of_a_head_is_corrupt_and_a_damaged_rest_does_not_matter_to_it(void **state)
{
    (void)state;
    enum { HEAD = 100 };
    static const size_t wrong[] = {0, 1, 200, RECORDS_HEAD_BYTES + 1, UINT16_MAX};
    struct records records;
    size_t len;
    make_head(HEAD);
    buf_adds(&t.record, "the rest");
    write_one();
    char *data = files_read(t.path, &len);
    char *head = memmem(data, len, t.record.data, HEAD);
    assert_non_null(head);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        head[0] = (char)(wrong[i] & 255);
        head[1] = (char)(wrong[i] >> 8);
        files_write(t.path, data, len);
        assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
        assert_int_equal(records_head(&records, 0, &t.back, NULL), STATUS_CORRUPT);
        assert_int_equal(records_get(&records, t.unpacker, 0, &t.back, NULL), STATUS_CORRUPT);
        records_close(&records);
    }
    memcpy(head, t.record.data, HEAD);
    memset(head + HEAD, 0, 4); /* no frame begins so */
    files_write(t.path, data, len);
    assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
    assert_int_equal(records_head(&records, 0, &t.back, NULL), STATUS_OK);
    assert_int_equal(records_get(&records, t.unpacker, 0, &t.back, NULL), STATUS_CORRUPT);
    records_close(&records);
    free(data);
}

static void what_does_not_begin_with_a_head_is_not_packed(void **state)
{
    (void)state;
    static const struct {
        size_t len, says;
    } wrong[] = {{0, 2}, {1, 2}, {50, 0}, {50, 1}, {50, 51}, {3, 4}, {RECORDS_HEAD_BYTES + 9, RECORDS_HEAD_BYTES + 1}};
    struct records_writer *writer;
    write_records(RECORDS_SAMPLE, UINT32_MAX);
    struct records records;
    assert_int_equal(records_open(&records, t.path, NULL), STATUS_OK);
    remove(t.path);
    assert_int_equal(records_writer_open(&writer, t.path, &records, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        make_head(RECORDS_HEAD_BYTES);
        buf_adds(&t.record, "behind the head");
        t.record.data[0] = (char)(wrong[i].says & 255);
        t.record.data[1] = (char)(wrong[i].says >> 8);
        const struct records_dictionary *dictionary = records_writer_dictionary(writer);
        assert_int_equal(records_pack(t.packer, dictionary, t.record.data, wrong[i].len, &t.packed, NULL),
                         STATUS_CORRUPT);
        assert_int_equal(records_writer_add(writer, t.record.data, wrong[i].len, false, NULL), STATUS_CORRUPT);
    }
    records_writer_free(writer);
    records_close(&records);
}

static void a_file_of_another_version_says_so(void **state)
{
    (void)state;
    static const char versions[] = {RECORDS_VERSION - 1, RECORDS_VERSION + 1};
    struct records records;
    struct err err = {0};
    size_t len;
    write_records(20, UINT32_MAX);
    char *data = files_read(t.path, &len);
    for (size_t i = 0; i < sizeof versions; i++) {
        data[SECTIONS_MAGIC_BYTES] = versions[i];
        files_write(t.path, data, len);
        assert_int_equal(records_open(&records, t.path, &err), STATUS_VERSION);
        assert_non_null(strstr(err.message, "rebuild the index"));
    }
    free(data);
}

/* Each byte of a small file: opening or checking tells it, and reading all the same stays inside. */
static void a_changed_byte_is_told_and_never_crashes(void **state)
{
    (void)state;
    enum { COUNT = RECORDS_SAMPLE / 8, STEP = 7 };
    size_t len, told = 0, changed = 0;
    write_records(COUNT, UINT32_MAX);
    char *data = files_read(t.path, &len);
    for (size_t at = 0; at < len; at += STEP) {
        struct records records;
        data[at] ^= 0x55;
        files_write(t.path, data, len);
        data[at] ^= 0x55;
        changed++;
        if (records_open(&records, t.path, NULL) != STATUS_OK) {
            told++;
            continue;
        }
        told += records_check(&records, NULL) == STATUS_CORRUPT;
        for (uint32_t row = 0; row < records.count; row++) {
            enum status status = records_get(&records, t.unpacker, row, &t.back, NULL);
            assert_true(status == STATUS_OK || status == STATUS_CORRUPT);
            status = records_head(&records, row, &t.back, NULL);
            assert_true(status == STATUS_CORRUPT ||
                        (status == STATUS_OK && t.back.len >= RECORDS_HEAD_LEAST && t.back.len <= RECORDS_HEAD_BYTES));
        }
        records_close(&records);
    }
    assert_true(told > changed * 9 / 10); /* the rest lies between the sections */
    for (size_t cut = 0; cut < len; cut += len / 40 + 1) {
        struct records records;
        files_write(t.path, data, cut);
        assert_int_not_equal(records_open(&records, t.path, NULL), STATUS_OK);
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_come_back_as_they_were_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_file_is_the_same_whoever_packs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_few_large_records_are_sample_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_above_the_limit_is_refused_and_the_next_one_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_head_of_any_length_is_read_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_length_of_a_head_is_corrupt_and_a_damaged_rest_does_not_matter_to_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_begin_with_a_head_is_not_packed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_another_version_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_byte_is_told_and_never_crashes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
