#include "searchd/config.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/opts.h"
#include "calendar.h"

enum { OPTION_COUNT = 46 };

static int64_t processors(void)
{
    cpu_set_t allowed;
    int count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
    return count > CONFIG_THREADS_MOST ? CONFIG_THREADS_MOST : count;
}

static void set_defaults(struct config *c)
{
    *c = (struct config){
        .index = "var/index",
        .address = "127.0.0.1",
        .port = CONFIG_PORT,
        .health_port = CONFIG_HEALTH_PORT_NONE,
        .threads = processors(),
        .cache_mb = CONFIG_CACHE_MB,
        .header_bytes = CONFIG_HEADER_BYTES,
        .uri_bytes = CONFIG_URI_BYTES,
        .body_bytes = CONFIG_BODY_BYTES,
        .connections = CONFIG_CONNECTIONS,
        .connections_per_address = CONFIG_CONNECTIONS_PER_ADDRESS,
        .queue = CONFIG_QUEUE,
        .rate = CONFIG_RATE,
        .rate_burst = CONFIG_RATE_BURST,
        .idle_timeout_ms = CONFIG_IDLE_TIMEOUT_MS,
        .sender_timeout_ms = CONFIG_SENDER_TIMEOUT_MS,
        .request_timeout_ms = CONFIG_REQUEST_TIMEOUT_MS,
        .search_timeout_ms = CONFIG_SEARCH_TIMEOUT_MS,
        .queue_timeout_ms = CONFIG_QUEUE_TIMEOUT_MS,
        .drain_timeout_ms = CONFIG_DRAIN_TIMEOUT_MS,
        .frame_ancestors = "*",
    };
}

