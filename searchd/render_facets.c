#include "searchd/render_facets.h"

#include <string.h>

/* Of one vocabulary at most; more would be cut, so labels are counted at start. */
enum { ENTRY_BITS = 10, ENTRIES = 1 << ENTRY_BITS };

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

/* ---- the order of values ---------------------------------------------------------------------------------------- */

/* Entries to show, each with what it is ordered by in the bits above it; a parent of a shown one is shown. */
static size_t collect(const struct facet_view *v, uint64_t *keys)
{
    bool wanted[ENTRIES] = {false};
    bool own_order = v->facet == FACET_WEEKDAY || v->facet == FACET_TIME;
    size_t size = vocab_size(v->vocab), count = 0;
    for (size_t i = 0; i < size && i < ENTRIES; i++) {
        if (v->counts[i] == 0 && !is_selected(v, i))
            continue;
        wanted[i] = true;
        int parent = parent_of(v, i);
        if (parent >= 0)
            wanted[parent] = true;
    }
    for (size_t i = 0; i < size && i < ENTRIES; i++) {
        uint64_t fewer = UINT32_MAX - v->counts[i];
        if (wanted[i])
            keys[count++] = own_order ? i : fewer << 32 |
                            (uint64_t)labels_rank(v->labels, v->vocab, i, v->request->lang) << ENTRY_BITS | i;
    }
    return count;
}

/* Merges runs of 1, 2, 4 … keys from one array into the other; true when the result is in `spare`. */
static bool merge_runs(uint64_t *keys, uint64_t *spare, size_t count)
{
    bool swapped = false;
    for (size_t run = 1; run < count; run *= 2, swapped = !swapped) {
        const uint64_t *from = swapped ? spare : keys;
        uint64_t *to = swapped ? keys : spare;
        for (size_t first = 0; first < count; first += 2 * run) {
            size_t middle = first + run < count ? first + run : count;
            size_t end = middle + run < count ? middle + run : count;
            for (size_t at = first, i = first, j = middle; at < end; at++) {
                bool left = j == end || (i < middle && from[i] < from[j]);
                to[at] = left ? from[i] : from[j];
                i += left;
                j += !left;
            }
        }
    }
    return swapped;
}

/* Shown values in their order, in lists by their parent. */
struct tree {
    uint16_t first[ENTRIES + 1]; /* by parent, and of those without one: the entry and 1; 0: none */
    uint16_t next[ENTRIES];
};

enum { NO_PARENT = ENTRIES };

static void order(const struct facet_view *v, struct tree *tree)
{
    uint64_t keys[ENTRIES], spare[ENTRIES];
    size_t count = collect(v, keys);
    const uint64_t *sorted = merge_runs(keys, spare, count) ? spare : keys;
    memset(tree->first, 0, sizeof tree->first);
    while (count-- > 0) {
        size_t entry = sorted[count] & ((1 << ENTRY_BITS) - 1);
        int parent = parent_of(v, entry);
        uint16_t *first = &tree->first[parent < 0 ? NO_PARENT : parent];
        tree->next[entry] = *first;
        *first = (uint16_t)(entry + 1);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void add_buckets(const struct facet_view *v, const struct tree *tree, int parent, struct buf *out)
{
    bool with_children = parent == NO_PARENT && facet_is_tree(v->facet);
    buf_addc(out, '[');
    for (size_t at = tree->first[parent]; at; at = tree->next[at - 1]) {
        size_t entry = at - 1, len;
        const char *json = labels_json(v->labels, v->vocab, entry, v->request->lang, &len);
        buf_adds(out, at == tree->first[parent] ? "{" : ",{");
        buf_add(out, json, len);
        buf_adds(out, ",\"count\":");
        buf_addu(out, v->counts[entry]);
        buf_adds(out, is_selected(v, entry) ? ",\"selected\":true" : ",\"selected\":false");
        if (with_children) {
            buf_adds(out, ",\"children\":");
            add_buckets(v, tree, (int)entry, out);
        }
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_counted(const struct facet_view *v, uint64_t unknown, struct buf *out)
{
    struct tree tree;
    bool included = v->request->unknown >> v->facet & 1;
    buf_addf(out, "\"%s\":{\"mode\":\"or\",\"unknown\":", facet_name(v->facet));
    buf_addu(out, unknown);
    buf_adds(out, included ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    buf_adds(out, ",\"buckets\":");
    order(v, &tree);
    add_buckets(v, &tree, NO_PARENT, out);
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
