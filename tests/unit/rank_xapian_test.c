/* The second oracle: where our weights are Xapian's, the ranking is Xapian's own.
 *
 * A word of one term scores as that term does in Xapian's BM25 (k1 = 1.2, b = 0.75) over the same postings; words
 * together as Xapian's AND and OR of them; lanes and parts of a compound as scaled terms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "calendar.h"
#include "oracle_index.h"
#include "search/held.h"
#include "search/match.h"
#include "search/query.h"
#include "search/rank.h"
#include "search/score.h"
#include "search/weights.h"
#include "search/searcher.h"
#include "tests/bench/measure/xapian_mirror.h"
#include "xap/xap.h"

enum { TERMS_TRIED = 3000, PAIRS_TRIED = 2000, HITS_MOST = XAP_SEARCH_TOP };

static struct {
    struct oracle_index index;
    struct oracle_pool pool;
    struct xap_reader *reader; /* of the same postings in a Xapian database */
    struct arena arena;
    char **terms; /* of all namespaces, as they stand in the index */
    size_t term_count, term_cap;
    double *weight; /* Xapian's, by row; 0 where it found nothing */
    struct xap_hit hits[HITS_MOST];
    size_t hit_count;
} t;

/* ---- Xapian's side ---------------------------------------------------------------------------------------------- */

static struct xap_query *term_query(const char *text, size_t len, double scale)
{
    struct xap_query *term, *scaled;
    assert_int_equal(xap_query_term(&term, text, len, NULL), STATUS_OK);
    assert_int_equal(xap_query_scale(&scaled, term, scale, NULL), STATUS_OK);
    return scaled;
}

/* Rows that are not shown today drop out, and those that are over go last: Xapian knows nothing of days. */
static void xapian_search(struct xap_query *query)
{
    struct xap_search_opts opts = {.k1 = weights.k1, .b = weights.b, .top = HITS_MOST, .exact_total = true};
    const struct searcher *s = t.index.searcher;
    uint32_t total;
    size_t count, kept = 0;
    assert_int_equal(xap_search(t.reader, query, &opts, t.hits, &count, &total, NULL), STATUS_OK);
    xap_query_free(query);
    assert_int_equal(count, total);
    memset(t.weight, 0, t.index.world.count * sizeof *t.weight);
    struct xap_hit *past = calloc(count + 1, sizeof *past);
    size_t past_count = 0;
    assert_non_null(past);
    for (size_t i = 0; i < count; i++) {
        uint32_t row = t.hits[i].docid - 1;
        t.weight[row] = t.hits[i].weight;
        if (docset_has(&s->live, row))
            t.hits[kept++] = t.hits[i];
        else if (docset_has(&s->past, row))
            past[past_count++] = t.hits[i];
        else
            t.weight[row] = 0;
    }
    memcpy(t.hits + kept, past, past_count * sizeof *past);
    kept += past_count;
    free(past);
    t.hit_count = kept;
}

static void xapian_join(enum xap_op op, struct xap_query **children, size_t count)
{
    struct xap_query *query;
    assert_int_equal(xap_query_join(&query, op, children, count, NULL), STATUS_OK);
    xapian_search(query);
}

/* ---- our side --------------------------------------------------------------------------------------------------- */

static const struct search_clock clock_of_test = {.today = 20711}; /* 2026-09-15 */

static struct query_word one_term(const char *term)
{
    struct posting_term *copy = arena_array(&t.arena, 1, sizeof *copy);
    *copy = (struct posting_term){term, (uint8_t)strlen(term), 1u << LANE_ANY};
    return (struct query_word){.text = term, .len = strlen(term), .share = 1,
                               .whole = {.terms = copy, .term_count = 1, .weight = {[LANE_ANY] = 1}}};
}

/* Match and rank alone, with words that no text would give. */
static unsigned search_words(const struct query *query, struct answer *answer)
{
    struct searcher *s = t.index.searcher;
    struct match match;
    struct request request = {.q = "", .age = -1, .near = -1, .page = 1, .per_page = HITS_MOST, .past = true};
    memset(answer, 0, sizeof *answer);
    s->clock = &clock_of_test;
    s->sets_used = 0;
    assert_int_equal(match_run(s, &request, query, &t.arena, &match, NULL), STATUS_OK);
    assert_int_equal(rank_run(s, &request, query, &match, &t.arena, answer, NULL), STATUS_OK);
    answer->total = match.total;
    unsigned required = match.required;
    held_release(s);
    assert_int_equal(answer->hit_count, answer->total);
    return required;
}

/* ---- comparing -------------------------------------------------------------------------------------------------- */

static bool near_enough(double ours, double xapians)
{
    return fabs(ours - xapians) <= 1e-5 * fabs(xapians);
}

static void same_weight_of_each(const struct answer *answer, const char *what)
{
    for (size_t i = 0; i < answer->hit_count; i++) {
        const struct hit *hit = &answer->hits[i];
        if (!near_enough(hit->score, t.weight[hit->row]))
            fail_msg("%s: row %u: search %.9g, Xapian %.9g", what, hit->row, hit->score, t.weight[hit->row]);
    }
}

