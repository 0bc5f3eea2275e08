#include "indexer/sources/hsds.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"
#include "indexer/sources/hsds_part.h"

enum { UUID_CHARS = 36, COMPACT_DATE_CHARS = 8 };

/* How the objects of a type are called where others refer to them. */
static const struct {
    const char *name, *member, *id_member, *set;
} types[] = {
    [HSDS_SERVICE] = {"service", "service", "service_id", HSDS_SET_SERVICE},
    [HSDS_ORGANIZATION] = {"organization", "organization", "organization_id", HSDS_SET_ORGANIZATION},
    [HSDS_LOCATION] = {"location", "location", "location_id", HSDS_SET_LOCATION},
    [HSDS_PROGRAM] = {"program", "program", "program_id", HSDS_SET_PROGRAM},
    [HSDS_SERVICE_AT_LOCATION] = {"service_at_location", NULL, NULL, NULL},
    [HSDS_TAXONOMY_TERM] = {"taxonomy_term", "taxonomy_term", "taxonomy_term_id", HSDS_SET_TERM},
};
enum { TYPES = sizeof types / sizeof *types };

/* ---- what an object is ------------------------------------------------------------------------------------------ */

static bool has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

static bool has_any(const json_t *object, const char *const *keys)
{
    for (; *keys; keys++)
        if (has(object, *keys))
            return true;
    return false;
}

/* Nothing else of HSDS has a status. */
static bool is_service(const json_t *object)
{
    static const char *const keys[] = {
        "service_at_locations", "service_areas",     "cost_options",            "eligibility_description",
        "application_process",  "fees_description",  "interpretation_services", "assured_date",
        "assurer_email",        "required_documents", "minimum_age",            "accreditations",
        "wait_time",            "program_id",        "status",                  NULL};
    return has_any(object, keys);
}

static bool is_location(const json_t *object)
{
    static const char *const keys[] = {"location_type", "addresses", "latitude", "transportation",
                                       "external_identifier", NULL};
    return has_any(object, keys);
}

static bool is_organization(const json_t *object)
{
    static const char *const keys[] = {"website",   "legal_status", "tax_status", "tax_id", "year_incorporated",
                                       "logo",      "locations",    "programs",   "services",
                                       "parent_organization_id",    "organization_identifiers",
                                       "additional_websites",       "email",      NULL};
    return has_any(object, keys);
}

static bool is_term(const json_t *object)
{
    static const char *const keys[] = {"taxonomy", "taxonomy_id", "taxonomy_detail", "term_uri", "parent_id", NULL};
    return has_any(object, keys);
}

static enum hsds_type type_of_table(const char *table)
{
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(types[i].name, table) == 0)
            return (enum hsds_type)i;
    return HSDS_OTHER;
}

const char *hsds_type_name(enum hsds_type type)
{
    return types[type].name;
}

/* By members that only one type has, the surest first. */
enum hsds_type hsds_type_of(const json_t *object)
{
    const char *table = import_string(object, HSDS_TABLE);
    const json_t *id = json_object_get(object, "id"), *name = json_object_get(object, "name");
    if (!json_is_object(object) || has(object, "kind") || has(object, "@id") || has(object, "@context"))
        return HSDS_NONE;
    if (table)
        return type_of_table(table);
    if (has(object, "openapi_url") && has(object, "version"))
        return HSDS_OTHER;
    if (!json_is_string(id) && !json_is_integer(id))
        return HSDS_NONE;
    bool located = has(object, "location") || has(object, "location_id");
    if (located && (has(object, "service") || has(object, "service_id")))
        return HSDS_SERVICE_AT_LOCATION;
    if (has(object, "location_type"))
        return HSDS_LOCATION;
    if (name && !json_is_string(name) && !json_is_null(name))
        return HSDS_NONE; /* in several languages: another format's */
    if (is_service(object))
        return HSDS_SERVICE;
    if (is_location(object))
        return HSDS_LOCATION;
    if (!name)
        return HSDS_NONE;
    if (is_term(object))
        return HSDS_TAXONOMY_TERM;
    if (is_organization(object))
        return HSDS_ORGANIZATION;
    if (has(object, "uri") && has(object, "version"))
        return HSDS_OTHER;
    if (has(object, "organization_id"))
        return HSDS_PROGRAM;
    return json_is_string(json_object_get(object, "description")) ? HSDS_ORGANIZATION : HSDS_NONE;
}

