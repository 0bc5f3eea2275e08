/* What our engine is compared with: plain BM25 (k1 1.2, b .75) over single tokens, any word of the query, in memory.
 *
 * Texts and field weights are ours (text_walk(), text_weight()); the tokens are stems of libstemmer, or five-letter
 * pieces of words.  Only live records are in it. */
#ifndef OPASTIN_TESTS_EVAL_BASELINE_H
#define OPASTIN_TESTS_EVAL_BASELINE_H

#include "tests/eval/eval_index.h"

enum baseline_tokens {
    BASELINE_STEMS, /* Snowball of the text's language, of lower-cased words; nothing joins compounds or hyphens */
    BASELINE_GRAMS, /* all runs of five letters; shorter words whole */
    BASELINE_KINDS
};

struct baseline;

/* Reads the index's files again. *baseline is the caller's to free, also after a failure. */
enum status baseline_make(struct baseline **baseline, enum baseline_tokens tokens, const struct eval_index *index,
                          struct err *err) MUST_USE;
void baseline_free(struct baseline *baseline);

/* The best `most` rows for a query in a language ("fi", "sv", "en"), best first, equal scores by row. */
enum status baseline_search(struct baseline *baseline, const char *query, const char *lang, uint32_t *rows, size_t most,
                            size_t *count, struct err *err) MUST_USE;

#endif
