/* The shortlist: what the counsellor hands to a client.  Ids only, all of them in the address; nothing is kept here,
 * and there is no field to write a client's name into. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "searchd/list_text.h"
#include "searchd/page.h"
#include "searchd/page_card.h"
#include "searchd/qr.h"
#include "searchd/route.h"
#include "tombstones.h"

enum {
    LIST_MERGES = 8, /* a record that became one that became one … */
    LIST_LINES = 3,  /* for handwriting, an item */
};

struct list_page {
    struct page page;
    struct page_cards cards;
    struct shortlist asked, shown;
    uint32_t rows[SHORTLIST_MOST]; /* of the shown ones */
    const char *replaces[SHORTLIST_MOST]; /* the name of what it stands for now, NULL: nothing */
    const char *form;              /* of print, NULL: the list to work with */
    struct buf text;               /* the list in plain words */
};

/* ---- addresses --------------------------------------------------------------------------------------------------- */

const char *page_origin(const struct page *page)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    const char *told = page->api->service->config->public_url, *host = page->http->host;
    if (told)
        return told;
    if (!*host || strlen(host) > 255 || host[strspn(host, allowed)])
        return "";
    /* TLS ends at the proxy, so nothing here has seen it; a service without one is a developer's. */
    bool own = strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 || *host == '[';
    const char *origin = arena_printf(page->arena, "%s://%s", own ? "http" : "https", host);
    return origin ? origin : "";
}

void page_list_link(const struct page *page, struct view *view, const char *id, const char *url)
{
    static const struct shortlist none = {.count = 0};
    const struct shortlist *list = page->list ? page->list : &none;
    size_t at = 0;
    if (!id || !*id || strlen(id) > SHORTLIST_ID_BYTES)
        return;
    while (at < list->count && strcmp(list->ids[at], id) != 0)
        at++;
    bool on = at < list->count;
    if (!on && list->count == SHORTLIST_MOST) { /* the list itself says that it is full */
        view_text(view, "list_link", arena_printf(page->arena, "/%s/list?id=%s", record_langs[page->lang],
                                                  shortlist_text(list, SIZE_MAX, id, page->arena)));
        view_flag(view, "listed", false);
        return;
    }
    const char *ids = shortlist_text(list, on ? at : SIZE_MAX, on ? NULL : id, page->arena);
    view_text(view, "list_link", arena_printf(page->arena, "%s%s%s%s#c-%s", url,
                                              !*ids ? "" : strchr(url, '?') ? "&" : "?", *ids ? "list=" : "", ids, id));
    view_flag(view, "listed", on);
}

static const char *list_url(const struct list_page *l, const char *ids, const char *form)
{
    const char *url = arena_printf(l->page.arena, "/%s/list%s%s%s%s", record_langs[l->page.lang], *ids ? "?id=" : "",
                                   ids, form && *ids ? "&print=" : "", form && *ids ? form : "");
    return url ? url : "";
}

/* ---- what is on it ----------------------------------------------------------------------------------------------- */

static void add_gone(struct list_page *l, const struct tombstone *gone)
{
    struct page *page = &l->page;
    struct buf query = BUF_INIT;
    struct view *item = view_item(page->view, "gone");
    buf_addf(&query, "/%s/search?q=", record_langs[page->lang]);
    list_encode(&query, gone->title, "%20");
    view_text(item, "name", gone->title);
    view_text(item, "date", page_date(page, gone->day));
    view_copy(item, "url", buf_str(&query), query.len);
    buf_release(&query);
}

/* The record of an id, or of the one that stands for it now. STATUS_NOTFOUND: *gone has a title when it was here. */
static enum status look_up(const struct list_page *l, const char **id, struct tombstone *gone, uint32_t *row,
                           struct err *err)
{
    struct searcher *searcher = l->page.api->searcher;
    const struct tombstones *tombstones = &searcher_snapshot(searcher)->tombstones;
    *gone = (struct tombstone){.id = NULL};
    for (int step = 0; step < LIST_MERGES; step++) {
        struct err none = {0};
        enum status status = searcher_find(searcher, *id, strlen(*id), l->page.today, row, &none);
        if (status == STATUS_OK)
            return STATUS_OK;
        if (status != STATUS_NOTFOUND)
            return err_set(err, status, "%s", none.message);
        struct tombstone found;
        if (!tombstones->count || !tombstones_find(tombstones, *id, strlen(*id), &found))
            return STATUS_NOTFOUND;
        *gone = found;
        if (!*gone->into)
            return STATUS_NOTFOUND;
        *id = gone->into;
    }
    return STATUS_NOTFOUND;
}

