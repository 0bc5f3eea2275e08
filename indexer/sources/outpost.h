/* The CSV that Outpost, a directory of English councils, imports services from: a row for each service, and rows that
 * add to it (another contact, place, price, hour, link), which name it in import_id_reference.  Each service becomes an
 * object of HSDS, whose words Outpost's columns are, and that is mapped (hsds.h). */
#ifndef OPASTIN_INDEXER_SOURCES_OUTPOST_H
#define OPASTIN_INDEXER_SOURCES_OUTPOST_H

#include "indexer/source.h"
#include "indexer/sources/import.h"

/* Maps a row {"@outpost": {column: cell}, "rows": [those that add to it]}. */
extern const struct import_format outpost_format;
extern const struct source_reader outpost_reader;

/* Does the first row of the file name Outpost's columns?  A file that cannot be read does not. */
bool outpost_is(const char *path);

#endif
