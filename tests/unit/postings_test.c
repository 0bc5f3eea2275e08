/* Decoded postings and the cache of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "oracle.h"
#include "search/postings.h"

enum {
    ROWS = 5000,
    TERMS = 40,      /* "t0" is in every row, "t1" in every second, "t2" in every third … */
    NAMED = 4,
    KINDS = 71,      /* of frequencies: about the square root of the rows, and prime */
    RARE_SOME = 1400, /* of ROWS, those that have none of the first POSTINGS_RARE of 5 * KINDS pairs */
    THREADS = 4,
    ROUNDS = 400,
    RUNS_ROWS = 3 * POSTINGS_RUN + 77, /* of a generation of several runs of rows */
    RUNS_TERMS = 6,
};

static struct {
    char *folder, *path, *runs_path;
    struct inverted inverted, runs;
} t;

/* How often row r has "tN". */
static unsigned frequency(unsigned term, uint32_t row)
{
    return row % (term + 1) == 0 ? 1 + (row + term) % 5 : 0;
}

/* The same in the generation of several runs: "t0" around where they begin, "t1" in the third alone, "t2" in a row in
 * 40, so just few enough for a list, "t3" in a row in 5, "t4" in the last row, "t5" in so many rows as make a bitmap
 * only together with others. */
static unsigned frequency_in_runs(unsigned term, uint32_t row)
{
    uint32_t mixed = row * 2654435761u >> 7;
    switch (term) {
    case 0: return (row + 1) % POSTINGS_RUN < 3 ? 1 + row % 7 : 0;
    case 1: return row / POSTINGS_RUN == 2 && mixed % 90 == 0 ? 1 + row % 300 % 250 : 0;
    case 2: return mixed % 40 == 0 ? 1 + mixed / 40 % 3 : 0;
    case 3: return mixed % 5 == 0 ? 1 + mixed / 5 % 40 : 0;
    case 4: return row == RUNS_ROWS - 1;
    default: return mixed % 17 == 3 ? 2 : 0;
    }
}

static void name_of(unsigned term, char name[8])
{
    snprintf(name, 8, "t%u", term % 1000);
}

/* ---- merging ---------------------------------------------------------------------------------------------------- */

static struct postings_cache *new_cache(size_t budget)
{
    struct postings_cache *cache;
    assert_int_equal(postings_cache_new(&cache, &t.inverted, budget, NULL), STATUS_OK);
    return cache;
}

static const struct postings *get(struct postings_cache *cache, const struct posting_term *terms, size_t count)
{
    const struct postings *postings = NULL;
    assert_int_equal(postings_get(cache, terms, count, &postings, NULL), STATUS_OK);
    return postings;
}

static const struct postings *get_one(struct postings_cache *cache, const char *term)
{
    struct posting_term one = {term, (uint8_t)strlen(term), 1u << LANE_ANY};
    return get(cache, &one, 1);
}

typedef unsigned frequency_fn(unsigned term, uint32_t row);

/* Row by row: what the lists of all terms say together. */
static void same_as(const struct postings *p, uint32_t rows, frequency_fn *frequency_of, const unsigned *terms,
                    const uint8_t *lanes, size_t count)
{
    uint32_t at = 0, each = 0, from = 0, in_lane[LANE_COUNT] = {0};
    for (uint32_t row = 0; row < rows; row++) {
        unsigned sum[LANE_COUNT] = {0}, any = 0;
        for (size_t i = 0; i < count; i++) {
            any += frequency_of(terms[i], row);
            for (int lane = 0; lane < LANE_COUNT; lane++)
                sum[lane] += lanes[i] >> lane & 1 ? frequency_of(terms[i], row) : 0;
        }
        if (p->set.words)
            assert_int_equal(docset_has(&p->set, row), any > 0);
        if (!any) {
            assert_int_equal(postings_place(p, row, &from), POSTINGS_NONE);
            continue;
        }
        assert_true(at < p->count);
        assert_int_equal(postings_place(p, row, &from), at);
        for (int lane = 0; lane < LANE_COUNT; lane++) {
            unsigned most = sum[lane] < POSTINGS_FREQUENCY_MOST ? sum[lane] : POSTINGS_FREQUENCY_MOST;
            assert_int_equal(postings_frequency(p, at, (enum lane)lane), most);
            in_lane[lane] += sum[lane] > 0;
        }
        at++;
    }
    assert_int_equal(at, p->count);
    POSTINGS_EACH(p, row) {
        uint32_t any_from = 0;
        assert_int_equal(postings_place(p, row, &any_from), each++);
    }
    assert_int_equal(each, p->count);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        assert_int_equal(p->rows_in_lane[lane], in_lane[lane]);
}

