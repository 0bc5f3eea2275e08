#include "searchd/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ----------------------------------------------------------------------------------------------------- */

static enum status get_postings(struct searcher *s, const struct query_group *group, const struct postings **postings,
                                struct err *err)
{
    TRY(searcher_deadline(s, err));
    return postings_get(s->snapshot->postings, s->reader, group->terms, group->term_count, postings, err);
}

static void postings_or(const struct postings *postings, struct docset *to)
{
    if (postings->set.words) {
        docset_or(to, &postings->set);
        return;
    }
    for (uint32_t i = 0; i < postings->count; i++)
        docset_put(to, postings->rows[i]);
}

static void postings_and(const struct postings *postings, struct docset *to, struct docset *scratch)
{
    if (postings->set.words) {
        docset_and(to, &postings->set);
        return;
    }
    docset_clear(scratch);
    postings_or(postings, scratch);
    docset_and(to, scratch);
}

/* A row has the word by one of the word's own terms, or by all parts of the compound. */
static enum status word_rows(struct searcher *s, struct word_match *match, struct docset *parts,
                             struct docset *scratch, struct err *err)
{
    TRY(searcher_set(s, &match->rows, err));
    postings_or(match->whole, &match->rows);
    if (match->part_count == 0)
        return STATUS_OK;
    docset_clear(parts);
    postings_or(match->parts[0], parts);
    for (size_t i = 1; i < match->part_count; i++)
        postings_and(match->parts[i], parts, scratch);
    docset_or(&match->rows, parts);
    return STATUS_OK;
}

static enum status match_words(struct searcher *s, const struct query *query, struct arena *arena, struct match *m,
                               struct err *err)
{
    struct docset parts, scratch;
    TRY(searcher_set(s, &parts, err));
    TRY(searcher_set(s, &scratch, err));
    m->words = arena_array(arena, query->word_count, sizeof *m->words);
    if (!m->words)
        return arena_nomem(err);
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        struct word_match *match = &m->words[w];
        match->parts = arena_array(arena, word->part_count, sizeof *match->parts);
        if (!match->parts)
            return arena_nomem(err);
        m->word_count++; /* from here on match_release() gives back what this word holds */
        TRY(get_postings(s, &word->whole, &match->whole, err));
        for (; match->part_count < word->part_count; match->part_count++)
            TRY(get_postings(s, &word->parts[match->part_count], &match->parts[match->part_count], err));
        TRY(word_rows(s, match, &parts, &scratch, err));
    }
    return STATUS_OK;
}

void match_release(struct searcher *s, struct match *m)
{
    for (size_t w = 0; w < m->word_count; w++) {
        postings_release(s->snapshot->postings, m->words[w].whole);
        for (size_t p = 0; p < m->words[w].part_count; p++)
            postings_release(s->snapshot->postings, m->words[w].parts[p]);
    }
    m->word_count = 0;
}

/* ---- filters --------------------------------------------------------------------------------------------------- */

static void filter_listed(const struct searcher *s, const struct request *request, enum facet facet,
                          struct docset *rows)
{
    const struct value_set *values = s->snapshot->values + facet_first(facet);
    bool nation = false;
    for (size_t i = 0; i < request->selected_count[facet]; i++) {
        uint16_t entry = request->selected[facet][i];
        value_set_or(&values[entry], rows);
        nation |= facet == FACET_AREA && area_is_place(entry);
    }
    if (nation) /* what serves the whole country serves this municipality */
        value_set_or(&values[area_nationwide()], rows);
    if (request->unknown & 1u << facet)
        value_set_or(s->snapshot->values + facet_unknown(facet), rows);
}

/* The 4 bits of each weekday that was asked. */
static uint32_t weekday_lanes(uint8_t weekdays)
{
    uint32_t lanes = 0;
    for (int day = 0; day < WEEKDAYS; day++)
        if (!weekdays || weekdays & 1u << day)
            lanes |= 15u << (day * SLOT_TIMES);
    return lanes;
}

static bool times_pass(const struct when *when, unsigned times)
{
    if (times == 0)
        return false;
    if (when->times == 0 || times & when->times)
        return true;
    return times == 1u << SLOT_TIME_UNKNOWN && when->unknown_time;
}

unsigned when_times(const struct when *when, uint32_t slots)
{
    slots &= weekday_lanes(when->weekdays);
    unsigned times = 0;
    for (; slots; slots >>= SLOT_TIMES)
        times |= slots & 15;
    return times;
}

