/* The builder: what a site wants to show, in a form, and the lines that show it.  Its address holds all of it, by the
 * same names as the search's and the component's, so that it works without script and can be kept as a bookmark. */
#include <stdio.h>
#include <string.h>

#include "record.h"
#include "searchd/markup.h"
#include "searchd/page.h"

#define BUILDER_CACHE "no-cache"
#define BUILDER_PREFIX "haku-" /* of parameters in the address of the site's page */

enum {
    BUILDER_HEIGHT = 900,  /* of a frame that nobody measures */
    BUILDER_CARD_PX = 130, /* of a card that says little */
};

struct builder {
    struct page page;
    struct request request;
    struct request_errors errors, wrong;
    struct embed embed;
    bool state;         /* the site's address holds the search */
    const char *origin; /* of this service */
};

/* ---- what is asked ----------------------------------------------------------------------------------------------- */

static bool is_named(const char *pair, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    return len >= name_len && memcmp(pair, name, name_len) == 0 && (len == name_len || pair[name_len] == '=');
}

/* The search in what was sent, without what the component and this form take besides. */
static const char *search_part(struct builder *b, const char *sent)
{
    char *out = arena_alloc(b->page.arena, strlen(sent) + 1), *to = out;
    for (const char *at = sent; out && *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        bool state = is_named(at, len, "url-prefix");
        b->state |= state && len > strlen("url-prefix=");
        if (len && !state && !embed_owns(at, len)) {
            if (to > out)
                *to++ = '&';
            to = mempcpy(to, at, len);
        }
        at += len;
    }
    if (out)
        *to = '\0';
    return out ? out : "";
}

/* ---- the form ---------------------------------------------------------------------------------------------------- */

static void add_choice(struct builder *b, const char *list, const char *value, const char *label, bool chosen)
{
    struct view *item = view_item(b->page.view, list);
    view_text(item, "value", value);
    view_text(item, "label", label);
    view_flag(item, "chosen", chosen);
}

static void add_named(struct builder *b, const char *list, const char *group, const char *value, bool chosen)
{
    char key[48];
    snprintf(key, sizeof key, "build.%s.%s", group, value);
    add_choice(b, list, value, page_text(&b->page, key), chosen);
}

static bool is_selected(const struct request *request, enum facet facet, size_t entry)
{
    for (size_t i = 0; i < request->selected_count[facet]; i++)
        if (request->selected[facet][i] == entry)
            return true;
    return false;
}

static void add_values(struct builder *b, const char *list, enum facet facet)
{
    enum vocab_name vocab = facet_vocab(facet);
    for (size_t i = 0; i < vocab_size(vocab); i++) {
        const char *label = page_label(&b->page, vocab, i);
        const char *below = arena_printf(b->page.arena, "– %s", label);
        add_choice(b, list, vocab_entry(vocab, i)->code, vocab_entry(vocab, i)->broader >= 0 && below ? below : label,
                   is_selected(&b->request, facet, i));
    }
}

static const char *first_area(const struct builder *b)
{
    return b->request.selected_count[FACET_AREA] ? page_label(&b->page, VOCAB_AREA, b->request.selected[FACET_AREA][0])
                                                 : NULL;
}

static void add_form(struct builder *b)
{
    static const enum facet lockable[] = {FACET_AREA, FACET_THEME, FACET_AUDIENCE, FACET_KIND};
    static const unsigned limits[] = {5, 10, 20, 50};
    static const char *const names[UI_LANG_COUNT] = {"Suomi", "Svenska", "English"};
    struct page *page = &b->page;
    char text[16];
    view_text(page->view, "q", b->request.q);
    view_text(page->view, "area", first_area(b));
    add_values(b, "themes", FACET_THEME);
    add_values(b, "audiences", FACET_AUDIENCE);
    add_values(b, "kinds", FACET_KIND);
    for (size_t i = 0; i < sizeof lockable / sizeof *lockable; i++) {
        char key[32];
        snprintf(key, sizeof key, "filter.%s", facet_name(lockable[i]));
        add_choice(b, "locks", facet_name(lockable[i]), page_text(page, key), b->embed.lock >> lockable[i] & 1);
    }
    for (int i = 0; i < EMBED_VIEWS; i++)
        add_named(b, "views", "view", embed_view_name((enum embed_view)i), b->embed.view == (enum embed_view)i);
    for (int i = 0; i < EMBED_LOOKS; i++)
        add_named(b, "looks", "look", embed_look_name((enum embed_look)i), b->embed.look == (enum embed_look)i);
    for (int i = 0; i < UI_LANG_COUNT; i++)
        add_choice(b, "langs", record_langs[i], names[i], (int)b->embed.lang == i);
    for (unsigned i = 1; i <= EMBED_HEADING_MOST; i++) {
        snprintf(text, sizeof text, "%u", i);
        const char *value = arena_copy(page->arena, text, strlen(text));
        add_choice(b, "headings", value, arena_printf(page->arena, "h%u", i), b->embed.heading == i);
    }
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        snprintf(text, sizeof text, "%u", limits[i]);
        const char *value = arena_copy(page->arena, text, strlen(text));
        add_choice(b, "limits", value, value, b->request.per_page == limits[i]);
    }
    view_flag(page->view, "tab", b->embed.new_tab);
    view_flag(page->view, "state", b->state);
    for (size_t i = 0; i < b->errors.count; i++) {
        const struct request_error *error = &b->errors.list[i];
        struct view *item = view_item(page->view, "errors");
        view_text(item, "text", strcmp(error->parameter, "area") == 0
                                    ? page_text(page, "build.wrong.area")
                                    : strings_fill(page->strings, page->lang, page->arena, "wrong.other", "name",
                                                   error->parameter, NULL));
    }
    view_flag(page->view, "wrong", b->errors.count > 0);
}

