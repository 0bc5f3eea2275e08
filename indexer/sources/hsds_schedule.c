/* Schedules of HSDS, recurrence rules as in iCalendar (RFC 5545), as rules of ours: weekly ones and those of the nth
 * weekday of a month as they are, others as the dates that they mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"
#include "indexer/sources/hsds_part.h"
#include "indexer/sources/occurrences.h"

enum {
    DAYS_LOOKED_AT = 731,  /* for a rule that becomes dates, or whose dates are counted, and has no end */
    DAYS_OF_COUNT = 20000, /* … of a rule that ends with its nth date */
    NUMBERS_MOST = 62,
    NTH_SLOTS = 6,   /* first to fifth, last */
    EVERY_MOST = 52,
    ZONE_WINTER = 120, ZONE_SUMMER = 180, /* minutes east of Greenwich */
};

enum freq { FREQ_NONE, FREQ_DAILY, FREQ_WEEKLY, FREQ_MONTHLY, FREQ_YEARLY, FREQ_UNKNOWN };

struct numbers {
    int list[NUMBERS_MOST];
    size_t count;
};

struct rule {
    enum freq freq;
    int interval, count;            /* count 0: without */
    uint8_t weekdays;               /* all that byday names */
    uint8_t any, nth[NTH_SLOTS];    /* of them: on each such day; on the nth of a month */
    struct numbers other;           /* ordinals that ours cannot say, 7 * weeks + weekday: -2MO */
    struct numbers monthdays, weeks;
    int32_t begins;                 /* its first date, or the day from which its intervals count */
    int32_t from, to;               /* where it holds */
    int16_t opens, closes;
};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static enum freq freq_of(struct hsds *hsds, const char *path, const json_t *schedule)
{
    static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
    const char *text = import_string(schedule, "freq");
    if (!text)
        return FREQ_NONE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(text, names[i]) == 0)
            return (enum freq)(FREQ_DAILY + (int)i);
    import_warn(hsds->notes,
                &(struct import_note){PROBLEM_CODE, import_path(hsds->notes, "%s.freq", path),
                                      json_object_get(schedule, "freq"), "WEEKLY or MONTHLY"},
                "is not known; only the words of the schedule are taken");
    return FREQ_UNKNOWN;
}

/* A whole number, also as text; `otherwise` when there is none. */
static int whole_of(struct hsds *hsds, const char *path, const json_t *schedule, const char *key, int otherwise)
{
    double number;
    const json_t *value = json_object_get(schedule, key);
    path = import_path(hsds->notes, "%s.%s", path, key);
    if (!hsds_number(hsds, path, value, &number))
        return otherwise;
    if (number >= 1 && number <= 10000)
        return (int)number;
    import_warn(hsds->notes, &(struct import_note){PROBLEM_RANGE, path, value, "write a whole number from 1 on"},
                "is left out");
    return otherwise;
}

/* "TU", "2TU", "-1FR", "Monday"; a list of them divided by commas, or in a list. */
static bool add_weekday(struct rule *rule, const char *text, size_t len)
{
    static const char codes[] = "MOTUWETHFRSASU";
    char *rest;
    uint16_t ordinal;
    long nth = strtol(text, &rest, 10);
    size_t at = (size_t)(rest - text);
    if (at > len || nth < -5 || nth > 5)
        return false;
    while (at < len && (text[at] == ' ' || text[at] == '.'))
        at++;
    int day = -1;
    for (int i = 0; i < 7 && len - at == 2; i++)
        if (strncasecmp(text + at, codes + 2 * i, 2) == 0)
            day = i;
    if (day < 0 && len - at > 2 && normalise_code(VOCAB_WEEKDAY, text + at, len - at, &ordinal))
        day = ordinal;
    if (day < 0)
        return false;
    uint8_t bit = (uint8_t)(1u << day);
    rule->weekdays |= bit;
    if (nth == 0 || rule->freq != FREQ_MONTHLY)
        rule->any |= bit;
    else if (nth > 0)
        rule->nth[nth - 1] |= bit;
    else if (nth == -1)
        rule->nth[NTH_SLOTS - 1] |= bit;
    else if (rule->other.count < NUMBERS_MOST)
        rule->other.list[rule->other.count++] = (int)(7 * nth) - day;
    return true;
}

