/* Whether a request is answered at all: who asks, with which key, and whether they have asked too much already.
 *
 * Everybody may ask.  Each address (IPv4, IPv6 /64) has a bucket of --rate-burst requests that --rate a second fill
 * again; with a key that has limits of its own, each address has another bucket for it.  The operations endpoints and
 * the pages' files cost nothing.  What is refused costs nothing either.
 *
 * A key is sent as "Authorization: Bearer opk_…".  It binds the API (/api/, /hsds/) to its filters; with --require-key
 * nobody asks there without one, but for the description of the API.  Pages take no keys. */
#ifndef OPASTIN_SEARCHD_ACCESS_H
#define OPASTIN_SEARCHD_ACCESS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "searchd/bucket.h"
#include "searchd/client.h"
#include "searchd/http.h"

struct api;
struct config;
struct keys;

/* Shared by the threads. */
struct access {
    struct client_proxies trusted;
    bool forwarded; /* Forwarded is read, not X-Forwarded-For */
    bool require_key;
    struct bucket_rate rate; /* each_us 0: no limit */
    struct buckets *buckets;
    struct keys *keys;       /* NULL: there are none */
    uint64_t hash_key;       /* of addresses */
    _Atomic bool told;       /* that somebody unknown sends what only a proxy should */
};

/* vocab_load() must have been called. */
enum status access_open(struct access *access, const struct config *config, struct err *err) MUST_USE;
void access_close(struct access *access);

/* What keys are for: data for programs. */
bool access_is_api(const char *path);

/* Before a request is answered, in each of its turns: false when reply is its refusal.  Sets request->sender, and until
 * access_leave() the key of the api and the bounds of its searcher.  free_of_charge: it takes no token. */
bool access_enter(struct api *api, struct http_request *request, bool free_of_charge, struct http_reply *reply);
/* Adds what the answer tells about it, when there is one (else NULL: the request waits); ends the key's hold. */
void access_leave(struct api *api, const struct http_request *request, struct http_reply *reply);

#endif
