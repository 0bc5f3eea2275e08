/* How the nightly run ended last, as it told in DIR/status.json: read by the watcher when it changes, shown by pages.
 *
 * A reading is immutable and held by whoever shows it; the next one takes its place. */
#ifndef OPASTIN_SEARCHD_LAST_RUN_H
#define OPASTIN_SEARCHD_LAST_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum { LAST_RUN_SOURCES = 256, LAST_RUN_GUARDS = 16 };

struct last_run_source {
    const char *name, *owner, *licence; /* NULL: not told */
    const char *verdict;                /* "new", "same", "kept", "left" */
    int64_t files_modified;             /* seconds since 1970; 0: not told */
    uint64_t records, read, rejected;
    const char *guards[LAST_RUN_GUARDS]; /* that stopped the source */
    size_t guard_count;
};

struct last_run {
    uint64_t run, generation, records;
    int64_t started, ended; /* seconds since 1970; 0: not told */
    const char *verdict;
    struct last_run_source *sources;
    size_t source_count;
    uint64_t hash; /* of the file: part of the entity tag of pages that show it */
    const char *text; /* the file, JSON */
    size_t text_len;
};

struct last_run_board;

enum status last_run_board_new(struct last_run_board **board, const char *dir, struct err *err) MUST_USE;
void last_run_board_free(struct last_run_board *board);
/* Reads the file when it has changed; one thread at a time.  *changed: another reading is up.  A file that cannot be
 * read is logged once, the reading before it stays, and each further look tries again. */
void last_run_look(struct last_run_board *board, bool *changed);

/* The present reading, NULL when no run has told yet; to be given back. */
const struct last_run *last_run_hold(struct last_run_board *board);
void last_run_release(const struct last_run *run); /* NULL: no-op */

/* Seconds since 1970 of "2026-11-21T02:30:05Z"; 0 when it is none. */
int64_t last_run_instant(const char *text);

#endif
