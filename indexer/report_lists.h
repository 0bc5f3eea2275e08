/* The lists of a run as CSV, written as the records come: RFC 4180 with commas and CRLF, UTF-8 with a byte order mark
 * so that spreadsheets show ä and ö.  A cell that begins with = + - @, a tab or a line end gets an apostrophe before
 * it: a spreadsheet would take it for a formula. */
#ifndef OPASTIN_INDEXER_REPORT_LISTS_H
#define OPASTIN_INDEXER_REPORT_LISTS_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/report.h"

struct report_lists;

enum { LIST_COLUMNS = 20 }; /* of the widest list */

/* NULL-terminated names of a list's columns. */
const char *const *list_columns(enum report_list list);

/* Creates all lists, with their header, in the folder. */
enum status lists_open(struct report_lists **lists, const char *folder, struct err *err) MUST_USE;
/* cells: as many as the list has columns; NULL: an empty cell.  Any bytes: what is no UTF-8 becomes U+FFFD. */
enum status lists_row(struct report_lists *lists, enum report_list list, const char *const *cells,
                      struct err *err) MUST_USE;
/* Writes what is left and syncs. */
enum status lists_close(struct report_lists *lists, struct err *err) MUST_USE;
void lists_free(struct report_lists *lists);

/* One row. */
void csv_add_row(struct buf *out, const char *const *cells, size_t count);

#endif
