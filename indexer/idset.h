/* The ids of one run, to find the second record of the same id and say where the first one stands.
 *
 * Ids are kept as 128-bit hashes in an open table: 24 bytes a record, so a million ids take some 50 MB at most. Two
 * different ids with one hash are less likely than a failing disk (about 10^-27 in a million). */
#ifndef OPASTIN_INDEXER_IDSET_H
#define OPASTIN_INDEXER_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct idset_slot {
    uint64_t high, low; /* both 0: free */
    uint32_t file, line;
};

struct idset {
    struct idset_slot *slots;
    size_t count, cap; /* cap: a power of two */
};

#define IDSET_INIT {0}

void idset_release(struct idset *set);

/* Adds the id.  When it is there already, *first gets where it was added first, and NULL otherwise.
 * The view is valid until the next call. STATUS_NOMEM. */
enum status idset_add(struct idset *set, const char *id, size_t len, uint32_t file, uint64_t line,
                      const struct idset_slot **first, struct err *err) MUST_USE;

/* The same with the id's XXH3 hash of 128 bits. */
enum status idset_add_hash(struct idset *set, uint64_t high, uint64_t low, uint32_t file, uint64_t line,
                           const struct idset_slot **first, struct err *err) MUST_USE;
/* Whether it is there. */
bool idset_has_hash(const struct idset *set, uint64_t high, uint64_t low);

#endif
