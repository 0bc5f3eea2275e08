/* What words mean: a file gives the terms that the analyser gives, and damage to it leads nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/fold.h"
#include "meanings.h"
#include "oracle.h"

static struct {
    struct analyser *analyser;
    struct oracle_world world;
    struct oracle_pool pool;
    char *folder, *path;
} t;

/* Words that are written otherwise than most. */
static const char *const odd[] = {"a", "Ä", "5", "EJY:n", "linja-auto", "Café", "ŋuolla", "СССР", "e-post", "vuosi2026",
                                  "tietokone-ohjelmointi-ryhmä-kurssi-ilta", "o'clock", "ß", "ﬁ", "1990-luvulla"};
enum { ODD = sizeof odd / sizeof *odd };

static int set_up(void **state)
{
    (void)state;
    size_t count;
    t.folder = files_folder();
    t.path = files_path(t.folder, "meanings");
    if (vocab_load(NULL) != STATUS_OK || analyser_open(&t.analyser, 0, NULL) != STATUS_OK)
        return -1;
    char **paths = oracle_corpus(&count);
    oracle_load_records(&t.world, (const char *const *)paths, count);
    oracle_corpus_free(paths, count);
    oracle_pool_fill(&t.pool, &t.world);
    for (size_t i = 0; i < ODD; i++)
        oracle_pool_add(&t.pool, odd[i], strlen(odd[i]));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(t.folder);
    free(t.folder);
    free(t.path);
    oracle_pool_release(&t.pool);
    oracle_release(&t.world);
    analyser_free(t.analyser);
    vocab_unload();
    return 0;
}

static void add(struct meanings_writer *writer, const char *token)
{
    char surface[FOLD_BYTES];
    const struct word *word;
    assert_int_equal(analyse_word(t.analyser, token, strlen(token), TEXT_UNSURE, &word, NULL), STATUS_OK);
    assert_int_equal(meanings_writer_add(writer, surface, fold_surface(token, strlen(token), surface), word, NULL),
                     STATUS_OK);
}

static struct meanings_writer *new_writer(void)
{
    struct meanings_writer *writer;
    assert_int_equal(meanings_writer_new(&writer, NULL), STATUS_OK);
    return writer;
}

static void finish(struct meanings_writer *writer)
{
    struct err err = {0};
    remove(t.path);
    if (meanings_writer_finish(writer, t.path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    meanings_writer_free(writer);
}

static void write_pool(void)
{
    struct meanings_writer *writer = new_writer();
    for (size_t i = 0; i < t.pool.count; i++)
        add(writer, t.pool.words[i]);
    finish(writer);
}

static bool has_term(const struct term *terms, size_t count, const struct term *term)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].len == term->len && memcmp(terms[i].text, term->text, term->len) == 0)
            return true;
    return false;
}

/* Every word of the pool, in every language; the number of words that are there. */
static size_t same_terms(const struct meanings *meanings)
{
    size_t found = 0;
    for (size_t i = 0; i < t.pool.count; i++) {
        const char *token = t.pool.words[i];
        char surface[FOLD_BYTES];
        size_t len = fold_surface(token, strlen(token), surface);
        for (enum text_lang lang = TEXT_FI; lang <= TEXT_UNSURE; lang++) {
            struct meaning meaning;
            const struct word *word;
            if (!meanings_find(meanings, surface, len, lang, &meaning))
                continue;
            found += lang == TEXT_FI;
            assert_int_equal(analyse_word(t.analyser, token, strlen(token), lang, &word, NULL), STATUS_OK);
            if (word->term_count != meaning.term_count)
                fail_msg("%s: %zu terms instead of %zu", token, meaning.term_count, word->term_count);
            for (size_t k = 0; k < word->term_count; k++)
                if (!has_term(meaning.terms, meaning.term_count, &word->terms[k]))
                    fail_msg("%s: lacks %s", token, word->terms[k].text);
        }
    }
    return found;
}

static void words_have_the_terms_that_the_analyser_gives(void **state)
{
    (void)state;
    struct meanings meanings;
    struct meaning meaning;
    write_pool();
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    assert_int_equal(meanings_check(&meanings, NULL), STATUS_OK);
    assert_true(meanings.mapped);
    size_t found = same_terms(&meanings);
    meanings.mapped = false; /* as a large file is */
    assert_int_equal(same_terms(&meanings), found);
    assert_true(t.pool.count > 3000 && found > t.pool.count - t.pool.count / 100);
    printf("figure: meanings: %zu of %zu words, %.1f bytes each and %.1f for slots\n", found, t.pool.count,
           (double)meanings.byte_count / (double)found, 4.0 * meanings.slot_count / (double)found);
    assert_false(meanings_find(&meanings, "sanajotaeiole", 13, TEXT_FI, &meaning));
    assert_false(meanings_find(&meanings, "", 0, TEXT_FI, &meaning));
    meanings_close(&meanings);
    assert_false(meanings_find(&meanings, "kerho", 5, TEXT_FI, &meaning)); /* of zeros */
}

