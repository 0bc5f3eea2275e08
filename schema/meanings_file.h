/* The form of a meanings file, for its writer and its reader.
 *
 * slots   by the hash of the surface, free ones 0: 1 more than where the word's bytes begin; the next slot when taken
 * bytes   of each word: length and surface; number of terms; of each term three bytes and what is not copied:
 *           space and the number of further bytes; where in the word the copied beginning stands; how long it is
 *         W and P copy from the surface without dots, the others from the surface.  The exact term is left out when
 *         it is the surface itself. */
#ifndef OPASTIN_MEANINGS_FILE_H
#define OPASTIN_MEANINGS_FILE_H

#include "meanings.h"

enum { MEANINGS_SLOTS, MEANINGS_WORDS, MEANINGS_SECTIONS };

enum {
    MEANINGS_SPACE_SHIFT = 5,
    MEANINGS_FURTHER_MOST = (1 << MEANINGS_SPACE_SHIFT) - 1,
    MEANINGS_SURFACE_IS_EXACT = 0x80, /* beside the number of terms */
    MEANINGS_KNOWN = 0x40,            /* the same: to the Finnish dictionary */
    MEANINGS_TERMS = 0x3F,
};

extern const struct sections_kind meanings_kind;
extern const char meanings_spaces[5]; /* the number of a space is its index */

#endif
