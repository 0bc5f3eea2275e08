#include <string.h>

#include "searchd/api.h"
#include "searchd/problem.h"
#include "searchd/queries.h"
#include "searchd/render_similar.h"
#include "search/similar.h"

static enum status answer_similar(struct api *api, const struct api_asked *asked, const struct request *request,
                                  const struct search_clock *clock, struct err *err)
{
    struct similar similar;
    TRY(search_clock_check(clock, err));
    TRY(similar_run(api->searcher, asked->argument, strlen(asked->argument), request->per_page, clock, &api->arena,
                    &similar, err));
    return render_similar(api->searcher, api->service->labels, &similar, asked->argument, request->lang, &api->body,
                          err);
}

enum http_turn api_similar(struct api *api, struct http_request *http, const char *id, struct http_reply *reply)
{
    struct asked_value values[ASKED_COUNT];
    struct request_errors errors;
    struct err err = {0};
    enum status status = query_read(QUERY_SIMILAR, http->query, &api->arena, values, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, http, reply, &errors);
    const char *lang = values[ASKED_LANG].text;
    const char *query = arena_printf(&api->arena, "lang=%s&per_page=%d", lang ? lang : "",
                                     (int)values[ASKED_SIMILAR].number);
    if (status != STATUS_OK || !query)
        return api_fail(api, http, reply, STATUS_NOMEM, &err);
    struct api_asked asked = {"-similar", id, query, answer_similar, NULL};
    return api_ask(api, http, &asked, reply);
}
