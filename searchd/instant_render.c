#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "search/members.h"
#include "search/query.h"
#include "searchd/instant.h"
#include "searchd/render.h"
#include "vocab/key_index.h"

/* ---- facets ------------------------------------------------------------------------------------------------------ */

/* A value of a facet, what it counts, and its place among names. */
struct value {
    uint32_t entry, count, rank;
};

static int by_count(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static int by_name(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Values that hits have, in their order; in the arena. */
static size_t collect(const struct labels *labels, const struct instant_query *query,
                      const struct instant_attribute *attribute, const uint32_t *counts, struct arena *arena,
                      struct value **values)
{
    enum vocab_name vocab = facet_vocab(attribute->facet);
    size_t size = vocab_size(vocab), found = 0;
    *values = arena_array(arena, size, sizeof **values);
    if (!*values)
        return 0;
    for (size_t i = 0; counts && i < size; i++)
        if (counts[i] && instant_has(attribute, i))
            (*values)[found++] = (struct value){(uint32_t)i, counts[i],
                                                labels_rank(labels, vocab, i, query->request.lang)};
    qsort(*values, found, sizeof **values, query->values_by_name ? by_name : by_count);
    return found;
}

static enum status add_values(const struct labels *labels, const struct instant_query *query,
                              const struct instant_attribute *attribute, const struct answer *answer,
                              struct arena *arena, struct buf *out, struct err *err)
{
    struct buf name = BUF_INIT;
    struct value *values;
    size_t count = collect(labels, query, attribute, answer->facets[attribute->facet].counts, arena, &values);
    if (!values)
        return arena_nomem(err);
    for (size_t i = 0; i < count && i < query->values; i++) {
        buf_reset(&name);
        instant_show(attribute, values[i].entry, query->request.lang, &name);
        if (i)
            buf_addc(out, ',');
        buf_add_json(out, buf_str(&name), name.len);
        buf_addf(out, ":%u", values[i].count);
    }
    enum status status = buf_ok(&name, err);
    buf_release(&name);
    return status;
}

static bool is_number(size_t attribute)
{
    return instant_attributes[attribute].facet == FACET_AGE;
}

static void add_ages(const struct instant_query *query, const uint32_t *counts, struct buf *out)
{
    unsigned shown = 0;
    for (unsigned age = 0; counts && age <= REQUEST_AGE_MOST && shown < query->values; age++)
        if (counts[age])
            buf_addf(out, "%s\"%u\":%u", shown++ ? "," : "", age, counts[age]);
}

static void add_stats(const char *name, const uint32_t *counts, bool *any, struct buf *out)
{
    uint64_t sum = 0, count = 0;
    int least = -1, most = -1;
    for (int age = 0; counts && age <= REQUEST_AGE_MOST; age++) {
        if (!counts[age])
            continue;
        least = least < 0 ? age : least;
        most = age;
        count += counts[age];
        sum += (uint64_t)age * counts[age];
    }
    if (!count)
        return;
    buf_addf(out, "%s\"%s\":{\"min\":%d,\"max\":%d,\"avg\":", *any ? "," : "", name, least, most);
    *any = true;
    buf_add_number(out, (double)sum / (double)count, 3);
    buf_addf(out, ",\"sum\":%llu}", (unsigned long long)sum);
}

static enum status add_facets(const struct labels *labels, const struct instant_query *query,
                              const struct answer *answer, struct arena *arena, struct buf *out, struct err *err)
{
    bool any = false;
    if (!query->facets)
        return STATUS_OK;
    buf_adds(out, ",\"facets\":{");
    for (size_t a = 0; a < instant_attribute_count; a++) {
        if (!(query->facets >> a & 1))
            continue;
        buf_addf(out, "%s\"%s\":{", any ? "," : "", instant_attributes[a].name);
        any = true;
        if (is_number(a))
            add_ages(query, answer->ages[instant_attributes[a].age], out);
        else
            TRY(add_values(labels, query, &instant_attributes[a], answer, arena, out, err));
        buf_addc(out, '}');
    }
    buf_adds(out, "},\"facets_stats\":{");
    any = false;
    for (size_t a = 0; a < instant_attribute_count; a++)
        if (query->facets >> a & 1 && is_number(a))
            add_stats(instant_attributes[a].name, answer->ages[instant_attributes[a].age], &any, out);
    buf_addc(out, '}');
    return STATUS_OK;
}

/* ---- a search among a facet's values ----------------------------------------------------------------------------- */

/* Where the wanted text begins a word of the name, both folded; -1: nowhere. */
static long begins_word(const char *name, const char *wanted)
{
    for (const char *at = name; (at = strstr(at, wanted)); at++)
        if (at == name || strchr(" -(/>", at[-1]))
            return at - name;
    return -1;
}

static void add_marked_name(const struct instant_query *query, const char *name, size_t len, size_t from, size_t count,
                            struct buf *out)
{
    buf_adds(out, ",\"highlighted\":\"");
    if (!count) {
        buf_add_json_part(out, name, len);
    } else {
        buf_add_json_part(out, name, from);
        buf_add_json_part(out, query->pre, strlen(query->pre));
        buf_add_json_part(out, name + from, count);
        buf_add_json_part(out, query->post, strlen(query->post));
        buf_add_json_part(out, name + from + count, len - from - count);
    }
    buf_addc(out, '"');
}

static enum status add_facet_hits(const struct labels *labels, const struct instant_query *query,
                                  const struct answer *answer, struct arena *arena, struct buf *out, struct err *err)
{
    const struct instant_attribute *attribute = &instant_attributes[query->facet_search];
    char wanted[FOLDED_BYTES] = "", folded[FOLDED_BYTES];
    struct buf name = BUF_INIT;
    struct value *values;
    bool all = !query->facet_query_len;
    bool readable = all || label_fold(query->facet_query, query->facet_query_len, wanted);
    const uint32_t *counts = answer->facets[attribute->facet].counts;
    size_t count = collect(labels, query, attribute, counts, arena, &values), shown = 0;
    if (!values)
        return arena_nomem(err);
    buf_adds(out, "{\"facetHits\":[");
    for (size_t i = 0; i < count && readable && shown < query->facet_hits; i++) {
        buf_reset(&name);
        instant_show(attribute, values[i].entry, query->request.lang, &name);
        long at = label_fold(buf_str(&name), name.len, folded) ? begins_word(folded, wanted) : -1;
        if (at < 0)
            continue;
        /* Folding leaves letters of these languages as long as they were; where it does not, nothing is marked. */
        size_t marked = strlen(folded) == name.len ? strlen(wanted) : 0;
        buf_adds(out, shown++ ? ",{\"value\":" : "{\"value\":");
        buf_add_json(out, buf_str(&name), name.len);
        add_marked_name(query, buf_str(&name), name.len, (size_t)at, marked, out);
        buf_addf(out, ",\"count\":%u}", values[i].count);
    }
    buf_adds(out, "],\"exhaustiveFacetsCount\":true");
    enum status status = buf_ok(&name, err);
    buf_release(&name);
    return status;
}

/* ---- hits -------------------------------------------------------------------------------------------------------- */

struct rendering {
    struct searcher *searcher;
    const struct instant_query *query;
    const struct highlighter *highlighter;
    const struct query *words; /* NULL: none */
    struct buf data, text;
};

static const enum field_group text_groups[INSTANT_TEXTS] = {GROUP_TITLE, GROUP_SUMMARY, GROUP_BODY};

/* {"value":…,"matchLevel":…}, with the words that were found for a whole text. */
static void add_marked_text(const struct rendering *r, const struct marked *marked, bool snippet, struct buf *out)
{
    unsigned wanted = 0, met = 0;
    for (size_t w = 0; r->words && w < r->words->word_count; w++) {
        wanted += !r->words->words[w].optional;
        met += !r->words->words[w].optional && marked->words >> w & 1;
    }
    bool some = marked->words != 0;
    buf_adds(out, "{\"value\":");
    buf_add_json(out, buf_str(&r->text), r->text.len);
    buf_addf(out, ",\"matchLevel\":\"%s\"", !some ? "none" : met == wanted ? "full" : "partial");
    if (!snippet) {
        if (some)
            buf_adds(out, marked->whole ? ",\"fullyHighlighted\":true" : ",\"fullyHighlighted\":false");
        buf_adds(out, ",\"matchedWords\":[");
        bool any = false;
        for (size_t w = 0; r->words && w < r->words->word_count; w++) {
            if (!(marked->words >> w & 1))
                continue;
            if (any)
                buf_addc(out, ',');
            any = true;
            buf_add_json(out, r->words->words[w].text, r->words->words[w].len);
        }
        buf_addc(out, ']');
    }
    buf_addc(out, '}');
}

/* Marks with an angle bracket are HTML, so what they stand in is made HTML too; others are placeholders, and whoever
 * asked for them escapes the text before the marks are put in. */
static struct marks marks_of(const struct instant_query *query, unsigned words)
{
    enum { WORD_BYTES = 9 };
    return (struct marks){query->pre, query->post, query->ellipsis, strchr(query->pre, '<') != NULL,
                          (size_t)words * WORD_BYTES};
}

static enum status add_texts(struct rendering *r, struct sight *sight, int lang, bool snippet, struct buf *out,
                             struct err *err)
{
    bool any = false;
    buf_adds(out, snippet ? ",\"_snippetResult\":{" : ",\"_highlightResult\":{");
    for (int t = 0; t < INSTANT_TEXTS; t++) {
        struct marked marked;
        struct marks marks = marks_of(r->query, snippet ? r->query->snippet[t] : 0);
        if (snippet ? !r->query->snippet[t] : !r->query->highlight[t])
            continue;
        buf_reset(&r->text);
        TRY(sight_marked(sight, text_groups[t], lang, &marks, &marked, &r->text, err));
        if (!marked.found)
            continue;
        buf_addf(out, "%s\"%s\":", any ? "," : "", instant_texts[t]);
        any = true;
        add_marked_text(r, &marked, snippet, out);
    }
    buf_addc(out, '}');
    return STATUS_OK;
}

/* The places of the record whose own position is known. */
static void add_positions(const struct rendering *r, uint32_t row, struct buf *out)
{
    const struct columns *c = &searcher_snapshot(r->searcher)->columns;
    unsigned count = 0;
    for (uint32_t i = c->place_offset[row]; i < c->place_offset[row + 1]; i++) {
        if (c->places[i].centre)
            continue;
        buf_adds(out, count++ ? ",{\"lat\":" : ",\"_geoloc\":[{\"lat\":");
        buf_add_number(out, c->places[i].lat, 5);
        buf_adds(out, ",\"lng\":");
        buf_add_number(out, c->places[i].lon, 5);
        buf_addc(out, '}');
    }
    if (count)
        buf_addc(out, ']');
}

/* What the record is counted under, facet by facet, as values are shown. */
static void add_labels(const struct rendering *r, uint32_t row, struct buf *out)
{
    const struct columns *c = &searcher_snapshot(r->searcher)->columns;
    struct buf name = BUF_INIT;
    int last = -1;
    buf_adds(out, ",\"labels\":{");
    for (uint32_t i = c->ordinal_offset[row]; i < c->ordinal_offset[row + 1]; i++) {
        int f = 0;
        while (c->ordinals[i] > facet_unknown((enum facet)f))
            f++;
        if (c->ordinals[i] == facet_unknown((enum facet)f))
            continue;
        const struct instant_attribute attribute = {.facet = (enum facet)f, .level = -1};
        if (f == last)
            buf_addc(out, ',');
        else
            buf_addf(out, "%s\"%s\":[", last < 0 ? "" : "],", facet_name((enum facet)f));
        last = f;
        buf_reset(&name);
        instant_show(&attribute, c->ordinals[i] - facet_first((enum facet)f), r->query->request.lang, &name);
        buf_add_json(out, buf_str(&name), name.len);
    }
    buf_adds(out, last < 0 ? "}" : "]}");
    out->failed |= name.failed;
    buf_release(&name);
}

static void add_object_id(const struct stored *stored, struct buf *out)
{
    const uint32_t others = ~((uint32_t)1 << MEMBER_ID);
    size_t len, before = out->len, name = strlen("\"id\":");
    const char *card = stored_section(stored, STORED_CARD_FI, &len);
    buf_adds(out, "\"objectID\":");
    size_t began = out->len;
    members_copy(card, len, others, out);
    if (out->failed || out->len < began + name) {
        out->len = out->failed ? out->len : before;
        return;
    }
    memmove(out->data + began, out->data + began + name, out->len - began - name);
    out->len -= name;
}

static enum status add_hit(struct rendering *r, const struct hit *hit, struct buf *out, struct err *err)
{
    const struct request *request = &r->query->request;
    struct stored stored;
    size_t len;
    TRY(searcher_record(r->searcher, hit->row, &r->data, &stored, err));
    buf_addc(out, '{');
    add_object_id(&stored, out);
    const char *card = stored_section(&stored, (enum stored_section)(STORED_CARD_FI + (int)request->lang), &len);
    size_t before = out->len;
    buf_addc(out, ',');
    members_copy(card, len, request->unshown, out);
    if (!out->failed && out->len == before + 1)
        out->len = before;
    render_when_where(hit, request->unshown, out);
    if (r->query->labels)
        add_labels(r, hit->row, out);
    add_positions(r, hit->row, out);
    struct sight sight = highlight_sight(r->highlighter, searcher_analyser(r->searcher), &stored);
    int lang = render_card_language(&stored, (int)request->lang);
    TRY(add_texts(r, &sight, lang, false, out, err));
    TRY(add_texts(r, &sight, lang, true, out, err));
    buf_addc(out, '}');
    return buf_ok(out, err);
}

static enum status add_hits(struct searcher *searcher, const struct instant_query *query, const struct answer *answer,
                            struct arena *arena, struct buf *out, struct err *err)
{
    struct rendering r = {.searcher = searcher, .query = query, .words = answer->query};
    TRY(highlighter_new(&r.highlighter, answer->query, arena, err));
    highlighter_look_up(r.highlighter, searcher_meanings(searcher));
    enum status status = STATUS_OK;
    buf_adds(out, "{\"hits\":[");
    for (size_t i = 0; i < answer->hit_count && status == STATUS_OK; i++) {
        if (i)
            buf_addc(out, ',');
        status = add_hit(&r, &answer->hits[i], out, err);
    }
    buf_addc(out, ']');
    buf_release(&r.data);
    buf_release(&r.text);
    return status;
}

/* ---- a result ---------------------------------------------------------------------------------------------------- */

/* The parameters as a query string, what is no text as JSON. */
static enum status add_params(const json_t *params, struct buf *out, struct err *err)
{
    const char *name;
    const json_t *value;
    bool any = false;
    buf_adds(out, ",\"params\":\"");
    json_object_foreach((json_t *)(uintptr_t)params, name, value) {
        char *json = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        const char *text = json ? json : json_string_value(value);
        if (!json_is_string(value) && !json)
            return err_set(err, STATUS_NOMEM, "out of memory");
        if (any)
            buf_addc(out, '&');
        any = true;
        buf_add_percent(out, name, strlen(name), "");
        buf_addc(out, '=');
        buf_add_percent(out, text, strlen(text), "");
        free(json);
    }
    buf_addc(out, '"');
    return STATUS_OK;
}

static void add_time(const struct answer *answer, struct buf *out)
{
    double us = answer->query_us + answer->match_us + answer->count_us + answer->rank_us;
    buf_addf(out, ",\"processingTimeMS\":%.0f", ceil(us / 1000));
}

enum status instant_render(struct searcher *searcher, const struct labels *labels, const struct instant_query *query,
                           const struct answer *answer, struct arena *arena, struct buf *out, struct err *err)
{
    const struct request *request = &query->request;
    uint64_t pages = request->per_page ? (answer->total + request->per_page - 1) / request->per_page : 0;
    if (query->facet_search >= 0) {
        TRY(add_facet_hits(labels, query, answer, arena, out, err));
    } else {
        TRY(add_hits(searcher, query, answer, arena, out, err));
        buf_addf(out, ",\"nbHits\":%llu,\"page\":%u,\"nbPages\":%llu,\"hitsPerPage\":%u",
                 (unsigned long long)answer->total, request->page - 1, (unsigned long long)pages, request->per_page);
        TRY(add_facets(labels, query, answer, arena, out, err));
        buf_adds(out, ",\"exhaustiveFacetsCount\":true,\"exhaustiveNbHits\":true,\"query\":");
        buf_add_json(out, request->q, request->q_len);
        TRY(add_params(query->params, out, err));
        buf_adds(out, ",\"index\":");
        buf_add_json(out, query->index, strlen(query->index));
        if (query->message) {
            buf_adds(out, ",\"message\":");
            buf_add_json(out, query->message, strlen(query->message));
        }
    }
    add_time(answer, out);
    buf_addc(out, '}');
    return buf_ok(out, err);
}
