/* Reader of foreign JSON: objects from json_stream, mapped by their format, read as records of ours. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_READER_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_READER_H

#include <jansson.h>

#include "indexer/source.h"

enum { IMPORT_DETECT_OBJECTS = 20 /* looked at to find the format of a file */ };

extern const struct source_reader import_reader;

/* The foreign format that the first objects of the file have; NULL when they are ours or nobody's.  Leaves the file
 * where it stopped reading. */
enum status import_detect(struct source *source, const struct import_format **format, struct err *err) MUST_USE;
/* Each object of the file from its beginning to its format's collect(). */
enum status import_collect(struct source *source, struct import_lookup *lookup, struct err *err) MUST_USE;

struct import_format;
/* Maps one object and reads what it became; item->kind stays SOURCE_END when there is nothing to tell of it. */
enum status import_read_object(const struct import_format *format, const struct import_lookup *lookup,
                               const json_t *object, struct arena *arena, struct record *record,
                               struct problems *problems, struct source_item *item, struct err *err) MUST_USE;

#endif
