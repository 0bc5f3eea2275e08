/* Records and the facet values, slots and tier they are known by, written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "facet.h"
#include "record.h"
#include "validate.h"

static struct arena arena;

/* An activity with these further fields. */
static struct record read_record(const char *fields)
{
    struct record record;
    struct problems problems;
    char text[8192];
    const char *kind = strstr(fields, "\"kind\"") ? "" : "\"kind\":\"activity\",";
    snprintf(text, sizeof text, "{\"id\":\"x\",%s\"texts\":{\"fi\":{\"title\":\"T\"}}%s%s}", kind, *fields ? "," : "",
             fields);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    problems_init(&problems, &arena);
    if (record_from_json(json, &arena, &record, &problems) != STATUS_OK)
        fail_msg("%s: %s: %s", fields, problems.list[0].field, problems.list[0].what);
    json_decref(json);
    return record;
}

/* The record's values of one facet: "code code", "?" for "not stated". */
static char *values_of(const struct record *record, enum facet facet)
{
    uint16_t ordinals[FACET_VALUES_PER_RECORD];
    size_t count = 0;
    struct buf out = BUF_INIT;
    assert_int_equal(facet_values(record, ordinals, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(ordinals[i] < facet_ordinals() && (i == 0 || ordinals[i] > ordinals[i - 1]));
        if (ordinals[i] < facet_first(facet) || ordinals[i] > facet_unknown(facet))
            continue;
        buf_addf(&out, "%s%s", out.len ? " " : "", ordinals[i] == facet_unknown(facet) ? "?"
                     : vocab_entry(facet_vocab(facet), (size_t)ordinals[i] - facet_first(facet))->code);
    }
    buf_add(&out, "", 0);
    char *text = strdup(buf_str(&out));
    buf_release(&out);
    return text;
}

static void has_values(const char *fields, enum facet facet, const char *expected)
{
    struct record record = read_record(fields);
    char *values = values_of(&record, facet);
    if (strcmp(values, expected) != 0)
        fail_msg("{%s}: %s: \"%s\" instead of \"%s\"", fields, facet_name(facet), values, expected);
    free(values);
}

/* ---- the table -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *fields;
    enum facet facet;
    const char *values; /* in the order of the vocabulary */
} table[] = {
    {"", FACET_KIND, "activity"},
    {"\"kind\":\"event\"", FACET_KIND, "event"},

    {"", FACET_AUDIENCE, "?"},
    {"\"audience\":[\"ikaihmiset\"]", FACET_AUDIENCE, "ikaihmiset"},
    {"\"audience\":[\"veteraanit\"]", FACET_AUDIENCE, "ikaihmiset veteraanit"},
    {"\"audience\":[\"yksin-asuvat\",\"veteraanit\",\"ikaihmiset\"]", FACET_AUDIENCE,
     "ikaihmiset veteraanit yksinaiset yksin-asuvat"},

    {"", FACET_THEME, "?"},
    {"\"theme\":[\"jumppa\",\"vertaistuki\"]", FACET_THEME, "yhteisollisyys vertaistuki liikunta jumppa"},
    {"\"theme\":[\"liikunta\"]", FACET_THEME, "liikunta"},

    {"", FACET_AREA, "?"},
    {"\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]}", FACET_AREA, "region-10 wellbeing-12 491"},
    {"\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\",\"297\"]}", FACET_AREA,
     "region-10 region-11 wellbeing-12 wellbeing-13 297 491"},
    {"\"area\":{\"scope\":\"nationwide\"}", FACET_AREA, "nationwide"},
    {"\"area\":{\"scope\":\"nationwide\"},\"form\":[\"online\"]", FACET_AREA, "nationwide online"},
    {"\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]},\"form\":[\"online\"]", FACET_AREA,
     "online region-10 wellbeing-12 491"},
    {"\"form\":[\"online\"]", FACET_AREA, "nationwide online"}, /* names no area: it is there for everybody */
    {"\"form\":[\"phone\"]", FACET_AREA, "?"},
    {"\"channel\":[{\"type\":\"online\",\"url\":\"https://a.example\"}]", FACET_AREA, "nationwide online"},
    {"\"channel\":[{\"type\":\"chat\",\"url\":\"https://a.example\"}]", FACET_AREA, "nationwide online"},
    {"\"channel\":[{\"type\":\"phone\",\"phone\":\"040 000 5000\"}]", FACET_AREA, "?"},
    {"\"area\":{\"scope\":\"region\",\"codes\":[\"region-21\"]}", FACET_AREA,
     "region-21 wellbeing-91 035 043 060 062 065 076 170 295 318 417 438 478 736 766 771 941"},
    {"\"area\":{\"scope\":\"wellbeing\",\"codes\":[\"wellbeing-90\"]}", FACET_AREA, "region-01 wellbeing-90 091"},

    {"", FACET_LANGUAGE, "?"},
    {"\"languages\":[\"fi\",\"sv\"]", FACET_LANGUAGE, "fi sv"},
    {"\"plain_language\":true", FACET_LANGUAGE, "plain"},
    {"\"plain_language\":false", FACET_LANGUAGE, "?"},
    {"\"languages\":[\"fi\"],\"plain_language\":true", FACET_LANGUAGE, "fi plain"},

    {"", FACET_FREE, "?"},
    {"\"price\":{\"free\":true}", FACET_FREE, "free"},
    {"\"price\":{\"free\":false}", FACET_FREE, "paid"},
    {"\"price\":{\"amount\":0}", FACET_FREE, "free"},
    {"\"price\":{\"amount\":0.5}", FACET_FREE, "paid"},
    {"\"price\":{\"free\":false,\"amount\":5}", FACET_FREE, "paid"},
    {"\"price\":{\"text\":\"kysy\"}", FACET_FREE, "?"},

    {"", FACET_FORM, "?"},
    {"\"form\":[\"group\",\"excursion\"]", FACET_FORM, "group excursion"},
    {"", FACET_THRESHOLD, "?"},
    {"\"threshold\":[\"anonymous\",\"drop-in\"]", FACET_THRESHOLD, "drop-in anonymous"},

    {"", FACET_ACCESSIBLE, "?"},
    {"\"place\":[{\"municipality\":\"491\"}]", FACET_ACCESSIBLE, "?"},
    {"\"place\":[{\"municipality\":\"491\",\"accessibility\":[\"lift\"]},{\"municipality\":\"297\"},"
     "{\"municipality\":\"297\",\"accessibility\":[\"rollator\",\"lift\"]}]", FACET_ACCESSIBLE, "rollator lift"},
};

