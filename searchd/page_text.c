/* The pages that are mostly text: privacy, accessibility, help.  What they say follows from how the daemon is run, so
 * that it is true: its log, its operator, whom to tell. */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "searchd/page.h"

#define PAGE_TEXT_CACHE "no-cache" /* a new operator's phone number counts from the start on */

static const char *day_text(const struct page *page, const char *date)
{
    int32_t day;
    return date && day_parse(date, strlen(date), &day) ? page_date(page, day) : NULL;
}

/* As a telephone takes it: the configuration allows blanks and the like. */
static void add_phone(const struct page *page, const char *phone)
{
    char tel[40];
    size_t len = 0;
    for (const char *at = phone ? phone : ""; *at && len + 1 < sizeof tel; at++)
        if ((*at >= '0' && *at <= '9') || (*at == '+' && len == 0))
            tel[len++] = *at;
    view_text(page->view, "contact_phone", phone);
    view_copy(page->view, "contact_tel", tel, len);
}

/* Who answers for the service. */
static void add_notice(const struct page *page)
{
    const struct notice *notice = &page->api->service->config->notice;
    struct view *view = page->view;
    view_text(view, "operator", notice->owner);
    view_text(view, "contact_email", notice->contact_email);
    view_text(view, "contact_url", notice->contact_url);
    add_phone(page, notice->contact_phone);
    view_flag(view, "contact", notice->contact_email || notice->contact_phone || notice->contact_url);
}

static void add_statement(const struct page *page)
{
    const struct notice *notice = &page->api->service->config->notice;
    struct view *view = page->view;
    char key[40];
    snprintf(key, sizeof key, "a11y.status.%s", notice->status ? notice->status : "unknown");
    view_text(view, "conformance", page_text(page, key));
    snprintf(key, sizeof key, "a11y.method.%s", notice->method ? notice->method : "unknown");
    view_text(view, "method", page_text(page, key));
    view_text(view, "gaps", notice->gaps);
    view_flag(view, "gapless", !notice->gaps && notice->status && strcmp(notice->status, "full") == 0);
    view_text(view, "date", day_text(page, notice->date));
    view_text(view, "supervisor", notice->supervisor);
    view_text(view, "supervisor_address", notice->supervisor_address);
    view_text(view, "supervisor_url", notice->supervisor_url);
    view_flag(view, "supervised", notice->supervisor || notice->supervisor_address || notice->supervisor_url);
}

static enum http_turn show(struct api *api, struct http_request *http, const char *path, enum template_name name,
                           const char *title, struct http_reply *reply)
{
    struct page page;
    struct err err = {0};
    enum status status = page_begin(&page, api, http, path, NULL, &err);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    view_format(page.view, "title", "%s – %s", page_text(&page, title), page_text(&page, "name"));
    view_flag(page.view, "logs", api->service->config->access_log);
    view_flag(page.view, "keeps", api->service->keeper != NULL);
    view_format(page.view, "list_limit", "%d", SHORTLIST_MOST);
    add_notice(&page);
    if (name == TEMPLATE_ACCESSIBILITY)
        add_statement(&page);
    return page_answer(&page, name, 200, PAGE_TEXT_CACHE, reply);
}

enum http_turn page_privacy(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    (void)argument;
    return show(api, http, "/privacy", TEMPLATE_PRIVACY, "foot.privacy", reply);
}

enum http_turn page_accessibility(struct api *api, struct http_request *http, const char *argument,
                                  struct http_reply *reply)
{
    (void)argument;
    return show(api, http, "/accessibility", TEMPLATE_ACCESSIBILITY, "a11y.heading", reply);
}

enum http_turn page_help(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    (void)argument;
    return show(api, http, "/help", TEMPLATE_HELP, "foot.help", reply);
}
