/* JSON to a record, by the field table: every problem in one pass. */
#include "record_read.h"

#include <string.h>

#include "messages.h"
#include "normalise.h"

static void read_object(struct reader *reader, const struct field_table *table, const json_t *json, void *object);

/* ---- texts --------------------------------------------------------------------------------------------------- */

static int lang_of(const char *key)
{
    for (int i = 0; i < RECORD_LANGS; i++)
        if (strcmp(key, record_langs[i]) == 0)
            return i;
    return -1;
}

static void report_lang(struct reader *reader, const char *key)
{
    problems_push(reader->problems, key);
    report_value(reader, PROBLEM_UNKNOWN_FIELD, NULL, "fi, sv, en", NULL, "is not a language of texts");
    problems_pop(reader->problems);
}

/* A string is Finnish. */
static void read_text(struct reader *reader, const struct field *field, const json_t *json, struct localised *text)
{
    if (!json_is_object(json) || report_empty(reader, field, json)) {
        if (!json_is_object(json))
            text->in[RECORD_FI] = value_string(reader, field, json);
        return;
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        int lang = lang_of(key);
        if (lang < 0) {
            report_lang(reader, key);
            continue;
        }
        problems_push(reader->problems, key);
        text->in[lang] = value_string(reader, field, value);
        problems_pop(reader->problems);
    }
}

static void report_unknown(struct reader *reader, const struct field_table *table, const char *key);

/* {"fi": {"title": …}} into members that each hold all languages. */
static void read_by_language(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    const char *key;
    json_t *texts;
    if (report_empty(reader, field, json))
        return;
    if (!json_is_object(json)) {
        report_type(reader, json, "an object by language", "write {\"fi\": {\"title\": \"…\"}}");
        return;
    }
    json_object_foreach((json_t *)json, key, texts)
    {
        int lang = lang_of(key);
        if (lang < 0) {
            report_lang(reader, key);
            continue;
        }
        problems_push(reader->problems, key);
        const char *part;
        json_t *value;
        if (!report_empty(reader, field, texts) && !json_is_object(texts))
            report_type(reader, texts, "an object", "write {\"title\": \"…\"}");
        json_object_foreach(texts, part, value)
        {
            const struct field *member = field_find(field->sub, part, strlen(part));
            if (!member) {
                report_unknown(reader, field->sub, part);
                continue;
            }
            problems_push(reader->problems, part);
            struct localised *text = (struct localised *)((char *)object + member->offset);
            text->in[lang] = value_string(reader, member, value);
            problems_pop(reader->problems);
        }
        problems_pop(reader->problems);
    }
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

/* A list of at least one and at most max_items values; 0 when a problem was reported. */
static size_t list_size(struct reader *reader, const struct field *field, const json_t *json)
{
    if (report_empty(reader, field, json))
        return 0;
    if (!json_is_array(json)) {
        report_type(reader, json, "a list", "put it in square brackets");
        return 0;
    }
    size_t count = json_array_size(json);
    if (count > field->max_items) {
        report_value(reader, PROBLEM_TOO_BIG, NULL, reader_printf(reader, "at most %zu", field->max_items),
                     "keep the most important ones", "has %zu items", count);
        return 0;
    }
    return count;
}

/* Space for the items, zeroed and set in the object with no items yet. */
static char *list_make(struct reader *reader, const struct field *field, void *object, size_t count, size_t size)
{
    char *items = arena_array(reader->arena, count, size);
    if (!items)
        reader->nomem = true;
    else
        memcpy((char *)object + field->offset, &items, sizeof items);
    return items;
}

static void list_set_count(const struct field *field, void *object, size_t count)
{
    memcpy((char *)object + field->count_offset, &count, sizeof count);
}

static void read_strings(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    size_t count = list_size(reader, field, json), used = 0;
    const char **items = count ? (const char **)list_make(reader, field, object, count, sizeof *items) : NULL;
    for (size_t i = 0; items && i < count; i++) {
        problems_push_index(reader->problems, i);
        const char *text = value_string(reader, field, json_array_get(json, i));
        if (text)
            items[used++] = text;
        problems_pop(reader->problems);
    }
    list_set_count(field, object, used);
}

static void read_texts(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    size_t count = list_size(reader, field, json), used = 0;
    struct localised *items = count ? (struct localised *)list_make(reader, field, object, count, sizeof *items) : NULL;
    for (size_t i = 0; items && i < count; i++) {
        problems_push_index(reader->problems, i);
        read_text(reader, field, json_array_get(json, i), &items[used]);
        used += localised_known(&items[used]);
        problems_pop(reader->problems);
    }
    list_set_count(field, object, used);
}

/* Keeps ordinals ascending and distinct: the order of codes has no meaning, and said twice is said once. */
static void ordinal_insert(uint16_t *items, size_t *count, uint16_t ordinal)
{
    size_t at = *count;
    while (at > 0 && items[at - 1] > ordinal)
        at--;
    if (at > 0 && items[at - 1] == ordinal)
        return;
    memmove(items + at + 1, items + at, (*count - at) * sizeof *items);
    items[at] = ordinal;
    (*count)++;
}

static void read_codes(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    size_t count = list_size(reader, field, json), used = 0;
    uint16_t *items = count ? (uint16_t *)list_make(reader, field, object, count, sizeof *items) : NULL;
    /* The scope stands before the codes in the table, so it has been read. */
    uint8_t scope = field->type == FIELD_AREAS ? ((const struct area *)object)->scope : RECORD_CHOICE_UNKNOWN;
    if (field->type == FIELD_AREAS && scope == RECORD_CHOICE_UNKNOWN)
        return; /* reported at the scope */
    for (size_t i = 0; items && i < count; i++) {
        const json_t *item = json_array_get(json, i);
        uint16_t ordinal;
        problems_push_index(reader->problems, i);
        if (field->type == FIELD_AREAS ? value_area(reader, scope, item, &ordinal)
                                       : value_code(reader, field, item, &ordinal))
            ordinal_insert(items, &used, ordinal);
        problems_pop(reader->problems);
    }
    list_set_count(field, object, used);
}

static uint8_t read_mask(struct reader *reader, const struct field *field, const json_t *json)
{
    size_t count = list_size(reader, field, json);
    uint8_t mask = 0, choice;
    for (size_t i = 0; i < count; i++) {
        problems_push_index(reader->problems, i);
        if (value_choice(reader, field, json_array_get(json, i), &choice))
            mask |= (uint8_t)(1u << choice);
        problems_pop(reader->problems);
    }
    return mask;
}

static uint8_t read_nth(struct reader *reader, const struct field *field, const json_t *json)
{
    size_t count = list_size(reader, field, json);
    uint8_t mask = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(json, i);
        json_int_t nth = json_integer_value(item);
        problems_push_index(reader->problems, i);
        if (!json_is_integer(item))
            report_type(reader, item, "a whole number", NULL);
        else if (nth != -1 && (nth < 1 || nth > 5))
            report_value(reader, PROBLEM_RANGE, item, "1..5, and -1 for the last", NULL, "is no weekday of a month");
        else
            mask |= (uint8_t)(nth < 0 ? NTH_LAST : 1u << (nth - 1));
        problems_pop(reader->problems);
    }
    return mask;
}

