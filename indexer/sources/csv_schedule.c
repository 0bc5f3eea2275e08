/* Weekday, hours and dates of a row.  A spreadsheet has one column for each, whatever they mean together:
 *   - a weekday makes a weekly schedule, and the dates are its season (the dates of a project stay the project's own);
 *   - an event, and everything without a weekday, begins and ends on the dates, at the hours. */
#include "indexer/sources/csv_object.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "normalise.h"

enum {
    HOURS_MAX = 10,  /* ranges of one cell */
    SERIES_DAYS = 6, /* an event that lasts longer is held on its weekdays */
};

struct times {
    struct csv_value weekday, start, end, text; /* as they stand in the row; text NULL: not there */
    struct weekday_words words;
    bool weekly; /* the weekday cell was understood */
    struct hours {
        int16_t from, to;
        size_t column;
    } hours[HOURS_MAX];
    size_t hours_count;
    int32_t start_day, end_day; /* DAY_UNKNOWN: not there or not understood */
    const char *notes;          /* what was not understood, kept in words; NULL none */
    size_t note_column;
};

/* ---- reading the cells --------------------------------------------------------------------------------------- */

static void note_add(struct csv_object *object, struct times *times, const struct csv_value *value, const char *what)
{
    csv_report(object, value, PROBLEM_WARNING, PROBLEM_NOTE, NULL,
               "write weekdays such as ma|ke, hours such as 13–15.30; the words were kept as schedule.text", what);
    times->notes = times->notes ? arena_printf(object->arena, "%s; %s", times->notes, value->text) : value->text;
    object->nomem = object->nomem || !times->notes;
    times->note_column = value->column;
}

static void read_weekday(struct csv_object *object, struct times *times)
{
    if (!csv_value_of_path(object, "schedule.weekday", &times->weekday))
        return;
    times->weekly = normalise_weekdays(times->weekday.text, times->weekday.len, &times->words);
    if (!times->weekly)
        note_add(object, times, &times->weekday, "is not understood as weekdays");
}

static void read_hours_cell(struct csv_object *object, struct times *times, const struct csv_value *cell)
{
    struct csv_value item;
    size_t at = 0;
    while (csv_item_next(object, cell, "|;,\n", &at, &item)) {
        struct hours *hours = &times->hours[times->hours_count];
        if (times->hours_count < HOURS_MAX && normalise_clock_range(item.text, item.len, &hours->from, &hours->to)) {
            hours->column = cell->column;
            times->hours_count++;
            continue;
        }
        times->hours_count = 0;
        note_add(object, times, cell, "is not understood as hours");
        return;
    }
}

/* One time of day in a column of its own. */
static int16_t read_clock(struct csv_object *object, const char *path, size_t *column)
{
    struct csv_value value;
    int16_t minute;
    if (!csv_value_of_path(object, path, &value))
        return MINUTE_UNKNOWN;
    *column = value.column;
    if (normalise_clock(value.text, value.len, &minute))
        return minute;
    csv_report(object, &value, PROBLEM_ERROR, PROBLEM_FORM, "00:00..24:00", "write the time as 18:00 or 18",
               "is not a time of day");
    return MINUTE_UNKNOWN;
}

static void read_hours(struct csv_object *object, struct times *times)
{
    struct csv_value cell;
    if (csv_value_of_role(object, CSV_HOURS, &cell))
        read_hours_cell(object, times, &cell);
    struct hours single = {MINUTE_UNKNOWN, MINUTE_UNKNOWN, 0};
    single.to = read_clock(object, "schedule.to", &single.column);
    single.from = read_clock(object, "schedule.from", &single.column);
    if (times->hours_count == 0 && (single.from != MINUTE_UNKNOWN || single.to != MINUTE_UNKNOWN))
        times->hours[times->hours_count++] = single;
}

static int32_t read_day(const struct csv_value *value)
{
    struct moment moment;
    return value->text && normalise_moment(value->text, value->len, &moment) ? moment.day : DAY_UNKNOWN;
}

