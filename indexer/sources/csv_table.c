#include "indexer/sources/csv_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "messages.h"

struct csv_table {
    struct source *file;
    struct csv_rows rows;
    char *columns[SOURCE_COLUMNS];
    size_t column_count;
    const char *shown; /* the file's */
};

void csv_table_free(struct csv_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        free(table->columns[i]);
    csv_rows_release(&table->rows);
    source_free(table->file);
    free(table);
}

/* Names of other systems are not known here: the delimiter is the one that divides the first row most. */
static enum status guess_delimiter(struct csv_table *table, const char *text, size_t len, struct err *err)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t best = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        TRY(csv_split_line(text, len, candidates[i], &table->rows.alone, err));
        if (table->rows.alone.count > best) {
            best = table->rows.alone.count;
            table->rows.delimiter = candidates[i];
        }
    }
    return STATUS_OK;
}

/* In small letters; a blank or a hyphen in a name is an underscore. */
static char *column_name(const char *text, size_t len)
{
    char *name = strndup(text, utf8_check(text, len));
    for (char *at = name; at && *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 32);
        if (*at == ' ' || *at == '-')
            *at = '_';
    }
    return name;
}

static enum status read_header(struct csv_table *table, struct err *err)
{
    const struct csv_row *row;
    const char *text;
    size_t len;
    TRY(csv_rows_peek(&table->rows, &text, &len, err));
    if (!text)
        return err_set(err, STATUS_INVALID, problem_text("%s: is empty; the first row must name the columns"),
                       table->shown);
    TRY(guess_delimiter(table, text, len, err));
    TRY(csv_rows_next(&table->rows, &row, err));
    if (row->state != CSV_ROW_GOOD)
        return err_set(err, STATUS_INVALID, problem_text("%s: the first row has a quotation mark that is never closed, "
                       "or is too long"), table->shown);
    if (row->count > SOURCE_COLUMNS)
        return err_set(err, STATUS_INVALID, problem_text("%s: has %zu columns; at most %d are read"), table->shown,
                       row->count, SOURCE_COLUMNS);
    for (size_t i = 0; i < row->count; i++) {
        text = csv_cell_text(row, i, &len);
        if (!(table->columns[i] = column_name(text, len)))
            return err_set(err, STATUS_NOMEM, "%s: out of memory", table->shown);
        table->column_count++;
    }
    table->rows.columns = table->column_count;
    return STATUS_OK;
}

static enum status open_table(struct csv_table **table, const char *path, const char *shown, bool whole,
                              struct err *err)
{
    struct csv_table *made = calloc(1, sizeof *made);
    enum source_encoding encoding = SOURCE_UTF8;
    bool utf16 = false;
    if (!made)
        return err_set(err, STATUS_NOMEM, "%s: out of memory", shown);
    enum status status = source_open_bytes(&made->file, path, shown, err);
    if (status == STATUS_OK && whole)
        status = csv_detect(made->file, &encoding, &utf16, err);
    if (status == STATUS_OK) {
        made->shown = source_shown_path(made->file);
        csv_rows_init(&made->rows, made->file, encoding);
        status = utf16 ? err_set(err, STATUS_INVALID,
                                 problem_text("%s: is UTF-16, not UTF-8 or Windows-1252; save it as CSV UTF-8"), shown)
                       : read_header(made, err);
    }
    if (status != STATUS_OK) {
        csv_table_free(made);
        return status;
    }
    *table = made;
    return STATUS_OK;
}

enum status csv_table_open(struct csv_table **table, const char *path, const char *shown, struct err *err)
{
    return open_table(table, path, shown, true, err);
}

enum status csv_table_peek(struct csv_table **table, const char *path, struct err *err)
{
    return open_table(table, path, path, false, err);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static void broken(struct csv_table_item *item, enum problem_code code, const char *mend)
{
    item->kind = CSV_TABLE_BROKEN;
    item->code = code;
    item->mend = mend;
}

/* The row as an object; a cell that is no text costs the row, because what it was is not known. */
static enum status row_object(const struct csv_table *table, const struct csv_row *row, struct csv_table_item *item,
                              struct err *err)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < table->column_count; i++) {
        size_t len;
        const char *text = csv_cell_text(row, i, &len);
        if (len == 0 || !*table->columns[i])
            continue;
        if (len > SOURCE_CELL_BYTES || utf8_check(text, len) < len || memchr(text, '\0', len)) {
            snprintf(item->what, sizeof item->what,
                     len > SOURCE_CELL_BYTES ? problem_text("column %.60s: the cell is longer than 100000 bytes")
                                             : problem_text("column %.60s: the cell is not UTF-8"),
                     table->columns[i]);
            broken(item, len > SOURCE_CELL_BYTES ? PROBLEM_TOO_BIG : PROBLEM_ENCODING,
                   len > SOURCE_CELL_BYTES ? "shorten it" : "save the whole file in one encoding, best as CSV UTF-8");
            json_decref(object);
            return STATUS_OK;
        }
        if (json_object_set_new(object, table->columns[i], json_stringn(text, len)) != 0) {
            json_decref(object);
            return err_set(err, STATUS_NOMEM, "%s: out of memory", table->shown);
        }
    }
    if (!object)
        return err_set(err, STATUS_NOMEM, "%s: out of memory", table->shown);
    item->row = object;
    return STATUS_OK;
}

enum status csv_table_next(struct csv_table *table, struct csv_table_item *item, struct err *err)
{
    const struct csv_row *row;
    *item = (struct csv_table_item){.kind = CSV_TABLE_END};
    TRY(csv_rows_next(&table->rows, &row, err));
    item->line = row->line;
    if (row->state == CSV_ROW_END)
        return STATUS_OK;
    item->kind = CSV_TABLE_ROW;
    if (row->state == CSV_ROW_GOOD)
        return row_object(table, row, item, err);
    csv_row_fault(row, table->column_count, item->what, sizeof item->what, &item->code, &item->mend);
    item->kind = CSV_TABLE_BROKEN;
    return STATUS_OK;
}

/* ---- what it is ------------------------------------------------------------------------------------------------- */

bool csv_table_has(const struct csv_table *table, const char *column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], column) == 0)
            return true;
    return false;
}

enum source_encoding csv_table_encoding(const struct csv_table *table, char *delimiter)
{
    *delimiter = table->rows.delimiter;
    return table->rows.encoding;
}

const char *csv_table_path(const struct csv_table *table)
{
    return table->shown;
}

uint64_t csv_table_bytes_read(const struct csv_table *table)
{
    return source_info(table->file).bytes_read;
}
