/* One source, read and set against what serves: every record of it becomes an entry of tonight, and what is new or has
 * changed a document. */
#ifndef OPASTIN_INDEXER_INTAKE_H
#define OPASTIN_INDEXER_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/build.h"
#include "indexer/previous.h"
#include "indexer/report.h"
#include "indexer/segment.h"
#include "indexer/tonight.h"

enum { INTAKE_FINGERPRINT_BYTES = 33 };

/* A source while it is read. */
struct intake_source {
    char fingerprint[INTAKE_FINGERPRINT_BYTES]; /* of its files and of what the settings say of it; "": none */
    bool foreign;         /* its records may refer to those of others */
    bool unreadable;      /* and why: */
    char why[REPORT_WHY_BYTES];
    uint64_t missing;     /* entries of it that serve and are not there tonight */
};

struct intake {
    const struct settings *settings;
    struct previous *previous;
    struct tonight *tonight;
    struct report *report;
    struct segment *segment;   /* NULL: no documents are made */
    struct pipeline *pipeline;
    const struct import_lookup *lookup;
    const struct build_watch *watch; /* NULL */
    int64_t now;
    struct intake_source *sources; /* as in settings */
    size_t reading;            /* the source that is read */
    uint64_t records, bytes_before, bytes_total; /* for the watch */
    bool failed;               /* what ended the reading was no fault of the file */
    bool last_broken;          /* the last item of the present file was no record at all */
};

/* The fingerprint of the source's files and settings; a file that cannot be opened makes it unreadable.
 * STATUS_NOMEM. */
enum status intake_look(struct intake *intake, size_t source, struct err *err) MUST_USE;
/* What others can refer to in one of its files (references.h). */
enum status intake_gather(const struct settings_source *source, size_t file, struct import_lookup **lookup,
                          struct err *err) MUST_USE;
/* Reads it all.  What is wrong with a file goes into the intake_source, what is wrong with a record to the report;
 * only a failure of this machine ends the run. */
enum status intake_read(struct intake *intake, size_t source, struct err *err) MUST_USE;
/* Its files are what they were, or were not to be read: takes over its entries of the generation that serves, but for
 * those whose id was read tonight.  source: index of the run's sources, also of those that are not configured. */
enum status intake_keep(struct intake *intake, size_t source, struct err *err) MUST_USE;
/* The same of a source that is held back, when all is read.  live: of tonight's entries that have not gone. */
enum status intake_keep_held(struct intake *intake, size_t source, const struct ledger_index *live,
                             struct err *err) MUST_USE;
/* Whether no id of its entries that serve has been read tonight from another source. */
bool intake_own_ids(const struct intake *intake, size_t source);
/* Entries of the source in tonight's list, and in the ledger that serves, get a document from what is stored: those of
 * kept sources when rows cannot be copied, and duplicates that are shown again.  number: in tonight's list. */
enum status intake_revive(struct intake *intake, uint32_t number, struct err *err) MUST_USE;

#endif
