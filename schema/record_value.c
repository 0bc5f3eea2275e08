#include "record_read.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "calendar.h"
#include "messages.h"
#include "normalise.h"

enum {
    SHOWN_JSON_BYTES = 4 * PROBLEM_VALUE_CHARS + 8, /* of a value that is no string; cut again when shown */
    RAW_FACTOR = 16,                                /* markup and blanks may make a text this much longer */
    RAW_BYTES = 1000,
    LIST_WORDS_BYTES = 400,
};

/* ---- reports ------------------------------------------------------------------------------------------------- */

struct json_text {
    char bytes[SHOWN_JSON_BYTES];
    size_t len;
};

/* Stops the dump once there is enough to show. */
static int keep_beginning(const char *bytes, size_t len, void *context)
{
    struct json_text *text = context;
    size_t room = sizeof text->bytes - text->len;
    memcpy(text->bytes + text->len, bytes, len < room ? len : room);
    text->len += len < room ? len : room;
    return len < room ? 0 : -1;
}

void report_value(struct reader *reader, enum problem_code code, const json_t *json, const char *allowed,
                  const char *mend, const char *what, ...)
{
    struct json_text text = {.len = 0};
    struct problem_words words = {.allowed = allowed, .mend = mend};
    char line[300];
    va_list args;
    va_start(args, what);
    vsnprintf(line, sizeof line, problem_text(what), args);
    va_end(args);
    if (json_is_string(json)) {
        words.value = json_string_value(json);
        words.value_len = json_string_length(json);
    } else if (json) {
        json_dump_callback(json, keep_beginning, &text, JSON_COMPACT | JSON_ENCODE_ANY);
        words.value = text.len ? text.bytes : NULL;
        words.value_len = text.len;
        words.bare = json_is_object(json) || json_is_array(json);
    }
    problem_error(reader->problems, code, &words, "%s", line);
}

static const char *type_words(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "a string";
    case JSON_INTEGER:
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "a yes-or-no value";
    default: return "null";
    }
}

void report_type(struct reader *reader, const json_t *json, const char *wanted, const char *mend)
{
    report_value(reader, PROBLEM_TYPE, json, NULL, mend, "is %s, not %s", problem_text(type_words(json)),
                 problem_text(wanted));
}

static const char *mend_empty(const struct field *field)
{
    bool needed = (field->flags & FIELD_REQUIRED) != 0;
    return needed && field->mend ? field->mend : needed ? "it is needed" : "leave the field out when it is not known";
}

bool report_empty(struct reader *reader, const struct field *field, const json_t *json)
{
    bool empty = json_is_null(json) || (json_is_string(json) && json_string_length(json) == 0) ||
                 (json_is_array(json) && json_array_size(json) == 0) ||
                 (json_is_object(json) && json_object_size(json) == 0);
    if (empty)
        report_value(reader, PROBLEM_EMPTY, NULL, NULL, mend_empty(field), json_is_null(json) ? "is null" : "is empty");
    return empty;
}

const char *reader_printf(struct reader *reader, const char *format, ...)
{
    char text[LIST_WORDS_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, problem_text(format), args);
    va_end(args);
    size_t len = strlen(text), well = utf8_check(text, len); /* a cut may fall within a character */
    const char *copy = arena_copy(reader->arena, text, well);
    if (!copy)
        reader->nomem = true;
    return copy;
}

/* ---- strings ------------------------------------------------------------------------------------------------- */

static void report_control(struct reader *reader, const json_t *json, size_t at)
{
    const char *text = json_string_value(json);
    size_t step;
    uint32_t c = utf8_decode(text + at, json_string_length(json) - at, &step);
    report_value(reader, PROBLEM_ENCODING, json, NULL, "delete the character",
                 "holds the control character U+%04X as character %zu", (unsigned)c, utf8_count(text, at) + 1);
}

/* Shared by all kinds of string: a string, not empty, without NUL and control characters, not absurdly long. */
static bool string_usable(struct reader *reader, const struct field *field, const json_t *json)
{
    if (report_empty(reader, field, json))
        return false;
    if (!json_is_string(json)) {
        report_type(reader, json, "a string", json_is_number(json) ? "write it in quotes" : NULL);
        return false;
    }
    size_t len = json_string_length(json);
    if (strlen(json_string_value(json)) != len) {
        report_value(reader, PROBLEM_ENCODING, json, NULL, "delete the character", "holds a NUL character");
        return false;
    }
    size_t most = field->max_chars ? field->max_chars * RAW_FACTOR + RAW_BYTES : RAW_BYTES;
    if (len > most) {
        report_value(reader, PROBLEM_TOO_BIG, json,
                     field->max_chars ? reader_printf(reader, "at most %zu characters", field->max_chars) : NULL,
                     "shorten it", "has %zu bytes", len);
        return false;
    }
    size_t bad = text_check(json_string_value(json), len);
    if (bad < len)
        report_control(reader, json, bad);
    return bad == len;
}

