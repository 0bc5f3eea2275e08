/* The files of a generation that is put together: for indexer/assemble*.c and burial.c alone. */
#ifndef OPASTIN_INDEXER_ASSEMBLE_FILES_H
#define OPASTIN_INDEXER_ASSEMBLE_FILES_H

#include "base/buf.h"
#include "base/status.h"
#include "indexer/assemble.h"
#include "records.h"

/* "FOLDER/NAME"; replaces the content of path. */
enum status folder_file(const char *folder, const char *name, struct buf *path, struct err *err) MUST_USE;

/* The stored records of the segment, which is closed. */
struct fresh_records {
    const char *path; /* of its folder */
    struct records records;
    struct records_unpacker *unpacker;
};
enum status fresh_records_open(struct fresh_records *fresh, struct err *err) MUST_USE;
void fresh_records_close(struct fresh_records *fresh);

/* Columns, records, postings and meanings: the segment's own, or made of both. */
enum status move_files(const struct assemble_options *options, struct err *err) MUST_USE;
enum status merge_files(const struct assemble_options *options, const struct assembly *assembly,
                        const struct previous *previous, const struct fresh_records *fresh,
                        struct err *err) MUST_USE;
/* The segment's folder is not needed any more. */
enum status remove_fresh(const struct assemble_options *options, struct err *err) MUST_USE;

#endif
