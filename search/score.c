#include "search/score.h"

#include <math.h>
#include <string.h>

#include "calendar.h"
#include "search/feedback.h"
#include "search/phrases.h"
#include "search/weights.h"

enum { SEEK_SHARE = 8 }; /* rows are sought in postings, not these walked through, when they are fewer than 1 / 8 */

double bm25_idf(uint32_t rows, uint32_t rows_with, double weight)
{
    double odds = (rows - rows_with + 0.5) / (rows_with + 0.5);
    if (odds < 2)
        odds = odds * 0.5 + 1;
    return log(odds) * weight * (weights.k1 + 1);
}

double bm25_part(double idf, unsigned frequency, double length, double average_length)
{
    double norm = weights.k1 * (length / average_length * weights.b + (1 - weights.b));
    return idf * (frequency / (norm + frequency));
}

/* ---- scores ---------------------------------------------------------------------------------------------------- */

/* Lanes with the same frequencies weigh as one. */
struct lane_weights {
    float idf[LANE_COUNT];
    uint8_t column[LANE_COUNT];
    size_t count;
};

static struct lane_weights weigh(const struct searcher *s, const struct postings *p, const double weight[LANE_COUNT])
{
    struct lane_weights w = {.count = 0};
    double idf[LANE_COUNT] = {0};
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        size_t at = 0;
        if (!(weight[lane] > 0) || p->column[lane] < 0)
            continue;
        while (at < w.count && w.column[at] != p->column[lane])
            at++;
        w.count += at == w.count;
        w.column[at] = (uint8_t)p->column[lane];
        idf[at] += bm25_idf(s->snapshot->columns.count, p->rows_in_lane[lane], weight[lane]);
    }
    for (size_t at = 0; at < w.count; at++)
        w.idf[at] = (float)idf[at];
    return w;
}

static float norm_of(const struct searcher *s, uint32_t row)
{
    const struct columns *c = &s->snapshot->columns;
    uint32_t length = c->length[row];
    if (length < SEARCHER_NORMS)
        return s->norms[length];
    return (float)(weights.k1 * (length / c->average_length * weights.b + (1 - weights.b)));
}

static void add_score(struct searcher *s, const struct postings *p, const struct lane_weights *w, uint32_t row,
                      uint32_t place)
{
    const uint8_t *frequencies = postings_frequencies(p, place);
    float norm = norm_of(s, row), sum = 0;
    for (size_t lane = 0; lane < w->count; lane++) {
        float frequency = frequencies[w->column[lane]];
        sum += w->idf[lane] * (frequency / (norm + frequency));
    }
    s->scores[row] += sum;
}

/* Many rows of many: the places of a word's rows follow from how many come before. */
static void score_bitmap(struct searcher *s, const struct match *m, const struct postings *p,
                         const struct lane_weights *w)
{
    uint32_t place = 0;
    for (size_t at = 0; at < p->set.word_count; at++) {
        uint64_t own = p->set.words[at];
        for (uint64_t left = own & m->result.words[at]; left; left &= left - 1) {
            uint64_t below = own & ((left & -left) - 1);
            add_score(s, p, w, (uint32_t)(at * 64) + (uint32_t)__builtin_ctzll(left), place + docset_ones(below));
        }
        place += docset_ones(own);
    }
}

static void score_postings(struct searcher *s, const struct match *m, const struct postings *p,
                           const double weight[LANE_COUNT])
{
    struct lane_weights w = weigh(s, p, weight);
    if (m->total < p->count / SEEK_SHARE) {
        uint32_t from = 0;
        DOCSET_EACH(&m->result, row) {
            uint32_t place = postings_place(p, row, &from);
            if (place != POSTINGS_NONE)
                add_score(s, p, &w, row, place);
        }
        return;
    }
    if (p->set.words) {
        score_bitmap(s, m, p, &w);
        return;
    }
    uint32_t place = 0;
    POSTINGS_EACH(p, row) {
        if (docset_has(&m->result, row))
            add_score(s, p, &w, row, place);
        place++;
    }
}

/* ---- what stands for words -------------------------------------------------------------------------------------- */

