/* Sums of weights per row as bit planes: what is asked of them is what a sum per row says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "search/sliced.h"

enum { WORDS = 1100, ROWS = WORDS * 64, RUNS = 2, ROUNDS = 240, GROUPS = 12, PARTS = 3 };
_Static_assert(ROWS > (int)POSTINGS_RUN && ROWS <= RUNS * (int)POSTINGS_RUN, "lists have more than one run");

/* A word of a query, or a part of one. */
struct some_rows {
    uint64_t words[WORDS];
    uint16_t low[ROWS];
    uint32_t begins[RUNS + 1];
    struct docset set;
    struct postings postings;
};

static struct {
    struct oracle_random random;
    struct some_rows word[GROUPS], part[GROUPS][PARTS], among;
    struct sliced sums;
    unsigned sum[ROWS], most;
    size_t words;
} t;

static void list_rows(struct some_rows *rows)
{
    struct postings *p = &rows->postings;
    *p = (struct postings){.low = rows->low, .begins = rows->begins, .runs = postings_runs((uint32_t)t.words * 64)};
    memset(rows->begins, 0, sizeof rows->begins);
    DOCSET_EACH(&rows->set, row) {
        rows->low[p->count++] = (uint16_t)(row % POSTINGS_RUN);
        for (size_t run = row / POSTINGS_RUN + 1; run <= RUNS; run++)
            rows->begins[run] = p->count;
    }
}

/* Few rows or many, spread or in a stretch of their own, some at the borders of words and blocks. */
static void take_rows(struct some_rows *rows)
{
    static const uint32_t borders[] = {0, 63, 64, 64 * 64 - 1, 64 * 64, POSTINGS_RUN - 1, POSTINGS_RUN};
    uint32_t end = (uint32_t)t.words * 64, share = (uint32_t)1 << oracle_below(&t.random, 12);
    uint32_t first = oracle_chance(&t.random, 70) ? 0 : (uint32_t)oracle_below(&t.random, end + 1);
    rows->set = (struct docset){rows->words, t.words};
    docset_clear(&rows->set);
    for (uint32_t row = first; row < end; row++)
        if (oracle_below(&t.random, share) == 0)
            docset_put(&rows->set, row);
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
        if (borders[i] < end && oracle_chance(&t.random, 30))
            docset_put(&rows->set, borders[i]);
    list_rows(rows);
    if (oracle_chance(&t.random, 50))
        rows->postings = (struct postings){.set = rows->set};
}

static void add_part(struct some_rows *part, const struct some_rows *word, unsigned weight)
{
    take_rows(part);
    sliced_add_instead(&t.sums, &part->postings, &word->set, weight);
    DOCSET_EACH(&part->set, row)
        t.sum[row] += docset_has(&word->set, row) ? 0 : weight;
}

/* Words of every weight, some with parts that count where the word is not, and some of the rows. */
static void add_words(unsigned heaviest)
{
    t.words = oracle_chance(&t.random, 5) ? 0 : 1 + oracle_below(&t.random, WORDS);
    t.most = 0;
    memset(t.sum, 0, sizeof t.sum);
    sliced_begin(&t.sums, t.words);
    for (size_t g = oracle_below(&t.random, GROUPS + 1); g > 0; g--) {
        struct some_rows *word = &t.word[g - 1];
        unsigned weight = 1 + (unsigned)oracle_below(&t.random, heaviest);
        take_rows(word);
        sliced_add(&t.sums, &word->set, weight);
        t.most += weight;
        DOCSET_EACH(&word->set, row)
            t.sum[row] += weight;
        if (weight <= PARTS || oracle_chance(&t.random, 60))
            continue;
        for (size_t p = 0; p < PARTS; p++)
            add_part(&t.part[g - 1][p], word, weight / (PARTS + 1));
    }
    take_rows(&t.among);
}

