#include "searchd/ics.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "validate.h"

_Static_assert((int)ICS_AHEAD_DAYS == (int)CALENDAR_LOOK_AHEAD_DAYS, "what the calendar finds is all here");

enum { DAY_MINUTES = 24 * 60, STAMP_BYTES = 48 };

/* A file in the making. */
struct ics {
    const struct record *record;
    const struct ics_options *options;
    struct buf *out;
    struct buf line; /* the present one, not folded */
};

/* ---- lines ---------------------------------------------------------------------------------------------------- */

void ics_add_line(struct buf *out, const char *line, size_t len)
{
    size_t room = ICS_LINE_BYTES;
    while (len > room) {
        size_t cut = utf8_cut(line, len, room);
        cut = cut ? cut : room; /* no UTF-8 at all */
        buf_add(out, line, cut);
        buf_adds(out, "\r\n ");
        line += cut;
        len -= cut;
        room = ICS_LINE_BYTES - 1; /* the blank counts */
    }
    buf_add(out, line, len);
    buf_adds(out, "\r\n");
}

void ics_add_text(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0, step; i < len; i += step) {
        char bytes[4];
        uint32_t c = utf8_decode(text + i, len - i, &step);
        if (c == '\n') {
            buf_adds(out, "\\n");
        } else if (c >= ' ' && (c < 0x7F || c >= 0xA0)) {
            if (c == '\\' || c == ';' || c == ',')
                buf_addc(out, '\\');
            buf_add(out, bytes, utf8_encode(c, bytes));
        }
    }
}

/* A constant line, short enough. */
static void put(struct ics *ics, const char *line)
{
    buf_adds(ics->out, line);
    buf_adds(ics->out, "\r\n");
}

static void end_line(struct ics *ics)
{
    ics_add_line(ics->out, buf_str(&ics->line), ics->line.len);
    buf_reset(&ics->line);
}

static void add_text(struct ics *ics, const char *text)
{
    ics_add_text(&ics->line, text, strlen(text));
}

/* "20261201T180000" in local time, of a minute that may lie beyond the day's end; or "20261201". */
static const char *stamp(int32_t day, int minute, char text[STAMP_BYTES])
{
    bool whole_day = minute == MINUTE_UNKNOWN;
    struct date date = date_from_day(whole_day ? day : day + minute / DAY_MINUTES);
    int n = snprintf(text, STAMP_BYTES, "%04d%02d%02d", date.year, date.month, date.day);
    if (!whole_day)
        snprintf(text + n, STAMP_BYTES - (size_t)n, "T%02d%02d00", minute % DAY_MINUTES / 60, minute % 60);
    return text;
}

/* DTSTART, DTEND, EXDATE, RDATE: a line of its own. */
static void put_moment(struct ics *ics, const char *name, int32_t day, int minute)
{
    char text[STAMP_BYTES];
    buf_addf(&ics->line, "%s;%s:%s", name, minute == MINUTE_UNKNOWN ? "VALUE=DATE" : "TZID=Europe/Helsinki",
             stamp(day, minute, text));
    end_line(ics);
}

/* ---- what it is ------------------------------------------------------------------------------------------------ */

static const char *in_language(const struct ics *ics, const struct localised *text)
{
    return localised_pick(text, (int)ics->options->lang, NULL);
}

static void put_text(struct ics *ics, const char *name, const char *text)
{
    if (!text)
        return;
    buf_addf(&ics->line, "%s:", name);
    add_text(ics, text);
    end_line(ics);
}

/* The first place: name, address, postal code and municipality. */
static void put_place(struct ics *ics)
{
    if (!ics->record->place_count)
        return;
    const struct place *place = &ics->record->place[0];
    const char *municipality = place->municipality == RECORD_CODE_UNKNOWN
                                   ? NULL : vocab_entry(VOCAB_AREA, place->municipality)->label[ics->options->lang];
    const char *parts[] = {in_language(ics, &place->name), in_language(ics, &place->address), place->postal_code,
                           municipality};
    const char *before = "";
    buf_adds(&ics->line, "LOCATION:");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i])
            continue;
        buf_adds(&ics->line, i == 3 && place->postal_code ? " " : before);
        add_text(ics, parts[i]);
        before = "\\, ";
    }
    if (*before)
        end_line(ics);
    buf_reset(&ics->line);
    if (place_known_position(place)) {
        buf_adds(&ics->line, "GEO:");
        buf_add_number(&ics->line, place->lat, 6);
        buf_addc(&ics->line, ';');
        buf_add_number(&ics->line, place->lon, 6);
        end_line(ics);
    }
}

