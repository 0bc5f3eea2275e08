/* Phrases by their analysed words: which of many known phrases a query holds, in any inflection.
 *
 * A trie over the terms of words: a word of a phrase is its lemmas, and for a word that Finnish does not know also its
 * Swedish and English stems.  Closed-class words are left out of phrases, as they are out of queries.  Built once by
 * one thread, then read by all. */
#ifndef OPASTIN_SEARCH_PHRASES_H
#define OPASTIN_SEARCH_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/status.h"
#include "search/query.h"

enum {
    PHRASE_WORDS = 6,     /* that count, of one phrase */
    PHRASE_READINGS = 32, /* ways to read one phrase: the product of its words' lemmas; more are left out */
    PHRASE_HITS = 32,     /* found at one place of a query */
};

struct phrases;

enum status phrases_new(struct phrases **phrases, struct err *err) MUST_USE;
void phrases_free(struct phrases *phrases);

/* STATUS_INVALID: no word that counts, or more than PHRASE_WORDS.  The same phrase may have several values.
 * lang: TEXT_FI reads words as Finnish alone; TEXT_SV and TEXT_EN by the stems of that language too. */
enum status phrases_add(struct phrases *phrases, struct analyser *analyser, const char *text, size_t len,
                        enum text_lang lang, uint32_t value, struct err *err) MUST_USE;

struct phrase_hit {
    uint32_t value;
    size_t words; /* of the query, from where it was looked for */
};

/* The phrases that begin at a word of the query, shortest first, in a fixed order; each value once for each length.
 * Words in quotes hold none. Returns how many, at most PHRASE_HITS. */
size_t phrases_at(const struct phrases *phrases, const struct query *query, size_t word,
                  struct phrase_hit hits[PHRASE_HITS]);
/* The same for one part of the word's compound, phrases of one word. */
size_t phrases_at_part(const struct phrases *phrases, const struct query_group *part,
                       struct phrase_hit hits[PHRASE_HITS]);

#endif
