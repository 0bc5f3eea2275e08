/* A record to what a generation holds of it: terms, columns and the stored form. */
#ifndef OPASTIN_INDEXER_DOCUMENT_H
#define OPASTIN_INDEXER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "columns.h"
#include "record.h"

struct document_maker;
struct meanings;           /* meanings.h */
struct meanings_writer;    /* the same */
struct records_dictionary; /* records.h */

/* One per thread; owns an analyser, whose cache has so many slots, and scratch memory.  answers: shared with other
 * makers, outlives them. */
enum status document_maker_new(struct document_maker **maker, size_t cache_slots, struct answers *answers,
                               struct err *err) MUST_USE;
void document_maker_free(struct document_maker *maker);

struct document_term {
    const char *text; /* with its namespace byte; not zero-terminated */
    uint32_t len;     /* 2..ANALYSE_TERM_BYTES */
    uint32_t wdf;     /* the weights of its occurrences, added up */
};

struct document {
    const struct document_term *terms; /* each once, in the order in which they first occur */
    size_t term_count;
    const void *stored;                /* the stored form (stored.h) */
    size_t stored_len;
    bool packed;                       /* with the dictionary that was given */
    struct columns_input columns;      /* row.length: the sum of all wdf */
};

/* Everything in the document lives in the arena.  first_seen: seconds since 1970.  dictionary: to pack the stored form
 * with; NULL leaves it as it is.
 * Same record, same document, whatever the maker has made before.
 * STATUS_LIMIT: the record says more than an index holds of one (texts, places, schedules); nothing else is wrong. */
enum status document_make(struct document_maker *maker, const struct record *record, uint32_t first_seen,
                          const struct records_dictionary *dictionary, struct arena *arena, struct document *document,
                          struct err *err) MUST_USE;

/* Words that the meanings have are not asked of the dictionary; they outlive the maker.  NULL: all are. */
void document_maker_recall(struct document_maker *maker, const struct meanings *meanings);

struct analyse_stats document_maker_stats(const struct document_maker *maker);

/* Owned by the maker; not to be used while a document is made. */
struct analyser *document_maker_analyser(struct document_maker *maker);
/* What the words mean that the maker's analyser has seen; owned by the maker. */
struct meanings_writer *document_maker_meanings(struct document_maker *maker);

#endif