/* Who offers it, what the schedule says in words, and what it is. */
static void put_description(struct ics *ics, const struct schedule *schedule)
{
    const struct record *r = ics->record;
    const char *texts[] = {r->organisation_count ? in_language(ics, &r->organisation[0].name) : NULL,
                           schedule ? in_language(ics, &schedule->text) : NULL, in_language(ics, &r->summary)};
    const char *before = "";
    buf_adds(&ics->line, "DESCRIPTION:");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i])
            continue;
        buf_adds(&ics->line, before);
        add_text(ics, texts[i]);
        before = "\\n\\n";
    }
    if (*before)
        end_line(ics);
    buf_reset(&ics->line);
}

static void put_url(struct ics *ics)
{
    const char *url = ics->options->url;
    for (const char *c = url; c && *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7F)
            return;
    if (url && *url) {
        buf_addf(&ics->line, "URL:%s", url);
        end_line(ics);
    }
}

/* number: of the schedule in the record, from 1; 0: the record's start and end. */
static void begin_event(struct ics *ics, size_t number)
{
    const struct record *r = ics->record;
    bool modified = r->modified_day != DAY_UNKNOWN;
    char text[STAMP_BYTES];
    put(ics, "BEGIN:VEVENT");
    buf_adds(&ics->line, "UID:");
    add_text(ics, r->id);
    if (number)
        buf_addf(&ics->line, "/%zu", number);
    buf_adds(&ics->line, "@opastin");
    end_line(ics);
    stamp(modified ? r->modified_day : ics->options->generated_day, 0, text);
    buf_addf(&ics->line, "DTSTAMP:%sZ", text);
    end_line(ics);
    if (modified) {
        buf_addf(&ics->line, "LAST-MODIFIED:%sZ", text);
        end_line(ics);
    }
}

static void end_event(struct ics *ics, const struct schedule *schedule)
{
    const struct record *r = ics->record;
    put_text(ics, "SUMMARY", in_language(ics, &r->title));
    put_description(ics, schedule);
    put_place(ics);
    put_url(ics);
    if (r->status == RECORD_CANCELLED || r->status == RECORD_POSTPONED)
        put(ics, r->status == RECORD_CANCELLED ? "STATUS:CANCELLED" : "STATUS:TENTATIVE");
    put(ics, "END:VEVENT");
}

/* ---- when ------------------------------------------------------------------------------------------------------- */

/* The days of a schedule that are written. */
struct span {
    int32_t first; /* holds */
    int32_t last;  /* DAY_UNKNOWN: without end */
    int32_t until; /* breaks are looked for up to here; last, or ICS_AHEAD_DAYS from today */
};

static int32_t earlier(int32_t a, int32_t b)
{
    return a == DAY_UNKNOWN || (b != DAY_UNKNOWN && b < a) ? b : a;
}

/* False when the schedule holds on no day that occurrence_next() would look at. */
static bool span_of(const struct ics *ics, const struct schedule *s, struct span *span)
{
    const struct record *r = ics->record;
    int32_t horizon = ics->options->today_day + ICS_AHEAD_DAYS, first = ics->options->today_day;
    int32_t last = earlier(s->valid_to_day, r->end.day);
    for (size_t i = 0; i < s->except_count; i++)
        if (s->except[i].to_day > horizon)
            last = earlier(last, horizon);
    if (s->valid_from_day != DAY_UNKNOWN && s->valid_from_day > first)
        first = s->valid_from_day;
    if (r->start.day != DAY_UNKNOWN && r->start.day > first)
        first = r->start.day;
    int32_t until = earlier(last, horizon);
    while (first <= until && !schedule_holds(s, first))
        first++;
    *span = (struct span){first, last, until};
    return s->weekdays && first <= until;
}

static const char *const weekday_names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

