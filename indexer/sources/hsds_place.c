/* Locations, addresses and areas served of HSDS. */
#include <string.h>
#include <strings.h>

#include "indexer/sources/hsds_part.h"
#include "indexer/sources/import_access.h"
#include "indexer/sources/import_area.h"

enum { ADDRESS_PARTS = 5, ADDRESSES_MOST = 10 };

const char *hsds_location_type(const json_t *location)
{
    static const char *const types[] = {"physical", "postal", "virtual"};
    const char *type = import_string(location, "location_type");
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i], type) == 0)
            return types[i];
    return types[0];
}

/* ---- addresses -------------------------------------------------------------------------------------------------- */

bool hsds_is_abroad(const json_t *address)
{
    static const char *const ours[] = {"FI", "FIN", "AX", "ALA", "Finland", "Suomi"};
    const char *country = import_string(address, "country");
    for (size_t i = 0; country && i < sizeof ours / sizeof *ours; i++)
        if (strcasecmp(country, ours[i]) == 0)
            return false;
    return country != NULL;
}

/* The municipality that a city names; a postal town or a village is none of ours, nor is what lies abroad. */
static json_t *municipality_of(const json_t *address, bool abroad)
{
    const char *city = import_string(address, "city");
    uint16_t area;
    bool merged;
    if (!city || abroad || !normalise_municipality(city, strlen(city), &area, &merged))
        return NULL;
    return json_string(vocab_entry(VOCAB_AREA, area)->code);
}

/* "1-30 Main Street, MyVillage", and the town behind it where no code of ours can say it. */
static json_t *street_of(struct hsds *hsds, const char *path, const json_t *address, bool town, bool code)
{
    const char *const parts[ADDRESS_PARTS] = {import_string(address, "address_1"), import_string(address, "address_2"),
                                              town ? import_string(address, "city") : NULL,
                                              code ? import_string(address, "postal_code") : NULL, NULL};
    struct buf buf = BUF_INIT;
    for (size_t i = 0; i < ADDRESS_PARTS; i++)
        if (parts[i])
            buf_addf(&buf, "%s%s", buf.len > 0 ? ", " : "", parts[i]);
    hsds->notes->failed = hsds->notes->failed || buf.failed;
    json_t *whole = buf.len > 0 && !buf.failed ? json_stringn(buf.data, buf.len) : NULL;
    json_t *line = hsds_line(hsds, import_path(hsds->notes, "%s.address_1", path), whole, HSDS_LINE_CHARS);
    json_decref(whole);
    buf_release(&buf);
    return line;
}

/* Five digits, in Finland; also as a number. */
static json_t *postal_code_of(struct hsds *hsds, const json_t *address, bool abroad)
{
    const char *text = hsds_id(hsds->notes->arena, json_object_get(address, "postal_code")), *code;
    if (!text || abroad || normalise_postal_code(text, strlen(text), hsds->notes->arena, &code) != STATUS_OK)
        return NULL;
    return json_string(code);
}

/* What is none of ours is kept as words of the address: told once, of the town when there is one. */
static void put_address(struct hsds *hsds, const char *path, const json_t *address, json_t *place)
{
    static const char mend[] = "write the municipality, or the postal code beside it";
    bool abroad = hsds_is_abroad(address);
    json_t *municipality = municipality_of(address, abroad), *code = postal_code_of(hsds, address, abroad);
    bool town = import_string(address, "city") && !municipality, post = import_string(address, "postal_code") && !code;
    if (town && !code)
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_CODE, import_path(hsds->notes, "%s.city", path),
                                          json_object_get(address, "city"), abroad ? NULL : mend},
                    "is no municipality of Finland; it is kept as words of the address");
    else if (post)
        import_warn(hsds->notes,
                    &(struct import_note){PROBLEM_FORM, import_path(hsds->notes, "%s.postal_code", path),
                                          json_object_get(address, "postal_code"), "write five digits"},
                    "is no postal code of Finland; it is kept as words of the address");
    import_put(place, "address", street_of(hsds, path, address, town, post));
    import_put(place, "postal_code", code);
    import_put(place, "municipality", municipality);
}

