/* Clients that ask one question after the other, each on a connection that stays open, and time the answers.
 *
 *   http_load --port 8080 --queries queries.tsv --clients 8 --requests 4000 --seconds 10
 *   http_load --port 8080 --queries queries.tsv --clients 256 --rate 900 --seconds 10
 *
 * In one thread on 127.0.0.1.  A closed loop: a client asks again when its answer is complete; it ends after that many
 * requests or seconds, whichever comes first; an answer that is not 200 is a failure.  Figures: milliseconds from the
 * first byte sent to the last one read.
 *
 * With --rate an open loop: questions come at times that were drawn before (a Poisson process, the same each run),
 * however slow the answers are, and are asked by any client that is free.  Times count from the moment that the
 * question came, not from when it could be sent: else a slow server would be asked less, and praised for it.  503 and
 * 504 are answers then, counted apart. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/opts.h"
#include "tests/bench/measure/query_file.h"
#include "tests/bench/measure/samples.h"

enum {
    CLIENTS_MOST = 256,
    READ_BYTES = 65536,
    ANSWER_BYTES_MOST = 16 << 20,
    STALL_MS = 20000, /* no client heard anything for so long: give up */
};

struct options {
    const char *queries, *path;
    int64_t port, clients, requests, seconds, first;
    int64_t rate; /* questions a second; 0: a closed loop */
};

struct client {
    int fd;
    struct buf request, answer;
    size_t sent;
    size_t body_at;   /* offset of the body in the answer; 0: head not complete */
    size_t body_len;
    double started;   /* or due, in an open loop */
    bool busy;
};

struct load {
    const struct options *options;
    struct query_file queries;
    struct client clients[CLIENTS_MOST];
    struct samples times, refused_times; /* of 200; of 503 */
    uint64_t asked, answered, refused, late, failed, bytes;
    double until, due; /* the next question of an open loop */
    uint64_t random;
};

static enum status connect_client(struct client *client, int port, struct err *err)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0)
        return err_set_errno(err, STATUS_IO, "127.0.0.1:%d", port);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fcntl(client->fd, F_SETFL, O_NONBLOCK) == 0 ? STATUS_OK : err_set_errno(err, STATUS_IO, "socket");
}

/* ---- one question ------------------------------------------------------------------------------------------------ */

static enum status push(struct client *client, struct err *err)
{
    while (client->sent < client->request.len) {
        ssize_t n = send(client->fd, client->request.data + client->sent, client->request.len - client->sent,
                         MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return STATUS_OK;
        if (n < 0)
            return err_set_errno(err, STATUS_IO, "sending");
        client->sent += (size_t)n;
    }
    return STATUS_OK;
}

static enum status ask(struct load *load, struct client *client, struct err *err)
{
    size_t which = ((size_t)load->options->first + load->asked++) % load->queries.count;
    buf_reset(&client->request);
    buf_reset(&client->answer);
    buf_addf(&client->request, "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", load->options->path,
             load->queries.entries[which].text, (int)load->options->port);
    client->sent = client->body_at = 0;
    TRY(buf_ok(&client->request, err));
    client->started = load->options->rate ? load->due : now_wall();
    client->busy = true;
    return push(client, err);
}

/* Looks for the end of the head and the length of the body; only answers with a Content-Length are understood. */
static enum status read_head(struct client *client, struct err *err)
{
    const char *head = buf_str(&client->answer), *end = strstr(head, "\r\n\r\n");
    if (!end)
        return STATUS_OK;
    for (const char *line = strstr(head, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "Content-Length:", 15) != 0)
            continue;
        client->body_len = strtoul(line + 17, NULL, 10);
        client->body_at = (size_t)(end - head) + 4;
        if (client->body_len > ANSWER_BYTES_MOST)
            return err_set(err, STATUS_LIMIT, "an answer of %zu bytes", client->body_len);
        return STATUS_OK;
    }
    return err_set(err, STATUS_SYNTAX, "an answer without Content-Length");
}

