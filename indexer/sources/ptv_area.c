/* Where a PTV object serves: areaType, areas with their municipalities. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

#include "indexer/sources/import_area.h"
#include "vocab/vocab.h"

/* Åland as a region. */
#define ALAND_REGION "region-21"

static bool municipality_of(const json_t *text, uint16_t *ordinal)
{
    bool merged;
    return json_is_string(text) &&
           normalise_municipality(json_string_value(text), json_string_length(text), ordinal, &merged);
}

/* By its code; a wrong one may stand beside a right name. */
static void add_municipality(struct ptv *ptv, struct area_set *set, const char *path, const json_t *item)
{
    const json_t *code = json_is_string(item) ? item : json_object_get(item, "code");
    uint16_t ordinal;
    if (municipality_of(code, &ordinal)) {
        area_set_add(set, ordinal);
        return;
    }
    json_t *name = ptv_localised(ptv, path, json_object_get(item, "name"), NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    const json_t *label = json_object_get(name, "fi");
    bool named = municipality_of(label, &ordinal);
    if (named)
        area_set_add(set, ordinal);
    struct import_note note = {PROBLEM_CODE, import_path(ptv->notes, "%s.code", path), code,
                               "write the three digits of the municipality"};
    if (named)
        import_warn(ptv->notes, &note, "is not the code of a municipality; it is taken by its name, %s",
                    json_string_value(label));
    else
        import_warn(ptv->notes, &note, "is not the code of a municipality; it is left out");
    json_decref(name);
}

static void add_municipalities(struct ptv *ptv, struct area_set *set, const char *path, const json_t *list)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
        add_municipality(ptv, set, import_path(ptv->notes, "%s[%zu]", path, i), item);
}

/* The area of a region or county by its name, or by its number, padded or not; -1.  Names come first: there have been
 * several lists of numbers. */
static int find_area(enum area_type type, const json_t *area, const json_t *name)
{
    const char *code = import_string(area, "code"), *label = json_string_value(json_object_get(name, "fi"));
    char padded[3] = "0";
    int found = label ? area_find(type, label, strlen(label)) : -1;
    if (found < 0 && code)
        found = area_find(type, code, strlen(code));
    if (found < 0 && code && strlen(code) == 1) {
        padded[1] = code[0];
        found = area_find(type, padded, 2);
    }
    return found;
}

static int own_area(struct ptv *ptv, const char *path, const json_t *area)
{
    static const struct {
        const char *ptv;
        enum area_type type;
    } types[] = {
        {"Region", AREA_REGION}, {"Province", AREA_REGION}, {"WellbeingServiceCounties", AREA_WELLBEING},
        {"WellbeingServiceCounty", AREA_WELLBEING},
    };
    const char *type = import_string(area, "type");
    int found = -1;
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].ptv, type) != 0)
            continue;
        json_t *name = ptv_localised(ptv, import_path(ptv->notes, "%s.name", path), json_object_get(area, "name"), NULL,
                                     TEXT_ONE_LINE, PTV_LINE_CHARS);
        found = find_area(types[i].type, area, name);
        json_decref(name);
    }
    return found;
}

static void add_area(struct ptv *ptv, struct area_set *set, const char *path, const json_t *area)
{
    const json_t *members = json_object_get(area, "municipalities");
    int own = own_area(ptv, path, area);
    if (own >= 0)
        area_set_add(set, (size_t)own);
    else if (json_array_size(members) > 0)
        add_municipalities(ptv, set, import_path(ptv->notes, "%s.municipalities", path), members);
    else
        import_warn(ptv->notes, &(struct import_note){PROBLEM_CODE, path, json_object_get(area, "code"),
                                                      "fetch the object with the area's municipalities"},
                    "is no area that is known, and it lists no municipalities; it is left out");
}

static void all_but_aland(struct area_set *set)
{
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++)
        if (area_at(i)->type == AREA_REGION && strcmp(vocab_entry(VOCAB_AREA, i)->code, ALAND_REGION) != 0)
            area_set_add(set, i);
}

/* "national", or names of municipalities. */
void ptv_put_area_names(struct ptv *ptv, const char *path, const json_t *names)
{
    struct area_set set = area_set_new(ptv->notes);
    const char *first = json_string_value(json_array_get(names, 0));
    if (first && strcmp(first, "national") == 0)
        import_put(ptv->record, "area", json_pack("{s:s}", "scope", "nationwide"));
    else if (set.has) {
        add_municipalities(ptv, &set, path, names);
        area_set_put(&set, ptv->record);
    }
}

void ptv_put_area(struct ptv *ptv)
{
    const char *type = import_string(ptv->object, "areaType");
    const json_t *areas = json_object_get(ptv->object, "areas"), *area;
    size_t i;
    struct area_set set = area_set_new(ptv->notes);
    if (!set.has)
        return;
    import_origin(ptv->notes, "area", "areas");
    if (type && (strcmp(type, "Nationwide") == 0 || strcmp(type, "WholeCountry") == 0)) {
        import_put(ptv->record, "area", json_pack("{s:s}", "scope", "nationwide"));
        return;
    }
    if (type && (strcmp(type, "NationwideExceptAlandIslands") == 0 ||
                 strcmp(type, "WholeCountryExceptAlandIslands") == 0))
        all_but_aland(&set);
    else
        json_array_foreach(areas, i, area)
            add_area(ptv, &set, import_path(ptv->notes, "areas[%zu]", i), area);
    add_municipalities(ptv, &set, "areaMunicipalities", json_object_get(ptv->object, "areaMunicipalities"));
    area_set_put(&set, ptv->record);
}
