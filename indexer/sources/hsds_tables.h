/* The tables of HSDS: their names, and the columns by which rows of others find theirs; and rows joined to objects. */
#ifndef OPASTIN_INDEXER_SOURCES_HSDS_TABLES_H
#define OPASTIN_INDEXER_SOURCES_HSDS_TABLES_H

#include "indexer/sources/hsds_part.h"

enum { HSDS_TABLE_NAMES = 4, HSDS_TABLE_KEYS = 6 };

struct hsds_table {
    const char *names[HSDS_TABLE_NAMES]; /* the first is the member of an object that holds its rows */
    enum hsds_type type;                 /* of its rows: one of those that become records, else HSDS_OTHER */
    const char *keys[HSDS_TABLE_KEYS];   /* columns by which its rows are found; NULL at the end */
};

/* By a file's name without its endings, or the name of a resource: "services", "service"; NULL. */
const struct hsds_table *hsds_table_named(const char *name, size_t len);

/* Keeps a row under each of its keys, for the rows that refer to it.  STATUS_NOMEM, STATUS_LIMIT. */
enum status hsds_table_keep(struct import_lookup *lookup, const struct hsds_table *table, const json_t *row,
                            struct err *err) MUST_USE;
/* The row with all that is joined to it, as a nested object; a new reference, NULL without memory. */
json_t *hsds_table_join(const struct import_lookup *lookup, const struct hsds_table *table, const json_t *row);

#endif
