/* From a request to the handler of its path, and what every answer has in common.
 *
 * The table of paths is the only place that names them: dispatch, metrics, `/`, the 405 answers and the API's document
 * walk it. */
#ifndef OPASTIN_SEARCHD_ROUTE_H
#define OPASTIN_SEARCHD_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "searchd/api.h"
#include "searchd/http.h"
#include "searchd/problem.h"
#include "searchd/queries.h"
#include "searchd/stats.h"

enum { ROUTE_PACK_ABOVE_BYTES = 1024 }; /* smaller bodies are sent as they are */

#define ROUTE_JSON "application/json; charset=utf-8"
#define ROUTE_METRICS "text/plain; version=0.0.4; charset=utf-8"

/* Answers any request, refused ones too. */
enum http_turn route_answer(struct api *api, struct http_request *request, struct http_reply *reply);
/* How long a body the request's path takes, when it is a POST to one that takes any; else 0. */
size_t route_takes_body(const struct api *api, const struct http_request *request);
/* Counts the request, and logs it when asked to: method, path, status, bytes, milliseconds, id; never the query, and
 * no path that leads nowhere, for a query may have been typed into it. */
void route_done(struct api *api, const struct http_request *request, int status, size_t bytes, int64_t us, bool whole);

/* The routes' names for metrics, by http_request.route; the last stands for paths that are none. Returns how many. */
size_t route_names(const char *names[STATS_ROUTES]);

/* Who asks for a path, and where it is answered. */
enum route_kind {
    ROUTE_API,        /* programs; described by its operation, as are the next two */
    ROUTE_POST,       /* the same: a question that comes as a body */
    ROUTE_OPERATIONS, /* the same, on the health port too */
    ROUTE_FILE,       /* parts of pages */
    ROUTE_PAGE,       /* people: errors are pages too, for those who take pages.  With an operation: programs as well */
    ROUTE_FORM,       /* a page that takes what its form sends, by POST */
};

/* What a path of programs does: its part of the API's document (openapi.h), which any path but pages and their files
 * has.  Errors that any request may meet need no
 * mention. */
struct operation {
    const char *summary;     /* a few words, no full stop */
    const char *description; /* sentences */
    enum query_kind query;
    unsigned problems;       /* bits of enum problem_origin */
    const char *answer;      /* name of a schema in web/openapi.json, of 200 */
    const char *cache;       /* Cache-Control of 200 */
    bool tagged;             /* it has an ETag, and 304 answers it */
    const char *type;        /* content type of 200; NULL: JSON */
    const char *body;        /* name of the schema of what is sent: then the path is asked by POST; NULL: by GET */
    const char *group;       /* name of a tag in web/openapi.json; NULL: search */
};

struct route {
    const char *name;    /* in metrics; the operation's id */
    const char *pattern; /* a path; a part in braces stands for any one part, {lang} for a language of the pages, and
                            {id}.ics for one that ends so; a slash at the end may be left out */
    enum route_kind kind;
    api_handler *answer;
    struct operation operation; /* without a summary: none */
};
extern const struct route routes[];
extern const size_t route_count;

/* True when some page or path answers this; pages link only to what is there. */
bool route_exists(const char *path);
/* {"service":…,"paths":[…]}: what can be asked here. */
void route_list(struct buf *out);

#endif
