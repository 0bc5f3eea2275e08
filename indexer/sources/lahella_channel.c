#include "indexer/sources/lahella_channel.h"

#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "indexer/sources/occurrences.h"

enum {
    TEXT_CHARS = 500,
    ADDRESS_CHARS = 200,
    MONTHS_MOST = 24,   /* of a monthly recurrence without an end */
    EXCLUDES_MOST = 400,
    SECONDS_MOST = 100, /* … of years: what lies beyond is no date */
};

static const char *const langs[] = {"fi", "sv", "en"};

struct channel_import {
    struct import_notes *notes;
    json_t *record;
    const char *path;    /* "traits.channels[0]" */
    const json_t *channel;
    json_t *where;       /* words for the place of the times, when there are several places */
    struct occurrence_list dates;
    struct moment start, end; /* of what happens once, the first such */
    size_t once;
};

/* ---- days and times --------------------------------------------------------------------------------------------- */

static const struct moment unknown = {DAY_UNKNOWN, MINUTE_UNKNOWN};

/* Midnight here or in Greenwich is a day without a time. */
static struct moment moment_of(struct import_notes *notes, const char *path, const json_t *value)
{
    const json_int_t most = (json_int_t)SECONDS_MOST * 366 * 86400 * 1000;
    if (json_is_number(value)) {
        double ms = json_number_value(value);
        if (ms == 0)
            return unknown;
        if (ms > -(double)most && ms < (double)most) {
            int64_t seconds = (int64_t)(ms / 1000);
            struct moment moment = moment_from_instant(seconds);
            if (moment.minute == 0 || seconds % 86400 == 0)
                moment.minute = MINUTE_UNKNOWN;
            return moment;
        }
        import_warn(notes, &(struct import_note){PROBLEM_RANGE, path, value, "write milliseconds since 1970"},
                    "is no date; it is left out");
        return unknown;
    }
    struct moment moment = unknown;
    json_t *text = import_moment(notes, path, value);
    if (text && !normalise_moment(json_string_value(text), json_string_length(text), &moment))
        moment = unknown;
    json_decref(text);
    return moment;
}

json_t *lahella_date(struct import_notes *notes, const char *path, const json_t *value)
{
    struct moment moment = moment_of(notes, path, value);
    char text[CALENDAR_DATE_BYTES];
    if (moment.day == DAY_UNKNOWN)
        return NULL;
    day_format(moment.day, text);
    return json_string(text);
}

/* "P2W" -> 2 of 'W'. */
static int period_of(const json_t *recurrence, const char *key, char *unit)
{
    const char *text = import_string(recurrence, key);
    char *end;
    if (!text || text[0] != 'P' || text[1] < '1' || text[1] > '9')
        return 0;
    long count = strtol(text + 1, &end, 10);
    if (count > 52 || !strchr("DWM", *end) || !*end || end[1])
        return 0;
    *unit = *end;
    return (int)count;
}

/* ---- recurrences ------------------------------------------------------------------------------------------------ */

static json_t *excluded(struct import_notes *notes, const char *path, const json_t *recurrence)
{
    json_t *days = json_array(), *item;
    size_t i;
    json_array_foreach(json_object_get(recurrence, "exclude"), i, item)
    {
        const char *at = import_path(notes, "%s.recurrence.exclude[%zu]", path, i);
        const json_t *from = json_is_object(item) ? json_object_get(item, "start") : item;
        const json_t *to = json_is_object(item) ? json_object_get(item, "end") : NULL;
        json_t *first = lahella_date(notes, at, from), *last = lahella_date(notes, at, to);
        if (i >= EXCLUDES_MOST)
            json_decref(first);
        else if (first && last)
            json_array_append_new(days, json_pack("{s:o, s:O}", "from", first, "to", last));
        else
            import_append(days, first);
        json_decref(last);
    }
    return days;
}

