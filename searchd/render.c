#include "searchd/render.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "calendar.h"
#include "searchd/highlight.h"
#include "search/members.h"
#include "search/parameters.h"
#include "search/query.h"
#include "searchd/render_facets.h"
#include "searchd/render_query.h"

/* ---- hits ----------------------------------------------------------------------------------------------------- */

int render_card_language(const struct stored *stored, int wanted)
{
    int found = -1;
    for (uint32_t i = 0; i < stored->piece_count; i++) {
        struct text_piece piece = stored_piece(stored, i);
        if (piece.group != GROUP_TITLE)
            continue;
        if (piece.lang == wanted)
            return wanted;
        if (found < 0 || piece.lang < found)
            found = piece.lang;
    }
    return found < 0 ? wanted : found;
}

struct rendering {
    struct searcher *searcher;
    const struct request *request;
    const struct highlighter *highlighter; /* NULL: neither snippets nor reasons are shown */
    const struct query *query;             /* NULL: none */
    struct arena *arena;
    struct buf data, snippet;
};

bool render_texts_say(const struct query *query, const struct query_value *value, const struct reason *reasons,
                      size_t count)
{
    for (size_t w = value->first; w < value->first + value->words; w++) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known |= reasons[i].word == &query->words[w];
        if (!known)
            return false;
    }
    return true;
}

static void add_form_and_query(enum match_form form, const char *text, size_t len, struct buf *out)
{
    buf_adds(out, ",\"form\":\"");
    buf_adds(out, match_form_name(form));
    buf_adds(out, "\",\"query\":");
    buf_add_json(out, text, len);
}

static void add_value_reasons(const struct rendering *r, const struct hit *hit, const struct reason *reasons,
                              size_t count, struct buf *out)
{
    bool any = count > 0;
    for (size_t v = 0; r->query && v < r->query->value_count; v++) {
        const struct query_value *value = &r->query->values[v];
        const struct query_word *first = &r->query->words[value->first], *last = first + value->words - 1;
        if (!(hit->values >> v & 1) || render_texts_say(r->query, value, reasons, count))
            continue;
        buf_adds(out, any ? ",{\"field\":\"" : "{\"field\":\"");
        any = true;
        buf_adds(out, facet_name(value->facet));
        buf_addc(out, '"');
        add_form_and_query(MATCH_VALUE, r->request->q + first->offset, last->offset + last->len - first->offset, out);
        buf_addc(out, '}');
    }
}

static void add_reasons(const struct rendering *r, const struct hit *hit, const struct reason *reasons, size_t count,
                        struct buf *out)
{
    buf_adds(out, ",\"why\":[");
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, i ? ",{\"field\":\"" : "{\"field\":\"");
        buf_adds(out, field_group_name(reasons[i].field));
        buf_adds(out, "\",\"matched\":");
        buf_add_json(out, reasons[i].text, reasons[i].len);
        add_form_and_query(reasons[i].form, reasons[i].word->text, reasons[i].word->len, out);
        buf_adds(out, ",\"lang\":\"");
        buf_adds(out, record_langs[reasons[i].lang]);
        buf_adds(out, "\"}");
    }
    add_value_reasons(r, hit, reasons, count, out);
    buf_addc(out, ']');
}

static void add_clock(const char *key, int minute, struct buf *out)
{
    char text[CALENDAR_CLOCK_BYTES];
    if (minute < 0)
        return;
    minute_format(minute, text);
    buf_adds(out, key);
    buf_adds(out, text);
    buf_addc(out, '"');
}

static void add_next(const struct hit *hit, struct buf *out)
{
    char day[CALENDAR_DATE_BYTES];
    if (hit->next_day == DAY_UNKNOWN)
        return;
    day_format(hit->next_day, day);
    buf_adds(out, ",\"next\":{\"date\":\"");
    buf_adds(out, day);
    buf_addc(out, '"');
    add_clock(",\"from\":\"", hit->next_from, out);
    add_clock(",\"to\":\"", hit->next_to, out);
    buf_addc(out, '}');
}

void render_when_where(const struct hit *hit, uint32_t unshown, struct buf *out)
{
    if (!(unshown >> MEMBER_NEXT & 1))
        add_next(hit, out);
    if (isnan(hit->distance_km))
        return;
    if (!(unshown >> MEMBER_DISTANCE_KM & 1)) {
        buf_adds(out, ",\"distanceKm\":");
        buf_add_number(out, hit->distance_km, 1);
    }
    if (!(unshown >> MEMBER_DISTANCE_FROM & 1))
        buf_adds(out, hit->distance_centre ? ",\"distanceFrom\":\"municipality\"" : ",\"distanceFrom\":\"place\"");
}

