/* What is like a record, nearby first.
 *
 * Compared are records of the same kind; what one takes part in (activity, event, experiment) counts as one kind.
 * Left out: the record itself, what is not shown today, what is over.
 *
 * Likeness, 0 to 1: of all that tells of the record, the share that the other has too.  What tells: its themes and
 * audiences, each by how rare it is among all records, and the SIMILAR_WORDS most telling words of its titles and
 * keywords, each by how rare it is times how much its text weighs; a part of a compound is a word too, and tells
 * SIMILAR_PART as much.  Names of places, people and organisations, words that begin with a digit and words of no
 * other record do not tell.  An audience alone makes no likeness: a theme or word must be shared, and the likeness be
 * SIMILAR_LEAST.
 *
 * Order: likeness times a factor for where the other is offered: in a municipality of the record, in a neighbouring
 * one, in its region, in the whole country or online, elsewhere; then by distance, when places are known; then by name.
 * Of a record for a whole region every municipality is its own; of a nationwide one all places are alike. */
#ifndef OPASTIN_SEARCH_SIMILAR_H
#define OPASTIN_SEARCH_SIMILAR_H

#include "search/search.h"

enum {
    SIMILAR_WORDS = 8,    /* that are compared */
    SIMILAR_WORD_BYTES = 3, /* shorter words (ry, rf) do not tell */
    SIMILAR_READ = 120,   /* words that they are chosen from, in the order of the texts */
    SIMILAR_VALUES = 64,  /* themes and audiences, ancestors included */
    SIMILAR_MOST = 20,    /* hits */
    SIMILAR_DEFAULT = 5,
};
#define SIMILAR_LEAST 0.12
#define SIMILAR_PART 0.5

enum near { NEAR_MUNICIPALITY, NEAR_NEIGHBOUR, NEAR_REGION, NEAR_COUNTRY, NEAR_ELSEWHERE, NEAR_COUNT };
const char *near_name(enum near near); /* "municipality", "neighbour", "region", "country", "elsewhere" */

struct similar_word {
    const char *text; /* its base form */
    double weight;
};

struct similar_value {
    enum facet facet; /* FACET_THEME or FACET_AUDIENCE */
    uint16_t value;   /* ordinal in the facet's vocabulary */
    double weight;
};

struct similar_hit {
    struct hit hit;      /* row, score, distance from the record's nearest place to its own, next occurrence */
    double likeness;
    enum near near;
    uint32_t words;      /* bit per word: shared */
    uint64_t values;     /* bit per value: shared */
};

struct similar {
    uint32_t row; /* the record */
    bool placed;  /* it is offered somewhere: nearness was judged */
    struct similar_word words[SIMILAR_WORDS]; /* the most telling first */
    size_t word_count;
    struct similar_value values[SIMILAR_VALUES];
    size_t value_count;
    struct similar_hit hits[SIMILAR_MOST];
    size_t hit_count;
};

/* At most `most` hits, 1..SIMILAR_MOST; texts in the arena.  A search like any other: see search.h.
 * STATUS_NOTFOUND when no record has the id, or none that is shown today; STATUS_TIMEOUT. */
enum status similar_run(struct searcher *searcher, const char *id, size_t id_len, size_t most,
                        const struct search_clock *clock, struct arena *arena, struct similar *similar,
                        struct err *err) MUST_USE;

#endif
