#include "analyse/answers.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

/* A part has two halves: new answers go into the younger; when that is full the older one is emptied and becomes the
 * younger.  What is found in the older half is copied into the younger, so what is asked for stays. */
enum {
    HALF_BYTES = 1 << 20,
    HALF_SLOTS = 1 << 16,
    HALF_ANSWERS = HALF_SLOTS / 8 * 7,
    OFFSET_BITS = 20,
    HEAD_BYTES = 4 /* before each key: its length and the answer's, two bytes each */
};

struct half {
    unsigned char *bytes; /* owned; NULL before the first answer */
    uint32_t *slots;      /* owned; the offset below, bits of the hash above; 0 free: no answer stands at 0 */
    size_t used, count;
};

struct part {
    pthread_mutex_t lock;
    struct half half[2];
    unsigned young;
};

struct answers {
    size_t part_count;
    struct part parts[];
};

enum status answers_new(struct answers **answers, size_t byte_budget, struct err *err)
{
    size_t count = byte_budget / ANSWERS_PART_BYTES;
    count += count == 0;
    struct answers *a = calloc(1, sizeof *a + count * sizeof *a->parts);
    if (!a)
        return err_set(err, STATUS_NOMEM, "out of memory for the dictionary's answers");
    a->part_count = count;
    for (size_t i = 0; i < count; i++)
        pthread_mutex_init(&a->parts[i].lock, NULL);
    *answers = a;
    return STATUS_OK;
}

void answers_free(struct answers *answers)
{
    for (size_t i = 0; answers && i < answers->part_count; i++) {
        struct part *part = &answers->parts[i];
        for (int h = 0; h < 2; h++) {
            free(part->half[h].bytes);
            free(part->half[h].slots);
        }
        pthread_mutex_destroy(&part->lock);
    }
    free(answers);
}

static struct part *part_of(struct answers *answers, uint64_t hash)
{
    return &answers->parts[(hash >> 32) * answers->part_count >> 32];
}

/* The bits of the hash that stand in a slot; those that choose the slot are others. */
static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 16) << OFFSET_BITS;
}

static void head_read(const unsigned char *at, size_t *key_len, size_t *len)
{
    uint16_t head[2];
    memcpy(head, at, sizeof head);
    *key_len = head[0];
    *len = head[1];
}

/* The slot of the key, or the free one where it belongs; *answer gets the bytes behind the key. */
static uint32_t *find(const struct half *half, uint64_t hash, const void *key, size_t key_len,
                      const unsigned char **answer, size_t *len)
{
    size_t at = hash & (HALF_SLOTS - 1), held;
    for (; half->slots[at]; at = (at + 1) & (HALF_SLOTS - 1)) {
        uint32_t offset = half->slots[at] & ((1u << OFFSET_BITS) - 1);
        if (half->slots[at] - offset != tag_of(hash))
            continue;
        head_read(half->bytes + offset, &held, len);
        *answer = half->bytes + offset + HEAD_BYTES + key_len;
        if (held == key_len && memcmp(half->bytes + offset + HEAD_BYTES, key, key_len) == 0)
            break;
    }
    return &half->slots[at];
}

static bool half_ready(struct half *half)
{
    if (!half->bytes)
        half->bytes = malloc(HALF_BYTES);
    if (!half->slots)
        half->slots = calloc(HALF_SLOTS, sizeof *half->slots);
    if (half->used == 0)
        half->used = HEAD_BYTES; /* no answer stands at 0 */
    return half->bytes && half->slots;
}

static void half_clear(struct half *half)
{
    if (half->slots)
        memset(half->slots, 0, HALF_SLOTS * sizeof *half->slots);
    half->used = half->count = 0;
}

/* Called with the lock held; without memory nothing is remembered. */
static void remember(struct part *part, uint64_t hash, const void *key, size_t key_len, const unsigned char *answer,
                     size_t len)
{
    const unsigned char *held;
    size_t all = HEAD_BYTES + key_len + len, held_len;
    struct half *half = &part->half[part->young];
    if (half->count == HALF_ANSWERS || half->used + all > HALF_BYTES) {
        part->young ^= 1;
        half = &part->half[part->young];
        half_clear(half);
    }
    if (!half_ready(half))
        return;
    uint32_t *slot = find(half, hash, key, key_len, &held, &held_len);
    if (*slot)
        return;
    unsigned char *to = half->bytes + half->used;
    memcpy(to, (const uint16_t[]){(uint16_t)key_len, (uint16_t)len}, HEAD_BYTES);
    memcpy(to + HEAD_BYTES, key, key_len);
    memcpy(to + HEAD_BYTES + key_len, answer, len);
    *slot = tag_of(hash) | (uint32_t)half->used;
    half->used += all;
    half->count++;
}

size_t answers_get(struct answers *answers, const void *key, size_t key_len, unsigned char out[ANSWER_BYTES])
{
    uint64_t hash = XXH3_64bits(key, key_len);
    struct part *part = part_of(answers, hash);
    size_t len = 0;
    pthread_mutex_lock(&part->lock);
    for (unsigned age = 0; age < 2 && len == 0; age++) {
        const unsigned char *held;
        size_t held_len;
        const struct half *half = &part->half[part->young ^ age];
        if (half->count == 0 || !*find(half, hash, key, key_len, &held, &held_len))
            continue;
        memcpy(out, held, len = held_len);
        if (age)
            remember(part, hash, key, key_len, out, len);
    }
    pthread_mutex_unlock(&part->lock);
    return len;
}

void answers_put(struct answers *answers, const void *key, size_t key_len, const unsigned char *answer, size_t len)
{
    if (key_len > ANSWER_KEY_BYTES || len == 0 || len > ANSWER_BYTES)
        return;
    uint64_t hash = XXH3_64bits(key, key_len);
    struct part *part = part_of(answers, hash);
    pthread_mutex_lock(&part->lock);
    remember(part, hash, key, key_len, answer, len);
    pthread_mutex_unlock(&part->lock);
}
