#include "searchd/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "calendar.h"
#include "record.h"
#include "searchd/last_run.h"
#include "searchd/live.h"
#include "searchd/route.h"

/* Nothing from elsewhere, nothing inline: what a page runs and wears comes from this service's own files. */
#define PAGE_CSP_BUT_FRAMES "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " \
                            "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors "
#define PAGE_CSP PAGE_CSP_BUT_FRAMES "'self'"
#define PAGE_PERMISSIONS "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

/* ---- what a client asks for -------------------------------------------------------------------------------------- */

bool page_accepted(const char *accept)
{
    return strcasestr(accept, "text/html") != NULL;
}

int page_language(const char *part, size_t len)
{
    for (int lang = 0; lang < UI_LANG_COUNT; lang++)
        if (strlen(record_langs[lang]) == len && memcmp(part, record_langs[lang], len) == 0)
            return lang;
    return -1;
}

enum ui_lang page_language_accepted(const char *list)
{
    double best = 0;
    enum ui_lang found = UI_FI;
    while (*list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, ","), name = strcspn(list, ",;- \t");
        const char *weight = memmem(list, len, "q=", 2);
        double q = weight ? strtod(weight + 2, NULL) : 1;
        for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
            if (name == 2 && strncasecmp(list, record_langs[lang], 2) == 0 && q > best) {
                best = q;
                found = (enum ui_lang)lang;
            }
        }
        list += len;
    }
    return found;
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

const char *page_text(const struct page *page, const char *key)
{
    return strings_get(page->strings, page->lang, key);
}

const char *page_count(const struct page *page, const char *key, uint64_t n)
{
    return strings_count(page->strings, page->lang, page->arena, key, n, NULL);
}

const char *page_label(const struct page *page, enum vocab_name vocab, size_t ordinal)
{
    return vocab_entry(vocab, ordinal)->label[page->lang];
}

const char *page_search_url(const struct page *page, const struct request *request, bool with_page)
{
    struct request plain = *request;
    struct buf url = BUF_INIT;
    plain.lang = UI_FI; /* the path says it */
    if (page->embed)
        buf_adds(&url, "/embed?");
    else
        buf_addf(&url, "/%s/search?", record_langs[page->lang]);
    size_t bare = url.len;
    struct buf query = BUF_INIT;
    request_write(&plain, with_page, &query);
    buf_add(&url, buf_str(&query), query.len);
    if (page->embed)
        embed_write(page->embed, &url);
    if (page->list)
        buf_addf(&url, "%slist=%s", url.len > bare ? "&" : "", shortlist_text(page->list, SIZE_MAX, NULL, page->arena));
    if (page->shown)
        buf_addf(&url, "%s%s", url.len > bare ? "&" : "", page->shown);
    if (url.len == bare)
        url.len--;
    const char *copy = arena_copy(page->arena, buf_str(&url), url.len);
    buf_release(&query);
    buf_release(&url);
    return copy ? copy : "";
}

/* ---- dates ------------------------------------------------------------------------------------------------------- */

/* month: 1..12.  One table, not a choice of two: gcc 12's sanitizer takes the last of the one for beyond the other. */
static const char *month_name(const struct page *page, int month)
{
    static const char *const names[2][12] = {
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"},
        {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
         "december"}};
    return names[page->lang == UI_SV][(unsigned)(month + 11) % 12];
}

static const char *printed(const char *text)
{
    return text ? text : "";
}

const char *page_date(const struct page *page, int32_t day)
{
    struct date d = date_from_day(day);
    if (page->lang == UI_FI)
        return printed(arena_printf(page->arena, "%d.%d.%d", d.day, d.month, d.year));
    return printed(arena_printf(page->arena, "%d %s %d", d.day, month_name(page, d.month), d.year));
}