static bool recognise(const json_t *object)
{
    return hsds_type_of(object) != HSDS_NONE;
}

/* ---- ids and references ----------------------------------------------------------------------------------------- */

const char *hsds_id(struct arena *arena, const json_t *id)
{
    char number[24];
    const char *text = json_string_value(id);
    if (json_is_integer(id)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
        text = number;
    }
    if (!text || !text[strspn(text, " ")])
        return NULL;
    return arena_copy(arena, text, strlen(text));
}

static bool is_uuid(const char *id)
{
    return strlen(id) == UUID_CHARS && strspn(id, "0123456789abcdefABCDEF-") == UUID_CHARS;
}

json_t *hsds_our_id(enum hsds_type type, const char *id)
{
    char prefix[40];
    if (!id)
        return NULL;
    snprintf(prefix, sizeof prefix, "hsds:%s%s", is_uuid(id) ? "" : types[type].name, is_uuid(id) ? "" : ":");
    return import_id(prefix, id);
}

const char *hsds_reference(struct hsds *hsds, const json_t *object, enum hsds_type type)
{
    const json_t *within = json_object_get(object, types[type].member);
    const char *id = hsds_id(hsds->notes->arena, json_object_get(within, "id"));
    return id ? id : hsds_id(hsds->notes->arena, json_object_get(object, types[type].id_member));
}

#define HELD_BY "@by"

/* Objects within others become records once, with the first object that holds them, and not when they are objects of a
 * file themselves.  The first is kept with its holder's name, under the set of the type with "-in" behind. */
static const char *holder_set(enum hsds_type type)
{
    static const char *const sets[] = {"hsds-service-in", "hsds-organization-in", "hsds-location-in",
                                       "hsds-program-in"};
    return sets[type];
}

json_t *hsds_find(const struct hsds *hsds, enum hsds_type type, const char *id)
{
    json_t *found = id ? import_lookup_get(hsds->lookup, types[type].set, id, 0) : NULL;
    if (!found && id && type <= HSDS_PROGRAM)
        found = import_lookup_get(hsds->lookup, holder_set(type), id, 0);
    return found;
}

json_t *hsds_resolve(struct hsds *hsds, const char *path, const json_t *object, enum hsds_type type)
{
    const json_t *within = json_object_get(object, types[type].member);
    const char *id = hsds_reference(hsds, object, type);
    json_t *found = hsds_find(hsds, type, id);
    if (json_is_object(within) && json_object_size(within) > (json_object_get(within, "id") ? 1u : 0u)) {
        json_t *whole = json_copy((json_t *)within);
        if (found && whole)
            json_object_update_missing(whole, found);
        json_decref(found);
        return whole;
    }
    if (id && !found)
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_MISSING,
                                          import_path(hsds->notes, "%s%s", path, types[type].id_member),
                                          json_object_get(object, types[type].id_member),
                                          "give the file that has it too, or put it into the object"},
                    "is in none of the files given");
    return found;
}

/* ---- what others refer to --------------------------------------------------------------------------------------- */

/* The members that are asked for of an object that others refer to. */
static const char *const *core_keys(enum hsds_type type)
{
    static const char *const organization[] = {"id", "name", "description", "email", "website", "phones", "contacts",
                                               NULL};
    static const char *const program[] = {"id", "name", NULL};
    static const char *const service[] = {"id", NULL};
    static const char *const term[] = {"id", "code", "name", "parent_id", "term_uri", "taxonomy", "language", NULL};
    static const char *const at_location[] = {"id",     "location",  "location_id", "description", "contacts",
                                              "phones", "schedules", "attributes",  "service_areas", NULL};
    static const char *const location[] = {
        "id",     "location_type", "url",       "name",     "alternate_name", "latitude",  "longitude",
        "phones", "addresses",     "languages", "contacts", "accessibility",  "schedules", "attributes", NULL};
    switch (type) {
    case HSDS_ORGANIZATION: return organization;
    case HSDS_PROGRAM: return program;
    case HSDS_LOCATION: return location;
    case HSDS_TAXONOMY_TERM: return term;
    case HSDS_SERVICE_AT_LOCATION: return at_location;
    default: return service;
    }
}

