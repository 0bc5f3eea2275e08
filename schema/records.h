/* A generation's stored records (stored.h), compressed each by itself with a dictionary made from the first ones.
 *
 * One file: the dictionary, the records one behind the other, where each ends.  Written in row order as records come,
 * holding only the first ones and eight bytes of each in memory; mapped read-only and shared by all threads.  Records
 * repeat the same keys and texts, so with a dictionary they take half of what zlib leaves of them; opening one is a
 * copy of some 4 kB in about 5 us.
 *
 * A record begins with its head: two bytes that say how long it is, these included (little-endian), then what it will.
 * The head is not packed and can be read alone, without the rest. */
#ifndef OPASTIN_RECORDS_H
#define OPASTIN_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "sections.h"

enum {
    RECORDS_VERSION = 2,
    RECORDS_BYTES = 16 << 20,        /* of one record */
    RECORDS_HEAD_LEAST = 2,          /* its length alone */
    RECORDS_HEAD_BYTES = 16 << 10,   /* of one head at most */
    RECORDS_HEAD_READ = 256,         /* read of a record for its head at first: few heads are longer */
    RECORDS_SAMPLE = 400,            /* records that the dictionary is made from, when there are as many … */
    RECORDS_SAMPLE_BYTES = 2 << 20,  /* … and they are no longer together */
    RECORDS_DICTIONARY_BYTES = 112 << 10,
    RECORDS_DICTIONARY_SHARE = 16,   /* it is at most such a part of the sample: small sets need no large one */
};

/* ---- packing ---------------------------------------------------------------------------------------------------- */

struct records_dictionary; /* read-only, shared by threads */
struct records_packer;     /* one per thread */

enum status records_packer_new(struct records_packer **packer, struct err *err) MUST_USE;
void records_packer_free(struct records_packer *packer);
/* Replaces the content of packed.  Same dictionary, same data: same bytes.  STATUS_LIMIT over RECORDS_BYTES,
 * STATUS_CORRUPT: it does not begin with a head. */
enum status records_pack(struct records_packer *packer, const struct records_dictionary *dictionary, const void *data,
                         size_t len, struct buf *packed, struct err *err) MUST_USE;

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct records_writer;
struct records;

/* like: a file whose dictionary is taken, so that records of either fit into the other; NULL: one is made from the
 * first records. */
enum status records_writer_open(struct records_writer **writer, const char *path, const struct records *like,
                                struct err *err) MUST_USE;
void records_writer_free(struct records_writer *writer); /* leaves a half-made file behind when it is not finished */
/* One more record; packed: with the writer's dictionary.  STATUS_IO, STATUS_LIMIT over RECORDS_BYTES, STATUS_CORRUPT:
 * this or one before that was not packed does not begin with a head. */
enum status records_writer_add(struct records_writer *writer, const void *data, size_t len, bool packed,
                               struct err *err) MUST_USE;
/* What records are packed with; NULL before the first ones have been added.  The writer's. */
const struct records_dictionary *records_writer_dictionary(const struct records_writer *writer);
/* Synced to disk; the file cannot be opened before. */
enum status records_writer_finish(struct records_writer *writer, struct err *err) MUST_USE;

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct records {
    uint32_t count;
    const uint64_t *ends; /* of each record in bytes */
    const char *bytes;
    uint64_t byte_count;
    void *dictionary;     /* private, owned */
    struct sections file; /* private */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION. */
enum status records_open(struct records *records, const char *path, struct err *err) MUST_USE;
void records_close(struct records *records); /* of zeros: no-op */
/* Reads everything but unpacks nothing: checksums, ends in order. STATUS_CORRUPT. */
enum status records_check(const struct records *records, struct err *err) MUST_USE;

/* The working memory of reading, one per thread. */
struct records_unpacker;
enum status records_unpacker_new(struct records_unpacker **unpacker, struct err *err) MUST_USE;
void records_unpacker_free(struct records_unpacker *unpacker);
/* The row as it lies in the file; replaces the content of packed.  STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_IO. */
enum status records_get_packed(const struct records *records, uint32_t row, struct buf *packed,
                               struct err *err) MUST_USE;
/* Replaces the content of data. STATUS_NOTFOUND: no such row; STATUS_CORRUPT, STATUS_NOMEM. */
enum status records_get(const struct records *records, struct records_unpacker *unpacker, uint32_t row,
                        struct buf *data, struct err *err) MUST_USE;
/* The same of its head alone: nothing is unpacked, and mostly one read is all. */
enum status records_head(const struct records *records, uint32_t row, struct buf *head, struct err *err) MUST_USE;

#endif