static void same_as_naive(const struct postings *p, const unsigned *terms, const uint8_t *lanes, size_t count)
{
    same_as(p, ROWS, frequency, terms, lanes, count);
}

static void the_lists_of_several_terms_are_merged_by_lane(void **state)
{
    (void)state;
    struct oracle_random random = {1};
    struct postings_cache *cache = new_cache(1 << 20);
    for (int round = 0; round < 200; round++) {
        struct posting_term terms[POSTINGS_TERMS_PER_WORD];
        char names[POSTINGS_TERMS_PER_WORD][8];
        unsigned numbers[POSTINGS_TERMS_PER_WORD];
        uint8_t lanes[POSTINGS_TERMS_PER_WORD];
        size_t count = 1 + oracle_below(&random, 6);
        for (size_t i = 0; i < count; i++) {
            numbers[i] = (unsigned)oracle_below(&random, TERMS);
            lanes[i] = (uint8_t)(1 + oracle_below(&random, 15));
            name_of(numbers[i], names[i]);
            terms[i] = (struct posting_term){names[i], (uint8_t)strlen(names[i]), lanes[i]};
        }
        const struct postings *postings = get(cache, terms, count);
        same_as_naive(postings, numbers, lanes, count);
        postings_release(cache, postings);
    }
    postings_cache_free(cache);
}

static struct postings_cache *new_cache_of_runs(void)
{
    struct postings_cache *cache;
    assert_int_equal(postings_cache_new(&cache, &t.runs, 1 << 20, NULL), STATUS_OK);
    return cache;
}

/* What sets have of the postings, which have the rows of these terms. */
static void same_in_sets(const struct postings *p, const unsigned *terms, size_t count, struct oracle_random *random)
{
    uint64_t added[RUNS_ROWS / 64 + 1] = {0}, kept[RUNS_ROWS / 64 + 1] = {0};
    struct docset adding = {added, docset_words(RUNS_ROWS)}, keeping = {kept, docset_words(RUNS_ROWS)};
    uint32_t seed = (uint32_t)oracle_below(random, 1000);
    for (uint32_t row = seed; row < RUNS_ROWS; row += 1 + (row + seed) % 3) {
        docset_put(&adding, row);
        docset_put(&keeping, row);
    }
    uint64_t before[RUNS_ROWS / 64 + 1];
    memcpy(before, added, sizeof before);
    postings_or(p, &adding);
    postings_keep(p, &keeping);
    for (uint32_t row = 0; row < RUNS_ROWS; row++) {
        bool any = false, had = before[row / 64] >> (row & 63) & 1;
        for (size_t i = 0; i < count; i++)
            any |= frequency_in_runs(terms[i], row) > 0;
        assert_int_equal(docset_has(&adding, row), any || had);
        assert_int_equal(docset_has(&keeping, row), any && had);
    }
}

/* Rows sought in leaps, from where the last one was found: as one by one, which same_as() does. */
static void same_in_leaps(const struct postings *p, struct oracle_random *random)
{
    for (int round = 0; round < 50; round++) {
        uint32_t from = 0;
        for (uint32_t row = 0; row < RUNS_ROWS; row += 1 + (uint32_t)oracle_below(random, RUNS_ROWS / 4)) {
            uint32_t anew = 0;
            assert_int_equal(postings_place(p, row, &from), postings_place(p, row, &anew));
        }
    }
}

static void check_in_runs(struct postings_cache *cache, const unsigned *numbers, const uint8_t *lanes, size_t count,
                          struct oracle_random *random)
{
    struct posting_term terms[RUNS_TERMS];
    char names[RUNS_TERMS][8];
    for (size_t i = 0; i < count; i++) {
        name_of(numbers[i], names[i]);
        terms[i] = (struct posting_term){names[i], (uint8_t)strlen(names[i]), lanes[i]};
    }
    const struct postings *p = get(cache, terms, count);
    same_as(p, RUNS_ROWS, frequency_in_runs, numbers, lanes, count);
    same_in_sets(p, numbers, count, random);
    same_in_leaps(p, random);
    postings_release(cache, p);
}

