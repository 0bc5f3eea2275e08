/* The search within another site's page: as a part for the loader (/embed/fragment), as a page for a frame (/embed),
 * and the loader itself (/embed.js).  All of it is the search page's; what differs stands in embed.h. */
#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

#include "searchd/page.h"
#include "searchd/route.h"

#define LOADER_CACHE "public, max-age=600, stale-while-revalidate=86400, stale-if-error=604800"

static enum http_turn answer(struct api *api, struct http_request *http, bool fragment, struct http_reply *reply)
{
    struct request_errors wrong = {.count = 0};
    struct embed embed;
    embed_read(&embed, http->query, &api->arena, &wrong);
    embed.fragment = fragment;
    api->lang = embed.lang;
    api->embed = &embed;
    enum http_turn turn = page_search_as(api, http, &wrong, reply);
    api->embed = NULL;
    return turn;
}

enum http_turn page_embed(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    (void)argument;
    return answer(api, http, false, reply);
}

enum http_turn page_embed_fragment(struct api *api, struct http_request *http, const char *argument,
                                   struct http_reply *reply)
{
    (void)argument;
    return answer(api, http, true, reply);
}

/* Under a lasting name for hosts that want the newest; the path with its hash is for those that want this one. */
enum http_turn page_embed_script(struct api *api, struct http_request *http, const char *argument,
                                 struct http_reply *reply)
{
    const struct asset *asset = assets_public(api->service->assets, "embed.js");
    char tag[API_TAG_BYTES];
    (void)argument;
    snprintf(tag, sizeof tag, "%016" PRIx64 "-embed%s", (uint64_t)XXH3_64bits(asset->data, asset->len),
             coding_tags[coding_choose(http->accept_encoding)]);
    if (api_unchanged(http, tag, LOADER_CACHE, reply))
        return HTTP_ANSWERED;
    return page_send_asset(asset, http, LOADER_CACHE, reply);
}
