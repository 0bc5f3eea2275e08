#include "indexer/sources/import_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "messages.h"
#include "record.h"
#include "vocab/vocab.h"

enum { SUMMARY_CHARS = 500, BODY_CHARS = 20000, ID_CHARS = 100, AGE_MOST = 120 };

/* Where Finland is, as the field table has it. */
static const double lat_least = 59.4, lat_most = 70.1, lon_least = 19.0, lon_most = 31.7;

/* ---- putting --------------------------------------------------------------------------------------------------- */

static bool says_nothing(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

bool import_put(json_t *object, const char *key, json_t *value)
{
    if (!says_nothing(value))
        return json_object_set_new(object, key, value) == 0;
    json_decref(value);
    return false;
}

bool import_append(json_t *list, json_t *value)
{
    if (!says_nothing(value))
        return json_array_append_new(list, value) == 0;
    json_decref(value);
    return false;
}

json_t *import_list(json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);
    if (!list && json_object_set_new(object, key, json_array()) == 0)
        list = json_object_get(object, key);
    return list;
}

json_t *import_item(const json_t *record, const char *field, const char *member, const char *text)
{
    json_t *list = json_object_get(record, field), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *its = json_string_value(json_object_get(item, member));
        if (its && strcmp(its, text) == 0)
            return item;
    }
    return NULL;
}

static bool said_full(struct import_full *full, const char *field)
{
    for (size_t i = 0; i < IMPORT_LISTS; i++) {
        if (!full->fields[i]) {
            full->fields[i] = field;
            return false;
        }
        if (strcmp(full->fields[i], field) == 0)
            return true;
    }
    return true;
}

bool import_append_to(struct import_notes *notes, struct import_full *full, json_t *record, const char *field,
                      const char *path, json_t *value, size_t most)
{
    if (json_array_size(json_object_get(record, field)) >= most) {
        if (!said_full(full, field))
            import_warn(notes, &(struct import_note){PROBLEM_TOO_BIG, path, NULL, NULL},
                        "is one more than the %zu that a record takes; it and the rest are left out", most);
        json_decref(value);
        return false;
    }
    if (!says_nothing(value))
        return import_append(import_list(record, field), value);
    json_decref(value);
    return false;
}

void import_drop_empty(json_t *object)
{
    const char *key;
    json_t *value;
    void *next;
    json_object_foreach_safe(object, next, key, value)
        if (says_nothing(value))
            json_object_del(object, key);
}

static bool is_lang(const char *lang)
{
    for (int i = 0; i < RECORD_LANGS; i++)
        if (strcmp(lang, record_langs[i]) == 0)
            return true;
    return false;
}

/* The object under a key, made when it is not there; borrowed, NULL without memory. */
static json_t *object_at(json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);
    if (found || json_object_set_new(object, key, json_object()) != 0)
        return found;
    return json_object_get(object, key);
}

void import_put_text(json_t *record, const char *lang, const char *member, json_t *value)
{
    if (says_nothing(value) || !is_lang(lang))
        json_decref(value);
    else
        import_put(object_at(object_at(record, "texts"), lang), member, value);
}

/* ---- texts ----------------------------------------------------------------------------------------------------- */

const char *import_string(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && text[strspn(text, " \t\r\n")] ? text : NULL;
}

/* The bytes of a string; NULL, with a word when it is something else, when there is none. */
static const char *string_of(struct import_notes *notes, const char *path, const json_t *value, size_t *len)
{
    if (says_nothing(value))
        return NULL;
    if (!json_is_string(value)) {
        import_warn(notes, &(struct import_note){PROBLEM_TYPE, path, value, NULL}, "is no text; it is left out");
        return NULL;
    }
    *len = json_string_length(value);
    return json_string_value(value);
}

/* A copy in which what no text may hold is a blank. */
static char *without_controls(struct import_notes *notes, const char *text, size_t len)
{
    char *copy = arena_copy(notes->arena, text, len);
    size_t at;
    if (!copy)
        notes->failed = true;
    while (copy && (at = text_check(copy, len)) < len)
        copy[at] = ' ';
    return copy;
}

