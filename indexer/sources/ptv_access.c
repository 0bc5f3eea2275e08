/* Accessibility sentences of PTV's entrances: whole as text, and as our codes where a sentence states one for sure.
 * The sentences come from one national form (Helsinki's accessibility register), in three languages of one meaning; the
 * words below are of its Finnish, else of its English, else of its Swedish. */
#include "indexer/sources/ptv_part.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "vocab/vocab.h"

enum { STATEMENT_BYTES = 2000, PATTERN_WORDS = 2 };

/* A statement that has all the words, and none that denies, means the code. */
static const struct {
    const char *code;
    int lang;
    const char *words[PATTERN_WORDS];
} patterns[] = {
    {"accessible-toilet", RECORD_FI, {"esteet", "wc"}},
    {"accessible-toilet", RECORD_FI, {"inva-wc", NULL}},
    {"accessible-toilet", RECORD_FI, {"liikkumisesteis", "wc"}},
    {"accessible-toilet", RECORD_SV, {"tillgänglig", "toalett"}},
    {"accessible-toilet", RECORD_SV, {"rörelsehindrade", "toalett"}},
    {"accessible-toilet", RECORD_EN, {"accessible", "toilet"}},
    {"accessible-parking", RECORD_FI, {"liikkumisesteis", "autopai"}},
    {"accessible-parking", RECORD_FI, {"liikkumisesteis", "pysäköintipai"}},
    {"accessible-parking", RECORD_FI, {"esteet", "pysäköintipai"}},
    {"accessible-parking", RECORD_SV, {"rörelsehindrade", "bilplats"}},
    {"accessible-parking", RECORD_SV, {"rörelsehindrade", "parkering"}},
    {"accessible-parking", RECORD_EN, {"accessible", "parking"}},
    {"induction-loop", RECORD_FI, {"induktiosilmuk", NULL}},
    {"induction-loop", RECORD_SV, {"induktionsslinga", NULL}},
    {"induction-loop", RECORD_SV, {"hörslinga", NULL}},
    {"induction-loop", RECORD_EN, {"induction loop", NULL}},
    {"lift", RECORD_FI, {"hissi", NULL}},
    {"lift", RECORD_SV, {"hiss", NULL}},
    {"lift", RECORD_EN, {" lift ", NULL}},
    {"lift", RECORD_EN, {" lifts ", NULL}},
    {"lift", RECORD_EN, {"elevator", NULL}},
    {"wheelchair", RECORD_FI, {"pyörätuolilla", "pääsee"}},
    {"wheelchair", RECORD_FI, {"esteetön sisäänkäyn", NULL}},
    {"wheelchair", RECORD_EN, {"wheelchair accessible", NULL}},
    {"guide-dog", RECORD_FI, {"opaskoir", "tervetul"}},
    {"guide-dog", RECORD_FI, {"opaskoir", "saa"}},
    {"guide-dog", RECORD_EN, {"guide dog", NULL}},
    {"sign-interpreting", RECORD_FI, {"viittomakiel", "tulk"}},
    {"sign-interpreting", RECORD_SV, {"teckenspråk", "tolk"}},
    {"sign-interpreting", RECORD_EN, {"sign language", "interpret"}},
};

/* Between blanks, in small letters. */
static const char *const denials[RECORD_LANGS][8] = {
    [RECORD_FI] = {" ei ", " eivät ", " eikä ", " puuttuu ", " ilman ", " vain henkilökunnan ", NULL},
    [RECORD_SV] = {" inte ", " ingen ", " inga ", " inget ", " saknas ", " utan ", NULL},
    [RECORD_EN] = {" no ", " not ", " without ", " isn't ", " aren't ", " lacks ", NULL},
};

static bool all_words(const char *statement, const char *const words[PATTERN_WORDS])
{
    for (int i = 0; i < PATTERN_WORDS && words[i]; i++)
        if (!strstr(statement, words[i]))
            return false;
    return true;
}

static bool denied(const char *statement, int lang)
{
    for (int i = 0; denials[lang][i]; i++)
        if (strstr(statement, denials[lang][i]))
            return true;
    return false;
}

static void match_statement(json_t *place, const char *statement, int lang)
{
    if (denied(statement, lang))
        return;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (patterns[i].lang == lang && all_words(statement, patterns[i].words))
            import_put_label(place, "accessibility", VOCAB_ACCESSIBILITY, patterns[i].code);
}

