/* Attributes of HSDS: terms of any taxonomy.  What our vocabularies map goes to their codes, by address, code or name;
 * each term stays a keyword too, so that its words find the record. */
#include <string.h>

#include "indexer/sources/hsds_part.h"
#include "vocab/vocab.h"

enum { CODE_BYTES = 40, PARENTS_MOST = 5 };

/* ---- keywords --------------------------------------------------------------------------------------------------- */

void hsds_put_keyword(struct hsds *hsds, const char *path, json_t *texts, const char *uri)
{
    json_t *keyword = import_keyword(hsds->record, texts, uri);
    if (keyword)
        hsds_append(hsds, "keyword", path, keyword, HSDS_KEYWORDS);
}

void hsds_put_alternate(struct hsds *hsds)
{
    const json_t *name = json_object_get(hsds->object, "alternate_name");
    hsds_put_keyword(hsds, "alternate_name", hsds_line(hsds, "alternate_name", name, HSDS_WORD_CHARS), NULL);
}

/* A concept's address, when it is one. */
static const char *uri_of(const json_t *term)
{
    const char *uri = import_string(term, "term_uri");
    return uri && (strncmp(uri, "http://", 7) == 0 || strncmp(uri, "https://", 8) == 0) && !strpbrk(uri, " \"<>\\") &&
                   strlen(uri) < 2000
               ? uri
               : NULL;
}

/* {"fi": "Vertaistuki"}, in the language that the term says, else in that of the object. */
static json_t *name_of(struct hsds *hsds, const char *path, const json_t *term)
{
    static const char *const langs[RECORD_LANGS][3] = {
        [RECORD_FI] = {"fi", "fin", NULL}, [RECORD_SV] = {"sv", "swe", NULL}, [RECORD_EN] = {"en", "eng", NULL}};
    const char *code = import_string(term, "language");
    json_t *name = import_text(hsds->notes, import_path(hsds->notes, "%s.name", path), json_object_get(term, "name"),
                               TEXT_ONE_LINE, HSDS_WORD_CHARS);
    for (int lang = 0; code && name && lang < RECORD_LANGS; lang++)
        for (int i = 0; langs[lang][i]; i++)
            if (strncmp(code, langs[lang][i], strlen(langs[lang][i])) == 0 &&
                (strlen(code) == strlen(langs[lang][i]) || strchr("-_", code[strlen(langs[lang][i])])))
                return json_pack("{s:o}", record_langs[lang], name);
    return hsds_in_lang(hsds, name);
}

/* ---- to our codes ----------------------------------------------------------------------------------------------- */

static const struct {
    const char *field;
    enum vocab_name vocab;
} lists[] = {{"audience", VOCAB_AUDIENCE}, {"theme", VOCAB_THEME},           {"form", VOCAB_FORM},
             {"threshold", VOCAB_THRESHOLD}, {"life_event", VOCAB_LIFE_EVENT}};

/* "KR1.2", "yso:p2433": what other systems' codes mean to us. */
static bool put_external(struct hsds *hsds, const char *code)
{
    bool found = vocab_find(VOCAB_LIFE_EVENT, code, strlen(code)) >= 0 &&
                 import_put_label(hsds->record, "life_event", VOCAB_LIFE_EVENT, code);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        found = import_put_mapped(hsds->record, lists[i].field, lists[i].vocab, code) || found;
    return found;
}

/* ".../onto/yso/p6935" -> "yso:p6935", ".../code/KR1.2" -> "KR1.2"; false when it is neither. */
static bool code_of_uri(const char *uri, char code[CODE_BYTES])
{
    const char *yso = strstr(uri, "/onto/yso/p"), *last = strrchr(uri, '/');
    const char *from = yso ? yso + strlen("/onto/yso/") : last ? last + 1 : uri;
    size_t len = strcspn(from, "/?#");
    if (len == 0 || len + 5 > CODE_BYTES || from[len])
        return false;
    memcpy(code, yso ? "yso:" : "", yso ? 4 : 0);
    memcpy(code + (yso ? 4 : 0), from, len);
    code[len + (yso ? 4 : 0)] = '\0';
    return true;
}

/* A class of PTV that is not mapped itself is read as the one above it: P10.3 as P10. */
static bool put_code(struct hsds *hsds, const char *code)
{
    char copy[CODE_BYTES];
    if (strlen(code) >= CODE_BYTES)
        return false;
    strcpy(copy, code);
    bool found = put_external(hsds, copy);
    char *point = strrchr(copy, '.');
    if (found || !point || strchr(copy, ':') || strchr(copy, '/'))
        return found;
    *point = '\0';
    return put_external(hsds, copy);
}

static bool put_label(struct hsds *hsds, const char *label, json_t *place)
{
    if (place && import_put_label(place, "accessibility", VOCAB_ACCESSIBILITY, label))
        return true;
    bool found = false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        found = import_put_label(hsds->record, lists[i].field, lists[i].vocab, label) || found;
    return found;
}

static bool put_meaning(struct hsds *hsds, const json_t *term, json_t *place)
{
    char code[CODE_BYTES];
    const char *uri = uri_of(term), *own = import_string(term, "code"), *name = import_string(term, "name");
    bool found = uri && code_of_uri(uri, code) && put_code(hsds, code);
    found = (own && put_code(hsds, own)) || found;
    return (!found && name && put_label(hsds, name, place)) || found;
}

