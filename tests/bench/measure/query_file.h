/* A log of queries as `generate --queries` writes it. */
#ifndef OPASTIN_BENCH_QUERY_FILE_H
#define OPASTIN_BENCH_QUERY_FILE_H

#include <stddef.h>

#include "base/status.h"

enum { QUERY_KINDS_MOST = 16 };

struct query_entry {
    const char *text; /* the query string; into the file's memory */
    unsigned kind;    /* index of its kind's name */
};

struct query_file {
    struct query_entry *entries; /* owned */
    size_t count;
    const char *kinds[QUERY_KINDS_MOST];
    size_t kind_count;
    char *memory; /* owned */
};

/* STATUS_NOTFOUND, STATUS_NOMEM; STATUS_SYNTAX with the line that is not kind, tab, query string. */
enum status query_file_read(struct query_file *file, const char *path, struct err *err) MUST_USE;
void query_file_release(struct query_file *file);

#endif
