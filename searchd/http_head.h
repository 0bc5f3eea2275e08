/* The strict reader of HTTP/1.1 request heads: from bytes to a request, or to the reason why it is refused.
 *
 * It takes what RFC 9112 lets a client send and nothing that two readers could understand differently: lines end in
 * CR LF, names are tokens without blanks, nothing is folded, Host, Content-Length and version are what they must be
 * and stand once, Transfer-Encoding does not stand at all.  Pure: no socket, no clock, no memory of its own. */
#ifndef OPASTIN_SEARCHD_HTTP_HEAD_H
#define OPASTIN_SEARCHD_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "searchd/client.h"

enum {
    HTTP_HEADERS_MOST = 100, /* header lines of a request; beyond: 431 */
    HTTP_METHOD_BYTES = 32,  /* longest method that is read as one */
    HTTP_LINE_SLACK = 64,    /* of a request line beside its target: method, version, blanks */
    HTTP_ID_BYTES = 17,      /* of a request's id and its zero */
    HTTP_FORM_BYTES = 4096,  /* largest form of a page that is read */
};

struct http_limits {
    size_t header_bytes, uri_bytes;
    uint64_t body_bytes;
    int64_t idle_ms, sender_ms, request_ms;
    unsigned queue;   /* requests that may wait for a turn of their own */
    int64_t queue_ms; /* how long */
    const struct client_proxies *trusted; /* whose connections are of many clients */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_OPTIONS, HTTP_POST, HTTP_OTHER };

/* Why a request is not served at all. */
struct http_refusal {
    int status;         /* 0: it is served */
    const char *detail; /* for people; constant */
};

struct http_request {
    enum http_method method;
    const char *method_name;
    const char *path;  /* percent-encoded as sent; begins with '/', or is "*" */
    const char *query; /* behind '?', as sent; NULL when there is none */
    const char *if_none_match, *accept_encoding, *accept, *accept_language; /* "" when not sent; the first line
                                                                               counts */
    const char *host, *origin, *fetch_site, *content_type, *authorization; /* the same */
    const char *if_modified_since; /* the same */
    struct client_chain forwarded_for, forwarded; /* X-Forwarded-For, Forwarded */
    bool close;        /* the connection ends with the answer */
    bool unread_body;  /* a body follows that nobody reads */
    uint64_t body_bytes; /* as announced */
    const char *body;  /* with a zero byte behind it; NULL when there is none, or nobody reads it */
    struct http_refusal refusal;
    struct client peer; /* the other end of the connection */
    uint32_t sender;   /* by the handler: a hash of the client's address, for limits; of this process alone */
    char id[HTTP_ID_BYTES]; /* random, hexadecimal */
    int64_t arrived_us;     /* CLOCK_MONOTONIC, when the request was whole */
    bool in_turn;           /* the handler asked for a turn of its own, and this is it */
    bool shed;              /* it asked for one, and there is none: too many wait, or it waited too long */
    unsigned route;         /* the handler's note, for `done` */
    bool metered;           /* the handler's note: a token was asked for; left, and seconds until more or all */
    int64_t tokens_left, tokens_s;
};

enum http_scan_result { HTTP_SCAN_MORE, HTTP_SCAN_WHOLE, HTTP_SCAN_REFUSED };

/* Where a scan goes on when more bytes have come; zero at first. */
struct http_scan {
    size_t at;         /* bytes looked at */
    size_t first_line; /* length of the request line with its end; 0 while it is not whole */
};

/* Looks for the end of a head in bytes[0..len), which may have grown since the last call.  HTTP_SCAN_WHOLE: the head is
 * bytes[0..scan->at).  Refuses what no request may hold as soon as it is seen: control characters, lines that do not
 * end in CR LF, too long a line or head. */
enum http_scan_result http_head_scan(const char *bytes, size_t len, const struct http_limits *limits,
                                     struct http_scan *scan, struct http_refusal *refusal);

/* Reads a whole head, which is cut into strings in place and must outlive the request.  Sets method, path, query,
 * headers, body_bytes, close and unread_body, or refusal (and close); the other members are left alone. */
void http_head_parse(char *bytes, size_t len, const struct http_limits *limits, struct http_request *request);

/* "Not Found"; the phrases of RFC 9110. */
const char *http_phrase(int status);

#endif
