/* The maintainer's night: every source read, held against what serves, and only what is good published.
 *
 *   lock -> previous_open -> for each source: intake (read, check, compare; new documents into a segment)
 *   -> guards (a source that trips keeps its previous records) -> duplicates -> nothing changed? done
 *   -> assemble (rows that stay, then new ones) -> verify -> finish -> golden queries -> publish -> prune -> report
 *
 * Killed at any moment it leaves what serves as it was, and the next run begins anew.  Its report is written whatever
 * happens, but for a lock that another run holds. */
#ifndef OPASTIN_INDEXER_NIGHT_H
#define OPASTIN_INDEXER_NIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/build.h"
#include "indexer/difference.h"
#include "indexer/report.h"
#include "indexer/settings.h"

enum { NIGHT_NICE = 19 };
enum { NIGHT_NAMES = 2 * SETTINGS_SOURCES }; /* --source and --allow-deletions, each */

struct night_options {
    const struct settings *settings;
    const char *dir;     /* of the generations */
    int64_t now;         /* seconds since 1970 */
    unsigned jobs;       /* 0: one a core */
    unsigned keep;       /* generations */
    bool dry_run;        /* read, compare, judge and report; nothing is built */
    bool whole;          /* index every record anew */
    const char *only[NIGHT_NAMES]; /* sources that are read; the others stay as they are */
    size_t only_count;   /* 0: all */
    struct {
        const char *names[NIGHT_NAMES]; /* sources whose guard may trip tonight */
        size_t count;
    } allow[GUARDS];
    const struct build_watch *watch; /* NULL */
    difference_fn *difference;       /* NULL: changes are not told one by one */
    void *difference_context;
    bool difference_json;
};

/* Fills the report, which the caller has zeroed and releases; report->verdict says how it ended.  STATUS_LOCKED:
 * another run is under way; other failures are in the report too. */
enum status night_run(const struct night_options *options, struct report *report, struct err *err) MUST_USE;

#endif
