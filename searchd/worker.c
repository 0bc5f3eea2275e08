#include "searchd/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "searchd/access.h"
#include "searchd/hsds_ids.h"
#include "searchd/http.h"
#include "search/guide.h"
#include "searchd/keeper.h"
#include "searchd/keys.h"
#include "searchd/last_run.h"
#include "searchd/live.h"
#include "searchd/route.h"

/* ---- from the watcher to a worker -------------------------------------------------------------------------------- */

struct prepared {
    struct searcher *searcher;
    uint32_t turn; /* of the live index */
};

static void prepared_free(struct prepared *prepared)
{
    if (prepared)
        searcher_free(prepared->searcher);
    free(prepared);
}

static void signal_fd(int fd)
{
    const uint64_t one = 1;
    ssize_t put = write(fd, &one, sizeof one);
    (void)put; /* it fails only when the counter is full: then who reads it is woken already */
}

/* ---- a worker ------------------------------------------------------------------------------------------------- */

struct worker {
    pthread_t thread;
    bool started;
    struct event_base *base;
    struct http_server *server;
    struct api api;
    struct stats stats;
    int wake_fd; /* eventfd: a new generation, or the end */
    struct event *wake, *retry, *drain_limit;
    _Atomic uint32_t turn; /* of the live index, that the searcher has; 0: there is none yet */
    uint32_t guide_turn;
    _Atomic(struct prepared *) ready; /* from the watcher, to be taken up */
    _Atomic(struct prepared *) done;  /* back to it, to be freed */
    uint32_t ready_turn;              /* the watcher's: what it made ready last, */
    int32_t ready_today;              /* and for which day */
    int tidy_fd;                      /* the watcher's eventfd */
    int64_t retry_us;
    _Atomic bool failing; /* told once */
    _Atomic bool stopping;
};

struct workers {
    struct service *service;
    struct worker **list; /* service->thread_count of them; the health port's is the last */
    struct stats **stats;
    struct http_admission *admission, *health_admission;
    pthread_t watcher;
    bool watching;
    int stop_fd; /* eventfd: ends the watcher */
    int tidy_fd; /* eventfd: there is something to free */
};

static void tell_failure(struct worker *w, const struct err *err)
{
    if (!atomic_exchange(&w->failing, true))
        log_line(LOG_ERROR, "event", "uptake-failed", "status", status_name(err->status), "message", err->message,
                 NULL);
}

static void take_up_guide(struct worker *w)
{
    struct guides *guides = w->api.service->guides;
    uint32_t turn = guides_turn(guides);
    if (!w->api.searcher || turn == w->guide_turn)
        return;
    struct guide *guide = guides_hold(guides);
    searcher_guide(w->api.searcher, guide);
    guide_release(guide); /* the searcher holds it itself */
    w->guide_turn = turn;
}

/* The first generation of the thread, by itself: nothing could be answered meanwhile. */
static void take_up_first(struct worker *w)
{
    const struct timeval wait = {WORKER_RETRY_MS / 1000, WORKER_RETRY_MS % 1000 * 1000};
    struct live_index *live = w->api.service->index;
    struct err err = {0};
    uint32_t turn;
    if (http_now_us() < w->retry_us)
        return;
    struct snapshot *snapshot = live_hold(live, &turn);
    if (!snapshot)
        return;
    enum status status = searcher_open(&w->api.searcher, snapshot, &err);
    snapshot_release(snapshot); /* the searcher holds it itself */
    if (status == STATUS_OK) {
        atomic_store(&w->turn, turn);
        stat_add(&w->stats.events[STAT_UPTAKES], 1);
        return;
    }
    tell_failure(w, &err);
    w->retry_us = http_now_us() + WORKER_RETRY_MS * 1000;
    event_add(w->retry, &wait);
}

/* Another generation, or another day, that the watcher has made ready. */
static void take_up_next(struct worker *w)
{
    if (!atomic_load_explicit(&w->ready, memory_order_relaxed))
        return;
    struct prepared *prepared = atomic_exchange(&w->ready, NULL);
    uint32_t turn = atomic_load(&w->turn);
    if (prepared && prepared->turn >= turn) {
        searcher_swap(w->api.searcher, prepared->searcher);
        atomic_store(&w->turn, prepared->turn);
        if (prepared->turn != turn)
            stat_add(&w->stats.events[STAT_UPTAKES], 1);
    }
    prepared_free(atomic_exchange(&w->done, prepared)); /* the one before, if nobody came for it */
    signal_fd(w->tidy_fd);
}

