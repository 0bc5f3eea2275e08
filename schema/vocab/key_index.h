/* Finding a vocabulary's entries by a text: a sorted array of keys, and the form in which labels are compared. */
#ifndef OPASTIN_VOCAB_KEY_INDEX_H
#define OPASTIN_VOCAB_KEY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "vocab/vocab.h"

/* One way to name an entry.  The lower rank has the better claim on a text that names several. */
struct key {
    const char *text;
    uint16_t len;
    uint16_t ordinal;
    uint8_t rank;
};

/* Sorted by text, rank, ordinal. */
struct key_index {
    struct key *keys; /* in the arena */
    size_t count;
};

/* Room for `count` keys, none of them there yet. STATUS_NOMEM. */
enum status key_index_room(struct key_index *index, size_t count, struct arena *arena, struct err *err) MUST_USE;
/* The text must outlive the index. */
void key_index_add(struct key_index *index, const char *text, size_t len, size_t ordinal, unsigned rank);
void key_index_sort(struct key_index *index);

/* The keys of exactly this text: *first, and how many there are. */
size_t key_index_find(const struct key_index *index, const char *text, size_t len, const struct key **first);
/* The ordinal with the best claim among the keys of one text; -1 when there is none or two have the best claim. */
int keys_winner(const struct key *keys, size_t count);

/* Byte order; the shorter one first when it begins the other. */
int text_compare(const char *a, size_t a_len, const char *b, size_t b_len);

enum { FOLDED_BYTES = 2 * VOCAB_LABEL_BYTES };

/* Writes the form in which labels are compared, with a zero byte.  False for what cannot be a label: too long, not
 * UTF-8, nothing but blanks. */
bool label_fold(const char *text, size_t len, char folded[FOLDED_BYTES]);
/* STATUS_INTERNAL when the folding tables cannot be had; asked once, so that label_fold() does not fail for it. */
enum status label_fold_ready(struct err *err) MUST_USE;

#endif
