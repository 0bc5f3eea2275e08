/* Errors as RFC 9457 problem details: application/problem+json.
 *
 *   {"type":"urn:opastin:problem:invalid","title":"Bad Request","status":400,"detail":"…","code":"invalid",
 *    "errors":[{"parameter":"age","detail":"…"}],"requestId":"…"}
 *
 * `code` is the name of a status (base/status.h), or one of the codes below where no status says it. */
#ifndef OPASTIN_SEARCHD_PROBLEM_H
#define OPASTIN_SEARCHD_PROBLEM_H

#include "base/buf.h"
#include "base/status.h"
#include "search/request.h"

#define PROBLEM_METHOD "method"           /* 405 */
#define PROBLEM_EXPECTATION "expectation" /* 417 */
#define PROBLEM_UNAVAILABLE "unavailable" /* 503: no index yet */
#define PROBLEM_GONE "gone"
#define PROBLEM_OVERLOAD "overload"       /* 503: too much to do, try again */

#define PROBLEM_KEY "key"                 /* 401: no key, an unknown one, an expired one */
#define PROBLEM_FORBIDDEN "forbidden"     /* 403: the key is not for this origin */
#define PROBLEM_RATE "rate"               /* 429: too much from one address, Retry-After says when to go on */

/* What a path must have for a problem to come from it: bits of problem_row.of and operation.problems. */
enum problem_origin {
    OF_ANY_REQUEST = 1, /* whatever is asked, the reader of requests included */
    OF_PARAMETERS = 2,
    OF_INDEX = 4,       /* what asks the index */
    OF_SEARCH = 8,      /* what waits for a turn and has a deadline */
    OF_CURSOR = 16,
    OF_NAME = 32,       /* a part of the path names something, or a parameter does that says which is meant */
    OF_RECORD = 64,     /* that is a record */
    OF_NO_INDEX = 128,  /* what says that none serves */
    OF_READING = 256,   /* what reads files of the index */
    OF_WORDS = 512,     /* what needs all the words of the query */
    OF_KEY = 1024,      /* what an operator may give to keys alone */
    OF_RATE = 2048,     /* what an address may ask so often */
};

/* Every problem that a client may be told of: the documentation of the API walks these. */
struct problem_row {
    int status;
    const char *code;
    unsigned of;        /* origins, any of which is enough */
    const char *when;   /* what happened */
    const char *remedy; /* what to do; NULL: nothing special */
};
extern const struct problem_row problem_rows[];
extern const size_t problem_count;

#define PROBLEM_CONTENT_TYPE "application/problem+json; charset=utf-8"

/* What the answer to a failed call is: 410 for a stale cursor, which no retry can save, else as status_http() says. */
int problem_status(enum status status);
/* The code of a request that was refused before any call was made, by its HTTP status. */
const char *problem_code(int http_status);

/* errors may be NULL. */
void problem_write(int http_status, const char *code, const char *detail, const struct request_errors *errors,
                   const char *request_id, struct buf *out);

#endif
