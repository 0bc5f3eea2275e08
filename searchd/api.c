#include "searchd/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/log.h"
#include "record.h"
#include "searchd/keys.h"
#include "searchd/last_run.h"
#include "searchd/live.h"
#include "searchd/page.h"
#include "searchd/render.h"
#include "searchd/render_ways.h"
#include "searchd/route.h"
#include "searchd/zero_hits.h"

#define CACHE_NONE "no-store"

void api_init(struct api *api, const struct service *service, struct stats *stats)
{
    *api = (struct api){.service = service, .stats = stats};
}

void api_release(struct api *api)
{
    arena_release(&api->arena);
    templates_free(api->templates);
    buf_release(&api->body);
    buf_release(&api->packed);
    coder_release(&api->coder);
}

/* ---- replies ------------------------------------------------------------------------------------------------- */

void api_body(struct api *api, struct http_reply *reply, int status, const char *type, const char *cache)
{
    reply->status = status;
    reply->body = buf_str(&api->body);
    reply->body_len = api->body.len;
    http_reply_header(reply, "Content-Type", type);
    http_reply_header(reply, "Cache-Control", cache);
}

static void add_retry(struct http_reply *reply)
{
    snprintf(reply->text[1], sizeof reply->text[1], "%d", HTTP_RETRY_SECONDS);
    http_reply_header(reply, "Retry-After", reply->text[1]);
}

static void problem(struct api *api, const struct http_request *request, struct http_reply *reply, int status,
                    const char *code, const char *detail, const struct request_errors *errors)
{
    buf_reset(&api->body);
    problem_write(status, code, detail, errors, request->id, &api->body);
    if (api->body.failed) /* the status alone, rather than half of what it means */
        buf_reset(&api->body);
    api_body(api, reply, status, PROBLEM_CONTENT_TYPE, CACHE_NONE);
}

enum http_turn api_problem(struct api *api, const struct http_request *request, struct http_reply *reply, int status,
                           const char *code, const char *detail, const struct request_errors *errors)
{
    reply->header_count = 0; /* an entity tag may have been set for the answer that did not come */
    if (api->as_page && !api->operations_only)
        page_problem(api, request, reply, status, code);
    else
        problem(api, request, reply, status, code, detail, errors);
    if (status == 503)
        add_retry(reply);
    return HTTP_ANSWERED;
}

/* A call failed.  What the client did is told to the client; what went wrong here is told to the log, and the two meet
 * by the request's id. */
enum http_turn api_fail(struct api *api, const struct http_request *request, struct http_reply *reply,
                        enum status status, const struct err *err)
{
    int http = problem_status(status);
    const char *detail = err->message;
    if (http >= 500 && status != STATUS_TIMEOUT) {
        log_line(LOG_ERROR, "event", "failed", "id", request->id, "status", status_name(status), "message",
                 err->message, NULL);
        detail = "the service failed; its log says why, under the requestId";
    }
    if (status == STATUS_TIMEOUT)
        stat_add(&api->stats->events[STAT_SEARCH_TIMEOUTS], 1);
    return api_problem(api, request, reply, http, status_name(status), detail, NULL);
}

enum http_turn api_made(struct api *api, const struct http_request *request, struct http_reply *reply,
                        const char *type, const char *cache)
{
    struct err err = {0};
    if (buf_ok(&api->body, &err) != STATUS_OK)
        return api_fail(api, request, reply, STATUS_NOMEM, &err);
    api_body(api, reply, 200, type, cache);
    return HTTP_ANSWERED;
}

enum http_turn api_overload(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    return api_problem(api, request, reply, 503, PROBLEM_OVERLOAD,
                       "more searches are asked than can be answered in time; try again in a moment", NULL);
}

