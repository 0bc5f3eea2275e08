/* Synonyms: a plain text file that an operator edits, one group a line.
 *
 *   vanhus, ikäihminen, seniori       each finds the others
 *   liikunta => jumppa, voimistelu    what is on the left also finds what is on the right
 *   ystäväpalvelu, vapaaehtoinen ystävä    several words are a phrase
 *   # a remark
 *
 * Words are compared by their lemmas, so any inflection is met; a word that Finnish does not know also by its Swedish
 * and English stems.  Compiled once by one thread, then read by all. */
#ifndef OPASTIN_SEARCH_SYNONYMS_H
#define OPASTIN_SEARCH_SYNONYMS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "search/query.h"

enum {
    SYNONYMS_FILE_BYTES = 4 << 20,
    SYNONYMS_LINE_BYTES = 4000,
    SYNONYMS_GROUPS = 20000,
    SYNONYMS_MEMBERS = 40, /* of one group, both sides together */
};

struct synonyms;

/* text: of the file. name: for messages, which say name:line, what was found and what is allowed.
 * STATUS_INVALID (the first bad line: no file is taken in part), STATUS_LIMIT, STATUS_NOMEM. */
enum status synonyms_new(struct synonyms **synonyms, struct analyser *analyser, const char *name, const char *text,
                         size_t len, struct err *err) MUST_USE;
void synonyms_free(struct synonyms *synonyms);
size_t synonyms_groups(const struct synonyms *synonyms);

/* A rule begins with this word of the query. */
bool synonyms_has(const struct synonyms *synonyms, const struct query *query, size_t word);
/* Adds to the query what may stand for its words: a word for a word widens the word (and a word for a part of a
 * compound, the part); phrases become alternatives.  A rule applies to the longest phrase of the query that it has;
 * synonyms of synonyms are not followed. */
enum status synonyms_apply(const struct synonyms *synonyms, struct query *query, struct arena *arena,
                           struct err *err) MUST_USE;

#endif