/* The rule of the same hours, to which a weekday is added, or a new one. */
static json_t *rule_of(json_t *rules, const json_t *from, const json_t *to)
{
    size_t i;
    json_t *rule;
    json_array_foreach(rules, i, rule)
    {
        const json_t *have_from = json_object_get(rule, "from"), *have_to = json_object_get(rule, "to");
        if ((from ? have_from && json_equal(have_from, from) : !have_from) &&
            (to ? have_to && json_equal(have_to, to) : !have_to))
            return rule;
    }
    rule = json_pack("{s:[]}", "weekday");
    if (from)
        json_object_set(rule, "from", (json_t *)from);
    if (to)
        json_object_set(rule, "to", (json_t *)to);
    json_array_append_new(rules, rule);
    return rule;
}

/* An end that is none of the same day nor of the night after it. */
static bool ends_wrongly(const json_t *from, const json_t *to)
{
    int16_t begin, end;
    return from && to && minute_parse(json_string_value(from), json_string_length(from), &begin) &&
           minute_parse(json_string_value(to), json_string_length(to), &end) &&
           (end == begin || (end < begin && end > SCHEDULE_NIGHT_MINUTE));
}

/* One rule for each pair of hours; days_apart 'D': on every day of the week when no weekday is named. */
static json_t *weekly_rules(struct import_notes *notes, const char *path, const json_t *recurrence)
{
    json_t *rules = json_array(), *time;
    size_t i;
    json_array_foreach(json_object_get(recurrence, "daySpecificTimes"), i, time)
    {
        const char *at = import_path(notes, "%s.recurrence.daySpecificTimes[%zu]", path, i);
        const json_t *weekday = json_object_get(time, "weekday");
        json_int_t day = json_is_string(weekday) ? strtol(json_string_value(weekday), NULL, 10)
                                                 : json_integer_value(weekday);
        if (day < 1 || day > 7) {
            import_warn(notes, &(struct import_note){PROBLEM_RANGE, import_path(notes, "%s.weekday", at), weekday,
                        "1 is Monday, 7 Sunday"}, "is no weekday; this time is left out");
            continue;
        }
        json_t *from = import_clock(notes, import_path(notes, "%s.startTime", at), json_object_get(time, "startTime"));
        json_t *to = import_clock(notes, import_path(notes, "%s.endTime", at), json_object_get(time, "endTime"));
        if (ends_wrongly(from, to)) {
            import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, import_path(notes, "%s.endTime", at), to,
                        "check both times; hours over midnight end by 08:00"},
                        "is not after startTime; it is left out");
            json_decref(to);
            to = NULL;
        }
        json_t *weekdays = json_object_get(rule_of(rules, from, to), "weekday");
        json_array_append_new(weekdays, json_string(vocab_entry(VOCAB_WEEKDAY, (size_t)day - 1)->code));
        json_decref(from);
        json_decref(to);
    }
    return rules;
}

/* On the same day of each month. */
static void add_monthly(struct channel_import *import, struct moment start, int32_t last, int months)
{
    struct date date = date_from_day(start.day);
    for (int i = 0; i < MONTHS_MOST; i++) {
        int month = date.month - 1 + i * months, year = date.year + month / 12;
        month = month % 12 + 1;
        if (!date_valid(year, month, date.day))
            continue;
        int32_t day = day_from_date(year, month, date.day);
        if (last != DAY_UNKNOWN && day > last)
            return;
        occurrences_add(&import->dates, import->notes, (struct moment){day, start.minute}, unknown);
    }
}

