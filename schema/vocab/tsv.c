#include "vocab/tsv.h"

#include <stdint.h>
#include <string.h>

enum status tsv_corrupt(const struct tsv *tsv, const char *what, const char *value)
{
    return err_set(tsv->err, STATUS_CORRUPT, "%s.tsv:%u: %s: '%s'", tsv->id, tsv->line, what, value);
}

enum status tsv_open(struct tsv *tsv, const struct tsv_file *file, const char *header, struct arena *arena,
                     size_t *rows, struct err *err)
{
    size_t len = (size_t)(file->end - file->start), header_len = strlen(header);
    *tsv = (struct tsv){.id = file->id, .line = 1, .err = err};
    if (len <= header_len || memcmp(file->start, header, header_len) != 0 || file->start[header_len] != '\n')
        return tsv_corrupt(tsv, "the header must be", header);
    if (file->start[len - 1] != '\n' || memchr(file->start, '\0', len))
        return tsv_corrupt(tsv, "not a text that ends with a line end", file->id);
    char *copy = arena_copy(arena, file->start, len);
    if (!copy)
        return arena_nomem(err);
    tsv->at = copy + header_len + 1;
    tsv->end = copy + len;
    *rows = 0;
    for (const char *at = tsv->at; at < tsv->end; at++)
        *rows += *at == '\n';
    return *rows > 0 && *rows <= INT16_MAX ? STATUS_OK : tsv_corrupt(tsv, "no rows, or too many", file->id);
}

enum status tsv_row(struct tsv *tsv, const char **cells, size_t columns)
{
    char *end = memchr(tsv->at, '\n', (size_t)(tsv->end - tsv->at)), *at = tsv->at;
    tsv->line++;
    *end = '\0';
    for (size_t c = 0; c < columns; c++) {
        char *tab = strchr(at, '\t');
        if (!tab != (c + 1 == columns))
            return tsv_corrupt(tsv, "wrong number of columns", tsv->at);
        cells[c] = at;
        if (tab) {
            *tab = '\0';
            at = tab + 1;
        }
    }
    tsv->at = end + 1;
    return STATUS_OK;
}
