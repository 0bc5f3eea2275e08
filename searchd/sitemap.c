#include "searchd/sitemap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "record.h"
#include "searchd/markup.h"
#include "searchd/page.h"
#include "searchd/queries.h"
#include "stored.h"

_Static_assert(SITEMAP_ROWS * UI_LANG_COUNT + 100 < 50000, "a part keeps the bound of the protocol");

struct sitemap {
    struct api *api;
    const char *origin;
    int32_t today;
    struct arena arena; /* of one record */
    struct buf data;    /* of one record */
    struct buf *out;
};

/* ---- addresses ----------------------------------------------------------------------------------------------- */

static void add_address(const struct sitemap *map, int lang, const char *path)
{
    markup_xml(map->out, map->origin);
    buf_addf(map->out, "/%s/", record_langs[lang]);
    markup_xml(map->out, path);
}

/* One address for each language of the set, each naming all of them. */
static void add_page(const struct sitemap *map, unsigned langs, const char *path, const char *modified)
{
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        if (!(langs >> lang & 1))
            continue;
        buf_adds(map->out, "<url><loc>");
        add_address(map, lang, path);
        buf_adds(map->out, "</loc>");
        if (modified)
            buf_addf(map->out, "<lastmod>%s</lastmod>", modified);
        for (int other = 0; other < UI_LANG_COUNT && langs & (langs - 1); other++) {
            if (!(langs >> other & 1))
                continue;
            buf_addf(map->out, "<xhtml:link rel=\"alternate\" hreflang=\"%s\" href=\"", record_langs[other]);
            add_address(map, other, path);
            buf_adds(map->out, "\"/>");
        }
        buf_adds(map->out, "</url>\n");
    }
}

/* ---- records ------------------------------------------------------------------------------------------------- */

static const struct view *card_of(struct sitemap *map, const struct stored *stored, int lang)
{
    size_t len;
    const char *json = stored_section(stored, (enum stored_section)(STORED_CARD_FI + lang), &len);
    const char *whole = arena_printf(&map->arena, "{%.*s}", (int)len, json);
    return whole ? view_from_json(&map->arena, whole, strlen(whole)) : NULL;
}

/* The languages that the record has a title in; a page in another repeats the same texts. */
static unsigned languages_of(struct sitemap *map, const struct stored *stored, const struct view **first)
{
    unsigned langs = 0;
    const char *shown = NULL;
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        size_t len;
        const char *json = stored_section(stored, (enum stored_section)(STORED_CARD_FI + lang), &len);
        if (json == shown)
            continue; /* the same card, so nothing is in this language */
        const struct view *card = card_of(map, stored, lang);
        const char *found = view_get_text(card, "lang");
        if (lang == 0) {
            *first = card;
            shown = json;
        }
        if (found && strcmp(found, record_langs[lang]) == 0)
            langs |= 1u << lang;
        else if (found && lang == 0)
            langs |= 1u << page_language(found, strlen(found));
    }
    return langs;
}

static enum status add_record(struct sitemap *map, uint32_t row, struct err *err)
{
    struct searcher *searcher = map->api->searcher;
    const struct columns *columns = &searcher_snapshot(searcher)->columns;
    struct stored stored;
    struct buf path = BUF_INIT;
    char seen[CALENDAR_DATE_BYTES];
    if (map->today < columns->visible_from[row] || map->today > columns->visible_to[row] ||
        map->today > columns->past_after[row])
        return STATUS_OK;
    arena_reset(&map->arena);
    TRY(searcher_record(searcher, row, &map->data, &stored, err));
    const struct view *card = NULL;
    unsigned langs = languages_of(map, &stored, &card);
    const char *id = view_get_text(card, "id"), *modified = view_get_text(card, "modified");
    if (!id || !langs)
        return err_set(err, STATUS_CORRUPT, "the record of row %" PRIu32 " cannot be read", row);
    day_format((int32_t)(columns->first_seen[row] / 86400), seen);
    buf_adds(&path, "item/");
    api_path_part(id, &path);
    add_page(map, langs, buf_str(&path), modified ? modified : seen);
    buf_release(&path);
    return STATUS_OK;
}

/* ---- index and parts ------------------------------------------------------------------------------------ */

static uint32_t part_count(const struct sitemap *map)
{
    uint32_t rows = searcher_snapshot(map->api->searcher)->columns.count;
    uint32_t parts = rows / SITEMAP_ROWS + (rows % SITEMAP_ROWS != 0);
    return parts < 1 ? 1 : parts > SITEMAP_PARTS ? SITEMAP_PARTS : parts;
}

