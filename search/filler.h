/* Words that say that something is sought, not what: haluta, missä, joku, tekeminen; vill, någon; need, someone.
 *
 * They are counted when a record has them, but little, and never required: clients' sentences are full of them. */
#ifndef OPASTIN_SEARCH_FILLER_H
#define OPASTIN_SEARCH_FILLER_H

#include "analyse/analyse.h"
#include "base/status.h"
#include "search/query.h"

struct filler;

enum status filler_new(struct filler **filler, struct analyser *analyser, struct err *err) MUST_USE;
void filler_free(struct filler *filler);

bool filler_has(const struct filler *filler, const struct query *query, size_t word);
/* Marks such words of the query as optional, unless nothing else would be left. */
void filler_mark(const struct filler *filler, struct query *query);

#endif