/* The row has all the words themselves, so that what stands for them adds nothing. */
static bool has_own(const struct match *m, const struct query_alternative *alternative, uint32_t row)
{
    for (size_t w = alternative->first; w < alternative->first + alternative->words; w++)
        if (!docset_has(&m->words[w].own, row))
            return false;
    return true;
}

/* The frequency of a phrase of several words, whose places are not known: that of its rarest word in the row.  at:
 * where to look on in each word's postings, zero before the first of ascending rows. */
static unsigned least_frequency(const struct alternative_match *match, uint32_t at[PHRASE_WORDS], uint32_t row)
{
    unsigned least = POSTINGS_FREQUENCY_MOST;
    for (size_t g = 0; g < match->group_count; g++) {
        const struct postings *p = match->groups[g];
        uint32_t place = postings_place(p, row, &at[g]);
        unsigned frequency = place == POSTINGS_NONE ? 0 : postings_frequency(p, place, LANE_ANY);
        if (frequency < least)
            least = frequency;
    }
    return least;
}

static double alternative_idf(const struct searcher *s, const struct query_alternative *alternative,
                              const struct alternative_match *match)
{
    return bm25_idf(s->snapshot->columns.count, (uint32_t)docset_count(&match->rows), alternative->weight);
}

static double alternative_part(const struct searcher *s, const struct match *m,
                               const struct query_alternative *alternative, const struct alternative_match *match,
                               double idf, uint32_t at[PHRASE_WORDS], uint32_t row)
{
    const struct columns *c = &s->snapshot->columns;
    if (has_own(m, alternative, row))
        return 0;
    return bm25_part(idf, least_frequency(match, at, row), c->length[row], c->average_length);
}

/* Of several that stand for the same words only one counts: the first that the row has. */
static bool stood_for_before(const struct query *query, const struct match *m, size_t a, uint32_t row)
{
    for (size_t b = 0; b < a; b++)
        if (query->alternatives[b].first == query->alternatives[a].first &&
            query->alternatives[b].words == query->alternatives[a].words && docset_has(&m->alternatives[b].rows, row))
            return true;
    return false;
}