/* ---- the lines --------------------------------------------------------------------------------------------------- */

static void add_attribute(struct builder *b, struct buf *out, const char *name, const char *value)
{
    struct view *item = view_item(b->page.view, "attributes");
    const char *copy = arena_copy(b->page.arena, value, strlen(value));
    view_text(item, "name", name);
    view_text(item, "value", copy);
    buf_addf(out, " %s=\"", name);
    markup_escape(out, value);
    buf_addc(out, '"');
}

static void add_presets(struct builder *b, struct buf *out)
{
    static const enum facet facets[] = {FACET_AREA, FACET_THEME, FACET_AUDIENCE, FACET_KIND};
    struct buf values = BUF_INIT;
    if (b->request.q_len)
        add_attribute(b, out, "q", b->request.q);
    for (size_t f = 0; f < sizeof facets / sizeof *facets; f++) {
        buf_reset(&values);
        for (size_t i = 0; i < b->request.selected_count[facets[f]]; i++)
            buf_addf(&values, "%s%s", i ? "," : "",
                     vocab_entry(facet_vocab(facets[f]), b->request.selected[facets[f]][i])->code);
        if (values.len)
            add_attribute(b, out, facet_name(facets[f]), buf_str(&values));
    }
    buf_release(&values);
}

static void add_choices(struct builder *b, struct buf *out)
{
    const struct embed *embed = &b->embed;
    struct buf locks = BUF_INIT;
    char text[16];
    for (int f = 0; f < FACET_COUNT; f++)
        if (embed->lock >> f & 1)
            buf_addf(&locks, "%s%s", locks.len ? "," : "", facet_name((enum facet)f));
    if (embed->lock >> EMBED_LOCK_WORDS & 1)
        buf_addf(&locks, "%sq", locks.len ? "," : "");
    if (locks.len)
        add_attribute(b, out, "lock", buf_str(&locks));
    buf_release(&locks);
    if (embed->view != EMBED_SEARCH)
        add_attribute(b, out, "view", embed_view_name(embed->view));
    if (b->request.per_page != REQUEST_PER_PAGE_DEFAULT) {
        snprintf(text, sizeof text, "%u", b->request.per_page);
        add_attribute(b, out, "limit", text);
    }
    if (embed->heading != EMBED_HEADING_DEFAULT) {
        snprintf(text, sizeof text, "%u", embed->heading);
        add_attribute(b, out, "heading-level", text);
    }
    if (embed->look != EMBED_LIGHT)
        add_attribute(b, out, "look", embed_look_name(embed->look));
    if (embed->new_tab)
        add_attribute(b, out, "target", "_blank");
    if (b->state)
        add_attribute(b, out, "url-prefix", BUILDER_PREFIX);
}

static void add_text(struct builder *b, const char *key, struct buf *text)
{
    view_copy(b->page.view, key, buf_str(text), text->len);
    buf_release(text);
}

/* The address of the search on this service's own page, or of the frame. */
static const char *url_of(const struct builder *b, bool framed)
{
    struct page page = b->page;
    struct request request = b->request;
    page.list = NULL;
    page.lang = b->embed.lang;
    page.embed = framed ? &b->embed : NULL;
    if (!framed)
        request.per_page = REQUEST_PER_PAGE_DEFAULT;
    return page_search_url(&page, &request, false);
}

