#include "searchd/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "searchd/access.h"
#include "searchd/feed.h"
#include "searchd/ics.h"
#include "searchd/instant.h"
#include "searchd/opensearch.h"
#include "searchd/page.h"
#include "searchd/sitemap.h"

#define METHODS "GET, HEAD, OPTIONS"
#define METHODS_OF_FORM "GET, HEAD, POST, OPTIONS"
#define METHODS_OF_POST "POST, OPTIONS"

#define OF_ANYBODY (OF_PARAMETERS | OF_RATE)
#define OF_SEARCHES (OF_ANYBODY | OF_KEY | OF_INDEX | OF_READING | OF_SEARCH)
#define OF_LISTS (OF_SEARCHES | OF_WORDS)
#define OF_FEEDS (OF_LISTS & ~OF_KEY) /* as pages: keys are the API's */

/* Pages and their files have no operation; a test names these, and tells of any other path that lacks its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
const struct route routes[] = {
    {"search", "/api/v1/search", ROUTE_API, api_search,
     {"Search", "What organisations offer to people, by words and filters: hits, facets with their counts, ways on. "
      "All words are required; when fewer than 10 records have them all, those that have most of them follow.",
      QUERY_SEARCH, OF_SEARCHES | OF_WORDS | OF_CURSOR, "SearchAnswer", CACHE_ANSWER, true, NULL, NULL}},
    {"suggest", "/api/v1/suggest", ROUTE_API, api_suggest,
     {"Typing help", "How the last word of `q` may go on, with exact counts. The filters stay applied.",
      QUERY_SEARCH, OF_SEARCHES, "SuggestAnswer", CACHE_ANSWER, true, NULL, NULL}},
    {"similar", "/api/v1/similar/{id}", ROUTE_API, api_similar,
     {"Similar records", "What is like a record, nearby first.",
      QUERY_SIMILAR, OF_SEARCHES | OF_NAME, "SimilarAnswer", CACHE_ANSWER, true, NULL, NULL}},
    {"item", "/api/v1/items/{id}", ROUTE_API, api_item,
     {"One record", "The whole record as it was indexed, without what its contacts withhold.",
      QUERY_NONE, OF_ANYBODY | OF_KEY | OF_INDEX | OF_READING | OF_NAME | OF_RECORD, "ItemAnswer", CACHE_ANSWER,
      true, NULL, NULL}},
    {"vocabulary", "/api/v1/vocabularies/{name}", ROUTE_API, api_vocabulary,
     {"A list of codes", "The codes that filters take, with names in Finnish, Swedish and English.",
      QUERY_NONE, OF_ANYBODY | OF_KEY | OF_NAME, "Vocabulary", CACHE_LISTS, true, NULL, NULL}},
    {"meta", "/api/v1/meta", ROUTE_API, api_meta,
     {"What serves", "The generation of the index, its sources, how the last nightly run ended, parameters and limits.",
      QUERY_NONE, OF_ANYBODY | OF_KEY | OF_INDEX, "Meta", "no-cache", false, NULL, NULL}},
    {"openapi", "/api/v1/openapi.json", ROUTE_API, api_openapi,
     {"This document", "The API described by OpenAPI 3.1, made of the tables that the service itself goes by.",
      QUERY_NONE, OF_ANYBODY, "Document", CACHE_LISTS, true, NULL, NULL}},
    {"instantsearch", "/api/v1/instantsearch", ROUTE_POST, api_instant,
     {"Searches of InstantSearch.js", "Answers what algoliasearch-helper asks, several searches from one body. "
      "Parameters that are not known are passed over; what would leave hits out and cannot be done is refused. What "
      "is wrong is a problem with a `message` besides, which its clients show.",
      QUERY_LANG, OF_LISTS | OF_NAME, "InstantAnswer", "no-store", false, NULL, "InstantBody"}},
    {"hsds", "/hsds/v3/", ROUTE_API, api_hsds,
     {"What this interface is", "Version and profile of HSDS, the Human Services Data Specification of Open Referral.",
      QUERY_NONE, OF_ANYBODY | OF_KEY, "HsdsVersion", PAGE_CACHE, false, NULL, NULL, "hsds"}},
    {"hsds-services", "/hsds/v3/services", ROUTE_API, api_hsds_services,
     {"A page of services", "Activities, events and volunteer tasks in the order of their ids, or as a search finds "
      "them. The list of an index is made when somebody first asks; until then the answer is 503.",
      QUERY_HSDS_LIST, OF_LISTS, "HsdsServicePage", PAGE_CACHE, true, NULL, NULL, "hsds"}},
    {"hsds-service", "/hsds/v3/services/{uuid}", ROUTE_API, api_hsds_service,
     {"One service", "With all that hangs on it.",
      QUERY_HSDS_ONE, OF_ANYBODY | OF_KEY | OF_INDEX | OF_READING | OF_NAME, "HsdsService", PAGE_CACHE, true, NULL,
      NULL, "hsds"}},
    {"hsds-organizations", "/hsds/v3/organizations", ROUTE_API, api_hsds_organizations,
     {"A page of organizations", "As for services.",
      QUERY_HSDS_LIST, OF_LISTS, "HsdsOrganizationPage", PAGE_CACHE, true, NULL, NULL, "hsds"}},
    {"hsds-organization", "/hsds/v3/organizations/{uuid}", ROUTE_API, api_hsds_organization,
     {"One organization", "With all that hangs on it.",
      QUERY_HSDS_ONE, OF_ANYBODY | OF_KEY | OF_INDEX | OF_READING | OF_NAME, "HsdsOrganization", PAGE_CACHE, true,
      NULL, NULL, "hsds"}},
    {"feed-atom", "/feed.atom", ROUTE_API, api_feed_atom,
     {"What is new, as Atom", "Of any search, newest first by when this index saw the record first; hits have all "
      "words. Ids and dates of entries stay. `sort`, `facets`, `fields` and `explain` mean nothing here, `cursor` is "
      "refused. Addresses are whole: a request without a Host header is refused where no public address is set.",
      QUERY_FEED, OF_FEEDS, "AtomFeed", FEED_CACHE, true, FEED_TYPE_ATOM, NULL, "feeds"}},
    {"feed-json", "/feed.json", ROUTE_API, api_feed_json,
     {"What is new, as JSON Feed", "The same as the Atom feed, in JSON Feed 1.1.",
      QUERY_FEED, OF_FEEDS, "JsonFeed", FEED_CACHE, true, FEED_TYPE_JSON, NULL, "feeds"}},
    {"calendar", "/calendar.ics", ROUTE_API, api_calendar,
     {"What takes place, as a calendar", "Of any search, next ones first: 200 records at most, each schedule an event. "
      "Places, organisations and projects only when `kind` asks for them. `page` and `per_page` mean nothing here "
      "either.",
      QUERY_CALENDAR, OF_FEEDS, "Calendar", FEED_CACHE, true, ICS_CONTENT_TYPE, NULL, "feeds"}},
    {"item-calendar", "/{lang}/item/{id}.ics", ROUTE_PAGE, page_item,
     {"One record's times, as a calendar", "404 when nothing of it takes place from now on.",
      QUERY_NONE, OF_ANYBODY | OF_INDEX | OF_READING | OF_NAME | OF_RECORD, "Calendar", PAGE_CACHE, false,
      ICS_CONTENT_TYPE, NULL, "feeds"}},
    {"opensearch", "/opensearch.xml", ROUTE_API, api_opensearch,
     {"The search for browsers", "Its page, suggestions and feed in one language, by OpenSearch 1.1.",
      QUERY_LANG, OF_ANYBODY, "OpenSearchDescription", OPENSEARCH_CACHE, false, OPENSEARCH_TYPE, NULL, "feeds"}},
    {"opensearch-suggest", "/opensearch/suggest", ROUTE_API, api_opensearch_suggest,
     {"Typing help for browsers", "What `suggest` answers, as browsers take it.",
      QUERY_SEARCH, OF_SEARCHES & ~OF_KEY, "BrowserSuggestions", CACHE_ANSWER, true, OPENSEARCH_SUGGEST_TYPE, NULL,
      "feeds"}},
    {"sitemap", "/sitemap.xml", ROUTE_API, api_sitemap,
     {"Which pages there are", "An index of parts, or a part: the pages of 1000 records in the languages of their "
      "texts.",
      QUERY_SITEMAP, OF_ANYBODY | OF_INDEX | OF_READING | OF_NAME, "Sitemap", SITEMAP_CACHE, true, SITEMAP_TYPE, NULL,
      "robots"}},
    {"robots", "/robots.txt", ROUTE_API, api_robots,
     {"Which pages robots should leave", "Searches in all their forms; the pages of records are open to them.",
      QUERY_IGNORED, OF_RATE, "Robots", ROBOTS_CACHE, false, ROBOTS_TYPE, NULL, "robots"}},
    {"livez", "/livez", ROUTE_OPERATIONS, api_livez,
     {"Does the process answer", "Restart it when this fails.", QUERY_IGNORED, 0, "Alive", "no-store", false, NULL,
      NULL, "operations"}},
    {"readyz", "/readyz", ROUTE_OPERATIONS, api_readyz,
     {"Does an index serve", "Send clients here only while it is 200.", QUERY_IGNORED, OF_NO_INDEX, "Ready",
      "no-store", false, NULL, NULL, "operations"}},
    {"metrics", "/metrics", ROUTE_OPERATIONS, api_metrics,
     {"Counters for Prometheus", "Not for the public: a proxy keeps it from the outside.", QUERY_IGNORED, 0, "Metrics",
      "no-store", false, ROUTE_METRICS, NULL, "operations"}},
    {"root", "/", ROUTE_PAGE, page_root,
     {"What can be asked here", "All paths there are, pages too. Who takes HTML is sent to the search page instead.",
      QUERY_IGNORED, OF_RATE, "Paths", "no-cache", false, NULL, NULL}},
    {"page-api", "/api", ROUTE_PAGE, page_api},
    {"page-search", "/{lang}/search", ROUTE_PAGE, page_search},
    {"page-status", "/{lang}/status", ROUTE_PAGE, page_status},
    {"page-list", "/{lang}/list", ROUTE_PAGE, page_list},
    {"page-new", "/{lang}/new", ROUTE_PAGE, page_new},
    {"page-privacy", "/{lang}/privacy", ROUTE_PAGE, page_privacy},
    {"page-accessibility", "/{lang}/accessibility", ROUTE_PAGE, page_accessibility},
    {"page-help", "/{lang}/help", ROUTE_PAGE, page_help},
    {"page-item", "/{lang}/item/{id}", ROUTE_PAGE, page_item},
    {"embed-script", "/embed.js", ROUTE_FILE, page_embed_script},
    {"embed-fragment", "/embed/fragment", ROUTE_FILE, page_embed_fragment},
    {"embed", "/embed", ROUTE_PAGE, page_embed},
    {"page-embed", "/{lang}/embed", ROUTE_PAGE, page_embed_builder},
    {"page-report", "/{lang}/item/{id}/report", ROUTE_FORM, page_report},
    {"asset", "/assets/{hash}/{name}", ROUTE_FILE, page_asset},
    {"favicon", "/favicon.svg", ROUTE_FILE, page_favicon},
    {"favicon-ico", "/favicon.ico", ROUTE_FILE, page_favicon},
};
#pragma GCC diagnostic pop
enum { ROUTE_COUNT = sizeof routes / sizeof *routes, ROUTE_NONE = ROUTE_COUNT };
const size_t route_count = ROUTE_COUNT;
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
        size_t part = strcspn(path, "/"), name = strcspn(pattern, "}") + 1, ending = strcspn(pattern + name, "/");
        bool lang = name == strlen("{lang}") && memcmp(pattern, "{lang}", name) == 0;
        if (part == 0 || (lang && page_language(path, part) < 0))
            return false;
        if (ending && (part <= ending || memcmp(path + part - ending, pattern + name, ending) != 0))
            return false;
        if (!lang && !**rest)
            *rest = path;
        pattern += name + ending;
        path += part;
    }
    return !*path && (!*pattern || strcmp(pattern, "/") == 0);
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
    api->embed = NULL;
    api->lang = UI_FI;
    if (request->refusal.status) /* then nothing of it was read */
        return;
    bool page = request->route == ROUTE_NONE ? !access_is_api(request->path)
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

