/* An HSDS service becomes an activity. */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "indexer/sources/hsds_part.h"

enum { FUNDER_CHARS = 80 };

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static void body_member(struct hsds *hsds, struct hsds_body *body, enum hsds_heading heading, const char *member)
{
    hsds_body_add(hsds, body, heading, member, json_object_get(hsds->object, member));
}

static void body_documents(struct hsds *hsds, struct hsds_body *body)
{
    const json_t *list = hsds_list(hsds->object, "required_documents"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *path = import_path(hsds->notes, "required_documents[%zu]", i);
        if (i >= HSDS_ITEMS)
            break;
        hsds_body_add(hsds, body, HSDS_DOCUMENTS, import_path(hsds->notes, "%s.document", path),
                      json_object_get(item, "document"));
        hsds_put_link(hsds, import_path(hsds->notes, "%s.uri", path), json_object_get(item, "uri"), "form",
                      json_object_get(item, "document"));
    }
}

/* How to take part: as the words of signing up when they are short enough, else in the body. */
static void put_application(struct hsds *hsds, struct hsds_body *body)
{
    json_t *text = import_text(hsds->notes, "application_process", json_object_get(hsds->object, "application_process"),
                               TEXT_PARAGRAPHS, HSDS_BODY_CHARS);
    bool is_short = text && utf8_count(json_string_value(text), json_string_length(text)) <= HSDS_NOTE_CHARS;
    if (is_short)
        import_put(hsds->record, "signup",
                   json_pack("{s:o*}", "text", hsds_line(hsds, "application_process", text, HSDS_NOTE_CHARS)));
    else
        hsds_body_add(hsds, body, HSDS_APPLICATION, "application_process", text);
    import_origin(hsds->notes, "signup", "application_process");
    json_decref(text);
}

/* The body before the places: what is urgent first. */
static void body_begin(struct hsds *hsds, struct hsds_body *body)
{
    const char *state = import_string(hsds->object, "status");
    if (state && strcasecmp(state, "temporarily closed") == 0)
        hsds_body_add_words(hsds, body, HSDS_ALERT, hsds_word(hsds, HSDS_CLOSED_FOR_NOW));
    body_member(hsds, body, HSDS_ALERT, "alert");
    body_member(hsds, body, HSDS_NO_HEADING, "description");
    body_member(hsds, body, HSDS_ELIGIBILITY, "eligibility_description");
    put_application(hsds, body);
    body_member(hsds, body, HSDS_WAIT, "wait_time");
    body_documents(hsds, body);
    body_member(hsds, body, HSDS_INTERPRETATION, "interpretation_services");
    body_member(hsds, body, HSDS_ACCREDITATION, "accreditations");
}

/* ---- who -------------------------------------------------------------------------------------------------------- */

void hsds_put_organization(struct hsds *hsds)
{
    json_t *found = hsds_resolve(hsds, "", hsds->object, HSDS_ORGANIZATION), *ours = json_object();
    import_put(ours, "id",
               hsds_our_id(HSDS_ORGANIZATION, hsds_reference(hsds, hsds->object, HSDS_ORGANIZATION)));
    import_put(ours, "name", hsds_line(hsds, "organization.name", json_object_get(found, "name"), HSDS_LINE_CHARS));
    if (json_object_size(ours) > 0)
        hsds_append(hsds, "organisation", "organization", ours, HSDS_ORGANISATIONS);
    else
        json_decref(ours);
    json_decref(found);
}