static void records_have_the_values_that_they_state_and_what_is_above_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        has_values(table[i].fields, table[i].facet, table[i].values);
}

static void a_region_in_several_counties_brings_all_of_them(void **state)
{
    (void)state;
    struct record record = read_record("\"area\":{\"scope\":\"region\",\"codes\":[\"region-01\"]}");
    char *values = values_of(&record, FACET_AREA);
    assert_non_null(strstr(values, "region-01 "));
    assert_non_null(strstr(values, "wellbeing-90 "));
    assert_non_null(strstr(values, " 091"));
    assert_non_null(strstr(values, " 049")); /* Espoo, of another county */
    assert_null(strstr(values, " 491"));
    assert_null(strstr(values, "nationwide"));
    free(values);
}

/* ---- weekday and time ------------------------------------------------------------------------------------------- */

/* "mon:morning+evening thu:?" */
static char *slots_of(const char *fields)
{
    struct record record = read_record(fields);
    uint32_t slots = facet_slots(&record);
    struct buf out = BUF_INIT;
    for (size_t day = 0; day < WEEKDAYS; day++) {
        uint32_t times = slots >> (day * SLOT_TIMES) & 15;
        if (!times)
            continue;
        buf_addf(&out, "%s%s:", out.len ? " " : "", vocab_entry(VOCAB_WEEKDAY, day)->code);
        for (size_t time = 0; time < SLOT_TIMES; time++)
            if (times & 1u << time)
                buf_addf(&out, "%s%s", out.data[out.len - 1] == ':' ? "" : "+",
                         time == SLOT_TIME_UNKNOWN ? "?" : vocab_entry(VOCAB_TIME, time)->code);
    }
    char *text = strdup(buf_str(&out));
    buf_release(&out);
    assert_true(slots >> (WEEKDAYS * SLOT_TIMES) == 0);
    return text;
}

#define ON(day, rest) "\"schedule\":[{\"weekday\":[" day "]" rest "}]"

static const struct {
    const char *fields, *slots;
} times[] = {
    {"", ""},
    {ON("\"mon\"", ",\"from\":\"10:00\",\"to\":\"11:30\""), "mon:morning"},
    {ON("\"mon\"", ",\"from\":\"10:00\",\"to\":\"12:00\""), "mon:morning"}, /* ends when the afternoon begins */
    {ON("\"mon\"", ",\"from\":\"10:00\",\"to\":\"12:01\""), "mon:morning+afternoon"},
    {ON("\"mon\"", ",\"from\":\"11:59\""), "mon:morning"},
    {ON("\"mon\"", ",\"from\":\"12:00\""), "mon:afternoon"},
    {ON("\"mon\"", ",\"from\":\"16:59\",\"to\":\"17:00\""), "mon:afternoon"},
    {ON("\"sun\"", ",\"from\":\"17:00\",\"to\":\"24:00\""), "sun:evening"},
    {ON("\"sun\"", ",\"from\":\"00:00\",\"to\":\"24:00\""), "sun:morning+afternoon+evening"},
    {ON("\"fri\"", ",\"from\":\"20:00\",\"to\":\"02:00\""), "fri:evening"}, /* over midnight */
    {ON("\"tue\",\"thu\"", ""), "tue:? thu:?"},
    {"\"schedule\":[{\"weekday\":[\"tue\"],\"from\":\"9:00\"},{\"weekday\":[\"tue\",\"wed\"],\"from\":\"18:00\"},"
     "{\"weekday\":[\"wed\"]}]", "tue:morning+evening wed:evening+?"},
    {"\"schedule\":[{\"text\":\"joskus\"}]", ""},
    /* an event has the weekday of its day, unless it takes several */
    {"\"kind\":\"event\",\"start\":\"2026-12-01T18:00\"", "tue:evening"},
    {"\"kind\":\"event\",\"start\":\"2026-12-01\"", "tue:?"},
    {"\"kind\":\"event\",\"start\":\"2026-12-01T11:00\",\"end\":\"2026-12-01T13:00\"", "tue:morning+afternoon"},
    {"\"kind\":\"event\",\"start\":\"2026-12-01\",\"end\":\"2026-12-02\"", ""},
    {"\"kind\":\"event\",\"end\":\"2026-12-02\"", ""},
};

