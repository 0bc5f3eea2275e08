/* The numbers of a run's report, from what its entries became. */
#ifndef OPASTIN_INDEXER_NIGHT_COUNT_H
#define OPASTIN_INDEXER_NIGHT_COUNT_H

#include <stdint.h>

#include "base/status.h"
#include "indexer/assemble.h"
#include "indexer/previous.h"
#include "indexer/report.h"
#include "indexer/tonight.h"

/* What its entries say of one source (or organisation). */
void quality_add(struct report_quality *quality, const struct ledger_entry *entry, int32_t today);

/* Per source: how many records of it serve, and what they tell; `before` of the generation that serves, merged ones
 * too, `now` of tonight's, merged ones too.  missing[source]: of those before, not there tonight.  The arrays have
 * report->source_count items. */
void count_sources(struct report *report, const struct previous *previous, const struct tonight *tonight,
                   int32_t today, uint64_t *before, uint64_t *missing, struct ledger_index *ids);

/* Lists what a source that is held back has no more. */
enum status tell_missing(struct report *report, struct previous *previous, const struct tonight *tonight,
                         size_t source, struct err *err) MUST_USE;

/* After the decisions: added, changed, unchanged, removed, merged, accepted, records of each source, the quality of
 * what is shown, and the organisations.  Tells the report's lists of each record that came, changed, went or is a
 * duplicate; `fresh` (of the closed segment) gives names of new ones, NULL leaves them out. */
struct fresh_records;
enum status count_changes(struct report *report, struct previous *previous, const struct tonight *tonight,
                          const struct fresh_records *fresh, int32_t today, struct err *err) MUST_USE;

#endif
