/* Decoded postings, and the cache of them that the threads of one generation share.
 *
 * One entry holds what one word of a query needs: the rows of all its terms, merged, with a weighted term frequency
 * per lane.  Matching then is set arithmetic and scoring one pass, without touching Xapian. */
#ifndef OPASTIN_SEARCHD_POSTINGS_H
#define OPASTIN_SEARCHD_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "searchd/docset.h"
#include "xap/xap.h"

/* Lanes of a word: how strongly a row matches it. Every row of an entry has a frequency above 0 in some lane. */
enum lane {
    LANE_ANY,   /* any term but the exact form: lemmas whole or as compound part, Swedish and English stems */
    LANE_WHOLE, /* lemma of the whole word */
    LANE_EXACT, /* the form as it was typed */
    LANE_WIDE,  /* any term but the exact form, or one of a synonym; without synonyms no term feeds it */
    LANE_COUNT
};

enum {
    POSTINGS_FREQUENCY_MOST = 255, /* higher term frequencies count as this one; BM25 is flat there */
    POSTINGS_TERMS_PER_WORD = 64,
};

/* A term of the word and the lanes (bit set of 1 << enum lane) that it feeds. */
struct posting_term {
    const char *text;
    uint8_t len;
    uint8_t lanes;
};

struct postings {
    uint32_t count;                     /* rows */
    uint32_t *rows;                     /* ascending */
    uint8_t *frequency[LANE_COUNT];     /* per row; NULL when no term feeds the lane */
    uint32_t rows_in_lane[LANE_COUNT];  /* rows with a frequency above 0: the document frequency of the lane */
    struct docset set;                  /* the rows as a bitmap when they are many; words NULL otherwise */
    size_t bytes;
};

struct postings_cache;

/* byte_budget: kept at every moment, except that entries in use by running requests cannot be dropped.
 * rows: of the generation. */
enum status postings_cache_new(struct postings_cache **cache, uint32_t rows, size_t byte_budget,
                               struct err *err) MUST_USE;
/* All entries must have been released. */
void postings_cache_free(struct postings_cache *cache);

/* The entry for these terms, from the cache or read with the caller's reader. Thread-safe.
 * Give it back with postings_release(). */
enum status postings_get(struct postings_cache *cache, struct xap_reader *reader, const struct posting_term *terms,
                         size_t term_count, const struct postings **postings, struct err *err) MUST_USE;
void postings_release(struct postings_cache *cache, const struct postings *postings);

/* Only which rows have any of the terms, for who counts and does not score: frequencies are neither read nor kept.
 * Keeps those rows of the set.  What is at hand is used; few rows are asked one by one, which keeps nothing, until they
 * have taken as long as reading; else the terms' rows are read and stay in the cache.  Lanes of the terms do not
 * matter.  Thread-safe. */
enum status postings_keep(struct postings_cache *cache, struct xap_reader *reader, const struct posting_term *terms,
                          size_t term_count, struct docset *set, struct err *err) MUST_USE;
/* How many rows the terms have, at most and roughly: to ask for the fewest first. */
enum status postings_guess(struct postings_cache *cache, struct xap_reader *reader, const struct posting_term *terms,
                           size_t term_count, uint64_t *rows, struct err *err) MUST_USE;

struct postings_stats {
    uint64_t hits, misses, evictions;
    size_t bytes, entries;
};
struct postings_stats postings_cache_stats(struct postings_cache *cache);

#endif
