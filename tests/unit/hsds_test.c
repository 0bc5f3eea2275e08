/* HSDS beyond its golden cases (tests/cases/import/hsds…): published samples by hand, packages of tables, formats by
 * name, gzip, recurrence rules against a plain reading of them, and whatever a source may give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "calendar.h"
#include "indexer/build.h"
#include "indexer/references.h"
#include "indexer/source.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/import.h"
#include "record.h"
#include "tests/unit/files.h"
#include "tests/unit/spoilt.h"
#include "vocab/vocab.h"

static struct err err;

/* ---- what a file gives ------------------------------------------------------------------------------------------ */

enum { TAKEN_MOST = 40 };

struct taken {
    struct arena arena;
    struct record records[TAKEN_MOST];
    size_t count, rejected, skipped, warnings, notices;
    struct buf said; /* every problem in words */
    struct source_info info;
};

static void take(const char *path, const struct source_options *options, struct taken *taken)
{
    struct source *source;
    struct problems problems;
    struct source_item item;
    struct source_options whole = options ? *options : (struct source_options){0};
    struct import_lookup *lookup = NULL;
    *taken = (struct taken){.arena = ARENA_INIT, .said = BUF_INIT};
    assert_int_equal(references_read(&lookup, path, options, &err), STATUS_OK);
    whole.lookup = lookup;
    if (source_open(&source, path, &whole, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    do {
        struct record record;
        problems_init(&problems, &taken->arena);
        if (source_next(source, &taken->arena, &record, &problems, &item, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        if (item.kind == SOURCE_RECORD)
            taken->records[taken->count++] = record;
        assert_true(taken->count < TAKEN_MOST);
        taken->rejected += item.kind == SOURCE_REJECTED;
        taken->skipped += item.kind == SOURCE_SKIPPED;
        taken->notices += item.kind == SOURCE_NOTICE;
        taken->warnings += problems.warnings;
        for (size_t i = 0; i < problems.count; i++) {
            problem_format(&problems.list[i], &taken->said);
            buf_addc(&taken->said, '\n');
        }
    } while (item.kind != SOURCE_END);
    taken->info = source_info(source);
    source_free(source);
    import_lookup_free(lookup);
}

static void taken_release(struct taken *taken)
{
    buf_release(&taken->said);
    arena_release(&taken->arena);
}

static const struct record *by_id(const struct taken *taken, const char *id)
{
    for (size_t i = 0; i < taken->count; i++)
        if (strcmp(taken->records[i].id, id) == 0)
            return &taken->records[i];
    fail_msg("no record %s among %zu", id, taken->count);
    return NULL;
}

static void assert_line(const struct record *record, const char *piece)
{
    struct buf line = BUF_INIT;
    record_to_json(record, RECORD_WHOLE, &line);
    if (!strstr(buf_str(&line), piece))
        fail_msg("%s is not in %s", piece, buf_str(&line));
    buf_release(&line);
}

/* All records as lines. */
static char *lines_of(const struct taken *taken)
{
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < taken->count; i++) {
        record_to_json(&taken->records[i], RECORD_WHOLE, &out);
        buf_addc(&out, '\n');
    }
    char *lines = strdup(buf_str(&out));
    buf_release(&out);
    return lines;
}

/* ---- published samples ------------------------------------------------------------------------------------------- */

static const char *sample(const char *name)
{
    static char path[400];
    const char *folder = getenv("OPASTIN_SAMPLES");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared/data/samples", name);
    if (access(path, R_OK) != 0) {
        printf("skipped: no sample %s\n", path);
        skip();
    }
    return path;
}

#define COUNSELLING "hsds:ac148810-d857-441c-9679-408f346de14b"
#define EXAMPLE_ORG "hsds:d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
#define CIVIC_CENTER "hsds:3a19ff88-4620-4d17-9830-ac1d859eb5d5"
#define SUPPORT "hsds:e7ec2e57-4540-43fa-b2c7-6be5a0ef7f42"

/* The same four objects, whichever holds the others. */
static void check_counselling(const struct taken *t)
{
    const struct record *r = by_id(t, COUNSELLING);
    assert_int_equal(r->kind, RECORD_ACTIVITY);
    assert_string_equal(r->title.in[RECORD_EN], "Community Counselling");
    assert_int_equal(r->age_min, 12);
    assert_int_equal(r->age_max, 100);
    assert_int_equal(r->place_count, 1);
    assert_string_equal(r->place[0].name.in[RECORD_EN], "MyCity Civic Center");
    assert_string_equal(r->place[0].address.in[RECORD_EN], "1-30 Main Street, MyVillage, MyCity, ABC 1234");
    assert_line(r, "\"accessibility\":[\"wheelchair\",\"induction-loop\"]");
    assert_line(r, "\"schedule\":[{\"weekday\":[\"thu\",\"fri\"],\"from\":\"10:00\",\"to\":\"18:00\",\"valid_from\":"
                   "\"2005-01-01\",\"valid_to\":\"2005-01-01\"");
    assert_line(r, "\"price\":{\"free\":false,\"text\":{\"en\":\"Under 18s and Over 60s: 35 GBP per 1 hour session "
                   "(1.1.2020–31.12.2022). Non-NHS patients");
    assert_line(r, "\"organisation\":[{\"id\":\"" EXAMPLE_ORG "\",\"name\":{\"en\":\"Example Organization Inc.\"}}]");
    assert_line(r, "\"languages\":[\"ur\"]");
    assert_line(r, "\"phone\":\"+44 1234 234567, alanumero 100\"");
    assert_line(r, "\"related\":[\"" SUPPORT "\"]");
    assert_line(r, "\"modified\":\"2023-03-15\",\"verified_at\":\"2005-01-01\"");
    r = by_id(t, EXAMPLE_ORG);
    assert_int_equal(r->kind, RECORD_ORGANISATION);
    assert_string_equal(r->title.in[RECORD_EN], "Example Organization Inc.");
    assert_line(r, "\"type\":\"company\"");
    r = by_id(t, CIVIC_CENTER);
    assert_int_equal(r->kind, RECORD_PLACE);
    assert_line(r, "Getting there\\nMyCity Civic Center is serviced by the number 1 Bus");
    r = by_id(t, SUPPORT);
    assert_int_equal(r->kind, RECORD_PROJECT);
    assert_string_equal(r->title.in[RECORD_EN], "Community Mental Health Support");
}

static void hsds_samples_are_read_as_by_hand(void **state)
{
    static const char *const full[] = {"hsds/service_full.json", "hsds/organization_full.json",
                                       "hsds/service_at_location_full.json"};
    static const struct {
        const char *name;
        size_t count;
    } others[] = {{"hsds/service_list.json", 3},  {"hsds/organization_list.json", 1},   {"hsds/location.json", 1},
                  {"hsds/taxonomy.json", 0},      {"hsds/taxonomy_list.json", 0},       {"hsds/taxonomy_term.json", 0},
                  {"hsds/base.json", 0},          {"hsds/taxonomy_term_list.json", 0},
                  {"hsds/service_at_location_list.json", 4}};
    struct taken t;
    (void)state;
    for (size_t i = 0; i < sizeof full / sizeof *full; i++) {
        take(sample(full[i]), NULL, &t);
        assert_int_equal(t.count, 4);
        assert_int_equal(t.rejected + t.skipped + t.notices, 0);
        check_counselling(&t);
        taken_release(&t);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        take(sample(others[i].name), NULL, &t);
        assert_int_equal(t.count, others[i].count);
        assert_int_equal(t.rejected + t.skipped + t.notices, 0);
        taken_release(&t);
    }
}

static void oruk_samples_are_read_as_by_hand(void **state)
{
    static const char *const files[] = {"oruk/service_full.json", "oruk/organization_full.json"};
    struct taken t;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        take(sample(files[i]), NULL, &t);
        assert_int_equal(t.count, 3);
        assert_int_equal(t.rejected + t.skipped + t.notices, 0);
        const struct record *r = by_id(&t, COUNSELLING);
        assert_string_equal(r->place[0].address.in[RECORD_EN], "1-30 Main Street, MyCity, ABC 1234");
        assert_line(r, "\"price\":{\"free\":false,\"text\":{\"en\":\"Under 18s and Over 60s: 35 per 1 hour session");
        assert_line(r, "\"contact\":[{\"name\":{\"en\":\"Ann Persona\"},\"title\":{\"en\":\"Reception Manager\"}}");
        assert_int_equal(r->schedule[0].weekdays, 0x18);
        assert_int_equal(by_id(&t, EXAMPLE_ORG)->kind, RECORD_ORGANISATION);
        assert_int_equal(by_id(&t, CIVIC_CENTER)->kind, RECORD_PLACE);
        taken_release(&t);
    }
}

static void the_outpost_sample_is_read_as_by_hand(void **state)
{
    struct taken t;
    (void)state;
    take(sample("outpost/outpost_import_services_sample.csv"), NULL, &t);
    assert_string_equal(t.info.import->name, "outpost");
    assert_int_equal(t.count, 1);
    assert_int_equal(t.skipped, 1); /* the first one is not visible */
    assert_int_equal(t.rejected + t.notices, 0);
    const struct record *r = by_id(&t, "outpost:8");
    assert_string_equal(r->title.in[RECORD_EN], "Second example service");
    assert_line(r, "\"organisation\":[{\"name\":{\"en\":\"Not TPX Impact\"}}]");
    assert_line(r, "\"price\":{\"free\":true}");
    assert_line(r, "\"referral\":{\"needed\":false}");
    assert_line(r, "\"address\":{\"en\":\"McVities Head Office, Biscuitville, EC1N 8BA\"}");
    assert_line(r, "[\"wheelchair\",\"induction-loop\",\"accessible-toilet\",\"accessible-parking\",\"lift\"]");
    assert_line(r, "\"audience\":[\"ikaihmiset\"]");
    taken_release(&t);
}

/* ---- packages ---------------------------------------------------------------------------------------------------- */

#define TABLES "tests/cases/import/hsds-tables"

static char *copy_tables(bool packed, bool with_json)
{
    char *folder = files_folder(), pattern[] = TABLES "/*.*";
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        size_t len;
        bool json = strcmp(name, "datapackage.json") == 0;
        char *text = files_read(found.gl_pathv[i], &len), to[400];
        snprintf(to, sizeof to, "%s/%s%s", folder, name, packed && !json ? ".gz" : "");
        gzFile gz = json && !with_json ? NULL : gzopen(to, packed && !json ? "wb" : "wbT");
        assert_true(!gz || gzwrite(gz, text, (unsigned)len) == (int)len);
        if (gz)
            gzclose(gz);
        free(text);
    }
    globfree(&found);
    return folder;
}

/* A folder, with and without its datapackage.json, packed or not, gives the same. */
static void a_package_is_a_folder_or_its_json_or_a_table(void **state)
{
    struct taken t;
    char path[400];
    (void)state;
    take(TABLES "/datapackage.json", NULL, &t);
    char *wanted = lines_of(&t);
    assert_int_equal(t.count, 5);
    assert_int_equal(t.skipped, 2);
    assert_int_equal(t.rejected, 1);
    assert_true(t.info.bytes_total > 1000 && t.info.bytes_read > 0);
    taken_release(&t);
    for (int way = 0; way < 4; way++) {
        char *folder = copy_tables(way & 1, way & 2);
        take(folder, NULL, &t);
        char *got = lines_of(&t);
        assert_string_equal(got, wanted);
        assert_int_equal(t.notices, way & 2 ? 2 : 1);
        taken_release(&t);
        free(got);
        snprintf(path, sizeof path, "%s/services.csv%s", folder, way & 1 ? ".gz" : "");
        take(path, NULL, &t); /* one table, the others beside it */
        assert_int_equal(t.count, 2);
        assert_line(by_id(&t, "hsds:service:1"), "\"name\":\"Kyläyhdistys ry\"");
        assert_non_null(strstr(buf_str(&t.said), path));
        taken_release(&t);
        snprintf(path, sizeof path, "%s/phones.csv%s", folder, way & 1 ? ".gz" : "");
        take(path, NULL, &t); /* one that is only there for others */
        assert_int_equal(t.count + t.rejected + t.notices, 0);
        taken_release(&t);
        files_remove(folder);
        free(folder);
    }
    free(wanted);
}

static enum status count_file(void *context, const char *path, struct err *error)
{
    size_t *count = context;
    (void)error;
    *count += strncmp(path, TABLES "/", strlen(TABLES) + 1) == 0;
    return STATUS_OK;
}

static void all_files_of_a_package_are_told(void **state)
{
    size_t count = 0;
    (void)state;
    assert_int_equal(source_each_file(TABLES, NULL, count_file, &count, &err), STATUS_OK);
    assert_int_equal(count, 20);
    count = 0;
    assert_int_equal(source_each_file("tests/cases/import/hsds/services.json", NULL, count_file, &count, &err),
                     STATUS_OK);
    assert_int_equal(count, 0);
}

static void write_at(const char *folder, const char *name, const char *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    files_write(path, text, strlen(text));
}

/* What cannot be a package says so; our own CSV may be called as a table is. */
static void what_is_no_package_is_told(void **state)
{
    char *folder = files_folder(), path[400];
    struct source *source;
    struct taken t;
    (void)state;
    assert_int_equal(source_open(&source, folder, NULL, &err), STATUS_IO);
    err_reset(&err);
    write_at(folder, "services.csv", "tunnus;tyyppi;nimi\na-1;toiminta;Kerho\n");
    snprintf(path, sizeof path, "%s/services.csv", folder);
    take(path, NULL, &t);
    assert_int_equal(t.info.format, SOURCE_CSV);
    assert_int_equal(t.count, 1);
    taken_release(&t);
    write_at(folder, "datapackage.json", "{\"resources\": [");
    assert_int_equal(source_open(&source, folder, NULL, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "datapackage.json:1: is not JSON"));
    err_reset(&err);
    write_at(folder, "datapackage.json", "{\"resources\": [{\"name\": \"services\", \"path\": \"gone.csv\"}]}");
    assert_int_equal(source_open(&source, folder, NULL, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "has no table of HSDS that gives records"));
    err_reset(&err);
    files_remove(folder);
    free(folder);
}

/* Side tables in other encodings, with other delimiters, empty or of no use cost the records nothing. */
static void tables_are_read_whatever_their_form(void **state)
{
    char *folder = files_folder();
    struct taken t;
    (void)state;
    write_at(folder, "services.csv",
             "\xEF\xBB\xBF\"id\";\"organization_id\";\"name\";\"status\"\r\n1;1;\"Kerho\";active\r\n");
    write_at(folder, "organizations.csv", "id\tname\n1\tKyl\xE4 ry\n");
    write_at(folder, "phones.csv", "");
    write_at(folder, "schedules.csv", "id,service_id,freq,byday,opens_at\n1,1,WEEKLY,MO,klo 10\n2,1\n");
    write_at(folder, "contacts.csv", "\xFF\xFEi\0d\0");
    take(folder, NULL, &t);
    assert_int_equal(t.count, 2);
    assert_int_equal(t.rejected, 0);
    const struct record *r = by_id(&t, "hsds:service:1");
    assert_line(r, "\"organisation\":[{\"id\":\"hsds:organization:1\",\"name\":\"Kylä ry\"}]");
    assert_line(r, "\"schedule\":[{\"weekday\":[\"mon\"],\"from\":\"10:00\"}]");
    assert_non_null(strstr(buf_str(&t.said), "schedules.csv:3: warning: the row has 2 cells"));
    taken_release(&t);
    files_remove(folder);
    free(folder);
}

/* Of a file that breaks off, what came before is taken and the break is told. */
static void a_truncated_file_keeps_what_came_before(void **state)
{
    size_t len;
    char *text = files_read("tests/cases/import/hsds/services.json", &len), *folder = files_folder();
    char *path = files_path(folder, "services.json"), *cut = strstr(text, "\"Village Hall\"");
    struct taken t, whole;
    (void)state;
    take("tests/cases/import/hsds/services.json", NULL, &whole);
    files_write(path, text, (size_t)(cut - text));
    take(path, NULL, &t);
    assert_true(t.count > 0 && t.count < whole.count);
    assert_int_equal(t.rejected, whole.rejected + 1);
    assert_non_null(strstr(buf_str(&t.said), "services.json:116: "));
    taken_release(&t);
    taken_release(&whole);
    free(text);
    free(path);
    files_remove(folder);
    free(folder);
}

/* ---- formats by name, gzip --------------------------------------------------------------------------------------- */

static void formats_have_names(void **state)
{
    static const char *const names[] = {"jsonl", "csv", "linkedevents", "lahella", "ptv", "hsds", "outpost"};
    struct source_options options;
    struct buf known = BUF_INIT;
    (void)state;
    source_format_names(&known);
    assert_string_equal(buf_str(&known), "jsonl, csv, linkedevents, lahella, ptv, hsds, outpost");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        options = (struct source_options){0};
        assert_true(source_format_named(names[i], &options));
        assert_true(options.format == SOURCE_IMPORT ? options.import && strcmp(options.import->name, names[i]) == 0
                                                    : strcmp(source_format_name(options.format), names[i]) == 0);
    }
    assert_false(source_format_named("import", &options));
    assert_false(source_format_named("auto", &options));
    assert_false(source_format_named("", &options));
    buf_release(&known);
}

