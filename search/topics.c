#include "search/topics.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "lexicon.h"

struct topics {
    struct arena arena;
    struct buf list; /* of struct topic_word, in the order of their plain text */
};

static enum status add_label(struct topics *t, struct topic_word topic, struct err *err)
{
    size_t at = 0;
    struct token token;
    while (token_next(topic.label, topic.label_len, &at, &token)) {
        char exact[FOLD_BYTES], plain[FOLD_BYTES];
        topic.plain_len = lexicon_word(topic.label + token.offset, token.len, exact, &topic.word_len, plain);
        topic.word = arena_copy(&t->arena, exact, topic.word_len);
        topic.plain = arena_copy(&t->arena, plain, topic.plain_len);
        if (!topic.word || !topic.plain)
            return arena_nomem(err);
        if (topic.plain_len)
            buf_add(&t->list, &topic, sizeof topic);
    }
    return buf_ok(&t->list, err);
}

static enum status add_entry(struct topics *t, enum facet facet, uint16_t ordinal, struct err *err)
{
    const struct vocab_entry *entry = vocab_entry(facet_vocab(facet), ordinal);
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        struct topic_word topic = {.facet = facet, .entry = ordinal, .lang = (uint8_t)lang};
        const char *list = entry->alt[lang];
        topic.label = entry->label[lang];
        topic.label_len = strlen(topic.label);
        TRY(add_label(t, topic, err));
        while (vocab_list_next(&list, &topic.label, &topic.label_len))
            TRY(add_label(t, topic, err));
    }
    return STATUS_OK;
}

static int compare(const void *a, const void *b)
{
    const struct topic_word *x = a, *y = b;
    int order = memcmp(x->plain, y->plain, x->plain_len < y->plain_len ? x->plain_len : y->plain_len);
    if (order)
        return order;
    if (x->plain_len != y->plain_len)
        return x->plain_len < y->plain_len ? -1 : 1;
    if (x->facet != y->facet)
        return x->facet < y->facet ? -1 : 1;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return x->lang != y->lang ? x->lang - y->lang : (x->label > y->label) - (x->label < y->label);
}

static enum status fill(struct topics *t, struct err *err)
{
    static const enum facet facets[] = {FACET_AUDIENCE, FACET_THEME, FACET_AREA};
    for (size_t f = 0; f < sizeof facets / sizeof *facets; f++)
        for (size_t i = 0; i < vocab_size(facet_vocab(facets[f])); i++)
            TRY(add_entry(t, facets[f], (uint16_t)i, err));
    qsort(t->list.data, t->list.len / sizeof(struct topic_word), sizeof(struct topic_word), compare);
    return STATUS_OK;
}

enum status topics_new(struct topics **topics, struct err *err)
{
    struct topics *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = fill(t, err);
    if (status != STATUS_OK) {
        topics_free(t);
        return status;
    }
    *topics = t;
    return STATUS_OK;
}

void topics_free(struct topics *topics)
{
    if (!topics)
        return;
    arena_release(&topics->arena);
    buf_release(&topics->list);
    free(topics);
}

/* Below 0: before those that begin with the text; 0: one of them; above 0: behind. */
static int place(const struct topic_word *topic, const char *plain, size_t len)
{
    int order = memcmp(topic->plain, plain, topic->plain_len < len ? topic->plain_len : len);
    return order ? order : topic->plain_len < len ? -1 : 0;
}

static size_t bound(const struct topics *t, const char *plain, size_t len, int least)
{
    const struct topic_word *list = (const struct topic_word *)(const void *)t->list.data;
    size_t low = 0, high = t->list.len / sizeof *list;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (place(&list[middle], plain, len) < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t topics_from(const struct topics *t, const char *plain, size_t len, const struct topic_word **first)
{
    size_t from = bound(t, plain, len, 0);
    *first = (const struct topic_word *)(const void *)t->list.data + from;
    return bound(t, plain, len, 1) - from;
}
