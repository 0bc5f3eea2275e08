/* The index that serves: the snapshot of the published generation, for all threads.
 *
 * One thread looks for a new generation, opens it beside the one that serves and puts it in its place; the others hold
 * what serves and see by the turn when it has changed.  A generation that cannot be opened is told once and tried
 * again, less and less often; the one before serves on. */
#ifndef OPASTIN_SEARCHD_LIVE_H
#define OPASTIN_SEARCHD_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "search/snapshot.h"

enum {
    LIVE_RETRY_MS = 1000,       /* before a generation that could not be opened is tried again; doubling */
    LIVE_RETRY_MOST_MS = 60000,
};

struct live_index;

struct live_state {
    bool ready;          /* some generation serves */
    uint32_t generation; /* that serves; 0 when none does */
    uint64_t records;
    bool failed;         /* what is published cannot be opened */
    uint32_t failed_generation;
    enum status failed_status;
};

/* Looks at DIR once; it may be empty or absent: then nothing serves until something is published.
 * STATUS_VERSION when the published generation is of another program; other failures are logged, and tried again by
 * live_look(). */
enum status live_open(struct live_index **result, const char *dir, size_t cache_bytes, int64_t now_us,
                      struct err *err) MUST_USE;
void live_free(struct live_index *live); /* nobody may look any more */
/* Reads CURRENT and publishes what it names; *changed: something new serves.  STATUS_OK also when there is nothing; a
 * failure has been logged.  One thread at a time; now_us: of a clock that never goes back. */
enum status live_look(struct live_index *live, int64_t now_us, bool *changed, struct err *err) MUST_USE;
const char *live_dir(const struct live_index *live);
/* The serving snapshot, held for the caller, and how often it has changed so far; NULL when none serves. */
struct snapshot *live_hold(struct live_index *live, uint32_t *turn);
uint32_t live_turn(struct live_index *live);
void live_state(struct live_index *live, struct live_state *state);

#endif