/* Packed, and called by nothing that tells: the same records come out, found out or named. */
static void every_format_may_be_packed(void **state)
{
    static const char *const files[][2] = {
        {"tests/cases/import/hsds/locations.json", "hsds"},
        {"tests/cases/import/lahella/activities.json", "lahella"},
        {"tests/cases/import/linkedevents/places.json", "linkedevents"},
        {"tests/cases/import/ptv/organisations.json", "ptv"},
        {"tests/cases/import/outpost/palvelut.csv", "outpost"},
        {"tests/cases/validate-good/input.jsonl", "jsonl"},
        {"tests/cases/validate-csv-rows/input.csv", "csv"},
    };
    struct taken t;
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len;
        char *text = files_read(files[i][0], &len), *folder = files_folder(), *path = files_path(folder, "data");
        char *named = files_path(folder, strstr(files[i][0], ".csv") ? "a.csv.gz" : "a.json.gz");
        struct source_options options = {0};
        for (int n = 0; n < 2; n++) {
            gzFile gz = gzopen(n ? named : path, "wb9");
            assert_int_equal(gzwrite(gz, text, (unsigned)len), len);
            gzclose(gz);
        }
        take(files[i][0], NULL, &t);
        char *wanted = lines_of(&t);
        assert_true(t.count > 0 && !t.info.compressed);
        taken_release(&t);
        take(named, NULL, &t);
        char *got = lines_of(&t);
        assert_string_equal(got, wanted);
        free(got);
        taken_release(&t);
        assert_true(source_format_named(files[i][1], &options));
        take(path, &options, &t);
        got = lines_of(&t);
        assert_string_equal(got, wanted);
        free(got);
        taken_release(&t);
        free(wanted);
        free(text);
        free(path);
        free(named);
        files_remove(folder);
        free(folder);
    }
}

