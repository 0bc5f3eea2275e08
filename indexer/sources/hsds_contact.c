/* Contacts, telephones, e-mail and web addresses of HSDS.  What a directory publishes of them is public. */
#include <string.h>

#include "base/utf8.h"
#include "indexer/sources/hsds_part.h"

/* ---- telephones ------------------------------------------------------------------------------------------------- */

static bool is_type(const json_t *phone, const char *type)
{
    const char *its = import_string(phone, "type");
    return its && strcmp(its, type) == 0;
}

/* The number as it is dialled; some stand in quotation marks of their own.  NULL for a fax and the like. */
static json_t *number_of(struct hsds *hsds, const char *path, const json_t *phone)
{
    const json_t *number = json_is_string(phone) ? phone : json_object_get(phone, "number");
    const json_t *extension = json_object_get(phone, "extension");
    const char *inner = hsds_id(hsds->notes->arena, extension);
    const char *text = json_string_value(number);
    char *copy = NULL;
    if (is_type(phone, "fax") || is_type(phone, "pager"))
        return NULL;
    if (text) {
        size_t begin = strspn(text, " \"'"), len = strlen(text + begin);
        while (len > 0 && strchr(" \"'", text[begin + len - 1]))
            len--;
        copy = arena_copy(hsds->notes->arena, text + begin, len);
        hsds->notes->failed = hsds->notes->failed || !copy;
    }
    if (copy && inner && strspn(inner, "0123456789 ") == strlen(inner) && strcmp(inner, "0") != 0)
        copy = arena_printf(hsds->notes->arena, "%s %s %s", copy, hsds_word(hsds, HSDS_EXTENSION), inner);
    json_t *clean = copy ? json_string(copy) : json_incref((json_t *)number);
    json_t *made = import_phone(hsds->notes, import_path(hsds->notes, "%s.number", path), clean);
    json_decref(clean);
    return made;
}

/* "tekstiviesti, numero aukioloaikana": what the number is for. */
static json_t *phone_title(struct hsds *hsds, const char *path, const json_t *phone)
{
    const char *kind = is_type(phone, "text")        ? hsds_word(hsds, HSDS_TEXT_MESSAGE)
                       : is_type(phone, "textphone") ? hsds_word(hsds, HSDS_TEXTPHONE)
                                                     : NULL;
    const char *const texts[] = {kind, import_string(phone, "description")};
    return hsds_joined(hsds, import_path(hsds->notes, "%s.description", path), texts, 2, ", ",
                       HSDS_LINE_CHARS);
}

/* Those from the index on, each number once. */
static void put_phones_from(struct hsds *hsds, const char *path, const json_t *phones, size_t from)
{
    const json_t *phone;
    size_t i;
    json_array_foreach(phones, i, phone) {
        if (i < from || i >= HSDS_ITEMS)
            continue;
        const char *its_path = import_path(hsds->notes, "%s[%zu]", path, i);
        json_t *number = number_of(hsds, its_path, phone);
        if (!number || import_item(hsds->record, "contact", "phone", json_string_value(number))) {
            json_decref(number);
            continue;
        }
        json_t *contact = json_object();
        import_put(contact, "title", phone_title(hsds, its_path, phone));
        import_put(contact, "phone", number);
        hsds_append(hsds, "contact", its_path, contact, HSDS_CONTACTS);
    }
}

void hsds_put_phones(struct hsds *hsds, const char *path, const json_t *phones)
{
    put_phones_from(hsds, path, phones, 0);
}

/* ---- people and offices ----------------------------------------------------------------------------------------- */

static void put_email(struct hsds *hsds, const char *path, const json_t *value)
{
    json_t *email = import_email(hsds->notes, path, value);
    if (email && !import_item(hsds->record, "contact", "email", json_string_value(email)))
        hsds_append(hsds, "contact", path, json_pack("{s:O}", "email", email), HSDS_CONTACTS);
    json_decref(email);
}

