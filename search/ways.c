#include "search/ways.h"

#include <string.h>

#include "search/query.h"

struct finding {
    struct searcher *searcher;
    const struct request *request;
    const struct answer *answer;
    const struct query *query; /* NULL: none */
    const struct search_clock *clock;
    struct arena *arena;
    struct ways *ways;
    struct err *err;
    size_t counted;
    uint64_t area_total; /* of the best way of the areas so far: a wider one gives more */
    bool over;           /* the deadline has come */
    uint32_t area_words; /* bit per word of the query that names the areas */
    uint16_t areas[REQUEST_VALUES + QUERY_VALUES]; /* asked for, ascending: of the filter, or named by words */
    size_t area_count;
    bool placed;         /* one of them is a municipality, region or county */
};

_Static_assert(REQUEST_QUERY_WORDS <= 32, "a bit per word");

const char *way_kind_name(enum way_kind kind)
{
    static const char *const names[WAY_KINDS] = {
        [WAY_QUOTES] = "without-quotes", [WAY_UNKNOWN] = "include-unknown", [WAY_NEIGHBOURS] = "neighbours",
        [WAY_AREA] = "wider-area",       [WAY_ONLINE] = "online",           [WAY_FILTER] = "drop-filter",
        [WAY_WORD] = "drop-word",        [WAY_PAST] = "include-past",       [WAY_FILTERS] = "drop-filters",
        [WAY_WORDS] = "drop-words"};
    return names[kind];
}

/* ---- one candidate ---------------------------------------------------------------------------------------------- */

static struct way start(const struct finding *f, enum way_kind kind, int facet)
{
    struct way way = {.kind = kind, .request = *f->request, .facet = facet};
    way.request.page = 1;
    way.request.cursor.given = false;
    return way;
}

static bool widens_area(enum way_kind kind)
{
    return kind == WAY_NEIGHBOURS || kind == WAY_AREA;
}

/* What a way of the kind must give more than. */
static uint64_t present(const struct finding *f, enum way_kind kind)
{
    if (kind == WAY_WORD || kind == WAY_WORDS)
        return f->answer->total;
    return widens_area(kind) && f->area_total > f->answer->all_total ? f->area_total : f->answer->all_total;
}

static bool has_filters(const struct request *r)
{
    bool any = r->weekdays || r->times || r->date || r->until || r->age >= 0 || r->radius_km > 0;
    for (int f = 0; f < FACET_LISTED; f++)
        any |= r->selected_count[f] > 0;
    return any;
}

/* How many hits the changed request has. */
static enum status count(const struct finding *f, const struct way *way, uint64_t *total, struct err *err)
{
    struct request request = way->request;
    struct answer answer;
    if (!way->relaxed)
        return search_total_held(f->searcher, &request, f->clock, f->arena, total, err);
    request.per_page = 0;
    TRY(search_run(f->searcher, &request, f->clock, f->arena, &answer, err));
    *total = answer.total;
    return STATUS_OK;
}

/* Counts the candidate and keeps it when it leads on. *kept may be NULL. */
static enum status offer(struct finding *f, const struct way *way, bool *kept)
{
    uint64_t total, now = present(f, way->kind);
    struct err err = {0};
    if (kept)
        *kept = false;
    if (f->over || f->ways->count == WAYS_MOST || f->counted == WAYS_COUNTED)
        return STATUS_OK;
    if (way->request.q_len == 0 && !has_filters(&way->request)) /* the whole index is no way */
        return STATUS_OK;
    f->counted++;
    enum status status = count(f, way, &total, &err);
    f->over = status == STATUS_TIMEOUT;
    if (status == STATUS_TIMEOUT || status == STATUS_LIMIT) /* without quotes a query may have too many terms */
        return STATUS_OK;
    if (status != STATUS_OK)
        return err_set(f->err, status, "%s", err.message);
    if (total <= now)
        return STATUS_OK;
    if (widens_area(way->kind))
        f->area_total = total;
    f->ways->list[f->ways->count] = *way;
    f->ways->list[f->ways->count++].total = total;
    if (kept)
        *kept = true;
    return STATUS_OK;
}

/* ---- the text --------------------------------------------------------------------------------------------------- */

/* Whether a quote that opens at `at` has nothing but blanks in it; *end gets what is behind it. */
static bool empty_quotes(const char *text, size_t at, size_t *end)
{
    size_t close = at + 1 + strspn(text + at + 1, " ");
    *end = close + 1;
    return text[close] == '"';
}