/* `by`: the name of the first that holds the object within it; NULL: it stands for itself. */
static enum status keep(struct import_lookup *lookup, const char *set, const char *id, const json_t *object,
                        enum hsds_type type, const char *by, struct err *err)
{
    json_t *core = json_object();
    for (const char *const *key = core_keys(type); *key; key++)
        import_put(core, *key, json_incref(json_object_get(object, *key)));
    if (core && by)
        import_put(core, HELD_BY, json_string(by));
    enum status status = core ? import_lookup_add(lookup, set, id, core, err) : arena_nomem(err);
    json_decref(core);
    return status;
}

struct held {
    enum hsds_type type;
    const json_t *object;
    const json_t *owner; /* the organization or service whose it is; NULL */
};

typedef enum status held_fn(void *context, const struct held *held, struct err *err);

static enum status each_of(const json_t *list, enum hsds_type type, const json_t *owner, held_fn *found, void *context,
                           struct err *err)
{
    size_t i;
    json_t *object;
    json_array_foreach(list, i, object)
        TRY(found(context, &(struct held){type, object, owner}, err));
    return STATUS_OK;
}

/* Calls for each object within a service, an organization or a service at a location. */
static enum status walk(const json_t *object, enum hsds_type type, held_fn *found, void *context, struct err *err)
{
    const json_t *organization = json_object_get(object, "organization"), *service = json_object_get(object, "service");
    size_t i;
    json_t *item;
    if (type == HSDS_SERVICE) {
        if (json_is_object(organization)) {
            TRY(found(context, &(struct held){HSDS_ORGANIZATION, organization, NULL}, err));
            TRY(walk(organization, HSDS_ORGANIZATION, found, context, err));
        }
        if (json_is_object(json_object_get(object, "program")))
            TRY(found(context, &(struct held){HSDS_PROGRAM, json_object_get(object, "program"), organization}, err));
        json_array_foreach(hsds_list(object, "service_at_locations"), i, item)
            TRY(found(context, &(struct held){HSDS_LOCATION, json_object_get(item, "location"), NULL}, err));
    } else if (type == HSDS_ORGANIZATION) {
        TRY(each_of(hsds_list(object, "programs"), HSDS_PROGRAM, object, found, context, err));
        TRY(each_of(hsds_list(object, "locations"), HSDS_LOCATION, object, found, context, err));
        json_array_foreach(hsds_list(object, "services"), i, item) {
            TRY(found(context, &(struct held){HSDS_SERVICE, item, object}, err));
            TRY(walk(item, HSDS_SERVICE, found, context, err));
        }
    } else if (type == HSDS_SERVICE_AT_LOCATION) {
        TRY(found(context, &(struct held){HSDS_LOCATION, json_object_get(object, "location"), NULL}, err));
        if (json_is_object(service))
            TRY(walk(service, HSDS_SERVICE, found, context, err));
    }
    return STATUS_OK;
}

struct claiming {
    struct import_lookup *lookup;
    struct arena *arena;
    const char *holder; /* "service 123" */
};

static enum status claim(void *context, const struct held *held, struct err *err)
{
    struct claiming *claiming = context;
    const char *id = hsds_id(claiming->arena, json_object_get(held->object, "id"));
    if (!id || import_lookup_count(claiming->lookup, holder_set(held->type), id) > 0)
        return STATUS_OK;
    return keep(claiming->lookup, holder_set(held->type), id, held->object, held->type, claiming->holder, err);
}

static const char *holder_name(struct arena *arena, enum hsds_type type, const char *id)
{
    return arena_printf(arena, "%s %s", types[type].name, id);
}

/* The service of a service at a location: its object within, or its id alone. */
static const char *service_of(struct arena *arena, const json_t *at_location)
{
    const char *id = hsds_id(arena, json_object_get(json_object_get(at_location, "service"), "id"));
    return id ? id : hsds_id(arena, json_object_get(at_location, "service_id"));
}

