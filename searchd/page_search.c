/* The search page: a request's way from its address to the page, as search.c's from words to hits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "calendar.h"
#include "search/dates.h"
#include "search/parameters.h"
#include "search/query.h"
#include "searchd/feed.h"
#include "searchd/highlight.h"
#include "searchd/last_run.h"
#include "searchd/page.h"
#include "searchd/page_card.h"
#include "searchd/page_facets.h"
#include "searchd/page_kept.h"
#include "searchd/page_map.h"
#include "searchd/page_ways.h"
#include "searchd/render.h"
#include "searchd/zero_hits.h"

enum {
    PAGE_FORM = 2,        /* raised when pages change other than by their files: part of every entity tag */
    PAGE_AROUND = 2,      /* pages before and behind this one, that paging names */
    PAGE_START_THEMES = 12,
    PAGE_START_KINDS = 9,
    PAGE_RADIUS_DEFAULT_KM = 30,
};

struct search_page {
    struct page page;
    struct request request;
    struct request_errors errors;
    struct page_open open;
    const char *canonical; /* this page's query string as it should be written */
    struct answer answer;
    struct page_cards cards;
    const char *unlisted; /* this page's address without its list */
    bool start; /* nothing is asked yet */
};

/* ---- the address ------------------------------------------------------------------------------------------------- */

static bool is_named(const char *pair, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    return len >= name_len && memcmp(pair, name, name_len) == 0 && (len == name_len || pair[name_len] == '=');
}

static bool is_empty(const char *pair, size_t len)
{
    const char *equals = memchr(pair, '=', len);
    return !equals || (size_t)(equals - pair) + 1 == len;
}

/* Is there a `near` with a value? */
static bool asks_near(const char *query)
{
    for (const char *at = query; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        if (is_named(at, len, "near") && !is_empty(at, len))
            return true;
        at += len;
    }
    return false;
}

/* What is the page's own, not the search's: `open`, `map`, `list`, and what the site around it chose. */
static bool take_own(struct search_page *s, const char *pair, size_t len)
{
    const struct embed *embed = s->page.embed;
    if (is_named(pair, len, "open")) {
        size_t name = strlen("open=");
        int area = is_empty(pair, len) ? -1 : vocab_find(VOCAB_AREA, pair + name, len - name);
        s->open.area = area >= 0 ? vocab_entry(VOCAB_AREA, (size_t)area)->code : NULL;
    } else if (is_named(pair, len, "map")) { /* it offers areas */
        s->open.map = len == strlen("map=1") && memcmp(pair, "map=1", len) == 0 && !embed_locks(embed, FACET_AREA);
    } else {
        return is_named(pair, len, "list") || (embed && embed_owns(pair, len));
    }
    return true;
}

/* The query string without what the form sends and the search does not take: the page's own, and the radius of a place
 * that nobody named. */
static const char *plain_query(struct search_page *s, const char *query)
{
    struct arena *arena = s->page.arena;
    bool near = asks_near(query);
    char *out = arena_alloc(arena, strlen(query) + 1), *to = out;
    for (const char *at = query; out && *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        bool sort = len == strlen("sort=distance") && memcmp(at, "sort=distance", len) == 0;
        if (len && !take_own(s, at, len) && !is_named(at, len, "lang") &&
            (near || (!is_named(at, len, "radius") && !sort))) {
            if (to > out)
                *to++ = '&';
            to = mempcpy(to, at, len);
        }
        at += len;
    }
    s->page.shown = page_open_text(&s->open, arena);
    return out ? out : "";
}

/* The query string that says the same in its simplest form. */
static const char *canonical_query(const struct search_page *s, const struct request *request)
{
    const char *query = strchr(page_search_url(&s->page, request, true), '?');
    return query ? query + 1 : "";
}

/* What an address of this page may ask: everything is shown, in the language of its path. */
static void as_page(struct search_page *s, struct request *request)
{
    request->lang = s->page.lang;
    request->uncounted = request->unshown = 0;
    request->explain = request->unlabelled = false;
    if (request->per_page == 0)
        request->per_page = REQUEST_PER_PAGE_DEFAULT;
    if (request->cursor.given)
        request->page = 1;
}

