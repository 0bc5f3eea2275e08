/* The records of a run while it is under way: what every source gives tonight, set against what serves. */
#ifndef OPASTIN_INDEXER_TONIGHT_H
#define OPASTIN_INDEXER_TONIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "indexer/idset.h"
#include "indexer/ledger.h"
#include "indexer/previous.h"
#include "indexer/settings.h"

/* What became of one entry. */
enum entry_state {
    ENTRY_SHOWN,   /* goes into the index */
    ENTRY_MERGED,  /* another source has it too and is shown instead */
    ENTRY_GONE,    /* refused after all, or of a source that was held back */
};

/* Entries in the order in which they were read; the columns belong together. */
struct tonight {
    struct ledger_entry *entries; /* .source: index of the run's sources */
    uint32_t *prev;    /* number in the ledger of the generation that serves; LEDGER_NONE: new */
    uint32_t *fresh;   /* row in the segment of new documents; LEDGER_NONE: none was made */
    uint8_t *state;    /* enum entry_state */
    uint8_t *changed;  /* its meaning differs from prev's, or there is none */
    uint8_t *rule;     /* enum duplicate_rule: of a merged one */
    uint32_t count;
    size_t cap;
    struct idset ids;
    /* Names of organisations: those of the ledger that serves, then new ones. */
    struct arena arena;
    const char **names; /* new ones */
    size_t name_count, name_cap;
    uint32_t *name_slots; /* number + 1 */
    size_t name_slot_cap;
    uint32_t names_before;
};

enum status tonight_init(struct tonight *tonight, const struct previous *previous, struct err *err) MUST_USE;
void tonight_release(struct tonight *tonight);

/* A further entry; *number gets its number. */
enum status tonight_add(struct tonight *tonight, const struct ledger_entry *entry, uint32_t prev, bool changed,
                        uint32_t *number, struct err *err) MUST_USE;
/* Of the entries that have not gone, by id; each id is there once.  To be released. */
enum status tonight_index(const struct tonight *tonight, struct ledger_index *index, struct err *err) MUST_USE;
/* The number of an organisation's name. */
enum status tonight_organisation(struct tonight *tonight, const struct previous *previous, const char *name,
                                 uint32_t *number, struct err *err) MUST_USE;
const char *tonight_organisation_name(const struct tonight *tonight, const struct previous *previous,
                                      uint32_t number);
static inline uint32_t tonight_organisation_count(const struct tonight *tonight)
{
    return tonight->names_before + (uint32_t)tonight->name_count;
}

#endif
