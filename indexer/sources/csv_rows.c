#include "indexer/sources/csv_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "messages.h"

/* ---- encoding ------------------------------------------------------------------------------------------------ */

/* How much of a file reads as UTF-8.  One broken letter in a UTF-8 file must not make the whole file Windows-1252, so
 * sequences are counted on both sides. */
struct utf8_count {
    size_t good, bad;
    unsigned want; /* continuation bytes to come */
};

static void count_byte(struct utf8_count *count, unsigned char c)
{
    if (count->want > 0) {
        if ((c & 0xC0) == 0x80) {
            count->want--;
            count->good += count->want == 0;
            return;
        }
        count->bad++;
        count->want = 0;
    }
    if (c < 0x80)
        return;
    count->want = c >= 0xC2 && c <= 0xDF ? 1 : c >= 0xE0 && c <= 0xEF ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
    count->bad += count->want == 0;
}

enum status csv_detect(struct source *source, enum source_encoding *encoding, bool *utf16, struct err *err)
{
    struct utf8_count count = {0, 0, 0};
    const unsigned char *bytes;
    size_t len;
    bool first = true, mark = false;
    *utf16 = false;
    do {
        TRY(source_read_bytes(source, &bytes, &len, err));
        if (first) {
            *utf16 = source_looks_utf16(bytes, len);
            mark = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
            first = false;
        }
        for (size_t i = 0; i < len; i++)
            count_byte(&count, bytes[i]);
    } while (len > 0 && !*utf16);
    count.bad += count.want > 0;
    *encoding = mark ? SOURCE_UTF8_BOM : count.bad > count.good ? SOURCE_WINDOWS_1252 : SOURCE_UTF8;
    return source_rewind(source, err);
}

/* 0x80..0x9F; the five bytes that mean nothing stay control characters, which the checks of the text report. */
static const uint16_t windows_1252[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                          0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                          0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                          0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

static void add_windows_1252(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        char bytes[4];
        buf_add(out, bytes, utf8_encode(c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c, bytes));
    }
}

/* ---- lines that wait ----------------------------------------------------------------------------------------- */

void csv_rows_init(struct csv_rows *rows, struct source *source, enum source_encoding encoding)
{
    memset(rows, 0, sizeof *rows);
    rows->source = source;
    rows->encoding = encoding;
}

void csv_rows_release(struct csv_rows *rows)
{
    buf_release(&rows->raw);
    buf_release(&rows->text);
    buf_release(&rows->row.text);
    buf_release(&rows->alone.text);
}

/* One more line from the file into the queue. */
static enum status lines_fetch(struct csv_rows *rows, struct err *err)
{
    struct source_line about;
    buf_reset(&rows->raw);
    TRY(source_read_line(rows->source, &rows->raw, &about, err));
    rows->ended = about.end;
    if (about.end)
        return STATUS_OK;
    const char *text = buf_str(&rows->raw);
    size_t len = rows->raw.len, skip = about.number == 1 && len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t offset = rows->text.len;
    if (rows->encoding == SOURCE_WINDOWS_1252)
        add_windows_1252(&rows->text, text + skip, len - skip);
    else
        buf_add(&rows->text, text + skip, len - skip);
    size_t i = rows->line_count++;
    rows->lines[i].offset = offset;
    rows->lines[i].len = rows->text.len - offset;
    rows->lines[i].number = about.number;
    rows->lines[i].too_long = about.too_long;
    buf_addc(&rows->text, '\0');
    return buf_ok(&rows->text, err);
}

/* Makes line i of the queue be there, if the file has one: false at its end. */
static enum status lines_need(struct csv_rows *rows, size_t i, bool *there, struct err *err)
{
    while (i >= rows->line_count && !rows->ended)
        TRY(lines_fetch(rows, err));
    *there = i < rows->line_count;
    return STATUS_OK;
}

static void lines_drop(struct csv_rows *rows, size_t count)
{
    size_t from = count < rows->line_count ? rows->lines[count].offset : rows->text.len;
    if (from < rows->text.len)
        memmove(rows->text.data, rows->text.data + from, rows->text.len - from);
    rows->text.len -= from;
    rows->line_count -= count;
    memmove(rows->lines, rows->lines + count, rows->line_count * sizeof rows->lines[0]);
    for (size_t i = 0; i < rows->line_count; i++)
        rows->lines[i].offset -= from;
}

static const char *line_text(const struct csv_rows *rows, size_t i)
{
    return buf_str(&rows->text) + rows->lines[i].offset;
}