/* True when the address is not in its simplest form, and that one means the same: never a circle. */
static bool needs_redirect(struct search_page *s, const char *sent)
{
    struct request again;
    struct request_errors errors;
    const char *query = s->canonical;
    if (strcmp(sent, query) == 0)
        return false;
    const char *plain = plain_query(s, query);
    if (request_parse(&again, plain, s->page.arena, &errors, NULL) != STATUS_OK)
        return false;
    as_page(s, &again);
    return strcmp(canonical_query(s, &again), query) == 0;
}

/* ---- the form ---------------------------------------------------------------------------------------------------- */

static void add_radii(struct search_page *s)
{
    static const int steps[] = {5, 10, 30, 50, 100};
    const struct request *request = &s->request;
    bool known = false;
    double now = request->near >= 0 ? request->radius_km : PAGE_RADIUS_DEFAULT_KM;
    for (size_t i = 0; i <= sizeof steps / sizeof *steps; i++) {
        bool last = i == sizeof steps / sizeof *steps;
        double km = last ? 0 : steps[i];
        struct view *option = view_item(s->page.view, "radii");
        char text[16];
        snprintf(text, sizeof text, "%d", last ? 0 : steps[i]);
        view_copy(option, "km", text, last ? 0 : strlen(text));
        view_text(option, "label", last ? page_text(&s->page, "radius.none")
                                        : strings_fill(s->page.strings, s->page.lang, s->page.arena, "radius.within",
                                                       "km", text, NULL));
        view_flag(option, "chosen", km == now);
        known |= km == now;
    }
    if (!known) { /* one that was written into the address */
        struct view *option = view_item(s->page.view, "radii");
        char text[32];
        snprintf(text, sizeof text, "%.10g", now);
        view_copy(option, "km", text, strlen(text));
        view_text(option, "label", strings_fill(s->page.strings, s->page.lang, s->page.arena, "radius.within", "km",
                                                text, NULL));
        view_flag(option, "chosen", true);
    }
}

static void add_form(struct search_page *s)
{
    const struct request *request = &s->request;
    view_text_n(s->page.view, "q", request->q, request->q_len);
    if (request->near >= 0)
        view_text(s->page.view, "near", request->near_text);
    add_radii(s);
    page_kept(&s->page, request);
}

/* ---- hits -------------------------------------------------------------------------------------------------------- */

static void add_reason(struct page *page, struct view *card, const struct reason *reason)
{
    char key[40];
    struct view *why = view_item(card, "why");
    snprintf(key, sizeof key, "why.%s", field_group_name(reason->field));
    view_text(why, "where", page_text(page, key));
    view_text_n(why, "matched", reason->text, reason->len);
    if (reason->lang != (int)page->lang)
        view_text(why, "foreign_word", record_langs[reason->lang]);
    if (reason->form == MATCH_EXACT)
        return;
    snprintf(key, sizeof key, "form.%s", match_form_name(reason->form));
    view_text(why, "how", page_text(page, key));
    view_text_n(why, "query", reason->word->text, reason->word->len);
}

/* Values that the words name and no text of the record says. */
static void add_value_reasons(struct search_page *s, const struct hit *hit, const struct reason *reasons, size_t count,
                              struct view *card)
{
    const struct query *query = s->answer.query;
    for (size_t v = 0; query && v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        const struct query_word *first = &query->words[value->first], *last = first + value->words - 1;
        if (!(hit->values >> v & 1) || render_texts_say(query, value, reasons, count))
            continue;
        struct view *why = view_item(card, "why");
        view_text(why, "where", page_facet_title(&s->page, value->facet));
        view_text_n(why, "said", s->request.q + first->offset, last->offset + last->len - first->offset);
    }
}