static unsigned heaviest(int round)
{
    return round % 3 == 0 ? 1 : round % 3 == 1 ? 64 : SLICED_MOST / GROUPS;
}

static int compare_down(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return x > y ? -1 : x < y;
}

static void nth_highest_is_that_of_the_sorted_sums(void **state)
{
    (void)state;
    static unsigned had[ROWS];
    t.random = (struct oracle_random){1};
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = 0;
        add_words(heaviest(round));
        DOCSET_EACH(&t.among.set, row)
            had[count++] = t.sum[row];
        qsort(had, count, sizeof *had, compare_down);
        for (uint32_t nth = 1; nth < 2000; nth += 1 + nth / 2) {
            unsigned best, found = sliced_nth(&t.sums, &t.among.set, nth, &best);
            assert_int_equal(found, nth <= count ? had[nth - 1] : 0);
            assert_int_equal(best, count ? had[0] : 0);
        }
    }
}

static void lowest_is_that_of_the_rows_or_the_most_of_none(void **state)
{
    (void)state;
    t.random = (struct oracle_random){2};
    for (int round = 0; round < ROUNDS; round++) {
        add_words(heaviest(round));
        unsigned lowest = t.most;
        DOCSET_EACH(&t.among.set, row)
            lowest = t.sum[row] < lowest ? t.sum[row] : lowest;
        assert_int_equal(sliced_lowest(&t.sums, &t.among.set), lowest);
    }
}

static void rows_with_at_least_a_sum_are_added(void **state)
{
    (void)state;
    static struct some_rows to, before;
    t.random = (struct oracle_random){3};
    for (int round = 0; round < ROUNDS; round++) {
        add_words(heaviest(round));
        take_rows(&before);
        take_rows(&to);
        docset_copy(&to.set, &before.set);
        unsigned least = (unsigned)oracle_below(&t.random, t.most + t.most / 4 + 2);
        sliced_at_least(&t.sums, &t.among.set, least, &to.set);
        for (uint32_t row = 0; row < t.words * 64; row++)
            assert_int_equal(docset_has(&to.set, row), docset_has(&before.set, row) ||
                                                           (docset_has(&t.among.set, row) && t.sum[row] >= least));
    }
}

/* As many words and parts as a query may have, in every row. */
static void sums_reach_the_most(void **state)
{
    (void)state;
    t.words = WORDS;
    struct docset all = {t.word[0].words, WORDS}, none = {t.word[1].words, WORDS};
    struct postings every = {.count = ROWS, .set = all};
    unsigned most = SLICED_MOST / REQUEST_QUERY_WORDS * REQUEST_QUERY_WORDS, best;
    memset(all.words, 0xff, WORDS * sizeof *all.words);
    docset_clear(&none);
    sliced_begin(&t.sums, WORDS);
    for (int w = 0; w < REQUEST_QUERY_WORDS; w++) {
        sliced_add(&t.sums, w % 2 ? &none : &all, SLICED_MOST / REQUEST_QUERY_WORDS);
        for (int p = 0; p < ANALYSE_PARTS_PER_WORD; p++)
            sliced_add_instead(&t.sums, &every, w % 2 ? &none : &all, 1);
    }
    unsigned sum = most / 2 + REQUEST_QUERY_WORDS / 2 * ANALYSE_PARTS_PER_WORD;
    assert_int_equal(sliced_nth(&t.sums, &all, ROWS, &best), sum);
    assert_int_equal(best, sum);
    assert_int_equal(sliced_lowest(&t.sums, &all), sum);
    assert_int_equal(sliced_lowest(&t.sums, &none), most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nth_highest_is_that_of_the_sorted_sums),
        cmocka_unit_test(lowest_is_that_of_the_rows_or_the_most_of_none),
        cmocka_unit_test(rows_with_at_least_a_sum_are_added),
        cmocka_unit_test(sums_reach_the_most),
    };
    return cmocka_run_group_tests_name("sliced", tests, NULL, NULL);
}