static bool id_valid(const char *text, size_t len)
{
    if (len == 0 || len > 100 || !((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= '0' && text[0] <= '9')))
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._:-") == len;
}

static const char *form_words(const struct field *field)
{
    switch (field->form) {
    case FORM_ID: return "is not an id";
    case FORM_URL: return "is not a web address";
    case FORM_EMAIL: return "is not an e-mail address";
    case FORM_PHONE: return "is not a phone number";
    case FORM_POSTAL_CODE: return "is not a postal code";
    case FORM_BUSINESS_ID: return "is not a business id, or its check digit is wrong";
    default: return "cannot be read";
    }
}

static const char *form_allowed(enum field_form form)
{
    switch (form) {
    case FORM_ID: return "1..100 characters of a-z 0-9 . _ : -, the first a letter or digit";
    case FORM_URL: return "http:// and https:// addresses";
    default: return NULL;
    }
}

/* Letters that an earlier program has already broken: U+FFFD, or UTF-8 read as Windows-1252 ("Ã¤"). */
static void warn_damage(struct reader *reader, const char *text)
{
    static const char *const signs[] = {"\xEF\xBF\xBD", "Ã¤", "Ã¶", "Ã¥", "Ã„", "Ã–", "â€", NULL};
    for (const char *const *sign = signs; *sign; sign++) {
        const char *found = strstr(text, *sign);
        if (!found)
            continue;
        const char *start = found - text > 20 ? found - 20 : text;
        while (start < found && ((unsigned char)*start & 0xC0) == 0x80)
            start++;
        struct problem_words words = {
            .value = start, .mend = "mend the letters where the file was made: it was read in a wrong encoding"};
        problem_warning(reader->problems, PROBLEM_NOTE, &words, "holds broken letters");
        return;
    }
}

static enum status form_read(struct reader *reader, const struct field *field, const char *text, size_t len,
                             const char **out)
{
    struct phone phone;
    enum status status;
    switch (field->form) {
    case FORM_ID:
        if (!id_valid(text, len))
            return STATUS_INVALID;
        *out = arena_copy(reader->arena, text, len);
        return *out ? STATUS_OK : STATUS_NOMEM;
    case FORM_URL: return normalise_url(text, len, reader->arena, out);
    case FORM_EMAIL: return normalise_email(text, len, reader->arena, out);
    case FORM_PHONE:
        status = normalise_phone(text, len, reader->arena, &phone);
        if (status == STATUS_OK)
            *out = phone.display;
        return status;
    case FORM_POSTAL_CODE: return normalise_postal_code(text, len, reader->arena, out);
    case FORM_BUSINESS_ID: return normalise_business_id(text, len, reader->arena, out);
    case FORM_PARAGRAPHS: return normalise_text(text, len, TEXT_PARAGRAPHS, reader->arena, out, NULL);
    default: return normalise_text(text, len, TEXT_ONE_LINE, reader->arena, out, NULL);
    }
}

static bool form_is_text(enum field_form form)
{
    return form == FORM_LINE || form == FORM_PARAGRAPHS;
}

const char *value_string(struct reader *reader, const struct field *field, const json_t *json)
{
    const char *text = NULL;
    if (!string_usable(reader, field, json))
        return NULL;
    enum status status = form_read(reader, field, json_string_value(json), json_string_length(json), &text);
    if (status == STATUS_NOMEM) {
        reader->nomem = true;
    } else if (status != STATUS_OK) {
        report_value(reader, PROBLEM_FORM, json, form_allowed(field->form), field->mend, "%s", form_words(field));
    } else if (!text) {
        report_value(reader, PROBLEM_EMPTY, json, NULL, mend_empty(field),
                     "has nothing left without blanks and HTML tags");
    } else {
        size_t chars = utf8_count(text, strlen(text));
        if (field->max_chars && chars > field->max_chars)
            report_value(reader, PROBLEM_TOO_BIG, json,
                         reader_printf(reader, "at most %zu characters", field->max_chars), "shorten it",
                         "has %zu characters", chars);
        if (form_is_text(field->form))
            warn_damage(reader, text);
        return text;
    }
    return NULL;
}

