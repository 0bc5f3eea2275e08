/* Several inverted files into one: the runs of a build, or what stays of the generation before and what is new. */
#ifndef OPASTIN_INDEXER_INVERTED_MERGE_H
#define OPASTIN_INDEXER_INVERTED_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "inverted.h"

#define ROW_DROPPED UINT32_MAX

/* A file to be merged.  new_row: for each of its rows the row in the new file, or ROW_DROPPED; the others ascend.
 * NULL: as they are. */
struct inverted_input {
    const struct inverted *file;
    const uint32_t *new_row;
};

/* Writes the new file, of `rows` rows.  The new rows of each input lie behind those of the one before it
 * (STATUS_INTERNAL).  A term that loses all its rows is not written. */
enum status inverted_merge(const struct inverted_input *inputs, size_t count, uint32_t rows, const char *path,
                           struct err *err) MUST_USE;

#endif
