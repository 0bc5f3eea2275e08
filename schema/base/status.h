/* Status codes and error messages.
 *
 * A status tells the program what happened; the message in struct err tells a person what, where, which value and
 * what was allowed.  Every fallible function returns enum status and takes struct err *err as its last argument
 * (NULL: the caller does not want the words).  The first error wins: setting an error that is already set keeps the
 * earlier message, because the first failure is the cause and the rest are consequences. */
#ifndef OPASTIN_BASE_STATUS_H
#define OPASTIN_BASE_STATUS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum status {
    STATUS_OK,
    STATUS_NOMEM,    /* an allocation failed */
    STATUS_IO,       /* the operating system refused: file, disk, socket */
    STATUS_SYNTAX,   /* input that is not of its format at all */
    STATUS_INVALID,  /* well-formed input with a value that is not allowed */
    STATUS_NOTFOUND, /* what was asked for is not there */
    STATUS_LIMIT,    /* a named limit was reached */
    STATUS_TIMEOUT,  /* the deadline passed */
    STATUS_STALE,    /* the index moved on; open it again */
    STATUS_LOCKED,   /* another process holds the lock */
    STATUS_VERSION,  /* an index of another schema or analyser */
    STATUS_CORRUPT,  /* stored data that cannot be right */
    STATUS_INTERNAL, /* our own mistake, or a library's */
    STATUS_COUNT
};

enum { ERR_MESSAGE_BYTES = 512 };

struct err {
    enum status status;              /* STATUS_OK while nothing is set */
    char message[ERR_MESSAGE_BYTES]; /* valid UTF-8, no newline */
};

#define MUST_USE __attribute__((warn_unused_result))

/* Sets *err (if not NULL and not yet set) and returns status, so that a failing function can end with
 * `return err_set(err, STATUS_INVALID, ...)`. */
enum status err_set(struct err *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, followed by ": " and the text of errno. */
enum status err_set_errno(struct err *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Another language for messages: gives what stands in place of a format of err_set(), err_set_errno() or of the text of
 * an errno, with the same arguments; NULL: English.  While no thread runs. */
void err_words_set(const char *(*words)(const char *english));

/* Puts "prefix: " before the message that is set; no-op when none is. */
void err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_reset(struct err *err);

/* Lower-case English name, "invalid"; never NULL. */
const char *status_name(enum status status);

/* Exit codes of both programs: 0 ok, 1 failed, 2 usage, 3 records rejected, 4 refused by a guard, 5 locked,
 * 6 index of another schema. */
enum exit_code { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_REJECTED, EXIT_REFUSED, EXIT_LOCKED, EXIT_SCHEMA };
enum exit_code status_exit_code(enum status status);

/* HTTP status code of a failed request. */
int status_http(enum status status);

/* The only control-flow macro of the house: leave the function with the status of a failed call. */
#define TRY(call)                                \
    do {                                         \
        enum status try_status_ = (call);        \
        if (try_status_ != STATUS_OK)            \
            return try_status_;                  \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
