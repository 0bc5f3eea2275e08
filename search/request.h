/* A search request: the parameters of page, API, feed and widget, checked and resolved.
 *
 * One table names the parameters; parsing, error messages and documentation walk it.  All problems of a request are
 * found in one pass. */
#ifndef OPASTIN_SEARCH_REQUEST_H
#define OPASTIN_SEARCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "facet.h"
#include "search/clause.h"
#include "vocab/vocab.h"

/* Limits of what a request may ask, each with its own message. */
enum {
    REQUEST_URI_BYTES = 8192,
    REQUEST_QUERY_BYTES = 1000,    /* of q */
    REQUEST_QUERY_WORDS = 32,      /* of q */
    REQUEST_PARAMETERS = 200,      /* names and values together in one request */
    REQUEST_VALUES = 64,           /* selected values of one facet */
    REQUEST_PER_PAGE_MOST = 100,
    REQUEST_PER_PAGE_DEFAULT = 20,
    REQUEST_PAGE_MOST = 1000000,
    REQUEST_AGE_MOST = 120,
    REQUEST_RADIUS_MOST_KM = 1500,
    REQUEST_YEAR_LEAST = 2000, /* of a date */
    REQUEST_YEAR_MOST = 2100,
    REQUEST_ERRORS = 20,           /* reported at once */
    REQUEST_CURSOR_BYTES = 128,
};

enum sort { SORT_RELEVANCE, SORT_DISTANCE, SORT_NEXT, SORT_NEWEST, SORT_NAME, SORT_COUNT };
const char *sort_name(enum sort sort);

/* Where a page goes on: the sort key of the last hit before it, in the generation and on the day it was computed.
 * See search.h for the key. */
struct cursor {
    bool given;
    uint32_t generation;
    int32_t today;
    uint32_t guide; /* hash of the synonyms: scores depend on them */
    uint64_t query; /* hash of what was asked */
    uint64_t key_high;
    uint32_t key_low;
};

struct request {
    const char *q; /* trimmed; "" when not given */
    size_t q_len;
    enum ui_lang lang;
    const uint16_t *selected[FACET_LISTED]; /* vocabulary ordinals, ascending, distinct */
    size_t selected_count[FACET_LISTED];
    uint8_t weekdays; /* bit 0 Monday; 0: not asked */
    uint8_t times;    /* bit 0 morning; 0: not asked */
    int age;          /* -1: not asked */
    int near;         /* municipality's ordinal in VOCAB_AREA, -1: not asked */
    const char *near_text; /* as given: postal code or name; NULL */
    double radius_km;      /* whole metres; 0: no limit of distance */
    struct {
        bool given;
        double lat, lon;   /* degrees */
    } point;               /* to measure from in place of `near`; no query string has one */
    const struct clause *clauses; /* further conditions, all must hold; no query string has any */
    size_t clause_count;
    int32_t date, until;   /* first and last day asked for, since 1970-01-01; 0: not asked */
    uint32_t unknown;      /* bit per enum facet: records that do not say pass this facet's filter too */
    bool past;             /* ended projects and past events too */
    bool explain;
    bool all_words;        /* few hits are not made more by those that lack words */
    uint32_t uncounted;    /* bit per enum facet: not asked for, neither counted nor shown */
    uint32_t unshown;      /* bit per enum member: not asked for in a hit */
    bool unlabelled;       /* facets' values come with their counts alone */
    enum sort sort;
    unsigned page, per_page; /* page from 1 */
    struct cursor cursor;
};

struct request_error {
    const char *parameter;
    const char *detail; /* what was wrong, what is allowed */
};

struct request_errors {
    struct request_error list[REQUEST_ERRORS];
    size_t count;
};

/* query_string: the part of the URI behind '?', percent-encoded, NULL or "" when there is none; `lang` is the default
 * for texts.  STATUS_INVALID: errors says why, all of it.  Everything lives in the arena.
 * Empty values count as not given (a plain HTML form sends them); only `facets` without a value asks for none. */
enum status request_parse(struct request *request, const char *query_string, struct arena *arena,
                          struct request_errors *errors, struct err *err) MUST_USE;

/* The canonical query string of a request, parameters in the order of the table, defaults left out: equal requests
 * give equal strings. Page and cursor are left out unless with_page. */
struct buf;
void request_write(const struct request *request, bool with_page, struct buf *out);

/* Hash of everything that decides which hits there are and in which order (not page, per_page, lang, explain, nor what
 * is shown of them: facets, fields, labels). */
uint64_t request_hash(const struct request *request);

/* URL-safe text of a cursor and back. STATUS_INVALID. */
void cursor_write(const struct cursor *cursor, struct buf *out);
enum status cursor_parse(struct cursor *cursor, const char *text, size_t len, struct err *err) MUST_USE;

#endif
