/* The lexicon file: what is written is read, damage is told or harmless; base forms and spelling suggestions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "analyse/base.h"
#include "analyse/spelling.h"
#include "base/arena.h"
#include "lexicon.h"
#include "lexicon_file.h"
#include "search/correct.h"
#include "tests/unit/files.h"

enum {
    HEADER_FIXED = 24, /* then one span of offset, bytes, checksum a section */
    SPAN = 24,
    HEADER = HEADER_FIXED + SECTIONS_MOST * SPAN,
    SECTIONS = 15,
};

static struct {
    struct analyser *analyser;
    char *folder, *path, *damaged;
} t;

static const struct lexicon_form forms[] = {
    {"järjestö", 10, 7, true, "järjestö", 10, 20},
    {"kavely", 6, 1, false, "kavely", 6, 1},
    {"kerho", 5, 12, true, "kerho", 5, 30},
    {"kerhossa", 8, 9, true, "kerho", 5, 30},
    {"kävely", 7, 4, true, "kävely", 7, 5},
    {"mikkelissä", 11, 3, true, "Mikkeli", 7, 8},
    {"ö", 2, 1, true, "ö", 2, 1},
};
enum { FORMS = sizeof forms / sizeof *forms };
static const char *const names[] = {"Kävelyn Ystävät ry", "Mikkelin kerho", "Kävelyn Ystävät ry", "À la carte", "---"};
enum { NAMES = sizeof names / sizeof *names };

