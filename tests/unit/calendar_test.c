/* Days, weeks, Finnish local time; and occurrences against a model that walks day by day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar.h"

static int32_t day(const char *text)
{
    int32_t found;
    assert_true(day_parse(text, strlen(text), &found));
    return found;
}

/* ---- dates --------------------------------------------------------------------------------------------------- */

static void every_day_goes_there_and_back(void **state)
{
    (void)state;
    int32_t number = day_from_date(1900, 1, 1);
    unsigned weekday = 0; /* a Monday */
    for (int y = 1900; y <= 2200; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= month_length(y, m); d++, number++, weekday = (weekday + 1) % 7) {
                struct date date = date_from_day(number);
                assert_int_equal(day_from_date(y, m, d), number);
                assert_true(date.year == y && date.month == m && date.day == d);
                assert_int_equal(weekday_of(number), weekday);
                char text[CALENDAR_DATE_BYTES];
                day_format(number, text);
                assert_int_equal(day(text), number);
            }
    assert_int_equal(day_from_date(1970, 1, 1), 0);
    assert_int_equal(day_from_date(2026, 11, 22), 20779);
}

static void dates_are_read_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-02-29",  "2026-13-01", "2026-00-10", "2026-12-00",
                                      "2026-04-31",  "2026-1-01",  "26-01-01",   "2026/01/01",
                                      "2026-01-01 ", "",           "0000-01-01", "2100-02-29"};
    int32_t found = 77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(day_parse(bad[i], strlen(bad[i]), &found));
    assert_int_equal(found, 77);
    assert_true(day_parse("2024-02-29", 10, &found));
    assert_true(day_parse("2000-02-29", 10, &found));
}

static void minutes_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int minute; /* -1: refused */
    } cases[] = {{"00:00", 0},  {"18:30", 1110}, {"23:59", 1439}, {"24:00", 1440}, {"24:01", -1},
                 {"12:60", -1}, {"9:00", -1},    {"12.00", -1},   {"1200", -1},    {"", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int16_t minute = -1;
        assert_int_equal(minute_parse(cases[i].text, strlen(cases[i].text), &minute), cases[i].minute >= 0);
        assert_int_equal(minute, cases[i].minute);
        char text[CALENDAR_CLOCK_BYTES];
        if (minute >= 0) {
            minute_format(minute, text);
            assert_string_equal(text, cases[i].text);
        }
    }
}

static void weeks_follow_iso(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        int year, week;
    } cases[] = {{"2026-01-01", 2026, 1},  {"2025-12-29", 2026, 1},  {"2025-12-28", 2025, 52}, {"2027-01-03", 2026, 53},
                 {"2027-01-04", 2027, 1},  {"2024-12-30", 2025, 1},  {"2020-12-31", 2020, 53}, {"2021-01-03", 2020, 53},
                 {"2026-11-22", 2026, 47}, {"2023-01-01", 2022, 52}, {"1969-12-29", 1970, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct iso_week week = iso_week_of(day(cases[i].date));
        assert_int_equal(week.year, cases[i].year);
        assert_int_equal(week.week, cases[i].week);
    }
    for (int32_t d = -40000; d < 60000; d++) {
        struct iso_week week = iso_week_of(d);
        assert_int_equal(day_from_iso_week(week.year, week.week, weekday_of(d)), d);
        assert_int_equal(week_index(d + 7), week_index(d) + 1);
        assert_int_equal(week_index(d - (int32_t)weekday_of(d)), week_index(d));
    }
}

/* ---- Finnish local time -------------------------------------------------------------------------------------- */

