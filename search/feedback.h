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

/* Adds to searcher->scores of the result, at most weights.feedback of the best score.  top_places: how many of the
 * highest scores matter; rows that cannot be among them are left as they are.  0: all matter. */
enum status feedback_run(struct searcher *searcher, const struct match *match, size_t top_places,
                         struct arena *arena, struct err *err) MUST_USE;

#endif