/* Nothing but blanks. */
static bool line_blank(const struct csv_rows *rows, size_t i)
{
    return strspn(line_text(rows, i), " \t") == rows->lines[i].len;
}

static enum status skip_blank(struct csv_rows *rows, bool *there, struct err *err)
{
    for (;;) {
        TRY(lines_need(rows, 0, there, err));
        if (!*there || !line_blank(rows, 0))
            return STATUS_OK;
        lines_drop(rows, 1);
    }
}

enum status csv_rows_peek(struct csv_rows *rows, const char **text, size_t *len, struct err *err)
{
    bool there;
    TRY(skip_blank(rows, &there, err));
    *text = there ? line_text(rows, 0) : NULL;
    *len = there ? rows->lines[0].len : 0;
    return STATUS_OK;
}

enum status csv_rows_peek_line(struct csv_rows *rows, size_t i, const char **text, size_t *len, struct err *err)
{
    bool there;
    TRY(lines_need(rows, i, &there, err));
    *text = there ? line_text(rows, i) : NULL;
    *len = there ? rows->lines[i].len : 0;
    return STATUS_OK;
}

void csv_rows_skip(struct csv_rows *rows, size_t lines)
{
    lines_drop(rows, lines < rows->line_count ? lines : rows->line_count);
}

/* ---- libcsv -------------------------------------------------------------------------------------------------- */

struct parse {
    struct csv_parser parser;
    struct csv_row *row;
    bool done;
};

static void on_cell(void *bytes, size_t len, void *context)
{
    struct parse *parse = context;
    struct csv_row *row = parse->row;
    if (row->count < SOURCE_COLUMNS) {
        row->cells[row->count] = (struct csv_cell){row->text.len, len};
        buf_add(&row->text, bytes ? bytes : "", len);
        buf_addc(&row->text, '\0');
    } else {
        row->more_text = row->more_text || len > 0;
    }
    row->count++;
}

static void on_row(int end, void *context)
{
    struct parse *parse = context;
    (void)end;
    parse->done = true;
}

static enum status parse_start(struct parse *parse, struct csv_row *row, char delimiter, unsigned char options,
                               struct err *err)
{
    parse->row = row;
    parse->done = false;
    row->count = 0;
    row->more_text = false;
    buf_reset(&row->text);
    if (csv_init(&parse->parser, options) != 0)
        return err_set(err, STATUS_INTERNAL, "csv_init failed");
    csv_set_delim(&parse->parser, (unsigned char)delimiter);
    return STATUS_OK;
}

/* Feeds a line and its end; *well is false when libcsv refuses it. */
static enum status parse_line(struct parse *parse, const char *text, size_t len, bool *well, struct err *err)
{
    *well = csv_parse(&parse->parser, text, len, on_cell, on_row, parse) == len &&
            csv_parse(&parse->parser, "\n", 1, on_cell, on_row, parse) == 1;
    if (!*well && csv_error(&parse->parser) != CSV_EPARSE)
        return err_set(err, STATUS_NOMEM, "out of memory");
    return buf_ok(&parse->row->text, err);
}