static void make_table(struct config *c, const char **today, struct opt table[OPTION_COUNT])
{
    const int64_t ms = CONFIG_TIMEOUT_MOST_MS;
    struct notice *n = &c->notice;
    const struct opt rows[] = {
        {"index", OPT_TEXT, &c->index, 0, 0, "DIR", "folder of the generations (var/index)"},
        {"synonyms", OPT_TEXT, &c->synonyms, 0, 0, "FILE",
         "taken up again when it is edited (those that come with the program)"},
        {"assets-dir", OPT_TEXT, &c->assets_dir, 0, 0, "DIR",
         "templates, texts, style and script of the pages, read at the start (those in the program)"},
        {"desks", OPT_TEXT, &c->desks, 0, 0, "FILE",
         "phone desks by area, shown when a search finds little, read at the start (none)"},
        {"state", OPT_TEXT, &c->state, 0, 0, "DIR",
         "folder for words without hits and reports of errors, for the indexer's report (none are kept)"},
        {"address", OPT_TEXT, &c->address, 0, 0, "ADDRESS", "numeric address to listen on (127.0.0.1)"},
        {"port", OPT_NUMBER, &c->port, 0, 65535, "N", "0: the system chooses, the start line tells (8080)"},
        {"health-port", OPT_NUMBER, &c->health_port, CONFIG_HEALTH_PORT_NONE, 65535, "N",
         "/livez /readyz /metrics on a port and thread of their own; -1: none (-1)"},
        {"threads", OPT_NUMBER, &c->threads, 1, CONFIG_THREADS_MOST, "N", "searching threads (one for each "
         "processor it may use)"},
        {"cache-mb", OPT_NUMBER, &c->cache_mb, 0, 1024 * 1024, "N", "memory for decoded postings; 0: 5 sixths of "
                                                                    "what they take on disk, 16 to 128 (0)"},
        {"header-bytes", OPT_NUMBER, &c->header_bytes, 512, 65536, "N", "header lines of a request (16384)"},
        {"uri-bytes", OPT_NUMBER, &c->uri_bytes, 256, REQUEST_URI_BYTES, "N", "target of a request (8192)"},
        {"body-bytes", OPT_NUMBER, &c->body_bytes, 0, 1 << 30, "N", "body of a request (65536)"},
        {"connections", OPT_NUMBER, &c->connections, 1, 1000000, "N", "open at once in the process (2000)"},
        {"connections-per-address", OPT_NUMBER, &c->connections_per_address, 0, 1000000, "N",
         "of one IPv4 address or IPv6 /64, but of trusted proxies; 0: no limit (500)"},
        {"rate", OPT_NUMBER, &c->rate, 0, 100000, "N",
         "requests a second of one IPv4 address or IPv6 /64; 0: no limit (100)"},
        {"rate-burst", OPT_NUMBER, &c->rate_burst, 1, 1000000, "N", "requests of it at once (1000)"},
        {"trusted-proxies", OPT_TEXT, &c->trusted_proxies, 0, 0, "LIST",
         "addresses or ranges, divided by commas, that tell the client's address (none)"},
        {"client-header", OPT_TEXT, &c->client_header, 0, 0, "WORD",
         "what trusted proxies tell it in: x-forwarded-for or forwarded (x-forwarded-for)"},
        {"keys", OPT_TEXT, &c->keys, 0, 0, "FILE", "keys of the API, taken up again when it is edited (none)"},
        {"require-key", OPT_FLAG, &c->require_key, 0, 0, NULL, "the API answers requests with a key alone"},
        {"make-key", OPT_TEXT, &c->make_key, 0, 0, "NAME",
         "write a new key to stderr and its line for the file to stdout, and end"},
        {"queue", OPT_NUMBER, &c->queue, 1, CONFIG_QUEUE_MOST, "N",
         "searches that wait in a thread; when one more comes the oldest is refused (64)"},
        {"idle-timeout-ms", OPT_NUMBER, &c->idle_timeout_ms, 10, ms, "N", "a kept connection without request (60000)"},
        {"sender-timeout-ms", OPT_NUMBER, &c->sender_timeout_ms, 10, ms, "N",
         "first byte of a request to its last (10000)"},
        {"request-timeout-ms", OPT_NUMBER, &c->request_timeout_ms, 10, ms, "N",
         "first byte of a request to the last of its answer (30000)"},
        {"search-timeout-ms", OPT_NUMBER, &c->search_timeout_ms, 1, ms, "N", "a search, its waiting too (2000)"},
        {"queue-timeout-ms", OPT_NUMBER, &c->queue_timeout_ms, 1, ms, "N",
         "a search's waiting, never more than --search-timeout-ms (1000)"},
        {"drain-timeout-ms", OPT_NUMBER, &c->drain_timeout_ms, 0, ms, "N",
         "for running requests after SIGTERM (10000)"},
        {"access-log", OPT_FLAG, &c->access_log, 0, 0, NULL, "a line per request, without any query text"},
        {"public-url", OPT_TEXT, &c->public_url, 0, 0, "URL",
         "where people find the service, for links and codes that go to other devices (the Host header)"},
        {"feed-authority", OPT_TEXT, &c->feed_authority, 0, 0, "NAME,DATE",
         "what the ids of feed entries begin with, for ever (the host of --public-url and 2026)"},
        {"frame-ancestors", OPT_TEXT, &c->frame_ancestors, 0, 0, "SITES",
         "that may show /embed in a frame, \"https://a.example https://b.example\", as the header "
         "Content-Security-Policy takes them (*)"},
        {"operator", OPT_TEXT, &n->owner, 0, 0, "NAME", "who runs the service, as its pages say (not told)"},
        {"contact-email", OPT_TEXT, &n->contact_email, 0, 0, "ADDRESS", "for feedback (not told)"},
        {"contact-phone", OPT_TEXT, &n->contact_phone, 0, 0, "NUMBER", "for feedback (not told)"},
        {"contact-url", OPT_TEXT, &n->contact_url, 0, 0, "URL", "page for feedback (not told)"},
        {"accessibility-status", OPT_TEXT, &n->status, 0, 0, "WORD",
         "of the accessibility statement: full, partial or none (not told)"},
        {"accessibility-date", OPT_TEXT, &n->date, 0, 0, "YYYY-MM-DD", "of the statement (not told)"},
        {"accessibility-method", OPT_TEXT, &n->method, 0, 0, "WORD",
         "how it was found out: self or expert (not told)"},
        {"accessibility-gaps", OPT_TEXT, &n->gaps, 0, 0, "TEXT", "what is not accessible and why (not told)"},
        {"supervisor", OPT_TEXT, &n->supervisor, 0, 0, "NAME", "authority that supervises accessibility (not told)"},
        {"supervisor-address", OPT_TEXT, &n->supervisor_address, 0, 0, "TEXT", "its address and phone (not told)"},
        {"supervisor-url", OPT_TEXT, &n->supervisor_url, 0, 0, "URL", "its page for complaints (not told)"},
        {"today", OPT_TEXT, today, 0, 0, "YYYY-MM-DD", "for tests: the day that answers are computed for"},
        {"help", OPT_FLAG, &c->help, 0, 0, NULL, "this text"},
    };
    _Static_assert(sizeof rows / sizeof *rows == OPTION_COUNT, "as many as there are rows");
    memcpy(table, rows, sizeof rows);
}

