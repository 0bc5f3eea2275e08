#include "searchd/http.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"

int64_t http_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void http_reply_header(struct http_reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < HTTP_REPLY_HEADERS);
    reply->headers[reply->header_count++] = (struct http_header){name, value};
}

/* ---- connections ------------------------------------------------------------------------------------------------- */

enum stage { STAGE_FRESH, STAGE_IDLE, STAGE_SENDING, STAGE_ANSWERING, STAGE_CLOSING };

struct connection {
    TAILQ_ENTRY(connection) all;
    TAILQ_ENTRY(connection) waiting; /* when queued */
    struct http_server *server;
    struct bufferevent *bev;           /* one reference is ours, so that evhttp's going does not take the socket */
    struct evhttp_connection *evcon;   /* NULL before it is known and after evhttp let go */
    struct evhttp_request *owed;       /* evhttp's request while its reply is owed */
    struct evbuffer *raw;              /* bytes of the client that no request has been made of yet */
    struct event *timer;
    struct http_scan scan;
    struct http_refusal refusal;       /* of what comes in */
    struct http_request request;
    struct buf head, body;             /* the bytes that the request points to */
    size_t body_due;                   /* bytes of a body that is being waited for */
    int64_t begun_us;                  /* first byte of the request */
    size_t sent_bytes, lingered_bytes;
    int sent_status;
    unsigned place;                    /* in server->places */
    unsigned slot;                     /* of its address */
    struct client peer;                /* its address */
    enum stage stage;
    bool counted, queued, closing, linger, lingering, feeding;
};

TAILQ_HEAD(connections, connection);

struct http_server {
    struct event_base *base;
    struct evhttp *evhttp;
    struct evhttp_bound_socket *bound;
    struct http_limits limits;
    struct http_handlers handlers;
    struct http_admission *admission;
    struct stats *stats;
    struct connections all, waiting;
    struct connection **places; /* by number; NULL: free */
    unsigned place_count, place_hint;
    unsigned lingering;         /* connections */
    unsigned waiting_count;
    int64_t overload_us;        /* until then a part of the queue is used */
    struct event *turn;         /* the next of the waiting requests */
    int64_t turn_ended_us;      /* the last one, when some were left waiting; else 0 */
    struct event *pause;        /* of accepting */
    int64_t pause_told_us;
    uint64_t random;            /* state of the request ids */
    struct evconnlistener *listener;
    void (*drained)(void *context);
    void *drained_context;
    bool draining, closing;
    struct event *drain;
};

/* The listener's error callback is given evhttp's pointer, not ours: http_server_run() notes ours here. */
static _Thread_local struct http_server *thread_server;

static void count(struct http_server *server, enum stat event)
{
    stat_add(&server->stats->events[event], 1);
}

static void set_timer(struct connection *c, int64_t us)
{
    struct timeval wait = {0, 0};
    if (us > 0)
        wait = (struct timeval){us / 1000000, us % 1000000};
    event_add(c->timer, &wait);
}

static void become_idle(struct connection *c)
{
    int64_t wait_ms = c->server->limits.idle_ms;
    if (c->server->draining && wait_ms > HTTP_LAST_WAIT_MS)
        wait_ms = HTTP_LAST_WAIT_MS;
    c->stage = STAGE_IDLE;
    set_timer(c, wait_ms * 1000);
}

/* splitmix64: ids must differ, not be secret. */
static void make_id(struct http_server *server, char id[HTTP_ID_BYTES])
{
    uint64_t z = server->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    snprintf(id, HTTP_ID_BYTES, "%016" PRIx64, z ^ z >> 31);
}

static bool take_place(struct http_server *server, struct connection *c)
{
    unsigned at = server->place_hint;
    while (at < server->place_count && server->places[at])
        at++;
    if (at == server->place_count) {
        unsigned more = server->place_count ? server->place_count * 2 : 64;
        struct connection **places = realloc(server->places, more * sizeof *places);
        if (!places)
            return false;
        memset(places + server->place_count, 0, (more - server->place_count) * sizeof *places);
        server->places = places;
        server->place_count = more;
    }
    server->places[at] = c;
    server->place_hint = at + 1;
    c->place = at;
    return true;
}