enum http_turn api_not_ready(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    struct live_state state;
    char detail[400];
    live_state(api->service->index, &state);
    if (state.ready)
        snprintf(detail, sizeof detail, "the index could not be taken up here yet; the service's log says why");
    else if (state.failed)
        snprintf(detail, sizeof detail, "the published index cannot be opened (%s); the service's log says why, and "
                 "the index is taken up as soon as it can be", status_name(state.failed_status));
    else
        snprintf(detail, sizeof detail, "no index has been published yet; `opastin-indexer run --index DIR FILE...` "
                 "publishes one, and it is taken up without a restart");
    return api_problem(api, request, reply, 503, PROBLEM_UNAVAILABLE, detail, NULL);
}

/* ---- entity tags ---------------------------------------------------------------------------------------------- */

static bool is_coding_tag(const char *text, size_t len)
{
    for (int c = CODING_GZIP; c < CODING_COUNT; c++)
        if (strlen(coding_tags[c]) == len && memcmp(text, coding_tags[c], len) == 0)
            return true;
    return false;
}

static bool is_star(const char *list)
{
    return list[strspn(list, " \t")] == '*';
}

bool api_any(const struct http_request *request)
{
    return is_star(request->if_none_match);
}

bool api_tag_matches(const char *list, const char *tag, char matched[API_TAG_BYTES])
{
    size_t len = strlen(tag);
    if (is_star(list)) {
        snprintf(matched, API_TAG_BYTES, "\"%s\"", tag);
        return true;
    }
    for (const char *open = strchr(list, '"'); open;) {
        const char *close = strchr(open + 1, '"');
        if (!close)
            return false;
        size_t size = (size_t)(close - open - 1);
        bool same = size >= len && memcmp(open + 1, tag, len) == 0 &&
                    (size == len || is_coding_tag(open + 1 + len, size - len));
        if (same && size + 3 <= API_TAG_BYTES) {
            snprintf(matched, API_TAG_BYTES, "%.*s", (int)size + 2, open);
            return true;
        }
        open = strchr(close + 1, '"');
    }
    return false;
}

bool api_unchanged(const struct http_request *request, const char *tag, const char *cache, struct http_reply *reply)
{
    bool same = api_tag_matches(request->if_none_match, tag, reply->text[0]);
    if (!same)
        snprintf(reply->text[0], sizeof reply->text[0], "\"%s\"", tag);
    http_reply_header(reply, "ETag", reply->text[0]);
    if (!same)
        return false;
    reply->status = 304;
    http_reply_header(reply, "Cache-Control", cache);
    return true;
}

/* Generation, day, what was asked, language: all that an answer depends on. */
static void search_tag(struct api *api, const struct api_asked *asked, const struct request *request, int32_t today,
                       char tag[API_TAG_BYTES])
{
    buf_reset(&api->body);
    request_write(request, true, &api->body);
    if (*asked->argument)
        buf_addf(&api->body, "\n%s", asked->argument);
    if (api->key)
        buf_addf(&api->body, "\n?%s", api->key->filter);
    uint64_t hash = XXH3_64bits_withSeed(buf_str(&api->body), api->body.len,
                                         API_FORM + searcher_guide_hash(api->searcher));
    snprintf(tag, API_TAG_BYTES, "%" PRIu32 "-%" PRId32 "-%016" PRIx64 "-%s%s",
             searcher_snapshot(api->searcher)->number, today, hash, record_langs[request->lang],
             asked->kind);
}

/* ---- search --------------------------------------------------------------------------------------------------- */

enum http_turn api_invalid(struct api *api, const struct http_request *http, struct http_reply *reply,
                           const struct request_errors *errors)
{
    const char *detail = errors->count == 1 ? "one parameter is not allowed as given; errors says why"
                                            : "some parameters are not allowed as given; errors says which and why";
    return api_problem(api, http, reply, 400, status_name(STATUS_INVALID), detail, errors);
}

enum http_turn api_search_failed(struct api *api, const struct http_request *http, struct http_reply *reply,
                                 enum status status, const struct err *err)
{
    struct request_errors errors = {.list = {{"cursor", err->message}}, .count = 1};
    if (status == STATUS_STALE || status == STATUS_INVALID)
        return api_problem(api, http, reply, problem_status(status), status_name(status), err->message, &errors);
    return api_fail(api, http, reply, status, err);
}

