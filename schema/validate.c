#include "validate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "field.h"
#include "messages.h"
#include "record.h"

enum { WORDS_BYTES = 400 }; /* longest `what` */

/* ---- the list ------------------------------------------------------------------------------------------------ */

void problems_init(struct problems *problems, struct arena *arena)
{
    *problems = (struct problems){.arena = arena};
}

void problems_at(struct problems *problems, const char *file, uint64_t line)
{
    *problems = (struct problems){.arena = problems->arena, .file = file, .line = line};
}

void problems_set_id(struct problems *problems, const char *id)
{
    problems->id = id;
}

void problems_push(struct problems *problems, const char *key)
{
    if (problems->path_depth < PROBLEM_PATH_DEPTH) {
        problems->path[problems->path_depth].key = key;
        problems->path[problems->path_depth].index = 0;
    }
    problems->path_depth++;
}

void problems_push_index(struct problems *problems, size_t index)
{
    problems_push(problems, NULL);
    if (problems->path_depth <= PROBLEM_PATH_DEPTH)
        problems->path[problems->path_depth - 1].index = index;
}

void problems_pop(struct problems *problems)
{
    problems->path_depth--;
}

/* ---- foreign text made fit to show --------------------------------------------------------------------------- */

/* Copies at most `most` characters, control characters and bad bytes as U+FFFD, line ends as spaces. */
static const char *shown_text(struct arena *arena, const char *text, size_t len, size_t most)
{
    static const char ellipsis[] = "…";
    size_t cap = 4 * (len < most ? len : most) + sizeof ellipsis;
    char *copy = arena_alloc(arena, cap);
    if (!copy)
        return NULL;
    size_t at = 0, out = 0;
    for (size_t chars = 0; at < len && chars < most; chars++) {
        size_t step;
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            c = 0xFFFD;
        out += utf8_encode(c, copy + out);
        at += step;
    }
    if (at < len)
        memcpy(copy + out, ellipsis, sizeof ellipsis);
    return copy;
}

/* "place[0].postal_code" of the current path; NULL at the record itself. */
static const char *path_text(struct problems *problems)
{
    if (problems->path_depth == 0)
        return NULL;
    char text[PROBLEM_PATH_BYTES];
    size_t used = 0, depth = problems->path_depth < PROBLEM_PATH_DEPTH ? problems->path_depth : PROBLEM_PATH_DEPTH;
    for (size_t i = 0; i < depth && used < sizeof text - 1; i++) {
        const char *key = problems->path[i].key;
        int n = key ? snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "." : "", key)
                    : snprintf(text + used, sizeof text - used, "[%zu]", problems->path[i].index);
        used += n > 0 ? (size_t)n : 0;
    }
    used = used < sizeof text ? used : utf8_cut(text, strlen(text), sizeof text - 5);
    return shown_text(problems->arena, text, used, PROBLEM_PATH_BYTES);
}

static struct problem *list_grow(struct problems *problems)
{
    if (problems->count == PROBLEMS_KEPT) {
        problems->dropped++;
        return NULL;
    }
    if (problems->count == problems->capacity) {
        size_t capacity = problems->capacity ? 2 * problems->capacity : 8;
        struct problem *list = arena_array(problems->arena, capacity, sizeof *list);
        if (!list) {
            problems->failed = true;
            return NULL;
        }
        if (problems->count)
            memcpy(list, problems->list, problems->count * sizeof *list);
        problems->list = list;
        problems->capacity = capacity;
    }
    return &problems->list[problems->count];
}