static enum status add_hit(struct search_page *s, const struct highlighter *highlighter, const struct hit *hit,
                           struct buf *snippet, struct err *err)
{
    struct page *page = &s->page;
    struct searcher *searcher = page->api->searcher;
    struct stored stored;
    struct reason *reasons;
    size_t count;
    struct view *card = view_item(page->view, "cards");
    TRY(page_card(&s->cards, hit->row, hit, card, &stored, err));
    struct sight sight = highlight_sight(highlighter, searcher_analyser(searcher), &stored);
    buf_reset(snippet);
    TRY(sight_snippet(&sight, render_card_language(&stored, (int)page->lang), snippet, err));
    if (!page->embed) /* the list is this service's own page's */
        page_list_link(page, card, view_get_text(card, "id"), s->unlisted);
    view_copy(card, "snippet", buf_str(snippet), snippet->len);
    TRY(sight_reasons(&sight, render_expected_reasons(s->answer.query, hit), page->arena, &reasons, &count, err));
    for (size_t i = 0; i < count; i++)
        add_reason(page, card, &reasons[i]);
    add_value_reasons(s, hit, reasons, count, card);
    view_flag(card, "has_why", count > 0 || (hit->values && s->answer.query));
    return STATUS_OK;
}

static enum status add_hits(struct search_page *s, struct err *err)
{
    const struct highlighter *highlighter;
    struct buf snippet = BUF_INIT;
    struct searcher *searcher = s->page.api->searcher;
    TRY(highlighter_new(&highlighter, s->answer.query, s->page.arena, err));
    highlighter_look_up(highlighter, searcher_meanings(searcher));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->answer.hit_count && status == STATUS_OK; i++)
        status = add_hit(s, highlighter, &s->answer.hits[i], &snippet, err);
    buf_release(&snippet);
    return status;
}

/* ---- above and below the hits ------------------------------------------------------------------------------------ */

static void add_count(struct search_page *s)
{
    struct page *page = &s->page;
    uint64_t total = s->answer.total;
    char number[STRINGS_NUMBER_BYTES];
    const char *count = page_count(page, total ? "hits" : "hits.none", total);
    const char *name = page_text(page, "name");
    view_text(page->view, "count", count);
    strings_number(page->lang, total, number);
    if (s->start)
        view_text(page->view, "title", name);
    else if (s->request.q_len)
        view_text(page->view, "title", arena_printf(page->arena, "%s – %s – %s", s->request.q, count, name));
    else
        view_text(page->view, "title", arena_printf(page->arena, "%s – %s", count, name));
    view_flag(page->view, "none", total == 0);
    if (s->answer.past_total && !s->request.past) {
        struct request other = s->request;
        other.past = true;
        other.page = 1;
        struct view *past = view_object(page->view, "past");
        view_text(past, "text", page_count(page, "past", s->answer.past_total));
        view_text(past, "url", page_search_url(page, &other, false));
    }
}

static void add_sorts(struct search_page *s)
{
    for (int sort = 0; sort < SORT_COUNT; sort++) {
        struct request other = s->request;
        char key[32];
        if (sort == SORT_DISTANCE && other.near < 0)
            continue;
        other.sort = (enum sort)sort;
        other.cursor.given = false;
        snprintf(key, sizeof key, "sort.%s", sort_name((enum sort)sort));
        struct view *item = view_item(s->page.view, "sorts");
        view_text(item, "label", page_text(&s->page, key));
        view_text(item, "url", page_search_url(&s->page, &other, false));
        view_flag(item, "current", s->request.sort == (enum sort)sort);
    }
}

static void add_page_link(struct search_page *s, struct view *paging, uint64_t number, bool current)
{
    struct request other = s->request;
    char text[STRINGS_NUMBER_BYTES];
    struct view *item = view_item(paging, "pages");
    other.page = (unsigned)number;
    other.cursor.given = false;
    view_copy(item, "label", text, strings_number(s->page.lang, number, text));
    view_text(item, "name", page_count(&s->page, "page.n", number));
    view_text(item, "url", page_search_url(&s->page, &other, true));
    view_flag(item, "current", current);
}

static const char *page_url(struct search_page *s, uint64_t number)
{
    struct request other = s->request;
    other.page = (unsigned)number;
    other.cursor.given = false;
    return page_search_url(&s->page, &other, true);
}

