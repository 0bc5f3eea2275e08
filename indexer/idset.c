#include "indexer/idset.h"

#include <stdlib.h>
#include <xxhash.h>

void idset_release(struct idset *set)
{
    free(set->slots);
    *set = (struct idset)IDSET_INIT;
}

/* The slot of the hash, or the free one where it belongs. */
static struct idset_slot *find(const struct idset *set, uint64_t high, uint64_t low)
{
    size_t at = low & (set->cap - 1);
    while ((set->slots[at].high || set->slots[at].low) && (set->slots[at].high != high || set->slots[at].low != low))
        at = (at + 1) & (set->cap - 1);
    return &set->slots[at];
}

static enum status grow(struct idset *set, struct err *err)
{
    struct idset bigger = {.count = set->count, .cap = set->cap ? set->cap * 2 : 1024};
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return err_set(err, STATUS_NOMEM, "out of memory for %zu ids", set->count);
    for (size_t i = 0; i < set->cap; i++)
        if (set->slots[i].high || set->slots[i].low)
            *find(&bigger, set->slots[i].high, set->slots[i].low) = set->slots[i];
    free(set->slots);
    *set = bigger;
    return STATUS_OK;
}

enum status idset_add_hash(struct idset *set, uint64_t high, uint64_t low, uint32_t file, uint64_t line,
                           const struct idset_slot **first, struct err *err)
{
    if (set->count * 2 >= set->cap)
        TRY(grow(set, err));
    if (!high && !low)
        low = 1;
    struct idset_slot *slot = find(set, high, low);
    *first = slot->high || slot->low ? slot : NULL;
    if (*first)
        return STATUS_OK;
    *slot = (struct idset_slot){high, low, file, line > UINT32_MAX ? UINT32_MAX : (uint32_t)line};
    set->count++;
    return STATUS_OK;
}

bool idset_has_hash(const struct idset *set, uint64_t high, uint64_t low)
{
    if (set->cap == 0)
        return false;
    const struct idset_slot *slot = find(set, high, !high && !low ? 1 : low);
    return slot->high || slot->low;
}

enum status idset_add(struct idset *set, const char *id, size_t len, uint32_t file, uint64_t line,
                      const struct idset_slot **first, struct err *err)
{
    XXH128_hash_t hash = XXH3_128bits(id, len);
    return idset_add_hash(set, hash.high64, hash.low64, file, line, first, err);
}