/* The room that it will have at least, so that what is below does not jump when it comes.  Not in the preview: this
 * page's own policy lets no style stand in it. */
static void add_room(const struct builder *b, struct buf *tag)
{
    if (b->embed.view == EMBED_SEARCH)
        buf_adds(tag, "\n  style=\"display:block;min-height:100vh\"");
    else if (b->embed.view == EMBED_LIST)
        buf_addf(tag, "\n  style=\"display:block;min-height:min(100vh,%upx)\"", b->request.per_page * BUILDER_CARD_PX);
}

static void add_snippets(struct builder *b)
{
    struct page *page = &b->page;
    struct buf tag = BUF_INIT, script = BUF_INIT, fixed = BUF_INIT, frame = BUF_INIT;
    const char *words = strings_get(page->strings, b->embed.lang, "build.fallback");
    size_t sri_len;
    const char *sri = assets_text(page->api->service->assets, "embed.sri", &sri_len);
    buf_adds(&tag, "<opastin-search");
    add_attribute(b, &tag, "lang", record_langs[b->embed.lang]);
    add_presets(b, &tag);
    add_choices(b, &tag);
    add_room(b, &tag);
    buf_addf(&tag, ">\n  <a href=\"%s", b->origin);
    markup_escape(&tag, url_of(b, false));
    buf_addf(&tag, "\">%s</a>\n</opastin-search>\n", words);

    buf_addf(&script, "<script type=\"module\" src=\"%s/embed.js\"></script>\n%s", b->origin, buf_str(&tag));
    buf_addf(&fixed, "<script type=\"module\" src=\"%s%s\"\n  integrity=\"%.*s\" crossorigin=\"anonymous\"></script>\n",
             b->origin, page_asset_path(page, "embed.js"), (int)strcspn(sri, "\n"), sri);
    buf_addf(&frame, "<iframe src=\"%s", b->origin);
    markup_escape(&frame, url_of(b, true));
    buf_addf(&frame, "\" title=\"%s\" width=\"100%%\" height=\"%d\" loading=\"lazy\"></iframe>\n", words,
             BUILDER_HEIGHT);
    view_text(page->view, "frame_url", url_of(b, true));
    view_text(page->view, "whole_url", url_of(b, false));
    view_text(page->view, "words", words);
    view_text(page->view, "embed_js", page_asset_path(page, "embed.js"));
    view_text(page->view, "origin", b->origin);
    view_format(page->view, "csp", "script-src %s; style-src %s; connect-src %s", b->origin, b->origin, b->origin);
    view_format(page->view, "csp_frame", "frame-src %s", b->origin);
    buf_release(&tag);
    add_text(b, "snippet", &script);
    add_text(b, "snippet_fixed", &fixed);
    add_text(b, "snippet_frame", &frame);
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

enum http_turn page_embed_builder(struct api *api, struct http_request *http, const char *argument,
                                  struct http_reply *reply)
{
    struct builder b = {.errors = {.count = 0}};
    struct err err = {0};
    const char *sent = http->query ? http->query : "";
    (void)argument;
    enum status status = page_begin(&b.page, api, http, "/embed", sent, &err);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    embed_read(&b.embed, sent, b.page.arena, &b.wrong);
    if (!*sent)
        b.embed.lang = b.page.lang;
    status = request_parse(&b.request, search_part(&b, sent), b.page.arena, &b.errors, &err);
    if (status != STATUS_OK && status != STATUS_INVALID)
        return api_fail(api, http, reply, status, &err);
    for (size_t i = 0; i < b.wrong.count && b.errors.count < REQUEST_ERRORS; i++)
        b.errors.list[b.errors.count++] = b.wrong.list[i];
    b.embed.asked = &b.request;
    b.request.lang = UI_FI;
    b.request.page = 1;
    b.request.cursor.given = b.request.explain = b.request.unlabelled = false;
    b.request.uncounted = b.request.unshown = 0;
    if (b.request.per_page == 0)
        b.request.per_page = REQUEST_PER_PAGE_DEFAULT;
    b.origin = page_origin(&b.page);
    view_format(b.page.view, "title", "%s – %s", page_text(&b.page, "build.heading"), page_text(&b.page, "name"));
    view_format(b.page.view, "builder_url", "/%s/embed", record_langs[b.page.lang]);
    add_form(&b);
    add_snippets(&b);
    return page_answer(&b.page, TEMPLATE_EMBED_BUILDER, b.errors.count ? 400 : 200, BUILDER_CACHE, reply);
}
