/* The book of analysed words: what it says is what the analyser says, and a guide is made of it alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/edition.h"
#include "base/buf.h"
#include "search/filler.h"
#include "search/synonyms.h"
#include "search/understand.h"
#include "search/wordbook.h"
#include "vocab/vocab.h"

static struct analyser *analyser;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    if (vocab_load(&err) != STATUS_OK || analyser_open(&analyser, 0, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    analyser_free(analyser);
    vocab_unload();
    return 0;
}

/* What a guide takes from a word is the same; returns whether the book has it. */
static bool check_word(const char *token, size_t len)
{
    static struct wordbook_word found; /* large */
    const struct word *word;
    if (!wordbook_find(token, len, &found))
        return false;
    assert_int_equal(analyse_word(analyser, token, len, TEXT_UNSURE, &word, NULL), STATUS_OK);
    assert_int_equal(found.word.known, word->known);
    assert_int_equal(found.word.function, word->function);
    assert_int_equal(found.word.query_count, word->query_count);
    for (size_t i = 0; i < word->query_count; i++) {
        assert_int_equal(found.word.query[i].len, word->query[i].len);
        assert_string_equal(found.word.query[i].text, word->query[i].text);
    }
    return true;
}

static size_t check_text(const char *text, size_t len)
{
    size_t at = 0, found = 0;
    struct token token;
    while (token_next(text, len, &at, &token))
        found += check_word(text + token.offset, token.len);
    return found;
}

static void test_same_as_the_analyser(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    size_t found = 0;
    assert_int_equal(buf_read_file(&text, "share/synonyms.txt", SYNONYMS_FILE_BYTES, NULL), STATUS_OK);
    found += check_text(text.data, text.len);
    for (int v = 0; v < VOCAB_COUNT; v++) {
        for (size_t i = 0; i < vocab_size((enum vocab_name)v); i++) {
            const struct vocab_entry *entry = vocab_entry((enum vocab_name)v, i);
            for (int lang = 0; lang < UI_LANG_COUNT; lang++)
                found += check_text(entry->label[lang], strlen(entry->label[lang])) +
                         check_text(entry->alt[lang], strlen(entry->alt[lang]));
        }
    }
    buf_release(&text);
    assert_true(wordbook_words() > 5000);
    assert_true(found > wordbook_words());
}

/* The tests run with the dictionary that the build had: the guide that comes with the program asks it nothing. */
static void test_a_guide_is_made_of_the_book(void **state)
{
    (void)state;
    struct analyser *fresh;
    struct gazetteer *gazetteer;
    struct filler *filler;
    struct synonyms *synonyms;
    struct buf text = BUF_INIT;
    assert_int_equal(analyser_open(&fresh, 1024, NULL), STATUS_OK);
    assert_int_equal(gazetteer_new(&gazetteer, fresh, NULL), STATUS_OK);
    assert_int_equal(filler_new(&filler, fresh, NULL), STATUS_OK);
    assert_int_equal(buf_read_file(&text, "share/synonyms.txt", SYNONYMS_FILE_BYTES, NULL), STATUS_OK);
    assert_int_equal(synonyms_new(&synonyms, fresh, "synonyms.txt", text.data, text.len, NULL), STATUS_OK);
    assert_int_equal(analyser_stats(fresh).words, 0);
    buf_release(&text);
    synonyms_free(synonyms);
    filler_free(filler);
    gazetteer_free(gazetteer);
    analyser_free(fresh);
}

/* A synonym of the operator's own. */
static void test_a_word_that_is_not_in_the_book(void **state)
{
    (void)state;
    static const char token[] = "käpylehmänäyttelyissä";
    static struct wordbook_word scratch;
    const struct word *word, *own;
    assert_false(wordbook_find(token, strlen(token), &scratch));
    assert_int_equal(wordbook_analyse(analyser, token, strlen(token), &scratch, &word, NULL), STATUS_OK);
    assert_int_equal(analyse_word(analyser, token, strlen(token), TEXT_UNSURE, &own, NULL), STATUS_OK);
    assert_ptr_equal(word, own);
    assert_true(word->query_count > 0);
}

static void test_every_token_is_found_again(void **state)
{
    (void)state;
    static const struct term terms[] = {{"Xab", 3}, {"Wabc", 4}};
    const struct word word = {.query = terms, .query_count = 2, .known = true};
    struct buf packed = BUF_INIT, out = BUF_INIT;
    wordbook_pack(&word, &packed);
    assert_int_equal(packed.len, 2 + 1 + 3 + 1 + 1 + 4 + 1);
    char tokens[3][300];
    struct wordbook_entry entries[3];
    const size_t lengths[] = {1, UINT8_MAX, UINT8_MAX + 1}; /* the last is too long, and left out */
    for (size_t i = 0; i < 3; i++) {
        memset(tokens[i], 'a', lengths[i]);
        entries[i] = (struct wordbook_entry){tokens[i], lengths[i], (const unsigned char *)packed.data, packed.len};
    }
    assert_int_equal(wordbook_write(entries, 3, 1, &out, NULL), STATUS_OK);
    const size_t header = WORDBOOK_HEADER_BYTES, slots = 8 * sizeof(uint32_t);
    assert_int_equal(out.len, header + slots + 2 + 1 + UINT8_MAX + 2 * packed.len);
    uint32_t words;
    memcpy(&words, out.data + sizeof(uint64_t), sizeof words);
    assert_int_equal(words, 2);
    buf_release(&packed);
    buf_release(&out);
}

static void test_the_edition_stays(void **state)
{
    (void)state;
    struct analyser *second;
    uint64_t edition = analyse_edition();
    assert_true(edition != 0);
    assert_int_equal(analyser_open(&second, 16, NULL), STATUS_OK); /* the dictionary is mapped twice now */
    assert_true(analyse_edition() == edition);
    analyser_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_the_analyser),
        cmocka_unit_test(test_a_guide_is_made_of_the_book),
        cmocka_unit_test(test_a_word_that_is_not_in_the_book),
        cmocka_unit_test(test_every_token_is_found_again),
        cmocka_unit_test(test_the_edition_stays),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