/* {"from": …, "to": …} */
static bool read_range(struct reader *reader, const struct field *field, const json_t *json, struct day_range *range)
{
    static const char *const keys[] = {"from", "to"};
    int32_t days[2] = {DAY_UNKNOWN, DAY_UNKNOWN};
    for (int i = 0; i < 2; i++) {
        const json_t *value = json_object_get(json, keys[i]);
        problems_push(reader->problems, keys[i]);
        if (value)
            value_day(reader, field, value, &days[i]);
        else
            report_value(reader, PROBLEM_MISSING, NULL, NULL, "a range has from and to", "is missing");
        problems_pop(reader->problems);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        if (strcmp(key, keys[0]) == 0 || strcmp(key, keys[1]) == 0)
            continue;
        problems_push(reader->problems, key);
        report_value(reader, PROBLEM_UNKNOWN_FIELD, value, "from, to", "delete it", "is not a field here");
        problems_pop(reader->problems);
    }
    if (days[0] == DAY_UNKNOWN || days[1] == DAY_UNKNOWN)
        return false;
    if (days[1] < days[0]) {
        report_value(reader, PROBLEM_CONFLICT, json, NULL, "check both dates", "ends before it begins");
        return false;
    }
    *range = (struct day_range){days[0], days[1]};
    return true;
}