/* ---- codes --------------------------------------------------------------------------------------------------- */

static const char *choices_words(struct reader *reader, const struct field *field)
{
    char text[LIST_WORDS_BYTES];
    size_t used = 0;
    for (size_t i = 0; field->choices[i] && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", field->choices[i]);
    return reader_printf(reader, "%s", text);
}

static const char *nearest_choice(const struct field *field, const char *text)
{
    const char *nearest = NULL;
    size_t best = strlen(text) / 3 + 1;
    for (size_t i = 0; field->choices[i]; i++) {
        size_t distance = field_distance(field->choices[i], text);
        if (distance < best) {
            best = distance;
            nearest = field->choices[i];
        }
    }
    return nearest;
}

static const char *did_you_mean(struct reader *reader, const char *nearest, const char *otherwise)
{
    return nearest ? reader_printf(reader, "did you mean %s?", nearest) : otherwise;
}

bool value_choice(struct reader *reader, const struct field *field, const json_t *json, uint8_t *choice)
{
    if (!string_usable(reader, field, json))
        return false;
    const char *text = json_string_value(json);
    for (size_t i = 0; field->choices[i]; i++) {
        if (strcasecmp(field->choices[i], text) == 0) {
            *choice = (uint8_t)i;
            return true;
        }
    }
    report_value(reader, PROBLEM_CODE, json, choices_words(reader, field),
                 did_you_mean(reader, nearest_choice(field, text), field->mend), "is not known");
    return false;
}

/* Says so when an old municipality was read as the present one. */
static void note_merged(struct reader *reader, const json_t *json, uint16_t ordinal, bool merged)
{
    if (!merged)
        return;
    const struct vocab_entry *now = vocab_entry(VOCAB_AREA, ordinal);
    struct problem_words words = {.value = json_string_value(json),
                                  .mend = reader_printf(reader, "write %s", now->code)};
    problem_warning(reader->problems, PROBLEM_NOTE, &words, "is a municipality that is now part of %s, and was read so",
                    now->label[UI_FI]);
}

/* The municipality whose name in Finnish or Swedish is most like the text; NULL when none is. */
static const struct vocab_entry *nearest_municipality(const char *text)
{
    const struct vocab_entry *nearest = NULL;
    size_t best = strlen(text) / 3 + 1;
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        const struct vocab_entry *entry = vocab_entry(VOCAB_AREA, i);
        for (int lang = UI_FI; area_at(i)->type == AREA_MUNICIPALITY && lang <= UI_SV; lang++) {
            size_t distance = field_distance(entry->label[lang], text);
            if (distance < best) {
                best = distance;
                nearest = entry;
            }
        }
    }
    return nearest;
}

static const char *mend_area(struct reader *reader, enum area_scope scope, const char *text)
{
    static const char *const mends[SCOPE_COUNT] = {
        [SCOPE_NATIONWIDE] = "leave codes out",
        [SCOPE_REGION] = "write the two digits of the region, such as 10 for Etelä-Savo",
        [SCOPE_WELLBEING] = "write the two digits of the wellbeing services county, such as 12 for Etelä-Savo",
        [SCOPE_MUNICIPALITY] = "write the three digits of Statistics Finland, such as 491, or the name",
    };
    bool name = scope == SCOPE_MUNICIPALITY && strcspn(text, "0123456789") == strlen(text);
    const struct vocab_entry *nearest = name ? nearest_municipality(text) : NULL;
    if (!nearest)
        return mends[scope];
    return reader_printf(reader, "did you mean %s (%s)?", nearest->label[UI_FI], nearest->code);
}

bool value_area(struct reader *reader, enum area_scope scope, const json_t *json, uint16_t *ordinal)
{
    static const struct field any = {.max_chars = VOCAB_LABEL_BYTES};
    bool merged = false;
    if (!string_usable(reader, &any, json))
        return false;
    if (normalise_area(scope, json_string_value(json), json_string_length(json), ordinal, &merged)) {
        note_merged(reader, json, *ordinal, merged);
        return true;
    }
    report_value(reader, PROBLEM_CODE, json, NULL, mend_area(reader, scope, json_string_value(json)),
                 "is not a code of scope %s", problem_text(area_scope_name(scope)));
    return false;
}