static enum status note(struct load *load, struct client *client, struct err *err)
{
    int code = atoi(client->answer.data + strlen("HTTP/1.1 "));
    double ms = 1e3 * (now_wall() - client->started);
    load->bytes += client->body_len;
    if (load->options->rate && code == 503) {
        load->refused++;
        return samples_add(&load->refused_times, ms, err);
    }
    bool late = load->options->rate && code == 504;
    load->answered += code == 200;
    load->late += late;
    load->failed += code != 200 && !late;
    return code == 200 || !load->options->rate ? samples_add(&load->times, ms, err) : STATUS_OK;
}

static enum status finish(struct load *load, struct client *client, struct err *err)
{
    client->busy = false;
    TRY(note(load, client, err));
    if (load->options->rate)
        return STATUS_OK; /* the next question comes when it is due */
    if (load->asked < (uint64_t)load->options->requests && now_wall() < load->until)
        return ask(load, client, err);
    close(client->fd);
    client->fd = -1;
    return STATUS_OK;
}

static enum status pull(struct load *load, struct client *client, struct err *err)
{
    for (;;) {
        if (!buf_reserve(&client->answer, READ_BYTES))
            return err_set(err, STATUS_NOMEM, "out of memory for an answer");
        ssize_t n = recv(client->fd, client->answer.data + client->answer.len, READ_BYTES, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return STATUS_OK;
        if (n <= 0)
            return n ? err_set_errno(err, STATUS_IO, "reading") : err_set(err, STATUS_IO, "the server hung up");
        client->answer.len += (size_t)n;
        client->answer.data[client->answer.len] = '\0';
        if (!client->body_at)
            TRY(read_head(client, err));
        if (client->body_at && client->answer.len >= client->body_at + client->body_len)
            return finish(load, client, err);
    }
}

/* ---- questions that come by themselves --------------------------------------------------------------------------- */

/* splitmix64: the time to the next question. */
static double draw_gap(struct load *load)
{
    uint64_t z = load->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    double share = ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
    return -log(share) / (double)load->options->rate;
}

/* Gives what is due to the clients that are free. */
static enum status ask_due(struct load *load, struct err *err)
{
    int64_t at = 0;
    while (load->due < load->until && load->due <= now_wall()) {
        while (at < load->options->clients && load->clients[at].busy)
            at++;
        if (at == load->options->clients)
            return STATUS_OK;
        TRY(ask(load, &load->clients[at], err));
        load->due += draw_gap(load);
    }
    return STATUS_OK;
}

/* Until something is due that a client is free for; at most STALL_MS. */
static struct timespec wait_time(const struct load *load, bool any_free)
{
    double wait = STALL_MS / 1e3;
    if (load->options->rate && any_free && load->due < load->until) {
        wait = load->due - now_wall();
        wait = wait < 0 ? 0 : wait;
    }
    return (struct timespec){(time_t)wait, (long)((wait - floor(wait)) * 1e9)};
}

/* ---- the loop ---------------------------------------------------------------------------------------------------- */

/* Waits for any client; *left: false when none asks any more. */
static enum status turn(struct load *load, bool *left, struct err *err)
{
    struct pollfd waiting[CLIENTS_MOST];
    struct client *who[CLIENTS_MOST];
    nfds_t count = 0;
    for (int64_t i = 0; i < load->options->clients; i++) {
        struct client *client = &load->clients[i];
        if (!client->busy)
            continue;
        short events = (short)(POLLIN | (client->sent < client->request.len ? POLLOUT : 0));
        waiting[count] = (struct pollfd){.fd = client->fd, .events = events};
        who[count++] = client;
    }
    bool more = load->options->rate && load->due < load->until;
    *left = count > 0 || more;
    if (!*left)
        return STATUS_OK;
    struct timespec wait = wait_time(load, (int64_t)count < load->options->clients);
    int ready = ppoll(waiting, count, &wait, NULL);
    if (ready == 0 && count > 0 && wait.tv_sec >= STALL_MS / 1000)
        return err_set(err, STATUS_TIMEOUT, "no answer for %d ms", STALL_MS);
    for (nfds_t i = 0; i < count && ready > 0; i++) {
        if (waiting[i].revents & POLLOUT)
            TRY(push(who[i], err));
        if (waiting[i].revents & ~POLLOUT)
            TRY(pull(load, who[i], err));
    }
    return load->options->rate ? ask_due(load, err) : STATUS_OK;
}

static void print_load(struct load *load, double seconds)
{
    uint64_t all = load->answered + load->refused + load->late + load->failed;
    metric_samples("http.ms", &load->times);
    metric("http.ms.max", samples_percentile(&load->times, 100));
    metric("http.requests", (double)load->answered);
    metric("http.failed", (double)load->failed);
    metric("http.per_s", (double)load->answered / seconds);
    metric("http.answer_bytes", all ? (double)load->bytes / (double)all : 0);
    if (!load->options->rate)
        return;
    metric("http.asked_per_s", (double)all / seconds);
    metric("http.refused_per_s", (double)load->refused / seconds);
    metric("http.late_per_s", (double)load->late / seconds);
    metric_samples("http.refused.ms", &load->refused_times);
}

static enum status run(struct load *load, struct err *err)
{
    bool left = true;
    TRY(query_file_read(&load->queries, load->options->queries, err));
    for (int64_t i = 0; i < load->options->clients; i++)
        TRY(connect_client(&load->clients[i], (int)load->options->port, err));
    double started = now_wall();
    load->until = started + (double)load->options->seconds;
    load->due = started;
    for (int64_t i = 0; !load->options->rate && i < load->options->clients; i++)
        TRY(ask(load, &load->clients[i], err));
    while (left)
        TRY(turn(load, &left, err));
    print_load(load, now_wall() - started);
    return load->failed ? err_set(err, STATUS_INTERNAL, "%llu answers were not as they should be",
                                  (unsigned long long)load->failed) : STATUS_OK;
}

static void load_release(struct load *load)
{
    for (int i = 0; i < CLIENTS_MOST; i++) {
        if (load->clients[i].fd >= 0)
            close(load->clients[i].fd);
        buf_release(&load->clients[i].request);
        buf_release(&load->clients[i].answer);
    }
    samples_release(&load->times);
    samples_release(&load->refused_times);
    query_file_release(&load->queries);
}

int main(int argc, char **argv)
{
    struct options options = {.path = "/api/v1/search", .clients = 1, .requests = 1000, .seconds = 10};
    const struct opt opts[] = {
        {"port", OPT_NUMBER, &options.port, 1, 65535, "N", "of the server on 127.0.0.1"},
        {"queries", OPT_TEXT, &options.queries, 0, 0, "FILE", "log of queries"},
        {"path", OPT_TEXT, &options.path, 0, 0, "PATH", "what is asked (/api/v1/search)"},
        {"clients", OPT_NUMBER, &options.clients, 1, CLIENTS_MOST, "N", "connections (1)"},
        {"requests", OPT_NUMBER, &options.requests, 1, 100000000, "N", "at most so many, of all clients (1000)"},
        {"rate", OPT_NUMBER, &options.rate, 0, 1000000, "N", "questions a second, whatever the answers; "
                                                          "0: a closed loop"},
        {"seconds", OPT_NUMBER, &options.seconds, 1, 3600, "N", "at most so long (10)"},
        {"first", OPT_NUMBER, &options.first, 0, 100000000, "N", "query to begin with (0)"},
    };
    enum { OPTS = sizeof opts / sizeof *opts };
    static struct load load;
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, OPTS, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands || !options.port || !options.queries) {
        struct buf help = BUF_INIT;
        opts_help(opts, OPTS, &help);
        fprintf(stderr, "http_load: %s\nhttp_load --port N --queries FILE\n%s", err.message, buf_str(&help));
        buf_release(&help);
        return EXIT_USAGE;
    }
    load.options = &options;
    for (int i = 0; i < CLIENTS_MOST; i++)
        load.clients[i].fd = -1;
    status = run(&load, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "http_load: %s\n", err.message);
    load_release(&load);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/query_file.c"
#include "tests/bench/measure/samples.c"
