/* A record as linked data in the words of schema.org (JSON-LD 1.1), for the page of the record.
 *
 * An event is an Event; an activity or a voluntary task is a Service and, when it has a timetable or dates, an Event
 * about that Service, whose eventSchedule says when; an organisation is an Organization, a place a Place.  The other
 * kinds have none.  Nobody is named: of contacts the telephone and the address of mail are told. */
#ifndef OPASTIN_SEARCHD_LINKED_H
#define OPASTIN_SEARCHD_LINKED_H

#include <stdint.h>

#include "base/buf.h"
#include "record.h"
#include "vocab/vocab.h"

enum {
    LINKED_EXCEPTS = 60,    /* days of a timetable's breaks that are told */
    LINKED_AHEAD_DAYS = 400, /* they are looked for */
    LINKED_AGE_ALL = 120,    /* up to this age is everybody */
};

struct linked_options {
    enum ui_lang lang;  /* of the texts, where the record has it */
    int32_t today_day;
    const char *origin; /* "https://opastin.example.org" */
};

/* Appends one JSON object that holds no <, > and &, so that it may stand in a script element as it is; nothing for a
 * record that has none.  Check buf_ok(). */
void linked_write(const struct record *record, const struct linked_options *options, struct buf *out);

#endif
