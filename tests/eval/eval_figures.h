/* Figures by name: what a run measured, and what an earlier one stored in figures.tsv (set, slice, engine, measure,
 * value; tab-separated). */
#ifndef OPASTIN_TESTS_EVAL_FIGURES_H
#define OPASTIN_TESTS_EVAL_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { FIGURE_NAME_BYTES = 32 };

/* How far a figure of ours may move to the worse side of the stored one: a point; a tenth of it for wrong joins. */
#define FIGURE_FALL 0.01
#define FIGURE_RISE 0.001

struct figure {
    char set[FIGURE_NAME_BYTES], slice[FIGURE_NAME_BYTES], engine[FIGURE_NAME_BYTES], measure[FIGURE_NAME_BYTES];
    double value;
};

struct figures {
    struct figure *list;
    size_t count, cap;
};

enum status figures_add(struct figures *figures, const struct figure *figure, struct err *err) MUST_USE;
void figures_release(struct figures *figures);

/* A file that is not there has no figures. STATUS_SYNTAX. */
enum status figures_read(struct figures *figures, const char *path, struct err *err) MUST_USE;
/* Writes the new figures in place of the old ones of the same sets, and keeps those of other sets. */
enum status figures_store(const struct figures *figures, const char *path, struct err *err) MUST_USE;

/* Counts our engine's figures that hold and fail against the stored ones; says on standard output which fail. */
void figures_compare(const struct figures *now, const struct figures *stored, size_t *passed, size_t *failed);

#endif
