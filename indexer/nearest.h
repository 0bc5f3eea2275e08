/* The word of an index that is nearest to one that was searched for in vain, as the daemon would have corrected it: a
 * proposal for the file of synonyms. */
#ifndef OPASTIN_INDEXER_NEAREST_H
#define OPASTIN_INDEXER_NEAREST_H

#include <stdint.h>

#include "base/status.h"

struct nearest;

/* number: a whole generation of DIR. */
enum status nearest_open(struct nearest **nearest, const char *dir, uint32_t number, struct err *err) MUST_USE;
/* NULL: none. Lives until the next call.  nearest: a struct nearest. STATUS_NOMEM and the like give none. */
const char *nearest_word(void *nearest, const char *word);
void nearest_close(struct nearest *nearest); /* NULL: no-op */

#endif