/* Calls for each piece of a text, a number or a list of them. */
static bool each_piece(const json_t *value, bool (*take)(struct rule *, const char *, size_t), struct rule *rule)
{
    const json_t *item;
    size_t i;
    bool good = true;
    char number[24];
    const char *text = json_string_value(value);
    if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = number;
    }
    json_array_foreach(value, i, item)
        if (i < NUMBERS_MOST && !json_is_array(item))
            good = each_piece(item, take, rule) && good;
    for (size_t at = 0, len; text && text[at]; at += len + (text[at + len] != '\0')) {
        len = strcspn(text + at, ",;|");
        size_t skip = strspn(text + at, " "), end = len;
        while (end > skip && text[at + end - 1] == ' ')
            end--;
        if (skip < end)
            good = take(rule, text + at + skip, end - skip) && good;
    }
    return good && (text || json_is_array(value) || !value || json_is_null(value));
}

static bool add_number(struct numbers *numbers, const char *text, size_t len, long most)
{
    char *rest;
    long number = strtol(text, &rest, 10);
    if ((size_t)(rest - text) != len || number == 0 || number < -most || number > most ||
        numbers->count == NUMBERS_MOST)
        return false;
    numbers->list[numbers->count++] = (int)number;
    return true;
}

static bool add_monthday(struct rule *rule, const char *text, size_t len)
{
    return add_number(&rule->monthdays, text, len, 31);
}

static bool add_week(struct rule *rule, const char *text, size_t len)
{
    return add_number(&rule->weeks, text, len, 53);
}

static void read_list(struct hsds *hsds, const char *path, const json_t *schedule, const char *key,
                      bool (*take)(struct rule *, const char *, size_t), struct rule *rule, const char *mend)
{
    const json_t *value = json_object_get(schedule, key);
    if (!each_piece(value, take, rule))
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_FORM, import_path(hsds->notes, "%s.%s", path, key), value, mend},
                    "cannot be read as a whole; what cannot be read of it is left out");
}

/* "09:00+03:00", "07:00Z": minutes east of Greenwich; false when it says none. */
static bool zone_of(const char *text, size_t *cut, int *east)
{
    size_t len = strlen(text), at = strcspn(text, "Zz+-");
    int hours = 0, minutes = 0;
    if (at == len)
        return false;
    *cut = at;
    *east = 0;
    if (text[at] == 'Z' || text[at] == 'z')
        return true;
    if (sscanf(text + at + 1, "%2d:%2d", &hours, &minutes) < 1 && sscanf(text + at + 1, "%2d%2d", &hours, &minutes) < 1)
        return false;
    *east = (text[at] == '-' ? -1 : 1) * (60 * hours + minutes);
    return true;
}

/* A time of day in Finnish time: of another zone as it is on the day that the rule begins, else in winter. */
static int16_t clock_of(struct hsds *hsds, const char *path, const json_t *schedule, const char *key, int32_t day)
{
    const json_t *value = json_object_get(schedule, key);
    const char *text = json_string_value(value), *after = text ? strchr(text, 'T') : NULL;
    int16_t minute = MINUTE_UNKNOWN;
    size_t cut = 0;
    int east;
    path = import_path(hsds->notes, "%s.%s", path, key);
    text = after ? after + 1 : text; /* "1970-01-01T09:00:00Z" */
    bool zoned = text && zone_of(text, &cut, &east);
    json_t *plain = text ? json_stringn(text, zoned ? cut : strlen(text)) : json_incref((json_t *)value);
    json_t *clock = import_clock(hsds->notes, path, plain);
    if (clock && !minute_parse(json_string_value(clock), json_string_length(clock), &minute))
        minute = MINUTE_UNKNOWN;
    json_decref(plain);
    json_decref(clock);
    if (!zoned || minute == MINUTE_UNKNOWN || east == ZONE_WINTER || east == ZONE_SUMMER)
        return minute;
    int64_t noon = day == DAY_UNKNOWN ? 0 : ((int64_t)day * 24 + 12) * 3600;
    int here = day == DAY_UNKNOWN ? ZONE_WINTER : local_offset_seconds(noon) / 60, moved = minute - east + here;
    bool same_day = moved >= 0 && moved <= 24 * 60;
    import_warn(hsds->notes, &(struct import_note){PROBLEM_NOTE, path, value, "write the local time"},
                same_day ? "is of another time zone; it is taken as Finnish time"
                         : "is of another time zone, where it is another day; the hour is taken as it is");
    return same_day ? (int16_t)moved : minute;
}

