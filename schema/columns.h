/* A generation's columns: what matching, counting and sorting need of every document, by row.
 *
 * Row r belongs to document number r + 1.  One file, written once in row order, then mapped read-only and shared by
 * all threads and processes; opening costs a check of the header and of the offsets, and the sum of the lengths. */
#ifndef OPASTIN_COLUMNS_H
#define OPASTIN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "sections.h"

enum {
    COLUMNS_VERSION = 5,
    COLUMNS_PLACES_PER_ROW = 64,
    COLUMNS_SCHEDULES_PER_ROW = 256,
};

#define DAY_NEVER INT32_MAX    /* no end */
#define DAY_ALWAYS INT32_MIN   /* no beginning */

/* One place of a record. */
struct column_place {
    float lat, lon;        /* degrees, WGS84 */
    uint16_t municipality; /* ordinal in VOCAB_AREA, UINT16_MAX unknown */
    uint16_t centre;       /* 1: the municipality's centre stands in for an unknown position */
};

/* One rule of a schedule, or an event's own dates (weekdays 0, valid_from..valid_to). */
struct column_schedule {
    int32_t valid_from, valid_to; /* days since 1970-01-01, DAY_ALWAYS / DAY_NEVER */
    int16_t from, to;             /* minutes of the day, -1 unknown */
    uint8_t weekdays;             /* bit 0 Monday */
    uint8_t every;                /* every n weeks from valid_from's week; 1 */
    uint8_t nth;                  /* bits 0..4 first..fifth of the month, bit 5 the last; 0 all */
    uint8_t except_count;
    uint32_t except_first; /* in the table of exceptions */
};

/* Days on which a schedule does not hold. */
struct column_except {
    int32_t from, to;
};

/* A row's single values. */
struct column_row {
    uint32_t length;         /* sum of the weighted term frequencies, as Xapian counts it */
    uint32_t slots;          /* weekday x time, facet_slots() */
    int32_t visible_from;    /* outside these days the record is not shown at all */
    int32_t visible_to;
    int32_t past_after;      /* an ended project or past event after this day; DAY_NEVER for the rest */
    int32_t verified;        /* a person checked the record on this day; DAY_UNKNOWN: never */
    uint32_t first_seen;     /* seconds since 1970, when this index first had the record */
    uint8_t age_min, age_max; /* AGE_UNKNOWN both: not stated; one side open is 0 or 120 */
    uint8_t tier;            /* enum area_tier */
    uint8_t reserved;
};

/* ---- writing ------------------------------------------------------------------------------------------------ */

struct columns_writer;

/* path: of the file; until it is written its columns are gathered beside it, in files without a name. */
enum status columns_writer_new(struct columns_writer **writer, const char *path, struct err *err) MUST_USE;
void columns_writer_free(struct columns_writer *writer);

/* One more row.  sort_key: bytes that compare as the record's name sorts: a collation key, which ends in its only zero
 * byte, then the record's id, by which records of one name are in order; schedules refer to excepts by index from 0 of
 * this call. */
struct columns_input {
    struct column_row row;
    const uint16_t *ordinals; /* ascending */
    size_t ordinal_count;
    const struct column_place *places;
    size_t place_count;
    const struct column_schedule *schedules;
    size_t schedule_count;
    const struct column_except *excepts;
    size_t except_count;
    const void *sort_key;
    size_t sort_key_len;
};
enum status columns_writer_add(struct columns_writer *writer, const struct columns_input *input,
                               struct err *err) MUST_USE;
/* An order of the rows in which most names are in order already, so that ranking them costs less: as many items as
 * rows, each row once; held until the writer is finished. */
void columns_writer_hint(struct columns_writer *writer, const uint32_t *rows);
/* Ranks the names and writes the file, synced to disk; once. */
enum status columns_writer_finish(struct columns_writer *writer, struct err *err) MUST_USE;

/* ---- reading ------------------------------------------------------------------------------------------------ */

struct columns {
    uint32_t count;        /* rows */
    double average_length; /* of rows; 1 when there are none */
    uint64_t total_length;
    const uint32_t *length, *first_seen, *name_rank; /* name_rank: a permutation of 0..count-1 */
    const uint32_t *slot_class;  /* which of `slots` the row has: few are in use, and rows are counted by class */
    const uint32_t *slots;       /* slot_class_count of them, all different; the first is 0 */
    uint32_t slot_class_count;
    const int32_t *visible_from, *visible_to, *past_after, *verified;
    const uint8_t *age_min, *age_max, *tier;
    const uint32_t *ordinal_offset; /* count + 1; row r has ordinals[ordinal_offset[r] .. ordinal_offset[r + 1]) */
    const uint16_t *ordinals;
    const uint32_t *place_offset; /* count + 1 */
    const struct column_place *places;
    const uint32_t *schedule_offset; /* count + 1 */
    const struct column_schedule *schedules;
    const struct column_except *excepts;
    uint32_t except_count;
    const uint64_t *name_key_end; /* of each row's sort key in name_keys; nothing that answers reads them */
    const uint8_t *name_keys;
    struct sections file; /* private */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT (not a columns file, cut short, damaged so that reading it would leave it),
 * STATUS_VERSION. */
enum status columns_open(struct columns *columns, const char *path, struct err *err) MUST_USE;
void columns_close(struct columns *columns);
/* A row as it was put in, to be put into another file: views into this one and into `schedules`. row < count. */
void columns_input_of(const struct columns *columns, uint32_t row,
                      struct column_schedule schedules[COLUMNS_SCHEDULES_PER_ROW], struct columns_input *input);
/* The id of the row's record: a view of *len bytes, without a zero behind them. */
const char *columns_id(const struct columns *columns, uint32_t row, size_t *len);
/* Reads everything: checksums, ordinals in range, name_rank a permutation. STATUS_CORRUPT. */
enum status columns_check(const struct columns *columns, uint16_t ordinal_space, struct err *err) MUST_USE;

#endif