static void put_every(const struct channel_import *import, const char *path, const json_t *recurrence, json_t *rule,
                      struct moment start)
{
    char unit = 'W', gap_unit = 'W';
    int period = period_of(recurrence, "period", &unit), gap = period_of(recurrence, "gap", &gap_unit);
    gap = gap ? gap : period_of(recurrence, "recurrenceGap", &gap_unit);
    if (period == 0 && json_object_get(recurrence, "period"))
        import_warn(import->notes, &(struct import_note){PROBLEM_CODE, import_path(import->notes,
                    "%s.recurrence.period", path), json_object_get(recurrence, "period"), "P1D, P1W, P2W or P1M"},
                    "is not known; it is taken as weekly");
    if (unit == 'M' && start.day != DAY_UNKNOWN) {
        import_put(rule, "nth", json_pack("[i]", (date_from_day(start.day).day - 1) / 7 + 1));
        return;
    }
    int every = unit == 'W' && period > 1 ? period : gap_unit == 'W' ? gap : 0;
    if (every > 1 && start.day != DAY_UNKNOWN)
        import_put(rule, "every", json_integer(every));
}

static void put_recurrence(struct channel_import *import, const char *path, const json_t *event, struct moment start)
{
    struct import_notes *notes = import->notes;
    const json_t *recurrence = json_object_get(event, "recurrence");
    int32_t last = moment_of(notes, import_path(notes, "%s.recurrence.end", path),
                             json_object_get(recurrence, "end")).day;
    if (last != DAY_UNKNOWN && start.day != DAY_UNKNOWN && last < start.day) {
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, import_path(notes, "%s.recurrence.end", path),
                    json_object_get(recurrence, "end"), "check both dates"}, "is before start; it is left out");
        last = DAY_UNKNOWN;
    }
    json_t *rules = weekly_rules(notes, path, recurrence), *rule, *except = excluded(notes, path, recurrence);
    json_t *schedule = import_list(import->record, "schedule");
    char unit = 'W';
    int period = period_of(recurrence, "period", &unit);
    size_t i;
    if (json_array_size(rules) == 0 && period && unit == 'M' && start.day != DAY_UNKNOWN) {
        add_monthly(import, start, last, period);
    } else if (json_array_size(rules) == 0 && start.day != DAY_UNKNOWN && unit == 'W') {
        rule = rule_of(rules, NULL, NULL); /* on the weekday that it begins on */
        json_array_append_new(json_object_get(rule, "weekday"),
                              json_string(vocab_entry(VOCAB_WEEKDAY, weekday_of(start.day))->code));
        if (start.minute != MINUTE_UNKNOWN) {
            char text[CALENDAR_CLOCK_BYTES];
            minute_format(start.minute, text);
            import_put(rule, "from", json_string(text));
        }
    }
    json_array_foreach(rules, i, rule)
    {
        import_put(rule, "valid_from", import_day_text(start.day));
        import_put(rule, "valid_to", import_day_text(last));
        put_every(import, path, recurrence, rule, start);
        import_put(rule, "except", json_incref(except));
        import_put(rule, "text", json_incref(import->where));
        import_origin(notes, import_path(notes, "schedule[%zu]", json_array_size(schedule)), path);
        json_array_append(schedule, rule);
    }
    json_decref(rules);
    json_decref(except);
}

/* Once, or from one day to another without a rule: several such are dates of the schedule. */
static void put_once(struct channel_import *import, const char *path, const json_t *event, struct moment start)
{
    struct import_notes *notes = import->notes;
    const json_t *recurrence = json_object_get(event, "recurrence");
    const json_t *time = json_array_get(json_object_get(recurrence, "daySpecificTimes"), 0);
    const char *keys[] = {"startTime", "endTime"};
    struct moment end = moment_of(notes, import_path(notes, "%s.end", path), json_object_get(event, "end"));
    int16_t minutes[2] = {MINUTE_UNKNOWN, MINUTE_UNKNOWN};
    if (end.day == DAY_UNKNOWN)
        end = moment_of(notes, import_path(notes, "%s.recurrence.end", path), json_object_get(recurrence, "end"));
    for (int i = 0; i < 2; i++) {
        const char *at = import_path(notes, "%s.recurrence.daySpecificTimes[0].%s", path, keys[i]);
        json_t *clock = import_clock(notes, at, json_object_get(time, keys[i]));
        if (clock && !minute_parse(json_string_value(clock), json_string_length(clock), &minutes[i]))
            minutes[i] = MINUTE_UNKNOWN;
        json_decref(clock);
    }
    if (end.day != DAY_UNKNOWN && end.day < start.day) {
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, import_path(notes, "%s.end", path),
                    json_object_get(event, "end"), "check both dates"}, "is before start; it is left out");
        end.day = DAY_UNKNOWN;
    }
    if (end.day == DAY_UNKNOWN)
        end = (struct moment){start.day, MINUTE_UNKNOWN};
    if (minutes[0] != MINUTE_UNKNOWN)
        start.minute = minutes[0];
    if (minutes[1] != MINUTE_UNKNOWN)
        end.minute = minutes[1];
    if (start.minute == MINUTE_UNKNOWN || (end.day == start.day && end.minute <= start.minute))
        end.minute = MINUTE_UNKNOWN;
    if (import->once++ == 0) {
        import->start = start;
        import->end = end;
    }
    occurrences_add(&import->dates, notes, start, end);
}