size_t render_expected_reasons(const struct query *query, const struct hit *hit)
{
    size_t words = 0;
    for (size_t w = 0; query && w < query->word_count; w++) {
        bool met = query->words[w].optional;
        for (size_t v = 0; v < query->value_count && !met; v++) {
            const struct query_value *value = &query->values[v];
            met = hit->values >> v & 1 && value->first <= w && w < value->first + value->words;
        }
        words += !met;
    }
    return words > hit->missing ? words - hit->missing : 0;
}

static bool is_shown(const struct rendering *r, enum member member)
{
    return !(r->request->unshown >> member & 1);
}

/* card: a whole one, or as much of it as has the members that are asked for */
static void add_card(const struct rendering *r, const char *card, size_t len, struct buf *out)
{
    size_t before = out->len;
    buf_addc(out, ',');
    members_copy(card, len, r->request->unshown, out);
    if (!out->failed && out->len == before + 1)
        out->len = before;
}

static enum status add_snippet(struct rendering *r, struct sight *sight, struct buf *out, struct err *err)
{
    buf_reset(&r->snippet);
    TRY(sight_snippet(sight, render_card_language(sight->stored, (int)r->request->lang), &r->snippet, err));
    if (r->snippet.len == 0)
        return STATUS_OK;
    buf_adds(out, ",\"snippet\":");
    buf_add_json(out, r->snippet.data, r->snippet.len);
    return STATUS_OK;
}

static enum status add_why(struct rendering *r, const struct hit *hit, struct sight *sight, struct buf *out,
                           struct err *err)
{
    struct reason *reasons;
    size_t count;
    TRY(sight_reasons(sight, render_expected_reasons(r->query, hit), r->arena, &reasons, &count, err));
    add_reasons(r, hit, reasons, count, out);
    return STATUS_OK;
}

static enum status add_head(struct rendering *r, const struct hit *hit, struct buf *out, struct err *err)
{
    struct stored_head head;
    TRY(searcher_head(r->searcher, hit->row, &r->data, &head, err));
    add_card(r, head.card[r->request->lang], head.len[r->request->lang], out);
    return STATUS_OK;
}

/* Members come from the stored record and its texts, unless none of them is asked for; few come from its head. */
static enum status add_stored(struct rendering *r, const struct hit *hit, struct buf *out, struct err *err)
{
    struct stored stored;
    const uint32_t of_head = ((uint32_t)1 << MEMBERS_OF_HEAD) - 1;
    const uint32_t of_stored = ((uint32_t)1 << MEMBERS_OF_CARD) - 1 + (1u << MEMBER_SNIPPET) + (1u << MEMBER_WHY);
    const uint32_t shown = of_stored & ~r->request->unshown;
    if (!(shown & ~of_head))
        return shown ? add_head(r, hit, out, err) : STATUS_OK;
    TRY(searcher_record(r->searcher, hit->row, &r->data, &stored, err));
    size_t len;
    const char *card = stored_section(&stored, (enum stored_section)(STORED_CARD_FI + (int)r->request->lang), &len);
    add_card(r, card, len, out);
    struct sight sight = highlight_sight(r->highlighter, searcher_analyser(r->searcher), &stored);
    if (is_shown(r, MEMBER_SNIPPET))
        TRY(add_snippet(r, &sight, out, err));
    return is_shown(r, MEMBER_WHY) ? add_why(r, hit, &sight, out, err) : STATUS_OK;
}

static void add_hit_explain(const struct hit *hit, struct buf *out)
{
    buf_addf(out, ",\"explain\":{\"row\":%" PRIu32 ",\"missingWords\":%u,\"score\":", hit->row, hit->missing);
    buf_add_number(out, hit->score, 6);
    buf_adds(out, ",\"parts\":");
    buf_add_json(out, hit->score_parts, strlen(hit->score_parts));
    buf_addf(out, ",\"key\":\"%" PRIx64 ".%" PRIx32 "\"}", hit->key.high, hit->key.low);
}

/* Each member begins with a comma; that of the first becomes the brace. */
static enum status add_hit(struct rendering *r, const struct hit *hit, struct buf *out, struct err *err)
{
    size_t began = out->len;
    TRY(add_stored(r, hit, out, err));
    render_when_where(hit, r->request->unshown, out);
    if (r->request->explain)
        add_hit_explain(hit, out);
    if (out->len == began)
        buf_addc(out, ',');
    if (!out->failed)
        out->data[began] = '{';
    buf_addc(out, '}');
    return STATUS_OK;
}

