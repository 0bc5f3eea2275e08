/* Typing help: how the last word of a query may go on, and which filters and organisations it may mean.
 *
 * Whatever is suggested was counted: with the words before it and the filters kept it has hits, all words required. */
#ifndef OPASTIN_SEARCH_SUGGEST_H
#define OPASTIN_SEARCH_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "search/search.h"
#include "search/topics.h"

enum suggest_group { SUGGEST_WORDS, SUGGEST_ORGANISATIONS, SUGGEST_TOPICS, SUGGEST_AREAS, SUGGEST_GROUPS };

enum {
    SUGGEST_EACH = 3,      /* of a group */
    SUGGEST_COUNTED = 6,   /* candidates of a group, the commonest, of which the first three with hits are taken */
    SUGGEST_NAME_BYTES = 2, /* shorter beginnings suggest no organisation */
    SUGGEST_SCANNED = 8192, /* words of names and inflected forms looked at; the others of a short beginning are not */
};

struct suggestion {
    const char *text;       /* what to put in the box, all of it */
    const char *label;      /* what is suggested: the word, the name, the filter's label */
    int facet;              /* the filter to choose, -1: none */
    uint16_t entry;         /* its value: ordinal in the facet's vocabulary */
    uint64_t total;         /* hits; never 0 */
    struct request request; /* the search that has them */
};

struct suggestions {
    struct suggestion list[SUGGEST_GROUPS][SUGGEST_EACH];
    size_t count[SUGGEST_GROUPS];
};

/* All in the arena.  Uses the searcher as search_run() does; the request's page and cursor do not matter.
 * STATUS_TIMEOUT at the deadline. */
enum status suggest_run(struct searcher *searcher, const struct topics *topics, const struct request *request,
                        const struct search_clock *clock, struct arena *arena, struct suggestions *suggestions,
                        struct err *err) MUST_USE;

/* "words", as in the answer. */
const char *suggest_group_name(enum suggest_group group);

#endif
