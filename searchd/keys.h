/* Keys of the API: which searches each allows, from where, how often and until when.
 *
 * A key is opk_ID_SECRET: ID finds its line, SECRET (256 random bits) proves it.  The file keeps ID, a salt and the
 * salted BLAKE2b hash of the secret, compared in constant time; both are libsodium's, which has no options to get
 * wrong and comes with Debian.  A slow hash would protect nothing: nobody guesses 256 bits.
 *
 * The file has one JSON object a line, blank lines and lines that begin with # apart:
 *   {"name":"mikkeli","key":"ID:SALT:HASH","filter":"area=491&theme=liikunta","origins":["https://www.example.org"],
 *    "expires":"2027-12-31","rate":20,"burst":200}
 * An edited file is taken up without a restart; one with a mistake is told once, and the keys before it stay. */
#ifndef OPASTIN_SEARCHD_KEYS_H
#define OPASTIN_SEARCHD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "search/request.h"
#include "searchd/bucket.h"

enum {
    KEYS_FILE_BYTES = 1 << 20,
    KEYS_MOST = 1000,
    KEYS_ORIGINS = 20, /* of one key */
    KEYS_NAME_BYTES = 63,
    KEYS_ID_BYTES = 8,
    KEYS_SALT_BYTES = 16,
    KEYS_HASH_BYTES = 32,
    KEYS_SECRET_BYTES = 32,
    KEYS_RATE_MOST = 100000,   /* requests a second */
    KEYS_BURST_MOST = 1000000, /* requests at once */
};

struct key {
    const char *name;
    uint8_t id[KEYS_ID_BYTES], salt[KEYS_SALT_BYTES], hash[KEYS_HASH_BYTES];
    const char *filter;   /* "" when it has none; part of entity tags */
    struct request scope; /* its filters */
    const char *origins[KEYS_ORIGINS];
    size_t origin_count;  /* 0: from anywhere */
    int32_t expires;      /* last day; DAY_UNKNOWN: never */
    bool limited;         /* has limits of its own */
    struct bucket_rate rate;
};

/* One reading of the file: immutable, shared by the threads. */
struct key_set;
struct key_set *key_set_hold(struct key_set *set);
void key_set_release(struct key_set *set); /* NULL: no-op */
/* The key that was shown, or NULL; its expiry and origins are not looked at. */
const struct key *key_set_find(const struct key_set *set, const char *shown);
/* From a text of the form above; name: for messages, which say name:line. */
enum status key_set_parse(struct key_set **set, const char *name, const char *text, size_t len,
                          struct err *err) MUST_USE;

struct keys;
/* vocab_load() must have been called. */
enum status keys_open(struct keys **keys, const char *path, struct err *err) MUST_USE;
void keys_free(struct keys *keys);
/* Takes the file up when it has changed. One thread at a time. */
void keys_look(struct keys *keys);
struct key_set *keys_hold(struct keys *keys); /* the serving ones, held for the caller */

/* A new key: `shown` gets what its user sends, `line` the line for the file, each with its end. */
enum status key_make(const char *name, struct buf *shown, struct buf *line, struct err *err) MUST_USE;

#endif