static void take_up(struct worker *w)
{
    if (w->api.operations_only)
        return;
    if (w->api.searcher)
        take_up_next(w);
    else
        take_up_first(w);
    take_up_guide(w);
}

static size_t on_body(void *context, const struct http_request *request)
{
    struct worker *w = context;
    return route_takes_body(&w->api, request);
}

static enum http_turn on_answer(void *context, struct http_request *request, struct http_reply *reply)
{
    struct worker *w = context;
    take_up(w); /* the wake may be behind this request in the loop */
    enum http_turn turn = route_answer(&w->api, request, reply);
    searcher_rest(w->api.searcher);
    return turn;
}

static void on_done(void *context, const struct http_request *request, int status, size_t bytes, int64_t us,
                    bool whole)
{
    struct worker *w = context;
    route_done(&w->api, request, status, bytes, us, whole);
}

static void end_loop(void *context)
{
    struct worker *w = context;
    event_base_loopbreak(w->base);
}

static void on_drain_limit(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    end_loop(context);
}

static void on_wake(evutil_socket_t fd, short what, void *context)
{
    struct worker *w = context;
    uint64_t times;
    (void)what;
    ssize_t got = read(fd, &times, sizeof times);
    (void)got; /* not blocking; the flags say what to do */
    if (!atomic_load(&w->stopping)) {
        take_up(w);
        return;
    }
    int64_t limit_ms = w->api.service->config->drain_timeout_ms;
    const struct timeval limit = {limit_ms / 1000, limit_ms % 1000 * 1000};
    event_add(w->drain_limit, &limit);
    http_server_drain(w->server, end_loop, w);
}

static void on_retry(evutil_socket_t fd, short what, void *context)
{
    struct worker *w = context;
    (void)fd;
    (void)what;
    w->retry_us = 0; /* the timer's clock may be a little behind ours */
    take_up(w);
}

static void wake(struct worker *w)
{
    signal_fd(w->wake_fd);
}

static void *worker_main(void *context)
{
    struct worker *w = context;
    take_up(w);
    if (!http_server_run(w->server)) {
        log_line(LOG_ERROR, "event", "loop-failed", "message", "the event loop of a thread failed; the daemon ends",
                 NULL);
        kill(getpid(), SIGTERM);
    }
    return NULL;
}

static void worker_free(struct worker *w)
{
    if (!w)
        return;
    http_server_free(w->server);
    if (w->wake)
        event_free(w->wake);
    if (w->retry)
        event_free(w->retry);
    if (w->drain_limit)
        event_free(w->drain_limit);
    if (w->base)
        event_base_free(w->base);
    if (w->wake_fd >= 0)
        close(w->wake_fd);
    searcher_free(w->api.searcher);
    prepared_free(atomic_load(&w->ready));
    prepared_free(atomic_load(&w->done));
    api_release(&w->api);
    free(w);
}

/* Only the thread itself touches its base, so it needs no locks. */
static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;
    if (config && event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
        base = event_base_new_with_config(config);
    if (config)
        event_config_free(config);
    return base;
}

static enum status set_up_loop(struct worker *w, struct err *err)
{
    w->base = new_base();
    w->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (!w->base || w->wake_fd < 0)
        return err_set_errno(err, STATUS_IO, "cannot make the event loop of a thread");
    w->wake = event_new(w->base, w->wake_fd, EV_READ | EV_PERSIST, on_wake, w);
    w->retry = event_new(w->base, -1, 0, on_retry, w);
    w->drain_limit = event_new(w->base, -1, 0, on_drain_limit, w);
    if (!w->wake || !w->retry || !w->drain_limit || event_add(w->wake, NULL) != 0)
        return err_set(err, STATUS_NOMEM, "out of memory for the event loop of a thread");
    return STATUS_OK;
}

