/* Measures of single words, from the sets of word pairs beside the repository. */
#ifndef OPASTIN_TESTS_EVAL_WORDS_H
#define OPASTIN_TESTS_EVAL_WORDS_H

#include "tests/eval/eval_figures.h"

struct json_t; /* jansson.h */

/* conflation_dev.tsv: share of pairs whose query and document side share a term, by relation; "wrong" is that of the
 * unrelated ones.  STATUS_NOTFOUND when the folder has no such file. */
enum status eval_conflation(const char *folder, struct figures *figures, struct json_t *sets,
                            struct err *err) MUST_USE;

#endif
