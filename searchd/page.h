/* The pages for people: what they have in common.  docs/pages.md says how one is added.
 *
 * A page is a handler in the table of paths (route.c) that fills a tree of values (web/view.h) and shows it with one of
 * the templates (web/templates.h).  page_begin() puts into the tree what every page's frame shows. */
#ifndef OPASTIN_SEARCHD_PAGE_H
#define OPASTIN_SEARCHD_PAGE_H

#include "searchd/api.h"
#include "searchd/embed.h"
#include "searchd/shortlist.h"
#include "searchd/web/strings.h"
#include "searchd/web/templates.h"
#include "searchd/web/view.h"

#define PAGE_HTML "text/html; charset=utf-8"
#define PAGE_CACHE "public, max-age=60, s-maxage=300, stale-while-revalidate=3600, stale-if-error=86400"
#define PAGE_NO_CACHE "no-store"

enum {
    PAGE_STALE_DAYS = 3,     /* the last run of the index is older: every search page says so */
    PAGE_OLD_MONTHS = 12,    /* a record that nobody checked since is shown as old */
    PAGE_LOCATION_BYTES = 3 * 8192, /* of a redirect */
};

struct page {
    struct api *api;
    struct http_request *http;
    const struct strings *strings;
    struct arena *arena; /* of the request */
    struct view *view;   /* the root of the tree */
    enum ui_lang lang;
    int32_t today;
    const struct shortlist *list; /* that the address carries, NULL: none; every link of the page carries it on */
    const char *shown; /* what of the search page stands open, "open=…&map=1": links to searches carry it on; or NULL */
    const struct embed *embed;    /* shown within another site's page; NULL: a page of its own */
};

/* path: of this page in any language, behind "/fi", for the language switch; query: what it keeps, NULL: nothing. */
enum status page_begin(struct page *page, struct api *api, struct http_request *http, const char *path,
                       const char *query, struct err *err) MUST_USE;
/* The same with another list than the address has under the name `list`. */
enum status page_begin_listed(struct page *page, struct api *api, struct http_request *http, const char *path,
                              const char *query, const struct shortlist *list, struct err *err) MUST_USE;
/* "/assets/0123456789abcdef/site.css"; "" when there is none of the name. */
const char *page_asset_path(const struct page *page, const char *name);
/* Shows the tree and fills the reply.  The reply's entity tag, if any, is set before. */
enum http_turn page_answer(struct page *page, enum template_name name, int status, const char *cache,
                           struct http_reply *reply);
/* The page that says that something cannot be shown; falls back to problem+json when that fails too. */
enum http_turn page_problem(struct api *api, const struct http_request *http, struct http_reply *reply, int status,
                            const char *code);
/* 303 to the location, which lies in the request's arena. */
enum http_turn page_redirect(struct http_reply *reply, const char *location, const char *cache);
/* A file as it was read at the start, compressed for whoever takes it. */
enum http_turn page_send_asset(const struct asset *asset, const struct http_request *request, const char *cache,
                               struct http_reply *reply);
/* The headers that every page has, refused ones too. */
void page_headers(enum ui_lang lang, struct http_reply *reply);
/* Those of a page that other sites may show, too. */
void page_headers_of(const struct page *page, struct http_reply *reply);

/* True when the Accept header names text/html: what a browser sends for a page. */
bool page_accepted(const char *accept);
/* The language of a path's first part, "fi", -1 when it is none. */
int page_language(const char *part, size_t len);
/* The first of our languages that an Accept-Language header names by its weights; Finnish when it names none. */
enum ui_lang page_language_accepted(const char *accept_language);

/* Texts of the catalogue, in the page's language (strings.h). */
const char *page_text(const struct page *page, const char *key);
const char *page_count(const struct page *page, const char *key, uint64_t n);
const char *page_label(const struct page *page, enum vocab_name vocab, size_t ordinal);

/* "?from=…&list=…" for the address of an item: the search that leads to it, and back (NULL: none), and the list; ""
 * when there is neither. */
const char *page_from(const struct page *page, const struct request *request);
/* The search page with what its address asks; where api->embed is set, what other sites show of it.  wrong: mistakes
 * in what that was read from. */
enum http_turn page_search_as(struct api *api, struct http_request *http, const struct request_errors *wrong,
                              struct http_reply *reply);
/* A search page's address, without page and cursor unless with_page; in the arena. */
const char *page_search_url(const struct page *page, const struct request *request, bool with_page);

/* The list of an address, in the arena; NULL when it has none or there is no memory. */
const struct shortlist *page_list_of(const char *query, struct arena *arena);
/* Into a card: the link that puts the record on the list, or takes it off.  url: of this page without its list. */
void page_list_link(const struct page *page, struct view *view, const char *id, const char *url);
/* "https://opastin.example.org": what addresses for other devices begin with; "" when nothing tells it. */
const char *page_origin(const struct page *page);

/* Dates and times as people of the language write them; in the arena. */
const char *page_date(const struct page *page, int32_t day);         /* 27.11.2026, 27 November 2026 */
const char *page_day_and_month(const struct page *page, int32_t day);/* torstaina 27.11. */
const char *page_times(const struct page *page, int from, int to);   /* klo 10–12; minutes, below 0 unknown */
const char *page_price(const struct page *page, double euros);        /* 1,50 €; arena */
/* True when the text says that sum itself ("Kahvi ja pulla 1,50 €", not "11,50 €"), so that it need not be said twice;
 * false for NULL. */
bool page_price_told(double euros, const char *text);
/* 22.–26.10., 3.9.–10.12.; the year where it is not this one. */
const char *page_days(const struct page *page, int32_t from, int32_t to);

/* Path handlers, for the table in route.c. */
api_handler page_root, page_search, page_status, page_item, page_report, page_asset, page_favicon;
api_handler page_list, page_new, page_privacy, page_accessibility, page_help, page_api;
api_handler page_embed, page_embed_fragment, page_embed_script, page_embed_builder;

#endif
