/* What a record lets a counsellor do, bit by bit; and the borders of freshness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "calendar.h"
#include "indexer/quality.h"

static struct record record;

static int setup(void **state)
{
    (void)state;
    record_init(&record);
    return 0;
}

static void an_empty_record_has_nothing(void **state)
{
    (void)state;
    assert_int_equal(quality_of(&record), 0);
}

/* Sets one thing, expects exactly one bit, and takes it back. */
#define EXPECT(quality, member, value)                                   \
    do {                                                                 \
        record_init(&record);                                            \
        record.member = value;                                           \
        assert_int_equal(quality_of(&record), (quality) < 0 ? 0 : 1 << (quality)); \
    } while (0)
enum { NOTHING = -1 };

static void each_field_sets_its_bit_alone(void **state)
{
    (void)state;
    EXPECT(QUALITY_PHONE, signup.phone, "+358 40 1");
    EXPECT(QUALITY_TIME, start.day, 100);
    EXPECT(QUALITY_TIME, end.day, 100);
    EXPECT(QUALITY_PRICE, price.free, TRI_YES);
    EXPECT(QUALITY_PRICE, price.free, TRI_NO);
    EXPECT(QUALITY_PRICE, price.amount, 0.0);
    EXPECT(QUALITY_PRICE, price.text.in[RECORD_SV], "enligt avtal");
    EXPECT(QUALITY_LANGUAGE, languages_count, 1);
    EXPECT(QUALITY_THEME, theme_count, 1);
    EXPECT(QUALITY_AUDIENCE, audience_count, 1);
    EXPECT(QUALITY_SUMMARY, summary.in[RECORD_EN], "text");
    EXPECT(NOTHING, signup.email, "a@example.org");
    EXPECT(NOTHING, title.in[RECORD_FI], "Kerho");
    EXPECT(NOTHING, verified_at_day, 100);
}

static void a_phone_counts_when_it_is_shown(void **state)
{
    (void)state;
    struct contact contacts[2] = {{.email = "a@example.org", .shown = SHOW_ALL}, {.phone = "1", .shown = SHOW_ALL}};
    struct channel channel = {.type = CHANNEL_PHONE, .phone = "1"};
    record.contact = contacts;
    record.contact_count = 2;
    assert_int_equal(quality_of(&record), 1 << QUALITY_PHONE);
    contacts[1].shown = SHOW_ALL & ~SHOW_PHONE;
    assert_int_equal(quality_of(&record), 0);
    record.channel = &channel;
    record.channel_count = 1;
    assert_int_equal(quality_of(&record), 1 << QUALITY_PHONE);
    channel.phone = NULL;
    assert_int_equal(quality_of(&record), 0);
}

static void a_schedule_counts_with_weekdays(void **state)
{
    (void)state;
    struct schedule schedule = {.from_minute = 600, .to_minute = 700, .valid_from_day = 5};
    record.schedule = &schedule;
    record.schedule_count = 1;
    assert_int_equal(quality_of(&record), 0);
    schedule.weekdays = 1 << 6;
    assert_int_equal(quality_of(&record), 1 << QUALITY_TIME);
}

static void places_count_by_what_they_have(void **state)
{
    (void)state;
    struct place place = {.lat = NAN, .lon = NAN};
    struct channel channel = {.type = CHANNEL_HOME};
    record.place = &place;
    record.place_count = 1;
    place.name.in[RECORD_FI] = "Talo";
    assert_int_equal(quality_of(&record), 0);
    place.lat = 62.9;
    assert_int_equal(quality_of(&record), 0);
    place.lon = 27.7;
    assert_int_equal(quality_of(&record), 1 << QUALITY_COORDINATES);
    place.address.in[RECORD_FI] = "Katu 1";
    place.accessibility_count = 1;
    assert_int_equal(quality_of(&record), 1 << QUALITY_COORDINATES | 1 << QUALITY_PLACE | 1 << QUALITY_ACCESSIBILITY);
    record.place_count = 0;
    record.channel = &channel;
    record.channel_count = 1;
    assert_int_equal(quality_of(&record), 0);
    channel.type = CHANNEL_ONLINE;
    assert_int_equal(quality_of(&record), 1 << QUALITY_PLACE);
}

static enum freshness fresh(const char *verified, const char *today)
{
    int32_t then, now;
    assert_true(day_parse(verified, 10, &then) && day_parse(today, 10, &now));
    return freshness_of(then, now);
}

static void freshness_has_its_borders(void **state)
{
    (void)state;
    static const char today[] = "2026-11-22";
    assert_int_equal(fresh("2026-11-22", today), FRESH_3);
    assert_int_equal(fresh("2027-01-01", today), FRESH_3); /* to come: today */
    assert_int_equal(fresh("2026-08-22", today), FRESH_3);
    assert_int_equal(fresh("2026-08-21", today), FRESH_6);
    assert_int_equal(fresh("2026-05-22", today), FRESH_6);
    assert_int_equal(fresh("2026-05-21", today), FRESH_12);
    assert_int_equal(fresh("2025-11-22", today), FRESH_12);
    assert_int_equal(fresh("2025-11-21", today), FRESH_24);
    assert_int_equal(fresh("2024-11-22", today), FRESH_24);
    assert_int_equal(fresh("2024-11-21", today), FRESH_OLDER);
    assert_int_equal(fresh("1900-01-01", today), FRESH_OLDER);
    assert_int_equal(freshness_of(DAY_UNKNOWN, 20000), FRESH_UNKNOWN);
    assert_int_equal(fresh("2026-02-28", "2026-05-31"), FRESH_3); /* no 31st of February */
    assert_int_equal(fresh("2026-02-27", "2026-05-31"), FRESH_6);
    assert_int_equal(fresh("2024-02-29", "2024-05-30"), FRESH_3);
    assert_int_equal(fresh("2025-12-15", "2026-03-15"), FRESH_3); /* over the turn of the year */
    assert_int_equal(fresh("2025-12-14", "2026-03-15"), FRESH_6);
}

static void names_are_there_and_differ(void **state)
{
    (void)state;
    for (int i = 0; i < QUALITIES; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(quality_name((enum quality)i), quality_name((enum quality)j));
    for (int i = 0; i < FRESHNESS; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(freshness_name((enum freshness)i), freshness_name((enum freshness)j));
    assert_string_equal(quality_name(QUALITY_PHONE), "phone");
    assert_string_equal(freshness_name(FRESH_3), "months0to3");
    assert_string_equal(freshness_name(FRESH_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_record_has_nothing, setup),
        cmocka_unit_test_setup(each_field_sets_its_bit_alone, setup),
        cmocka_unit_test_setup(a_phone_counts_when_it_is_shown, setup),
        cmocka_unit_test_setup(a_schedule_counts_with_weekdays, setup),
        cmocka_unit_test_setup(places_count_by_what_they_have, setup),
        cmocka_unit_test(freshness_has_its_borders),
        cmocka_unit_test(names_are_there_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