static void connection_free(struct connection *c)
{
    struct http_server *server = c->server;
    if (c->counted) {
        http_admission_leave(server->admission, c->slot);
        count(server, STAT_CONNECTIONS_CLOSED);
    }
    if (c->place < server->place_count && server->places[c->place] == c) {
        server->places[c->place] = NULL;
        if (c->place < server->place_hint)
            server->place_hint = c->place;
    }
    if (c->lingering)
        server->lingering--;
    TAILQ_REMOVE(&server->all, c, all);
    if (c->bev)
        bufferevent_decref(c->bev);
    if (c->raw)
        evbuffer_free(c->raw);
    if (c->timer)
        event_free(c->timer);
    buf_release(&c->head);
    buf_release(&c->body);
    free(c);
    if (server->closing && server->drained && TAILQ_EMPTY(&server->all)) {
        void (*drained)(void *) = server->drained;
        server->drained = NULL;
        drained(server->drained_context);
    }
}

/* evhttp reads a request of ours: all it says is which connection has one. */
static void give_request(struct connection *c)
{
    char line[48];
    struct evbuffer *input = bufferevent_get_input(c->bev);
    int len = snprintf(line, sizeof line, "GET /%u HTTP/1.1\r\n\r\n", c->place);
    c->stage = STAGE_ANSWERING;
    c->request.arrived_us = http_now_us();
    c->request.in_turn = c->request.shed = false;
    c->request.route = 0;
    c->request.metered = false;
    make_id(c->server, c->request.id);
    set_timer(c, c->begun_us + c->server->limits.request_ms * 1000 - c->request.arrived_us);
    c->feeding = true;
    evbuffer_unfreeze(input, 0);
    evbuffer_add(input, line, (size_t)len);
    evbuffer_freeze(input, 0);
    c->feeding = false;
}

static void give_refusal(struct connection *c, struct http_refusal refusal)
{
    c->body_due = 0;
    c->request = (struct http_request){.method = HTTP_GET, .method_name = "other", .path = "/", .if_none_match = "",
                                       .accept_encoding = "", .accept = "", .accept_language = "", .host = "",
                                       .origin = "", .fetch_site = "", .content_type = "", .if_modified_since = "",
                                       .authorization = "", .peer = c->peer, .close = true,
                                       .refusal = refusal};
    give_request(c);
}

static bool wants_body(const struct connection *c)
{
    const struct http_handlers *handlers = &c->server->handlers;
    const struct http_request *request = &c->request;
    return request->method == HTTP_POST && !request->refusal.status && request->body_bytes > 0 &&
           handlers->takes_body && request->body_bytes <= handlers->takes_body(handlers->context, request);
}

/* The time that a sender has runs from the first byte of the head. */
static void feed_body(struct connection *c)
{
    size_t due = c->body_due;
    if (evbuffer_get_length(c->raw) < due)
        return;
    buf_reset(&c->body);
    if (!buf_reserve(&c->body, due) || evbuffer_remove(c->raw, c->body.data, due) != (ev_ssize_t)due) {
        give_refusal(c, (struct http_refusal){503, "out of memory"});
        return;
    }
    c->body.len = due;
    c->body.data[due] = '\0';
    c->body_due = 0;
    c->request.body = c->body.data;
    c->request.unread_body = false;
    give_request(c);
}

/* Makes a request of the bytes that came in, if they are enough for one. */
static void feed(struct connection *c)
{
    struct http_server *server = c->server;
    char empty[2];
    if (c->body_due) {
        feed_body(c);
        return;
    }
    while (evbuffer_copyout(c->raw, empty, 2) == 2 && memcmp(empty, "\r\n", 2) == 0) {
        evbuffer_drain(c->raw, 2); /* empty lines before a request are passed over, RFC 9112 2.2 */
        c->scan = (struct http_scan){0, 0};
    }
    size_t len = evbuffer_get_length(c->raw);
    if (len == 0)
        return;
    if (c->stage == STAGE_IDLE) {
        c->stage = STAGE_SENDING;
        c->begun_us = http_now_us();
        set_timer(c, server->limits.sender_ms * 1000);
    }
    const char *bytes = (const char *)evbuffer_pullup(c->raw, -1);
    enum http_scan_result result =
        bytes ? http_head_scan(bytes, len, &server->limits, &c->scan, &c->refusal) : HTTP_SCAN_REFUSED;
    if (result == HTTP_SCAN_MORE)
        return;
    if (result == HTTP_SCAN_REFUSED) {
        give_refusal(c, bytes ? c->refusal : (struct http_refusal){503, "out of memory"});
        return;
    }
    buf_reset(&c->head);
    buf_add(&c->head, bytes, c->scan.at);
    evbuffer_drain(c->raw, c->scan.at);
    c->scan = (struct http_scan){0, 0};
    if (c->head.failed) {
        give_refusal(c, (struct http_refusal){503, "out of memory"});
        return;
    }
    http_head_parse(c->head.data, c->head.len, &server->limits, &c->request);
    c->request.peer = c->peer;
    if (wants_body(c)) {
        c->body_due = (size_t)c->request.body_bytes;
        feed_body(c);
        return;
    }
    give_request(c);
}

