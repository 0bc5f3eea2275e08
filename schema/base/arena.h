/* Memory that is freed all at once: one arena per record or per request.
 *
 * Blocks come from malloc; arena_reset() keeps the first one, so a loop over records settles without allocating. */
#ifndef OPASTIN_BASE_ARENA_H
#define OPASTIN_BASE_ARENA_H

#include <stddef.h>

#include "base/status.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; owned */
    char *at;                   /* next free byte of the newest block */
    char *end;
    size_t used; /* bytes handed out since the last reset */
};

#define ARENA_INIT {0}

void arena_release(struct arena *arena);
void arena_reset(struct arena *arena);

/* Zeroed memory, aligned for any type; NULL when there is none.  size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
/* count items of `size` bytes; NULL also when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy with a zero byte behind it. */
char *arena_copy(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* err_set for an allocation that failed. */
enum status arena_nomem(struct err *err);

#endif
