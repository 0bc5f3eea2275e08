#include "indexer/sources/csv.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/sources/csv_object.h"

enum { CSV_LINES_BEFORE = 10 /* looked at for the names of the columns */ };

struct csv {
    struct csv_rows rows;
    struct csv_columns columns;
    struct csv_object object; /* of the last row: problems that are found later still name its columns */
    bool utf16;
    bool started; /* the header has been read */
};

static bool row_stands_alone(const void *context, const struct csv_row *row)
{
    const struct csv *csv = context;
    return csv_row_kind(&csv->columns, row) < RECORD_KINDS;
}

static enum status csv_open(struct source *source, void **state, struct err *err)
{
    enum source_encoding encoding;
    struct csv *csv = calloc(1, sizeof *csv);
    if (!csv)
        return err_set(err, STATUS_NOMEM, "out of memory");
    *state = csv;
    TRY(csv_detect(source, &encoding, &csv->utf16, err));
    csv_rows_init(&csv->rows, source, encoding);
    source_set_encoding(source, encoding, 0);
    return STATUS_OK;
}

static void csv_state_free(void *state)
{
    struct csv *csv = state;
    if (!csv)
        return;
    csv_object_release(&csv->object);
    csv_columns_release(&csv->columns);
    csv_rows_release(&csv->rows);
    free(csv);
}

/* ---- the header ---------------------------------------------------------------------------------------------- */

/* Lines of a title, a date, a source may stand before the names of the columns: as statistics offices write them.
 * *skip is how many; 0 also when no line names the columns, so that the first is told about. */
static enum status lines_before(struct csv *csv, size_t *skip, struct err *err)
{
    struct csv_row *scratch = &csv->rows.alone;
    *skip = 0;
    for (size_t i = 0; i <= CSV_LINES_BEFORE; i++) {
        const char *text;
        size_t len;
        char delimiter;
        bool names;
        TRY(csv_rows_peek_line(&csv->rows, i, &text, &len, err));
        if (!text)
            return STATUS_OK;
        TRY(csv_delimiter_guess(text, len, scratch, &delimiter, err));
        TRY(csv_names_columns(text, len, delimiter, scratch, &names, err));
        if (names) {
            *skip = i;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

/* Sets item->kind to SOURCE_NOTICE when there is anything to say. */
static enum status read_header(struct source *source, struct csv *csv, struct problems *problems,
                               struct source_item *item, struct err *err)
{
    const char *text;
    const struct csv_row *row;
    size_t len, skip;
    csv->started = true;
    if (csv->utf16) {
        source_notice(source, problems, item, PROBLEM_ENCODING, "the file is UTF-16, not UTF-8 or Windows-1252",
                      "save it as CSV UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 old.csv > new.csv");
        return STATUS_OK;
    }
    TRY(csv_rows_peek(&csv->rows, &text, &len, err));
    TRY(lines_before(csv, &skip, err));
    if (skip > 0) {
        csv_rows_skip(&csv->rows, skip);
        TRY(csv_rows_peek(&csv->rows, &text, &len, err));
    }
    if (!text) {
        source_notice(source, problems, item, PROBLEM_MISSING, "the file is empty",
                      "the first row must name the columns");
        return STATUS_OK;
    }
    TRY(csv_delimiter_guess(text, len, &csv->rows.alone, &csv->rows.delimiter, err));
    source_set_encoding(source, csv->rows.encoding, csv->rows.delimiter);
    TRY(csv_rows_next(&csv->rows, &row, err));
    problems_at(problems, source_shown_path(source), row->line);
    if (skip > 0)
        problem_warning(problems, PROBLEM_NOTE, NULL, "%zu lines before the names of the columns are left out", skip);
    TRY(csv_columns_read(&csv->columns, row, problems, err));
    csv->rows.columns = csv->columns.count;
    csv->rows.whole = row_stands_alone;
    csv->rows.context = csv;
    item->line = row->line;
    item->kind = problems->count + problems->dropped > 0 ? SOURCE_NOTICE : SOURCE_END;
    return STATUS_OK;
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static void report_row(const struct csv *csv, const struct csv_row *row, struct problems *problems)
{
    struct problem_words words = {0};
    enum problem_code code;
    char what[CSV_FAULT_BYTES];
    csv_row_fault(row, csv->columns.count, what, sizeof what, &code, &words.mend);
    problem_error(problems, code, &words, "%s", what);
}

static enum status take_row(struct csv *csv, const struct csv_row *row, struct arena *arena, struct record *record,
                            struct problems *problems, struct err *err)
{
    csv_object_release(&csv->object);
    csv->object = (struct csv_object){.arena = arena, .problems = problems, .columns = &csv->columns, .row = row};
    TRY(csv_object_make(&csv->object, err));
    enum status status = record_from_json(csv->object.root, arena, record, problems);
    if (status == STATUS_NOMEM)
        return arena_nomem(err);
    return STATUS_OK;
}

static enum status csv_next(struct source *source, void *state, struct arena *arena, struct record *record,
                            struct problems *problems, struct source_item *item, struct err *err)
{
    struct csv *csv = state;
    const struct csv_row *row;
    if (!csv->started) {
        TRY(read_header(source, csv, problems, item, err));
        if (item->kind == SOURCE_NOTICE)
            return STATUS_OK;
    }
    TRY(csv_rows_next(&csv->rows, &row, err));
    if (row->state == CSV_ROW_END)
        return STATUS_OK;
    problems_at(problems, source_shown_path(source), row->line);
    item->line = row->line;
    item->id = csv_row_id(&csv->columns, row, arena);
    problems_set_id(problems, item->id);
    if (row->state == CSV_ROW_GOOD)
        TRY(take_row(csv, row, arena, record, problems, err));
    else
        report_row(csv, row, problems);
    item->kind = problems->errors > 0 ? SOURCE_REJECTED : SOURCE_RECORD;
    item->id = record->id ? record->id : item->id;
    return STATUS_OK;
}

const struct source_reader csv_reader = {SOURCE_CSV, csv_open, csv_next, csv_state_free};