static void rows_of_several_runs_are_found_in_lists_and_in_bitmaps(void **state)
{
    (void)state;
    struct oracle_random random = {2};
    struct postings_cache *cache = new_cache_of_runs();
    for (unsigned term = 0; term < RUNS_TERMS; term++)
        check_in_runs(cache, &term, (uint8_t[]){1u << LANE_ANY | 1u << LANE_WIDE}, 1, &random);
    for (int round = 0; round < 12; round++) {
        unsigned numbers[RUNS_TERMS];
        uint8_t lanes[RUNS_TERMS];
        size_t count = 2 + oracle_below(&random, RUNS_TERMS - 1);
        for (size_t i = 0; i < count; i++) {
            numbers[i] = (unsigned)oracle_below(&random, RUNS_TERMS);
            lanes[i] = (uint8_t)(1 + oracle_below(&random, 15));
        }
        check_in_runs(cache, numbers, lanes, count, &random);
    }
    postings_cache_free(cache);
}

static void lists_take_three_bytes_a_row_and_bitmaps_less(void **state)
{
    enum { BEYOND = 1500 }; /* the entry itself, its key and a few frequencies */
    (void)state;
    struct postings_cache *cache = new_cache_of_runs();
    struct posting_term both[] = {{"t2", 2, 1u << LANE_ANY}, {"t5", 2, 1u << LANE_ANY}};
    const struct postings *list = get(cache, both, 1), *bitmap = get(cache, both, 2);
    assert_non_null(list->low);
    assert_in_range(list->bytes, 3 * list->count, 3 * list->count + BEYOND);
    assert_non_null(bitmap->set.words);
    assert_in_range(bitmap->bytes, bitmap->count + RUNS_ROWS / 8, 3 * bitmap->count + BEYOND);
    postings_release(cache, list);
    postings_release(cache, bitmap);
    postings_cache_free(cache);
}

static void many_rows_come_as_a_bitmap_and_few_as_a_list(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    for (unsigned term = 0; term < TERMS; term++) {
        char name[8];
        name_of(term, name);
        const struct postings *postings = get_one(cache, name);
        assert_int_equal(postings->set.words != NULL, postings->count > ROWS / 16);
        assert_int_equal(postings->low != NULL, !postings->set.words);
        postings_release(cache, postings);
    }
    const struct postings *rare = get_one(cache, "rare");
    assert_int_equal(rare->count, 1);
    assert_null(rare->set.words);
    postings_release(cache, rare);
    postings_cache_free(cache);
}

static void a_term_that_no_row_has_gives_no_rows(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    struct posting_term terms[] = {{"nobody", 6, 1u << LANE_ANY | 1u << LANE_WHOLE}, {"t9", 2, 1u << LANE_EXACT}};
    const struct postings *none = get(cache, terms, 1), *one = get(cache, terms, 2);
    assert_int_equal(none->count, 0);
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        assert_int_equal(none->column[lane], -1);
        assert_int_equal(one->column[lane] < 0, lane != LANE_EXACT);
    }
    assert_int_equal(one->rows_in_lane[LANE_EXACT], ROWS / 10);
    postings_release(cache, none);
    postings_release(cache, one);
    postings_release(cache, NULL);
    postings_cache_free(cache);
}

static void frequencies_stop_at_what_a_byte_holds(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    struct posting_term terms[] = {{"loud", 4, 1u << LANE_ANY}, {"t0", 2, 1u << LANE_ANY}};
    const struct postings *loud = get(cache, terms, 1), *both = get(cache, terms, 2);
    assert_int_equal(postings_frequency(loud, 0, LANE_ANY), POSTINGS_FREQUENCY_MOST);
    assert_int_equal(postings_frequency(both, 0, LANE_ANY), POSTINGS_FREQUENCY_MOST);
    assert_int_equal(postings_frequency(both, 1, LANE_ANY), frequency(0, 1));
    postings_release(cache, loud);
    postings_release(cache, both);
    postings_cache_free(cache);
}

