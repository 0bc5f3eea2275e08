/* Why a record is not shown: the rule, guard, merge or date that keeps it out. */
#ifndef OPASTIN_INDEXER_WHY_NOT_H
#define OPASTIN_INDEXER_WHY_NOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "indexer/settings.h"

/* What keeps it out. */
enum why_not {
    WHY_SHOWN,        /* nothing: it is in the index that serves and shown today */
    WHY_NOT_YET,      /* visible_from is to come */
    WHY_NO_MORE,      /* visible_to has passed */
    WHY_OVER,         /* an ended project or past event: found with past=1 */
    WHY_MERGED,       /* another source has it too and is shown instead */
    WHY_REMOVED,      /* it was there and is gone from its source: a tombstone */
    WHY_REJECTED,     /* its source has it, and it is refused */
    WHY_LEFT_OUT,     /* its source has it, and says that it is not to be shown */
    WHY_HELD,         /* its source has it, and a guard holds that source back */
    WHY_WAITING,      /* its source has it: the next run brings it */
    WHY_UNKNOWN,      /* no configured source has it */
    WHY_NOTS
};
const char *why_not_name(enum why_not why); /* "rejected": in JSON */

struct why_not_answer {
    enum why_not why;
    struct buf words; /* a line or more, in English but for what the checks say, for the terminal */
};
void why_not_release(struct why_not_answer *answer);

/* Looks into the index that serves, and, when the record is not in it, through the files of the sources (settings NULL:
 * there are none to look through).  today: days since 1970.  STATUS_IO, STATUS_NOMEM. */
enum status why_not(const char *dir, const struct settings *settings, const char *id, int32_t today,
                    struct why_not_answer *answer, struct err *err) MUST_USE;

#endif