bool value_code(struct reader *reader, const struct field *field, const json_t *json, uint16_t *ordinal)
{
    if (field->vocab == VOCAB_AREA)
        return value_area(reader, SCOPE_MUNICIPALITY, json, ordinal);
    if (!string_usable(reader, field, json))
        return false;
    const char *text = json_string_value(json);
    size_t len = json_string_length(json);
    if (normalise_code(field->vocab, text, len, ordinal))
        return true;
    const char *allowed = reader_printf(reader, "the codes of the list %s", vocab_id(field->vocab));
    report_value(reader, PROBLEM_CODE, json, allowed,
                 did_you_mean(reader, nearest_code(field->vocab, text, len), "see the list in docs/data-format.md"),
                 "is not known");
    return false;
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

bool value_number(struct reader *reader, const struct field *field, const json_t *json, double *number)
{
    if (report_empty(reader, field, json))
        return false;
    if (!json_is_number(json)) {
        report_type(reader, json, "a number", json_is_string(json) ? "write the number without quotes" : field->mend);
        return false;
    }
    double value = json_number_value(json);
    if (!(value >= field->min && value <= field->max)) {
        bool above = value > field->max;
        report_value(reader, PROBLEM_RANGE, json, reader_printf(reader, "%g..%g", field->min, field->max), field->mend,
                     above ? "is above %g" : "is below %g", above ? field->max : field->min);
        return false;
    }
    double scale = pow(10, field->decimals);
    *number = round(value * scale) / scale;
    return true;
}

bool value_whole(struct reader *reader, const struct field *field, const json_t *json, int16_t *number)
{
    double value;
    if (json_is_real(json) && json_real_value(json) != floor(json_real_value(json))) {
        report_value(reader, PROBLEM_TYPE, json, NULL, field->mend, "is not a whole number");
        return false;
    }
    if (!value_number(reader, field, json, &value))
        return false;
    *number = (int16_t)value;
    return true;
}

bool value_bool(struct reader *reader, const struct field *field, const json_t *json, uint8_t *answer)
{
    if (report_empty(reader, field, json))
        return false;
    if (!json_is_boolean(json)) {
        report_type(reader, json, "true or false", "write true or false without quotes");
        return false;
    }
    *answer = json_is_true(json) ? TRI_YES : TRI_NO;
    return true;
}

/* ---- times --------------------------------------------------------------------------------------------------- */

static const struct field time_string = {.max_chars = 40};

static bool day_in_range(struct reader *reader, const json_t *json, int32_t day, const char *mend)
{
    int year = date_from_day(day).year;
    if (year >= FIELD_YEAR_MIN && year <= FIELD_YEAR_MAX)
        return true;
    report_value(reader, PROBLEM_RANGE, json, reader_printf(reader, "%d..%d", FIELD_YEAR_MIN, FIELD_YEAR_MAX), mend,
                 "is in the year %d", year);
    return false;
}

bool value_day(struct reader *reader, const struct field *field, const json_t *json, int32_t *day)
{
    int32_t found;
    if (!string_usable(reader, &time_string, json))
        return false;
    if (!normalise_date(json_string_value(json), json_string_length(json), &found)) {
        report_value(reader, PROBLEM_FORM, json, NULL, field->mend, "is not a date");
        return false;
    }
    if (!day_in_range(reader, json, found, field->mend))
        return false;
    *day = found;
    return true;
}

bool value_moment(struct reader *reader, const struct field *field, const json_t *json, struct moment *moment)
{
    struct moment found;
    if (!string_usable(reader, &time_string, json))
        return false;
    if (!normalise_moment(json_string_value(json), json_string_length(json), &found)) {
        report_value(reader, PROBLEM_FORM, json, NULL, field->mend, "is not a date or a date and time");
        return false;
    }
    if (!day_in_range(reader, json, found.day, field->mend))
        return false;
    *moment = found;
    return true;
}

bool value_clock(struct reader *reader, const struct field *field, const json_t *json, int16_t *minute)
{
    int16_t found;
    if (!string_usable(reader, &time_string, json))
        return false;
    if (!normalise_clock(json_string_value(json), json_string_length(json), &found)) {
        report_value(reader, PROBLEM_FORM, json, "00:00..24:00", field->mend, "is not a time of day");
        return false;
    }
    *minute = found;
    return true;
}
