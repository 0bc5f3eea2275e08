/* What looks like personal data in a text that somebody typed: Finnish identity numbers, e-mail addresses, phone and
 * other long numbers.
 *
 * It errs on the side of finding too much, but a date, a time of day and a postal code are none: "24.12.2026",
 * "klo 10.00-12.00", "50100 Mikkeli" stay, because reports of wrong times are full of them.  Names of people are not
 * found: nothing here knows one from a word. */
#ifndef OPASTIN_SEARCHD_PERSONAL_H
#define OPASTIN_SEARCHD_PERSONAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
    PERSONAL_DIGITS = 6, /* so many in one number are personal */
};
#define PERSONAL_REMOVED "[poistettu]"

struct personal_range {
    size_t from, to; /* bytes from <= i < to of the text; no character is cut */
};

/* The first range that begins at `at` or behind it; false when there is none.  Ranges do not overlap when the next
 * search begins at the end of the one before. */
bool personal_next(const char *text, size_t len, size_t at, struct personal_range *range);

/* Appends the text with PERSONAL_REMOVED in place of each range. */
void personal_remove(const char *text, size_t len, struct buf *out);

/* Of a query: something personal, or PERSONAL_DIGITS digits in all of it, however they are divided. */
bool personal_query(const char *text, size_t len);

#endif
