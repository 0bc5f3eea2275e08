/* How long a server takes from exec to its first "ready".
 *
 *   startup --port 8080 --times 5 -- opastin-searchd --index DIR --port 8080
 *
 * Starts the command, asks GET /readyz on 127.0.0.1 until the answer is 200, ends it with SIGTERM, and waits for it. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/opts.h"
#include "tests/bench/measure/samples.h"

enum { GIVE_UP_S = 60, BETWEEN_US = 500 };

/* True when the server says that it is ready. */
static bool ready(int port)
{
    static const char question[] = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = 5};
    char answer[64] = "";
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool good = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
                send(fd, question, sizeof question - 1, MSG_NOSIGNAL) == (ssize_t)sizeof question - 1 &&
                recv(fd, answer, sizeof answer - 1, 0) > 12 && strncmp(answer + 9, "200", 3) == 0;
    close(fd);
    return good;
}

static enum status start(char **command, pid_t *child, struct err *err)
{
    *child = fork();
    if (*child < 0)
        return err_set_errno(err, STATUS_IO, "fork");
    if (*child > 0)
        return STATUS_OK;
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
    execvp(command[0], command);
    _exit(127);
}

static enum status wait_ready(int port, pid_t child, double started, struct err *err)
{
    const struct timespec between = {.tv_nsec = BETWEEN_US * 1000};
    while (!ready(port)) {
        if (waitpid(child, NULL, WNOHANG) == child)
            return err_set(err, STATUS_INTERNAL, "the server ended before it was ready");
        if (now_wall() - started > GIVE_UP_S)
            return err_set(err, STATUS_TIMEOUT, "not ready after %d s", GIVE_UP_S);
        nanosleep(&between, NULL);
    }
    return STATUS_OK;
}

static enum status once(char **command, int port, struct samples *times, struct err *err)
{
    pid_t child;
    double started = now_wall();
    TRY(start(command, &child, err));
    enum status status = wait_ready(port, child, started, err);
    double ms = 1e3 * (now_wall() - started);
    if (err->status != STATUS_INTERNAL) {
        kill(child, SIGTERM);
        waitpid(child, NULL, 0);
    }
    TRY(status);
    return samples_add(times, ms, err);
}

int main(int argc, char **argv)
{
    int64_t port = 0, times = 5;
    const struct opt opts[] = {
        {"port", OPT_NUMBER, &port, 1, 65535, "N", "that the command listens on"},
        {"times", OPT_NUMBER, &times, 1, 100, "N", "how often to start it (5)"},
    };
    struct samples samples = {0};
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, 2, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands == 0 || port == 0) {
        fprintf(stderr, "startup: %s\nstartup --port N [--times N] -- COMMAND...\n", err.message);
        return EXIT_USAGE;
    }
    argv[1 + operands] = NULL;
    if (ready((int)port))
        status = err_set(&err, STATUS_INVALID, "something answers on port %d already", (int)port);
    for (int64_t i = 0; i < times && status == STATUS_OK; i++)
        status = once(argv + 1, (int)port, &samples, &err);
    if (status == STATUS_OK)
        metric("startup_ms", samples_percentile(&samples, 50));
    else
        fprintf(stderr, "startup: %s\n", err.message);
    samples_release(&samples);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/samples.c"