/* A name is who pays for it; a sentence about it is for the body. */
static void put_funding(struct hsds *hsds, struct hsds_body *body)
{
    const json_t *list = hsds_list(hsds->object, "funding"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *source = import_string(item, "source"), *path = import_path(hsds->notes, "funding[%zu].source", i);
        if (!source || i >= HSDS_ITEMS)
            continue;
        if (utf8_count(source, strlen(source)) > FUNDER_CHARS || strchr(source, '.')) {
            hsds_body_add(hsds, body, HSDS_FUNDING, path, json_object_get(item, "source"));
            continue;
        }
        json_t *funder = json_pack("{s:s}", "role", "funder");
        import_put(funder, "name", hsds_line(hsds, path, json_object_get(item, "source"), HSDS_LINE_CHARS));
        if (json_object_get(funder, "name"))
            hsds_append(hsds, "organisation", path, funder, HSDS_ORGANISATIONS);
        else
            json_decref(funder);
    }
}

static void put_program(struct hsds *hsds)
{
    json_t *found = hsds_resolve(hsds, "", hsds->object, HSDS_PROGRAM);
    if (found)
        hsds_append(hsds, "related", "program_id",
                    hsds_our_id(HSDS_PROGRAM, hsds_reference(hsds, hsds->object, HSDS_PROGRAM)), HSDS_RELATED);
    json_decref(found);
}

/* ---- where ------------------------------------------------------------------------------------------------------ */

static void put_channel(struct hsds *hsds, const char *path, const char *type, json_t *url, json_t *text)
{
    json_t *channel = json_pack("{s:s}", "type", type), *list = json_object_get(hsds->record, "channel"), *other;
    size_t i;
    import_put(channel, "url", url);
    import_put(channel, "text", text);
    json_array_foreach(list, i, other)
        if (json_equal(other, channel)) {
            json_decref(channel);
            return;
        }
    hsds_append(hsds, "channel", path, channel, HSDS_CHANNELS);
}

/* "Raatihuoneenkatu 6, 50100 Mikkeli": where a letter goes. */
static json_t *postal_words(struct hsds *hsds, const char *path, const json_t *location)
{
    const json_t *address = json_array_get(hsds_list(location, "addresses"), 0);
    const char *street = import_string(address, "address_1"), *code = import_string(address, "postal_code");
    const char *city = import_string(address, "city");
    const char *words = arena_printf(hsds->notes->arena, "%s%s%s%s%s", street ? street : "",
                                     street && (code || city) ? ", " : "", code ? code : "", code && city ? " " : "",
                                     city ? city : "");
    hsds->notes->failed = hsds->notes->failed || !words;
    json_t *text = json_string(words ? words : "");
    json_t *line = hsds_line(hsds, path, text, HSDS_NOTE_CHARS);
    json_decref(text);
    return line;
}

struct where {
    json_t *only;    /* the one location there is; NULL */
    size_t count;    /* of services at locations */
    bool schedules;  /* one of them has schedules of its own */
};

static void put_at_location(struct hsds *hsds, struct hsds_body *body, const char *path, const json_t *at,
                            struct where *where)
{
    json_t *location = hsds_resolve(hsds, import_path(hsds->notes, "%s.", path), at, HSDS_LOCATION);
    const char *inner = import_path(hsds->notes, "%s.location.", path), *type = hsds_location_type(location);
    json_t *words = hsds_line(hsds, import_path(hsds->notes, "%s.description", path),
                              json_object_get(at, "description"), HSDS_NOTE_CHARS);
    json_t *name = hsds_location_name(hsds, inner, location);
    if (location && strcmp(type, "virtual") == 0) {
        put_channel(hsds, path, "online", import_url(hsds->notes, import_path(hsds->notes, "%surl", inner),
                                                     json_object_get(location, "url")),
                    words ? json_incref(words) : hsds_in_lang(hsds, json_incref(name)));
        import_put_label(hsds->record, "form", VOCAB_FORM, "online");
    } else if (location && strcmp(type, "postal") == 0) {
        put_channel(hsds, path, "post", NULL, postal_words(hsds, inner, location));
    } else if (location) {
        hsds_put_places(hsds, inner, location, body);
        if (words)
            put_channel(hsds, path, "place", NULL, json_incref(words));
    }
    const json_t *schedules = hsds_list(at, "schedules");
    where->schedules = where->schedules || json_array_size(schedules) > 0;
    hsds_put_schedules(hsds, import_path(hsds->notes, "%s.schedules", path), schedules,
                       where->count > 1 ? json_string_value(name) : NULL);
    hsds_put_contacts(hsds, import_path(hsds->notes, "%s.contacts", path), hsds_list(at, "contacts"));
    hsds_put_phones(hsds, import_path(hsds->notes, "%s.phones", path), hsds_list(at, "phones"));
    hsds_put_attributes(hsds, import_path(hsds->notes, "%s.attributes", path), hsds_list(at, "attributes"), NULL);
    hsds_put_service_areas(hsds, import_path(hsds->notes, "%s.service_areas", path), hsds_list(at, "service_areas"),
                           body);
    json_decref(words);
    json_decref(name);
    if (where->count == 1)
        where->only = json_incref(location);
    json_decref(location);
}