/* What is named is taken at its word. */
static void a_named_format_is_not_guessed(void **state)
{
    struct source_options options = {0};
    struct taken t;
    (void)state;
    assert_true(source_format_named("ptv", &options));
    take("tests/cases/import/hsds/locations.json", &options, &t);
    assert_int_equal(t.count, 0);
    assert_int_equal(t.rejected, 4);
    assert_non_null(strstr(buf_str(&t.said), "is no object of PTV, but one of HSDS; put it into a file of its own"));
    taken_release(&t);
    assert_true(source_format_named("jsonl", &options));
    take("tests/cases/import/hsds/organizations.ndjson", &options, &t);
    assert_int_equal(t.rejected, 2);
    taken_release(&t);
}

static void ignore_problem(void *context, const struct problem *problem, const char *line)
{
    (void)context;
    (void)problem;
    (void)line;
}

/* The way of check, build and run: the format of each file of its own, a package beside a file. */
static void a_run_takes_packages_and_named_formats(void **state)
{
    struct build_file files[] = {{TABLES, "tables", NULL},
                                 {"tests/cases/import/hsds/locations.json", "places", "hsds"},
                                 {"tests/cases/import/outpost/palvelut.csv", "outpost", "outpost"}};
    struct build_watch watch = {.problem = ignore_problem};
    struct build_report *report = calloc(1, sizeof *report);
    (void)state;
    assert_int_equal(build_check(files, 3, &watch, report, &err), STATUS_OK);
    assert_int_equal(report->files[0].accepted, 5);
    assert_int_equal(report->files[1].accepted, 3);
    assert_int_equal(report->files[2].accepted, 2);
    assert_int_equal(report->total.read, report->total.accepted + report->total.rejected);
    assert_int_equal(strlen(report->files[0].fingerprint), 32);
    char first[33];
    strcpy(first, report->files[0].fingerprint);
    char *folder = copy_tables(false, true);
    files[0].path = folder;
    assert_int_equal(build_check(files, 1, &watch, report, &err), STATUS_OK);
    assert_string_equal(report->files[0].fingerprint, first);
    write_at(folder, "phones.csv", "id,service_id,number\n1,1,040 000 1999\n"); /* any of its tables counts */
    assert_int_equal(build_check(files, 1, &watch, report, &err), STATUS_OK);
    assert_string_not_equal(report->files[0].fingerprint, first);
    files[0].format = "xml";
    assert_int_equal(build_check(files, 1, &watch, report, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "xml is no format that is known"));
    err_reset(&err);
    free(report);
    files_remove(folder);
    free(folder);
}

