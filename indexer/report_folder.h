/* The folders of runs: run-000042, numbered upwards, whole or not there.
 *
 * A folder is made as run-000042.tmp and renamed when everything in it is synced.  What a killed run left is removed by
 * the next one, and its number is not given again. */
#ifndef OPASTIN_INDEXER_REPORT_FOLDER_H
#define OPASTIN_INDEXER_REPORT_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum {
    RUN_PATH_BYTES = 3800, /* of the folder of reports */
    RUN_LIST_MOST = 100000,
};

/* Makes the folder of reports when absent, removes leftovers, makes the folder of the next run.  *path gets its final
 * name. STATUS_IO, STATUS_LIMIT, STATUS_NOMEM. */
enum status run_begin(const char *reports, uint32_t *number, struct buf *path, struct err *err) MUST_USE;
/* Writes and syncs a whole file of the run under construction. */
enum status run_write(const char *path, const char *name, const struct buf *data, struct err *err) MUST_USE;
/* Gives the folder, whose files are all synced, its final name. */
enum status run_finish(const char *path, struct err *err) MUST_USE;
/* Removes the folder under construction. */
enum status run_abandon(const char *path, struct err *err) MUST_USE;
/* Numbers of the whole runs, ascending; *numbers is the caller's to free. */
enum status run_list(const char *reports, uint32_t **numbers, size_t *count, struct err *err) MUST_USE;
/* "REPORTS/run-000042" */
enum status run_path(const char *reports, uint32_t number, struct buf *path, struct err *err) MUST_USE;
/* Removes all but the newest `keep` (>= 1). */
enum status run_prune(const char *reports, size_t keep, struct err *err) MUST_USE;

#endif