/* What a term above the term means, in a taxonomy whose terms are at hand. */
static void put_meaning_above(struct hsds *hsds, const json_t *term)
{
    const char *above = hsds_id(hsds->notes->arena, json_object_get(term, "parent_id"));
    bool found = false;
    for (int i = 0; above && !found && i < PARENTS_MOST; i++) {
        json_t *parent = import_lookup_get(hsds->lookup, HSDS_SET_TERM, above, 0);
        found = parent && put_meaning(hsds, parent, NULL);
        above = hsds_id(hsds->notes->arena, json_object_get(parent, "parent_id"));
        json_decref(parent);
    }
}

void hsds_put_attributes(struct hsds *hsds, const char *path, const json_t *attributes, json_t *place)
{
    const json_t *attribute;
    size_t i;
    json_array_foreach(attributes, i, attribute) {
        const char *its_path = import_path(hsds->notes, "%s[%zu].", path, i);
        if (i >= HSDS_ITEMS)
            break;
        json_t *term = hsds_resolve(hsds, its_path, attribute, HSDS_TAXONOMY_TERM);
        its_path = import_path(hsds->notes, "%staxonomy_term", its_path);
        if (!put_meaning(hsds, term, place))
            put_meaning_above(hsds, term);
        hsds_put_keyword(hsds, its_path, name_of(hsds, its_path, term), uri_of(term));
        json_decref(term);
    }
    for (size_t field = 0; field < sizeof lists / sizeof *lists; field++)
        import_origin(hsds->notes, lists[field].field, path);
}

/* "Vanhukset; omaishoitajat": only when each part is a name of ours; a sentence may say for whom it is not. */
void hsds_put_eligibility(struct hsds *hsds, const json_t *value)
{
    const char *text = json_string_value(value);
    uint16_t ordinal;
    for (int round = 0; text && round < 2; round++)
        for (size_t at = 0, len; text[at]; at += len + (text[at + len] != '\0')) {
            len = strcspn(text + at, ",;|");
            if (strspn(text + at, " .") >= len)
                continue;
            if (!normalise_code(VOCAB_AUDIENCE, text + at, len, &ordinal))
                return;
            if (round == 1)
                import_put_label(hsds->record, "audience", VOCAB_AUDIENCE, vocab_entry(VOCAB_AUDIENCE, ordinal)->code);
        }
}

/* ---- languages -------------------------------------------------------------------------------------------------- */

/* Three letters of ISO 639-2 and 639-3 for languages that we know by two. */
static const char *two_letters(const char *code)
{
    static const char *const pairs[][2] = {
        {"fin", "fi"}, {"swe", "sv"}, {"eng", "en"}, {"rus", "ru"}, {"est", "et"}, {"ekk", "et"}, {"ukr", "uk"},
        {"ara", "ar"}, {"arb", "ar"}, {"som", "so"}, {"fas", "fa"}, {"per", "fa"}, {"pes", "fa"}, {"kur", "ku"},
        {"zho", "zh"}, {"chi", "zh"}, {"cmn", "zh"}, {"sqi", "sq"}, {"alb", "sq"}, {"vie", "vi"}, {"spa", "es"},
        {"tha", "th"}, {"tur", "tr"}, {"ben", "bn"}, {"nep", "ne"}, {"tgl", "tl"}, {"hin", "hi"}, {"tir", "ti"},
        {"deu", "de"}, {"ger", "de"}, {"fra", "fr"}, {"fre", "fr"}, {"pol", "pl"}, {"urd", "ur"}, {"ron", "ro"},
        {"rum", "ro"}, {"por", "pt"}, {"sme", "se"}, {"tat", "tt"}, {"amh", "am"}, {"hye", "hy"}, {"aze", "az"},
        {"bel", "be"}, {"bos", "bs"}, {"bul", "bg"}, {"mya", "my"}, {"kat", "ka"}, {"ell", "el"}, {"gre", "el"},
        {"nld", "nl"}, {"dut", "nl"}, {"heb", "he"}, {"ind", "id"}, {"isl", "is"}, {"ita", "it"}, {"jpn", "ja"},
        {"kaz", "kk"}, {"khm", "km"}, {"kor", "ko"}, {"hrv", "hr"}, {"lav", "lv"}, {"lit", "lt"}, {"mkd", "mk"},
        {"msa", "ms"}, {"nor", "no"}, {"nob", "no"}, {"pus", "ps"}, {"srp", "sr"}, {"slk", "sk"}, {"slv", "sl"},
        {"swa", "sw"}, {"tam", "ta"}, {"dan", "da"}, {"ces", "cs"}, {"cze", "cs"}, {"hun", "hu"}, {"uzb", "uz"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], code) == 0)
            return pairs[i][1];
    return NULL;
}

void hsds_put_languages(struct hsds *hsds, const char *path, const json_t *languages)
{
    const json_t *item;
    size_t i;
    json_array_foreach(languages, i, item) {
        const char *code = json_is_string(item) ? json_string_value(item) : import_string(item, "code");
        const char *name = import_string(item, "name");
        const char *two = code ? two_letters(code) : NULL;
        if (json_array_size(json_object_get(hsds->record, "languages")) >= HSDS_LANGUAGES)
            break;
        bool found = (two && import_put_label(hsds->record, "languages", VOCAB_LANGUAGE, two)) ||
                     (code && import_put_label(hsds->record, "languages", VOCAB_LANGUAGE, code)) ||
                     (name && import_put_label(hsds->record, "languages", VOCAB_LANGUAGE, name));
        if (!found && (code || name))
            import_warn(hsds->notes,
                        &(struct import_note){PROBLEM_CODE,
                                              import_path(hsds->notes, "%s[%zu].%s", path, i, code ? "code" : "name"),
                                              json_is_string(item) ? item
                                                                   : json_object_get(item, code ? "code" : "name"),
                                              "write a code of ISO 639-1 or 639-3"},
                        "is no language that is known; it is left out");
    }
    import_origin(hsds->notes, "languages", path);
}
