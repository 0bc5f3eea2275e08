/* The threads: workers that answer, and the watcher that looks for new generations.
 *
 * A worker is a thread with its own event loop, listening socket (SO_REUSEPORT: the kernel spreads the connections),
 * searcher and buffers; nothing of it is shared.  The watcher opens a new generation beside the one that serves,
 * publishes it and makes ready what each worker needs for it: the worker only swaps, between two requests, woken when
 * it is idle, and gives what it had back to the watcher to free.  The same is done when a day begins, for the tables
 * that depend on it.
 *
 * A worker of the health port answers the operations endpoints only and never searches: they are not behind any
 * search there. */
#ifndef OPASTIN_SEARCHD_WORKER_H
#define OPASTIN_SEARCHD_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "searchd/api.h"

enum {
    WORKER_BACKLOG = 1024,        /* connections that the kernel holds for accepting, per socket */
    WORKER_HEALTH_CONNECTIONS = 64,
    WORKER_RETRY_MS = 1000,       /* after the first generation could not be taken up */
    WATCH_NICE = 5,               /* the watcher gives way to those that answer */
    WATCH_POLL_MS = 1000,         /* when the system does not tell of changes */
};

struct workers;

/* Opens the sockets and loops of all threads; service->stats and thread_count are set.  *port and *health_port get
 * what is listened on (0: no health port). */
enum status workers_new(struct workers **result, struct service *service, int *port, int *health_port,
                        struct err *err) MUST_USE;
/* Starts the threads and the watcher. */
enum status workers_start(struct workers *all, struct err *err) MUST_USE;
/* Stops accepting, lets running requests end, ends the threads. */
void workers_stop(struct workers *all);
void workers_free(struct workers *all);

#endif
