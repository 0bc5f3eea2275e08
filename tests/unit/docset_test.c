/* Sets of rows: every way of counting that this processor has gives what a loop over single bits gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "search/docset.c" /* its variants are private */

enum { WORDS_MOST = 100 };

static uint64_t count_naively(const uint64_t *a, const uint64_t *b, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; i++)
        for (int bit = 0; bit < 64; bit++)
            count += a[i] >> bit & b[i] >> bit & 1;
    return count;
}

/* Sparse, dense, full and empty words. */
static uint64_t some_word(struct oracle_random *random)
{
    switch (oracle_below(random, 5)) {
    case 0: return 0;
    case 1: return UINT64_MAX;
    case 2: return oracle_random(random) & oracle_random(random) & oracle_random(random);
    case 3: return (uint64_t)1 << oracle_below(random, 64);
    default: return oracle_random(random);
    }
}

static void fill(uint64_t *words, size_t count, struct oracle_random *random)
{
    for (size_t i = 0; i < count; i++)
        words[i] = some_word(random);
}

static void every_variant_counts_as_the_loop_over_bits_does(void **state)
{
    (void)state;
    struct oracle_random random = {1};
    uint64_t a[WORDS_MOST + 1], b[WORDS_MOST + 1];
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        if (!variants[v].supported()) {
            printf("skipped: docset counted by %s: this processor has it not\n", variants[v].name);
            continue;
        }
        for (size_t words = 0; words <= WORDS_MOST; words++) {
            for (int round = 0; round < 20; round++) {
                size_t shift = (size_t)round & 1; /* not aligned to a vector either */
                fill(a, WORDS_MOST + 1, &random);
                fill(b, WORDS_MOST + 1, &random);
                if (words == WORDS_MOST)
                    shift = 0;
                uint64_t expected = count_naively(a + shift, b + shift, words);
                if (variants[v].count(a + shift, b + shift, words) != expected)
                    fail_msg("%s, %zu words: %llu instead of %llu", variants[v].name, words,
                             (unsigned long long)variants[v].count(a + shift, b + shift, words),
                             (unsigned long long)expected);
            }
        }
    }
}

static void the_best_variant_of_this_processor_is_chosen(void **state)
{
    (void)state;
    const char *best = "plain";
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++)
        if (variants[v].supported())
            best = variants[v].name;
    uint64_t word = 5;
    struct docset set = {&word, 1};
    assert_int_equal(docset_count(&set), 2);
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++)
        if (variants[v].count == count_and)
            assert_string_equal(variants[v].name, best);
}

static void arithmetic_is_that_of_single_bits(void **state)
{
    (void)state;
    struct oracle_random random = {2};
    for (size_t words = 0; words <= WORDS_MOST; words += words < 10 ? 1 : 9) {
        uint64_t a[WORDS_MOST], b[WORDS_MOST], out[WORDS_MOST + 1];
        struct docset x = {a, words}, y = {b, words}, to = {out, words};
        fill(a, WORDS_MOST, &random);
        fill(b, WORDS_MOST, &random);
        out[words] = 42; /* not touched */
        docset_copy(&to, &x);
        docset_and(&to, &y);
        for (size_t i = 0; i < words; i++)
            assert_true(out[i] == (a[i] & b[i]));
        assert_int_equal(docset_count(&to), docset_count_and(&x, &y));
        docset_copy(&to, &x);
        docset_or(&to, &y);
        for (size_t i = 0; i < words; i++)
            assert_true(out[i] == (a[i] | b[i]));
        docset_copy(&to, &x);
        docset_and_not(&to, &y);
        for (size_t i = 0; i < words; i++)
            assert_true(out[i] == (a[i] & ~b[i]));
        docset_clear(&to);
        assert_int_equal(docset_count(&to), 0);
        assert_int_equal(out[words], 42);
    }
}

static void rows_are_visited_once_and_ascending(void **state)
{
    (void)state;
    struct oracle_random random = {3};
    uint64_t words[WORDS_MOST];
    struct docset set = {words, WORDS_MOST};
    fill(words, WORDS_MOST, &random);
    uint32_t next = 0;
    uint64_t visited = 0;
    DOCSET_EACH(&set, row) {
        for (; next < row; next++)
            assert_false(docset_has(&set, next));
        assert_true(docset_has(&set, row));
        next = row + 1;
        visited++;
    }
    for (; next < WORDS_MOST * 64; next++)
        assert_false(docset_has(&set, next));
    assert_int_equal(visited, docset_count(&set));
}

static void put_and_has_agree_at_the_borders_of_words(void **state)
{
    (void)state;
    static const uint32_t rows[] = {0, 1, 63, 64, 65, 127, 128};
    uint64_t words[3] = {0};
    struct docset set = {words, docset_words(129)};
    assert_int_equal(docset_words(0), 0);
    assert_int_equal(docset_words(1), 1);
    assert_int_equal(docset_words(64), 1);
    assert_int_equal(docset_words(65), 2);
    assert_int_equal(docset_words(UINT32_MAX), (size_t)1 << 26);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(docset_has(&set, rows[i]));
        docset_put(&set, rows[i]);
        docset_put(&set, rows[i]);
        assert_true(docset_has(&set, rows[i]));
        assert_int_equal(docset_count(&set), i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_counts_as_the_loop_over_bits_does),
        cmocka_unit_test(the_best_variant_of_this_processor_is_chosen),
        cmocka_unit_test(arithmetic_is_that_of_single_bits),
        cmocka_unit_test(rows_are_visited_once_and_ascending),
        cmocka_unit_test(put_and_has_agree_at_the_borders_of_words),
    };
    return cmocka_run_group_tests_name("docset", tests, NULL, NULL);
}