static void same_meaning(const struct meaning *a, const struct meaning *b)
{
    assert_int_equal(a->term_count, b->term_count);
    assert_int_equal(a->known, b->known);
    for (size_t i = 0; i < a->term_count; i++)
        assert_string_equal(a->terms[i].text, b->terms[i].text);
}

/* Some words share a place, and each comes in several languages. */
static void a_reader_answers_as_the_file_whatever_it_read_before(void **state)
{
    (void)state;
    struct meanings meanings;
    struct meanings_reader *reader;
    write_pool();
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    assert_int_equal(meanings_reader_new(&reader, &meanings, NULL), STATUS_OK);
    struct oracle_random random = {3};
    for (size_t round = 0; round < 20 * t.pool.count; round++) {
        const char *token = t.pool.words[oracle_below(&random, round % 2 ? 50 : t.pool.count)];
        enum text_lang lang = (enum text_lang)(TEXT_FI + oracle_below(&random, TEXT_UNSURE - TEXT_FI + 1));
        struct meaning found, read;
        char surface[FOLD_BYTES];
        size_t len = fold_surface(token, strlen(token), surface);
        bool there = meanings_find(&meanings, surface, len, lang, &found);
        assert_int_equal(meanings_read(reader, surface, len, lang, &read), there);
        if (there)
            same_meaning(&read, &found);
    }
    assert_false(meanings_read(reader, "sanajotaeiole", 13, TEXT_FI, &(struct meaning){.term_count = 0}));
    assert_false(meanings_read(reader, "", 0, TEXT_FI, &(struct meaning){.term_count = 0}));
    meanings_reader_free(reader);
    meanings_close(&meanings);
}

static void a_word_read_lately_is_not_looked_for_in_the_file_again(void **state)
{
    (void)state;
    struct meanings meanings;
    struct meanings_reader *reader;
    struct meaning first, again;
    const char *token = t.pool.words[0];
    char surface[FOLD_BYTES];
    size_t len = fold_surface(token, strlen(token), surface);
    write_pool();
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    assert_int_equal(meanings_reader_new(&reader, &meanings, NULL), STATUS_OK);
    assert_true(meanings_read(reader, surface, len, TEXT_FI, &first));
    size_t byte_count = meanings.byte_count;
    meanings.byte_count = 0; /* now the file has nothing */
    assert_false(meanings_find(&meanings, surface, len, TEXT_FI, &again));
    assert_true(meanings_read(reader, surface, len, TEXT_FI, &again));
    same_meaning(&first, &again);
    meanings.byte_count = byte_count;
    meanings_reader_free(reader);
    meanings_close(&meanings);
}

static char *file_bytes(size_t *len)
{
    struct buf bytes = BUF_INIT;
    assert_int_equal(buf_read_file(&bytes, t.path, 1 << 28, NULL), STATUS_OK);
    *len = bytes.len;
    return bytes.data;
}

/* ---- an analyser that is helped ---------------------------------------------------------------------------------- */

struct helped {
    const struct meanings *meanings;
    struct meaning last;
    size_t asked, known;
};

static size_t recall(void *context, const char *surface, size_t len, const struct term **terms, bool *known)
{
    struct helped *helped = context;
    helped->asked++;
    if (!meanings_find(helped->meanings, surface, len, TEXT_UNSURE, &helped->last))
        return 0;
    helped->known++;
    *terms = helped->last.terms;
    *known = helped->last.known;
    return helped->last.term_count;
}

struct read_text {
    uint64_t hash; /* of all terms; their order in a word does not count */
    size_t terms;
};

static enum status add_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)token, (void)err;
    struct read_text *read = context;
    for (size_t i = 0; i < word->term_count; i++) {
        uint64_t hash = 14695981039346656037u;
        for (size_t b = 0; b < word->terms[i].len; b++)
            hash = (hash ^ (unsigned char)word->terms[i].text[b]) * 1099511628211u;
        read->hash += hash;
        read->terms++;
    }
    return STATUS_OK;
}

static struct read_text read_text(struct analyser *analyser, const char *text)
{
    struct read_text read = {0, 0};
    enum text_lang lang = analyse_language(analyser, text, strlen(text));
    assert_int_equal(analyse_text(analyser, text, strlen(text), lang, add_word, &read, NULL), STATUS_OK);
    return read;
}

/* Whole texts: their language is guessed by known words, and ellipses are completed. */
static void an_analyser_that_is_helped_reads_texts_as_one_that_is_not(void **state)
{
    (void)state;
    struct meanings meanings;
    struct analyser *alone, *with;
    write_pool();
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    struct helped helped = {.meanings = &meanings};
    assert_int_equal(analyser_open(&alone, 0, NULL), STATUS_OK);
    assert_int_equal(analyser_open(&with, 0, NULL), STATUS_OK);
    analyser_recall(with, recall, &helped);
    size_t texts = 0;
    for (size_t i = 0; i < t.world.count; i++) {
        const struct record *record = t.world.facts[i].record;
        for (int lang = 0; lang < RECORD_LANGS; lang++) {
            const char *text = record->body.in[lang] ? record->body.in[lang] : record->summary.in[lang];
            if (!text)
                continue;
            struct read_text a = read_text(alone, text), b = read_text(with, text);
            if (a.terms != b.terms || a.hash != b.hash)
                fail_msg("%s: %zu terms instead of %zu: %.200s", record->id, b.terms, a.terms, text);
            texts++;
        }
    }
    assert_true(texts > 500 && helped.known > 1000);
    analyser_free(alone);
    analyser_free(with);
    meanings_close(&meanings);
}

