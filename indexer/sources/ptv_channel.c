/* A PTV service channel: a service location becomes a place, the others (electronic, web page, phone, printable form)
 * activities that one takes part in online, by phone or by post. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

static void put_organisation(struct ptv *ptv)
{
    const char *id = import_string(ptv->object, "organizationId");
    json_t *known = id ? import_lookup_get(ptv->lookup, PTV_SET_ORGANISATION, id, 0) : NULL;
    json_t *organisation = json_object();
    import_put(organisation, "id", id ? import_id("ptv:", id) : NULL);
    import_put(organisation, "name", ptv_localised(ptv, "organizationId", json_object_get(known, "organizationNames"),
                                                   "Name", TEXT_ONE_LINE, PTV_LINE_CHARS));
    ptv_append(ptv, "organisation", "organizationId", organisation, PTV_ORGANISATIONS);
    import_origin(ptv->notes, "organisation", "organizationId");
    json_decref(known);
}

/* Names of the services, in the record's first language: PTV does not say which language they are in. */
static void put_services(struct ptv *ptv, struct ptv_body *body)
{
    const json_t *services = json_object_get(ptv->object, "services"), *item;
    size_t i;
    struct buf names = BUF_INIT;
    json_array_foreach(services, i, item) {
        const json_t *service = json_object_get(item, "service");
        const char *name = import_string(service, "name");
        if (name)
            buf_addf(&names, "%s%s", names.len > 0 ? "\n" : "", name);
        ptv_put_related(ptv, import_path(ptv->notes, "services[%zu]", i), import_string(service, "id"));
    }
    for (int lang = 0; lang < RECORD_LANGS && names.len > 0 && !names.failed; lang++) {
        if (!json_object_get(json_object_get(ptv->record, "texts"), record_langs[lang]))
            continue;
        json_t *raw = json_stringn(names.data, names.len);
        json_t *text = import_text(ptv->notes, "services", raw, TEXT_PARAGRAPHS, PTV_BODY_CHARS);
        ptv_body_part(body);
        ptv_body_add(body, PTV_SERVICES, text ? json_pack("{s:O}", record_langs[lang], text) : NULL);
        json_decref(text);
        json_decref(raw);
        break;
    }
    buf_release(&names);
}

/* Where it is told how accessible a web service is. */
static void put_statements(struct ptv *ptv)
{
    const json_t *list = json_object_get(ptv->object, "accessibilityClassification"), *item;
    size_t i;
    json_t *pages = json_array();
    json_array_foreach(list, i, item)
        if (import_string(item, "accessibilityStatementWebPage"))
            json_array_append_new(pages, json_pack("{s:O?, s:O?, s:O?}", "url",
                                                   json_object_get(item, "accessibilityStatementWebPage"), "value",
                                                   json_object_get(item, "accessibilityStatementWebPageName"),
                                                   "language", json_object_get(item, "language")));
    ptv_put_links(ptv, "accessibilityClassification", pages, "info");
    json_decref(pages);
}

/* "KE 21": what is printed on a form, and asked for. */
static void put_form_identifier(struct ptv *ptv)
{
    json_t *names = ptv_localised(ptv, "formIdentifier", json_object_get(ptv->object, "formIdentifier"), NULL,
                                  TEXT_ONE_LINE, PTV_WORD_CHARS);
    if (names)
        ptv_put_keyword(ptv, "formIdentifier", names, NULL);
}

/* The titles as texts; a new reference. */
static json_t *titles_of(const struct ptv *ptv)
{
    json_t *titles = json_object();
    for (int i = 0; i < RECORD_LANGS; i++) {
        const json_t *texts = json_object_get(json_object_get(ptv->record, "texts"), record_langs[i]);
        import_put(titles, record_langs[i], json_incref(json_object_get(texts, "title")));
    }
    return titles;
}

static const char *form_of(const char *type)
{
    if (strcmp(type, "Phone") == 0)
        return "phone";
    return strcmp(type, "EChannel") == 0 || strcmp(type, "WebPage") == 0 ? "online" : NULL;
}

void ptv_map_channel(struct ptv *ptv)
{
    const char *type = import_string(ptv->object, "serviceChannelType");
    const json_t *addresses = json_object_get(ptv->object, "addresses");
    const json_t *descriptions = json_object_get(ptv->object, "serviceChannelDescriptions");
    bool location = type && strcmp(type, "ServiceLocation") == 0;
    struct ptv_body body = {0};
    import_put(ptv->record, "kind", json_string(location ? "place" : "activity"));
    ptv_put_names(ptv, "serviceChannelNames", json_object_get(ptv->object, "serviceChannelNames"),
                  json_object_get(ptv->object, "displayNameType"));
    ptv_put_summary(ptv, "serviceChannelDescriptions", descriptions);
    ptv_body_add(&body, PTV_NO_HEADING, ptv_localised(ptv, "serviceChannelDescriptions", descriptions, "Description",
                                                      TEXT_PARAGRAPHS, PTV_BODY_CHARS));
    put_organisation(ptv);
    ptv_put_classes(ptv);
    ptv_put_area(ptv);
    ptv_put_languages(ptv, json_object_get(ptv->object, "languages"));
    json_t *titles = titles_of(ptv);
    if (location)
        ptv_put_places(ptv, "addresses", addresses, titles);
    else
        ptv_put_way(ptv, "", ptv->object, titles);
    if (type && form_of(type))
        import_put(ptv->record, "form", json_pack("[s]", form_of(type)));
    put_form_identifier(ptv);
    ptv_put_hours(ptv, "serviceHours", json_object_get(ptv->object, "serviceHours"));
    ptv_put_links(ptv, "channelUrls", json_object_get(ptv->object, "channelUrls"), "form");
    if (type && strcmp(type, "EChannel") == 0)
        ptv_put_links(ptv, "webPages", json_object_get(ptv->object, "webPages"), "form");
    ptv_put_contacts(ptv, "", ptv->object);
    ptv_put_links(ptv, "attachments", json_object_get(ptv->object, "attachments"), "material");
    put_statements(ptv);
    put_services(ptv, &body);
    ptv_body_part(&body);
    ptv_body_access(ptv, &body, "addresses", addresses);
    ptv_body_put(ptv, &body, "serviceChannelDescriptions");
    json_decref(titles);
}
