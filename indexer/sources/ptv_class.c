/* Classes of PTV: target groups (KR…), life events (KE…), service classes (P…), ontology terms, keywords, languages.
 * What our vocabularies map goes to their codes; what they do not becomes a keyword, so that words still find it. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

#include "vocab/vocab.h"

enum { CODE_BYTES = 16 };

/* A class as PTV's answers have it, or as a list of general descriptions may say it shorter. */
struct ptv_class {
    const json_t *object;
    const char *path;
    char code[CODE_BYTES]; /* "KR1.2"; "" when it has none */
};

struct class_list {
    struct ptv_class items[PTV_CODES];
    size_t count;
};

/* ---- codes ----------------------------------------------------------------------------------------------------- */

static bool looks_like_code(const char *text)
{
    size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters > 0 && letters < 3 && text[letters] >= '0' && text[letters] <= '9' &&
           strspn(text + letters, "0123456789.") == strlen(text + letters) && strlen(text) < CODE_BYTES;
}

/* The code, else what stands behind the last slash of its new address, ".../code/KR1.2". */
static void read_code(struct ptv_class *item)
{
    const char *code = import_string(item->object, "code"), *uri = import_string(item->object, "newUri");
    if (!code && uri && strrchr(uri, '/'))
        code = strrchr(uri, '/') + 1;
    if (code && looks_like_code(code))
        strcpy(item->code, code);
}

static void collect(struct ptv *ptv, struct class_list *list, const json_t *array, const char *path)
{
    const json_t *object;
    size_t i;
    json_array_foreach(array, i, object) {
        if (list->count == PTV_CODES) {
            import_warn(ptv->notes, &(struct import_note){PROBLEM_TOO_BIG, path, NULL, NULL},
                        "has more than %d items; the rest is left out", PTV_CODES);
            return;
        }
        struct ptv_class *item = &list->items[list->count];
        *item = (struct ptv_class){.object = object, .path = import_path(ptv->notes, "%s[%zu]", path, i)};
        read_code(item);
        list->count += json_is_object(object);
    }
}

/* The object's own ones and those of its general description, under either spelling of the key. */
static void collect_all(struct ptv *ptv, struct class_list *list, const char *key, const char *short_key)
{
    list->count = 0;
    collect(ptv, list, json_object_get(ptv->object, key), key);
    const json_t *general = json_object_get(ptv->general, key);
    collect(ptv, list, general ? general : json_object_get(ptv->general, short_key),
            import_path(ptv->notes, "generalDescription.%s", general ? key : short_key));
}

/* KR1 beside KR1.2, or a code that stands in the list before. */
static bool needless(const struct class_list *list, size_t index)
{
    const char *code = list->items[index].code;
    size_t len = strlen(code);
    for (size_t i = 0; i < list->count && len > 0; i++) {
        const char *other = list->items[i].code;
        if (i != index && strncmp(other, code, len) == 0 && (other[len] == '.' || (i < index && other[len] == '\0')))
            return true;
    }
    return false;
}

/* ---- keywords -------------------------------------------------------------------------------------------------- */

void ptv_put_keyword(struct ptv *ptv, const char *path, json_t *texts, const char *uri)
{
    json_t *keyword = import_keyword(ptv->record, texts, uri);
    if (keyword)
        ptv_append(ptv, "keyword", path, keyword, PTV_KEYWORDS);
}

/* "name": [{language, value}], or {"fi": …} in the object itself. */
static json_t *class_name(struct ptv *ptv, const struct ptv_class *item)
{
    const json_t *names = json_object_get(item->object, "name");
    return ptv_localised(ptv, import_path(ptv->notes, "%s.name", item->path), names ? names : item->object, NULL,
                         TEXT_ONE_LINE, PTV_WORD_CHARS);
}

/* A concept's address, when it is one. */
static const char *class_uri(const struct ptv_class *item)
{
    const char *uri = import_string(item->object, "uri");
    return uri && (strncmp(uri, "http://", 7) == 0 || strncmp(uri, "https://", 8) == 0) && !strpbrk(uri, " \"<>\\")
               ? uri
               : NULL;
}

static void put_class_keyword(struct ptv *ptv, const struct ptv_class *item)
{
    ptv_put_keyword(ptv, item->path, class_name(ptv, item), class_uri(item));
}

/* ---- to our codes ---------------------------------------------------------------------------------------------- */

/* True when a code means something to our audiences or themes. */
static bool put_code(struct ptv *ptv, const char *code)
{
    bool audience = import_put_mapped(ptv->record, "audience", VOCAB_AUDIENCE, code);
    return import_put_mapped(ptv->record, "theme", VOCAB_THEME, code) || audience;
}

