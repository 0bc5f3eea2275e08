#include "search/score.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "calendar.h"
#include "search/phrases.h"
#include "search/weights.h"

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

/* Above 0, or what lacks a word would earn 0 / 0 by it. */
static float norm_for(const struct columns *c, uint32_t length)
{
    return fmaxf((float)(weights.k1 * (length / c->average_length * weights.b + (1 - weights.b))), FLT_MIN);
}

static float norm_of(const struct searcher *s, uint32_t row)
{
    const struct columns *c = &s->snapshot->columns;
    return c->length[row] < SEARCHER_NORMS ? s->norms[c->length[row]] : norm_for(c, c->length[row]);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* A word's postings, or a part's, as scores take them; rows are asked for in ascending order.  Lanes with the same
 * frequencies weigh as one. */
struct scored_term {
    const struct postings *postings;
    float idf[LANE_COUNT];
    uint8_t shift[LANE_COUNT]; /* of the lane's frequency in the packed ones */
    size_t lanes;
    int32_t *packed; /* by code: a byte for each column */
    uint32_t from;    /* of a list: where to look on */
    uint32_t *before; /* of a bitmap: rows before each word; NULL when few rows are asked for */
};

_Static_assert(LANE_COUNT <= sizeof(uint32_t), "a row's frequencies are packed in a word");

static int32_t pack(const struct postings *p, const uint8_t *frequencies)
{
    uint32_t packed = 0;
    for (unsigned column = 0; column < p->width; column++)
        packed |= (uint32_t)frequencies[column] << 8 * column;
    return (int32_t)packed;
}

static enum status weigh(const struct searcher *s, const struct postings *p, const double weight[LANE_COUNT],
                         struct arena *arena, struct scored_term *t, struct err *err)
{
    double idf[LANE_COUNT] = {0};
    *t = (struct scored_term){.postings = p};
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        size_t at = 0;
        if (!(weight[lane] > 0) || p->column[lane] < 0)
            continue;
        while (at < t->lanes && t->shift[at] != 8 * p->column[lane])
            at++;
        t->lanes += at == t->lanes;
        t->shift[at] = (uint8_t)(8 * p->column[lane]);
        idf[at] += bm25_idf(s->snapshot->columns.count, p->rows_in_lane[lane], weight[lane]);
    }
    for (size_t at = 0; at < t->lanes; at++)
        t->idf[at] = (float)idf[at];
    t->packed = arena_array(arena, p->codes, sizeof *t->packed);
    if (!t->packed)
        return arena_nomem(err);
    for (uint32_t code = 0; code < p->codes; code++)
        t->packed[code] = pack(p, p->frequencies + (size_t)code * p->width);
    return STATUS_OK;
}

/* Of a bitmap, which counts them for every few words only. */
static enum status count_before(struct scored_term *t, uint64_t rows, struct arena *arena, struct err *err)
{
    const struct docset *set = &t->postings->set;
    uint32_t before = 0;
    if (!set->words || rows < set->word_count)
        return STATUS_OK;
    t->before = arena_array(arena, set->word_count, sizeof *t->before);
    if (!t->before)
        return arena_nomem(err);
    for (size_t word = 0; word < set->word_count; word++) {
        t->before[word] = before;
        before += docset_ones(set->words[word]);
    }
    return STATUS_OK;
}

enum { STEP = 4, STEPS = SCORE_ROWS / STEP };
typedef float float_step __attribute__((vector_size(STEP * sizeof(float))));
typedef int32_t int_step __attribute__((vector_size(STEP * sizeof(int32_t))));

/* Some rows of the result, and what they have earned so far.  Sums go by steps of rows at once; behind the last row a
 * step is filled up with some that earn nothing. */
struct block {
    const uint32_t *row;
    size_t count, steps;
    union {
        float norm[SCORE_ROWS];
        float_step norms[STEPS];
    };
    union {
        float score[SCORE_ROWS];
        float_step scores[STEPS];
    };
    union {
        int32_t packed[SCORE_ROWS]; /* frequencies of the term that is being added */
        int_step packs[STEPS];
    };
};

static int32_t packed_at(const struct scored_term *t, uint32_t place)
{
    uint32_t code = t->postings->code[place];
    return code < POSTINGS_RARE ? t->packed[code] : pack(t->postings, postings_frequencies(t->postings, place));
}

/* Of rows of a bitmap that says for each word how many come before: no row waits for another. */
static void find_counted(struct block *b, const struct scored_term *t)
{
    const uint64_t *words = t->postings->set.words;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t row = b->row[i];
        uint64_t own = words[row / 64], bit = (uint64_t)1 << row % 64;
        b->packed[i] = own & bit ? packed_at(t, t->before[row / 64] + docset_ones(own & (bit - 1))) : 0;
    }
}