/* Last in the answer: looking for ways on ends the life of what else is in it. */
static enum status add_ways(struct api *api, const struct request *request, const struct answer *answer,
                            const struct search_clock *clock, struct err *err)
{
    struct ways ways;
    TRY(ways_find(api->searcher, request, answer, clock, &api->arena, &ways, err));
    api->body.len--; /* the closing brace: there is more to say */
    render_ways(api->service->labels, &ways, &api->body);
    buf_addc(&api->body, '}');
    return buf_ok(&api->body, err);
}

static enum http_turn run_answer(struct api *api, const struct http_request *http, const struct api_asked *asked,
                                 const struct request *request, int32_t today, struct http_reply *reply)
{
    int64_t deadline_us = http->arrived_us + api->service->config->search_timeout_ms * 1000;
    struct search_clock clock = {today, deadline_us};
    struct err err = {0};
    buf_reset(&api->body);
    enum status status = asked->answer(api, asked, request, &clock, &err);
    if (status != STATUS_OK)
        return api_search_failed(api, http, reply, status, &err);
    api_body(api, reply, 200, asked->type ? asked->type : ROUTE_JSON, request->explain ? CACHE_NONE : CACHE_ANSWER);
    return HTTP_ANSWERED;
}

enum http_turn api_ask(struct api *api, struct http_request *http, const struct api_asked *asked,
                       struct http_reply *reply)
{
    struct request request;
    struct request_errors errors;
    struct err err = {0};
    char tag[API_TAG_BYTES];
    int32_t today = config_today(api->service->config);
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = request_parse(&request, asked->query, &api->arena, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, http, reply, &errors);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    bool any = api_any(http);
    if (!request.explain) { /* its times differ every time */
        search_tag(api, asked, &request, today, tag);
        if (!any && api_unchanged(http, tag, CACHE_ANSWER, reply))
            return HTTP_ANSWERED;
    }
    if (!http->in_turn)
        return HTTP_LATER;
    enum http_turn turn = run_answer(api, http, asked, &request, today, reply);
    if (any && !request.explain && reply->status == 200) {
        reply->header_count = 0;
        reply->body_len = 0;
        api_unchanged(http, tag, CACHE_ANSWER, reply);
    }
    return turn;
}

static enum status answer_search(struct api *api, const struct api_asked *asked, const struct request *request,
                                 const struct search_clock *clock, struct err *err)
{
    (void)asked;
    struct answer answer;
    TRY(search_run(api->searcher, request, clock, &api->arena, &answer, err));
    TRY(search_clock_check(clock, err)); /* a page is the last thing that takes long */
    TRY(render_search(api->searcher, api->service->labels, request, &answer, &api->arena, &api->body, err));
    if (!api->key || !*api->key->filter) /* else it may well be there, outside of the key's filter */
        zero_hits_note(api->zero_hits, request, &answer);
    TRY(add_ways(api, request, &answer, clock, err));
    stat_add(&api->stats->events[STAT_SEARCHES], 1);
    return STATUS_OK;
}

enum http_turn api_search(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    struct api_asked asked = {"", argument, http->query, answer_search, NULL};
    return api_ask(api, http, &asked, reply);
}

/* ---- single records, vocabularies, meta ----------------------------------------------------------------------- */

bool api_has_query(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    struct request_errors errors = {.list = {{"(all)", "this path takes no parameters"}}, .count = 1};
    if (!request->query || !*request->query)
        return false;
    api_invalid(api, request, reply, &errors);
    return true;
}