/* Equal weights at every place: the order is the same but for ties. */
static void same_order(const struct answer *answer, const char *what)
{
    if (answer->hit_count != t.hit_count)
        fail_msg("%s: search finds %zu, Xapian %zu", what, answer->hit_count, t.hit_count);
    same_weight_of_each(answer, what);
    for (size_t i = 0; i < answer->hit_count; i++)
        if (!near_enough(answer->hits[i].score, t.hits[i].weight))
            fail_msg("%s: place %zu: search %.9g, Xapian %.9g", what, i, answer->hits[i].score, t.hits[i].weight);
}

static void terms_of_every_kind_score_as_in_xapian(void **state)
{
    (void)state;
    struct answer answer;
    size_t step = t.term_count / TERMS_TRIED + 1;
    for (size_t i = 0; i < t.term_count; i += step) {
        arena_reset(&t.arena);
        struct query_word word = one_term(t.terms[i]);
        struct query query = {.words = &word, .word_count = 1};
        search_words(&query, &answer);
        xapian_search(term_query(t.terms[i], strlen(t.terms[i]), 1));
        same_order(&answer, t.terms[i]);
    }
    printf("figure: Xapian's ranking: %zu terms of %zu compared\n", t.term_count / step, t.term_count);
}

static uint32_t freq_of(const char *term, size_t len)
{
    uint32_t freq = 0;
    assert_int_equal(xap_reader_freq(t.reader, term, len, &freq, NULL), STATUS_OK);
    return freq;
}

/* Terms that more than so many records have: pairs of rare ones would meet nowhere. */
static const char *frequent_term(struct oracle_random *random, uint32_t records)
{
    for (;;) {
        const char *term = t.terms[oracle_below(random, t.term_count)];
        if (freq_of(term, strlen(term)) > records)
            return term;
    }
}

static void several_words_rank_as_xapians_and_or_as_its_or_when_relaxed(void **state)
{
    (void)state;
    struct oracle_random random = {4};
    struct answer answer;
    size_t together = 0, relaxed = 0;
    for (size_t i = 0; i < PAIRS_TRIED; i++) {
        struct query_word words[4];
        struct xap_query *both[4], *any[4];
        char what[600] = "";
        size_t count = 2 + oracle_below(&random, 3);
        arena_reset(&t.arena);
        for (size_t w = 0; w < count; w++) {
            const char *term = frequent_term(&random, i % 2 ? 20 : 120);
            words[w] = one_term(term);
            both[w] = term_query(term, strlen(term), 1);
            any[w] = term_query(term, strlen(term), 1);
            snprintf(what + strlen(what), sizeof what - strlen(what), "%.100s ", term);
        }
        struct query query = {.words = words, .word_count = count};
        unsigned required = search_words(&query, &answer);
        xapian_join(XAP_AND, both, count);
        if (required == count) {
            together++;
            same_order(&answer, what);
        } else {
            relaxed++;
            assert_true(t.hit_count < SEARCH_RELAX_BELOW);
        }
        xapian_join(XAP_OR, any, count);
        same_weight_of_each(&answer, what);
    }
    printf("figure: Xapian's ranking: %zu searches of 2 to 4 words, %zu of them relaxed\n", together + relaxed,
           relaxed);
    assert_true(together > PAIRS_TRIED / 10 && relaxed > PAIRS_TRIED / 10);
}

/* ---- words as people type them ---------------------------------------------------------------------------------- */

static bool in_index(const struct posting_term *term)
{
    return freq_of(term->text, term->len) > 0;
}

static double worth(const struct query_group *group, const struct posting_term *term)
{
    double sum = 0;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        sum += term->lanes >> lane & 1 ? group->weight[lane] : 0;
    return sum;
}

/* The scaled terms of a group; false when the index has several for a lane, whose joint frequency Xapian only
 * estimates. */
static bool scaled_terms(const struct query_group *group, struct xap_query **out, size_t *count)
{
    size_t in_lane[LANE_COUNT] = {0};
    for (size_t i = 0; i < group->term_count; i++) {
        const struct posting_term *term = &group->terms[i];
        if (!in_index(term))
            continue;
        for (int lane = 0; lane < LANE_COUNT; lane++)
            if (term->lanes >> lane & 1 && ++in_lane[lane] > 1)
                return false;
        out[(*count)++] = term_query(term->text, term->len, worth(group, term));
    }
    return true;
}

static bool scaled_word(const struct query_word *word, struct xap_query **out, size_t *count)
{
    bool whole = scaled_terms(&word->whole, out, count);
    for (size_t p = 0; whole && p < word->part_count; p++)
        whole = scaled_terms(&word->parts[p], out, count);
    for (; !whole && *count; --*count)
        xap_query_free(out[*count - 1]);
    return whole;
}

