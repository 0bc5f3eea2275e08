/* POST /api/v1/instantsearch: a body of requests, matched together where they look at the same text. */
#include <stdio.h>
#include <string.h>

#include "searchd/instant.h"
#include "searchd/route.h"

/* {"message":…,"status":…}, which is what clients of this contract look for; the rest as api_fail() does. */
static enum http_turn fail(struct api *api, const struct http_request *http, struct http_reply *reply,
                           enum status status, const struct err *err)
{
    int code = status == STATUS_LIMIT && !http->body ? 413 : problem_status(status);
    api_fail(api, http, reply, status, err);
    const char *message = code >= 500 && status != STATUS_TIMEOUT
                              ? "the service failed; its log says why, under the X-Request-Id of this answer"
                              : err->message;
    reply->header_count = 0;
    buf_reset(&api->body);
    buf_adds(&api->body, "{\"message\":");
    buf_add_json(&api->body, message, strlen(message));
    buf_addf(&api->body, ",\"status\":%d}", code);
    api_body(api, reply, code, ROUTE_JSON, "no-store");
    return HTTP_ANSWERED;
}

/* Where each result stands in the buffer: they are made match by match, and answered in the order of the requests. */
struct results {
    struct buf text;
    size_t from[INSTANT_REQUESTS], len[INSTANT_REQUESTS];
    bool done[INSTANT_REQUESTS];
};

/* The query and all that can be answered with it. */
static enum status answer_together(struct api *api, const struct instant_body *body, size_t lead,
                                   const struct search_clock *clock, struct results *results, struct err *err)
{
    struct search_side sides[INSTANT_REQUESTS];
    size_t which[INSTANT_REQUESTS], count = 0;
    for (size_t k = 0; k < body->count; k++) {
        size_t i = k == 0 ? lead : k <= lead ? k - 1 : k; /* the lead first */
        const struct instant_query *query = &body->queries[i];
        if (results->done[i] || (i != lead && !instant_together(&body->queries[lead], query)))
            continue;
        results->done[i] = true;
        which[count] = i;
        sides[count++] = (struct search_side){.request = &query->request, .ages = instant_counts_ages(query)};
    }
    TRY(search_together(api->searcher, sides, count, clock, &api->arena, err));
    for (size_t s = 0; s < count; s++) {
        size_t i = which[s];
        TRY(search_clock_check(clock, err)); /* pages of hits take longest */
        results->from[i] = results->text.len;
        TRY(instant_render(api->searcher, api->service->labels, &body->queries[i], &sides[s].answer, &api->arena,
                           &results->text, err));
        results->len[i] = results->text.len - results->from[i];
    }
    stat_add(&api->stats->events[STAT_SEARCHES], 1);
    return STATUS_OK;
}

/* Those that ask for hits lead: what only counts is counted with the hits that it was asked beside. */
static enum status answer_body(struct api *api, const struct instant_body *body, const struct search_clock *clock,
                               struct err *err)
{
    struct results results = {.text = BUF_INIT};
    enum status status = STATUS_OK;
    for (int hits = 1; hits >= 0; hits--)
        for (size_t i = 0; i < body->count && status == STATUS_OK; i++)
            if (!results.done[i] && (body->queries[i].request.per_page > 0 || !hits))
                status = answer_together(api, body, i, clock, &results, err);
    buf_reset(&api->body);
    buf_adds(&api->body, "{\"results\":[");
    for (size_t i = 0; i < body->count && status == STATUS_OK; i++) {
        if (i)
            buf_addc(&api->body, ',');
        buf_add(&api->body, buf_str(&results.text) + results.from[i], results.len[i]);
    }
    buf_adds(&api->body, "]}");
    buf_release(&results.text);
    TRY(status);
    return buf_ok(&api->body, err);
}

/* The query string says only the language, for indexes whose names do not. */
static enum status read_language(struct api *api, const char *query, enum ui_lang *lang, struct err *err)
{
    struct request request;
    struct request_errors errors;
    TRY(request_parse(&request, query, &api->arena, &errors, err));
    *lang = request.lang;
    request.lang = UI_FI;
    buf_reset(&api->body);
    request_write(&request, true, &api->body);
    if (api->body.len || request.unshown || request.uncounted)
        return err_set(err, STATUS_INVALID, "the query string takes lang alone: fi, sv or en; all else is in the body");
    return STATUS_OK;
}

enum http_turn api_instant(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    struct search_clock clock = {config_today(api->service->config),
                                 http->arrived_us + api->service->config->search_timeout_ms * 1000};
    struct instant_body body = {.json = NULL};
    struct err err = {0};
    enum ui_lang lang = UI_FI;
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = STATUS_OK;
    if (!http->body && http->body_bytes)
        status = err_set(&err, STATUS_LIMIT, "the body has %llu bytes; allowed: %d",
                         (unsigned long long)http->body_bytes, INSTANT_BODY_BYTES);
    if (status == STATUS_OK && !http->in_turn)
        return HTTP_LATER;
    if (status == STATUS_OK)
        status = read_language(api, http->query, &lang, &err);
    if (status == STATUS_OK)
        status = instant_read(&body, http->body ? http->body : "", http->body ? (size_t)http->body_bytes : 0, lang,
                              &api->arena, &err);
    if (status == STATUS_OK)
        status = answer_body(api, &body, &clock, &err);
    instant_body_release(&body);
    if (status != STATUS_OK)
        return fail(api, http, reply, status, &err);
    api_body(api, reply, 200, ROUTE_JSON, "no-store");
    return HTTP_ANSWERED;
}
