/* The dictionary's answers: what is kept is what was put, within the bytes, for several threads; an analyser that
 * shares them gives the same words and asks nothing again. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/analyse.h"
#include "analyse/answers.h"
#include "analyse/base.h"

static unsigned char got[ANSWER_BYTES];

/* The answer to number i: of a length of its own, told by its bytes. */
static size_t make(uint32_t i, unsigned char out[64])
{
    size_t len = 1 + i % 61;
    memset(out, (int)(i * 31), len);
    return len;
}

static void put(struct answers *answers, uint32_t i)
{
    unsigned char answer[64];
    answers_put(answers, &i, sizeof i, answer, make(i, answer));
}

/* 1 when it is there, 0 when not, -1 when it is another's. */
static int look(struct answers *answers, uint32_t i, unsigned char *buffer)
{
    unsigned char answer[64];
    size_t len = answers_get(answers, &i, sizeof i, buffer);
    if (len == 0)
        return 0;
    return len == make(i, answer) && memcmp(buffer, answer, len) == 0 ? 1 : -1;
}

static void test_kept_within_bytes(void **state)
{
    (void)state;
    enum { MANY = 200000, LATE = 10000 }; /* some 8 MB of answers */
    struct answers *answers;
    uint32_t kept = 0;
    assert_int_equal(answers_new(&answers, 0, NULL), STATUS_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        put(answers, i);
        if (i % 1000 == 0)
            assert_int_equal(look(answers, 7, got), i >= 7); /* asked for again and again, it stays */
    }
    for (uint32_t i = MANY - LATE; i < MANY; i++)
        assert_int_equal(look(answers, i, got), 1);
    for (uint32_t i = 0; i < MANY; i++) {
        int found = look(answers, i, got);
        assert_true(found >= 0);
        kept += found > 0;
    }
    assert_in_range(kept, LATE, ANSWERS_PART_BYTES / 32);
    answers_free(answers);
    answers_free(NULL);
}

static void test_lengths(void **state)
{
    (void)state;
    static char key[ANSWER_KEY_BYTES + 1];
    static unsigned char answer[ANSWER_BYTES + 1];
    struct answers *answers;
    assert_int_equal(answers_new(&answers, 8 << 20, NULL), STATUS_OK);
    memset(answer, 'x', sizeof answer);
    answers_put(answers, key, sizeof key, answer, 1); /* too long a key, */
    answers_put(answers, "a", 1, answer, sizeof answer); /* too long an answer, none: nothing is kept */
    answers_put(answers, "b", 1, answer, 0);
    assert_int_equal(answers_get(answers, key, sizeof key, got), 0);
    assert_int_equal(answers_get(answers, "a", 1, got), 0);
    assert_int_equal(answers_get(answers, "b", 1, got), 0);
    answers_put(answers, key, ANSWER_KEY_BYTES, answer, ANSWER_BYTES);
    answers_put(answers, "", 0, answer, 3);
    answers_put(answers, "", 0, answer, 5); /* the first stays */
    assert_int_equal(answers_get(answers, key, ANSWER_KEY_BYTES, got), ANSWER_BYTES);
    assert_memory_equal(got, answer, ANSWER_BYTES);
    assert_int_equal(answers_get(answers, "", 0, got), 3);
    for (int i = 0; i < 1000; i++) /* the largest answers push each other out */
        answers_put(answers, &i, sizeof i, answer, ANSWER_BYTES);
    int last = 999;
    assert_int_equal(answers_get(answers, &last, sizeof last, got), ANSWER_BYTES);
    answers_free(answers);
}

static void *thread_run(void *context)
{
    struct answers *answers = context;
    unsigned char *buffer = malloc(ANSWER_BYTES);
    bool right = buffer != NULL;
    for (uint32_t i = 0; right && i < 100000; i++) {
        right = look(answers, i, buffer) >= 0;
        put(answers, i);
        right = right && look(answers, i / 2, buffer) >= 0;
    }
    free(buffer);
    return right ? context : NULL;
}

static void test_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    struct answers *answers;
    pthread_t threads[THREADS];
    assert_int_equal(answers_new(&answers, 0, NULL), STATUS_OK);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, thread_run, answers), 0);
    for (int i = 0; i < THREADS; i++) {
        void *ran;
        pthread_join(threads[i], &ran);
        assert_ptr_equal(ran, answers);
    }
    answers_free(answers);
}