static void frequencies_of_however_many_kinds_are_kept(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    struct posting_term terms[] = {{"many", 4, 1u << LANE_ANY},
                                   {"t0", 2, 1u << LANE_EXACT},
                                   {"more", 4, 1u << LANE_WHOLE | 1u << LANE_WIDE}};
    const struct postings *few = get(cache, terms, 1), *some = get(cache, terms, 2), *all = get(cache, terms, 3);
    assert_int_equal(few->codes, KINDS);
    assert_null(few->rare_before);
    assert_int_equal(some->codes, POSTINGS_RARE); /* of 5 * KINDS */
    assert_int_equal(some->rare_before[(ROWS + 255) / 256], RARE_SOME);
    assert_int_equal(all->rare_before[(ROWS + 255) / 256], ROWS - POSTINGS_RARE); /* all differ */
    assert_true(few->bytes < ROWS * 2 && some->bytes > few->bytes && all->bytes < ROWS * 6);
    assert_int_equal(all->count, ROWS);
    for (int lane = 0; lane < LANE_COUNT; lane++) { /* every row has every list */
        assert_int_equal(few->rows_in_lane[lane], lane == LANE_ANY ? ROWS : 0);
        assert_int_equal(some->rows_in_lane[lane], lane == LANE_ANY || lane == LANE_EXACT ? ROWS : 0);
        assert_int_equal(all->rows_in_lane[lane], ROWS);
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        unsigned any = 1 + row % KINDS, whole = 1 + row / KINDS;
        assert_int_equal(postings_frequency(few, row, LANE_ANY), any);
        assert_int_equal(postings_frequency(few, row, LANE_EXACT), 0);
        assert_int_equal(postings_frequency(some, row, LANE_ANY), any);
        assert_int_equal(postings_frequency(some, row, LANE_EXACT), frequency(0, row));
        assert_int_equal(postings_frequency(all, row, LANE_ANY), any);
        assert_int_equal(postings_frequency(all, row, LANE_WHOLE), whole);
        assert_int_equal(postings_frequency(all, row, LANE_WIDE), whole);
        assert_int_equal(postings_frequency(all, row, LANE_EXACT), frequency(0, row));
    }
    postings_release(cache, few);
    postings_release(cache, some);
    postings_release(cache, all);
    postings_cache_free(cache);
}

static void a_word_has_from_one_to_the_most_terms(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    struct posting_term terms[POSTINGS_TERMS_PER_WORD + 1];
    const struct postings *postings = NULL;
    for (size_t i = 0; i <= POSTINGS_TERMS_PER_WORD; i++)
        terms[i] = (struct posting_term){"t3", 2, 1u << LANE_ANY};
    assert_int_equal(postings_get(cache, terms, 0, &postings, NULL), STATUS_LIMIT);
    assert_int_equal(postings_get(cache, terms, POSTINGS_TERMS_PER_WORD + 1, &postings, NULL), STATUS_LIMIT);
    assert_null(postings);
    postings = get(cache, terms, POSTINGS_TERMS_PER_WORD);
    assert_int_equal(postings->count, ROWS / 4);
    postings_release(cache, postings);
    postings_cache_free(cache);
}

/* ---- the cache -------------------------------------------------------------------------------------------------- */

static void the_second_asker_gets_the_same_entry(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    const struct postings *first = get_one(cache, "t5"), *second = get_one(cache, "t5");
    struct posting_term lanes = {"t5", 2, 1u << LANE_EXACT};
    const struct postings *other = get(cache, &lanes, 1);
    assert_ptr_equal(first, second);
    assert_ptr_not_equal(first, other); /* other lanes: another entry */
    struct postings_stats stats = postings_cache_stats(cache);
    assert_int_equal(stats.hits, 1);
    assert_int_equal(stats.misses, 2);
    assert_int_equal(stats.entries, 2);
    assert_int_equal(stats.bytes, first->bytes + other->bytes);
    postings_release(cache, first);
    postings_release(cache, second);
    postings_release(cache, other);
    assert_int_equal(postings_cache_stats(cache).entries, 2);
    postings_cache_free(cache);
}

static void terms_whose_joined_bytes_are_equal_are_told_apart(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    struct posting_term whole[] = {{"t1\x01t2", 5, 1}}, cut[] = {{"t1", 2, 1}, {"t2", 2, 1}};
    const struct postings *one = get(cache, whole, 1), *two = get(cache, cut, 2);
    assert_int_equal(one->count, 0);
    assert_true(two->count > ROWS / 2);
    postings_release(cache, one);
    postings_release(cache, two);
    postings_cache_free(cache);
}