static void score_alternative(struct searcher *s, const struct query *query, const struct match *m, size_t a)
{
    const struct alternative_match *match = &m->alternatives[a];
    double idf = alternative_idf(s, &query->alternatives[a], match);
    uint32_t at[PHRASE_WORDS] = {0};
    DOCSET_EACH(&match->rows, row)
        if (docset_has(&m->result, row) && !stood_for_before(query, m, a, row))
            s->scores[row] += (float)alternative_part(s, m, &query->alternatives[a], match, idf, at, row);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

/* What a row that has the value earns. A value that is asked row by row counts as if one record in ten had it. */
static double value_idf(const struct searcher *s, const struct docset *rows, double weight)
{
    uint32_t count = s->snapshot->columns.count;
    return bm25_idf(count, rows->words ? (uint32_t)docset_count(rows) : count / 10, weight) / (weights.k1 + 1);
}

static double value_weight(const struct query_value *value, const struct columns *c, uint32_t row)
{
    double part = value->from_part ? weights.from_part : 1;
    switch (value->facet) {
    case FACET_AREA:
        return part * (c->tier[row] == TIER_LOCAL    ? weights.area_local
                       : c->tier[row] == TIER_REGION ? weights.area_region
                                                     : weights.area_nation);
    case FACET_AUDIENCE: return part * weights.audience;
    case FACET_THEME: return part * weights.theme;
    case FACET_KIND: return part * weights.kind_named;
    case FACET_FORM: return part * weights.form;
    case FACET_ACCESSIBLE:
    case FACET_THRESHOLD: return part * weights.access;
    case FACET_LANGUAGE: return part * weights.language;
    default: return part * weights.soft;
    }
}

static bool has_value(const struct searcher *s, const struct query *query, const struct match *m, size_t v,
                      uint32_t row)
{
    return m->values[v].words ? docset_has(&m->values[v], row) : value_pass(s, &query->values[v], row);
}

uint32_t score_values(const struct searcher *s, const struct query *query, const struct match *m, uint32_t row)
{
    uint32_t bits = 0;
    for (size_t v = 0; query && v < query->value_count; v++)
        bits |= has_value(s, query, m, v, row) ? (uint32_t)1 << v : 0;
    return bits;
}

static void score_value(struct searcher *s, const struct query *query, const struct match *m, size_t v)
{
    double idf = value_idf(s, &m->values[v], 1);
    DOCSET_EACH(&m->result, row)
        if (has_value(s, query, m, v, row))
            s->scores[row] += (float)(idf * value_weight(&query->values[v], &s->snapshot->columns, row));
}

/* ---- the record ------------------------------------------------------------------------------------------------- */

static bool is_fresh(const struct searcher *s, uint32_t row)
{
    int32_t verified = s->snapshot->columns.verified[row];
    return verified != DAY_UNKNOWN && s->clock->today - verified <= SCORE_FRESH_DAYS;
}

static bool names_kind(const struct query *query, int kind)
{
    for (size_t v = 0; v < query->value_count; v++)
        if (query->values[v].facet == FACET_KIND && query->values[v].values[0] == kind)
            return true;
    return false;
}

/* What a record is worth whatever the words, by its kind and by when a person checked it: as score_records() has it. */
static double record_factor(const struct searcher *s, const struct query *query, uint32_t row)
{
    const struct columns *c = &s->snapshot->columns;
    double factor = is_fresh(s, row) ? 1 + weights.fresh : 1;
    for (uint32_t i = c->ordinal_offset[row]; i < c->ordinal_offset[row + 1]; i++) {
        int kind = c->ordinals[i] - facet_first(FACET_KIND);
        if (kind >= 0 && kind < RECORD_KINDS && !names_kind(query, kind))
            factor *= weights.kind[kind];
    }
    return factor;
}

static void set_factor(struct searcher *s, uint32_t row, double kind)
{
    s->factors[row] = (float)(kind * (is_fresh(s, row) ? 1 + weights.fresh : 1));
}

/* The factors of all rows as they are for a query that names no kind: those of a kind lie together, and a record has
 * one. */
static void make_factors(struct searcher *s)
{
    for (uint32_t row = 0; row < s->snapshot->columns.count; row++)
        set_factor(s, row, 1);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct value_set *of_kind = &s->snapshot->values[facet_first(FACET_KIND) + kind];
        if (weights.kind[kind] == 1)
            continue;
        if (of_kind->set.words)
            DOCSET_EACH(&of_kind->set, row)
                set_factor(s, row, weights.kind[kind]);
        else
            for (uint32_t i = 0; i < of_kind->count; i++)
                set_factor(s, of_kind->rows[i], weights.kind[kind]);
    }
}

/* Those, and what BM25 takes from the length of a row; once a day. */
void score_prepare(struct searcher *s)
{
    const struct columns *c = &s->snapshot->columns;
    if (s->tables_today == s->clock->today && weights_equal(&s->tables_weights, &weights))
        return;
    for (size_t length = 0; length < SEARCHER_NORMS; length++)
        s->norms[length] =
            (float)(weights.k1 * ((double)length / c->average_length * weights.b + (1 - weights.b)));
    make_factors(s);
    s->tables_today = s->clock->today;
    s->tables_weights = weights;
}

static void score_records(struct searcher *s, const struct query *query, const struct match *m,
                          struct feedback *feedback)
{
    bool named = false;
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        named |= weights.kind[kind] != 1 && names_kind(query, kind);
    DOCSET_EACH(&m->result, row) {
        s->scores[row] *= named ? (float)record_factor(s, query, row) : s->factors[row];
        feedback_see(feedback, s, row);
    }
}

