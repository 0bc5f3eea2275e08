/* PTV's answers become records: real ones by facts that were looked up by hand, and damaged ones.  Made-up objects with
 * every field of docs/import-ptv.md are a case of import_test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/source.h"
#include "indexer/sources/draft.h"
#include "indexer/sources/import.h"
#include "tests/unit/files.h"
#include "tests/unit/spoilt.h"
#include "vocab/vocab.h"

/* The folder beside the repository is not part of it. */
#define SAMPLES "../shared/data/samples/ptv/"
#define CASES "tests/cases/import/ptv/"

static struct err err;

/* ---- reading files ---------------------------------------------------------------------------------------------- */

/* What a set of files gives: each record as JSON, and what is told. */
struct reading {
    json_t *records;
    struct buf said; /* a line a message, and "= " with each record */
    size_t records_count, rejected, skipped;
};

static void read_one(struct reading *reading, const char *path, const struct import_lookup *lookup)
{
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    struct source_options options = {.lookup = lookup, .shown_path = strrchr(path, '/') + 1};
    if (source_open(&source, path, &options, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (;;) {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        if (source_next(source, &arena, &record, &problems, &item, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        if (item.kind == SOURCE_END)
            break;
        for (size_t i = 0; i < problems.count; i++) {
            problem_format(&problems.list[i], &reading->said);
            buf_addc(&reading->said, '\n');
        }
        if (item.kind == SOURCE_RECORD) {
            struct buf json = BUF_INIT;
            record_to_json(&record, RECORD_WHOLE, &json);
            buf_addf(&reading->said, "= %s\n", buf_str(&json));
            json_array_append_new(reading->records, json_loadb(json.data, json.len, 0, NULL));
            buf_release(&json);
        }
    }
    struct source_info info = source_info(source);
    reading->records_count += info.records;
    reading->rejected += info.rejected;
    reading->skipped += info.skipped;
    source_free(source);
    arena_release(&arena);
}

/* Files of a folder; what they refer to in each other is found. */
static struct reading read_files(const char *folder, const char *const *names)
{
    struct reading reading = {.records = json_array()};
    struct import_lookup *lookup;
    err_reset(&err);
    if (import_lookup_new(&lookup, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (int step = 0; step < 2; step++)
        for (const char *const *name = names; *name; name++) {
            char *path = files_path(folder, *name);
            if (step == 1)
                read_one(&reading, path, lookup);
            else if (source_collect(lookup, path, NULL, &err) != STATUS_OK)
                fail_msg("%s", err.message);
            free(path);
        }
    import_lookup_free(lookup);
    return reading;
}

static void reading_release(struct reading *reading)
{
    json_decref(reading->records);
    buf_release(&reading->said);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static const json_t *record_of(const struct reading *reading, const char *id)
{
    const json_t *record;
    size_t i;
    json_array_foreach(reading->records, i, record)
        if (strcmp(json_string_value(json_object_get(record, "id")), id) == 0)
            return record;
    fail_msg("no record %s", id);
    return NULL;
}

/* The value at "place.0.lat"; NULL when there is none. */
static const json_t *value_at(const json_t *json, const char *path)
{
    while (json && *path) {
        size_t len = strcspn(path, ".");
        char key[80];
        snprintf(key, sizeof key, "%.*s", (int)len, path);
        json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10)) : json_object_get(json, key);
        path += len + (path[len] == '.');
    }
    return json;
}

/* The value, written as JSON, is this. */
static void expect(const struct reading *reading, const char *id, const char *path, const char *wanted)
{
    const json_t *value = value_at(record_of(reading, id), path);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    if (!text || strcmp(text, wanted) != 0)
        fail_msg("%s %s is %s, not %s", id, path, text ? text : "absent", wanted);
    free(text);
}

static void expect_count(const struct reading *reading, const char *id, const char *path, size_t wanted)
{
    size_t count = json_array_size(value_at(record_of(reading, id), path));
    if (count != wanted)
        fail_msg("%s %s has %zu items, not %zu", id, path, count, wanted);
}

static void expect_said(const struct reading *reading, const char *words)
{
    if (!strstr(buf_str(&reading->said), words))
        fail_msg("nothing says \"%s\"", words);
}

static void skip_without_samples(void)
{
    if (access(SAMPLES, R_OK) == 0)
        return;
    print_message("skipped: %s is not there\n", SAMPLES);
    skip();
}

/* ---- real answers ----------------------------------------------------------------------------------------------- */

#define SCHOOL "ptv:6c00d407-d3fd-4c7e-a373-57be9f3b2cff"
#define ONLINE "ptv:3668d250-cd80-45c4-abcc-9b2d3a2b3e42"
#define CAMPUS "ptv:961f1a02-0eb7-4b5d-9721-6b9f2d14ec6f"

static void real_services(void **state)
{
    (void)state;
    skip_without_samples();
    static const char *const names[] = {"general_descriptions_458.json", "openapi_v11_services_aurora.json",
                                        "openapi_v11_channel_aurora.json", NULL};
    struct reading reading = read_files(SAMPLES, names);
    assert_int_equal(reading.records_count, 3);
    assert_int_equal(reading.rejected + reading.skipped, 0);

    expect(&reading, SCHOOL, "kind", "\"activity\"");
    expect(&reading, SCHOOL, "texts.fi.title", "\"Yksilöllistetty oppimäärä\"");
    expect(&reading, SCHOOL, "organisation", "[{\"id\":\"ptv:a6e72986-0d23-4d4b-8619-b49fa0c5baa3\","
                                             "\"name\":\"Liperin kunta\"}]");
    expect(&reading, SCHOOL, "audience", "[\"lapset\",\"lapsiperheet\"]"); /* KR1.2, not KR1 */
    expect(&reading, SCHOOL, "area", "{\"scope\":\"municipality\",\"codes\":[\"426\",\"848\"]}");
    expect_said(&reading, "\"123\" is not the code of a municipality; it is taken by its name, Tohmajärvi");
    expect(&reading, SCHOOL, "modified", "\"2019-11-18\"");
    assert_null(value_at(record_of(&reading, SCHOOL), "price")); /* null is not free */
    assert_null(value_at(record_of(&reading, SCHOOL), "schedule"));
    const char *body = json_string_value(value_at(record_of(&reading, SCHOOL), "texts.fi.body"));
    assert_non_null(strstr(body, "Tavoitteiden tulee olla oppilaalle sopivia")); /* of the general description */
    assert_non_null(strstr(body, "Liperin koulut noudattavat"));
    assert_non_null(strstr(body, "\n\nEhdot ja kriteerit\n"));
    expect_count(&reading, SCHOOL, "related", 5);

    expect(&reading, ONLINE, "texts.fi.title", "\"Nettilukio aikuisille\"");
    expect(&reading, ONLINE, "texts.fi.summary", "\"Aikuislukio verkko-opintoina.\"");
    expect(&reading, ONLINE, "keyword.0", "{\"text\":\"Etälukio\"}"); /* its other name */
    expect(&reading, ONLINE, "area", "{\"scope\":\"nationwide\"}");
    expect(&reading, ONLINE, "price", "{\"free\":true}");
    expect(&reading, ONLINE, "audience", "[\"kaikille-avoin\"]");
    expect_count(&reading, ONLINE, "organisation", 2);
    expect(&reading, ONLINE, "organisation.1.role", "\"partner\"");
    expect(&reading, ONLINE, "place.0.lat", "61.645467"); /* of the one location that is at hand */
    expect_count(&reading, ONLINE, "schedule", 1);

    expect(&reading, CAMPUS, "kind", "\"place\"");
    expect(&reading, CAMPUS, "texts.fi.title", "\"Otavan Opisto / Otavia\"");
    expect(&reading, CAMPUS, "place.0.address", "\"Otavantie 2 B\"");
    expect(&reading, CAMPUS, "place.0.lat", "61.645467");
    expect(&reading, CAMPUS, "place.0.lon", "27.07321");
    expect(&reading, CAMPUS, "place.0.accessibility", "[\"accessible-toilet\",\"accessible-parking\"]");
    expect(&reading, CAMPUS, "area", "{\"scope\":\"municipality\",\"codes\":[\"491\"]}");
    expect(&reading, CAMPUS, "schedule",
           "[{\"weekday\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],\"from\":\"08:00\",\"to\":\"16:00\"}]");
    expect(&reading, CAMPUS, "contact.0", "{\"title\":\"Opintoasiainvastaava\",\"phone\":\"044 794 3552\"}");
    expect_count(&reading, CAMPUS, "contact", 9);
    expect_count(&reading, CAMPUS, "links", 4);
    expect_count(&reading, CAMPUS, "related", 8);
    expect(&reading, CAMPUS, "languages", "[\"fi\",\"en\"]");
    reading_release(&reading);
}

/* Real general descriptions, each by a service that has nothing but the reference to it. */
static void real_general_descriptions(void **state)
{
    (void)state;
    skip_without_samples();
    static const char *const ids[] = {
        "019f9950-c61e-4205-a792-d58b206cc467", "19ad0f54-90e1-4bed-8dfd-b5872a6c7be0",
        "50a4d1fb-0344-49f3-ad59-d264591ff52b", "8df9ccec-9943-47c7-bba9-d2e71abee4c5",
        "e4315af5-abcb-45a0-ab00-688e7ecd5313"};
    char *folder = files_folder(), *path = files_path(folder, "services.json");
    char *general = realpath(SAMPLES "general_descriptions_458.json", NULL);
    char *beside = files_path(folder, "general.json");
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        buf_addf(&text, "%s{\"id\":\"%zu\",\"serviceNames\":[],\"generalDescriptionId\":\"%s\"}", i ? ",\n" : "[", i,
                 ids[i]);
    buf_adds(&text, "]\n");
    files_write(path, text.data, text.len);
    assert_int_equal(symlink(general, beside), 0);
    static const char *const names[] = {"services.json", "general.json", NULL};
    struct reading reading = read_files(folder, names);
    assert_int_equal(reading.records_count, 5);
    assert_int_equal(reading.rejected + reading.skipped, 0);

    expect(&reading, "ptv:0", "texts.fi.title", "\"Vapautus vesi- ja viemäriverkostoon liittymisestä\"");
    expect(&reading, "ptv:0", "audience", "[\"kaikille-avoin\"]");
    expect(&reading, "ptv:0", "keyword.1.text", "\"Vesihuolto\""); /* no theme of ours; KR2 is the first */
    assert_null(value_at(record_of(&reading, "ptv:0"), "theme"));
    assert_null(value_at(record_of(&reading, "ptv:0"), "texts.en.body")); /* "" there */
    expect(&reading, "ptv:1", "texts.en.title", "\"Health checks for older persons\"");
    expect(&reading, "ptv:1", "audience", "[\"ikaihmiset\"]"); /* KR1.1 beside KR1 */
    expect(&reading, "ptv:1", "theme", "[\"terveys\"]");          /* P5.8 as P5 */
    expect(&reading, "ptv:2", "texts.sv.title", "\"Specialundervisning på deltid\"");
    expect(&reading, "ptv:2", "audience", "[\"lapset\",\"lapsiperheet\"]");
    expect(&reading, "ptv:3", "texts.fi.title", "\"Pelastustoiminta\"");
    const char *body = json_string_value(value_at(record_of(&reading, "ptv:3"), "texts.sv.body"));
    assert_non_null(strstr(body, "\n\nGör så här\nI en nödsituation ring nödnumret 112."));
    expect(&reading, "ptv:4", "texts.fi.summary",
           "\"Alle 7-vuotiaat lapset voivat saada päiväkotihoitoa kunnan järjestämänä.\"");
    expect(&reading, "ptv:4", "price.text.sv",
           "\"Storleken på avgiften påverkas av familjens storlek, inkomster och längden på vårddagarna.\"");
    assert_null(value_at(record_of(&reading, "ptv:4"), "price.free"));
    reading_release(&reading);
    buf_release(&text);
    files_remove(folder);
    free(general);
    free(beside);
    free(path);
    free(folder);
}

/* The recommender's list: 1,790 services with titles, summaries and areas. */
static void real_list(void **state)
{
    (void)state;
    skip_without_samples();
    static const char *const names[] = {"aurora_services_national_turku_oulu_mikkeli.json", NULL};
    struct reading reading = read_files(SAMPLES, names);
    const json_t *record;
    size_t i, nationwide = 0, local = 0, three = 0;
    json_array_foreach(reading.records, i, record) {
        const char *scope = json_string_value(value_at(record, "area.scope"));
        nationwide += strcmp(scope, "nationwide") == 0;
        local += json_array_size(value_at(record, "area.codes")) == 1;
        three += json_array_size(value_at(record, "area.codes")) == 3;
    }
    assert_int_equal(reading.records_count, 1790);
    assert_int_equal(reading.rejected, 0);
    assert_int_equal(nationwide, 1051);
    assert_int_equal(local, 315 + 284 + 134); /* Oulu, Mikkeli, Turku */
    assert_int_equal(three, 4);
    static const struct {
        const char *id, *title, *area;
    } five[] = {
        {"ptv:14a9261e-48fe-47ad-a823-af2ba0789f5e", "\"Äänestäminen vaaleissa\"", "{\"scope\":\"nationwide\"}"},
        {"ptv:0f6bcc4a-e65f-4b19-8bca-a3a3eff50685", "\"Aikuislukiokoulutus\"",
         "{\"scope\":\"municipality\",\"codes\":[\"564\"]}"},
        {"ptv:84daa838-7eb1-45cf-99b5-8c5492ab9f09", "\"Äidinmaidon luovuttaminen\"",
         "{\"scope\":\"municipality\",\"codes\":[\"491\"]}"},
        {"ptv:2cddb8c3-5902-4ca4-b683-ed2118cc7f45", "\"Adoptioneuvonta\"",
         "{\"scope\":\"municipality\",\"codes\":[\"853\"]}"},
        {"ptv:2f72ecfd-f39c-435b-84e4-bb288e71b2b8", "\"Yleisurheilu\"",
         "{\"scope\":\"municipality\",\"codes\":[\"491\",\"853\"]}"},
    };
    for (i = 0; i < sizeof five / sizeof five[0]; i++) {
        expect(&reading, five[i].id, "texts.fi.title", five[i].title);
        expect(&reading, five[i].id, "area", five[i].area);
    }
    reading_release(&reading);
}

/* The shapes have every field with "string" in it: recognised, and not published. */
static void shapes(void **state)
{
    (void)state;
    skip_without_samples();
    static const char *const names[] = {
        "shape_V11VmOpenApiService.json",           "shape_V11VmOpenApiElectronicChannel.json",
        "shape_V11VmOpenApiPhoneChannel.json",      "shape_V11VmOpenApiServiceLocationChannel.json",
        "shape_V11VmOpenApiWebPageChannel.json",    "shape_V11VmOpenApiServiceCollection.json",
        "general_descriptions_458.json",            NULL};
    struct reading reading = read_files(SAMPLES, names);
    assert_int_equal(reading.records_count + reading.rejected, 0);
    assert_int_equal(reading.skipped, 6);
    expect_said(&reading, "field publishingStatus: \"string\" is not Published");
    reading_release(&reading);
}

/* A page of ids and names has no records, and one of objects is what is in it. */
static void pages(void **state)
{
    (void)state;
    static const char list[] = "{\"pageNumber\":1,\"pageSize\":2,\"pageCount\":1,\"itemList\":["
                               "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"Yksi\"},"
                               "{\"id\":\"00000000-0000-4000-8000-000000000002\",\"name\":\"Kaksi\"}]}";
    static const char objects[] = "{\"pageNumber\":1,\"itemList\":[{\"id\":\"a\",\"serviceNames\":["
                                  "{\"language\":\"fi\",\"value\":\"Yksi\",\"type\":\"Name\"}]}]}";
    static const char *const names[] = {"list.json", "objects.json", NULL};
    char *folder = files_folder(), *first = files_path(folder, names[0]), *second = files_path(folder, names[1]);
    files_write(first, list, strlen(list));
    files_write(second, objects, strlen(objects));
    struct reading reading = read_files(folder, names);
    assert_int_equal(reading.records_count, 1);
    assert_int_equal(reading.rejected, 2);
    expect_said(&reading, "list.json:1: id ptv:00000000-0000-4000-8000-000000000002: is only an id and a name");
    expect(&reading, "ptv:a", "texts.fi.title", "\"Yksi\"");
    reading_release(&reading);
    files_remove(folder);
    free(first);
    free(second);
    free(folder);
}

/* ---- damaged objects -------------------------------------------------------------------------------------------- */

/* Puts `junk` into the place of the number-th value of the object, counted in depth; false when it has fewer. */
static bool damage(json_t *json, size_t *number, json_t *junk)
{
    const char *key;
    json_t *value;
    size_t i;
    void *next;
    if (json_is_object(json)) {
        json_object_foreach_safe(json, next, key, value) {
            if ((*number)-- == 0)
                return json_object_set(json, key, junk) == 0;
            if (damage(value, number, junk))
                return true;
        }
    } else if (json_is_array(json)) {
        json_array_foreach(json, i, value) {
            if ((*number)-- == 0)
                return json_array_set(json, i, junk) == 0;
            if (damage(value, number, junk))
                return true;
        }
    }
    return false;
}

/* Maps an object; what is not told as an error must be a good record. */
static void map_one(const json_t *object, const struct import_lookup *lookup)
{
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    struct record read;
    json_t *record = NULL;
    problems_init(&problems, &arena);
    import_notes_init(&notes, &arena, &problems);
    assert_int_equal(import_format_named("ptv")->map(object, lookup, &notes, &record, NULL), STATUS_OK);
    if (record && record_from_json(record, &arena, &read, &problems) != STATUS_OK)
        assert_true(problems.errors > 0);
    json_decref(record);
    arena_release(&arena);
}

/* Any value may be of any type, in the object and in what another refers to: no crash.  Each value gets two of the
 * kinds of junk, all of them with OPASTIN_LONG=1. */
static void a_wrong_type_at_any_place_ends_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"services.json", "channels.json", "organisations.json", "general.json", NULL};
    static const char *const junks[] = {"null", "\"\"", "\"x\"", "-1", "[]", "{}", "[[{}]]", "{\"fi\":[]}", "true"};
    const struct import_format *ptv = import_format_named("ptv");
    json_t *all = json_array();
    enum { JUNKS = sizeof junks / sizeof junks[0] };
    const size_t rounds = getenv("OPASTIN_LONG") ? JUNKS : 2;
    size_t damaged = 0, i;
    for (const char *const *name = names; *name; name++) {
        char *path = files_path(CASES, *name);
        json_t *file = json_load_file(path, 0, NULL);
        json_array_extend(all, file);
        json_decref(file);
        free(path);
    }
    const json_t *object;
    json_array_foreach(all, i, object)
        for (size_t k = 0; k < rounds; k++)
            for (size_t number = 0;; number++) {
                json_t *junk = json_loads(junks[(number + 4 * k) % JUNKS], JSON_DECODE_ANY, NULL);
                json_t *copy = json_deep_copy(object);
                size_t left = number;
                bool more = damage(copy, &left, junk);
                struct import_lookup *lookup;
                assert_int_equal(import_lookup_new(&lookup, NULL), STATUS_OK);
                if (ptv->recognise(copy)) {
                    assert_int_equal(ptv->collect(copy, lookup, NULL), STATUS_OK);
                    map_one(copy, lookup);
                    if (!json_object_get(copy, "serviceNames"))
                        map_one(json_array_get(all, 0), lookup);
                }
                damaged += more;
                json_decref(junk);
                json_decref(copy);
                import_lookup_free(lookup);
                if (!more)
                    break;
            }
    json_decref(all);
    print_message("%zu damaged objects\n", damaged);
}

/* ---- Draft.js ---------------------------------------------------------------------------------------------------- */

static void draft(void **state)
{
    (void)state;
    static const struct {
        const char *json, *wanted; /* as JSON */
    } cases[] = {
        {"\"tavallinen\"", "\"tavallinen\""},
        {"\"{aaltosulut} \\\"blocks\\\"\"", "\"{aaltosulut} \\\"blocks\\\"\""},
        {"\"{\\\"blocks\\\":[{\\\"text\\\":\\\"a\\\"},{\\\"text\\\":\\\"\\\"},{\\\"text\\\":\\\"b\\\"}]}\"",
         "\"a\\n\\nb\""},
        {"{\"blocks\":[{\"text\":\"a\",\"type\":\"ordered-list-item\"},{\"text\":\"b\",\"type\":\"ordered-list-item\"},"
         "{\"text\":\"c\",\"type\":\"unordered-list-item\"},{\"text\":\"d\",\"type\":\"header-one\"}]}",
         "\"a\\nb\\n\\nc\\n\\nd\""},
        {"{\"blocks\":[]}", "\"\""},
        {"{\"blocks\":[1,null,{\"text\":2}]}", "\"\""},
        {"{\"fi\":\"a\"}", "{\"fi\":\"a\"}"},
        {"null", "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = json_loads(cases[i].json, JSON_DECODE_ANY, NULL), *plain = draft_plain(value);
        char *text = json_dumps(plain, JSON_ENCODE_ANY | JSON_COMPACT);
        assert_string_equal(text, cases[i].wanted);
        free(text);
        json_decref(plain);
        json_decref(value);
    }
    assert_null(draft_plain(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_services),
        cmocka_unit_test(real_general_descriptions),
        cmocka_unit_test(real_list),
        cmocka_unit_test(shapes),
        cmocka_unit_test(pages),
        cmocka_unit_test(a_wrong_type_at_any_place_ends_nothing),
        cmocka_unit_test(draft),
    };
    return cmocka_run_group_tests(tests, vocab_setup, vocab_teardown);
}
