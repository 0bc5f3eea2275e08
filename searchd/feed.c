/* The way of a feed: what is asked, what the client has already, the search. */
#include "searchd/coding.h"
#include "searchd/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "calendar.h"
#include "record.h"
#include "searchd/route.h"

/* ---- what the client has ------------------------------------------------------------------------------------------
 * A tag is made of a key (generation, day, what was asked) and of the content: a key that is known answers without a
 * search, and the content does when a new generation has nothing else to say. */

struct feed_tag {
    char key[API_TAG_BYTES / 2 + 8], content[20];
};

static void make_key(const struct feed *feed, const struct feed_form *form, struct feed_tag *tag)
{
    const struct searcher *searcher = feed->page.api->searcher;
    struct buf asked = BUF_INIT;
    const struct config *config = feed->page.api->service->config;
    request_write(&feed->request, true, &asked);
    buf_addf(&asked, "\n%s\n%s\n%s\n%s", form->name, feed->origin, config->feed_authority ? config->feed_authority : "",
             config->notice.owner ? config->notice.owner : "");
    uint64_t hash = XXH3_64bits_withSeed(buf_str(&asked), asked.len, FEED_FORM + searcher_guide_hash(searcher) +
                                         assets_hash(feed->page.api->service->assets));
    buf_release(&asked);
    snprintf(tag->key, sizeof tag->key, "%" PRIu32 "-%" PRId32 "-%016" PRIx64, searcher_snapshot(searcher)->number,
             feed->page.today, hash);
}

/* The tag of the list, with its quotes, that has this part: the key at its beginning or the content at its end. */
static bool find_tag(const char *list, const char *part, bool at_end, char matched[API_TAG_BYTES])
{
    size_t part_len = strlen(part);
    for (const char *open = strchr(list, '"'); open;) {
        const char *close = strchr(open + 1, '"');
        if (!close)
            return false;
        size_t len = (size_t)(close - open - 1), plain = len;
        for (int coding = CODING_GZIP; coding < CODING_COUNT; coding++) {
            size_t tag_len = strlen(coding_tags[coding]);
            if (len > tag_len && memcmp(close - tag_len, coding_tags[coding], tag_len) == 0)
                plain = len - tag_len;
        }
        const char *at = at_end ? open + 1 + plain - part_len : open + 1;
        if (plain > part_len && memcmp(at, part, part_len) == 0 && (at_end ? at[-1] : at[part_len]) == '-' &&
            len + 3 <= API_TAG_BYTES) {
            snprintf(matched, API_TAG_BYTES, "%.*s", (int)len + 2, open);
            return true;
        }
        open = strchr(close + 1, '"');
    }
    return false;
}

/* "Tue, 01 Dec 2026 00:00:00 GMT" */
static void http_date(int64_t seconds, char out[64])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t day = (int32_t)(seconds / 86400);
    int rest = (int)(seconds % 86400);
    struct date d = date_from_day(day);
    snprintf(out, 64, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[weekday_of(day)], d.day, months[(d.month + 11) % 12],
             d.year, rest / 3600, rest / 60 % 60, rest % 60);
}

static enum http_turn unchanged(const struct feed *feed, struct http_reply *reply)
{
    reply->status = 304;
    reply->header_count = 0;
    http_reply_header(reply, "ETag", reply->text[0]);
    http_reply_header(reply, "Last-Modified", reply->text[1]);
    http_reply_header(reply, "Cache-Control", FEED_CACHE);
    http_reply_header(reply, "Content-Language", record_langs[feed->page.lang]);
    return HTTP_ANSWERED;
}

/* An answer depends on the generation and on the day. */
static int64_t changed_at(const struct feed *feed)
{
    int64_t created = searcher_snapshot(feed->page.api->searcher)->manifest.created;
    int64_t day = instant_from_moment((struct moment){feed->page.today, 0});
    return created > day ? created : day;
}

/* ---- what is asked -------------------------------------------------------------------------------------- */

static bool names_per_page(const char *query)
{
    const char *at = query ? strstr(query, "per_page=") : NULL;
    return at && (at == query || at[-1] == '&') && at[strlen("per_page=")] && at[strlen("per_page=")] != '&';
}

/* Kinds that take place; opening hours are no events. */
static void only_events(struct request *request)
{
    static const uint16_t dated[] = {RECORD_ACTIVITY, RECORD_EVENT, RECORD_VOLUNTEER, RECORD_EXPERIMENT,
                                     RECORD_STORY, RECORD_NEWS};
    if (!request->selected_count[FACET_KIND]) {
        request->selected[FACET_KIND] = dated;
        request->selected_count[FACET_KIND] = sizeof dated / sizeof *dated;
    }
}

