/* How far apart two words are as typing errors go: edit distance with a price for each kind of slip. */
#ifndef OPASTIN_SEARCH_EDITS_H
#define OPASTIN_SEARCH_EDITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EDITS_UNIT = 10,     /* the price of an ordinary edit */
    EDITS_LETTERS = 30,  /* of the typed word */
    EDITS_DEPTH = 36,    /* letters of the other word: more cannot be near */
    EDITS_FAR = 255,     /* higher prices are all the same */
    EDITS_KEYS = 30,     /* a..z å ä ö, and all other letters together */
};

/* The typed word, and the table of prices for one other word after the other, letter by letter: a letter pushed at
 * depth d replaces what stood there and behind, so words that begin alike share the work. */
struct edits {
    uint32_t typed[EDITS_LETTERS];
    size_t typed_len;
    size_t band; /* how many letters one word may be longer than the other up to any place */
    uint8_t replace[EDITS_KEYS][EDITS_LETTERS]; /* price of each typed letter against a key's letter */
    uint8_t extra[EDITS_LETTERS];               /* price of each typed letter that should not be there */
    uint32_t other[EDITS_DEPTH];
    uint8_t row[EDITS_DEPTH + 1][EDITS_LETTERS + 1]; /* row[d][i]: i typed letters against d letters */
    uint8_t least[EDITS_DEPTH + 1];                  /* of the row */
};

/* letters: 1..EDITS_LETTERS. */
void edits_start(struct edits *edits, const uint32_t *letters, size_t count);
/* From the next word on prices above the bound may come out higher, and sooner (E. Ukkonen: Algorithms for approximate
 * string matching, Information and Control 64, 1985: only a band of the table is filled); EDITS_FAR: none does. */
void edits_bound(struct edits *edits, unsigned bound);
/* depth < EDITS_DEPTH: how many letters stand before it. */
void edits_push(struct edits *edits, size_t depth, uint32_t letter);
/* Price of the whole typed word against the first `depth` letters. */
unsigned edits_price(const struct edits *edits, size_t depth);
/* Nothing that begins with the first `depth` letters can cost less. */
unsigned edits_least(const struct edits *edits, size_t depth);

#endif