/* An answer that cannot be compressed goes out as it is. */
static bool compress_body(struct api *api, enum coding coding, struct http_reply *reply)
{
    int level = coding == CODING_BR ? CODING_BR_ANSWER : CODING_GZIP_ANSWER;
    if (coding == CODING_PLAIN || !coder_pack(&api->coder, coding, level, reply->body, reply->body_len, &api->packed))
        return false;
    reply->body = api->packed.data;
    reply->body_len = api->packed.len;
    stat_add(&api->stats->events[STAT_COMPRESSED], 1);
    return true;
}

/* The entity tag of the compressed form: `"tag"` becomes `"tag-gz"`. */
static void retag(struct http_reply *reply, enum coding coding)
{
    char *tag = reply->text[0];
    size_t len = strlen(tag), more = strlen(coding_tags[coding]);
    if (!len || len + more + 1 > sizeof reply->text[0])
        return;
    memcpy(tag + len - 1, coding_tags[coding], more);
    memcpy(tag + len - 1 + more, "\"", 2);
}

/* ---- answering ------------------------------------------------------------------------------------------------ */

/* What the operator's own machines ask, and the files of a page, of which a visit needs several. */
static bool is_free(const struct http_request *request)
{
    static const char *const files[] = {"/assets/", "/favicon."};
    if (request->route != ROUTE_NONE && routes[request->route].kind == ROUTE_OPERATIONS)
        return true;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strncmp(request->path, files[i], strlen(files[i])) == 0)
            return true;
    return false;
}