const char *page_day_and_month(const struct page *page, int32_t day)
{
    char key[32];
    struct date d = date_from_day(day);
    snprintf(key, sizeof key, "on.%s", weekday_code(weekday_of(day)));
    const char *weekday = page_text(page, key);
    if (page->lang == UI_FI)
        return printed(arena_printf(page->arena, "%s %d.%d.", weekday, d.day, d.month));
    return printed(arena_printf(page->arena, "%s %d %s", weekday, d.day, month_name(page, d.month)));
}

/* with: how much of the date, 1 the day, 2 the month too, 3 the year too. */
static const char *part_of_date(const struct page *page, struct date d, int with)
{
    const char *month = month_name(page, d.month);
    if (page->lang == UI_FI)
        return with == 1   ? printed(arena_printf(page->arena, "%d.", d.day))
               : with == 2 ? printed(arena_printf(page->arena, "%d.%d.", d.day, d.month))
                           : printed(arena_printf(page->arena, "%d.%d.%d", d.day, d.month, d.year));
    return with == 1   ? printed(arena_printf(page->arena, "%d", d.day))
           : with == 2 ? printed(arena_printf(page->arena, "%d %s", d.day, month))
                       : printed(arena_printf(page->arena, "%d %s %d", d.day, month, d.year));
}

const char *page_days(const struct page *page, int32_t from, int32_t to)
{
    struct date first = date_from_day(from), last = date_from_day(to);
    int this_year = date_from_day(page->today).year;
    int with = first.year != this_year || last.year != this_year ? 3 : 2;
    if (from == to)
        return part_of_date(page, first, with);
    int with_first = first.year != last.year ? 3 : first.month != last.month ? 2 : 1;
    return printed(arena_printf(page->arena, "%s–%s", part_of_date(page, first, with_first),
                                part_of_date(page, last, with)));
}

/* 10 or 10.30 in Finnish and Swedish, 10:00 or 10:30 in English. */
static void write_clock(const struct page *page, int minute, char out[16])
{
    int hour = minute / 60, rest = minute % 60;
    if (page->lang == UI_EN)
        snprintf(out, 16, "%d:%02d", hour, rest);
    else if (rest)
        snprintf(out, 16, "%d.%02d", hour, rest);
    else
        snprintf(out, 16, "%d", hour);
}

static void print_price(char *out, size_t size, double euros)
{
    snprintf(out, size, euros >= floor(euros) && euros <= floor(euros) ? "%.0f" : "%.2f", euros);
}

