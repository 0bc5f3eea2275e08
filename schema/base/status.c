#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum exit_code exit_code;
    int http;
} statuses[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", EXIT_OK, 200},
    [STATUS_NOMEM] = {"nomem", EXIT_FAILED, 503},
    [STATUS_IO] = {"io", EXIT_FAILED, 500},
    [STATUS_SYNTAX] = {"syntax", EXIT_FAILED, 400},
    [STATUS_INVALID] = {"invalid", EXIT_FAILED, 400},
    [STATUS_NOTFOUND] = {"notfound", EXIT_FAILED, 404},
    [STATUS_LIMIT] = {"limit", EXIT_FAILED, 400},
    [STATUS_TIMEOUT] = {"timeout", EXIT_FAILED, 504},
    [STATUS_STALE] = {"stale", EXIT_FAILED, 503},
    [STATUS_LOCKED] = {"locked", EXIT_LOCKED, 503},
    [STATUS_VERSION] = {"version", EXIT_SCHEMA, 503},
    [STATUS_CORRUPT] = {"corrupt", EXIT_FAILED, 500},
    [STATUS_INTERNAL] = {"internal", EXIT_FAILED, 500},
};

/* Messages carry foreign text: cut at a character boundary, one line. */
static void message_tidy(char *message)
{
    size_t len = strlen(message);
    if (len == ERR_MESSAGE_BYTES - 1) {
        size_t end = len;
        while (end > 0 && ((unsigned char)message[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)message[end - 1] >= 0xC0)
            end--;
        message[end] = '\0';
    }
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
}

/* Set while no thread runs, constant then. */
static const char *(*words_of)(const char *english);

void err_words_set(const char *(*words)(const char *english))
{
    words_of = words;
}

static const char *said(const char *english)
{
    return words_of ? words_of(english) : english;
}

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
    if (err && err->status == STATUS_OK) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->message, sizeof err->message, said(format), args);
        va_end(args);
        message_tidy(err->message);
        err->status = status;
    }
    return status;
}

enum status err_set_errno(struct err *err, enum status status, const char *format, ...)
{
    int saved = errno;
    if (err && err->status == STATUS_OK) {
        va_list args;
        va_start(args, format);
        int used = vsnprintf(err->message, sizeof err->message, said(format), args);
        va_end(args);
        char text[128];
        const char *words = said(strerror_r(saved, text, sizeof text));
        if (used >= 0 && (size_t)used < sizeof err->message)
            snprintf(err->message + used, sizeof err->message - (size_t)used, ": %s", words);
        message_tidy(err->message);
        err->status = status;
    }
    errno = saved;
    return status;
}

void err_prefix(struct err *err, const char *format, ...)
{
    if (!err || err->status == STATUS_OK)
        return;
    char old[ERR_MESSAGE_BYTES];
    memcpy(old, err->message, sizeof old);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof err->message)
        snprintf(err->message + used, sizeof err->message - (size_t)used, ": %s", old);
    message_tidy(err->message);
}

void err_reset(struct err *err)
{
    if (err) {
        err->status = STATUS_OK;
        err->message[0] = '\0';
    }
}

const char *status_name(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].name : "unknown";
}

enum exit_code status_exit_code(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].exit_code : EXIT_FAILED;
}

int status_http(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].http : 500;
}
