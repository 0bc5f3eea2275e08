/* The analysis of one word, packed into one run of bytes for the cache, and its view as a struct word.
 *
 * An entry does not depend on the language of the text: it holds the terms of every namespace, and the view takes
 * those that the language asks for. */
#ifndef OPASTIN_ANALYSE_ENTRY_H
#define OPASTIN_ANALYSE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"

enum entry_list {
    ENTRY_EXACT, /* index side, one list for each namespace */
    ENTRY_WHOLE,
    ENTRY_SWEDISH,
    ENTRY_ENGLISH,
    ENTRY_PART,
    ENTRY_QUERY, /* query side */
    ENTRY_GROUP, /* and the next: one for each part */
    ENTRY_LISTS = ENTRY_GROUP + ANALYSE_PARTS_PER_WORD
};

enum {
    ENTRY_TERMS = 255,   /* distinct terms of an entry; further ones are dropped */
    ENTRY_STEMS_MAX = 9, /* in S and in E: the word and its hyphenated segments */
    ENTRY_WHOLE_MAX = ANALYSE_TERMS_PER_WORD - 1 - 2 * ENTRY_STEMS_MAX, /* so that every namespace finds room */
    ENTRY_DATA = 62 * 1024 /* room for all of them; two bytes still say where a term stands */
};

enum entry_flag { ENTRY_KNOWN = 1, ENTRY_NUMBER = 2, ENTRY_VERB = 4 };

/* Bytes only, so that it may stand anywhere. */
struct entry {
    uint8_t flags;    /* enum entry_flag */
    uint8_t function; /* enum words_lang: the languages in which it is a closed-class word */
    uint8_t list_count[ENTRY_LISTS];
    unsigned char data[]; /* where the terms of each list stand, two bytes each; the terms: length, text, zero byte */
};

/* An entry in the making. */
struct entry_builder {
    size_t pool_count, pool_used;
    uint16_t pool_at[ENTRY_TERMS];
    unsigned char pool[ENTRY_DATA]; /* the terms as in the entry */
    uint8_t list[ENTRY_LISTS][ANALYSE_TERMS_PER_WORD];
    uint8_t list_count[ENTRY_LISTS];
};

void entry_start(struct entry_builder *builder);
/* Adds the term to the list unless it is there or the list is full; text is cut to fit a term. */
void entry_add(struct entry_builder *builder, enum entry_list list, enum term_space space, const char *text,
               size_t len);
/* The bytes that entry_finish needs: the terms and the lists. */
size_t entry_size(const struct entry_builder *builder);
/* Writes the entry to memory of entry_size bytes. */
void entry_finish(const struct entry_builder *builder, uint8_t flags, uint8_t function, struct entry *entry);

/* A word whose strings are the entry's: valid as long as both. */
struct entry_view {
    struct word word;
    struct term terms[ANALYSE_TERMS_PER_WORD];
    struct term query[ANALYSE_TERMS_PER_WORD];
    struct term group[ANALYSE_PARTS_PER_WORD][ANALYSE_TERMS_PER_WORD];
    struct word_part parts[ANALYSE_PARTS_PER_WORD];
};
void entry_open(const struct entry *entry, enum text_lang lang, struct entry_view *view);

#endif
