/* Everyday words for what several values of a vocabulary are together: a hobby is exercise, nature or culture.
 *
 * No vocabulary has them, for no record is filed under them, and no text says them: what is sought by them is. */
#ifndef OPASTIN_SEARCH_UMBRELLAS_H
#define OPASTIN_SEARCH_UMBRELLAS_H

#include "facet.h"
#include "vocab/vocab.h"

struct umbrella {
    enum facet facet;
    const char *codes;                /* of the vocabulary, at most 7, separated by | */
    const char *words[UI_LANG_COUNT]; /* words and phrases, separated by | */
    const char *form;                 /* only this form of the word: seuraa is company, seura a club; NULL: any */
};

extern const struct umbrella umbrellas[]; /* the last one has no codes */

#endif
