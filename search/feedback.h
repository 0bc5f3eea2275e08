/* What the best records have in common raises others that have it too.
 *
 * Pseudo-relevance feedback after Rocchio (1971) and relevance models (Lavrenko and Croft 2001), on what maintainers
 * classified rather than on words: the themes and audiences of the best records, weighed by their scores and by how
 * much commoner they are there than everywhere.  A client's sentence is met by few words, but the records that it
 * means are classified alike. */
#ifndef OPASTIN_SEARCH_FEEDBACK_H
#define OPASTIN_SEARCH_FEEDBACK_H

#include "search/match.h"

enum {
    FEEDBACK_TOP = 10,      /* records that are looked at */
    FEEDBACK_PLACES = 1024, /* with more places asked for, all rows are judged */
};

/* The highest scores, as they are seen. */
struct feedback {
    uint32_t top[FEEDBACK_TOP]; /* rows, the best first */
    size_t count;
    size_t places; /* that are asked for; 0: all */
    float least;   /* a row below is none of either */
    float heap[FEEDBACK_PLACES]; /* `places` of them, the least on top; 0 for those that are lacking */
};

/* top_places: how many of the highest scores matter; 0: all. */
void feedback_start(struct feedback *feedback, size_t top_places);
void feedback_take(struct feedback *feedback, const struct searcher *searcher, uint32_t row);

/* A row of the result, once, when all else is in searcher->scores. */
static inline void feedback_see(struct feedback *feedback, const struct searcher *searcher, uint32_t row)
{
    if (searcher->scores[row] >= feedback->least)
        feedback_take(feedback, searcher, row);
}

/* Adds to searcher->scores of the result, all of whose rows were seen, at most weights.feedback of the best score.
 * Rows that cannot be among the places asked for are left as they are. */
enum status feedback_run(struct feedback *feedback, struct searcher *searcher, const struct match *match,
                         struct arena *arena, struct err *err) MUST_USE;

#endif