/* Takes over the listening socket. */
static enum status worker_new(struct worker **result, struct workers *all, int fd, bool health, struct err *err)
{
    const struct config *c = all->service->config;
    const struct http_limits limits = {
        .header_bytes = (size_t)c->header_bytes, .uri_bytes = (size_t)c->uri_bytes,
        .body_bytes = (uint64_t)c->body_bytes, .idle_ms = c->idle_timeout_ms, .sender_ms = c->sender_timeout_ms,
        .request_ms = c->request_timeout_ms, .queue = (unsigned)c->queue,
        .trusted = &all->service->access->trusted,
        .queue_ms = c->queue_timeout_ms < c->search_timeout_ms ? c->queue_timeout_ms : c->search_timeout_ms};
    struct worker *w = calloc(1, sizeof *w);
    if (!w) {
        close(fd);
        return err_set(err, STATUS_NOMEM, "out of memory for a thread");
    }
    w->wake_fd = -1;
    w->guide_turn = UINT32_MAX;
    w->tidy_fd = all->tidy_fd;
    w->ready_today = config_today(c); /* its first generation's tables it makes itself */
    api_init(&w->api, all->service, &w->stats);
    w->api.operations_only = health;
    const struct http_handlers handlers = {on_body, on_answer, on_done, w};
    enum status status = set_up_loop(w, err);
    if (status == STATUS_OK)
        status = http_server_new(&w->server, w->base, &limits, &handlers,
                                 health ? all->health_admission : all->admission, &w->stats, err);
    if (status == STATUS_OK)
        status = http_server_accept(w->server, fd, err);
    else
        close(fd);
    if (status != STATUS_OK) {
        worker_free(w);
        return status;
    }
    *result = w;
    return STATUS_OK;
}

/* ---- the watcher ---------------------------------------------------------------------------------------------- */

/* Waits until the folder changes, something is to be freed, the poll's time is over or the end comes; false at the
 * end. */
static bool wait_for_change(const struct workers *all, int notify_fd)
{
    struct pollfd fds[] = {{.fd = all->stop_fd, .events = POLLIN}, {.fd = all->tidy_fd, .events = POLLIN},
                           {.fd = notify_fd, .events = POLLIN}};
    char events[4096];
    poll(fds, 3, WATCH_POLL_MS);
    ssize_t times = read(all->tidy_fd, events, sizeof(uint64_t));
    (void)times;
    while (notify_fd >= 0 && read(notify_fd, events, sizeof events) > 0)
        continue; /* what changed does not matter: CURRENT is looked at */
    return !(fds[0].revents & POLLIN);
}

/* Looks for a new generation; a failure is told there. */
static void look(struct workers *all)
{
    struct live_index *live = all->service->index;
    struct live_state state;
    struct err err = {0};
    char number[16], records[24];
    bool changed;
    if (live_look(live, http_now_us(), &changed, &err) != STATUS_OK || !changed)
        return;
    live_state(live, &state);
    snprintf(number, sizeof number, "%" PRIu32, state.generation);
    snprintf(records, sizeof records, "%" PRIu64, state.records);
    log_line(LOG_INFO, "event", "generation", "generation", number, "records", records, NULL);
    for (size_t i = 0; i < all->service->thread_count; i++)
        wake(all->list[i]);
}

/* Makes ready what the worker lacks of what serves now.  A worker without any generation takes the first itself. */
static void prepare(struct worker *w, struct snapshot *snapshot, uint32_t turn, int32_t today)
{
    struct err err = {0};
    uint32_t has = atomic_load(&w->turn);
    bool current = w->ready_today == today && (has == turn || w->ready_turn == turn);
    if (w->api.operations_only || has == 0 || current)
        return;
    struct prepared *prepared = calloc(1, sizeof *prepared);
    enum status status = prepared ? searcher_prepare(&prepared->searcher, snapshot, today, &err)
                                  : err_set(&err, STATUS_NOMEM, "out of memory");
    if (status != STATUS_OK) { /* the worker stays where it is, and it is tried again at the next look */
        tell_failure(w, &err);
        free(prepared);
        return;
    }
    prepared->turn = turn;
    prepared_free(atomic_exchange(&w->ready, prepared)); /* one that was not taken up yet */
    w->ready_turn = turn;
    w->ready_today = today;
    atomic_store(&w->failing, false);
    wake(w);
}

