/* A row of a CSV file as an object of our own format. */
#ifndef OPASTIN_INDEXER_CSV_OBJECT_H
#define OPASTIN_INDEXER_CSV_OBJECT_H

#include <jansson.h>

#include "indexer/sources/csv_columns.h"

enum {
    CSV_ORIGINS = 500, /* values of one row that know their column */
    CSV_PATH_BYTES = 120,
};

struct csv_origin {
    const char *path;
    size_t column;
};

struct csv_object {
    struct arena *arena;
    struct problems *problems;
    const struct csv_columns *columns;
    const struct csv_row *row;
    json_t *root;  /* owned */
    unsigned kind; /* RECORD_KINDS while unknown */
    struct csv_origin *origins;
    size_t origin_count;
    bool nomem;
};

/* A cell that is not empty. */
struct csv_value {
    const char *text; /* zero-terminated copy in the arena */
    size_t len;
    size_t column;
};

/* Makes object->root of the row (the caller fills arena, problems, columns and row first), reports the cells that
 * cannot be read, and lets the problems name columns from now on.  The object must outlive the problems' context.
 * Release also after a failure.  STATUS_NOMEM. */
enum status csv_object_make(struct csv_object *object, struct err *err) MUST_USE;
void csv_object_release(struct csv_object *object);

/* The record's kind that a row names; RECORD_KINDS when it is none. */
unsigned csv_row_kind(const struct csv_columns *columns, const struct csv_row *row);
/* The id that a row names, when it has the form of one; in the arena. */
const char *csv_row_id(const struct csv_columns *columns, const struct csv_row *row, struct arena *arena);

/* ---- between csv_object.c, csv_cell.c and csv_schedule.c ----------------------------------------------------- */

/* Puts a value at "place[0].lat" (the reference is taken), making what is missing on the way. An index equal to the
 * list's size appends. */
void csv_put(struct csv_object *object, size_t column, json_t *value, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
void csv_put_string(struct csv_object *object, size_t column, const char *text, const char *path, ...)
    __attribute__((format(printf, 4, 5)));

/* The cell of a field's path or of another role; false when the file has no such column or the cell is empty. */
bool csv_value_of_path(struct csv_object *object, const char *path, struct csv_value *value);
bool csv_value_of_role(struct csv_object *object, enum csv_role role, struct csv_value *value);

/* A problem with a cell. */
void csv_report(struct csv_object *object, const struct csv_value *value, enum problem_severity severity,
                enum problem_code code, const char *allowed, const char *mend, const char *what);

/* Steps through the values of a list cell, divided by any of `dividers`; blanks around are cut, empty ones skipped.  At
 * most SOURCE_CELL_ITEMS: more are a problem.  *at is 0 at first. */
bool csv_item_next(struct csv_object *object, const struct csv_value *cell, const char *dividers, size_t *at,
                   struct csv_value *item);

/* csv_cell.c: one cell by the type of its field, at the path. */
void csv_put_cell(struct csv_object *object, const struct field *field, int lang, const struct csv_value *value,
                  const char *path);
void csv_put_area(struct csv_object *object);
void csv_put_price(struct csv_object *object);
void csv_put_signup(struct csv_object *object);
void csv_put_referral(struct csv_object *object);

/* csv_schedule.c: weekday, hours and dates together. */
void csv_put_times(struct csv_object *object);

#endif