static enum status collect_typed(const json_t *object, enum hsds_type type, struct import_lookup *lookup,
                                 struct arena *arena, struct err *err)
{
    const char *id = hsds_id(arena, json_object_get(object, "id"));
    const char *service = type == HSDS_SERVICE_AT_LOCATION ? service_of(arena, object) : NULL;
    if (!id || type >= HSDS_OTHER)
        return STATUS_OK;
    if (service)
        TRY(keep(lookup, HSDS_SET_AT_LOCATION, service, object, type, NULL, err));
    else if (types[type].set)
        TRY(keep(lookup, types[type].set, id, object, type, NULL, err));
    if (import_lookup_is_beside(lookup))
        return STATUS_OK;
    struct claiming claiming = {lookup, arena, holder_name(arena, type, id)};
    if (!claiming.holder)
        return arena_nomem(err);
    if (service) {
        json_t *stand_in = json_pack("{s:s}", "id", service);
        enum status status = stand_in ? claim(&claiming, &(struct held){HSDS_SERVICE, stand_in, NULL}, err)
                                      : arena_nomem(err);
        json_decref(stand_in);
        TRY(status);
    }
    return walk(object, type, claim, &claiming, err);
}

static enum status collect(const json_t *object, struct import_lookup *lookup, struct err *err)
{
    struct arena arena = ARENA_INIT;
    enum status status = collect_typed(object, hsds_type_of(object), lookup, &arena, err);
    arena_release(&arena);
    return status;
}

/* ---- objects within objects -------------------------------------------------------------------------------------- */

struct expanding {
    const struct import_lookup *lookup;
    struct arena *arena;
    const char *holder;
    json_t *out;
    size_t first; /* of `out`: what this object gave */
};

static bool given_already(const struct expanding *expanding, const char *table, const json_t *id)
{
    for (size_t i = expanding->first; i < json_array_size(expanding->out); i++) {
        const json_t *other = json_array_get(expanding->out, i);
        if (json_equal(json_object_get(other, "id"), id) && strcmp(import_string(other, HSDS_TABLE), table) == 0)
            return true;
    }
    return false;
}

/* Is this holder the one with which the object becomes a record?  Where nobody has looked before (a pipe), services
 * must not be lost; of the others it cannot be known which is the first. */
static bool is_ours(const struct expanding *expanding, enum hsds_type type, const char *id)
{
    json_t *claimed = import_lookup_get(expanding->lookup, holder_set(type), id, 0);
    const char *by = import_string(claimed, HELD_BY);
    bool alone = import_lookup_count(expanding->lookup, types[type].set, id) == 0;
    bool ours = by ? expanding->holder && strcmp(by, expanding->holder) == 0 : type == HSDS_SERVICE;
    json_decref(claimed);
    return alone && ours;
}

static enum status give(struct expanding *expanding, json_t *object, enum hsds_type type, struct err *err)
{
    if (!object || json_object_set_new(object, HSDS_TABLE, json_string(types[type].name)) != 0 ||
        json_array_append(expanding->out, object) != 0) {
        json_decref(object);
        return arena_nomem(err);
    }
    json_decref(object);
    return STATUS_OK;
}

/* Whose it is, where the object does not say so itself: only what others are to know of it. */
static void put_owner(json_t *copy, const json_t *owner)
{
    static const char *const keys[] = {"id", "name", "email", "phones", "website", NULL};
    if (!json_is_object(owner) || has(copy, "organization") || has(copy, "organization_id"))
        return;
    json_t *short_owner = json_object();
    for (const char *const *key = keys; *key; key++)
        import_put(short_owner, *key, json_incref(json_object_get(owner, *key)));
    import_put(copy, "organization", short_owner);
}

/* A location within others becomes a place of its own only when it has a name: an address of one service is no place
 * that anybody looks for. */
static enum status give_held(void *context, const struct held *held, struct err *err)
{
    struct expanding *expanding = context;
    const json_t *object_id = json_object_get(held->object, "id");
    const char *id = hsds_id(expanding->arena, object_id);
    bool nameless = !import_string(held->object, "name");
    if (!id || nameless || (held->type == HSDS_LOCATION && strcmp(hsds_location_type(held->object), "physical") != 0) ||
        !is_ours(expanding, held->type, id) || given_already(expanding, types[held->type].name, object_id))
        return STATUS_OK;
    json_t *copy = json_copy((json_t *)held->object);
    put_owner(copy, held->owner);
    return give(expanding, copy, held->type, err);
}