static void put_event(struct channel_import *import, const char *path, const json_t *event)
{
    struct import_notes *notes = import->notes;
    const json_t *recurrence = json_object_get(event, "recurrence"), *kind = json_object_get(event, "type");
    struct moment start = moment_of(notes, import_path(notes, "%s.start", path), json_object_get(event, "start"));
    const char *zone = import_string(event, "timeZone");
    char number[4] = "";
    if (zone && strcmp(zone, "Europe/Helsinki") != 0 && strcmp(zone, "Europe/Mariehamn") != 0)
        import_warn(notes, &(struct import_note){PROBLEM_NOTE, import_path(notes, "%s.timeZone", path),
                    json_object_get(event, "timeZone"), NULL}, "is another zone; hours are taken as Finnish ones");
    if (json_is_integer(kind) && json_integer_value(kind) >= 1 && json_integer_value(kind) <= 9)
        number[0] = (char)('0' + json_integer_value(kind));
    const char *type = json_is_string(kind) ? json_string_value(kind) : number;
    bool once = strcmp(type, "1") == 0 || (strcmp(type, "3") == 0 && json_array_size(json_object_get(recurrence,
                "daySpecificTimes")) == 0) || !json_is_object(recurrence);
    if (once && start.day == DAY_UNKNOWN)
        return;
    if (once)
        put_once(import, path, event, start);
    else
        put_recurrence(import, path, event, start);
}

/* ---- place and way ---------------------------------------------------------------------------------------------- */

static json_t *address_of(struct import_notes *notes, const struct channel_import *import)
{
    const json_t *translations = json_object_get(import->channel, "translations");
    json_t *texts = json_object();
    for (size_t i = 0; i < 3; i++) {
        const json_t *address = json_object_get(json_object_get(translations, langs[i]), "address");
        const char *path = import_path(notes, "%s.translations.%s.address.street", import->path, langs[i]);
        import_put(texts, langs[i],
                   import_text(notes, path, json_object_get(address, "street"), TEXT_ONE_LINE, ADDRESS_CHARS));
    }
    if (json_object_size(texts) > 0)
        return texts;
    json_decref(texts);
    return NULL;
}

/* A member of the address in the first language that has it. */
static const json_t *address_member(const struct channel_import *import, const char *member)
{
    const json_t *translations = json_object_get(import->channel, "translations");
    for (size_t i = 0; i < 3; i++) {
        const json_t *address = json_object_get(json_object_get(translations, langs[i]), "address");
        if (import_string(address, member))
            return json_object_get(address, member);
    }
    return NULL;
}

