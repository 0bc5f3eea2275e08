/* What a run did, for the maintainer in the morning: one object, written as JSON, as a page, as a text for mail, and
 * with every rejected, removed, merged, added and changed record in lists beside it.
 *
 *   REPORTS/run-000042/report.json  report.html  report.txt  report.eml
 *                      rejects.csv  warnings.csv  removed.csv  merged.csv  changed.csv  missing.csv  errors.csv
 *                      zero-hits.csv  organisations.csv
 *
 * The run fills the object and tells of single records as they come; lists go straight to their files, so memory does
 * not grow with them.  The folder is made as run-000042.tmp and gets its name when it is whole, also after a failed
 * run.  All three renderings are made from the finished object alone, so their numbers are the same.  docs/report.md
 * names what is in the files; docs/report-rules.md says every rule.
 *
 * Per source, always:  read = accepted + rejected + merged,  accepted + kept = added + changed + unchanged (kept: of
 * a source whose previous records stay; it adds nothing itself). */
#ifndef OPASTIN_INDEXER_REPORT_H
#define OPASTIN_INDEXER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "generation.h"
#include "heard.h"
#include "indexer/quality.h"
#include "indexer/settings.h"
#include "validate.h"

enum {
    REPORT_EXAMPLES = 3,       /* problems shown of a rule of a source; all are in the lists */
    REPORT_TREND = 30,         /* runs */
    REPORT_ORGANISATIONS = 50, /* shown: those with most records that lack something; all are in their list */
    REPORT_HEARD = 10,         /* reported errors shown, the newest, and words without hits; all are in the lists */
    REPORT_NEAREST = 100,      /* words without hits, the most frequent, for which the nearest of the index is sought */
    REPORT_TEXT_LINES = 60,
    REPORT_WHY_BYTES = 512,
    REPORT_SOURCES_GONE = 256, /* not configured any more */
    REPORT_FORMAT = 1,         /* of report.json; raised when a member changes its meaning */
    REPORT_JSON_BYTES = 32 << 20, /* of an earlier report.json that is read for the trend */
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
    /* GUARD_UNREADABLE and GUARD_AGE: which file and what is wrong, in words; "" when it did not trip.  What the others
     * saw is said from the numbers above, in the report's language; a why of theirs stands in the JSON only. */
    char why[REPORT_WHY_BYTES];
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

/* The problems of one code and severity in one source. */
enum { REPORT_RULES = 2 * PROBLEM_CODES };
struct report_rule {
    uint64_t count;
    struct problem examples[REPORT_EXAMPLES]; /* of different fields, as far as there are; in the report's arena */
    size_t example_count;
};

struct report_source {
    const char *name;
    const struct settings_source *settings; /* NULL: not configured any more */
    enum report_taken taken;
    uint64_t read, accepted, rejected, merged; /* read = accepted + rejected + merged */
    uint64_t skipped;  /* foreign objects that are none to take; not among `read` */
    uint64_t warnings;
    uint64_t added, changed, removed, unchanged; /* of the generation's records of this source */
    uint64_t records;  /* of it in the generation that serves after the run */
    int64_t files_modified; /* the newest of its files; seconds since 1970, 0 unknown */
    struct report_guard guards[GUARDS];
    struct report_quality quality, before; /* now, and in the generation before */
    struct report_rule rules[REPORT_RULES]; /* counted by report_problem(); report_rule_of() */
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

/* A run as the trend has it. */
struct report_run {
    uint32_t run;
    int64_t started;
    double seconds;
    bool dry_run;
    enum report_verdict verdict;
    uint64_t records, read, rejected, merged, added, changed, removed;
};

enum report_list {
    LIST_REJECTS,
    LIST_WARNINGS,
    LIST_REMOVED,
    LIST_MERGED,
    LIST_CHANGED,
    LIST_MISSING,
    LIST_ERRORS, /* that people reported, newest first */
    LIST_WORDS,  /* that found nothing, most frequent first */
    LIST_ORGANISATIONS, /* all that have records, with what their records have; most lacking first */
    REPORT_LISTS
};
const char *report_list_name(enum report_list list); /* "rejects.csv" */

/* Of a word without hits beside what heard.h has: whether it is asked more than before, and what it may mean. */
struct report_word {
    uint64_t week, week_before; /* times in the last seven days, today too, and in the seven before */
    const char *nearest;        /* a word that the index has; NULL: none */
};

/* What people asked and reported, as the daemon left it; empty without settings->state. */
struct report_heard {
    struct heard_word *words; /* most frequent first */
    struct report_word *more; /* of each */
    size_t word_count;
    struct heard_report *errors; /* oldest first */
    size_t error_count, errors_unreadable;
    char why[REPORT_WHY_BYTES]; /* it could not be read; "" */
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
    struct report_source *sources; /* as in settings; then what report_source_add() added. The report's */
    size_t source_count;
    struct report_golden *golden; /* as in settings. The report's */
    size_t golden_count;
    struct report_organisation *organisations; /* most lacking first; the caller's, at least until report_finish() */
    size_t organisation_count, organisations_all;

