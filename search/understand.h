/* What a query names beyond words: areas, audiences, themes, languages, weekdays, times, prices, ages.
 *
 * The vocabularies' labels and alternative labels in three languages, in any inflection, and postal codes, former
 * municipalities, people of a municipality (espoolainen) and ages (70-vuotiaalle).  Made once, then read by all. */
#ifndef OPASTIN_SEARCH_UNDERSTAND_H
#define OPASTIN_SEARCH_UNDERSTAND_H

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "search/query.h"
#include "search/request.h"

enum { UNDERSTAND_LABEL_LETTERS = 3 }; /* shorter labels (to, ke) are words of other meanings in free text */

struct gazetteer;

/* vocab_load() must have been called. */
enum status gazetteer_new(struct gazetteer **gazetteer, struct analyser *analyser, struct err *err) MUST_USE;
void gazetteer_free(struct gazetteer *gazetteer);

/* A name begins with this word of the query. */
bool gazetteer_has(const struct gazetteer *gazetteer, const struct query *query, size_t word);
/* Adds to the query the values that its words name, the longest phrases first, and marks words that texts seldom state
 * as optional. */
void understand(const struct gazetteer *gazetteer, struct query *query);
/* When nothing but optional words is left ("maksuton torstaina", "haluan maksutonta"), what has their values is asked
 * for.  After filler words have been marked. */
void understand_settle(struct query *query);

/* The request that applies the value as a filter and leaves its words out of the text. Everything in the arena. */
enum status understood_applied(const struct request *request, const struct query *query,
                               const struct query_value *value, struct arena *arena, struct request *applied,
                               struct err *err) MUST_USE;
/* The request that takes the value's words as plain words: the same text with them in quotes. */
enum status understood_undone(const struct request *request, const struct query *query,
                              const struct query_value *value, struct arena *arena, struct request *undone,
                              struct err *err) MUST_USE;
/* The same of the bytes from..to of the text, for a word whose spelling was corrected. */
enum status understood_quoted(const struct request *request, size_t from, size_t to, struct arena *arena,
                              struct request *quoted, struct err *err) MUST_USE;

#endif
