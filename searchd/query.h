/* Free text to words, and each word to the postings that match and score it.
 *
 * A word is matched by any of its terms (lemmas whole or as a compound part, stems, the form itself), or by all parts
 * of the compound that it is.  What each kind of match is worth stands in the table of weights (docs/finnish.md). */
#ifndef OPASTIN_SEARCHD_QUERY_H
#define OPASTIN_SEARCHD_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "searchd/postings.h"

enum {
    QUERY_TERMS = 512, /* of all words together, after expansion */
};

/* Terms that count as one; with the share of the word's weight that a match in a lane earns. */
struct query_group {
    const struct posting_term *terms;
    size_t term_count;
    double weight[LANE_COUNT];
};

struct query_word {
    const char *text; /* as typed */
    size_t offset, len; /* in the query */
    struct query_group whole;
    struct query_group *parts; /* of a compound; 0 or 2.. */
    size_t part_count;
};

struct query {
    struct query_word *words;
    size_t word_count;
    bool functions_kept; /* nothing but closed-class words: they are searched after all */
};

/* NULL in *query when the text has no word.  Everything in the arena. STATUS_LIMIT names words or terms. */
enum status query_parse(const struct query **query, const char *text, size_t len, struct analyser *analyser,
                        struct arena *arena, struct err *err) MUST_USE;

/* One line per word: what is searched for, with weights. */
void query_print(const struct query *query, struct buf *out);

#endif
