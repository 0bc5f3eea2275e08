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

static size_t lists_bytes(const struct entry_builder *builder)
{
    size_t count = 0;
    for (size_t i = 0; i < ENTRY_LISTS; i++)
        count += builder->list_count[i];
    return count * sizeof(uint16_t);
}

size_t entry_size(const struct entry_builder *builder)
{
    return sizeof(struct entry) + lists_bytes(builder) + builder->pool_used;
}

void entry_finish(const struct entry_builder *builder, uint8_t flags, uint8_t function, struct entry *entry)
{
    size_t pool = lists_bytes(builder);
    unsigned char *to = entry->data;
    *entry = (struct entry){.flags = flags, .function = function};
    for (size_t list = 0; list < ENTRY_LISTS; list++) {
        entry->list_count[list] = builder->list_count[list];
        for (size_t i = 0; i < builder->list_count[list]; i++, to += sizeof(uint16_t)) {
            uint16_t at = (uint16_t)(pool + builder->pool_at[builder->list[list][i]]);
            memcpy(to, &at, sizeof at);
        }
    }
    memcpy(to, builder->pool, builder->pool_used);
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

/* Puts the terms of a list behind those that are there, up to the limit. */
static size_t list_open(const struct entry *entry, const unsigned char *list, size_t count, struct term *to,
                        size_t used)
{
    for (size_t i = 0; i < count && used < ANALYSE_TERMS_PER_WORD; i++) {
        uint16_t at;
        memcpy(&at, list + i * sizeof at, sizeof at);
        const unsigned char *term = entry->data + at;
        to[used++] = (struct term){.text = (const char *)term + 1, .len = term[0]};
    }
    return used;
}

void entry_open(const struct entry *entry, enum text_lang lang, struct entry_view *view)
{
    const unsigned char *at = entry->data;
    const uint8_t *count = entry->list_count;
    struct word *word = &view->word;
    *word = (struct word){.terms = view->terms, .query = view->query, .parts = view->parts};
    for (enum entry_list list = ENTRY_EXACT; list <= ENTRY_PART; at += count[list] * sizeof(uint16_t), list++)
        if (list_is_asked(list, lang))
            word->term_count = list_open(entry, at, count[list], view->terms, word->term_count);
    word->query_count = list_open(entry, at, count[ENTRY_QUERY], view->query, 0);
    at += count[ENTRY_QUERY] * sizeof(uint16_t);
    for (size_t i = 0; i < ANALYSE_PARTS_PER_WORD && count[ENTRY_GROUP + i]; i++) {
        view->parts[i].terms = view->group[i];
        view->parts[i].term_count = list_open(entry, at, count[ENTRY_GROUP + i], view->group[i], 0);
        at += count[ENTRY_GROUP + i] * sizeof(uint16_t);
        word->part_count = i + 1;
    }
    word->known = entry->flags & ENTRY_KNOWN;
    word->number = entry->flags & ENTRY_NUMBER;
    word->verb = entry->flags & ENTRY_VERB;
    word->function = words_function(entry->function, lang);
}