static enum status check_url(const char *option, const char *url, struct err *err)
{
    const char *host = !url ? NULL : strncmp(url, "https://", 8) == 0 ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7 : "";
    if (host && (!*host || *host == '/' || url[strcspn(url, " \t\"'<>\\")]))
        return err_set(err, STATUS_INVALID, "option --%s: \"%s\" is no http:// or https:// address", option, url);
    return STATUS_OK;
}

/* Into a header: nothing that ends a policy or the header. */
static enum status check_sites(const char *option, const char *sites, struct err *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/*[]' ";
    if (strlen(sites) > CONFIG_SITES_BYTES || sites[strspn(sites, allowed)])
        return err_set(err, STATUS_INVALID, "option --%s: \"%s\" is no list of sites divided by blanks, like "
                       "https://www.example.org https://*.example.org, of at most %d bytes", option, sites,
                       CONFIG_SITES_BYTES);
    return STATUS_OK;
}

static enum status check_word(const char *option, const char *word, const char *const *allowed, struct err *err)
{
    char list[64] = "";
    for (size_t i = 0, len = 0; word && allowed[i]; i++) {
        if (strcmp(word, allowed[i]) == 0)
            return STATUS_OK;
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", allowed[i]);
    }
    return word ? err_set(err, STATUS_INVALID, "option --%s: \"%s\" is none of: %s", option, word, list) : STATUS_OK;
}

/* As in RFC 4151: a domain or an address of mail, and a date on which the operator had it. */
static enum status check_authority(const char *text, struct err *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_@";
    char day[CALENDAR_DATE_BYTES] = "0000-01-01";
    int32_t known;
    if (!text)
        return STATUS_OK;
    size_t name = strspn(text, allowed), date = text[name] == ',' ? strlen(text + name + 1) : 0;
    if (name && (date == 4 || date == 7 || date == 10)) {
        memcpy(day, text + name + 1, date);
        if (day_parse(day, strlen(day), &known))
            return STATUS_OK;
    }
    return err_set(err, STATUS_INVALID, "option --feed-authority: \"%s\" is not of the form opastin.example.org,2026 "
                   "(a domain in small letters; a year, a month or a day on which it was yours)", text);
}

/* What goes into links, and what the statement's sentences are chosen by. */
static enum status check_told(const struct config *c, struct err *err)
{
    static const char *const statuses[] = {"full", "partial", "none", NULL};
    static const char *const methods[] = {"self", "expert", NULL};
    const struct notice *n = &c->notice;
    const char *email = n->contact_email, *at = email ? strchr(email, '@') : NULL;
    int32_t day;
    TRY(check_url("public-url", c->public_url, err));
    TRY(check_sites("frame-ancestors", c->frame_ancestors, err));
    if (c->public_url && c->public_url[strlen(c->public_url) - 1] == '/')
        return err_set(err, STATUS_INVALID, "option --public-url must not end in a slash: paths are put behind it");
    TRY(check_authority(c->feed_authority, err));
    TRY(check_url("contact-url", n->contact_url, err));
    TRY(check_url("supervisor-url", n->supervisor_url, err));
    if (email && (!at || at == email || !at[1] || strchr(at + 1, '@') || email[strcspn(email, " \t\"<>?&%,;:")]))
        return err_set(err, STATUS_INVALID, "option --contact-email: \"%s\" is no address like name@example.org",
                       email);
    if (n->contact_phone && n->contact_phone[strspn(n->contact_phone, "+0123456789 -()")])
        return err_set(err, STATUS_INVALID, "option --contact-phone: \"%s\" has more than digits, blanks and + - ( )",
                       n->contact_phone);
    TRY(check_word("accessibility-status", n->status, statuses, err));
    TRY(check_word("accessibility-method", n->method, methods, err));
    if (n->date && !day_parse(n->date, strlen(n->date), &day))
        return err_set(err, STATUS_INVALID, "option --accessibility-date: \"%s\" is no date of the form YYYY-MM-DD",
                       n->date);
    return STATUS_OK;
}

static enum status check_together(const struct config *c, struct err *err)
{
    static const char *const headers[] = {"x-forwarded-for", "forwarded", NULL};
    if (c->require_key && !c->keys)
        return err_set(err, STATUS_INVALID, "option --require-key needs --keys: nobody could ask");
    TRY(check_word("client-header", c->client_header, headers, err));
    if (c->sender_timeout_ms > c->request_timeout_ms)
        return err_set(err, STATUS_INVALID, "option --sender-timeout-ms must not be above --request-timeout-ms");
    if (c->search_timeout_ms > c->request_timeout_ms)
        return err_set(err, STATUS_INVALID, "option --search-timeout-ms must not be above --request-timeout-ms");
    return STATUS_OK;
}

enum status config_parse(struct config *c, int argc, char **argv, struct err *err)
{
    struct opt table[OPTION_COUNT];
    const char *today = NULL;
    int operands;
    set_defaults(c);
    make_table(c, &today, table);
    TRY(opts_parse(table, OPTION_COUNT, argc, argv, &operands, err));
    if (operands)
        return err_set(err, STATUS_INVALID, "\"%s\" is no option; --help shows those there are", argv[1]);
    if (today && !day_parse(today, strlen(today), &c->today))
        return err_set(err, STATUS_INVALID, "option --today: \"%s\" is no date of the form YYYY-MM-DD", today);
    c->today_given = today != NULL;
    TRY(check_told(c, err));
    return check_together(c, err);
}

void config_help(struct buf *out)
{
    struct opt table[OPTION_COUNT];
    struct config c;
    const char *today = NULL;
    set_defaults(&c);
    make_table(&c, &today, table);
    buf_adds(out, "opastin-searchd [OPTION...]\n\nAnswers searches over HTTP from the index that opastin-indexer "
                  "publishes.\n\noptions:\n");
    opts_help(table, OPTION_COUNT, out);
    buf_adds(out, "\nSIGTERM and SIGINT stop it: running requests end first; a second signal ends it at once.\n"
                  "exit codes: 0 ok, 1 failed, 2 usage, 6 index of another schema\n");
}

int32_t config_today(const struct config *c)
{
    struct timespec now;
    if (c->today_given)
        return c->today;
    clock_gettime(CLOCK_REALTIME, &now);
    return moment_from_instant(now.tv_sec).day;
}

enum status config_fit_files(struct config *c, bool *lowered, struct err *err)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return err_set_errno(err, STATUS_IO, "cannot read the limit of open files");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        return err_set_errno(err, STATUS_IO, "cannot raise the limit of open files");
    int64_t kept = CONFIG_FILES_FIXED + (c->threads + 1) * CONFIG_FILES_PER_THREAD;
    int64_t allowed = files.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)files.rlim_cur;
    if (allowed <= kept)
        return err_set(err, STATUS_LIMIT, "%lld open files are allowed, more than %lld are needed: raise the limit "
                       "(ulimit -n, LimitNOFILE) or use fewer --threads", (long long)allowed, (long long)kept);
    *lowered = c->connections > allowed - kept;
    if (*lowered)
        c->connections = allowed - kept;
    return STATUS_OK;
}
