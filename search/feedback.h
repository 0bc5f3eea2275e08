/* What the best records have in common raises others that have it too.
 *
 * Pseudo-relevance feedback after Rocchio (1971) and relevance models (Lavrenko and Croft 2001), on what maintainers
 * classified rather than on words: the themes and audiences of the best records, weighed by their scores and by how
 * much commoner they are there than everywhere.  A client's sentence is met by few words, but the records that it
 * means are classified alike. */
#ifndef OPASTIN_SEARCH_FEEDBACK_H
#define OPASTIN_SEARCH_FEEDBACK_H

#include "search/match.h"

enum { FEEDBACK_TOP = 10 }; /* records that are looked at */

/* The highest scores, as they are seen; then what they have in common. */
struct feedback {
    struct feedback_row {
        uint32_t row;
        float score;
    } top[FEEDBACK_TOP]; /* the best first */
    size_t count;
    float least;    /* a row with less is not among them */
    double *values; /* by ordinal, what a row earns that has it, before `scale`; 0 from `end` on */
    uint16_t end;
    double scale, limit; /* a row earns its values times scale, and no more than the limit */
};

void feedback_start(struct feedback *feedback);
void feedback_take(struct feedback *feedback, const struct searcher *searcher, uint32_t row, float score);

/* A row of the result, once, with all else that it earns. */
static inline void feedback_see(struct feedback *feedback, const struct searcher *searcher, uint32_t row, float score)
{
    if (score >= feedback->least)
        feedback_take(feedback, searcher, row, score);
}

/* When all rows were seen: sets values, in the arena; scale stays 0 when nothing is earned. */
enum status feedback_weigh(struct feedback *feedback, const struct searcher *searcher, struct arena *arena,
                           struct err *err) MUST_USE;
/* Has fetched what feedback_of() will read.  Always inline: gcc leaves out a call of what only fetches. */
__attribute__((always_inline)) static inline void feedback_fetch(const struct searcher *searcher, uint32_t row)
{
    const struct columns *c = &searcher->snapshot->columns;
    __builtin_prefetch(c->ordinals + c->ordinal_offset[row]);
}

/* What the row earns: 0 to the limit. */
float feedback_of(const struct feedback *feedback, const struct searcher *searcher, uint32_t row);

#endif
