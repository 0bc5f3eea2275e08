/* Texts of PTV: lists of {language, value, type}. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

#include "indexer/sources/draft.h"

enum { ENOUGH_BYTES = 4 * PTV_BODY_CHARS }; /* of a body, which is cut then */

const char *ptv_lang(const char *code)
{
    for (int i = 0; code && i < RECORD_LANGS; i++) {
        size_t len = strlen(record_langs[i]);
        if (strncmp(code, record_langs[i], len) == 0 && (code[len] == '\0' || code[len] == '-' || code[len] == '_'))
            return record_langs[i];
    }
    return NULL;
}

static bool of_type(const json_t *item, const char *type)
{
    const char *own = json_string_value(json_object_get(item, "type"));
    return !type || (own && strcmp(own, type) == 0);
}

static json_t *plain_text(struct ptv *ptv, const char *path, const json_t *value, enum text_shape shape, size_t most)
{
    json_t *plain = draft_plain(value);
    json_t *text = import_text(ptv->notes, path, plain, shape, most);
    json_decref(plain);
    return text;
}

static json_t *or_nothing(json_t *texts)
{
    if (json_object_size(texts) > 0)
        return texts;
    json_decref(texts);
    return NULL;
}

static json_t *from_object(struct ptv *ptv, const char *path, const json_t *object, enum text_shape shape, size_t most)
{
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++)
        import_put(texts, record_langs[i],
                   plain_text(ptv, import_path(ptv->notes, "%s.%s", path, record_langs[i]),
                              json_object_get(object, record_langs[i]), shape, most));
    return or_nothing(texts);
}

