/* Foreign formats: tests/cases/import/FORMAT/ holds files as the sources give them, and `expected` what becomes of
 * them: each record as a line of ours, the words said of it before it.  OPASTIN_UPDATE_CASES=1 writes what comes now
 * into `expected`; read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/references.h"
#include "indexer/source.h"
#include "indexer/sources/import.h"
#include "indexer/sources/import_value.h"
#include "indexer/sources/occurrences.h"
#include "record.h"
#include "tests/unit/files.h"
#include "tests/unit/spoilt.h"
#include "vocab/vocab.h"

static struct err err;

/* ---- golden cases ----------------------------------------------------------------------------------------------- */

static void tell_item(const struct source_item *item, const struct record *record, const struct problems *problems,
                      struct buf *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        problem_format(&problems->list[i], out);
        buf_addc(out, '\n');
    }
    if (item->kind == SOURCE_RECORD) {
        record_to_json(record, RECORD_WHOLE, out);
        buf_addc(out, '\n');
    } else if (item->kind != SOURCE_END) {
        static const char *const words[] = {[SOURCE_REJECTED] = "refused", [SOURCE_NOTICE] = "notice",
                                            [SOURCE_SKIPPED] = "left out"};
        buf_addf(out, "%s\n", words[item->kind]);
    }
}

static void tell_file(const char *path, const char *shown, const struct import_lookup *lookup, struct buf *out)
{
    struct arena arena = ARENA_INIT;
    struct source *source;
    struct record record;
    struct problems problems;
    struct source_item item;
    const struct source_options options = {.lookup = lookup, .shown_path = shown};
    assert_int_equal(source_open(&source, path, &options, &err), STATUS_OK);
    buf_addf(out, "---- %s: %s\n", options.shown_path,
             source_info(source).import ? source_info(source).import->name : "of our own");
    do {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        assert_int_equal(source_next(source, &arena, &record, &problems, &item, &err), STATUS_OK);
        tell_item(&item, &record, &problems, out);
    } while (item.kind != SOURCE_END);
    struct source_info info = source_info(source);
    buf_addf(out, "%d taken, %d refused, %d left out\n", (int)info.records, (int)info.rejected, (int)info.skipped);
    source_free(source);
    arena_release(&arena);
}

/* The files of a case: JSON, or the datapackage.json of tables; else tables of a kind of their own. */
static void find_files(const char *folder, glob_t *found)
{
    char pattern[300];
    snprintf(pattern, sizeof pattern, "%s/*.*json", folder);
    if (glob(pattern, 0, NULL, found) == 0)
        return;
    snprintf(pattern, sizeof pattern, "%s/*.csv", folder);
    assert_int_equal(glob(pattern, 0, NULL, found), 0);
}

