/* The generation that serves, as the next run sees it: what it knows of its records, and, when this program would make
 * the same of them, its files to be copied from. */
#ifndef OPASTIN_INDEXER_PREVIOUS_H
#define OPASTIN_INDEXER_PREVIOUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "columns.h"
#include "indexer/ledger.h"
#include "indexer/settings.h"
#include "inverted.h"
#include "lexicon.h"
#include "meanings.h"
#include "record.h"
#include "records.h"

struct previous {
    uint32_t generation;    /* 0: nothing serves yet */
    bool told;              /* ledger, columns and records could be read */
    bool reusable;          /* and its other files, made by the same analyser and schema: rows can be copied */
    char why[512];          /* not reusable: why, in words; "" when there is nothing yet */
    struct ledger ledger;
    struct ledger_index by_id, by_raw;
    uint16_t source_now[LEDGER_SOURCES]; /* by the ledger's source: index in settings, or UINT16_MAX */
    struct columns columns;
    struct records records;
    struct records_unpacker *unpacker;
    struct inverted postings;
    struct meanings meanings;
    struct lexicon lexicon;
    struct buf stored;      /* the record that was read last */
};

/* A generation that cannot be read is no failure: then everything is new.  STATUS_NOMEM, STATUS_IO. */
enum status previous_open(struct previous *previous, const char *dir, const struct settings *settings,
                          struct err *err) MUST_USE;
void previous_close(struct previous *previous); /* of zeros: no-op */

/* Nothing can be copied from it any more, for this reason; what it knows of its records stays. */
void previous_forget_files(struct previous *previous, const char *why);

/* The entry's stored form: a view until the next call. entry: number in the ledger. */
enum status previous_stored(struct previous *previous, uint32_t entry, const void **data, size_t *len,
                            struct err *err) MUST_USE;

/* A record read back from its stored form, as far as it is shown.  STATUS_CORRUPT. */
enum status stored_to_record(const void *data, size_t len, struct arena *arena, struct record *record,
                             struct err *err) MUST_USE;

#endif
