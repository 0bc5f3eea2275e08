/* A lexicon made from a list of words, for tests. */
#ifndef OPASTIN_TESTS_WORD_LIST_H
#define OPASTIN_TESTS_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "lexicon.h"

struct listed_word {
    char *form; /* owned */
    uint32_t rows;
};

struct word_list {
    struct listed_word *words;
    size_t count, room;
};

/* The form as the index has it. rows of the same form: the most. Aborts without memory. */
void word_list_add(struct word_list *list, const char *form, uint32_t rows);
void word_list_free(struct word_list *list);
/* Writes the words as a lexicon to `path` (replaced) and opens it; the lemma of a form is its first base form,
 * and its records those of its forms together. */
enum status word_list_open(struct word_list *list, struct analyser *analyser, const char *path,
                           struct lexicon *lexicon, struct err *err) MUST_USE;

#endif
