#include "searchd/item_report.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "calendar.h"

/* One line of JSON in one write, so that two threads do not mix theirs. */
static enum status append(int fd, const struct buf *line, struct err *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0)
        return err_set_errno(err, STATUS_IO, "the reports of errors cannot be looked at");
    if (size + (off_t)line->len > ITEM_REPORTS_BYTES)
        return err_set(err, STATUS_LIMIT, "there are %d bytes of reports of errors already", ITEM_REPORTS_BYTES);
    if (write(fd, line->data, line->len) != (ssize_t)line->len)
        return err_set_errno(err, STATUS_IO, "a report of an error cannot be written");
    return STATUS_OK;
}

enum status item_report_keep(const char *dir, const struct item_report *report, struct err *err)
{
    struct buf path = BUF_INIT, line = BUF_INIT;
    char day[CALENDAR_DATE_BYTES];
    day_format(report->day, day);
    buf_addf(&path, "%s/error-reports.jsonl", dir);
    buf_addf(&line, "{\"day\":\"%s\",\"id\":", day);
    buf_add_json(&line, report->id, strlen(report->id));
    buf_addf(&line, ",\"kind\":\"%s\",\"text\":", report->kind);
    buf_add_json(&line, report->text, strlen(report->text));
    buf_adds(&line, "}\n");
    enum status status = buf_ok(&line, err);
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    int fd = status == STATUS_OK ? open(path.data, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640) : -1;
    if (status == STATUS_OK && fd < 0)
        status = err_set_errno(err, STATUS_IO, "%s cannot be opened", path.data);
    if (status == STATUS_OK)
        status = append(fd, &line, err);
    if (fd >= 0)
        close(fd);
    buf_release(&path);
    buf_release(&line);
    return status;
}