static void prepare_all(struct workers *all)
{
    uint32_t turn;
    int32_t today = config_today(all->service->config);
    struct snapshot *snapshot = live_hold(all->service->index, &turn);
    for (size_t i = 0; i < all->service->thread_count; i++) {
        prepared_free(atomic_exchange(&all->list[i]->done, NULL));
        if (snapshot)
            prepare(all->list[i], snapshot, turn, today);
    }
    hsds_lists_look(all->service->hsds, snapshot, http_now_us());
    snapshot_release(snapshot);
}

static void *watcher_main(void *context)
{
    struct workers *all = context;
    int notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    setpriority(PRIO_PROCESS, (id_t)gettid(), WATCH_NICE); /* of this thread alone; opening decodes for seconds */
    do {
        bool guide_changed, run_changed;
        /* Again each time: the folder may have been made, or replaced, since; an unchanged one is the same watch. */
        if (notify_fd >= 0)
            inotify_add_watch(notify_fd, live_dir(all->service->index),
                              IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE);
        look(all);
        prepare_all(all);
        last_run_look(all->service->last_run, &run_changed);
        keys_look(all->service->access->keys);
        guides_look(all->service->guides, &guide_changed);
        for (size_t i = 0; guide_changed && i < all->service->thread_count; i++)
            wake(all->list[i]);
        if (all->service->keeper)
            keeper_turn(all->service->keeper, config_today(all->service->config), http_now_us());
    } while (wait_for_change(all, notify_fd));
    if (notify_fd >= 0)
        close(notify_fd);
    return NULL;
}

/* ---- sockets -------------------------------------------------------------------------------------------------- */

enum listening {
    LISTEN_PROBE,  /* only bound: fails when anything listens there, and chooses a port */
    LISTEN_SHARED, /* with other sockets of this process */
    LISTEN_ALONE
};

static bool set_option(int fd, int level, int option)
{
    const int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

static enum status listen_on(const char *address, int *port, enum listening how, int *fd, struct err *err)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[16];
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } bound;
    socklen_t len = sizeof bound;
    snprintf(service, sizeof service, "%d", *port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return err_set(err, STATUS_INVALID, "option --address: \"%s\" is no numeric address", address);
    int s = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* No delay: else the last piece of an answer waits for the client's acknowledgement of the others. */
    bool good = s >= 0 && set_option(s, SOL_SOCKET, SO_REUSEADDR) && set_option(s, IPPROTO_TCP, TCP_NODELAY) &&
                (how != LISTEN_SHARED || set_option(s, SOL_SOCKET, SO_REUSEPORT)) &&
                bind(s, found->ai_addr, found->ai_addrlen) == 0 &&
                (how == LISTEN_PROBE || listen(s, WORKER_BACKLOG) == 0) && getsockname(s, &bound.any, &len) == 0;
    freeaddrinfo(found);
    if (!good) {
        err_set_errno(err, STATUS_IO, "cannot listen on %s port %d", address, *port);
        if (s >= 0)
            close(s);
        return STATUS_IO;
    }
    *port = ntohs(bound.any.sa_family == AF_INET6 ? bound.six.sin6_port : bound.four.sin_port);
    *fd = s;
    return STATUS_OK;
}

/* Sockets that share a port would share it with another daemon too, and each would get half of the clients: a plain
 * socket finds that out first. */
static enum status probe(const char *address, int *port, struct err *err)
{
    int fd;
    TRY(listen_on(address, port, LISTEN_PROBE, &fd, err));
    close(fd);
    return STATUS_OK;
}

/* ---- all threads ---------------------------------------------------------------------------------------------- */

static enum status add_worker(struct workers *all, const char *address, int *port, bool health, struct err *err)
{
    size_t *count = &all->service->thread_count;
    int fd;
    TRY(listen_on(address, port, health ? LISTEN_ALONE : LISTEN_SHARED, &fd, err));
    TRY(worker_new(&all->list[*count], all, fd, health, err));
    if (all->service->keeper)
        all->list[*count]->api.zero_hits = zero_hits_feed(all->service->keeper->zero_hits, *count);
    all->stats[*count] = &all->list[*count]->stats;
    ++*count;
    return STATUS_OK;
}