enum http_turn api_item(struct api *api, struct http_request *request, const char *id, struct http_reply *reply)
{
    struct err err = {0};
    char tag[API_TAG_BYTES];
    int32_t today = config_today(api->service->config);
    if (!api->searcher)
        return api_not_ready(api, request, reply);
    if (api_has_query(api, request, reply))
        return HTTP_ANSWERED;
    buf_reset(&api->body);
    enum status status = render_item(api->searcher, id, strlen(id), today, &api->body, &err);
    if (status == STATUS_NOTFOUND && !api->key && api_gone(api, request, id, "/api/v1/items/", reply))
        return HTTP_ANSWERED;
    if (status != STATUS_OK)
        return api_fail(api, request, reply, status, &err);
    snprintf(tag, sizeof tag, "%" PRIu32 "-%" PRId32 "-%016" PRIx64 "-item",
             searcher_snapshot(api->searcher)->number, today,
             (uint64_t)XXH3_64bits_withSeed(id, strlen(id), API_FORM));
    if (!api_unchanged(request, tag, CACHE_ANSWER, reply))
        api_body(api, reply, 200, ROUTE_JSON, CACHE_ANSWER);
    return HTTP_ANSWERED;
}

static enum http_turn no_vocabulary(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    struct buf detail = BUF_INIT;
    buf_adds(&detail, "no vocabulary has this name; there are:");
    for (int v = 0; v < VOCAB_COUNT; v++)
        buf_addf(&detail, "%s %s", v ? "," : "", vocab_id((enum vocab_name)v));
    api_problem(api, request, reply, 404, status_name(STATUS_NOTFOUND), buf_str(&detail), NULL);
    buf_release(&detail);
    return HTTP_ANSWERED;
}

enum http_turn api_vocabulary(struct api *api, struct http_request *request, const char *name,
                              struct http_reply *reply)
{
    struct err err = {0};
    char tag[API_TAG_BYTES];
    int vocab = vocab_by_name(name);
    if (vocab < 0)
        return no_vocabulary(api, request, reply);
    if (api_has_query(api, request, reply))
        return HTTP_ANSWERED;
    buf_reset(&api->body);
    render_vocabulary((enum vocab_name)vocab, &api->body);
    if (buf_ok(&api->body, &err) != STATUS_OK)
        return api_fail(api, request, reply, STATUS_NOMEM, &err);
    snprintf(tag, sizeof tag, "%016" PRIx64 "-list", (uint64_t)XXH3_64bits(api->body.data, api->body.len));
    if (!api_unchanged(request, tag, CACHE_LISTS, reply))
        api_body(api, reply, 200, ROUTE_JSON, CACHE_LISTS);
    return HTTP_ANSWERED;
}

/* How the nightly run ended last, as it told. */
static void add_last_run(const struct service *service, struct buf *out)
{
    const struct last_run *run = last_run_hold(service->last_run);
    buf_adds(out, ",\"lastRun\":");
    if (run)
        buf_add(out, run->text, run->text_len);
    else
        buf_adds(out, "null");
    last_run_release(run);
}

static void add_limits(const struct config *c, struct buf *out)
{
    buf_addf(out, ",\"limits\":{\"uriBytes\":%" PRId64 ",\"headerBytes\":%" PRId64 ",\"bodyBytes\":%" PRId64
             ",\"queryBytes\":%d,\"queryWords\":%d,\"parameters\":%d,\"valuesPerFilter\":%d,\"perPage\":%d,\"page\":%d"
             ",\"searchMs\":%" PRId64 "}", c->uri_bytes, c->header_bytes, c->body_bytes, REQUEST_QUERY_BYTES,
             REQUEST_QUERY_WORDS, REQUEST_PARAMETERS, REQUEST_VALUES, REQUEST_PER_PAGE_MOST, REQUEST_PAGE_MOST,
             c->search_timeout_ms);
}

/* A newer generation that cannot be opened, while an older one goes on serving. */
static void add_failed(const struct live_state *state, struct buf *out)
{
    if (state->failed)
        buf_addf(out, ",\"failedGeneration\":{\"generation\":%" PRIu32 ",\"code\":\"%s\"}", state->failed_generation,
                 status_name(state->failed_status));
}