/* Only where texts are looked at. */
static enum status make_highlighter(struct rendering *r, struct err *err)
{
    if (!is_shown(r, MEMBER_SNIPPET) && !is_shown(r, MEMBER_WHY))
        return STATUS_OK;
    TRY(highlighter_new(&r->highlighter, r->query, r->arena, err));
    highlighter_look_up(r->highlighter, searcher_meanings(r->searcher));
    return STATUS_OK;
}

static enum status add_hits(struct searcher *searcher, const struct request *request, const struct answer *answer,
                            struct arena *arena, struct buf *out, struct err *err)
{
    struct rendering r = {.searcher = searcher, .request = request, .arena = arena,
                          .query = answer->query};
    enum status status = make_highlighter(&r, err);
    buf_adds(out, "\"hits\":[");
    for (size_t i = 0; i < answer->hit_count && status == STATUS_OK; i++) {
        if (i)
            buf_addc(out, ',');
        status = add_hit(&r, &answer->hits[i], out, err);
    }
    buf_addc(out, ']');
    buf_release(&r.data);
    buf_release(&r.snippet);
    return status;
}

/* ---- the rest of a search answer ------------------------------------------------------------------------------- */

static void add_count(const char *key, uint64_t count, struct buf *out)
{
    buf_adds(out, key);
    buf_addu(out, count);
}

static void add_paging(const struct request *request, const struct answer *answer, struct buf *out)
{
    uint64_t pages = request->per_page ? (answer->total + request->per_page - 1) / request->per_page : 0;
    uint64_t page = request->cursor.given && request->per_page ? answer->before / request->per_page + 1 : request->page;
    add_count(",\"page\":", page, out);
    add_count(",\"hitsPerPage\":", request->per_page, out);
    add_count(",\"totalHits\":", answer->total, out);
    add_count(",\"totalPages\":", pages, out);
    if (answer->more) {
        buf_adds(out, ",\"nextCursor\":\"");
        cursor_write(&answer->next, out);
        buf_addc(out, '"');
    }
    if (!request->past)
        add_count(",\"pastHits\":", answer->past_total, out);
}

static void add_explain(const struct answer *answer, struct buf *out)
{
    struct buf plan = BUF_INIT;
    query_print(answer->query, &plan);
    buf_adds(out, ",\"explain\":{\"plan\":");
    buf_add_json(out, buf_str(&plan), plan.len);
    buf_adds(out, ",\"queryUs\":");
    buf_add_number(out, answer->query_us, 0);
    buf_adds(out, ",\"matchUs\":");
    buf_add_number(out, answer->match_us, 0);
    buf_adds(out, ",\"countUs\":");
    buf_add_number(out, answer->count_us, 0);
    buf_adds(out, ",\"rankUs\":");
    buf_add_number(out, answer->rank_us, 0);
    buf_addc(out, '}');
    buf_release(&plan);
}

enum status render_search(struct searcher *searcher, const struct labels *labels, const struct request *request,
                          const struct answer *answer, struct arena *arena, struct buf *out, struct err *err)
{
    buf_adds(out, "{\"query\":");
    buf_add_json(out, request->q, request->q_len);
    add_paging(request, answer, out);
    TRY(render_query(labels, request, answer, arena, out, err));
    buf_addc(out, ',');
    TRY(add_hits(searcher, request, answer, arena, out, err));
    buf_adds(out, ",\"facets\":");
    render_facets(labels, request, answer, out);
    if (request->explain)
        add_explain(answer, out);
    add_count(",\"generation\":", searcher_snapshot(searcher)->number, out);
    buf_adds(out, ",\"processingTimeMs\":");
    buf_add_number(out, (answer->query_us + answer->match_us + answer->count_us + answer->rank_us) / 1000, 3);
    buf_addc(out, '}');
    return buf_ok(out, err);
}

/* ---- single records, vocabularies, meta ------------------------------------------------------------------------- */

enum status render_item(struct searcher *searcher, const char *id, size_t id_len, int32_t today, struct buf *out,
                        struct err *err)
{
    struct buf data = BUF_INIT;
    struct stored stored;
    uint32_t row;
    TRY(searcher_find(searcher, id, id_len, today, &row, err));
    enum status status = searcher_record(searcher, row, &data, &stored, err);
    if (status == STATUS_OK) {
        size_t len;
        const char *json = stored_section(&stored, STORED_JSON, &len);
        buf_addf(out, "{\"generation\":%" PRIu32 ",\"source\":", searcher_snapshot(searcher)->number);
        size_t source_len;
        const char *source = stored_section(&stored, STORED_SOURCE, &source_len);
        buf_add_json(out, source, source_len);
        buf_adds(out, ",\"item\":");
        buf_add(out, json, len);
        buf_addc(out, '}');
        status = buf_ok(out, err);
    }
    buf_release(&data);
    return status;
}

