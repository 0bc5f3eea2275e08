#include "indexer/tonight.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/grow.h"

static enum status nomem(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for the records of the run");
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

const char *tonight_organisation_name(const struct tonight *t, const struct previous *previous, uint32_t number)
{
    return number < t->names_before ? ledger_organisation(&previous->ledger, number)
                                    : t->names[number - t->names_before];
}

/* The slot of the name, or the free one where it belongs. */
static uint32_t *name_slot(const struct tonight *t, const struct previous *previous, const char *name)
{
    size_t at = XXH3_64bits(name, strlen(name));
    for (;; at++) {
        uint32_t *slot = &t->name_slots[at & (t->name_slot_cap - 1)];
        if (*slot == 0 || strcmp(tonight_organisation_name(t, previous, *slot - 1), name) == 0)
            return slot;
    }
}

static enum status make_name_slots(struct tonight *t, const struct previous *previous, struct err *err)
{
    uint32_t count = tonight_organisation_count(t);
    free(t->name_slots);
    for (t->name_slot_cap = 1024; t->name_slot_cap < 4 * (size_t)count; t->name_slot_cap *= 2)
        ;
    if (!(t->name_slots = calloc(t->name_slot_cap, sizeof *t->name_slots)))
        return nomem(err);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *slot = name_slot(t, previous, tonight_organisation_name(t, previous, i));
        *slot = *slot ? *slot : i + 1;
    }
    return STATUS_OK;
}

enum status tonight_organisation(struct tonight *t, const struct previous *previous, const char *name,
                                 uint32_t *number, struct err *err)
{
    if (2 * (size_t)tonight_organisation_count(t) >= t->name_slot_cap)
        TRY(make_name_slots(t, previous, err));
    uint32_t *slot = name_slot(t, previous, name);
    if (!*slot) {
        const char **names = grow(t->names, t->name_count, &t->name_cap, sizeof *names);
        const char *copy = names ? arena_copy(&t->arena, name, strlen(name)) : NULL;
        t->names = names ? names : t->names;
        if (!copy)
            return nomem(err);
        t->names[t->name_count++] = copy;
        *slot = tonight_organisation_count(t);
    }
    *number = *slot - 1;
    return STATUS_OK;
}

/* ---- entries ---------------------------------------------------------------------------------------------------- */

enum status tonight_init(struct tonight *tonight, const struct previous *previous, struct err *err)
{
    *tonight = (struct tonight){.arena = ARENA_INIT, .ids = IDSET_INIT,
                                .names_before = previous->ledger.organisation_count};
    return make_name_slots(tonight, previous, err);
}

void tonight_release(struct tonight *t)
{
    free(t->entries);
    free(t->prev);
    free(t->fresh);
    free(t->state);
    free(t->changed);
    free(t->rule);
    free(t->names);
    free(t->name_slots);
    idset_release(&t->ids);
    arena_release(&t->arena);
    *t = (struct tonight){.arena = ARENA_INIT};
}

static bool resize(void *column, size_t count, size_t size)
{
    void **items = column, *bigger = realloc(*items, count * size);
    *items = bigger ? bigger : *items;
    return bigger != NULL;
}

static enum status make_room(struct tonight *t, struct err *err)
{
    if (t->count == UINT32_MAX - 1)
        return err_set(err, STATUS_LIMIT, "more than %u records", t->count);
    if (t->count < t->cap)
        return STATUS_OK;
    size_t cap = t->cap ? t->cap + t->cap / 2 : 4096;
    if (!resize(&t->entries, cap, sizeof *t->entries) || !resize(&t->prev, cap, sizeof *t->prev) ||
        !resize(&t->fresh, cap, sizeof *t->fresh) || !resize(&t->state, cap, 1) || !resize(&t->changed, cap, 1) ||
        !resize(&t->rule, cap, 1))
        return nomem(err);
    t->cap = cap;
    return STATUS_OK;
}

enum status tonight_add(struct tonight *t, const struct ledger_entry *entry, uint32_t prev, bool changed,
                        uint32_t *number, struct err *err)
{
    TRY(make_room(t, err));
    t->entries[t->count] = *entry;
    t->entries[t->count].flags &= (uint8_t)~LEDGER_MERGED;
    t->entries[t->count].merged_into = LEDGER_NONE;
    t->prev[t->count] = prev;
    t->fresh[t->count] = LEDGER_NONE;
    t->state[t->count] = ENTRY_SHOWN;
    t->changed[t->count] = changed;
    t->rule[t->count] = 0;
    *number = t->count++;
    return STATUS_OK;
}

enum status tonight_index(const struct tonight *t, struct ledger_index *index, struct err *err)
{
    TRY(ledger_index_reserve(index, t->count, err));
    for (uint32_t i = 0; i < t->count; i++)
        if (t->state[i] != ENTRY_GONE)
            ledger_index_add(index, t->entries, i, LEDGER_BY_ID);
    return STATUS_OK;
}
