#include "searchd/api.h"
#include "searchd/render_suggest.h"
#include "search/suggest.h"

static enum status answer_suggest(struct api *api, const struct api_asked *asked, const struct request *request,
                                  const struct search_clock *clock, struct err *err)
{
    (void)asked;
    struct suggestions suggestions;
    int64_t started = http_now_us();
    TRY(search_clock_check(clock, err));
    TRY(suggest_run(api->searcher, api->service->topics, request, clock, &api->arena, &suggestions, err));
    return render_suggestions(api->service->labels, request, &suggestions, searcher_snapshot(api->searcher)->number,
                              (double)(http_now_us() - started) / 1000, &api->body, err);
}

enum http_turn api_suggest(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    struct api_asked asked = {"-suggest", argument, http->query, answer_suggest, NULL};
    return api_ask(api, http, &asked, reply);
}