enum http_turn api_meta(struct api *api, struct http_request *request, const char *argument, struct http_reply *reply)
{
    struct live_state state;
    struct err err = {0};
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, request, reply);
    if (api_has_query(api, request, reply))
        return HTTP_ANSWERED;
    live_state(api->service->index, &state);
    buf_reset(&api->body);
    render_meta(searcher_snapshot(api->searcher), &api->body);
    if (buf_ok(&api->body, &err) != STATUS_OK)
        return api_fail(api, request, reply, STATUS_NOMEM, &err);
    api->body.len--; /* the closing brace: there is more to say */
    add_limits(api->service->config, &api->body);
    add_failed(&state, &api->body);
    add_last_run(api->service, &api->body);
    buf_addc(&api->body, '}');
    return api_made(api, request, reply, ROUTE_JSON, "no-cache");
}

/* ---- operations ------------------------------------------------------------------------------------------------ */

enum http_turn api_livez(struct api *api, struct http_request *request, const char *argument, struct http_reply *reply)
{
    (void)argument;
    buf_reset(&api->body);
    buf_adds(&api->body, "{\"status\":\"alive\"}");
    return api_made(api, request, reply, ROUTE_JSON, CACHE_NONE);
}

enum http_turn api_readyz(struct api *api, struct http_request *request, const char *argument,
                          struct http_reply *reply)
{
    struct live_state state;
    (void)argument;
    live_state(api->service->index, &state);
    if (!state.ready)
        return api_not_ready(api, request, reply);
    buf_reset(&api->body);
    buf_addf(&api->body, "{\"status\":\"ready\",\"generation\":%" PRIu32, state.generation);
    add_failed(&state, &api->body);
    buf_addc(&api->body, '}');
    return api_made(api, request, reply, ROUTE_JSON, CACHE_NONE);
}

static void add_index_metrics(const struct service *service, struct buf *out)
{
    struct live_state state;
    struct postings_stats cache = {0};
    live_state(service->index, &state);
    struct snapshot *snapshot = live_hold(service->index, NULL);
    if (snapshot)
        cache = postings_cache_stats(snapshot->postings);
    snapshot_release(snapshot);
    stats_write_one("opastin_ready", "gauge", "1 when an index serves.", state.ready, out);
    stats_write_one("opastin_generation", "gauge", "Generation of the index that serves.", state.generation, out);
    stats_write_one("opastin_generation_failed", "gauge",
                    "1 when the published index cannot be opened and an older one, or none, serves.", state.failed,
                    out);
    stats_write_one("opastin_records", "gauge", "Records in the index that serves.", state.records, out);
    stats_write_one("opastin_posting_cache_hits_total", "counter", "Posting lists found decoded, in this generation.",
                    cache.hits, out);
    stats_write_one("opastin_posting_cache_misses_total", "counter", "Posting lists decoded, in this generation.",
                    cache.misses, out);
    stats_write_one("opastin_posting_cache_evictions_total", "counter", "Posting lists dropped, in this generation.",
                    cache.evictions, out);
    stats_write_one("opastin_posting_cache_bytes", "gauge", "Memory of decoded posting lists.", cache.bytes, out);
    stats_write_one("opastin_posting_cache_entries", "gauge", "Decoded posting lists kept.", cache.entries, out);
}

enum http_turn api_metrics(struct api *api, struct http_request *request, const char *argument,
                           struct http_reply *reply)
{
    const struct service *s = api->service;
    const char *names[STATS_ROUTES];
    (void)argument;
    buf_reset(&api->body);
    stats_write(s->stats, s->thread_count, names, route_names(names), &api->body);
    add_index_metrics(s, &api->body);
    stats_write_one("opastin_threads", "gauge", "Threads that answer.", s->thread_count, &api->body);
    stats_write_one("opastin_uptime_seconds", "gauge", "Seconds since the start.",
                    (uint64_t)((http_now_us() - s->started_us) / 1000000), &api->body);
    return api_made(api, request, reply, ROUTE_METRICS, CACHE_NONE);
}