static int32_t later(int32_t a, int32_t b)
{
    return a == DAY_UNKNOWN || (b != DAY_UNKNOWN && b > a) ? b : a;
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a == DAY_UNKNOWN || (b != DAY_UNKNOWN && b < a) ? b : a;
}

static void read_hours(struct hsds *hsds, const char *path, const json_t *schedule, struct rule *rule)
{
    rule->opens = clock_of(hsds, path, schedule, "opens_at", rule->begins);
    rule->closes = clock_of(hsds, path, schedule, "closes_at", rule->begins);
    if (rule->opens == 24 * 60)
        rule->opens = 0;
    if (rule->closes == 0) /* it ends with the day */
        rule->closes = 24 * 60;
    bool over_night = rule->closes <= SCHEDULE_NIGHT_MINUTE && rule->closes != rule->opens;
    if (rule->opens == MINUTE_UNKNOWN || rule->closes == MINUTE_UNKNOWN || rule->closes > rule->opens || over_night)
        return;
    import_warn(hsds->notes,
                &(struct import_note){PROBLEM_CONFLICT, import_path(hsds->notes, "%s.closes_at", path),
                                      json_object_get(schedule, "closes_at"), "check both times"},
                "is not after opens_at; it is left out");
    rule->closes = MINUTE_UNKNOWN;
}

static void read_rule(struct hsds *hsds, const char *path, const json_t *schedule, struct rule *rule)
{
    *rule = (struct rule){.freq = freq_of(hsds, path, schedule)};
    int32_t dtstart = hsds_day(hsds, import_path(hsds->notes, "%s.dtstart", path),
                               json_object_get(schedule, "dtstart"));
    int32_t until = hsds_day(hsds, import_path(hsds->notes, "%s.until", path), json_object_get(schedule, "until"));
    rule->from = hsds_day(hsds, import_path(hsds->notes, "%s.valid_from", path),
                          json_object_get(schedule, "valid_from"));
    rule->to = hsds_day(hsds, import_path(hsds->notes, "%s.valid_to", path), json_object_get(schedule, "valid_to"));
    rule->begins = dtstart != DAY_UNKNOWN ? dtstart : rule->from;
    rule->from = later(rule->from, dtstart);
    rule->to = earlier(rule->to, until);
    rule->interval = whole_of(hsds, path, schedule, "interval", 1);
    rule->count = whole_of(hsds, path, schedule, "count", 0);
    read_list(hsds, path, schedule, "byday", add_weekday, rule, "write MO,TU; of months also 2TU or -1FR");
    if (rule->freq == FREQ_MONTHLY)
        read_list(hsds, path, schedule, "bymonthday", add_monthday, rule, "write days of the month: 1,15,-1");
    if (rule->freq == FREQ_WEEKLY)
        read_list(hsds, path, schedule, "byweekno", add_week, rule, "write numbers of weeks: 41,42");
    if (rule->freq == FREQ_NONE && rule->weekdays)
        rule->freq = FREQ_WEEKLY;
    if (rule->freq == FREQ_WEEKLY && !rule->weekdays && rule->begins != DAY_UNKNOWN)
        rule->weekdays = rule->any = (uint8_t)(1u << weekday_of(rule->begins));
    if (rule->freq == FREQ_MONTHLY && !rule->weekdays && rule->monthdays.count == 0 && rule->begins != DAY_UNKNOWN)
        rule->monthdays = (struct numbers){{date_from_day(rule->begins).day}, 1};
    if (rule->freq == FREQ_DAILY && !rule->weekdays && rule->interval == 1)
        rule->weekdays = rule->any = 0x7F;
    read_hours(hsds, path, schedule, rule);
}