/* A service at a location becomes its service, when that is an object of no file: at its first location.  One whose
 * service is nowhere stays what it is, to be told. */
static enum status give_at_location(struct expanding *expanding, const json_t *object, struct err *err)
{
    const char *id = service_of(expanding->arena, object);
    const json_t *within = json_object_get(object, "service");
    if (id && !is_ours(expanding, HSDS_SERVICE, id))
        return STATUS_OK;
    if (!id || !json_is_object(within))
        return give(expanding, json_copy((json_t *)object), HSDS_SERVICE_AT_LOCATION, err);
    json_t *service = json_copy((json_t *)within);
    if (service && import_lookup_count(expanding->lookup, HSDS_SET_AT_LOCATION, id) == 0) {
        json_t *at = json_copy((json_t *)object);
        json_object_del(at, "service");
        json_object_set_new(service, "service_at_locations", json_pack("[o]", at));
    }
    return give(expanding, service, HSDS_SERVICE, err);
}

static enum status expand(const json_t *object, const struct import_lookup *lookup, json_t *out, struct err *err)
{
    enum hsds_type type = hsds_type_of(object);
    struct arena arena = ARENA_INIT;
    const char *id = hsds_id(&arena, json_object_get(object, "id"));
    struct expanding expanding = {lookup, &arena, id && type < HSDS_OTHER ? holder_name(&arena, type, id) : NULL, out,
                                  json_array_size(out)};
    enum status status = STATUS_OK;
    if (type == HSDS_SERVICE_AT_LOCATION)
        status = give_at_location(&expanding, object, err);
    else if (type < HSDS_OTHER)
        status = give(&expanding, json_copy((json_t *)object), type, err);
    if (status == STATUS_OK)
        status = walk(object, type, give_held, &expanding, err);
    arena_release(&arena);
    return status;
}

/* ---- lists, numbers and days of the record ----------------------------------------------------------------------- */

const json_t *hsds_list(const json_t *object, const char *key)
{
    const json_t *list = json_object_get(object, key);
    return json_is_array(list) ? list : NULL;
}

void hsds_append(struct hsds *hsds, const char *field, const char *path, json_t *value, size_t most)
{
    size_t at = json_array_size(json_object_get(hsds->record, field));
    if (import_append_to(hsds->notes, &hsds->full, hsds->record, field, path, value, most))
        import_origin(hsds->notes, import_path(hsds->notes, "%s[%zu]", field, at), path);
}

bool hsds_number(struct hsds *hsds, const char *path, const json_t *value, double *number)
{
    const char *text = json_string_value(value);
    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    if (!value || json_is_null(value) || (text && !text[strspn(text, " ")]))
        return false;
    if (text && normalise_number(text, strlen(text), number))
        return true;
    import_warn(hsds->notes, &(struct import_note){PROBLEM_FORM, path, value, "write a number: 61.68"},
                "is no number; it is left out");
    return false;
}