/* Some write several, divided by commas. */
void hsds_put_email(struct hsds *hsds, const char *path, const json_t *value)
{
    const char *text = json_string_value(value);
    if (!text || !strpbrk(text, ",;")) {
        put_email(hsds, path, value);
        return;
    }
    for (size_t at = 0, len; text[at]; at += len + (text[at + len] != '\0')) {
        len = strcspn(text + at, ",;");
        json_t *one = strspn(text + at, " ") < len ? json_stringn(text + at, len) : NULL;
        put_email(hsds, path, one);
        json_decref(one);
    }
}

/* The same contact may stand with a service and with each of its locations. */
static bool is_known(const struct hsds *hsds, const json_t *contact)
{
    const json_t *list = json_object_get(hsds->record, "contact"), *other;
    size_t i;
    json_array_foreach(list, i, other)
        if (json_equal(other, contact))
            return true;
    return false;
}

static void put_contact(struct hsds *hsds, const char *path, const json_t *contact)
{
    const char *const titles[] = {import_string(contact, "title"), import_string(contact, "department")};
    const json_t *phones = hsds_list(contact, "phones"), *phone;
    json_t *ours = json_object();
    size_t i, read = 0;
    import_put(ours, "name", hsds_line(hsds, import_path(hsds->notes, "%s.name", path),
                                       json_object_get(contact, "name"), HSDS_LINE_CHARS));
    import_put(ours, "title", hsds_joined(hsds, import_path(hsds->notes, "%s.title", path), titles, 2, ", ",
                                          HSDS_LINE_CHARS));
    import_put(ours, "email", import_email(hsds->notes, import_path(hsds->notes, "%s.email", path),
                                           json_object_get(contact, "email")));
    json_array_foreach(phones, i, phone) {
        if (json_object_get(ours, "phone"))
            break;
        read = i + 1;
        import_put(ours, "phone", number_of(hsds, import_path(hsds->notes, "%s.phones[%zu]", path, i), phone));
    }
    if (json_object_size(ours) > 0 && json_is_true(json_object_get(contact, HSDS_PRIVATE)))
        json_object_set_new(ours, "public", json_false());
    if (json_object_size(ours) > 0 && !is_known(hsds, ours))
        hsds_append(hsds, "contact", path, ours, HSDS_CONTACTS);
    else
        json_decref(ours);
    put_phones_from(hsds, import_path(hsds->notes, "%s.phones", path), phones, read);
}

void hsds_put_contacts(struct hsds *hsds, const char *path, const json_t *contacts)
{
    const json_t *contact;
    size_t i;
    json_array_foreach(contacts, i, contact)
        if (i < HSDS_ITEMS)
            put_contact(hsds, import_path(hsds->notes, "%s[%zu]", path, i), contact);
}

/* ---- the web ---------------------------------------------------------------------------------------------------- */

void hsds_put_link(struct hsds *hsds, const char *path, const json_t *url, const char *kind, const json_t *text)
{
    json_t *ours = import_url(hsds->notes, path, url);
    const char *words = json_is_string(text) ? json_string_value(text) : "";
    if (ours && !import_item(hsds->record, "links", "url", json_string_value(ours))) {
        json_t *link = json_pack("{s:s, s:O}", "kind", kind, "url", ours);
        bool is_short = utf8_count(words, strlen(words)) <= HSDS_LINE_CHARS; /* a sentence is no name of a link */
        import_put(link, "text", is_short ? hsds_line(hsds, path, text, HSDS_LINE_CHARS) : NULL);
        hsds_append(hsds, "links", path, link, HSDS_LINKS);
    }
    json_decref(ours);
}

void hsds_put_urls(struct hsds *hsds, const char *path, const json_t *urls)
{
    const json_t *item;
    size_t i;
    json_array_foreach(urls, i, item)
        hsds_put_link(hsds, import_path(hsds->notes, "%s[%zu].url", path, i), json_object_get(item, "url"), "info",
                      json_object_get(item, "label"));
}
