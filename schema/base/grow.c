#include "base/grow.h"

#include <stdlib.h>

enum { FIRST = 64 };

void *grow(void *items, size_t count, size_t *cap, size_t size)
{
    size_t wanted = *cap ? 2 * *cap : FIRST;
    if (count < *cap)
        return items;
    void *grown = reallocarray(items, wanted, size);
    if (grown)
        *cap = wanted;
    return grown;
}