/* 1 … 4 5 6 7 8 … 37 */
static void add_paging(struct search_page *s)
{
    uint64_t pages = (s->answer.total + s->request.per_page - 1) / s->request.per_page;
    uint64_t now = s->request.cursor.given ? s->answer.before / s->request.per_page + 1 : s->request.page;
    if (pages < 2 && now == 1)
        return;
    struct view *paging = view_object(s->page.view, "paging");
    if (pages > REQUEST_PAGE_MOST)
        pages = REQUEST_PAGE_MOST;
    if (now > 1)
        view_text(paging, "before", page_url(s, now - 1 < pages ? now - 1 : pages ? pages : 1));
    if (now < pages)
        view_text(paging, "behind", page_url(s, now + 1));
    for (uint64_t at = 1; at <= pages; at++) {
        bool near = at + PAGE_AROUND >= now && at <= now + PAGE_AROUND;
        if (at != 1 && at != pages && !near) {
            view_flag(view_item(paging, "pages"), "gap", true);
            at = at < now ? now - PAGE_AROUND - 1 : pages - 1;
            continue;
        }
        add_page_link(s, paging, at, at == now);
    }
}

/* ---- where nothing is asked yet ---------------------------------------------------------------------------------- */

struct popular {
    uint32_t count;
    uint16_t entry;
};

static int more_first(const void *a, const void *b)
{
    const struct popular *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : (int)x->entry - (int)y->entry;
}

static void add_popular(struct search_page *s, const char *key, enum facet facet, size_t most)
{
    enum vocab_name vocab = facet_vocab(facet);
    const uint32_t *counts = s->answer.facets[facet].counts;
    size_t size = vocab_size(vocab), count = 0;
    struct popular *list = arena_array(s->page.arena, size, sizeof *list);
    for (size_t i = 0; list && i < size; i++)
        if (counts[i] && (facet != FACET_THEME || vocab_entry(vocab, i)->broader >= 0))
            list[count++] = (struct popular){counts[i], (uint16_t)i};
    if (count)
        qsort(list, count, sizeof *list, more_first);
    for (size_t i = 0; i < count && i < most; i++) {
        struct request asked = s->request;
        char number[STRINGS_NUMBER_BYTES];
        asked.selected[facet] = &list[i].entry;
        asked.selected_count[facet] = 1;
        asked.per_page = REQUEST_PER_PAGE_DEFAULT;
        struct view *item = view_item(s->page.view, key);
        view_text(item, "label", page_label(&s->page, vocab, list[i].entry));
        view_copy(item, "n", number, strings_number(s->page.lang, list[i].count, number));
        view_text(item, "noun", page_text(&s->page, list[i].count == 1 ? "noun.one" : "noun.many"));
        view_text(item, "url", page_search_url(&s->page, &asked, false));
    }
}

