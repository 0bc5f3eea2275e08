#include "searchd/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/log.h"
#include "base/utf8.h"
#include "searchd/instant.h"
#include "searchd/page.h"

#define METHODS "GET, HEAD, OPTIONS"
#define METHODS_OF_FORM "GET, HEAD, POST, OPTIONS"
#define METHODS_OF_POST "POST, OPTIONS"

/* Who asks for a path, and where it is answered. */
enum route_kind {
    ROUTE_API,
    ROUTE_POST,       /* of the API: a question that comes as a body */
    ROUTE_OPERATIONS, /* on the health port too */
    ROUTE_PAGE,       /* by people: errors are pages too */
    ROUTE_FORM,       /* a page that takes what its form sends, by POST */
};

struct route {
    const char *name;    /* in metrics */
    const char *pattern; /* a path; a part in braces stands for any one part, {lang} for a language of the pages */
    enum route_kind kind;
    api_handler *answer;
};

static const struct route routes[] = {
    {"search", "/api/v1/search", ROUTE_API, api_search},
    {"suggest", "/api/v1/suggest", ROUTE_API, api_suggest},
    {"similar", "/api/v1/similar/{id}", ROUTE_API, api_similar},
    {"item", "/api/v1/items/{id}", ROUTE_API, api_item},
    {"vocabulary", "/api/v1/vocabularies/{name}", ROUTE_API, api_vocabulary},
    {"meta", "/api/v1/meta", ROUTE_API, api_meta},
    {"instantsearch", "/api/v1/instantsearch", ROUTE_POST, api_instant},
    {"livez", "/livez", ROUTE_OPERATIONS, api_livez},
    {"readyz", "/readyz", ROUTE_OPERATIONS, api_readyz},
    {"metrics", "/metrics", ROUTE_OPERATIONS, api_metrics},
    {"root", "/", ROUTE_PAGE, page_root},
    {"page-search", "/{lang}/search", ROUTE_PAGE, page_search},
    {"page-status", "/{lang}/status", ROUTE_PAGE, page_status},
    {"page-list", "/{lang}/list", ROUTE_PAGE, page_list},
    {"page-new", "/{lang}/new", ROUTE_PAGE, page_new},
    {"page-privacy", "/{lang}/privacy", ROUTE_PAGE, page_privacy},
    {"page-accessibility", "/{lang}/accessibility", ROUTE_PAGE, page_accessibility},
    {"page-help", "/{lang}/help", ROUTE_PAGE, page_help},
    {"page-item", "/{lang}/item/{id}", ROUTE_PAGE, page_item},
    {"page-report", "/{lang}/item/{id}/report", ROUTE_FORM, page_report},
    {"asset", "/assets/{hash}/{name}", ROUTE_API, page_asset},
    {"favicon", "/favicon.svg", ROUTE_API, page_favicon},
    {"favicon-ico", "/favicon.ico", ROUTE_API, page_favicon},
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

void route_list(struct buf *out)
{
    buf_adds(out, "{\"service\":\"opastin-searchd\",\"paths\":[");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        buf_addf(out, "%s\"%s\"", i ? "," : "", routes[i].pattern);
    buf_adds(out, "]}");
}

/* ---- finding the route ---------------------------------------------------------------------------------------- */

/* *rest gets the path from its first variable part that is no language, as sent. */
static bool path_matches(const char *pattern, const char *path, const char **rest)
{
    *rest = "";
    while (*pattern && *path) {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t part = strcspn(path, "/"), name = strcspn(pattern, "}") + 1;
        bool lang = name == strlen("{lang}") && memcmp(pattern, "{lang}", name) == 0;
        if (part == 0 || (lang && page_language(path, part) < 0))
            return false;
        if (!lang && !**rest)
            *rest = path;
        pattern += name;
        path += part;
    }
    return !*pattern && !*path;
}

static unsigned find_route(const struct api *api, const char *path, const char **rest)
{
    for (unsigned i = 0; i < ROUTE_COUNT; i++) {
        if (api->operations_only && routes[i].kind != ROUTE_OPERATIONS)
            continue;
        if (path_matches(routes[i].pattern, path, rest))
            return i;
    }
    *rest = "";
    return ROUTE_NONE;
}

bool route_exists(const char *path)
{
    const char *rest;
    for (unsigned i = 0; i < ROUTE_COUNT; i++)
        if (path_matches(routes[i].pattern, path, &rest))
            return true;
    return false;
}

size_t route_takes_body(const struct api *api, const struct http_request *request)
{
    const char *rest;
    unsigned route = request->method == HTTP_POST ? find_route(api, request->path, &rest) : ROUTE_NONE;
    enum route_kind kind = route == ROUTE_NONE ? ROUTE_API : routes[route].kind;
    return kind == ROUTE_FORM ? HTTP_FORM_BYTES : kind == ROUTE_POST ? INSTANT_BODY_BYTES : 0;
}

static const char *methods_of(unsigned route)
{
    enum route_kind kind = route == ROUTE_NONE ? ROUTE_API : routes[route].kind;
    return kind == ROUTE_FORM ? METHODS_OF_FORM : kind == ROUTE_POST ? METHODS_OF_POST : METHODS;
}

/* Whoever asks for a page and takes one is shown pages, for what is not there too; in the path's language, else in one
 * that the client asks for. */
static void note_reader(struct api *api, const struct http_request *request)
{
    api->as_page = false;
    api->lang = UI_FI;
    if (request->refusal.status) /* then nothing of it was read */
        return;
    bool page = request->route == ROUTE_NONE ? strncmp(request->path, "/api/", 5) != 0
                                             : routes[request->route].kind >= ROUTE_PAGE;
    int lang = *request->path == '/' ? page_language(request->path + 1, strcspn(request->path + 1, "/")) : -1;
    api->lang = lang >= 0 ? (enum ui_lang)lang : page_language_accepted(request->accept_language);
    api->as_page = page && page_accepted(request->accept);
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
    if (!request->shed) /* else its route is known already */
        request->route = ROUTE_NONE;
    if (!request->shed && !request->refusal.status && !any)
        request->route = find_route(api, request->path, &rest);
    note_reader(api, request);
    if (request->shed)
        return api_overload(api, request, reply);
    if (request->refusal.status)
        return api_problem(api, request, reply, request->refusal.status, problem_code(request->refusal.status),
                           request->refusal.detail, NULL);
    if (request->route == ROUTE_NONE && !any)
        return api_problem(api, request, reply, 404, problem_code(404), "no such path; / names those there are", NULL);
    if (request->method == HTTP_OPTIONS) {
        reply->status = 204;
        http_reply_header(reply, "Allow", methods_of(request->route));
        http_reply_header(reply, "Access-Control-Allow-Methods", methods_of(request->route));
        http_reply_header(reply, "Access-Control-Allow-Headers",
                          "Accept, Accept-Language, Content-Type, If-None-Match, X-Requested-With");
        http_reply_header(reply, "Access-Control-Max-Age", "86400");
        return HTTP_ANSWERED;
    }
    const char *methods = methods_of(request->route), *wanted = request->method == HTTP_POST ? "POST" : "GET";
    if (request->method == HTTP_OTHER || !strstr(methods, wanted)) {
        const char *detail = arena_printf(&api->arena, "only %s are served here", methods);
        api_problem(api, request, reply, 405, problem_code(405), detail ? detail : "not served here", NULL);
        http_reply_header(reply, "Allow", methods);
        return HTTP_ANSWERED;
    }
    const char *argument = decode_part(rest, &api->arena);
    if (!argument)
        return api_problem(api, request, reply, 400, problem_code(400),
                           "the path is not percent-encoded UTF-8 without control characters", NULL);
    return routes[request->route].answer(api, request, argument, reply);
}

static const char *header_of(const struct http_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    return NULL;
}

enum http_turn route_answer(struct api *api, struct http_request *request, struct http_reply *reply)
{
    arena_reset(&api->arena);
    if (dispatch(api, request, reply) == HTTP_LATER)
        return HTTP_LATER;
    if (reply->body_len > ROUTE_GZIP_ABOVE_BYTES && !header_of(reply, "Content-Encoding") &&
        route_takes_gzip(request->accept_encoding) && compress_body(api, reply)) {
        http_reply_header(reply, "Content-Encoding", "gzip");
        retag(reply);
    }
    if (!header_of(reply, "Vary"))
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (!header_of(reply, "Content-Security-Policy")) { /* pages are for their readers, all else for any site */
        http_reply_header(reply, "Access-Control-Allow-Origin", "*");
        http_reply_header(reply, "Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
    }
    http_reply_header(reply, "X-Content-Type-Options", "nosniff");
    http_reply_header(reply, "Referrer-Policy", "no-referrer");
    return HTTP_ANSWERED;
}

/* A path whose variable part leads nowhere may be anything that somebody typed or pasted: the pattern stands for it. */
static const char *path_told(const struct http_request *request, int status)
{
    if (request->route == ROUTE_NONE)
        return "(unknown)";
    bool there = (status < 400 || status == 410) && request->method != HTTP_OPTIONS;
    return there ? request->path : routes[request->route].pattern;
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
             path_told(request, status), "status", code, "bytes", size, "ms", ms, "id", request->id, NULL);
}