/* Takes away doubled blanks, blanks at the ends and quotes around nothing. */
static size_t tidy(char *text)
{
    size_t len = 0, end;
    bool quoted = false;
    for (size_t at = 0; text[at]; at++) {
        if (text[at] == '"' && !quoted && empty_quotes(text, at, &end)) {
            at = end - 1;
            continue;
        }
        quoted ^= text[at] == '"';
        if (text[at] != ' ' || (len > 0 && text[len - 1] != ' '))
            text[len++] = text[at];
    }
    while (len > 0 && text[len - 1] == ' ')
        len--;
    text[len] = '\0';
    return len;
}

/* Leaves words out of the request's text. */
static enum status leave_out(const struct finding *f, uint32_t words, struct request *request)
{
    char *text = arena_copy(f->arena, f->request->q, f->request->q_len);
    if (!text)
        return arena_nomem(f->err);
    for (size_t w = 0; f->query && w < f->query->word_count; w++)
        if (words >> w & 1)
            memset(text + f->query->words[w].offset, ' ', f->query->words[w].len);
    request->q = text;
    request->q_len = tidy(text);
    return STATUS_OK;
}

static enum status without_quotes(struct finding *f)
{
    struct way way = start(f, WAY_QUOTES, -1);
    if (!memchr(f->request->q, '"', f->request->q_len))
        return STATUS_OK;
    char *text = arena_copy(f->arena, f->request->q, f->request->q_len);
    if (!text)
        return arena_nomem(f->err);
    for (char *at = text; (at = strchr(at, '"'));)
        *at = ' ';
    way.request.q = text;
    way.request.q_len = tidy(text);
    return offer(f, &way, NULL);
}

/* How many words from this one on belong together: a name of several, or one. */
static size_t unit_words(const struct query *query, size_t first)
{
    size_t words = 1;
    for (size_t v = 0; v < query->value_count; v++)
        if (query->values[v].first == first && query->values[v].words > words)
            words = query->values[v].words;
    return words;
}

static enum status drop_words(struct finding *f)
{
    const struct query *q = f->query;
    for (size_t w = 0, words; q && w < q->word_count; w += words) {
        struct way way = start(f, WAY_WORD, -1);
        uint32_t out = 0;
        bool required = false;
        words = unit_words(q, w);
        for (size_t i = w; i < w + words; i++) {
            required |= !q->words[i].optional && !(f->area_words >> i & 1); /* areas have ways of their own */
            out |= (uint32_t)1 << i;
        }
        if (!required)
            continue;
        const struct query_word *last = &q->words[w + words - 1];
        way.text = f->request->q + q->words[w].offset;
        way.text_len = last->offset + last->len - q->words[w].offset;
        TRY(leave_out(f, out, &way.request));
        TRY(offer(f, &way, NULL));
    }
    return STATUS_OK;
}

/* ---- lists of values -------------------------------------------------------------------------------------------- */

/* Puts the value into the ascending list; false when it is there already, or the list is full. */
static bool put_value(uint16_t *list, size_t *count, size_t cap, uint16_t value)
{
    size_t at = *count;
    while (at > 0 && list[at - 1] > value)
        at--;
    if ((at > 0 && list[at - 1] == value) || *count == cap)
        return false;
    memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
    list[at] = value;
    *count += 1;
    return true;
}

/* Values of a filter of a way, room for as many as a request may have. */
static enum status new_values(const struct finding *f, uint16_t **list)
{
    *list = arena_array(f->arena, REQUEST_VALUES, sizeof **list);
    return *list ? STATUS_OK : arena_nomem(f->err);
}

static void select_values(struct request *request, enum facet facet, const uint16_t *list, size_t count)
{
    request->selected[facet] = list;
    request->selected_count[facet] = count;
    if (count == 0)
        request->unknown &= ~(1u << facet);
}

/* ---- areas ------------------------------------------------------------------------------------------------------ */

static void note_areas(struct finding *f)
{
    const struct request *r = f->request;
    size_t cap = sizeof f->areas / sizeof *f->areas;
    for (size_t i = 0; i < r->selected_count[FACET_AREA]; i++)
        put_value(f->areas, &f->area_count, cap, r->selected[FACET_AREA][i]);
    for (size_t v = 0; r->selected_count[FACET_AREA] == 0 && f->query && v < f->query->value_count; v++) {
        const struct query_value *value = &f->query->values[v];
        if (value->facet != FACET_AREA || value->from_part || !value->meets || !area_is_place(value->values[0]))
            continue;
        put_value(f->areas, &f->area_count, cap, value->values[0]);
        for (size_t w = value->first; w < value->first + value->words; w++)
            f->area_words |= (uint32_t)1 << w;
    }
    for (size_t i = 0; i < f->area_count; i++)
        f->placed |= area_is_place(f->areas[i]);
}