static void problem_add(struct problems *problems, enum problem_severity severity, enum problem_code code,
                        const struct problem_words *words, const char *what, va_list args)
{
    if (severity == PROBLEM_ERROR)
        problems->errors++;
    else
        problems->warnings++;
    struct problem *problem = list_grow(problems);
    if (!problem)
        return;
    char text[WORDS_BYTES];
    int len = vsnprintf(text, sizeof text, problem_text(what), args);
    size_t cut = len < 0 ? 0 : strlen(text);
    const char *said = strcmp(what, "%s") == 0 && len >= 0 ? problem_text(text) : text; /* a text as it stands */
    if (said != text)
        cut = strlen(said);
    static const struct problem_words none;
    words = words ? words : &none;
    size_t value_len = words->value && !words->value_len ? strlen(words->value) : words->value_len;
    *problem = (struct problem){
        .severity = severity,
        .code = code,
        .file = problems->file,
        .line = problems->line,
        .id = problems->id,
        .field = path_text(problems),
        .what = shown_text(problems->arena, said, cut, WORDS_BYTES),
        .value = words->value ? shown_text(problems->arena, words->value, value_len, PROBLEM_VALUE_CHARS) : NULL,
        .bare = words->bare,
        .allowed = problem_text(words->allowed),
        .mend = problem_text(words->mend),
    };
    if (!problem->what || (words->value && !problem->value) || (problems->path_depth && !problem->field)) {
        problems->failed = true;
        return;
    }
    if (problem->field && problems->column_of)
        problem->column = problems->column_of(problems->column_context, problem->field);
    if (problem->column) {
        problem->foreign = problems->foreign;
        problem->column = shown_text(problems->arena, problem->column, strlen(problem->column), PROBLEM_VALUE_CHARS);
        problems->failed = problems->failed || !problem->column;
    }
    problems->count++;
}

enum status problem_error(struct problems *problems, enum problem_code code, const struct problem_words *words,
                          const char *what, ...)
{
    va_list args;
    va_start(args, what);
    problem_add(problems, PROBLEM_ERROR, code, words, what, args);
    va_end(args);
    return STATUS_INVALID;
}

void problem_warning(struct problems *problems, enum problem_code code, const struct problem_words *words,
                     const char *what, ...)
{
    va_list args;
    va_start(args, what);
    problem_add(problems, PROBLEM_WARNING, code, words, what, args);
    va_end(args);
}

bool problems_mention(const struct problems *problems, const char *field)
{
    size_t len = strlen(field);
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->list[i];
        if (p->severity == PROBLEM_ERROR && p->field && strncmp(p->field, field, len) == 0 &&
            (p->field[len] == '\0' || p->field[len] == '.' || p->field[len] == '['))
            return true;
    }
    return false;
}

/* ---- words --------------------------------------------------------------------------------------------------- */

void problem_format(const struct problem *problem, struct buf *out)
{
    if (problem->file)
        buf_addf(out, "%s:", problem->file);
    if (problem->line)
        buf_addf(out, "%llu:", (unsigned long long)problem->line);
    if (problem->file || problem->line)
        buf_addc(out, ' ');
    if (problem->id)
        buf_addf(out, problem_text("id %s: "), problem->id);
    if (problem->severity == PROBLEM_WARNING)
        buf_adds(out, problem_text("warning: "));
    bool both = problem->column && problem->field && strcmp(problem->column, problem->field) != 0;
    if (both && problem->foreign)
        buf_addf(out, problem_text("field %s (%s): "), problem->column, problem->field);
    else if (both)
        buf_addf(out, problem_text("column \"%s\" (%s): "), problem->column, problem->field);
    else if (problem->column && problem->foreign)
        buf_addf(out, problem_text("field %s: "), problem->column);
    else if (problem->column)
        buf_addf(out, problem_text("column \"%s\": "), problem->column);
    else if (problem->field)
        buf_addf(out, problem_text("field %s: "), problem->field);
    if (problem->value)
        buf_addf(out, problem->bare ? "%s " : "\"%s\" ", problem->value);
    buf_adds(out, problem->what);
    if (problem->allowed)
        buf_addf(out, problem_text("; allowed %s"), problem->allowed);
    if (problem->mend)
        buf_addf(out, "; %s", problem->mend);
}

