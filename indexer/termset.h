/* The terms of one record, each once, with its weights added up.  Reused from record to record. */
#ifndef OPASTIN_INDEXER_TERMSET_H
#define OPASTIN_INDEXER_TERMSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct document_term;

struct termset {
    struct buf text;         /* of all terms, one behind the other */
    struct termset_slot {
        uint32_t hash;
        uint32_t term;       /* 1 + its number; 0: free */
    } *slots;                /* owned; an open table */
    struct termset_term {
        uint32_t offset, len, wdf, slot;
    } *terms;                /* owned; in the order in which they first occurred */
    size_t count, slot_count; /* slot_count: a power of two, at least twice count; 0 before the first term */
    uint64_t length;         /* sum of all weights */
};

#define TERMSET_INIT {0}

void termset_release(struct termset *set);
void termset_reset(struct termset *set); /* empties, keeps the memory */

/* len 1..UINT8_MAX. STATUS_NOMEM. */
enum status termset_add(struct termset *set, const char *text, size_t len, uint32_t weight, struct err *err) MUST_USE;

/* The same for one whose hash is known. */
uint32_t termset_hash(const char *text, size_t len);
enum status termset_add_hashed(struct termset *set, const char *text, size_t len, uint32_t hash, uint32_t weight,
                               struct err *err) MUST_USE;

/* Copies of all terms in the arena, in the order in which they first occurred. The length must fit 32 bits. */
enum status termset_keep(const struct termset *set, struct arena *arena, const struct document_term **terms,
                         size_t *count, struct err *err) MUST_USE;

#endif
