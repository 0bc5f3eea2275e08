/* The page of one record: its way from the address to the page. */
#include "searchd/page_item.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/utf8.h"
#include "calendar.h"
#include "search/similar.h"
#include "searchd/ics.h"
#include "searchd/linked.h"
#include "searchd/page_card.h"
#include "searchd/route.h"
#include "stored.h"
#include "tombstones.h"
#include "validate.h"

enum { ITEM_FORM = 2 }; /* raised when pages change other than by their files: part of every entity tag */

/* ---- the address ------------------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool item_decode(const char *text, size_t len, bool form, char *out)
{
    size_t to = 0;
    for (size_t i = 0; i < len; i++, to++) {
        int high = -1, low = -1;
        if (text[i] == '%' && len - i > 2) {
            high = hex_digit(text[i + 1]);
            low = hex_digit(text[i + 2]);
        }
        if (text[i] == '%' && (high < 0 || low < 0))
            return false;
        out[to] = text[i] == '%' ? (char)(high * 16 + low) : form && text[i] == '+' ? ' ' : text[i];
        i += text[i] == '%' ? 2 : 0;
        unsigned char c = (unsigned char)out[to];
        if ((c < 0x20 && !strchr("\t\r\n", c)) || c == 0 || c == 0x7F)
            return false;
    }
    out[to] = '\0';
    return utf8_check(out, to) == to;
}

const char *page_from(const struct page *page, const struct request *request)
{
    struct page bare = *page;
    struct buf out = BUF_INIT;
    bare.list = NULL;
    bare.shown = NULL;
    const char *query = request ? strchr(page_search_url(&bare, request, true), '?') : NULL;
    if (query && query[1]) {
        buf_adds(&out, "?from=");
        buf_add_percent(&out, query + 1, strlen(query + 1), "=:"); /* they may stand in a value */
    }
    if (page->list)
        buf_addf(&out, "%slist=%s", out.len ? "&" : "?", shortlist_text(page->list, SIZE_MAX, NULL, page->arena));
    const char *copy = arena_copy(page->arena, buf_str(&out), out.len);
    buf_release(&out);
    return copy ? copy : "";
}

const char *item_from(const struct item_page *item)
{
    return item->from ? item->from : "";
}

/* The shortlist is the page's own, not the search's: its parameters go out of the query. */
static void take_list(struct item_page *item, char *query)
{
    char *to = query;
    if (!item->page.list)
        item->page.list = page_list_of(query, item->page.arena);
    for (const char *at = query; *at;) {
        size_t len = strcspn(at, "&");
        if (strncmp(at, "list=", 5) != 0) {
            if (to != query)
                *to++ = '&';
            memmove(to, at, len);
            to += len;
        }
        at += len + (at[len] == '&');
    }
    *to = '\0';
}

/* The search that leads here is read as any search is, and written anew: what is none leads nowhere. */
static void read_back(struct item_page *item, const char *value, size_t len)
{
    struct request_errors errors;
    char *query = arena_alloc(item->page.arena, len + 1);
    if (!query || !item_decode(value, len, false, query))
        return;
    take_list(item, query);
    if (!*query)
        return;
    if (request_parse(&item->back, query, item->page.arena, &errors, NULL) != STATUS_OK)
        return;
    item->back.explain = item->back.unlabelled = false;
    item->back.uncounted = item->back.unshown = 0;
    if (item->back.per_page == 0)
        item->back.per_page = REQUEST_PER_PAGE_DEFAULT;
    item->back_given = true;
}

