#include <stdio.h>
#include <string.h>

#include "base/opts.h"
#include "searchd/api.h"
#include "searchd/problem.h"
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

static bool is_named(const char *pair, size_t len, const char *name, const char **value)
{
    size_t name_len = strlen(name);
    *value = pair + name_len + 1;
    return len > name_len && pair[name_len] == '=' && memcmp(pair, name, name_len) == 0;
}

/* Of the search's parameters this path takes two; what is wrong with `lang` is found when they are read. */
static void check(const char *query, bool *sized, struct request_errors *errors)
{
    for (size_t len; *query && errors->count < REQUEST_ERRORS; query += len + (query[len] == '&')) {
        char number[8] = "";
        const char *value;
        int64_t hits;
        len = strcspn(query, "&");
        if (len == 0 || is_named(query, len, "lang", &value))
            continue;
        if (!is_named(query, len, "per_page", &value)) {
            errors->list[errors->count++] = (struct request_error){"(all)", "this path takes lang and per_page alone"};
            return;
        }
        size_t value_len = len - (size_t)(value - query);
        bool fits = value_len < sizeof number;
        if (fits)
            memcpy(number, value, value_len);
        *sized |= value_len > 0; /* an empty value counts as not given */
        if (value_len > 0 && !(fits && opts_number(number, 1, SIMILAR_MOST, &hits)))
            errors->list[errors->count++] = (struct request_error){"per_page", "allowed: a whole number, 1 to 20"};
    }
}
_Static_assert(SIMILAR_MOST == 20, "as the message says");

enum http_turn api_similar(struct api *api, struct http_request *http, const char *id, struct http_reply *reply)
{
    struct request_errors errors = {.count = 0};
    struct err err = {0};
    bool sized = false;
    const char *query = http->query ? http->query : "";
    check(query, &sized, &errors);
    if (errors.count > 0)
        return api_invalid(api, http, reply, &errors);
    if (!sized)
        query = arena_printf(&api->arena, "%s&per_page=%d", query, SIMILAR_DEFAULT);
    if (!query)
        return api_fail(api, http, reply, arena_nomem(&err), &err);
    struct api_asked asked = {"-similar", id, query, answer_similar, NULL};
    return api_ask(api, http, &asked, reply);
}