/* With room for so many halves of an entry of "t20". */
static struct postings_cache *cache_of_halves(size_t halves, size_t *budget)
{
    struct postings_cache *cache = new_cache(1 << 20);
    const struct postings *sample = get_one(cache, "t20");
    *budget = halves * sample->bytes / 2;
    postings_release(cache, sample);
    postings_cache_free(cache);
    return new_cache(*budget);
}

static bool is_cached(struct postings_cache *cache, const char *term)
{
    uint64_t hits = postings_cache_stats(cache).hits;
    postings_release(cache, get_one(cache, term));
    return postings_cache_stats(cache).hits > hits;
}

static void the_budget_is_kept_and_of_what_is_asked_for_less_the_oldest_goes_first(void **state)
{
    (void)state;
    size_t budget;
    struct postings_cache *cache = cache_of_halves(11, &budget);
    static const char *const terms[] = {"t20", "t21", "t22", "t23", "t24"};
    for (size_t i = 0; i < 5; i++)
        postings_release(cache, get_one(cache, terms[i]));
    assert_int_equal(postings_cache_stats(cache).entries, 5);
    assert_true(is_cached(cache, "t20")); /* used again: no longer the oldest */
    assert_false(is_cached(cache, "t25")); /* asked for once, as those that are there */
    assert_int_equal(postings_cache_stats(cache).evictions, 0);
    assert_false(is_cached(cache, "t25"));
    assert_true(is_cached(cache, "t25"));
    struct postings_stats stats = postings_cache_stats(cache);
    assert_true(stats.bytes <= budget && stats.evictions == 1);
    assert_true(is_cached(cache, "t20"));
    assert_true(is_cached(cache, "t22"));
    assert_false(is_cached(cache, "t21"));
    for (unsigned term = 0; term < TERMS; term++) {
        char name[8];
        name_of(term, name);
        for (unsigned times = 0; times < term + 5; times++) { /* more often than what is there */
            postings_release(cache, get_one(cache, name));
            assert_true(postings_cache_stats(cache).bytes <= budget);
        }
    }
    assert_true(postings_cache_stats(cache).evictions > 10);
    postings_cache_free(cache);
}

static void words_in_turns_that_do_not_fit_are_kept_as_far_as_they_do(void **state)
{
    (void)state;
    size_t budget;
    struct postings_cache *cache = cache_of_halves(11, &budget);
    uint64_t hits = 0;
    for (int turn = 0; turn < 10; turn++) {
        for (unsigned term = 20; term < 30; term++) {
            char name[8];
            name_of(term, name);
            hits += is_cached(cache, name);
        }
    }
    assert_true(hits >= 9 * 5);
    postings_cache_free(cache);
}

static void an_entry_of_more_than_a_quarter_of_the_budget_serves_but_does_not_stay(void **state)
{
    (void)state;
    struct postings_cache *cache = new_cache(1 << 20);
    const struct postings *big = get_one(cache, "t0");
    size_t bytes = big->bytes;
    postings_release(cache, big);
    postings_cache_free(cache);
    cache = new_cache(4 * bytes - 1);
    big = get_one(cache, "t0");
    assert_int_equal(big->count, ROWS);
    assert_int_equal(postings_cache_stats(cache).entries, 0);
    postings_release(cache, big);
    postings_cache_free(cache);
    cache = new_cache(4 * bytes);
    postings_release(cache, get_one(cache, "t0"));
    assert_int_equal(postings_cache_stats(cache).entries, 1);
    postings_cache_free(cache);
    cache = new_cache(0); /* no cache at all still works */
    postings_release(cache, get_one(cache, "t0"));
    assert_int_equal(postings_cache_stats(cache).bytes, 0);
    postings_cache_free(cache);
}

static void a_crawl_through_rare_words_does_not_flush_what_is_asked_for_often(void **state)
{
    (void)state;
    size_t budget;
    struct postings_cache *cache = cache_of_halves(10, &budget);
    for (int round = 0; round < 5; round++) {
        postings_release(cache, get_one(cache, "t20"));
        postings_release(cache, get_one(cache, "t21"));
    }
    for (unsigned term = 22; term < TERMS; term++) {
        char name[8];
        name_of(term, name);
        postings_release(cache, get_one(cache, name));
    }
    assert_true(is_cached(cache, "t20"));
    assert_true(is_cached(cache, "t21"));
    assert_true(postings_cache_stats(cache).refused > 0);
    postings_cache_free(cache);
}

