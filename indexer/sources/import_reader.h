/* Reader of foreign JSON: objects from json_stream, mapped by their format, read as records of ours. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_READER_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_READER_H

#include "indexer/source.h"

enum { IMPORT_DETECT_OBJECTS = 20 /* looked at to find the format of a file */ };

extern const struct source_reader import_reader;

/* The foreign format that the first objects of the file have; NULL when they are ours or nobody's.  Leaves the file
 * where it stopped reading. */
enum status import_detect(struct source *source, const struct import_format **format, struct err *err) MUST_USE;
/* Each object of the file from its beginning to its format's collect(). */
enum status import_collect(struct source *source, struct import_lookup *lookup, struct err *err) MUST_USE;

#endif