static void put_point(struct import_notes *notes, const struct channel_import *import, json_t *place)
{
    /* what forms fill in where nobody chose a point: the middle of Helsinki */
    static const double default_lon = 24.9384, default_lat = 60.1699;
    static const char helsinki[] = "091";
    const json_t *point = json_object_get(json_object_get(json_object_get(import->channel, "map"), "center"),
                                          "coordinates");
    const char *path = import_path(notes, "%s.map.center", import->path);
    const char *municipality = import_string(place, "municipality");
    if (json_array_size(point) < 2)
        return;
    double lon = json_number_value(json_array_get(point, 0)), lat = json_number_value(json_array_get(point, 1));
    if (lon == default_lon && lat == default_lat && municipality && strcmp(municipality, helsinki) != 0)
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, path, point, "set the point on the map"},
                    "is the middle of Helsinki, the address is not; the point is left out");
    else
        import_put_place_point(notes, path, place, json_array_get(point, 1), json_array_get(point, 0));
}

/* Several channels often share a place, and a way that says no more than another. */
static void append_once(json_t *list, json_t *item)
{
    size_t i;
    json_t *other;
    json_array_foreach(list, i, other)
        if (json_equal(other, item)) {
            json_decref(item);
            return;
        }
    import_append(list, item);
}

static void put_place(const struct channel_import *import)
{
    struct import_notes *notes = import->notes;
    json_t *place = json_object(), *code, *list = import_list(import->record, "place");
    size_t i;
    const char *path = import_path(notes, "%s.translations.fi.address", import->path);
    import_put(place, "address", address_of(notes, import));
    import_put(place, "postal_code", import_postal_code(notes, import_path(notes, "%s.postalCode", path),
                                                        address_member(import, "postalCode")));
    import_put(place, "municipality", import_municipality(notes, import_path(notes, "%s.city", path),
                                                          address_member(import, "city")));
    put_point(notes, import, place);
    json_array_foreach(json_object_get(import->channel, "accessibility"), i, code)
    {
        const char *text = json_string_value(code);
        if (!text || (strncmp(text, "ac_unk", 6) != 0 &&
                      !lahella_put_code(place, "accessibility", VOCAB_ACCESSIBILITY, text)))
            import_warn(notes, &(struct import_note){PROBLEM_CODE, import_path(notes, "%s.accessibility",
                        import->path), code, NULL}, "is not known; it is left out");
    }
    import_origin(notes, import_path(notes, "place[%zu]", json_array_size(list)), path);
    append_once(list, place);
}

static void put_way(const struct channel_import *import, const char *type, json_t *text)
{
    json_t *way = json_pack("{s:s}", "type", type), *list = import_list(import->record, "channel");
    const char *member = strcmp(type, "online") == 0 ? "url" : "phone";
    const json_t *value = json_object_get(import->channel, member);
    const char *path = import_path(import->notes, "%s.%s", import->path, member);
    if (strcmp(type, "online") == 0)
        import_put(way, "url",
                   import_url(import->notes, path, value ? value : json_object_get(import->channel, "www")));
    if (strcmp(type, "phone") == 0)
        import_put(way, "phone", import_phone(import->notes, path, value));
    import_put(way, "text", json_incref(text));
    import_origin(import->notes, import_path(import->notes, "channel[%zu]", json_array_size(list)), import->path);
    append_once(list, way);
}

static void put_types(const struct channel_import *import)
{
    struct import_notes *notes = import->notes;
    const json_t *types = json_object_get(import->channel, "type");
    json_t *text = lahella_texts(notes, import->path, import->channel, "summary", TEXT_CHARS);
    for (size_t i = 0; i < (json_is_array(types) ? json_array_size(types) : 1); i++) {
        const json_t *item = json_is_array(types) ? json_array_get(types, i) : types;
        const char *type = json_string_value(item);
        bool hybrid = type && strcmp(type, "hybrid") == 0, place = hybrid || (type && strcmp(type, "place") == 0);
        bool online = hybrid || (type && strcmp(type, "online") == 0), phone = type && strcmp(type, "phone") == 0;
        if (type)
            lahella_put_code(import->record, "form", VOCAB_FORM, type);
        if (place) {
            put_place(import);
            put_way(import, "place", text);
        }
        if (online)
            put_way(import, "online", place ? NULL : text);
        if (phone)
            put_way(import, "phone", text);
        if (item && !place && !online && !phone)
            import_warn(notes, &(struct import_note){PROBLEM_CODE, import_path(notes, "%s.type", import->path), item,
                        "place, online, phone or hybrid"}, "is not known; it is left out");
    }
    json_decref(text);
}