const char *page_price(const struct page *page, double euros)
{
    char text[48];
    print_price(text, sizeof text, euros);
    char *point = strchr(text, '.');
    if (point && page->lang != UI_EN)
        *point = ',';
    return printed(arena_printf(page->arena, page->lang == UI_EN ? "€%s" : "%s €", text));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* True when what stands at `at` goes on with the number before it: "10" in "10,50" or "100". */
static bool number_goes_on(const char *at)
{
    return is_digit(*at) || ((*at == ',' || *at == '.') && is_digit(at[1]));
}

static bool is_currency(const char *at)
{
    static const char no_break[] = "\u00a0";
    at += strncmp(at, no_break, strlen(no_break)) == 0 ? strlen(no_break) : strspn(at, " ");
    if (strncmp(at, "€", strlen("€")) == 0 || strncasecmp(at, "eur", 3) == 0)
        return true;
    return (*at == 'e' || *at == 'E') && (at[1] == '\0' || strchr(" /.,;", at[1]));
}

static bool told_as(const char *number, const char *text)
{
    size_t len = strlen(number);
    for (const char *at = strstr(text, number); at; at = strstr(at + 1, number)) {
        bool begins = at == text || !(is_digit(at[-1]) || at[-1] == ',' || at[-1] == '.');
        bool marked = at - text >= (long)strlen("€") && strncmp(at - strlen("€"), "€", strlen("€")) == 0;
        if (begins && !number_goes_on(at + len) && (marked || is_currency(at + len)))
            return true;
    }
    return false;
}

bool page_price_told(double euros, const char *text)
{
    char number[48];
    print_price(number, sizeof number, euros);
    if (!text || told_as(number, text))
        return text != NULL;
    char *point = strchr(number, '.');
    if (point)
        *point = ',';
    return point && told_as(number, text);
}

const char *page_times(const struct page *page, int from, int to)
{
    char text[2][16];
    if (from < 0)
        return "";
    write_clock(page, from, text[0]);
    if (to < 0)
        return strings_fill(page->strings, page->lang, page->arena, "time.from", "from", text[0], NULL);
    write_clock(page, to, text[1]);
    return strings_fill(page->strings, page->lang, page->arena, "time.range", "from", text[0], "to", text[1], NULL);
}

/* ---- the frame --------------------------------------------------------------------------------------------------- */

/* A page's address with the list. */
static const char *listed(const struct page *page, enum ui_lang lang, const char *path)
{
    const char *ids = page->list ? shortlist_text(page->list, SIZE_MAX, NULL, page->arena) : "";
    const char *url = arena_printf(page->arena, "/%s%s%s%s", record_langs[lang], path, *ids ? "?list=" : "", ids);
    return url ? url : "";
}

static void add_languages(struct page *page, const char *path, const char *query)
{
    static const char *const names[UI_LANG_COUNT] = {"Suomeksi", "På svenska", "In English"};
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        struct view *item = view_item(page->view, "languages");
        const char *url = query ? arena_printf(page->arena, "/%s%s%s%s", record_langs[lang], path, *query ? "?" : "",
                                               query)
                                : listed(page, (enum ui_lang)lang, path);
        view_text(item, "code", record_langs[lang]);
        view_text(item, "name", names[lang]);
        view_text(item, "url", url);
        view_flag(item, "current", lang == (int)page->lang);
    }
}

/* The links of the foot, each when its page is there. */
static void add_foot(struct page *page)
{
    static const struct {
        const char *path, *key;
    } pages[] = {{"/help", "foot.help"}, {"/status", "foot.status"}, {"/privacy", "foot.privacy"},
                 {"/accessibility", "foot.accessibility"}, {"/embed", "foot.embed"}};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char path[64];
        snprintf(path, sizeof path, "/%s%s", record_langs[page->lang], pages[i].path);
        if (!route_exists(path))
            continue;
        struct view *item = view_item(page->view, "foot");
        view_text(item, "url", listed(page, page->lang, pages[i].path));
        view_text(item, "name", page_text(page, pages[i].key));
    }
}

const char *page_asset_path(const struct page *page, const char *name)
{
    const struct asset *asset = assets_public(page->api->service->assets, name);
    return asset ? asset->path : "";
}

/* The list and what ends it, at the same place on every page. */
static void add_list(struct page *page)
{
    const char *lang = record_langs[page->lang];
    size_t count = page->list ? page->list->count : 0;
    const char *ids = count ? shortlist_text(page->list, SIZE_MAX, NULL, page->arena) : "";
    view_text(page->view, "list_url", arena_printf(page->arena, "/%s/list%s%s", lang, *ids ? "?id=" : "", ids));
    view_format(page->view, "new_url", "/%s/new", lang);
    view_format(page->view, "list_most", "%d", SHORTLIST_MOST);
    if (count)
        view_format(page->view, "list_count", "%zu", count);
}

const struct shortlist *page_list_of(const char *query, struct arena *arena)
{
    if (!query || !strstr(query, "list="))
        return NULL;
    struct shortlist *list = arena_alloc(arena, sizeof *list);
    return list && shortlist_read(list, query, "list", arena, NULL) == STATUS_OK && list->count ? list : NULL;
}

enum status page_begin(struct page *page, struct api *api, struct http_request *http, const char *path,
                       const char *query, struct err *err)
{
    return page_begin_listed(page, api, http, path, query, page_list_of(http->query, &api->arena), err);
}

