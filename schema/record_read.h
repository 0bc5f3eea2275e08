/* What the two halves of the reader of records share: record_read.c walks objects and lists by the field table,
 * record_value.c reads single strings, numbers, dates and codes.  Every reader reports what is wrong at the current
 * path and leaves the member unknown then, where nothing of the value can be used. */
#ifndef OPASTIN_RECORD_READ_H
#define OPASTIN_RECORD_READ_H

#include <jansson.h>

#include "field.h"
#include "validate.h"

struct reader {
    struct arena *arena;
    struct problems *problems;
    unsigned kind; /* of the record; RECORD_KINDS while unknown */
    bool nomem;
};

/* The string in the form of the field; NULL when a problem was reported. */
const char *value_string(struct reader *reader, const struct field *field, const json_t *json);
bool value_choice(struct reader *reader, const struct field *field, const json_t *json, uint8_t *choice);
bool value_code(struct reader *reader, const struct field *field, const json_t *json, uint16_t *ordinal);
bool value_area(struct reader *reader, enum area_scope scope, const json_t *json, uint16_t *ordinal);
bool value_number(struct reader *reader, const struct field *field, const json_t *json, double *number);
bool value_whole(struct reader *reader, const struct field *field, const json_t *json, int16_t *number);
bool value_bool(struct reader *reader, const struct field *field, const json_t *json, uint8_t *answer);
bool value_day(struct reader *reader, const struct field *field, const json_t *json, int32_t *day);
bool value_moment(struct reader *reader, const struct field *field, const json_t *json, struct moment *moment);
bool value_clock(struct reader *reader, const struct field *field, const json_t *json, int16_t *minute);

/* Reports a value of the wrong type: "is a string, not a list". */
void report_type(struct reader *reader, const json_t *json, const char *wanted, const char *mend);
/* A problem whose value is the JSON as it stands. */
void report_value(struct reader *reader, enum problem_code code, const json_t *json, const char *allowed,
                  const char *mend, const char *what, ...) __attribute__((format(printf, 6, 7)));
/* Reports null, "", [] and {}, which mean a field that should not be there; true when it did. */
bool report_empty(struct reader *reader, const struct field *field, const json_t *json);
/* Copies into the arena; NULL (and nomem) without memory. */
const char *reader_printf(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
