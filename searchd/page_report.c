/* Reports that something in a record is wrong: the one form that is sent here, and so the one body that is read.
 *
 * Nothing is known of who sends it, and nothing is kept but the record's id, a choice and a text.  A form of another
 * site is refused: it would send in the name of whoever looks at that site. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "searchd/keeper.h"
#include "searchd/page_item.h"

struct sent {
    enum heard_kind kind; /* HEARD_KINDS: none was chosen */
    char *text;
    const char *wrong; /* key of what is wrong with it; NULL: nothing */
};

void item_report_form(const struct item_page *item, struct view *view, enum heard_kind kind, const char *text)
{
    const struct page *page = &item->page;
    const char *from = item_from(item);
    view_format(view, "report_url", "/%s/item/%s/report%s", record_langs[page->lang], item->id, from);
    for (int i = 0; i < HEARD_KINDS; i++) {
        static const char *const texts[HEARD_KINDS] = {"report.closed", "report.time", "report.contact",
                                                       "report.other"};
        struct view *choice = view_item(view, "report_kinds");
        view_text(choice, "choice", heard_kind_name((enum heard_kind)i));
        view_text(choice, "choice_text", page_text(page, texts[i]));
        view_flag(choice, "chosen", kind == (enum heard_kind)i);
    }
    view_text(view, "report_text", text);
}

/* ---- whether it may be sent -------------------------------------------------------------------------------------- */

/* A browser says where a form stands.  Where it says so only by Origin, "null" is what our own pages give, which send
 * no referrer: browsers that say more than that say it over TLS only. */
static bool from_here(const struct http_request *http)
{
    if (*http->fetch_site)
        return strcmp(http->fetch_site, "same-origin") == 0;
    if (strcmp(http->origin, "null") == 0)
        return true;
    size_t scheme = strncmp(http->origin, "https://", 8) == 0 ? 8 : strncmp(http->origin, "http://", 7) == 0 ? 7 : 0;
    return scheme && *http->host && strcasecmp(http->origin + scheme, http->host) == 0;
}

static bool is_form(const char *type)
{
    static const char form[] = "application/x-www-form-urlencoded";
    size_t len = sizeof form - 1;
    return strncasecmp(type, form, len) == 0 && (!type[len] || strchr("; \t", type[len]));
}

/* 0, or the status of the refusal. */
static int refusal(const struct http_request *http, const char **detail)
{
    if (!from_here(http)) {
        *detail = "a report is sent by the form of this service alone";
        return 403;
    }
    if (http->body_bytes > HTTP_FORM_BYTES) {
        *detail = "the form is larger than allowed";
        return 413;
    }
    if (http->body_bytes && !is_form(http->content_type)) {
        *detail = "a form is sent as application/x-www-form-urlencoded";
        return 415;
    }
    return 0;
}

/* ---- what was sent ----------------------------------------------------------------------------------------------- */

/* A browser sends line breaks as two characters, which count as one. */
static void tidy(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++)
        if (*at != '\r')
            *to++ = *at == '\t' ? ' ' : *at;
    while (to > text && strchr(" \n", to[-1]))
        to--;
    *to = '\0';
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* False when it is not what the form sends. */
static bool read_field(struct sent *sent, const char *pair, size_t len, struct arena *arena)
{
    char *value = arena_alloc(arena, len + 1);
    const char *equals = memchr(pair, '=', len);
    if (!equals || !value)
        return false;
    size_t name = (size_t)(equals - pair);
    if (!item_decode(equals + 1, len - name - 1, true, value))
        return false;
    if (name == 4 && memcmp(pair, "kind", 4) == 0 && sent->kind == HEARD_KINDS) {
        int kind = heard_kind_find(value, strlen(value));
        sent->kind = kind < 0 ? HEARD_KINDS : (enum heard_kind)kind;
        return kind >= 0;
    }
    if (name != 4 || memcmp(pair, "text", 4) != 0 || sent->text)
        return false;
    tidy(value);
    sent->text = value;
    return true;
}