/* What a page within another differs in: its headings and landmarks are parts of what is around it. */
static void add_embed(struct page *page)
{
    const struct embed *embed = page->embed;
    unsigned level = embed ? embed->heading : EMBED_HEADING_DEFAULT;
    view_format(page->view, "h", "h%u", level);
    view_format(page->view, "hh", "h%u", level + 1);
    view_text(page->view, "nav", embed ? "div" : "nav");
    if (!embed)
        return;
    view_flag(page->view, "embed", true);
    view_text(page->view, "target", embed->new_tab ? "_blank" : "_top");
    view_flag(page->view, "new_tab", embed->new_tab);
    view_text(page->view, "look", embed->look == EMBED_LIGHT ? NULL : embed_look_name(embed->look));
    view_text(page->view, "embed_css", page_asset_path(page, "embed.css"));
    if (embed->fragment && embed->styled) {
        const struct asset *style = assets_public(page->api->service->assets, "embed.css");
        view_text_n(page->view, "style", style->data, style->len);
    }
    view_text(page->view, "frame_js", page_asset_path(page, "embed_frame.js"));
}

enum status page_begin_listed(struct page *page, struct api *api, struct http_request *http, const char *path,
                              const char *query, const struct shortlist *list, struct err *err)
{
    *page = (struct page){.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                          .strings = assets_strings(api->service->assets), .view = view_new(&api->arena),
                          .today = config_today(api->service->config), .embed = api->embed,
                          .list = list && list->count && !api->embed ? list : NULL};
    if (!page->view)
        return arena_nomem(err);
    view_text(page->view, "lang", record_langs[page->lang]);
    view_text(page->view, "home", listed(page, page->lang, "/search"));
    view_format(page->view, "search_url", page->embed ? "/embed" : "/%s/search", record_langs[page->lang]);
    view_text(page->view, "css", page_asset_path(page, "site.css"));
    view_text(page->view, "js", page_asset_path(page, "app.js"));
    view_text(page->view, "icon", page_asset_path(page, "favicon.svg"));
    add_embed(page);
    add_languages(page, path, query);
    add_foot(page);
    add_list(page);
    return STATUS_OK;
}

/* What the operator allows besides our own pages. */
static const char *framed_policy(const struct page *page)
{
    const char *others = page->api->service->config->frame_ancestors;
    const char *policy = arena_printf(page->arena, "%s'self' %s", PAGE_CSP_BUT_FRAMES, others);
    return policy ? policy : PAGE_CSP;
}

static void add_headers(enum ui_lang lang, const char *policy, struct http_reply *reply)
{
    http_reply_header(reply, "Content-Security-Policy", policy);
    http_reply_header(reply, "Permissions-Policy", PAGE_PERMISSIONS);
    http_reply_header(reply, "Content-Language", record_langs[lang]);
}

void page_headers(enum ui_lang lang, struct http_reply *reply)
{
    add_headers(lang, PAGE_CSP, reply);
}

void page_headers_of(const struct page *page, struct http_reply *reply)
{
    if (!page->embed)
        page_headers(page->lang, reply);
    else if (!page->embed->fragment)
        add_headers(page->lang, framed_policy(page), reply);
    else /* a part of somebody's page, under that page's policy */
        http_reply_header(reply, "Content-Language", record_langs[page->lang]);
}

static enum status show(struct page *page, enum template_name name, struct err *err)
{
    struct api *api = page->api;
    if (!api->templates)
        TRY(templates_new(&api->templates, api->service->assets, err));
    buf_reset(&api->body);
    return mustache_render(templates_get(api->templates, name, page->lang), page->view, &api->body, err);
}

enum http_turn page_answer(struct page *page, enum template_name name, int status, const char *cache,
                           struct http_reply *reply)
{
    struct err err = {0};
    enum status shown = show(page, name, &err);
    if (shown != STATUS_OK) {
        page->api->as_page = false; /* another page would fail too */
        return api_fail(page->api, page->http, reply, shown, &err);
    }
    api_body(page->api, reply, status, PAGE_HTML, cache);
    page_headers_of(page, reply);
    return HTTP_ANSWERED;
}

