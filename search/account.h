/* Why one record is among the hits of a search, and where; or why it is not. */
#ifndef OPASTIN_SEARCH_ACCOUNT_H
#define OPASTIN_SEARCH_ACCOUNT_H

#include "search/search.h"

struct match; /* match.h */
struct query; /* query.h */

/* Strings live in the arena. */
struct account {
    bool hit;
    uint64_t total;         /* hits of the search */
    uint64_t place;         /* of the record among them, from 1; 0 when it is none */
    struct hit details;     /* of a hit; score_parts too */
    bool hidden, over;      /* not shown today at all; ended or past, and the search does not ask for those */
    const char **missing;   /* words of the query that it does not have, nor what stands for them */
    size_t missing_count;
    unsigned wanted, required; /* words of the query; of these, words that each hit has */
    bool filtered[FACET_COUNT]; /* it does not pass this filter of the search */
    const char *plan;       /* the query as it was read, a line per word; "" without a query */
};

/* As search_run(), for one row. */
enum status search_account(struct searcher *searcher, const struct request *request, const struct search_clock *clock,
                           uint32_t row, struct arena *arena, struct account *account, struct err *err) MUST_USE;
/* Of what was read and matched: for search.c alone. */
enum status account_run(struct searcher *searcher, const struct request *request, const struct query *query,
                        const struct match *match, uint32_t row, struct arena *arena, struct account *account,
                        struct err *err) MUST_USE;

#endif
