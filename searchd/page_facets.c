#include "searchd/page_facets.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "searchd/facet_tree.h"
#include "searchd/page_map.h"

const char *page_facet_title(const struct page *page, enum facet facet)
{
    char key[32];
    snprintf(key, sizeof key, "filter.%s", facet_name(facet));
    return page_text(page, key);
}

const char *page_open_text(const struct page_open *open, struct arena *arena)
{
    if (!open->area)
        return open->map ? "map=1" : NULL;
    return arena_printf(arena, "open=%s%s", open->area, open->map ? "&map=1" : "");
}

/* ---- values with counts ------------------------------------------------------------------------------------------ */

struct group {
    struct page *page;
    const struct request *request;
    struct facet_view facet;
    struct facet_tree tree;
    const char *one, *many; /* of what is counted */
    const struct page_open *open;
};

static struct view *add_option(const struct group *g, struct view *list, const char *key, size_t entry)
{
    char number[STRINGS_NUMBER_BYTES];
    uint32_t count = g->facet.counts[entry];
    struct view *option = view_item(list, key);
    view_text(option, "value", vocab_entry(g->facet.vocab, entry)->code);
    view_text(option, "label", page_label(g->page, g->facet.vocab, entry));
    view_copy(option, "n", number, strings_number(g->page->lang, count, number));
    view_text(option, "noun", count == 1 ? g->one : g->many);
    view_flag(option, "checked", facet_view_selected(&g->facet, entry));
    return option;
}

static bool has_chosen_child(const struct group *g, size_t entry)
{
    for (size_t at = g->tree.first[entry]; at; at = g->tree.next[at - 1])
        if (facet_view_selected(&g->facet, at - 1) || has_chosen_child(g, at - 1))
            return true;
    return false;
}

static size_t children(const struct group *g, size_t entry)
{
    size_t count = 0;
    for (size_t at = g->tree.first[entry]; at; at = g->tree.next[at - 1])
        count++;
    return count;
}

/* A region stands beside its counties, and most counties are one: only a chosen one is shown. */
static bool is_left_out(const struct group *g, size_t entry)
{
    return g->facet.facet == FACET_AREA && area_at(entry)->type == AREA_REGION &&
           !facet_view_selected(&g->facet, entry);
}

/* The address of this page with the county's municipalities shown. */
static void add_opener(const struct group *g, struct view *option, size_t entry)
{
    const char *code = vocab_entry(VOCAB_AREA, entry)->code;
    struct page other = *g->page;
    other.shown = page_open_text(&(struct page_open){code, g->open->map}, other.arena);
    view_text(option, "opener", arena_printf(other.arena, "%s#%s", page_search_url(&other, g->request, true), code));
    view_text(option, "opener_id", code);
}

static void add_children(const struct group *g, struct view *option, size_t entry, bool all)
{
    bool chosen = has_chosen_child(g, entry), area = g->facet.facet == FACET_AREA;
    const char *code = vocab_entry(g->facet.vocab, entry)->code;
    bool opened = area && g->open->area && strcmp(g->open->area, code) == 0;
    if (!g->tree.first[entry])
        return;
    if (area && !all && !chosen && !opened && !facet_view_selected(&g->facet, entry)) {
        add_opener(g, option, entry);
        return;
    }
    struct view *kids = view_object(option, "kids");
    view_text(kids, "summary", page_text(g->page, area ? "filter.municipalities" : "filter.narrower"));
    view_text(kids, "id", area ? code : NULL);
    view_flag(kids, "opened", chosen || opened);
    for (size_t at = g->tree.first[entry]; at; at = g->tree.next[at - 1])
        add_option(g, kids, "options", at - 1);
}

/* Whether all municipalities fit; else only those of chosen and opened counties are there. */
static bool all_fit(const struct group *g)
{
    size_t count = 0;
    if (g->facet.facet != FACET_AREA)
        return true;
    for (size_t at = g->tree.first[FACET_TREE_TOP]; at; at = g->tree.next[at - 1])
        count += children(g, at - 1);
    return count <= PAGE_MUNICIPALITIES_SHOWN;
}

