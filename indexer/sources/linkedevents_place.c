/* References, places and what events and places have in common. */
#include <string.h>

#include "indexer/sources/linkedevents_object.h"

enum { REPLACED_MOST = 5, TITLE_CHARS = 200, BODY_CHARS = 20000, LINK_CHARS = 200, LINKS_MOST = 50 };

/* ---- references ------------------------------------------------------------------------------------------------- */

/* "%3A" -> ":", in place. */
static void unescape(char *text)
{
    char *out = text;
    for (const char *at = text; *at; at++) {
        if (at[0] == '%' && at[1] == '3' && (at[2] == 'A' || at[2] == 'a')) {
            *out++ = ':';
            at += 2;
        } else {
            *out++ = *at;
        }
    }
    *out = '\0';
}

/* "https://api.hel.fi/linkedevents/v1/place/tprek:15417/" -> "tprek:15417" */
static const char *id_of_address(struct arena *arena, const char *address)
{
    size_t end = strcspn(address, "?#");
    while (end > 0 && address[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && address[begin - 1] != '/')
        begin--;
    char *id = end > begin ? arena_copy(arena, address + begin, end - begin) : NULL;
    if (id)
        unescape(id);
    return id;
}

const char *le_id(struct arena *arena, const json_t *reference)
{
    const char *id = json_is_string(reference) ? json_string_value(reference) : import_string(reference, "id");
    if (!id)
        id = import_string(reference, "@id");
    return id && *id ? id_of_address(arena, id) : NULL;
}

json_t *le_resolve(const struct le_import *import, const char *set, const json_t *reference)
{
    struct arena *arena = import->notes->arena;
    const char *id = le_id(arena, reference);
    json_t *found = NULL;
    for (int i = 0; id && i < REPLACED_MOST; i++) {
        json_t *next = import_lookup_get(import->lookup, set, id, 0);
        if (!next)
            break;
        json_decref(found);
        found = next;
        id = le_id(arena, json_object_get(found, "replaced_by"));
    }
    if (!found && json_object_get(reference, "name"))
        found = json_incref((json_t *)reference);
    return found;
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

/* A name in none of our languages is better than no name. */
static void put_any_title(const struct le_import *import, const char *member, const json_t *names)
{
    const char *lang;
    json_t *name;
    json_object_foreach((json_t *)names, lang, name)
    {
        json_t *title = import_text(import->notes, import_path(import->notes, "%s.%s", member, lang), name,
                                    TEXT_ONE_LINE, TITLE_CHARS);
        if (!title)
            continue;
        import_warn(import->notes, &(struct import_note){PROBLEM_NOTE, member, names, "add a name in fi, sv or en"},
                    "is said in %s alone; it is taken as it is", lang);
        import_put_text(import->record, "fi", "title", title);
        return;
    }
}

void le_put_texts(const struct le_import *import, const json_t *object, const char *title, const char *summary,
                  const char *body)
{
    static const char *const langs[] = {"fi", "sv", "en"};
    const json_t *names = json_object_get(object, title);
    bool titled = false;
    import_origin(import->notes, "texts", title);
    for (size_t i = 0; i < 3; i++) {
        const char *lang = langs[i], *path = import_path(import->notes, "%s.%s", body, lang);
        json_t *name = import_text(import->notes, import_path(import->notes, "%s.%s", title, lang),
                                   json_is_string(names) && i == 0 ? names : json_object_get(names, lang),
                                   TEXT_ONE_LINE, TITLE_CHARS);
        titled = titled || name;
        import_put_text(import->record, lang, "title", name);
        import_put_text(import->record, lang, "body",
                        import_text(import->notes, path, json_object_get(json_object_get(object, body), lang),
                                    TEXT_PARAGRAPHS, BODY_CHARS));
        if (summary)
            import_put_summary(import->notes, import_path(import->notes, "%s.%s", summary, lang), import->record, lang,
                               json_object_get(json_object_get(object, summary), lang));
        import_origin(import->notes, import_path(import->notes, "texts.%s.body", lang), path);
    }
    if (!titled)
        put_any_title(import, title, names);
}

/* ---- links ------------------------------------------------------------------------------------------------------ */

void le_put_links(const struct le_import *import, const char *path, const json_t *urls, const char *kind)
{
    static const char *const langs[] = {"fi", "sv", "en", NULL};
    for (int i = json_is_string(urls) ? 3 : 0; i < 4; i++) {
        const json_t *value = langs[i] ? json_object_get(urls, langs[i]) : json_is_string(urls) ? urls : NULL;
        json_t *url = import_url(import->notes, langs[i] ? import_path(import->notes, "%s.%s", path, langs[i]) : path,
                                 value);
        json_t *links = url ? import_list(import->record, "links") : NULL, *other;
        size_t at;
        bool known = json_array_size(links) >= LINKS_MOST;
        json_array_foreach(links, at, other)
            known = known || json_equal(json_object_get(other, "url"), url);
        if (url && !known) {
            import_origin(import->notes, import_path(import->notes, "links[%zu]", json_array_size(links)), path);
            json_array_append_new(links, json_pack("{s:s, s:O}", "kind", kind, "url", url));
        }
        json_decref(url);
    }
}

void le_put_publisher(const struct le_import *import, const json_t *object, const char *role)
{
    const json_t *publisher = json_object_get(object, "publisher");
    json_t *found = le_resolve(import, LE_ORGANIZATIONS, publisher);
    json_t *name = import_localised(import->notes, "publisher", json_object_get(found, "name"), TEXT_ONE_LINE,
                                    TITLE_CHARS);
    const char *id = le_id(import->notes->arena, json_is_null(publisher) ? NULL : publisher);
    if (name) {
        json_t *organisation = json_object(), *list = import_list(import->record, "organisation");
        import_origin(import->notes, import_path(import->notes, "organisation[%zu]", json_array_size(list)),
                      "publisher");
        import_put(organisation, "id", id ? import_id("", id) : NULL);
        import_put(organisation, "name", name);
        import_put(organisation, "role", json_string(role));
        json_array_append_new(list, organisation);
    }
    json_decref(found);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

bool le_is_internet(const char *id)
{
    size_t len = strlen(id);
    return len >= 9 && strcmp(id + len - 9, ":internet") == 0;
}

/* "ocd-division/country:fi/kunta:espoo" -> "espoo" */
static const char *municipality_of(const json_t *division)
{
    const char *ocd = import_string(division, "ocd_id"), *mark = ocd ? strstr(ocd, "/kunta:") : NULL;
    const json_t *name = json_object_get(division, "name");
    const char *fi = json_is_string(name) ? json_string_value(name) : import_string(name, "fi");
    return fi ? fi : mark ? mark + strlen("/kunta:") : import_string(division, "municipality");
}

static json_t *municipality_code(const char *name)
{
    uint16_t area;
    bool merged;
    return name && normalise_municipality(name, strlen(name), &area, &merged)
               ? json_string(vocab_entry(VOCAB_AREA, area)->code)
               : NULL;
}

/* The division is sure; the locality may be a part of a town, so that one not known is no fault. */
static json_t *place_municipality(const json_t *place)
{
    const json_t *locality = json_object_get(place, "address_locality");
    size_t i;
    json_t *division;
    json_array_foreach(json_object_get(place, "divisions"), i, division)
    {
        const char *type = import_string(division, "type");
        json_t *code = type && strcmp(type, "muni") == 0 ? municipality_code(municipality_of(division)) : NULL;
        if (code)
            return code;
    }
    json_array_foreach(json_object_get(place, "divisions"), i, division)
    {
        json_t *code = municipality_code(import_string(division, "municipality"));
        if (code)
            return code;
    }
    const char *names[] = {json_is_string(locality) ? json_string_value(locality) : import_string(locality, "fi"),
                           import_string(locality, "sv"), import_string(locality, "en")};
    for (size_t n = 0; n < 3; n++) {
        json_t *code = municipality_code(names[n]);
        if (code)
            return code;
    }
    return NULL;
}

json_t *le_place(const struct le_import *import, const char *path, const json_t *place)
{
    struct import_notes *notes = import->notes;
    json_t *ours = json_object();
    const json_t *point = json_object_get(json_object_get(place, "position"), "coordinates");
    import_put(ours, "name", import_localised(notes, import_path(notes, "%sname", path),
                                              json_object_get(place, "name"), TEXT_ONE_LINE, TITLE_CHARS));
    import_put(ours, "address", import_localised(notes, import_path(notes, "%sstreet_address", path),
                                                 json_object_get(place, "street_address"), TEXT_ONE_LINE, TITLE_CHARS));
    import_put(ours, "postal_code", import_postal_code(notes, import_path(notes, "%spostal_code", path),
                                                       json_object_get(place, "postal_code")));
    import_put(ours, "municipality", place_municipality(place));
    if (json_array_size(point) >= 2)
        import_put_place_point(notes, import_path(notes, "%sposition", path), ours, json_array_get(point, 1),
                               json_array_get(point, 0));
    return ours;
}

/* The Finnish value of a localised one, or any. */
static const json_t *one_of(const json_t *value)
{
    const json_t *fi = json_object_get(value, "fi");
    const char *lang;
    json_t *other;
    if (!json_is_object(value) || (json_is_string(fi) && json_string_length(fi) > 0))
        return fi ? fi : value;
    json_object_foreach((json_t *)value, lang, other)
        if (json_is_string(other) && json_string_length(other) > 0)
            return other;
    return NULL;
}

json_t *le_place_contact(const struct le_import *import, const char *path, const json_t *place)
{
    struct import_notes *notes = import->notes;
    json_t *contact = json_object();
    import_put(contact, "phone", import_phone(notes, import_path(notes, "%stelephone", path),
                                              one_of(json_object_get(place, "telephone"))));
    import_put(contact, "email", import_email(notes, import_path(notes, "%semail", path),
                                              one_of(json_object_get(place, "email"))));
    if (json_object_size(contact) == 0) {
        json_decref(contact);
        return NULL;
    }
    import_put(contact, "name", import_localised(notes, import_path(notes, "%sname", path),
                                                 json_object_get(place, "name"), TEXT_ONE_LINE, TITLE_CHARS));
    return contact;
}

void le_map_place(struct le_import *import, const json_t *place)
{
    json_t *record = import->record, *places = json_array(), *contacts = json_array();
    import_put(record, "kind", json_string("place"));
    le_put_texts(import, place, "name", NULL, "description");
    import_append(places, le_place(import, "", place));
    import_put(record, "place", places);
    import_origin(import->notes, "place[0]", "street_address");
    import_origin(import->notes, "place[0].postal_code", "postal_code");
    import_origin(import->notes, "place[0].municipality", "divisions");
    import_append(contacts, le_place_contact(import, "", place));
    import_put(record, "contact", contacts);
    import_origin(import->notes, "contact[0]", "telephone");
    le_put_links(import, "info_url", json_object_get(place, "info_url"), "info");
    le_put_publisher(import, place, "administrator");
    import_put(record, "modified",
               import_date(import->notes, "last_modified_time", json_object_get(place, "last_modified_time")));
}
