/* The document of the API, and the page that shows it: in English, as are the names it explains. */
#include <string.h>

#include "searchd/openapi.h"
#include "searchd/page.h"
#include "searchd/route.h"

enum http_turn api_openapi(struct api *api, struct http_request *request, const char *argument,
                           struct http_reply *reply)
{
    const struct openapi *openapi = api->service->openapi;
    (void)argument;
    if (api_has_query(api, request, reply))
        return HTTP_ANSWERED;
    if (api_unchanged(request, openapi->tag, CACHE_LISTS, reply))
        return HTTP_ANSWERED;
    reply->status = 200;
    reply->body = openapi->text;
    reply->body_len = openapi->len;
    http_reply_header(reply, "Content-Type", ROUTE_JSON);
    http_reply_header(reply, "Cache-Control", CACHE_LISTS);
    return HTTP_ANSWERED;
}

enum http_turn page_api(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    const struct openapi *openapi = api->service->openapi;
    struct page page;
    struct err err = {0};
    (void)argument;
    api->lang = UI_EN;
    enum status status = page_begin(&page, api, http, "/search", NULL, &err);
    struct view *shown = status == STATUS_OK ? view_from_json(page.arena, openapi->page, openapi->page_len) : NULL;
    if (status == STATUS_OK && !shown)
        status = err_set(&err, STATUS_NOMEM, "the page of the API cannot be shown");
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    view_format(page.view, "title", "%s – %s", page_text(&page, "api.name"), page_text(&page, "name"));
    struct view *object = view_object(page.view, "api");
    if (object)
        *object = *shown;
    return page_answer(&page, TEMPLATE_API, 200, "no-cache", reply);
}
