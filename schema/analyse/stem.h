/* Snowball stems: Swedish and English words, and Finnish words that the dictionary does not know. */
#ifndef OPASTIN_ANALYSE_STEM_H
#define OPASTIN_ANALYSE_STEM_H

#include <stddef.h>

#include "analyse/fold.h"
#include "base/status.h"

enum stem_lang { STEM_FINNISH, STEM_SWEDISH, STEM_ENGLISH, STEM_COUNT };

struct sb_stemmer;

struct stemmers {
    struct sb_stemmer *by_lang[STEM_COUNT]; /* owned */
};

enum status stemmers_open(struct stemmers *stemmers, struct err *err) MUST_USE;
void stemmers_release(struct stemmers *stemmers);

/* The stem of a lower-case word of at most ANALYSE_WORD_BYTES bytes; the word itself when the stemmer fails.
 * out == word is allowed. */
size_t stem(struct stemmers *stemmers, enum stem_lang lang, const char *word, size_t len, char out[FOLD_BYTES]);

#endif