static void instants_become_local_time(void **state)
{
    (void)state;
    static const struct {
        const char *date; /* of the instant, UTC */
        int hour, minute;
        const char *local;
    } cases[] = {
        {"2026-01-15", 16, 0, "2026-01-15T18:00"},  {"2026-07-15", 15, 0, "2026-07-15T18:00"},
        {"2026-03-29", 0, 59, "2026-03-29T02:59"},  {"2026-03-29", 1, 0, "2026-03-29T04:00"},
        {"2026-10-25", 0, 59, "2026-10-25T03:59"},  {"2026-10-25", 1, 0, "2026-10-25T03:00"},
        {"2026-12-31", 22, 30, "2027-01-01T00:30"}, {"2024-03-31", 1, 0, "2024-03-31T04:00"},
        {"2027-03-28", 0, 59, "2027-03-28T02:59"},  {"2031-10-26", 1, 0, "2031-10-26T03:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[CALENDAR_MOMENT_BYTES];
        int64_t instant = (int64_t)day(cases[i].date) * 86400 + cases[i].hour * 3600 + cases[i].minute * 60;
        moment_format(moment_from_instant(instant), text);
        assert_string_equal(text, cases[i].local);
    }
}

/* The C library's time zone data, where it is installed, knows the same rule. */
static void local_time_agrees_with_the_system(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Helsinki", 1);
    tzset();
    time_t summer = 1784200000; /* July 2026 */
    struct tm tm;
    localtime_r(&summer, &tm);
    if (tm.tm_gmtoff != 3 * 3600)
        skip();                                                                /* no tzdata on this machine */
    for (int64_t instant = 852076800; instant < 2145916800; instant += 1799) { /* 1997 to 2037 */
        time_t seconds = (time_t)instant;
        localtime_r(&seconds, &tm);
        struct moment moment = moment_from_instant(instant);
        assert_int_equal(moment.day, day_from_date(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday));
        assert_int_equal(moment.minute, tm.tm_hour * 60 + tm.tm_min);
    }
}

static void local_moments_become_instants(void **state)
{
    (void)state;
    for (int32_t d = day("2025-12-01"); d < day("2027-02-01"); d++)
        for (int16_t minute = 0; minute < 1440; minute += 15) {
            struct moment moment = {d, minute};
            struct moment back = moment_from_instant(instant_from_moment(moment));
            bool skipped = (d == day("2026-03-29")) && minute >= 180 && minute < 240;
            assert_int_equal(back.day, d);
            assert_int_equal(back.minute, skipped ? minute + 60 : minute);
        }
    struct moment twice = {day("2026-10-25"), 3 * 60 + 30};
    assert_int_equal(instant_from_moment(twice), (int64_t)twice.day * 86400 + 30 * 60); /* the first of the two */
    struct moment whole_day = {day("2026-06-01"), MINUTE_UNKNOWN};
    assert_int_equal(instant_from_moment(whole_day), (int64_t)whole_day.day * 86400 - 3 * 3600);
}

/* ---- occurrences --------------------------------------------------------------------------------------------- */

static const struct moment nothing = {DAY_UNKNOWN, MINUTE_UNKNOWN};

static struct schedule weekly(uint8_t weekdays)
{
    return (struct schedule){.weekdays = weekdays,
                             .from_minute = 600,
                             .to_minute = 720,
                             .valid_from_day = DAY_UNKNOWN,
                             .valid_to_day = DAY_UNKNOWN};
}

static void expect_next(const struct schedule *schedule, const char *from, const char *wanted)
{
    struct occurrence next;
    bool found = occurrence_next(schedule, 1, nothing, nothing, day(from), &next);
    assert_int_equal(found, wanted != NULL);
    if (wanted) {
        char text[CALENDAR_DATE_BYTES];
        day_format(next.day, text);
        assert_string_equal(text, wanted);
        assert_int_equal(next.from_minute, schedule->from_minute);
    }
}

static void weekly_schedules(void **state)
{
    (void)state;
    struct schedule s = weekly(1 << 3); /* Thursdays */
    expect_next(&s, "2026-11-22", "2026-11-26");
    expect_next(&s, "2026-11-26", "2026-11-26");
    expect_next(&s, "2026-11-27", "2026-12-03");
    s.valid_from_day = day("2027-01-11");
    expect_next(&s, "2026-11-22", "2027-01-14");
    s.valid_to_day = day("2027-01-13");
    expect_next(&s, "2026-11-22", NULL);
    s = weekly(1 << 3);
    struct day_range breaks[] = {{day("2026-12-21"), day("2027-01-06")}, {day("2027-01-07"), day("2027-01-07")}};
    s.except = breaks;
    s.except_count = 2;
    expect_next(&s, "2026-12-18", "2027-01-14");
    s.weekdays = 0; /* only words are known */
    expect_next(&s, "2026-12-18", NULL);
}

static void every_second_week(void **state)
{
    (void)state;
    struct schedule s = weekly(1 << 1);
    s.every_weeks = 2;
    s.valid_from_day = day("2026-01-07"); /* a Wednesday: its week is 5..11 January */
    expect_next(&s, "2026-01-01", "2026-01-20");
    expect_next(&s, "2026-01-21", "2026-02-03");
    s.weekdays = 1 << 3;
    expect_next(&s, "2026-01-01", "2026-01-08");
    s.every_weeks = 3;
    expect_next(&s, "2026-01-09", "2026-01-29");
}

static void nth_weekdays_of_a_month(void **state)
{
    (void)state;
    struct schedule s = weekly(1 << 1); /* Tuesdays */
    s.nth = 1 << 0;
    expect_next(&s, "2026-11-22", "2026-12-01");
    s.nth = 1 << 0 | 1 << 2;
    expect_next(&s, "2026-12-02", "2026-12-15");
    s.nth = NTH_LAST;
    expect_next(&s, "2026-11-22", "2026-11-24");
    expect_next(&s, "2026-11-25", "2026-12-29");
    s.nth = 1 << 4; /* the fifth, which few months have */
    expect_next(&s, "2026-11-22", "2026-12-29");
    expect_next(&s, "2026-12-30", "2027-03-30");
}

static void events_occur_on_their_dates(void **state)
{
    (void)state;
    struct occurrence next;
    struct moment start = {day("2026-12-05"), 1080}, end = {day("2026-12-05"), 1260};
    assert_true(occurrence_next(NULL, 0, start, end, day("2026-11-22"), &next));
    assert_int_equal(next.day, start.day);
    assert_int_equal(next.from_minute, 1080);
    assert_int_equal(next.to_minute, 1260);
    assert_false(occurrence_next(NULL, 0, start, end, day("2026-12-06"), &next));
    assert_false(occurrence_next(NULL, 0, start, nothing, day("2026-12-06"), &next));
    assert_false(occurrence_next(NULL, 0, nothing, end, day("2026-11-01"), &next));
    end = (struct moment){day("2026-12-06"), 120}; /* over midnight */
    assert_true(occurrence_next(NULL, 0, start, end, start.day, &next));
    assert_int_equal(next.to_minute, 120);
    end = (struct moment){day("2026-12-10"), 900}; /* lasting: it goes on on the day that is asked for */
    assert_true(occurrence_next(NULL, 0, start, end, day("2026-12-08"), &next));
    assert_int_equal(next.day, day("2026-12-08"));
    assert_int_equal(next.from_minute, MINUTE_UNKNOWN);
    assert_int_equal(next.to_minute, MINUTE_UNKNOWN);
    assert_true(occurrence_next(NULL, 0, start, end, day("2026-12-10"), &next));
    assert_int_equal(next.to_minute, 900);
    struct moment far = {day("2030-01-01"), MINUTE_UNKNOWN};
    assert_true(occurrence_next(NULL, 0, far, nothing, day("2026-11-22"), &next));
    assert_int_equal(next.day, far.day);
}

static void schedules_stay_between_start_and_end(void **state)
{
    (void)state;
    struct schedule s = weekly(1 << 0);
    struct occurrence next;
    struct moment start = {day("2026-12-01"), MINUTE_UNKNOWN}, end = {day("2026-12-13"), MINUTE_UNKNOWN};
    assert_true(occurrence_next(&s, 1, start, end, day("2026-11-22"), &next));
    assert_int_equal(next.day, day("2026-12-07"));
    assert_false(occurrence_next(&s, 1, start, end, day("2026-12-08"), &next));
}

static void the_earliest_of_a_day_comes_first(void **state)
{
    (void)state;
    struct schedule s[3] = {weekly(1), weekly(1), weekly(1)};
    struct occurrence next;
    s[0].from_minute = MINUTE_UNKNOWN;
    s[1].from_minute = 900;
    s[2].from_minute = 540;
    assert_true(occurrence_next(s, 3, nothing, nothing, day("2026-11-23"), &next));
    assert_int_equal(next.from_minute, 540);
    assert_true(occurrence_next(s, 2, nothing, nothing, day("2026-11-23"), &next));
    assert_int_equal(next.from_minute, 900);
}

static void the_look_ahead_is_bounded(void **state)
{
    (void)state;
    struct schedule s = weekly(WEEKDAY_MASK);
    struct occurrence next;
    s.valid_from_day = day("2026-01-01") + CALENDAR_LOOK_AHEAD_DAYS;
    assert_true(occurrence_next(&s, 1, nothing, nothing, day("2026-01-01"), &next));
    assert_false(occurrence_next(&s, 1, nothing, nothing, day("2026-01-01") - 1, &next));
    s.valid_from_day = DAY_UNKNOWN;
    assert_true(occurrence_next(&s, 1, nothing, nothing, INT32_MAX - 800, &next));
}

/* ---- a model that knows nothing of arithmetic ---------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

/* Counts weeks by walking from valid_from's Monday, and weekdays of the month by walking the month. */
static bool model_holds(const struct schedule *s, int32_t d)
{
    if (!(s->weekdays & 1u << weekday_of(d)))
        return false;
    if ((s->valid_from_day != DAY_UNKNOWN && d < s->valid_from_day) ||
        (s->valid_to_day != DAY_UNKNOWN && d > s->valid_to_day))
        return false;
    for (size_t i = 0; i < s->except_count; i++)
        for (int32_t e = s->except[i].from_day; e <= s->except[i].to_day; e++)
            if (e == d)
                return false;
    if (s->every_weeks > 1) {
        int32_t monday = s->valid_from_day;
        while (weekday_of(monday) != 0)
            monday--;
        int weeks = 0;
        for (int32_t m = monday; m + 7 <= d; m += 7)
            weeks = (weeks + 1) % s->every_weeks;
        if (weeks != 0)
            return false;
    }
    if (s->nth) {
        int count = 0, last = 1, month = date_from_day(d).month;
        for (int32_t e = d; date_from_day(e).month == month; e -= 7)
            count++;
        if (date_from_day(d + 7).month == month)
            last = 0;
        return (s->nth & 1 << (count - 1)) || (last && (s->nth & NTH_LAST));
    }
    return true;
}

static bool model_next(const struct schedule *s, size_t count, struct moment start, struct moment end, int32_t from,
                       struct occurrence *next)
{
    for (int32_t d = from; d <= from + CALENDAR_LOOK_AHEAD_DAYS; d++) {
        bool found = false;
        if ((start.day != DAY_UNKNOWN && d < start.day) || (end.day != DAY_UNKNOWN && d > end.day))
            continue;
        for (size_t i = 0; i < count; i++) {
            int a = s[i].from_minute == MINUTE_UNKNOWN ? 9999 : s[i].from_minute;
            int b = !found || next->from_minute == MINUTE_UNKNOWN ? 9999 : next->from_minute;
            if (model_holds(&s[i], d) && (!found || a < b)) {
                *next = (struct occurrence){d, s[i].from_minute, s[i].to_minute};
                found = true;
            }
        }
        if (found)
            return true;
    }
    return false;
}

static struct schedule random_schedule(int32_t around, struct day_range *except)
{
    struct schedule s = weekly((uint8_t)(1 + random_below(127)));
    s.from_minute = random_below(4) ? (int16_t)(60 * random_below(24)) : MINUTE_UNKNOWN;
    if (random_below(2))
        s.valid_from_day = around + (int32_t)random_below(300) - 150;
    if (random_below(2))
        s.valid_to_day = around + (int32_t)random_below(500) - 100;
    if (s.valid_from_day != DAY_UNKNOWN && random_below(2))
        s.every_weeks = (int16_t)(1 + random_below(6));
    if (random_below(3) == 0)
        s.nth = (uint8_t)random_below(64);
    s.except = except;
    s.except_count = random_below(4);
    for (size_t i = 0; i < s.except_count; i++) {
        except[i].from_day = around + (int32_t)random_below(200) - 20;
        except[i].to_day = except[i].from_day + (int32_t)random_below(60);
    }
    return s;
}

static void occurrences_agree_with_the_model(void **state)
{
    (void)state;
    random_state = 20261122;
    size_t found_count = 0;
    for (int round = 0; round < 4000; round++) {
        struct schedule s[3];
        struct day_range except[3][4];
        int32_t around = day("2015-01-01") + (int32_t)random_below(9000),
                from = around + (int32_t)random_below(60) - 30;
        size_t count = 1 + random_below(3);
        for (size_t i = 0; i < count; i++)
            s[i] = random_schedule(around, except[i]);
        struct moment start =
            random_below(4) ? nothing : (struct moment){around + (int32_t)random_below(90) - 30, MINUTE_UNKNOWN};
        struct moment end =
            random_below(4) ? nothing : (struct moment){around + (int32_t)random_below(300), MINUTE_UNKNOWN};
        struct occurrence next = {0, 0, 0}, wanted = {0, 0, 0};
        bool found = occurrence_next(s, count, start, end, from, &next);
        assert_int_equal(found, model_next(s, count, start, end, from, &wanted));
        assert_int_equal(next.day, wanted.day);
        assert_int_equal(next.from_minute, wanted.from_minute);
        found_count += found;
    }
    assert_in_range(found_count, 2000, 3999); /* both answers are well represented */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_goes_there_and_back),
        cmocka_unit_test(dates_are_read_strictly),
        cmocka_unit_test(minutes_are_read_strictly),
        cmocka_unit_test(weeks_follow_iso),
        cmocka_unit_test(instants_become_local_time),
        cmocka_unit_test(local_time_agrees_with_the_system),
        cmocka_unit_test(local_moments_become_instants),
        cmocka_unit_test(weekly_schedules),
        cmocka_unit_test(every_second_week),
        cmocka_unit_test(nth_weekdays_of_a_month),
        cmocka_unit_test(events_occur_on_their_dates),
        cmocka_unit_test(schedules_stay_between_start_and_end),
        cmocka_unit_test(the_earliest_of_a_day_comes_first),
        cmocka_unit_test(the_look_ahead_is_bounded),
        cmocka_unit_test(occurrences_agree_with_the_model),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
