#include "searchd/error_reports.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/utf8.h"
#include "searchd/personal.h"

/* Tokens as the time that it would have been full at: full when that is past. */
struct bucket {
    int64_t full_at_us;
};

struct error_reports {
    pthread_mutex_t lock;
    char *dir, *path;
    size_t rows;
    struct bucket all, senders[ERROR_REPORTS_SENDERS];
};

/* ---- the text --------------------------------------------------------------------------------------------------- */

/* Control characters, blanks of all kinds and marks that turn the direction of text become one blank. */
static bool is_space(uint32_t c)
{
    return c <= ' ' || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

static void add_line(const char *text, size_t len, struct buf *out)
{
    bool space = false;
    for (size_t i = 0, step; i < len; i += step) {
        char bytes[4];
        uint32_t c = utf8_decode(text + i, len - i, &step);
        if (is_space(c)) {
            space = out->len > 0;
            continue;
        }
        if (space)
            buf_addc(out, ' ');
        space = false;
        buf_add(out, bytes, utf8_encode(c, bytes));
    }
}

static size_t bytes_of_chars(const char *text, size_t len, size_t chars)
{
    size_t at = 0, step;
    for (; chars && at < len; chars--, at += step)
        utf8_decode(text + at, len - at, &step);
    return at;
}

void error_report_clean(const char *text, size_t len, struct buf *out)
{
    struct buf line = BUF_INIT, cleaned = BUF_INIT;
    add_line(text, len, &line);
    personal_remove(buf_str(&line), line.len, &cleaned);
    buf_add(out, buf_str(&cleaned), bytes_of_chars(buf_str(&cleaned), cleaned.len, HEARD_TEXT_CHARS));
    out->failed |= line.failed || cleaned.failed;
    buf_release(&line);
    buf_release(&cleaned);
}

/* ---- the buckets ------------------------------------------------------------------------------------------------ */

static bool has_token(const struct bucket *bucket, int burst, int each_ms, int64_t now_us)
{
    return bucket->full_at_us - now_us <= (int64_t)(burst - 1) * each_ms * 1000;
}

static void spend(struct bucket *bucket, int each_ms, int64_t now_us)
{
    if (bucket->full_at_us < now_us)
        bucket->full_at_us = now_us;
    bucket->full_at_us += (int64_t)each_ms * 1000;
}

static enum status admit(struct error_reports *r, const struct error_report *report, struct err *err)
{
    struct bucket *sender = &r->senders[report->sender % ERROR_REPORTS_SENDERS];
    if (!has_token(sender, ERROR_REPORTS_BURST, ERROR_REPORTS_EACH_MS, report->now_us))
        return err_set(err, STATUS_LIMIT, "too many reports came from this address; try again later");
    if (!has_token(&r->all, ERROR_REPORTS_ALL_BURST, ERROR_REPORTS_ALL_EACH_MS, report->now_us))
        return err_set(err, STATUS_LIMIT, "too many reports came in; try again later");
    if (r->rows >= HEARD_REPORTS + HEARD_REPORTS_OVER)
        return err_set(err, STATUS_LIMIT, "the store of reports is full");
    spend(sender, ERROR_REPORTS_EACH_MS, report->now_us);
    spend(&r->all, ERROR_REPORTS_ALL_EACH_MS, report->now_us);
    return STATUS_OK;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

/* In one write; what of it a full disk took is taken back.  A line that was torn before, or written by hand without its
 * end, is ended first: only that one is lost. */
static enum status put_line(const struct error_reports *r, int fd, const struct buf *line, struct err *err)
{
    struct stat about;
    char last = '\n';
    if (fstat(fd, &about) != 0 || (about.st_size > 0 && pread(fd, &last, 1, about.st_size - 1) != 1))
        return err_set_errno(err, STATUS_IO, "%s: cannot read", r->path);
    size_t end = last != '\n';
    struct iovec parts[2] = {{(char[]){'\n'}, end}, {line->data, line->len}};
    ssize_t put = writev(fd, parts, 2);
    if (put == (ssize_t)(end + line->len))
        return STATUS_OK;
    enum status status = err_set(err, STATUS_IO, "%s: cannot write: %s", r->path,
                                 put < 0 ? strerror(errno) : "there is no room for all of it");
    return put > 0 && ftruncate(fd, about.st_size) != 0 ? err_set_errno(err, STATUS_IO, "%s: cannot cut", r->path)
                                                        : status;
}

static enum status append(struct error_reports *r, const struct buf *line, struct err *err)
{
    int fd = open(r->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, HEARD_FILE_MODE);
    if (fd < 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot open", r->path);
    enum status status = put_line(r, fd, line, err);
    close(fd);
    return status;
}

enum status error_report_add(struct error_reports *r, const struct error_report *report, struct err *err)
{
    struct buf text = BUF_INIT, line = BUF_INIT;
    char id[HEARD_ID_BYTES + 1];
    if (!report->id_len || report->id_len > HEARD_ID_BYTES || memchr(report->id, '\0', report->id_len) ||
        utf8_check(report->id, report->id_len) != report->id_len)
        return err_set(err, STATUS_INVALID, "the report names no record");
    if ((unsigned)report->kind >= HEARD_KINDS)
        return err_set(err, STATUS_INVALID, "the report is of no known kind");
    if (bytes_of_chars(report->text, report->text_len, HEARD_TEXT_CHARS) < report->text_len)
        return err_set(err, STATUS_INVALID, "the text is longer than %d characters", HEARD_TEXT_CHARS);
    memcpy(id, report->id, report->id_len);
    id[report->id_len] = '\0';
    error_report_clean(report->text, report->text_len, &text);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK && report->kind == HEARD_OTHER && !text.len)
        status = err_set(err, STATUS_INVALID, "the report says nothing");
    const struct heard_report row = {report->day, id, report->kind, buf_str(&text)};
    heard_report_line(&row, &line);
    if (status == STATUS_OK)
        status = buf_ok(&line, err);
    if (status == STATUS_OK) {
        pthread_mutex_lock(&r->lock);
        status = admit(r, report, err);
        if (status == STATUS_OK)
            status = append(r, &line, err);
        r->rows += status == STATUS_OK;
        pthread_mutex_unlock(&r->lock);
    }
    buf_release(&text);
    buf_release(&line);
    return status;
}

/* The newest HEARD_REPORTS of the file; what is no report goes as well. */
static enum status cut(struct error_reports *r, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct buf text = BUF_INIT;
    struct heard_report *list;
    size_t count, unreadable;
    enum status status = heard_reports_read(r->dir, &arena, &list, &count, &unreadable, err);
    size_t from = status == STATUS_OK && count > HEARD_REPORTS ? count - HEARD_REPORTS : 0;
    for (size_t i = from; status == STATUS_OK && i < count; i++)
        heard_report_line(&list[i], &text);
    if (status == STATUS_OK && (from || unreadable))
        status = heard_replace(r->dir, HEARD_REPORTS_FILE, &text, err);
    if (status == STATUS_OK)
        r->rows = count - from;
    buf_release(&text);
    arena_release(&arena);
    return status;
}

enum status error_reports_tidy(struct error_reports *r, struct err *err)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&r->lock); /* so that nothing is appended to the file that goes; 60 ms for 10,000 */
    if (r->rows > HEARD_REPORTS)
        status = cut(r, err);
    pthread_mutex_unlock(&r->lock);
    return status;
}

enum status error_reports_open(struct error_reports **result, const char *dir, struct err *err)
{
    struct buf path = BUF_INIT;
    TRY(folder_make(dir, err));
    struct error_reports *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(err, STATUS_NOMEM, "out of memory for reports of errors");
    pthread_mutex_init(&r->lock, NULL);
    buf_addf(&path, "%s/%s", dir, HEARD_REPORTS_FILE);
    r->dir = strdup(dir);
    r->path = strdup(buf_str(&path));
    enum status status = buf_ok(&path, err);
    if (status == STATUS_OK && (!r->dir || !r->path))
        status = err_set(err, STATUS_NOMEM, "out of memory for reports of errors");
    if (status == STATUS_OK)
        status = cut(r, err);
    buf_release(&path);
    if (status != STATUS_OK) {
        error_reports_free(r);
        return status;
    }
    *result = r;
    return STATUS_OK;
}

void error_reports_free(struct error_reports *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r->dir);
    free(r->path);
    free(r);
}