/* A way whose areas stand in the filter, and nowhere in the text. */
static enum status start_area(const struct finding *f, enum way_kind kind, struct way *way)
{
    *way = start(f, kind, FACET_AREA);
    return f->area_words ? leave_out(f, f->area_words, &way->request) : STATUS_OK;
}

/* The areas that are asked for and more; nothing to offer when none is added. */
static enum status offer_areas(struct finding *f, enum way_kind kind, const uint16_t *areas, size_t count,
                               const uint16_t *added, size_t added_count)
{
    struct way way;
    if (added_count == 0)
        return STATUS_OK;
    TRY(start_area(f, kind, &way));
    select_values(&way.request, FACET_AREA, areas, count);
    way.values = added;
    way.value_count = added_count;
    return offer(f, &way, NULL);
}

static enum status neighbours(struct finding *f)
{
    uint16_t *list, *added;
    size_t count = 0, added_count = 0, near;
    TRY(new_values(f, &list));
    TRY(new_values(f, &added));
    for (size_t i = 0; i < f->area_count; i++)
        put_value(list, &count, REQUEST_VALUES, f->areas[i]);
    for (size_t i = 0; i < f->area_count; i++) {
        const uint16_t *near_list = area_neighbours(f->areas[i], &near);
        for (size_t n = 0; n < near; n++)
            if (put_value(list, &count, REQUEST_VALUES, near_list[n]))
                put_value(added, &added_count, REQUEST_VALUES, near_list[n]);
    }
    return offer_areas(f, WAY_NEIGHBOURS, list, count, added, added_count);
}

static enum status regions(struct finding *f)
{
    uint16_t *list, *added;
    size_t count = 0, added_count = 0;
    TRY(new_values(f, &list));
    TRY(new_values(f, &added));
    for (size_t i = 0; i < f->area_count; i++) {
        int region = area_at(f->areas[i])->region;
        put_value(list, &count, REQUEST_VALUES, region < 0 ? f->areas[i] : (uint16_t)region);
        if (region >= 0)
            put_value(added, &added_count, REQUEST_VALUES, (uint16_t)region);
    }
    return offer_areas(f, WAY_AREA, list, count, added, added_count);
}

static enum status whole_country(struct finding *f)
{
    uint16_t *nationwide;
    TRY(new_values(f, &nationwide));
    nationwide[0] = area_nationwide();
    return offer_areas(f, WAY_AREA, NULL, 0, nationwide, 1);
}

static enum status online(struct finding *f)
{
    struct way way;
    uint16_t *list, *added;
    size_t count = 0;
    bool kept;
    int area = vocab_find(VOCAB_AREA, "online", 6), form = vocab_find(VOCAB_FORM, "online", 6);
    if (area < 0 || form < 0)
        return STATUS_OK;
    TRY(new_values(f, &list));
    TRY(new_values(f, &added));
    for (size_t i = 0; i < f->area_count; i++)
        put_value(list, &count, REQUEST_VALUES, f->areas[i]);
    added[0] = (uint16_t)area;
    if (put_value(list, &count, REQUEST_VALUES, added[0])) {
        TRY(start_area(f, WAY_ONLINE, &way));
        select_values(&way.request, FACET_AREA, list, count);
        way.values = added;
        way.value_count = 1;
        TRY(offer(f, &way, &kept));
        /* What takes place online is offered online: without a form asked for, this finds no more. */
        if (kept || f->request->selected_count[FACET_FORM] == 0)
            return STATUS_OK;
    }
    TRY(start_area(f, WAY_ONLINE, &way));
    TRY(new_values(f, &list));
    list[0] = (uint16_t)form;
    select_values(&way.request, FACET_AREA, NULL, 0);
    select_values(&way.request, FACET_FORM, list, 1);
    way.request.unknown &= ~(1u << FACET_FORM); /* "online" is said of them all */
    way.facet = FACET_FORM;
    way.values = list;
    way.value_count = 1;
    return offer(f, &way, NULL);
}

static enum status areas(struct finding *f)
{
    if (!f->placed)
        return STATUS_OK;
    TRY(neighbours(f));
    TRY(regions(f));
    TRY(whole_country(f));
    return online(f);
}

/* ---- filters ---------------------------------------------------------------------------------------------------- */

static bool is_filtered(const struct request *r, int facet)
{
    switch (facet) {
    case FACET_WEEKDAY: return r->weekdays != 0;
    case FACET_TIME: return r->times != 0;
    case FACET_AGE: return r->age >= 0;
    case FACET_NEAR: return r->radius_km > 0;
    case FACET_DATE: return r->date || r->until;
    default: return r->selected_count[facet] > 0;
    }
}