static void put_target_groups(struct ptv *ptv, struct class_list *list)
{
    collect_all(ptv, list, "targetGroups", "target_groups");
    for (size_t i = 0; i < list->count; i++) {
        const struct ptv_class *item = &list->items[i];
        if (!needless(list, i) && !put_code(ptv, item->code))
            put_class_keyword(ptv, item);
    }
}

static void put_life_events(struct ptv *ptv, struct class_list *list)
{
    collect_all(ptv, list, "lifeEvents", "life_events");
    for (size_t i = 0; i < list->count; i++) {
        const struct ptv_class *item = &list->items[i];
        if (needless(list, i))
            continue;
        bool known = vocab_find(VOCAB_LIFE_EVENT, item->code, strlen(item->code)) >= 0;
        if (known)
            import_put_label(ptv->record, "life_event", VOCAB_LIFE_EVENT, item->code);
        if (!put_code(ptv, item->code) && !known)
            put_class_keyword(ptv, item);
    }
}

/* A class that is not mapped may have a mapped parent: P10.3 is read as P10. */
static void put_service_classes(struct ptv *ptv, struct class_list *list)
{
    collect_all(ptv, list, "serviceClasses", "service_classes");
    for (size_t i = 0; i < list->count; i++) {
        struct ptv_class *item = &list->items[i];
        if (needless(list, i) || put_code(ptv, item->code))
            continue;
        put_class_keyword(ptv, item);
        char *point = strrchr(item->code, '.');
        if (point) {
            *point = '\0';
            put_code(ptv, item->code);
            *point = '.';
        }
    }
}

/* By a concept of YSO, ".../onto/yso/p6935"; KOKO has numbers of its own, so there the words must do. */
static void put_concept(struct ptv *ptv, const struct ptv_class *item, const json_t *name)
{
    const char *uri = class_uri(item), *yso = uri ? strstr(uri, "/onto/yso/p") : NULL;
    if (yso)
        put_code(ptv, import_path(ptv->notes, "yso:%s", yso + strlen("/onto/yso/")));
    for (int i = 0; i < RECORD_LANGS; i++) {
        const char *label = json_string_value(json_object_get(name, record_langs[i]));
        if (!label)
            continue;
        import_put_label(ptv->record, "audience", VOCAB_AUDIENCE, label);
        import_put_label(ptv->record, "theme", VOCAB_THEME, label);
        break; /* the other languages say the same, less surely */
    }
}

static void put_ontology_terms(struct ptv *ptv, struct class_list *list)
{
    collect_all(ptv, list, "ontologyTerms", "ontology_terms");
    for (size_t i = 0; i < list->count; i++) {
        json_t *name = class_name(ptv, &list->items[i]);
        put_concept(ptv, &list->items[i], name);
        ptv_put_keyword(ptv, list->items[i].path, name, class_uri(&list->items[i]));
    }
}

static void put_keywords(struct ptv *ptv)
{
    const json_t *list = json_object_get(ptv->object, "keywords"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *lang = ptv_lang(import_string(item, "language"));
        const char *path = import_path(ptv->notes, "keywords[%zu]", i);
        json_t *text = lang ? import_text(ptv->notes, path, json_object_get(item, "value"), TEXT_ONE_LINE,
                                          PTV_WORD_CHARS)
                            : NULL;
        if (text)
            ptv_put_keyword(ptv, path, json_pack("{s:o}", lang, text), NULL);
    }
}

void ptv_put_classes(struct ptv *ptv)
{
    struct class_list *list = arena_alloc(ptv->notes->arena, sizeof *list);
    if (!list) {
        ptv->notes->failed = true;
        return;
    }
    put_target_groups(ptv, list);
    put_life_events(ptv, list);
    put_service_classes(ptv, list);
    put_keywords(ptv);
    put_ontology_terms(ptv, list);
}

/* ---- languages ------------------------------------------------------------------------------------------------- */

void ptv_put_languages(struct ptv *ptv, const json_t *list)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *code = json_string_value(item), *path = import_path(ptv->notes, "languages[%zu]", i);
        if (json_array_size(json_object_get(ptv->record, "languages")) == PTV_LANGUAGES)
            break;
        if (code && *code && !import_put_label(ptv->record, "languages", VOCAB_LANGUAGE, code))
            import_warn(ptv->notes, &(struct import_note){PROBLEM_CODE, path, item, "write a code of ISO 639-1"},
                        "is no language that is known; it is left out");
    }
}
