/* Generations in a folder: made aside, published by rename, listed, rolled back, pruned; and what damage does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "generation.h"
#include "indexer/build.h"
#include "indexer/verify.h"
#include "lexicon.h"
#include "lexicon_file.h"
#include "oracle.h"

static struct {
    char *folder; /* fresh for each test */
    char *dir;    /* DIR: a folder in it that does not exist yet */
} t;

static bool exists(const char *name)
{
    char *path = files_path(t.dir, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void write_in(const char *name, const char *text)
{
    char *path = files_path(t.dir, name);
    files_write(path, text, strlen(text));
    free(path);
}

/* The folder itself for "". */
static void make_folder(const char *name)
{
    char *parent = files_path(t.folder, "deep");
    mkdir(parent, 0755);
    mkdir(t.dir, 0755);
    free(parent);
    if (!*name)
        return;
    char *path = files_path(t.dir, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

static struct manifest some_manifest(void)
{
    struct manifest manifest;
    assert_int_equal(manifest_expected(&manifest, NULL), STATUS_OK);
    manifest.created = 1770000000;
    manifest.documents = 3;
    return manifest;
}

/* A build that makes nothing but a manifest. */
static uint32_t build(void)
{
    struct buf path = BUF_INIT;
    struct manifest manifest = some_manifest();
    uint32_t number = 0;
    assert_int_equal(generation_begin(t.dir, &number, &path, NULL), STATUS_OK);
    assert_int_equal(manifest_write(&manifest, path.data, NULL), STATUS_OK);
    assert_int_equal(generation_finish(t.dir, number, NULL), STATUS_OK);
    buf_release(&path);
    return number;
}

static void lists(const char *expected)
{
    struct buf text = BUF_INIT;
    uint32_t *numbers = NULL;
    size_t count = 99;
    assert_int_equal(generation_list(t.dir, &numbers, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "%s%u", i ? " " : "", numbers[i]);
    assert_string_equal(buf_str(&text), expected);
    buf_release(&text);
    free(numbers);
}

static uint32_t current(void)
{
    uint32_t number = 0;
    assert_int_equal(generation_current(t.dir, &number, NULL), STATUS_OK);
    return number;
}

/* ---- a generation's life ---------------------------------------------------------------------------------------- */

static void a_folder_that_is_not_there_has_no_generations(void **state)
{
    (void)state;
    uint32_t number = 77;
    lists("");
    assert_int_equal(generation_current(t.dir, &number, NULL), STATUS_NOTFOUND);
    assert_int_equal(generation_previous(t.dir, &number, NULL), STATUS_NOTFOUND);
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_NOTFOUND);
    assert_int_equal(number, 77);
}

static void a_build_is_invisible_until_it_is_finished_and_serves_only_when_published(void **state)
{
    (void)state;
    struct buf path = BUF_INIT;
    struct manifest manifest = some_manifest();
    uint32_t number = 0;
    assert_int_equal(generation_begin(t.dir, &number, &path, NULL), STATUS_OK);
    assert_int_equal(number, 1);
    assert_true(exists("gen-1.tmp"));
    assert_int_equal(manifest_write(&manifest, path.data, NULL), STATUS_OK);
    lists("");
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_NOTFOUND);
    assert_int_equal(generation_finish(t.dir, number, NULL), STATUS_OK);
    assert_true(exists("gen-1") && !exists("gen-1.tmp"));
    lists("1");
    assert_int_equal(generation_current(t.dir, &number, NULL), STATUS_NOTFOUND);
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_OK);
    assert_int_equal(current(), 1);
    buf_release(&path);
}

static void numbers_rise_and_are_never_used_again(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 11; i++)
        assert_int_equal(build(), i);
    lists("1 2 3 4 5 6 7 8 9 10 11"); /* by number, not by name */
    assert_int_equal(generation_publish(t.dir, 11, NULL), STATUS_OK);
    assert_int_equal(generation_prune(t.dir, 1, false, NULL, NULL), STATUS_OK);
    assert_int_equal(build(), 12);
}

static void what_a_killed_build_left_is_removed_by_the_next(void **state)
{
    (void)state;
    build();
    make_folder("gen-2.tmp");
    make_folder("gen-2.tmp/xapian");
    write_in("gen-2.tmp/xapian/postlist.glass", "half");
    write_in("gen-9.tmp", "a file, of all things");
    write_in("CURRENT.tmp", "gen-"); /* of a publish that was killed */
    uint32_t number;
    struct buf path = BUF_INIT;
    assert_int_equal(generation_begin(t.dir, &number, &path, NULL), STATUS_OK);
    assert_int_equal(number, 10);
    assert_false(exists("gen-2.tmp") || exists("gen-9.tmp"));
    assert_true(exists("gen-1") && exists("gen-10.tmp"));
    assert_int_equal(generation_abandon(t.dir, number, NULL), STATUS_OK);
    assert_false(exists("gen-10.tmp"));
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_OK);
    assert_int_equal(current(), 1);
    buf_release(&path);
}