/* ---- dates of a rule -------------------------------------------------------------------------------------------- */

static bool among(const struct numbers *numbers, int number)
{
    for (size_t i = 0; i < numbers->count; i++)
        if (numbers->list[i] == number)
            return true;
    return false;
}

static bool holds_in_month(const struct rule *rule, int32_t day)
{
    struct date date = date_from_day(day), first = date_from_day(rule->begins);
    int length = month_length(date.year, date.month), weekday = (int)weekday_of(day);
    int months = 12 * (date.year - first.year) + date.month - first.month;
    int nth = (date.day - 1) / 7, back = (length - date.day) / 7 + 1;
    uint8_t bit = (uint8_t)(1u << weekday);
    if (months % rule->interval != 0)
        return false;
    if (rule->monthdays.count > 0 && !among(&rule->monthdays, date.day) &&
        !among(&rule->monthdays, date.day - length - 1))
        return false;
    return !rule->weekdays || rule->any & bit || rule->nth[nth] & bit ||
           (back == 1 && rule->nth[NTH_SLOTS - 1] & bit) || among(&rule->other, -7 * back - weekday);
}

static bool holds_in_week(const struct rule *rule, int32_t day)
{
    struct iso_week week = iso_week_of(day);
    int last = iso_week_of(day_from_date(week.year, 12, 28)).week;
    if ((week_index(day) - week_index(rule->begins)) % rule->interval != 0)
        return false;
    return (rule->any >> weekday_of(day) & 1) &&
           (rule->weeks.count == 0 || among(&rule->weeks, week.week) || among(&rule->weeks, week.week - last - 1));
}

static bool holds(const struct rule *rule, int32_t day)
{
    struct date date = date_from_day(day), first = date_from_day(rule->begins);
    switch (rule->freq) {
    case FREQ_DAILY:
        return (day - rule->begins) % rule->interval == 0 && (!rule->weekdays || rule->any >> weekday_of(day) & 1);
    case FREQ_WEEKLY: return holds_in_week(rule, day);
    case FREQ_MONTHLY: return holds_in_month(rule, day);
    case FREQ_YEARLY:
        return date.day == first.day && date.month == first.month && (date.year - first.year) % rule->interval == 0;
    default: return day == rule->begins;
    }
}

/* A rule that says how often it occurs ends with that date. */
static void end_by_count(struct hsds *hsds, const char *path, struct rule *rule)
{
    if (rule->count == 0)
        return;
    if (rule->begins == DAY_UNKNOWN) {
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_MISSING, import_path(hsds->notes, "%s.dtstart", path), NULL,
                                          "add the first date: count is counted from it"},
                    "is missing, so count is left out");
        return;
    }
    int left = rule->count;
    for (int32_t day = rule->begins; day < rule->begins + DAYS_OF_COUNT; day++)
        if (holds(rule, day) && --left == 0) {
            rule->to = earlier(rule->to, day);
            return;
        }
}

static bool put_dates(struct hsds *hsds, const char *path, const struct rule *rule)
{
    struct occurrence_list list = {0};
    int32_t from, to = rule->to == DAY_UNKNOWN ? rule->from + DAYS_LOOKED_AT : rule->to;
    if (rule->begins == DAY_UNKNOWN)
        return false;
    for (int32_t day = rule->from; day <= to && day < rule->from + DAYS_OF_COUNT; day++)
        if (holds(rule, day)) {
            bool night = rule->closes != MINUTE_UNKNOWN && rule->closes < rule->opens;
            struct moment start = {day, rule->opens}, end = {day + (night ? 1 : 0), rule->closes};
            occurrences_add(&list, hsds->notes, start, end);
        }
    return occurrences_put(&list, hsds->notes, path, hsds->record, &from, &to);
}

/* ---- rules of ours ---------------------------------------------------------------------------------------------- */

/* Every nth week counts from the week of valid_from, so it must be one in which the rule holds. */
static int32_t aligned(const struct rule *rule)
{
    int32_t day = rule->from;
    int32_t weeks = (week_index(day) - week_index(rule->begins)) % rule->interval;
    if (rule->freq != FREQ_WEEKLY || rule->interval == 1 || weeks == 0)
        return day;
    return day - (int32_t)weekday_of(day) + 7 * (rule->interval - weeks);
}

