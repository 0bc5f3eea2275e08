#include "calendar.h"

#include <string.h>

enum { DAYS_PER_ERA = 146097, SECONDS_PER_DAY = 86400, EPOCH_FROM_YEAR_0 = 719468 };

/* ---- dates --------------------------------------------------------------------------------------------------- */

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : lengths[month - 1];
}

bool date_valid(int year, int month, int day)
{
    return year >= CALENDAR_YEAR_MIN && year <= CALENDAR_YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

/* Years begin in March here, so that the leap day is the last of a year; 400 years are one era of equal length. */
int32_t day_from_date(int year, int month, int day)
{
    year -= month <= 2;
    int era = year / 400; /* years are positive */
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_FROM_YEAR_0;
}

struct date date_from_day(int32_t day)
{
    int64_t shifted = (int64_t)day + EPOCH_FROM_YEAR_0;
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int day_of_era = (int)(shifted - era * DAYS_PER_ERA);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * day_of_year + 2) / 153;
    struct date date;
    date.day = day_of_year - (153 * from_march + 2) / 5 + 1;
    date.month = from_march < 10 ? from_march + 3 : from_march - 9;
    date.year = (int)(year_of_era + era * 400) + (date.month <= 2);
    return date;
}

/* ---- weeks --------------------------------------------------------------------------------------------------- */

/* 1970-01-01 was a Thursday, three days into its week. */
int32_t week_index(int32_t day)
{
    int64_t shifted = (int64_t)day + 3;
    return (int32_t)((shifted >= 0 ? shifted : shifted - 6) / 7);
}

unsigned weekday_of(int32_t day)
{
    return (unsigned)((int64_t)day + 3 - (int64_t)week_index(day) * 7);
}

/* An ISO week belongs to the year of its Thursday. */
struct iso_week iso_week_of(int32_t day)
{
    int32_t thursday = day - (int32_t)weekday_of(day) + 3;
    int year = date_from_day(thursday).year;
    return (struct iso_week){year, (thursday - day_from_date(year, 1, 1)) / 7 + 1};
}

int32_t day_from_iso_week(int year, int week, unsigned weekday)
{
    int32_t fourth = day_from_date(year, 1, 4); /* always in week 1 */
    return fourth - (int32_t)weekday_of(fourth) + (week - 1) * 7 + (int32_t)weekday;
}

/* ---- text ---------------------------------------------------------------------------------------------------- */

static bool digits_parse(const char *text, size_t len, int *number)
{
    *number = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = *number * 10 + (text[i] - '0');
    }
    return true;
}

bool day_parse(const char *text, size_t len, int32_t *day)
{
    int y, m, d;
    if (len != 10 || text[4] != '-' || text[7] != '-' || !digits_parse(text, 4, &y) || !digits_parse(text + 5, 2, &m) ||
        !digits_parse(text + 8, 2, &d) || !date_valid(y, m, d))
        return false;
    *day = day_from_date(y, m, d);
    return true;
}

bool minute_parse(const char *text, size_t len, int16_t *minute)
{
    int h, m;
    if (len != 5 || text[2] != ':' || !digits_parse(text, 2, &h) || !digits_parse(text + 3, 2, &m) || m > 59 ||
        h * 60 + m > 24 * 60)
        return false;
    *minute = (int16_t)(h * 60 + m);
    return true;
}

static void digits_format(char *out, int width, unsigned number)
{
    while (width-- > 0) {
        out[width] = (char)('0' + number % 10);
        number /= 10;
    }
}

void day_format(int32_t day, char out[CALENDAR_DATE_BYTES])
{
    struct date date = date_from_day(day);
    digits_format(out, 4, (unsigned)date.year);
    out[4] = '-';
    digits_format(out + 5, 2, (unsigned)date.month);
    out[7] = '-';
    digits_format(out + 8, 2, (unsigned)date.day);
    out[10] = '\0';
}

void minute_format(int minute, char out[CALENDAR_CLOCK_BYTES])
{
    digits_format(out, 2, (unsigned)minute / 60);
    out[2] = ':';
    digits_format(out + 3, 2, (unsigned)minute % 60);
    out[5] = '\0';
}

void moment_format(struct moment moment, char out[CALENDAR_MOMENT_BYTES])
{
    day_format(moment.day, out);
    if (moment.minute == MINUTE_UNKNOWN)
        return;
    out[10] = 'T';
    minute_format(moment.minute, out + 11);
}

int moment_compare(struct moment a, struct moment b)
{
    if (a.day != b.day)
        return a.day < b.day ? -1 : 1;
    return (a.minute > b.minute) - (a.minute < b.minute);
}

/* ---- Finnish local time -------------------------------------------------------------------------------------- */

/* 01:00 UTC on the last Sunday of a month of 31 days. */
static int64_t last_sunday_instant(int year, int month)
{
    int32_t last = day_from_date(year, month, 31);
    int32_t sunday = last - (int32_t)((weekday_of(last) + 1) % 7);
    return (int64_t)sunday * SECONDS_PER_DAY + 3600;
}