static void parts_merged_in_any_order_make_the_same_file(void **state)
{
    (void)state;
    size_t len, merged_len;
    write_pool();
    char *whole = file_bytes(&len);
    struct meanings_writer *one = new_writer(), *other = new_writer();
    for (size_t i = t.pool.count; i-- > 0;)
        add(i % 3 ? one : other, t.pool.words[i]);
    for (size_t i = 0; i < t.pool.count; i += 2) /* some in both */
        add(other, t.pool.words[i]);
    assert_int_equal(meanings_writer_merge(one, other, NULL), STATUS_OK);
    meanings_writer_free(other);
    finish(one);
    char *merged = file_bytes(&merged_len);
    assert_int_equal(merged_len, len);
    assert_memory_equal(merged, whole, len);
    free(whole);
    free(merged);
}

static void a_file_of_no_words_is_a_file(void **state)
{
    (void)state;
    struct meanings meanings;
    struct meaning meaning;
    finish(new_writer());
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    assert_int_equal(meanings_check(&meanings, NULL), STATUS_OK);
    assert_false(meanings_find(&meanings, "kerho", 5, TEXT_FI, &meaning));
    meanings_close(&meanings);
}

/* Looks all words up in a file whose bytes may be any, twice. */
static void look_around(const struct meanings *meanings)
{
    struct meanings_reader *reader;
    assert_int_equal(meanings_reader_new(&reader, meanings, NULL), STATUS_OK);
    for (size_t i = 0; i < t.pool.count; i += 7) {
        struct meaning meaning;
        char surface[FOLD_BYTES];
        size_t len = fold_surface(t.pool.words[i], strlen(t.pool.words[i]), surface), seen = 0;
        if (meanings_find(meanings, surface, len, TEXT_UNSURE, &meaning))
            for (size_t k = 0; k < meaning.term_count; k++)
                seen += strlen(meaning.terms[k].text);
        assert_true(seen < sizeof meaning.text);
        bool read = meanings_read(reader, surface, len, TEXT_UNSURE, &meaning);
        assert_int_equal(meanings_read(reader, surface, len, TEXT_UNSURE, &meaning), read);
    }
    meanings_reader_free(reader);
}

static void damage_is_told_and_never_followed(void **state)
{
    (void)state;
    size_t len;
    struct meanings_writer *writer = new_writer();
    for (size_t i = 0; i < 40; i++)
        add(writer, t.pool.words[i]);
    finish(writer);
    char *good = file_bytes(&len);
    struct oracle_random random = {7};
    for (size_t round = 0; round < 2000; round++) {
        struct meanings meanings;
        char *bad = malloc(len);
        memcpy(bad, good, len);
        for (size_t hits = 1 + round % 40; hits > 0; hits--)
            bad[oracle_below(&random, len)] ^= (char)(1 + oracle_below(&random, 255));
        FILE *file = fopen(t.path, "we");
        assert_int_equal(fwrite(bad, 1, len, file), len);
        fclose(file);
        if (meanings_open(&meanings, t.path, NULL) == STATUS_OK) {
            meanings.mapped = round % 2;
            look_around(&meanings);
            meanings_close(&meanings);
        }
        free(bad);
    }
    free(good);
}

static void a_changed_word_is_found_by_the_check(void **state)
{
    (void)state;
    struct meanings meanings;
    write_pool();
    FILE *file = fopen(t.path, "r+e");
    assert_int_equal(fseek(file, -1000, SEEK_END), 0);
    fputc('!', file);
    fclose(file);
    assert_int_equal(meanings_open(&meanings, t.path, NULL), STATUS_OK);
    assert_int_equal(meanings_check(&meanings, NULL), STATUS_CORRUPT);
    meanings_close(&meanings);
    assert_int_equal(meanings_open(&meanings, "/nowhere", NULL), STATUS_NOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_have_the_terms_that_the_analyser_gives),
        cmocka_unit_test(a_reader_answers_as_the_file_whatever_it_read_before),
        cmocka_unit_test(a_word_read_lately_is_not_looked_for_in_the_file_again),
        cmocka_unit_test(an_analyser_that_is_helped_reads_texts_as_one_that_is_not),
        cmocka_unit_test(parts_merged_in_any_order_make_the_same_file),
        cmocka_unit_test(a_file_of_no_words_is_a_file),
        cmocka_unit_test(damage_is_told_and_never_followed),
        cmocka_unit_test(a_changed_word_is_found_by_the_check),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
