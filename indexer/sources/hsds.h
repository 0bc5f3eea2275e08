/* Human Services Data Specification (Open Referral, HSDS 3.0 and 3.1) and its profile Open Referral UK 3: services,
 * organizations, locations and programs as nested objects, see docs/import-hsds.md.  The same as CSV tables:
 * hsds_package.h. */
#ifndef OPASTIN_INDEXER_SOURCES_HSDS_H
#define OPASTIN_INDEXER_SOURCES_HSDS_H

#include "indexer/sources/import.h"

extern const struct import_format hsds_format;

/* The member that says what an object is, where its members alone do not: an object out of a table, or out of another
 * object. */
#define HSDS_TABLE "@table"
/* The id that the record gets, for objects that are made of those of another format; and a contact's that must not be
 * shown. */
#define HSDS_OUR_ID "@our_id"
#define HSDS_PRIVATE "@private"

#endif