static bool read_form(struct sent *sent, const char *body, size_t body_len, struct arena *arena)
{
    if (strlen(body) != body_len) /* a zero byte within it */
        return false;
    for (const char *at = body; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        if (len && !read_field(sent, at, len, arena))
            return false;
        at += len;
    }
    if (sent->kind == HEARD_KINDS)
        sent->wrong = "report.wrong_kind";
    else if (sent->text && characters(sent->text) > HEARD_TEXT_CHARS)
        sent->wrong = "report.wrong_long";
    else if (sent->kind == HEARD_OTHER && (!sent->text || !*sent->text))
        sent->wrong = "report.wrong_text";
    return true;
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

/* The form as a page of its own: when it is asked for, and when something is wrong with what was sent. */
static enum http_turn show_form(struct item_page *item, const struct sent *sent, int status, struct http_reply *reply)
{
    struct page *page = &item->page;
    struct err err = {0};
    const char *path = arena_printf(page->arena, "/item/%s/report", item->id), *from = item_from(item);
    if (!path || page_begin(page, page->api, page->http, path, *from ? from + 1 : NULL, &err) != STATUS_OK)
        return api_fail(page->api, page->http, reply, STATUS_NOMEM, &err);
    view_format(page->view, "title", "%s – %s", page_text(page, sent->wrong ? "report.wrong" : "report.heading"),
                page_text(page, "name"));
    item_text(item, page->view, "of", "of_lang", &item->record.title);
    view_format(page->view, "self", "/%s/item/%s%s", record_langs[page->lang], item->id, from);
    if (sent->wrong) {
        view_text(page->view, "report_wrong", page_text(page, sent->wrong));
        view_text(page->view, "report_field", strcmp(sent->wrong, "report.wrong_kind") == 0 ? "report-closed"
                                              : strcmp(sent->wrong, "report.wrong_busy") == 0 ? NULL : "report-text");
    }
    item_report_form(item, page->view, sent->kind, sent->text);
    view_text(page->view, "item_css", page_asset_path(page, "item.css"));
    return page_answer(page, TEMPLATE_REPORT, status, PAGE_NO_CACHE, reply);
}

static enum http_turn take(struct item_page *item, const struct sent *sent, struct http_reply *reply)
{
    struct page *page = &item->page;
    const char *text = sent->text ? sent->text : "";
    const struct error_report report = {.id = item->id, .id_len = strlen(item->id), .kind = sent->kind, .text = text,
                                        .text_len = strlen(text), .sender = page->http->sender,
                                        .now_us = page->http->arrived_us, .day = page->today};
    struct sent refused = *sent;
    struct err err = {0};
    enum status status = error_report_add(page->api->service->keeper->error_reports, &report, &err);
    if (status == STATUS_LIMIT) {
        refused.wrong = "report.wrong_busy";
        return show_form(item, &refused, 429, reply);
    }
    if (status == STATUS_INVALID) { /* of its text nothing is left that could be kept */
        refused.wrong = "report.wrong_text";
        return show_form(item, &refused, 400, reply);
    }
    const char *from = item_from(item);
    const char *location = arena_printf(page->arena, "/%s/item/%s%s%sreported=1#thanks", record_langs[page->lang],
                                        item->id, from, *from ? "&" : "?");
    if (status == STATUS_OK && !location)
        status = arena_nomem(&err);
    if (status != STATUS_OK)
        return api_fail(page->api, page->http, reply, status, &err);
    page_headers(page->lang, reply);
    return page_redirect(reply, location, PAGE_NO_CACHE);
}

static enum http_turn answer_post(struct item_page *item, struct http_reply *reply)
{
    struct page *page = &item->page;
    const struct http_request *http = page->http;
    struct sent sent = {.kind = HEARD_KINDS};
    const char *detail = "", *body = http->body ? http->body : "";
    int refused = refusal(http, &detail);
    if (refused)
        return api_problem(page->api, http, reply, refused,
                           refused == 403 ? "origin" : refused == 415 ? "type" : problem_code(refused), detail, NULL);
    if (!read_form(&sent, body, http->body ? (size_t)http->body_bytes : 0, page->arena))
        return api_problem(page->api, http, reply, 400, problem_code(400), "this is not what the form sends", NULL);
    return sent.wrong ? show_form(item, &sent, 400, reply) : take(item, &sent, reply);
}

enum http_turn page_report(struct api *api, struct http_request *http, const char *argument,
                           struct http_reply *reply)
{
    struct item_page item = {.page = {.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                                      .today = config_today(api->service->config),
                                      .strings = assets_strings(api->service->assets)}};
    struct request_errors errors = {.list = {{"(all)", "this page takes from alone"}}, .count = 1};
    struct err err = {0};
    item.id = arena_copy(&api->arena, argument, strlen(argument) - strlen("/report"));
    if (!api->service->keeper)
        return api_problem(api, http, reply, 404, problem_code(404), "no reports are taken here", NULL);
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    if (!item.id)
        return api_fail(api, http, reply, arena_nomem(&err), &err);
    if (!item_address(&item, http->query))
        return api_invalid(api, http, reply, &errors);
    enum status status = item_read(&item, &err);
    if (status == STATUS_NOTFOUND)
        return item_missing(&item, reply);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    const struct sent nothing = {.kind = HEARD_KINDS};
    return http->method == HTTP_POST ? answer_post(&item, reply) : show_form(&item, &nothing, 200, reply);
}