/* Those of the object, and those of other files that name the service. */
static json_t *at_locations(struct hsds *hsds)
{
    const json_t *own = hsds_list(hsds->object, "service_at_locations"), *item;
    const char *id = hsds_id(hsds->notes->arena, json_object_get(hsds->object, "id"));
    json_t *all = own ? json_copy((json_t *)own) : json_array();
    size_t count = import_lookup_count(hsds->lookup, HSDS_SET_AT_LOCATION, id), i;
    for (size_t at = 0; at < count && at < HSDS_ITEMS; at++) {
        json_t *other = import_lookup_get(hsds->lookup, HSDS_SET_AT_LOCATION, id, at);
        bool known = !other;
        json_array_foreach(own, i, item)
            known = known || json_equal(json_object_get(item, "id"), json_object_get(other, "id"));
        if (known)
            json_decref(other);
        else
            json_array_append_new(all, other);
    }
    return all;
}

/* What a service does not say itself, its one location or its organization says for it. */
static void put_fallbacks(struct hsds *hsds, const struct where *where)
{
    const json_t *location = where->only;
    if (!hsds_list(hsds->object, "languages"))
        hsds_put_languages(hsds, "location.languages", hsds_list(location, "languages"));
    if (!json_object_get(hsds->record, "schedule"))
        hsds_put_schedules(hsds, "location.schedules", hsds_list(location, "schedules"), NULL);
    if (!json_object_get(hsds->record, "contact")) {
        hsds_put_contacts(hsds, "location.contacts", hsds_list(location, "contacts"));
        hsds_put_phones(hsds, "location.phones", hsds_list(location, "phones"));
    }
    if (json_object_get(hsds->record, "contact"))
        return;
    struct hsds quiet = *hsds; /* the reference has been complained of already */
    struct problems none;
    struct import_notes notes = *hsds->notes;
    problems_init(&none, hsds->notes->arena);
    notes.problems = &none;
    quiet.notes = &notes;
    json_t *organization = hsds_resolve(&quiet, "", hsds->object, HSDS_ORGANIZATION);
    hsds_put_email(hsds, "organization.email", json_object_get(organization, "email"));
    hsds_put_phones(hsds, "organization.phones", hsds_list(organization, "phones"));
    hsds_put_contacts(hsds, "organization.contacts", hsds_list(organization, "contacts"));
    json_decref(organization);
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static void put_ages(struct hsds *hsds)
{
    json_t *least = import_age(hsds->notes, "minimum_age", json_object_get(hsds->object, "minimum_age"));
    json_t *most = import_age(hsds->notes, "maximum_age", json_object_get(hsds->object, "maximum_age"));
    import_put_ages(hsds->notes, "minimum_age", hsds->record, least, most);
    import_origin(hsds->notes, "age_min", "minimum_age");
    import_origin(hsds->notes, "age_max", "maximum_age");
}

/* Full when nothing is left of anything that is counted. */
static void put_capacities(struct hsds *hsds)
{
    const json_t *list = hsds_list(hsds->object, "capacities"), *item;
    bool said = false, left = false;
    double available;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *path = import_path(hsds->notes, "capacities[%zu].available", i);
        if (i >= HSDS_ITEMS || !hsds_number(hsds, path, json_object_get(item, "available"), &available))
            continue;
        said = true;
        left = left || available > 0;
    }
    if (said) {
        json_t *signup = json_object_get(hsds->record, "signup");
        if (!signup && json_object_set_new(hsds->record, "signup", json_object()) == 0)
            signup = json_object_get(hsds->record, "signup");
        import_put(signup, "full", json_boolean(!left));
    }
}