static size_t place_of(const struct shortlist *list, const char *id)
{
    size_t at = 0;
    while (strcmp(list->ids[at], id) != 0)
        at++;
    return at;
}

/* Which of the asked ids can be shown.  With a view it says what became of the others. */
static enum status resolve(struct list_page *l, bool tell, struct err *err)
{
    struct shortlist shown = {.count = 0};
    for (size_t i = 0; i < l->asked.count; i++) {
        const char *id = l->asked.ids[i];
        struct tombstone gone;
        uint32_t row = 0;
        enum status status = look_up(l, &id, &gone, &row, err);
        if (status != STATUS_OK && status != STATUS_NOTFOUND)
            return status;
        if (status == STATUS_OK) {
            if (shortlist_add(&shown, id))
                l->rows[shown.count - 1] = row;
            if (id != l->asked.ids[i])
                l->replaces[place_of(&shown, id)] = gone.title;
        } else if (tell && gone.id && !*gone.into) {
            add_gone(l, &gone);
        } else if (tell) {
            view_text(view_item(l->page.view, "unknown"), "code", l->asked.ids[i]);
        }
    }
    l->shown = shown;
    return STATUS_OK;
}

static void find_next(const struct list_page *l, uint32_t row, struct hit *hit)
{
    struct occurrence next;
    *hit = (struct hit){.row = row, .distance_km = (double)NAN, .next_day = DAY_UNKNOWN,
                        .next_from = MINUTE_UNKNOWN, .next_to = MINUTE_UNKNOWN};
    if (!searcher_occurrence(l->page.api->searcher, row, l->page.today, &next))
        return;
    hit->next_day = next.day;
    hit->next_from = next.from_minute;
    hit->next_to = next.to_minute;
}

/* The new address of each move; the reader stays where the item has gone to. */
static void add_moves(const struct list_page *l, size_t at, struct view *view)
{
    struct shortlist moved = l->shown;
    struct arena *arena = l->page.arena;
    const char *fragment = "%s#i-%zu";
    if (at > 0) {
        moved.ids[at] = l->shown.ids[at - 1];
        moved.ids[at - 1] = l->shown.ids[at];
        view_text(view, "up", arena_printf(arena, fragment, list_url(l, shortlist_text(&moved, SIZE_MAX, NULL, arena),
                                                                     NULL), at));
        moved = l->shown;
    }
    if (at + 1 < moved.count) {
        moved.ids[at] = l->shown.ids[at + 1];
        moved.ids[at + 1] = l->shown.ids[at];
        view_text(view, "down", arena_printf(arena, fragment, list_url(l, shortlist_text(&moved, SIZE_MAX, NULL, arena),
                                                                       NULL), at + 2));
    }
    view_text(view, "remove", list_url(l, shortlist_text(&l->shown, at, NULL, arena), NULL));
}

/* ---- in plain words ---------------------------------------------------------------------------------------------- */

/* "Maanantaisin klo 10–11." of "maanantaisin klo 10–11". */
static const char *sentence(const struct list_page *l, const char *text)
{
    size_t len = text ? strlen(text) : 0;
    char *copy = len ? arena_printf(l->page.arena, "%s%s", text, strchr(".!?", text[len - 1]) ? "" : ".") : NULL;
    if (copy && *copy >= 'a' && *copy <= 'z')
        *copy -= 'a' - 'A';
    return copy;
}

/* When, in one run of words; NULL: not known. */
static const char *when_text(const struct list_page *l, const struct view *card)
{
    const char *schedule = view_get_text(card, "schedule"), *next = view_get_text(card, "next");
    const char *time = view_get_text(card, "next_time");
    struct arena *arena = l->page.arena;
    if (schedule && next)
        return arena_printf(arena, "%s, %s %s", schedule, page_text(&l->page, "card.next"), next);
    if (next && time)
        return arena_printf(arena, "%s %s", next, time);
    return schedule ? schedule : next;
}

static void add_plain(struct list_page *l, struct view *card)
{
    static const struct {
        const char *key, *unknown;
    } parts[] = {{"plain.what", NULL}, {"plain.when", "plain.ask"}, {"plain.where", "plain.ask"},
                 {"plain.phone", "plain.no_phone"}};
    const char *title = view_get_text(card, "title"), *by = view_get_text(card, "organisation");
    const char *what = "";
    if (by)
        what = strings_fill(l->page.strings, l->page.lang, l->page.arena, "plain.by", "name", by, NULL);
    const char *said[] = {arena_printf(l->page.arena, "%s%s", sentence(l, title) ? sentence(l, title) : "", what),
                          sentence(l, when_text(l, card)), sentence(l, view_get_text(card, "place")),
                          view_get_text(card, "phone")};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct view *line = view_item(card, "answers");
        view_text(line, "question", page_text(&l->page, parts[i].key));
        view_text(line, "answer", said[i] ? said[i] : page_text(&l->page, parts[i].unknown));
        view_flag(line, "unsaid", !said[i]);
        if (said[i] && i == 3)
            view_text(line, "call", view_get_text(card, "tel"));
        if (i == 0 || i == 2) /* names stay in their language */
            view_text(line, "tongue_of", view_get_text(card, "foreign"));
    }
}