static void read_times(struct csv_object *object, struct times *times)
{
    *times = (struct times){.start_day = DAY_UNKNOWN, .end_day = DAY_UNKNOWN};
    read_weekday(object, times);
    read_hours(object, times);
    if (!csv_value_of_path(object, "start", &times->start))
        times->start.text = NULL;
    if (!csv_value_of_path(object, "end", &times->end))
        times->end.text = NULL;
    if (!csv_value_of_path(object, "schedule.text", &times->text))
        times->text.text = NULL;
    times->start_day = read_day(&times->start);
    times->end_day = read_day(&times->end);
}

/* ---- a weekly schedule --------------------------------------------------------------------------------------- */

static void put_clock(struct csv_object *object, size_t column, int16_t minute, size_t index, const char *key)
{
    char text[CALENDAR_CLOCK_BYTES];
    if (minute == MINUTE_UNKNOWN)
        return;
    minute_format(minute, text);
    csv_put_string(object, column, text, "schedule[%zu].%s", index, key);
}

static void put_weekdays(struct csv_object *object, const struct times *times, size_t index)
{
    size_t column = times->weekday.column, count = 0;
    for (unsigned day = 0; day < 7; day++)
        if (times->words.weekdays & 1u << day)
            csv_put_string(object, column, weekday_code(day), "schedule[%zu].weekday[%zu]", index, count++);
    count = 0;
    for (int nth = 1; nth <= 6; nth++)
        if (times->words.nth & 1u << (nth - 1))
            csv_put(object, column, json_integer(nth == 6 ? -1 : nth), "schedule[%zu].nth[%zu]", index, count++);
    if (times->words.every_weeks)
        csv_put(object, column, json_integer(times->words.every_weeks), "schedule[%zu].every", index);
}

/* "24.12.2026", "1.7.2026–31.7.2026" */
static void put_exceptions(struct csv_object *object, size_t index)
{
    static const char *const dashes[] = {"–", "—", " - ", NULL};
    struct csv_value cell, item;
    size_t at = 0, count = 0;
    if (!csv_value_of_path(object, "schedule.except", &cell))
        return;
    while (csv_item_next(object, &cell, "|;,\n", &at, &item)) {
        const char *dash = NULL;
        size_t len = 0;
        for (const char *const *d = dashes; *d && !dash; d++) {
            dash = strstr(item.text, *d);
            len = strlen(*d);
        }
        if (!dash) {
            csv_put_string(object, item.column, item.text, "schedule[%zu].except[%zu]", index, count++);
            continue;
        }
        const char *from = arena_copy(object->arena, item.text, (size_t)(dash - item.text));
        object->nomem = object->nomem || !from;
        csv_put_string(object, item.column, from ? from : "", "schedule[%zu].except[%zu].from", index, count);
        csv_put_string(object, item.column, dash + len, "schedule[%zu].except[%zu].to", index, count++);
    }
}

/* The columns that are members of schedule as they stand. */
static void put_plain_columns(struct csv_object *object, size_t index)
{
    static const char *const paths[] = {"schedule.valid_from", "schedule.valid_to", "schedule.every", NULL};
    struct csv_value value;
    for (const char *const *path = paths; *path; path++) {
        char made[CSV_PATH_BYTES];
        if (!csv_value_of_path(object, *path, &value))
            continue;
        snprintf(made, sizeof made, "schedule[%zu].%s", index, strchr(*path, '.') + 1);
        csv_put_cell(object, field_find_path(*path), -1, &value, made);
    }
}

static void put_text(struct csv_object *object, const struct times *times, size_t index)
{
    if (times->text.text && times->notes)
        csv_put(object, times->text.column, json_sprintf("%s; %s", times->text.text, times->notes),
                "schedule[%zu].text", index);
    else if (times->text.text)
        csv_put_string(object, times->text.column, times->text.text, "schedule[%zu].text", index);
    else if (times->notes)
        csv_put_string(object, times->note_column, times->notes, "schedule[%zu].text", index);
}

