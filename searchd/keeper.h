/* What the daemon keeps of what it hears, in its state folder (--state): words without hits and reports of errors.
 *
 * Nothing of it is in the way of an answer: one thread, which answers nothing, takes a turn now and then.  A failure to
 * write is told to the log, once until it works again, and the daemon goes on. */
#ifndef OPASTIN_SEARCHD_KEEPER_H
#define OPASTIN_SEARCHD_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "searchd/error_reports.h"
#include "searchd/zero_hits.h"

enum { KEEPER_WRITE_MS = 5 * 60 * 1000 }; /* between two writes of the words; reports are written at once */

struct keeper {
    struct zero_hits *zero_hits;
    struct error_reports *error_reports; /* any thread may add to them */
    int64_t written_us;
    bool failing;
};

/* Makes the folder when it is absent; for so many threads that answer. STATUS_IO, STATUS_NOMEM. */
enum status keeper_open(struct keeper **result, const char *dir, size_t threads, int32_t today, int64_t now_us,
                        struct err *err) MUST_USE;
/* Every second or so, always by the same thread: gathers, and writes what is due. */
void keeper_turn(struct keeper *keeper, int32_t today, int64_t now_us);
/* When no thread answers any more: gathers and writes what is left, and frees. NULL: no-op. */
void keeper_close(struct keeper *keeper, int32_t today);

#endif
