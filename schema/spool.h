/* Bytes gathered for a section of a file, in memory while they are few and in a file beside it from then on: what a
 * million records need until their generation is whole then takes no memory that counts. */
#ifndef OPASTIN_SPOOL_H
#define OPASTIN_SPOOL_H

#include <stdint.h>

#include "base/buf.h"
#include "sections.h"

enum { SPOOL_BYTES = 1 << 18 }; /* in memory at most */

struct spool {
    struct buf gathered; /* what is not yet in the file */
    uint64_t bytes;      /* of it all */
    uint64_t written;    /* in the file */
    int file;            /* one more than its descriptor; 0: none.  It has no name any more */
    void *map;           /* all of it, by spool_map */
};

#define SPOOL_INIT {0}

void spool_release(struct spool *spool);

/* beside: a path in the folder where the file may be, made by this process alone. STATUS_IO, STATUS_NOMEM. */
enum status spool_add(struct spool *spool, const char *beside, const void *data, size_t len,
                      struct err *err) MUST_USE;
/* All bytes in a row, valid until the spool is released; nothing may be added any more. */
enum status spool_map(struct spool *spool, const void **data, struct err *err) MUST_USE;
/* Adds them all to the section. */
enum status spool_copy(struct spool *spool, struct sections_writer *writer, size_t section, struct err *err) MUST_USE;

#endif
