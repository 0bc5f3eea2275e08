/* Tombstones of a new generation: those of the one that serves that are not too old, and what has gone tonight. */
#ifndef OPASTIN_INDEXER_BURIAL_H
#define OPASTIN_INDEXER_BURIAL_H

#include "indexer/assemble_files.h"

/* A record that is back has none.  A duplicate that another record is shown for leads to that one. */
enum status write_tombstones(const struct assemble_options *options, const struct assembly *assembly,
                             const struct tonight *tonight, struct previous *previous,
                             const struct fresh_records *fresh, struct err *err) MUST_USE;

/* The id and the title of a stored record, in the arena. */
enum status stored_name(const void *data, size_t len, struct arena *arena, const char **id, const char **title,
                        struct err *err) MUST_USE;

#endif
