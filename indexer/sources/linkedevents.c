#include "indexer/sources/linkedevents.h"

#include <string.h>

#include "indexer/sources/linkedevents_object.h"

/* ---- what it is ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *type, *segment;
    enum le_type is;
} types[] = {
    {"Event/LinkedEvent", "/event/", LE_EVENT},
    {"Event", "/event/", LE_EVENT},
    {"Place", "/place/", LE_PLACE},
    {"Keyword", "/keyword/", LE_KEYWORD},
    {"KeywordSet", "/keyword_set/", LE_KEYWORD_SET},
    {"Organization", "/organization/", LE_ORGANIZATION},
    {"Organization", "/organisation/", LE_ORGANIZATION},
    {"ImageObject", "/image/", LE_OTHER},
    {"Language", "/language/", LE_OTHER},
};

static bool has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

static bool localised(const json_t *object, const char *key)
{
    return json_is_object(json_object_get(object, key));
}

/* Answers that were stripped of @type and @id. */
static enum le_type type_by_members(const json_t *object)
{
    if (!has(object, "id"))
        return LE_NONE;
    if (has(object, "event_status") || has(object, "super_event_type") ||
        (has(object, "start_time") && localised(object, "name")))
        return LE_EVENT;
    if (has(object, "address_locality") || has(object, "divisions") || localised(object, "street_address"))
        return LE_PLACE;
    if (has(object, "alt_labels"))
        return LE_KEYWORD;
    if (json_is_array(json_object_get(object, "keywords")) && has(object, "usage"))
        return LE_KEYWORD_SET;
    return has(object, "sub_organizations") ? LE_ORGANIZATION : LE_NONE;
}

enum le_type le_type_of(const json_t *object)
{
    const char *type = import_string(object, "@type"), *id = import_string(object, "@id");
    if (!json_is_object(object) || has(object, "kind"))
        return LE_NONE;
    for (size_t i = 0; (type || id) && i < sizeof types / sizeof *types; i++)
        if (type ? strcmp(type, types[i].type) == 0 : strstr(id, types[i].segment) != NULL)
            return types[i].is;
    return type_by_members(object);
}

static bool recognise(const json_t *object)
{
    return le_type_of(object) != LE_NONE;
}

/* ---- what others refer to --------------------------------------------------------------------------------------- */

static json_t *some_of(const json_t *object, const char *const *keys)
{
    json_t *copy = json_object();
    for (; *keys; keys++) {
        json_t *value = json_object_get(object, *keys);
        if (value && !json_is_null(value))
            json_object_set(copy, *keys, value);
    }
    return copy;
}

static enum status keep(struct import_lookup *lookup, const char *set, const char *id, const json_t *object,
                        const char *const *keys, struct err *err)
{
    json_t *copy = some_of(object, keys);
    enum status status = !copy ? arena_nomem(err)
                         : id  ? import_lookup_add(lookup, set, id, copy, err)
                               : STATUS_OK;
    json_decref(copy);
    return status;
}

static const char *const keyword_keys[] = {"id", "name", "replaced_by", NULL};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcmp(text + len - n, end) == 0;
}

static enum status collect_set(const json_t *set, struct import_lookup *lookup, struct arena *arena, struct err *err)
{
    const char *id = le_id(arena, set);
    bool audiences = id && (ends_with(id, ":audiences") || ends_with(id, ":audience"));
    size_t i;
    json_t *keyword;
    json_array_foreach(json_object_get(set, "keywords"), i, keyword)
    {
        const char *keyword_id = le_id(arena, keyword);
        if (localised(keyword, "name"))
            TRY(keep(lookup, LE_KEYWORDS, keyword_id, keyword, keyword_keys, err));
        if (audiences && keyword_id)
            TRY(keep(lookup, LE_AUDIENCES, keyword_id, keyword, (const char *const[]){"id", NULL}, err));
    }
    return STATUS_OK;
}

static bool is_published(const json_t *event)
{
    const char *publication = import_string(event, "publication_status");
    return !json_is_true(json_object_get(event, "deleted")) && !(publication && strcmp(publication, "public") != 0);
}