static void add_start(struct search_page *s)
{
    struct request all = s->request;
    view_flag(s->page.view, "start", true);
    add_popular(s, "start_themes", FACET_THEME, PAGE_START_THEMES);
    add_popular(s, "start_kinds", FACET_KIND, PAGE_START_KINDS);
    all.sort = SORT_NAME;
    all.per_page = REQUEST_PER_PAGE_DEFAULT;
    view_text(s->page.view, "all_url", page_search_url(&s->page, &all, false));
    view_text(s->page.view, "all_text", page_count(&s->page, "start.all", s->answer.total));
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

/* A service whose data has stopped to be renewed says so where people look. */
static void add_banner(struct search_page *s, const struct last_run *run)
{
    int32_t day = run && run->ended ? moment_from_instant(run->ended).day : s->page.today;
    if (s->page.today - day <= PAGE_STALE_DAYS)
        return;
    view_text(s->page.view, "stale", strings_fill(s->page.strings, s->page.lang, s->page.arena, "stale", "date",
                                                  page_date(&s->page, day), NULL));
    view_format(s->page.view, "stale_url", "/%s/status", record_langs[s->page.lang]);
}

static void add_chips(struct search_page *s)
{
    size_t count = page_chips(&s->page, &s->request);
    struct request bare = embed_bare(s->page.embed, &s->request);
    const char *clear = page_search_url(&s->page, &bare, false);
    bool can = strcmp(clear, page_search_url(&s->page, &s->request, false)) != 0; /* else all is locked */
    view_flag(s->page.view, "has_chips", count > 0);
    view_text(s->page.view, "clear", can ? clear : NULL);
    if (count)
        view_format(s->page.view, "chosen_count", "%zu", count);
}

/* Ways on last: looking for them ends the life of what else is in the answer. */
static enum status fill(struct search_page *s, const struct search_clock *clock, struct err *err)
{
    struct page *page = &s->page;
    struct ways ways;
    view_flag(page->view, "search_page", true);
    view_flag(page->view, "days_chosen", days_asked(&s->request, page->today).first != page->today);
    add_form(s);
    feed_links(page, &s->request);
    add_count(s);
    add_chips(s);
    view_format(page->view, "total", "%" PRIu64, s->answer.total);
    if (page->embed && page->embed->view == EMBED_COUNT)
        return STATUS_OK;
    if (page->embed && page->embed->view == EMBED_LIST) {
        TRY(add_hits(s, err));
        add_paging(s);
        return STATUS_OK;
    }
    page_facets(page, &s->request, &s->answer, &s->open);
    TRY(page_map(page, &s->request, &s->answer, &s->open, err));
    if (s->start) {
        add_start(s);
        return STATUS_OK;
    }
    size_t unknown = page_unknown(page, &s->request, &s->answer), notes = 0;
    TRY(page_understood(page, &s->request, &s->answer, &notes, err));
    TRY(add_hits(s, err));
    add_sorts(s);
    add_paging(s);
    size_t desks = page_desks(page, &s->request, s->answer.query);
    TRY(ways_find(page->api->searcher, &s->request, &s->answer, clock, page->arena, &ways, err));
    size_t ways_shown = page_ways(page, &ways);
    bool again = false; /* a way on says what the line on unknown ones would */
    for (size_t i = 0; i < ways.count; i++)
        again |= ways.list[i].kind == WAY_UNKNOWN && embed_keeps(page->embed, &ways.list[i].request);
    view_flag(page->view, "tell_unknown", !again);
    view_flag(page->view, "has_notes", notes > 0 || (unknown > 0 && !again));
    view_flag(page->view, "few", s->answer.total > 0 && ways_shown > 0);
    view_flag(page->view, "ask_desks", desks > 0 && (ways_shown > 0 || s->answer.total == 0));
    return STATUS_OK;
}

/* Neither a search nor a filter is asked for; a list within another site's page shows all there is then. */
static bool says_nothing(const struct search_page *s)
{
    struct request plain = s->request;
    struct buf query = BUF_INIT;
    plain.lang = UI_FI;
    request_write(&plain, true, &query);
    bool nothing = query.len == 0;
    buf_release(&query);
    return nothing && (!s->page.embed || s->page.embed->view == EMBED_SEARCH);
}

static const char *without_list(const struct search_page *s)
{
    struct page page = s->page;
    page.list = NULL;
    return page_search_url(&page, &s->request, true);
}

/* Which page carries a list is nobody's business but its reader's. */
static const char *caching(const struct search_page *s)
{
    return s->page.list ? PAGE_NO_CACHE : PAGE_CACHE;
}

static enum template_name template_of(const struct search_page *s)
{
    return !s->page.embed ? TEMPLATE_SEARCH : s->page.embed->fragment ? TEMPLATE_EMBED_FRAGMENT : TEMPLATE_EMBED;
}

/* The whole search on this service's own page, for who wants more than the site around it shows. */
static const char *whole_url(const struct search_page *s)
{
    struct page page = s->page;
    struct request request = s->request;
    page.embed = NULL;
    page.shown = NULL;
    request.per_page = REQUEST_PER_PAGE_DEFAULT;
    return page_search_url(&page, &request, false);
}

static enum status begin(struct search_page *s, const char *canonical, struct err *err)
{
    struct page *page = &s->page;
    const struct embed *embed = page->embed;
    TRY(page_begin(page, page->api, page->http, "/search", canonical, err));
    page->shown = page_open_text(&s->open, page->arena);
    if (!embed)
        return STATUS_OK;
    bool wrong = s->errors.count > 0; /* what is wrong stands in the form */
    view_flag(page->view, "list_only", embed->view == EMBED_LIST && !wrong);
    view_flag(page->view, "count_only", embed->view == EMBED_COUNT && !wrong);
    view_text(page->view, "whole_url", whole_url(s));
    return STATUS_OK;
}

/* Nothing is looked for that is not shown. */
static void narrow(const struct search_page *s, struct request *run)
{
    const struct embed *embed = s->page.embed;
    if (s->start || (embed && embed->view == EMBED_COUNT))
        run->per_page = 0; /* counts only */
    if (embed && embed->view != EMBED_SEARCH)
        run->uncounted = (1u << FACET_COUNT) - 1;
}

static enum http_turn answer_page(struct search_page *s, struct http_reply *reply)
{
    struct api *api = s->page.api;
    struct search_clock clock = {s->page.today,
                                 s->page.http->arrived_us + api->service->config->search_timeout_ms * 1000};
    struct request run = s->request;
    struct err err = {0};
    s->start = says_nothing(s);
    narrow(s, &run);
    enum status status = begin(s, s->canonical, &err);
    s->cards = (struct page_cards){.page = &s->page, .from = s->page.embed ? NULL : page_from(&s->page, &s->request)};
    s->unlisted = without_list(s);
    if (status == STATUS_OK)
        status = search_run(api->searcher, &run, &clock, s->page.arena, &s->answer, &err);
    if (status == STATUS_OK)
        zero_hits_note(api->zero_hits, &run, &s->answer);
    if (status == STATUS_OK)
        status = search_clock_check(&clock, &err);
    if (status == STATUS_OK)
        status = fill(s, &clock, &err);
    if (status != STATUS_OK) {
        page_cards_release(&s->cards);
        return api_search_failed(api, s->page.http, reply, status, &err);
    }
    const struct last_run *told = last_run_hold(api->service->last_run);
    add_banner(s, told);
    enum http_turn turn = page_answer(&s->page, template_of(s), 200, caching(s), reply);
    last_run_release(told);
    page_cards_release(&s->cards);
    stat_add(&api->stats->events[STAT_SEARCHES], 1);
    return turn;
}

static void make_tag(const struct search_page *s, char tag[API_TAG_BYTES])
{
    const struct api *api = s->page.api;
    const struct last_run *run = last_run_hold(api->service->last_run);
    uint64_t seed = assets_hash(api->service->assets) + searcher_guide_hash(api->searcher) + (run ? run->hash : 0) +
                    PAGE_FORM;
    last_run_release(run);
    const struct embed *embed = s->page.embed;
    const char *as = !embed ? "page" : !embed->fragment ? "embed" : embed->styled ? "part-style" : "part";
    snprintf(tag, API_TAG_BYTES, "%" PRIu32 "-%" PRId32 "-%016" PRIx64 "-%s-%s",
             searcher_snapshot(api->searcher)->number, s->page.today,
             (uint64_t)XXH3_64bits_withSeed(s->canonical, strlen(s->canonical), seed), record_langs[s->page.lang], as);
}

/* ---- what cannot be searched ------------------------------------------------------------------------------------- */

/* The query string without the parameters that were refused. */
static const char *without_errors(struct search_page *s, const char *query, const char **near)
{
    char *out = arena_alloc(s->page.arena, strlen(query) + 1), *to = out;
    for (const char *at = query; out && *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        bool refused = false;
        for (size_t i = 0; i < s->errors.count; i++)
            refused |= is_named(at, len, s->errors.list[i].parameter);
        if (refused && is_named(at, len, "near"))
            *near = arena_copy(s->page.arena, at, len);
        if (len && !refused && !is_named(at, len, "radius")) {
            if (to > out)
                *to++ = '&';
            to = mempcpy(to, at, len);
        }
        at += len;
    }
    return out ? out : "";
}

static void add_error(struct search_page *s, const struct request_error *error)
{
    static const struct {
        const char *parameter, *field;
    } own[] = {{"near", "near"}, {"q", "q"}, {"age", NULL}, {"date", NULL}, {"until", NULL}}; /* NULL: no field here */
    struct page *page = &s->page;
    struct view *item = view_item(page->view, "errors");
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        char key[32];
        if (strcmp(own[i].parameter, error->parameter) != 0)
            continue;
        snprintf(key, sizeof key, "wrong.%s", own[i].parameter);
        view_text(item, "text", page_text(page, key));
        if (!own[i].field)
            return;
        view_text(item, "field", own[i].field);
        snprintf(key, sizeof key, "%s_wrong", own[i].field);
        const char *flag = arena_copy(page->arena, key, strlen(key));
        if (flag)
            view_flag(page->view, flag, true);
        return;
    }
    view_text(item, "text", strings_fill(page->strings, page->lang, page->arena, "wrong.other", "name",
                                         error->parameter, NULL));
}

