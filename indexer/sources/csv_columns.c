#include "indexer/sources/csv_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "messages.h"

const struct csv_extra csv_extras[] = {
    {"klo|kellonaika|aika|time|hours", CSV_HOURS, "hours, such as 13–15.30; several divided by |"},
    {"verkkosivu|verkkosivut|www|url|website", CSV_INFO_LINK, "web page with more"},
    {"varauslinkki|varaus|booking_url", CSV_BOOKING_LINK, "web page to book"},
    {"rahoittaja|rahoittajat|funder", CSV_FUNDER, "who pays for it"},
};
const size_t csv_extra_count = sizeof csv_extras / sizeof csv_extras[0];

bool csv_column_find(const char *header, struct csv_column *column)
{
    char folded[FIELD_HEADER_BYTES];
    field_fold_header(header, folded);
    column->lang = -1;
    column->field = NULL;
    for (size_t i = 0; i < csv_extra_count; i++) {
        if (field_header_among(csv_extras[i].headers, folded)) {
            column->role = csv_extras[i].role;
            return true;
        }
    }
    column->field = field_find_header(header, &column->lang);
    column->role = column->field ? CSV_FIELD : CSV_IGNORED;
    return column->field != NULL;
}

void csv_columns_release(struct csv_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->list[i].header);
    columns->count = 0;
}

/* ---- the header row ------------------------------------------------------------------------------------------ */

struct nearest_header {
    char folded[FIELD_HEADER_BYTES];
    size_t best;
    const char *name; /* '|' divided names, the first of which is shown */
};

static void compare_names(struct nearest_header *search, const char *names)
{
    for (const char *at = names; at && *at;) {
        char name[FIELD_HEADER_BYTES], folded[FIELD_HEADER_BYTES];
        size_t len = strcspn(at, "|");
        snprintf(name, sizeof name, "%.*s", (int)len, at);
        field_fold_header(name, folded);
        size_t distance = field_distance(folded, search->folded);
        if (distance < search->best) {
            search->best = distance;
            search->name = at;
        }
        at += len + (at[len] == '|');
    }
}

static bool compare_field(void *context, const struct field *field)
{
    compare_names(context, field->headers);
    return true;
}

static void warn_unknown(const char *header, struct problems *problems)
{
    struct nearest_header search = {.best = 0};
    field_fold_header(header, search.folded);
    search.best = strlen(search.folded) / 3 + 1;
    field_walk(compare_field, &search);
    for (size_t i = 0; i < csv_extra_count; i++)
        compare_names(&search, csv_extras[i].headers);
    struct problem_words words = {.value = header, .mend = "the names of the columns are in docs/data-format.md"};
    if (search.name) {
        words.mend = arena_printf(problems->arena, problem_text("did you mean %.*s?"),
                                  (int)strcspn(search.name, "|"), search.name);
        problems->failed = problems->failed || !words.mend;
    }
    problem_warning(problems, PROBLEM_UNKNOWN_FIELD, &words, "is not a known column and is left out");
}

static bool same_column(const struct csv_column *a, const struct csv_column *b)
{
    return a->role == b->role && a->field == b->field && a->lang == b->lang && a->role != CSV_IGNORED;
}

static void check_double(const struct csv_columns *columns, struct problems *problems)
{
    static const char mend[] = "keep one of them, or name the language: nimi_sv";
    const struct csv_column *last = &columns->list[columns->count - 1];
    for (size_t i = 0; i + 1 < columns->count; i++) {
        if (!same_column(&columns->list[i], last))
            continue;
        struct problem_words words = {.value = last->header, .mend = mend};
        problem_error(problems, PROBLEM_DUPLICATE, &words, "means the same as column %zu \"%s\"", i + 1,
                      columns->list[i].header);
        return;
    }
}

static const struct {
    const char *path, *name;
} needed[] = {{"id", "tunnus (id)"}, {"kind", "tyyppi (kind)"}, {"texts.title", "nimi (title)"}};
enum { NEEDED = sizeof needed / sizeof *needed };

static void check_needed(const struct csv_columns *columns, struct problems *problems)
{
    static const struct problem_words words = {
        .mend = "the first row must name the columns, such as tunnus;tyyppi;nimi;kuvaus;kunta"};
    size_t known = 0;
    for (size_t i = 0; i < columns->count; i++)
        known += columns->list[i].role != CSV_IGNORED;
    if (known == 0) {
        problem_error(problems, PROBLEM_MISSING, &words, "the first row names no known column");
        return;
    }
    for (size_t i = 0; i < NEEDED; i++)
        if (csv_columns_of_path(columns, needed[i].path) < 0)
            problem_error(problems, PROBLEM_MISSING, &words, "the column %s is missing", needed[i].name);
}