static enum status add_workers(struct workers *all, int *port, int *health_port, struct err *err)
{
    const struct config *c = all->service->config;
    *port = (int)c->port;
    TRY(probe(c->address, port, err));
    for (int64_t i = 0; i < c->threads; i++)
        TRY(add_worker(all, c->address, port, false, err));
    *health_port = 0;
    if (c->health_port == CONFIG_HEALTH_PORT_NONE)
        return STATUS_OK;
    *health_port = (int)c->health_port;
    return add_worker(all, c->address, health_port, true, err);
}

enum status workers_new(struct workers **result, struct service *service, int *port, int *health_port,
                        struct err *err)
{
    const struct config *c = service->config;
    size_t most = (size_t)c->threads + 1;
    struct workers *all = calloc(1, sizeof *all);
    if (!all)
        return err_set(err, STATUS_NOMEM, "out of memory for the threads");
    *all = (struct workers){.service = service, .list = calloc(most, sizeof *all->list),
                            .stats = calloc(most, sizeof *all->stats), .stop_fd = eventfd(0, EFD_CLOEXEC),
                            .tidy_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    service->thread_count = 0;
    service->stats = all->stats;
    enum status status = all->list && all->stats && all->stop_fd >= 0 && all->tidy_fd >= 0
                             ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for the threads");
    if (status == STATUS_OK)
        status = http_admission_new(&all->admission, (unsigned)c->connections, (unsigned)c->connections_per_address,
                                    err);
    if (status == STATUS_OK)
        status = http_admission_new(&all->health_admission, WORKER_HEALTH_CONNECTIONS, 0, err);
    if (status == STATUS_OK)
        status = add_workers(all, port, health_port, err);
    if (status != STATUS_OK) {
        workers_free(all);
        return status;
    }
    *result = all;
    return STATUS_OK;
}

/* A processor of its own for each searching thread, when there are just as many.  Left alone, the scheduler puts two of
 * them on one processor while a nightly run, at the lowest priority, has the other to itself: searches took three times
 * as long.  Where it is not allowed they run as they are. */
static void keep_apart(const struct workers *all)
{
    int64_t threads = all->service->config->threads, number = 0;
    cpu_set_t allowed, own;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) != threads)
        return;
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &allowed))
            continue;
        CPU_ZERO(&own);
        CPU_SET(processor, &own);
        pthread_setaffinity_np(all->list[number++]->thread, sizeof own, &own);
    }
}

enum status workers_start(struct workers *all, struct err *err)
{
    for (size_t i = 0; i < all->service->thread_count; i++) {
        struct worker *w = all->list[i];
        errno = pthread_create(&w->thread, NULL, worker_main, w);
        w->started = errno == 0;
        if (!w->started)
            return err_set_errno(err, STATUS_IO, "cannot start a thread");
    }
    keep_apart(all);
    errno = pthread_create(&all->watcher, NULL, watcher_main, all);
    all->watching = errno == 0;
    return all->watching ? STATUS_OK : err_set_errno(err, STATUS_IO, "cannot start a thread");
}

void workers_stop(struct workers *all)
{
    signal_fd(all->stop_fd);
    for (size_t i = 0; i < all->service->thread_count; i++) {
        atomic_store(&all->list[i]->stopping, true);
        wake(all->list[i]);
    }
    for (size_t i = 0; i < all->service->thread_count; i++)
        if (all->list[i]->started)
            pthread_join(all->list[i]->thread, NULL);
    if (all->watching)
        pthread_join(all->watcher, NULL);
}

void workers_free(struct workers *all)
{
    if (!all)
        return;
    for (size_t i = 0; i < all->service->thread_count; i++)
        worker_free(all->list[i]);
    http_admission_free(all->admission);
    http_admission_free(all->health_admission);
    if (all->stop_fd >= 0)
        close(all->stop_fd);
    if (all->tidy_fd >= 0)
        close(all->tidy_fd);
    free(all->list);
    free(all->stats);
    free(all);
}