/* ";BYDAY=MO,TH" or ";BYDAY=1MO,-1MO" */
static void add_by_day(struct ics *ics, const struct schedule *s)
{
    const char *before = ";BYDAY=";
    for (unsigned day = 0; day < 7; day++) {
        if (!(s->weekdays & 1u << day))
            continue;
        for (unsigned n = 0; n < (s->nth ? 6u : 1u); n++) {
            if (s->nth && !(s->nth & 1u << n))
                continue;
            buf_adds(&ics->line, before);
            if (s->nth)
                buf_addf(&ics->line, "%d", (1u << n) == NTH_LAST ? -1 : (int)n + 1);
            buf_adds(&ics->line, weekday_names[day]);
            before = ",";
        }
    }
}

/* UNTIL is of the type of DTSTART, and in UTC when that is local (3.3.10). */
static void add_until(struct ics *ics, const struct schedule *s, int32_t last)
{
    char text[STAMP_BYTES];
    if (last == DAY_UNKNOWN)
        return;
    if (s->from_minute == MINUTE_UNKNOWN) {
        buf_addf(&ics->line, ";UNTIL=%s", stamp(last, MINUTE_UNKNOWN, text));
        return;
    }
    int64_t end = instant_from_moment((struct moment){last, DAY_MINUTES - 1});
    int64_t day = (end - (end % 86400 + 86400) % 86400) / 86400;
    buf_addf(&ics->line, ";UNTIL=%sZ", stamp((int32_t)day, (int)((end - day * 86400) / 60), text));
}

static void put_rule(struct ics *ics, const struct schedule *s, const struct span *span)
{
    bool weeks = s->every_weeks > 1 && s->valid_from_day != DAY_UNKNOWN; /* without, there is nothing to count from */
    if (weeks && s->nth) { /* no rule says both; a record that does is refused, but its days are known */
        for (int32_t day = span->first + 1; day <= span->until; day++)
            if (schedule_holds(s, day))
                put_moment(ics, "RDATE", day, s->from_minute);
        return;
    }
    buf_adds(&ics->line, s->nth ? "RRULE:FREQ=MONTHLY" : "RRULE:FREQ=WEEKLY");
    if (weeks)
        buf_addf(&ics->line, ";INTERVAL=%d;WKST=MO", s->every_weeks);
    add_by_day(ics, s);
    add_until(ics, s, span->last);
    end_line(ics);
    struct schedule whole = *s;
    whole.except_count = 0;
    for (int32_t day = span->first; day <= span->until; day++)
        if (schedule_holds(&whole, day) && !schedule_holds(s, day))
            put_moment(ics, "EXDATE", day, s->from_minute);
}

static void put_schedule(struct ics *ics, size_t index)
{
    const struct schedule *s = &ics->record->schedule[index];
    struct span span;
    if (!span_of(ics, s, &span))
        return;
    begin_event(ics, index + 1);
    put_moment(ics, "DTSTART", span.first, s->from_minute);
    if (s->from_minute != MINUTE_UNKNOWN && s->to_minute != MINUTE_UNKNOWN && s->to_minute != s->from_minute)
        put_moment(ics, "DTEND", span.first, s->to_minute + (s->to_minute < s->from_minute ? DAY_MINUTES : 0));
    put_rule(ics, s, &span);
    end_event(ics, s);
}

/* start..end: a whole day unless start has a time; then an end without one is the end of its day. */
static void put_dates(struct ics *ics)
{
    struct moment start = ics->record->start, end = ics->record->end;
    begin_event(ics, 0);
    put_moment(ics, "DTSTART", start.day, start.minute);
    if (end.day != DAY_UNKNOWN && start.minute == MINUTE_UNKNOWN)
        put_moment(ics, "DTEND", end.day + 1, MINUTE_UNKNOWN); /* the day after the last */
    else if (end.day != DAY_UNKNOWN && end.minute != MINUTE_UNKNOWN && moment_compare(start, end) < 0)
        put_moment(ics, "DTEND", end.day, end.minute);
    else if (end.day != DAY_UNKNOWN && end.minute == MINUTE_UNKNOWN && end.day > start.day)
        put_moment(ics, "DTEND", end.day, DAY_MINUTES);
    end_event(ics, NULL);
}

static bool names_weekdays(const struct record *record)
{
    for (size_t i = 0; i < record->schedule_count; i++)
        if (record->schedule[i].weekdays)
            return true;
    return false;
}