static json_t *rule_json(const struct rule *rule, uint8_t weekdays)
{
    json_t *ours = json_object(), *days = json_array();
    for (unsigned day = 0; day < 7; day++)
        if (weekdays >> day & 1)
            import_append(days, json_string(vocab_entry(VOCAB_WEEKDAY, day)->code));
    import_put(ours, "weekday", days);
    import_put(ours, "from", import_minute_text(rule->opens));
    import_put(ours, "to", import_minute_text(rule->closes));
    if (rule->from != DAY_UNKNOWN)
        import_put(ours, "valid_from", import_day_text(aligned(rule)));
    import_put(ours, "valid_to", import_day_text(rule->to));
    if (rule->freq == FREQ_WEEKLY && rule->interval > 1 && rule->from != DAY_UNKNOWN)
        import_put(ours, "every", json_integer(rule->interval));
    return ours;
}

/* Directories write a schedule for each weekday: those that are the same but for it are one rule. */
static bool join(struct hsds *hsds, json_t *ours)
{
    json_t *list = json_object_get(hsds->record, "schedule"), *other, *day;
    size_t i, k;
    json_array_foreach(list, i, other) {
        json_t *a = json_copy(other), *b = json_copy(ours);
        json_object_del(a, "weekday");
        json_object_del(b, "weekday");
        bool same = json_object_get(ours, "weekday") && json_object_get(other, "weekday") &&
                    !json_object_get(ours, "nth") && json_equal(a, b);
        json_decref(a);
        json_decref(b);
        if (!same)
            continue;
        json_array_foreach(json_object_get(ours, "weekday"), k, day) {
            json_t *days = json_object_get(other, "weekday");
            bool there = false;
            for (size_t n = 0; n < json_array_size(days); n++)
                there = there || json_equal(json_array_get(days, n), day);
            if (!there)
                json_array_append(days, day);
        }
        return true;
    }
    return false;
}

static void put_rule(struct hsds *hsds, const char *path, json_t *ours, const json_t *text)
{
    import_put(ours, "text", json_incref((json_t *)text));
    if (join(hsds, ours))
        json_decref(ours);
    else
        hsds_append(hsds, "schedule", path, ours, HSDS_SCHEDULES);
}

/* Of the nth weekdays of months those with the same weekdays are one rule. */
static void put_nth(struct hsds *hsds, const char *path, const struct rule *rule, const json_t *text)
{
    bool told[NTH_SLOTS] = {false};
    for (int i = 0; i < NTH_SLOTS; i++) {
        if (!rule->nth[i] || told[i])
            continue;
        json_t *ours = rule_json(rule, rule->nth[i]), *list = json_array();
        for (int k = i; k < NTH_SLOTS; k++)
            if (rule->nth[k] == rule->nth[i]) {
                told[k] = true;
                json_array_append_new(list, json_integer(k == NTH_SLOTS - 1 ? -1 : k + 1));
            }
        import_put(ours, "nth", list);
        put_rule(hsds, path, ours, text);
    }
}

static bool is_simple(const struct rule *rule)
{
    if (rule->freq == FREQ_WEEKLY || rule->freq == FREQ_DAILY)
        return rule->any && rule->weeks.count == 0 && rule->interval <= (rule->freq == FREQ_DAILY ? 1 : EVERY_MOST);
    return rule->freq == FREQ_MONTHLY && rule->weekdays && rule->interval == 1 && rule->monthdays.count == 0 &&
           rule->other.count == 0;
}

/* Words of the schedule; what they say of several is said once. */
static json_t *words_of(struct hsds *hsds, const char *path, const json_t *schedule, const char *where)
{
    const char *const texts[] = {where, import_string(schedule, "description"), import_string(schedule, "notes"),
                                 import_string(schedule, "attending_type")};
    return hsds_joined(hsds, import_path(hsds->notes, "%s.description", path), texts, 4, ". ",
                       HSDS_NOTE_CHARS);
}