/* ---- recurrence rules -------------------------------------------------------------------------------------------- */

static const char *const day_codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

struct plain_rule {
    bool monthly;
    int interval, nth;  /* nth 0: each such day */
    unsigned weekday;
    int monthday;       /* 0: none */
    int32_t begins, until;
};

/* RFC 5545, read plainly. */
static bool plain_holds(const struct plain_rule *rule, int32_t day)
{
    struct date date = date_from_day(day), first = date_from_day(rule->begins);
    if (day < rule->begins || day > rule->until)
        return false;
    if (!rule->monthly)
        return weekday_of(day) == rule->weekday &&
               (week_index(day) - week_index(rule->begins)) % rule->interval == 0;
    if ((12 * (date.year - first.year) + date.month - first.month) % rule->interval != 0)
        return false;
    if (rule->monthday)
        return date.day == (rule->monthday > 0 ? rule->monthday
                                               : month_length(date.year, date.month) + 1 + rule->monthday);
    if (weekday_of(day) != rule->weekday)
        return false;
    int from_begin = (date.day + 6) / 7, from_end = (month_length(date.year, date.month) - date.day) / 7 + 1;
    return rule->nth == 0 || rule->nth == from_begin || rule->nth == -from_end;
}

static json_t *rule_service(const struct plain_rule *rule)
{
    char byday[12], begins[CALENDAR_DATE_BYTES], until[CALENDAR_DATE_BYTES];
    day_format(rule->begins, begins);
    day_format(rule->until, until);
    snprintf(byday, sizeof byday, rule->nth ? "%d%s" : "%.0d%s", rule->nth, day_codes[rule->weekday]);
    json_t *schedule = json_pack("{s:s, s:i, s:s, s:s, s:s}", "freq", rule->monthly ? "MONTHLY" : "WEEKLY", "interval",
                                 rule->interval, "dtstart", begins, "until", until, "opens_at", "10:00");
    if (rule->monthday)
        json_object_set_new(schedule, "bymonthday", json_integer(rule->monthday));
    else
        json_object_set_new(schedule, "byday", json_string(byday));
    return json_pack("{s:s, s:s, s:s, s:[o]}", "id", "1", "name", "Kerho", "status", "active", "schedules", schedule);
}