const char *problem_code_name(enum problem_code code)
{
    static const char *const names[PROBLEM_CODES] = {
        [PROBLEM_SYNTAX] = "syntax",
        [PROBLEM_ENCODING] = "encoding",
        [PROBLEM_TOO_BIG] = "too-big",
        [PROBLEM_DUPLICATE] = "duplicate",
        [PROBLEM_UNKNOWN_FIELD] = "unknown-field",
        [PROBLEM_OTHER_KIND] = "other-kind",
        [PROBLEM_TYPE] = "type",
        [PROBLEM_MISSING] = "missing",
        [PROBLEM_EMPTY] = "empty",
        [PROBLEM_RANGE] = "range",
        [PROBLEM_CODE] = "code",
        [PROBLEM_FORM] = "form",
        [PROBLEM_CONFLICT] = "conflict",
        [PROBLEM_NOTE] = "note",
        [PROBLEM_SKIPPED] = "skipped",
    };
    return (unsigned)code < PROBLEM_CODES ? names[code] : "unknown";
}

const char *problem_severity_name(enum problem_severity severity)
{
    return severity == PROBLEM_ERROR ? "error" : "warning";
}

/* ---- rules across fields ------------------------------------------------------------------------------------- */

/* An error at a member of the object that the path names. */
static void conflict(struct problems *problems, const char *key, const char *value, const char *mend, const char *what)
{
    struct problem_words words = {.value = value, .mend = mend};
    problems_push(problems, key);
    problem_error(problems, PROBLEM_CONFLICT, &words, "%s", what);
    problems_pop(problems);
}

static void warn_at(struct problems *problems, const char *key, const char *value, const char *mend, const char *what)
{
    struct problem_words words = {.value = value, .mend = mend};
    problems_push(problems, key);
    problem_warning(problems, PROBLEM_NOTE, &words, "%s", what);
    problems_pop(problems);
}

/* Fields that the kind does not have; the reader of JSON refuses them by their keys, before they get here. */
static void check_kind(const struct record *record, struct problems *problems)
{
    const struct field_table *table = field_table();
    if (record->kind >= RECORD_KINDS)
        return;
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (field_has_kind(field, record->kind) || !field_known(field, record))
            continue;
        problems_push(problems, field->json);
        problem_error(problems, PROBLEM_OTHER_KIND, NULL, "is not a field of kind %s", record_kind_name(record->kind));
        problems_pop(problems);
    }
}

static void check_required(const struct record *record, struct problems *problems)
{
    if (!record->id && !problems_mention(problems, "id"))
        conflict(problems, "id", NULL, "give the record an id that never changes", "is missing");
    if (record->kind >= RECORD_KINDS && !problems_mention(problems, "kind"))
        conflict(problems, "kind", NULL, NULL, "is missing");
    if (!localised_known(&record->title) && !problems_mention(problems, "texts"))
        conflict(problems, "texts", NULL, "give a title in at least one of fi, sv and en", "has no title");
}

static void check_order(struct problems *problems, const char *key, int32_t from, int32_t to, const char *what)
{
    if (from == DAY_UNKNOWN || to == DAY_UNKNOWN || to >= from)
        return;
    char text[CALENDAR_DATE_BYTES];
    day_format(to, text);
    conflict(problems, key, text, "check both dates", what);
}

static void warn_signup(const struct record *record, struct problems *problems)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(record->signup.by_day, text);
    problems_push(problems, "signup");
    warn_at(problems, "by", text, "check both dates", "is after the end");
    problems_pop(problems);
}