/* Those that one can go to; where all are said to be postal ones, they must do. */
static bool is_visited(const json_t *address, bool any_physical)
{
    const char *type = import_string(address, "address_type");
    return json_is_object(address) && (any_physical ? !type || strcasecmp(type, "physical") == 0
                                                    : !type || strcasecmp(type, "virtual") != 0);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

json_t *hsds_location_name(struct hsds *hsds, const char *path, const json_t *location)
{
    bool named = import_string(location, "name") != NULL;
    return import_text(hsds->notes, import_path(hsds->notes, "%s%s", path, named ? "name" : "alternate_name"),
                       json_object_get(location, named ? "name" : "alternate_name"), TEXT_ONE_LINE, HSDS_LINE_CHARS);
}

static void put_point(struct hsds *hsds, const char *path, const json_t *location, json_t *place)
{
    double lat, lon;
    bool has_lat = hsds_number(hsds, import_path(hsds->notes, "%slatitude", path),
                               json_object_get(location, "latitude"), &lat);
    bool has_lon = hsds_number(hsds, import_path(hsds->notes, "%slongitude", path),
                               json_object_get(location, "longitude"), &lon);
    if (has_lat && has_lon && (lat != 0 || lon != 0)) /* what a form fills in where nobody chose a point */
        import_put_point(hsds->notes, import_path(hsds->notes, "%slatitude", path), place, lat, lon);
}

static void put_access(struct hsds *hsds, const char *path, const json_t *location, json_t *place,
                       struct hsds_body *body)
{
    static const char *const members[] = {"description", "details", "accessibility"};
    const json_t *list = hsds_list(location, "accessibility"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *its_path = import_path(hsds->notes, "%saccessibility[%zu]", path, i);
        if (i >= HSDS_ITEMS)
            break;
        for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
            const json_t *text = json_object_get(item, members[m]);
            if (!import_string(item, members[m]))
                continue;
            if (!import_put_label(place, "accessibility", VOCAB_ACCESSIBILITY, json_string_value(text)))
                import_put_access(place, json_string_value(text), hsds->lang);
            if (body)
                hsds_body_add(hsds, body, HSDS_ACCESS, import_path(hsds->notes, "%s.%s", its_path, members[m]), text);
        }
        hsds_put_attributes(hsds, import_path(hsds->notes, "%s.attributes", its_path), hsds_list(item, "attributes"),
                            place);
        hsds_put_link(hsds, import_path(hsds->notes, "%s.url", its_path), json_object_get(item, "url"), "info",
                      json_object_get(item, "description"));
    }
}

static void add_place(struct hsds *hsds, const char *path, json_t *place, struct hsds_places *places)
{
    json_t *list = json_object_get(hsds->record, "place"), *other;
    size_t i;
    json_array_foreach(list, i, other)
        if (json_equal(other, place)) {
            json_decref(place);
            return;
        }
    if (json_object_size(place) == 0) {
        json_decref(place);
        return;
    }
    hsds_append(hsds, "place", path, place, HSDS_PLACES);
    places->count++;
}