static void what_is_refused_drops_nothing(void **state)
{
    static const char *const often[] = {"t20", "t21", "t22", "t23", "t24", "t25"};
    struct postings_cache *cache = new_cache(1 << 20);
    (void)state;
    postings_release(cache, get_one(cache, "t30"));
    for (size_t i = 0; i < sizeof often / sizeof *often; i++)
        postings_release(cache, get_one(cache, often[i]));
    size_t budget = postings_cache_stats(cache).bytes;
    postings_cache_free(cache);
    cache = new_cache(budget);
    postings_release(cache, get_one(cache, "t30")); /* the oldest, and asked for but once */
    for (int round = 0; round < 5; round++)
        for (size_t i = 0; i < sizeof often / sizeof *often; i++)
            postings_release(cache, get_one(cache, often[i]));
    assert_int_equal(postings_cache_stats(cache).entries, 7);
    for (int times = 0; times < 2; times++) /* the second time more often than t30 */
        postings_release(cache, get_one(cache, "t19")); /* larger: the room of t30 alone would not do */
    struct postings_stats stats = postings_cache_stats(cache);
    assert_int_equal(stats.refused, 2);
    assert_int_equal(stats.evictions, 0);
    assert_true(is_cached(cache, "t30"));
    postings_cache_free(cache);
}

static void a_warmed_cache_has_what_the_other_had_and_no_more_than_half_of_its_budget(void **state)
{
    (void)state;
    struct postings_cache *from = new_cache(1 << 20), *cache = new_cache(1 << 20), *small;
    struct posting_term several[] = {{"t3", 2, 1u << LANE_ANY}, {"t4", 2, 1u << LANE_ANY | 1u << LANE_EXACT}};
    for (unsigned term = 10; term < 20; term++) {
        char name[8];
        name_of(term, name);
        postings_release(from, get_one(from, name));
    }
    postings_release(from, get(from, several, 2));
    assert_int_equal(postings_cache_warm(cache, from, NULL), STATUS_OK);
    assert_int_equal(postings_cache_stats(cache).entries, 11);
    assert_true(is_cached(cache, "t10") && is_cached(cache, "t19"));
    uint64_t hits = postings_cache_stats(cache).hits;
    postings_release(cache, get(cache, several, 2));
    assert_int_equal(postings_cache_stats(cache).hits, hits + 1);
    size_t budget = postings_cache_stats(from).bytes;
    small = new_cache(budget);
    assert_int_equal(postings_cache_warm(small, from, NULL), STATUS_OK);
    assert_in_range(postings_cache_stats(small).bytes, budget / 4, budget * 3 / 4);
    postings_cache_free(from);
    postings_cache_free(cache);
    postings_cache_free(small);
}

static void a_warmed_cache_knows_what_was_used_last_and_how_often(void **state)
{
    (void)state;
    static const char *const there[] = {"t20", "t21", "t22"}, *const more[] = {"t23", "t24", "t25"};
    for (int often = 0; often < 2; often++) {
        struct postings_cache *from = new_cache(1 << 20), *cache;
        for (int times = 0; times < (often ? 5 : 1); times++)
            postings_release(from, get_one(from, "t20"));
        for (size_t i = 1; i < 3; i++)
            postings_release(from, get_one(from, there[i]));
        cache = new_cache(2 * postings_cache_stats(from).bytes);
        assert_int_equal(postings_cache_warm(cache, from, NULL), STATUS_OK);
        assert_int_equal(postings_cache_stats(cache).entries, 3);
        for (size_t i = 0; i < 3; i++)
            postings_release(cache, get_one(cache, more[i]));
        for (int times = 0; times < 2; times++)
            postings_release(cache, get_one(cache, "t26"));
        assert_int_equal(postings_cache_stats(cache).evictions, !often);
        assert_int_equal(is_cached(cache, "t20"), often); /* the oldest goes, but not for what is asked for less */
        assert_true(is_cached(cache, "t22"));
        postings_cache_free(from);
        postings_cache_free(cache);
    }
}

