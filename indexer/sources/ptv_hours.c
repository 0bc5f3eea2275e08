/* Opening hours of PTV: serviceHours of the types DaysOfTheWeek, Exceptional and OverMidnight (before version 8:
 * Standard, Exception, Special), to rules of a week, with the exceptions' days cut out of the others and given as rules
 * of their own when something is open on them. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

#include "calendar.h"
#include "record.h"

enum { DAYS = 7, ALL_DAYS = 0x7F, DAY_MINUTES = 24 * 60 };

struct rule {
    uint8_t weekdays;            /* 0: only words */
    int16_t from, to;            /* MINUTE_UNKNOWN */
    int32_t valid_from, valid_to; /* DAY_UNKNOWN */
    bool exceptional;
    json_t *text; /* owned; NULL */
};

struct hours {
    struct ptv *ptv;
    struct rule rules[PTV_SCHEDULES];
    size_t count;
    struct day_range closed[PTV_EXCEPTIONS]; /* days on which the usual rules do not hold */
    size_t closed_count;
    size_t usual, reserved; /* usual entries, and those that are only by reservation */
    bool full;
};

/* One item of serviceHours. */
struct entry {
    struct hours *hours;
    const json_t *object;
    const char *path;
    bool exceptional, over_midnight, is_closed;
    int32_t valid_from, valid_to;
    json_t *text; /* owned */
    size_t first; /* of its rules */
};

/* ---- reading --------------------------------------------------------------------------------------------------- */

static bool flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static int32_t read_day(struct entry *entry, const char *key)
{
    struct ptv *ptv = entry->hours->ptv;
    return ptv_day(ptv, import_path(ptv->notes, "%s.%s", entry->path, key), json_object_get(entry->object, key));
}

/* "08:00:00"; a whole day as .NET writes it, "1.00:00:00", is 24:00. */
static int16_t read_clock(struct entry *entry, const char *path, const json_t *opening, const char *key)
{
    const char *text = import_string(opening, key);
    int16_t minute;
    if (!text)
        return MINUTE_UNKNOWN;
    if (strncmp(text, "1.00:00", 7) == 0)
        return DAY_MINUTES;
    if (normalise_clock(text, strlen(text), &minute))
        return minute;
    import_warn(entry->hours->ptv->notes,
                &(struct import_note){PROBLEM_FORM, import_path(entry->hours->ptv->notes, "%s.%s", path, key),
                                      json_object_get(opening, key), "write 08:00:00"},
                "is not a time of day; it is left out");
    return MINUTE_UNKNOWN;
}

/* 0 Monday .. 6 Sunday; -1 for none, and with a warning for a word that is none. */
static int read_weekday(struct entry *entry, const char *path, const json_t *opening, const char *key)
{
    static const char *const names[DAYS] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                            "Friday", "Saturday", "Sunday"};
    const char *text = import_string(opening, key);
    for (int i = 0; text && i < DAYS; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    if (text)
        import_warn(entry->hours->ptv->notes,
                    &(struct import_note){PROBLEM_CODE, import_path(entry->hours->ptv->notes, "%s.%s", path, key),
                                          json_object_get(opening, key), "write Monday … Sunday"},
                    "is not a day of the week; it is left out");
    return -1;
}

/* ---- words ----------------------------------------------------------------------------------------------------- */

static const char *const closed_words[RECORD_LANGS] = {"Suljettu", "Stängt", "Closed"};
static const char *const reserved_words[RECORD_LANGS] = {"Ajanvarauksella", "Enligt tidsbokning", "By appointment"};

/* Our word before the entry's, in each language. */
static void put_words(struct entry *entry, const char *const words[RECORD_LANGS])
{
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++) {
        const char *own = json_string_value(json_object_get(entry->text, record_langs[i]));
        json_t *text = json_sprintf(own ? "%s: %s" : "%s", words[i], own);
        import_put(texts, record_langs[i], import_text(entry->hours->ptv->notes, entry->path, text, TEXT_ONE_LINE,
                                                       PTV_NOTE_CHARS));
        json_decref(text);
    }
    json_decref(entry->text);
    entry->text = texts;
}

/* ---- rules ----------------------------------------------------------------------------------------------------- */

/* A rule of the entry; one for the same hours of other days takes these too. */
static void add_rule(struct entry *entry, uint8_t weekdays, int16_t from, int16_t to)
{
    struct hours *hours = entry->hours;
    for (size_t i = entry->first; i < hours->count && weekdays; i++)
        if (hours->rules[i].from == from && hours->rules[i].to == to && hours->rules[i].weekdays) {
            hours->rules[i].weekdays |= weekdays;
            return;
        }
    if (hours->count == PTV_SCHEDULES) {
        hours->full = true;
        return;
    }
    hours->rules[hours->count++] = (struct rule){
        weekdays, from, to, entry->valid_from, entry->valid_to, entry->exceptional, json_incref(entry->text)};
}

