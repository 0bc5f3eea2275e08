/* Who asks: the address that a connection comes from, or the one that a trusted proxy before it tells.
 *
 * What a proxy tells is believed of peers in the list of trusted proxies alone: anyone else can send the same header.
 * Of a chain of addresses the last one that is no trusted proxy is the client; nothing left of it is looked at. */
#ifndef OPASTIN_SEARCHD_CLIENT_H
#define OPASTIN_SEARCHD_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    CLIENT_PROXIES = 32, /* ranges of trusted proxies */
    CLIENT_CHAIN = 16,   /* addresses of a header that are looked at, from its end, and its lines */
};

/* IPv6, or IPv4 as ::ffff:a.b.c.d; all zero: unknown. */
struct client {
    uint8_t bytes[16];
};

struct sockaddr;
void client_of_peer(const struct sockaddr *address, struct client *client);
/* A numeric address of all of text[0..len). */
bool client_parse(const char *text, size_t len, struct client *client);

/* Ranges of addresses. */
struct client_proxies {
    struct client_range {
        struct client first;
        unsigned bits; /* of the 128 that must be the same */
    } ranges[CLIENT_PROXIES];
    size_t count;
};

/* "127.0.0.1,10.0.0.0/8,fd00::/8"; NULL or "": none. STATUS_INVALID names what is wrong. */
enum status client_proxies_parse(struct client_proxies *proxies, const char *list, struct err *err) MUST_USE;
bool client_trusted(const struct client_proxies *proxies, const struct client *client);

/* The lines of one header, which are one list (RFC 9110, 5.3), in the order they came; of more the last ones. */
struct client_chain {
    const char *lines[CLIENT_CHAIN]; /* borrowed */
    size_t count;
};
void client_chain_add(struct client_chain *chain, const char *line);
/* The client behind the peer. chain: X-Forwarded-For ("a, b, c"), or Forwarded ("for=a;proto=https, for=b") when
 * forwarded; without lines when none was sent. */
void client_behind(const struct client_proxies *proxies, const struct client *peer, const struct client_chain *chain,
                   bool forwarded, struct client *client);

/* What limits count as one: an IPv4 address, or an IPv6 /64, which one subscriber has. A keyed hash. */
uint64_t client_group(const struct client *client, uint64_t key);

#endif
