/* A PTV service becomes an activity. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

/* ---- texts ----------------------------------------------------------------------------------------------------- */

/* One part of the body: the general description's text of a type, then the service's own. */
static void body_type(struct ptv *ptv, struct ptv_body *body, enum ptv_heading heading, const char *type,
                      const char *flat)
{
    const json_t *own = json_object_get(ptv->object, "serviceDescriptions");
    const json_t *general = json_object_get(ptv->general, "descriptions");
    ptv_body_part(body);
    ptv_body_add(body, heading,
                 ptv_localised(ptv, "serviceDescriptions", own, import_path(ptv->notes, "GD_%s", type), TEXT_PARAGRAPHS,
                               PTV_BODY_CHARS));
    if (json_is_array(general))
        ptv_body_add(body, heading,
                     ptv_localised(ptv, "generalDescription.descriptions", general, type, TEXT_PARAGRAPHS,
                                   PTV_BODY_CHARS));
    if (flat)
        ptv_body_add(body, heading,
                     ptv_localised(ptv, import_path(ptv->notes, "generalDescription.%s", flat),
                                   json_object_get(ptv->general, flat), NULL, TEXT_PARAGRAPHS, PTV_BODY_CHARS));
    ptv_body_add(body, heading, ptv_localised(ptv, "serviceDescriptions", own, type, TEXT_PARAGRAPHS, PTV_BODY_CHARS));
}

static void body_requirements(struct ptv *ptv, struct ptv_body *body)
{
    ptv_body_part(body);
    ptv_body_add(body, PTV_REQUIREMENTS,
                 ptv_localised(ptv, "generalDescription.requirements", json_object_get(ptv->general, "requirements"),
                               NULL, TEXT_PARAGRAPHS, PTV_BODY_CHARS));
    ptv_body_add(body, PTV_REQUIREMENTS,
                 ptv_localised(ptv, "requirements", json_object_get(ptv->object, "requirements"), NULL, TEXT_PARAGRAPHS,
                               PTV_BODY_CHARS));
}

static void put_vouchers(struct ptv *ptv, struct ptv_body *body)
{
    const json_t *vouchers = json_object_get(ptv->object, "serviceVouchers"), *voucher;
    size_t i;
    if (json_array_size(vouchers) == 0 && !json_is_true(json_object_get(ptv->object, "serviceVouchersInUse")))
        return;
    ptv_body_part(body);
    ptv_body_add(body, PTV_VOUCHER,
                 json_pack("{s:s, s:s, s:s}", "fi", "Palvelussa voi käyttää palveluseteliä.", "sv",
                           "Servicesedel kan användas.", "en", "Service vouchers can be used."));
    json_array_foreach(vouchers, i, voucher) {
        const char *lang = ptv_lang(import_string(voucher, "language"));
        const char *path = import_path(ptv->notes, "serviceVouchers[%zu].additionalInformation", i);
        json_t *words = import_text(ptv->notes, path, json_object_get(voucher, "additionalInformation"),
                                    TEXT_PARAGRAPHS, PTV_BODY_CHARS);
        if (lang && words)
            ptv_body_add(body, PTV_VOUCHER, json_pack("{s:O}", lang, words));
        json_decref(words);
    }
    ptv_put_links(ptv, "serviceVouchers", vouchers, "info");
}

/* ---- organisations --------------------------------------------------------------------------------------------- */

static bool role_is(const json_t *item, const char *role)
{
    const char *its = import_string(item, "roleType");
    return its && strcmp(its, role) == 0;
}

