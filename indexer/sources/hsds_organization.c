/* Organizations, locations and programs of HSDS as records of their own. */
#include <string.h>

#include "indexer/sources/hsds_part.h"

static void put_title(struct hsds *hsds, json_t *title)
{
    import_put_text(hsds->record, record_langs[hsds->lang], "title", title);
    import_origin(hsds->notes, "texts", "name");
}

static void put_names(struct hsds *hsds)
{
    put_title(hsds, import_text(hsds->notes, "name", json_object_get(hsds->object, "name"), TEXT_ONE_LINE,
                                HSDS_LINE_CHARS));
    hsds_put_alternate(hsds);
}

/* ---- organizations ---------------------------------------------------------------------------------------------- */

/* Words of legal forms, in small letters; the first that the text has counts. */
static const char *type_of(const char *legal)
{
    static const struct {
        const char *word, *type;
    } words[] = {
        {"hyvinvointialue", "wellbeing-county"}, {"wellbeing services county", "wellbeing-county"},
        {"yhdistys", "association"},             {"association", "association"},
        {"förening", "association"},             {"charity", "association"},
        {"charitable", "association"},           {"säätiö", "foundation"},
        {"foundation", "foundation"},            {"stiftelse", "foundation"},
        {"seurakunta", "parish"},                {"parish", "parish"},
        {"församling", "parish"},                {"kunta", "municipality"},
        {"kaupunki", "municipality"},            {"kommun", "municipality"},
        {"municipality", "municipality"},        {"local authority", "municipality"},
        {"council", "municipality"},             {"osakeyhtiö", "company"},
        {"company", "company"},                  {"aktiebolag", "company"},
        {"yritys", "company"},                   {"valtio", "state"},
        {"oppilaitos", "school"},                {"koulu", "school"},
        {"school", "school"},                    {"osuuskunta", "other"},
    };
    for (size_t i = 0; legal && i < sizeof words / sizeof *words; i++)
        if (strcasestr(legal, words[i].word))
            return words[i].type;
    return NULL;
}

/* A Finnish business id among the identifiers: one that is said to be it, or that is written as only ours are. */
static json_t *business_id(struct hsds *hsds)
{
    const json_t *list = hsds_list(hsds->object, "organization_identifiers"), *item;
    const char *out;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *scheme = import_string(item, "identifier_scheme"), *type = import_string(item, "identifier_type");
        const char *id = import_string(item, "identifier");
        bool ours = (scheme && strncmp(scheme, "FI", 2) == 0) || (type && strcasestr(type, "y-tunnus")) ||
                    (type && strcasestr(type, "fo-nummer")) || (id && strlen(id) == 9 && id[7] == '-');
        if (ours && id && normalise_business_id(id, strlen(id), hsds->notes->arena, &out) == STATUS_OK)
            return json_string(out);
        if (ours && id)
            import_warn(hsds->notes,
                        &(struct import_note){PROBLEM_FORM,
                                              import_path(hsds->notes, "organization_identifiers[%zu].identifier", i),
                                              json_object_get(item, "identifier"), "write it as 1234567-1"},
                        "is no Finnish business id; it is left out");
    }
    const char *tax = import_string(hsds->object, "tax_id");
    if (tax && strlen(tax) >= 9 && normalise_business_id(tax, strlen(tax), hsds->notes->arena, &out) == STATUS_OK)
        return json_string(out);
    return NULL;
}

static void put_locations(struct hsds *hsds, struct hsds_body *body)
{
    const json_t *list = hsds_list(hsds->object, "locations"), *location;
    size_t i;
    json_array_foreach(list, i, location) {
        const char *id = hsds_id(hsds->notes->arena, json_object_get(location, "id"));
        json_t *whole = i < HSDS_ITEMS && json_is_object(location) ? json_copy((json_t *)location) : NULL;
        json_t *found = whole ? hsds_find(hsds, HSDS_LOCATION, id) : NULL; /* what it lacks may stand in another file */
        if (found)
            json_object_update_missing(whole, found);
        if (whole && strcmp(hsds_location_type(whole), "physical") == 0)
            hsds_put_places(hsds, import_path(hsds->notes, "locations[%zu].", i), whole, body);
        json_decref(found);
        json_decref(whole);
    }
}

