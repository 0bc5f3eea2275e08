/* What a run did, for the maintainer in the morning: one object, written as JSON, as a page, as a text for mail, and
 * with every rejected, removed, merged, added and changed record in lists beside it.
 *
 *   REPORTS/run-000042/report.json  report.html  report.txt  report.eml
 *                      rejects.csv  warnings.csv  removed.csv  merged.csv  changed.csv
 *
 * The run fills the object and tells of single records as they come; lists go straight to their files, so memory does
 * not grow with them.  The folder is made as run-000042.tmp and gets its name when it is whole, also after a failed
 * run.  All three renderings are made from the finished object alone, so their numbers are the same.
 *
 * Per source, always:  read = accepted + rejected + merged,  accepted + kept = added + changed + unchanged (kept: of
 * a source whose previous records stay; it adds nothing itself). */
#ifndef OPASTIN_INDEXER_REPORT_H
#define OPASTIN_INDEXER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "generation.h"
#include "indexer/quality.h"
#include "indexer/settings.h"
#include "validate.h"

enum {
    REPORT_EXAMPLES = 3,       /* problems shown of a rule of a source; all are in the lists */
    REPORT_TREND = 30,         /* runs */
    REPORT_ORGANISATIONS = 50, /* shown: those with most records that lack something; all are in the JSON's count */
    REPORT_TEXT_LINES = 60,
    REPORT_WHY_BYTES = 512,
};

enum report_verdict {
    REPORT_PUBLISHED, /* a new generation serves, nothing was held back */
    REPORT_UNCHANGED, /* nothing has changed, nothing was published */
    REPORT_HELD,      /* a guard held back a source; what the others brought serves (or would, with nothing changed) */
    REPORT_REFUSED,   /* nothing was published: every source was held back, or a golden query was lost */
    REPORT_FAILED,    /* the run broke off; what served serves on */
    REPORT_VERDICTS
};
const char *report_verdict_name(enum report_verdict verdict); /* "published" */

enum guard {
    GUARD_UNREADABLE, /* a file is missing, is cut short, is of no known format, or is a header without records */
    GUARD_EMPTY,      /* fewer records than `records` were read */
    GUARD_AGE,        /* its newest file is older than allowed */
    GUARD_REJECTED,
    GUARD_DELETIONS,
    GUARD_DRIFT,      /* a field's share fell */
    GUARDS
};
const char *guard_name(enum guard guard); /* "deletions": in JSON and for --allow-deletions */

/* What a guard saw in one source. */
struct report_guard {
    enum guard guard;
    bool tripped;
    bool allowed;     /* tripped, but the operator allowed it for this run */
    double value, limit;    /* percent, days, points or records, as the guard has it */
    uint64_t count;         /* of records behind the value, where there is one */
    enum quality quality;   /* GUARD_DRIFT: the field that fell most */
    char why[REPORT_WHY_BYTES]; /* in words, with the file's name where one is at fault; "" when it did not trip */
};

enum report_taken {
    TAKEN_NEW,       /* as it was read tonight */
    TAKEN_SAME,      /* its files are the same, byte for byte: not read again */
    TAKEN_KEPT,      /* a guard tripped: the previous records stay */
    TAKEN_LEFT,      /* not asked for (--source) or not configured any more: the previous records stay, or go */
};

struct report_quality {
    uint64_t records;
    uint64_t has[QUALITIES];
    uint64_t freshness[FRESHNESS];
    uint64_t past;     /* ended projects and past events */
};

struct report_source {
    const struct settings_source *settings;
    enum report_taken taken;
    uint64_t read, accepted, rejected, merged; /* read = accepted + rejected + merged */
    uint64_t skipped;  /* foreign objects that are none to take; not among `read` */
    uint64_t warnings;
    uint64_t added, changed, removed, unchanged; /* of the generation's records of this source */
    uint64_t records;  /* of it in the generation that serves after the run */
    int64_t files_modified; /* the newest of its files; seconds since 1970, 0 unknown */
    struct report_guard guards[GUARDS];
    struct report_quality quality, before; /* now, and in the generation before */
};

struct report_golden {
    const struct settings_golden *settings;
    bool passed;
    unsigned place, before; /* of the first of its ids among the hits, from 1; 0: not among them */
    char found[REPORT_WHY_BYTES]; /* when it did not pass: the ids of the first three hits */
};

struct report_organisation {
    const char *name;
    const char *source;
    struct report_quality quality;
};

struct report {
    const struct settings *settings;
    uint32_t run;          /* number: one more than the last one's */
    int64_t started, ended; /* seconds since 1970 by the clock, which may jump */
    double seconds;        /* by a clock that does not */
    double cpu_seconds;
    bool dry_run;
    enum report_verdict verdict;
    char why[REPORT_WHY_BYTES]; /* of a verdict that is not `published`, in words */
    uint32_t generation_before, generation; /* that served before and serves now; 0: none */
    uint64_t records, records_before;
    bool whole_rebuild;    /* every record was indexed anew */
    struct report_source *sources; /* as in settings; then those that are not configured any more, settings NULL */
    size_t source_count;
    struct report_golden *golden;
    size_t golden_count;
    struct report_organisation *organisations; /* most lacking first */
    size_t organisation_count, organisations_all;
    struct report_lists *lists; /* private */
};

/* Begins the folder of the next run in `folder`, which is made when absent. STATUS_IO. */
enum status report_begin(struct report *report, const struct settings *settings, const char *folder, int64_t now,
                         struct err *err) MUST_USE;
/* Every problem of a record, warnings too; counted by rule and source. source: index in settings. */
enum status report_problem(struct report *report, size_t source, const struct problem *problem,
                           struct err *err) MUST_USE;
/* A record that is no more in the index; title in any language. */
enum status report_removed(struct report *report, const char *source, const char *id, const char *title,
                           struct err *err) MUST_USE;
/* A record that another source has too, which is shown instead. rule: "business-id-name", "name-place". */
enum status report_merged(struct report *report, const char *source, const char *id, const char *title,
                          const char *kept_source, const char *kept_id, const char *rule, struct err *err) MUST_USE;
enum status report_changed(struct report *report, bool added, const char *source, const char *id, const char *title,
                           struct err *err) MUST_USE;
/* Sets ended; writes all renderings with the trend of the runs before, gives the folder its name, and removes the
 * oldest ones beyond settings->report_keep. path (may be NULL) gets the folder. */
enum status report_finish(struct report *report, int64_t now, struct buf *path, struct err *err) MUST_USE;
/* Frees what the report owns; removes the folder of one that was not finished. */
void report_release(struct report *report);

/* ---- renderings, of a finished report ------------------------------------------------------------------------- */

/* One line: "Opastin: julkaistu, 12 uutta, 3 poistunut" – with the verdict first. */
void report_subject(const struct report *report, struct buf *out);
void report_json(const struct report *report, struct buf *out);
void report_text(const struct report *report, struct buf *out); /* at most REPORT_TEXT_LINES lines */
void report_html(const struct report *report, struct buf *out);
void report_mail(const struct report *report, struct buf *out); /* RFC 5322, the text and the page as alternatives */

#endif
