/* The order of what was found: BM25 over words, or distance, date, name; and one page of it.
 *
 * BM25 after Robertson and Zaragoza (2009), with the inverse document frequency and its floor as Xapian 1.4 computes
 * them, so that Xapian's own ranking can serve as the oracle. Fields are weighted when indexed (term frequencies). */
#ifndef OPASTIN_SEARCHD_RANK_H
#define OPASTIN_SEARCHD_RANK_H

#include "searchd/match.h"

#define BM25_K1 1.2
#define BM25_B 0.75

/* Weight of one lane of postings in a collection of `rows`: log of the odds against meeting the term, times weight. */
double bm25_idf(uint32_t rows, uint32_t rows_with, double weight);
/* What a row earns by a term frequency. */
double bm25_part(double idf, unsigned frequency, double length, double average_length);

/* The page that the request asks for: hits in the arena, `before` and `more`. */
enum status rank_run(struct searcher *searcher, const struct request *request, const struct query *query,
                     const struct match *match, struct arena *arena, struct answer *answer, struct err *err) MUST_USE;

/* Smaller: first. */
int sort_key_compare(struct sort_key a, struct sort_key b);

#endif
