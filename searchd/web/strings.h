/* The texts of the pages in three languages, from one file: strings.tsv (key, fi, sv, en).
 *
 * {name} in a text stands for something that is filled in; all three languages fill in the same.  A key that ends in
 * ".1" is the singular of the key without it: strings_count() chooses, by the rule that the three languages share (one
 * is 1, all else is many).  Read once, then read by all threads. */
#ifndef OPASTIN_SEARCHD_WEB_STRINGS_H
#define OPASTIN_SEARCHD_WEB_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "vocab/vocab.h"

enum {
    STRINGS_MOST = 1000,
    STRINGS_FILLED_MOST = 8,      /* places to fill in one text */
    STRINGS_NUMBER_BYTES = 40,    /* of a number as people write it */
};

struct strings;

/* STATUS_CORRUPT names the line: a cell is missing, a key stands twice, languages fill in different things. */
enum status strings_new(struct strings **strings, const char *text, size_t len, struct err *err) MUST_USE;
void strings_free(struct strings *strings);

/* NULL when there is no such key. */
const char *strings_find(const struct strings *strings, enum ui_lang lang, const char *key, size_t len);
/* The key itself when there is none: a page shows what is missing, and a test finds it. */
const char *strings_get(const struct strings *strings, enum ui_lang lang, const char *key);

/* The text with its places filled: pairs of name and text, ended by NULL.  In the arena; "" without memory. */
const char *strings_fill(const struct strings *strings, enum ui_lang lang, struct arena *arena, const char *key, ...)
    __attribute__((sentinel));
/* The singular or the plural, with {n} filled as people write numbers, and pairs as above. */
const char *strings_count(const struct strings *strings, enum ui_lang lang, struct arena *arena, const char *key,
                          uint64_t n, ...) __attribute__((sentinel));

/* 12 345: groups of three, divided by what the language uses; bytes of it. */
size_t strings_number(enum ui_lang lang, uint64_t n, char out[STRINGS_NUMBER_BYTES]);

#endif
