/* Words of one root across word classes: pairs that must meet, and that candidates keep their limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/derive.h"

typedef size_t derive_fn(const char *lemma, size_t len, char out[DERIVE_MOST][DERIVE_BYTES]);

static bool among(derive_fn *derive, const char *lemma, const char *wanted)
{
    char out[DERIVE_MOST][DERIVE_BYTES];
    size_t count = derive(lemma, strlen(lemma), out);
    for (size_t i = 0; i < count; i++)
        if (strcmp(out[i], wanted) == 0)
            return true;
    return false;
}

/* Lemmas as they stand in terms: dots folded. */
static const char *const to_nouns[][2] = {
    {"muistella", "muistelu"}, {"kavella", "kavely"}, {"jutella", "juttelu"}, {"opiskella", "opiskelu"},
    {"harrastella", "harrastelu"}, {"neuloa", "neulonta"}, {"neuvoa", "neuvonta"}, {"neuvoa", "neuvo"},
    {"kutoa", "kutonta"}, {"uida", "uinti"}, {"soida", "sointi"}, {"maalata", "maalaus"}, {"siivota", "siivous"},
    {"opettaa", "opetus"}, {"soittaa", "soitto"}, {"kalastaa", "kalastus"}, {"hiihtaa", "hiihto"},
    {"soutaa", "soutu"}, {"laulaa", "laulu"}, {"tanssia", "tanssi"}, {"kutsua", "kutsu"}, {"lukea", "luku"},
    {"metsastaa", "metsastys"}, {"lentaa", "lento"}, {"vaeltaa", "vaellus"}, {"valokuvata", "valokuvaus"},
    {"pyorailla", "pyoraily"}, {"retkeilla", "retkeily"}, {"ratsastaa", "ratsastus"}, {"matkustaa", "matkustus"},
};

static const char *const to_verbs[][2] = {
    {"muistelu", "muistella"}, {"kavely", "kavella"}, {"opetus", "opettaa"}, {"kalastus", "kalastaa"},
    {"maalaus", "maalata"}, {"siivous", "siivota"}, {"soitto", "soittaa"}, {"hiihto", "hiihtaa"}, {"lento", "lentaa"},
    {"neuvonta", "neuvoa"}, {"uinti", "uida"}, {"laulu", "laulaa"}, {"neulonta", "neuloa"}, {"soutu", "soutaa"},
    {"metsastys", "metsastaa"}, {"ratsastus", "ratsastaa"}, {"valokuvaus", "valokuvata"}, {"opiskelu", "opiskella"},
    {"urheilu", "urheilla"}, {"retkeily", "retkeilla"}, {"pyoraily", "pyorailla"}, {"vaellus", "vaeltaa"},
};

static int count_missing(derive_fn *derive, const char *const pairs[][2], size_t count)
{
    int missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (among(derive, pairs[i][0], pairs[i][1]))
            continue;
        print_error("%s does not give %s\n", pairs[i][0], pairs[i][1]);
        missing++;
    }
    return missing;
}

static void verbs_give_their_nouns_of_action(void **state)
{
    (void)state;
    assert_int_equal(count_missing(derive_nouns, to_nouns, sizeof to_nouns / sizeof *to_nouns), 0);
}

static void nouns_of_action_give_their_verbs(void **state)
{
    (void)state;
    assert_int_equal(count_missing(derive_verbs, to_verbs, sizeof to_verbs / sizeof *to_verbs), 0);
}

/* Other words than these would meet terms of an index that mean something else. */
static void words_of_other_kinds_give_nothing_or_none_of_these(void **state)
{
    (void)state;
    static const char *const others[][2] = {
        {"ruusu", "ruusaa"}, {"vanhus", "vanhuttaa"}, {"kerho", "kerhoa"}, {"talo", "talaa"}, {"linja", "linjia"},
        {"kunto", "kuntoaa"}, {"yhdistys", "yhdistyttaa"}, {"lapsi", "lapsia"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(among(derive_verbs, others[i][0], others[i][1]));
        assert_false(among(derive_nouns, others[i][0], others[i][1]));
    }
    char out[DERIVE_MOST][DERIVE_BYTES];
    assert_int_equal(derive_verbs("vanhus", 6, out), 0);
    assert_int_equal(derive_verbs("kerho", 5, out), 0);
    assert_int_equal(derive_nouns("olla", 4, out), 0);
}

static void short_and_long_lemmas_have_none(void **state)
{
    (void)state;
    char out[DERIVE_MOST][DERIVE_BYTES], lemma[2 * DERIVE_BYTES];
    assert_int_equal(derive_nouns("ida", 3, out), 0);
    assert_int_equal(derive_nouns("", 0, out), 0);
    for (size_t len = DERIVE_LEAST; len < sizeof lemma; len++) {
        memset(lemma, 'k', len);
        memcpy(lemma + len - 4, "ella", 4);
        size_t count = derive_nouns(lemma, len, out);
        assert_true(count <= DERIVE_MOST);
        for (size_t i = 0; i < count; i++)
            assert_true(strlen(out[i]) < DERIVE_BYTES && strncmp(out[i], lemma, len - 2) == 0);
        if (len + 8 > DERIVE_BYTES)
            assert_int_equal(count, 0);
    }
}

/* A lemma need not end in a zero: it stands in a term. */
static void only_the_given_bytes_are_read(void **state)
{
    (void)state;
    char out[DERIVE_MOST][DERIVE_BYTES];
    size_t count = derive_nouns("muistellaksemme", 9, out);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= strcmp(out[i], "muistelu") == 0;
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs_give_their_nouns_of_action),
        cmocka_unit_test(nouns_of_action_give_their_verbs),
        cmocka_unit_test(words_of_other_kinds_give_nothing_or_none_of_these),
        cmocka_unit_test(short_and_long_lemmas_have_none),
        cmocka_unit_test(only_the_given_bytes_are_read),
    };
    return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
