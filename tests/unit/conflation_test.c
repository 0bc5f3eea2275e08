/* How well the analyser joins the forms of a word, finds compounds by their parts and keeps other words apart, measured
 * on pairs from treebanks: conflation_dev.tsv in the folder that the environment variable OPASTIN_SETS names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "analyse/analyse.h"

/* Bars under the measured figures (docs/finnish.md), so that a rule that breaks something shows. */
#define INFLECTION_BAR 0.90
#define PART_BAR 0.93
#define UNRELATED_BAR 0.006

enum { LINE_BYTES = 1024, PAIR_TERMS = 512, TERM_BYTES = ANALYSE_TERM_BYTES + 1 };
enum relation { INFLECTION, PART, UNRELATED, RELATIONS };

static const char *const relation_names[RELATIONS] = {"inflection", "compound-part", "unrelated"};

/* The terms of one side of a pair. */
struct side {
    bool query;
    size_t count;
    char terms[PAIR_TERMS][TERM_BYTES];
};

struct tally {
    size_t pairs[RELATIONS], joined[RELATIONS];
};

static enum status side_add(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct side *side = context;
    const struct term *terms = side->query ? word->query : word->terms;
    size_t count = side->query ? word->query_count : word->term_count;
    (void)token, (void)err;
    for (size_t i = 0; i < count && side->count < PAIR_TERMS; i++)
        memcpy(side->terms[side->count++], terms[i].text, terms[i].len + 1u);
    return STATUS_OK;
}

static void side_fill(struct side *side, struct analyser *analyser, const char *form, enum text_lang lang)
{
    side->count = 0;
    assert_int_equal(analyse_text(analyser, form, strlen(form), lang, side_add, side, NULL), STATUS_OK);
}

static bool sides_meet(const struct side *one, const struct side *two)
{
    for (size_t i = 0; i < one->count; i++)
        for (size_t j = 0; j < two->count; j++)
            if (strcmp(one->terms[i], two->terms[j]) == 0)
                return true;
    return false;
}

static enum relation relation_of(const char *name)
{
    for (int i = 0; i < RELATIONS; i++)
        if (strcmp(relation_names[i], name) == 0)
            return (enum relation)i;
    fail_msg("unknown relation %s", name);
    return RELATIONS;
}

/* NULL without a set: the tests are then skipped. */
static FILE *set_open(void)
{
    const char *folder = getenv("OPASTIN_SETS");
    char path[4096], line[LINE_BYTES];
    if (!folder || !*folder) {
        print_message("skipped: OPASTIN_SETS names no folder with conflation_dev.tsv\n");
        return NULL;
    }
    snprintf(path, sizeof path, "%s/conflation_dev.tsv", folder);
    FILE *set = fopen(path, "r");
    if (!set)
        print_message("skipped: OPASTIN_SETS has no conflation_dev.tsv\n");
    else
        assert_non_null(fgets(line, sizeof line, set)); /* the header */
    return set;
}

/* The columns of the next row; false at the end. */
static bool row_next(FILE *set, char line[LINE_BYTES], char *columns[3])
{
    if (!fgets(line, LINE_BYTES, set))
        return false;
    for (int i = 0; i < 3; i++)
        assert_non_null(columns[i] = strsep(&line, "\t"));
    return true;
}

static double share(const struct tally *tally, enum relation relation)
{
    assert_true(tally->pairs[relation] > 0);
    return (double)tally->joined[relation] / (double)tally->pairs[relation];
}

static void test_conflation(void **state)
{
    (void)state;
    static struct side query = {.query = true}, doc;
    char line[LINE_BYTES], *columns[3];
    struct tally tally = {0};
    struct analyser *analyser;
    FILE *set = set_open();
    if (!set)
        skip();
    assert_int_equal(analyser_open(&analyser, 0, NULL), STATUS_OK);
    while (row_next(set, line, columns)) {
        enum relation relation = relation_of(columns[2]);
        side_fill(&query, analyser, columns[0], TEXT_UNSURE);
        side_fill(&doc, analyser, columns[1], TEXT_FI);
        tally.pairs[relation]++;
        tally.joined[relation] += sides_meet(&query, &doc);
    }
    fclose(set);
    analyser_free(analyser);
    for (int i = 0; i < RELATIONS; i++)
        print_message("%-13s %5zu of %5zu joined: %.4f\n", relation_names[i], tally.joined[i], tally.pairs[i],
                      share(&tally, (enum relation)i));
    assert_true(share(&tally, INFLECTION) >= INFLECTION_BAR);
    assert_true(share(&tally, PART) >= PART_BAR);
    assert_true(share(&tally, UNRELATED) <= UNRELATED_BAR);
}

/* CPU seconds of analysing every form of the set once; *words gets their number. */
static double set_time(FILE *set, struct analyser *analyser, size_t *words)
{
    char line[LINE_BYTES], *columns[3];
    struct timespec from, to;
    *words = 0;
    rewind(set);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    while (row_next(set, line, columns))
        for (int i = 0; i < 2; i++, ++*words) {
            const struct word *word;
            if (analyse_word(analyser, columns[i], strlen(columns[i]), TEXT_FI, &word, NULL) != STATUS_OK)
                fail();
        }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void print_speed(FILE *set, const char *name, size_t cache_slots)
{
    struct analyser *analyser;
    size_t words;
    assert_int_equal(analyser_open(&analyser, cache_slots, NULL), STATUS_OK);
    double cold = set_time(set, analyser, &words);
    double warm = set_time(set, analyser, &words);
    print_message("%s: %zu words, %.0f a second cold, %.0f warm\n", name, words, (double)words / cold,
                  (double)words / warm);
    analyser_free(analyser);
}

/* Only printed: how fast a machine is proves nothing about the code. */
static void test_speed(void **state)
{
    (void)state;
    FILE *set = set_open();
    if (!set)
        skip();
    print_speed(set, "no cache", 1);
    print_speed(set, "full cache", 0);
    fclose(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conflation),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
