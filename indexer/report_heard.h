/* What people asked and reported (heard.h), in a report: how much, the first few, and all of it as lists. */
#ifndef OPASTIN_INDEXER_REPORT_HEARD_H
#define OPASTIN_INDEXER_REPORT_HEARD_H

#include "base/status.h"
#include "indexer/report_pen.h"

/* Reads the state folder of the settings, if there is one, and writes both lists.  What cannot be read is said in the
 * report, not a failure.  STATUS_IO, STATUS_NOMEM. */
enum status heard_take(struct report *report, struct err *err) MUST_USE;

/* What all renderings show: the most frequent words and the newest reports. */
size_t heard_words_shown(const struct report *report);
/* The nth newest. */
const struct heard_report *heard_newest(const struct report *report, size_t n);
size_t heard_errors_shown(const struct report *report);

/* 22.11.2026 | 2026-11-22 */
struct shown show_day(const struct pen *pen, int32_t day);
enum word word_of_heard(enum heard_kind kind);

/* A section of the page; nothing without a state folder. */
void html_heard(struct pen *pen, const struct report *report, bool for_mail);

#endif