int32_t hsds_day(struct hsds *hsds, const char *path, const json_t *value)
{
    const char *text = json_string_value(value);
    struct moment moment = {DAY_UNKNOWN, MINUTE_UNKNOWN};
    char dashed[CALENDAR_DATE_BYTES];
    int32_t day;
    if (text && strspn(text, "0123456789") == COMPACT_DATE_CHARS) { /* as iCalendar writes it */
        snprintf(dashed, sizeof dashed, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
        if (day_parse(dashed, strlen(dashed), &day))
            return day;
    }
    json_t *found = import_date(hsds->notes, path, value);
    if (found && !normalise_moment(json_string_value(found), json_string_length(found), &moment))
        moment.day = DAY_UNKNOWN;
    json_decref(found);
    return moment.day;
}

/* ---- mapping ---------------------------------------------------------------------------------------------------- */

/* Services that do not go on, and places that nobody can go to, are no records; said so. */
static bool wanted(const json_t *object, enum hsds_type type, struct import_notes *notes)
{
    const json_t *value = json_object_get(object, type == HSDS_SERVICE ? "status" : "location_type");
    const char *text = json_string_value(value);
    if (type == HSDS_SERVICE && text && (strcasecmp(text, "inactive") == 0 || strcasecmp(text, "defunct") == 0))
        import_skip(notes, "status", value, "is not active: it is left out");
    else if (type == HSDS_LOCATION && strcmp(hsds_location_type(object), "physical") != 0)
        import_skip(notes, "location_type", value, "is no place that one can go to: it is left out");
    else
        return true;
    return false;
}

/* Members that are lists of objects.  A language or a number alone is read in its place; what else is none is told. */
static void check_lists(const json_t *object, struct import_notes *notes)
{
    static const char *const lists[] = {
        "phones",       "schedules",  "service_areas",      "service_at_locations", "languages",  "funding",
        "cost_options", "contacts",   "required_documents", "attributes",           "capacities", "additional_urls",
        "locations",    "programs",   "services",           "accessibility",        "addresses",
        "additional_websites",        "organization_identifiers"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const json_t *list = json_object_get(object, lists[i]), *item;
        bool text_will_do = strcmp(lists[i], "phones") == 0 || strcmp(lists[i], "languages") == 0;
        size_t k;
        if (list && !json_is_null(list) && !json_is_array(list))
            import_warn(notes, &(struct import_note){PROBLEM_TYPE, lists[i], list, "write a list of objects"},
                        "is no list; it is left out");
        json_array_foreach(list, k, item)
            if (!json_is_object(item) && !(text_will_do && json_is_string(item))) {
                import_warn(notes,
                            &(struct import_note){PROBLEM_TYPE, import_path(notes, "%s[%zu]", lists[i], k), item,
                                                  "write an object"},
                            "is no object; it and others like it are left out");
                break;
            }
    }
}

/* An id that none of ours can be made of; one that is not there is told when the record is read. */
static bool refuse_id(const json_t *object, const json_t *id, struct import_notes *notes)
{
    const json_t *theirs = json_object_get(object, "id");
    if (id || !hsds_id(notes->arena, theirs))
        return false;
    import_refuse(notes, &(struct import_note){PROBLEM_FORM, "id", theirs, "write a UUID, or letters a-z and digits"},
                  "is no id: it has none of a-z and 0-9, or more than 100 characters");
    return true;
}

static enum status map(const json_t *object, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err)
{
    static void (*const mappings[])(struct hsds *) = {
        [HSDS_SERVICE] = hsds_map_service,
        [HSDS_ORGANIZATION] = hsds_map_organization,
        [HSDS_LOCATION] = hsds_map_location,
        [HSDS_PROGRAM] = hsds_map_program,
    };
    enum hsds_type type = hsds_type_of(object);
    *record = NULL;
    if (type == HSDS_SERVICE_AT_LOCATION)
        import_skip(notes, "service_id", json_object_get(object, "service_id"),
                    "is the id of a service that is in none of the files given: the place is left out");
    if (type >= HSDS_SERVICE_AT_LOCATION)
        return STATUS_OK;
    const json_t *own = json_object_get(object, HSDS_OUR_ID);
    json_t *id = own ? json_incref((json_t *)own)
                     : hsds_our_id(type, hsds_id(notes->arena, json_object_get(object, "id")));
    import_notes_id(notes, json_string_value(id));
    struct hsds hsds = {.object = object, .lookup = lookup, .notes = notes, .lang = hsds_language_of(object)};
    if (refuse_id(object, id, notes) || !wanted(object, type, notes)) {
        json_decref(id);
        return STATUS_OK;
    }
    check_lists(object, notes);
    if (!(hsds.record = json_object())) {
        json_decref(id);
        return arena_nomem(err);
    }
    import_put(hsds.record, "id", id);
    import_origin(notes, "id", "id");
    mappings[type](&hsds);
    import_drop_empty(hsds.record);
    *record = hsds.record;
    return STATUS_OK;
}

const struct import_format hsds_format = {
    .name = "hsds", .title = "HSDS", .recognise = recognise, .collect = collect, .expand = expand, .map = map};
