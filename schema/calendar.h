/* Days, weeks and Finnish local time, without the system's clock or time zone files; and when a schedule occurs next.
 *
 * A day is a number of days since 1970-01-01 (proleptic Gregorian), negative before; valid from year CALENDAR_YEAR_MIN
 * to CALENDAR_YEAR_MAX.  A minute is a minute of that day in Finnish local time. */
#ifndef OPASTIN_CALENDAR_H
#define OPASTIN_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum {
    CALENDAR_YEAR_MIN = 1,
    CALENDAR_YEAR_MAX = 9999,
    CALENDAR_LOOK_AHEAD_DAYS = 400, /* for weekdays, occurrence_next() looks no further */
    CALENDAR_DATE_BYTES = 11,       /* "2026-12-01" and its zero */
    CALENDAR_CLOCK_BYTES = 6,       /* "18:00" */
    CALENDAR_MOMENT_BYTES = 17,     /* "2026-12-01T18:00" */
};

struct date {
    int year, month, day; /* month 1..12, day 1..31 */
};

/* True when the date exists and its year is in range. */
bool date_valid(int year, int month, int day);
int32_t day_from_date(int year, int month, int day); /* of a valid date */
struct date date_from_day(int32_t day);

unsigned weekday_of(int32_t day); /* 0 Monday .. 6 Sunday */
/* Weeks from Monday to Sunday, counted from the week of 1970-01-01; equal for the days of one week. */
int32_t week_index(int32_t day);
struct iso_week {
    int year, week; /* week 1..53; year may differ from the calendar's at its turn */
};
struct iso_week iso_week_of(int32_t day);
int32_t day_from_iso_week(int year, int week, unsigned weekday);

int month_length(int year, int month);

/* Exactly "YYYY-MM-DD" of len bytes; years FIELD_YEAR_MIN..MAX are checked by the field's limits, not here. */
bool day_parse(const char *text, size_t len, int32_t *day);
/* Exactly "HH:MM", 00:00..24:00. */
bool minute_parse(const char *text, size_t len, int16_t *minute);
void day_format(int32_t day, char out[CALENDAR_DATE_BYTES]);
void minute_format(int minute, char out[CALENDAR_CLOCK_BYTES]);
/* "YYYY-MM-DD" when the minute is unknown, else "YYYY-MM-DDTHH:MM". */
void moment_format(struct moment moment, char out[CALENDAR_MOMENT_BYTES]);

/* Earlier is negative; a plain date is before every minute of its day. Both known. */
int moment_compare(struct moment a, struct moment b);

/* Finnish local time of an instant (seconds since 1970-01-01T00:00Z), by the European Union's rule: summer time from
 * the last Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC. Right from 1996 on. */
struct moment moment_from_instant(int64_t seconds);
/* The instant of a local moment (unknown minute: midnight).  In the hour that summer time skips, the hour after; in the
 * hour that comes twice, the first. */
int64_t instant_from_moment(struct moment moment);
/* Finnish local time's offset from UTC at an instant: 7200 or 10800. */
int local_offset_seconds(int64_t seconds);

/* When something takes place. */
struct occurrence {
    int32_t day;
    int16_t from_minute; /* MINUTE_UNKNOWN: not stated, or it began on an earlier day */
    int16_t to_minute;   /* MINUTE_UNKNOWN: not stated; below from_minute: on the next day */
};

/* True when the schedule holds on the day. */
bool schedule_holds(const struct schedule *schedule, int32_t day);

/* The first occurrence on or after from_day; false when there is none.
 * With any schedule that names weekdays, occurrences are the schedules' days from start to end (an unknown one does not
 * bound), at most CALENDAR_LOOK_AHEAD_DAYS after from_day.  Without, start..end itself, however far: on its first day,
 * or, when that is past and the end is not, on from_day.
 * Several on one day: the earliest, a stated time before none, the first in the list. */
bool occurrence_next(const struct schedule *schedules, size_t count, struct moment start, struct moment end,
                     int32_t from_day, struct occurrence *next);

#endif