enum http_turn page_problem(struct api *api, const struct http_request *http, struct http_reply *reply, int status,
                            const char *code)
{
    static const int known[] = {400, 404, 405, 410, 429, 500, 503, 504};
    struct http_request request = *http;
    struct page page;
    struct err err = {0};
    char key[32];
    int as = 500;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        as = known[i] == status ? status : as;
    if (as == 500 && status < 500)
        as = 400;
    if (page_begin(&page, api, &request, "/search", NULL, &err) != STATUS_OK) {
        api->as_page = false;
        return api_fail(api, http, reply, STATUS_NOMEM, &err);
    }
    snprintf(key, sizeof key, "error.%d.title", as);
    const char *title = page_text(&page, key);
    view_format(page.view, "title", "%s – %s", title, page_text(&page, "name"));
    view_text(page.view, "heading", title);
    snprintf(key, sizeof key, "error.%d.text", as);
    view_text(page.view, "text", page_text(&page, key));
    view_format(page.view, "code", "%d %s", status, code);
    view_text(page.view, "request", http->id);
    enum http_turn turn = page_answer(&page, TEMPLATE_ERROR, status, PAGE_NO_CACHE, reply);
    return turn;
}

enum http_turn page_redirect(struct http_reply *reply, const char *location, const char *cache)
{
    reply->status = 303;
    http_reply_header(reply, "Location", location);
    http_reply_header(reply, "Cache-Control", cache);
    return HTTP_ANSWERED;
}

/* ---- the smaller paths ------------------------------------------------------------------------------------------- */

/* A browser is sent to the search in its language; a program gets the list of paths, as ever. */
enum http_turn page_root(struct api *api, struct http_request *request, const char *argument,
                         struct http_reply *reply)
{
    (void)argument;
    http_reply_header(reply, "Vary", "Accept, Accept-Language, Accept-Encoding");
    if (!page_accepted(request->accept)) {
        buf_reset(&api->body);
        route_list(&api->body);
        return api_made(api, request, reply, ROUTE_JSON, "no-cache");
    }
    static const char *const searches[UI_LANG_COUNT] = {"/fi/search", "/sv/search", "/en/search"};
    return page_redirect(reply, searches[page_language_accepted(request->accept_language)], "no-cache");
}

enum http_turn page_send_asset(const struct asset *asset, const struct http_request *request, const char *cache,
                               struct http_reply *reply)
{
    enum coding coding = coding_choose(request->accept_encoding);
    const char *const bodies[] = {asset->data, asset->packed, asset->br};
    const size_t sizes[] = {asset->len, asset->packed_len, asset->br_len};
    if (sizes[coding] >= asset->len)
        coding = CODING_PLAIN;
    reply->status = 200;
    reply->body = bodies[coding];
    reply->body_len = sizes[coding];
    http_reply_header(reply, "Content-Type", asset->type);
    http_reply_header(reply, "Cache-Control", cache);
    if (coding != CODING_PLAIN)
        http_reply_header(reply, "Content-Encoding", coding_names[coding]);
    return HTTP_ANSWERED;
}

enum http_turn page_asset(struct api *api, struct http_request *request, const char *argument,
                          struct http_reply *reply)
{
    const struct asset *asset = assets_by_path(api->service->assets, argument);
    if (!asset)
        return api_problem(api, request, reply, 404, problem_code(404), "there is no such file, or not any more", NULL);
    return page_send_asset(asset, request, "public, max-age=31536000, immutable", reply);
}

enum http_turn page_favicon(struct api *api, struct http_request *request, const char *argument,
                            struct http_reply *reply)
{
    (void)argument;
    return page_send_asset(assets_public(api->service->assets, "favicon.svg"), request, "public, max-age=86400", reply);
}