/* Clean text in the arena; NULL when nothing is left. */
static const char *clean(struct import_notes *notes, const char *path, const json_t *value, enum text_shape shape)
{
    size_t len = 0;
    const char *out = NULL, *text = string_of(notes, path, value, &len);
    if (!text)
        return NULL;
    if (len > NORMALISE_INPUT_BYTES) {
        import_warn(notes, &(struct import_note){PROBLEM_TOO_BIG, path, NULL, NULL},
                    "is a text of %zu bytes; it is left out", len);
        return NULL;
    }
    char *copy = without_controls(notes, text, len);
    if (copy && normalise_text(copy, len, shape, notes->arena, &out, NULL) == STATUS_NOMEM)
        notes->failed = true;
    return out;
}

/* Bytes of the first `most` characters less one, cut behind a word when one ends near there. */
static size_t cut_at(const char *text, size_t most)
{
    size_t at = 0, chars = 0, step, blank = 0;
    for (; text[at] && chars + 1 < most; chars++) {
        if (text[at] == ' ' || text[at] == '\n')
            blank = at;
        utf8_decode(text + at, strlen(text + at) < 4 ? strlen(text + at) : 4, &step);
        at += step;
    }
    size_t end = blank > at - at / 4 ? blank : at;
    while (end > 0 && strchr(" \n,;:.", text[end - 1]))
        end--;
    return end;
}

static json_t *shortened(struct import_notes *notes, const char *text, size_t most)
{
    const char *cut = arena_printf(notes->arena, "%.*s…", (int)cut_at(text, most), text);
    notes->failed = notes->failed || !cut;
    return cut ? json_string(cut) : NULL;
}

json_t *import_text(struct import_notes *notes, const char *path, const json_t *value, enum text_shape shape,
                    size_t most)
{
    const char *text = clean(notes, path, value, shape);
    if (!text)
        return NULL;
    size_t chars = utf8_count(text, strlen(text));
    if (chars <= most)
        return json_string(text);
    import_warn(notes, &(struct import_note){PROBLEM_TOO_BIG, path, value, "write it shorter"},
                "has %zu characters and is cut at %zu", chars, most);
    return shortened(notes, text, most);
}

void import_put_summary(struct import_notes *notes, const char *path, json_t *record, const char *lang,
                        const json_t *value)
{
    const char *text = clean(notes, path, value, TEXT_ONE_LINE);
    if (!text || utf8_count(text, strlen(text)) <= SUMMARY_CHARS) {
        import_put_text(record, lang, "summary", text ? json_string(text) : NULL);
        return;
    }
    const json_t *texts = json_object_get(json_object_get(record, "texts"), lang);
    if (!json_object_get(texts, "body"))
        import_put_text(record, lang, "body", import_text(notes, path, value, TEXT_PARAGRAPHS, BODY_CHARS));
    import_put_text(record, lang, "summary", shortened(notes, text, SUMMARY_CHARS));
}

json_t *import_localised(struct import_notes *notes, const char *path, const json_t *value, enum text_shape shape,
                         size_t most)
{
    if (!json_is_object(value))
        return import_text(notes, path, value, shape, most);
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++)
        import_put(texts, record_langs[i],
                   import_text(notes, import_path(notes, "%s.%s", path, record_langs[i]),
                               json_object_get(value, record_langs[i]), shape, most));
    if (json_object_size(texts) > 0)
        return texts;
    json_decref(texts);
    return NULL;
}

/* ---- addresses ------------------------------------------------------------------------------------------------- */

typedef enum status read_fn(const char *text, size_t len, struct arena *arena, const char **out);

static enum status phone_display(const char *text, size_t len, struct arena *arena, const char **out)
{
    struct phone phone;
    TRY(normalise_phone(text, len, arena, &phone));
    *out = phone.display;
    return STATUS_OK;
}

