/* Too few records have all words of the query: those that have most of it are taken too.
 *
 * A word weighs by how rare it is, a record that has only some parts of the query's compound has a part of the word,
 * and optional words do not count.  Records are let in from the fullest match down until there are
 * SEARCH_RELAX_TO; none with less than a share of the best, and none that has only the place of a query that says what
 * is sought there, unless it is of that very place.  What is of that place and has a word of what is sought there comes
 * in besides: few answer that much, and they are near. */
#ifndef OPASTIN_SEARCH_RELAX_H
#define OPASTIN_SEARCH_RELAX_H

#include "search/match.h"

enum { RELAX_UNITS = 64 }; /* of the rarest word */

/* any: rows that have any word or part; passing: those of them that are shown and pass all filters, which alone decide
 * how far to go; both are used up.  Sets match->text, a part of `any`, and match->required: the words that each passing
 * row of it has. */
enum status relax_run(struct searcher *searcher, const struct query *query, struct docset *any,
                      struct docset *passing, struct match *match, struct err *err) MUST_USE;

#endif