/* Whatever the client sends is taken out of evhttp's sight before evhttp looks. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *c = context;
    if (info->n_added == 0 || c->feeding)
        return;
    if (c->stage == STAGE_CLOSING) {
        c->lingered_bytes += evbuffer_get_length(input);
        evbuffer_drain(input, evbuffer_get_length(input));
        if (c->lingered_bytes > HTTP_LINGER_BYTES)
            set_timer(c, 0);
        return;
    }
    evbuffer_add_buffer(c->raw, input);
    if (c->stage == STAGE_IDLE || c->stage == STAGE_SENDING)
        feed(c);
}

static void leave_queue(struct connection *c)
{
    if (!c->queued)
        return;
    TAILQ_REMOVE(&c->server->waiting, c, waiting);
    c->queued = false;
    c->server->waiting_count--;
    count(c->server, STAT_QUEUE_LEFT);
}

/* evhttp lets go of the connection, for whatever reason; the socket lives on by our reference. */
static void on_closed(struct evhttp_connection *evcon, void *context)
{
    struct connection *c = context;
    (void)evcon;
    leave_queue(c);
    if (c->stage == STAGE_ANSWERING && !c->closing) {
        count(c->server, STAT_ABORTED);
        c->server->handlers.done(c->server->handlers.context, &c->request, c->sent_status, 0,
                                 http_now_us() - c->request.arrived_us, false);
    }
    c->evcon = NULL;
    c->owed = NULL;
    c->stage = STAGE_CLOSING;
    set_timer(c, 0); /* evhttp is still using the connection in this turn of the loop */
}

static void on_linger_event(struct bufferevent *bev, short what, void *context)
{
    (void)bev;
    (void)what;
    set_timer(context, 0);
}

/* A client that still sends while it is refused would be reset by the kernel and never read why: its bytes are read
 * off for a moment.  evhttp has closed our side for writing already. */
static void linger(struct connection *c)
{
    c->linger = false;
    c->lingering = true;
    c->server->lingering++;
    bufferevent_setcb(c->bev, NULL, NULL, on_linger_event, c);
    bufferevent_set_timeouts(c->bev, NULL, NULL);
    bufferevent_enable(c->bev, EV_READ);
    set_timer(c, HTTP_LINGER_MS * 1000);
}

static void wake_evhttp(struct connection *c)
{
    bufferevent_trigger(c->bev, EV_READ, BEV_TRIG_IGNORE_WATERMARKS);
}

/* The first thing in a connection's life: evhttp has made it by now, and is known by the callback's argument that it
 * gave its bufferevent (there is no other way to it before the first request). */
