/* Words of the vocabularies, of the filler words and of the program's synonyms, analysed when the program was built.
 *
 * A guide is made of some 10,000 words, 0.4 s of processor time with the dictionary, at every start.  The book has
 * their analyses, made by the same code (search/wordbook/make.c); it is used only with the dictionary and libraries
 * that it was made with (analyse/edition.h), and any word that it lacks is analysed. */
#ifndef OPASTIN_SEARCH_WORDBOOK_H
#define OPASTIN_SEARCH_WORDBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/buf.h"
#include "base/status.h"

/* A word out of the book. */
struct wordbook_word {
    struct word word;
    struct term query[ANALYSE_TERMS_PER_WORD];
};

/* As analyse_word() has it in TEXT_UNSURE, but of the word only `function`, `known` and the query terms; valid until
 * the next call with the same scratch or on the analyser. */
enum status wordbook_analyse(struct analyser *analyser, const char *token, size_t len, struct wordbook_word *scratch,
                             const struct word **word, struct err *err) MUST_USE;

/* The book itself: false when it lacks the word or is of another edition. An analyser must be open. */
bool wordbook_find(const char *token, size_t len, struct wordbook_word *found);
size_t wordbook_words(void); /* 0: it is of another edition */

/* ---- making ------------------------------------------------------------------------------------------------------ */

enum { WORDBOOK_HEADER_BYTES = 16 }; /* zeros alone are a book that is not used */

struct wordbook_entry {
    const char *token;
    size_t len;
    const unsigned char *bytes; /* as wordbook_pack() wrote them */
    size_t byte_count;
};

/* Appends the word's part of the book. */
void wordbook_pack(const struct word *word, struct buf *out);
/* The whole book of these words, each token once. */
enum status wordbook_write(const struct wordbook_entry *entries, size_t count, uint64_t edition, struct buf *out,
                           struct err *err) MUST_USE;

#endif