static void check_dates(const struct record *record, struct problems *problems)
{
    struct moment start = record->start, end = record->end;
    if (start.day != DAY_UNKNOWN && end.day != DAY_UNKNOWN) {
        if (start.minute == MINUTE_UNKNOWN || end.minute == MINUTE_UNKNOWN)
            start.minute = end.minute = MINUTE_UNKNOWN; /* a plain date reaches over its whole day */
        if (moment_compare(end, start) < 0) {
            char text[CALENDAR_MOMENT_BYTES], from[CALENDAR_MOMENT_BYTES], what[CALENDAR_MOMENT_BYTES + 32];
            moment_format(record->end, text);
            moment_format(record->start, from);
            snprintf(what, sizeof what, "is before start %s", from);
            conflict(problems, "end", text, "check both dates", what);
        }
    }
    check_order(problems, "visible_to", record->visible_from_day, record->visible_to_day, "is before visible_from");
    if (record->signup.by_day != DAY_UNKNOWN && record->end.day != DAY_UNKNOWN &&
        record->signup.by_day > record->end.day)
        warn_signup(record, problems);
    if (record->kind == RECORD_EVENT && record->start.day == DAY_UNKNOWN && record->schedule_count == 0 &&
        !problems_mention(problems, "start") && !problems_mention(problems, "schedule"))
        warn_at(problems, "start", NULL, "say when the event is", "is not known, and there is no schedule");
}

static void check_ages(const struct record *record, struct problems *problems)
{
    if (record->age_min == RECORD_AGE_UNKNOWN || record->age_max == RECORD_AGE_UNKNOWN ||
        record->age_min <= record->age_max)
        return;
    char value[16], what[80];
    snprintf(value, sizeof value, "%d", record->age_min);
    snprintf(what, sizeof what, problem_text("is above age_max %d"), record->age_max);
    conflict(problems, "age_min", value, "write the youngest age in age_min and the oldest in age_max", what);
}

static void check_hours(const struct schedule *s, struct problems *problems)
{
    if (s->from_minute == MINUTE_UNKNOWN || s->to_minute == MINUTE_UNKNOWN || s->from_minute < s->to_minute)
        return;
    char text[CALENDAR_CLOCK_BYTES];
    minute_format(s->to_minute, text);
    if (s->from_minute == s->to_minute)
        conflict(problems, "to", text, "leave `to` out when the end is not known; a whole day is 00:00 to 24:00",
                 "is the same as from");
    else if (s->to_minute > SCHEDULE_NIGHT_MINUTE)
        conflict(problems, "to", text, "check both times; hours over midnight end by 08:00", "is before from");
}

static void check_schedule(const struct schedule *s, struct problems *problems)
{
    check_hours(s, problems);
    check_order(problems, "valid_to", s->valid_from_day, s->valid_to_day, "is before valid_from");
    if (s->every_weeks > 1 && s->valid_from_day == DAY_UNKNOWN && !problems_mention(problems, "schedule"))
        conflict(problems, "every", NULL, "add valid_from: the weeks are counted from its week", "needs valid_from");
    if ((s->nth || s->every_weeks > 1) && !s->weekdays && !problems_mention(problems, "schedule"))
        conflict(problems, s->nth ? "nth" : "every", NULL, "add weekday", "needs weekday");
    if (s->nth && s->every_weeks > 1)
        warn_at(problems, "every", NULL, "keep one of them",
                "stands beside nth: only days that satisfy both will count");
}

/* The day an event starts on, or any start with a time, is a day of its schedule. */
static void check_start_weekday(const struct record *record, struct problems *problems)
{
    if (record->start.day == DAY_UNKNOWN || (record->kind != RECORD_EVENT && record->start.minute == MINUTE_UNKNOWN))
        return;
    uint8_t weekdays = 0;
    for (size_t i = 0; i < record->schedule_count; i++)
        weekdays |= record->schedule[i].weekdays;
    unsigned weekday = weekday_of(record->start.day);
    if (!weekdays || (weekdays & 1u << weekday))
        return;
    char value[CALENDAR_MOMENT_BYTES], what[120];
    moment_format(record->start, value);
    snprintf(what, sizeof what, problem_text("is a %s, which is not among the weekdays of schedule"),
             problem_text(vocab_entry(VOCAB_WEEKDAY, weekday)->label[UI_EN]));
    warn_at(problems, "start", value, "check the date and the weekday", what);
}