static void add_alternatives(const struct vocab_entry *entry, int lang, struct buf *out)
{
    const char *list = entry->alt[lang], *item;
    size_t len;
    bool first = true;
    buf_addc(out, '[');
    while (vocab_list_next(&list, &item, &len)) {
        if (!first)
            buf_addc(out, ',');
        first = false;
        buf_add_json(out, item, len);
    }
    buf_addc(out, ']');
}

static void add_entry(enum vocab_name vocab, size_t ordinal, struct buf *out)
{
    const struct vocab_entry *entry = vocab_entry(vocab, ordinal);
    buf_adds(out, "{\"code\":");
    buf_add_json(out, entry->code, strlen(entry->code));
    if (entry->broader >= 0) {
        const char *broader = vocab_entry(vocab, (size_t)entry->broader)->code;
        buf_adds(out, ",\"broader\":");
        buf_add_json(out, broader, strlen(broader));
    }
    if (vocab == VOCAB_AREA) {
        const struct area_entry *area = area_at(ordinal);
        buf_addf(out, ",\"type\":\"%s\"", area_type_name(area->type));
        if (area->wellbeing >= 0)
            buf_addf(out, ",\"wellbeing\":\"%s\"", vocab_entry(vocab, (size_t)area->wellbeing)->code);
        if (!isnan(area->lat)) {
            buf_adds(out, ",\"lat\":");
            buf_add_number(out, area->lat, 5);
            buf_adds(out, ",\"lon\":");
            buf_add_number(out, area->lon, 5);
        }
    }
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        buf_addf(out, "%s\"%s\":", lang ? "," : ",\"label\":{", record_langs[lang]);
        buf_add_json(out, entry->label[lang], strlen(entry->label[lang]));
    }
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        buf_addf(out, "%s\"%s\":", lang ? "," : "},\"alternatives\":{", record_langs[lang]);
        add_alternatives(entry, lang, out);
    }
    buf_adds(out, "}}");
}

void render_vocabulary(enum vocab_name vocab, struct buf *out)
{
    buf_addf(out, "{\"name\":\"%s\",\"title\":{", vocab_id(vocab));
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        const char *title = vocab_title(vocab, (enum ui_lang)lang);
        buf_addf(out, "%s\"%s\":", lang ? "," : "", record_langs[lang]);
        buf_add_json(out, title, strlen(title));
    }
    buf_adds(out, "},\"entries\":[");
    for (size_t i = 0; i < vocab_size(vocab); i++) {
        if (i)
            buf_addc(out, ',');
        add_entry(vocab, i, out);
    }
    buf_adds(out, "]}");
}

static void add_sources(const struct manifest *manifest, struct buf *out)
{
    for (size_t i = 0; i < manifest->source_count; i++) {
        const struct manifest_source *source = &manifest->sources[i];
        buf_adds(out, i ? ",{\"name\":" : "{\"name\":");
        buf_add_json(out, source->name, strlen(source->name));
        buf_addf(out, ",\"records\":%" PRIu64 ",\"rejected\":%" PRIu64 "}", source->records, source->rejected);
    }
}

void render_meta(const struct snapshot *snapshot, struct buf *out)
{
    const struct manifest *m = &snapshot->manifest;
    struct moment created = moment_from_instant(m->created);
    char text[CALENDAR_MOMENT_BYTES];
    moment_format(created, text);
    buf_addf(out, "{\"generation\":%" PRIu32 ",\"created\":\"%s\",\"documents\":%" PRIu64 ",\"rejected\":%" PRIu64
             ",\"sources\":[", snapshot->number, text, m->documents, m->rejected);
    add_sources(m, out);
    buf_adds(out, "],\"vocabularies\":[");
    for (int v = 0; v < VOCAB_COUNT; v++)
        buf_addf(out, "%s\"%s\"", v ? "," : "", vocab_id((enum vocab_name)v));
    buf_adds(out, "],\"parameters\":[");
    for (size_t i = 0; i < parameter_count; i++) {
        buf_addf(out, "%s{\"name\":\"%s\",\"repeats\":%s,\"allowed\":", i ? "," : "", parameters[i].name,
                 parameters[i].repeats ? "true" : "false");
        buf_add_json(out, parameters[i].allowed, strlen(parameters[i].allowed));
        buf_addc(out, '}');
    }
    buf_adds(out, "]}");
}