/* Its name stands beside its id; a producer that is none of PTV's organisations has only words. */
static void put_organisation(struct ptv *ptv, const char *path, const json_t *item, const char *role)
{
    const json_t *reference = json_object_get(item, "organization");
    const char *id = import_string(reference, "id");
    json_t *ours = id ? import_id("ptv:", id) : NULL, *organisation = json_object();
    json_t *name = import_text(ptv->notes, import_path(ptv->notes, "%s.organization.name", path),
                               json_object_get(reference, "name"), TEXT_ONE_LINE, PTV_LINE_CHARS);
    if (!name && !ours)
        name = ptv_localised(ptv, import_path(ptv->notes, "%s.additionalInformation", path),
                             json_object_get(item, "additionalInformation"), NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    bool known = ours && import_item(ptv->record, "organisation", "id", json_string_value(ours));
    import_put(organisation, "id", ours);
    import_put(organisation, "name", name);
    if (json_object_size(organisation) > 0 && !known) {
        import_put(organisation, "role", strcmp(role, "organiser") == 0 ? NULL : json_string(role));
        ptv_append(ptv, "organisation", path, organisation, PTV_ORGANISATIONS);
    } else {
        json_decref(organisation);
    }
}

static bool put_role(struct ptv *ptv, const char *from, const char *to)
{
    const json_t *list = json_object_get(ptv->object, "organizations"), *item;
    size_t i, before = json_array_size(json_object_get(ptv->record, "organisation"));
    json_array_foreach(list, i, item)
        if (role_is(item, from))
            put_organisation(ptv, import_path(ptv->notes, "organizations[%zu]", i), item, to);
    return json_array_size(json_object_get(ptv->record, "organisation")) > before;
}

/* Who is responsible offers it; without such a one who produces it does. */
static void put_organisations(struct ptv *ptv)
{
    const json_t *main = json_object_get(ptv->object, "mainOrganization");
    bool responsible = put_role(ptv, "Responsible", "organiser");
    if (!responsible && json_is_object(main)) {
        json_t *item = json_pack("{s:O}", "organization", main);
        put_organisation(ptv, "mainOrganization", item, "organiser");
        json_decref(item);
        responsible = true;
    }
    put_role(ptv, "OtherResponsible", "partner");
    put_role(ptv, "Producer", responsible ? "producer" : "organiser");
    import_origin(ptv->notes, "organisation", "organizations");
}

/* ---- general descriptions --------------------------------------------------------------------------------------- */

static json_t *general_of(struct ptv *ptv)
{
    const json_t *inside = json_object_get(ptv->object, "generalDescription");
    const char *id = import_string(ptv->object, "generalDescriptionId");
    if (json_is_object(inside))
        return json_incref((json_t *)inside);
    return id ? import_lookup_get(ptv->lookup, PTV_SET_GENERAL, id, 0) : NULL;
}

/* Answers of Service/serviceWithGD have all of it; the others leave classes and half the text to it. */
static void warn_without_general(struct ptv *ptv)
{
    const json_t *id = json_object_get(ptv->object, "generalDescriptionId");
    bool classed = json_array_size(json_object_get(ptv->object, "targetGroups")) > 0;
    if (json_string_length(id) > 0 && !ptv->general && !classed)
        import_warn(ptv->notes,
                    &(struct import_note){PROBLEM_MISSING, "generalDescriptionId", id,
                                          "give the file of general descriptions too, or fetch Service/serviceWithGD"},
                    "is the id of a general description that is not at hand, so target groups and texts are missing");
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

static void put_names(struct ptv *ptv)
{
    const json_t *names = json_object_get(ptv->object, "serviceNames");
    const json_t *general = json_object_get(ptv->general, "names");
    if (json_array_size(names) > 0 || !ptv->general)
        ptv_put_names(ptv, "serviceNames", names, json_object_get(ptv->object, "displayNameType"));
    else
        ptv_put_names(ptv, "generalDescription.names", general ? general : json_object_get(ptv->general, "name"),
                      NULL);
}

/* {"id", "name", "summary", "area": ["national"] or names of municipalities}: how the recommender of AuroraAI lists
 * PTV's services (vrk-kpa/auroraai-core-components). */
void ptv_map_listed(struct ptv *ptv)
{
    const json_t *summary = json_object_get(ptv->object, "summary");
    import_put(ptv->record, "kind", json_string("activity"));
    ptv_put_names(ptv, "name", json_object_get(ptv->object, "name"), NULL);
    import_put_text(ptv->record, "fi", "summary",
                    import_text(ptv->notes, "summary", summary, TEXT_ONE_LINE, PTV_NOTE_CHARS));
    ptv_put_area_names(ptv, "area", json_object_get(ptv->object, "area"));
}

void ptv_map_service(struct ptv *ptv)
{
    struct ptv_body body = {0};
    json_t *general = general_of(ptv);
    ptv->general = general;
    warn_without_general(ptv);
    import_put(ptv->record, "kind", json_string("activity"));
    put_names(ptv);
    ptv_put_summary(ptv, "serviceDescriptions", json_object_get(ptv->object, "serviceDescriptions"));
    body_type(ptv, &body, PTV_NO_HEADING, "Description", "description");
    body_type(ptv, &body, PTV_INSTRUCTION, "UserInstruction", "user_instructions");
    body_requirements(ptv, &body);
    body_type(ptv, &body, PTV_DEADLINE, "DeadLine", NULL);
    body_type(ptv, &body, PTV_PROCESSING, "ProcessingTime", NULL);
    body_type(ptv, &body, PTV_VALIDITY, "ValidityTime", NULL);
    put_vouchers(ptv, &body);
    put_organisations(ptv);
    ptv_put_classes(ptv);
    ptv_put_area(ptv);
    ptv_put_price(ptv);
    ptv_put_languages(ptv, json_object_get(ptv->object, "languages"));
    ptv_put_connections(ptv, &body);
    ptv_body_put(ptv, &body, "serviceDescriptions");
    ptv->general = NULL;
    json_decref(general);
}
