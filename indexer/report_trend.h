/* The runs before, read back from their report.json. */
#ifndef OPASTIN_INDEXER_REPORT_TREND_H
#define OPASTIN_INDEXER_REPORT_TREND_H

#include "indexer/report.h"

/* Fills the trend with the newest REPORT_TREND - 1 runs of the folder that can be read, and this one.  Broken and
 * foreign ones are passed over and counted. */
enum status trend_read(struct report *report, const char *reports, struct err *err) MUST_USE;

#endif