/* A record without a schedule must pass weekday, time and date: all let the unknown in together. */
static enum status include_unknown(struct finding *f)
{
    const struct request *r = f->request;
    uint32_t when = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++) {
        struct way way = start(f, WAY_UNKNOWN, facet);
        bool of_when = facet == FACET_WEEKDAY || facet == FACET_TIME || facet == FACET_DATE;
        if (facet == FACET_KIND || !is_filtered(r, facet) || r->unknown >> facet & 1)
            continue;
        way.request.unknown |= 1u << facet;
        if (of_when) {
            if (when)
                continue;
            static const enum facet of[] = {FACET_WEEKDAY, FACET_TIME, FACET_DATE};
            for (size_t i = 0; i < sizeof of / sizeof *of; i++)
                when |= is_filtered(r, (int)of[i]) ? 1u << of[i] : 0;
            way.request.unknown |= when;
        } else if (!(r->uncounted >> facet & 1) && f->answer->facets[facet].unknown == 0) {
            continue;
        }
        TRY(offer(f, &way, NULL));
    }
    return STATUS_OK;
}

/* The values of the filter, as the way shows them, and the request without them. */
static enum status take_filter(const struct finding *f, enum facet facet, struct way *way)
{
    const struct request *r = f->request;
    uint16_t *list;
    TRY(new_values(f, &list));
    way->values = list;
    way->value_count = 0;
    way->request.unknown &= ~(1u << facet);
    if (facet < FACET_LISTED) {
        way->values = r->selected[facet];
        way->value_count = r->selected_count[facet];
        select_values(&way->request, facet, NULL, 0);
    } else if (facet == FACET_AGE) {
        list[way->value_count++] = (uint16_t)r->age;
        way->request.age = -1;
    } else if (facet == FACET_NEAR) {
        way->request.radius_km = 0;
    } else if (facet == FACET_DATE) {
        way->request.date = way->request.until = 0;
    } else {
        unsigned mask = facet == FACET_WEEKDAY ? r->weekdays : r->times;
        for (uint16_t i = 0; mask >> i; i++)
            if (mask >> i & 1)
                list[way->value_count++] = i;
        *(facet == FACET_WEEKDAY ? &way->request.weekdays : &way->request.times) = 0;
    }
    return STATUS_OK;
}

static enum status drop_filters(struct finding *f)
{
    for (int facet = 0; facet < FACET_COUNT; facet++) {
        struct way way = start(f, WAY_FILTER, facet);
        if (!is_filtered(f->request, facet) || (facet == FACET_AREA && f->placed)) /* that is the whole country */
            continue;
        TRY(take_filter(f, (enum facet)facet, &way));
        TRY(offer(f, &way, NULL));
    }
    return STATUS_OK;
}

static enum status include_past(struct finding *f)
{
    struct way way = start(f, WAY_PAST, -1);
    way.request.past = true;
    return f->request->past || f->answer->past_total == 0 ? STATUS_OK : offer(f, &way, NULL);
}

/* ---- the last resorts ------------------------------------------------------------------------------------------- */

static enum status drop_all_filters(struct finding *f)
{
    struct way way = start(f, WAY_FILTERS, -1);
    bool kept;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        TRY(take_filter(f, (enum facet)facet, &way));
    way.values = NULL;
    way.value_count = 0;
    if (!has_filters(f->request))
        return STATUS_OK;
    TRY(offer(f, &way, &kept));
    way.relaxed = true;
    return kept || f->answer->total > 0 ? STATUS_OK : offer(f, &way, NULL);
}

static enum status drop_all_words(struct finding *f)
{
    struct way way = start(f, WAY_WORDS, -1);
    way.request.q = "";
    way.request.q_len = 0;
    return f->query ? offer(f, &way, NULL) : STATUS_OK;
}

static enum status find(struct finding *f)
{
    note_areas(f);
    TRY(without_quotes(f));
    TRY(include_unknown(f));
    TRY(areas(f));
    TRY(drop_filters(f));
    TRY(drop_words(f));
    TRY(include_past(f));
    if (f->ways->count > 0)
        return STATUS_OK;
    TRY(drop_all_filters(f));
    return drop_all_words(f);
}

enum status ways_find(struct searcher *searcher, const struct request *request, const struct answer *answer,
                      const struct search_clock *clock, struct arena *arena, struct ways *ways, struct err *err)
{
    struct finding f = {.searcher = searcher, .request = request, .answer = answer, .query = answer->query,
                        .clock = clock, .arena = arena, .ways = ways, .err = err};
    *ways = (struct ways){0};
    return answer->all_total >= WAYS_BELOW ? STATUS_OK : find(&f);
}
