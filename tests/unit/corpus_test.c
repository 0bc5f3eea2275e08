/* The corpus is in the shape of real life: enough of everything, every field and code used, links that lead somewhere,
 * and nobody's real contact data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facet.h"
#include "field.h"
#include "indexer/source.h"
#include "record.h"
#include "vocab/vocab.h"

enum { RECORDS_MOST = 2000, FIELDS_MOST = 400 };

static struct record records[RECORDS_MOST];
static size_t record_count, rejected, jsonl_count, csv_files;
static struct arena memory = ARENA_INIT;

static void read_file(const char *path)
{
    struct source *source;
    struct source_item item;
    struct problems problems;
    struct err err = {0};
    if (source_open(&source, path, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    do {
        struct record record;
        problems_init(&problems, &memory);
        assert_int_equal(source_next(source, &memory, &record, &problems, &item, &err), STATUS_OK);
        rejected += item.kind == SOURCE_REJECTED;
        if (item.kind == SOURCE_RECORD) {
            assert_true(record_count < RECORDS_MOST);
            records[record_count++] = record;
        }
    } while (item.kind != SOURCE_END);
    jsonl_count += source_info(source).format == SOURCE_JSONL ? source_info(source).records : 0;
    csv_files += source_info(source).format == SOURCE_CSV;
    source_free(source);
}

static int read_corpus(void **state)
{
    (void)state;
    struct err err = {0};
    glob_t found;
    assert_int_equal(vocab_load(&err), STATUS_OK);
    if (glob("corpus/*.jsonl", 0, NULL, &found) != 0 || glob("corpus/*.csv", GLOB_APPEND, NULL, &found) != 0)
        return -1;
    for (size_t i = 0; i < found.gl_pathc; i++)
        read_file(found.gl_pathv[i]);
    globfree(&found);
    return 0;
}

static int free_corpus(void **state)
{
    (void)state;
    arena_release(&memory);
    vocab_unload();
    return 0;
}

static void there_are_600_good_records_and_no_bad_one(void **state)
{
    (void)state;
    assert_int_equal(rejected, 0);
    assert_true(record_count >= 600);
    assert_true(jsonl_count * 2 >= record_count);
    assert_true(csv_files >= 2);
}

static void every_kind_has_records(void **state)
{
    (void)state;
    size_t kinds[RECORD_KINDS] = {0};
    for (size_t i = 0; i < record_count; i++)
        kinds[records[i].kind]++;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        if (kinds[kind] < 10)
            fail_msg("%s: %zu records", record_kind_name((unsigned)kind), kinds[kind]);
}

static void sixty_are_in_swedish_and_sixty_in_english_and_some_in_one_language_only(void **state)
{
    (void)state;
    size_t sv = 0, en = 0, not_fi = 0;
    for (size_t i = 0; i < record_count; i++) {
        sv += records[i].title.in[RECORD_SV] != NULL;
        en += records[i].title.in[RECORD_EN] != NULL;
        not_fi += records[i].title.in[RECORD_FI] == NULL;
    }
    assert_true(sv >= 60);
    assert_true(en >= 60);
    assert_true(not_fi >= 10);
}

static void at_least_25_municipalities_of_10_regions_are_served(void **state)
{
    (void)state;
    bool seen[2000] = {false};
    size_t municipalities = 0, regions = 0, nationwide = 0;
    for (size_t i = 0; i < record_count; i++) {
        nationwide += records[i].area.scope == SCOPE_NATIONWIDE;
        if (records[i].area.scope != SCOPE_MUNICIPALITY)
            continue;
        for (size_t c = 0; c < records[i].area.code_count; c++) {
            seen[records[i].area.codes[c]] = true;
            seen[area_at(records[i].area.codes[c])->region] = true;
        }
    }
    for (size_t a = 0; a < vocab_size(VOCAB_AREA); a++) {
        municipalities += seen[a] && area_at(a)->type == AREA_MUNICIPALITY;
        regions += seen[a] && area_at(a)->type == AREA_REGION;
    }
    assert_true(municipalities >= 25);
    assert_true(regions >= 10);
    assert_true(nationwide >= 10);
}

static bool has_code(const uint16_t *codes, size_t count, size_t wanted)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == wanted)
            return true;
    return false;
}

static bool has_narrower(enum vocab_name vocab, size_t code)
{
    for (size_t i = 0; i < vocab_size(vocab); i++)
        if (vocab_entry(vocab, i)->broader == (int)code)
            return true;
    return false;
}

static void every_audience_and_every_theme_below_the_top_is_used(void **state)
{
    (void)state;
    for (int v = VOCAB_AUDIENCE; v <= VOCAB_THEME; v++) {
        for (size_t code = 0; code < vocab_size((enum vocab_name)v); code++) {
            bool used = has_narrower((enum vocab_name)v, code);
            for (size_t i = 0; i < record_count && !used; i++)
                used = v == VOCAB_AUDIENCE ? has_code(records[i].audience, records[i].audience_count, code)
                                           : has_code(records[i].theme, records[i].theme_count, code);
            if (!used)
                fail_msg("%s %s is used by no record", vocab_id((enum vocab_name)v),
                         vocab_entry((enum vocab_name)v, code)->code);
        }
    }
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

static const char *used[FIELDS_MOST];
static size_t used_count;

static void mark(const char *path)
{
    for (size_t i = 0; i < used_count; i++)
        if (strcmp(used[i], path) == 0)
            return;
    assert_true(used_count < FIELDS_MOST);
    used[used_count++] = path;
}

static void mark_fields(const struct field_table *table, const void *object)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (!field_known(field, object))
            continue;
        mark(field->path);
        if (field->type == FIELD_OBJECT)
            mark_fields(field->sub, field_member(field, object));
        if (field->type == FIELD_BY_LANGUAGE)
            mark_fields(field->sub, object);
        if (field->type == FIELD_OBJECTS)
            for (size_t item = 0; item < field_count(field, object); item++)
                mark_fields(field->sub, *(const char *const *)field_member(field, object) + item * field->sub->size);
    }
}

static bool check_used(void *context, const struct field *field)
{
    for (size_t i = 0; i < used_count; i++)
        if (strcmp(used[i], field->path) == 0)
            return true;
    *(const char **)context = field->path;
    return false;
}

static void every_field_is_used(void **state)
{
    (void)state;
    const char *unused = NULL;
    for (size_t i = 0; i < record_count; i++)
        mark_fields(field_table(), &records[i]);
    if (!field_walk(check_used, &unused))
        fail_msg("field %s is used by no record", unused);
}

/* ---- links and contacts ------------------------------------------------------------------------------------------ */

