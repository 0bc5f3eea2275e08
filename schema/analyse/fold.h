/* Making spellings equal: lower case, one form of Unicode, accents and dots off.
 *
 * Three steps, each of its own use: the surface is what the dictionary is asked, the exact form is the X term,
 * the lemma form is what stands in W and P. */
#ifndef OPASTIN_ANALYSE_FOLD_H
#define OPASTIN_ANALYSE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"

/* Room for any result, with its zero byte. */
enum { FOLD_BYTES = ANALYSE_WORD_BYTES + 1 };

/* What a character is to a token. */
enum char_kind {
    CHAR_OTHER,
    CHAR_WORD,   /* letter or digit */
    CHAR_MARK,   /* combining mark: belongs to the letter before it */
    CHAR_HIDDEN, /* soft hyphen, joiners: inside a word it is not there */
    CHAR_HYPHEN, /* - and its two look-alikes U+2010, U+2011 */
    CHAR_COLON,
    CHAR_APOSTROPHE, /* ' and U+2019, U+02BC */
};
enum char_kind char_kind(uint32_t character);
/* Of the character at the start of a text, with its bytes; len > 0. */
enum char_kind char_kind_at(const char *text, size_t len, size_t *step);

/* Lower case, NFKC; hyphens and apostrophes in one form each and only between letters or digits; everything that is
 * no letter, digit, mark or sign dropped, malformed bytes as well.  At most ANALYSE_WORD_BYTES bytes, zero-terminated;
 * returns the length, 0 when nothing is left. */
size_t fold_surface(const char *token, size_t len, char out[FOLD_BYTES]);

/* Accents off except å ä ö (é -> e, š -> s, ŋ -> n).  in is well-formed; the result is never longer; out == in is
 * allowed. */
size_t fold_accents(const char *in, size_t len, char *out);

/* ä -> a, ö -> o, å -> a, hyphens out; the same terms of use. */
size_t fold_dots(const char *in, size_t len, char *out);

/* Every a -> ä and o -> ö; twice as long at most. False (out undefined) when nothing changes, the word has dots
 * already, or the result is over size - 1 bytes. */
bool fold_undotted(const char *in, size_t len, char *out, size_t size);

/* Lower case of one character, independent of the locale. */
uint32_t fold_lower(uint32_t character);

#endif
