/* A file of sections: arrays of items of one size each, written once, then mapped read-only.
 *
 * Little-endian.  A header names the kind of file, its version and where each section lies, and has a checksum; each
 * section has one of its own, which only sections_check() looks at: opening reads the header alone. */
#ifndef OPASTIN_SECTIONS_H
#define OPASTIN_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum {
    SECTIONS_MOST = 24,
    SECTIONS_MAGIC_BYTES = 8,
};

/* A kind of file, constant. */
struct sections_kind {
    const char *name;  /* in messages: "lexicon" */
    const char *magic; /* SECTIONS_MAGIC_BYTES bytes */
    uint32_t version;
    size_t count;         /* 1..SECTIONS_MOST */
    const uint32_t *item; /* bytes of one item, by section */
};

struct sections {
    const struct sections_kind *kind;
    struct {
        const void *items; /* at a multiple of 64 bytes */
        size_t count;
    } at[SECTIONS_MOST];
    const char *path; /* owned */
    bool through;     /* sections_read() takes bytes from where they are mapped: set by who reads it all anyway */
    int fd;           /* private */
    void *map;        /* private */
    size_t map_len;
};

/* Writes a new file, synced to disk.  The buffers hold the sections' items in order. STATUS_IO. */
enum status sections_write(const struct sections_kind *kind, const struct buf *sections, const char *path,
                           struct err *err) MUST_USE;

/* The same for sections that are too large to be held: piece by piece, one section after the other. */
struct sections_writer;
enum status sections_writer_open(struct sections_writer **writer, const struct sections_kind *kind, const char *path,
                                 struct err *err) MUST_USE;
/* section: that of the last call or a later one; those passed over are empty. */
enum status sections_writer_add(struct sections_writer *writer, size_t section, const void *data, size_t len,
                                struct err *err) MUST_USE;
/* Writes the header and syncs; the file cannot be opened before. */
enum status sections_writer_finish(struct sections_writer *writer, struct err *err) MUST_USE;
void sections_writer_free(struct sections_writer *writer); /* leaves a half-made file behind when it is not finished */

/* STATUS_NOTFOUND, STATUS_CORRUPT (another kind of file, cut short, header damaged), STATUS_VERSION. */
enum status sections_open(struct sections *sections, const struct sections_kind *kind, const char *path,
                          struct err *err) MUST_USE;
void sections_close(struct sections *sections); /* of zeros: no-op */
/* Copies bytes of a section instead of touching them where they are mapped: a page that is touched counts as the
 * process's memory from then on, and what is large and read here and there would all be.  Thread-safe.
 * STATUS_IO. */
enum status sections_read(const struct sections *sections, const void *from, size_t len, void *into,
                          struct err *err) MUST_USE;
/* What was touched so far counts no longer as the process's memory; what is touched again comes from the page cache.
 * For a file that is looked through when it is opened and seldom used after that. */
void sections_forget(const struct sections *sections);
/* Reads everything. STATUS_CORRUPT names the first section that has changed since it was written. */
enum status sections_check(const struct sections *sections, struct err *err) MUST_USE;

#endif