static void abandoning_removes_the_build_and_nothing_else(void **state)
{
    (void)state;
    struct buf path = BUF_INIT;
    uint32_t number;
    build();
    assert_int_equal(generation_begin(t.dir, &number, &path, NULL), STATUS_OK);
    buf_adds(&path, "/xapian.part");
    assert_int_equal(mkdir(path.data, 0755), 0);
    assert_int_equal(generation_remove_part(path.data, NULL), STATUS_OK);
    assert_int_not_equal(access(path.data, F_OK), 0);
    assert_int_equal(generation_abandon(t.dir, number, NULL), STATUS_OK);
    assert_int_equal(generation_abandon(t.dir, number, NULL), STATUS_OK); /* it is gone: all the better */
    assert_true(exists("gen-1") && !exists("gen-2.tmp"));
    assert_int_equal(build(), 2);
    buf_release(&path);
}

static void finishing_what_was_never_begun_fails(void **state)
{
    (void)state;
    build();
    assert_int_equal(generation_finish(t.dir, 5, NULL), STATUS_IO);
    lists("1");
}

static void the_previous_generation_is_the_newest_older_one_that_is_left(void **state)
{
    (void)state;
    uint32_t number = 0;
    for (int i = 0; i < 4; i++)
        build();
    assert_int_equal(generation_publish(t.dir, 4, NULL), STATUS_OK);
    assert_int_equal(generation_previous(t.dir, &number, NULL), STATUS_OK);
    assert_int_equal(number, 3);
    assert_int_equal(generation_publish(t.dir, 3, NULL), STATUS_OK);
    assert_int_equal(generation_previous(t.dir, &number, NULL), STATUS_OK);
    assert_int_equal(number, 2);
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_OK);
    assert_int_equal(generation_previous(t.dir, &number, NULL), STATUS_NOTFOUND);
    assert_int_equal(number, 2);
}

