/* What a generation knows of where its records came from: for each one its source and line, hashes of its bytes and of
 * its meaning, and what duplicates are found by; also of those that are not shown because another source has them too.
 * With it the next run tells what is new, changed and gone without reading what is the same.
 *
 * One file, written with its generation; nothing that answers reads it. */
#ifndef OPASTIN_INDEXER_LEDGER_H
#define OPASTIN_INDEXER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "record.h"
#include "sections.h"

enum {
    LEDGER_VERSION = 1,
    LEDGER_SOURCES = 512,
};

#define LEDGER_NONE UINT32_MAX

/* 128 bits of XXH3. */
struct hash128 {
    uint64_t high, low;
};

enum ledger_flag {
    LEDGER_WARNED = 1, /* it has warnings, which are told each time: it is read again though its bytes are known */
    LEDGER_MERGED = 2, /* not shown; merged_into is another entry */
};

struct ledger_entry {
    struct hash128 id, meaning;
    uint64_t raw;           /* of its line; 0: the format has none */
    uint64_t name, place, owner, business; /* what duplicates are found by (duplicates.h); 0: says nothing */
    uint32_t merged_into;   /* entry number; LEDGER_NONE */
    uint32_t line;          /* in its file */
    uint32_t organisation;  /* in the table of names; LEDGER_NONE */
    int32_t start_day;      /* DAY_UNKNOWN */
    int32_t verified;       /* DAY_UNKNOWN */
    int32_t past_after;     /* DAY_NEVER */
    uint16_t source;        /* in the table of sources */
    uint16_t file;          /* of the source's files */
    uint16_t quality;       /* bits: enum quality */
    uint8_t weekdays;       /* bit 0 Monday; 0: not known */
    uint8_t flags;          /* enum ledger_flag */
};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct ledger {
    const struct ledger_entry *entries; /* the generation's records by row, then those that are merged */
    uint32_t count, rows;               /* all; of them the records */
    uint32_t unread;                    /* rows whose words are not in the generation's meanings, for it has those of
                                           an earlier one */
    const char *sources[LEDGER_SOURCES];
    size_t source_count;
    uint32_t organisation_count;
    struct sections file; /* private */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION. */
enum status ledger_open(struct ledger *ledger, const char *path, struct err *err) MUST_USE;
void ledger_close(struct ledger *ledger); /* of zeros: no-op */
/* Reads everything: checksums, references. STATUS_CORRUPT. */
enum status ledger_check(const struct ledger *ledger, struct err *err) MUST_USE;
const char *ledger_organisation(const struct ledger *ledger, uint32_t organisation);
/* The stored form (stored.h) of a merged entry, so that it can be shown when the other goes; *len bytes. */
const void *ledger_merged(const struct ledger *ledger, uint32_t entry, size_t *len);

/* ---- finding ---------------------------------------------------------------------------------------------------- */

/* Entries by their id, or by their raw hash; an open hash table over a ledger or a list under way. */
struct ledger_index {
    uint32_t *slots; /* entry + 1; owned */
    size_t cap;
};

enum ledger_key { LEDGER_BY_ID, LEDGER_BY_RAW };

/* Entries without a raw hash are not in the index by raw hash; of several with one hash the first is found. */
enum status ledger_index_new(struct ledger_index *index, const struct ledger_entry *entries, uint32_t count,
                             enum ledger_key key, struct err *err) MUST_USE;
/* The same, entry by entry: an empty one with room for `count`, then the entries that are to be found. */
enum status ledger_index_reserve(struct ledger_index *index, uint32_t count, struct err *err) MUST_USE;
void ledger_index_add(struct ledger_index *index, const struct ledger_entry *entries, uint32_t entry,
                      enum ledger_key key);
void ledger_index_release(struct ledger_index *index);
/* LEDGER_NONE when there is none. */
uint32_t ledger_find_id(const struct ledger_index *index, const struct ledger_entry *entries, struct hash128 id);
uint32_t ledger_find_raw(const struct ledger_index *index, const struct ledger_entry *entries, uint64_t raw);

struct hash128 ledger_id_hash(const char *id, size_t len);

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct ledger_writer;

enum status ledger_writer_open(struct ledger_writer **writer, const char *path, struct err *err) MUST_USE;
void ledger_writer_free(struct ledger_writer *writer);
enum status ledger_writer_source(struct ledger_writer *writer, const char *name, struct err *err) MUST_USE;
/* In row order; then the merged ones, each with its stored form. */
enum status ledger_writer_entry(struct ledger_writer *writer, const struct ledger_entry *entry, const void *stored,
                                size_t stored_len, struct err *err) MUST_USE;
enum status ledger_writer_organisation(struct ledger_writer *writer, const char *name, struct err *err) MUST_USE;
enum status ledger_writer_finish(struct ledger_writer *writer, uint32_t rows, uint32_t unread,
                                 struct err *err) MUST_USE;

#endif
