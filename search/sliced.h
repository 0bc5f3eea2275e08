/* Sums of weights per row as bit planes: bit k of the sums of 64 rows is one word, so that all of them are added to and
 * compared at once (D. Rinfret, P. O'Neil, E. O'Neil: Bit-Sliced Index Arithmetic, SIGMOD 2001).
 *
 * The planes are never there as a whole: each question goes over the rows once, in blocks whose planes stay in the
 * nearest cache. */
#ifndef OPASTIN_SEARCH_SLICED_H
#define OPASTIN_SEARCH_SLICED_H

#include "analyse/analyse.h"
#include "search/postings.h"
#include "search/request.h"

enum {
    SLICED_PLANES = 12,
    SLICED_MOST = (1 << SLICED_PLANES) - 1, /* no sum may be higher */
    SLICED_ADDENDS = REQUEST_QUERY_WORDS * (1 + ANALYSE_PARTS_PER_WORD)
};

struct sliced_addend {
    const uint64_t *words; /* rows as a bitmap; NULL: as a list */
    const struct postings *listed; /* NULL: there are none */
    uint32_t next;         /* of the list: the first place behind the blocks that are done */
    const uint64_t *but;   /* not these rows; NULL: all */
    unsigned weight;
    unsigned most;         /* that a sum can be with this addend and those before it */
};

struct sliced {
    size_t word_count; /* of a bitmap of all rows */
    size_t count;
    struct sliced_addend addends[SLICED_ADDENDS];
};

/* All sums are 0.  What is added must stay until all is asked. */
void sliced_begin(struct sliced *sums, size_t word_count);
/* Adds the weight, which is above 0, to the rows. */
void sliced_add(struct sliced *sums, const struct docset *rows, unsigned weight);
/* The same but for the rows of `but`, which were added before: with no less than all together that others get instead
 * of it. */
void sliced_add_instead(struct sliced *sums, const struct postings *rows, const struct docset *but, unsigned weight);

/* The nth highest sum of these rows, 0 when they are fewer; nth is above 0.  *best: the highest. */
unsigned sliced_nth(struct sliced *sums, const struct docset *among, uint32_t nth, unsigned *best);
/* The lowest sum of these rows; the most that one can be when there are no rows. */
unsigned sliced_lowest(struct sliced *sums, const struct docset *among);
/* Adds to the set those of these rows whose sum is at least this. */
void sliced_at_least(struct sliced *sums, const struct docset *among, unsigned least, struct docset *to);

#endif
