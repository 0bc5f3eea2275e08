/* A record as JSON, by the field table; and the hash of that text. */
#include "record.h"

#include <string.h>

#include <xxhash.h>

#include "calendar.h"
#include "field.h"

struct writer {
    struct buf *out;
    enum record_view view;
    unsigned skip; /* mask of enum field_flag: rows with any of them are left out */
};

static void write_table(const struct writer *w, const struct field_table *table, const void *object);

static void write_string(const struct writer *w, const char *text)
{
    buf_add_json(w->out, text, strlen(text));
}

static void write_key(const struct writer *w, const char *key, bool *first)
{
    if (!*first)
        buf_addc(w->out, ',');
    *first = false;
    write_string(w, key);
    buf_addc(w->out, ':');
}

static void write_comma(const struct writer *w, size_t index)
{
    if (index > 0)
        buf_addc(w->out, ',');
}

/* Finnish alone is a plain string. */
static void write_text(const struct writer *w, const struct localised *text)
{
    if (text->in[RECORD_FI] && !text->in[RECORD_SV] && !text->in[RECORD_EN]) {
        write_string(w, text->in[RECORD_FI]);
        return;
    }
    bool first = true;
    buf_addc(w->out, '{');
    for (int i = 0; i < RECORD_LANGS; i++) {
        if (!text->in[i])
            continue;
        write_key(w, record_langs[i], &first);
        write_string(w, text->in[i]);
    }
    buf_addc(w->out, '}');
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

static void write_choices(const struct writer *w, const struct field *field, uint8_t mask)
{
    bool first = true;
    buf_addc(w->out, '[');
    for (unsigned bit = 0; field->choices[bit]; bit++) {
        if (!(mask & 1u << bit))
            continue;
        write_comma(w, !first);
        first = false;
        write_string(w, field->choices[bit]);
    }
    buf_addc(w->out, ']');
}

static void write_nth(const struct writer *w, uint8_t mask)
{
    bool first = true;
    buf_addc(w->out, '[');
    for (unsigned bit = 0; bit <= 5; bit++) {
        if (!(mask & 1u << bit))
            continue;
        write_comma(w, !first);
        first = false;
        buf_addf(w->out, "%d", bit == 5 ? -1 : (int)bit + 1);
    }
    buf_addc(w->out, ']');
}

static void write_day(const struct writer *w, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    write_string(w, text);
}

static void write_days(const struct writer *w, const struct day_range *range)
{
    if (range->from_day == range->to_day) {
        write_day(w, range->from_day);
        return;
    }
    buf_adds(w->out, "{\"from\":");
    write_day(w, range->from_day);
    buf_adds(w->out, ",\"to\":");
    write_day(w, range->to_day);
    buf_addc(w->out, '}');
}

/* The number alone: "10" of "region-10". */
static void write_area_code(const struct writer *w, uint16_t ordinal)
{
    const char *code = vocab_entry(VOCAB_AREA, ordinal)->code;
    const char *hyphen = strrchr(code, '-');
    write_string(w, hyphen ? hyphen + 1 : code);
}

static void write_item(const struct writer *w, const struct field *field, const char *item)
{
    const char *text;
    switch (field->type) {
    case FIELD_STRINGS:
        memcpy(&text, item, sizeof text);
        write_string(w, text);
        break;
    case FIELD_TEXTS: write_text(w, (const struct localised *)item); break;
    case FIELD_CODES: write_string(w, vocab_entry(field->vocab, *(const uint16_t *)item)->code); break;
    case FIELD_AREAS: write_area_code(w, *(const uint16_t *)item); break;
    case FIELD_DAYS: write_days(w, (const struct day_range *)item); break;
    case FIELD_OBJECTS: write_table(w, field->sub, item); break;
    default: break;
    }
}

static size_t item_size(const struct field *field)
{
    switch (field->type) {
    case FIELD_STRINGS: return sizeof(const char *);
    case FIELD_TEXTS: return sizeof(struct localised);
    case FIELD_CODES:
    case FIELD_AREAS: return sizeof(uint16_t);
    case FIELD_DAYS: return sizeof(struct day_range);
    default: return field->sub->size;
    }
}

static void write_list(const struct writer *w, const struct field *field, const void *object)
{
    const char *items = field_items(field, object);
    size_t count = field_count(field, object), size = item_size(field);
    buf_addc(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        write_comma(w, i);
        write_item(w, field, items + i * size);
    }
    buf_addc(w->out, ']');
}

/* ---- contacts that may not be shown -------------------------------------------------------------------------- */

static bool contact_says_something(const struct contact *contact)
{
    return localised_known(&contact->name) || localised_known(&contact->title) || contact->email || contact->phone;
}

static struct contact contact_shown(const struct contact *contact)
{
    struct contact shown = contact_public(contact);
    shown.shown = SHOW_ALL; /* what is left may be shown, and what is not there needs no mention */
    return shown;
}

static bool any_contact_shown(const struct record *record)
{
    for (size_t i = 0; i < record->contact_count; i++) {
        struct contact shown = contact_shown(&record->contact[i]);
        if (contact_says_something(&shown))
            return true;
    }
    return false;
}

static void write_public_contacts(const struct writer *w, const struct field *field, const struct record *record)
{
    bool first = true;
    buf_addc(w->out, '[');
    for (size_t i = 0; i < record->contact_count; i++) {
        struct contact shown = contact_shown(&record->contact[i]);
        if (!contact_says_something(&shown))
            continue;
        write_comma(w, !first);
        first = false;
        write_table(w, field->sub, &shown);
    }
    buf_addc(w->out, ']');
}

static bool is_contacts(const struct field *field)
{
    return strcmp(field->path, "contact") == 0;
}

/* ---- objects ------------------------------------------------------------------------------------------------- */

/* {"fi": {"title": …}} of members that each hold all languages. */
static void write_by_language(const struct writer *w, const struct field *field, const void *object)
{
    bool first_lang = true;
    buf_addc(w->out, '{');
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        bool first = true;
        for (size_t i = 0; i < field->sub->count; i++) {
            const struct localised *text = field_member(&field->sub->fields[i], object);
            if (!text->in[lang])
                continue;
            if (first) {
                write_key(w, record_langs[lang], &first_lang);
                buf_addc(w->out, '{');
            }
            write_key(w, field->sub->fields[i].json, &first);
            write_string(w, text->in[lang]);
        }
        if (!first)
            buf_addc(w->out, '}');
    }
    buf_addc(w->out, '}');
}

