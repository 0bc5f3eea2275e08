#include "tests/bench/generate/record_json.h"

#include "calendar.h"

static const char *const weekday_codes[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* ---- schedules --------------------------------------------------------------------------------------------------- */

static void add_clock(struct buf *out, const char *key, int minute)
{
    char text[CALENDAR_CLOCK_BYTES];
    minute_format(minute, text);
    json_text(out, key, text);
}

static void add_weekdays(struct sketch *s, int first, struct buf *out)
{
    unsigned days = 1u << first;
    if (s->kind == RECORD_PLACE) /* opening hours */
        days |= 0x1F;
    else
        while (rng_chance(&s->rng, 22))
            days |= 1u << rng_below(&s->rng, 5);
    buf_adds(out, "{\"weekday\":[");
    for (int d = 0, any = 0; d < 7; d++)
        if (days & 1u << d)
            buf_addf(out, "%s\"%s\"", any++ ? "," : "", weekday_codes[d]);
    buf_addc(out, ']');
}

/* Holidays and single days off inside the season. */
static void add_exceptions(struct sketch *s, struct buf *out)
{
    const char *between = "";
    json_key(out, "except");
    buf_addc(out, '[');
    if (rng_chance(&s->rng, 70)) {
        buf_adds(out, "{\"from\":\"2026-12-21\",\"to\":\"2027-01-06\"}");
        between = ",";
    }
    for (size_t days = 1 + rng_below(&s->rng, 2); days > 0; days--) {
        char text[CALENDAR_DATE_BYTES];
        day_format(bench_day() - 60 + 80 * (int)days + (int)rng_below(&s->rng, 70), text);
        buf_addf(out, "%s\"%s\"", between, text);
        between = ",";
    }
    buf_addc(out, ']');
}

/* A season that began in autumn, sometimes long over; then what repeats otherwise than every week. */
static void add_season(struct sketch *s, struct buf *out)
{
    bool old = rng_chance(&s->rng, 8);
    int32_t from = day_from_date(old ? 2025 : 2026, 8, 10) + rng_range(&s->rng, 0, 50);
    bool season = rng_chance(&s->rng, 55), fortnightly = season && rng_chance(&s->rng, 14);
    if (season) {
        json_date(out, "valid_from", from);
        json_date(out, "valid_to", from + rng_range(&s->rng, 70, 290));
    }
    if (fortnightly)
        buf_addf(out, ",\"every\":%d", rng_chance(&s->rng, 85) ? 2 : 3);
    else if (rng_chance(&s->rng, 9))
        buf_addf(out, ",\"nth\":[%d]", rng_chance(&s->rng, 15) ? -1 : rng_range(&s->rng, 1, 4));
    if (season && rng_chance(&s->rng, 40))
        add_exceptions(s, out);
}

static void add_schedule(struct sketch *s, struct buf *out)
{
    int day = s->voice.weekday < 0 ? (int)rng_below(&s->rng, 5) : s->voice.weekday;
    size_t count = s->kind == RECORD_ACTIVITY && rng_chance(&s->rng, 12) ? 2 : 1;
    json_key(out, "schedule");
    for (size_t i = 0; i < count; i++) {
        int from = i || s->voice.minute < 0 ? 30 * rng_range(&s->rng, 2 * 9, 2 * 18) : s->voice.minute;
        buf_addc(out, i ? ',' : '[');
        add_weekdays(s, i ? (int)rng_below(&s->rng, 5) : day, out);
        if (s->voice.minute >= 0) {
            add_clock(out, "from", from);
            if (rng_chance(&s->rng, 90))
                add_clock(out, "to", from + 30 * rng_range(&s->rng, 2, 6));
        }
        add_season(s, out);
        if (rng_chance(&s->rng, 6))
            json_line(s, out, "text", SET_NOTE);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

/* ---- start and end ----------------------------------------------------------------------------------------------- */

static void add_moment(struct buf *out, const char *key, int32_t day, int minute)
{
    char text[CALENDAR_MOMENT_BYTES];
    moment_format((struct moment){day, (int16_t)minute}, text);
    json_text(out, key, text);
}

/* Most events are ahead; nearly half are over. */
static void event_days(struct sketch *s, struct buf *out)
{
    double far = rng_real(&s->rng) * rng_real(&s->rng);
    int32_t day = bench_day() + (int32_t)(rng_chance(&s->rng, 56) ? 150 * far : -400 * far);
    int minute = s->voice.minute < 0 ? MINUTE_UNKNOWN : s->voice.minute;
    add_moment(out, "start", day, minute);
    if (!rng_chance(&s->rng, 65))
        return;
    if (minute == MINUTE_UNKNOWN)
        add_moment(out, "end", day + (int32_t)rng_below(&s->rng, 3), MINUTE_UNKNOWN);
    else
        add_moment(out, "end", day, minute + 30 * rng_range(&s->rng, 2, 8));
}

static void project_days(struct sketch *s, struct buf *out)
{
    int32_t start = bench_day() - rng_range(&s->rng, -90, 1800);
    json_date(out, "start", start);
    json_date(out, "end", start + rng_range(&s->rng, 300, 1100));
}

static void add_status(struct sketch *s, struct buf *out)
{
    if (s->kind == RECORD_EVENT && rng_chance(&s->rng, 4))
        json_text(out, "status", rng_chance(&s->rng, 70) ? "cancelled" : "postponed");
    else if (s->kind == RECORD_PROJECT && rng_chance(&s->rng, 10))
        json_text(out, "status", "ended");
}

/* When it was last changed and last checked by a person, and whether it is shown only for a while. */
static void add_care(struct sketch *s, struct buf *out)
{
    int32_t today = bench_day(), modified = today - (int32_t)(1100 * rng_real(&s->rng) * rng_real(&s->rng));
    if (rng_chance(&s->rng, 5)) {
        json_date(out, "visible_from", today - rng_range(&s->rng, -20, 300));
        json_date(out, "visible_to", today + rng_range(&s->rng, 21, 400));
    }
    if (rng_chance(&s->rng, 94))
        json_date(out, "modified", modified);
    if (rng_chance(&s->rng, 58))
        json_date(out, "verified_at", modified + (int32_t)((today - modified) * rng_real(&s->rng)));
    if (rng_chance(&s->rng, 70))
        json_text(out, "licence", "CC-BY-4.0");
}

void json_when(struct sketch *s, struct buf *out)
{
    bool dated = s->kind == RECORD_EVENT && !rng_chance(&s->rng, 4);
    if (dated)
        event_days(s, out);
    else if (s->kind == RECORD_PROJECT)
        project_days(s, out);
    else if (s->kind <= RECORD_VOLUNTEER && rng_chance(&s->rng, s->kind == RECORD_ORGANISATION ? 20 : 72))
        add_schedule(s, out);
    add_status(s, out);
    add_care(s, out);
}
