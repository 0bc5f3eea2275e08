#include "searchd/page_map.h"

#include <stdlib.h>
#include <string.h>

#include "searchd/labels.h"
#include "searchd/map.h"

struct map_page {
    struct page *page;
    const struct request *request;
    const uint32_t *counts; /* by area */
    bool country;           /* shapes are counties, which open; else municipalities, which are chosen */
};

/* ---- choices ----------------------------------------------------------------------------------------------------- */

static bool is_chosen(const struct request *request, size_t area)
{
    for (size_t i = 0; i < request->selected_count[FACET_AREA]; i++)
        if (request->selected[FACET_AREA][i] == area)
            return true;
    return false;
}

/* How many of the county's municipalities are chosen. */
static size_t chosen_within(const struct request *request, size_t county)
{
    size_t count = 0;
    for (size_t i = 0; i < request->selected_count[FACET_AREA]; i++) {
        const struct area_entry *area = area_at(request->selected[FACET_AREA][i]);
        count += area->type == AREA_MUNICIPALITY && area->wellbeing == (int)county;
    }
    return count;
}

/* The request with the area chosen, or not chosen where it is. */
static struct request toggled(const struct map_page *m, size_t area)
{
    struct request other = *m->request;
    size_t count = other.selected_count[FACET_AREA], to = 0;
    const uint16_t *old = other.selected[FACET_AREA];
    uint16_t *list = arena_array(m->page->arena, count + 1, sizeof *list);
    bool taken = is_chosen(&other, area), placed = taken;
    if (!list)
        return other;
    for (size_t i = 0; i < count; i++) { /* they stay in ascending order */
        if (!placed && old[i] > area) {
            list[to++] = (uint16_t)area;
            placed = true;
        }
        if (old[i] != area)
            list[to++] = old[i];
    }
    if (!placed)
        list[to++] = (uint16_t)area;
    other.selected[FACET_AREA] = list;
    other.selected_count[FACET_AREA] = to;
    if (!to)
        other.unknown &= ~(1u << FACET_AREA); /* what has no filter lets nothing in */
    return other;
}

static const char *address(const struct map_page *m, const struct request *request, const struct page_open *open,
                           const char *part)
{
    struct page other = *m->page;
    other.shown = page_open_text(open, other.arena);
    const char *url = page_search_url(&other, request, false);
    const char *whole = arena_printf(other.arena, "%s#map%s%s", url, *part ? "-" : "", part);
    return whole ? whole : url;
}

/* ---- shapes ------------------------------------------------------------------------------------------------------ */

/* What choosing the area finds: what serves the whole country too, where nothing else is. */
static uint64_t count_of(const struct map_page *m, size_t area)
{
    return m->counts[area] ? m->counts[area] : m->counts[area_nationwide()];
}

static const char *label_of(const struct map_page *m, size_t area)
{
    const struct page *page = m->page;
    size_t within = m->country ? chosen_within(m->request, area) : 0;
    const char *key = m->counts[area] ? "map.area" : "map.area_nation";
    const char *label = strings_fill(page->strings, page->lang, page->arena, key, "name",
                                     page_label(page, VOCAB_AREA, area), "count",
                                     page_count(page, "hits", count_of(m, area)), NULL);
    if (is_chosen(m->request, area))
        label = strings_fill(page->strings, page->lang, page->arena, "map.chosen", "area", label, NULL);
    if (within)
        label = strings_count(page->strings, page->lang, page->arena, "map.chosen_within", within, "area", label,
                              NULL);
    return label;
}

/* Where the area's link leads: a county's to its municipalities, a municipality's to the choice of it. */
static const char *url_of(const struct map_page *m, size_t area, const char *part)
{
    const char *code = vocab_entry(VOCAB_AREA, area)->code;
    if (m->country)
        return address(m, m->request, &(struct page_open){code, true}, "");
    struct request other = toggled(m, area);
    const char *county = vocab_entry(VOCAB_AREA, (size_t)area_at(area)->wellbeing)->code;
    return address(m, &other, &(struct page_open){county, true}, part ? part : code);
}

static void describe(void *context, const char *code, struct map_link *link)
{
    const struct map_page *m = context;
    int found = vocab_find(VOCAB_AREA, code, strlen(code));
    size_t area = (size_t)found;
    if (found < 0)
        return;
    link->selected = is_chosen(m->request, area);
    if (!link->selected && !count_of(m, area))
        return; /* nothing is there to be found */
    link->count = m->counts[area];
    link->label = label_of(m, area);
    link->part = m->country ? chosen_within(m->request, area) > 0
                            : is_chosen(m->request, (size_t)area_at(area)->wellbeing);
    link->href = url_of(m, area, NULL);
}