unsigned when_weekdays(const struct when *when, uint32_t slots)
{
    unsigned days = 0;
    for (int day = 0; day < WEEKDAYS; day++)
        if (times_pass(when, slots >> (day * SLOT_TIMES) & 15))
            days |= 1u << day;
    return days;
}

bool when_pass(const struct when *when, uint32_t slots)
{
    if (slots == 0)
        return (!when->weekdays || when->unknown_weekday) && (!when->times || when->unknown_time);
    return times_pass(when, when_times(when, slots));
}

static void filter_when(const struct searcher *s, const struct request *request, const struct docset *among,
                        struct docset *rows)
{
    struct when when = {request->weekdays, request->times, request->unknown >> FACET_WEEKDAY & 1,
                        request->unknown >> FACET_TIME & 1};
    DOCSET_EACH(among, row)
        if (when_pass(&when, s->snapshot->columns.slots[row]))
            docset_put(rows, row);
}

static void filter_age(const struct searcher *s, const struct request *request, const struct docset *among,
                       struct docset *rows)
{
    const struct columns *c = &s->snapshot->columns;
    bool unknown = request->unknown >> FACET_AGE & 1;
    DOCSET_EACH(among, row) {
        bool stated = c->age_min[row] != AGE_UNKNOWN;
        if (stated ? c->age_min[row] <= request->age && request->age <= c->age_max[row] : unknown)
            docset_put(rows, row);
    }
}

double row_distance_km(const struct columns *c, uint32_t row, int municipality, bool *centre)
{
    static const double earth_km = 6371.0088, radian = 0.017453292519943295;
    const struct area_entry *from = area_at((size_t)municipality);
    double best = NAN;
    for (uint32_t i = c->place_offset[row]; i < c->place_offset[row + 1]; i++) {
        const struct column_place *place = &c->places[i];
        double north = sin((place->lat - from->lat) * radian / 2), east = sin((place->lon - from->lon) * radian / 2);
        double h = north * north + cos(from->lat * radian) * cos(place->lat * radian) * east * east;
        double km = 2 * earth_km * asin(sqrt(h > 1 ? 1 : h));
        if (!(km >= best)) {
            best = km;
            if (centre)
                *centre = place->centre != 0;
        }
    }
    return best;
}

static void filter_near(const struct searcher *s, const struct request *request, const struct docset *among,
                        struct docset *rows)
{
    const struct columns *c = &s->snapshot->columns;
    bool unknown = request->unknown >> FACET_NEAR & 1;
    DOCSET_EACH(among, row) {
        bool placed = c->place_offset[row] < c->place_offset[row + 1];
        if (placed ? row_distance_km(c, row, request->near, NULL) <= request->radius_km : unknown)
            docset_put(rows, row);
    }
}

static void ask_filters(const struct request *request, bool filtered[FILTER_COUNT])
{
    for (int f = 0; f < FACET_LISTED; f++)
        filtered[f] = request->selected_count[f] > 0;
    filtered[FILTER_WHEN] = request->weekdays || request->times;
    filtered[FILTER_AGE] = request->age >= 0;
    filtered[FILTER_NEAR] = request->near >= 0 && request->radius_km > 0;
}

/* `among`: computed filters are decided for these rows only. */
static enum status match_filters(struct searcher *s, const struct request *request, const struct docset *among,
                                 struct match *m, struct err *err)
{
    ask_filters(request, m->filtered);
    for (int f = 0; f < FILTER_COUNT; f++) {
        if (!m->filtered[f])
            continue;
        TRY(searcher_deadline(s, err));
        TRY(searcher_set(s, &m->filter[f], err));
        if (f < FACET_LISTED)
            filter_listed(s, request, (enum facet)f, &m->filter[f]);
        else if (f == FILTER_WHEN)
            filter_when(s, request, among, &m->filter[f]);
        else if (f == FILTER_AGE)
            filter_age(s, request, among, &m->filter[f]);
        else
            filter_near(s, request, among, &m->filter[f]);
    }
    return STATUS_OK;
}

static void and_filters(const struct match *m, int but, struct docset *rows)
{
    for (int f = 0; f < FILTER_COUNT; f++)
        if (m->filtered[f] && f != but)
            docset_and(rows, &m->filter[f]);
}

