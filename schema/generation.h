/* Generations: whole immutable indexes side by side in one folder, and the pointer to the one that serves.
 *
 *   DIR/lock            held (flock) by whoever changes the folder
 *   DIR/CURRENT         one line, "gen-7": the generation that serves; replaced by rename
 *   DIR/gen-7/          manifest.json columns records postings … (docs/architecture.md)
 *   DIR/status.json     how the last run ended
 *   DIR/gen-8.tmp/      a build under way, or what a killed one left; removed by the next build
 *
 * Nothing half-made is visible: a build is synced and renamed to gen-N only when it is whole, and only then may
 * CURRENT name it.  A generation does not depend on its host or its folder: a copy of it serves as well. */
#ifndef OPASTIN_GENERATION_H
#define OPASTIN_GENERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum {
    GENERATION_FORMAT = 4,        /* raised when what is stored changes its form */
    GENERATION_PATH_BYTES = 3800, /* of DIR */
    GENERATION_LIST_MOST = 10000,
    GENERATION_SOURCES_MOST = 256,
    GENERATION_NAME_BYTES = 128,
    MANIFEST_BYTES = 1024 * 1024,
};

/* The lock of a folder; released when the process ends, however it ends. */
struct generation_lock {
    int fd; /* -1: not held */
};
/* Creates the folder when absent. STATUS_LOCKED when another process holds it. */
enum status generation_lock(struct generation_lock *lock, const char *dir, struct err *err) MUST_USE;
void generation_unlock(struct generation_lock *lock);

/* ---- manifest ------------------------------------------------------------------------------------------------ */

struct manifest_source {
    char name[GENERATION_NAME_BYTES];
    uint64_t records; /* of it in this generation */
    uint64_t rejected;
    char fingerprint[33]; /* hash of the files' bytes, hexadecimal */
    bool clean;           /* nothing in them had to be told: neither rejected nor left out, no warning */
    bool foreign;         /* its objects may refer to those of other sources */
};

struct manifest {
    unsigned format;          /* GENERATION_FORMAT */
    unsigned analyser;        /* ANALYSE_VERSION */
    char schema[33];          /* hash of the field and facet tables and the vocabularies, hexadecimal */
    int64_t created;          /* seconds since 1970 */
    uint64_t documents;
    uint64_t rejected;        /* records refused in this build */
    struct manifest_source *sources; /* owned */
    size_t source_count;
};
void manifest_release(struct manifest *manifest);
/* What a manifest must say for this program to read its generation: format, analyser and schema; the rest is 0.
 * vocab_load() must have been called. */
enum status manifest_expected(struct manifest *manifest, struct err *err) MUST_USE;
enum status manifest_write(const struct manifest *manifest, const char *generation_path, struct err *err) MUST_USE;
/* STATUS_CORRUPT when it cannot be read; STATUS_VERSION when format, analyser or schema differ from this program's
 * (`expect`, NULL: any): such an index needs a full rebuild, never a mixed one. */
enum status manifest_read(struct manifest *manifest, const char *generation_path, const struct manifest *expect,
                          struct err *err) MUST_USE;

/* ---- life of a generation (the caller holds the lock, except for current, list and path) --------------------- */

/* Removes leftovers and makes DIR/gen-N.tmp, N one above every number in use; *number gets N and path its path. */
enum status generation_begin(const char *dir, uint32_t *number, struct buf *path, struct err *err) MUST_USE;
/* Syncs every file of gen-N.tmp and renames it to gen-N. */
enum status generation_finish(const char *dir, uint32_t number, struct err *err) MUST_USE;
/* Removes gen-N.tmp of a build that failed. */
enum status generation_abandon(const char *dir, uint32_t number, struct err *err) MUST_USE;
/* Makes a folder inside a generation under construction. */
enum status generation_make_part(const char *path, struct err *err) MUST_USE;
/* Removes a whole generation that does not serve (STATUS_INVALID). */
enum status generation_remove(const char *dir, uint32_t number, struct err *err) MUST_USE;
/* Removes a file or folder inside a generation under construction. */
enum status generation_remove_part(const char *path, struct err *err) MUST_USE;
/* Points CURRENT at gen-N, which must be whole (STATUS_NOTFOUND otherwise). */
enum status generation_publish(const char *dir, uint32_t number, struct err *err) MUST_USE;
/* STATUS_NOTFOUND while nothing was ever published; STATUS_CORRUPT when CURRENT cannot be read. */
enum status generation_current(const char *dir, uint32_t *number, struct err *err) MUST_USE;
/* "DIR/gen-N" */
enum status generation_path(const char *dir, uint32_t number, struct buf *path, struct err *err) MUST_USE;
/* Numbers of all whole generations, ascending; *numbers is the caller's to free. */
enum status generation_list(const char *dir, uint32_t **numbers, size_t *count, struct err *err) MUST_USE;
/* The newest generation older than the current one, to roll back to. STATUS_NOTFOUND when there is none. */
enum status generation_previous(const char *dir, uint32_t *number, struct err *err) MUST_USE;
/* Removes all but the newest `keep` (>= 1) generations; the current one always stays, newer ones than it count.
 * *removed (may be NULL) gets how many; dry_run only counts. */
enum status generation_prune(const char *dir, size_t keep, bool dry_run, size_t *removed, struct err *err) MUST_USE;

/* DIR/status.json: how the last run ended, for those who look at the service; replaced whole.  Read: STATUS_NOTFOUND
 * when no run has told yet; at most GENERATION_STATUS_BYTES (STATUS_LIMIT). */
enum { GENERATION_STATUS_BYTES = 1 << 20 };
enum status generation_status_write(const char *dir, const void *text, size_t len, struct err *err) MUST_USE;
enum status generation_status_read(const char *dir, struct buf *text, struct err *err) MUST_USE;

/* Bytes of all files of a generation. */
enum status generation_bytes(const char *dir, uint32_t number, uint64_t *bytes, struct err *err) MUST_USE;

#endif