static void weekday_and_time_are_known_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char *slots = slots_of(times[i].fields);
        if (strcmp(slots, times[i].slots) != 0)
            fail_msg("{%s}: \"%s\" instead of \"%s\"", times[i].fields, slots, times[i].slots);
        free(slots);
    }
}

static void the_wider_an_offer_serves_the_higher_its_tier(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        enum area_tier tier;
    } tiers[] = {
        {"\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]}", TIER_LOCAL},
        {"\"area\":{\"scope\":\"region\",\"codes\":[\"region-10\"]}", TIER_REGION},
        {"\"area\":{\"scope\":\"wellbeing\",\"codes\":[\"wellbeing-12\"]}", TIER_REGION},
        {"\"area\":{\"scope\":\"nationwide\"}", TIER_NATION},
        {"", TIER_NATION},
    };
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        struct record record = read_record(tiers[i].fields);
        assert_int_equal(facet_tier(&record), tiers[i].tier);
    }
    assert_true(TIER_LOCAL < TIER_REGION && TIER_REGION < TIER_NATION);
}

/* ---- the space of ordinals -------------------------------------------------------------------------------------- */

static void the_ordinals_of_facets_follow_each_other_without_gap(void **state)
{
    (void)state;
    uint16_t next = 0;
    for (int f = 0; f < FACET_LISTED; f++) {
        assert_int_equal(facet_first((enum facet)f), next);
        assert_int_equal(facet_unknown((enum facet)f), next + vocab_size(facet_vocab((enum facet)f)));
        next = (uint16_t)(facet_unknown((enum facet)f) + 1);
    }
    assert_int_equal(facet_ordinals(), next);
}

static void facets_are_found_by_their_names(void **state)
{
    (void)state;
    for (int f = 0; f < FACET_COUNT; f++)
        assert_int_equal(facet_by_name(facet_name((enum facet)f), strlen(facet_name((enum facet)f))), f);
    assert_int_equal(facet_by_name("areas", 5), -1);
    assert_int_equal(facet_by_name("are", 3), -1);
    assert_int_equal(facet_by_name("", 0), -1);
    assert_true(facet_is_tree(FACET_AUDIENCE) && facet_is_tree(FACET_AREA) && facet_is_tree(FACET_THEME));
    assert_false(facet_is_tree(FACET_KIND) || facet_is_tree(FACET_LANGUAGE));
}

/* A record made by hand that names every municipality many times: the list is bounded before it is made distinct. */
static void a_record_has_so_many_values_and_no_more(void **state)
{
    (void)state;
    uint16_t ordinals[FACET_VALUES_PER_RECORD], codes[FACET_VALUES_PER_RECORD / 3 + 1];
    size_t count = 77, municipalities;
    const uint16_t *all = area_members((size_t)vocab_find(VOCAB_AREA, "nationwide", 10), &municipalities);
    struct record record;
    record_init(&record);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        codes[i] = all[i % municipalities];
    record.area = (struct area){SCOPE_MUNICIPALITY, codes, sizeof codes / sizeof *codes};
    struct err err = {0};
    assert_int_equal(facet_values(&record, ordinals, &count, &err), STATUS_LIMIT);
    assert_int_equal(count, 77);
    assert_non_null(strstr(err.message, "2048"));
    record.area.code_count = (FACET_VALUES_PER_RECORD - 8) / 3; /* three each, and one for each other facet */
    assert_int_equal(facet_values(&record, ordinals, &count, NULL), STATUS_OK);
}

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_have_the_values_that_they_state_and_what_is_above_them),
        cmocka_unit_test(a_region_in_several_counties_brings_all_of_them),
        cmocka_unit_test(weekday_and_time_are_known_together),
        cmocka_unit_test(the_wider_an_offer_serves_the_higher_its_tier),
        cmocka_unit_test(the_ordinals_of_facets_follow_each_other_without_gap),
        cmocka_unit_test(facets_are_found_by_their_names),
        cmocka_unit_test(a_record_has_so_many_values_and_no_more),
    };
    return cmocka_run_group_tests_name("facet", tests, set_up, tear_down);
}