/* What a feed makes of it: all facets unasked, one order.  False: something cannot be had. */
static bool settle(struct feed *feed, const struct feed_form *form, const char *query, struct request_errors *errors)
{
    struct request *r = &feed->request;
    if (r->cursor.given)
        errors->list[errors->count++] =
            (struct request_error){"cursor", "a feed has pages; cursors are the API's: /api/v1/search"};
    r->explain = r->unlabelled = false;
    r->uncounted = (1u << FACET_COUNT) - 1;
    r->unshown = 0;
    r->sort = form->calendar ? SORT_NEXT : SORT_NEWEST;
    if (form->calendar) {
        only_events(r);
        r->page = 1;
        r->per_page = FEED_CALENDAR_MOST;
        return errors->count == 0;
    }
    if (!names_per_page(query))
        r->per_page = FEED_ENTRIES;
    if ((uint64_t)(r->page - 1) * r->per_page >= FEED_ENTRIES_MOST)
        errors->list[errors->count++] = (struct request_error){
            "page", "a feed ends with its 1000 newest entries; ask for less, or page through /api/v1/search"};
    return errors->count == 0;
}
_Static_assert(FEED_ENTRIES_MOST == 1000, "as the message says");

void feed_query(const struct feed *feed, unsigned number, struct buf *out)
{
    struct request plain = feed->request;
    struct buf query = BUF_INIT;
    plain.sort = SORT_RELEVANCE;
    plain.uncounted = plain.unshown = 0;
    plain.per_page = REQUEST_PER_PAGE_DEFAULT;
    request_write(&plain, false, &query);
    if (feed->request.per_page != FEED_ENTRIES && number)
        buf_addf(&query, "%sper_page=%u", query.len ? "&" : "", feed->request.per_page);
    if (number > 1)
        buf_addf(&query, "%spage=%u", query.len ? "&" : "", number);
    buf_add(out, buf_str(&query), query.len);
    out->failed |= query.failed;
    buf_release(&query);
}

const char *feed_page_url(const struct feed *feed)
{
    struct request plain = feed->request;
    plain.sort = SORT_NEWEST;
    plain.uncounted = plain.unshown = 0;
    plain.per_page = REQUEST_PER_PAGE_DEFAULT;
    return page_search_url(&feed->page, &plain, false);
}

/* "”kerho”, Mikkeli": the words, and the filters by their labels. */
static const char *name_of(const struct feed *feed, const struct feed_form *form)
{
    const struct request *r = &feed->request;
    const struct page *page = &feed->page;
    struct buf asked = BUF_INIT;
    size_t named = 0;
    if (r->q_len) {
        buf_addf(&asked, "”%.*s”", (int)r->q_len, r->q);
        named++;
    }
    for (int f = 0; f < FACET_LISTED; f++)
        for (size_t i = 0; i < r->selected_count[f] && named < FEED_NAMED; i++, named++)
            if (!form->calendar || f != FACET_KIND)
                buf_addf(&asked, "%s%s", asked.len ? ", " : "",
                         page_label(page, facet_vocab((enum facet)f), r->selected[f][i]));
    if (r->near >= 0)
        buf_addf(&asked, "%s%s", asked.len ? ", " : "", r->near_text);
    const char *service = page_text(page, "name");
    const char *name = strings_fill(page->strings, page->lang, page->arena,
                                    form->calendar ? "calendar.title" : "feed.title", "name", service, NULL);
    if (asked.len)
        name = arena_printf(page->arena, "%s – %s", name, buf_str(&asked));
    buf_release(&asked);
    return name ? name : service;
}

/* ---- answering ----------------------------------------------------------------------------------------------- */

static enum status write_feed(struct feed *feed, const struct feed_form *form, struct err *err)
{
    struct api *api = feed->page.api;
    const struct request *r = &feed->request;
    struct search_clock clock = {feed->page.today,
                                 feed->page.http->arrived_us + api->service->config->search_timeout_ms * 1000};
    struct request run = *r;
    run.all_words = true; /* always, and so no matter of addresses */
    TRY(search_run(api->searcher, &run, &clock, feed->page.arena, &feed->answer, err));
    TRY(search_clock_check(&clock, err));
    uint64_t total = feed->answer.total < FEED_ENTRIES_MOST ? feed->answer.total : FEED_ENTRIES_MOST;
    feed->pages = r->per_page && total ? (unsigned)((total + r->per_page - 1) / r->per_page) : 1;
    feed->name = name_of(feed, form);
    buf_reset(&api->body);
    enum status status = form->write(feed, &api->body, err);
    buf_release(&feed->data);
    TRY(status);
    stat_add(&api->stats->events[STAT_SEARCHES], 1);
    return buf_ok(&api->body, err);
}

