/* Files of records: read in order by one thread, made into documents by several, given on in order again. */
#ifndef OPASTIN_INDEXER_READING_H
#define OPASTIN_INDEXER_READING_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/pipeline.h"
#include "indexer/source.h"

/* One input file. */
struct build_file {
    const char *path;   /* "-": standard input */
    const char *name;   /* of the source; also the record's `source` */
    const char *format; /* "csv", "hsds" …, as in source_format_named(); NULL: found out */
};
/* How the file is opened. STATUS_INVALID for a format that is not known. */
enum status build_file_options(const struct build_file *file, struct source_options *options,
                               struct err *err) MUST_USE;

/* What is done with what is read; called from the reading thread. */
struct reading {
    struct pipeline *pipeline;
    const struct import_lookup *lookup; /* what foreign objects refer to; NULL */
    void *context;
    /* Whether the bytes of a record are those of the run before: it is then not read, and comes as SOURCE_SAME.  NULL:
     * all are read. */
    source_known *known;
    /* An item as it was read: may add problems, says whether a document is wanted of a record and when it was first
     * seen.  `file` as given to reading_file(). */
    enum status (*decide)(void *context, struct batch_item *item, size_t file, struct arena *arena, struct err *err);
    /* The item in its order, with its document when it was wanted and item->limit is NULL. */
    enum status (*take)(void *context, struct batch_item *item, size_t file, const struct source_info *info,
                        struct err *err);
};

/* Reads one file to its end; *bytes (may be NULL) gets how many it had.  What was read of a file that cannot be read on
 * is still given on, in its order; then the status of what stopped it. */
enum status reading_file(const struct reading *reading, const struct build_file *file, size_t number, uint64_t *bytes,
                         struct err *err) MUST_USE;

/* A hash of the bytes of the file, or of the files of a package, so that a later run can tell an unchanged one: 32
 * hexadecimal digits and a zero; "" for standard input and what is not there. STATUS_IO. */
enum status file_fingerprint(const struct build_file *file, char out[33], struct err *err) MUST_USE;

#endif
