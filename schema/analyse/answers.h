/* What the dictionary has answered, for one thread or for all that build an index.
 *
 * An answer takes some 40 bytes where asking takes some 35 us, and half of the words of a large set stand in it once:
 * what one thread asked, no other asks again, nor does the lexicon at the end.  Bounded in bytes; the answers not asked
 * for lately go first.  No result depends on what is remembered. */
#ifndef OPASTIN_ANALYSE_ANSWERS_H
#define OPASTIN_ANALYSE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum {
    ANSWER_KEY_BYTES = 1023,   /* of a key at most */
    ANSWER_BYTES = 16384,      /* of an answer at most */
    ANSWERS_PART_BYTES = 5 << 19 /* memory comes in parts of so much, each with a lock of its own */
};

struct answers;

/* At least one part; memory is taken as it is needed. */
enum status answers_new(struct answers **answers, size_t byte_budget, struct err *err) MUST_USE;
void answers_free(struct answers *answers);

/* Copies the answer to `out` and returns its length; 0 when there is none.  Any thread. */
size_t answers_get(struct answers *answers, const void *key, size_t key_len, unsigned char out[ANSWER_BYTES]);

/* Remembers the answer, 1..ANSWER_BYTES long, unless it is there.  Any thread. */
void answers_put(struct answers *answers, const void *key, size_t key_len, const unsigned char *answer, size_t len);

#endif
