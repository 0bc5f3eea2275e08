#include "searchd/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/log.h"
#include "base/utf8.h"

#define METHODS "GET, HEAD, OPTIONS"

static api_handler answer_root;

struct route {
    const char *name;    /* in metrics */
    const char *pattern; /* a path; a last part in braces stands for any one part */
    bool operations;     /* answered on the health port too */
    api_handler *answer;
};

static const struct route routes[] = {
    {"search", "/api/v1/search", false, api_search},
    {"suggest", "/api/v1/suggest", false, api_suggest},
    {"similar", "/api/v1/similar/{id}", false, api_similar},
    {"item", "/api/v1/items/{id}", false, api_item},
    {"vocabulary", "/api/v1/vocabularies/{name}", false, api_vocabulary},
    {"meta", "/api/v1/meta", false, api_meta},
    {"livez", "/livez", true, api_livez},
    {"readyz", "/readyz", true, api_readyz},
    {"metrics", "/metrics", true, api_metrics},
    {"root", "/", false, answer_root},
};
enum { ROUTE_COUNT = sizeof routes / sizeof *routes, ROUTE_NONE = ROUTE_COUNT };
_Static_assert(ROUTE_COUNT + 1 <= STATS_ROUTES, "every route has its counters");

size_t route_names(const char *names[STATS_ROUTES])
{
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        names[i] = routes[i].name;
    names[ROUTE_NONE] = "none";
    return ROUTE_COUNT + 1;
}

/* Until there is a page: what can be asked here. */
static enum http_turn answer_root(struct api *api, struct http_request *request, const char *argument,
                                  struct http_reply *reply)
{
    (void)request;
    (void)argument;
    buf_reset(&api->body);
    buf_adds(&api->body, "{\"service\":\"opastin-searchd\",\"paths\":[");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        buf_addf(&api->body, "%s\"%s\"", i ? "," : "", routes[i].pattern);
    buf_adds(&api->body, "]}");
    reply->status = 200;
    reply->body = buf_str(&api->body);
    reply->body_len = api->body.len;
    http_reply_header(reply, "Content-Type", ROUTE_JSON);
    http_reply_header(reply, "Cache-Control", "no-cache");
    return HTTP_ANSWERED;
}

/* ---- finding the route ---------------------------------------------------------------------------------------- */

/* *rest gets the variable part, as sent. */
static unsigned find_route(const struct api *api, const char *path, const char **rest)
{
    for (unsigned i = 0; i < ROUTE_COUNT; i++) {
        const char *pattern = routes[i].pattern, *brace = strchr(pattern, '{');
        size_t fixed = brace ? (size_t)(brace - pattern) : strlen(pattern);
        if (api->operations_only && !routes[i].operations)
            continue;
        if (strncmp(path, pattern, fixed) != 0)
            continue;
        if (brace ? path[fixed] && !strchr(path + fixed, '/') : !path[fixed]) {
            *rest = path + fixed;
            return i;
        }
    }
    return ROUTE_NONE;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* NULL when it is no percent-encoded UTF-8 without control characters. */
static const char *decode_part(const char *part, struct arena *arena)
{
    size_t len = strlen(part), at = 0;
    char *out = arena_alloc(arena, len + 1);
    for (size_t i = 0; out && i < len; i++, at++) {
        int high = part[i] == '%' ? hex(part[i + 1]) : 0, low = part[i] == '%' && high >= 0 ? hex(part[i + 2]) : 0;
        if (high < 0 || low < 0)
            return NULL;
        out[at] = part[i] == '%' ? (char)(high * 16 + low) : part[i];
        i += part[i] == '%' ? 2 : 0;
        if ((unsigned char)out[at] < 0x20 || out[at] == 0x7F)
            return NULL;
    }
    return out && utf8_check(out, at) == at ? out : NULL;
}

/* ---- compression ---------------------------------------------------------------------------------------------- */

/* The weight of one item, "gzip;q=0.5": false for q=0. */
static bool has_weight(const char *item, size_t len)
{
    const char *q = memchr(item, ';', len);
    if (!q)
        return true;
    size_t left = len - (size_t)(q - item) - 1;
    for (q++; left && strchr(" \t", *q); q++)
        left--;
    return !(left >= 3 && strncasecmp(q, "q=0", 3) == 0 && strspn(q + 3, ".0") >= left - 3);
}

bool route_takes_gzip(const char *list)
{
    bool any = false;
    while (*list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, ","), name = strcspn(list, ",; \t");
        if ((name == 4 && strncasecmp(list, "gzip", 4) == 0) || (name == 6 && strncasecmp(list, "x-gzip", 6) == 0))
            return has_weight(list, len);
        if (name == 1 && *list == '*')
            any = has_weight(list, len);
        list += len;
    }
    return any;
}