enum status score_run(struct searcher *s, const struct query *query, const struct match *m, size_t top,
                      struct arena *arena, struct err *err)
{
    DOCSET_EACH(&m->result, row)
        s->scores[row] = 0;
    if (!query)
        return STATUS_OK;
    score_prepare(s);
    for (size_t w = 0; w < query->word_count; w++) {
        TRY(searcher_deadline(s, err));
        score_postings(s, m, m->words[w].whole, query->words[w].whole.weight);
        for (size_t p = 0; p < m->words[w].part_count; p++)
            score_postings(s, m, m->words[w].parts[p], query->words[w].parts[p].weight);
    }
    for (size_t a = 0; a < query->alternative_count; a++)
        score_alternative(s, query, m, a);
    TRY(searcher_deadline(s, err));
    for (size_t v = 0; v < query->value_count; v++)
        score_value(s, query, m, v);
    if (!s->guide)
        return STATUS_OK;
    TRY(searcher_deadline(s, err));
    struct feedback feedback;
    feedback_start(&feedback, top);
    score_records(s, query, m, &feedback);
    TRY(searcher_deadline(s, err));
    return feedback_run(&feedback, s, m, arena, err);
}

/* ---- the sum, part by part -------------------------------------------------------------------------------------- */

static double explain_group(const struct searcher *s, const struct postings *p, const double weight[LANE_COUNT],
                            uint32_t row, const char *word, const char *what, struct buf *out)
{
    static const char *const lanes[LANE_COUNT] = {"any", "whole", "exact", "wide"};
    const struct columns *c = &s->snapshot->columns;
    uint32_t from = 0, place = postings_place(p, row, &from);
    double sum = 0;
    for (int lane = 0; lane < LANE_COUNT && place != POSTINGS_NONE; lane++) {
        unsigned frequency = postings_frequency(p, place, (enum lane)lane);
        if (!(weight[lane] > 0) || !frequency)
            continue;
        double idf = bm25_idf(c->count, p->rows_in_lane[lane], weight[lane]);
        buf_addf(out, "%s%s %s, frequency %u in %u records: ", word, what, lanes[lane], frequency,
                 p->rows_in_lane[lane]);
        double share = bm25_part(idf, frequency, c->length[row], c->average_length);
        buf_add_number(out, share, 4);
        buf_addc(out, '\n');
        sum += share;
    }
    return sum;
}

static double explain_share(const char *text, const char *what, double share, struct buf *out)
{
    if (share == 0)
        return 0;
    buf_addf(out, "%s %s: ", text, what);
    buf_add_number(out, share, 4);
    buf_addc(out, '\n');
    return share;
}

static void explain_row(const struct searcher *s, const struct query *query, const struct match *m, uint32_t row,
                        struct buf *out)
{
    double sum = 0;
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        sum += explain_group(s, m->words[w].whole, word->whole.weight, row, word->text, "", out);
        for (size_t p = 0; p < word->part_count; p++)
            sum += explain_group(s, m->words[w].parts[p], word->parts[p].weight, row, word->text, " part", out);
    }
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *alternative = &query->alternatives[a];
        const struct alternative_match *match = &m->alternatives[a];
        double idf = alternative_idf(s, alternative, match);
        uint32_t at[PHRASE_WORDS] = {0};
        if (docset_has(&match->rows, row) && !stood_for_before(query, m, a, row))
            sum += explain_share(alternative->text, "synonym", alternative_part(s, m, alternative, match, idf, at, row),
                                 out);
    }
    for (size_t v = 0; v < query->value_count; v++)
        if (has_value(s, query, m, v, row))
            sum += explain_share(query->words[query->values[v].first].text, facet_name(query->values[v].facet),
                                 value_idf(s, &m->values[v], 1) *
                                     value_weight(&query->values[v], &s->snapshot->columns, row), out);
    if (!s->guide)
        return;
    sum *= explain_share("record", "times", record_factor(s, query, row), out);
    double feedback = s->scores[row] - sum; /* scores are floats: what is below their precision is none */
    explain_share("themes and audiences", "as the best have them", fabs(feedback) > 1e-4 * sum ? feedback : 0, out);
}

enum status score_explain(const struct searcher *s, const struct query *query, const struct match *m, uint32_t row,
                          struct arena *arena, const char **parts, struct err *err)
{
    struct buf out = BUF_INIT;
    if (query)
        explain_row(s, query, m, row, &out);
    *parts = arena_copy(arena, buf_str(&out), out.len);
    enum status status = buf_ok(&out, err);
    buf_release(&out);
    return status != STATUS_OK ? status : *parts ? STATUS_OK : arena_nomem(err);
}