/* An event of a folder that is only referred to is no record, so that it must not take others in. */
static enum status collect_event(const json_t *event, struct import_lookup *lookup, struct arena *arena,
                                 struct err *err)
{
    static const char *const keys[] = {"id",      "start_time", "end_time", "has_start_time", "has_end_time",
                                       "deleted", "event_status", "publication_status", NULL};
    const char *super = le_id(arena, json_object_get(event, "super_event"));
    const char *type = import_string(event, "super_event_type");
    if (import_lookup_is_beside(lookup))
        return STATUS_OK;
    if (super)
        TRY(keep(lookup, LE_OCCURRENCES, super, event, keys, err));
    if (type && strcmp(type, "recurring") == 0 && is_published(event))
        TRY(keep(lookup, LE_SERIES, le_id(arena, event), event, (const char *const[]){"id", NULL}, err));
    return STATUS_OK;
}

static enum status collect_typed(const json_t *object, struct import_lookup *lookup, struct arena *arena,
                                 struct err *err)
{
    static const char *const place_keys[] = {
        "id",        "name",  "street_address", "address_locality", "postal_code", "position",
        "divisions", "email", "telephone",      "replaced_by",      "deleted",     NULL};
    static const char *const organization_keys[] = {"id", "name", "replaced_by", NULL};
    switch (le_type_of(object)) {
    case LE_EVENT: return collect_event(object, lookup, arena, err);
    case LE_PLACE: return keep(lookup, LE_PLACES, le_id(arena, object), object, place_keys, err);
    case LE_KEYWORD: return keep(lookup, LE_KEYWORDS, le_id(arena, object), object, keyword_keys, err);
    case LE_KEYWORD_SET: return collect_set(object, lookup, arena, err);
    case LE_ORGANIZATION: return keep(lookup, LE_ORGANIZATIONS, le_id(arena, object), object, organization_keys, err);
    default: return STATUS_OK;
    }
}

static enum status collect(const json_t *object, struct import_lookup *lookup, struct err *err)
{
    struct arena arena = ARENA_INIT;
    enum status status = collect_typed(object, lookup, &arena, err);
    arena_release(&arena);
    return status;
}

/* ---- mapping ---------------------------------------------------------------------------------------------------- */

static void say_id(struct import_notes *notes, const json_t *object)
{
    const char *id = le_id(notes->arena, object);
    json_t *ours = id ? import_id("", id) : NULL;
    import_notes_id(notes, json_string_value(ours));
    json_decref(ours);
}

/* Deleted, replaced or not published: says so. */
static bool is_gone(struct import_notes *notes, const json_t *object)
{
    const json_t *publication = json_object_get(object, "publication_status");
    const char *successor = le_id(notes->arena, json_object_get(object, "replaced_by"));
    if (successor)
        import_skip(notes, "replaced_by", NULL, "is %s: this one is left out", successor);
    else if (json_is_true(json_object_get(object, "deleted")))
        import_skip(notes, "deleted", NULL, "is true: it is left out");
    else if (json_is_string(publication) && strcmp(json_string_value(publication), "public") != 0)
        import_skip(notes, "publication_status", publication, "is not public: it is left out");
    else
        return false;
    return true;
}

/* An occurrence of a series that is a record itself is told there. */
static bool is_told_elsewhere(const struct import_lookup *lookup, struct import_notes *notes, const json_t *event)
{
    const char *super = le_id(notes->arena, json_object_get(event, "super_event"));
    return super && import_lookup_count(lookup, LE_SERIES, super) > 0;
}

static enum status map(const json_t *object, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err)
{
    struct le_import import = {lookup, notes, NULL};
    enum le_type type = le_type_of(object);
    enum status status = STATUS_OK;
    *record = NULL;
    if (type != LE_EVENT && type != LE_PLACE)
        return STATUS_OK;
    const char *id = le_id(notes->arena, object);
    say_id(notes, object);
    if (type == LE_PLACE && id && le_is_internet(id))
        return STATUS_OK;
    if (is_gone(notes, object) || (type == LE_EVENT && is_told_elsewhere(lookup, notes, object)))
        return STATUS_OK;
    if (!(import.record = json_object()))
        return arena_nomem(err);
    import_put(import.record, "id", id ? import_id("", id) : NULL);
    import_origin(notes, "id", "id");
    if (type == LE_EVENT)
        status = le_map_event(&import, object, err);
    else
        le_map_place(&import, object);
    if (status == STATUS_OK)
        *record = import.record;
    else
        json_decref(import.record);
    return status;
}

const struct import_format linkedevents_format = {
    .name = "linkedevents", .title = "Linked Events", .recognise = recognise, .collect = collect, .map = map};
