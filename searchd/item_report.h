/* Reports that something in a record is wrong, kept for the maintainers. */
#ifndef OPASTIN_SEARCHD_ITEM_REPORT_H
#define OPASTIN_SEARCHD_ITEM_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct item_report {
    const char *id, *kind; /* of the record; "closed", "time", "contact", "other" */
    const char *text;      /* "" when nothing was written */
    int32_t day;
};

enum { ITEM_REPORTS_BYTES = 1 << 20 }; /* of all that are kept */

/* In a file of the folder.  STATUS_LIMIT: no more are taken for now; STATUS_IO. */
enum status item_report_keep(const char *dir, const struct item_report *report, struct err *err) MUST_USE;

#endif
