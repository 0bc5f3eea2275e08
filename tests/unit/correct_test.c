/* Did-you-mean: what is corrected and what is left alone, and how often the right word comes first on typing errors
 * made from treebanks: typo_dev.tsv in the folder that the environment variable OPASTIN_SETS names. OPASTIN_WORDS may
 * name a list "form TAB records" to correct by; without it the words of the sets serve, which is an easier task. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "search/correct.h"
#include "search/edits.h"
#include "tests/eval/eval_run.h"
#include "tests/eval/eval_words.h"
#include "tests/unit/files.h"
#include "word_list.h"

/* Bars under the measured figures (docs/finnish.md): with a list of words, and with those of the sets. */
#define FORM_BAR 0.82
#define LEMMA_BAR 0.86
#define FORM_BAR_SETS 0.91
#define LEMMA_BAR_SETS 0.94

enum { LINE_BYTES = 1024, COLUMNS = 4 };

static struct {
    struct analyser *analyser;
    struct arena arena;
    char *folder, *path;
} t;

/* ---- prices ----------------------------------------------------------------------------------------------------- */

static unsigned price_within(const char *typed, const char *meant, unsigned bound)
{
    static struct edits edits;
    uint32_t letters[EDITS_LETTERS];
    size_t count = 0, depth = 0;
    for (size_t at = 0, step; typed[at]; at += step)
        letters[count++] = utf8_decode(typed + at, strlen(typed + at), &step);
    edits_start(&edits, letters, count);
    edits_bound(&edits, bound);
    for (size_t at = 0, step; meant[at]; at += step)
        edits_push(&edits, depth++, utf8_decode(meant + at, strlen(meant + at), &step));
    return edits_price(&edits, depth);
}

static unsigned price(const char *typed, const char *meant)
{
    return price_within(typed, meant, EDITS_FAR);
}

static void each_slip_has_its_price(void **state)
{
    (void)state;
    assert_int_equal(price("kerho", "kerho"), 0);
    assert_int_equal(price("kavely", "kävely"), 3);
    assert_int_equal(price("tyottomyys", "työttömyys"), 6);
    assert_int_equal(price("tapaminen", "tapaaminen"), 5);
    assert_int_equal(price("kerhho", "kerho"), 5);
    assert_int_equal(price("kehro", "kerho"), 8);
    assert_int_equal(price("kwrho", "kerho"), 8);
    assert_int_equal(price("kmrho", "kerho"), 10);
    assert_int_equal(price("kero", "kerho"), 10);
    assert_int_equal(price("herho", "kerho"), 13);
    assert_int_equal(price("erho", "kerho"), 13);
    assert_int_equal(price("ekrho", "kerho"), 11);
    assert_int_equal(price("ahti", "ähti"), 6);
    assert_true(price("a", "pitkäveteinenjuttu") > 100);
}

static void make_word(char *word, size_t len, const char *letters, uint64_t *seed)
{
    for (size_t k = 0; k < len; k++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        word[k] = letters[(*seed >> 33) % strlen(letters)];
    }
    word[len] = '\0';
}

static void a_bound_changes_no_price_below_it(void **state)
{
    uint64_t seed = 11;
    unsigned within = 0, beyond = 0;
    char typed[16], meant[16];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        make_word(typed, 1 + seed % 9, "aeik", &seed);
        make_word(meant, 1 + (seed >> 8) % 12, "aeik", &seed);
        unsigned free = price(typed, meant);
        for (unsigned bound = 3; bound < 40; bound += 6) {
            unsigned bounded = price_within(typed, meant, bound);
            if (free <= bound ? bounded != free : bounded <= bound)
                fail_msg("%s, %s: %u, within %u: %u", typed, meant, free, bound, bounded);
            within += free <= bound;
            beyond += free > bound;
        }
    }
    assert_true(within > 1000 && beyond > 1000);
}

/* ---- corrections ------------------------------------------------------------------------------------------------ */