/* "Testikatu 1, Helsinki": where the times of this channel hold, when there are several channels. */
static json_t *where_of(const struct channel_import *import)
{
    const char *street = json_string_value(address_member(import, "street"));
    const char *city = json_string_value(address_member(import, "city"));
    const char *text = street ? arena_printf(import->notes->arena, "%s%s%s", street, city ? ", " : "", city ? city : "")
                              : NULL;
    json_t *raw = text ? json_string(text) : NULL;
    json_t *where = import_text(import->notes, import->path, raw, TEXT_ONE_LINE, TEXT_CHARS);
    json_decref(raw);
    return where;
}

/* ---- signing up ------------------------------------------------------------------------------------------------- */

static void put_signup(struct import_notes *notes, const json_t *traits, json_t *record)
{
    const json_t *channels = json_object_get(traits, "channels");
    json_t *signup = json_object(), *channel;
    json_t *text = lahella_texts(notes, "traits", traits, "registration", TEXT_CHARS);
    size_t yes = 0, no = 0, i;
    json_array_foreach(channels, i, channel)
    {
        const char *path = import_path(notes, "traits.channels[%zu]", i);
        const json_t *needed = json_object_get(channel, "registrationRequired");
        yes += json_is_true(needed);
        no += json_is_false(needed);
        if (!json_object_get(signup, "url"))
            import_put(signup, "url", import_url(notes, import_path(notes, "%s.registrationUrl", path),
                                                 json_object_get(channel, "registrationUrl")));
        if (!json_object_get(signup, "email"))
            import_put(signup, "email", import_email(notes, import_path(notes, "%s.registrationEmail", path),
                                                     json_object_get(channel, "registrationEmail")));
        if (!text)
            text = lahella_texts(notes, path, channel, "registration", TEXT_CHARS);
    }
    if (yes + no > 0 && yes + no == json_array_size(channels) && (yes == 0 || no == 0))
        import_put(signup, "needed", json_boolean(yes > 0));
    import_put(signup, "text", text);
    import_put(record, "signup", signup);
    import_origin(notes, "signup", "traits.channels[0].registrationUrl");
}

void lahella_put_channels(struct import_notes *notes, const json_t *traits, json_t *record)
{
    const json_t *channels = json_object_get(traits, "channels");
    struct channel_import import = {.notes = notes, .record = record, .start = unknown, .end = unknown};
    size_t i, e;
    int32_t from, to;
    json_t *event;
    json_array_foreach(channels, i, import.channel)
    {
        import.path = import_path(notes, "traits.channels[%zu]", i);
        put_types(&import);
        import.where = json_array_size(channels) > 1 ? where_of(&import) : NULL;
        json_array_foreach(json_object_get(import.channel, "events"), e, event)
            put_event(&import, import_path(notes, "%s.events[%zu]", import.path, e), event);
        json_decref(import.where);
    }
    if (import.once == 1 && json_array_size(json_object_get(record, "schedule")) == 0) {
        char text[CALENDAR_MOMENT_BYTES];
        moment_format(import.start, text);
        import_put(record, "start", json_string(text));
        moment_format(import.end, text);
        import_put(record, "end", json_string(text));
        import_origin(notes, "start", "traits.channels[0].events[0].start");
        import_origin(notes, "end", "traits.channels[0].events[0]");
    } else {
        occurrences_put(&import.dates, notes, "traits.channels", record, &from, &to);
        import_origin(notes, "schedule", "traits.channels");
    }
    put_signup(notes, traits, record);
}
