/* The terms of a label are those that its analysis gives, the first time and later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/document.h"
#include "indexer/labels.h"
#include "vocab/vocab.h"

static struct {
    struct analyser *analyser;
    struct labels labels;
    struct termset wanted, got;
} t;

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK || analyser_open(&t.analyser, 0, NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    labels_release(&t.labels);
    termset_release(&t.wanted);
    termset_release(&t.got);
    analyser_free(t.analyser);
    vocab_unload();
    return 0;
}

static enum status add_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    const struct text_piece *piece = context;
    (void)token;
    for (size_t i = 0; i < word->term_count; i++)
        TRY(termset_add(&t.wanted, word->terms[i].text, word->terms[i].len, text_weight(piece->group), err));
    return STATUS_OK;
}

static void assert_same(void)
{
    struct arena arena = ARENA_INIT;
    const struct document_term *wanted, *got;
    size_t wanted_count, got_count;
    assert_int_equal(termset_keep(&t.wanted, &arena, &wanted, &wanted_count, NULL), STATUS_OK);
    assert_int_equal(termset_keep(&t.got, &arena, &got, &got_count, NULL), STATUS_OK);
    assert_int_equal(got_count, wanted_count);
    assert_int_equal(t.got.length, t.wanted.length);
    for (size_t i = 0; i < got_count; i++) {
        assert_int_equal(got[i].len, wanted[i].len);
        assert_int_equal(got[i].wdf, wanted[i].wdf);
        assert_memory_equal(got[i].text, wanted[i].text, got[i].len);
    }
    arena_release(&arena);
}

static void look_at(enum vocab_name vocab, size_t ordinal, int lang, enum field_group group)
{
    const char *label = vocab_entry(vocab, ordinal)->label[lang];
    struct text_piece piece = {group, lang, vocab, (uint16_t)ordinal, label, strlen(label)};
    termset_reset(&t.wanted);
    termset_reset(&t.got);
    assert_int_equal(labels_add(&t.labels, t.analyser, &piece, &t.got, NULL), STATUS_OK);
    assert_int_equal(analyse_text(t.analyser, label, piece.len, text_language(&piece), add_word, &piece, NULL),
                     STATUS_OK);
    assert_true(t.got.count > 0);
    assert_same();
}

static void every_label_gives_what_its_analysis_gives(void **state)
{
    (void)state;
    for (int pass = 0; pass < 2; pass++)
        for (int vocab = 0; vocab < VOCAB_COUNT; vocab++)
            for (size_t ordinal = 0; ordinal < vocab_size(vocab); ordinal++)
                for (int lang = 0; lang < RECORD_LANGS; lang++)
                    look_at(vocab, ordinal, lang, pass ? GROUP_LABEL : GROUP_PLACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_label_gives_what_its_analysis_gives)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
