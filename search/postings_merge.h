/* The postings of one word of a query: the lists of all its terms decoded from the inverted file and merged. */
#ifndef OPASTIN_SEARCH_POSTINGS_MERGE_H
#define OPASTIN_SEARCH_POSTINGS_MERGE_H

#include "inverted.h"
#include "search/postings.h"

/* Fills *postings, `bytes` with what its arrays hold. term_count: at most POSTINGS_TERMS_PER_WORD.
 * STATUS_NOMEM, STATUS_CORRUPT; then nothing is to be released. */
enum status postings_merge(struct postings *postings, const struct inverted *inverted,
                           const struct posting_term *terms, size_t term_count, struct err *err) MUST_USE;
void postings_arrays_release(struct postings *postings);

#endif
