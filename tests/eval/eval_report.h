/* Tables for people, figures to store, JSON for programs. */
#ifndef OPASTIN_TESTS_EVAL_REPORT_H
#define OPASTIN_TESTS_EVAL_REPORT_H

#include "tests/eval/eval_figures.h"
#include "tests/eval/eval_run.h"

enum { REPORT_SLICE_LEAST = 10 }; /* topics of a slice whose figures are stored: fewer say little */

struct json_t; /* jansson.h */

/* Prints the set's table, adds its figures, and puts an object under the set's name. */
enum status report_run(const struct eval_run *run, bool graded, struct figures *figures, struct json_t *sets,
                       struct err *err) MUST_USE;

/* Our best hits with their grades, and the relevant ones that are missing, for one topic id in all its languages. */
enum status report_topic(struct eval_run *run, const char *id, struct err *err) MUST_USE;
/* Hits of any engine that nobody judged, tab-separated: topic, query, record id, title. */
void report_holes(const struct eval_run *run);

#endif