static void admit_fresh(struct connection *c)
{
    struct http_server *server = c->server;
    bufferevent_event_cb on_event = NULL;
    void *context = NULL;
    bufferevent_getcb(c->bev, NULL, NULL, &on_event, &context);
    if (!on_event) { /* evhttp failed to set it up */
        connection_free(c);
        return;
    }
    c->evcon = context;
    evhttp_connection_set_closecb(c->evcon, on_closed, c);
    client_of_peer(evhttp_connection_get_addr(c->evcon), &c->peer);
    c->slot = client_trusted(server->limits.trusted, &c->peer) ? HTTP_ADMISSION_TRUSTED
                                                               : http_admission_slot(server->admission, &c->peer);
    become_idle(c);
    enum stat limit = STAT_COUNT;
    c->counted = http_admission_enter(server->admission, c->slot, &limit);
    if (c->counted) {
        count(server, STAT_CONNECTIONS_OPENED);
        return;
    }
    c->begun_us = http_now_us();
    count(server, limit);
    give_refusal(c, (struct http_refusal){503, limit == STAT_REJECTED_ADDRESS
                                                   ? "too many connections from your address; use fewer at a time"
                                                   : "too many connections; try again in a moment"});
    wake_evhttp(c);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    struct connection *c = context;
    (void)fd;
    (void)what;
    switch (c->stage) {
    case STAGE_FRESH:
        admit_fresh(c);
        break;
    case STAGE_SENDING:
        count(c->server, STAT_SLOW_SENDERS);
        give_refusal(c, (struct http_refusal){408, "the request was not sent whole in time"});
        wake_evhttp(c);
        break;
    case STAGE_IDLE:
    case STAGE_ANSWERING:
        evhttp_connection_free(c->evcon);
        break;
    case STAGE_CLOSING:
        if (c->linger && c->server->lingering < HTTP_LINGERING_MOST)
            linger(c);
        else
            connection_free(c);
        break;
    }
}

/* evhttp asks for the bufferevent of a connection that it has just accepted, and does not say which: the timer looks
 * at it before anything can arrive. */
static struct bufferevent *on_new(struct event_base *base, void *context)
{
    struct http_server *server = context;
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = server;
    c->raw = evbuffer_new();
    c->timer = event_new(base, -1, 0, on_timer, c);
    c->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    TAILQ_INSERT_TAIL(&server->all, c, all);
    if (!c->raw || !c->timer || !c->bev || !take_place(server, c) ||
        !evbuffer_add_cb(bufferevent_get_input(c->bev), on_input, c)) {
        connection_free(c);
        return NULL; /* evhttp makes one of its own then, and on_request() refuses it */
    }
    bufferevent_incref(c->bev);
    event_active(c->timer, EV_TIMEOUT, 0);
    return c->bev;
}

/* ---- requests and replies ---------------------------------------------------------------------------------------- */

/* The last byte went to the kernel.  When more requests of the client are here already, the next is made now, and
 * evhttp finds it when it goes on reading. */
static void on_sent(struct evhttp_request *owed, void *context)
{
    struct connection *c = context;
    struct http_server *server = c->server;
    (void)owed;
    c->owed = NULL;
    buf_release(&c->body);
    stat_add(&server->stats->events[STAT_BYTES_SENT], c->sent_bytes);
    server->handlers.done(server->handlers.context, &c->request, c->sent_status, c->sent_bytes,
                          http_now_us() - c->request.arrived_us, true);
    if (c->closing)
        return;
    if (c->head.cap > 4096)
        buf_release(&c->head);
    become_idle(c);
    feed(c);
}

static void send_reply(struct connection *c, const struct http_reply *reply)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(c->owed);
    bool bare = reply->status == 204 || reply->status == 304;
    char length[24];
    snprintf(length, sizeof length, "%zu", reply->body_len);
    for (size_t i = 0; i < reply->header_count; i++)
        evhttp_add_header(headers, reply->headers[i].name, reply->headers[i].value);
    evhttp_add_header(headers, "X-Request-Id", c->request.id);
    if (!bare)
        evhttp_add_header(headers, "Content-Length", length);
    c->closing = c->request.close || c->server->draining;
    c->linger = c->request.refusal.status || c->request.unread_body;
    if (c->closing)
        evhttp_add_header(headers, "Connection", "close");
    c->sent_status = reply->status;
    c->sent_bytes = 0;
    if (!bare && c->request.method != HTTP_HEAD) {
        c->sent_bytes = reply->body_len;
        evbuffer_add(evhttp_request_get_output_buffer(c->owed), reply->body, reply->body_len);
    }
    evhttp_request_set_on_complete_cb(c->owed, on_sent, c);
    evhttp_send_reply(c->owed, reply->status, http_phrase(reply->status), NULL);
    bufferevent_disable(c->bev, EV_READ); /* evhttp would read on, without bound, and drop the answer at an early end */
}

/* The next of the waiting requests; again in the next turn of the loop if there are more. */
static void arm_turn(struct http_server *server)
{
    const struct timeval now = {0, 0};
    if (!TAILQ_EMPTY(&server->waiting))
        event_add(server->turn, &now);
}

static void join_queue(struct connection *c);

