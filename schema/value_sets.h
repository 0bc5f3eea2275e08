/* The rows that have each facet value, of one generation: a bitmap for a common value, a list for a rare one; and the
 * rows that do not say an age or a place.  Made from the columns when the generation is, then mapped. */
#ifndef OPASTIN_VALUE_SETS_H
#define OPASTIN_VALUE_SETS_H

#include <stdint.h>

#include "base/status.h"
#include "columns.h"
#include "sections.h"

enum { VALUE_SETS_VERSION = 1 };

struct value_rows {
    uint32_t count;
    const uint64_t *bitmap; /* bit r % 64 of word r / 64; NULL for a rare value … */
    const uint32_t *rows;   /* … whose rows stand here, ascending */
};

struct value_sets {
    uint32_t rows;        /* of the generation */
    uint16_t value_count;
    struct sections file; /* private */
};

/* Writes a new file, synced to disk.  value_count: the ordinals in the columns are below. */
enum status value_sets_write(const struct columns *columns, uint16_t value_count, const char *path,
                             struct err *err) MUST_USE;

/* As sections_open(); STATUS_CORRUPT also when sets lie outside of the file. */
enum status value_sets_open(struct value_sets *sets, const char *path, struct err *err) MUST_USE;
void value_sets_close(struct value_sets *sets); /* of zeros: no-op */
/* STATUS_CORRUPT when they are not what the columns say. */
enum status value_sets_check(const struct value_sets *sets, const struct columns *columns, struct err *err) MUST_USE;

/* value < value_count. */
struct value_rows value_sets_of(const struct value_sets *sets, uint16_t value);
/* Bitmaps of rows without an age, without a place. */
const uint64_t *value_sets_no_age(const struct value_sets *sets);
const uint64_t *value_sets_no_place(const struct value_sets *sets);

#endif