static void rules_hold_on_the_days_they_mean(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct arena arena = ARENA_INIT;
        struct problems problems;
        struct import_notes notes;
        struct record record;
        json_t *ours;
        struct plain_rule rule = {.monthly = below(2), .interval = 1 + (int)below(4), .weekday = (unsigned)below(7)};
        rule.nth = rule.monthly ? (int)below(11) - 5 : 0;
        rule.monthday = rule.monthly && below(3) == 0 ? (below(2) ? 1 + (int)below(31) : -1 - (int)below(5)) : 0;
        rule.begins = day_from_date(2026, 1, 1) + (int32_t)below(365);
        rule.until = rule.begins + (int32_t)below(500);
        json_t *service = rule_service(&rule);
        problems_init(&problems, &arena);
        import_notes_init(&notes, &arena, &problems);
        assert_int_equal(hsds_format.map(service, NULL, &notes, &ours, &err), STATUS_OK);
        if (record_from_json(ours, &arena, &record, &problems) != STATUS_OK)
            fail_msg("%s %s", problems.list[0].field, problems.list[0].what);
        for (int32_t day = rule.begins - 40; day < rule.until + 40; day++) {
            size_t on = 0;
            for (size_t i = 0; i < record.schedule_count; i++)
                on += record.schedule[i].weekdays && schedule_holds(&record.schedule[i], day);
            if (on != plain_holds(&rule, day))
                fail_msg("round %d: %s, day %d: %zu", round, json_dumps(service, JSON_COMPACT), day, on);
        }
        json_decref(ours);
        json_decref(service);
        arena_release(&arena);
    }
}