static int32_t day_of_instant(int64_t seconds)
{
    return (int32_t)((seconds >= 0 ? seconds : seconds - (SECONDS_PER_DAY - 1)) / SECONDS_PER_DAY);
}

int local_offset_seconds(int64_t seconds)
{
    int year = date_from_day(day_of_instant(seconds)).year;
    bool summer = seconds >= last_sunday_instant(year, 3) && seconds < last_sunday_instant(year, 10);
    return summer ? 3 * 3600 : 2 * 3600;
}

struct moment moment_from_instant(int64_t seconds)
{
    int64_t local = seconds + local_offset_seconds(seconds);
    int32_t day = day_of_instant(local);
    return (struct moment){day, (int16_t)((local - (int64_t)day * SECONDS_PER_DAY) / 60)};
}

int64_t instant_from_moment(struct moment moment)
{
    int64_t local = (int64_t)moment.day * SECONDS_PER_DAY + (moment.minute == MINUTE_UNKNOWN ? 0 : moment.minute) * 60;
    int64_t summer = local - 3 * 3600;
    return local_offset_seconds(summer) == 3 * 3600 ? summer : local - 2 * 3600;
}

/* ---- occurrences --------------------------------------------------------------------------------------------- */

static bool nth_holds(uint8_t nth, int32_t day)
{
    struct date date = date_from_day(day);
    bool last = date.day + 7 > month_length(date.year, date.month);
    return (nth & 1u << (date.day - 1) / 7) != 0 || ((nth & NTH_LAST) && last);
}

bool schedule_holds(const struct schedule *schedule, int32_t day)
{
    if (!(schedule->weekdays & 1u << weekday_of(day)))
        return false;
    if (schedule->valid_from_day != DAY_UNKNOWN && day < schedule->valid_from_day)
        return false;
    if (schedule->valid_to_day != DAY_UNKNOWN && day > schedule->valid_to_day)
        return false;
    if (schedule->every_weeks > 1 && schedule->valid_from_day != DAY_UNKNOWN &&
        (week_index(day) - week_index(schedule->valid_from_day)) % schedule->every_weeks != 0)
        return false;
    if (schedule->nth && !nth_holds(schedule->nth, day))
        return false;
    for (size_t i = 0; i < schedule->except_count; i++)
        if (day >= schedule->except[i].from_day && day <= schedule->except[i].to_day)
            return false;
    return true;
}

/* A stated time comes before none. */
static bool minute_earlier(int16_t a, int16_t b)
{
    return a != MINUTE_UNKNOWN && (b == MINUTE_UNKNOWN || a < b);
}

static bool occurrence_on(const struct schedule *schedules, size_t count, int32_t day, struct occurrence *next)
{
    const struct schedule *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (schedule_holds(&schedules[i], day) &&
            (!found || minute_earlier(schedules[i].from_minute, found->from_minute)))
            found = &schedules[i];
    if (!found)
        return false;
    *next = (struct occurrence){day, found->from_minute, found->to_minute};
    return true;
}

/* start..end itself. */
static bool occurrence_of_dates(struct moment start, struct moment end, int32_t from_day, struct occurrence *next)
{
    if (start.day == DAY_UNKNOWN)
        return false;
    if (start.day >= from_day) {
        bool same_night = end.day == start.day || (end.day == start.day + 1 && end.minute < start.minute);
        *next = (struct occurrence){start.day, start.minute, same_night ? end.minute : MINUTE_UNKNOWN};
        return true;
    }
    if (end.day == DAY_UNKNOWN || end.day < from_day)
        return false;
    *next = (struct occurrence){from_day, MINUTE_UNKNOWN, end.day == from_day ? end.minute : MINUTE_UNKNOWN};
    return true;
}

bool occurrence_next(const struct schedule *schedules, size_t count, struct moment start, struct moment end,
                     int32_t from_day, struct occurrence *next)
{
    bool any = false;
    int64_t first = INT64_MAX, last = INT64_MIN; /* outside these no schedule is valid */
    for (size_t i = 0; i < count; i++) {
        const struct schedule *s = &schedules[i];
        if (!s->weekdays)
            continue;
        any = true;
        int64_t from = s->valid_from_day == DAY_UNKNOWN ? INT64_MIN : s->valid_from_day;
        int64_t to = s->valid_to_day == DAY_UNKNOWN ? INT64_MAX : s->valid_to_day;
        first = from < first ? from : first;
        last = to > last ? to : last;
    }
    if (!any)
        return occurrence_of_dates(start, end, from_day, next);
    int64_t most = (int64_t)from_day + CALENDAR_LOOK_AHEAD_DAYS;
    if (end.day != DAY_UNKNOWN && end.day < last)
        last = end.day;
    if (start.day != DAY_UNKNOWN && start.day > first)
        first = start.day;
    last = last > most ? most : last;
    last = last > INT32_MAX ? INT32_MAX : last;
    for (int64_t day = first > from_day ? first : from_day; day <= last; day++)
        if (occurrence_on(schedules, count, (int32_t)day, next))
            return true;
    return false;
}
