#include "indexer/sources/ptv.h"

#include <string.h>

#include "calendar.h"
#include "indexer/sources/ptv_part.h"

enum { DATE_CHARS = 10 }; /* "2026-12-01" */

/* ---- lists and days of the record ------------------------------------------------------------------------------ */

void ptv_append(struct ptv *ptv, const char *field, const char *path, json_t *value, size_t most)
{
    import_append_to(ptv->notes, &ptv->full, ptv->record, field, path, value, most);
}

/* Also without saying so: 22:00 of the day before is midnight in Finland. */
int32_t ptv_day(struct ptv *ptv, const char *path, const json_t *value)
{
    const char *text = json_string_value(value);
    struct moment moment;
    if (!text || !text[strspn(text, " ")])
        return DAY_UNKNOWN;
    bool timed = strlen(text) > DATE_CHARS, zoned = timed && strpbrk(text + DATE_CHARS, "Zz+-");
    const char *instant = timed && !zoned ? import_path(ptv->notes, "%sZ", text) : text;
    if (normalise_moment(instant, strlen(instant), &moment))
        return moment.day;
    import_warn(ptv->notes, &(struct import_note){PROBLEM_FORM, path, value, "write 2026-12-01T00:00:00Z"},
                "is not a date; it is left out");
    return DAY_UNKNOWN;
}

void ptv_put_related(struct ptv *ptv, const char *path, const char *id)
{
    json_t *ours = id ? import_id("ptv:", id) : NULL, *item;
    const json_t *list = json_object_get(ptv->record, "related");
    size_t i;
    json_array_foreach(list, i, item)
        if (json_equal(item, ours)) {
            json_decref(ours);
            return;
        }
    if (ours)
        ptv_append(ptv, "related", path, ours, PTV_RELATED);
}

/* ---- what an object is ----------------------------------------------------------------------------------------- */

enum shape {
    SHAPE_NONE,
    SHAPE_SERVICE,
    SHAPE_CHANNEL,
    SHAPE_ORGANISATION,
    SHAPE_COLLECTION,
    SHAPE_GENERAL,
    SHAPE_LISTED,
    SHAPE_REFERENCE,
};

enum { UUID_CHARS = 36 };

/* {"id": …, "name": …} and nothing else: what a page of a list request holds. */
static bool is_reference(const json_t *object)
{
    const json_t *id = json_object_get(object, "id");
    return json_object_size(object) == 2 && json_is_string(json_object_get(object, "name")) &&
           json_string_length(id) == UUID_CHARS &&
           strspn(json_string_value(id), "0123456789abcdefABCDEF-") == UUID_CHARS;
}

