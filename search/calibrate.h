/* What counting costs on this machine, with these data: measured when a snapshot is opened.
 *
 * Whether a facet is cheaper counted through the columns or through its values' sets depends on whether the sets fit
 * into the processor's caches: a word of a bitmap costs 0.1 ns in 110,000 records and ten times that in a million. */
#ifndef OPASTIN_SEARCH_CALIBRATE_H
#define OPASTIN_SEARCH_CALIBRATE_H

#include "search/snapshot.h"

/* Sets values_cost and row_cost; takes some milliseconds of the thread. */
enum status calibrate(struct snapshot *snapshot, struct err *err) MUST_USE;

#endif
