/* Errors that people report from an item's page: taken, cleaned, stored for the maintainer's report.
 *
 * What is stored: the record's id, the kind, the text without what looks personal (personal.h), the day.  Never an
 * address or a time of day.  One line is appended to DIR/error-reports.jsonl (heard.h) for each; beyond HEARD_REPORTS
 * the oldest go.
 *
 * Against floods there is a token bucket for each sender and one for all.  A sender is a keyed hash of an address
 * (http_admission_slot()), known in memory only and for as long as its bucket is not full again; senders that share a
 * hash share a bucket.
 *
 * Any thread may add a report; a mutex guards the buckets and the file's end.  Reports are rare, adding one is a few
 * microseconds, and who reported is told whether it is stored, so it cannot wait for another thread. */
#ifndef OPASTIN_SEARCHD_ERROR_REPORTS_H
#define OPASTIN_SEARCHD_ERROR_REPORTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "heard.h"

enum {
    ERROR_REPORTS_BURST = 5,             /* of one sender at once; then */
    ERROR_REPORTS_EACH_MS = 10 * 60 * 1000, /* one in so long */
    ERROR_REPORTS_ALL_BURST = 100,       /* of all senders together */
    ERROR_REPORTS_ALL_EACH_MS = 30 * 1000,
    ERROR_REPORTS_SENDERS = 1 << 10,     /* buckets; a hundred senders an hour seldom share one */
};

struct error_reports;

/* Makes the folder when it is absent. STATUS_IO, STATUS_NOMEM. */
enum status error_reports_open(struct error_reports **result, const char *dir, struct err *err) MUST_USE;
void error_reports_free(struct error_reports *reports);

/* What a page was sent; the page has made sure that there is such a record. */
struct error_report {
    const char *id;
    size_t id_len;
    enum heard_kind kind;
    const char *text; /* any bytes */
    size_t text_len;
    uint32_t sender;
    int64_t now_us;   /* monotonic */
    int32_t day;
};

/* Stores a report.  STATUS_INVALID: the text is longer than HEARD_TEXT_CHARS, or is empty and the kind is HEARD_OTHER,
 * or the id is none; STATUS_LIMIT: too many, of this sender or of all, or the file is full: 429; STATUS_IO,
 * STATUS_NOMEM. */
enum status error_report_add(struct error_reports *reports, const struct error_report *report,
                             struct err *err) MUST_USE;

/* Cuts off the oldest when there are too many; by the thread that keeps house. STATUS_IO, STATUS_NOMEM. */
enum status error_reports_tidy(struct error_reports *reports, struct err *err) MUST_USE;

/* The text as it is stored: one line, blanks joined, no control characters, nothing personal, at most HEARD_TEXT_CHARS
 * characters of UTF-8. */
void error_report_clean(const char *text, size_t len, struct buf *out);

#endif