/* ---- whatever a source may give ---------------------------------------------------------------------------------- */

/* What is mapped is refused for its id, its kind or its title alone: everything else is left out with a warning. */
static void check_mapped(const json_t *object, const struct import_lookup *lookup)
{
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    struct record record;
    json_t *ours = NULL;
    problems_init(&problems, &arena);
    import_notes_init(&notes, &arena, &problems);
    assert_int_equal(hsds_format.map(object, lookup, &notes, &ours, &err), STATUS_OK);
    if (ours && record_from_json(ours, &arena, &record, &problems) != STATUS_OK)
        for (size_t i = 0; i < problems.count; i++)
            if (problems.list[i].severity == PROBLEM_ERROR && strcmp(problems.list[i].field, "id") != 0 &&
                strncmp(problems.list[i].field, "texts", 5) != 0)
                fail_msg("%s: %s (%s)", problems.list[i].field, problems.list[i].what, problems.list[i].value);
    json_decref(ours);
    arena_release(&arena);
}

static void check_spoilt(json_t *object)
{
    struct import_lookup *lookup;
    json_t *out = json_array(), *inner;
    size_t i;
    assert_int_equal(import_lookup_new(&lookup, &err), STATUS_OK);
    if (hsds_format.recognise(object)) {
        assert_int_equal(hsds_format.collect(object, lookup, &err), STATUS_OK);
        assert_int_equal(hsds_format.expand(object, lookup, out, &err), STATUS_OK);
        json_array_foreach(out, i, inner)
            check_mapped(inner, lookup);
        check_mapped(object, NULL);
    }
    json_decref(out);
    import_lookup_free(lookup);
}

