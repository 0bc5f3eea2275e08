/* What makes two records one thing, what keeps them apart, and which of them is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "indexer/duplicates.h"

/* A group at a place, as a source of this number has it. */
static struct record record;
static struct place place;
static struct organisation_ref organisation;
static struct schedule schedule;

static int setup(void **state)
{
    (void)state;
    place = (struct place){.municipality = 7};
    place.address.in[RECORD_FI] = "Keskuskatu 1 A";
    organisation = (struct organisation_ref){0};
    schedule = (struct schedule){.weekdays = 1u << 1};
    record = (struct record){.kind = RECORD_ACTIVITY, .place = &place, .place_count = 1,
                             .start = {DAY_UNKNOWN, MINUTE_UNKNOWN}};
    record.title.in[RECORD_FI] = "Lukupiiri";
    return 0;
}

static struct ledger_entry entry_of(uint16_t source)
{
    struct ledger_entry entry = {.source = source, .id = {source, 1}};
    duplicate_keys(&record, &entry);
    return entry;
}

static bool are_one(const struct ledger_entry *a, const struct ledger_entry *b, enum duplicate_rule expected)
{
    enum duplicate_rule rule, back;
    bool one = duplicate_of(a, b, &rule);
    assert_int_equal(duplicate_of(b, a, &back), one); /* whichever is asked first */
    if (one)
        assert_true(rule == expected && back == expected);
    return one;
}

static void the_same_name_and_place_are_one(void **state)
{
    (void)state;
    struct ledger_entry a = entry_of(0);
    record.title.in[RECORD_FI] = "LUKUPIIRI!";
    place.address.in[RECORD_FI] = "keskuskatu 1a";
    struct ledger_entry b = entry_of(1), same_source = entry_of(0);
    assert_true(are_one(&a, &b, DUPLICATE_PLACE));
    assert_false(are_one(&a, &same_source, DUPLICATE_PLACE));
    record.title.in[RECORD_FI] = "Lukupiiri 2";
    b = entry_of(1);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    setup(NULL);
    record.kind = RECORD_EVENT;
    b = entry_of(1);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    setup(NULL);
    place.municipality = 8; /* another town's Keskuskatu */
    b = entry_of(1);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    place.municipality = RECORD_CODE_UNKNOWN;
    b = entry_of(1);
    assert_false(are_one(&b, &a, DUPLICATE_PLACE));
    record.place_count = 0;
    a = entry_of(0), b = entry_of(1);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE)); /* nothing known is nothing in common */
}

static void a_business_id_stands_for_a_place(void **state)
{
    (void)state;
    record.business_id = "1234567-1";
    struct ledger_entry a = entry_of(0);
    record.place_count = 0;
    struct ledger_entry b = entry_of(1);
    assert_true(are_one(&a, &b, DUPLICATE_BUSINESS_ID));
    record.place_count = 1;
    record.business_id = "7654321-1";
    b = entry_of(1);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE)); /* though the place is the same */
    record.business_id = NULL;
    b = entry_of(1);
    assert_true(are_one(&a, &b, DUPLICATE_PLACE)); /* unknown contradicts nothing */
}

static void what_contradicts_keeps_them_apart(void **state)
{
    (void)state;
    struct ledger_entry plain = entry_of(0);
    record.start.day = 20800;
    struct ledger_entry a = entry_of(1), b;
    record.start.day = 20801;
    b = entry_of(2);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    assert_true(are_one(&plain, &b, DUPLICATE_PLACE));
    setup(NULL);
    record.schedule = &schedule;
    record.schedule_count = 1;
    a = entry_of(1);
    schedule.weekdays = 1u << 3;
    b = entry_of(2);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    schedule.weekdays |= 1u << 1;
    b = entry_of(2);
    assert_true(are_one(&a, &b, DUPLICATE_PLACE)); /* a day in common */
    assert_true(are_one(&plain, &b, DUPLICATE_PLACE));
    setup(NULL);
    record.organisation = &organisation;
    record.organisation_count = 1;
    organisation.name.in[RECORD_FI] = "Kirjan ystävät ry";
    a = entry_of(1);
    organisation.name.in[RECORD_FI] = "Luetaan yhdessä ry";
    b = entry_of(2);
    assert_false(are_one(&a, &b, DUPLICATE_PLACE));
    assert_true(are_one(&plain, &b, DUPLICATE_PLACE));
}

/* In whatever order they come: that of the source named first, whatever the ids say. */
static void the_one_of_the_first_source_is_shown(void **state)
{
    (void)state;
    struct ledger_entry entries[4] = {entry_of(2), entry_of(0), entry_of(1), entry_of(1)};
    uint8_t skip[4] = {0};
    struct duplicate *found;
    size_t count;
    entries[1].id.high = 99;
    entries[3].id.high = 100;
    assert_int_equal(duplicates_find(entries, skip, 4, &found, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found[i].kept, 1);
        assert_int_not_equal(found[i].entry, 1);
    }
    free(found);
    skip[1] = 1;
    assert_int_equal(duplicates_find(entries, skip, 4, &found, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1); /* two of one source are two; the third is one with the first of these */
    assert_true(found[0].entry == 0 && found[0].kept == 2);
    free(found);
}

static void rules_have_names(void **state)
{
    (void)state;
    assert_string_equal(duplicate_rule_name(DUPLICATE_BUSINESS_ID), "business-id-name");
    assert_string_equal(duplicate_rule_name(DUPLICATE_PLACE), "name-place");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_name_and_place_are_one, setup),
        cmocka_unit_test_setup(a_business_id_stands_for_a_place, setup),
        cmocka_unit_test_setup(what_contradicts_keeps_them_apart, setup),
        cmocka_unit_test_setup(the_one_of_the_first_source_is_shown, setup),
        cmocka_unit_test_setup(rules_have_names, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