    struct report_heard heard; /* filled by report_finish() */
    /* Gives the word of the index that serves which is nearest, NULL when none is; set before report_finish(). NULL:
     * nothing is asked. */
    const char *(*nearest)(void *context, const char *word);
    void *nearest_context;
    uint64_t rows[REPORT_LISTS];        /* written to the lists */
    struct report_run trend[REPORT_TREND]; /* oldest first, this run last; filled by report_finish() */
    size_t trend_count, trend_broken;   /* broken: earlier reports that could not be read */
    struct buf folder;                  /* of this run: its final path */
    struct report_lists *lists;         /* private, as is the arena */
    struct arena arena;
};

/* Begins the folder of the next run in `folder`, which is made when absent; what killed runs left there is removed, so
 * the caller holds the lock of the index.  Makes `sources` and `golden` after the settings, with every place to be
 * filled zero.  settings must outlive the report.  STATUS_IO, STATUS_LIMIT, STATUS_NOMEM. */
enum status report_begin(struct report *report, const struct settings *settings, const char *folder, int64_t now,
                         struct err *err) MUST_USE;
/* Adds a source that the index has but the settings have not any more; *index gets its place among the sources, which
 * may be moved by this call. STATUS_LIMIT, STATUS_NOMEM. */
enum status report_source_add(struct report *report, const char *name, size_t *index, struct err *err) MUST_USE;
/* Every problem of a record, warnings too; counted by rule and source. source: index in
 * `sources`. STATUS_IO. */
enum status report_problem(struct report *report, size_t source, const struct problem *problem,
                           struct err *err) MUST_USE;
/* A record that is no more in the index; title in any language. */
enum status report_removed(struct report *report, const char *source, const char *id, const char *title,
                           struct err *err) MUST_USE;
/* A record of a source that is held back: the source has it no more, it stays. */
enum status report_missing(struct report *report, const char *source, const char *id, const char *title,
                           struct err *err) MUST_USE;
/* A record that another source has too, which is shown instead. rule: "business-id-name", "name-place". */
enum status report_merged(struct report *report, const char *source, const char *id, const char *title,
                          const char *kept_source, const char *kept_id, const char *rule, struct err *err) MUST_USE;
enum status report_changed(struct report *report, bool added, const char *source, const char *id, const char *title,
                           struct err *err) MUST_USE;
/* Sets ended; writes all renderings with the trend of the runs before, gives the folder its name, and removes the
 * oldest ones beyond settings->report_keep (0: all stay). path (may be NULL) gets the folder.  Called once.  On failure
 * there is no folder of this run under its final name, but when what failed came after: the last sync, or the removal
 * of an old one. */
enum status report_finish(struct report *report, int64_t now, struct buf *path, struct err *err) MUST_USE;
/* Frees what the report owns; removes the folder of one that was not finished. */
void report_release(struct report *report);

/* ---- renderings, of a finished report ------------------------------------------------------------------------- */

const struct report_rule *report_rule_of(const struct report_source *source, enum problem_severity severity,
                                         enum problem_code code);

/* One line: "Opastin: julkaistu – 12 uutta, 3 poistunutta" or "Opastin: PYSÄYTETTY ptv – …": the verdict first. */
void report_subject(const struct report *report, struct buf *out);
void report_json(const struct report *report, struct buf *out);
/* What a page for everybody may know of it, as the daemon shows it: no file, no record. */
void report_state(const struct report *report, struct buf *out);
void report_text(const struct report *report, struct buf *out); /* at most REPORT_TEXT_LINES lines */
void report_html(const struct report *report, struct buf *out);
/* RFC 5322 with CRLF; the text and the page as alternatives, the page without links to files that a mail has not. */
void report_mail(const struct report *report, struct buf *out);

#endif