static void put_state(struct hsds *hsds)
{
    const json_t *state = json_object_get(hsds->object, "status");
    const char *text = json_string_value(state);
    if (text && strcasecmp(text, "temporarily closed") == 0)
        import_put(hsds->record, "status", json_string("postponed"));
    else if (text && *text && strcasecmp(text, "active") != 0)
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_CODE, "status", state,
                                          "active, inactive, defunct or temporarily closed"},
                    "is not known; the service is taken as active");
    import_put(hsds->record, "modified",
               import_date(hsds->notes, "last_modified", json_object_get(hsds->object, "last_modified")));
    import_put(hsds->record, "verified_at",
               import_date(hsds->notes, "assured_date", json_object_get(hsds->object, "assured_date")));
    import_put(hsds->record, "verified_by",
               hsds_line(hsds, "assurer_email", json_object_get(hsds->object, "assurer_email"), HSDS_LINE_CHARS));
    import_origin(hsds->notes, "modified", "last_modified");
    import_origin(hsds->notes, "verified_at", "assured_date");
    import_origin(hsds->notes, "verified_by", "assurer_email");
}

void hsds_map_service(struct hsds *hsds)
{
    struct hsds_body body = {0};
    struct where where = {0};
    json_t *all = at_locations(hsds), *at;
    size_t i;
    import_put(hsds->record, "kind", json_string("activity"));
    import_put_text(hsds->record, record_langs[hsds->lang], "title",
                    import_text(hsds->notes, "name", json_object_get(hsds->object, "name"), TEXT_ONE_LINE,
                                HSDS_LINE_CHARS));
    import_origin(hsds->notes, "texts", "name");
    hsds_put_alternate(hsds);
    hsds_put_link(hsds, "url", json_object_get(hsds->object, "url"), "info", NULL);
    hsds_put_urls(hsds, "additional_urls", hsds_list(hsds->object, "additional_urls"));
    body_begin(hsds, &body);
    hsds_put_organization(hsds);
    put_funding(hsds, &body);
    put_program(hsds);
    hsds_put_eligibility(hsds, json_object_get(hsds->object, "eligibility_description"));
    hsds_put_attributes(hsds, "attributes", hsds_list(hsds->object, "attributes"), NULL);
    put_ages(hsds);
    hsds_put_languages(hsds, "languages", hsds_list(hsds->object, "languages"));
    hsds_put_service_areas(hsds, "service_areas", hsds_list(hsds->object, "service_areas"), &body);
    hsds_put_schedules(hsds, "schedules", hsds_list(hsds->object, "schedules"), NULL);
    hsds_put_contacts(hsds, "contacts", hsds_list(hsds->object, "contacts"));
    hsds_put_email(hsds, "email", json_object_get(hsds->object, "email"));
    hsds_put_phones(hsds, "phones", hsds_list(hsds->object, "phones"));
    where.count = json_array_size(all);
    json_array_foreach(all, i, at)
        if (json_is_object(at) && i < HSDS_ITEMS)
            put_at_location(hsds, &body, import_path(hsds->notes, "service_at_locations[%zu]", i), at, &where);
    put_fallbacks(hsds, &where);
    hsds_put_price(hsds);
    put_capacities(hsds);
    put_state(hsds);
    hsds_body_put(hsds, &body);
    json_decref(where.only);
    json_decref(all);
}
