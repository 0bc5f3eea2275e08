/* One generation, opened for searching: what all threads share, read-only.
 *
 * Its files are mapped, nothing is built; decoded postings are cached.  A snapshot is made by one thread, then only
 * read; it lives until its last user lets go. */
#ifndef OPASTIN_SEARCH_SNAPSHOT_H
#define OPASTIN_SEARCH_SNAPSHOT_H

#include <stdint.h>

#include "base/status.h"
#include "columns.h"
#include "facet.h"
#include "generation.h"
#include "inverted.h"
#include "lexicon.h"
#include "meanings.h"
#include "records.h"
#include "search/docset.h"
#include "search/postings.h"
#include "tombstones.h"
#include "value_sets.h"

/* The rows that have one facet value. */
struct value_set {
    uint32_t count;
    struct docset set;     /* words NULL when the rows are few … */
    const uint32_t *rows;  /* … and then they stand here, ascending */
};

struct snapshot {
    uint32_t number;               /* of the generation */
    char *path;                    /* DIR/gen-N */
    struct manifest manifest;
    struct columns columns;
    struct lexicon lexicon;
    struct meanings meanings;      /* of zeros when the generation has none */
    struct records records;
    struct inverted inverted;
    struct value_sets value_sets;
    struct tombstones tombstones;  /* of zeros when the generation has none */
    struct value_set *values;      /* by facet ordinal; facet_ordinals() of them */
    double values_cost[FACET_LISTED]; /* ns to count the facet by its value sets … */
    double row_cost;                  /* … and for one row through the columns; by calibrate.c */
    struct postings_cache *postings;
    struct docset all;             /* every row */
    struct docset no_age, no_place; /* rows that do not say */
    uint64_t *memory;              /* private: of `all` */
    unsigned users;                /* private */
};

/* Bytes, when the size of the postings decides. */
enum { SNAPSHOT_CACHE_LEAST = 16 << 20, SNAPSHOT_CACHE_MOST = 128 << 20 };

/* cache_bytes: of decoded postings; 0: five sixths of what the postings take on disk, within the two bounds.
 * STATUS_VERSION: of another program; STATUS_CORRUPT, STATUS_NOTFOUND, STATUS_IO, STATUS_NOMEM. One user. */
enum status snapshot_open(struct snapshot **snapshot, const char *dir, uint32_t number, size_t cache_bytes,
                          struct err *err) MUST_USE;
struct snapshot *snapshot_hold(struct snapshot *snapshot); /* one more user; thread-safe */
void snapshot_release(struct snapshot *snapshot);          /* NULL: no-op; thread-safe */

/* Adds the rows of a value to the set. */
void value_set_or(const struct value_set *value, struct docset *to);
uint64_t value_set_count_and(const struct value_set *value, const struct docset *set);

#endif
