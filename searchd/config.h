/* What the daemon was told on its command line: one table of options, from which help and errors come too. */
#ifndef OPASTIN_SEARCHD_CONFIG_H
#define OPASTIN_SEARCHD_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "search/request.h"

/* Defaults and bounds of the limits.  Each has its option; tests stand just below and just above. */
enum {
    CONFIG_PORT = 8080,
    CONFIG_HEALTH_PORT_NONE = -1,        /* no listener of its own for the operations endpoints */
    CONFIG_THREADS_MOST = 64,
    CONFIG_CACHE_MB = 0,                 /* decoded postings of one generation; 0: by their size on disk */
    CONFIG_HEADER_BYTES = 16 * 1024,     /* all header lines of a request; beyond: 431 */
    CONFIG_URI_BYTES = REQUEST_URI_BYTES,/* the request target; beyond: 414 */
    CONFIG_BODY_BYTES = 64 * 1024,       /* a request's body; beyond: 413 */
    CONFIG_CONNECTIONS = 2000,           /* open at once in the process; beyond: 503 and close */
    CONFIG_CONNECTIONS_PER_ADDRESS = 500,/* of one IPv4 address or IPv6 /64; beyond: 503 and close */
    CONFIG_RATE = 100,                   /* requests a second of one IPv4 address or IPv6 /64 ... */
    CONFIG_RATE_BURST = 1000,            /* ... after this many at once; beyond: 429 */
    CONFIG_IDLE_TIMEOUT_MS = 60 * 1000,  /* a kept connection without a request */
    CONFIG_SENDER_TIMEOUT_MS = 10 * 1000,/* first byte of a request to its last; beyond: 408 and close */
    CONFIG_REQUEST_TIMEOUT_MS = 30 * 1000,/* first byte of a request to the last byte of its answer; then closed */
    CONFIG_SEARCH_TIMEOUT_MS = 2000,     /* a search, from the request's arrival; beyond: 504 */
    CONFIG_QUEUE = 64,                   /* searches that wait in a thread; one more: 503 for the oldest */
    CONFIG_QUEUE_MOST = 100000,
    CONFIG_QUEUE_TIMEOUT_MS = 1000,      /* a search's waiting; beyond: 503.  So much is left to search at least */
    CONFIG_DRAIN_TIMEOUT_MS = 10 * 1000, /* running requests after SIGTERM; then closed */
    CONFIG_TIMEOUT_MOST_MS = 3600 * 1000,
    CONFIG_FILES_PER_THREAD = 64,        /* descriptors kept free of connections: index, loop, refused clients */
    CONFIG_FILES_FIXED = 32,
    CONFIG_SITES_BYTES = 2000,           /* of --frame-ancestors: one header */
};

/* What the law and good manners want to be told; shown by the pages as it was given, NULL: not given. */
struct notice {
    const char *owner;                              /* who runs the service */
    const char *contact_email, *contact_phone, *contact_url;
    const char *status, *date, *method, *gaps;      /* of the accessibility statement; status full, partial, none;
                                                       date YYYY-MM-DD; method self, expert */
    const char *supervisor, *supervisor_address, *supervisor_url;
};

struct config {
    const char *index;   /* folder of the generations */
    const char *synonyms; /* file; NULL: those that come with the program */
    const char *assets_dir; /* of the pages' files; NULL: those in the program */
    const char *desks;   /* file of phone desks; NULL: none */
    const char *state;   /* folder for words without hits and reports of errors; NULL: none are kept */
    const char *address; /* numeric, to listen on */
    int64_t port;        /* 0: the system chooses */
    int64_t health_port; /* CONFIG_HEALTH_PORT_NONE, 0: the system chooses */
    int64_t threads;
    int64_t cache_mb;
    int64_t header_bytes, uri_bytes, body_bytes;
    int64_t connections, connections_per_address; /* per address 0: no limit */
    int64_t queue; /* of each thread */
    int64_t rate, rate_burst;    /* of one address; rate 0: no limit */
    const char *trusted_proxies; /* NULL: none */
    const char *client_header;   /* "x-forwarded-for" or "forwarded"; NULL: the first */
    const char *keys;            /* file; NULL: there are none */
    bool require_key;            /* the API is for keys alone */
    const char *make_key;        /* name of a key to make, instead of serving; NULL */
    int64_t idle_timeout_ms, sender_timeout_ms, request_timeout_ms, search_timeout_ms, queue_timeout_ms;
    int64_t drain_timeout_ms;
    bool access_log;
    const char *public_url; /* "https://opastin.example.org", NULL: not told */
    const char *feed_authority; /* "opastin.example.org,2026": what the ids of feeds begin with; NULL: of public_url */
    const char *frame_ancestors; /* sites that may frame /embed, as the header takes them */
    struct notice notice;
    bool today_given;
    int32_t today; /* days since 1970, valid when today_given */
    bool help;
};

/* Fills config from the defaults and argv. STATUS_INVALID names the option and what is allowed. */
enum status config_parse(struct config *config, int argc, char **argv, struct err *err) MUST_USE;
void config_help(struct buf *out);

/* The day that answers are computed for: the one given, or the present one in Finland. */
int32_t config_today(const struct config *config);

/* Raises the process's limit of open files as far as allowed and lowers config->connections to what fits;
 * *lowered says so. */
enum status config_fit_files(struct config *config, bool *lowered, struct err *err) MUST_USE;

#endif