/* 400: the form as it was filled in, and what is wrong with it. */
static enum http_turn answer_wrong(struct search_page *s, const char *query, struct http_reply *reply)
{
    struct request_errors again;
    struct request typed;
    const char *near = NULL;
    struct err err = {0};
    struct page *page = &s->page;
    query = without_errors(s, query, &near);
    enum status status = request_parse(&s->request, query, page->arena, &again, &err);
    if (status != STATUS_OK)
        s->request = (struct request){.q = "", .age = -1, .near = -1, .page = 1, .per_page = 20};
    as_page(s, &s->request);
    err = (struct err){0};
    if (begin(s, canonical_query(s, &s->request), &err) != STATUS_OK)
        return api_fail(page->api, page->http, reply, STATUS_NOMEM, &err);
    view_format(page->view, "title", "%s – %s", page_text(page, "wrong.title"), page_text(page, "name"));
    add_form(s);
    add_chips(s);
    /* Decoded as any text is: by the same reader, under the name of a text. */
    const char *text = near ? arena_printf(page->arena, "q=%s", near + strlen("near=")) : NULL;
    if (text && request_parse(&typed, text, page->arena, &again, NULL) == STATUS_OK)
        view_text_n(page->view, "near", typed.q, typed.q_len);
    for (size_t i = 0; i < s->errors.count; i++)
        add_error(s, &s->errors.list[i]);
    view_flag(page->view, "wrong", true);
    view_flag(page->view, "search_page", false);
    return page_answer(page, template_of(s), 400, PAGE_NO_CACHE, reply);
}