json_t *ptv_localised(struct ptv *ptv, const char *path, const json_t *list, const char *type, enum text_shape shape,
                      size_t most)
{
    const json_t *item;
    size_t i;
    if (json_is_object(list))
        return from_object(ptv, path, list, shape, most);
    json_t *texts = json_object();
    if (json_is_string(list))
        import_put(texts, "fi", plain_text(ptv, path, list, shape, most));
    json_array_foreach(list, i, item) {
        const char *lang = ptv_lang(json_string_value(json_object_get(item, "language")));
        if (lang && of_type(item, type) && !json_object_get(texts, lang))
            import_put(texts, lang,
                       plain_text(ptv, import_path(ptv->notes, "%s[%zu].value", path, i),
                                  json_object_get(item, "value"), shape, most));
    }
    return or_nothing(texts);
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

/* The type of name that is shown in a language. */
static const char *shown_type(const json_t *display, const char *lang)
{
    const json_t *item;
    size_t i;
    json_array_foreach(display, i, item) {
        const char *its = ptv_lang(json_string_value(json_object_get(item, "language")));
        const char *type = json_string_value(json_object_get(item, "type"));
        if (its && type && strcmp(its, lang) == 0)
            return type;
    }
    return "Name";
}

/* Says which other names there are: words people look for. */
static void put_other_name(struct ptv *ptv, const char *path, const char *lang, const json_t *name, const char *title)
{
    const char *other = json_string_value(name);
    if (other && strcmp(other, title) != 0)
        ptv_put_keyword(ptv, path, json_pack("{s:s}", lang, other), NULL);
}

static bool put_title(struct ptv *ptv, const char *path, const char *lang, const char *type, const json_t *names,
                      const json_t *others)
{
    const json_t *name = json_object_get(names, lang), *other = json_object_get(others, lang);
    bool turned = strcmp(type, "AlternativeName") == 0 || strcmp(type, "AlternateName") == 0;
    const json_t *title = turned && other ? other : name ? name : other;
    if (!title)
        return false;
    import_put_text(ptv->record, lang, "title", json_incref((json_t *)title));
    put_other_name(ptv, path, lang, title == name ? other : name, json_string_value(title));
    return true;
}

/* The first name in whatever language it is. */
static bool put_foreign_title(struct ptv *ptv, const char *path, const json_t *names)
{
    const json_t *item;
    size_t i;
    json_array_foreach(names, i, item) {
        json_t *title = plain_text(ptv, path, json_object_get(item, "value"), TEXT_ONE_LINE, PTV_LINE_CHARS);
        if (!title)
            continue;
        import_warn(ptv->notes,
                    &(struct import_note){PROBLEM_NOTE, import_path(ptv->notes, "%s[%zu].language", path, i),
                                          json_object_get(item, "language"),
                                          "add a name in Finnish, Swedish or English"},
                    "is the language of its only name, which is taken for a Finnish one");
        import_put_text(ptv->record, "fi", "title", title);
        return true;
    }
    return false;
}

void ptv_put_names(struct ptv *ptv, const char *path, const json_t *names, const json_t *display)
{
    json_t *plain = ptv_localised(ptv, path, names, "Name", TEXT_ONE_LINE, PTV_LINE_CHARS);
    json_t *other = ptv_localised(ptv, path, names, "AlternativeName", TEXT_ONE_LINE, PTV_LINE_CHARS);
    if (!other && json_is_array(names))
        other = ptv_localised(ptv, path, names, "AlternateName", TEXT_ONE_LINE, PTV_LINE_CHARS);
    if (!plain && !other)
        plain = ptv_localised(ptv, path, names, NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    bool any = false;
    for (int i = 0; i < RECORD_LANGS; i++)
        any = put_title(ptv, path, record_langs[i], shown_type(display, record_langs[i]), plain, other) || any;
    if (!any)
        put_foreign_title(ptv, path, names);
    import_origin(ptv->notes, "texts", path);
    json_decref(plain);
    json_decref(other);
}

/* ---- summaries ------------------------------------------------------------------------------------------------- */

static bool has_title(const struct ptv *ptv, const char *lang)
{
    return json_object_get(json_object_get(json_object_get(ptv->record, "texts"), lang), "title") != NULL;
}

static void put_summaries(struct ptv *ptv, json_t *texts)
{
    for (int i = 0; i < RECORD_LANGS; i++) {
        const json_t *text = json_object_get(texts, record_langs[i]);
        const json_t *known = json_object_get(json_object_get(ptv->record, "texts"), record_langs[i]);
        if (text && has_title(ptv, record_langs[i]) && !json_object_get(known, "summary"))
            import_put_text(ptv->record, record_langs[i], "summary", json_incref((json_t *)text));
    }
    json_decref(texts);
}

void ptv_put_summary(struct ptv *ptv, const char *path, const json_t *descriptions)
{
    static const char *const types[] = {"Summary", "ShortDescription", "GD_Summary"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        put_summaries(ptv, ptv_localised(ptv, path, descriptions, types[i], TEXT_ONE_LINE, PTV_NOTE_CHARS));
    const json_t *general = json_object_get(ptv->general, "descriptions");
    if (json_is_array(general))
        put_summaries(ptv, ptv_localised(ptv, "generalDescription.descriptions", general, "Summary", TEXT_ONE_LINE,
                                         PTV_NOTE_CHARS));
    put_summaries(ptv, ptv_localised(ptv, "generalDescription.summary", json_object_get(ptv->general, "summary"), NULL,
                                     TEXT_ONE_LINE, PTV_NOTE_CHARS));
}

/* ---- bodies ---------------------------------------------------------------------------------------------------- */

static const char *const headings[PTV_HEADINGS][RECORD_LANGS] = {
    [PTV_INSTRUCTION] = {"Toimi näin", "Gör så här", "What to do"},
    [PTV_REQUIREMENTS] = {"Ehdot ja kriteerit", "Villkor och kriterier", "Terms and criteria"},
    [PTV_DEADLINE] = {"Määräaika", "Tidsfrist", "Time limit"},
    [PTV_PROCESSING] = {"Käsittelyaika", "Handläggningstid", "Processing time"},
    [PTV_VALIDITY] = {"Voimassaoloaika", "Giltighetstid", "Period of validity"},
    [PTV_VOUCHER] = {"Palveluseteli", "Servicesedel", "Service voucher"},
    [PTV_WAYS] = {"Asiointikanavat", "Servicekanaler", "Service channels"},
    [PTV_SERVICES] = {"Palvelut", "Tjänster", "Services"},
    [PTV_ACCESS] = {"Esteettömyys", "Tillgänglighet", "Accessibility"},
};

void ptv_body_part(struct ptv_body *body)
{
    for (int i = 0; i < RECORD_LANGS; i++)
        body->part[i] = body->text[i].len;
}

void ptv_body_add(struct ptv_body *body, enum ptv_heading heading, json_t *texts)
{
    for (int i = 0; i < RECORD_LANGS; i++) {
        struct buf *buf = &body->text[i];
        const char *text = json_string_value(json_object_get(texts, record_langs[i]));
        if (!text || buf->len > ENOUGH_BYTES || strstr(buf_str(buf) + body->part[i], text))
            continue;
        if (buf->len > 0)
            buf_adds(buf, "\n\n");
        if (body->part[i] == buf->len - (buf->len > 0 ? 2 : 0) && headings[heading][i])
            buf_addf(buf, "%s\n", headings[heading][i]);
        buf_adds(buf, text);
    }
    json_decref(texts);
}

void ptv_body_put(struct ptv *ptv, struct ptv_body *body, const char *path)
{
    for (int i = 0; i < RECORD_LANGS; i++) {
        struct buf *buf = &body->text[i];
        if (buf->failed)
            ptv->notes->failed = true;
        else if (buf->len > 0 && has_title(ptv, record_langs[i])) {
            json_t *text = json_stringn(buf->data, buf->len);
            import_put_text(ptv->record, record_langs[i], "body",
                            import_text(ptv->notes, path, text, TEXT_PARAGRAPHS, PTV_BODY_CHARS));
            json_decref(text);
        }
        buf_release(buf);
    }
}
