#include "analyse/cache.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

enum { CACHE_NEW = 2, CACHE_OLD = 3 };

struct cached {
    uint32_t size; /* of all of it */
    uint32_t key_len;
    unsigned char data[]; /* the key, the value */
};

enum status cache_init(struct cache *cache, size_t slots, struct err *err)
{
    *cache = (struct cache){0};
    if (slots >= UINT32_MAX / CACHE_SLOT_BYTES)
        return err_set(err, STATUS_LIMIT, "a cache of %zu slots is too large", slots);
    cache->place_count = (slots + CACHE_WAYS - 1) / CACHE_WAYS;
    cache->bytes_max = cache->place_count * CACHE_WAYS * CACHE_SLOT_BYTES;
    cache->memory = calloc(cache->place_count + 1, sizeof *cache->places); /* one more, to begin at a line */
    if (!cache->memory)
        return err_set(err, STATUS_NOMEM, "out of memory for a cache of %zu slots", slots);
    cache->places = (struct cache_place *)(void *)((char *)cache->memory + CACHE_LINE -
                                                   (uintptr_t)cache->memory % CACHE_LINE);
    return STATUS_OK;
}

static void slot_clear(struct cache *cache, struct cached **slot)
{
    if (!*slot)
        return;
    cache->bytes -= (*slot)->size;
    free(*slot);
    *slot = NULL;
}

static void place_clear(struct cache *cache, struct cache_place *place)
{
    for (size_t way = 0; way < CACHE_WAYS; way++)
        slot_clear(cache, &place->held[way]);
}

void cache_release(struct cache *cache)
{
    for (size_t i = 0; cache->places && i < cache->place_count; i++)
        place_clear(cache, &cache->places[i]);
    free(cache->memory);
    *cache = (struct cache){0};
}

static struct cache_place *place_of(const struct cache *cache, uint64_t hash)
{
    return &cache->places[(uint64_t)(uint32_t)hash * cache->place_count >> 32];
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

const unsigned char *cache_get(struct cache *cache, const void *key, size_t key_len)
{
    uint64_t hash = XXH3_64bits(key, key_len);
    struct cache_place *place = place_of(cache, hash);
    for (size_t way = 0; way < CACHE_WAYS; way++) {
        const struct cached *held = place->held[way];
        if (place->tag[way] != tag_of(hash) || !held || held->key_len != key_len ||
            memcmp(held->data, key, key_len) != 0)
            continue;
        place->age[way] = 0;
        return held->data + key_len;
    }
    return NULL;
}

/* An empty slot, else one whose value is old; when none is, all have grown older. */
static size_t slot_choose(struct cache_place *place)
{
    for (size_t way = 0; way < CACHE_WAYS; way++)
        if (!place->held[way])
            return way;
    for (;;) {
        for (size_t way = 0; way < CACHE_WAYS; way++)
            if (place->age[way] >= CACHE_OLD)
                return way;
        for (size_t way = 0; way < CACHE_WAYS; way++)
            place->age[way]++;
    }
}

unsigned char *cache_put(struct cache *cache, const void *key, size_t key_len, size_t size)
{
    uint64_t hash = XXH3_64bits(key, key_len);
    struct cache_place *place = place_of(cache, hash);
    size_t all = sizeof(struct cached) + key_len + size;
    if (all > cache->bytes_max)
        return NULL;
    size_t way = slot_choose(place);
    slot_clear(cache, &place->held[way]);
    while (cache->bytes_max - cache->bytes < all) {
        place_clear(cache, &cache->places[cache->hand]);
        cache->hand = (cache->hand + 1) % cache->place_count;
    }
    struct cached *made = malloc(all);
    if (!made)
        return NULL;
    made->size = (uint32_t)all;
    made->key_len = (uint32_t)key_len;
    memcpy(made->data, key, key_len);
    place->held[way] = made;
    place->tag[way] = tag_of(hash);
    place->age[way] = CACHE_NEW;
    cache->bytes += all;
    return made->data + key_len;
}