static void answer(struct connection *c)
{
    struct http_server *server = c->server;
    struct http_reply reply = {.status = 500};
    if (c->request.refusal.status >= 400 && c->request.refusal.status < 500 && c->request.refusal.status != 408)
        count(server, STAT_BAD_REQUESTS);
    if (server->handlers.answer(server->handlers.context, &c->request, &reply) == HTTP_LATER) {
        join_queue(c);
        return;
    }
    send_reply(c, &reply);
}

static void shed(struct connection *c, enum stat why)
{
    count(c->server, why);
    leave_queue(c);
    c->request.shed = true;
    answer(c);
}

/* After one joined: it may take the place of others. */
static void make_room(struct http_server *server, int64_t now)
{
    unsigned most = server->limits.queue;
    if (now < server->overload_us)
        most = (most + HTTP_QUEUE_SHARE - 1) / HTTP_QUEUE_SHARE;
    else if (server->waiting_count > most)
        server->overload_us = now + (int64_t)HTTP_OVERLOAD_MS * 1000;
    for (int i = 0; i < 2 && server->waiting_count > most; i++)
        shed(TAILQ_FIRST(&server->waiting), STAT_SHED_QUEUE);
}

static void join_queue(struct connection *c)
{
    struct http_server *server = c->server;
    c->queued = true;
    TAILQ_INSERT_TAIL(&server->waiting, c, waiting);
    server->waiting_count++;
    count(server, STAT_QUEUE_JOINED);
    make_room(server, c->request.arrived_us);
    arm_turn(server);
}

/* The oldest of those waiting that have not waited too long; these are refused. */
static struct connection *next_in_queue(struct http_server *server, int64_t now)
{
    struct connection *c;
    while ((c = TAILQ_FIRST(&server->waiting)) && now - c->request.arrived_us > server->limits.queue_ms * 1000)
        shed(c, STAT_SHED_WAIT);
    return c;
}

/* When all else took longer than a search, refusing for instance, one search a turn would be too few. */
static int64_t turn_end(const struct http_server *server, int64_t now)
{
    int64_t most = (int64_t)HTTP_TURN_MS * 1000;
    int64_t share = server->turn_ended_us ? (now - server->turn_ended_us) * HTTP_TURN_SHARE : 0;
    return now + (share < most ? share : most);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
    struct http_server *server = context;
    int64_t now = http_now_us(), end = turn_end(server, now);
    struct connection *c = next_in_queue(server, now);
    (void)fd;
    (void)what;
    while (c) {
        leave_queue(c);
        c->request.in_turn = true;
        answer(c);
        now = http_now_us();
        c = now < end ? next_in_queue(server, now) : NULL;
    }
    server->turn_ended_us = TAILQ_EMPTY(&server->waiting) ? 0 : now;
    arm_turn(server);
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct http_server *server = context;
    struct bufferevent *bev = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
    const char *uri = evhttp_request_get_uri(request);
    unsigned long place = strtoul(uri + 1, NULL, 10);
    struct connection *c = place < server->place_count ? server->places[place] : NULL;
    if (!c || c->bev != bev) { /* no memory for a connection of ours, see on_new() */
        evhttp_send_error(request, 503, NULL);
        return;
    }
    c->owed = request;
    answer(c);
}

/* ---- accepting --------------------------------------------------------------------------------------------------- */

static void on_accept_error(struct evconnlistener *listener, void *context)
{
    const struct timeval wait = {0, HTTP_ACCEPT_PAUSE_MS * 1000};
    struct http_server *server = thread_server;
    const char *why = strerrorname_np(errno);
    int64_t now = http_now_us();
    (void)context;
    count(server, STAT_ACCEPT_PAUSES);
    if (!server->pause_told_us || now - server->pause_told_us > (int64_t)HTTP_TELL_PAUSE_MS * 1000) {
        log_line(LOG_WARNING, "event", "accept-pause", "error", why ? why : "unknown", "message",
                 "new connections wait; the limit of open files may be too low", NULL);
        server->pause_told_us = now;
    }
    evconnlistener_disable(listener); /* the waiting client would wake us at once, again and again */
    event_add(server->pause, &wait);
}

static void on_pause_over(evutil_socket_t fd, short what, void *context)
{
    struct http_server *server = context;
    (void)fd;
    (void)what;
    if (server->listener)
        evconnlistener_enable(server->listener);
}

