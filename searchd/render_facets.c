#include "searchd/render_facets.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 1024 }; /* of one vocabulary at most; more would be cut, so labels are counted at start */

struct facet_view {
    const struct labels *labels;
    const struct request *request;
    const uint32_t *counts;
    enum facet facet;
    enum vocab_name vocab;
};

static bool is_selected(const struct facet_view *v, size_t entry)
{
    if (v->facet == FACET_WEEKDAY)
        return v->request->weekdays >> entry & 1;
    if (v->facet == FACET_TIME)
        return v->request->times >> entry & 1;
    for (size_t i = 0; i < v->request->selected_count[v->facet]; i++)
        if (v->request->selected[v->facet][i] == entry)
            return true;
    return false;
}

/* A municipality stands under its wellbeing services county; regions stand beside them without children. */
static int parent_of(const struct facet_view *v, size_t entry)
{
    if (v->facet == FACET_AREA)
        return area_at(entry)->wellbeing;
    return facet_is_tree(v->facet) ? vocab_entry(v->vocab, entry)->broader : -1;
}

static int compare_entries(const void *a, const void *b, void *context)
{
    const struct facet_view *v = context;
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    if (v->facet == FACET_WEEKDAY || v->facet == FACET_TIME)
        return x - y;
    if (v->counts[x] != v->counts[y])
        return v->counts[x] > v->counts[y] ? -1 : 1;
    enum ui_lang lang = v->request->lang;
    return labels_rank(v->labels, v->vocab, x, lang) - labels_rank(v->labels, v->vocab, y, lang);
}

/* Entries to show, in their order; a parent of a shown one is shown. */
static size_t collect(const struct facet_view *v, uint16_t *shown)
{
    bool wanted[ENTRIES] = {false};
    size_t size = vocab_size(v->vocab), count = 0;
    for (size_t i = 0; i < size && i < ENTRIES; i++) {
        if (v->counts[i] == 0 && !is_selected(v, i))
            continue;
        wanted[i] = true;
        int parent = parent_of(v, i);
        if (parent >= 0)
            wanted[parent] = true;
    }
    for (size_t i = 0; i < size && i < ENTRIES; i++)
        if (wanted[i])
            shown[count++] = (uint16_t)i;
    qsort_r(shown, count, sizeof *shown, compare_entries, (void *)(uintptr_t)v);
    return count;
}

static void add_bucket(const struct facet_view *v, size_t entry, const uint16_t *shown, size_t count, struct buf *out);

static void add_buckets(const struct facet_view *v, int parent, const uint16_t *shown, size_t count, struct buf *out)
{
    bool first = true;
    buf_addc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (parent_of(v, shown[i]) != parent)
            continue;
        if (!first)
            buf_addc(out, ',');
        first = false;
        add_bucket(v, shown[i], shown, count, out);
    }
    buf_addc(out, ']');
}

static void add_bucket(const struct facet_view *v, size_t entry, const uint16_t *shown, size_t count, struct buf *out)
{
    size_t len;
    const char *json = labels_json(v->labels, v->vocab, entry, v->request->lang, &len);
    buf_addc(out, '{');
    buf_add(out, json, len);
    buf_adds(out, ",\"count\":");
    buf_addu(out, v->counts[entry]);
    buf_adds(out, is_selected(v, entry) ? ",\"selected\":true" : ",\"selected\":false");
    if (facet_is_tree(v->facet) && parent_of(v, entry) < 0) {
        buf_adds(out, ",\"children\":");
        add_buckets(v, (int)entry, shown, count, out);
    }
    buf_addc(out, '}');
}

static void add_counted(const struct facet_view *v, uint64_t unknown, struct buf *out)
{
    uint16_t shown[ENTRIES];
    size_t count = collect(v, shown);
    bool included = v->request->unknown >> v->facet & 1;
    buf_addf(out, "\"%s\":{\"mode\":\"or\",\"unknown\":", facet_name(v->facet));
    buf_addu(out, unknown);
    buf_adds(out, included ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    buf_adds(out, ",\"buckets\":");
    add_buckets(v, -1, shown, count, out);
    buf_addc(out, '}');
}

static void add_age(const struct request *request, const struct facet_count *count, struct buf *out)
{
    buf_adds(out, "\"age\":{\"mode\":\"number\",\"unknown\":");
    buf_addu(out, count->unknown);
    buf_adds(out, request->unknown >> FACET_AGE & 1 ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    if (request->age >= 0)
        buf_addf(out, ",\"value\":%d", request->age);
    buf_addc(out, '}');
}

static void add_near(const struct labels *labels, const struct request *request, const struct facet_count *count,
                     struct buf *out)
{
    buf_adds(out, "\"near\":{\"mode\":\"distance\",\"unknown\":");
    buf_addu(out, count->unknown);
    buf_adds(out, request->unknown >> FACET_NEAR & 1 ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    if (request->near >= 0) {
        size_t len;
        const char *json = labels_json(labels, VOCAB_AREA, (size_t)request->near, request->lang, &len);
        const struct area_entry *area = area_at((size_t)request->near);
        buf_adds(out, ",\"from\":{");
        buf_add(out, json, len);
        buf_adds(out, ",\"lat\":");
        buf_add_number(out, area->lat, 5);
        buf_adds(out, ",\"lon\":");
        buf_add_number(out, area->lon, 5);
        buf_addc(out, '}');
    }
    if (request->radius_km > 0) {
        buf_adds(out, ",\"radiusKm\":");
        buf_add_number(out, request->radius_km, 3);
    }
    buf_addc(out, '}');
}

void render_facets(const struct labels *labels, const struct request *request, const struct answer *answer,
                   struct buf *out)
{
    bool any = false;
    buf_addc(out, '{');
    for (int f = 0; f < FACET_COUNT; f++) {
        struct facet_view view = {labels, request, answer->facets[f].counts, (enum facet)f, facet_vocab((enum facet)f)};
        if (request->uncounted >> f & 1)
            continue;
        if (any)
            buf_addc(out, ',');
        any = true;
        if (f == FACET_AGE)
            add_age(request, &answer->facets[f], out);
        else if (f == FACET_NEAR)
            add_near(labels, request, &answer->facets[f], out);
        else
            add_counted(&view, answer->facets[f].unknown, out);
    }
    buf_addc(out, '}');
}
