/* The search parameters, as a table: request.c parses by it, errors and documentation name it. */
#ifndef OPASTIN_SEARCH_PARAMETERS_H
#define OPASTIN_SEARCH_PARAMETERS_H

#include <stdbool.h>

#include "search/request.h"

struct buf;
struct reading; /* request.c */

/* What its values look like, for those who describe them; what is taken is `read`'s matter. */
enum parameter_type {
    PARAMETER_TEXT,    /* at most `most` bytes */
    PARAMETER_CODES,   /* codes of the facet's vocabulary, or names of its entries in any of the three languages */
    PARAMETER_INTEGER, /* least to most */
    PARAMETER_NUMBER,  /* above least, to most */
    PARAMETER_DATE,    /* YYYY-MM-DD */
    PARAMETER_CHOICE,  /* one of `choice` */
    PARAMETER_NAMES,   /* names of `choice`, divided by commas */
};

struct parameter {
    const char *name;
    bool repeats;        /* may be given several times */
    int facet;           /* the facet it filters, or -1 */
    const char *allowed; /* in words, for people */
    /* Takes one value, not empty but of `facets`; what is wrong goes to the reading's errors. */
    void (*read)(struct reading *reading, const struct parameter *parameter, const char *value, size_t len);
    enum parameter_type type;
    int least, most;
    const char *(*choice)(size_t i); /* NULL behind the last */
    const char *fallback;            /* what not giving it means; NULL: as if there were no such parameter */
    const char *example;             /* a value that is allowed by itself; NULL: there is none */
    const char *help;                /* what it does, a sentence in English */
};

extern const struct parameter parameters[];
extern const size_t parameter_count;

#endif