static void check_schedules(const struct record *record, struct problems *problems)
{
    problems_push(problems, "schedule");
    for (size_t i = 0; i < record->schedule_count; i++) {
        problems_push_index(problems, i);
        check_schedule(&record->schedule[i], problems);
        problems_pop(problems);
    }
    problems_pop(problems);
    check_start_weekday(record, problems);
}

static void check_postal_code(const struct place *place, struct problems *problems)
{
    if (!place->postal_code || place->municipality == RECORD_CODE_UNKNOWN)
        return;
    const struct postal_code *known = postal_code_find(place->postal_code, strlen(place->postal_code));
    if (!known || known->municipality == place->municipality)
        return;
    char what[200];
    snprintf(what, sizeof what, problem_text("belongs to %s, but the municipality is %s"),
             vocab_entry(VOCAB_AREA, known->municipality)->label[UI_FI],
             vocab_entry(VOCAB_AREA, place->municipality)->label[UI_FI]);
    warn_at(problems, "postal_code", place->postal_code, "check both", what);
}

static void check_places(const struct record *record, struct problems *problems)
{
    problems_push(problems, "place");
    for (size_t i = 0; i < record->place_count; i++) {
        const struct place *place = &record->place[i];
        problems_push_index(problems, i);
        if (isnan(place->lat) != isnan(place->lon) && !problems_mention(problems, "place"))
            conflict(problems, isnan(place->lat) ? "lat" : "lon", NULL, "give both lat and lon, or neither",
                     "is missing beside the other coordinate");
        check_postal_code(place, problems);
        problems_pop(problems);
    }
    problems_pop(problems);
}

static void check_area(const struct record *record, struct problems *problems)
{
    const struct area *area = &record->area;
    if (area->scope == RECORD_CHOICE_UNKNOWN || problems_mention(problems, "area"))
        return;
    problems_push(problems, "area");
    if (area->scope == SCOPE_NATIONWIDE && area->code_count > 0)
        conflict(problems, "codes", NULL, "leave codes out, or write the scope of the codes",
                 "do not go with scope nationwide");
    if (area->scope != SCOPE_NATIONWIDE && area->code_count == 0)
        conflict(problems, "codes", NULL, "write the codes of the areas served", "are missing");
    problems_pop(problems);
}

static void check_price(const struct price *price, struct problems *problems)
{
    if (isnan(price->amount))
        return;
    problems_push(problems, "price");
    if (price->free == TRI_YES && price->amount > 0)
        conflict(problems, "amount", NULL, "keep one of them", "is above 0 although free is true");
    if (price->free == TRI_NO && price->amount <= 0)
        warn_at(problems, "amount", NULL, "keep one of them", "is 0 although free is false");
    problems_pop(problems);
}

static void check_contacts(const struct record *record, struct problems *problems)
{
    for (size_t i = 0; i < record->contact_count; i++) {
        struct contact contact = contact_public(&record->contact[i]);
        if (contact.email || contact.phone)
            return;
    }
    if (record->contact_count == 0 || problems_mention(problems, "contact"))
        return;
    warn_at(problems, "contact", NULL, "add an e-mail address or phone number that may be shown",
            "shows no way to get in touch");
}

static void check_related(const struct record *record, struct problems *problems)
{
    for (size_t i = 0; record->id && i < record->related_count; i++)
        if (strcmp(record->related[i], record->id) == 0)
            warn_at(problems, "related", record->id, "delete it from the list", "is the record itself");
}

enum status record_validate(const struct record *record, struct problems *problems)
{
    size_t before = problems->errors;
    check_required(record, problems);
    check_kind(record, problems);
    check_ages(record, problems);
    check_dates(record, problems);
    check_schedules(record, problems);
    check_places(record, problems);
    check_area(record, problems);
    check_price(&record->price, problems);
    check_contacts(record, problems);
    check_related(record, problems);
    if (problems->failed)
        return STATUS_NOMEM;
    return problems->errors > before ? STATUS_INVALID : STATUS_OK;
}
