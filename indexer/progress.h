/* How far a build is: a bar with rate and remaining time on a terminal, a line every ten seconds elsewhere. */
#ifndef OPASTIN_INDEXER_PROGRESS_H
#define OPASTIN_INDEXER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "indexer/build.h"

struct progress {
    bool quiet, terminal;
    struct timespec started, shown;
    enum build_stage stage;
    bool bar_open; /* a bar stands on the terminal's last line */
};

/* Writes to stderr; terminal: whether that is one. */
void progress_begin(struct progress *progress, bool quiet, bool terminal);
void progress_update(struct progress *progress, enum build_stage stage, uint64_t records, uint64_t bytes,
                     uint64_t bytes_total);
/* Clears the bar so that a message can stand on a line of its own. */
void progress_clear(struct progress *progress);

struct buf;
/* One bar without line end: "reading [####      ]  41 %  12 345 records  4 100/s  0:12 left".
 * seconds: since the start. */
void progress_bar(enum build_stage stage, uint64_t records, uint64_t bytes, uint64_t bytes_total, double seconds,
                  struct buf *out);

#endif
