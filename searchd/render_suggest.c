#include "searchd/render_suggest.h"

#include <inttypes.h>
#include <string.h>

static void add_text(const char *name, const char *text, struct buf *out)
{
    buf_addf(out, "\"%s\":", name);
    buf_add_json(out, text, strlen(text));
}

static enum status add_suggestion(const struct labels *labels, const struct suggestion *suggestion, struct buf *out,
                                  struct err *err)
{
    struct buf url = BUF_INIT;
    buf_addc(out, '{');
    add_text("text", suggestion->text, out);
    if (suggestion->facet >= 0) {
        size_t len;
        enum facet facet = (enum facet)suggestion->facet;
        const char *json = labels_json(labels, facet_vocab(facet), suggestion->entry, suggestion->request.lang, &len);
        buf_addf(out, ",\"parameter\":\"%s\",", facet_name(facet));
        buf_add(out, json, len);
    } else {
        buf_addc(out, ',');
        add_text("label", suggestion->label, out);
    }
    buf_addf(out, ",\"total\":%" PRIu64 ",\"url\":\"?", suggestion->total);
    request_write(&suggestion->request, false, &url);
    enum status status = buf_ok(&url, err);
    buf_add_json_part(out, buf_str(&url), url.len);
    buf_adds(out, "\"}");
    buf_release(&url);
    return status;
}

enum status render_suggestions(const struct labels *labels, const struct request *request,
                               const struct suggestions *suggestions, uint32_t generation, double milliseconds,
                               struct buf *out, struct err *err)
{
    buf_addc(out, '{');
    add_text("query", request->q, out);
    buf_adds(out, ",\"groups\":{");
    for (int g = 0; g < SUGGEST_GROUPS; g++) {
        buf_addf(out, "%s\"%s\":[", g ? "," : "", suggest_group_name((enum suggest_group)g));
        for (size_t i = 0; i < suggestions->count[g]; i++) {
            if (i)
                buf_addc(out, ',');
            TRY(add_suggestion(labels, &suggestions->list[g][i], out, err));
        }
        buf_addc(out, ']');
    }
    buf_addf(out, "},\"generation\":%" PRIu32 ",\"processingTimeMs\":", generation);
    buf_add_number(out, milliseconds, 1);
    buf_addc(out, '}');
    return buf_ok(out, err);
}
