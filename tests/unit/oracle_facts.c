/* What a record says, read off it question by question. */
#include "oracle.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "calendar.h"

/* ---- values of facets ------------------------------------------------------------------------------------------- */

static int code(enum vocab_name vocab, const char *text)
{
    return vocab_find(vocab, text, strlen(text));
}

static bool among(const uint16_t *codes, size_t count, int value)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == value)
            return true;
    return false;
}

/* A value matches what stands below it. */
static bool among_or_above(enum vocab_name vocab, const uint16_t *codes, size_t count, int value)
{
    for (size_t i = 0; i < count; i++)
        for (int at = codes[i]; at >= 0; at = vocab_entry(vocab, (size_t)at)->broader)
            if (at == value)
                return true;
    return false;
}

static bool takes_place_online(const struct record *r)
{
    for (size_t i = 0; i < r->channel_count; i++)
        if (r->channel[i].type == CHANNEL_ONLINE || r->channel[i].type == CHANNEL_CHAT)
            return true;
    return among(r->form, r->form_count, code(VOCAB_FORM, "online"));
}

static bool serves_country(const struct record *r)
{
    if (r->area.scope == RECORD_CHOICE_UNKNOWN)
        return takes_place_online(r);
    return r->area.scope == SCOPE_NATIONWIDE;
}

static bool serves_municipality(const struct record *r, uint16_t municipality)
{
    for (size_t i = 0; i < r->area.code_count; i++) {
        size_t count;
        const uint16_t *members = area_members(r->area.codes[i], &count);
        if (among(members, count, municipality))
            return true;
    }
    return false;
}

/* Without those that serve the country. */
static bool serves(const struct record *r, uint16_t area)
{
    switch (area_at(area)->type) {
    case AREA_NATIONWIDE: return serves_country(r);
    case AREA_ONLINE: return takes_place_online(r);
    case AREA_MUNICIPALITY: return serves_municipality(r, area);
    default: break;
    }
    size_t count;
    const uint16_t *members = area_members(area, &count);
    for (size_t i = 0; i < count; i++)
        if (serves_municipality(r, members[i]))
            return true;
    return false;
}

static bool costs(const struct record *r, bool *known)
{
    *known = r->price.free != TRI_UNKNOWN || !isnan(r->price.amount);
    if (r->price.free != TRI_UNKNOWN)
        return r->price.free == TRI_NO;
    return r->price.amount > 0;
}

static bool has_access(const struct record *r, int value)
{
    for (size_t i = 0; i < r->place_count; i++)
        if (among(r->place[i].accessibility, r->place[i].accessibility_count, value))
            return true;
    return false;
}

static bool has_language(const struct record *r, int value)
{
    return among(r->languages, r->languages_count, value) ||
           (r->plain_language == TRI_YES && value == code(VOCAB_LANGUAGE, "plain"));
}

static bool has_price(const struct record *r, int value)
{
    bool known, paid = costs(r, &known);
    return known && value == code(VOCAB_PRICE, paid ? "paid" : "free");
}

bool oracle_has(const struct record *r, enum facet facet, uint16_t value)
{
    switch (facet) {
    case FACET_AUDIENCE: return among_or_above(VOCAB_AUDIENCE, r->audience, r->audience_count, value);
    case FACET_AREA: return serves(r, value);
    case FACET_THEME: return among_or_above(VOCAB_THEME, r->theme, r->theme_count, value);
    case FACET_KIND: return r->kind == value;
    case FACET_LANGUAGE: return has_language(r, value);
    case FACET_FREE: return has_price(r, value);
    case FACET_FORM: return among(r->form, r->form_count, value);
    case FACET_ACCESSIBLE: return has_access(r, value);
    case FACET_THRESHOLD: return among(r->threshold, r->threshold_count, value);
    default: return false;
    }
}

bool oracle_says_nothing(const struct record *r, enum facet facet)
{
    bool known;
    switch (facet) {
    case FACET_AUDIENCE: return r->audience_count == 0;
    case FACET_AREA: return r->area.scope == RECORD_CHOICE_UNKNOWN && !takes_place_online(r);
    case FACET_THEME: return r->theme_count == 0;
    case FACET_LANGUAGE: return r->languages_count == 0 && r->plain_language != TRI_YES;
    case FACET_FREE: costs(r, &known); return !known;
    case FACET_FORM: return r->form_count == 0;
    case FACET_THRESHOLD: return r->threshold_count == 0;
    case FACET_ACCESSIBLE: break;
    default: return false;
    }
    for (size_t i = 0; i < r->place_count; i++)
        if (r->place[i].accessibility_count)
            return false;
    return true;
}

/* ---- days ------------------------------------------------------------------------------------------------------- */

