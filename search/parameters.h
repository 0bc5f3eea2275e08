/* The search parameters, as a table: request.c parses by it, errors and documentation name it. */
#ifndef OPASTIN_SEARCH_PARAMETERS_H
#define OPASTIN_SEARCH_PARAMETERS_H

#include <stdbool.h>

#include "search/request.h"

struct buf;
struct reading; /* request.c */

struct parameter {
    const char *name;
    bool repeats;        /* may be given several times */
    int facet;           /* the facet it filters, or -1 */
    const char *allowed; /* in words, for people */
    /* Takes one value, not empty but of `facets`; what is wrong goes to the reading's errors. */
    void (*read)(struct reading *reading, const struct parameter *parameter, const char *value, size_t len);
};

extern const struct parameter parameters[];
extern const size_t parameter_count;

#endif