static void add_line(struct buf *out, const char *label, const char *text)
{
    if (text && *text)
        buf_addf(out, "%s%s%s\n", label, *label ? ": " : "", text);
}

/* The item in the text to copy and send. */
static void add_text(struct list_page *l, size_t at, const struct view *card)
{
    struct buf *out = &l->text;
    const struct page *page = &l->page;
    const char *item = view_get_text(card, "item_url"), *status = view_get_text(card, "status");
    buf_addf(out, "%zu. %s%s%s%s\n", at + 1, view_get_text(card, "title"), status ? " (" : "", status ? status : "",
             status ? ")" : "");
    add_line(out, "", view_get_text(card, "organisation"));
    add_line(out, page_text(page, "card.when"), when_text(l, card));
    add_line(out, page_text(page, "card.where"), view_get_text(card, "place"));
    const char *price = view_get_text(card, "price");
    add_line(out, page_text(page, "card.price"), price ? price : view_get_text(card, "price_text"));
    add_line(out, page_text(page, "card.phone"), view_get_text(card, "phone"));
    if (item)
        buf_addf(out, "%s%s\n", page_origin(page), item);
    buf_addc(out, '\n');
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static enum status add_items(struct list_page *l, struct err *err)
{
    struct page *page = &l->page;
    for (size_t i = 0; i < l->shown.count; i++) {
        struct view *card = view_item(page->view, "cards");
        struct stored stored;
        struct hit hit;
        char path[SHORTLIST_ID_BYTES + 16];
        find_next(l, l->rows[i], &hit);
        TRY(page_card(&l->cards, l->rows[i], &hit, card, &stored, err));
        snprintf(path, sizeof path, "/%s/item/%s", record_langs[page->lang], l->shown.ids[i]);
        if (route_exists(path) && !view_get_text(card, "item_url"))
            view_copy(card, "item_url", path, strlen(path));
        view_format(card, "number", "%zu", i + 1);
        if (l->replaces[i]) {
            struct view *merged = view_item(page->view, "merged");
            view_text(merged, "name", l->replaces[i]);
            view_text(merged, "now", view_get_text(card, "title"));
            view_format(merged, "place", "%zu", i + 1);
        }
        for (int line = 0; line < LIST_LINES; line++)
            view_item(card, "lines");
        add_moves(l, i, card);
        add_plain(l, card);
        add_text(l, i, card);
    }
    return STATUS_OK;
}

static void add_forms(struct list_page *l, const char *ids)
{
    static const char *const forms[] = {NULL, "normal", "large", "plain"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char key[32];
        bool current = forms[i] ? l->form && strcmp(forms[i], l->form) == 0 : !l->form;
        snprintf(key, sizeof key, "list.form.%s", forms[i] ? forms[i] : "work");
        struct view *item = view_item(l->page.view, "forms");
        view_text(item, "label", page_text(&l->page, key));
        view_text(item, "url", list_url(l, ids, forms[i]));
        view_flag(item, "current", current);
    }
    view_text(l->page.view, "paper", l->form);
}

/* For the client's telephone, which so need not tell its number.  A code of a longer link no telephone would read. */
static void add_code(struct list_page *l, const char *link)
{
    struct page *page = &l->page;
    struct buf code = BUF_INIT;
    bool whole = link && strncmp(link, "http", 4) == 0; /* a path alone leads a telephone nowhere */
    if (whole && qr_write(link, strlen(link), page_text(page, "list.qr_label"), &code, NULL) == STATUS_OK)
        view_copy(page->view, "qr", buf_str(&code), code.len);
    else
        view_flag(page->view, "no_qr", true);
    buf_release(&code);
}

/* What leaves the page: a link, a text, a mail, a message. */
static void add_outputs(struct list_page *l, const char *ids)
{
    struct page *page = &l->page;
    struct buf address = BUF_INIT;
    const char *link = arena_printf(page->arena, "%s%s", page_origin(page), list_url(l, ids, NULL));
    const char *subject = page_text(page, "list.subject");
    add_line(&l->text, page_text(page, "list.whole"), link);
    /* Of a mail's address the programs take what is written there, of a message what is meant. */
    list_encode(&address, buf_str(&l->text), "%0D%0A");
    bool long_mail = address.len > LIST_BODY_MOST;
    bool long_message = utf8_count(buf_str(&l->text), l->text.len) > LIST_BODY_MOST;
    view_flag(page->view, "link_only", long_mail);
    buf_reset(&address);
    list_mailto(&address, subject, long_mail ? link ? link : "" : buf_str(&l->text));
    view_copy(page->view, "mailto", buf_str(&address), address.len);
    buf_reset(&address);
    list_sms(&address, long_message ? link ? link : "" : buf_str(&l->text));
    view_copy(page->view, "sms", buf_str(&address), address.len);
    buf_release(&address);
    view_text(page->view, "share", link);
    add_code(l, link);
    view_copy(page->view, "text", buf_str(&l->text), l->text.len);
}

static void add_head(struct list_page *l, const char *ids)
{
    struct page *page = &l->page;
    char most[16];
    snprintf(most, sizeof most, "%d", SHORTLIST_MOST);
    const char *count = strings_count(page->strings, page->lang, page->arena, "list.count", l->shown.count,
                                      "most", most, NULL);
    view_format(page->view, "title", "%s – %s", page_text(page, "list.name"), page_text(page, "name"));
    view_text(page->view, "count", count);
    view_text(page->view, "ids", ids);
    view_flag(page->view, "any", l->shown.count > 0);
    if (l->asked.beyond)
        view_text(page->view, "beyond", page_count(page, "list.beyond", l->asked.beyond));
    if (l->asked.malformed)
        view_text(page->view, "malformed", page_count(page, "list.malformed", l->asked.malformed));
    view_text(page->view, "made", page_date(page, page->today));
}

static enum status fill(struct list_page *l, const char *ids, struct err *err)
{
    add_head(l, ids);
    TRY(resolve(l, true, err));
    if (!l->shown.count)
        return STATUS_OK;
    TRY(add_items(l, err));
    add_forms(l, ids);
    add_outputs(l, ids);
    return buf_ok(&l->text, err);
}

/* Of `print=`, one of the forms there are. */
static const char *print_form(const char *query)
{
    static const char *const forms[] = {"normal", "large", "plain"};
    for (const char *at = query ? query : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
            if (len == 6 + strlen(forms[i]) && memcmp(at, "print=", 6) == 0 && memcmp(at + 6, forms[i], len - 6) == 0)
                return forms[i];
        at += len;
    }
    return NULL;
}

/* Other parameters are passed over: mail programs add their own to links, and a client's link must not break. */
enum http_turn page_list(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    struct list_page l = {.page = {.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                                   .today = config_today(api->service->config)},
                          .form = print_form(http->query)};
    struct err err = {0};
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    if (!http->in_turn)
        return HTTP_LATER;
    enum status status = shortlist_read(&l.asked, http->query, "id", &api->arena, &err);
    if (status == STATUS_OK)
        status = resolve(&l, false, &err);
    const char *ids = shortlist_text(&l.shown, SIZE_MAX, NULL, &api->arena);
    const char *query = *ids ? arena_printf(&api->arena, "id=%s%s%s", ids, l.form ? "&print=" : "",
                                            l.form ? l.form : "") : "";
    if (status == STATUS_OK)
        status = page_begin_listed(&l.page, api, http, "/list", query ? query : "", &l.shown, &err);
    l.cards = (struct page_cards){.page = &l.page};
    if (status == STATUS_OK)
        status = fill(&l, ids, &err);
    enum http_turn turn = status == STATUS_OK ? page_answer(&l.page, TEMPLATE_LIST, 200, PAGE_NO_CACHE, reply)
                                              : api_fail(api, http, reply, status, &err);
    page_cards_release(&l.cards);
    buf_release(&l.text);
    return turn;
}

/* The next client: what the browser keeps of this service's pages goes, as far as a server may ask for it. */
enum http_turn page_new(struct api *api, struct http_request *http, const char *argument, struct http_reply *reply)
{
    static const char *const searches[UI_LANG_COUNT] = {"/fi/search", "/sv/search", "/en/search"};
    (void)http;
    (void)argument;
    page_redirect(reply, searches[api->lang], PAGE_NO_CACHE);
    http_reply_header(reply, "Clear-Site-Data", "\"cache\", \"storage\"");
    page_headers(api->lang, reply);
    return HTTP_ANSWERED;
}