static void write_lexicon(const char *path)
{
    struct err err = {0};
    struct lexicon_writer *writer;
    assert_int_equal(lexicon_writer_new(&writer, &err), STATUS_OK);
    for (size_t i = 0; i < NAMES; i++)
        assert_int_equal(lexicon_writer_name(writer, names[i], strlen(names[i]), 1, &err), STATUS_OK);
    for (size_t i = 0; i < FORMS; i++)
        assert_int_equal(lexicon_writer_form(writer, &forms[i], &err), STATUS_OK);
    unlink(path);
    if (lexicon_writer_finish(writer, path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    lexicon_writer_free(writer);
}

static void assert_text(const struct lexicon_texts *texts, uint32_t i, const char *expected)
{
    size_t len;
    const char *text = lexicon_text(texts, i, &len);
    assert_true(i < texts->count);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(text, expected, len);
}

static void what_is_written_is_read(void **state)
{
    struct err err = {0};
    struct lexicon l;
    (void)state;
    write_lexicon(t.path);
    assert_int_equal(lexicon_open(&l, t.path, &err), STATUS_OK);
    assert_int_equal(lexicon_check(&l, &err), STATUS_OK);
    assert_int_equal(l.forms.count, FORMS);
    assert_int_equal(l.lemmas.count, FORMS - 1);
    for (uint32_t i = 0; i < FORMS; i++) {
        assert_text(&l.forms, i, forms[i].text);
        assert_int_equal(l.form_rows[i], forms[i].rows);
        assert_int_equal(l.form_known[i], forms[i].known);
        assert_text(&l.lemmas, l.form_lemma[i], forms[i].lemma);
        assert_int_equal(l.lemma_rows[l.form_lemma[i]], forms[i].lemma_rows);
        assert_int_equal(lexicon_find_form(&l, forms[i].text, forms[i].len), i);
        assert_int_equal(lexicon_find_form(&l, forms[i].text, forms[i].len - 1), UINT32_MAX);
    }
    assert_int_equal(l.names.count, 4);
    assert_text(&l.names, 1, "Kävelyn Ystävät ry");
    assert_int_equal(l.name_rows[1], 2);
    assert_int_equal(l.words.count, 3 + 2 + 3);
    lexicon_close(&l);
}

/* Forms of few letters, so that many begin alike, and two longer than form_common counts. */
static void what_begins_alike_is_skipped_over(void **state)
{
    struct err err = {0};
    struct lexicon_writer *writer;
    struct lexicon l;
    char word[LEXICON_TEXT_BYTES];
    (void)state;
    assert_int_equal(lexicon_writer_new(&writer, &err), STATUS_OK);
    for (unsigned i = 0; i < 4096; i++) { /* four letters of eight, ascending */
        struct lexicon_form form = {word, 4, 1, false, word, 4, 1};
        for (int k = 0; k < 4; k++)
            word[k] = (char)('a' + (i >> 3 * (3 - k) & 7));
        if (i % 7 != 3)
            assert_int_equal(lexicon_writer_form(writer, &form, &err), STATUS_OK);
    }
    memset(word, 'z', sizeof word);
    for (size_t len = 200; len < 202; len++) {
        struct lexicon_form form = {word, len, 1, false, word, len, 1};
        assert_int_equal(lexicon_writer_form(writer, &form, &err), STATUS_OK);
    }
    unlink(t.damaged);
    assert_int_equal(lexicon_writer_finish(writer, t.damaged, &err), STATUS_OK);
    lexicon_writer_free(writer);
    assert_int_equal(lexicon_open(&l, t.damaged, &err), STATUS_OK);
    assert_int_equal(lexicon_check(&l, &err), STATUS_OK);
    assert_int_equal(l.form_common[l.forms.count - 1], LEXICON_COMMON_MOST);
    for (uint32_t i = 0; i < l.forms.count; i++) {
        size_t len, other_len;
        const char *form = lexicon_text(&l.forms, i, &len);
        for (size_t prefix = 1; prefix <= len && prefix <= LEXICON_COMMON_MOST; prefix++) {
            uint32_t next = i + 1;
            while (next < l.forms.count && memcmp(lexicon_text(&l.forms, next, &other_len), form, prefix) == 0)
                next++;
            assert_int_equal(lexicon_skip_forms(&l, i, prefix), next);
        }
    }
    lexicon_close(&l);
}

static void prefixes_find_without_dots(void **state)
{
    struct err err = {0};
    struct lexicon l;
    (void)state;
    assert_int_equal(lexicon_open(&l, t.path, &err), STATUS_OK);
    struct lexicon_range range = lexicon_forms_from(&l, "kave", 4);
    assert_int_equal(range.end - range.first, 2);
    assert_text(&l.forms, l.form_plain[range.first], "kavely");
    assert_text(&l.forms, l.form_plain[range.first + 1], "kävely");
    range = lexicon_lemmas_from(&l, "mik", 3);
    assert_int_equal(range.end - range.first, 1);
    assert_text(&l.lemmas, range.first, "Mikkeli");
    range = lexicon_words_from(&l, "kavely", 6);
    assert_int_equal(range.end - range.first, 1);
    assert_text(&l.names, l.word_name[range.first], "Kävelyn Ystävät ry");
    range = lexicon_words_from(&l, "a", 1);
    assert_int_equal(range.end - range.first, 1);
    range = lexicon_lemmas_from(&l, "zz", 2);
    assert_int_equal(range.end - range.first, 0);
    range = lexicon_forms_from(&l, "", 0);
    assert_int_equal(range.end - range.first, FORMS);
    lexicon_close(&l);
}

static void a_lemma_is_found_as_it_is_written_or_by_its_plain_text(void **state)
{
    struct err err = {0};
    struct lexicon l;
    (void)state;
    assert_int_equal(lexicon_open(&l, t.path, &err), STATUS_OK);
    assert_text(&l.lemmas, lexicon_find_lemma(&l, "kävely", 7, true), "kävely");
    assert_text(&l.lemmas, lexicon_find_lemma(&l, "kavely", 6, true), "kavely");
    assert_text(&l.lemmas, lexicon_find_lemma(&l, "kavely", 6, false), "kävely"); /* in more records */
    assert_text(&l.lemmas, lexicon_find_lemma(&l, "kävely", 7, false), "kävely");
    assert_text(&l.lemmas, lexicon_find_lemma(&l, "mikkeli", 7, false), "Mikkeli");
    assert_int_equal(lexicon_find_lemma(&l, "mikkeli", 7, true), UINT32_MAX);
    static const char *const none[] = {"", "k", "kerh", "kerhot", "kaveli", "aa", "zz", "öö"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(lexicon_find_lemma(&l, none[i], strlen(none[i]), true), UINT32_MAX);
        assert_int_equal(lexicon_find_lemma(&l, none[i], strlen(none[i]), false), UINT32_MAX);
    }
    lexicon_close(&l);
}

static void an_empty_one(void **state)
{
    struct err err = {0};
    struct lexicon l;
    struct lexicon_writer *writer;
    (void)state;
    unlink(t.damaged);
    assert_int_equal(lexicon_writer_new(&writer, &err), STATUS_OK);
    assert_int_equal(lexicon_writer_finish(writer, t.damaged, &err), STATUS_OK);
    lexicon_writer_free(writer);
    assert_int_equal(lexicon_open(&l, t.damaged, &err), STATUS_OK);
    assert_int_equal(lexicon_check(&l, &err), STATUS_OK);
    assert_int_equal(lexicon_find_form(&l, "a", 1), UINT32_MAX);
    assert_int_equal(lexicon_words_from(&l, "a", 1).end, 0);
    lexicon_close(&l);
}

static void limits_and_order(void **state)
{
    struct err err = {0};
    struct lexicon_writer *writer;
    char longest[LEXICON_NAME_BYTES + 2];
    (void)state;
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(lexicon_writer_new(&writer, &err), STATUS_OK);
    assert_int_equal(lexicon_writer_name(writer, longest, strlen(longest), 1, &err), STATUS_OK);
    assert_int_equal(lexicon_writer_form(writer, &(struct lexicon_form){longest, LEXICON_TEXT_BYTES + 1, 1, true,
                                         "a", 1, 1}, &err), STATUS_OK);
    assert_int_equal(lexicon_writer_form(writer, &forms[2], &err), STATUS_OK);
    assert_int_equal(lexicon_writer_form(writer, &forms[2], &err), STATUS_INTERNAL);
    assert_int_equal(lexicon_writer_form(writer, &forms[1], NULL), STATUS_INTERNAL);
    lexicon_writer_free(writer);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

/* Everything that a request may do with it. */
static void use(const struct lexicon *l, struct arena *arena)
{
    struct correction out[CORRECT_MOST];
    size_t count;
    arena_reset(arena);
    assert_int_equal(correct_word(l, t.analyser, "kerhosa", 7, arena, out, &count, NULL), STATUS_OK);
    lexicon_find_form(l, "kävely", 7);
    uint32_t lemma = lexicon_find_lemma(l, "kavely", 6, false);
    assert_true(lemma == UINT32_MAX || lemma < l->lemmas.count);
    struct lexicon_range range = lexicon_words_from(l, "k", 1);
    for (uint32_t i = range.first; i < range.end; i++)
        assert_true(l->word_name[i] < l->names.count);
    range = lexicon_forms_from(l, "k", 1);
    for (uint32_t i = range.first; i < range.end; i++)
        assert_true(l->form_lemma[l->form_plain[i]] < l->lemmas.count);
    range = lexicon_lemmas_from(l, "k", 1);
    assert_true(range.first <= range.end && range.end <= l->lemmas.count);
}

static bool is_told(struct arena *arena)
{
    struct err err = {0};
    struct lexicon l;
    enum status status = lexicon_open(&l, t.damaged, &err);
    if (status == STATUS_OK) {
        use(&l, arena);
        status = lexicon_check(&l, &err);
        lexicon_close(&l);
    }
    assert_true(status == STATUS_OK || status == STATUS_CORRUPT || status == STATUS_VERSION);
    assert_true(status == STATUS_OK || err.message[0]);
    return status != STATUS_OK;
}

/* A mark on each byte of the header and of the sections.  Those between sections and behind the last mean nothing;
 * every other byte has a checksum. */
static bool *mark(const unsigned char *bytes, size_t len)
{
    bool *marked = calloc(len, sizeof *marked);
    assert_non_null(marked);
    assert_true(len > HEADER);
    memset(marked, true, HEADER);
    for (int i = 0; i < SECTIONS; i++) {
        uint64_t span[2]; /* offset, bytes */
        memcpy(span, bytes + HEADER_FIXED + i * SPAN, sizeof span);
        assert_true(span[0] >= HEADER && span[1] > 0 && span[0] + span[1] <= len);
        memset(marked + span[0], true, span[1]);
    }
    return marked;
}

static void every_byte_that_is_changed(void **state)
{
    struct arena arena = ARENA_INIT;
    size_t len, told = 0;
    (void)state;
    unsigned char *bytes = (unsigned char *)files_read(t.path, &len);
    bool *marked = mark(bytes, len);
    size_t step = getenv("OPASTIN_REQUESTS") ? 7 : 1; /* set where a sanitizer makes everything slow */
    size_t tried = 0;
    for (size_t i = 0; i < len; i += step, tried++) {
        bytes[i] ^= 0x41;
        files_write(t.damaged, bytes, len);
        bool is = is_told(&arena);
        if (marked[i] && !is)
            fail_msg("byte %zu is changed and nothing is said", i);
        told += is;
        bytes[i] ^= 0x41;
    }
    free(marked);
    assert_true(told * 10 > tried * 4);
    files_write(t.damaged, bytes, len);
    assert_false(is_told(&arena));
    free(bytes);
    arena_release(&arena);
}

/* A number that points one behind the last is told when the file is opened: nothing looks at it again. */
static void what_points_behind_the_last_text_is_refused(void **state)
{
    static const struct {
        int section;
        uint32_t most;
    } columns[] = {{LEXICON_FORM_LEMMA, FORMS - 1}, {LEXICON_FORM_PLAIN, FORMS}, {LEXICON_WORD_NAME, 4}};
    struct err err = {0};
    struct lexicon l;
    size_t len;
    (void)state;
    char *bytes = files_read(t.path, &len);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        uint64_t offset;
        uint32_t old;
        memcpy(&offset, bytes + HEADER_FIXED + columns[i].section * SPAN, sizeof offset);
        memcpy(&old, bytes + offset, sizeof old);
        for (uint32_t to = columns[i].most - 1; to <= columns[i].most; to++) {
            memcpy(bytes + offset, &to, sizeof to);
            files_write(t.damaged, bytes, len);
            enum status status = lexicon_open(&l, t.damaged, &err);
            assert_int_equal(status, to < columns[i].most ? STATUS_OK : STATUS_CORRUPT);
            if (status == STATUS_OK)
                lexicon_close(&l);
        }
        memcpy(bytes + offset, &old, sizeof old);
    }
    free(bytes);
}

static void letters_lose_their_dots_and_rings(void **state)
{
    char plain[32];
    (void)state;
    size_t len = lexicon_plain("Åäö ÅÄÖ é", strlen("Åäö ÅÄÖ é"), plain);
    assert_int_equal(len, strlen("aao aao é"));
    assert_memory_equal(plain, "aao aao é", len);
}

static void every_length_that_is_cut(void **state)
{
    struct arena arena = ARENA_INIT;
    size_t len;
    (void)state;
    unsigned char *bytes = (unsigned char *)files_read(t.path, &len);
    for (size_t cut = 0; cut < len - 64; cut += 3) { /* 64: zeros behind the last section */
        files_write(t.damaged, bytes, cut);
        assert_true(is_told(&arena));
    }
    free(bytes);
    arena_release(&arena);
}

/* ---- base forms and suggestions --------------------------------------------------------------------------------- */

static void base_forms(void **state)
{
    static const char *const pairs[][2] = {
        {"mikkelissä", "Mikkeli"}, {"KERHOSSA", "kerho"}, {"mäellä", "mäki"}, {"joensuussa", "Joensuu"},
        {"kontiolahdella", "Kontiolahti"}, {"kävelyryhmissä", "kävelyryhmä"},
        {"EJY:n", "ejy"}, {"xyzzyssä", "xyzzyssä"}, {"sote-järjestöille", "sote-järjestö"}};
    struct bases bases;
    char plain[ANALYSE_TERM_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        analyse_bases(t.analyser, pairs[i][0], strlen(pairs[i][0]), &bases);
        assert_true(bases.count > 0);
        assert_string_equal(bases.base[0], pairs[i][1]);
    }
    assert_true(bases.known);
    analyse_bases(t.analyser, "alusta", 6, &bases);
    assert_true(bases.count >= 3 && bases.known);
    analyse_bases(t.analyser, "!!", 2, &bases);
    assert_int_equal(bases.count, 0);
    analyse_bases(t.analyser, "xyzzy", 5, &bases);
    assert_false(bases.known);
    assert_int_equal(base_plain("Sote-järjestö", 15, plain), 12);
    assert_memory_equal(plain, "sotejarjesto", 12);
}

static void spelling_suggestions(void **state)
{
    struct spellings out;
    char longest[] = "kerhokerhokerhokerhokerhokerhox";
    bool found = false;
    (void)state;
    spelling_suggest(t.analyser, "kirjsato", 8, &out);
    for (size_t i = 0; i < out.count; i++) {
        found |= strcmp(out.word[i], "kirjasto") == 0;
        assert_null(strchr(out.word[i], ' '));
    }
    assert_true(found && out.count <= SPELLING_MOST);
    spelling_suggest(t.analyser, longest, strlen(longest), &out);
    assert_int_equal(out.count, 0);
    spelling_suggest(t.analyser, "", 0, &out);
    assert_int_equal(out.count, 0);
}

/* ---- */

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    t.folder = files_folder();
    t.path = files_path(t.folder, "lexicon");
    t.damaged = files_path(t.folder, "damaged");
    if (analyser_open(&t.analyser, 0, &err) == STATUS_OK)
        return 0;
    print_message("%s\n", err.message);
    return -1;
}

static int tear_down(void **state)
{
    (void)state;
    analyser_free(t.analyser);
    files_remove(t.folder);
    free(t.path);
    free(t.damaged);
    free(t.folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_begins_alike_is_skipped_over),
        cmocka_unit_test(prefixes_find_without_dots),
        cmocka_unit_test(a_lemma_is_found_as_it_is_written_or_by_its_plain_text),
        cmocka_unit_test(an_empty_one),
        cmocka_unit_test(limits_and_order),
        cmocka_unit_test(every_byte_that_is_changed),
        cmocka_unit_test(what_points_behind_the_last_text_is_refused),
        cmocka_unit_test(letters_lose_their_dots_and_rings),
        cmocka_unit_test(every_length_that_is_cut),
        cmocka_unit_test(base_forms),
        cmocka_unit_test(spelling_suggestions),
    };
    return cmocka_run_group_tests_name("lexicon", tests, set_up, tear_down);
}
