/* The analyser: the first byte is the language, the rest one text. */
#include <string.h>

#include "analyse/analyse.h"
#include "analyse/dictionary.h"
#include "base/utf8.h"
#include "tests/fuzz/target.h"

/* A token is analysed, and its ellipsis completed in two spellings, with the head of another word. */
enum { READINGS_PER_TOKEN = 2 * (3 * DICTIONARY_READS + 1) };

struct fuzz_text {
    struct analyser *analyser;
    enum text_lang lang;
    size_t len, end, words;
};

static void check_terms(const struct term *terms, size_t count)
{
    FUZZ_CHECK(count <= ANALYSE_TERMS_PER_WORD);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(terms[i].len >= 2 && terms[i].len <= ANALYSE_TERM_BYTES);
        FUZZ_CHECK(terms[i].text[terms[i].len] == '\0' && strlen(terms[i].text) == terms[i].len);
        FUZZ_CHECK(utf8_check(terms[i].text, terms[i].len) == terms[i].len);
        FUZZ_CHECK(strchr("XWPSE", terms[i].text[0]) != NULL);
    }
}

static enum status see_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct fuzz_text *text = context;
    (void)err;
    FUZZ_CHECK(token->len > 0 && token->offset + token->len <= text->len);
    FUZZ_CHECK(token->offset + token->len >= text->end); /* in order; a completed word has the token again */
    text->end = token->offset + token->len;
    check_terms(word->terms, word->term_count);
    check_terms(word->query, word->query_count);
    FUZZ_CHECK((word->term_count == 0) == (word->query_count == 0));
    FUZZ_CHECK(word->part_count != 1 && word->part_count <= ANALYSE_PARTS_PER_WORD);
    for (size_t i = 0; i < word->part_count; i++)
        check_terms(word->parts[i].terms, word->parts[i].term_count);
    text->words++;
    return STATUS_OK;
}

FUZZ_TARGET(analyse)
{
    static struct analyser *analyser; /* a cache of one place, so that words are made and not only found */
    if (!analyser)
        FUZZ_CHECK(analyser_open(&analyser, 1, NULL) == STATUS_OK);
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    const struct word *word;
    struct fuzz_text text = {.analyser = analyser, .lang = data[0] % (TEXT_UNSURE + 1), .len = size - 1};
    uint64_t before = analyser_stats(analyser).dictionary_calls;
    FUZZ_CHECK(analyse_text(analyser, bytes, size - 1, text.lang, see_word, &text, NULL) == STATUS_OK);
    uint64_t calls = analyser_stats(analyser).dictionary_calls - before;
    FUZZ_CHECK(calls <= READINGS_PER_TOKEN * text.words);
    before = analyser_stats(analyser).dictionary_calls;
    FUZZ_CHECK(analyse_word(analyser, bytes, size - 1, text.lang, &word, NULL) == STATUS_OK);
    FUZZ_CHECK(analyser_stats(analyser).dictionary_calls - before <= DICTIONARY_READS);
    check_terms(word->terms, word->term_count);
    analyse_language(analyser, bytes, size - 1);
    return 0;
}
