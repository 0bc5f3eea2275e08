/* Did you mean: what a misspelt query word may have been meant to be.
 *
 * Two sources together (docs/finnish.md, spelling): the forms of the index within a weighted edit distance, and the
 * Finnish dictionary's suggestions, whether the index has them or not.  When to ask is the caller's decision: a word
 * that finds what it should is not to be corrected. */
#ifndef OPASTIN_SEARCH_CORRECT_H
#define OPASTIN_SEARCH_CORRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "lexicon.h"

enum {
    CORRECT_MOST = 5,
    CORRECT_LETTERS = 30,      /* longer words are not corrected, */
    CORRECT_LETTERS_LEAST = 4, /* nor shorter ones */
    CORRECT_STEPS = 400000,    /* letters of forms that one word is compared with; the forms behind are not looked at */
};

struct correction {
    const char *form; /* as to be typed, in lower case; in the arena */
    double cost;      /* what they are ordered by, smaller first: edits less commonness; may be below 0 */
    uint32_t rows;    /* records that have the form's lemma, or the form; 0: not in the index */
};

/* The best corrections of one word, the best first; *count 0 when there are none, when the word has a digit, or when it
 * is too short or too long.  The word itself is never among them.  Same lexicon, same word: same answer. */
enum status correct_word(const struct lexicon *lexicon, struct analyser *analyser, const char *word, size_t len,
                         struct arena *arena, struct correction out[CORRECT_MOST], size_t *count,
                         struct err *err) MUST_USE;

#endif
