/* Entries by their key, bounded in slots and in bytes.
 *
 * Two slots share a place, the one used last in front; a new entry drives out the one behind.  (With single slots, two
 * common words of one place would drive out each other for the whole of a text.) */
#ifndef OPASTIN_ANALYSE_CACHE_H
#define OPASTIN_ANALYSE_CACHE_H

#include <stddef.h>

#include "analyse/entry.h"
#include "base/status.h"

enum { CACHE_SLOT_BYTES = 256 }; /* bytes allowed for each slot, on the average */

struct cache {
    struct entry *(*places)[2]; /* owned; NULL where empty */
    size_t place_count;
    size_t bytes, bytes_max; /* of the entries */
    size_t hand;             /* the place to be emptied next when bytes run out */
};

/* slots > 0; an odd number is rounded up. */
enum status cache_init(struct cache *cache, size_t slots, struct err *err) MUST_USE;
void cache_release(struct cache *cache);

/* NULL when it is not there. */
const struct entry *cache_get(struct cache *cache, const char *key, size_t key_len);

/* Memory for an entry of this size under the key, to be filled at once; other entries may go.  NULL when there is no
 * memory or the entry alone is over the limit: a cache may always decline. */
struct entry *cache_put(struct cache *cache, const char *key, size_t key_len, size_t size);

#endif
