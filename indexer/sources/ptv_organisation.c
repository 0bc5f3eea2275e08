/* A PTV organisation. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

static void put_type(struct ptv *ptv)
{
    static const struct {
        const char *ptv, *ours;
    } types[] = {
        {"State", "state"}, {"Municipality", "municipality"}, {"Organization", "association"}, {"Company", "company"},
        {"RegionalOrganization", "other"}, {"TT1", "other"}, {"TT2", "other"}, {"SotePublic", "other"},
        {"SotePrivate", "company"}, {"Region", "other"},
    };
    const char *type = import_string(ptv->object, "organizationType"), *ours = NULL;
    const json_t *texts = json_object_get(json_object_get(ptv->record, "texts"), "fi");
    const char *name = json_string_value(json_object_get(texts, "title"));
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].ptv, type) == 0)
            ours = types[i].ours;
    if (ours && strcmp(ours, "other") == 0 && name && strstr(name, "hyvinvointialue"))
        ours = "wellbeing-county"; /* PTV has no type of its own for these */
    if (type && !ours)
        import_warn(ptv->notes,
                    &(struct import_note){PROBLEM_CODE, "organizationType",
                                          json_object_get(ptv->object, "organizationType"), NULL},
                    "is no type of organisation that is known; it is left out");
    import_put(ptv->record, "type", ours ? json_string(ours) : NULL);
}

static void put_business_id(struct ptv *ptv)
{
    const char *text = import_string(ptv->object, "businessCode"), *made = NULL;
    if (!text)
        return;
    if (normalise_business_id(text, strlen(text), ptv->notes->arena, &made) == STATUS_OK)
        import_put(ptv->record, "business_id", json_string(made));
    else
        import_warn(ptv->notes,
                    &(struct import_note){PROBLEM_FORM, "businessCode", json_object_get(ptv->object, "businessCode"),
                                          "write seven digits, a hyphen and the check digit"},
                    "is not a business id; it is left out");
}

static void put_members(struct ptv *ptv)
{
    const json_t *list = json_object_get(ptv->object, "subOrganizations"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *id = import_string(item, "id"), *path = import_path(ptv->notes, "subOrganizations[%zu]", i);
        json_t *member = json_object();
        import_put(member, "id", id ? import_id("ptv:", id) : NULL);
        import_put(member, "name", import_text(ptv->notes, import_path(ptv->notes, "%s.name", path),
                                               json_object_get(item, "name"), TEXT_ONE_LINE, PTV_LINE_CHARS));
        ptv_append(ptv, "members", path, member, PTV_MEMBERS);
    }
}

/* Its home municipality, when it does not say where it serves. */
static void put_home(struct ptv *ptv)
{
    const json_t *municipality = json_object_get(ptv->object, "municipality");
    json_t *code = json_object_get(ptv->record, "area")
                       ? NULL
                       : import_municipality(ptv->notes, "municipality.code", json_object_get(municipality, "code"));
    import_put(ptv->record, "area", code ? json_pack("{s:s, s:[o]}", "scope", "municipality", "codes", code) : NULL);
}

void ptv_map_organisation(struct ptv *ptv)
{
    const json_t *descriptions = json_object_get(ptv->object, "organizationDescriptions");
    const char *parent = import_string(ptv->object, "parentOrganizationId");
    struct ptv_body body = {0};
    import_put(ptv->record, "kind", json_string("organisation"));
    ptv_put_names(ptv, "organizationNames", json_object_get(ptv->object, "organizationNames"),
                  json_object_get(ptv->object, "displayNameType"));
    ptv_put_summary(ptv, "organizationDescriptions", descriptions);
    ptv_body_add(&body, PTV_NO_HEADING, ptv_localised(ptv, "organizationDescriptions", descriptions, "Description",
                                                      TEXT_PARAGRAPHS, PTV_BODY_CHARS));
    put_type(ptv);
    put_business_id(ptv);
    put_members(ptv);
    ptv_put_related(ptv, "parentOrganizationId", parent);
    ptv_put_area(ptv);
    put_home(ptv);
    ptv_put_places(ptv, "addresses", json_object_get(ptv->object, "addresses"), NULL);
    ptv_put_contacts(ptv, "", ptv->object);
    ptv_body_put(ptv, &body, "organizationDescriptions");
}