static void what_was_asked_for_often_once_gives_way_in_time(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    size_t budget;
    struct postings_cache *cache = cache_of_halves(10, &budget);
    static const char *const old[] = {"t20", "t21", "t22", "t23", "t24"};
    for (size_t i = 0; i < 5 * 1000; i++)
        postings_release(cache, get_one(cache, old[i % 5]));
    unsigned asked = 0;
    while (asked < LONG && !is_cached(cache, "t39"))
        asked++;
    assert_in_range(asked, 1, LONG - 1);
    postings_cache_free(cache);
}

static void an_entry_in_use_outlives_its_eviction(void **state)
{
    (void)state;
    size_t budget;
    struct postings_cache *cache = cache_of_halves(9, &budget);
    const struct postings *held = get_one(cache, "t20"), *again;
    for (unsigned term = 21; term < 35; term++) {
        char name[8];
        name_of(term, name);
        for (unsigned times = 20; times <= term; times++) /* more often than what is there */
            postings_release(cache, get_one(cache, name));
    }
    assert_true(postings_cache_stats(cache).evictions > 5);
    same_as_naive(held, (unsigned[]){20}, (uint8_t[]){1u << LANE_ANY}, 1);
    again = get_one(cache, "t20"); /* read anew: the evicted one is out of the table */
    assert_ptr_not_equal(again, held);
    postings_release(cache, held);
    same_as_naive(again, (unsigned[]){20}, (uint8_t[]){1u << LANE_ANY}, 1);
    postings_release(cache, again);
    postings_cache_free(cache);
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

struct worker {
    struct postings_cache *cache;
    uint64_t seed, wrong;
};

static uint64_t sum_of(const struct postings *p)
{
    uint64_t sum = p->count;
    uint32_t place = 0;
    POSTINGS_EACH(p, row)
        sum = sum * 31 + row * 7 + postings_frequency(p, place++, LANE_ANY);
    return sum;
}

static uint64_t naive_sum(unsigned term)
{
    uint64_t sum = 0;
    for (uint32_t row = 0; row < ROWS; row++)
        sum += frequency(term, row) > 0;
    for (uint32_t row = 0; row < ROWS; row++)
        if (frequency(term, row))
            sum = sum * 31 + row * 7 + frequency(term, row);
    return sum;
}

/* Each thread holds two entries at a time, while the others push them out. */
static void *work(void *context)
{
    struct worker *w = context;
    struct oracle_random random = {w->seed};
    for (int round = 0; round < ROUNDS; round++) {
        unsigned numbers[2] = {(unsigned)oracle_below(&random, TERMS), (unsigned)oracle_below(&random, TERMS)};
        const struct postings *held[2] = {NULL, NULL};
        for (int i = 0; i < 2; i++) {
            char name[8];
            name_of(numbers[i], name);
            struct posting_term term = {name, (uint8_t)strlen(name), 1u << LANE_ANY};
            w->wrong += postings_get(w->cache, &term, 1, &held[i], NULL) != STATUS_OK;
        }
        for (int i = 0; i < 2; i++) {
            w->wrong += !held[i] || sum_of(held[i]) != naive_sum(numbers[i]);
            postings_release(w->cache, held[i]);
        }
    }
    return NULL;
}

static void threads_share_a_cache_that_is_too_small_for_them(void **state)
{
    (void)state;
    enum { BUDGET = 30000 };
    struct postings_cache *cache = new_cache(BUDGET);
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){cache, (uint64_t)i + 1, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].wrong, 0);
    }
    struct postings_stats stats = postings_cache_stats(cache);
    assert_int_equal(stats.hits + stats.misses, THREADS * ROUNDS * 2);
    assert_true(stats.hits > 0 && stats.evictions > 0 && stats.bytes <= BUDGET);
    postings_cache_free(cache);
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* How often the row has what the list is named after: "tN", "loud" in the first row, "rare" in the eighth, "many" and
 * "more" in all. */
static unsigned times_of(const char *name, uint32_t row)
{
    switch (name[0]) {
    case 't': return frequency((unsigned)atoi(name + 1), row);
    case 'l': return row == 0 ? POSTINGS_FREQUENCY_MOST : 0;
    case 'm': return 1 + (strcmp(name, "many") == 0 ? row % KINDS : row / KINDS);
    default: return row == 7;
    }
}