static enum http_turn answer(struct feed *feed, const struct feed_form *form, struct feed_tag *tag,
                             struct http_reply *reply)
{
    struct api *api = feed->page.api;
    const struct http_request *http = feed->page.http;
    struct err err = {0};
    enum status status = write_feed(feed, form, &err);
    if (status != STATUS_OK)
        return api_search_failed(api, http, reply, status, &err);
    http_date(changed_at(feed), reply->text[1]);
    snprintf(tag->content, sizeof tag->content, "%016" PRIx64, (uint64_t)XXH3_64bits(api->body.data, api->body.len));
    bool any = api_any(http);
    if (find_tag(http->if_none_match, tag->content, true, reply->text[0]))
        return unchanged(feed, reply);
    snprintf(reply->text[0], sizeof reply->text[0], "\"%s-%s\"", tag->key, tag->content);
    if (any || (!*http->if_none_match && strcmp(http->if_modified_since, reply->text[1]) == 0))
        return unchanged(feed, reply);
    http_reply_header(reply, "ETag", reply->text[0]);
    http_reply_header(reply, "Last-Modified", reply->text[1]);
    http_reply_header(reply, "Content-Language", record_langs[feed->page.lang]);
    api_body(api, reply, 200, form->type, FEED_CACHE);
    return HTTP_ANSWERED;
}

static enum http_turn ask(struct api *api, struct http_request *http, const struct feed_form *form,
                          struct http_reply *reply)
{
    struct feed feed = {.page = {.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                                 .today = config_today(api->service->config),
                                 .strings = assets_strings(api->service->assets)}};
    struct request_errors errors;
    struct feed_tag tag;
    struct err err = {0};
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = request_parse(&feed.request, http->query, &api->arena, &errors, &err);
    if (status == STATUS_OK && !settle(&feed, form, http->query, &errors))
        status = STATUS_INVALID;
    if (status == STATUS_INVALID)
        return api_invalid(api, http, reply, &errors);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    feed.page.lang = feed.request.lang;
    feed.origin = page_origin(&feed.page);
    if (!*feed.origin)
        return api_problem(api, http, reply, 400, problem_code(400),
                           "addresses in this answer are whole: send a Host header", NULL);
    make_key(&feed, form, &tag);
    if (find_tag(http->if_none_match, tag.key, false, reply->text[0])) {
        http_date(changed_at(&feed), reply->text[1]);
        return unchanged(&feed, reply);
    }
    return http->in_turn ? answer(&feed, form, &tag, reply) : HTTP_LATER;
}

enum http_turn api_feed_atom(struct api *api, struct http_request *http, const char *argument,
                             struct http_reply *reply)
{
    (void)argument;
    return ask(api, http, &feed_atom, reply);
}

enum http_turn api_feed_json(struct api *api, struct http_request *http, const char *argument,
                             struct http_reply *reply)
{
    (void)argument;
    return ask(api, http, &feed_json, reply);
}

enum http_turn api_calendar(struct api *api, struct http_request *http, const char *argument,
                            struct http_reply *reply)
{
    (void)argument;
    return ask(api, http, &feed_calendar, reply);
}

void feed_links(const struct page *page, const struct request *request)
{
    static const struct {
        const char *path, *type, *key;
    } forms[] = {{"/feed.atom", "application/atom+xml", "feed.atom"},
                 {"/feed.json", "application/feed+json", "feed.json"},
                 {"/calendar.ics", "text/calendar", "feed.calendar"}};
    struct feed feed = {.request = *request};
    struct buf query = BUF_INIT;
    feed_query(&feed, 0, &query);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct view *view = view_item(page->view, "feeds");
        view_format(view, "feed_url", "%s%s%s", forms[i].path, query.len ? "?" : "", buf_str(&query));
        view_text(view, "feed_type", forms[i].type);
        view_text(view, "feed_title", page_text(page, forms[i].key));
    }
    buf_release(&query);
}