static void find_frequencies(struct block *b, struct scored_term *t)
{
    if (t->before) {
        find_counted(b, t);
        return;
    }
    for (size_t i = 0; i < b->count; i++) {
        uint32_t place = postings_place(t->postings, b->row[i], &t->from);
        b->packed[i] = place == POSTINGS_NONE ? 0 : packed_at(t, place);
    }
}

static void add_term(struct block *b, struct scored_term *t)
{
    find_frequencies(b, t);
    for (size_t i = 0; i < b->steps; i++) {
        float_step sum = {0};
        for (size_t lane = 0; lane < t->lanes; lane++) {
            float_step frequency = __builtin_convertvector(b->packs[i] >> t->shift[lane] & 255, float_step);
            sum += t->idf[lane] * (frequency / (b->norms[i] + frequency));
        }
        b->scores[i] += sum;
    }
}

struct scored_alternative;
struct scored_value;

struct scoring {
    struct searcher *searcher;
    const struct query *query;
    const struct match *match;
    struct scored_term *terms;
    size_t term_count;
    struct scored_alternative *alternatives; /* as many as the query's */
    struct scored_value *values;             /* the same */
    bool kind_named; /* the query names a kind that weighs otherwise than 1 */
    struct block block;
};

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

/* What stands for words; at as in least_frequency(). */
struct scored_alternative {
    double idf;
    uint32_t at[PHRASE_WORDS];
};

