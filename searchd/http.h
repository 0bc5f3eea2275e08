/* HTTP/1.1 for one thread: evhttp behind a gate.
 *
 * evhttp keeps the connections, queues and writes; but it takes requests that a server must refuse, and it knows no
 * deadline for a whole request.  So no byte of a client reaches its parser: the bytes are taken out of the connection's
 * input buffer as they arrive, the head is checked by our own strict reader (http_head.h), and evhttp is then given a
 * request line of ours that names nothing but the connection.  What two readers could understand differently does not
 * exist for the second one.
 *
 * A connection's life:
 *   FRESH (accepted, not yet counted) -> IDLE -> SENDING (its head comes in, and its body if it is a form that a page
 *   takes) -> ANSWERING (queued or being written)
 *   -> IDLE ... -> CLOSING (evhttp let go; a refused client's bytes are read off for a moment) -> gone
 * One timer per connection bounds each of these.  While an answer is owed nothing is read, so nothing piles up.
 *
 * Searches do not run where their request arrives, but one per turn of the loop: between two searches every socket
 * that is ready is served, so health checks, errors and cached answers never wait for more than one search (or, when
 * there is so much else to do that it takes longer than a search, for HTTP_TURN_MS of them).
 *
 * So every request is read within a turn of its arrival, and all that wait do so in one queue that is kept short: in
 * the order of their arrival, at most limits.queue of them and limits.queue_ms long.  When one more comes, the oldest
 * is refused: it has waited longest, so its client is the likeliest to have gone, and the more are asked, the less
 * those have waited that are answered.  That many are for a burst.  Where more are asked all the time than can be
 * answered, a long queue only makes every answer late: for HTTP_OVERLOAD_MS after the queue was full each that comes
 * takes the place of two, until only a part of the queue is used.  Then the whole is tried again: clients that ask
 * anew when they are answered may fit into it, and would else be refused for ever. */
#ifndef OPASTIN_SEARCHD_HTTP_H
#define OPASTIN_SEARCHD_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "searchd/http_admission.h"
#include "searchd/http_head.h"
#include "searchd/stats.h"

enum {
    HTTP_REPLY_HEADERS = 24,     /* that a handler may set */
    HTTP_LINGER_MS = 1000,       /* a refused client may still send for this long, so that it gets to read why ... */
    HTTP_LINGER_BYTES = 1 << 20, /* ... and this much ... */
    HTTP_LINGERING_MOST = 32,    /* ... while so few do, per thread */
    HTTP_LAST_WAIT_MS = 500,     /* for the request of a connection that came when the server was stopping */
    HTTP_ACCEPT_PAUSE_MS = 200,  /* without descriptors */
    HTTP_TELL_PAUSE_MS = 60000,  /* between two log lines about that */
    HTTP_RETRY_SECONDS = 5,      /* told to clients that are refused for now */
    HTTP_QUEUE_SHARE = 4,        /* this part of the queue is used, one in four places ... */
    HTTP_OVERLOAD_MS = 10000,    /* ... so long after it was full */
    HTTP_TURN_SHARE = 3,         /* a turn's searches may take this many times what all else took since the last ... */
    HTTP_TURN_MS = 20,           /* ... and so long, if that is more than one: else those refused would leave no time */
};

struct http_header {
    const char *name, *value;
};

/* What a handler answers.  All pointers must hold until the handler is called again. */
struct http_reply {
    int status;
    const char *body; /* left out for HEAD, 204 and 304; its length is told all the same for HEAD */
    size_t body_len;
    struct http_header headers[HTTP_REPLY_HEADERS];
    size_t header_count;
    char text[2][64]; /* room for values that are made up: entity tag, seconds to wait */
};
/* name and value are kept as pointers; at most HTTP_REPLY_HEADERS. */
void http_reply_header(struct http_reply *reply, const char *name, const char *value);

enum http_turn {
    HTTP_ANSWERED, /* reply is filled */
    HTTP_LATER     /* call again in a turn of its own, or to say that there is none (request->shed) */
};

struct http_handlers {
    /* So many bytes of this POST's body are read, none of a larger one; asked when its head is whole.  NULL: none. */
    size_t (*takes_body)(void *context, const struct http_request *request);
    enum http_turn (*answer)(void *context, struct http_request *request, struct http_reply *reply);
    /* After the last byte was handed to the kernel, or never will be (whole false). us: arrival to answer. */
    void (*done)(void *context, const struct http_request *request, int status, size_t bytes, int64_t us, bool whole);
    void *context;
};

/* ---- the server of a thread ------------------------------------------------------------------------------------- */

struct event_base;
struct http_server;

/* The base, the stats and the admission must outlive the server; the limits are copied. One server per thread. */
enum status http_server_new(struct http_server **result, struct event_base *base, const struct http_limits *limits,
                            const struct http_handlers *handlers, struct http_admission *admission,
                            struct stats *stats, struct err *err) MUST_USE;
/* Runs the thread's loop until someone breaks it; false when the loop failed. */
bool http_server_run(struct http_server *server);
/* Closes whatever is open. */
void http_server_free(struct http_server *server);
/* Takes over the descriptor, also when it fails. */
enum status http_server_accept(struct http_server *server, int fd, struct err *err) MUST_USE;
/* Stops accepting (what the kernel has accepted already is served) and closes idle connections; running requests end.
 * drained is called when none is left. */
void http_server_drain(struct http_server *server, void (*drained)(void *context), void *context);

int64_t http_now_us(void); /* CLOCK_MONOTONIC */

#endif
