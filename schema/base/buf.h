/* A growable run of bytes, always followed by a zero byte.
 *
 * Appending never fails half-way from the caller's view: when memory runs out the buffer keeps what it had, remembers
 * the failure in `failed`, and ignores what follows; check buf_ok() once at the end (render code would otherwise be
 * half error handling). */
#ifndef OPASTIN_BASE_BUF_H
#define OPASTIN_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct buf {
    char *data; /* owned; NULL until the first append */
    size_t len;
    size_t cap;
    bool failed;
};

#define BUF_INIT {0}

void buf_release(struct buf *buf);
void buf_reset(struct buf *buf); /* empties, keeps the memory */
enum status buf_ok(const struct buf *buf, struct err *err) MUST_USE; /* STATUS_NOMEM after any failed append */

/* Makes room for n more bytes; false (and failed set) when there is no memory. */
bool buf_reserve(struct buf *buf, size_t n);

void buf_add_slowly(struct buf *buf, const void *data, size_t len); /* private: when there may be no room */

/* In the header, because answers are made of thousands of short pieces whose length the compiler knows. */
static inline void buf_add(struct buf *buf, const void *data, size_t len)
{
    if (buf->failed || len >= buf->cap - buf->len) { /* cap > len, or both are 0 */
        buf_add_slowly(buf, data, len);
        return;
    }
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

static inline void buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

static inline void buf_addc(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_addu(struct buf *buf, uint64_t number);

/* "text" as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void buf_add_json(struct buf *buf, const char *text, size_t len);
/* The same without the quotes. */
void buf_add_json_part(struct buf *buf, const char *text, size_t len);
/* Percent-encoded (RFC 3986), but for letters and digits of ASCII, "-_.~" and what `plain` names. */
void buf_add_percent(struct buf *buf, const char *text, size_t len, const char *plain);
/* A finite number with at most `decimals` (0..6) decimals, trailing zeros cut, point as in JSON. */
void buf_add_number(struct buf *buf, double number, int decimals);

/* Appends a whole regular file of at most `most` bytes. STATUS_NOTFOUND, STATUS_IO, STATUS_LIMIT, STATUS_NOMEM. */
enum status buf_read_file(struct buf *buf, const char *path, size_t most, struct err *err) MUST_USE;

const char *buf_str(const struct buf *buf); /* never NULL */

#ifdef __cplusplus
}
#endif
#endif
