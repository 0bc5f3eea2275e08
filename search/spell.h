/* Words of a query that the index does not have, taken as what they may have been meant to be.
 *
 * Only a word of which no term is in the index, that names nothing and has no synonyms, is corrected; never one in
 * quotes, with a digit or of three letters and fewer.  The answer says what was corrected. */
#ifndef OPASTIN_SEARCH_SPELL_H
#define OPASTIN_SEARCH_SPELL_H

#include "base/arena.h"
#include "base/status.h"
#include "search/query.h"
#include "search/searcher.h"

enum {
    SPELL_LOOKUPS = 8, /* words of one query for which a correction is looked for; QUERY_CORRECTIONS are taken */
};

/* Replaces what such words ask for; their text and place in the query stay. */
enum status spell_apply(struct searcher *searcher, struct query *query, struct arena *arena, struct err *err) MUST_USE;

#endif
