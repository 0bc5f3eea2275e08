/* Phones, e-mail addresses and web pages of PTV.  All that the open interface gives is published contact data. */
#include "indexer/sources/ptv_part.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_BYTES = 100 };

/* ---- phones ---------------------------------------------------------------------------------------------------- */

json_t *ptv_phone(struct ptv *ptv, const char *path, const json_t *phone)
{
    const char *number = import_string(phone, "number"), *prefix = import_string(phone, "prefixNumber");
    const char *type = import_string(phone, "type");
    char text[NUMBER_BYTES];
    if (!number || (type && strcmp(type, "Fax") == 0))
        return NULL;
    bool service = json_is_true(json_object_get(phone, "isFinnishServiceNumber"));
    const char *digits = number + strspn(number, " ");
    if (!prefix || service || digits[0] == '+') {
        snprintf(text, sizeof text, "%s", digits);
    } else { /* numbers are written without the zero of their area, but not by everybody */
        digits += digits[0] == '0';
        snprintf(text, sizeof text, "%s%s", strcmp(prefix, "+358") == 0 ? "0" : prefix, digits);
    }
    json_t *value = json_string(text);
    json_t *made = import_phone(ptv->notes, import_path(ptv->notes, "%s.number", path), value);
    json_decref(value);
    return made;
}

/* What a call costs, when it is not the ordinary price; constant. */
static const char *charge_words(const json_t *phone, const char *lang)
{
    const char *type = import_string(phone, "serviceChargeType");
    if (!type || (strcmp(type, "FreeOfCharge") != 0 && strcmp(type, "Free") != 0))
        return NULL;
    return strcmp(lang, "sv") == 0 ? "avgiftsfritt samtal" : strcmp(lang, "en") == 0 ? "free call" : "maksuton puhelu";
}

static const char *sms_words(const json_t *phone, const char *lang)
{
    const char *type = import_string(phone, "type");
    if (!type || strcmp(type, "Sms") != 0)
        return NULL;
    return strcmp(lang, "sv") == 0 ? "textmeddelande" : strcmp(lang, "en") == 0 ? "text message" : "tekstiviesti";
}

/* "Opintoasiainvastaava, maksuton puhelu": whose number it is and what it costs. */
static json_t *phone_title(struct ptv *ptv, const char *path, const json_t *phone, const char *lang)
{
    const char *const parts[] = {import_string(phone, "additionalInformation"), sms_words(phone, lang),
                                 charge_words(phone, lang), import_string(phone, "chargeDescription")};
    struct buf buf = BUF_INIT;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i]) {
            buf_adds(&buf, buf.len > 0 ? ", " : "");
            buf_adds(&buf, parts[i]);
        }
    json_t *text = buf.len > 0 && !buf.failed ? json_stringn(buf.data, buf.len) : NULL;
    json_t *title = import_text(ptv->notes, import_path(ptv->notes, "%s.additionalInformation", path), text,
                                TEXT_ONE_LINE, PTV_LINE_CHARS);
    json_decref(text);
    buf_release(&buf);
    return title;
}

/* The same number once, with its titles in several languages. */
void ptv_put_phones(struct ptv *ptv, const char *path, const json_t *phones)
{
    const json_t *phone;
    size_t i;
    json_array_foreach(phones, i, phone) {
        const char *its_path = import_path(ptv->notes, "%s[%zu]", path, i), *lang = import_string(phone, "language");
        json_t *number = ptv_phone(ptv, its_path, phone);
        if (!number)
            continue;
        lang = ptv_lang(lang);
        json_t *contact = import_item(ptv->record, "contact", "phone", json_string_value(number));
        if (!contact) {
            contact = json_pack("{s:O}", "phone", number);
            ptv_append(ptv, "contact", its_path, json_incref(contact), PTV_CONTACTS);
        } else {
            json_incref(contact);
        }
        json_t *titles = json_object_get(contact, "title");
        json_t *title = lang ? phone_title(ptv, its_path, phone, lang) : NULL;
        if (!titles && title)
            import_put(contact, "title", json_pack("{s:O}", lang, title));
        else if (titles && title && !json_object_get(titles, lang))
            import_put(titles, lang, json_incref(title));
        json_decref(title);
        json_decref(contact);
        json_decref(number);
    }
}

