/* The answers of the API and of the operations endpoints, as one thread gives them.
 *
 * Each function answers one path: it fills the reply and returns HTTP_ANSWERED, or asks for a turn of its own
 * (HTTP_LATER) and is called again then.  Replies point into the api's buffers, which hold until the next call.
 * `argument` is the decoded variable part of the path, "" when the path has none. */
#ifndef OPASTIN_SEARCHD_API_H
#define OPASTIN_SEARCHD_API_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "searchd/coding.h"
#include "searchd/config.h"
#include "searchd/http.h"
#include "searchd/labels.h"
#include "searchd/problem.h"
#include "search/search.h"
#include "searchd/stats.h"
#include "search/topics.h"

enum {
    API_TAG_BYTES = 64,
    API_FORM = 3, /* raised when answers change their form: part of every entity tag */
};

#define CACHE_ANSWER PAGE_CACHE
#define CACHE_LISTS "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=86400"

struct access;     /* access.h */
struct assets;     /* web/assets.h */
struct desks;      /* desks.h */
struct embed;      /* embed.h */
struct guides;     /* guide.h */
struct hsds_lists; /* hsds_ids.h */
struct keeper;     /* keeper.h */
struct key;        /* keys.h */
struct key_set;    /* keys.h */
struct last_run_board; /* last_run.h */
struct live_index; /* live.h */
struct openapi;    /* openapi.h */
struct templates;  /* web/templates.h */
struct zero_hits_feed; /* zero_hits.h */

/* What all threads share, constant while they run. */
struct service {
    const struct config *config;
    const struct labels *labels;
    const struct topics *topics;
    struct live_index *index;
    struct guides *guides;
    const struct assets *assets;
    const struct desks *desks; /* NULL: none */
    const struct openapi *openapi;
    struct last_run_board *last_run;
    struct keeper *keeper; /* NULL: nothing is kept */
    struct access *access;
    struct hsds_lists *hsds;
    struct stats **stats; /* of all threads */
    size_t thread_count;
    int64_t started_us;
};

/* One thread's part. */
struct api {
    const struct service *service;
    struct stats *stats;
    struct searcher *searcher; /* the worker's; NULL while no index serves */
    struct zero_hits_feed *zero_hits; /* of this thread; NULL: nothing is kept */
    bool operations_only;      /* of the health port: no search here */
    enum ui_lang lang;         /* of the present path, or of the client's wishes */
    struct embed *embed;       /* of a path that other sites show within theirs (embed.h); NULL: none */
    bool as_page;              /* the client is shown pages, for errors too */
    struct arena arena;        /* of the present request */
    struct buf body, packed;   /* of the present answer, plain and compressed */
    struct key_set *key_set;   /* held while a request with a key is answered; NULL */
    const struct key *key;     /* of the present request; NULL */
    char policy[64], left[64]; /* of the present answer: what the limits are, and what is left */
    struct coder coder;
    struct templates *templates; /* made when first needed */
};

void api_init(struct api *api, const struct service *service, struct stats *stats);
void api_release(struct api *api);

/* A problem+json answer; errors may be NULL. */
enum http_turn api_problem(struct api *api, const struct http_request *request, struct http_reply *reply, int status,
                           const char *code, const char *detail, const struct request_errors *errors);

/* Path handlers, for the table in route.c. */
typedef enum http_turn api_handler(struct api *api, struct http_request *request, const char *argument,
                                   struct http_reply *reply);
api_handler api_search, api_suggest, api_similar, api_item, api_vocabulary, api_meta, api_openapi;
api_handler api_hsds, api_hsds_services, api_hsds_service, api_hsds_organizations, api_hsds_organization;
api_handler api_instant; /* POST; api_instant.c */
api_handler api_livez, api_readyz, api_metrics;

/* Of the paths that take a search's parameters: fills api->body with the answer. */
struct api_asked;
typedef enum status api_answer_fn(struct api *api, const struct api_asked *asked, const struct request *request,
                                  const struct search_clock *clock, struct err *err);
struct api_asked {
    const char *kind;     /* tells the entity tags of the paths apart: "-suggest" */
    const char *argument; /* of the path, "" when it has none */
    const char *query;    /* the query string; NULL: none */
    api_answer_fn *answer;
    const char *type;     /* of the answer; NULL: JSON */
};
/* Parameters, entity tag, turn and deadline of such a path. */
enum http_turn api_ask(struct api *api, struct http_request *http, const struct api_asked *asked,
                       struct http_reply *reply);
/* For paths without parameters: true when one is given, a mistake that the client hears of; the reply is whole then. */
bool api_has_query(struct api *api, const struct http_request *request, struct http_reply *reply);
/* 400 with all that is wrong with the parameters. */
enum http_turn api_invalid(struct api *api, const struct http_request *http, struct http_reply *reply,
                           const struct request_errors *errors);
/* 503: more is asked than can be answered in time; nothing of the request is looked at. */
enum http_turn api_overload(struct api *api, const struct http_request *request, struct http_reply *reply);
/* A call failed: what the client did is told to the client, what went wrong here to the log. */
enum http_turn api_fail(struct api *api, const struct http_request *request, struct http_reply *reply,
                        enum status status, const struct err *err);

/* 200 and the like with what stands in api->body. */
void api_body(struct api *api, struct http_reply *reply, int status, const char *type, const char *cache);
/* 200 with what stands in api->body, when it is whole: else there was no memory for it. */
enum http_turn api_made(struct api *api, const struct http_request *request, struct http_reply *reply,
                        const char *type, const char *cache);
/* 503 while no index serves here. */
enum http_turn api_not_ready(struct api *api, const struct http_request *request, struct http_reply *reply);
/* Sets the ETag header; true when the client has this answer already: then the reply is whole, a 304. */
bool api_unchanged(const struct http_request *request, const char *tag, const char *cache, struct http_reply *reply);
/* True for `If-None-Match: *`, which any answer matches: looked at when there is one, for an error is an error. */
bool api_any(const struct http_request *request);
/* Appends the text, percent-encoded, as one part of a path. */
void api_path_part(const char *text, struct buf *out);
/* A record that was in the index and is no more: 308 to the one that stands for it, behind `path`, or 410 with its
 * name; false when there was none. */
bool api_gone(struct api *api, const struct http_request *request, const char *id, const char *path,
              struct http_reply *reply);
/* What a search refuses was said by the cursor: everything else was checked before. */
enum http_turn api_search_failed(struct api *api, const struct http_request *http, struct http_reply *reply,
                                 enum status status, const struct err *err);

/* True when the If-None-Match header names the tag (without quotes), compressed or not; *matched gets it as it was
 * sent, with its quotes. */
bool api_tag_matches(const char *if_none_match, const char *tag, char matched[API_TAG_BYTES]);

#endif