enum status match_without(struct searcher *s, const struct match *m, enum filter filter, struct docset *rows,
                          struct err *err)
{
    if (!rows->words)
        TRY(searcher_set(s, rows, err));
    docset_copy(rows, &m->text);
    and_filters(m, (int)filter, rows);
    return STATUS_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

/* Rows that have all words. */
static void text_all(const struct match *m, struct docset *rows)
{
    docset_copy(rows, &m->words[0].rows);
    for (size_t w = 1; w < m->word_count; w++)
        docset_and(rows, &m->words[w].rows);
}

/* Words each row has, counted in s->matched; zeroed again by forget_words(). */
static void count_words(struct searcher *s, const struct match *m)
{
    for (size_t w = 0; w < m->word_count; w++)
        DOCSET_EACH(&m->words[w].rows, row)
            s->matched[row]++;
}

static void forget_words(struct searcher *s, const struct match *m)
{
    for (size_t w = 0; w < m->word_count; w++)
        DOCSET_EACH(&m->words[w].rows, row)
            s->matched[row] = 0;
}

/* How many rows of the set have at least n words, for n = 0..words. */
static void tally_words(const struct searcher *s, const struct docset *rows, size_t words, uint64_t *with)
{
    memset(with, 0, (words + 1) * sizeof *with);
    DOCSET_EACH(rows, row)
        with[s->matched[row]]++;
    for (size_t n = words; n > 0; n--)
        with[n - 1] += with[n];
}

/* Too few rows have all words: requires the largest number of words that gives enough, at least one. */
static enum status relax(struct searcher *s, struct match *m, const struct docset *shown, struct err *err)
{
    struct docset any, passing;
    uint64_t with[REQUEST_QUERY_WORDS + 1];
    TRY(searcher_set(s, &any, err));
    TRY(searcher_set(s, &passing, err));
    for (size_t w = 0; w < m->word_count; w++)
        docset_or(&any, &m->words[w].rows);
    docset_copy(&passing, &any);
    docset_and(&passing, shown);
    and_filters(m, -1, &passing);
    count_words(s, m);
    tally_words(s, &passing, m->word_count, with);
    m->required = (unsigned)m->word_count;
    while (m->required > 1 && with[m->required] < SEARCH_RELAX_BELOW)
        m->required--;
    docset_clear(&m->text);
    DOCSET_EACH(&any, row)
        if (s->matched[row] >= m->required)
            docset_put(&m->text, row);
    forget_words(s, m);
    return STATUS_OK;
}

static enum status match_text(struct searcher *s, const struct request *request, const struct query *query,
                              const struct docset *shown, struct arena *arena, struct match *m, struct err *err)
{
    TRY(searcher_set(s, &m->text, err));
    if (!query) {
        docset_copy(&m->text, &s->snapshot->all);
        return match_filters(s, request, &s->snapshot->all, m, err);
    }
    TRY(match_words(s, query, arena, m, err));
    m->required = (unsigned)m->word_count;
    text_all(m, &m->text);
    struct docset result, any;
    TRY(searcher_set(s, &any, err)); /* filters are decided once, for all that relaxing could bring */
    for (size_t w = 0; w < m->word_count; w++)
        docset_or(&any, &m->words[w].rows);
    TRY(match_filters(s, request, &any, m, err));
    TRY(searcher_set(s, &result, err));
    docset_copy(&result, &m->text);
    docset_and(&result, shown);
    and_filters(m, -1, &result);
    if (m->word_count > 1 && docset_count(&result) < SEARCH_RELAX_BELOW)
        return relax(s, m, shown, err);
    return STATUS_OK;
}

enum status match_run(struct searcher *s, const struct request *request, const struct query *query,
                      struct arena *arena, struct match *m, struct err *err)
{
    *m = (struct match){0};
    struct docset shown;
    TRY(searcher_set(s, &shown, err));
    docset_copy(&shown, &s->live);
    if (request->past)
        docset_or(&shown, &s->past);
    TRY(match_text(s, request, query, &shown, arena, m, err));
    if (!request->past) {
        TRY(searcher_set(s, &m->past, err));
        docset_copy(&m->past, &m->text);
        docset_and(&m->past, &s->past);
        and_filters(m, -1, &m->past);
        m->past_total = docset_count(&m->past);
    }
    docset_and(&m->text, &shown);
    TRY(searcher_set(s, &m->result, err));
    docset_copy(&m->result, &m->text);
    and_filters(m, -1, &m->result);
    m->total = docset_count(&m->result);
    return STATUS_OK;
}