static void typed_words_score_as_xapians_scaled_terms(void **state)
{
    (void)state;
    size_t compared = 0, compounds = 0, found = 0;
    for (size_t i = 0; i < t.pool.count; i++) {
        struct query *query;
        struct xap_query *scaled[POSTINGS_TERMS_PER_WORD];
        struct answer answer;
        size_t count = 0;
        arena_reset(&t.arena);
        assert_int_equal(query_parse(&query, t.pool.words[i], strlen(t.pool.words[i]),
                                     searcher_analyser(t.index.searcher), &t.arena, NULL), STATUS_OK);
        if (!query || query->word_count != 1 || !scaled_word(&query->words[0], scaled, &count) || count == 0)
            continue;
        search_words(query, &answer);
        xapian_join(XAP_OR, scaled, count);
        same_weight_of_each(&answer, t.pool.words[i]);
        if (query->words[0].part_count == 0)
            same_order(&answer, t.pool.words[i]);
        compared++;
        compounds += query->words[0].part_count > 0;
        found += answer.total > 0;
    }
    printf("figure: Xapian's ranking: %zu typed words, %zu of them compounds, %zu found\n", compared, compounds, found);
    assert_true(compared > 100 && found > 50);
}

static void the_index_counts_lengths_as_xapian_does(void **state)
{
    (void)state;
    const struct columns *c = &t.index.snapshot->columns;
    double total = 0;
    for (uint32_t row = 0; row < c->count; row++) {
        assert_int_equal(c->length[row], (uint32_t)t.index.world.facts[row].length);
        total += c->length[row];
    }
    assert_true(fabs(c->average_length - total / c->count) < 1e-9 * c->average_length);
}

static void the_weight_of_a_term_falls_with_its_records_and_stays_above_zero(void **state)
{
    (void)state;
    double last = INFINITY;
    for (uint32_t with = 1; with <= 1000; with++) {
        double idf = bm25_idf(1000, with, 1);
        assert_true(idf > 0 && idf < last);
        last = idf;
    }
    assert_true(fabs(bm25_idf(1000, 10, 0.3) - 0.3 * bm25_idf(1000, 10, 1)) < 1e-12);
    last = 0;
    for (unsigned frequency = 1; frequency <= 255; frequency++) {
        double part = bm25_part(1, frequency, 100, 100);
        assert_true(part > last && part < 1);
        last = part;
    }
    assert_true(bm25_part(1, 3, 50, 100) > bm25_part(1, 3, 100, 100));
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static void read_terms(void)
{
    struct xap_terms *terms;
    const char *term;
    size_t len;
    uint32_t freq;
    assert_int_equal(xap_terms_open(&terms, t.reader, "", 0, NULL), STATUS_OK);
    while (xap_terms_next(terms, &term, &len, &freq, NULL) == STATUS_OK && term) {
        if (t.term_count == t.term_cap) {
            t.term_cap = t.term_cap ? 2 * t.term_cap : 4096;
            t.terms = realloc(t.terms, t.term_cap * sizeof *t.terms);
        }
        t.terms[t.term_count++] = strndup(term, len);
    }
    xap_terms_free(terms);
}

static void open_mirror(void)
{
    char *from = files_path(t.index.snapshot->path, "postings"), *to = files_path(t.index.folder, "mirror");
    struct err err = {0};
    if (xapian_mirror(from, to, &err) != STATUS_OK || xap_reader_open(&t.reader, to, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    free(from);
    free(to);
}

static int set_up(void **state)
{
    (void)state;
    int32_t today[ORACLE_TODAYS] = {clock_of_test.today, clock_of_test.today, clock_of_test.today};
    size_t count;
    char **paths = oracle_corpus(&count);
    oracle_index_make(&t.index, (const char *const *)paths, count, 1, today);
    oracle_corpus_free(paths, count);
    oracle_pool_fill(&t.pool, &t.index.world);
    t.weight = calloc(t.index.world.count, sizeof *t.weight);
    open_mirror();
    read_terms();
    /* One search by the front door: which rows are shown is known from then on. */
    struct request request = {.q = "", .age = -1, .near = -1, .page = 1, .per_page = 1};
    struct answer answer;
    return search_run(t.index.searcher, &request, &clock_of_test, &t.arena, &answer, NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < t.term_count; i++)
        free(t.terms[i]);
    free(t.terms);
    free(t.weight);
    xap_reader_free(t.reader);
    oracle_pool_release(&t.pool);
    oracle_index_release(&t.index);
    arena_release(&t.arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_counts_lengths_as_xapian_does),
        cmocka_unit_test(terms_of_every_kind_score_as_in_xapian),
        cmocka_unit_test(several_words_rank_as_xapians_and_or_as_its_or_when_relaxed),
        cmocka_unit_test(typed_words_score_as_xapians_scaled_terms),
        cmocka_unit_test(the_weight_of_a_term_falls_with_its_records_and_stays_above_zero),
    };
    return cmocka_run_group_tests_name("rank_xapian", tests, set_up, tear_down);
}