/* A schedule for each range of hours; season: the row's dates are its own. */
static void put_schedules(struct csv_object *object, const struct times *times, bool season)
{
    size_t count = times->hours_count ? times->hours_count : 1;
    for (size_t i = 0; i < count; i++) {
        if (times->weekly)
            put_weekdays(object, times, i);
        if (i < times->hours_count) {
            put_clock(object, times->hours[i].column, times->hours[i].from, i, "from");
            put_clock(object, times->hours[i].column, times->hours[i].to, i, "to");
        }
        if (season && times->start.text)
            csv_put_string(object, times->start.column, times->start.text, "schedule[%zu].valid_from", i);
        if (season && times->end.text)
            csv_put_string(object, times->end.column, times->end.text, "schedule[%zu].valid_to", i);
        put_plain_columns(object, i);
        put_exceptions(object, i);
    }
    put_text(object, times, 0);
}

/* ---- dates --------------------------------------------------------------------------------------------------- */

static void put_moment(struct csv_object *object, size_t column, int32_t day, int16_t minute, const char *path)
{
    char text[CALENDAR_MOMENT_BYTES];
    if (minute == 24 * 60) {
        day++;
        minute = 0;
    }
    moment_format((struct moment){day, minute}, text);
    csv_put_string(object, column, text, "%s", path);
}

static bool says_time(const struct csv_value *value)
{
    struct moment moment;
    return normalise_moment(value->text, value->len, &moment) && moment.minute != MINUTE_UNKNOWN;
}

/* Start and end, with the hours when there is one range of them. */
static void put_dates(struct csv_object *object, const struct times *times)
{
    struct hours none = {MINUTE_UNKNOWN, MINUTE_UNKNOWN, 0};
    const struct hours *hours = times->hours_count == 1 ? &times->hours[0] : &none;
    if (times->start_day == DAY_UNKNOWN || says_time(&times->start)) {
        if (times->start.text)
            csv_put_string(object, times->start.column, times->start.text, "start");
    } else {
        put_moment(object, times->start.column, times->start_day, hours->from, "start");
    }
    bool night = hours->to != MINUTE_UNKNOWN && hours->to < hours->from;
    if (times->end.text && (times->end_day == DAY_UNKNOWN || says_time(&times->end)))
        csv_put_string(object, times->end.column, times->end.text, "end");
    else if (times->end.text)
        put_moment(object, times->end.column, times->end_day + (night && times->end_day == times->start_day), hours->to,
                   "end");
    else if (times->start_day != DAY_UNKNOWN && hours->to != MINUTE_UNKNOWN)
        put_moment(object, hours->column, times->start_day + night, hours->to, "end");
}

static void check_weekday(struct csv_object *object, const struct times *times)
{
    if (times->weekly && times->start_day != DAY_UNKNOWN &&
        !(times->words.weekdays & 1u << weekday_of(times->start_day)))
        csv_report(object, &times->weekday, PROBLEM_WARNING, PROBLEM_CONFLICT, NULL, "check the date and the weekday",
                   "is not the weekday of the date");
}

static void put_event(struct csv_object *object, const struct times *times)
{
    bool dated = times->start.text || times->end.text;
    bool series = times->weekly && times->start_day != DAY_UNKNOWN && times->end_day != DAY_UNKNOWN &&
                  times->end_day - times->start_day > SERIES_DAYS;
    if (!dated || series) {
        put_schedules(object, times, series);
        return;
    }
    check_weekday(object, times);
    put_dates(object, times);
    put_text(object, times, 0);
}

void csv_put_times(struct csv_object *object)
{
    struct times times;
    read_times(object, &times);
    bool lasting = times.start_day != DAY_UNKNOWN && times.end_day > times.start_day; /* more than one day */
    bool project = object->kind == RECORD_PROJECT || object->kind == RECORD_EXPERIMENT;
    bool anything = times.weekly || times.hours_count || times.notes || times.text.text;
    if (object->kind == RECORD_EVENT ||
        (!times.weekly && !lasting && !project && (times.start.text || times.end.text))) {
        put_event(object, &times);
        return;
    }
    bool season = times.weekly && !project;
    if (!season && (times.start.text || times.end.text)) {
        struct times dates = times;
        dates.hours_count = 0; /* they are hours of each day, not of the beginning */
        put_dates(object, &dates);
    }
    if (anything)
        put_schedules(object, &times, season);
}