bool item_address(struct item_page *item, const char *query)
{
    for (const char *at = query ? query : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        if (len >= 5 && memcmp(at, "from=", 5) == 0)
            read_back(item, at + 5, len - 5);
        else if (len == 10 && memcmp(at, "reported=1", 10) == 0)
            item->reported = true;
        else if (len >= 5 && memcmp(at, "list=", 5) == 0)
            item->page.list = page_list_of(query, item->page.arena);
        else if (len)
            return false;
        at += len;
    }
    item->from = page_from(&item->page, item->back_given ? &item->back : NULL);
    return true;
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

static enum status parse(struct item_page *item, const struct stored *stored, struct err *err)
{
    struct problems problems;
    size_t len;
    json_error_t wrong;
    const char *text = stored_section(stored, STORED_SOURCE, &len);
    item->source = arena_copy(item->page.arena, text, len);
    text = stored_section(stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, 0, &wrong);
    if (!json || !item->source)
        return err_set(err, STATUS_CORRUPT, "the record %s cannot be read", item->id);
    problems_init(&problems, item->page.arena);
    enum status status = record_from_json(json, item->page.arena, &item->record, &problems);
    json_decref(json);
    /* What newer rules would refuse is shown all the same: it is in the index. */
    return status == STATUS_NOMEM ? arena_nomem(err) : STATUS_OK;
}

enum status item_read(struct item_page *item, struct err *err)
{
    struct searcher *searcher = item->page.api->searcher;
    struct buf data = BUF_INIT;
    struct stored stored;
    TRY(searcher_find(searcher, item->id, strlen(item->id), item->page.today, &item->row, err));
    enum status status = searcher_record(searcher, item->row, &data, &stored, err);
    if (status == STATUS_OK)
        status = parse(item, &stored, err);
    buf_release(&data);
    return status;
}

bool item_is_shown(struct item_page *item, const char *id)
{
    uint32_t row;
    return searcher_find(item->page.api->searcher, id, strlen(id), item->page.today, &row, NULL) == STATUS_OK;
}

const char *item_title_of(struct item_page *item, const char *id, const char **lang)
{
    struct searcher *searcher = item->page.api->searcher;
    const struct page *page = &item->page;
    struct buf data = BUF_INIT;
    struct stored stored;
    uint32_t row;
    const char *title = NULL;
    if (searcher_find(searcher, id, strlen(id), page->today, &row, NULL) == STATUS_OK &&
        searcher_record(searcher, row, &data, &stored, NULL) == STATUS_OK) {
        size_t len;
        const char *card = stored_section(&stored, (enum stored_section)(STORED_CARD_FI + (int)page->lang), &len);
        const char *text = arena_printf(page->arena, "{%.*s}", (int)len, card);
        const struct view *json = text ? view_from_json(page->arena, text, strlen(text)) : NULL;
        const char *text_lang = view_get_text(json, "lang");
        title = view_get_text(json, "title");
        if (text_lang && strcmp(text_lang, record_langs[page->lang]) != 0)
            *lang = text_lang;
    }
    buf_release(&data);
    return title;
}

/* ---- what is not there ------------------------------------------------------------------------------------------- */

/* By its name, which is text and no query: a search must not read filters in it. */
static const char *search_by_name(const struct page *page, const char *name)
{
    struct request request = {.q = name, .q_len = strlen(name), .age = -1, .near = -1, .page = 1,
                              .per_page = REQUEST_PER_PAGE_DEFAULT};
    return request.q_len > REQUEST_QUERY_BYTES ? NULL : page_search_url(page, &request, false);
}

static enum http_turn answer_gone(struct item_page *item, const struct tombstone *gone, struct http_reply *reply)
{
    struct page *page = &item->page;
    struct err err = {0};
    const char *path = arena_printf(page->arena, "/item/%s", gone->id);
    if (!path || page_begin(page, page->api, page->http, path, NULL, &err) != STATUS_OK)
        return api_fail(page->api, page->http, reply, STATUS_NOMEM, &err);
    view_format(page->view, "title", "%s – %s", page_text(page, "error.410.title"), page_text(page, "name"));
    view_text(page->view, "gone_name", gone->title);
    view_text(page->view, "gone_lead", strings_fill(page->strings, page->lang, page->arena, "gone.lead", "date",
                                                    page_date(page, gone->day), NULL));
    view_text(page->view, "gone_search", search_by_name(page, gone->title));
    view_text(page->view, "back_url", item->back_given ? page_search_url(page, &item->back, true) : NULL);
    return page_answer(page, TEMPLATE_GONE, 410, "no-cache", reply);
}

enum http_turn item_missing(struct item_page *item, struct http_reply *reply)
{
    struct api *api = item->page.api;
    const struct tombstones *tombstones = &searcher_snapshot(api->searcher)->tombstones;
    struct tombstone gone;
    if (!tombstones->count || !tombstones_find(tombstones, item->id, strlen(item->id), &gone))
        return api_problem(api, item->page.http, reply, 404, problem_code(404), "no record has this id", NULL);
    if (*gone.into) {
        const char *location = arena_printf(item->page.arena, "/%s/item/%s%s%s", record_langs[item->page.lang],
                                            gone.into, item->calendar ? ".ics" : "", item_from(item));
        page_redirect(reply, location ? location : "/", "no-cache"); /* it may come back by itself */
        reply->status = 308;
        if (!item->calendar) /* which any site may ask for */
            page_headers(item->page.lang, reply);
        return HTTP_ANSWERED;
    }
    if (!api->as_page)
        return api_problem(api, item->page.http, reply, 410, PROBLEM_GONE,
                           "the record was here and its source removed it", NULL);
    return answer_gone(item, &gone, reply);
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static void add_top(struct item_page *item)
{
    const struct record *r = &item->record;
    struct page *page = &item->page;
    int lang = (int)page->lang;
    const char *title = localised_pick(&r->title, lang, &lang);
    char key[32];
    view_format(page->view, "title", "%s – %s", title ? title : r->id, page_text(page, "name"));
    view_text(page->view, "heading", title ? title : r->id);
    view_text(page->view, "kind", page_label(page, VOCAB_KIND, r->kind));
    if (lang != (int)page->lang) {
        view_text(page->view, "heading_lang", record_langs[lang]);
        snprintf(key, sizeof key, "only.%s", record_langs[lang]);
        view_text(page->view, "only", page_text(page, key));
    }
    item_text(item, page->view, "summary", "summary_lang", &r->summary);
    view_flag(page->view, "full", r->signup.full == TRI_YES);
    if (r->status != RECORD_ACTIVE) {
        snprintf(key, sizeof key, "item.%s", record_status_name(r->status));
        view_text(page->view, "state", page_text(page, key));
    }
    view_flag(page->view, "reported", item->reported);
    if (r->kind == RECORD_ORGANISATION && title)
        view_text(page->view, "offers", search_by_name(page, title));
}

/* Who offers it, under its name. */
static void add_by(struct item_page *item)
{
    const struct record *r = &item->record;
    size_t shown = 0;
    for (size_t i = 0; i < r->organisation_count; i++) {
        const struct organisation_ref *ref = &r->organisation[i];
        int lang = (int)item->page.lang;
        const char *name = localised_pick(&ref->name, lang, &lang);
        if (ref->role != ROLE_ORGANISER || !name)
            continue;
        struct view *view = view_item(item->page.view, "by");
        view_text(view, "by_name", name);
        view_flag(view, "by_more", shown++ > 0);
        if (lang != (int)item->page.lang)
            view_text(view, "by_lang", record_langs[lang]);
        if (ref->id && item_is_shown(item, ref->id))
            view_format(view, "by_url", "/%s/item/%s%s", record_langs[item->page.lang], ref->id, item_from(item));
    }
}

/* Something to put into a calendar: opening hours are not. */
static bool takes_place(const struct item_page *item)
{
    const struct record *r = &item->record;
    struct occurrence next;
    return r->kind != RECORD_PLACE && r->kind != RECORD_ORGANISATION && r->kind != RECORD_PROJECT &&
           r->status == RECORD_ACTIVE &&
           occurrence_next(r->schedule, r->schedule_count, r->start, r->end, item->page.today, &next);
}

static void add_ways_off(struct item_page *item)
{
    struct page *page = &item->page;
    struct page bare = *page; /* the link says which list there will be */
    const char *lang = record_langs[page->lang];
    if (item->back_given)
        view_text(page->view, "back_url", page_search_url(page, &item->back, true));
    bare.list = NULL;
    const char *back = page_from(&bare, item->back_given ? &item->back : NULL);
    page_list_link(page, page->view, item->id, arena_printf(page->arena, "/%s/item/%s%s", lang, item->id, back));
    view_text(page->view, "item_id", item->id);
    if (takes_place(item))
        view_format(page->view, "ics_url", "/%s/item/%s.ics", lang, item->id);
    view_format(page->view, "self", "/%s/item/%s%s", lang, item->id, item_from(item));
    if (page->api->service->keeper)
        item_report_form(item, page->view, HEARD_KINDS, NULL);
    view_text(page->view, "item_js", page_asset_path(page, "item.js"));
    view_text(page->view, "item_css", page_asset_path(page, "item.css"));
}

/* What is like it: a help, so that a page without it is better than none. */
static enum status add_similar(struct item_page *item, struct err *err)
{
    struct page *page = &item->page;
    struct api *api = page->api;
    struct search_clock clock = {page->today, page->http->arrived_us + api->service->config->search_timeout_ms * 1000};
    struct similar similar;
    struct err none = {0};
    enum status status = similar_run(api->searcher, item->id, strlen(item->id), ITEM_SIMILAR_READ, &clock, page->arena,
                                     &similar, &none);
    if (status != STATUS_OK || !similar.hit_count)
        return status == STATUS_NOMEM ? arena_nomem(err) : STATUS_OK;
    struct page_cards cards = {.page = page, .from = item_from(item)};
    struct stored stored;
    for (size_t i = 0, shown = 0; i < similar.hit_count && shown < ITEM_SIMILAR && status == STATUS_OK; i++) {
        const struct similar_hit *hit = &similar.hits[i];
        if (similar.placed && hit->near == NEAR_ELSEWHERE)
            continue;
        if (shown++ == 0)
            view_text(page->view, "similar_heading",
                      page_text(page, similar.placed ? "item.similar" : "item.similar_all"));
        status = page_card(&cards, hit->hit.row, &hit->hit, view_item(page->view, "similar"), &stored, err);
    }
    page_cards_release(&cards);
    return status;
}

/* For search engines. */
static void add_linked(struct item_page *item)
{
    struct page *page = &item->page;
    struct linked_options options = {page->lang, page->today, page_origin(page)};
    struct buf out = BUF_INIT;
    linked_write(&item->record, &options, &out);
    if (!out.failed)
        view_copy(page->view, "linked", buf_str(&out), out.len);
    buf_release(&out);
}

static enum status fill(struct item_page *item, struct err *err)
{
    add_top(item);
    add_by(item);
    item_when(item);
    item_where(item);
    item_facts(item);
    item_contacts(item);
    item_texts(item);
    item_fresh(item);
    add_ways_off(item);
    add_linked(item);
    view_flag(item->page.view, "has_by", view_get_list(item->page.view, "by") != NULL);
    view_flag(item->page.view, "has_rules", view_get_list(item->page.view, "rules") != NULL);
    view_flag(item->page.view, "has_places", view_get_list(item->page.view, "places") != NULL);
    view_flag(item->page.view, "has_people", view_get_list(item->page.view, "contacts") != NULL);
    return add_similar(item, err);
}

static enum http_turn answer_calendar(struct item_page *item, struct http_reply *reply)
{
    struct page *page = &item->page;
    struct api *api = page->api;
    int64_t created = searcher_snapshot(api->searcher)->manifest.created;
    struct ics_options options = {.lang = page->lang, .today_day = page->today,
                                  .generated_day = (int32_t)(created / 86400)};
    struct err err = {0};
    buf_reset(&api->body);
    enum status status = takes_place(item) ? ics_write(&item->record, &options, &api->body, &err)
                                           : err_set(&err, STATUS_NOTFOUND, "nothing of it takes place from now on");
    if (status != STATUS_OK)
        return api_fail(api, page->http, reply, status, &err);
    const char *name = arena_printf(page->arena, "attachment; filename=\"%s.ics\"", item->id);
    api_body(api, reply, 200, ICS_CONTENT_TYPE, PAGE_CACHE);
    http_reply_header(reply, "Content-Disposition", name ? name : "attachment");
    http_reply_header(reply, "Content-Language", record_langs[page->lang]);
    return HTTP_ANSWERED;
}

static bool asks_calendar(const char *id)
{
    size_t len = strlen(id);
    return len > 4 && strcmp(id + len - 4, ".ics") == 0;
}

/* Which page carries a list is nobody's business but its reader's. */
static const char *caching(const struct item_page *item)
{
    return item->page.list ? PAGE_NO_CACHE : PAGE_CACHE;
}

static void make_tag(const struct item_page *item, char tag[API_TAG_BYTES])
{
    const struct api *api = item->page.api;
    uint64_t seed = assets_hash(api->service->assets) + item->reported + ITEM_FORM;
    const char *from = item_from(item);
    uint64_t hash = XXH3_64bits_withSeed(item->id, strlen(item->id), seed);
    hash = XXH3_64bits_withSeed(from, strlen(from), hash);
    if (item->page.list) {
        const char *list = shortlist_text(item->page.list, SIZE_MAX, NULL, item->page.arena);
        hash = XXH3_64bits_withSeed(list, strlen(list), hash);
    }
    snprintf(tag, API_TAG_BYTES, "%" PRIu32 "-%" PRId32 "-%016" PRIx64 "-%s-itempage",
             searcher_snapshot(api->searcher)->number, item->page.today, hash, record_langs[item->page.lang]);
}

enum http_turn page_item(struct api *api, struct http_request *http, const char *id, struct http_reply *reply)
{
    struct item_page item = {.page = {.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                                      .today = config_today(api->service->config),
                                      .strings = assets_strings(api->service->assets)}, .id = id};
    struct request_errors errors = {.list = {{"(all)", "this page takes from alone"}}, .count = 1};
    char tag[API_TAG_BYTES];
    struct err err = {0};
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    if (!item_address(&item, http->query))
        return api_invalid(api, http, reply, &errors);
    item.calendar = asks_calendar(id);
    if (item.calendar && !(item.id = id = arena_copy(&api->arena, id, strlen(id) - 4)))
        return api_fail(api, http, reply, arena_nomem(&err), &err);
    enum status status = item_read(&item, &err);
    if (status == STATUS_NOTFOUND)
        return item_missing(&item, reply);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    if (item.calendar)
        return answer_calendar(&item, reply);
    make_tag(&item, tag);
    if (api_unchanged(http, tag, caching(&item), reply)) {
        page_headers(item.page.lang, reply);
        return HTTP_ANSWERED;
    }
    if (!http->in_turn)
        return HTTP_LATER;
    const char *path = arena_printf(&api->arena, "/item/%s", id), *from = item_from(&item);
    status = path ? page_begin_listed(&item.page, api, http, path, *from ? from + 1 : NULL, item.page.list, &err)
                  : arena_nomem(&err);
    if (status == STATUS_OK)
        status = fill(&item, &err);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    return page_answer(&item.page, TEMPLATE_ITEM, 200, caching(&item), reply);
}
