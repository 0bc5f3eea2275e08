#include "searchd/render_query.h"

#include <inttypes.h>
#include <string.h>

#include "search/query.h"
#include "search/understand.h"

void render_url(const char *name, const struct request *request, struct buf *out)
{
    struct buf url = BUF_INIT;
    if (request->q_len > REQUEST_QUERY_BYTES) /* quotes made it too long to be asked */
        return;
    request_write(request, false, &url);
    buf_addf(out, ",\"%s\":\"?", name);
    buf_add_json_part(out, buf_str(&url), url.len);
    buf_addc(out, '"');
    buf_release(&url);
}

static void add_span(const struct request *request, size_t from, size_t to, struct buf *out)
{
    buf_adds(out, "\"text\":");
    buf_add_json(out, request->q + from, to - from);
    buf_addf(out, ",\"offset\":%zu,\"length\":%zu", from, to - from);
}

static void add_values(const struct labels *labels, const struct request *request, const struct query_value *value,
                       struct buf *out)
{
    buf_addf(out, ",\"parameter\":\"%s\",\"values\":[", facet_name(value->facet));
    for (size_t v = 0; v < value->value_count; v++) {
        size_t len;
        if (v)
            buf_addc(out, ',');
        if (value->facet == FACET_AGE) {
            buf_addf(out, "{\"value\":\"%u\",\"label\":\"%u\"}", value->values[v], value->values[v]);
            continue;
        }
        const char *json = labels_json(labels, facet_vocab(value->facet), value->values[v], request->lang, &len);
        buf_addc(out, '{');
        buf_add(out, json, len);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static enum status add_value(const struct labels *labels, const struct request *request, const struct query *query,
                             const struct query_value *value, struct arena *arena, struct buf *out, struct err *err)
{
    struct request other;
    const struct query_word *first = &query->words[value->first], *last = first + value->words - 1;
    buf_addc(out, '{');
    add_span(request, first->offset, last->offset + last->len, out);
    add_values(labels, request, value, out);
    buf_addf(out, ",\"effect\":\"%s\"", value->meets ? "match" : "boost");
    TRY(understood_applied(request, query, value, arena, &other, err));
    render_url("apply", &other, out);
    TRY(understood_undone(request, query, value, arena, &other, err));
    render_url("undo", &other, out);
    buf_addc(out, '}');
    return STATUS_OK;
}

bool render_value_set(const struct request *request, const struct query_value *value)
{
    switch (value->facet) {
    case FACET_WEEKDAY: return request->weekdays != 0;
    case FACET_TIME: return request->times != 0;
    case FACET_AGE: return request->age >= 0;
    case FACET_NEAR: return true;
    default: return request->selected_count[value->facet] > 0;
    }
}

static enum status add_interpreted(const struct labels *labels, const struct request *request,
                                   const struct query *query, struct arena *arena, struct buf *out, struct err *err)
{
    bool any = false;
    buf_adds(out, ",\"interpreted\":[");
    for (size_t v = 0; query && v < query->value_count; v++) {
        if (render_value_set(request, &query->values[v]))
            continue;
        if (any)
            buf_addc(out, ',');
        any = true;
        TRY(add_value(labels, request, query, &query->values[v], arena, out, err));
    }
    buf_addc(out, ']');
    return STATUS_OK;
}

/* Words that were taken as another spelling, and the URL that takes them as they stand. */
static enum status add_corrected(const struct request *request, const struct query *query, struct arena *arena,
                                 struct buf *out, struct err *err)
{
    for (size_t c = 0; query && c < query->correction_count; c++) {
        const struct query_correction *correction = &query->corrections[c];
        size_t from = correction->offset, to = from + correction->len;
        struct request undone;
        buf_adds(out, c ? ",{" : ",\"corrected\":[{");
        add_span(request, from, to, out);
        buf_adds(out, ",\"to\":");
        buf_add_json(out, correction->to, strlen(correction->to));
        TRY(understood_quoted(request, from, to, arena, &undone, err));
        render_url("undo", &undone, out);
        buf_addc(out, '}');
    }
    if (query && query->correction_count)
        buf_addc(out, ']');
    return STATUS_OK;
}

/* Says when fewer words than all are required. */
static void add_relaxed(const struct answer *answer, struct buf *out)
{
    if (answer->query && answer->required < answer->wanted)
        buf_addf(out, ",\"relaxed\":{\"words\":%u,\"required\":%u,\"withAll\":%" PRIu64 "}", answer->wanted,
                 answer->required, answer->all_total);
}

enum status render_query(const struct labels *labels, const struct request *request, const struct answer *answer,
                         struct arena *arena, struct buf *out, struct err *err)
{
    TRY(add_interpreted(labels, request, answer->query, arena, out, err));
    TRY(add_corrected(request, answer->query, arena, out, err));
    add_relaxed(answer, out);
    return STATUS_OK;
}