/* ---- the handler ------------------------------------------------------------------------------------------------- */

static void add_wrong(struct request_errors *errors, const struct request_errors *more)
{
    for (size_t i = 0; i < more->count && errors->count < REQUEST_ERRORS; i++)
        errors->list[errors->count++] = more->list[i];
}

enum http_turn page_search_as(struct api *api, struct http_request *http, const struct request_errors *wrong,
                              struct http_reply *reply)
{
    struct search_page s = {.page = {.api = api, .http = http, .arena = &api->arena, .lang = api->lang,
                                     .today = config_today(api->service->config),
                                     .strings = assets_strings(api->service->assets)}};
    const char *sent = http->query ? http->query : "";
    char tag[API_TAG_BYTES];
    struct err err = {0};
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    struct embed *embed = api->embed;
    if (embed)
        embed->asked = &s.request;
    else
        s.page.list = page_list_of(sent, s.page.arena);
    s.page.embed = embed;
    const char *query = plain_query(&s, sent);
    enum status status = request_parse(&s.request, query, s.page.arena, &s.errors, &err);
    add_wrong(&s.errors, wrong);
    if (status != STATUS_OK && status != STATUS_INVALID)
        return api_fail(api, http, reply, status, &err);
    if (s.errors.count)
        return answer_wrong(&s, query, reply);
    as_page(&s, &s.request);
    s.canonical = canonical_query(&s, &s.request);
    if (!(embed && embed->fragment) && needs_redirect(&s, sent)) {
        const char *path = embed ? "/embed" : arena_printf(s.page.arena, "/%s/search", record_langs[s.page.lang]);
        return page_redirect(reply, arena_printf(s.page.arena, "%s%s%s", path, *s.canonical ? "?" : "", s.canonical),
                             caching(&s));
    }
    make_tag(&s, tag);
    bool any = http->if_none_match[strspn(http->if_none_match, " \t")] == '*';
    if (!any && api_unchanged(http, tag, caching(&s), reply)) {
        page_headers_of(&s.page, reply);
        return HTTP_ANSWERED;
    }
    if (any)
        api_unchanged(&(struct http_request){.if_none_match = ""}, tag, caching(&s), reply);
    if (!http->in_turn)
        return HTTP_LATER;
    return answer_page(&s, reply);
}

enum http_turn page_search(struct api *api, struct http_request *http, const char *argument,
                           struct http_reply *reply)
{
    static const struct request_errors none;
    (void)argument;
    return page_search_as(api, http, &none, reply);
}
