/* The guides: an edited file of synonyms is taken up, a broken one is told and the one before serves on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "oracle.h"
#include "search/guide.h"

static struct {
    struct analyser *analyser;
    struct arena arena;
    char *folder, *path;
} t;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    if (vocab_load(&err) != STATUS_OK || analyser_open(&t.analyser, 0, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    t.folder = files_folder();
    t.path = files_path(t.folder, "synonyms.txt");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.path);
    arena_release(&t.arena);
    analyser_free(t.analyser);
    vocab_unload();
    return 0;
}

/* As an editor does: a new file in place of the old one. */
static void replace(const char *text)
{
    char *fresh = files_path(t.folder, "fresh");
    files_write(fresh, text, strlen(text));
    assert_int_equal(rename(fresh, t.path), 0);
    free(fresh);
}

static struct guides *open_guides(const char *text)
{
    struct guides *guides;
    struct err err = {0};
    replace(text);
    if (guides_open(&guides, t.path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return guides;
}

static bool look(struct guides *guides)
{
    bool changed;
    guides_look(guides, &changed);
    return changed;
}

/* "kerho" is widened by the term. */
static bool widens(struct guides *guides, const char *term)
{
    struct query *query;
    struct guide *guide = guides_hold(guides);
    bool found = false;
    assert_int_equal(query_parse(&query, "kerho", 5, t.analyser, &t.arena, NULL), STATUS_OK);
    assert_int_equal(guide_apply(guide, query, &t.arena, NULL), STATUS_OK);
    for (size_t i = 0; i < query->words[0].whole.term_count; i++)
        found |= strcmp(query->words[0].whole.terms[i].text, term) == 0;
    guide_release(guide);
    return found;
}

static uint64_t hash_of(struct guides *guides)
{
    struct guide *guide = guides_hold(guides);
    uint64_t hash = guide_hash(guide);
    guide_release(guide);
    return hash;
}

static void an_edited_file_is_taken_up_and_has_another_hash(void **state)
{
    (void)state;
    struct guides *guides = open_guides("kerho, piiri\n");
    uint64_t hash = hash_of(guides);
    uint32_t turn = guides_turn(guides);
    assert_true(widens(guides, "Wpiiri"));
    assert_false(look(guides));
    assert_int_equal(guides_turn(guides), turn);
    replace("kerho, seura\n");
    assert_true(look(guides));
    assert_false(widens(guides, "Wpiiri"));
    assert_true(widens(guides, "Wseura"));
    assert_int_not_equal(hash_of(guides), hash);
    assert_int_not_equal(guides_turn(guides), turn);
    assert_false(look(guides));
    replace("kerho, piiri\n");
    assert_true(look(guides));
    assert_int_equal(hash_of(guides), hash);
    guides_free(guides);
}

static void a_file_written_in_place_is_taken_up_too(void **state)
{
    (void)state;
    struct guides *guides = open_guides("kerho, piiri\n");
    usleep(20000); /* the clock of files goes on */
    files_write(t.path, "kerho, ryhmä\n", strlen("kerho, ryhmä\n"));
    assert_true(look(guides));
    assert_true(widens(guides, "Wryhma"));
    guides_free(guides);
}

static void a_broken_file_is_told_and_the_one_before_serves_on(void **state)
{
    (void)state;
    struct guides *guides = open_guides("kerho, piiri\n");
    uint64_t hash = hash_of(guides);
    assert_false(guides_failed(guides));
    replace("kerho, seura\nkerho\n");
    assert_false(look(guides));
    assert_true(guides_failed(guides));
    assert_true(widens(guides, "Wpiiri"));
    assert_false(widens(guides, "Wseura"));
    assert_int_equal(hash_of(guides), hash);
    assert_false(look(guides)); /* it is not read again and again */
    assert_true(guides_failed(guides));
    replace("kerho, seura\n");
    assert_true(look(guides));
    assert_false(guides_failed(guides));
    assert_true(widens(guides, "Wseura"));
    guides_free(guides);
}

static void a_file_that_is_gone_for_a_moment_is_missed_by_nobody(void **state)
{
    (void)state;
    struct guides *guides = open_guides("kerho, piiri\n");
    assert_int_equal(remove(t.path), 0);
    assert_false(look(guides));
    assert_false(guides_failed(guides));
    assert_true(widens(guides, "Wpiiri"));
    replace("kerho, seura\n");
    assert_true(look(guides));
    assert_true(widens(guides, "Wseura"));
    guides_free(guides);
}

static void a_guide_that_is_held_outlives_its_file_and_its_guides(void **state)
{
    (void)state;
    struct guides *guides = open_guides("kerho, piiri\nvanhus, seniori\n");
    struct guide *guide = guides_hold(guides);
    replace("kerho, seura\n");
    assert_true(look(guides));
    assert_int_equal(guide_synonyms(guide), 2);
    struct guide *fresh = guides_hold(guides);
    assert_int_equal(guide_synonyms(fresh), 1);
    guide_release(fresh);
    guide_release(guide);
    guides_free(guides);
}

static void without_a_file_the_programs_own_synonyms_serve(void **state)
{
    (void)state;
    struct guides *guides;
    assert_int_equal(guides_open(&guides, NULL, NULL), STATUS_OK);
    struct guide *guide = guides_hold(guides);
    assert_true(guide_synonyms(guide) >= 800);
    guide_release(guide);
    assert_false(look(guides));
    guides_free(guides);
}

static void what_cannot_be_opened_is_told_with_file_and_line(void **state)
{
    (void)state;
    struct guides *guides;
    struct err err = {0};
    replace("kerho, piiri\n\nkerho\n");
    assert_int_equal(guides_open(&guides, t.path, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "synonyms.txt:3: "));
    assert_int_equal(remove(t.path), 0);
    assert_int_equal(guides_open(&guides, t.path, &err), STATUS_NOTFOUND);
    assert_non_null(strstr(err.message, t.path));
}

static void a_guide_knows_names_fillers_and_words_with_synonyms(void **state)
{
    (void)state;
    static const char text[] = "kerhossa Espoossa haluaisin virkata";
    struct query *query;
    struct guides *guides = open_guides("kerho, piiri\n");
    struct guide *guide = guides_hold(guides);
    assert_int_equal(query_parse(&query, text, strlen(text), t.analyser, &t.arena, NULL), STATUS_OK);
    assert_int_equal(query->word_count, 4);
    assert_true(guide_knows(guide, query, 0));
    assert_true(guide_knows(guide, query, 1));
    assert_true(guide_knows(guide, query, 2));
    assert_int_equal(query_parse(&query, "sukka", 5, t.analyser, &t.arena, NULL), STATUS_OK);
    assert_false(guide_knows(guide, query, 0));
    guide_release(guide);
    guides_free(guides);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edited_file_is_taken_up_and_has_another_hash),
        cmocka_unit_test(a_file_written_in_place_is_taken_up_too),
        cmocka_unit_test(a_broken_file_is_told_and_the_one_before_serves_on),
        cmocka_unit_test(a_file_that_is_gone_for_a_moment_is_missed_by_nobody),
        cmocka_unit_test(a_guide_that_is_held_outlives_its_file_and_its_guides),
        cmocka_unit_test(without_a_file_the_programs_own_synonyms_serve),
        cmocka_unit_test(what_cannot_be_opened_is_told_with_file_and_line),
        cmocka_unit_test(a_guide_knows_names_fillers_and_words_with_synonyms),
    };
    return cmocka_run_group_tests_name("guide", tests, set_up, tear_down);
}
