/* What the Finnish dictionary would have written instead of a word. */
#ifndef OPASTIN_ANALYSE_SPELLING_H
#define OPASTIN_ANALYSE_SPELLING_H

#include "analyse/analyse.h"

enum {
    SPELLING_MOST = 5,     /* libvoikko itself gives no more */
    SPELLING_LETTERS = 30, /* longer words are never asked: the time grows with the length */
    SPELLING_BYTES = 256,
};

struct spellings {
    size_t count;
    char word[SPELLING_MOST][SPELLING_BYTES]; /* in lower case, single words, distinct; the best first */
};

/* libvoikko's suggestions for one word: none for a longer one, and none that is two words or the word itself.
 * Accents and letter case of the word make no difference. */
void spelling_suggest(struct analyser *analyser, const char *word, size_t len, struct spellings *out);

#endif