static void write_value(const struct writer *w, const struct field *field, const void *object)
{
    const void *member = field_member(field, object);
    char text[CALENDAR_MOMENT_BYTES];
    switch (field->type) {
    case FIELD_STRING: write_string(w, field_items(field, object)); break;
    case FIELD_TEXT: write_text(w, member); break;
    case FIELD_CHOICE: write_string(w, field->choices[*(const uint8_t *)member]); break;
    case FIELD_CHOICES: write_choices(w, field, *(const uint8_t *)member); break;
    case FIELD_CODE: write_area_code(w, *(const uint16_t *)member); break;
    case FIELD_INTEGER: buf_addf(w->out, "%d", *(const int16_t *)member); break;
    case FIELD_NUMBER: buf_add_number(w->out, *(const double *)member, field->decimals); break;
    case FIELD_BOOL: buf_adds(w->out, *(const uint8_t *)member == TRI_YES ? "true" : "false"); break;
    case FIELD_DATE: write_day(w, *(const int32_t *)member); break;
    case FIELD_MOMENT:
        moment_format(*(const struct moment *)member, text);
        write_string(w, text);
        break;
    case FIELD_CLOCK:
        minute_format(*(const int16_t *)member, text);
        write_string(w, text);
        break;
    case FIELD_NTH: write_nth(w, *(const uint8_t *)member); break;
    case FIELD_SHOWN:
        if (*(const uint8_t *)member == 0)
            buf_adds(w->out, "false");
        else
            write_choices(w, field, *(const uint8_t *)member);
        break;
    case FIELD_OBJECT: write_table(w, field->sub, member); break;
    case FIELD_BY_LANGUAGE: write_by_language(w, field, member); break;
    case FIELD_STRINGS:
    case FIELD_TEXTS:
    case FIELD_CODES:
    case FIELD_AREAS:
    case FIELD_DAYS:
    case FIELD_OBJECTS:
        if (w->view == RECORD_PUBLIC_ONLY && is_contacts(field))
            write_public_contacts(w, field, object);
        else
            write_list(w, field, object);
        break;
    case FIELD_TYPES: break;
    }
}

static void write_table(const struct writer *w, const struct field_table *table, const void *object)
{
    bool first = true;
    buf_addc(w->out, '{');
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if ((field->flags & w->skip) || !field_known(field, object))
            continue;
        if (w->view == RECORD_PUBLIC_ONLY && is_contacts(field) && !any_contact_shown(object))
            continue;
        write_key(w, field->json, &first);
        write_value(w, field, object);
    }
    buf_addc(w->out, '}');
}

void record_to_json(const struct record *record, enum record_view view, struct buf *out)
{
    struct writer writer = {out, view, 0};
    write_table(&writer, field_table(), record);
}

enum status record_hash(const struct record *record, struct record_hash *hash, struct err *err)
{
    struct buf text = BUF_INIT;
    struct writer writer = {&text, RECORD_WHOLE, FIELD_NO_MEANING};
    write_table(&writer, field_table(), record);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK) {
        XXH128_hash_t bits = XXH3_128bits(text.data, text.len);
        *hash = (struct record_hash){bits.high64, bits.low64};
    }
    buf_release(&text);
    return status;
}