enum status csv_split_line(const char *text, size_t len, char delimiter, struct csv_row *row, struct err *err)
{
    struct parse parse;
    bool well;
    TRY(parse_start(&parse, row, delimiter, 0, err));
    enum status status = parse_line(&parse, text, len, &well, err);
    csv_free(&parse.parser);
    row->lines = 1;
    row->state = parse.done ? CSV_ROW_GOOD : CSV_ROW_UNCLOSED;
    return status;
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

/* Empty cells beyond the columns are what a spreadsheet leaves behind. */
static bool cells_fit(const struct csv_rows *rows, const struct csv_row *row)
{
    if (rows->columns == 0 || row->count == rows->columns)
        return true;
    if (row->count < rows->columns || row->more_text)
        return false;
    for (size_t i = rows->columns; i < row->count && i < SOURCE_COLUMNS; i++)
        if (row->cells[i].len > 0)
            return false;
    return true;
}

/* A line that would be a row of its own is no part of a cell: the quotation mark before it was never meant to reach
 * this far. */
static enum status line_stands_alone(struct csv_rows *rows, size_t i, bool *alone, struct err *err)
{
    *alone = false;
    if (!rows->whole)
        return STATUS_OK;
    TRY(csv_split_line(line_text(rows, i), rows->lines[i].len, rows->delimiter, &rows->alone, err));
    *alone = rows->alone.state == CSV_ROW_GOOD && rows->alone.count == rows->columns &&
             rows->whole(rows->context, &rows->alone);
    return STATUS_OK;
}

/* Reads by the book; *well is false when the quotation marks or the cells do not come out. */
static enum status row_strict(struct csv_rows *rows, struct parse *parse, bool *well, struct err *err)
{
    size_t bytes = 0;
    *well = false;
    for (size_t i = 0; i < SOURCE_ROW_LINES; i++) {
        bool there, alone = false;
        TRY(lines_need(rows, i, &there, err));
        if (!there || rows->lines[i].too_long || (bytes += rows->lines[i].len) > SOURCE_LINE_BYTES)
            return STATUS_OK;
        if (i > 0)
            TRY(line_stands_alone(rows, i, &alone, err));
        bool accepted;
        if (alone)
            return STATUS_OK;
        TRY(parse_line(parse, line_text(rows, i), rows->lines[i].len, &accepted, err));
        if (!accepted)
            return STATUS_OK;
        if (parse->done) {
            parse->row->lines = i + 1;
            *well = i == 0 || cells_fit(rows, parse->row);
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

static enum status row_read(struct csv_rows *rows, struct err *err)
{
    struct parse parse;
    struct csv_row *row = &rows->row;
    bool well;
    row->line = rows->lines[0].number;
    row->lines = 1;
    if (rows->lines[0].too_long) {
        row->count = 0;
        row->state = CSV_ROW_TOO_LONG;
        return STATUS_OK;
    }
    TRY(parse_start(&parse, row, rows->delimiter, CSV_STRICT, err));
    enum status status = row_strict(rows, &parse, &well, err);
    csv_free(&parse.parser);
    if (status != STATUS_OK)
        return status;
    row->state = CSV_ROW_GOOD;
    if (!well) /* a row with marks in the middle of a cell is good, if its cells come out */
        TRY(csv_split_line(line_text(rows, 0), rows->lines[0].len, rows->delimiter, row, err));
    if (row->state == CSV_ROW_GOOD && !cells_fit(rows, row))
        row->state = CSV_ROW_CELLS;
    return STATUS_OK;
}

static bool row_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count && i < SOURCE_COLUMNS; i++) {
        size_t len;
        csv_cell_text(row, i, &len);
        if (len > 0)
            return false;
    }
    return !row->more_text;
}

enum status csv_rows_next(struct csv_rows *rows, const struct csv_row **row, struct err *err)
{
    for (;;) {
        bool there;
        TRY(skip_blank(rows, &there, err));
        *row = &rows->row;
        if (!there) {
            rows->row.state = CSV_ROW_END;
            return STATUS_OK;
        }
        TRY(row_read(rows, err));
        lines_drop(rows, rows->row.lines);
        bool read = rows->row.state == CSV_ROW_GOOD || rows->row.state == CSV_ROW_CELLS;
        if (!read || !row_blank(&rows->row))
            return STATUS_OK;
    }
}

const char *csv_cell_text(const struct csv_row *row, size_t column, size_t *len)
{
    static const char blanks[] = " \t\r\n";
    *len = 0;
    if (column >= row->count || column >= SOURCE_COLUMNS)
        return "";
    const char *text = buf_str(&row->text) + row->cells[column].offset;
    size_t n = row->cells[column].len;
    while (n > 0 && *text && strchr(blanks, *text)) {
        text++;
        n--;
    }
    while (n > 0 && text[n - 1] && strchr(blanks, text[n - 1]))
        n--;
    *len = n;
    return text;
}

void csv_row_fault(const struct csv_row *row, size_t columns, char *what, size_t size, enum problem_code *code,
                   const char **mend)
{
    switch (row->state) {
    case CSV_ROW_TOO_LONG:
        *code = PROBLEM_TOO_BIG;
        *mend = "no record is that long: look for a missing line end";
        snprintf(what, size, problem_text("the row is longer than %d bytes"), SOURCE_LINE_BYTES);
        break;
    case CSV_ROW_UNCLOSED:
        *code = PROBLEM_SYNTAX;
        *mend = "close the quotation mark at the end of its cell, and double the ones within the text (\"\")";
        snprintf(what, size, "%s", problem_text("the row has a quotation mark that is never closed"));
        break;
    default:
        *code = PROBLEM_SYNTAX;
        *mend = "put cells that hold the delimiter or a line end in quotation marks, and leave no cell out";
        snprintf(what, size, problem_text("the row has %zu cells, but there are %zu columns"), row->count, columns);
    }
}