/* Opening `from` on a day to `to` some days later: what does not end in the small hours becomes pieces of days. */
static void add_span(struct entry *entry, int day, int16_t from, int days, int16_t to)
{
    if (to == 0 && days > 0) {
        to = DAY_MINUTES;
        days--;
    }
    bool night = days == 1 && to <= SCHEDULE_NIGHT_MINUTE && to < from;
    if (days == 0 || night) {
        add_rule(entry, (uint8_t)(1u << day), from, to);
        return;
    }
    if (from < DAY_MINUTES)
        add_rule(entry, (uint8_t)(1u << day), from, DAY_MINUTES);
    for (int i = 1; i < days; i++)
        add_rule(entry, (uint8_t)(1u << (day + i) % DAYS), 0, DAY_MINUTES);
    add_rule(entry, (uint8_t)(1u << (day + days) % DAYS), 0, to);
}

/* The same hours on a day: 00:00 as the end is midnight, an earlier end is of the next day. */
static void add_day(struct entry *entry, int day, int16_t from, int16_t to)
{
    bool known = from != MINUTE_UNKNOWN && to != MINUTE_UNKNOWN;
    if (known && (to == 0 || (from == to && from == DAY_MINUTES)))
        add_rule(entry, (uint8_t)(1u << day), from == DAY_MINUTES ? 0 : from, DAY_MINUTES);
    else if (known && to <= from)
        add_span(entry, day, from, 1, to);
    else
        add_rule(entry, (uint8_t)(1u << day), from, to);
}

/* Days of the week that a range of days has; all when it is a week or longer, or open. */
static uint8_t days_between(int32_t from, int32_t to)
{
    uint8_t mask = 0;
    if (from == DAY_UNKNOWN || to == DAY_UNKNOWN || to - from >= DAYS - 1)
        return ALL_DAYS;
    for (int32_t day = from; day <= to; day++)
        mask |= (uint8_t)(1u << weekday_of(day));
    return mask;
}

/* From a day to another, over the turn of the week when need be; the first alone when there is no other. */
static uint8_t days_named(int first, int last)
{
    uint8_t mask = 0;
    if (first < 0)
        return 0;
    for (int i = 0, n = last < 0 ? 0 : (last - first + DAYS) % DAYS; i <= n; i++)
        mask |= (uint8_t)(1u << (first + i) % DAYS);
    return mask;
}

static void read_opening(struct entry *entry, const char *path, const json_t *opening)
{
    int first = read_weekday(entry, path, opening, "dayFrom"), last = read_weekday(entry, path, opening, "dayTo");
    int16_t from = read_clock(entry, path, opening, "from"), to = read_clock(entry, path, opening, "to");
    if (entry->over_midnight && first >= 0 && from != MINUTE_UNKNOWN && to != MINUTE_UNKNOWN) {
        int days = last < 0 ? to <= from : (last - first + DAYS) % DAYS;
        add_span(entry, first, from, days == 0 && to <= from ? DAYS : days, to);
        return;
    }
    uint8_t named = days_named(first, last), days = named;
    if (entry->exceptional) {
        uint8_t held = days_between(entry->valid_from, entry->valid_to);
        days = named & held ? named & held : held;
    }
    for (int day = 0; day < DAYS; day++)
        if (days & 1u << day)
            add_day(entry, day, from, to);
}

static void add_closed(struct entry *entry)
{
    struct hours *hours = entry->hours;
    if (entry->valid_from == DAY_UNKNOWN || entry->valid_to == DAY_UNKNOWN)
        return;
    if (hours->closed_count < PTV_EXCEPTIONS)
        hours->closed[hours->closed_count++] = (struct day_range){entry->valid_from, entry->valid_to};
    else
        hours->full = true;
}

/* ---- entries --------------------------------------------------------------------------------------------------- */

static void read_validity(struct entry *entry)
{
    entry->valid_from = read_day(entry, "validFrom");
    entry->valid_to = read_day(entry, "validTo");
    if (entry->exceptional && entry->valid_to == DAY_UNKNOWN)
        entry->valid_to = entry->valid_from; /* a single day */
    if (entry->exceptional && entry->valid_from == DAY_UNKNOWN)
        entry->valid_from = entry->valid_to;
    if (entry->valid_from != DAY_UNKNOWN && entry->valid_to != DAY_UNKNOWN && entry->valid_to < entry->valid_from) {
        struct import_notes *notes = entry->hours->ptv->notes;
        import_warn(notes,
                    &(struct import_note){PROBLEM_CONFLICT, import_path(notes, "%s.validTo", entry->path),
                                          json_object_get(entry->object, "validTo"), "check both dates"},
                    "is before validFrom; both are left out");
        entry->valid_from = entry->valid_to = DAY_UNKNOWN;
    }
}

static bool type_is(const json_t *object, const char *name, const char *older)
{
    const char *type = import_string(object, "serviceHourType");
    return type && (strcmp(type, name) == 0 || strcmp(type, older) == 0);
}