static void spoilt_objects_never_break_the_mapping(void **state)
{
    static const char *const files[] = {"tests/cases/import/hsds/services.json",
                                        "tests/cases/import/hsds/locations.json",
                                        "tests/cases/import/hsds/service_at_locations.json"};
    const int rounds = getenv("OPASTIN_REQUESTS") ? 60 : 400;
    (void)state;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        for (int round = 0; round < rounds; round++) {
            json_t *file = json_load_file(files[f], 0, NULL), *object;
            json_t *list = json_is_object(file) ? json_object_get(file, "contents") : file;
            size_t i;
            assert_non_null(file);
            json_array_foreach(list, i, object) {
                spoil(object, round % 3 ? 60 : 10);
                check_spoilt(object);
            }
            json_decref(file);
        }
}

/* Lists without an end, texts without an end: limits hold, each told once. */
static void huge_objects_are_cut(void **state)
{
    json_t *service = json_pack("{s:s, s:s, s:s}", "id", "1", "name", "Kerho", "status", "active");
    json_t *phones = json_array(), *schedules = json_array(), *at = json_array(), *terms = json_array();
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    struct record record;
    char text[32], *long_text = malloc(60001);
    json_t *ours;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "040 00%05d", i);
        json_array_append_new(phones, json_pack("{s:s}", "number", text));
        json_array_append_new(schedules, json_pack("{s:s, s:s, s:s}", "byday", "MO", "opens_at", "10:00",
                                                   "description", text));
        json_array_append_new(at, json_pack("{s:s, s:{s:s, s:s, s:s}}", "id", text, "location", "id", text,
                                            "location_type", "physical", "name", text));
        json_array_append_new(terms, json_pack("{s:{s:s}}", "taxonomy_term", "name", text));
    }
    for (int i = 0; i < 60000; i++)
        long_text[i] = i % 7 ? 'a' : ' ';
    long_text[60000] = '\0';
    json_object_set_new(service, "phones", phones);
    json_object_set_new(service, "schedules", schedules);
    json_object_set_new(service, "service_at_locations", at);
    json_object_set_new(service, "attributes", terms);
    json_object_set_new(service, "description", json_string(long_text));
    json_object_set_new(service, "application_process", json_string(long_text));
    json_object_set_new(service, "alternate_name", json_string(long_text));
    problems_init(&problems, &arena);
    import_notes_init(&notes, &arena, &problems);
    assert_int_equal(hsds_format.map(service, NULL, &notes, &ours, &err), STATUS_OK);
    assert_int_equal(record_from_json(ours, &arena, &record, &problems), STATUS_OK);
    assert_int_equal(record.contact_count, 50);
    assert_int_equal(record.schedule_count, 200);
    assert_int_equal(record.place_count, 64);
    assert_int_equal(record.keyword_count, 100);
    assert_true(problems.count < 20);
    json_decref(ours);
    json_decref(service);
    free(long_text);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hsds_samples_are_read_as_by_hand),
        cmocka_unit_test(oruk_samples_are_read_as_by_hand),
        cmocka_unit_test(the_outpost_sample_is_read_as_by_hand),
        cmocka_unit_test(a_package_is_a_folder_or_its_json_or_a_table),
        cmocka_unit_test(all_files_of_a_package_are_told),
        cmocka_unit_test(what_is_no_package_is_told),
        cmocka_unit_test(tables_are_read_whatever_their_form),
        cmocka_unit_test(a_truncated_file_keeps_what_came_before),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(every_format_may_be_packed),
        cmocka_unit_test(a_named_format_is_not_guessed),
        cmocka_unit_test(a_run_takes_packages_and_named_formats),
        cmocka_unit_test(rules_hold_on_the_days_they_mean),
        cmocka_unit_test(spoilt_objects_never_break_the_mapping),
        cmocka_unit_test(huge_objects_are_cut),
    };
    return cmocka_run_group_tests(tests, vocab_setup, vocab_teardown);
}