static void open_lexicon(struct word_list *list, struct lexicon *lexicon)
{
    struct err err = {0};
    if (word_list_open(list, t.analyser, t.path, lexicon, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static size_t correct(const struct lexicon *lexicon, const char *word, struct correction out[CORRECT_MOST])
{
    struct err err = {0};
    size_t count;
    arena_reset(&t.arena);
    if (correct_word(lexicon, t.analyser, word, strlen(word), &t.arena, out, &count, &err) != STATUS_OK)
        fail_msg("%s: %s", word, err.message);
    return count;
}

static const char *const small[] = {"kävelyryhmä", "kävelyryhmässä", "kerho", "kerhoa", "kerhossa", "opastamo",
                                    "mikkelissä", "vertaistukea", "luovalava", "uimahalli", "omaishoitaja"};

static void open_small(struct lexicon *lexicon)
{
    struct word_list list = {0};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        word_list_add(&list, small[i], (uint32_t)(10 + i));
    open_lexicon(&list, lexicon);
    word_list_free(&list);
}

static void words_of_the_index_come_first(void **state)
{
    static const char *const pairs[][2] = {
        {"kavelyrhyma", "kävelyryhmä"}, {"kerhosa", "kerhossa"}, {"opastmao", "opastamo"}, {"uimahali", "uimahalli"},
        {"MIKKELISÄ", "mikkelissä"}, {"luovallava", "luovalava"}, {"omasihoitaja", "omaishoitaja"}};
    struct lexicon lexicon;
    struct correction out[CORRECT_MOST];
    (void)state;
    open_small(&lexicon);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t count = correct(&lexicon, pairs[i][0], out);
        assert_true(count > 0);
        assert_string_equal(out[0].form, pairs[i][1]);
        assert_true(out[0].rows > 0);
        for (size_t k = 1; k < count; k++)
            assert_true(out[k - 1].cost <= out[k].cost);
    }
    lexicon_close(&lexicon);
}

/* The dictionary's own words count as well, and say so. */
static void words_that_the_index_lacks(void **state)
{
    struct lexicon lexicon;
    struct correction out[CORRECT_MOST];
    (void)state;
    open_small(&lexicon);
    assert_true(correct(&lexicon, "kirjastosas", out) > 0);
    assert_string_equal(out[0].form, "kirjastossa");
    assert_int_equal(out[0].rows, 0);
    assert_true(correct(&lexicon, "uimahalliinn", out) > 0);
    assert_string_equal(out[0].form, "uimahalliin"); /* another form of a word that is there */
    assert_true(out[0].rows > 0);
    lexicon_close(&lexicon);
}

static void some_words_are_left_alone(void **state)
{
    static const char *const words[] = {
        "", "a", "sti", "yöt", "040123", "ker4o", "2024-vuosi", "-", "  ", "!!!!!",
        "kerhokerhokerhokerhokerhokerhox", "\xff\xfe\x80kk"};
    struct lexicon lexicon;
    struct correction out[CORRECT_MOST];
    (void)state;
    open_small(&lexicon);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(correct(&lexicon, words[i], out), 0);
    size_t count = correct(&lexicon, "kerho", out); /* asked all the same, it is not its own correction */
    for (size_t i = 0; i < count; i++)
        assert_string_not_equal(out[i].form, "kerho");
    lexicon_close(&lexicon);
}

static void an_empty_index(void **state)
{
    struct word_list list = {0};
    struct lexicon lexicon;
    struct correction out[CORRECT_MOST];
    (void)state;
    open_lexicon(&list, &lexicon);
    assert_true(correct(&lexicon, "kirjastso", out) > 0);
    lexicon_close(&lexicon);
}

/* The walk along shared beginnings finds as much as comparing with each form does. */
static void the_walk_misses_nothing(void **state)
{
    static const char letters[] = "aeikst";
    struct word_list list = {0};
    struct lexicon lexicon;
    struct correction out[CORRECT_MOST];
    uint64_t seed = 7;
    char word[16];
    (void)state;
    for (int i = 0; i < 1500; i++) {
        make_word(word, 4 + i % 6, letters, &seed);
        word_list_add(&list, word, 1 + (uint32_t)(seed >> 60));
    }
    open_lexicon(&list, &lexicon);
    for (size_t i = 0; i < list.count; i += 40) {
        snprintf(word, sizeof word, "%s", list.words[i].form);
        word[2] = 'l';
        unsigned bound = strlen(word) <= 4 ? 13 : strlen(word) <= 8 ? 20 : 23;
        unsigned near = 0;
        for (size_t k = 0; k < list.count; k++)
            near += price(word, list.words[k].form) <= bound;
        size_t count = correct(&lexicon, word, out);
        assert_true(near == 0 || count > 0);
        assert_true(near < CORRECT_MOST || count == CORRECT_MOST);
        for (size_t k = 0; k < count; k++)
            assert_true(price(word, out[k].form) > 0);
    }
    word_list_free(&list);
    lexicon_close(&lexicon);
}

/* ---- measured --------------------------------------------------------------------------------------------------- */

/* The words of a column of a TSV file, the first being 0; counts: the column with their records, 0 for one each. */
static void read_words(struct word_list *list, const char *path, int column, int counts)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        char *at = line, *columns[COLUMNS] = {NULL};
        for (int i = 0; i < COLUMNS && at; i++)
            columns[i] = strsep(&at, "\t\n");
        if (columns[column])
            word_list_add(list, columns[column],
                          counts && columns[counts] ? (uint32_t)strtoul(columns[counts], NULL, 10) : 1);
    }
    if (file)
        fclose(file);
}