/* Kept for the thread's life: making one costs more than most compressions. */
static bool ready_zip(struct api *api)
{
    if (api->zip)
        return deflateReset(api->zip) == Z_OK;
    if (!(api->zip = calloc(1, sizeof *api->zip)))
        return false;
    if (deflateInit2(api->zip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK)
        return true;
    free(api->zip);
    api->zip = NULL;
    return false;
}

/* An answer that cannot be compressed goes out as it is. */
static bool compress_body(struct api *api, struct http_reply *reply)
{
    buf_reset(&api->packed);
    if (!ready_zip(api) || !buf_reserve(&api->packed, deflateBound(api->zip, reply->body_len)))
        return false;
    api->zip->next_in = (unsigned char *)(uintptr_t)reply->body;
    api->zip->avail_in = (unsigned)reply->body_len;
    api->zip->next_out = (unsigned char *)api->packed.data;
    api->zip->avail_out = (unsigned)api->packed.cap;
    if (deflate(api->zip, Z_FINISH) != Z_STREAM_END)
        return false;
    reply->body = api->packed.data;
    reply->body_len = api->zip->total_out;
    stat_add(&api->stats->events[STAT_COMPRESSED], 1);
    return true;
}

/* The entity tag of the compressed form: `"tag"` becomes `"tag-gz"`. */
static void retag(struct http_reply *reply)
{
    size_t len = strlen(reply->text[0]);
    if (len && len + sizeof ROUTE_GZIP_TAG <= sizeof reply->text[0])
        memcpy(reply->text[0] + len - 1, ROUTE_GZIP_TAG "\"", sizeof ROUTE_GZIP_TAG + 1);
}

/* ---- answering ------------------------------------------------------------------------------------------------ */

static enum http_turn dispatch(struct api *api, struct http_request *request, struct http_reply *reply)
{
    const char *rest = "";
    bool any = strcmp(request->path, "*") == 0;
    if (request->shed)
        return api_overload(api, request, reply); /* its route is known already */
    request->route = ROUTE_NONE;
    if (request->refusal.status)
        return api_problem(api, request, reply, request->refusal.status, problem_code(request->refusal.status),
                           request->refusal.detail, NULL);
    if (!any)
        request->route = find_route(api, request->path, &rest);
    if (request->route == ROUTE_NONE && !any)
        return api_problem(api, request, reply, 404, problem_code(404), "no such path; / names those there are", NULL);
    if (request->method == HTTP_OPTIONS) {
        reply->status = 204;
        http_reply_header(reply, "Allow", METHODS);
        http_reply_header(reply, "Access-Control-Allow-Methods", METHODS);
        http_reply_header(reply, "Access-Control-Allow-Headers",
                          "Accept, Accept-Language, Content-Type, If-None-Match, X-Requested-With");
        http_reply_header(reply, "Access-Control-Max-Age", "86400");
        return HTTP_ANSWERED;
    }
    if (request->method == HTTP_OTHER) {
        api_problem(api, request, reply, 405, problem_code(405), "only " METHODS " are served here", NULL);
        http_reply_header(reply, "Allow", METHODS);
        return HTTP_ANSWERED;
    }
    const char *argument = decode_part(rest, &api->arena);
    if (!argument)
        return api_problem(api, request, reply, 400, problem_code(400),
                           "the path is not percent-encoded UTF-8 without control characters", NULL);
    return routes[request->route].answer(api, request, argument, reply);
}

enum http_turn route_answer(struct api *api, struct http_request *request, struct http_reply *reply)
{
    arena_reset(&api->arena);
    if (dispatch(api, request, reply) == HTTP_LATER)
        return HTTP_LATER;
    if (reply->body_len > ROUTE_GZIP_ABOVE_BYTES && route_takes_gzip(request->accept_encoding) &&
        compress_body(api, reply)) {
        http_reply_header(reply, "Content-Encoding", "gzip");
        retag(reply);
    }
    http_reply_header(reply, "Vary", "Accept-Encoding");
    http_reply_header(reply, "Access-Control-Allow-Origin", "*");
    http_reply_header(reply, "Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
    http_reply_header(reply, "X-Content-Type-Options", "nosniff");
    http_reply_header(reply, "Referrer-Policy", "no-referrer");
    return HTTP_ANSWERED;
}

void route_done(struct api *api, const struct http_request *request, int status, size_t bytes, int64_t us, bool whole)
{
    char code[16], size[24], ms[32];
    stats_request(api->stats, request->route, status, us);
    if (!api->service->config->access_log)
        return;
    snprintf(code, sizeof code, "%d", status);
    snprintf(size, sizeof size, "%zu", bytes);
    snprintf(ms, sizeof ms, "%" PRId64 ".%03" PRId64, us / 1000, us % 1000);
    log_line(LOG_INFO, "event", whole ? "request" : "aborted", "method", request->method_name, "path",
             request->route == ROUTE_NONE ? "(unknown)" : request->path, "status", code, "bytes", size, "ms", ms,
             "id", request->id, NULL);
}