/* ---- analysers that share them ----------------------------------------------------------------------------------- */

static const char *const words[] = {
    "talossa", "mikkelissä", "Kontiolahdella", "mäki", "alusta", "vapaaehtoistoiminnassa", "maahanmuuttajanuorille",
    "sote-järjestöille", "3-6-vuotiaille", "EJY:n", "linja-autossa", "kohtaamispaikkatoiminta", "osallistuvia",
    "klaffituolia", "pumppudreenistä", "Clintonin", "tyottomyys", "punanen", "Šakki", "café", "kehittämishanke",
    "vastaanottavan", "nuorisotyöntekijöitä", "20-vuotisjuhla", "viidessätoista", "Isolla-Britannialla", "xyzzy", "-",
};
enum { WORDS = sizeof words / sizeof *words };

static void assert_same_word(struct analyser *a, struct analyser *b, const char *text)
{
    const struct word *one, *two;
    assert_int_equal(analyse_word(a, text, strlen(text), TEXT_UNSURE, &one, NULL), STATUS_OK);
    assert_int_equal(analyse_word(b, text, strlen(text), TEXT_UNSURE, &two, NULL), STATUS_OK);
    assert_int_equal(one->term_count, two->term_count);
    assert_int_equal(one->query_count, two->query_count);
    assert_int_equal(one->part_count, two->part_count);
    assert_true(one->known == two->known && one->verb == two->verb);
    for (size_t i = 0; i < one->term_count; i++)
        assert_string_equal(one->terms[i].text, two->terms[i].text);
    for (size_t i = 0; i < one->query_count; i++)
        assert_string_equal(one->query[i].text, two->query[i].text);
}

static void assert_same_bases(struct analyser *a, struct analyser *b, const char *text)
{
    struct bases one, two;
    analyse_bases(a, text, strlen(text), &one);
    analyse_bases(b, text, strlen(text), &two);
    assert_true(one.known == two.known);
    assert_int_equal(one.count, two.count);
    for (size_t i = 0; i < one.count; i++)
        assert_string_equal(one.base[i], two.base[i]);
}

static void test_shared(void **state)
{
    (void)state;
    struct answers *answers;
    struct analyser *first, *second, *alone;
    struct err err = {0};
    assert_int_equal(answers_new(&answers, 8 << 20, &err), STATUS_OK);
    if (analyser_open_sharing(&first, 0, answers, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(analyser_open_sharing(&second, 0, answers, &err), STATUS_OK);
    assert_int_equal(analyser_open(&alone, 0, &err), STATUS_OK);
    for (int i = 0; i < WORDS; i++)
        assert_same_word(alone, first, words[i]);
    for (int i = 0; i < WORDS; i++)
        assert_same_word(alone, second, words[i]);
    assert_int_equal(analyser_stats(first).dictionary_calls, analyser_stats(alone).dictionary_calls);
    assert_int_equal(analyser_stats(second).dictionary_calls, 0);
    analyser_free(first); /* the answers outlive it */
    for (int i = 0; i < WORDS; i++)
        assert_same_bases(alone, second, words[i]);
    assert_true(analyser_stats(second).dictionary_calls < 3); /* numbers and colons are asked for their bases alone */
    analyser_free(second);
    analyser_free(alone);
    answers_free(answers);
}

/* Capitals and compound place names are in no lemma: they must come out of the remembered answer too. */
static void test_bases_remembered(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"mikkelissä", "Mikkeli"}, {"mäen", "mäki"}, {"talossa", "talo"},
                                           {"kontiolahdella", "Kontiolahti"}, {"xyzzy", "xyzzy"}};
    struct analyser *analyser;
    struct bases bases;
    assert_int_equal(analyser_open(&analyser, 0, NULL), STATUS_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            analyse_bases(analyser, pairs[i][0], strlen(pairs[i][0]), &bases);
            assert_string_equal(bases.base[0], pairs[i][1]);
        }
        assert_int_equal(analyser_stats(analyser).dictionary_calls, sizeof pairs / sizeof *pairs);
    }
    analyser_free(analyser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_within_bytes), cmocka_unit_test(test_lengths), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_shared),            cmocka_unit_test(test_bases_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
