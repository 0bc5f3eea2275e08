/* Golden queries: what a counsellor must find, asked of a new generation before it is published. */
#ifndef OPASTIN_INDEXER_GOLDEN_H
#define OPASTIN_INDEXER_GOLDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/report.h"
#include "indexer/settings.h"

/* Asks all of them of generation `number`, and those that do not pass of `before` too (0: nothing serves).  Fills
 * report->golden.  *lost: one that `before` passes does not pass any more; one that it does not pass either is told
 * only, for holding back a generation would not mend it. */
enum status golden_ask(const char *dir, uint32_t number, uint32_t before, const struct settings *settings,
                       int32_t today, struct report *report, bool *lost, struct err *err) MUST_USE;

#endif