static enum status column_add(struct csv_columns *columns, const char *text, size_t len, struct problems *problems,
                              struct err *err)
{
    struct csv_column *column = &columns->list[columns->count];
    size_t cut = utf8_check(text, len);
    column->header = strndup(text, cut);
    if (!column->header)
        return err_set(err, STATUS_NOMEM, "out of memory");
    columns->count++;
    bool known = cut == len && csv_column_find(column->header, column);
    if (!known)
        column->role = CSV_IGNORED;
    if (!known && len > 0)
        warn_unknown(column->header, problems);
    check_double(columns, problems);
    return STATUS_OK;
}

enum status csv_columns_read(struct csv_columns *columns, const struct csv_row *row, struct problems *problems,
                             struct err *err)
{
    static const struct problem_words too_many = {.mend = "leave out the columns that are not needed"};
    columns->count = 0;
    if (row->state != CSV_ROW_GOOD) {
        problem_error(problems, PROBLEM_SYNTAX, NULL,
                      "the first row has a quotation mark that is never closed, or is too long");
        return STATUS_OK;
    }
    size_t count = row->count < SOURCE_COLUMNS ? row->count : SOURCE_COLUMNS;
    for (size_t len; count > 0 && (csv_cell_text(row, count - 1, &len), len == 0);)
        count--; /* empty ones at the end */
    if (row->count > SOURCE_COLUMNS && (row->more_text || count == SOURCE_COLUMNS))
        problem_error(problems, PROBLEM_TOO_BIG, &too_many, "there are %zu columns; at most %d are read", row->count,
                      SOURCE_COLUMNS);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *text = csv_cell_text(row, i, &len);
        TRY(column_add(columns, text, len, problems, err));
    }
    check_needed(columns, problems);
    return STATUS_OK;
}

/* The column that a cell of the scratch row names. */
static bool cell_column(const struct csv_row *row, size_t cell, struct csv_column *column)
{
    size_t len;
    const char *text = csv_cell_text(row, cell, &len);
    char name[FIELD_HEADER_BYTES];
    if (len >= sizeof name)
        return false;
    memcpy(name, text, len);
    name[len] = '\0';
    return csv_column_find(name, column);
}

enum status csv_delimiter_guess(const char *header, size_t len, struct csv_row *scratch, char *delimiter,
                                struct err *err)
{
    static const char candidates[] = {';', ',', '\t'};
    size_t best = 0;
    *delimiter = ';';
    for (size_t i = 0; i < sizeof candidates; i++) {
        TRY(csv_split_line(header, len, candidates[i], scratch, err));
        size_t score = scratch->count > 1; /* more than one cell is a hint, known names are a proof */
        for (size_t cell = 0; cell < scratch->count && cell < SOURCE_COLUMNS; cell++) {
            struct csv_column column;
            score += cell_column(scratch, cell, &column) ? 2 : 0;
        }
        if (score > best) {
            best = score;
            *delimiter = candidates[i];
        }
    }
    return STATUS_OK;
}

enum status csv_names_columns(const char *line, size_t len, char delimiter, struct csv_row *scratch, bool *names,
                              struct err *err)
{
    unsigned found = 0;
    TRY(csv_split_line(line, len, delimiter, scratch, err));
    for (size_t cell = 0; cell < scratch->count && cell < SOURCE_COLUMNS; cell++) {
        struct csv_column column;
        if (!cell_column(scratch, cell, &column) || !column.field)
            continue;
        for (unsigned i = 0; i < NEEDED; i++)
            if (strcmp(column.field->path, needed[i].path) == 0)
                found |= 1u << i;
    }
    *names = found == (1u << NEEDED) - 1;
    return STATUS_OK;
}

int csv_columns_of_path(const struct csv_columns *columns, const char *path)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i].role == CSV_FIELD && strcmp(columns->list[i].field->path, path) == 0)
            return (int)i;
    return -1;
}

int csv_columns_of_role(const struct csv_columns *columns, enum csv_role role)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i].role == role)
            return (int)i;
    return -1;
}