static void fill_list(struct word_list *list, const char *folder)
{
    static const struct {
        const char *name;
        int column;
    } from[] = {{"conflation_dev.tsv", 0}, {"conflation_dev.tsv", 1}, {"typo_dev.tsv", 1}}; /* what was meant */
    const char *words = getenv("OPASTIN_WORDS");
    char path[4096];
    if (words && *words) {
        read_words(list, words, 0, 1);
        return;
    }
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, from[i].name);
        read_words(list, path, from[i].column, 0);
    }
}

/* The first correction, as the evaluation asks for it. */
static enum status correct_first(void *lexicon, const char *typed, struct buf *best, struct err *err)
{
    struct correction out[CORRECT_MOST];
    size_t count;
    arena_reset(&t.arena);
    TRY(correct_word(lexicon, t.analyser, typed, strlen(typed), &t.arena, out, &count, err));
    if (count)
        buf_adds(best, out[0].form);
    return STATUS_OK;
}

static double figure_of(const struct figures *figures, const char *measure)
{
    struct figure like = {.set = "typos", .slice = "all"};
    snprintf(like.engine, sizeof like.engine, "%s", engine_names[ENGINE_OURS]);
    snprintf(like.measure, sizeof like.measure, "%s", measure);
    const struct figure *figure = figures_find(figures, &like);
    assert_non_null(figure);
    return figure->value;
}

static void typing_errors_of_the_development_set(void **state)
{
    const char *folder = getenv("OPASTIN_SETS");
    struct word_list list = {0};
    struct lexicon lexicon;
    struct figures figures = {0};
    struct err err = {0};
    json_t *sets = json_object();
    (void)state;
    fill_list(&list, folder ? folder : "");
    open_lexicon(&list, &lexicon);
    enum status status = eval_typos(folder ? folder : "", correct_first, &lexicon, &figures, sets, &err);
    word_list_free(&list);
    lexicon_close(&lexicon);
    json_decref(sets);
    if (status == STATUS_NOTFOUND) {
        print_message("skipped: OPASTIN_SETS names no folder with typo_dev.tsv\n");
        skip();
    }
    if (status != STATUS_OK)
        fail_msg("%s", err.message);
    bool listed = getenv("OPASTIN_WORDS") && *getenv("OPASTIN_WORDS");
    assert_true(figure_of(&figures, "success1") >= (listed ? FORM_BAR : FORM_BAR_SETS));
    assert_true(figure_of(&figures, "lemma1") >= (listed ? LEMMA_BAR : LEMMA_BAR_SETS));
    figures_release(&figures);
}

/* ---- */

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    t.folder = files_folder();
    t.path = files_path(t.folder, "lexicon");
    if (analyser_open(&t.analyser, 0, &err) == STATUS_OK)
        return 0;
    print_message("%s\n", err.message);
    return -1;
}

static int tear_down(void **state)
{
    (void)state;
    analyser_free(t.analyser);
    arena_release(&t.arena);
    files_remove(t.folder);
    free(t.path);
    free(t.folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slip_has_its_price),
        cmocka_unit_test(a_bound_changes_no_price_below_it),
        cmocka_unit_test(words_of_the_index_come_first),
        cmocka_unit_test(words_that_the_index_lacks),
        cmocka_unit_test(some_words_are_left_alone),
        cmocka_unit_test(an_empty_index),
        cmocka_unit_test(the_walk_misses_nothing),
        cmocka_unit_test(typing_errors_of_the_development_set),
    };
    return cmocka_run_group_tests_name("correct", tests, set_up, tear_down);
}
