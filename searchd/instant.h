/* InstantSearch: the requests of algoliasearch-helper, as requests of ours, and the answers that it expects.
 *
 *   {"requests":[{"indexName":"opastin","params":{…}}]}  ->  {"results":[{…}]}
 *
 * read (instant_read.c) -> requests that look at the same text together -> search_together() -> render
 * (instant_render.c).  Parameters that are not known are ignored; what restricts the hits and cannot be done is told.
 * docs/instantsearch.md says it all for those who ask. */
#ifndef OPASTIN_SEARCHD_INSTANT_H
#define OPASTIN_SEARCHD_INSTANT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "search/search.h"
#include "searchd/labels.h"

/* Limits of a body, each with its message. */
enum {
    INSTANT_BODY_BYTES = 32 * 1024,
    INSTANT_DEPTH = 12,       /* arrays and objects in each other */
    INSTANT_REQUESTS = 20,    /* of one body */
    INSTANT_CLAUSES = 64,     /* filters of one request that must all hold */
    INSTANT_CONDITIONS = 256, /* of all these together */
    INSTANT_BOXES = 16,
    INSTANT_VALUES = 100,     /* of a facet, unless maxValuesPerFacet says less or more, to … */
    INSTANT_VALUES_MOST = 1000,
    INSTANT_FACET_HITS = 10,  /* of a search among a facet's values, unless maxFacetHits says, to … */
    INSTANT_FACET_HITS_MOST = 100,
    INSTANT_TAG_BYTES = 64,   /* of what marks a word */
    INSTANT_INDEX_BYTES = 64,
    INSTANT_SNIPPET_WORDS = 10,
    INSTANT_SNIPPET_WORDS_MOST = 100,
};
_Static_assert((int)INSTANT_REQUESTS <= (int)SEARCH_TOGETHER, "one match may serve all");

/* ---- what may be asked (instant_names.c) ------------------------------------------------------------------------- */

/* Parameters of a request: it is read by these alone, and the API's document walks them. */
enum instant_given {
    INSTANT_GIVEN_INDEX, INSTANT_GIVEN_TYPE, INSTANT_GIVEN_FACET, /* beside "params" */
    INSTANT_GIVEN_BESIDE,
    INSTANT_GIVEN_QUERY = INSTANT_GIVEN_BESIDE, INSTANT_GIVEN_PAGE, INSTANT_GIVEN_SIZE, INSTANT_GIVEN_FACETS,
    INSTANT_GIVEN_FACET_FILTERS, INSTANT_GIVEN_NUMERIC_FILTERS, INSTANT_GIVEN_BOX_FILTERS, INSTANT_GIVEN_PLACE,
    INSTANT_GIVEN_RADIUS, INSTANT_GIVEN_RETRIEVE, INSTANT_GIVEN_HIGHLIGHT, INSTANT_GIVEN_SNIPPET, INSTANT_GIVEN_PRE,
    INSTANT_GIVEN_POST, INSTANT_GIVEN_ELLIPSIS, INSTANT_GIVEN_MOST_VALUES, INSTANT_GIVEN_ORDER,
    INSTANT_GIVEN_FACET_NAME, INSTANT_GIVEN_FACET_QUERY, INSTANT_GIVEN_FACET_MOST, INSTANT_GIVEN_FILTERS,
    INSTANT_GIVEN_POLYGON, INSTANT_GIVEN_COUNT
};

/* What a value looks like. */
enum instant_form {
    INSTANT_A_TEXT,      /* at most `most` bytes */
    INSTANT_A_COUNT,     /* more than `most` is taken as that */
    INSTANT_AN_INDEX,
    INSTANT_A_TYPE,
    INSTANT_AN_ATTRIBUTE,
    INSTANT_AN_ORDER,    /* of a facet's values */
    INSTANT_A_POINT,
    INSTANT_A_RADIUS,
    INSTANT_NAMES,       /* a text, "a,b", or a list of texts */
    INSTANT_ALL_OF,      /* a list of what must all hold, of lists of which any must; or one text */
    INSTANT_BOX_LIST,
    INSTANT_REFUSED,     /* nothing but an empty text */
};

