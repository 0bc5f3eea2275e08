/* From a request to the handler of its path, and what every answer has in common.
 *
 * The table of paths is the only place that names them: dispatch, metrics, `/` and the 405 answers walk it. */
#ifndef OPASTIN_SEARCHD_ROUTE_H
#define OPASTIN_SEARCHD_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "searchd/api.h"
#include "searchd/http.h"
#include "searchd/stats.h"

enum { ROUTE_GZIP_ABOVE_BYTES = 1024 }; /* smaller bodies are sent as they are */

#define ROUTE_JSON "application/json; charset=utf-8"
#define ROUTE_GZIP_TAG "-gz" /* at the end of the entity tag of a compressed answer: it has other bytes */

/* Answers any request, refused ones too. */
enum http_turn route_answer(struct api *api, struct http_request *request, struct http_reply *reply);
/* How long a body the request's path takes, when it is a POST to one that takes any; else 0. */
size_t route_takes_body(const struct api *api, const struct http_request *request);
/* Counts the request, and logs it when asked to: method, path, status, bytes, milliseconds, id; never the query, and
 * no path that leads nowhere, for a query may have been typed into it. */
void route_done(struct api *api, const struct http_request *request, int status, size_t bytes, int64_t us, bool whole);

/* The routes' names for metrics, by http_request.route; the last stands for paths that are none. Returns how many. */
size_t route_names(const char *names[STATS_ROUTES]);

/* True when some page or path answers this; pages link only to what is there. */
bool route_exists(const char *path);
/* {"service":…,"paths":[…]}: what can be asked here. */
void route_list(struct buf *out);

/* True when an Accept-Encoding header takes gzip. */
bool route_takes_gzip(const char *accept_encoding);

#endif
