#include "searchd/render_facets.h"

#include "calendar.h"
#include "searchd/facet_tree.h"

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

/* What must be said alone: no names, nothing that is false or empty. */
static void add_lean_buckets(const struct facet_view *v, const struct facet_tree *tree, int parent, struct buf *out)
{
    buf_addc(out, '[');
    for (size_t at = tree->first[parent]; at; at = tree->next[at - 1]) {
        size_t entry = at - 1, len;
        const char *json = labels_value(v->labels, v->vocab, entry, &len);
        buf_adds(out, at == tree->first[parent] ? "{" : ",{");
        buf_add(out, json, len);
        buf_adds(out, ",\"count\":");
        buf_addu(out, v->counts[entry]);
        if (facet_view_selected(v, entry))
            buf_adds(out, ",\"selected\":true");
        if (parent == FACET_TREE_TOP && tree->first[entry]) {
            buf_adds(out, ",\"children\":");
            add_lean_buckets(v, tree, (int)entry, out);
        }
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_buckets(const struct facet_view *v, const struct facet_tree *tree, int parent, struct buf *out)
{
    bool with_children = parent == FACET_TREE_TOP && facet_is_tree(v->facet);
    buf_addc(out, '[');
    for (size_t at = tree->first[parent]; at; at = tree->next[at - 1]) {
        size_t entry = at - 1, len;
        const char *json = labels_json(v->labels, v->vocab, entry, v->request->lang, &len);
        buf_adds(out, at == tree->first[parent] ? "{" : ",{");
        buf_add(out, json, len);
        buf_adds(out, ",\"count\":");
        buf_addu(out, v->counts[entry]);
        buf_adds(out, facet_view_selected(v, entry) ? ",\"selected\":true" : ",\"selected\":false");
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
    struct facet_tree tree;
    bool included = v->request->unknown >> v->facet & 1;
    buf_addc(out, '"');
    buf_adds(out, facet_name(v->facet));
    buf_adds(out, "\":{\"mode\":\"or\",\"unknown\":");
    buf_addu(out, unknown);
    buf_adds(out, included ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    buf_adds(out, ",\"buckets\":");
    facet_tree_order(v, &tree);
    if (v->request->unlabelled)
        add_lean_buckets(v, &tree, FACET_TREE_TOP, out);
    else
        add_buckets(v, &tree, FACET_TREE_TOP, out);
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

static void add_date(const struct request *request, const struct facet_count *count, struct buf *out)
{
    char text[CALENDAR_DATE_BYTES];
    buf_adds(out, "\"date\":{\"mode\":\"days\",\"unknown\":");
    buf_addu(out, count->unknown);
    buf_adds(out, request->unknown >> FACET_DATE & 1 ? ",\"unknownIncluded\":true" : ",\"unknownIncluded\":false");
    if (request->date) {
        day_format(request->date, text);
        buf_addf(out, ",\"from\":\"%s\"", text);
    }
    if (request->until) {
        day_format(request->until, text);
        buf_addf(out, ",\"until\":\"%s\"", text);
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
        else if (f == FACET_DATE)
            add_date(request, &answer->facets[f], out);
        else
            add_counted(&view, answer->facets[f].unknown, out);
    }
    buf_addc(out, '}');
}
