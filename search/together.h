/* One match of a text, looked at under the filters of several requests.  Of search_together() alone. */
#ifndef OPASTIN_SEARCH_TOGETHER_H
#define OPASTIN_SEARCH_TOGETHER_H

#include "search/match.h"
#include "search/search.h"

/* Total, facets and ages of the side, from the text's rows in the match; lead: the match is the side's own.  What the
 * filters of age, distance and day remember changes: the match's own must not be looked at after it. */
enum status side_run(struct searcher *searcher, const struct match *match, struct search_side *side, bool lead,
                     struct arena *arena, struct err *err) MUST_USE;

#endif
