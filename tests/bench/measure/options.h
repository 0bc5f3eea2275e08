/* What the benchmark programs are told that put a log of queries to an index. */
#ifndef OPASTIN_BENCH_OPTIONS_H
#define OPASTIN_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    const char *index, *queries, *mirror;
    int64_t rounds; /* over the log, after one to warm up */
    int64_t cache_mb, most;
};

/* From the command line.  False after telling on standard error what is wrong and how the program is used. */
bool options_read(struct options *options, const char *program, int argc, char **argv);

/* Of `count` queries, those that are to be used. */
size_t options_most(const struct options *options, size_t count);

#endif
