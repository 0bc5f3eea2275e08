#include "analyse/cache.h"

#include <stdint.h>
#include <stdlib.h>

enum status cache_init(struct cache *cache, size_t slots, struct err *err)
{
    *cache = (struct cache){0};
    if (slots >= SIZE_MAX / CACHE_SLOT_BYTES)
        return err_set(err, STATUS_LIMIT, "a cache of %zu slots is too large", slots);
    cache->place_count = (slots + 1) / 2;
    cache->bytes_max = cache->place_count * 2 * CACHE_SLOT_BYTES;
    cache->places = calloc(cache->place_count, sizeof *cache->places);
    return cache->places ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a cache of %zu slots", slots);
}

static void slot_clear(struct cache *cache, struct entry **slot)
{
    if (!*slot)
        return;
    cache->bytes -= (*slot)->size;
    free(*slot);
    *slot = NULL;
}

static void place_clear(struct cache *cache, size_t place)
{
    slot_clear(cache, &cache->places[place][0]);
    slot_clear(cache, &cache->places[place][1]);
}

void cache_release(struct cache *cache)
{
    for (size_t i = 0; cache->places && i < cache->place_count; i++)
        place_clear(cache, i);
    free(cache->places);
    *cache = (struct cache){0};
}

/* FNV-1a with a final mix, since the place is taken from the low bits. */
static size_t place_of(const struct cache *cache, const char *key, size_t key_len)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < key_len; i++)
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001B3);
    hash ^= hash >> 32;
    return (size_t)(hash % cache->place_count);
}

static void place_turn(struct entry **place)
{
    struct entry *front = place[0];
    place[0] = place[1];
    place[1] = front;
}

const struct entry *cache_get(struct cache *cache, const char *key, size_t key_len)
{
    struct entry **place = cache->places[place_of(cache, key, key_len)];
    if (place[0] && entry_is(place[0], key, key_len))
        return place[0];
    if (!place[1] || !entry_is(place[1], key, key_len))
        return NULL;
    place_turn(place);
    return place[0];
}

struct entry *cache_put(struct cache *cache, const char *key, size_t key_len, size_t size)
{
    if (size > cache->bytes_max)
        return NULL;
    struct entry **place = cache->places[place_of(cache, key, key_len)];
    slot_clear(cache, &place[1]);
    while (cache->bytes_max - cache->bytes < size) {
        place_clear(cache, cache->hand);
        cache->hand = (cache->hand + 1) % cache->place_count;
    }
    struct entry *entry = malloc(size);
    if (!entry)
        return NULL;
    entry->size = (uint32_t)size;
    place_turn(place);
    place[0] = entry;
    cache->bytes += size;
    return entry;
}
