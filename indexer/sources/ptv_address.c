/* Addresses of PTV to places: what can be visited, with its point. */
#include "indexer/sources/ptv_part.h"

#include <math.h>
#include <string.h>

#include "projection.h"

/* Greater numbers are metres, not degrees. */
static const double degrees_most = 1000.0;

/* ---- points ---------------------------------------------------------------------------------------------------- */

/* "6834688.027", also as a number; NAN for nothing, and with a warning for what is no number. */
static double read_number(struct ptv *ptv, const char *path, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double number;
    if (json_is_number(value))
        return json_number_value(value);
    const char *text = import_string(object, key);
    if (!text)
        return NAN;
    if (normalise_number(text, strlen(text), &number))
        return number;
    import_warn(ptv->notes,
                &(struct import_note){PROBLEM_FORM, import_path(ptv->notes, "%s.%s", path, key), value,
                                      "write metres of ETRS-TM35FIN, such as 6834688"},
                "is not a number; the point is left out");
    return NAN;
}

static void put_metres(struct ptv *ptv, const char *path, json_t *place, double northing, double easting)
{
    struct err err = {0};
    double lat, lon;
    const double first = northing, second = easting;
    if (projection_degrees(northing, easting, &lat, &lon, &err) == STATUS_OK) {
        import_put_point(ptv->notes, path, place, lat, lon);
    } else if (projection_degrees(second, first, &lat, &lon, NULL) == STATUS_OK) {
        import_warn(ptv->notes,
                    &(struct import_note){PROBLEM_RANGE, path, NULL, "write the northing into latitude"},
                    "has latitude and longitude exchanged; they are taken the other way");
        import_put_point(ptv->notes, path, place, lat, lon);
    } else {
        import_warn(ptv->notes, &(struct import_note){PROBLEM_RANGE, path, NULL, "look the point up on a map"},
                    "has coordinates that are left out: %s", err.message);
    }
}

/* latitude and longitude of an object: metres of ETRS-TM35FIN, or degrees.  True when it has any. */
static bool put_point(struct ptv *ptv, const char *path, json_t *place, const json_t *object)
{
    double lat = read_number(ptv, path, object, "latitude"), lon = read_number(ptv, path, object, "longitude");
    if (isnan(lat) || isnan(lon) || (lat == 0 && lon == 0))
        return false;
    if (fabs(lat) > degrees_most || fabs(lon) > degrees_most)
        put_metres(ptv, path, place, lat, lon);
    else
        import_put_point(ptv->notes, path, place, lat, lon);
    return true;
}

/* The main entrance's, else the first entrance's. */
static void put_entrance_point(struct ptv *ptv, const char *path, json_t *place, const json_t *entrances)
{
    const json_t *entrance;
    size_t i;
    for (int main = 1; main >= 0; main--)
        json_array_foreach(entrances, i, entrance)
            if (json_is_true(json_object_get(entrance, "isMainEntrance")) == main &&
                put_point(ptv, import_path(ptv->notes, "%s.entrances[%zu].coordinates", path, i), place,
                          json_object_get(entrance, "coordinates")))
                return;
}

/* ---- addresses ------------------------------------------------------------------------------------------------- */

/* One string when every language says the same; reference stolen and given. */
static json_t *plainest(json_t *texts)
{
    const char *first = NULL, *key;
    json_t *value;
    bool same = true;
    json_object_foreach(texts, key, value) {
        first = first ? first : json_string_value(value);
        same = same && strcmp(first, json_string_value(value)) == 0;
    }
    if (!first || !same)
        return texts;
    json_t *one = json_string(first);
    json_decref(texts);
    return one;
}

