/* Reading a vocabulary file: tab separated cells, a header line, every line ended. */
#ifndef OPASTIN_VOCAB_TSV_H
#define OPASTIN_VOCAB_TSV_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

/* A file inside the program; it is not changed. */
struct tsv_file {
    const char *id; /* its name without ".tsv" */
    const char *start, *end;
};

struct tsv {
    const char *id;
    char *at, *end; /* a copy in the arena, whose tabs and line ends become zero bytes */
    unsigned line;  /* of the row read last, the header being 1 */
    struct err *err;
};

/* Starts behind the header, which must be exactly `header`; *rows is the number of rows, 1..INT16_MAX, because ordinals
 * are int16_t where -1 means none.  STATUS_CORRUPT, STATUS_NOMEM. */
enum status tsv_open(struct tsv *tsv, const struct tsv_file *file, const char *header, struct arena *arena,
                     size_t *rows, struct err *err) MUST_USE;

/* The next of the rows, which must have exactly `columns` cells; they live as long as the arena.  STATUS_CORRUPT. */
enum status tsv_row(struct tsv *tsv, const char **cells, size_t columns) MUST_USE;

/* Says what is wrong with a value of the row read last; STATUS_CORRUPT. */
enum status tsv_corrupt(const struct tsv *tsv, const char *what, const char *value);

#endif