static void tell_case(const char *folder, struct buf *out)
{
    struct import_lookup *lookup = NULL;
    glob_t found;
    find_files(folder, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        assert_int_equal(references_read(&lookup, found.gl_pathv[i], NULL, &err), STATUS_OK);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tell_file(found.gl_pathv[i], strrchr(found.gl_pathv[i], '/') + 1, lookup, out);
    import_lookup_free(lookup);
    globfree(&found);
}

static void every_case_becomes_what_is_expected(void **state)
{
    glob_t found;
    size_t wrong = 0;
    (void)state;
    assert_int_equal(glob("tests/cases/import/*", GLOB_ONLYDIR, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct buf said = BUF_INIT;
        char path[300];
        tell_case(found.gl_pathv[i], &said);
        assert_int_equal(utf8_check(said.data, said.len), said.len);
        snprintf(path, sizeof path, "%s/expected", found.gl_pathv[i]);
        if (getenv("OPASTIN_UPDATE_CASES"))
            files_write(path, said.data, said.len);
        size_t len;
        char *expected = files_read(path, &len);
        if (strcmp(buf_str(&said), expected) != 0) {
            printf("%s: not as expected:\n%s", path, buf_str(&said));
            wrong++;
        }
        free(expected);
        buf_release(&said);
    }
    globfree(&found);
    assert_int_equal(wrong, 0);
}

/* ---- real answers ----------------------------------------------------------------------------------------------- */

/* The folder of development samples beside the repository; the tests that use it skip without it. */
static const char *samples(void)
{
    const char *folder = getenv("OPASTIN_SAMPLES");
    folder = folder ? folder : "../shared/data/samples";
    if (access(folder, R_OK) == 0)
        return folder;
    printf("skipped: no samples in %s\n", folder);
    skip();
    return NULL;
}

struct taken {
    struct arena arena;
    struct record records[20];
    size_t count, rejected, skipped, warnings;
};

static void take_sample(const char *name, const struct import_lookup *lookup, const char *format, struct taken *taken)
{
    char path[400];
    struct source *source;
    struct problems problems;
    struct source_item item;
    const struct source_options options = {.lookup = lookup};
    *taken = (struct taken){.arena = ARENA_INIT};
    snprintf(path, sizeof path, "%s/%s", samples(), name);
    assert_int_equal(source_open(&source, path, &options, &err), STATUS_OK);
    assert_non_null(source_info(source).import);
    assert_string_equal(source_info(source).import->name, format);
    do {
        struct record record;
        problems_init(&problems, &taken->arena);
        assert_int_equal(source_next(source, &taken->arena, &record, &problems, &item, &err), STATUS_OK);
        if (item.kind == SOURCE_RECORD)
            taken->records[taken->count++] = record;
        taken->rejected += item.kind == SOURCE_REJECTED;
        taken->skipped += item.kind == SOURCE_SKIPPED;
        taken->warnings += problems.warnings;
    } while (item.kind != SOURCE_END);
    source_free(source);
}

static void assert_line(const struct record *record, const char *piece)
{
    struct buf line = BUF_INIT;
    record_to_json(record, RECORD_WHOLE, &line);
    if (!strstr(buf_str(&line), piece))
        fail_msg("%s is not in %s", piece, buf_str(&line));
    buf_release(&line);
}

static struct import_lookup *lookup_of(const char *const *names)
{
    struct import_lookup *lookup = NULL;
    char path[400];
    for (; *names; names++) {
        snprintf(path, sizeof path, "%s/%s", samples(), *names);
        assert_int_equal(references_read(&lookup, path, NULL, &err), STATUS_OK);
    }
    return lookup;
}

static void linked_events_samples_are_read_as_by_hand(void **state)
{
    struct taken t;
    (void)state;
    struct import_lookup *lookup = lookup_of((const char *const[]){
        "linkedevents/hel_v1_places_data.json", "linkedevents/hel_v1_keywords_data.json",
        "linkedevents/hel_v1_keyword_set_data.json", "linkedevents/hel_keyword_sets.json", NULL});
    take_sample("linkedevents/hel_v1_events_data.json", lookup, "linkedevents", &t);
    assert_int_equal(t.count, 2);
    assert_int_equal(t.rejected + t.skipped, 0);
    assert_string_equal(t.records[0].id, "helsinki:afy6ikna3u");
    assert_int_equal(t.records[0].kind, RECORD_EVENT);
    assert_string_equal(t.records[0].title.in[RECORD_FI], "Uutta Koillis-Helsinkiä verkkotilaisuus");
    assert_line(&t.records[0], "\"start\":\"2020-06-01T16:45\",\"end\":\"2020-06-01T19:00\"");
    assert_line(&t.records[0], "\"price\":{\"free\":true}");
    assert_line(&t.records[0], "\"channel\":[{\"type\":\"online\",\"text\":\"liittymislinkki julkaistaan");
    assert_line(&t.records[0], "\"languages\":[\"fi\"]");
    assert_int_equal(t.records[0].place_count, 0);
    assert_string_equal(t.records[1].id, "helsinki:afxp6tv4xa");
    assert_string_equal(t.records[1].title.in[RECORD_SV], "Raija Malka & Kaija Saariaho: Blick");
    assert_line(&t.records[1], "\"status\":\"postponed\"");
    assert_line(&t.records[1],
                "\"price\":{\"free\":false,\"text\":{\"fi\":\"5-15€\",\"sv\":\"5-15€\",\"en\":\"5-15€\"}}");
    assert_line(&t.records[1], "\"organisation\":[{\"name\":{\"fi\":\"Amos Rex\"");
    assert_int_equal(t.records[1].start.day, DAY_UNKNOWN);
    arena_release(&t.arena);

    take_sample("linkedevents/hel_v1_places_data.json", lookup, "linkedevents", &t);
    assert_int_equal(t.count, 2);
    assert_int_equal(t.rejected + t.skipped + t.warnings, 0);
    assert_string_equal(t.records[0].id, "tprek:15417");
    assert_int_equal(t.records[0].kind, RECORD_PLACE);
    assert_string_equal(t.records[0].title.in[RECORD_SV], "Sellobiblioteket");
    assert_true(fabs(t.records[0].place[0].lat - 60.21748) < 1e-9 && fabs(t.records[0].place[0].lon - 24.80992) < 1e-9);
    assert_line(&t.records[0], "\"area\":{\"scope\":\"municipality\",\"codes\":[\"049\"]}");
    assert_line(&t.records[0], "\"postal_code\":\"02600\"");
    assert_line(&t.records[0], "\"phone\":\"09 8165 7603\"");
    assert_string_equal(t.records[1].title.in[RECORD_EN], "Entresse Library");
    assert_line(&t.records[1], "\"address\":{\"fi\":\"Siltakatu 11\",\"sv\":\"Brogatan 11\",\"en\":\"Siltakatu 11\"}");
    assert_true(fabs(t.records[1].place[0].lat - 60.203636) < 1e-9);
    arena_release(&t.arena);

    static const char *const only_referred_to[] = {"linkedevents/hel_v1_keywords_data.json",
                                                   "linkedevents/hel_v1_keyword_set_data.json",
                                                   "linkedevents/hel_keyword_sets.json"};
    for (size_t i = 0; i < 3; i++) {
        take_sample(only_referred_to[i], lookup, "linkedevents", &t);
        assert_int_equal(t.count + t.rejected + t.skipped + t.warnings, 0);
        arena_release(&t.arena);
    }
    import_lookup_free(lookup);
}

static void the_lahella_sample_is_read_as_by_hand(void **state)
{
    struct taken t;
    (void)state;
    take_sample("lahella/activity_api_sample.json", NULL, "lahella", &t);
    assert_int_equal(t.count, 1);
    assert_int_equal(t.rejected + t.skipped + t.warnings, 0);
    const struct record *r = &t.records[0];
    assert_string_equal(r->id, "lahella:12345");
    assert_int_equal(r->kind, RECORD_ACTIVITY);
    assert_string_equal(r->title.in[RECORD_FI], "Taiji-kurssi");
    assert_string_equal(r->summary.in[RECORD_FI], "Peruskurssi");
    assert_string_equal(r->title.in[RECORD_EN], "Tai chi course");
    assert_int_equal(r->age_min, 18);
    assert_int_equal(r->age_max, 64);
    assert_true(r->place[0].lon == 24.9 && r->place[0].lat == 60.2);
    assert_line(r, "\"area\":{\"scope\":\"municipality\",\"codes\":[\"091\"]}");
    assert_line(r, "\"schedule\":[{\"weekday\":[\"tue\"],\"from\":\"18:00\",\"to\":\"19:30\","
                   "\"valid_from\":\"2025-01-15\",\"valid_to\":\"2025-05-15\"}]");
    assert_line(r, "\"price\":{\"free\":false,\"amount\":100,\"text\":\"100 euroa\"}");
    assert_line(r, "\"signup\":{\"needed\":true,\"url\":\"https://example.com/register\",\"email\":\"test@example.com\","
                   "\"text\":\"Ilmoittaudu\"}");
    arena_release(&t.arena);
}

/* ---- occurrences ------------------------------------------------------------------------------------------------ */

/* Dates gathered into rules hold on those days, at those times, and on no others. */
static void rules_say_the_dates_they_were_made_of(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct arena arena = ARENA_INIT;
        struct problems problems;
        struct import_notes notes;
        struct occurrence_list list = {0};
        struct record record;
        int32_t first = day_from_date(2026, 9, 1), from, to;
        enum { DAYS = 200 };
        static bool on[DAYS], got[DAYS];
        memset(on, 0, sizeof on);
        memset(got, 0, sizeof got);
        problems_init(&problems, &arena);
        import_notes_init(&notes, &arena, &problems);
        size_t step = 1 + below(21), begin = below(20), drop = 2 + below(8), alone = below(6);
        for (size_t day = begin; day < DAYS; day += step)
            on[day] = below(drop) != 0 || drop > 7;
        for (size_t i = 0; i < alone; i++)
            on[below(DAYS)] = true;
        for (size_t n = 0, day = below(DAYS); n < DAYS; n++, day = (day + 73) % DAYS) /* in no order */
            if (on[day])
                occurrences_add(&list, &notes, (struct moment){first + (int32_t)day, 600},
                                (struct moment){first + (int32_t)day, 660});
        json_t *json = json_pack("{s:s, s:s, s:{s:{s:s}}}", "id", "a", "kind", "event", "texts", "fi", "title", "A");
        size_t dates = list.count;
        assert_true(occurrences_put(&list, &notes, "x", json, &from, &to) == (dates > 0));
        assert_int_equal(problems.count, 0);
        assert_int_equal(record_from_json(json, &arena, &record, &problems), STATUS_OK);
        for (size_t i = 0; i < record.schedule_count; i++)
            for (int32_t day = 0; day < DAYS; day++)
                if (schedule_holds(&record.schedule[i], first + day)) {
                    assert_false(got[day]);
                    got[day] = true;
                    assert_int_equal(record.schedule[i].from_minute, 600);
                }
        assert_memory_equal(on, got, sizeof on);
        json_decref(json);
        arena_release(&arena);
    }
}

/* ---- whatever a source may give --------------------------------------------------------------------------------- */

/* Every object is taken, left out or refused with words, and what is taken reads as itself. */
static void check_spoilt(json_t *object, const struct import_lookup *lookup)
{
    const struct import_format *format = import_format_of(object);
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    struct record record, again;
    json_t *ours = NULL;
    if (!format)
        return;
    problems_init(&problems, &arena);
    import_notes_init(&notes, &arena, &problems);
    assert_int_equal(format->map(object, lookup, &notes, &ours, &err), STATUS_OK);
    if (ours) {
        enum status status = record_from_json(ours, &arena, &record, &problems);
        assert_true(status == STATUS_OK || (status == STATUS_INVALID && problems.errors > 0));
        for (size_t i = 0; i < problems.count; i++)
            if (problems.list[i].code == PROBLEM_EMPTY || problems.list[i].code == PROBLEM_UNKNOWN_FIELD ||
                problems.list[i].code == PROBLEM_OTHER_KIND || problems.list[i].code == PROBLEM_TYPE)
                if (problems.list[i].severity == PROBLEM_ERROR)
                    fail_msg("%s: %s", problems.list[i].field, problems.list[i].what);
        if (status == STATUS_OK) {
            struct buf line = BUF_INIT;
            record_to_json(&record, RECORD_WHOLE, &line);
            json_t *json = json_loadb(line.data, line.len, 0, NULL);
            assert_int_equal(record_from_json(json, &arena, &again, &problems), STATUS_OK);
            json_decref(json);
            buf_release(&line);
        }
    }
    json_decref(ours);
    arena_release(&arena);
}

static void spoilt_objects_never_break_a_mapping(void **state)
{
    static const char *const files[] = {"tests/cases/import/linkedevents/events.json",
                                        "tests/cases/import/linkedevents/places.json",
                                        "tests/cases/import/lahella/activities.json"};
    struct import_lookup *lookup = NULL;
    (void)state;
    assert_int_equal(references_read(&lookup, files[1], NULL, &err), STATUS_OK);
    for (size_t f = 0; f < 3; f++)
        for (int round = 0; round < 300; round++) {
            json_t *file = json_load_file(files[f], 0, NULL), *list = file, *object;
            size_t i;
            assert_non_null(file);
            if (json_is_object(file))
                list = json_object_get(file, f == 2 ? "items" : "data");
            json_array_foreach(list, i, object)
            {
                spoil(object, round % 3 ? 40 : 8);
                check_spoilt(object, lookup);
            }
            json_decref(file);
        }
    import_lookup_free(lookup);
}

/* ---- the lookup ------------------------------------------------------------------------------------------------- */

static void a_lookup_keeps_what_it_was_given(void **state)
{
    struct import_lookup *lookup;
    char id[IMPORT_ID_BYTES + 10];
    (void)state;
    assert_int_equal(import_lookup_new(&lookup, &err), STATUS_OK);
    for (int i = 0; i < 5000; i++) {
        json_t *object = json_pack("{s:i}", "n", i);
        snprintf(id, sizeof id, "x:%d", i % 4000);
        assert_int_equal(import_lookup_add(lookup, i % 2 ? "odd" : "even", id, object, &err), STATUS_OK);
        json_decref(object);
    }
    assert_int_equal(import_lookup_count(lookup, "odd", "x:1"), 2);
    assert_int_equal(import_lookup_count(lookup, "even", "x:1"), 0);
    assert_int_equal(import_lookup_count(NULL, "odd", "x:1"), 0);
    json_t *second = import_lookup_get(lookup, "odd", "x:1", 1);
    assert_int_equal(json_integer_value(json_object_get(second, "n")), 4001);
    json_decref(second);
    assert_null(import_lookup_get(lookup, "odd", "x:1", 2));
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    json_t *object = json_object();
    assert_int_equal(import_lookup_add(lookup, "odd", id, object, &err), STATUS_OK);
    assert_int_equal(import_lookup_count(lookup, "odd", id), 0);
    json_decref(object);
    import_lookup_free(lookup);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static void compressed_files_are_the_same(void **state)
{
    char *folder = files_folder(), *path = files_path(folder, "a.json.gz");
    size_t len;
    (void)state;
    char *text = files_read("tests/cases/import/lahella/activities.json", &len);
    gzFile gz = gzopen(path, "wb");
    assert_int_equal(gzwrite(gz, text, (unsigned)len), len);
    gzclose(gz);
    struct buf plain = BUF_INIT, packed = BUF_INIT;
    tell_file("tests/cases/import/lahella/activities.json", "a", NULL, &plain);
    tell_file(path, "a", NULL, &packed);
    assert_string_equal(buf_str(&plain), buf_str(&packed));
    buf_release(&plain);
    buf_release(&packed);
    free(text);
    free(path);
    files_remove(folder);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_becomes_what_is_expected),
        cmocka_unit_test(linked_events_samples_are_read_as_by_hand),
        cmocka_unit_test(the_lahella_sample_is_read_as_by_hand),
        cmocka_unit_test(rules_say_the_dates_they_were_made_of),
        cmocka_unit_test(spoilt_objects_never_break_a_mapping),
        cmocka_unit_test(a_lookup_keeps_what_it_was_given),
        cmocka_unit_test(compressed_files_are_the_same),
    };
    return cmocka_run_group_tests(tests, vocab_setup, vocab_teardown);
}