/* "Otavantie 2 B, 2. kerros" in each language that the street has. */
static json_t *street_line(struct ptv *ptv, const char *path, const json_t *street)
{
    json_t *names = ptv_localised(ptv, import_path(ptv->notes, "%s.street", path), json_object_get(street, "street"),
                                  NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    json_t *more = ptv_localised(ptv, import_path(ptv->notes, "%s.additionalInformation", path),
                                 json_object_get(street, "additionalInformation"), NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    const char *number = import_string(street, "streetNumber");
    json_t *lines = json_object();
    for (int i = 0; i < RECORD_LANGS; i++) {
        const char *name = json_string_value(json_object_get(names, record_langs[i]));
        const char *information = json_string_value(json_object_get(more, record_langs[i]));
        json_t *line = name ? json_sprintf("%s%s%s%s%s", name, number ? " " : "", number ? number : "",
                                           information ? ", " : "", information ? information : "")
                            : NULL;
        import_put(lines, record_langs[i], import_text(ptv->notes, path, line, TEXT_ONE_LINE, PTV_LINE_CHARS));
        json_decref(line);
    }
    json_decref(names);
    if (json_object_size(lines) > 0) {
        json_decref(more);
        return plainest(lines);
    }
    json_decref(lines);
    return more ? plainest(more) : NULL; /* "torin laidalla" */
}

static void fill_street(struct ptv *ptv, const char *path, json_t *place, const json_t *street)
{
    const json_t *code = json_object_get(json_object_get(street, "municipality"), "code");
    import_put(place, "address", street_line(ptv, path, street));
    import_put(place, "postal_code", import_postal_code(ptv->notes, import_path(ptv->notes, "%s.postalCode", path),
                                                        json_object_get(street, "postalCode")));
    const char *code_path = import_path(ptv->notes, "%s.municipality.code", path);
    import_put(place, "municipality", import_municipality(ptv->notes, code_path, code));
}

static bool type_is(const json_t *address, const char *key, const char *wanted)
{
    const char *type = import_string(address, key);
    return type && strcmp(type, wanted) == 0;
}

/* A new place; NULL when there is nothing to visit. */
static json_t *place_of(struct ptv *ptv, const char *path, const json_t *address)
{
    const json_t *street = json_object_get(address, "streetAddress"), *other = json_object_get(address, "otherAddress");
    const json_t *abroad = json_object_get(address, "locationAbroad");
    const json_t *entrances = json_object_get(address, "entrances");
    bool has_street = json_is_object(street), has_other = json_is_object(other);
    if (type_is(address, "type", "Postal") || type_is(address, "type", "Delivery") ||
        type_is(address, "subType", "PostOfficeBox"))
        return NULL;
    json_t *place = json_object();
    const char *part = import_path(ptv->notes, "%s.%s", path, has_street ? "streetAddress" : "otherAddress");
    if (has_street || has_other)
        fill_street(ptv, part, place, has_street ? street : other);
    else
        import_put(place, "address", ptv_localised(ptv, import_path(ptv->notes, "%s.locationAbroad", path),
                                                   abroad ? abroad : json_object_get(address, "foreignAddress"), NULL,
                                                   TEXT_ONE_LINE, PTV_LINE_CHARS));
    if (!put_point(ptv, part, place, has_street ? street : other))
        put_entrance_point(ptv, path, place, entrances);
    if (json_object_size(place) > 0)
        return place;
    json_decref(place);
    return NULL;
}

/* True when the record has such a place already. */
static bool known_place(const struct ptv *ptv, const json_t *place)
{
    const json_t *list = json_object_get(ptv->record, "place"), *item;
    size_t i;
    json_array_foreach(list, i, item)
        if (json_equal(item, place))
            return true;
    return false;
}

void ptv_put_places(struct ptv *ptv, const char *path, const json_t *addresses, json_t *name)
{
    const json_t *address;
    size_t i;
    json_array_foreach(addresses, i, address) {
        const char *its_path = import_path(ptv->notes, "%s[%zu]", path, i);
        json_t *place = place_of(ptv, its_path, address);
        if (!place)
            continue;
        import_put(place, "name", json_incref(name));
        ptv_put_access(ptv, place, json_object_get(address, "entrances"));
        if (known_place(ptv, place)) {
            json_decref(place);
            continue;
        }
        import_origin(ptv->notes,
                      import_path(ptv->notes, "place[%zu]", json_array_size(json_object_get(ptv->record, "place"))),
                      its_path);
        ptv_append(ptv, "place", its_path, place, PTV_PLACES);
    }
}