/* No rule can say it: hours and words alone.  Hours of days that are not known are hours still. */
static void put_words(struct hsds *hsds, const char *path, const struct rule *rule, const json_t *text)
{
    json_t *ours = json_object();
    if (rule->freq == FREQ_NONE) {
        import_put(ours, "from", import_minute_text(rule->opens));
        import_put(ours, "to", import_minute_text(rule->closes));
        import_put(ours, "valid_from", import_day_text(rule->from));
        import_put(ours, "valid_to", import_day_text(rule->to));
    } else if (rule->freq != FREQ_UNKNOWN) {
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_MISSING, import_path(hsds->notes, "%s.dtstart", path), NULL,
                                          "add the first date"},
                    "is missing, so the days are not known; only the words of the schedule are taken");
    }
    bool hours = json_object_get(ours, "from") || json_object_get(ours, "to");
    if (text || hours)
        put_rule(hsds, path, ours, text);
    else
        json_decref(ours);
}

/* Weeks of which none has a date in the season would leave nothing of the rule. */
static void drop_idle_weeks(struct hsds *hsds, const char *path, const json_t *schedule, struct rule *rule)
{
    int32_t to = rule->to == DAY_UNKNOWN ? rule->from + DAYS_LOOKED_AT : rule->to;
    if (rule->weeks.count == 0 || rule->begins == DAY_UNKNOWN)
        return;
    for (int32_t day = rule->from; day <= to && day < rule->from + DAYS_OF_COUNT; day++)
        if (holds(rule, day))
            return;
    import_warn(hsds->notes,
                &(struct import_note){PROBLEM_CONFLICT, import_path(hsds->notes, "%s.byweekno", path),
                                      json_object_get(schedule, "byweekno"), "check the weeks and the dates"},
                "names no week between the dates of the schedule; it is left out");
    rule->weeks.count = 0;
}

static void put_schedule(struct hsds *hsds, const char *path, const json_t *schedule, const char *where)
{
    struct rule rule;
    read_rule(hsds, path, schedule, &rule);
    end_by_count(hsds, path, &rule);
    hsds_put_link(hsds, import_path(hsds->notes, "%s.schedule_link", path), json_object_get(schedule, "schedule_link"),
                  "info", NULL);
    if (rule.from != DAY_UNKNOWN && rule.to != DAY_UNKNOWN && rule.to < rule.from) {
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_CONFLICT, import_path(hsds->notes, "%s.valid_to", path),
                                          json_object_get(schedule, "valid_to"), "check the dates"},
                    "and until end the schedule before it begins; it is left out");
        return;
    }
    json_t *text = words_of(hsds, path, schedule, where);
    drop_idle_weeks(hsds, path, schedule, &rule);
    bool once = rule.freq == FREQ_NONE && rule.begins != DAY_UNKNOWN &&
                (import_string(schedule, "dtstart") || rule.from == rule.to);
    if (rule.freq == FREQ_WEEKLY && rule.interval > 1 && rule.begins == DAY_UNKNOWN)
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_MISSING, import_path(hsds->notes, "%s.dtstart", path), NULL,
                                          "add the first date: interval is counted from it"},
                    "is missing, so interval is left out");
    if (once)
        rule.to = rule.from = rule.begins;
    if (is_simple(&rule)) {
        if (rule.any)
            put_rule(hsds, path, rule_json(&rule, rule.any), text);
        put_nth(hsds, path, &rule, text);
    } else if ((rule.freq == FREQ_NONE && !once) || rule.freq == FREQ_UNKNOWN || !put_dates(hsds, path, &rule)) {
        put_words(hsds, path, &rule, text);
    } else if (text) {
        put_rule(hsds, path, json_object(), text);
    }
    json_decref(text);
}

void hsds_put_schedules(struct hsds *hsds, const char *path, const json_t *schedules, const char *where)
{
    const json_t *schedule;
    size_t i;
    json_array_foreach(schedules, i, schedule)
        if (json_is_object(schedule) && i < HSDS_ITEMS)
            put_schedule(hsds, import_path(hsds->notes, "%s[%zu]", path, i), schedule, where);
}
