/* Measures of single words, from the sets of word pairs beside the repository. */
#ifndef OPASTIN_TESTS_EVAL_WORDS_H
#define OPASTIN_TESTS_EVAL_WORDS_H

#include "tests/eval/eval_figures.h"

struct buf;    /* base/buf.h */
struct json_t; /* jansson.h */

/* conflation_dev.tsv: share of pairs whose query and document side share a term, by relation; "wrong" is that of the
 * unrelated ones.  STATUS_NOTFOUND when the folder has no such file. */
enum status eval_conflation(const char *folder, struct figures *figures, struct json_t *sets, struct err *err) MUST_USE;

/* Appends the best correction of a mistyped word to `best`, nothing when there is none. */
typedef enum status correct_fn(void *context, const char *typed, struct buf *best, struct err *err);

/* typo_dev.tsv: share of mistyped words whose first correction is the intended form (success1) or a form of its lemma
 * (lemma1), over all and by kind of mistake.  STATUS_NOTFOUND when the folder has no such file, or fn is NULL. */
enum status eval_typos(const char *folder, correct_fn *fn, void *context, struct figures *figures, struct json_t *sets,
                       struct err *err) MUST_USE;

#endif