/* ---- e-mail ---------------------------------------------------------------------------------------------------- */

void ptv_put_emails(struct ptv *ptv, const char *path, const json_t *emails)
{
    const json_t *item;
    size_t i;
    json_array_foreach(emails, i, item) {
        const char *its_path = import_path(ptv->notes, "%s[%zu]", path, i);
        const char *lang = ptv_lang(import_string(item, "language"));
        json_t *email = import_email(ptv->notes, import_path(ptv->notes, "%s.value", its_path),
                                     json_object_get(item, "value"));
        if (!email || import_item(ptv->record, "contact", "email", json_string_value(email))) {
            json_decref(email);
            continue;
        }
        json_t *contact = json_object();
        json_t *title = import_text(ptv->notes, import_path(ptv->notes, "%s.description", its_path),
                                    json_object_get(item, "description"), TEXT_ONE_LINE, PTV_LINE_CHARS);
        import_put(contact, "title", title && lang ? json_pack("{s:O}", lang, title) : NULL);
        import_put(contact, "email", email);
        json_decref(title);
        ptv_append(ptv, "contact", its_path, contact, PTV_CONTACTS);
    }
}

/* ---- web pages ------------------------------------------------------------------------------------------------- */

/* {url, value, language}; attachments have {url, name, description}, forms {value: the address}. */
static void put_link(struct ptv *ptv, const char *path, const json_t *page, const char *kind)
{
    bool addressed = json_object_get(page, "url") != NULL;
    const char *lang = ptv_lang(import_string(page, "language"));
    const json_t *words = json_object_get(page, addressed ? "value" : "name");
    if (!words || json_is_null(words))
        words = json_object_get(page, "name");
    json_t *url = import_url(ptv->notes, import_path(ptv->notes, "%s.%s", path, addressed ? "url" : "value"),
                             json_object_get(page, addressed ? "url" : "value"));
    if (!url)
        return;
    json_t *text = import_text(ptv->notes, path, words, TEXT_ONE_LINE, PTV_LINE_CHARS);
    json_t *link = import_item(ptv->record, "links", "url", json_string_value(url));
    json_t *texts = json_object_get(link, "text");
    if (!link) {
        link = json_pack("{s:s, s:O}", "kind", kind, "url", url);
        import_put(link, "text", text && lang ? json_pack("{s:O}", lang, text) : NULL);
        ptv_append(ptv, "links", path, link, PTV_LINKS);
    } else if (texts && text && lang && !json_object_get(texts, lang)) {
        import_put(texts, lang, json_incref(text));
    }
    json_decref(text);
    json_decref(url);
}

void ptv_put_links(struct ptv *ptv, const char *path, const json_t *pages, const char *kind)
{
    const json_t *page;
    size_t i;
    json_array_foreach(pages, i, page)
        put_link(ptv, import_path(ptv->notes, "%s[%zu]", path, i), page, kind);
}

void ptv_put_contacts(struct ptv *ptv, const char *path, const json_t *object)
{
    static const char *const phones[] = {"phoneNumbers", "supportPhones"};
    static const char *const emails[] = {"emails", "supportEmails"};
    for (size_t i = 0; i < 2; i++)
        ptv_put_phones(ptv, import_path(ptv->notes, "%s%s", path, phones[i]), json_object_get(object, phones[i]));
    for (size_t i = 0; i < 2; i++)
        ptv_put_emails(ptv, import_path(ptv->notes, "%s%s", path, emails[i]), json_object_get(object, emails[i]));
    ptv_put_links(ptv, import_path(ptv->notes, "%swebPages", path), json_object_get(object, "webPages"), "info");
}
