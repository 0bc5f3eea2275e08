#include "indexer/report_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "indexer/report_organisations.h"

struct report_lists {
    struct {
        FILE *file;
        char *path;
    } list[REPORT_LISTS];
    struct buf row;
};

const char *report_list_name(enum report_list list)
{
    static const char *const names[REPORT_LISTS] = {
        [LIST_REJECTS] = "rejects.csv", [LIST_WARNINGS] = "warnings.csv", [LIST_REMOVED] = "removed.csv",
        [LIST_MERGED] = "merged.csv",   [LIST_CHANGED] = "changed.csv", [LIST_MISSING] = "missing.csv",
        [LIST_ERRORS] = "errors.csv",   [LIST_WORDS] = "zero-hits.csv",
        [LIST_ORGANISATIONS] = "organisations.csv",
    };
    return (unsigned)list < REPORT_LISTS ? names[list] : "unknown";
}

const char *const *list_columns(enum report_list list)
{
    static const char *const problem[] = {"source", "file", "line",    "id",   "field", "column",
                                          "value",  "code", "what", "allowed", "mend", NULL};
    static const char *const removed[] = {"source", "id", "title", NULL};
    static const char *const merged[] = {"source", "id", "title", "kept_source", "kept_id", "rule", NULL};
    static const char *const changed[] = {"change", "source", "id", "title", NULL};
    static const char *const errors[] = {"day", "id", "kind", "text", NULL};
    static const char *const words[] = {"word", "count", "first", "last", "week", "week_before", "nearest", NULL};
    switch (list) {
    case LIST_ORGANISATIONS: return organisation_columns();
    case LIST_ERRORS: return errors;
    case LIST_WORDS: return words;
    case LIST_REMOVED:
    case LIST_MISSING: return removed;
    case LIST_MERGED: return merged;
    case LIST_CHANGED: return changed;
    default: return problem;
    }
}

static size_t column_count(enum report_list list)
{
    size_t count = 0;
    while (list_columns(list)[count])
        count++;
    return count;
}

/* ---- one row -------------------------------------------------------------------------------------------------- */

static void add_cell(struct buf *out, const char *cell)
{
    size_t len = strlen(cell), step;
    bool formula = len > 0 && strchr("=+-@\t\r\n", cell[0]);
    bool quoted = len > 0 && (strpbrk(cell, ",;\"\r\n\t") || cell[0] == ' ' || cell[len - 1] == ' ');
    if (quoted)
        buf_addc(out, '"');
    if (formula)
        buf_addc(out, '\'');
    for (size_t at = 0; at < len; at += step) {
        char bytes[4];
        uint32_t c = utf8_decode(cell + at, len - at, &step);
        if (c == '"')
            buf_addc(out, '"');
        buf_add(out, bytes, utf8_encode(c, bytes));
    }
    if (quoted)
        buf_addc(out, '"');
}

void csv_add_row(struct buf *out, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        if (cells[i])
            add_cell(out, cells[i]);
    }
    buf_adds(out, "\r\n");
}

/* ---- the files ------------------------------------------------------------------------------------------------ */

static enum status write_row(struct report_lists *lists, enum report_list list, struct err *err)
{
    TRY(buf_ok(&lists->row, err));
    if (fwrite(lists->row.data, 1, lists->row.len, lists->list[list].file) != lists->row.len)
        return err_set_errno(err, STATUS_IO, "%s: cannot write", lists->list[list].path);
    return STATUS_OK;
}

static enum status open_list(struct report_lists *lists, enum report_list list, const char *folder, struct err *err)
{
    if (asprintf(&lists->list[list].path, "%s/%s", folder, report_list_name(list)) < 0) {
        lists->list[list].path = NULL;
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    lists->list[list].file = fopen(lists->list[list].path, "we");
    if (!lists->list[list].file)
        return err_set_errno(err, STATUS_IO, "%s: cannot create", lists->list[list].path);
    buf_reset(&lists->row);
    buf_adds(&lists->row, "\xEF\xBB\xBF");
    csv_add_row(&lists->row, list_columns(list), column_count(list));
    return write_row(lists, list, err);
}

enum status lists_open(struct report_lists **lists, const char *folder, struct err *err)
{
    struct report_lists *l = calloc(1, sizeof *l);
    enum status status = l ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
    for (int i = 0; status == STATUS_OK && i < REPORT_LISTS; i++)
        status = open_list(l, (enum report_list)i, folder, err);
    if (status != STATUS_OK) {
        lists_free(l);
        return status;
    }
    *lists = l;
    return STATUS_OK;
}

enum status lists_row(struct report_lists *lists, enum report_list list, const char *const *cells, struct err *err)
{
    buf_reset(&lists->row);
    csv_add_row(&lists->row, cells, column_count(list));
    return write_row(lists, list, err);
}

enum status lists_close(struct report_lists *lists, struct err *err)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < REPORT_LISTS; i++) {
        FILE *file = lists->list[i].file;
        if (!file)
            continue;
        lists->list[i].file = NULL;
        if (fflush(file) != 0 || fsync(fileno(file)) != 0)
            status = err_set_errno(err, STATUS_IO, "%s: cannot write", lists->list[i].path);
        if (fclose(file) != 0 && status == STATUS_OK)
            status = err_set_errno(err, STATUS_IO, "%s: cannot close", lists->list[i].path);
    }
    return status;
}

void lists_free(struct report_lists *lists)
{
    if (!lists)
        return;
    for (int i = 0; i < REPORT_LISTS; i++) {
        if (lists->list[i].file)
            fclose(lists->list[i].file);
        free(lists->list[i].path);
    }
    buf_release(&lists->row);
    free(lists);
}