static void read_days(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    size_t count = list_size(reader, field, json), used = 0;
    struct day_range *items = count ? (struct day_range *)list_make(reader, field, object, count, sizeof *items) : NULL;
    for (size_t i = 0; items && i < count; i++) {
        const json_t *item = json_array_get(json, i);
        int32_t day;
        problems_push_index(reader->problems, i);
        if (json_is_object(item) && json_object_size(item) > 0)
            used += read_range(reader, field, item, &items[used]);
        else if (value_day(reader, field, item, &day))
            items[used++] = (struct day_range){day, day};
        problems_pop(reader->problems);
    }
    list_set_count(field, object, used);
}

static void read_shown(struct reader *reader, const struct field *field, const json_t *json, uint8_t *shown)
{
    if (json_is_boolean(json))
        *shown = json_is_true(json) ? SHOW_ALL : 0;
    else if (json_is_array(json))
        *shown = read_mask(reader, field, json);
    else if (!report_empty(reader, field, json))
        report_type(reader, json, "true, false or a list", "write false, or the fields that may be shown");
}

/* ---- objects ------------------------------------------------------------------------------------------------- */

/* An item that must be an object and say something. */
static void read_item(struct reader *reader, const struct field *field, const json_t *json, void *item)
{
    const struct field *first = &field->sub->fields[0];
    field_init(field->sub, item);
    if (report_empty(reader, field, json))
        return;
    if ((field->flags & FIELD_SHORTHAND) && json_is_string(json)) {
        read_text(reader, first, json, (struct localised *)((char *)item + first->offset));
        return;
    }
    size_t errors = reader->problems->errors;
    read_object(reader, field->sub, json, item);
    for (size_t i = 0; i < field->sub->count; i++)
        if (field_known(&field->sub->fields[i], item))
            return;
    if (reader->problems->errors == errors)
        report_value(reader, PROBLEM_EMPTY, json, NULL, "leave the field out when nothing is known", "says nothing");
}

static void read_objects(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    size_t count = list_size(reader, field, json);
    char *items = count ? list_make(reader, field, object, count, field->sub->size) : NULL;
    for (size_t i = 0; items && i < count; i++) {
        problems_push_index(reader->problems, i);
        read_item(reader, field, json_array_get(json, i), items + i * field->sub->size);
        problems_pop(reader->problems);
    }
    list_set_count(field, object, items ? count : 0);
}

static void read_field(struct reader *reader, const struct field *field, const json_t *json, void *object)
{
    void *member = (char *)object + field->offset;
    const char *text;
    switch (field->type) {
    case FIELD_STRING:
        text = value_string(reader, field, json);
        memcpy(member, &text, sizeof text);
        break;
    case FIELD_TEXT: read_text(reader, field, json, member); break;
    case FIELD_STRINGS: read_strings(reader, field, json, object); break;
    case FIELD_TEXTS: read_texts(reader, field, json, object); break;
    case FIELD_CHOICE: value_choice(reader, field, json, member); break;
    case FIELD_CHOICES: *(uint8_t *)member = read_mask(reader, field, json); break;
    case FIELD_CODE: value_code(reader, field, json, member); break;
    case FIELD_CODES:
    case FIELD_AREAS: read_codes(reader, field, json, object); break;
    case FIELD_INTEGER: value_whole(reader, field, json, member); break;
    case FIELD_NUMBER: value_number(reader, field, json, member); break;
    case FIELD_BOOL: value_bool(reader, field, json, member); break;
    case FIELD_DATE: value_day(reader, field, json, member); break;
    case FIELD_MOMENT: value_moment(reader, field, json, member); break;
    case FIELD_CLOCK: value_clock(reader, field, json, member); break;
    case FIELD_NTH: *(uint8_t *)member = read_nth(reader, field, json); break;
    case FIELD_DAYS: read_days(reader, field, json, object); break;
    case FIELD_SHOWN: read_shown(reader, field, json, member); break;
    case FIELD_OBJECT: read_item(reader, field, json, member); break;
    case FIELD_OBJECTS: read_objects(reader, field, json, object); break;
    case FIELD_BY_LANGUAGE: read_by_language(reader, field, json, object); break;
    case FIELD_TYPES: break;
    }
}

/* ---- keys ---------------------------------------------------------------------------------------------------- */

struct elsewhere {
    const char *key;
    const struct field *found;
};

static bool same_key(void *context, const struct field *field)
{
    struct elsewhere *search = context;
    if (strcmp(field->json, search->key) != 0)
        return true;
    search->found = field;
    return false;
}

