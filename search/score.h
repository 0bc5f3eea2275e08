/* How well a record answers the query.
 *
 * BM25 after Robertson and Zaragoza (2009), with the inverse document frequency and its floor as Xapian 1.4 computes
 * them, so that Xapian's own ranking can serve as the oracle.  Fields are weighted when indexed (term frequencies).
 * A word's lanes add up; a record that has only what stands for a word earns a share; values that the query names add
 * by how rare they are; all by the table of weights.h. */
#ifndef OPASTIN_SEARCH_SCORE_H
#define OPASTIN_SEARCH_SCORE_H

#include "search/match.h"

enum { SCORE_FRESH_DAYS = 365 }; /* since a person checked the record */

/* Weight of one lane of postings in a collection of `rows`: log of the odds against meeting the term, times weight. */
double bm25_idf(uint32_t rows, uint32_t rows_with, double weight);
/* What a row earns by a term frequency. */
double bm25_part(double idf, unsigned frequency, double length, double average_length);

/* Makes the searcher's tables for the day of its clock, unless it has them: scoring_start() does when nobody did. */
void score_prepare(struct searcher *searcher);

enum { SCORE_ROWS = 256 };

/* One search's scores of the rows of its result, some at a time: all that they earn is added up before the next are
 * looked at, except what feedback adds.  In the arena. */
struct scoring;
enum status scoring_start(struct scoring **scoring, struct searcher *searcher, const struct query *query,
                          const struct match *match, struct arena *arena, struct err *err) MUST_USE;
/* rows: at most SCORE_ROWS of the result, ascending, and behind those of the call before. */
void scoring_rows(struct scoring *scoring, const uint32_t *rows, size_t count, float *scores);

/* The query's values that the row has: bit per value. */
uint32_t score_values(const struct searcher *searcher, const struct query *query, const struct match *match,
                      uint32_t row);
/* What the row's score is the sum of, a line per part: word, lane, frequency, share. In the arena. */
enum status score_explain(const struct searcher *searcher, const struct query *query, const struct match *match,
                          uint32_t row, float score, struct arena *arena, const char **parts,
                          struct err *err) MUST_USE;

#endif
