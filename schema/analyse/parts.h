/* The parts of a compound that the dictionary knows: mielen|terveys|kuntoutuja. */
#ifndef OPASTIN_ANALYSE_PARTS_H
#define OPASTIN_ANALYSE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "analyse/dictionary.h"
#include "analyse/finnish.h"

/* A word as the dictionary takes it, and where each of its characters begins in the bytes. */
struct wide {
    const char *bytes;
    size_t len; /* in characters */
    wchar_t text[ANALYSE_WORD_BYTES + 1];
    uint8_t at[ANALYSE_WORD_BYTES + 1];
};

/* bytes: at most ANALYSE_WORD_BYTES of well-formed UTF-8; they must live as long as the result. */
void wide_fill(struct wide *wide, const char *bytes, size_t len);

/* Adds the lemmas of what stands before something else, characters [0, len) of the text: its own readings, or those of
 * the -nen word whose short form it is (yhteis-). False when there are none. */
bool part_read(struct dictionary *dictionary, const wchar_t *text, size_t len, struct lemmas *lemmas);

/* Fills word->parts and word->group from the readings of a compound. */
void parts_read(struct dictionary *dictionary, const struct wide *wide, const struct readings *readings,
                struct finnish_word *word);

/* Drops empty groups; a query needs two or none. */
void groups_close(struct finnish_word *word);

#endif