enum status http_server_accept(struct http_server *server, int fd, struct err *err)
{
    struct evconnlistener *listener =
        evconnlistener_new(server->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (!listener) {
        close(fd);
        return err_set(err, STATUS_NOMEM, "out of memory for a listening socket");
    }
    server->bound = evhttp_bind_listener(server->evhttp, listener);
    if (!server->bound) {
        evconnlistener_free(listener);
        return err_set(err, STATUS_NOMEM, "out of memory for a listening socket");
    }
    server->listener = listener;
    evconnlistener_set_error_cb(listener, on_accept_error);
    return STATUS_OK;
}

/* ---- life of a server -------------------------------------------------------------------------------------------- */

static void stop_accepting(struct http_server *server)
{
    if (server->bound)
        evhttp_del_accept_socket(server->evhttp, server->bound);
    server->bound = NULL;
    server->listener = NULL;
}

/* One turn after the drain began: what the kernel had accepted is here now. */
static void on_drain(evutil_socket_t fd, short what, void *context)
{
    struct http_server *server = context;
    struct connection *c, *next;
    (void)fd;
    (void)what;
    stop_accepting(server);
    server->closing = true;
    for (c = TAILQ_FIRST(&server->all); c; c = next) {
        int unread = 0;
        next = TAILQ_NEXT(c, all);
        if (c->stage == STAGE_IDLE && (ioctl(bufferevent_getfd(c->bev), FIONREAD, &unread) != 0 || unread == 0))
            evhttp_connection_free(c->evcon);
    }
    if (TAILQ_EMPTY(&server->all) && server->drained) {
        void (*drained)(void *) = server->drained;
        server->drained = NULL;
        drained(server->drained_context);
    }
}

void http_server_drain(struct http_server *server, void (*drained)(void *context), void *context)
{
    const struct timeval now = {0, 0};
    server->draining = true;
    server->drained = drained;
    server->drained_context = context;
    event_add(server->drain, &now);
}

enum status http_server_new(struct http_server **result, struct event_base *base, const struct http_limits *limits,
                            const struct http_handlers *handlers, struct http_admission *admission,
                            struct stats *stats, struct err *err)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        return err_set(err, STATUS_NOMEM, "out of memory for an HTTP server");
    *server = (struct http_server){.base = base, .limits = *limits, .handlers = *handlers, .admission = admission,
                                   .stats = stats};
    TAILQ_INIT(&server->all);
    TAILQ_INIT(&server->waiting);
    server->evhttp = evhttp_new(base);
    server->turn = event_new(base, -1, 0, on_turn, server);
    server->pause = event_new(base, -1, 0, on_pause_over, server);
    server->drain = event_new(base, -1, 0, on_drain, server);
    if (!server->evhttp || !server->turn || !server->pause || !server->drain) {
        http_server_free(server);
        return err_set(err, STATUS_NOMEM, "out of memory for an HTTP server");
    }
    if (getrandom(&server->random, sizeof server->random, 0) != sizeof server->random) {
        http_server_free(server);
        return err_set_errno(err, STATUS_IO, "no random numbers from the system");
    }
    evhttp_set_bevcb(server->evhttp, on_new, server);
    evhttp_set_gencb(server->evhttp, on_request, server);
    evhttp_set_allowed_methods(server->evhttp, EVHTTP_REQ_GET);
    /* Bounds for connections that have no gate because memory ran out; ours are tighter. */
    evhttp_set_max_headers_size(server->evhttp, 4096);
    evhttp_set_max_body_size(server->evhttp, 0);
    evhttp_set_timeout(server->evhttp, (int)((limits->idle_ms + limits->request_ms) / 1000 + 30));
    *result = server;
    return STATUS_OK;
}

bool http_server_run(struct http_server *server)
{
    thread_server = server;
    return event_base_dispatch(server->base) == 0;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    server->drained = NULL;
    if (server->evhttp)
        evhttp_free(server->evhttp); /* its connections go, and tell on_closed() */
    for (struct connection *c = TAILQ_FIRST(&server->all), *next; c; c = next) {
        next = TAILQ_NEXT(c, all);
        connection_free(c);
    }
    if (server->turn)
        event_free(server->turn);
    if (server->pause)
        event_free(server->pause);
    if (server->drain)
        event_free(server->drain);
    free(server->places);
    free(server);
}
