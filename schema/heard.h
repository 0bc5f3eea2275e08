/* What the daemon heard from those who search, for the maintainer's report: words that found nothing, and errors that
 * were reported.  The daemon writes both into its state folder, the indexer reads them there.
 *
 *   zero-hits.json      {"format":1,"least":3,"words":[{"word":"luistelu","count":7,"days":{"2026-11-20":4, …}}, …]}
 *                       most frequent first, then by the word's bytes; replaced as a whole
 *   error-reports.jsonl {"day":"2026-11-20","id":"mikkeli-lukupiiri","kind":"closed","text":"…"}
 *                       oldest first; lines are added at its end, so the last one may be torn
 *
 * Neither holds a query, an address, a time of day or anything else about who asked: docs/operations.md. */
#ifndef OPASTIN_HEARD_H
#define OPASTIN_HEARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

#define HEARD_WORDS_FILE "zero-hits.json"
#define HEARD_REPORTS_FILE "error-reports.jsonl"

enum {
    HEARD_FORMAT = 1,
    HEARD_LEAST = 3,        /* occurrences; what was asked less often is never written */
    HEARD_DAYS = 90,        /* that words are kept */
    HEARD_WORDS = 1000,     /* distinct ones */
    HEARD_WORD_BYTES = 64,  /* of a word, with its zero */
    HEARD_REPORTS = 10000,  /* kept; the oldest go */
    HEARD_REPORTS_OVER = 1000, /* that may be there beyond, until they are cut off */
    HEARD_TEXT_CHARS = 500, /* of a report's text */
    HEARD_ID_BYTES = 200,
    HEARD_FILE_MODE = 0640, /* of both files: what people typed is not for every user of the machine */
    HEARD_WORDS_FILE_BYTES = 8 << 20, /* larger files are not read */
    HEARD_REPORTS_FILE_BYTES = 48 << 20,
};

struct heard_day {
    int32_t day; /* days since 1970-01-01 in Finland */
    uint32_t count; /* HEARD_LEAST or more */
};

struct heard_word {
    const char *word;
    uint64_t count; /* sum of the days */
    const struct heard_day *days; /* ascending */
    size_t day_count;
};

enum heard_kind { HEARD_CLOSED, HEARD_WRONG_TIME, HEARD_WRONG_CONTACT, HEARD_OTHER, HEARD_KINDS };
const char *heard_kind_name(enum heard_kind kind); /* "wrong-time" */
int heard_kind_find(const char *name, size_t len); /* -1: none */

struct heard_report {
    int32_t day;
    const char *id; /* of the record */
    enum heard_kind kind;
    const char *text; /* "" when nothing was said */
};

/* The file from the words, as they are given. */
void heard_words_json(const struct heard_word *words, size_t count, struct buf *out);
/* Appends a report's line. */
void heard_report_line(const struct heard_report *report, struct buf *out);

/* From the folder, all in the arena; a file that is not there holds nothing.  What a file of this format cannot hold
 * (a count below HEARD_LEAST, a word too long) is passed over.  STATUS_CORRUPT: it is no such file; STATUS_LIMIT: it is
 * too large; STATUS_IO, STATUS_NOMEM. */
enum status heard_words_read(const char *dir, struct arena *arena, struct heard_word **words, size_t *count,
                             struct err *err) MUST_USE;
/* Lines that are none are counted in *unreadable. */
enum status heard_reports_read(const char *dir, struct arena *arena, struct heard_report **reports, size_t *count,
                               size_t *unreadable, struct err *err) MUST_USE;

/* Replaces DIR/name by the bytes: aside, synced, renamed. STATUS_IO, STATUS_NOMEM. */
enum status heard_replace(const char *dir, const char *name, const struct buf *data, struct err *err) MUST_USE;

#endif
