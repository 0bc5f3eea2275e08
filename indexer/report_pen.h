/* Words, numbers, days and foreign text written into a page or a plain text in the report's language.  Whatever comes
 * from outside goes through pen_text() or the arguments of pen_say(): bytes that are no UTF-8, control characters and
 * marks that turn the direction of text never reach the output, and in a page < > & " ' are escaped. */
#ifndef OPASTIN_INDEXER_REPORT_PEN_H
#define OPASTIN_INDEXER_REPORT_PEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "indexer/report_words.h"

struct pen {
    struct buf *out;
    enum report_lang lang;
    bool html; /* else plain text */
};
struct pen pen_of(const struct report *report, struct buf *out, bool html);

void pen_raw(struct pen *pen, const char *markup); /* ours, as it is */
void pen_text(struct pen *pen, const char *text);
/* Arguments for {0}, {1} …, ended by NULL. */
void pen_say(struct pen *pen, enum word word, ...) __attribute__((sentinel));
/* The word for one or for many, with the number as {0}. */
void pen_count(struct pen *pen, enum word one, uint64_t count);

/* Something short, ready to be an argument. */
struct shown {
    char text[80];
};
struct shown show_number(const struct pen *pen, uint64_t number);           /* 31 204 | 31,204 */
struct shown show_decimal(const struct pen *pen, double number, int decimals); /* 2,5 | 2.5; – when not a number */
struct shown show_percent(const struct pen *pen, double percent);           /* 2,5 % | 2.5% */
struct shown show_limit(const struct pen *pen, double limit);               /* 20 | 2,5 */
struct shown show_time(const struct pen *pen, int64_t instant);             /* 22.11.2026 klo 2.30, in Finnish time */
struct shown show_duration(const struct pen *pen, double seconds);          /* 4 min 12 s */
struct shown show_count(const struct pen *pen, enum word one, uint64_t count);

void pen_number(struct pen *pen, uint64_t number);
void pen_percent(struct pen *pen, double percent);

enum word word_of_quality(enum quality quality);
enum word word_of_freshness(enum freshness freshness);
enum word word_of_guard(enum guard guard);
enum word word_of_taken(enum report_taken taken);
enum word word_of_verdict(enum report_verdict verdict); /* W_IS_PUBLISHED … */

/* What a guard saw, in one sentence. */
void pen_guard(struct pen *pen, const struct report_guard *guard);
/* Names of the sources that were stopped: "ptv" or "ptv (+2)". */
void pen_stopped(struct pen *pen, const struct report *report);

/* 2026-11-22T00:30:00Z; calendar years 1 to 9999, what is outside is shown as the nearest. */
struct shown show_utc(int64_t instant);
/* The other way; false when it is not exactly of that form. */
bool utc_parse(const char *text, int64_t *instant);

#endif
