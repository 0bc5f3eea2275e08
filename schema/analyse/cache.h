/* What was found for a key, bounded in slots and in bytes.
 *
 * Four slots share a place.  A new value is on probation: it is the next to go unless it is asked for again, so the
 * words that stand once in a text do not drive out those that stand in every line. */
#ifndef OPASTIN_ANALYSE_CACHE_H
#define OPASTIN_ANALYSE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    CACHE_WAYS = 4,
    CACHE_LINE = 64, /* bytes of memory that are fetched together: a place is one */
    CACHE_SLOT_BYTES = 256 /* bytes allowed for each slot, on the average */
};

struct cached;

struct cache_place {
    _Alignas(CACHE_LINE) struct cached *held[CACHE_WAYS]; /* owned; NULL where empty */
    uint32_t tag[CACHE_WAYS];        /* of the key's hash */
    uint8_t age[CACHE_WAYS];         /* 0: asked for again lately; the oldest goes first */
};

struct cache {
    void *memory;               /* owned; the places are in it */
    struct cache_place *places;
    size_t place_count;
    size_t bytes, bytes_max; /* of keys and values */
    size_t hand;             /* the place to be emptied next when bytes run out */
};

/* slots > 0; rounded up to whole places. */
enum status cache_init(struct cache *cache, size_t slots, struct err *err) MUST_USE;
void cache_release(struct cache *cache);

/* The value, valid until the next cache_put; NULL when it is not there. */
const unsigned char *cache_get(struct cache *cache, const void *key, size_t key_len);

/* Memory for a value of this size under a key that is not there, to be filled at once; other values may go.  NULL when
 * there is no memory or the value alone is over the limit: a cache may always decline. */
unsigned char *cache_put(struct cache *cache, const void *key, size_t key_len, size_t size);

#endif
