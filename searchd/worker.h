/* The threads: workers that answer, and the watcher that looks for new generations.
 *
 * A worker is a thread with its own event loop, listening socket (SO_REUSEPORT: the kernel spreads the connections),
 * searcher and buffers; nothing of it is shared.  The watcher opens a new generation beside the one that serves and
 * publishes it; each worker takes it up between two requests, woken when it is idle, so that the old one is let go.
 *
 * A worker of the health port answers the operations endpoints only and never searches: they are not behind any
 * search there. */
#ifndef OPASTIN_SEARCHD_WORKER_H
#define OPASTIN_SEARCHD_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "searchd/api.h"
#include "searchd/snapshot.h"

enum {
    WORKER_BACKLOG = 1024,        /* connections that the kernel holds for accepting, per socket */
    WORKER_HEALTH_CONNECTIONS = 64,
    WORKER_RETRY_MS = 1000,       /* after a generation could not be taken up */
    WATCH_POLL_MS = 1000,         /* when the system does not tell of changes */
    WATCH_RETRY_MOST_MS = 60000,  /* between attempts at a generation that cannot be opened; doubling from the poll */
};

/* ---- the index that serves ----------------------------------------------------------------------------------- */

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
 * the watcher. */
enum status live_open(struct live_index **live, const char *dir, size_t cache_bytes, struct err *err) MUST_USE;
void live_free(struct live_index *live); /* the watcher must have stopped */
/* The serving snapshot, held for the caller, and how often it has changed so far; NULL when none serves. */
struct snapshot *live_hold(struct live_index *live, uint32_t *turn);
uint32_t live_turn(struct live_index *live);
void live_state(struct live_index *live, struct live_state *state);

/* ---- the threads ---------------------------------------------------------------------------------------------- */

struct workers;

/* Opens the sockets and loops of all threads; service->stats and thread_count are set.  *port and *health_port get
 * what is listened on (0: no health port). */
enum status workers_new(struct workers **workers, struct service *service, int *port, int *health_port,
                        struct err *err) MUST_USE;
/* Starts the threads and the watcher. */
enum status workers_start(struct workers *workers, struct err *err) MUST_USE;
/* Stops accepting, lets running requests end, ends the threads. */
void workers_stop(struct workers *workers);
void workers_free(struct workers *workers);

#endif