/* What an entry says beyond its hours; false when it opens nothing. */
static bool read_state(struct entry *entry)
{
    bool reserved = flag(entry->object, "isReservation");
    entry->is_closed = flag(entry->object, "isClosed");
    if (!entry->exceptional && !entry->is_closed) {
        entry->hours->usual++;
        entry->hours->reserved += reserved;
    }
    if (entry->is_closed && (entry->text || !entry->exceptional))
        put_words(entry, closed_words);
    else if (reserved && !entry->is_closed)
        put_words(entry, reserved_words);
    return !entry->is_closed;
}

static void read_entry(struct hours *hours, const char *path, const json_t *object)
{
    const json_t *openings = json_object_get(object, "openingHour"), *opening;
    size_t i;
    struct entry entry = {.hours = hours, .object = object, .path = path, .first = hours->count};
    entry.exceptional = type_is(object, "Exceptional", "Exception");
    entry.over_midnight = type_is(object, "OverMidnight", "Special");
    entry.text = ptv_localised(hours->ptv, import_path(hours->ptv->notes, "%s.additionalInformation", path),
                               json_object_get(object, "additionalInformation"), NULL, TEXT_ONE_LINE, PTV_NOTE_CHARS);
    read_validity(&entry);
    bool open = read_state(&entry);
    bool dated = entry.valid_from != DAY_UNKNOWN || !entry.exceptional; /* an exception without a day is only words */
    if (entry.exceptional || entry.is_closed)
        add_closed(&entry);
    if (open && dated && flag(object, "isAlwaysOpen"))
        add_rule(&entry, entry.exceptional ? days_between(entry.valid_from, entry.valid_to) : ALL_DAYS, 0, DAY_MINUTES);
    else if (open && dated)
        json_array_foreach(openings, i, opening)
            read_opening(&entry, import_path(hours->ptv->notes, "%s.openingHour[%zu]", path, i), opening);
    if (hours->count == entry.first && entry.text)
        add_rule(&entry, 0, MINUTE_UNKNOWN, MINUTE_UNKNOWN);
    json_decref(entry.text);
}

/* ---- writing --------------------------------------------------------------------------------------------------- */

static json_t *weekday_list(uint8_t weekdays)
{
    json_t *list = json_array();
    for (unsigned day = 0; day < DAYS; day++)
        if (weekdays & 1u << day)
            json_array_append_new(list, json_string(weekday_code(day)));
    return list;
}

/* The closed days that fall into the rule's season. */
static json_t *except_list(const struct hours *hours, const struct rule *rule)
{
    json_t *list = json_array();
    for (size_t i = 0; i < hours->closed_count; i++) {
        struct day_range range = hours->closed[i];
        bool before = rule->valid_from != DAY_UNKNOWN && range.to_day < rule->valid_from;
        bool after = rule->valid_to != DAY_UNKNOWN && range.from_day > rule->valid_to;
        if (before || after)
            continue;
        json_t *from = import_day_text(range.from_day);
        json_array_append_new(list, range.from_day == range.to_day
                                        ? from
                                        : json_pack("{s:o, s:o}", "from", from, "to", import_day_text(range.to_day)));
    }
    return list;
}

static json_t *rule_json(const struct hours *hours, const struct rule *rule)
{
    json_t *schedule = json_object();
    import_put(schedule, "weekday", weekday_list(rule->weekdays));
    import_put(schedule, "from", import_minute_text(rule->from));
    import_put(schedule, "to", import_minute_text(rule->to));
    import_put(schedule, "valid_from", import_day_text(rule->valid_from));
    import_put(schedule, "valid_to", import_day_text(rule->valid_to));
    if (!rule->exceptional && rule->weekdays)
        import_put(schedule, "except", except_list(hours, rule));
    import_put(schedule, "text", json_incref(rule->text));
    return schedule;
}

static void put_signup(const struct hours *hours)
{
    json_t *record = hours->ptv->record, *signup = json_object_get(record, "signup");
    if (hours->usual == 0 || hours->reserved < hours->usual)
        return;
    if (signup)
        json_object_set_new(signup, "needed", json_true());
    else
        import_put(record, "signup", json_pack("{s:b}", "needed", 1));
}

void ptv_put_hours(struct ptv *ptv, const char *path, const json_t *list)
{
    const json_t *object;
    size_t i;
    struct hours *hours = json_array_size(list) > 0 ? arena_alloc(ptv->notes->arena, sizeof *hours) : NULL;
    if (!hours) {
        ptv->notes->failed = ptv->notes->failed || json_array_size(list) > 0;
        return;
    }
    hours->ptv = ptv;
    json_array_foreach(list, i, object)
        read_entry(hours, import_path(ptv->notes, "%s[%zu]", path, i), object);
    if (hours->full)
        import_warn(ptv->notes, &(struct import_note){PROBLEM_TOO_BIG, path, NULL, NULL},
                    "has more than %d rules or %d exceptions; the rest is left out", PTV_SCHEDULES, PTV_EXCEPTIONS);
    for (i = 0; i < hours->count; i++) {
        ptv_append(ptv, "schedule", path, rule_json(hours, &hours->rules[i]), PTV_SCHEDULES);
        json_decref(hours->rules[i].text);
    }
    import_origin(ptv->notes, "schedule", path);
    put_signup(hours);
}
