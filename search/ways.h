/* Ways on: what to change in a search that found few, each with the number of hits that the change gives.
 *
 * Few: fewer than WAYS_BELOW hits have all words of the query and pass all filters.  A way is one changed request; it
 * is offered when more than now have all its words and pass its filters, and when hits were let in that lack words, one
 * that drops words must give more than there are with those.  The kinds, in the order in which they are offered, what
 * was asked changed least first:
 *
 *   without-quotes   words in quotes may be corrected, understood and widened
 *   include-unknown  records that do not say pass a filter too; weekday and time together
 *   neighbours       the municipalities asked for and their neighbours
 *   wider-area       their regions in place of the municipalities; then the whole country; each when it gives more
 *                    than the narrower ways
 *   online           the areas and what is online; when that is nothing, forms of activity that are online, anywhere
 *   drop-filter      one filter less, each in turn
 *   drop-word        one word less, or one name of several words, each in turn
 *   include-past     ended projects and past events too
 *   drop-filters     no filter at all, when no other way was found; when there is no hit, those that lack words count
 *   drop-words       the filters alone, when no other way was found
 *
 * Areas are those of the filter or, when there is none, those that the query's words name: such words become the
 * filter.  Taking words as typed is no way: of a corrected word the index has nothing, and an understood word in quotes
 * finds no more than it did (ways_test.c). */
#ifndef OPASTIN_SEARCH_WAYS_H
#define OPASTIN_SEARCH_WAYS_H

#include "search/search.h"

enum {
    WAYS_BELOW = 5,    /* hits: fewer are few */
    WAYS_MOST = 8,     /* offered */
    WAYS_COUNTED = 24, /* candidates that are counted at most; those behind are not offered */
};

enum way_kind {
    WAY_QUOTES,
    WAY_UNKNOWN,
    WAY_NEIGHBOURS,
    WAY_AREA,
    WAY_ONLINE,
    WAY_FILTER,
    WAY_WORD,
    WAY_PAST,
    WAY_FILTERS,
    WAY_WORDS,
    WAY_KINDS
};
const char *way_kind_name(enum way_kind kind); /* "without-quotes" … */

struct way {
    enum way_kind kind;
    struct request request; /* the changed one, its first page */
    uint64_t total;         /* hits with all words: its totalHits, unless it is relaxed in its turn */
    bool relaxed;           /* total counts hits that lack words too: then it is always its totalHits */
    const char *text;       /* of the query, that is left out; NULL */
    size_t text_len;
    int facet;              /* whose filter is changed; -1 */
    const uint16_t *values; /* ordinals in the facet's vocabulary: dropped, or let in; of FACET_AGE the age */
    size_t value_count;
};

struct ways {
    struct way list[WAYS_MOST];
    size_t count;
};

/* None when the answer has enough hits; fewer when the deadline comes.  Everything in the arena.  It searches: views
 * of the answer into the searcher are over afterwards (search.h). */
enum status ways_find(struct searcher *searcher, const struct request *request, const struct answer *answer,
                      const struct search_clock *clock, struct arena *arena, struct ways *ways,
                      struct err *err) MUST_USE;

#endif
