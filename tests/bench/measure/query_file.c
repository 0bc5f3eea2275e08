#include "tests/bench/measure/query_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status read_memory(struct query_file *file, const char *path, struct err *err)
{
    enum { QUERY_FILE_BYTES = 64 << 20 };
    FILE *from = fopen(path, "r");
    if (!from)
        return err_set(err, STATUS_NOTFOUND, "%s: %s", path, strerror(errno));
    file->memory = malloc(QUERY_FILE_BYTES);
    size_t len = file->memory ? fread(file->memory, 1, QUERY_FILE_BYTES - 1, from) : 0;
    fclose(from);
    if (!file->memory)
        return err_set(err, STATUS_NOMEM, "out of memory for queries");
    file->memory[len] = '\0';
    return STATUS_OK;
}

static unsigned kind_index(struct query_file *file, const char *name)
{
    for (size_t i = 0; i < file->kind_count; i++)
        if (strcmp(file->kinds[i], name) == 0)
            return (unsigned)i;
    if (file->kind_count == QUERY_KINDS_MOST)
        return 0;
    file->kinds[file->kind_count] = name;
    return (unsigned)file->kind_count++;
}

static enum status split_lines(struct query_file *file, struct err *err)
{
    size_t lines = 0;
    for (const char *c = file->memory; *c; c++)
        lines += *c == '\n';
    file->entries = calloc(lines + 1, sizeof *file->entries);
    if (!file->entries)
        return err_set(err, STATUS_NOMEM, "out of memory for queries");
    for (char *at = file->memory; *at && file->count < lines;) {
        char *end = at + strcspn(at, "\n"), *tab = memchr(at, '\t', (size_t)(end - at));
        if (!tab)
            return err_set(err, STATUS_SYNTAX, "query log, line %zu: no tab behind the kind", file->count + 1);
        *tab = *end = '\0';
        file->entries[file->count++] = (struct query_entry){tab + 1, kind_index(file, at)};
        at = end + 1;
    }
    return file->count ? STATUS_OK : err_set(err, STATUS_NOTFOUND, "the query log is empty");
}

enum status query_file_read(struct query_file *file, const char *path, struct err *err)
{
    *file = (struct query_file){0};
    TRY(read_memory(file, path, err));
    return split_lines(file, err);
}

void query_file_release(struct query_file *file)
{
    free(file->entries);
    free(file->memory);
}
