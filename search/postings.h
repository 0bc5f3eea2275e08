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

#include <stdbool.h>
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
    POSTINGS_RUN = 65536, /* rows whose low 16 bits are different */
    POSTINGS_STRIDE = 8, /* words of a bitmap between two counts of the rows before */
    POSTINGS_RARE = 255, /* the code of rows whose frequencies have none of their own */
};

#define POSTINGS_NONE UINT32_MAX

/* A term of the word and the lanes (bit set of 1 << enum lane) that it feeds. */
struct posting_term {
    const char *text;
    uint8_t len;
    uint8_t lanes;
};

/* Rows have places 0..count - 1, ascending.  Few rows are the low 16 bits of each, in runs; many are a bitmap, from
 * where that is the smaller form.  Few different frequencies occur, so a row has a byte that says which: an entry takes
 * three bytes a posting, and with the rows of a common word as a bitmap little more than one.  What is beyond a byte's
 * codes is rare and stands apart, counted for each 256 places, with the last byte of its place.
 * All arrays lie in one block, so that memory goes to little but what `bytes` counts. */
struct postings {
    uint32_t count;        /* rows */
    uint16_t *low;         /* few: the low bits of a row, by place; NULL when they are many, or none */
    uint32_t *begins;      /* few: the first place of each run of POSTINGS_RUN rows, and `count` at the end */
    size_t runs;           /* of all rows there are; 0 when they are many */
    struct docset set;     /* many: as a bitmap; words NULL when they are few */
    uint32_t *before;      /* of the bitmap: rows before every POSTINGS_STRIDE words */
    uint8_t *code;         /* by place: which of the frequencies, or POSTINGS_RARE */
    uint8_t *frequencies;  /* `width` of each code, then of each rare row: a column for lanes fed by the same terms */
    uint32_t codes;        /* at most POSTINGS_RARE */
    uint32_t *rare_before; /* rare rows before every 256 places, and all of them at the end; NULL: there are none */
    uint8_t *rare_place;   /* their places in the 256 */
    uint8_t width;
    int8_t column[LANE_COUNT];         /* of a lane; -1 when no term feeds it */
    uint32_t rows_in_lane[LANE_COUNT]; /* rows with a frequency above 0: the document frequency of the lane */
    size_t bytes;
    void *block;
};

static inline size_t postings_runs(uint32_t rows)
{
    return ((size_t)rows + POSTINGS_RUN - 1) / POSTINGS_RUN;
}

/* Which rare row has the place, which is one's. */
static inline uint32_t postings_rare(const struct postings *p, uint32_t place)
{
    uint32_t at = p->rare_before[place / 256];
    while (p->rare_place[at] != place % 256)
        at++;
    return at;
}

/* The row's frequencies by column. */
static inline const uint8_t *postings_frequencies(const struct postings *p, uint32_t place)
{
    uint32_t code = p->code[place];
    return p->frequencies + (size_t)p->width * (code < POSTINGS_RARE ? code : p->codes + postings_rare(p, place));
}

static inline unsigned postings_frequency(const struct postings *p, uint32_t place, enum lane lane)
{
    return p->column[lane] < 0 ? 0 : postings_frequencies(p, place)[p->column[lane]];
}

/* The row's place, POSTINGS_NONE when it has none.  *from: a place at or before it, 0 at first; for ascending rows
 * the same variable is handed in again and again. */
uint32_t postings_place(const struct postings *postings, uint32_t row, uint32_t *from);

struct postings_cache;

/* byte_budget: kept at every moment, except that entries in use by running requests cannot be dropped.
 * inverted: of the generation; outlives the cache. */
enum status postings_cache_new(struct postings_cache **cache, const struct inverted *inverted, size_t byte_budget,
                               struct err *err) MUST_USE;
/* All entries must have been released. */
void postings_cache_free(struct postings_cache *cache);
/* Reads what the other cache (of the generation before) holds, the last used first, until half of the budget is
 * full.  Before others use the cache, which is empty. */
enum status postings_cache_warm(struct postings_cache *cache, struct postings_cache *from, struct err *err) MUST_USE;

/* The entry for these terms, from the cache or from the inverted file. Thread-safe.
 * Give it back with postings_release(). */
enum status postings_get(struct postings_cache *cache, const struct posting_term *terms, size_t term_count,
                         const struct postings **postings, struct err *err) MUST_USE;
/* Whether these terms were asked for. */
bool postings_are_of(const struct postings *postings, const struct posting_term *terms, size_t term_count);
void postings_release(struct postings_cache *cache, const struct postings *postings);

/* Adds the rows of the postings to the set; keeps those that they have. */
void postings_or(const struct postings *postings, struct docset *set);
void postings_keep(const struct postings *postings, struct docset *set);

/* Runs the statement for each row of the postings, ascending: POSTINGS_EACH(postings, row) { … } */
#define POSTINGS_EACH(postings, row)                                                                                 \
    for (size_t each_at_ = 0; each_at_ < ((postings)->low ? (postings)->runs : (postings)->set.word_count);          \
         each_at_++)                                                                                                 \
        for (uint64_t each_left_ = (postings)->low                                                                   \
                                       ? (postings)->begins[each_at_ + 1] - (postings)->begins[each_at_]             \
                                       : (postings)->set.words[each_at_];                                            \
             each_left_; each_left_ = (postings)->low ? each_left_ - 1 : each_left_ & (each_left_ - 1))              \
            for (uint32_t row = (postings)->low                                                                      \
                                    ? (uint32_t)(each_at_ * POSTINGS_RUN) +                                          \
                                          (postings)->low[(postings)->begins[each_at_ + 1] - each_left_]             \
                                    : (uint32_t)(each_at_ * 64 + (size_t)__builtin_ctzll(each_left_)),               \
                          each_turn_ = 1; each_turn_; each_turn_ = 0)

struct postings_stats {
    uint64_t hits, misses, evictions, refused; /* refused: not admitted */
    size_t bytes, entries;
};
struct postings_stats postings_cache_stats(struct postings_cache *cache);

#endif
