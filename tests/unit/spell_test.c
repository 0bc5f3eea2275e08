/* Misspelt words over the whole corpus: what is taken as another spelling, what never is, and that it can be undone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calendar.h"
#include "search/guide.h"
#include "search/query.h"
#include "search/spell.h"
#include "search/understand.h"
#include "tests/unit/corpus_index.h"
#include "tests/unit/oracle.h"

enum { FORMS_EVERY = 7, TYPOS_EVERY = 41, TYPO_LETTERS = 8, CORRECTED_LEAST = 100 };

static struct {
    struct corpus_index corpus;
    struct guides *guides;
    struct arena arena;
} t;

static void use_guides(const char *path)
{
    struct err err = {0};
    guides_free(t.guides);
    if (guides_open(&t.guides, path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    struct guide *guide = guides_hold(t.guides);
    searcher_guide(t.corpus.searcher, guide);
    guide_release(guide);
}

static int set_up(void **state)
{
    (void)state;
    if (!corpus_index_open(&t.corpus))
        return -1;
    use_guides(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    corpus_index_close(&t.corpus);
    guides_free(t.guides);
    arena_release(&t.arena);
    return 0;
}

static struct request request_of(const char *text)
{
    return (struct request){.q = text, .q_len = strlen(text), .age = -1, .near = -1, .page = 1, .per_page = 2000};
}

/* The answer to a text, all hits of it. */
static struct answer search(const char *text)
{
    struct answer answer;
    struct err err = {0};
    struct request request = request_of(text);
    struct search_clock clock = {.today = day_from_date(2026, 11, 22)};
    if (search_run(t.corpus.searcher, &request, &clock, &t.arena, &answer, &err) != STATUS_OK)
        fail_msg("\"%s\": %s", text, err.message);
    return answer;
}

/* The spelling that a lone word is taken as; NULL: its own. */
static const char *corrected(const char *text)
{
    struct answer answer = search(text);
    return answer.query ? answer.query->words[0].corrected : NULL;
}