/* The first few, and every chosen one; the rest behind "show all". */
static void add_options(const struct group *g, struct view *view)
{
    struct view *more = NULL;
    size_t shown = 0, hidden = 0, total = 0;
    bool all = all_fit(g), chosen_hidden = false;
    for (size_t at = g->tree.first[FACET_TREE_TOP]; at; at = g->tree.next[at - 1])
        total += !is_left_out(g, at - 1);
    for (size_t at = g->tree.first[FACET_TREE_TOP]; at; at = g->tree.next[at - 1]) {
        size_t entry = at - 1;
        bool chosen = facet_view_selected(&g->facet, entry) || has_chosen_child(g, entry) ||
                      (g->open->area && g->facet.facet == FACET_AREA &&
                       strcmp(g->open->area, vocab_entry(VOCAB_AREA, entry)->code) == 0);
        if (is_left_out(g, entry))
            continue;
        bool first = shown < PAGE_FACET_SHOWN || total <= PAGE_FACET_SHOWN + 1 || chosen; /* not "1 more" */
        if (!first && !more)
            more = view_object(view, "more");
        shown += first;
        hidden += !first;
        chosen_hidden |= !first && chosen;
        add_children(g, add_option(g, first ? view : more, "options", entry), entry, all);
    }
    if (more)
        view_text(more, "summary", page_count(g->page, "filter.more", hidden));
    view_flag(more, "opened", chosen_hidden);
}

static bool has_choice(const struct request *request, enum facet facet)
{
    switch (facet) {
    case FACET_WEEKDAY: return request->weekdays != 0;
    case FACET_TIME: return request->times != 0;
    case FACET_AGE: return request->age >= 0;
    case FACET_NEAR: return request->near >= 0;
    case FACET_DATE: return request->date || request->until;
    default: return request->selected_count[facet] > 0;
    }
}

static struct view *add_values(struct page *page, const struct request *request, const struct answer *answer,
                               const struct page_open *open, struct view *view, enum facet facet)
{
    struct group g = {.page = page, .request = request, .open = open,
                      .facet = {page->api->service->labels, request, answer->facets[facet].counts, facet,
                                facet_vocab(facet)},
                      .one = page_text(page, "noun.one"), .many = page_text(page, "noun.many")};
    facet_tree_order(&g.facet, &g.tree);
    if (!g.tree.first[FACET_TREE_TOP])
        return NULL;
    struct view *values = view_item(view, "values");
    view_text(values, "name", facet_name(facet));
    view_text(values, "legend", page_facet_title(page, facet));
    view_flag(values, "short", facet == FACET_WEEKDAY || facet == FACET_TIME);
    view_flag(values, "tree", facet_is_tree(facet) || facet == FACET_AREA);
    add_options(&g, values);
    return values;
}

/* ---- the groups -------------------------------------------------------------------------------------------------- */

/* In the order in which a client's matter is asked about; groups of two are one box on the page. */
static const struct {
    const char *id;
    enum facet facets[2];
    size_t count;
    bool age;
    bool opened;
} groups[] = {
    {"kind", {FACET_KIND}, 1, false, true},
    {"theme", {FACET_THEME}, 1, false, true},
    {"area", {FACET_AREA}, 1, false, true},
    {"when", {FACET_WEEKDAY, FACET_TIME}, 2, false, false},
    {"audience", {FACET_AUDIENCE}, 1, true, false},
    {"language", {FACET_LANGUAGE}, 1, false, false},
    {"free", {FACET_FREE}, 1, false, false},
    {"accessible", {FACET_ACCESSIBLE}, 1, false, false},
    {"form", {FACET_FORM}, 1, false, false},
    {"threshold", {FACET_THRESHOLD}, 1, false, false},
};

