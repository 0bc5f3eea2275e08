/* Figures by name: what a run measured, and what an earlier one stored in figures.tsv (set, slice, engine, measure,
 * value; tab-separated). */
#ifndef OPASTIN_TESTS_EVAL_FIGURES_H
#define OPASTIN_TESTS_EVAL_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { FIGURE_NAME_BYTES = 32 };

/* Measures of which less is better: unrelated pairs that are joined; topics that find nothing though they should. */
#define FIGURE_WRONG "wrong"
#define FIGURE_EMPTY "empty"

/* How far a figure of ours may move to the worse side of the stored one: a point; a tenth of it for wrong joins; not at
 * all for topics that find nothing. */
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

/* The figure of the same set, slice, engine and measure; NULL when there is none. */
const struct figure *figures_find(const struct figures *figures, const struct figure *like);

/* The figure is worse than the stored one by more than it may be. */
bool figure_fails(const struct figure *now, const struct figure *stored);
/* Counts our engine's stored figures, of the sets that were run, that hold and fail; says on standard output which
 * fail.  One that is no longer measured fails. */
void figures_compare(const struct figures *now, const struct figures *stored, size_t *passed, size_t *failed);

#endif
