/* What the foreign objects of a run's files refer to, gathered before the first is read. */
#ifndef OPASTIN_INDEXER_REFERENCES_H
#define OPASTIN_INDEXER_REFERENCES_H

#include <stdbool.h>

#include "base/status.h"

struct import_lookup;
struct source_options;

enum {
    REFERENCES_FILES = 200, /* in the folder beside one file */
    REFERENCES_PATH_BYTES = 4096,
};

/* Adds what others can be referred to by in the file, and in the files of the folder beside it that is called as the
 * file without its endings and ".refs": events.json.gz and events.refs/.  Those give no records.  *lookup is made when
 * it is NULL.  What cannot be read twice (a pipe) is passed over, and so is a file that cannot be read: reading it
 * tells so.  In a folder that is told here.  options: of the file, may be NULL.  STATUS_IO, STATUS_LIMIT,
 * STATUS_NOMEM. */
enum status references_read(struct import_lookup **lookup, const char *path, const struct source_options *options,
                            struct err *err) MUST_USE;

/* Whether there is such a folder beside the file. */
bool references_beside(const char *path);

#endif