static void add_days(struct view *days, const struct request *request)
{
    char text[CALENDAR_DATE_BYTES];
    view_flag(days, "here", true);
    if (request->date) {
        day_format(request->date, text);
        view_copy(days, "date", text, strlen(text));
    }
    if (request->until) {
        day_format(request->until, text);
        view_copy(days, "until", text, strlen(text));
    }
}

void page_facets(struct page *page, const struct request *request, const struct answer *answer,
                 const struct page_open *open)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        char key[32];
        bool age_asked = groups[i].age && !embed_locks(page->embed, FACET_AGE);
        bool chosen = age_asked && request->age >= 0, any = age_asked;
        struct view *group = view_item(page->view, "groups");
        snprintf(key, sizeof key, "group.%s", groups[i].id);
        view_text(group, "heading", page_text(page, key));
        view_text(group, "group", groups[i].id);
        for (size_t f = 0; f < groups[i].count; f++) {
            if (embed_locks(page->embed, groups[i].facets[f]))
                continue;
            any |= add_values(page, request, answer, open, group, groups[i].facets[f]) != NULL;
            chosen |= has_choice(request, groups[i].facets[f]);
        }
        if (age_asked) {
            struct view *age = view_object(group, "ask_age");
            view_flag(age, "here", true);
            if (request->age >= 0)
                view_format(age, "age", "%d", request->age);
        }
        if (groups[i].facets[0] == FACET_AREA && any && !open->map)
            view_text(group, "map_ask", page_map_url(page, request, open));
        if (groups[i].facets[0] == FACET_WEEKDAY && !embed_locks(page->embed, FACET_DATE)) {
            add_days(view_object(group, "ask_days"), request);
            chosen |= has_choice(request, FACET_DATE);
            any = true;
        }
        view_flag(group, "any", any); /* a box without anything to choose is not shown */
        view_flag(group, "opened", groups[i].opened || chosen);
    }
}

/* ---- chips ------------------------------------------------------------------------------------------------------- */

static void add_chip(struct page *page, const char *title, const char *label, const struct request *without)
{
    struct view *chip = view_item(page->view, "chips");
    view_text(chip, "title", title);
    view_text(chip, "label", label);
    if (embed_keeps(page->embed, without))
        view_text(chip, "url", page_search_url(page, without, false));
}

static struct request without_value(const struct page *page, const struct request *request, enum facet facet, size_t i)
{
    struct request other = *request;
    size_t count = request->selected_count[facet];
    uint16_t *left = arena_array(page->arena, count, sizeof *left);
    if (!left)
        return other;
    memcpy(left, request->selected[facet], i * sizeof *left);
    memcpy(left + i, request->selected[facet] + i + 1, (count - i - 1) * sizeof *left);
    other.selected[facet] = left;
    other.selected_count[facet]--;
    if (count == 1)
        other.unknown &= ~(1u << facet); /* what has no filter lets nothing in */
    return other;
}

static size_t mask_chips(struct page *page, const struct request *request, enum facet facet, unsigned mask)
{
    size_t count = 0;
    for (unsigned i = 0; mask >> i; i++) {
        struct request other = *request;
        if (!(mask >> i & 1))
            continue;
        uint8_t *left = facet == FACET_WEEKDAY ? &other.weekdays : &other.times;
        *left = (uint8_t)(*left & ~(1u << i));
        if (!*left)
            other.unknown &= ~(1u << facet);
        add_chip(page, page_facet_title(page, facet), page_label(page, facet_vocab(facet), i), &other);
        count++;
    }
    return count;
}

static void near_chip(struct page *page, const struct request *request)
{
    struct request other = *request;
    char km[32];
    const char *name = page_label(page, VOCAB_AREA, (size_t)request->near);
    other.near = -1;
    other.radius_km = 0;
    other.unknown &= ~(1u << FACET_NEAR);
    if (other.sort == SORT_DISTANCE)
        other.sort = SORT_RELEVANCE;
    snprintf(km, sizeof km, "%.10g", request->radius_km);
    if (request->radius_km > 0)
        name = strings_fill(page->strings, page->lang, page->arena, "chip.radius", "place", name, "km", km, NULL);
    add_chip(page, page_facet_title(page, FACET_NEAR), name, &other);
}