static void add_list(struct inverted_writer *writer, const char *name)
{
    uint32_t rows[ROWS], count = 0;
    uint8_t frequencies[ROWS];
    for (uint32_t row = 0; row < ROWS; row++) {
        unsigned times = times_of(name, row);
        rows[count] = row;
        frequencies[count] = (uint8_t)times;
        count += times > 0;
    }
    assert_int_equal(inverted_writer_add(writer, name, strlen(name), rows, frequencies, count, NULL), STATUS_OK);
}

static void write_terms(void)
{
    struct inverted_writer *writer;
    char names[TERMS + NAMED][8] = {"loud", "many", "more", "rare"};
    for (unsigned term = 0; term < TERMS; term++)
        name_of(term, names[term + NAMED]);
    qsort(names, TERMS + NAMED, sizeof *names, compare_names);
    assert_int_equal(inverted_writer_open(&writer, t.path, ROWS, NULL), STATUS_OK);
    for (size_t i = 0; i < TERMS + NAMED; i++)
        add_list(writer, names[i]);
    assert_int_equal(inverted_writer_finish(writer, NULL), STATUS_OK);
    inverted_writer_free(writer);
}

static void write_runs(void)
{
    static uint32_t rows[RUNS_ROWS];
    static uint8_t frequencies[RUNS_ROWS];
    struct inverted_writer *writer;
    assert_int_equal(inverted_writer_open(&writer, t.runs_path, RUNS_ROWS, NULL), STATUS_OK);
    for (unsigned term = 0; term < RUNS_TERMS; term++) {
        char name[8];
        uint32_t count = 0;
        name_of(term, name);
        for (uint32_t row = 0; row < RUNS_ROWS; row++) {
            rows[count] = row;
            frequencies[count] = (uint8_t)frequency_in_runs(term, row);
            count += frequencies[count] > 0;
        }
        assert_int_equal(inverted_writer_add(writer, name, strlen(name), rows, frequencies, count, NULL), STATUS_OK);
    }
    assert_int_equal(inverted_writer_finish(writer, NULL), STATUS_OK);
    inverted_writer_free(writer);
}

static int set_up(void **state)
{
    (void)state;
    t.folder = files_folder();
    t.path = files_path(t.folder, "postings");
    t.runs_path = files_path(t.folder, "runs");
    write_terms();
    write_runs();
    return inverted_open(&t.inverted, t.path, NULL) != STATUS_OK ||
           inverted_open(&t.runs, t.runs_path, NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    inverted_close(&t.inverted);
    inverted_close(&t.runs);
    files_remove(t.folder);
    free(t.path);
    free(t.runs_path);
    free(t.folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists_of_several_terms_are_merged_by_lane),
        cmocka_unit_test(rows_of_several_runs_are_found_in_lists_and_in_bitmaps),
        cmocka_unit_test(lists_take_three_bytes_a_row_and_bitmaps_less),
        cmocka_unit_test(many_rows_come_as_a_bitmap_and_few_as_a_list),
        cmocka_unit_test(a_term_that_no_row_has_gives_no_rows),
        cmocka_unit_test(frequencies_stop_at_what_a_byte_holds),
        cmocka_unit_test(frequencies_of_however_many_kinds_are_kept),
        cmocka_unit_test(a_word_has_from_one_to_the_most_terms),
        cmocka_unit_test(the_second_asker_gets_the_same_entry),
        cmocka_unit_test(terms_whose_joined_bytes_are_equal_are_told_apart),
        cmocka_unit_test(the_budget_is_kept_and_of_what_is_asked_for_less_the_oldest_goes_first),
        cmocka_unit_test(words_in_turns_that_do_not_fit_are_kept_as_far_as_they_do),
        cmocka_unit_test(an_entry_of_more_than_a_quarter_of_the_budget_serves_but_does_not_stay),
        cmocka_unit_test(a_crawl_through_rare_words_does_not_flush_what_is_asked_for_often),
        cmocka_unit_test(what_is_refused_drops_nothing),
        cmocka_unit_test(a_warmed_cache_has_what_the_other_had_and_no_more_than_half_of_its_budget),
        cmocka_unit_test(a_warmed_cache_knows_what_was_used_last_and_how_often),
        cmocka_unit_test(what_was_asked_for_often_once_gives_way_in_time),
        cmocka_unit_test(an_entry_in_use_outlives_its_eviction),
        cmocka_unit_test(threads_share_a_cache_that_is_too_small_for_them),
    };
    return cmocka_run_group_tests_name("postings", tests, set_up, tear_down);
}