static void misspelt_words_are_taken_as_what_the_index_has(void **state)
{
    (void)state;
    static const char *const typos[][2] = {
        {"vertaistuuki", "vertaistuki"}, {"tuolijumpa", "tuolijumppa"}, {"juttuseuurra", "juttuseura"},
        {"omaishoitaijille", "omaishoitajille"}, {"muistikahvlia", "muistikahvila"}, {"lukupirii", "lukupiiri"},
        {"perhekahvlia", "perhekahvila"}, {"päihdekunotutuja", "päihdekuntoutuja"},
        {"kotiseutuyhdystys", "kotiseutuyhdistys"}, {"velkaneuvvonta", "velkaneuvonta"},
        {"keskustelurhymä", "keskusteluryhmä"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        const char *form = corrected(typos[i][0]);
        if (!form || strcmp(form, typos[i][1]) != 0) {
            print_error("%s is taken as %s, not as %s\n", typos[i][0], form ? form : "itself", typos[i][1]);
            wrong++;
        } else if (search(typos[i][0]).total == 0) {
            print_error("%s finds nothing\n", typos[i][0]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void numbers_short_words_and_what_is_quoted_are_left_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "040123456", "kerhho2", "2kerhho", "00999", "12.13.2026", "kro", "abc", "xyz", "öäå",
        "\"vertaistuuki\"", "\"lukupirii\"", "kerho \"tuolijumpa\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct answer answer = search(texts[i]);
        for (size_t w = 0; answer.query && w < answer.query->word_count; w++)
            if (answer.query->words[w].corrected)
                fail_msg("%s is taken as %s", texts[i], answer.query->words[w].corrected);
        arena_reset(&t.arena);
    }
}

/* A correction that says what another word says makes one word of two; the one behind it is looked at all the same. */
static void a_correction_that_repeats_a_word_hides_no_mistake_behind_it(void **state)
{
    (void)state;
    struct answer answer = search("vertaistuki vertaistuuki lukupirii");
    assert_int_equal(answer.query->word_count, 2);
    assert_null(answer.query->words[0].corrected);
    assert_non_null(answer.query->words[1].corrected);
    assert_string_equal(answer.query->words[1].corrected, "lukupiiri");
}

/* Looking for a correction takes long: of a text without sense only the first words get it. */
static void of_many_unknown_words_only_the_first_are_looked_at(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    for (int words = SPELL_LOOKUPS - 1; words <= SPELL_LOOKUPS; words++) {
        buf_reset(&text);
        for (int i = 0; i < words; i++)
            buf_addf(&text, "wqxzwqx%cqzx ", 'b' + i);
        buf_adds(&text, "lukupirii");
        struct answer answer = search(buf_str(&text));
        assert_int_equal(answer.query->word_count, words + 1);
        for (int i = 0; i < words; i++)
            assert_null(answer.query->words[i].corrected);
        assert_int_equal(answer.query->words[words].corrected != NULL, words < SPELL_LOOKUPS);
    }
    buf_release(&text);
}

/* Forms that no record has, of lemmas that some have, and names of places whatever the records say. */
static void correct_forms_are_left_alone(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "kerhoistammekaan", "jumppaisitteko", "vertaistuettomana", "lukupiiriläisittemme", "yksinäisyydettä",
        "muistikahviloittani", "Utsjoella", "Kaustisilla", "Savukoskelaisille", "Brändössä", "70-vuotiaillekin",
        "maanantaisinkin", "haluaisimmeko",
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *form = corrected(forms[i]);
        if (form) {
            print_error("%s is taken as %s\n", forms[i], form);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void no_form_that_the_index_has_is_corrected(void **state)
{
    (void)state;
    const struct lexicon *lexicon = &t.corpus.snapshot->lexicon;
    size_t tried = 0, wrong = 0;
    for (uint32_t i = 0; i < lexicon->forms.count; i += FORMS_EVERY) {
        size_t len;
        const char *text = lexicon_text(&lexicon->forms, i, &len);
        char *form = arena_copy(&t.arena, text, len);
        const char *other = corrected(form);
        if (other && ++wrong < 20)
            print_error("%s is taken as %s\n", form, other);
        tried++;
        arena_reset(&t.arena);
    }
    printf("figure: spelling: %zu forms of the index left alone\n", tried - wrong);
    assert_true(tried > 1000);
    assert_int_equal(wrong, 0);
}

static bool has_row(const struct answer *answer, uint32_t row)
{
    for (size_t i = 0; i < answer->hit_count; i++)
        if (answer->hits[i].row == row)
            return true;
    return false;
}

/* One letter left out in the middle; the answer is that of the corrected word, by undo that of the word as typed. */
static bool check_typo(const char *typo)
{
    struct answer answer = search(typo);
    if (!answer.query || !answer.query->words[0].corrected)
        return false;
    const struct query_word *word = &answer.query->words[0];
    const struct query_value as_typed = {.first = 0, .words = 1};
    struct request request = request_of(typo), undone;
    assert_string_equal(word->text, typo);
    if (answer.total + answer.past_total == 0)
        fail_msg("%s is taken as %s, which finds nothing", typo, word->corrected);
    char *quoted = arena_printf(&t.arena, "\"%s\"", word->corrected);
    struct answer plain = search(quoted);
    for (size_t i = 0; i < plain.hit_count; i++)
        if (plain.hits[i].missing == 0 && !has_row(&answer, plain.hits[i].row))
            fail_msg("%s as %s does not find what %s finds", typo, word->corrected, quoted);
    assert_int_equal(understood_undone(&request, answer.query, &as_typed, &t.arena, &undone, NULL), STATUS_OK);
    struct answer as_is = search(undone.q);
    assert_null(as_is.query->words[0].corrected);
    assert_true(as_is.query->words[0].literal);
    return true;
}

static void what_is_corrected_is_found_and_can_be_undone(void **state)
{
    (void)state;
    const struct lexicon *lexicon = &t.corpus.snapshot->lexicon;
    size_t tried = 0, found = 0;
    for (uint32_t i = 3; i < lexicon->forms.count; i += TYPOS_EVERY) {
        size_t len;
        const char *form = lexicon_text(&lexicon->forms, i, &len);
        if (len < TYPO_LETTERS || !lexicon->form_known[i] || (form[len / 2] & 0x80) || (form[len / 2 + 1] & 0x80))
            continue;
        char *typo = arena_printf(&t.arena, "%.*s%.*s", (int)(len / 2), form, (int)(len - len / 2 - 1),
                                  form + len / 2 + 1);
        tried++;
        found += check_typo(typo);
        arena_reset(&t.arena);
    }
    printf("figure: spelling: of %zu words that lack a letter %zu are corrected\n", tried, found);
    assert_true(found >= CORRECTED_LEAST);
}

static void a_query_has_no_more_corrections_than_its_limit(void **state)
{
    (void)state;
    struct answer answer = search("vertaistuuki tuolijumpa lukupirii perhekahvlia");
    size_t count = 0;
    for (size_t w = 0; w < answer.query->word_count; w++)
        count += answer.query->words[w].corrected != NULL;
    assert_int_equal(count, QUERY_CORRECTIONS);
    assert_null(answer.query->words[3].corrected);
}

static void words_with_synonyms_are_left_alone(void **state)
{
    (void)state;
    static const char rules[] = "lukupirii, kirjallisuuspiiri\n";
    char *folder = files_folder(), *path = files_path(folder, "synonyms.txt");
    assert_non_null(corrected("lukupirii"));
    files_write(path, rules, strlen(rules));
    use_guides(path);
    assert_null(corrected("lukupirii"));
    assert_non_null(corrected("tuolijumpa"));
    use_guides(NULL);
    files_remove(folder);
    free(folder);
    free(path);
}

/* The parts of a word that is corrected weigh less, as the correction may be wrong. */
static void a_correction_counts_less_than_the_word_itself(void **state)
{
    (void)state;
    struct answer typo = search("tuolijumpa"), right = search("\"tuolijumppa\"");
    assert_true(typo.hit_count > 0 && right.hit_count > 0);
    assert_true(typo.query->words[0].share < 1);
    assert_true(right.query->words[0].share >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misspelt_words_are_taken_as_what_the_index_has),
        cmocka_unit_test(numbers_short_words_and_what_is_quoted_are_left_alone),
        cmocka_unit_test(a_correction_that_repeats_a_word_hides_no_mistake_behind_it),
        cmocka_unit_test(of_many_unknown_words_only_the_first_are_looked_at),
        cmocka_unit_test(correct_forms_are_left_alone),
        cmocka_unit_test(no_form_that_the_index_has_is_corrected),
        cmocka_unit_test(what_is_corrected_is_found_and_can_be_undone),
        cmocka_unit_test(a_query_has_no_more_corrections_than_its_limit),
        cmocka_unit_test(words_with_synonyms_are_left_alone),
        cmocka_unit_test(a_correction_counts_less_than_the_word_itself),
    };
    return cmocka_run_group_tests_name("spell", tests, set_up, tear_down);
}
