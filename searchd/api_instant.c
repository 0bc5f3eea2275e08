/* POST /api/v1/instantsearch: a body of requests, matched together where they look at the same text. */
#include <string.h>

#include "searchd/instant.h"
#include "searchd/queries.h"
#include "searchd/route.h"

/* A problem like any other, and `message`, which clients of this contract look for. */
static enum http_turn fail(struct api *api, const struct http_request *http, struct http_reply *reply,
                           enum status status, const struct err *err)
{
    const char *message = err->message;
    if (status == STATUS_LIMIT && !http->body)
        api_problem(api, http, reply, 413, problem_code(413), message, NULL);
    else
        api_fail(api, http, reply, status, err);
    if (reply->status >= 500 && status != STATUS_TIMEOUT)
        message = "the service failed; its log says why, under the requestId";
    if (!api->body.len) /* no memory to say anything */
        return HTTP_ANSWERED;
    api->body.len--; /* the closing brace: there is more to say */
    buf_adds(&api->body, ",\"message\":");
    buf_add_json(&api->body, message, strlen(message));
    buf_addc(&api->body, '}');
    reply->body = buf_str(&api->body);
    reply->body_len = api->body.len;
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

enum http_turn api_instant(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    struct search_clock clock = {config_today(api->service->config),
                                 http->arrived_us + api->service->config->search_timeout_ms * 1000};
    struct instant_body body = {.json = NULL};
    struct asked_value values[ASKED_COUNT];
    struct request_errors errors = {.count = 0};
    struct err err = {0};
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = STATUS_OK;
    if (!http->body && http->body_bytes)
        status = err_set(&err, STATUS_LIMIT, "the body has %llu bytes; allowed: %d",
                         (unsigned long long)http->body_bytes, INSTANT_BODY_BYTES);
    if (status == STATUS_OK && !http->in_turn)
        return HTTP_LATER;
    if (status == STATUS_OK) /* the language, for indexes whose names have none */
        status = query_read(QUERY_LANG, http->query, &api->arena, values, &errors, &err);
    if (errors.count)
        status = err_set(&err, STATUS_INVALID, "%s: %s", errors.list[0].parameter, errors.list[0].detail);
    if (status == STATUS_OK)
        status = instant_read(&body, http->body ? http->body : "", http->body ? (size_t)http->body_bytes : 0,
                              (enum ui_lang)values[ASKED_LANG].number, &api->arena, &err);
    if (status == STATUS_OK)
        status = answer_body(api, &body, &clock, &err);
    instant_body_release(&body);
    if (status != STATUS_OK)
        return fail(api, http, reply, status, &err);
    api_body(api, reply, 200, ROUTE_JSON, "no-store");
    return HTTP_ANSWERED;
}
