#include "searchd/labels.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>

#include "base/buf.h"

struct label {
    char *json;
    uint32_t len, value_len; /* the value stands first */
    uint16_t rank;
};

struct labels {
    struct label *of[VOCAB_COUNT][UI_LANG_COUNT]; /* by ordinal */
    uint16_t *order[VOCAB_COUNT][UI_LANG_COUNT];  /* ordinals, by name */
};

const char *area_type_name(enum area_type type)
{
    static const char *const names[AREA_TYPE_COUNT] = {"nationwide", "online", "wellbeing", "region", "municipality"};
    return names[type];
}

static enum status make_json(struct label *label, enum vocab_name vocab, size_t ordinal, int lang, struct err *err)
{
    const struct vocab_entry *entry = vocab_entry(vocab, ordinal);
    struct buf out = BUF_INIT;
    buf_adds(&out, "\"value\":");
    buf_add_json(&out, entry->code, strlen(entry->code));
    label->value_len = (uint32_t)out.len;
    buf_adds(&out, ",\"label\":");
    buf_add_json(&out, entry->label[lang], strlen(entry->label[lang]));
    if (vocab == VOCAB_AREA)
        buf_addf(&out, ",\"type\":\"%s\"", area_type_name(area_at(ordinal)->type));
    label->json = out.data; /* taken over */
    label->len = (uint32_t)out.len;
    enum status status = buf_ok(&out, err);
    return status;
}

struct ordering {
    UCollator *collator;
    enum vocab_name vocab;
    int lang;
};

static int compare_labels(const void *a, const void *b, void *context)
{
    const struct ordering *o = context;
    UErrorCode failed = U_ZERO_ERROR;
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    int order = ucol_strcollUTF8(o->collator, vocab_entry(o->vocab, x)->label[o->lang], -1,
                                 vocab_entry(o->vocab, y)->label[o->lang], -1, &failed);
    return order ? order : x - y;
}

static enum status rank(struct label *labels, struct ordering *o, uint16_t **ordered, struct err *err)
{
    size_t count = vocab_size(o->vocab);
    uint16_t *order = *ordered = calloc(count + 1, sizeof *order);
    if (!order)
        return err_set(err, STATUS_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        order[i] = (uint16_t)i;
    qsort_r(order, count, sizeof *order, compare_labels, o);
    for (size_t i = 0; i < count; i++)
        labels[order[i]].rank = (uint16_t)i;
    return STATUS_OK;
}

static enum status fill(struct labels *labels, UCollator *collator, struct err *err)
{
    for (int v = 0; v < VOCAB_COUNT; v++) {
        for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
            struct ordering ordering = {collator, (enum vocab_name)v, lang};
            struct label *list = calloc(vocab_size((enum vocab_name)v) + 1, sizeof *list);
            if (!list)
                return err_set(err, STATUS_NOMEM, "out of memory");
            labels->of[v][lang] = list;
            for (size_t i = 0; i < vocab_size((enum vocab_name)v); i++)
                TRY(make_json(&list[i], (enum vocab_name)v, i, lang, err));
            TRY(rank(list, &ordering, &labels->order[v][lang], err));
        }
    }
    return STATUS_OK;
}

enum status labels_new(struct labels **labels, struct err *err)
{
    UErrorCode failed = U_ZERO_ERROR;
    struct labels *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(err, STATUS_NOMEM, "out of memory");
    UCollator *collator = ucol_open("fi_FI", &failed);
    enum status status = U_FAILURE(failed) ? err_set(err, STATUS_INTERNAL, "ICU: %s", u_errorName(failed))
                                           : fill(l, collator, err);
    if (collator)
        ucol_close(collator);
    if (status != STATUS_OK) {
        labels_free(l);
        return status;
    }
    *labels = l;
    return STATUS_OK;
}

void labels_free(struct labels *labels)
{
    if (!labels)
        return;
    for (int v = 0; v < VOCAB_COUNT; v++) {
        for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
            for (size_t i = 0; labels->of[v][lang] && i < vocab_size((enum vocab_name)v); i++)
                free(labels->of[v][lang][i].json);
            free(labels->of[v][lang]);
            free(labels->order[v][lang]);
        }
    }
    free(labels);
}

const char *labels_json(const struct labels *labels, enum vocab_name vocab, size_t ordinal, enum ui_lang lang,
                        size_t *len)
{
    const struct label *label = &labels->of[vocab][lang][ordinal];
    *len = label->len;
    return label->json;
}

const char *labels_value(const struct labels *labels, enum vocab_name vocab, size_t ordinal, size_t *len)
{
    const struct label *label = &labels->of[vocab][UI_FI][ordinal]; /* the same in all languages */
    *len = label->value_len;
    return label->json;
}

const uint16_t *labels_order(const struct labels *labels, enum vocab_name vocab, enum ui_lang lang)
{
    return labels->order[vocab][lang];
}

uint16_t labels_rank(const struct labels *labels, enum vocab_name vocab, size_t ordinal, enum ui_lang lang)
{
    return labels->of[vocab][lang][ordinal].rank;
}
