/* Tables for people, figures to store, JSON for programs. */
#ifndef OPASTIN_TESTS_EVAL_REPORT_H
#define OPASTIN_TESTS_EVAL_REPORT_H

#include "tests/eval/eval_figures.h"
#include "tests/eval/eval_run.h"

enum { REPORT_SLICE_LEAST = 10 }; /* topics of a slice whose figures are stored: fewer say little */
#define REPORT_CHANCE 0.05        /* differences with less chance get a star */

struct json_t; /* jansson.h */

void report_head(void);
/* Prints the set's lines of the table, adds its figures, and puts an object under the set's name.  graded: there are
 * grades above 1 and unjudged hits, so that P@5 and holes say something. */
enum status report_run(const struct eval_run *run, bool graded, const struct figures *stored, struct figures *figures,
                       struct json_t *sets, struct err *err) MUST_USE;

/* Our best hits with their grades, and the relevant ones that are missing, for one topic id in all its languages. */
enum status report_topic(struct eval_run *run, const char *id, struct err *err) MUST_USE;
/* Hits of any engine that nobody judged, tab-separated: topic, query, record id, title. */
void report_holes(const struct eval_run *run);

#endif