static enum http_turn dispatch(struct api *api, struct http_request *request, struct http_reply *reply)
{
    const char *rest = "";
    bool any = strcmp(request->path, "*") == 0;
    if (!request->shed) /* else its route is known already */
        request->route = ROUTE_NONE;
    if (!request->shed && !request->refusal.status && !any)
        request->route = find_route(api, request->path, &rest);
    note_reader(api, request);
    if (!access_enter(api, request, is_free(request), reply))
        return HTTP_ANSWERED;
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
                          "Accept, Accept-Language, Authorization, Content-Type, If-None-Match, X-Requested-With");
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
    enum http_turn turn = dispatch(api, request, reply);
    access_leave(api, request, turn == HTTP_ANSWERED ? reply : NULL);
    if (turn == HTTP_LATER)
        return HTTP_LATER;
    enum coding coding = coding_choose(request->accept_encoding);
    if (reply->body_len > ROUTE_PACK_ABOVE_BYTES && !header_of(reply, "Content-Encoding") &&
        compress_body(api, coding, reply)) {
        http_reply_header(reply, "Content-Encoding", coding_names[coding]);
        retag(reply, coding);
    }
    if (!header_of(reply, "Vary"))
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (!header_of(reply, "Content-Security-Policy")) { /* pages are for their readers, all else for any site */
        http_reply_header(reply, "Access-Control-Allow-Origin", "*");
        http_reply_header(reply, "Access-Control-Expose-Headers",
                          "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");
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