bool oracle_is_over(const struct record *r, int32_t today)
{
    bool event = r->kind == RECORD_EVENT;
    if (!event && r->kind != RECORD_PROJECT)
        return false;
    if (r->status == RECORD_ENDED)
        return true;
    if (r->end.day != DAY_UNKNOWN)
        return r->end.day < today;
    if (!event || (r->schedule_count == 0 && r->start.day == DAY_UNKNOWN))
        return false;
    for (size_t i = 0; i < r->schedule_count; i++)
        if (r->schedule[i].valid_to_day == DAY_UNKNOWN || r->schedule[i].valid_to_day >= today)
            return false;
    return r->start.day == DAY_UNKNOWN || r->start.day < today;
}

int oracle_tier(const struct record *r)
{
    if (r->area.scope == SCOPE_MUNICIPALITY)
        return 0;
    return r->area.scope == SCOPE_REGION || r->area.scope == SCOPE_WELLBEING ? 1 : 2;
}

static struct tm date_of(int32_t day)
{
    time_t seconds = (time_t)day * 86400;
    struct tm date;
    gmtime_r(&seconds, &date);
    return date;
}

static int weekday(int32_t day)
{
    return (date_of(day).tm_wday + 6) % 7;
}

static bool nth_fits(unsigned nth, int32_t day)
{
    int month = date_of(day).tm_mon, before = 0;
    for (int32_t at = day - 7; date_of(at).tm_mon == month; at -= 7)
        before++;
    bool last = date_of(day + 7).tm_mon != month;
    return (nth & 1u << before) || (last && nth & NTH_LAST);
}

static bool holds(const struct schedule *s, int32_t day)
{
    if (!(s->weekdays >> weekday(day) & 1))
        return false;
    if (s->valid_from_day != DAY_UNKNOWN && day < s->valid_from_day)
        return false;
    if (s->valid_to_day != DAY_UNKNOWN && day > s->valid_to_day)
        return false;
    if (s->nth && !nth_fits(s->nth, day))
        return false;
    if (s->every_weeks > 1 && s->valid_from_day != DAY_UNKNOWN) {
        int32_t monday = day - weekday(day), first = s->valid_from_day - weekday(s->valid_from_day);
        if ((monday - first) / 7 % s->every_weeks)
            return false;
    }
    for (size_t i = 0; i < s->except_count; i++)
        if (s->except[i].from_day <= day && day <= s->except[i].to_day)
            return false;
    return true;
}

/* The earliest of the day, a stated time before none, the first of equals. */
static const struct schedule *first_on(const struct record *r, int32_t day)
{
    const struct schedule *first = NULL;
    for (size_t i = 0; i < r->schedule_count; i++) {
        const struct schedule *s = &r->schedule[i];
        if (!holds(s, day))
            continue;
        int minute = s->from_minute == MINUTE_UNKNOWN ? 9999 : s->from_minute;
        if (!first || minute < (first->from_minute == MINUTE_UNKNOWN ? 9999 : first->from_minute))
            first = s;
    }
    return first;
}

static bool names_weekdays(const struct record *r)
{
    for (size_t i = 0; i < r->schedule_count; i++)
        if (r->schedule[i].weekdays)
            return true;
    return false;
}

struct oracle_occurrence oracle_next(const struct record *r, int32_t today)
{
    struct oracle_occurrence none = {DAY_UNKNOWN, MINUTE_UNKNOWN, MINUTE_UNKNOWN};
    struct moment start = r->start, end = r->end;
    if (names_weekdays(r)) {
        for (int32_t day = today; day <= today + CALENDAR_LOOK_AHEAD_DAYS; day++) {
            const struct schedule *s = first_on(r, day);
            bool within = (start.day == DAY_UNKNOWN || start.day <= day) && (end.day == DAY_UNKNOWN || day <= end.day);
            if (s && within)
                return (struct oracle_occurrence){day, s->from_minute, s->to_minute};
        }
        return none;
    }
    if (start.day == DAY_UNKNOWN)
        return none;
    if (start.day >= today) {
        bool night = end.day == start.day + 1 && end.minute < start.minute;
        bool one = end.day == start.day || night;
        return (struct oracle_occurrence){start.day, start.minute, one ? end.minute : MINUTE_UNKNOWN};
    }
    if (end.day == DAY_UNKNOWN || end.day < today)
        return none;
    return (struct oracle_occurrence){today, MINUTE_UNKNOWN, end.day == today ? end.minute : MINUTE_UNKNOWN};
}

