#include "base/buf.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void buf_release(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf)BUF_INIT;
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

enum status buf_ok(const struct buf *buf, struct err *err)
{
    return buf->failed ? err_set(err, STATUS_NOMEM, "out of memory after %zu bytes of output", buf->len) : STATUS_OK;
}

bool buf_reserve(struct buf *buf, size_t n)
{
    if (buf->failed)
        return false;
    if (n < buf->cap && buf->len < buf->cap - n)
        return true;
    size_t need = buf->len + n + 1;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need && cap < SIZE_MAX / 2)
        cap *= 2;
    char *data = need < n || cap < need ? NULL : realloc(buf->data, cap);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void buf_add_slowly(struct buf *buf, const void *data, size_t len)
{
    if (!buf_reserve(buf, len))
        return;
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0 && buf_reserve(buf, (size_t)len)) {
        vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void buf_addu(struct buf *buf, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    buf_add(buf, digits + at, sizeof digits - at);
}

void buf_add_percent(struct buf *buf, const char *text, size_t len, const char *plain)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i], lower = c | 32;
        if ((c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || (c && (strchr("-_.~", c) || strchr(plain, c))))
            buf_addc(buf, (char)c);
        else
            buf_add(buf, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

void buf_add_json_part(struct buf *buf, const char *text, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    size_t plain = 0; /* start of the run that needs no escape */
    size_t at = 0;
    while (at < len) {
        unsigned char c = (unsigned char)text[at];
        if (c >= 0x20 && c != '"' && c != '\\' && c < 0x7F) {
            at++;
            continue;
        }
        if (c == 0xC3 && at + 1 < len && ((unsigned char)text[at + 1] & 0xC0) == 0x80) { /* ä, ö: most of the others */
            at += 2;
            continue;
        }
        size_t step = 1;
        if (c >= 0x80 && (step = utf8_length(text + at, len - at)) > 0) {
            at += step;
            continue;
        }
        buf_add(buf, text + plain, at - plain);
        switch (c) {
        case '"': buf_adds(buf, "\\\""); break;
        case '\\': buf_adds(buf, "\\\\"); break;
        case '\n': buf_adds(buf, "\\n"); break;
        case '\t': buf_adds(buf, "\\t"); break;
        case '\r': buf_adds(buf, "\\r"); break;
        default:
            if (c >= 0x80) {
                buf_adds(buf, "\xEF\xBF\xBD");
            } else {
                char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
                buf_add(buf, escape, sizeof escape);
            }
        }
        at++;
        plain = at;
    }
    buf_add(buf, text + plain, at - plain);
}

void buf_add_json(struct buf *buf, const char *text, size_t len)
{
    buf_addc(buf, '"');
    buf_add_json_part(buf, text, len);
    buf_addc(buf, '"');
}

void buf_add_number(struct buf *buf, double number, int decimals)
{
    if (!isfinite(number)) {
        buf_adds(buf, "null");
        return;
    }
    char text[360];
    int len = snprintf(text, sizeof text, "%.*f", decimals, number);
    if (len <= 0 || (size_t)len >= sizeof text)
        return;
    if (decimals > 0) {
        while (text[len - 1] == '0')
            len--;
        if (text[len - 1] == '.')
            len--;
    }
    if (len == 2 && text[0] == '-' && text[1] == '0')
        buf_addc(buf, '0');
    else
        buf_add(buf, text, (size_t)len);
}

const char *buf_str(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

enum status buf_read_file(struct buf *buf, const char *path, size_t most, struct err *err)
{
    size_t before = buf->len, got = 1;
    FILE *file = fopen(path, "re");
    if (!file)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s", path);
    while (got && buf->len - before <= most && buf_reserve(buf, 16384)) {
        got = fread(buf->data + buf->len, 1, 16384, file);
        buf->len += got;
        buf->data[buf->len] = '\0';
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return err_set(err, STATUS_IO, "%s: cannot be read", path);
    if (buf->len - before > most)
        return err_set(err, STATUS_LIMIT, "%s: more than %zu bytes", path, most);
    return buf_ok(buf, err);
}
