/* Finnish endings by their letters alone, for what the dictionary cannot read: `STEA:n`, names, new words. */
#ifndef OPASTIN_ANALYSE_ENDINGS_H
#define OPASTIN_ANALYSE_ENDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/lemmas.h"

/* Whether the text (lower case) is an ending that stands behind a colon or an apostrophe: a case, possessive or
 * clitic of Finnish (EJY:n, 10:ssä, STM:nkin), or a Swedish one (FPA:s). */
bool ending_is_inflection(const char *text, size_t len);

/* Length of BASE in "BASE:ending", 0 when the word has no such form. */
size_t ending_colon_base(const char *word, size_t len);

/* Letters of the word less its longest case ending. */
size_t ending_stem(const char *word, size_t len);

/* Adds to `lemmas` the word less each case ending that it has, with a base of at least three letters; -kse and -ks
 * become -s (Helvetiuksen -> helvetius), -ise and -is also -inen (tektonisista -> tektoninen); and of what may
 * be a verb's form the infinitive in -ata (tuunattu -> tuunata). */
void endings_guess(const char *word, size_t len, struct lemmas *lemmas);

#endif
