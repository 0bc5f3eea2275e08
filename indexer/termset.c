#include "indexer/termset.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "indexer/document.h"

enum { TERMSET_SLOTS = 1024 }; /* at first: a record of a hundred words has some 300 terms */

void termset_release(struct termset *set)
{
    buf_release(&set->text);
    free(set->slots);
    free(set->terms);
    *set = (struct termset)TERMSET_INIT;
}

void termset_reset(struct termset *set)
{
    for (size_t i = 0; i < set->count; i++)
        set->slots[set->terms[i].slot].term = 0;
    buf_reset(&set->text);
    set->count = 0;
    set->length = 0;
}

static void slot_fill(struct termset *set, uint32_t hash, size_t term)
{
    size_t mask = set->slot_count - 1, at = hash & mask;
    while (set->slots[at].term)
        at = (at + 1) & mask;
    set->slots[at] = (struct termset_slot){hash, (uint32_t)term + 1};
    set->terms[term].slot = (uint32_t)at;
}

static enum status grow(struct termset *set, struct err *err)
{
    size_t slot_count = set->slot_count ? 2 * set->slot_count : TERMSET_SLOTS;
    struct termset_slot *old = set->slots, *slots = calloc(slot_count, sizeof *slots);
    struct termset_term *terms = realloc(set->terms, slot_count / 2 * sizeof *terms);
    if (terms)
        set->terms = terms;
    if (!slots || !terms) {
        free(slots);
        return err_set(err, STATUS_NOMEM, "out of memory for the terms of a record");
    }
    set->slots = slots;
    set->slot_count = slot_count;
    for (size_t i = 0; i < set->count; i++)
        slot_fill(set, old[terms[i].slot].hash, i);
    free(old);
    return STATUS_OK;
}

static struct termset_term *find(const struct termset *set, const char *text, size_t len, uint32_t hash)
{
    size_t mask = set->slot_count - 1;
    for (size_t at = hash & mask; set->slot_count && set->slots[at].term; at = (at + 1) & mask) {
        struct termset_term *term = &set->terms[set->slots[at].term - 1];
        if (set->slots[at].hash == hash && term->len == len && memcmp(set->text.data + term->offset, text, len) == 0)
            return term;
    }
    return NULL;
}

uint32_t termset_hash(const char *text, size_t len)
{
    return (uint32_t)XXH3_64bits(text, len);
}

enum status termset_add(struct termset *set, const char *text, size_t len, uint32_t weight, struct err *err)
{
    return termset_add_hashed(set, text, len, termset_hash(text, len), weight, err);
}

enum status termset_add_hashed(struct termset *set, const char *text, size_t len, uint32_t hash, uint32_t weight,
                               struct err *err)
{
    struct termset_term *term = find(set, text, len, hash);
    set->length += weight;
    if (term) {
        term->wdf += weight; /* may pass 32 bits only when the length does, which the caller looks at */
        return STATUS_OK;
    }
    if (set->count == set->slot_count / 2)
        TRY(grow(set, err));
    set->terms[set->count] = (struct termset_term){(uint32_t)set->text.len, (uint32_t)len, weight, 0};
    buf_add(&set->text, text, len);
    TRY(buf_ok(&set->text, err));
    slot_fill(set, hash, set->count++);
    return STATUS_OK;
}

enum status termset_keep(const struct termset *set, struct arena *arena, const struct document_term **terms,
                         size_t *count, struct err *err)
{
    struct document_term *kept = arena_array(arena, set->count, sizeof *kept);
    const char *text = arena_copy(arena, buf_str(&set->text), set->text.len);
    if (!kept || !text)
        return arena_nomem(err);
    for (size_t i = 0; i < set->count; i++)
        kept[i] = (struct document_term){text + set->terms[i].offset, set->terms[i].len, set->terms[i].wdf};
    *terms = kept;
    *count = set->count;
    return STATUS_OK;
}