/* Minute by minute: which times of day a stretch touches. It ends at midnight at the latest. */
static void mark_times(bool slot[TIMES], int from, int to)
{
    if (to == MINUTE_UNKNOWN)
        to = from + 1;
    if (to <= from)
        to = 1440;
    for (int minute = from; minute < to; minute++) {
        for (size_t t = 0; t < TIMES; t++) {
            int first, end;
            vocab_time_range(t, &first, &end);
            slot[t] |= first <= minute && minute < end;
        }
    }
}

static void mark(struct oracle_when *when, int day, int from, int to)
{
    when->says_weekday = when->weekday[day] = true;
    if (from != MINUTE_UNKNOWN)
        mark_times(when->slot[day], from, to);
}

/* What has no schedule and takes place on one day. */
static void mark_own_day(const struct record *r, struct oracle_when *when)
{
    bool one_day = r->end.day == DAY_UNKNOWN || r->end.day == r->start.day;
    if (r->start.day != DAY_UNKNOWN && one_day)
        mark(when, weekday(r->start.day), r->start.minute, r->end.day == DAY_UNKNOWN ? MINUTE_UNKNOWN : r->end.minute);
}

/* Schedules; without any, the day of what takes place on one day. */
void oracle_fill_when(struct oracle_facts *f)
{
    const struct record *r = f->record;
    for (size_t i = 0; i < r->schedule_count; i++)
        for (int day = 0; day < WEEKDAYS; day++)
            if (r->schedule[i].weekdays >> day & 1)
                mark(&f->when, day, r->schedule[i].from_minute, r->schedule[i].to_minute);
    if (!f->when.says_weekday)
        mark_own_day(r, &f->when);
    f->dated = names_weekdays(r) || r->start.day != DAY_UNKNOWN;
}

/* Day by day. */
bool oracle_within(const struct record *r, int32_t first, int32_t last, struct oracle_when *when)
{
    memset(when, 0, sizeof *when);
    if (!names_weekdays(r)) {
        int32_t end = r->end.day == DAY_UNKNOWN ? r->start.day : r->end.day;
        mark_own_day(r, when);
        return r->start.day != DAY_UNKNOWN && end >= first && (last == DAY_UNKNOWN || r->start.day <= last);
    }
    for (int32_t day = first; day <= first + CALENDAR_LOOK_AHEAD_DAYS && (last == DAY_UNKNOWN || day <= last); day++) {
        if ((r->start.day != DAY_UNKNOWN && day < r->start.day) || (r->end.day != DAY_UNKNOWN && day > r->end.day))
            continue;
        for (size_t i = 0; i < r->schedule_count; i++)
            if (holds(&r->schedule[i], day))
                mark(when, weekday(day), r->schedule[i].from_minute, r->schedule[i].to_minute);
    }
    return when->says_weekday;
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

static void add_place(struct oracle_facts *f, double lat, double lon, bool centre)
{
    f->places[f->place_count++] = (struct oracle_place){(float)lat, (float)lon, centre};
}

void oracle_fill_places(struct oracle_facts *f, struct arena *arena)
{
    const struct record *r = f->record;
    f->places = arena_array(arena, r->place_count + r->area.code_count, sizeof *f->places);
    for (size_t i = 0; i < r->place_count; i++) {
        const struct place *place = &r->place[i];
        if (!isnan(place->lat))
            add_place(f, place->lat, place->lon, false);
        else if (place->municipality != RECORD_CODE_UNKNOWN)
            add_place(f, area_at(place->municipality)->lat, area_at(place->municipality)->lon, true);
    }
    if (f->place_count == 0 && r->area.scope == SCOPE_MUNICIPALITY)
        for (size_t i = 0; i < r->area.code_count; i++)
            add_place(f, area_at(r->area.codes[i])->lat, area_at(r->area.codes[i])->lon, true);
}

struct point {
    double x, y, z; /* on the unit sphere */
};

static struct point point_at(double lat, double lon)
{
    double phi = lat * M_PI / 180, lambda = lon * M_PI / 180;
    return (struct point){cos(phi) * cos(lambda), cos(phi) * sin(lambda), sin(phi)};
}

/* Through the chord: another way than the haversine, equal to a fraction of a millimetre. */
double oracle_distance(const struct oracle_facts *f, int municipality, bool *centre)
{
    struct point from = point_at(area_at((size_t)municipality)->lat, area_at((size_t)municipality)->lon);
    double nearest = NAN;
    for (size_t i = 0; i < f->place_count; i++) {
        struct point to = point_at(f->places[i].lat, f->places[i].lon);
        double chord = hypot(hypot(to.x - from.x, to.y - from.y), to.z - from.z);
        double km = 2 * 6371.0088 * asin(chord / 2);
        if (isnan(nearest) || km < nearest) {
            nearest = km;
            *centre = f->places[i].centre;
        }
    }
    return nearest;
}
