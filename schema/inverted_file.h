/* How an inverted file lies on disk: for schema/inverted*.c alone. */
#ifndef OPASTIN_INVERTED_FILE_H
#define OPASTIN_INVERTED_FILE_H

#include <stdint.h>

#include "sections.h"

enum inverted_section {
    INVERTED_LISTS,  /* bytes: lists in the order of their terms */
    INVERTED_TERMS,  /* bytes: blocks of terms */
    INVERTED_BLOCKS, /* struct inverted_block */
    INVERTED_HEAD,   /* one struct inverted_head */
    INVERTED_SECTIONS
};

struct inverted_block {
    uint64_t term, list; /* where its terms and their lists begin */
};

struct inverted_head {
    uint32_t rows, reserved;
    uint64_t terms, postings;
};

enum {
    INVERTED_BLOCK_TERMS = 32,
    INVERTED_PACK = 128,  /* postings of a packed block */
    INVERTED_PACK_BYTES = INVERTED_PACK / 8, /* for each bit of width */
};

/* A term in a block: bytes shared with the term before (0 for the first), bytes of the rest, the rest, then as
 * numbers of seven bits a byte, lowest first: rows, and bytes of the list.
 *
 * A list: per INVERTED_PACK postings a byte each for the bits of a gap and of a frequency, then the gaps (row - row
 * before - 1; the row before the first is -1) and the frequencies - 1, packed; then, for what is left, the gap * 2 as
 * such a number, + 1 when a byte with the frequency follows, which is 1 otherwise. */
extern const struct sections_kind inverted_kind;

#endif