static void write_index(const struct sitemap *map)
{
    char created[CALENDAR_DATE_BYTES];
    day_format((int32_t)(searcher_snapshot(map->api->searcher)->manifest.created / 86400), created);
    buf_adds(map->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (uint32_t part = 1; part <= part_count(map); part++) {
        buf_adds(map->out, "<sitemap><loc>");
        markup_xml(map->out, map->origin);
        buf_addf(map->out, "/sitemap.xml?part=%" PRIu32 "</loc><lastmod>%s</lastmod></sitemap>\n", part, created);
    }
    buf_adds(map->out, "</sitemapindex>\n");
}

static enum status write_part(struct sitemap *map, uint32_t part, struct err *err)
{
    static const char *const own[] = {"search", "help", "privacy", "accessibility"};
    uint32_t rows = searcher_snapshot(map->api->searcher)->columns.count;
    uint32_t first = (part - 1) * SITEMAP_ROWS, last = rows - first < SITEMAP_ROWS ? rows : first + SITEMAP_ROWS;
    buf_adds(map->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
                       " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
    for (size_t i = 0; part == 1 && i < sizeof own / sizeof *own; i++)
        add_page(map, (1u << UI_LANG_COUNT) - 1, own[i], NULL);
    for (uint32_t row = first; row < last; row++)
        TRY(add_record(map, row, err));
    buf_adds(map->out, "</urlset>\n");
    return STATUS_OK;
}

enum http_turn api_sitemap(struct api *api, struct http_request *http, const char *argument,
                           struct http_reply *reply)
{
    struct page page = {.api = api, .http = http, .arena = &api->arena};
    struct sitemap map = {.api = api, .today = config_today(api->service->config), .out = &api->body};
    struct asked_value values[ASKED_COUNT];
    struct request_errors errors;
    char tag[API_TAG_BYTES];
    struct err err = {0};
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = query_read(QUERY_SITEMAP, http->query, &api->arena, values, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, http, reply, &errors);
    uint32_t part = (uint32_t)values[ASKED_PART].number, parts = part_count(&map);
    if (status == STATUS_OK && part > parts)
        status = err_set(&err, STATUS_NOTFOUND, "the sitemap has %" PRIu32 " part%s; /sitemap.xml names them", parts,
                         parts > 1 ? "s" : "");
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    map.origin = page_origin(&page);
    if (!*map.origin)
        return api_problem(api, http, reply, 400, problem_code(400),
                           "addresses in this answer are whole: send a Host header", NULL);
    snprintf(tag, sizeof tag, "%" PRIu32 "-%" PRId32 "-%" PRIu32 "-sitemap",
             searcher_snapshot(api->searcher)->number, map.today, part);
    if (!api_any(http) && api_unchanged(http, tag, SITEMAP_CACHE, reply))
        return HTTP_ANSWERED;
    reply->header_count = 0;
    if (part && !http->in_turn)
        return HTTP_LATER;
    buf_reset(&api->body);
    if (part)
        status = write_part(&map, part, &err);
    else
        write_index(&map);
    buf_release(&map.data);
    arena_release(&map.arena);
    if (status == STATUS_OK)
        status = buf_ok(&api->body, &err);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    if (!api_unchanged(http, tag, SITEMAP_CACHE, reply))
        api_body(api, reply, 200, SITEMAP_TYPE, SITEMAP_CACHE);
    return HTTP_ANSWERED;
}

/* ---- robots.txt ----------------------------------------------------------------------------------------- */

enum http_turn api_robots(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    /* Searches again, as data, feeds or parts of other sites' pages: each filter makes more of them, each costs a
     * search, and what they hold is on the records' pages, which the sitemap names. Readers of feeds and pages that
     * show the search are asked by people, not by robots. */
    static const char *const endless[] = {"/api/", "/hsds/", "/feed.", "/calendar.ics", "/opensearch/", "/embed/",
                                          "/embed?"};
    const char *url = api->service->config->public_url;
    (void)argument;
    (void)http;
    buf_reset(&api->body);
    buf_adds(&api->body, "# Records and start pages are for search engines; searches in any form, which never end, are "
                         "not.\nUser-agent: *\n");
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
        buf_addf(&api->body, "Disallow: %s\n", endless[i]);
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        const char *l = record_langs[lang];
        buf_addf(&api->body, "Disallow: /%s/search?\nDisallow: /%s/embed?\nDisallow: /%s/list\nDisallow: /%s/new\n"
                             "Disallow: /%s/item/*?\nDisallow: /%s/item/*/report\nDisallow: /%s/item/*.ics\n",
                 l, l, l, l, l, l, l);
    }
    if (url)
        buf_addf(&api->body, "\nSitemap: %s/sitemap.xml\n", url);
    return api_made(api, http, reply, ROBOTS_TYPE, ROBOTS_CACHE);
}