/* Each kind of answer has a list of names under a key of its own, also when the list is empty or null. */
static enum shape shape_of(const json_t *object)
{
    static const struct {
        const char *key;
        enum shape shape;
    } keys[] = {
        {"serviceNames", SHAPE_SERVICE},
        {"serviceChannelNames", SHAPE_CHANNEL},
        {"organizationNames", SHAPE_ORGANISATION},
        {"serviceCollectionNames", SHAPE_COLLECTION},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (json_object_get(object, keys[i].key))
            return keys[i].shape;
    bool general = json_is_array(json_object_get(object, "names")) && json_object_get(object, "descriptions") &&
                   json_object_get(object, "targetGroups");
    bool flat = json_is_object(json_object_get(object, "name")) && json_object_get(object, "target_groups") &&
                json_object_get(object, "service_classes");
    bool listed = json_is_string(json_object_get(object, "name")) && json_is_array(json_object_get(object, "area")) &&
                  json_is_array(json_object_get(object, "life_areas"));
    if (general || flat)
        return SHAPE_GENERAL;
    return listed ? SHAPE_LISTED : is_reference(object) ? SHAPE_REFERENCE : SHAPE_NONE;
}

static bool recognise(const json_t *object)
{
    return shape_of(object) != SHAPE_NONE;
}

bool ptv_published(const json_t *object, const json_t **status)
{
    *status = json_object_get(object, "publishingStatus");
    const char *text = json_string_value(*status);
    return !*status || json_is_null(*status) || (text && strcmp(text, "Published") == 0);
}

/* ---- what others refer to -------------------------------------------------------------------------------------- */

/* The members that a service asks of its channel; the rest is large and never asked for. */
static json_t *channel_core(const json_t *object)
{
    static const char *const keys[] = {
        "serviceChannelType", "serviceChannelNames", "phoneNumbers",      "supportPhones", "emails",
        "supportEmails",      "webPages",            "channelUrls",       "addresses",     "serviceHours",
        "publishingStatus",   "deliveryAddresses",   "requiresAuthentication",
    };
    json_t *core = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        import_put(core, keys[i], json_incref(json_object_get(object, keys[i])));
    return core;
}

static enum status collect(const json_t *object, struct import_lookup *lookup, struct err *err)
{
    const char *id = import_string(object, "id");
    enum shape shape = shape_of(object);
    enum status status = STATUS_OK;
    const json_t *published;
    json_t *core = NULL;
    if (!id)
        return STATUS_OK;
    if (shape == SHAPE_GENERAL && ptv_published(object, &published))
        return import_lookup_add(lookup, PTV_SET_GENERAL, id, object, err);
    if (shape == SHAPE_CHANNEL)
        core = channel_core(object);
    else if (shape == SHAPE_ORGANISATION)
        core = json_pack("{s:O}", "organizationNames", json_object_get(object, "organizationNames"));
    if (core)
        status = import_lookup_add(lookup, shape == SHAPE_CHANNEL ? PTV_SET_CHANNEL : PTV_SET_ORGANISATION, id, core,
                                   err);
    else if (shape == SHAPE_CHANNEL || shape == SHAPE_ORGANISATION)
        status = err_set(err, STATUS_NOMEM, "out of memory");
    json_decref(core);
    return status;
}

/* ---- mapping --------------------------------------------------------------------------------------------------- */

/* Why an object gives no record of its own; true when it does.  A general description is there to be referred to. */
static bool wanted(const json_t *object, enum shape shape, struct import_notes *notes)
{
    const json_t *status;
    if (shape == SHAPE_NONE || shape == SHAPE_GENERAL)
        return false;
    if (shape == SHAPE_REFERENCE) {
        struct import_note note = {PROBLEM_MISSING, NULL, NULL,
                                   "fetch the objects themselves: Service/list?guids=, 100 ids at a time"};
        import_refuse(notes, &note, "is only an id and a name out of a list of PTV");
        return false;
    }
    if (!ptv_published(object, &status)) {
        import_skip(notes, "publishingStatus", status, "is not Published: the object is not taken");
        return false;
    }
    if (shape == SHAPE_COLLECTION) {
        import_skip(notes, "serviceCollectionNames", NULL,
                    "belong to a service collection, a list of services that come by themselves: it is not taken");
        return false;
    }
    return true;
}

static enum status map(const json_t *object, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err)
{
    enum shape shape = shape_of(object);
    const char *id = import_string(object, "id");
    json_t *ours = id ? import_id("ptv:", id) : NULL;
    *record = NULL;
    if (ours)
        problems_set_id(notes->problems, import_path(notes, "%s", json_string_value(ours)));
    if (!wanted(object, shape, notes)) {
        json_decref(ours);
        return STATUS_OK;
    }
    struct ptv ptv = {.object = object, .lookup = lookup, .notes = notes, .record = json_object()};
    if (!ptv.record) {
        json_decref(ours);
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    import_put(ptv.record, "id", ours);
    if (shape == SHAPE_SERVICE)
        ptv_map_service(&ptv);
    else if (shape == SHAPE_CHANNEL)
        ptv_map_channel(&ptv);
    else if (shape == SHAPE_ORGANISATION)
        ptv_map_organisation(&ptv);
    else
        ptv_map_listed(&ptv);
    import_put(ptv.record, "modified", import_day_text(ptv_day(&ptv, "modified", json_object_get(object, "modified"))));
    if (notes->failed) {
        json_decref(ptv.record);
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    *record = ptv.record;
    return STATUS_OK;
}

const struct import_format ptv_format = {
    .name = "ptv", .title = "PTV", .recognise = recognise, .collect = collect, .map = map};
