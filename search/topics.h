/* The words of the vocabularies' labels, to find themes, audiences and areas by the beginning of any of them. */
#ifndef OPASTIN_SEARCH_TOPICS_H
#define OPASTIN_SEARCH_TOPICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "facet.h"
#include "vocab/vocab.h"

/* One word of a label or alternative label of an entry. */
struct topic_word {
    const char *plain; /* lexicon_plain() of the word */
    size_t plain_len;
    const char *word;  /* in lower case, accents off, with its dots */
    size_t word_len;
    const char *label; /* the whole label that has it */
    size_t label_len;
    enum facet facet;  /* FACET_AUDIENCE, FACET_THEME, FACET_AREA */
    uint16_t entry;    /* ordinal in its vocabulary */
    uint8_t lang;      /* enum ui_lang */
};

struct topics;

/* Made once at start, then read by all threads. vocab_load() must have been called, and vocab_unload() must not be
 * before topics_free(). */
enum status topics_new(struct topics **topics, struct err *err) MUST_USE;
void topics_free(struct topics *topics); /* NULL: no-op */

/* The words that begin with the plain text: *first and how many. */
size_t topics_from(const struct topics *topics, const char *plain, size_t len, const struct topic_word **first);

#endif