static void pruning_keeps_the_newest_and_the_one_that_serves(void **state)
{
    (void)state;
    size_t removed = 99;
    for (int i = 0; i < 7; i++)
        build();
    assert_int_equal(generation_publish(t.dir, 2, NULL), STATUS_OK);
    assert_int_equal(generation_prune(t.dir, 0, false, &removed, NULL), STATUS_INVALID);
    assert_int_equal(removed, 99);
    assert_int_equal(generation_prune(t.dir, 3, true, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 3);
    lists("1 2 3 4 5 6 7");
    assert_int_equal(generation_prune(t.dir, 3, false, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 3);
    lists("2 5 6 7");
    assert_int_equal(generation_prune(t.dir, 3, false, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(generation_prune(t.dir, 100, false, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(generation_prune(t.dir, 1, false, &removed, NULL), STATUS_OK);
    lists("2 7");
    assert_int_equal(current(), 2);
    assert_false(exists("gen-5") || exists("gen-5.tmp"));
}

static void nothing_is_pruned_when_nobody_knows_what_serves(void **state)
{
    (void)state;
    build();
    build();
    write_in("CURRENT", "rubbish\n");
    assert_int_equal(generation_prune(t.dir, 1, false, NULL, NULL), STATUS_CORRUPT);
    lists("1 2");
}

static void other_things_in_the_folder_are_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"gen-", "gen-0", "gen-007", "gen-x", "gen-3.old", "gen-4294967295", "general",
                                        "gen--1", "gen- 1", "gen-99999999999999999999"};
    build();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        make_folder(names[i]);
    make_folder("gen-5"); /* named right, without a manifest: not whole */
    lists("1");
    assert_int_equal(build(), 6);
    assert_int_equal(generation_publish(t.dir, 6, NULL), STATUS_OK);
    assert_int_equal(generation_prune(t.dir, 1, false, NULL, NULL), STATUS_OK);
    lists("6");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(exists(names[i]));
}

static void a_generation_weighs_what_its_files_weigh(void **state)
{
    (void)state;
    uint64_t bytes = 0, more = 0;
    build();
    assert_int_equal(generation_bytes(t.dir, 1, &bytes, NULL), STATUS_OK);
    assert_true(bytes > 50);
    make_folder("gen-1/xapian");
    write_in("gen-1/xapian/table", "0123456789");
    assert_int_equal(generation_bytes(t.dir, 1, &more, NULL), STATUS_OK);
    assert_int_equal(more, bytes + 10);
    assert_int_equal(generation_bytes(t.dir, 2, &more, NULL), STATUS_NOTFOUND);
}

static void a_path_has_a_limit(void **state)
{
    (void)state;
    char dir[GENERATION_PATH_BYTES + 2];
    struct buf path = BUF_INIT;
    memset(dir, 'a', sizeof dir);
    dir[GENERATION_PATH_BYTES] = '\0';
    assert_int_equal(generation_path(dir, 4294967294u, &path, NULL), STATUS_OK);
    assert_int_equal(path.len, GENERATION_PATH_BYTES + strlen("/gen-4294967294"));
    dir[GENERATION_PATH_BYTES] = 'a';
    dir[GENERATION_PATH_BYTES + 1] = '\0';
    assert_int_equal(generation_path(dir, 1, &path, NULL), STATUS_LIMIT);
    assert_int_equal(generation_path("", 1, &path, NULL), STATUS_LIMIT);
    buf_release(&path);
}

static void a_damaged_pointer_is_said_and_mended_by_publishing(void **state)
{
    (void)state;
    static const char *const damaged[] = {"", "\n", "gen-1", "gen-\n", "gen-0\n", "gen-1.tmp\n", "gen-1\n\n",
                                          "gen-1 \n",
                                          "gen-01\n", "../gen-1\n", "gen-99999999999\n",
                                          "gen-1111111111111111111111111111111111111111111\n"};
    build();
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        uint32_t number = 77;
        struct err err = {0};
        write_in("CURRENT", damaged[i]);
        assert_int_equal(generation_current(t.dir, &number, &err), STATUS_CORRUPT);
        assert_non_null(strstr(err.message, "publish"));
        assert_int_equal(number, 77);
    }
    assert_int_equal(generation_publish(t.dir, 1, NULL), STATUS_OK);
    assert_int_equal(current(), 1);
}

/* ---- verifying -------------------------------------------------------------------------------------------------- */

/* A whole generation of real records; its path. */
static uint64_t build_whole(struct buf *path)
{
    struct build_file file = {"tests/http/records.jsonl", "records", NULL};
    struct build_report *report = calloc(1, sizeof *report);
    struct err err = {0};
    assert_non_null(report);
    if (build_generation(t.dir, &file, 1, &(struct build_options){.now = 1770000000}, NULL, report, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(generation_path(t.dir, report->generation, path, NULL), STATUS_OK);
    uint64_t accepted = report->total.accepted;
    free(report);
    return accepted;
}

/* The middle of each section of numbers that opening does not judge: rows of forms, lemmas and names. */
static void a_byte_of_a_lexicon_that_opens_all_the_same_is_told_by_verifying(void **state)
{
    (void)state;
    enum { HEADER_FIXED = 24, SPAN = 24 }; /* one span of offset, bytes, checksum a section */
    static const int sections[] = {LEXICON_FORM_ROWS, LEXICON_LEMMA_ROWS, LEXICON_NAME_ROWS};
    struct buf path = BUF_INIT;
    uint64_t documents = build_whole(&path);
    assert_int_equal(generation_verify(buf_str(&path), documents, NULL), STATUS_OK);
    char *file = files_path(buf_str(&path), "lexicon");
    size_t len;
    char *data = files_read(file, &len);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        uint64_t span[2];
        struct lexicon lexicon;
        struct err err = {0};
        memcpy(span, data + HEADER_FIXED + sections[i] * SPAN, sizeof span);
        char *byte = data + span[0] + span[1] / 2;
        *byte ^= 1;
        files_write(file, data, len);
        *byte ^= 1;
        assert_int_equal(lexicon_open(&lexicon, file, NULL), STATUS_OK);
        lexicon_close(&lexicon);
        assert_int_equal(generation_verify(buf_str(&path), documents, &err), STATUS_CORRUPT);
        assert_non_null(strstr(err.message, "lexicon"));
    }
    files_write(file, data, len);
    assert_int_equal(generation_verify(buf_str(&path), documents, NULL), STATUS_OK);
    free(data);
    free(file);
    buf_release(&path);
}

/* ---- the lock --------------------------------------------------------------------------------------------------- */

/* What another process gets: its exit code. */
static int lock_elsewhere(void)
{
    int code;
    pid_t child = fork();
    if (child == 0) {
        struct generation_lock lock = {-1};
        enum status status = generation_lock(&lock, t.dir, NULL);
        _exit((int)status + (lock.fd >= 0 ? 100 : 0));
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code));
    return WEXITSTATUS(code);
}

static void one_process_holds_the_lock_until_it_lets_go_or_ends(void **state)
{
    (void)state;
    struct generation_lock lock = {-1};
    assert_int_equal(generation_lock(&lock, t.dir, NULL), STATUS_OK);
    assert_true(lock.fd >= 0 && exists("lock"));
    assert_int_equal(lock_elsewhere(), STATUS_LOCKED);
    generation_unlock(&lock);
    assert_int_equal(lock.fd, -1);
    generation_unlock(&lock);
    assert_int_equal(lock_elsewhere(), 100 + STATUS_OK); /* and it ends without unlocking */
    assert_int_equal(generation_lock(&lock, t.dir, NULL), STATUS_OK);
    generation_unlock(&lock);
}

static void the_second_lock_of_one_process_is_refused_too(void **state)
{
    (void)state;
    struct generation_lock first = {-1}, second = {-1};
    assert_int_equal(generation_lock(&first, t.dir, NULL), STATUS_OK);
    assert_int_equal(generation_lock(&second, t.dir, NULL), STATUS_LOCKED);
    assert_int_equal(second.fd, -1);
    generation_unlock(&first);
}

/* ---- the manifest ----------------------------------------------------------------------------------------------- */

static void a_manifest_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct manifest_source sources[2] = {{.name = "järjestöt \"x\"", .records = 700, .rejected = 3},
                                         {.name = "", .records = UINT32_MAX + 1ull}};
    struct manifest manifest = some_manifest(), expect = some_manifest(), back;
    memset(sources[0].fingerprint, 'f', 32);
    manifest.sources = sources;
    manifest.source_count = 2;
    manifest.rejected = 5;
    make_folder("");
    assert_int_equal(manifest_write(&manifest, t.dir, NULL), STATUS_OK);
    assert_int_equal(manifest_read(&back, t.dir, &expect, NULL), STATUS_OK);
    assert_int_equal(back.format, GENERATION_FORMAT);
    assert_int_equal(back.analyser, manifest.analyser);
    assert_string_equal(back.schema, manifest.schema);
    assert_int_equal(strlen(back.schema), 32);
    assert_int_equal(back.created, manifest.created);
    assert_int_equal(back.documents, 3);
    assert_int_equal(back.rejected, 5);
    assert_int_equal(back.source_count, 2);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(back.sources[i].name, sources[i].name);
        assert_string_equal(back.sources[i].fingerprint, sources[i].fingerprint);
        assert_true(back.sources[i].records == sources[i].records && back.sources[i].rejected == sources[i].rejected);
    }
    manifest_release(&back);
    manifest_release(&back);
}

/* Some files have names in Latin-1. */
static void a_source_whose_name_is_no_utf8_or_cut_is_not_lost(void **state)
{
    (void)state;
    struct manifest_source sources[3] = {{.name = "j\xE4rjest\xF6t.csv", .records = 7}, {.records = 8}, {.records = 9}};
    struct manifest manifest = some_manifest(), back;
    memset(sources[1].name, 'a', GENERATION_NAME_BYTES - 1);
    sources[1].name[GENERATION_NAME_BYTES - 2] = '\xC3'; /* of a character that was cut */
    memset(sources[2].name, '\xE4', GENERATION_NAME_BYTES - 1);
    manifest.sources = sources;
    manifest.source_count = 3;
    make_folder("");
    assert_int_equal(manifest_write(&manifest, t.dir, NULL), STATUS_OK);
    assert_int_equal(manifest_read(&back, t.dir, NULL, NULL), STATUS_OK);
    assert_int_equal(back.source_count, 3);
    assert_string_equal(back.sources[0].name, "j\xEF\xBF\xBDrjest\xEF\xBF\xBDt.csv");
    assert_int_equal(strlen(back.sources[1].name), GENERATION_NAME_BYTES - 2);
    assert_int_equal(strlen(back.sources[2].name), (GENERATION_NAME_BYTES - 1) / 3 * 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(back.sources[i].records, 7 + i);
    manifest_release(&back);
}

static void an_index_of_another_program_is_told_from_a_damaged_one(void **state)
{
    (void)state;
    struct manifest expect = some_manifest(), back = {.documents = 77};
    make_folder("");
    for (int what = 0; what < 3; what++) {
        struct manifest manifest = some_manifest();
        if (what == 0)
            manifest.format++;
        else if (what == 1)
            manifest.analyser++;
        else
            manifest.schema[5] = manifest.schema[5] == '0' ? '1' : '0';
        assert_int_equal(manifest_write(&manifest, t.dir, NULL), STATUS_OK);
        assert_int_equal(manifest_read(&back, t.dir, &expect, NULL), STATUS_VERSION);
        assert_int_equal(back.documents, 77);
        assert_int_equal(manifest_read(&back, t.dir, NULL, NULL), STATUS_OK); /* any will do */
        manifest_release(&back);
        back.documents = 77;
    }
}

static void a_manifest_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    struct manifest back;
    assert_int_equal(manifest_read(&back, t.dir, NULL, NULL), STATUS_NOTFOUND);
}

static void a_cut_manifest_is_corrupt_wherever_it_is_cut(void **state)
{
    (void)state;
    struct manifest_source source = {.name = "a", .records = 7};
    struct manifest manifest = some_manifest(), back;
    manifest.sources = &source;
    manifest.source_count = 1;
    make_folder("");
    assert_int_equal(manifest_write(&manifest, t.dir, NULL), STATUS_OK);
    char *path = files_path(t.dir, "manifest.json");
    size_t len;
    char *text = files_read(path, &len);
    while (text[len - 1] != '}')
        len--;
    for (size_t cut = 0; cut < len; cut++) {
        files_write(path, text, cut);
        assert_int_equal(manifest_read(&back, t.dir, NULL, NULL), STATUS_CORRUPT);
    }
    free(text);
    free(path);
}

static void a_manifest_without_a_field_or_with_a_wrong_one_is_corrupt(void **state)
{
    (void)state;
    static const char *const good =
        "{\"format\":1,\"analyser\":1,\"schema\":\"x\",\"created\":1,\"documents\":1,\"rejected\":0,"
        "\"sources\":[{\"name\":\"a\",\"records\":1,\"rejected\":0,\"fingerprint\":\"f\"}]}";
    static const char *const changes[][2] = {
        {"\"format\":1,", ""}, {"\"format\":1", "\"format\":\"1\""}, {"\"format\":1", "\"format\":-1"},
        {"\"format\":1", "\"format\":4294967297"}, {"\"analyser\":1", "\"analyser\":4294967297"},
        {"\"analyser\":1,", ""}, {"\"schema\":\"x\",", ""}, {"\"schema\":\"x\"", "\"schema\":5"},
        {"\"schema\":\"x\"", "\"schema\":\"0123456789012345678901234567890123456789\""}, {"\"created\":1,", ""},
        {"\"documents\":1,", ""}, {"\"documents\":1", "\"documents\":1.5"}, {"\"rejected\":0,\"sources", "\"sources"},
        {"[{", "[7,{"}, {"\"name\":\"a\",", ""}, {"\"records\":1,", ""}, {",\"fingerprint\":\"f\"", ""},
        {"\"sources\":[", "\"source\":["}, {"\"format\":1,", "\"format\":1,\"format\":1,"}, {"}]}", "}]}}"}};
    struct manifest back;
    make_folder("");
    write_in("manifest.json", good);
    assert_int_equal(manifest_read(&back, t.dir, NULL, NULL), STATUS_OK);
    manifest_release(&back);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct buf text = BUF_INIT;
        const char *at = strstr(good, changes[i][0]);
        assert_non_null(at);
        buf_add(&text, good, (size_t)(at - good));
        buf_addf(&text, "%s%s", changes[i][1], at + strlen(changes[i][0]));
        write_in("manifest.json", text.data);
        if (manifest_read(&back, t.dir, NULL, NULL) != STATUS_CORRUPT)
            fail_msg("accepted: %s", text.data);
        buf_release(&text);
    }
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    t.folder = files_folder();
    t.dir = files_path(t.folder, "deep/index"); /* parents are made too */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.dir);
    return 0;
}

