#include "analyse/entry.h"

#include <string.h>

#include "analyse/words.h"
#include "base/utf8.h"

void entry_start(struct entry_builder *builder)
{
    builder->pool_count = 0;
    builder->pool_used = 0;
    memset(builder->list_count, 0, sizeof builder->list_count);
}

static bool pool_is(const struct entry_builder *builder, size_t i, enum term_space space, const char *text, size_t len)
{
    const unsigned char *term = builder->pool + builder->pool_at[i];
    return term[0] == len + 1 && term[1] == (unsigned char)space && memcmp(term + 2, text, len) == 0;
}

/* The number of the term, ENTRY_TERMS when there is no room for it. */
static size_t pool_put(struct entry_builder *builder, enum term_space space, const char *text, size_t len)
{
    for (size_t i = 0; i < builder->pool_count; i++)
        if (pool_is(builder, i, space, text, len))
            return i;
    if (builder->pool_count == ENTRY_TERMS || builder->pool_used + len + 3 > ENTRY_DATA)
        return ENTRY_TERMS;
    unsigned char *term = builder->pool + builder->pool_used;
    term[0] = (unsigned char)(len + 1);
    term[1] = (unsigned char)space;
    memcpy(term + 2, text, len);
    term[len + 2] = '\0';
    builder->pool_at[builder->pool_count] = (uint16_t)builder->pool_used;
    builder->pool_used += len + 3;
    return builder->pool_count++;
}

static size_t list_limit(enum entry_list list)
{
    if (list == ENTRY_WHOLE)
        return ENTRY_WHOLE_MAX;
    return list == ENTRY_SWEDISH || list == ENTRY_ENGLISH ? ENTRY_STEMS_MAX : ANALYSE_TERMS_PER_WORD;
}

void entry_add(struct entry_builder *builder, enum entry_list list, enum term_space space, const char *text, size_t len)
{
    len = utf8_cut(text, len, ANALYSE_TERM_BYTES - 1);
    if (len == 0 || builder->list_count[list] >= list_limit(list))
        return;
    size_t number = pool_put(builder, space, text, len);
    if (number == ENTRY_TERMS || memchr(builder->list[list], (int)number, builder->list_count[list]))
        return;
    builder->list[list][builder->list_count[list]++] = (uint8_t)number;
}

size_t entry_size(const struct entry_builder *builder, size_t key_len)
{
    size_t size = sizeof(struct entry) + key_len + builder->pool_used;
    for (size_t i = 0; i < ENTRY_LISTS; i++)
        size += builder->list_count[i];
    return size;
}

void entry_finish(const struct entry_builder *builder, const char *key, size_t key_len, uint8_t flags, uint8_t function,
                  struct entry *entry)
{
    *entry = (struct entry){
        .size = (uint32_t)entry_size(builder, key_len),
        .key_len = (uint8_t)key_len,
        .flags = flags,
        .function = function,
        .pool_count = (uint8_t)builder->pool_count,
    };
    unsigned char *to = entry->data;
    memcpy(to, key, key_len);
    to += key_len;
    for (size_t i = 0; i < ENTRY_LISTS; i++) {
        entry->list_count[i] = builder->list_count[i];
        memcpy(to, builder->list[i], builder->list_count[i]);
        to += builder->list_count[i];
    }
    memcpy(to, builder->pool, builder->pool_used);
}

bool entry_is(const struct entry *entry, const char *key, size_t key_len)
{
    return entry->key_len == key_len && memcmp(entry->data, key, key_len) == 0;
}

static bool list_is_asked(enum entry_list list, enum text_lang lang)
{
    switch (list) {
    case ENTRY_EXACT: return true;
    case ENTRY_SWEDISH: return lang == TEXT_SV || lang == TEXT_UNSURE;
    case ENTRY_ENGLISH: return lang == TEXT_EN || lang == TEXT_UNSURE;
    default: return lang == TEXT_FI || lang == TEXT_UNSURE;
    }
}

/* Copies the terms of a list behind those that are there, up to the limit. */
static size_t list_open(const struct term *pool, const unsigned char *numbers, size_t count, struct term *to,
                        size_t used)
{
    for (size_t i = 0; i < count && used < ANALYSE_TERMS_PER_WORD; i++)
        to[used++] = pool[numbers[i]];
    return used;
}

void entry_open(const struct entry *entry, enum text_lang lang, struct entry_view *view)
{
    const unsigned char *numbers[ENTRY_LISTS], *at = entry->data + entry->key_len;
    struct term pool[ENTRY_TERMS];
    for (size_t i = 0; i < ENTRY_LISTS; at += entry->list_count[i], i++)
        numbers[i] = at;
    for (size_t i = 0; i < entry->pool_count; at += at[0] + 2, i++)
        pool[i] = (struct term){.text = (const char *)at + 1, .len = at[0]};

    struct word *word = &view->word;
    *word = (struct word){.terms = view->terms, .query = view->query, .parts = view->parts};
    for (enum entry_list list = ENTRY_EXACT; list <= ENTRY_PART; list++)
        if (list_is_asked(list, lang))
            word->term_count = list_open(pool, numbers[list], entry->list_count[list], view->terms, word->term_count);
    word->query_count = list_open(pool, numbers[ENTRY_QUERY], entry->list_count[ENTRY_QUERY], view->query, 0);
    for (size_t i = 0; i < ANALYSE_PARTS_PER_WORD && entry->list_count[ENTRY_GROUP + i]; i++) {
        size_t list = ENTRY_GROUP + i;
        view->parts[i].terms = view->group[i];
        view->parts[i].term_count = list_open(pool, numbers[list], entry->list_count[list], view->group[i], 0);
        word->part_count = i + 1;
    }
    word->known = entry->flags & ENTRY_KNOWN;
    word->number = entry->flags & ENTRY_NUMBER;
    word->function = words_function(entry->function, lang);
}