struct instant_parameter {
    const char *name;
    enum instant_form form;
    int usual, most;      /* of counts; most of texts: bytes */
    const char *fallback; /* of a text; NULL: as if there were no such parameter */
    const char *help;
};
extern const struct instant_parameter instant_parameters[INSTANT_GIVEN_COUNT];
extern const char *const instant_sorts[SORT_COUNT]; /* what an index's name may end in */

/* ---- attributes and their values (instant_names.c) --------------------------------------------------------------- */

/* What can be filtered by and counted: "theme" with all its values, "theme.lvl0" and "theme.lvl1" level by level,
 * "age_min". */
struct instant_attribute {
    const char *name;
    enum facet facet; /* FACET_AGE: a number */
    int level;        /* -1: all values */
    enum age_kind age;
};
extern const struct instant_attribute instant_attributes[];
extern const size_t instant_attribute_count;
#define INSTANT_SEPARATOR " > "

int instant_attribute_by_name(const char *name, size_t len); /* -1: there is none */
/* The names of all, for messages. */
void instant_attribute_names(struct buf *out);
/* False when the attribute does not have this entry of its facet's vocabulary: another level. */
bool instant_has(const struct instant_attribute *attribute, size_t entry);
/* Appends how a value is shown: its label, behind those above it; with its code in brackets where another entry before
 * it has the same. */
void instant_show(const struct instant_attribute *attribute, size_t entry, enum ui_lang lang, struct buf *out);
/* The entry that is shown so, or has this code, or is called so in any language; -1: none, or of another level. */
int instant_find(const struct instant_attribute *attribute, const char *text, size_t len, enum ui_lang lang);

/* ---- requests (instant_read.c) ----------------------------------------------------------------------------------- */

enum instant_text { INSTANT_TITLE, INSTANT_SUMMARY, INSTANT_BODY, INSTANT_TEXTS };

extern const char *const instant_texts[INSTANT_TEXTS]; /* instant_names.c */

struct instant_query {
    const char *index;          /* as asked */
    const json_t *params;       /* as asked; of the body */
    struct request request;
    uint32_t facets;            /* bit per attribute: to be counted */
    int facet_search;           /* attribute whose values are searched; -1: this is a search for records */
    const char *facet_query;
    size_t facet_query_len;
    unsigned facet_hits, values;/* at most */
    bool values_by_name;
    bool labels;                /* hits have them */
    const char *pre, *post;     /* around a word that was found */
    const char *ellipsis;
    bool highlight[INSTANT_TEXTS];
    unsigned snippet[INSTANT_TEXTS]; /* words; 0: not asked */
    const char *message;        /* what was not done as asked; NULL */
};

struct instant_body {
    json_t *json; /* in which the queries lie */
    struct instant_query *queries;
    size_t count;
};

/* lang: where the index's name has none.  Everything but the JSON in the arena.  Whatever comes of it, the body is to
 * be released.  STATUS_INVALID and STATUS_LIMIT say which request and parameter; STATUS_NOTFOUND: no such index. */
enum status instant_read(struct instant_body *body, const char *text, size_t len, enum ui_lang lang,
                         struct arena *arena, struct err *err) MUST_USE;
void instant_body_release(struct instant_body *body);

/* One of its facets is a number. */
bool instant_counts_ages(const struct instant_query *query);
/* The second asks for no hits and looks at the text of the first under filters of which those of one attribute at most
 * are others: one match can serve both. */
bool instant_together(const struct instant_query *lead, const struct instant_query *other);

/* ---- results (instant_render.c) ---------------------------------------------------------------------------------- */

/* One entry of "results". */
enum status instant_render(struct searcher *searcher, const struct labels *labels, const struct instant_query *query,
                           const struct answer *answer, struct arena *arena, struct buf *out,
                           struct err *err) MUST_USE;

#endif
