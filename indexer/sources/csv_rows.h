/* Rows of a CSV file: physical lines in the right encoding, put together by libcsv, and set right after a quotation
 * mark that is never closed: then the row ends with its first line, and the next line begins a new row. */
#ifndef OPASTIN_INDEXER_CSV_ROWS_H
#define OPASTIN_INDEXER_CSV_ROWS_H

#include <csv.h>

#include "indexer/source.h"

enum csv_row_state {
    CSV_ROW_GOOD,
    CSV_ROW_CELLS,    /* not as many cells as there are columns */
    CSV_ROW_UNCLOSED, /* a quotation mark that is never closed, or stands where none may */
    CSV_ROW_TOO_LONG, /* beyond SOURCE_LINE_BYTES */
    CSV_ROW_END,
};

struct csv_cell {
    size_t offset, len; /* in the row's text; a zero byte follows */
};

struct csv_row {
    enum csv_row_state state;
    uint64_t line;  /* of its first line */
    size_t lines;   /* physical ones */
    size_t count;   /* cells; those beyond SOURCE_COLUMNS are counted, not kept */
    bool more_text; /* a cell beyond the columns holds something */
    struct csv_cell cells[SOURCE_COLUMNS];
    struct buf text;
};

/* True when the row is one that could stand alone: it has as many cells as the header, and a known kind. */
typedef bool csv_row_test(const void *context, const struct csv_row *row);

struct csv_rows {
    struct source *source;
    enum source_encoding encoding;
    char delimiter;
    size_t columns; /* 0 while the header is read */
    csv_row_test *whole;
    const void *context;
    struct buf raw, text; /* the line just read; the lines that wait */
    struct {
        size_t offset, len;
        uint64_t number;
        bool too_long;
    } lines[SOURCE_ROW_LINES];
    size_t line_count;
    bool ended;
    struct csv_row row, alone;
};

/* Reads the whole file once for its encoding and goes back; *utf16 when it is none of ours. */
enum status csv_detect(struct source *source, enum source_encoding *encoding, bool *utf16, struct err *err) MUST_USE;

void csv_rows_init(struct csv_rows *rows, struct source *source, enum source_encoding encoding);
void csv_rows_release(struct csv_rows *rows);

/* The first line that is not blank, to guess the delimiter from; NULL at the end. It stays to be read. */
enum status csv_rows_peek(struct csv_rows *rows, const char **text, size_t *len, struct err *err) MUST_USE;
/* The i-th of the lines to come, 0 .. SOURCE_ROW_LINES - 1, blank ones too; NULL behind the end. */
enum status csv_rows_peek_line(struct csv_rows *rows, size_t i, const char **text, size_t *len,
                               struct err *err) MUST_USE;
/* Steps over lines that have been peeked at. */
void csv_rows_skip(struct csv_rows *rows, size_t lines);
/* The next row that is not blank; *row is owned by rows until the next call. STATUS_IO, STATUS_NOMEM. */
enum status csv_rows_next(struct csv_rows *rows, const struct csv_row **row, struct err *err) MUST_USE;

/* One physical line as a row, quotation marks read mildly. STATUS_NOMEM. */
enum status csv_split_line(const char *text, size_t len, char delimiter, struct csv_row *row, struct err *err) MUST_USE;

enum { CSV_FAULT_BYTES = 120 };
/* Why a row that is not good cannot be read. */
void csv_row_fault(const struct csv_row *row, size_t columns, char *what, size_t size, enum problem_code *code,
                   const char **mend);

/* The cell without blanks around it; len 0 when it is empty or not there. */
const char *csv_cell_text(const struct csv_row *row, size_t column, size_t *len);

#endif
