/* Decoded postings, and the cache of them that the threads of one generation share.
 *
 * One entry holds what one word of a query needs: the rows of all its terms, merged, with a term frequency per lane.
 * Matching then is set arithmetic and scoring one pass.
 *
 * The cache drops what was used longest ago, but only for an entry that was asked for more often lately (G. Einziger,
 * R. Friedman, B. Manes: TinyLFU: A Highly Efficient Cache Admission Policy, ACM Transactions on Storage 13, 2017): a
 * crawl through rare words cannot flush the common ones. */
#ifndef OPASTIN_SEARCH_POSTINGS_H
#define OPASTIN_SEARCH_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "inverted.h"
#include "search/docset.h"

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
    uint8_t *frequency[LANE_COUNT];     /* per row; NULL when no term feeds the lane; one array for several lanes when
                                         * the same terms feed them */
    uint32_t rows_in_lane[LANE_COUNT];  /* rows with a frequency above 0: the document frequency of the lane */
    struct docset set;                  /* the rows as a bitmap when they are many; words NULL otherwise */
    size_t bytes;
};

struct postings_cache;

/* byte_budget: kept at every moment, except that entries in use by running requests cannot be dropped.
 * inverted: of the generation; outlives the cache. */
enum status postings_cache_new(struct postings_cache **cache, const struct inverted *inverted, size_t byte_budget,
                               struct err *err) MUST_USE;
/* All entries must have been released. */
void postings_cache_free(struct postings_cache *cache);
/* Reads what the other cache (of the generation before) holds, the last used first, until half of the budget is
 * full. */
enum status postings_cache_warm(struct postings_cache *cache, struct postings_cache *from, struct err *err) MUST_USE;

/* The entry for these terms, from the cache or from the inverted file. Thread-safe.
 * Give it back with postings_release(). */
enum status postings_get(struct postings_cache *cache, const struct posting_term *terms, size_t term_count,
                         const struct postings **postings, struct err *err) MUST_USE;
void postings_release(struct postings_cache *cache, const struct postings *postings);

/* Keeps those rows of the set that the postings have. */
void postings_keep(const struct postings *postings, struct docset *set);

struct postings_stats {
    uint64_t hits, misses, evictions, refused; /* refused: not admitted */
    size_t bytes, entries;
};
struct postings_stats postings_cache_stats(struct postings_cache *cache);

#endif