/* Names the field that was probably meant: one of this table with a like name, or one of this name in another place. */
static void report_unknown(struct reader *reader, const struct field_table *table, const char *key)
{
    struct elsewhere search = {key, NULL};
    const char *nearest = field_nearest(table, key), *mend;
    field_walk(same_key, &search);
    if (nearest)
        mend = reader_printf(reader, "did you mean %s?", nearest);
    else if (search.found)
        mend = reader_printf(reader, "its place is %s", search.found->path);
    else
        mend = "delete it; the fields are listed in docs/data-format.md";
    problems_push(reader->problems, key);
    report_value(reader, PROBLEM_UNKNOWN_FIELD, NULL, NULL, mend, "is not a known field");
    problems_pop(reader->problems);
}

static const char *kinds_words(struct reader *reader, const struct field *field)
{
    const char *words = NULL;
    for (unsigned kind = 0; kind < RECORD_KINDS; kind++)
        if (field_has_kind(field, kind))
            words = words ? reader_printf(reader, "%s, %s", words, record_kind_name(kind)) : record_kind_name(kind);
    return words ? reader_printf(reader, "for %s", words) : NULL;
}

static void report_other_kind(struct reader *reader, const struct field *field)
{
    problems_push(reader->problems, field->json);
    report_value(reader, PROBLEM_OTHER_KIND, NULL, kinds_words(reader, field), "delete it, or change the kind",
                 "is not a field of kind %s", record_kind_name(reader->kind));
    problems_pop(reader->problems);
}

static bool field_is_here(const struct reader *reader, const struct field *field)
{
    return reader->kind >= RECORD_KINDS || field_has_kind(field, reader->kind);
}

static const char *needed_words(struct reader *reader, const struct field *field)
{
    return field->mend ? field->mend : reader_printf(reader, "add it (%s)", problem_text(field->help));
}

/* A CSV cell that could not be read is no missing field. */
static bool already_reported(const struct reader *reader, const struct field_table *table, const struct field *field)
{
    return table == field_table() && problems_mention(reader->problems, field->json);
}

static void read_object(struct reader *reader, const struct field_table *table, const json_t *json, void *object)
{
    const char *key;
    json_t *value;
    if (!json_is_object(json)) {
        report_type(reader, json, "an object", NULL);
        return;
    }
    json_object_foreach((json_t *)json, key, value)
    {
        const struct field *field = field_find(table, key, strlen(key));
        if (!field)
            report_unknown(reader, table, key);
        else if (!field_is_here(reader, field))
            report_other_kind(reader, field);
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (!field_is_here(reader, field))
            continue;
        value = json_object_get(json, field->json);
        problems_push(reader->problems, field->json);
        if (value)
            read_field(reader, field, value, object);
        else if ((field->flags & FIELD_REQUIRED) && !already_reported(reader, table, field))
            report_value(reader, PROBLEM_MISSING, NULL, NULL, needed_words(reader, field), "is missing");
        problems_pop(reader->problems);
    }
}

/* ---- the record ---------------------------------------------------------------------------------------------- */

/* The id and the kind are needed before anything is reported. */
static void peek(struct reader *reader, const json_t *object)
{
    struct problems silent;
    struct reader quiet = {reader->arena, &silent, RECORD_KINDS, false};
    const struct field_table *table = field_table();
    const json_t *id = json_object_get(object, "id"), *kind = json_object_get(object, "kind");
    uint8_t choice;
    problems_init(&silent, reader->arena);
    if (id)
        problems_set_id(reader->problems, value_string(&quiet, field_find(table, "id", 2), id));
    if (kind && value_choice(&quiet, field_find(table, "kind", 4), kind, &choice))
        reader->kind = choice;
    reader->nomem = quiet.nomem || silent.failed;
}

enum status record_from_json(const struct json_t *object, struct arena *arena, struct record *record,
                             struct problems *problems)
{
    struct reader reader = {arena, problems, RECORD_KINDS, false};
    size_t errors = problems->errors;
    record_init(record);
    if (json_is_object(object))
        peek(&reader, object);
    else
        problems_set_id(problems, NULL);
    if (json_is_array(object))
        report_type(&reader, object, "an object",
                    "write one object a line, such as with jq -c '.[]' list.json > records.jsonl");
    else
        read_object(&reader, field_table(), object, record);
    if (json_is_object(object)) {
        if (record_derive(record, arena) != STATUS_OK)
            reader.nomem = true;
        if (record_validate(record, problems) == STATUS_NOMEM)
            reader.nomem = true;
    }
    if (reader.nomem || problems->failed)
        return STATUS_NOMEM;
    return problems->errors > errors ? STATUS_INVALID : STATUS_OK;
}