/* A value in its form, or NULL with a warning in these words. */
static json_t *formed(struct import_notes *notes, const char *path, const json_t *value, read_fn *read,
                      const char *what, const char *mend)
{
    size_t len = 0;
    const char *out = NULL, *text = string_of(notes, path, value, &len);
    while (text && len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    if (!text || len == strspn(text, " \t\r\n"))
        return NULL;
    enum status status = read(text, len, notes->arena, &out);
    if (status == STATUS_OK)
        return json_string(out);
    notes->failed = notes->failed || status == STATUS_NOMEM;
    import_warn(notes, &(struct import_note){PROBLEM_FORM, path, value, mend}, "%s; it is left out",
                problem_text(what));
    return NULL;
}

json_t *import_url(struct import_notes *notes, const char *path, const json_t *value)
{
    return formed(notes, path, value, normalise_url, "is not a web address", "write it as https://…");
}

json_t *import_email(struct import_notes *notes, const char *path, const json_t *value)
{
    return formed(notes, path, value, normalise_email, "is not an e-mail address",
                  "write one address: nimi@example.org");
}

json_t *import_phone(struct import_notes *notes, const char *path, const json_t *value)
{
    return formed(notes, path, value, phone_display, "is not a phone number", "write one number: 040 000 4567");
}

json_t *import_postal_code(struct import_notes *notes, const char *path, const json_t *value)
{
    return formed(notes, path, value, normalise_postal_code, "is not a postal code", "write five digits");
}

/* ---- times ----------------------------------------------------------------------------------------------------- */

static bool moment_of(struct import_notes *notes, const char *path, const json_t *value, struct moment *moment)
{
    size_t len = 0;
    const char *text = string_of(notes, path, value, &len);
    if (!text || normalise_moment(text, len, moment))
        return text != NULL;
    import_warn(notes, &(struct import_note){PROBLEM_FORM, path, value, "write 2026-12-01 or 2026-12-01T16:00:00Z"},
                "is not a date; it is left out");
    return false;
}

json_t *import_moment(struct import_notes *notes, const char *path, const json_t *value)
{
    struct moment moment;
    char text[CALENDAR_MOMENT_BYTES];
    if (!moment_of(notes, path, value, &moment))
        return NULL;
    moment_format(moment, text);
    return json_string(text);
}

json_t *import_date(struct import_notes *notes, const char *path, const json_t *value)
{
    struct moment moment;
    char text[CALENDAR_DATE_BYTES];
    if (!moment_of(notes, path, value, &moment))
        return NULL;
    day_format(moment.day, text);
    return json_string(text);
}

json_t *import_clock(struct import_notes *notes, const char *path, const json_t *value)
{
    size_t len = 0;
    int16_t minute;
    char text_out[CALENDAR_CLOCK_BYTES];
    const char *text = string_of(notes, path, value, &len);
    if (!text)
        return NULL;
    if (normalise_clock(text, len, &minute)) {
        minute_format(minute, text_out);
        return json_string(text_out);
    }
    import_warn(notes, &(struct import_note){PROBLEM_FORM, path, value, "write 18:00"},
                "is not a time of day; it is left out");
    return NULL;
}

/* ---- numbers and codes ----------------------------------------------------------------------------------------- */

json_t *import_municipality(struct import_notes *notes, const char *path, const json_t *value)
{
    size_t len = 0;
    uint16_t area;
    bool merged;
    const char *text = string_of(notes, path, value, &len);
    if (!text || text[strspn(text, " ")] == '\0')
        return NULL;
    if (normalise_municipality(text, len, &area, &merged))
        return json_string(vocab_entry(VOCAB_AREA, area)->code);
    import_warn(notes, &(struct import_note){PROBLEM_CODE, path, value, "write the name of a Finnish municipality"},
                "is not a municipality; it is left out");
    return NULL;
}

json_t *import_age(struct import_notes *notes, const char *path, const json_t *value)
{
    double age = json_is_number(value) ? json_number_value(value) : NAN;
    if (says_nothing(value))
        return NULL;
    if (json_is_string(value) && !normalise_number(json_string_value(value), json_string_length(value), &age))
        age = NAN;
    if (age >= 0 && age <= AGE_MOST)
        return json_integer((json_int_t)age);
    import_warn(notes, &(struct import_note){PROBLEM_RANGE, path, value, "write whole years, 0 to 120"},
                "is no age; it is left out");
    return NULL;
}

static bool in_finland(double lat, double lon)
{
    return lat >= lat_least && lat <= lat_most && lon >= lon_least && lon <= lon_most;
}

void import_put_point(struct import_notes *notes, const char *path, json_t *place, double lat, double lon)
{
    const double first = lat, second = lon;
    bool turned = !in_finland(lat, lon) && in_finland(second, first);
    if (in_finland(lat, lon) || turned) {
        json_object_set_new(place, "lat", json_real(turned ? lon : lat));
        json_object_set_new(place, "lon", json_real(turned ? lat : lon));
        if (turned)
            import_warn(notes, &(struct import_note){PROBLEM_RANGE, path, NULL, "write longitude and latitude in the "
                        "order of the format"}, "has latitude and longitude exchanged; they are taken the other way");
        return;
    }
    import_warn(notes, &(struct import_note){PROBLEM_RANGE, path, NULL, "look it up on a map"},
                "is a point outside Finland (lat %.5g, lon %.5g); it is left out", lat, lon);
}

/* false: there is none. */
static bool degrees_of(struct import_notes *notes, const char *path, const json_t *value, double *degrees)
{
    *degrees = json_number_value(value);
    if (says_nothing(value) || json_is_number(value))
        return !says_nothing(value);
    if (json_is_string(value) && normalise_number(json_string_value(value), json_string_length(value), degrees))
        return true;
    import_warn(notes, &(struct import_note){PROBLEM_FORM, path, value, "write degrees: 61.68"},
                "is no number; it is left out");
    return false;
}

void import_put_place_point(struct import_notes *notes, const char *path, json_t *place, const json_t *lat,
                            const json_t *lon)
{
    double lat_degrees, lon_degrees;
    bool has_lat = degrees_of(notes, path, lat, &lat_degrees), has_lon = degrees_of(notes, path, lon, &lon_degrees);
    if (has_lat && has_lon)
        import_put_point(notes, path, place, lat_degrees, lon_degrees);
}

void import_put_ages(struct import_notes *notes, const char *path, json_t *record, json_t *least, json_t *most)
{
    if (least && most && json_integer_value(least) > json_integer_value(most)) {
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, path, least, "check both ages"},
                    "is above the oldest age, %d; both are left out", (int)json_integer_value(most));
        json_decref(least);
        json_decref(most);
        return;
    }
    import_put(record, "age_min", least);
    import_put(record, "age_max", most);
}