struct hsds_places hsds_put_places(struct hsds *hsds, const char *path, const json_t *location, struct hsds_body *body)
{
    const json_t *addresses = hsds_list(location, "addresses"), *address;
    struct hsds_places places = {json_array_size(json_object_get(hsds->record, "place")), 0};
    json_t *place = json_object(), *name = hsds_in_lang(hsds, hsds_location_name(hsds, path, location));
    const char *its_path = import_path(hsds->notes, "%s", path);
    bool any_physical = false;
    size_t i, taken = 0;
    import_put(place, "name", json_incref(name));
    put_point(hsds, path, location, place);
    put_access(hsds, path, location, place, body);
    hsds_put_attributes(hsds, import_path(hsds->notes, "%sattributes", path), hsds_list(location, "attributes"), place);
    import_drop_empty(place);
    json_array_foreach(addresses, i, address) {
        const char *type = import_string(address, "address_type");
        any_physical = any_physical || (type && strcasecmp(type, "physical") == 0);
    }
    json_array_foreach(addresses, i, address) {
        if (!is_visited(address, any_physical) || taken >= ADDRESSES_MOST)
            continue;
        its_path = import_path(hsds->notes, "%saddresses[%zu]", path, i);
        if (taken++ > 0) { /* the point is that of the first address */
            add_place(hsds, its_path, place, &places);
            place = json_object();
            import_put(place, "name", json_incref(name));
        }
        put_address(hsds, its_path, address, place);
    }
    add_place(hsds, its_path, place, &places);
    json_decref(name);
    return places;
}

/* ---- areas served ----------------------------------------------------------------------------------------------- */

/* A municipality, a region, a county, the whole country; "online" is a way, not an area. */
static bool find_area(const char *name, size_t len, uint16_t *ordinal)
{
    bool merged;
    int found = vocab_find_label(VOCAB_AREA, name, len);
    if (found >= 0 && area_at((size_t)found)->type != AREA_ONLINE)
        *ordinal = (uint16_t)found;
    return (found >= 0 && area_at((size_t)found)->type != AREA_ONLINE) ||
           normalise_municipality(name, len, ordinal, &merged);
}

/* "Mikkeli", or "Mikkeli, Juva ja Kangasniemi" when every part is known. */
static bool add_names(struct area_set *set, const char *text)
{
    static const char *const ands[] = {" ja ", " och ", " and "};
    uint16_t ordinal;
    if (find_area(text, strlen(text), &ordinal)) {
        area_set_add(set, ordinal);
        return true;
    }
    for (int round = 0; round < 2; round++)
        for (const char *at = text; *at;) {
            size_t len = strcspn(at, ",;|"), skip = at[len] != '\0';
            for (size_t i = 0; i < sizeof ands / sizeof *ands; i++) {
                const char *and = strstr(at, ands[i]);
                if (and && (size_t)(and - at) < len) {
                    len = (size_t)(and - at);
                    skip = strlen(ands[i]);
                }
            }
            bool blank = strspn(at, " ") >= len;
            if (!blank && !find_area(at, len, &ordinal))
                return false;
            if (!blank && round == 1)
                area_set_add(set, ordinal);
            at += len + skip;
        }
    return true;
}

static void add_area(struct hsds *hsds, struct area_set *set, const char *path, const json_t *area,
                     struct hsds_body *body)
{
    static const char *const members[] = {"name", "service_area", "description"};
    const char *shown = NULL;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *text = import_string(area, members[i]);
        if (text && strlen(text) < 4 * HSDS_NOTE_CHARS && add_names(set, text))
            return;
        shown = text && !shown ? members[i] : shown;
    }
    if (!shown)
        return;
    path = import_path(hsds->notes, "%s.%s", path, shown);
    import_warn(hsds->notes,
                &(struct import_note){PROBLEM_CODE, path, json_object_get(area, shown),
                                      "write the names of municipalities or regions, or Koko Suomi"},
                "is no area of Finland that is known; it is kept as words");
    hsds_body_add(hsds, body, HSDS_AREA, path, json_object_get(area, shown));
}

void hsds_put_service_areas(struct hsds *hsds, const char *path, const json_t *areas, struct hsds_body *body)
{
    struct area_set set = area_set_new(hsds->notes);
    const json_t *area;
    size_t i;
    if (!set.has)
        return;
    json_array_foreach(areas, i, area)
        if (i < HSDS_ITEMS)
            add_area(hsds, &set, import_path(hsds->notes, "%s[%zu]", path, i), area, body);
    if (!json_object_get(hsds->record, "area")) {
        area_set_put(&set, hsds->record);
        import_origin(hsds->notes, "area", path);
    }
}
