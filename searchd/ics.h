/* When something takes place, as an iCalendar file (RFC 5545) for the client's calendar.
 *
 * Each schedule that names weekdays is one VEVENT from its first day on or after today: weekly and every n weeks by
 * FREQ=WEEKLY with weeks from Monday, the nth weekday of a month by FREQ=MONTHLY, both in Finnish local time with the
 * VTIMEZONE beside them, bounded by valid_to and the record's end; each day of its breaks is an EXDATE.  A record
 * without such a schedule is one VEVENT from start to end.  What has no time of day is a whole day.  The days are those
 * that occurrence_next() (calendar.h) finds.
 *
 * The same record, language and days give the same bytes: there is no clock here.  UIDs are made of the record's id and
 * the place of the schedule in it, so a calendar that takes the file again replaces what it had. */
#ifndef OPASTIN_SEARCHD_ICS_H
#define OPASTIN_SEARCHD_ICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "record.h"
#include "stored.h"
#include "vocab/vocab.h"

#define ICS_CONTENT_TYPE "text/calendar; charset=utf-8"

enum {
    ICS_LINE_BYTES = 75, /* RFC 5545, 3.1: of a line without its CRLF */
    /* Breaks are written out day by day for so many days; a rule whose breaks reach further ends there. */
    ICS_AHEAD_DAYS = 400,
};

struct ics_options {
    enum ui_lang lang;     /* of the texts, where the record has it */
    int32_t today_day;     /* what was before is left out */
    int32_t generated_day; /* DTSTAMP of a record that does not say when it was modified: the generation's day */
    const char *url;       /* of the record's page; NULL: none */
};

/* Appends the file.  STATUS_NOTFOUND: nothing takes place from today on, as occurrence_next() would say; STATUS_NOMEM.
 * On failure out is as it was. */
enum status ics_write(const struct record *record, const struct ics_options *options, struct buf *out,
                      struct err *err) MUST_USE;
/* The same of a stored record, which is read into the arena.  STATUS_CORRUPT. */
enum status ics_write_stored(const struct stored *stored, const struct ics_options *options, struct arena *arena,
                             struct buf *out, struct err *err) MUST_USE;

/* A calendar of several records: its head with its name, the events of each record, its end.  A record of which nothing
 * takes place any more, or that has ended, is STATUS_NOTFOUND and adds nothing. */
enum status ics_begin(const char *name, struct buf *out, struct err *err) MUST_USE;
enum status ics_add_stored(const struct stored *stored, const struct ics_options *options, struct arena *arena,
                           struct buf *out, struct err *err) MUST_USE;
enum status ics_end(struct buf *out, struct err *err) MUST_USE;

/* Appends one content line, folded so that no line is longer than ICS_LINE_BYTES and no character is cut. */
void ics_add_line(struct buf *out, const char *line, size_t len);
/* Appends a value of type TEXT (RFC 5545, 3.3.11), not folded; control characters but the newline are left out, what is
 * no UTF-8 becomes U+FFFD. */
void ics_add_text(struct buf *out, const char *text, size_t len);

#endif
