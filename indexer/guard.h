/* The guards of a source: what a night may change in it before somebody has to look.  A guard that trips keeps the
 * source's previous records; the other sources go on. */
#ifndef OPASTIN_INDEXER_GUARD_H
#define OPASTIN_INDEXER_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/report.h"

enum {
    GUARD_DRIFT_RECORDS = 20, /* with fewer records before or now, shares say nothing */
};

/* What the guards of one source look at. */
struct guarded {
    const struct guard_limits *limits;
    const char *unreadable; /* why a file of it could not be read; NULL */
    uint64_t before;        /* its records in the generation that serves, merged ones too */
    uint64_t missing;       /* of these, not read tonight */
    bool allowed[GUARDS];   /* by the operator, for this run; what cannot be read cannot be allowed */
    int64_t now;
};

/* Fills source->guards from its counts and its quality now and before; true when one tripped that is not allowed. */
bool guards_judge(const struct guarded *guarded, struct report_source *source);
/* Of a source that is not configured any more: so many records would go with it, and somebody has to allow that. */
void guard_gone(uint64_t records, bool allowed, struct report_source *source);

#endif
