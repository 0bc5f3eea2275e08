/* What objects refer to: short JSON texts under set and id. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/arena.h"
#include "indexer/sources/import.h"

enum { SLOTS_FIRST = 1024, KEY_BYTES = IMPORT_ID_BYTES + 40 };

/* One object; those of one id are a list in the order they came. */
struct kept {
    struct kept *next;
    size_t len;
    char text[];
};

struct slot {
    const char *key; /* "set id"; NULL: free */
    struct kept *first, *last;
    size_t count;
};

struct import_lookup {
    struct arena arena;
    struct slot *slots;
    size_t count, cap; /* cap: a power of two, at most three quarters of it used */
    size_t bytes;
    bool beside;
};

enum status import_lookup_new(struct import_lookup **lookup, struct err *err)
{
    struct import_lookup *made = calloc(1, sizeof *made);
    if (made && !(made->slots = calloc(SLOTS_FIRST, sizeof *made->slots))) {
        free(made);
        made = NULL;
    }
    if (!made)
        return err_set(err, STATUS_NOMEM, "out of memory");
    made->cap = SLOTS_FIRST;
    *lookup = made;
    return STATUS_OK;
}

void import_lookup_free(struct import_lookup *lookup)
{
    if (!lookup)
        return;
    arena_release(&lookup->arena);
    free(lookup->slots);
    free(lookup);
}

/* The slot of the key, or the free one where it would stand. */
static struct slot *slot_of(struct slot *slots, size_t cap, const char *key, size_t len)
{
    size_t at = (size_t)XXH3_64bits(key, len) & (cap - 1);
    while (slots[at].key && strcmp(slots[at].key, key) != 0)
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool slots_double(struct import_lookup *lookup)
{
    size_t cap = 2 * lookup->cap;
    struct slot *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < lookup->cap; i++)
        if (lookup->slots[i].key)
            *slot_of(slots, cap, lookup->slots[i].key, strlen(lookup->slots[i].key)) = lookup->slots[i];
    free(lookup->slots);
    lookup->slots = slots;
    lookup->cap = cap;
    return true;
}

/* 0: an id that is not kept. */
static size_t key_make(const char *set, const char *id, char key[KEY_BYTES])
{
    if (strlen(id) > IMPORT_ID_BYTES)
        return 0;
    int len = snprintf(key, KEY_BYTES, "%s %s", set, id);
    return len > 0 && len < KEY_BYTES ? (size_t)len : 0;
}

static struct kept *kept_make(struct import_lookup *lookup, const json_t *object)
{
    size_t len = json_dumpb(object, NULL, 0, JSON_COMPACT);
    struct kept *kept = len ? arena_alloc(&lookup->arena, sizeof *kept + len) : NULL;
    if (!kept || json_dumpb(object, kept->text, len, JSON_COMPACT) != len)
        return NULL;
    kept->len = len;
    return kept;
}

enum status import_lookup_add(struct import_lookup *lookup, const char *set, const char *id, const json_t *object,
                              struct err *err)
{
    char key[KEY_BYTES];
    size_t len = key_make(set, id, key);
    if (len == 0)
        return STATUS_OK;
    if (4 * (lookup->count + 1) > 3 * lookup->cap && !slots_double(lookup))
        return arena_nomem(err);
    struct kept *kept = kept_make(lookup, object);
    struct slot *slot = slot_of(lookup->slots, lookup->cap, key, len);
    if (!kept || (!slot->key && !(slot->key = arena_copy(&lookup->arena, key, len))))
        return arena_nomem(err);
    lookup->count += slot->count == 0;
    lookup->bytes += sizeof *kept + kept->len + (slot->count ? 0 : len);
    if (slot->last)
        slot->last->next = kept;
    else
        slot->first = kept;
    slot->last = kept;
    slot->count++;
    if (lookup->bytes > IMPORT_LOOKUP_BYTES)
        return err_set(err, STATUS_LIMIT, "what the records refer to (places, keywords, occurrences) takes more than "
                       "%d MB; split the files into several runs", IMPORT_LOOKUP_BYTES >> 20);
    return STATUS_OK;
}

static const struct slot *slot_find(const struct import_lookup *lookup, const char *set, const char *id)
{
    char key[KEY_BYTES];
    size_t len = lookup && set && id ? key_make(set, id, key) : 0;
    const struct slot *slot = len ? slot_of(lookup->slots, lookup->cap, key, len) : NULL;
    return slot && slot->key ? slot : NULL;
}

void import_lookup_set_beside(struct import_lookup *lookup, bool beside)
{
    lookup->beside = beside;
}

bool import_lookup_is_beside(const struct import_lookup *lookup)
{
    return lookup->beside;
}

size_t import_lookup_count(const struct import_lookup *lookup, const char *set, const char *id)
{
    const struct slot *slot = slot_find(lookup, set, id);
    return slot ? slot->count : 0;
}

json_t *import_lookup_get(const struct import_lookup *lookup, const char *set, const char *id, size_t index)
{
    const struct slot *slot = slot_find(lookup, set, id);
    const struct kept *kept = slot ? slot->first : NULL;
    while (kept && index-- > 0)
        kept = kept->next;
    return kept ? json_loadb(kept->text, kept->len, 0, NULL) : NULL;
}