static void put_funding(struct hsds *hsds, struct hsds_body *body)
{
    const json_t *list = hsds_list(hsds->object, "funding"), *item;
    size_t i;
    json_array_foreach(list, i, item)
        if (i < HSDS_ITEMS)
            hsds_body_add(hsds, body, HSDS_FUNDING, import_path(hsds->notes, "funding[%zu].source", i),
                          json_object_get(item, "source"));
}

void hsds_map_organization(struct hsds *hsds)
{
    struct hsds_body body = {0};
    const char *type = type_of(import_string(hsds->object, "legal_status"));
    const char *parent = hsds_id(hsds->notes->arena, json_object_get(hsds->object, "parent_organization_id"));
    import_put(hsds->record, "kind", json_string("organisation"));
    put_names(hsds);
    hsds_body_add(hsds, &body, HSDS_NO_HEADING, "description", json_object_get(hsds->object, "description"));
    import_put(hsds->record, "business_id", business_id(hsds));
    import_put(hsds->record, "type", type ? json_string(type) : NULL);
    hsds_put_contacts(hsds, "contacts", hsds_list(hsds->object, "contacts"));
    hsds_put_email(hsds, "email", json_object_get(hsds->object, "email"));
    hsds_put_phones(hsds, "phones", hsds_list(hsds->object, "phones"));
    hsds_put_link(hsds, "website", json_object_get(hsds->object, "website"), "info", NULL);
    hsds_put_urls(hsds, "additional_websites", hsds_list(hsds->object, "additional_websites"));
    put_locations(hsds, &body);
    put_funding(hsds, &body);
    hsds_put_attributes(hsds, "attributes", hsds_list(hsds->object, "attributes"), NULL);
    if (parent)
        hsds_append(hsds, "related", "parent_organization_id", hsds_our_id(HSDS_ORGANIZATION, parent), HSDS_RELATED);
    hsds_body_put(hsds, &body);
}

/* ---- locations -------------------------------------------------------------------------------------------------- */

/* A place without a name is known by its address. */
static json_t *location_title(struct hsds *hsds)
{
    json_t *name = hsds_location_name(hsds, "", hsds->object);
    const json_t *address = json_array_get(hsds_list(hsds->object, "addresses"), 0);
    return name ? name
                : import_text(hsds->notes, "addresses[0].address_1", json_object_get(address, "address_1"),
                              TEXT_ONE_LINE, HSDS_LINE_CHARS);
}

void hsds_map_location(struct hsds *hsds)
{
    struct hsds_body body = {0};
    const char *alternate = import_string(hsds->object, "alternate_name");
    import_put(hsds->record, "kind", json_string("place"));
    put_title(hsds, location_title(hsds));
    if (alternate && import_string(hsds->object, "name"))
        hsds_put_alternate(hsds);
    hsds_body_add(hsds, &body, HSDS_NO_HEADING, "description", json_object_get(hsds->object, "description"));
    hsds_body_add(hsds, &body, HSDS_TRANSPORT, "transportation", json_object_get(hsds->object, "transportation"));
    hsds_put_places(hsds, "", hsds->object, &body);
    hsds_put_organization(hsds);
    hsds_put_languages(hsds, "languages", hsds_list(hsds->object, "languages"));
    hsds_put_schedules(hsds, "schedules", hsds_list(hsds->object, "schedules"), NULL);
    hsds_put_contacts(hsds, "contacts", hsds_list(hsds->object, "contacts"));
    hsds_put_phones(hsds, "phones", hsds_list(hsds->object, "phones"));
    hsds_put_link(hsds, "url", json_object_get(hsds->object, "url"), "info", NULL);
    hsds_body_put(hsds, &body);
}

/* ---- programs --------------------------------------------------------------------------------------------------- */

void hsds_map_program(struct hsds *hsds)
{
    struct hsds_body body = {0};
    import_put(hsds->record, "kind", json_string("project"));
    put_names(hsds);
    hsds_body_add(hsds, &body, HSDS_NO_HEADING, "description", json_object_get(hsds->object, "description"));
    hsds_put_organization(hsds);
    hsds_put_attributes(hsds, "attributes", hsds_list(hsds->object, "attributes"), NULL);
    hsds_body_put(hsds, &body);
}