static void add_alternative(struct block *b, const struct scoring *scoring, size_t a)
{
    const struct searcher *s = scoring->searcher;
    const struct alternative_match *match = &scoring->match->alternatives[a];
    struct scored_alternative *of = &scoring->alternatives[a];
    for (size_t i = 0; i < b->count; i++)
        if (docset_has(&match->rows, b->row[i]) && !stood_for_before(scoring->query, scoring->match, a, b->row[i]))
            b->score[i] += (float)alternative_part(s, scoring->match, &scoring->query->alternatives[a], match, of->idf,
                                                   of->at, b->row[i]);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

/* What a row that has the value earns. A value that is asked row by row counts as if one record in ten had it. */
static double value_idf(const struct searcher *s, const struct docset *rows, double weight)
{
    uint32_t count = s->snapshot->columns.count;
    return bm25_idf(count, rows->words ? (uint32_t)docset_count(rows) : count / 10, weight) / (weights.k1 + 1);
}

static double value_weight(const struct query_value *value, enum area_tier tier)
{
    double part = value->from_part ? weights.from_part : 1;
    switch (value->facet) {
    case FACET_AREA:
        return part * (tier == TIER_LOCAL    ? weights.area_local
                       : tier == TIER_REGION ? weights.area_region
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

/* What rows with a value earn: by tier where it is an area. */
struct scored_value {
    float earns[UINT8_MAX + 1];
    bool by_tier;
};

static void weigh_value(const struct searcher *s, const struct query_value *value, const struct docset *rows,
                        struct scored_value *v)
{
    double idf = value_idf(s, rows, 1);
    v->by_tier = value->facet == FACET_AREA;
    for (int tier = 0; tier <= UINT8_MAX; tier++) /* whatever a damaged file says */
        v->earns[tier] = (float)(idf * value_weight(value, (enum area_tier)tier));
}

static void add_value(struct block *b, const struct scoring *scoring, size_t v)
{
    const struct docset *rows = &scoring->match->values[v];
    const struct scored_value *value = &scoring->values[v];
    const uint8_t *tier = scoring->searcher->snapshot->columns.tier;
    if (value->by_tier && rows->words)
        for (size_t i = 0; i < b->count; i++)
            b->score[i] += docset_has(rows, b->row[i]) ? value->earns[tier[b->row[i]]] : 0;
    else if (rows->words)
        for (size_t i = 0; i < b->count; i++)
            b->score[i] += docset_has(rows, b->row[i]) ? value->earns[TIER_LOCAL] : 0;
    else
        for (size_t i = 0; i < b->count; i++)
            if (value_pass(scoring->searcher, &scoring->query->values[v], b->row[i]))
                b->score[i] += value->earns[value->by_tier ? tier[b->row[i]] : TIER_LOCAL];
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
    for (uint32_t length = 0; length < SEARCHER_NORMS; length++)
        s->norms[length] = norm_for(c, length);
    make_factors(s);
    s->tables_today = s->clock->today;
    s->tables_weights = weights;
}

static void times_records(struct block *b, const struct scoring *scoring)
{
    const struct searcher *s = scoring->searcher;
    if (!scoring->kind_named)
        for (size_t i = 0; i < b->count; i++)
            b->score[i] *= s->factors[b->row[i]];
    else
        for (size_t i = 0; i < b->count; i++)
            b->score[i] *= (float)record_factor(s, scoring->query, b->row[i]);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static enum status take_term(struct scoring *scoring, const struct postings *p, const double weight[LANE_COUNT],
                             struct arena *arena, struct err *err)
{
    struct scored_term *t = &scoring->terms[scoring->term_count];
    TRY(weigh(scoring->searcher, p, weight, arena, t, err));
    TRY(count_before(t, scoring->match->total, arena, err));
    scoring->term_count += p->count && t->lanes;
    return STATUS_OK;
}

enum status scoring_start(struct scoring **started, struct searcher *s, const struct query *query,
                          const struct match *m, struct arena *arena, struct err *err)
{
    struct scoring *scoring = arena_array(arena, 1, sizeof *scoring);
    size_t terms = m->word_count;
    for (size_t w = 0; w < m->word_count; w++)
        terms += m->words[w].part_count;
    if (!scoring)
        return arena_nomem(err);
    *scoring = (struct scoring){.searcher = s, .query = query, .match = m};
    scoring->terms = arena_array(arena, terms, sizeof *scoring->terms);
    scoring->alternatives = arena_array(arena, query->alternative_count, sizeof *scoring->alternatives);
    scoring->values = arena_array(arena, query->value_count, sizeof *scoring->values);
    if (!scoring->terms || !scoring->alternatives || !scoring->values)
        return arena_nomem(err);
    score_prepare(s);
    for (size_t w = 0; w < m->word_count; w++) {
        TRY(take_term(scoring, m->words[w].whole, query->words[w].whole.weight, arena, err));
        for (size_t p = 0; p < m->words[w].part_count; p++)
            TRY(take_term(scoring, m->words[w].parts[p], query->words[w].parts[p].weight, arena, err));
    }
    for (size_t a = 0; a < query->alternative_count; a++)
        scoring->alternatives[a] = (struct scored_alternative){
            .idf = alternative_idf(s, &query->alternatives[a], &m->alternatives[a])};
    for (size_t v = 0; v < query->value_count; v++)
        weigh_value(s, &query->values[v], &m->values[v], &scoring->values[v]);
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        scoring->kind_named |= weights.kind[kind] != 1 && names_kind(query, kind);
    *started = scoring;
    return STATUS_OK;
}

static void begin(struct block *b, const struct searcher *s, const uint32_t *rows, size_t count)
{
    b->row = rows;
    b->count = count;
    b->steps = (count + STEP - 1) / STEP;
    for (size_t i = 0; i < count; i++)
        b->norm[i] = norm_of(s, rows[i]);
    for (size_t i = count; i < b->steps * STEP; i++) {
        b->norm[i] = 1;
        b->packed[i] = 0;
    }
    memset(b->scores, 0, b->steps * sizeof *b->scores);
}

static void score_block(struct scoring *scoring, struct block *b)
{
    for (size_t t = 0; t < scoring->term_count; t++)
        add_term(b, &scoring->terms[t]);
    for (size_t a = 0; a < scoring->query->alternative_count; a++)
        add_alternative(b, scoring, a);
    for (size_t v = 0; v < scoring->query->value_count; v++)
        add_value(b, scoring, v);
    if (scoring->searcher->guide)
        times_records(b, scoring);
}

/* The same; gcc makes docset_ones() one instruction here: a fifth less. */
#if defined(__x86_64__)
__attribute__((flatten, target("popcnt"))) static void score_block_popcnt(struct scoring *scoring, struct block *b)
{
    score_block(scoring, b);
}
#else
#define score_block_popcnt score_block
#endif

void scoring_rows(struct scoring *scoring, const uint32_t *rows, size_t count, float *scores)
{
    struct block *b = &scoring->block;
    begin(b, scoring->searcher, rows, count);
    (docset_popcnt() ? score_block_popcnt : score_block)(scoring, b);
    memcpy(scores, b->score, count * sizeof *scores);
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
                        float score, struct buf *out)
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
                                     value_weight(&query->values[v], s->snapshot->columns.tier[row]), out);
    if (!s->guide || !(score > 0)) /* in another order rows have no score */
        return;
    sum *= explain_share("record", "times", record_factor(s, query, row), out);
    double feedback = score - sum; /* scores are floats: what is below their precision is none */
    explain_share("themes and audiences", "as the best have them", fabs(feedback) > 1e-4 * sum ? feedback : 0, out);
}

enum status score_explain(const struct searcher *s, const struct query *query, const struct match *m, uint32_t row,
                          float score, struct arena *arena, const char **parts, struct err *err)
{
    struct buf out = BUF_INIT;
    if (query)
        explain_row(s, query, m, row, score, &out);
    *parts = arena_copy(arena, buf_str(&out), out.len);
    enum status status = buf_ok(&out, err);
    buf_release(&out);
    return status != STATUS_OK ? status : *parts ? STATUS_OK : arena_nomem(err);
}
