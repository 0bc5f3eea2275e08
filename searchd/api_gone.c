#include <string.h>

#include "calendar.h"
#include "searchd/api.h"
#include "tombstones.h"

void api_path_part(const char *text, struct buf *out)
{
    buf_add_percent(out, text, strlen(text), ":@");
}

static bool lead_on(struct api *api, const struct tombstone *gone, const char *path, struct http_reply *reply)
{
    struct buf location = BUF_INIT;
    buf_adds(&location, path);
    api_path_part(gone->into, &location);
    const char *copy = arena_copy(&api->arena, buf_str(&location), location.len);
    buf_release(&location);
    if (!copy)
        return false;
    reply->status = 308;
    http_reply_header(reply, "Location", copy);
    http_reply_header(reply, "Cache-Control", "no-cache"); /* it may come back by itself */
    return true;
}

bool api_gone(struct api *api, const struct http_request *request, const char *id, const char *path,
              struct http_reply *reply)
{
    const struct tombstones *tombstones = &searcher_snapshot(api->searcher)->tombstones;
    struct tombstone gone;
    char day[CALENDAR_DATE_BYTES];
    if (!tombstones->count || !tombstones_find(tombstones, id, strlen(id), &gone))
        return false;
    if (*gone.into)
        return lead_on(api, &gone, path, reply);
    api_problem(api, request, reply, 410, problem_code(410),
                "the record was here and has been removed by its source; record says which it was", NULL);
    if (api->as_page)
        return true;
    day_format(gone.day, day);
    api->body.len--; /* the closing brace: there is more to say */
    buf_adds(&api->body, ",\"record\":{\"id\":");
    buf_add_json(&api->body, gone.id, strlen(gone.id));
    buf_adds(&api->body, ",\"title\":");
    buf_add_json(&api->body, gone.title, strlen(gone.title));
    buf_addf(&api->body, ",\"removed\":\"%s\"}}", day);
    reply->body = buf_str(&api->body);
    reply->body_len = api->body.len;
    return true;
}