static int load(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK;
}

static int unload(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_that_is_not_there_has_no_generations),
        TEST(a_build_is_invisible_until_it_is_finished_and_serves_only_when_published),
        TEST(numbers_rise_and_are_never_used_again),
        TEST(what_a_killed_build_left_is_removed_by_the_next),
        TEST(abandoning_removes_the_build_and_nothing_else),
        TEST(finishing_what_was_never_begun_fails),
        TEST(the_previous_generation_is_the_newest_older_one_that_is_left),
        TEST(pruning_keeps_the_newest_and_the_one_that_serves),
        TEST(nothing_is_pruned_when_nobody_knows_what_serves),
        TEST(other_things_in_the_folder_are_left_alone),
        TEST(a_generation_weighs_what_its_files_weigh),
        TEST(a_path_has_a_limit),
        TEST(a_damaged_pointer_is_said_and_mended_by_publishing),
        TEST(a_byte_of_a_lexicon_that_opens_all_the_same_is_told_by_verifying),
        TEST(one_process_holds_the_lock_until_it_lets_go_or_ends),
        TEST(the_second_lock_of_one_process_is_refused_too),
        TEST(a_manifest_comes_back_as_it_was_written),
        TEST(a_source_whose_name_is_no_utf8_or_cut_is_not_lost),
        TEST(an_index_of_another_program_is_told_from_a_damaged_one),
        TEST(a_manifest_that_is_not_there_is_not_found),
        TEST(a_cut_manifest_is_corrupt_wherever_it_is_cut),
        TEST(a_manifest_without_a_field_or_with_a_wrong_one_is_corrupt),
    };
    return cmocka_run_group_tests_name("generation", tests, load, unload);
}