static void date_chip(struct page *page, const struct request *request)
{
    struct request other = *request;
    int32_t first = request->date ? request->date : request->until, last = request->until ? request->until : first;
    const char *key = !request->until ? "chip.date_from" : !request->date ? "chip.date_until" : "chip.date";
    other.date = other.until = 0;
    other.unknown &= ~(1u << FACET_DATE);
    add_chip(page, page_facet_title(page, FACET_DATE),
             strings_fill(page->strings, page->lang, page->arena, key, "days", page_days(page, first, last), NULL),
             &other);
}

/* Only one that stands: of a filter that is set. */
static size_t unknown_chips(struct page *page, const struct request *request)
{
    size_t count = 0;
    for (int f = 0; f < FACET_COUNT; f++) {
        struct request other = *request;
        char key[40];
        if (!(request->unknown >> f & 1) || !has_choice(request, (enum facet)f))
            continue;
        other.unknown &= ~(1u << f);
        snprintf(key, sizeof key, "unknown.chip.%s", facet_name((enum facet)f));
        add_chip(page, page_text(page, "chip.too"), page_text(page, key), &other);
        count++;
    }
    return count;
}

size_t page_chips(struct page *page, const struct request *request)
{
    size_t count = 0;
    for (int f = 0; f < FACET_LISTED; f++) {
        for (size_t i = 0; i < request->selected_count[f]; i++, count++) {
            struct request other = without_value(page, request, (enum facet)f, i);
            add_chip(page, page_facet_title(page, (enum facet)f),
                     page_label(page, facet_vocab((enum facet)f), request->selected[f][i]), &other);
        }
    }
    count += mask_chips(page, request, FACET_WEEKDAY, request->weekdays);
    count += mask_chips(page, request, FACET_TIME, request->times);
    if (request->age >= 0) {
        struct request other = *request;
        char age[16];
        snprintf(age, sizeof age, "%d", request->age);
        other.age = -1;
        other.unknown &= ~(1u << FACET_AGE);
        add_chip(page, page_facet_title(page, FACET_AGE),
                 strings_fill(page->strings, page->lang, page->arena, "chip.age", "age", age, NULL), &other);
        count++;
    }
    if (request->near >= 0) {
        near_chip(page, request);
        count++;
    }
    if (has_choice(request, FACET_DATE)) {
        date_chip(page, request);
        count++;
    }
    count += unknown_chips(page, request);
    if (request->past) {
        struct request other = *request;
        other.past = false;
        add_chip(page, page_text(page, "chip.too"), page_text(page, "chip.past"), &other);
        count++;
    }
    if (request->all_words) {
        struct request other = *request;
        other.all_words = false;
        add_chip(page, page_text(page, "chip.words"), page_text(page, "chip.all_words"), &other);
        count++;
    }
    return count;
}

/* ---- unknown is not no ------------------------------------------------------------------------------------------- */

size_t page_unknown(struct page *page, const struct request *request, const struct answer *answer)
{
    size_t lines = 0;
    for (int f = 0; f < FACET_COUNT; f++) {
        struct request other = *request;
        char key[40];
        uint64_t count = answer->facets[f].unknown;
        if (f == FACET_KIND || !count || request->unknown >> f & 1 || !has_choice(request, (enum facet)f) ||
            embed_locks(page->embed, (enum facet)f))
            continue;
        if (f == FACET_NEAR && !(request->radius_km > 0))
            continue; /* without a limit nothing is left out */
        other.unknown |= 1u << f;
        other.page = 1;
        snprintf(key, sizeof key, "unknown.%s", facet_name((enum facet)f));
        struct view *line = view_item(page->view, "unknown");
        view_text(line, "text", page_count(page, key, count));
        view_text(line, "url", page_search_url(page, &other, false));
        lines++;
    }
    return lines;
}