/* Small letters, blanks for punctuation and at both ends; of Ä, Ö and Å too. */
static void fold(const char *text, size_t len, char out[STATEMENT_BYTES])
{
    size_t used = 0, step;
    out[used++] = ' ';
    for (size_t at = 0; at < len && used + 6 < STATEMENT_BYTES; at += step) {
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if ((c >= 'A' && c <= 'Z') || c == 0xC4 || c == 0xC5 || c == 0xD6)
            c += 32;
        used += utf8_encode(c < 0x80 && strchr(",;:()", (int)c) ? ' ' : c, out + used);
    }
    out[used++] = ' ';
    out[used] = '\0';
}

/* A sentence of the form may be several: "Ovi on raskas. Tilassa on hissi." */
static void match_sentence(json_t *place, const char *text, int lang)
{
    char statement[STATEMENT_BYTES];
    while (*text) {
        const char *end = strstr(text, ". ");
        size_t len = end ? (size_t)(end - text) : strlen(text);
        if (!end && len > 0 && text[len - 1] == '.')
            len--;
        fold(text, len, statement);
        match_statement(place, statement, lang);
        text = end ? end + 2 : text + strlen(text);
    }
}

static const char *text_in(const json_t *list, const char *lang)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *its = ptv_lang(import_string(item, "language"));
        if (its && strcmp(its, lang) == 0)
            return import_string(item, "value");
    }
    return NULL;
}

/* A new list of the sentences of an entrance: what stands in "sentence". */
static json_t *sentences_of(const json_t *entrance)
{
    const json_t *groups = json_object_get(entrance, "accessibilitySentences"), *group, *item;
    json_t *all = json_array();
    size_t i, k;
    json_array_foreach(groups, i, group) {
        const json_t *sentences = json_object_get(group, "sentences");
        json_array_foreach(sentences, k, item)
            json_array_append(all, json_object_get(item, "sentence"));
    }
    return all;
}

void ptv_put_access(struct ptv *ptv, json_t *place, const json_t *entrances)
{
    const json_t *entrance, *sentence;
    size_t i, k;
    (void)ptv;
    json_array_foreach(entrances, i, entrance) {
        json_t *sentences = sentences_of(entrance);
        json_array_foreach(sentences, k, sentence) {
            static const int order[RECORD_LANGS] = {RECORD_FI, RECORD_EN, RECORD_SV};
            const char *text = NULL;
            for (int n = 0; n < RECORD_LANGS && !text; n++)
                if ((text = text_in(sentence, record_langs[order[n]])))
                    match_sentence(place, text, order[n]);
        }
        json_decref(sentences);
    }
}

/* ---- as text --------------------------------------------------------------------------------------------------- */

/* "Pääsisäänkäynti: …. …." in each language; a new reference. */
static json_t *group_text(struct ptv *ptv, const char *path, const json_t *group)
{
    const json_t *sentences = json_object_get(group, "sentences"), *item;
    json_t *texts = json_object();
    size_t k;
    for (int i = 0; i < RECORD_LANGS; i++) {
        struct buf buf = BUF_INIT;
        const char *name = text_in(json_object_get(group, "sentenceGroup"), record_langs[i]);
        json_array_foreach(sentences, k, item) {
            const char *text = text_in(json_object_get(item, "sentence"), record_langs[i]);
            if (text && buf.len == 0 && name)
                buf_addf(&buf, "%s: ", name);
            else if (text && buf.len > 0)
                buf_addc(&buf, ' ');
            buf_adds(&buf, text ? text : "");
        }
        json_t *text = buf.len > 0 && !buf.failed ? json_stringn(buf.data, buf.len) : NULL;
        import_put(texts, record_langs[i], import_text(ptv->notes, path, text, TEXT_ONE_LINE, PTV_BODY_CHARS));
        json_decref(text);
        buf_release(&buf);
    }
    return texts;
}

void ptv_body_access(struct ptv *ptv, struct ptv_body *body, const char *path, const json_t *addresses)
{
    const json_t *address, *entrance, *group;
    size_t a, e, g;
    json_array_foreach(addresses, a, address) {
        const json_t *entrances = json_object_get(address, "entrances");
        json_array_foreach(entrances, e, entrance) {
            const json_t *groups = json_object_get(entrance, "accessibilitySentences");
            const char *its_path = import_path(ptv->notes, "%s[%zu].entrances[%zu].accessibilitySentences", path, a, e);
            json_array_foreach(groups, g, group)
                ptv_body_add(body, PTV_ACCESS, group_text(ptv, its_path, group));
        }
    }
}
