/* A CSV file of another system as objects: each row's cells under the names of the first row, as text, empty ones left
 * out.  For tables whose columns are not ours (csv.h). */
#ifndef OPASTIN_INDEXER_SOURCES_CSV_TABLE_H
#define OPASTIN_INDEXER_SOURCES_CSV_TABLE_H

#include <jansson.h>

#include "indexer/source.h"
#include "indexer/sources/csv_rows.h"

enum csv_table_kind {
    CSV_TABLE_ROW,
    CSV_TABLE_BROKEN, /* a row that cannot be read, or cells of it; `what` and `mend` say why */
    CSV_TABLE_END,    /* stays so */
};

struct csv_table_item {
    enum csv_table_kind kind;
    uint64_t line;
    json_t *row; /* a new reference */
    enum problem_code code;
    char what[200];
    const char *mend;
};

struct csv_table;

/* Opens the file; `path` is read, `shown` is named.  As source_open(); STATUS_INVALID, with words, for what is no
 * table: empty, UTF-16, a first row that cannot be read. */
enum status csv_table_open(struct csv_table **table, const char *path, const char *shown, struct err *err) MUST_USE;
/* The same for its first row alone: the file is not read through for its encoding. */
enum status csv_table_peek(struct csv_table **table, const char *path, struct err *err) MUST_USE;
void csv_table_free(struct csv_table *table);

/* STATUS_IO, STATUS_NOMEM. */
enum status csv_table_next(struct csv_table *table, struct csv_table_item *item, struct err *err) MUST_USE;

/* Has the first row this name?  Case and blanks around it do not matter. */
bool csv_table_has(const struct csv_table *table, const char *column);
enum source_encoding csv_table_encoding(const struct csv_table *table, char *delimiter);
const char *csv_table_path(const struct csv_table *table); /* as it is shown */
uint64_t csv_table_bytes_read(const struct csv_table *table);

#endif
