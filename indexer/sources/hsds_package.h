/* HSDS as tables: services.csv, organizations.csv … with or without a datapackage.json beside them, gzip or not.  The
 * rows are joined by their ids to the nested objects of hsds.h, and those are mapped.
 *
 * The tables of services, organizations, locations and programs are read row by row; the others, and what these four
 * refer to, are kept within IMPORT_LOOKUP_BYTES while the package is read.  The ids of a package are its own: two
 * packages in a run do not meet. */
#ifndef OPASTIN_INDEXER_SOURCES_HSDS_PACKAGE_H
#define OPASTIN_INDEXER_SOURCES_HSDS_PACKAGE_H

#include "indexer/source.h"

enum {
    HSDS_PACKAGE_FILES = 100,        /* of one package */
    HSDS_PACKAGE_JSON_BYTES = 4 << 20, /* of datapackage.json */
    HSDS_PACKAGE_NOTICES = 100,      /* about tables that others refer to; of more only the number is told */
    HSDS_PACKAGE_PATH_BYTES = 4096,
};

/* What is given: a folder with a datapackage.json or tables in it, a datapackage.json, or one of the tables, which
 * stands for itself with the others beside it.  Files that cannot be read are none. */
bool hsds_is_package(const char *path);

/* Calls for each file of the package, in the order of their names. */
typedef enum status hsds_package_file(void *context, const char *path, struct err *err);
enum status hsds_package_each_file(const char *path, hsds_package_file *file, void *context,
                                   struct err *err) MUST_USE;

extern const struct source_reader hsds_package_reader;

#endif
