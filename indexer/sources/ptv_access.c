/* Accessibility sentences of PTV's entrances: whole as text, and as our codes where a sentence states one for sure.
 * The sentences come from one national form (Helsinki's accessibility register), in three languages of one meaning:
 * the Finnish one is read, else the English, else the Swedish. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

#include "indexer/sources/import_access.h"

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
                    import_put_access(place, text, order[n]);
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