json_t *import_day_text(int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    if (day == DAY_UNKNOWN)
        return NULL;
    day_format(day, text);
    return json_string(text);
}

json_t *import_minute_text(int minute)
{
    char text[CALENDAR_CLOCK_BYTES];
    if (minute == MINUTE_UNKNOWN)
        return NULL;
    minute_format(minute, text);
    return json_string(text);
}

json_t *import_keyword(const json_t *record, json_t *texts, const char *uri)
{
    const json_t *list = json_object_get(record, "keyword"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *its_uri = json_string_value(json_object_get(item, "uri"));
        if (json_equal(json_object_get(item, "text"), texts) || (uri && its_uri && strcmp(uri, its_uri) == 0)) {
            json_decref(texts);
            return NULL;
        }
    }
    json_t *keyword = texts ? json_object() : NULL;
    if (!keyword) {
        json_decref(texts);
        return NULL;
    }
    import_put(keyword, "text", texts);
    import_put(keyword, "uri", uri ? json_string(uri) : NULL);
    return keyword;
}

json_t *import_id(const char *prefix, const char *id)
{
    char text[ID_CHARS + 1];
    size_t used = 0;
    bool said = false;
    for (int part = 0; part < 2; part++)
        for (const char *at = part ? id : prefix; *at; at++) {
            char c = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
            bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letter && (used == 0 || !strchr("._:-", c)))
                c = '-';
            if (used == 0 && !letter)
                continue; /* an id begins with a letter or digit */
            if (used == ID_CHARS)
                return NULL;
            said = said || (part && letter);
            text[used++] = c;
        }
    return said ? json_stringn(text, used) : NULL;
}

/* ---- codes of ours --------------------------------------------------------------------------------------------- */

static void put_code(json_t *record, const char *field, const char *code)
{
    json_t *list = import_list(record, field), *item;
    size_t i;
    json_array_foreach(list, i, item)
        if (strcmp(json_string_value(item), code) == 0)
            return;
    json_array_append_new(list, json_string(code));
}

bool import_put_mapped(json_t *record, const char *field, enum vocab_name vocab, const char *external)
{
    size_t count;
    const uint16_t *ordinals = vocab_mapped(vocab, external, strlen(external), &count);
    for (size_t i = 0; i < count; i++)
        put_code(record, field, vocab_entry(vocab, ordinals[i])->code);
    return count > 0;
}

bool import_put_label(json_t *record, const char *field, enum vocab_name vocab, const char *label)
{
    uint16_t ordinal;
    if (!normalise_code(vocab, label, strlen(label), &ordinal))
        return false;
    put_code(record, field, vocab_entry(vocab, ordinal)->code);
    return true;
}
