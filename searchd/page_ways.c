#include "searchd/page_ways.h"

#include <string.h>

#include "search/understand.h"
#include "searchd/desks.h"
#include "searchd/page_card.h"
#include "searchd/page_facets.h"
#include "searchd/render_query.h"
#include "searchd/render_ways.h"

/* Quotes may make a query too long to be asked, and a lock may not allow it. */
static const char *url_of(const struct page *page, const struct request *request)
{
    bool can = request->q_len <= REQUEST_QUERY_BYTES && embed_keeps(page->embed, request);
    return can ? page_search_url(page, request, false) : NULL;
}

static const char *span(const struct page *page, const struct request *request, size_t from, size_t to)
{
    const char *copy = arena_copy(page->arena, request->q + from, to - from);
    return copy ? copy : "";
}

static const char *names_of(const struct page *page, const struct query_value *value)
{
    struct buf names = BUF_INIT;
    for (size_t v = 0; v < value->value_count; v++) {
        buf_adds(&names, v ? ", " : "");
        if (value->facet == FACET_AGE)
            buf_addu(&names, value->values[v]);
        else
            buf_adds(&names, page_label(page, facet_vocab(value->facet), value->values[v]));
    }
    const char *copy = arena_copy(page->arena, buf_str(&names), names.len);
    buf_release(&names);
    return copy ? copy : "";
}

static enum status add_value(struct page *page, const struct request *request, const struct query *query,
                             const struct query_value *value, struct err *err)
{
    struct request applied, undone;
    const struct query_word *first = &query->words[value->first], *last = first + value->words - 1;
    TRY(understood_applied(request, query, value, page->arena, &applied, err));
    TRY(understood_undone(request, query, value, page->arena, &undone, err));
    struct view *line = view_item(page->view, "understood");
    view_text(line, "text", span(page, request, first->offset, last->offset + last->len));
    view_text(line, "filter", page_facet_title(page, value->facet));
    view_text(line, "names", names_of(page, value));
    view_text(line, "apply", url_of(page, &applied));
    view_text(line, "undo", url_of(page, &undone));
    return STATUS_OK;
}

static enum status add_correction(struct page *page, const struct request *request,
                                  const struct query_correction *correction, struct err *err)
{
    size_t from = correction->offset, to = from + correction->len;
    struct request undone;
    TRY(understood_quoted(request, from, to, page->arena, &undone, err));
    struct view *line = view_item(page->view, "corrected");
    view_text(line, "text", span(page, request, from, to));
    view_copy(line, "to", correction->to, strlen(correction->to));
    view_text(line, "undo", url_of(page, &undone));
    return STATUS_OK;
}

enum status page_understood(struct page *page, const struct request *request, const struct answer *answer,
                            size_t *notes, struct err *err)
{
    const struct query *query = answer->query;
    if (!query)
        return STATUS_OK;
    size_t lines = 0;
    for (size_t v = 0; v < query->value_count; v++) {
        if (render_value_set(request, &query->values[v]))
            continue;
        lines++;
        TRY(add_value(page, request, query, &query->values[v], err));
    }
    for (size_t c = 0; c < query->correction_count; c++)
        TRY(add_correction(page, request, &query->corrections[c], err));
    bool relaxed = answer->required < answer->wanted && answer->total > answer->all_total;
    *notes += lines + query->correction_count + relaxed;
    if (relaxed)
        view_text(page->view, "relaxed", page_count(page, answer->all_total ? "relaxed.some" : "relaxed.none",
                                                    answer->all_total));
    return STATUS_OK;
}

/* A filter is called here what it is called in the form; the rest as the API's labels. */
static void add_label(struct page *page, const struct way *way, struct view *line)
{
    struct buf text = BUF_INIT;
    if (way->kind == WAY_FILTER && way->facet < FACET_LISTED && way->value_count <= RENDER_WAYS_NAMES) {
        enum facet facet = (enum facet)way->facet;
        for (size_t i = 0; i < way->value_count; i++) {
            buf_adds(&text, i ? ", " : "");
            buf_adds(&text, page_label(page, facet_vocab(facet), way->values[i]));
        }
        view_text(line, "label", strings_fill(page->strings, page->lang, page->arena, "way.filter", "filter",
                                              page_facet_title(page, facet), "names", buf_str(&text), NULL));
    } else {
        render_way_label(way, &text);
        view_copy(line, "label", buf_str(&text), text.len);
    }
    buf_release(&text);
}

size_t page_ways(struct page *page, const struct ways *ways)
{
    size_t shown = 0;
    for (size_t i = 0; i < ways->count; i++) {
        const struct way *way = &ways->list[i];
        if (!embed_keeps(page->embed, &way->request))
            continue;
        shown++;
        struct view *line = view_item(page->view, "ways");
        add_label(page, way, line);
        view_text(line, "count", page_count(page, "hits", way->total));
        view_text(line, "url", page_search_url(page, &way->request, false));
    }
    view_flag(page->view, "has_ways", shown > 0);
    return shown;
}

size_t page_desks(struct page *page, const struct request *request, const struct query *query)
{
    const struct desk *found[DESKS_SHOWN];
    size_t count = desks_find(page->api->service->desks, request, query, found);
    for (size_t i = 0; i < count; i++) {
        char digits[PAGE_TEL_BYTES];
        struct view *line = view_item(page->view, "desks");
        size_t len = page_tel(found[i]->phone, digits);
        view_text(line, "desk", found[i]->name);
        view_text(line, "desk_phone", found[i]->phone);
        view_copy(line, "desk_tel", digits, len);
        view_text(line, "desk_hours", found[i]->hours);
    }
    return count;
}