static const struct record *find(const char *id)
{
    for (size_t i = 0; i < record_count; i++)
        if (strcmp(records[i].id, id) == 0)
            return &records[i];
    return NULL;
}

static void links_between_records_lead_somewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        for (size_t k = 0; k < r->related_count; k++)
            if (!find(r->related[k]))
                fail_msg("%s: related %s does not exist", r->id, r->related[k]);
        for (size_t k = 0; k < r->organisation_count; k++) {
            const char *id = r->organisation[k].id;
            if (id && (!find(id) || find(id)->kind != RECORD_ORGANISATION))
                fail_msg("%s: organisation %s does not exist", r->id, id);
        }
        if (r->project && (!find(r->project) || find(r->project)->kind != RECORD_PROJECT))
            fail_msg("%s: project %s does not exist", r->id, r->project);
    }
}

static bool made_up_email(const char *email)
{
    const char *at = strchr(email, '@');
    return at && (strstr(at, "example.org") || strstr(at, "example.com"));
}

static bool made_up_phone(const char *phone)
{
    char digits[40];
    size_t count = 0;
    for (; *phone && count < sizeof digits - 1; phone++)
        if (*phone >= '0' && *phone <= '9')
            digits[count++] = *phone;
    digits[count] = '\0';
    return strstr(digits, "40000") || strstr(digits, "50000");
}

static void contacts_are_nobodys(void **state)
{
    (void)state;
    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        for (size_t k = 0; k < r->contact_count; k++) {
            if (r->contact[k].email && !made_up_email(r->contact[k].email))
                fail_msg("%s: e-mail %s", r->id, r->contact[k].email);
            if (r->contact[k].phone && !made_up_phone(r->contact[k].phone))
                fail_msg("%s: phone %s", r->id, r->contact[k].phone);
        }
        for (size_t k = 0; k < r->links_count; k++)
            if (!strstr(r->links[k].url, "example."))
                fail_msg("%s: link %s", r->id, r->links[k].url);
    }
}

static void schedules_have_exceptions_seasons_and_every_form(void **state)
{
    (void)state;
    size_t excepts = 0, july = 0, every = 0, nth = 0, past = 0, cancelled = 0;
    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        cancelled += r->status == RECORD_CANCELLED || r->status == RECORD_POSTPONED;
        past += r->kind == RECORD_PROJECT && r->end.day != DAY_UNKNOWN && r->end.day < 20000;
        for (size_t k = 0; k < r->schedule_count; k++) {
            excepts += r->schedule[k].except_count > 0;
            every += r->schedule[k].every_weeks > 1;
            nth += r->schedule[k].nth != 0;
            for (size_t e = 0; e < r->schedule[k].except_count; e++)
                july += r->schedule[k].except[e].to_day - r->schedule[k].except[e].from_day >= 27;
        }
    }
    assert_true(excepts >= 30);
    assert_true(july >= 10);
    assert_true(every >= 10);
    assert_true(nth >= 10);
    assert_true(past >= 3);
    assert_true(cancelled >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_600_good_records_and_no_bad_one),
        cmocka_unit_test(every_kind_has_records),
        cmocka_unit_test(sixty_are_in_swedish_and_sixty_in_english_and_some_in_one_language_only),
        cmocka_unit_test(at_least_25_municipalities_of_10_regions_are_served),
        cmocka_unit_test(every_audience_and_every_theme_below_the_top_is_used),
        cmocka_unit_test(every_field_is_used),
        cmocka_unit_test(links_between_records_lead_somewhere),
        cmocka_unit_test(contacts_are_nobodys),
        cmocka_unit_test(schedules_have_exceptions_seasons_and_every_form),
    };
    return cmocka_run_group_tests(tests, read_corpus, free_corpus);
}
