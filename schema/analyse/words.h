/* Closed-class words (pronouns, conjunctions, auxiliaries, adpositions) of Finnish, Swedish and English. */
#ifndef OPASTIN_ANALYSE_WORDS_H
#define OPASTIN_ANALYSE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/analyse.h"

enum words_lang {
    WORDS_FI = 1,
    WORDS_SV = 2,
    WORDS_EN = 4,
    WORDS_DOUBTFUL = 8 /* also a content word of another language (man, mut, will) */
};

/* The languages in which the word (lower case, accents off) is of a closed class; 0 for none. */
unsigned words_lookup(const char *word, size_t len);

/* Whether such a word is a function word in a text of this language: with TEXT_UNSURE in any, unless doubtful. */
bool words_function(unsigned langs, enum text_lang lang);

enum { WORDS_JOINS_BYTES = 6 }; /* of the longest one */
/* Conjunctions that join what hyphens leave out: "perhe- ja sosiaalipalvelut". */
bool words_joins(const char *word, size_t len);

#endif
