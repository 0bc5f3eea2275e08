#include "searchd/render_similar.h"

#include <inttypes.h>
#include <string.h>

#include "searchd/render.h"
#include "stored.h"

/* A narrower value that is shared too says it all. */
static bool is_said(const struct similar *s, const struct similar_hit *hit, size_t v)
{
    for (size_t other = 0; other < s->value_count; other++) {
        const struct vocab_entry *entry = vocab_entry(facet_vocab(s->values[other].facet), s->values[other].value);
        if (hit->values >> other & 1 && s->values[other].facet == s->values[v].facet &&
            entry->broader == s->values[v].value)
            return true;
    }
    return false;
}

static void add_values(const struct labels *labels, const struct similar *s, const struct similar_hit *hit,
                       enum facet facet, enum ui_lang lang, struct buf *out)
{
    bool any = false;
    buf_addf(out, "\"%s\":[", facet_name(facet));
    for (size_t v = 0; v < s->value_count; v++) {
        size_t len;
        if (s->values[v].facet != facet || !(hit->values >> v & 1) || is_said(s, hit, v))
            continue;
        const char *json = labels_json(labels, facet_vocab(facet), s->values[v].value, lang, &len);
        buf_adds(out, any ? ",{" : "{");
        any = true;
        buf_add(out, json, len);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_words(const struct similar *s, const struct similar_hit *hit, struct buf *out)
{
    bool any = false;
    buf_adds(out, "\"words\":[");
    for (size_t w = 0; w < s->word_count; w++) {
        if (!(hit->words >> w & 1))
            continue;
        buf_adds(out, any ? "," : "");
        any = true;
        buf_add_json(out, s->words[w].text, strlen(s->words[w].text));
    }
    buf_addc(out, ']');
}

static enum status add_hit(struct searcher *searcher, const struct labels *labels, const struct similar *s,
                           const struct similar_hit *hit, enum ui_lang lang, struct buf *data, struct buf *out,
                           struct err *err)
{
    struct stored stored;
    size_t len;
    TRY(searcher_record(searcher, hit->hit.row, data, &stored, err));
    const char *card = stored_section(&stored, (enum stored_section)(STORED_CARD_FI + (int)lang), &len);
    buf_addc(out, '{');
    buf_add(out, card, len);
    render_when_where(&hit->hit, 0, out);
    if (s->placed)
        buf_addf(out, ",\"near\":\"%s\"", near_name(hit->near));
    buf_adds(out, ",\"likeness\":");
    buf_add_number(out, hit->likeness, 2);
    buf_adds(out, ",\"why\":{");
    add_values(labels, s, hit, FACET_THEME, lang, out);
    buf_addc(out, ',');
    add_values(labels, s, hit, FACET_AUDIENCE, lang, out);
    buf_addc(out, ',');
    add_words(s, hit, out);
    buf_adds(out, "}}");
    return STATUS_OK;
}

enum status render_similar(struct searcher *searcher, const struct labels *labels, const struct similar *s,
                           const char *id, enum ui_lang lang, struct buf *out, struct err *err)
{
    struct buf data = BUF_INIT;
    enum status status = STATUS_OK;
    buf_addf(out, "{\"generation\":%" PRIu32 ",\"id\":", searcher_snapshot(searcher)->number);
    buf_add_json(out, id, strlen(id));
    buf_adds(out, ",\"hits\":[");
    for (size_t i = 0; i < s->hit_count && status == STATUS_OK; i++) {
        buf_adds(out, i ? "," : "");
        status = add_hit(searcher, labels, s, &s->hits[i], lang, &data, out, err);
    }
    buf_adds(out, "]}");
    buf_release(&data);
    return status == STATUS_OK ? buf_ok(out, err) : status;
}