/* ---- beside the map: the same links as a list ------------------------------------------------------------------- */

static void add_number(const struct map_page *m, struct view *item, uint64_t count)
{
    char number[STRINGS_NUMBER_BYTES];
    view_copy(item, "n", number, strings_number(m->page->lang, count, number));
    view_text(item, "noun", page_text(m->page, count == 1 ? "noun.one" : "noun.many"));
}

/* Is the area on this map, with something of its own, or chosen? */
static bool is_listed(const struct map_page *m, const char *county, size_t area)
{
    const struct area_entry *entry = area_at(area);
    if (m->country ? entry->type != AREA_WELLBEING
                   : entry->type != AREA_MUNICIPALITY ||
                     strcmp(vocab_entry(VOCAB_AREA, (size_t)entry->wellbeing)->code, county) != 0)
        return false;
    return is_chosen(m->request, area) || m->counts[area];
}

static int compare_key(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* By name: who looks for a place in a list knows what it is called. */
static void add_areas(const struct map_page *m, struct view *view, const char *county)
{
    const struct page *page = m->page;
    size_t size = vocab_size(VOCAB_AREA), count = 0;
    uint32_t *keys = arena_array(page->arena, size, sizeof *keys); /* rank of the name, then the area */
    for (size_t i = 0; keys && i < size; i++)
        if (is_listed(m, county, i))
            keys[count++] = (uint32_t)labels_rank(page->api->service->labels, VOCAB_AREA, i, page->lang) << 16 |
                            (uint32_t)i;
    if (count)
        qsort(keys, count, sizeof *keys, compare_key);
    for (size_t i = 0; i < count; i++) {
        size_t area = keys[i] & 0xFFFF;
        struct view *item = view_item(view, "areas");
        view_text(item, "label", page_label(page, VOCAB_AREA, area));
        add_number(m, item, count_of(m, area));
        view_text(item, "url", url_of(m, area, "list"));
        view_flag(item, "chosen", is_chosen(m->request, area));
    }
}

/* All of the county at once, and back to the country. */
static void add_county(const struct map_page *m, struct view *view, const char *code)
{
    int found = vocab_find(VOCAB_AREA, code, strlen(code));
    size_t county = (size_t)found;
    view_text(view, "country", address(m, m->request, &(struct page_open){NULL, true}, ""));
    if (found < 0 || (!is_chosen(m->request, county) && !count_of(m, county)))
        return;
    struct request other = toggled(m, county);
    struct view *whole = view_object(view, "whole");
    bool chosen = is_chosen(m->request, county);
    view_text(whole, "url", address(m, &other, &(struct page_open){code, true}, "whole"));
    view_text(whole, "text", page_text(m->page, "map.whole"));
    add_number(m, whole, count_of(m, county));
    view_flag(whole, "chosen", chosen);
}

const char *page_map_url(struct page *page, const struct request *request, const struct page_open *open)
{
    struct map_page m = {page, request, NULL, true};
    return address(&m, request, &(struct page_open){open->area, true}, "");
}

enum status page_map(struct page *page, const struct request *request, const struct answer *answer,
                     const struct page_open *open, struct err *err)
{
    struct map_page m = {page, request, answer->facets[FACET_AREA].counts, true};
    const struct map_shape *shape = open->area ? map_shape(open->area) : NULL;
    const char *county = shape && !*shape->of ? shape->code : NULL; /* a municipality has no map of its own */
    struct buf drawn = BUF_INIT;
    if (!open->map)
        return STATUS_OK;
    m.country = !county;
    struct map_words words = {page_text(page, "map.heading"), page_text(page, county ? "map.hint_town" : "map.hint")};
    struct view *view = view_object(page->view, "map");
    if (county) {
        int area = vocab_find(VOCAB_AREA, county, strlen(county));
        words.name = area < 0 ? words.name : page_label(page, VOCAB_AREA, (size_t)area);
        add_county(&m, view, county);
    }
    view_text(view, "heading", words.name);
    view_text(view, "close", address(&m, request, &(struct page_open){open->area, false}, ""));
    add_areas(&m, view, county);
    enum status status = map_write(county, &words, describe, &m, &drawn, err);
    view_copy(view, "svg", buf_str(&drawn), drawn.len);
    buf_release(&drawn);
    return status;
}
