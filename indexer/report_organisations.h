/* Quality by organisation in the report: its list, and what the records of one lack most. */
#ifndef OPASTIN_INDEXER_REPORT_ORGANISATIONS_H
#define OPASTIN_INDEXER_REPORT_ORGANISATIONS_H

#include <stddef.h>

#include "indexer/report.h"

/* NULL-terminated names of the list's columns, those of qualities and freshness as in report.json. */
const char *const *organisation_columns(void);
/* Writes a row for each organisation. STATUS_IO, STATUS_NOMEM. */
enum status organisations_list(struct report *report, struct err *err) MUST_USE;

/* How many of the records lack it. */
uint64_t quality_lacking(const struct report_quality *quality, enum quality which);
/* The qualities that records lack, most lacking first, into `order` (QUALITIES places); returns how many. */
size_t qualities_lacking(const struct report_quality *quality, enum quality *order);

#endif
