/* Memory that fails when it is told to.  The arena and buffers are doubles here: every allocation of the arena is one
 * of malloc's own, so that a sanitizer sees a byte too far and the Nth allocation can be made to fail.  Include it once
 * in a test program. */
#ifndef OPASTIN_TESTS_FAILING_H
#define OPASTIN_TESTS_FAILING_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static long fail_at; /* the number of the allocation that fails; 0 none */
static long allocations;

static void *failing_realloc(void *old, size_t size)
{
    return ++allocations == fail_at ? NULL : realloc(old, size);
}

#define realloc failing_realloc
#include "base/buf.c"
#undef realloc

struct arena_block {
    struct arena_block *next;
    max_align_t data[];
};

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block = size < SIZE_MAX / 2 ? failing_realloc(NULL, sizeof *block + size) : NULL;
    if (!block)
        return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return memset(block->data, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_alloc(arena, bytes);
}

char *arena_copy(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    if (copy && len)
        memcpy(copy, text, len);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_copy(arena, text, strlen(text));
}

void arena_reset(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}

void arena_release(struct arena *arena)
{
    arena_reset(arena);
}

enum status arena_nomem(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory");
}

#endif
