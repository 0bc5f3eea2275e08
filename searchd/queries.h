/* The parameters of paths that are no searches, or that take some of a search's alone: read by the table that the API's
 * document walks (openapi.h). */
#ifndef OPASTIN_SEARCHD_QUERIES_H
#define OPASTIN_SEARCHD_QUERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "search/parameters.h"

/* What stands behind '?' of a path. */
enum query_kind {
    QUERY_NONE,     /* nothing; anything is refused */
    QUERY_IGNORED,
    QUERY_SEARCH,   /* all parameters of a search (search/parameters.h) */
    QUERY_FEED,     /* those that say what is sought, and pages of its own size */
    QUERY_CALENDAR, /* those that say what is sought */
    QUERY_SIMILAR,
    QUERY_LANG,
    QUERY_SITEMAP,
    QUERY_HSDS_LIST,
    QUERY_HSDS_ONE,
};

/* Rows of the table. */
enum query_parameter {
    ASKED_LANG,
    ASKED_SIMILAR,  /* per_page */
    ASKED_FEED_PAGE, /* this and the next are read as a search's, and bounded by the feed */
    ASKED_FEED_SIZE,
    ASKED_PART,
    ASKED_PAGE,
    ASKED_SIZE,
    ASKED_WORDS,
    ASKED_SINCE,
    ASKED_FULL,
    ASKED_FULL_SERVICE,
    ASKED_FORMAT,
    ASKED_COUNT,
};

struct query_row {
    struct parameter parameter; /* its `read` is NULL */
    const char *component;      /* name in the document, for another path may take another of its name */
    unsigned queries;           /* bits of enum query_kind: who takes it */
};
extern const struct query_row query_rows[ASKED_COUNT];

/* One value; an empty one counts as not given. */
struct asked_value {
    const char *text; /* as sent, percent-encoded; NULL: not given */
    int64_t number;   /* an integer, a day, or which of the choices; without one what the table says */
};

/* Reads the query string, which may be NULL, by the rows of its kind.  STATUS_INVALID: errors says why, all of it.
 * Everything lives in the arena. */
enum status query_read(enum query_kind kind, const char *text, struct arena *arena,
                       struct asked_value values[ASKED_COUNT], struct request_errors *errors,
                       struct err *err) MUST_USE;
/* True when a query of this kind has this one of a search's parameters. */
bool query_takes(enum query_kind kind, const struct parameter *of_search);

#endif