/* The rule of the European Union, as calendar.h has it. */
static void put_time_zone(struct ics *ics)
{
    put(ics, "BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki\r\n"
             "BEGIN:DAYLIGHT\r\nTZNAME:EEST\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0300\r\n"
             "DTSTART:19960331T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
             "BEGIN:STANDARD\r\nTZNAME:EET\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0200\r\n"
             "DTSTART:19961027T040000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
             "END:VTIMEZONE");
}

/* The record's events, STATUS_NOTFOUND when nothing of it takes place any more. */
static enum status put_record(struct ics *ics, struct err *err)
{
    const struct record *record = ics->record;
    struct occurrence next;
    if (!occurrence_next(record->schedule, record->schedule_count, record->start, record->end,
                         ics->options->today_day, &next))
        return err_set(err, STATUS_NOTFOUND, "nothing of it takes place from today on");
    if (!names_weekdays(record))
        put_dates(ics);
    for (size_t i = 0; i < record->schedule_count; i++)
        put_schedule(ics, i);
    return STATUS_OK;
}

static void put_head(struct ics *ics)
{
    put(ics, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Opastin//searchd//FI\r\nCALSCALE:GREGORIAN\r\n"
             "METHOD:PUBLISH");
    put_time_zone(ics);
}

/* Gives what was made to the caller, or nothing of it. */
static enum status finish(struct ics *ics, size_t began, enum status status, struct err *err)
{
    if (status == STATUS_OK)
        status = buf_ok(&ics->line, err);
    buf_release(&ics->line);
    if (status == STATUS_OK)
        status = buf_ok(ics->out, err);
    if (status != STATUS_OK && ics->out->len > began) {
        ics->out->len = began;
        ics->out->data[began] = '\0';
    }
    return status;
}

enum status ics_write(const struct record *record, const struct ics_options *options, struct buf *out,
                      struct err *err)
{
    struct ics ics = {.record = record, .options = options, .out = out};
    size_t began = out->len;
    put_head(&ics);
    enum status status = put_record(&ics, err);
    put(&ics, "END:VCALENDAR");
    return finish(&ics, began, status, err);
}

enum status ics_begin(const char *name, struct buf *out, struct err *err)
{
    struct ics ics = {.out = out};
    size_t began = out->len;
    put_head(&ics);
    put_text(&ics, "NAME", name);
    put_text(&ics, "X-WR-CALNAME", name);
    put(&ics, "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\nX-PUBLISHED-TTL:PT12H");
    return finish(&ics, began, STATUS_OK, err);
}

enum status ics_end(struct buf *out, struct err *err)
{
    struct ics ics = {.out = out};
    size_t began = out->len;
    put(&ics, "END:VCALENDAR");
    return finish(&ics, began, STATUS_OK, err);
}

static enum status read_stored(const struct stored *stored, struct arena *arena, struct record *record,
                               struct err *err)
{
    struct problems problems;
    size_t len;
    const char *text = stored_section(stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, 0, NULL);
    if (!json)
        return err_set(err, STATUS_CORRUPT, "a stored record is no JSON");
    problems_init(&problems, arena);
    enum status status = record_from_json(json, arena, record, &problems);
    json_decref(json);
    if (status == STATUS_NOMEM)
        return arena_nomem(err);
    /* What an older version stored may break a rule of this one: what could be read is good enough, if it has an id. */
    if (!record->id)
        return err_set(err, STATUS_CORRUPT, "a stored record has no id");
    return STATUS_OK;
}

enum status ics_write_stored(const struct stored *stored, const struct ics_options *options, struct arena *arena,
                             struct buf *out, struct err *err)
{
    struct record record;
    TRY(read_stored(stored, arena, &record, err));
    return ics_write(&record, options, out, err);
}

enum status ics_add_stored(const struct stored *stored, const struct ics_options *options, struct arena *arena,
                           struct buf *out, struct err *err)
{
    struct record record;
    size_t began = out->len;
    TRY(read_stored(stored, arena, &record, err));
    struct ics ics = {.record = &record, .options = options, .out = out};
    enum status status = record.status == RECORD_ENDED ? err_set(err, STATUS_NOTFOUND, "it has ended")
                                                       : put_record(&ics, err);
    return finish(&ics, began, status, err);
}
