/* An array that doubles when it is full. */
#ifndef OPASTIN_BASE_GROW_H
#define OPASTIN_BASE_GROW_H

#include <stddef.h>

/* The array with room for one item behind `count` of them, moved when it had none; *cap is its room.  NULL when there
 * is no memory: then the old one stays valid.  Begin with NULL and a *cap of 0; free() it. */
void *grow(void *items, size_t count, size_t *cap, size_t size);

#endif
