/* Conditions beyond a request's own filters: clauses that must all hold, each by any of its conditions.
 *
 * The filters of struct request take several values of one facet and mean any of them.  Interfaces of others ask for
 * more: both of two themes, all but one audience, an age from 60, a place within a box.  A record that does not state
 * an age, or has no place, meets no condition on it, but the opposite of one. */
#ifndef OPASTIN_SEARCH_CLAUSE_H
#define OPASTIN_SEARCH_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "facet.h"

struct docset;
struct request;
struct searcher;

enum condition_kind { CONDITION_VALUE, CONDITION_AGE, CONDITION_BOX };

/* What of a record's ages is asked: whether one of them is so, or where they begin, or where they end. */
enum age_kind { AGE_ANY, AGE_FROM, AGE_TO, AGE_KINDS };

struct condition {
    enum condition_kind kind;
    bool opposite;         /* the record does not meet it */
    enum facet facet;      /* of a value: a listed one, weekday or time */
    uint16_t value;        /* ordinal in the facet's vocabulary */
    enum age_kind age;
    double least, most;    /* of the age, both included */
    double south, north, west, east; /* of the box, degrees; west > east: over the date line */
};

struct clause {
    const struct condition *conditions; /* any of them; without any nothing meets the clause */
    size_t count;
    int about; /* for callers that compare requests; equal clauses have equal ones */
};

/* Takes out of `rows` what does not meet all of the request's clauses.  STATUS_NOMEM, STATUS_LIMIT, STATUS_TIMEOUT. */
enum status clauses_keep(struct searcher *searcher, const struct request *request, struct docset *rows,
                         struct err *err) MUST_USE;

#endif
