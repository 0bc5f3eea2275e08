#include "indexer/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"

enum { BAR_CELLS = 30 };
static const double BAR_EVERY_S = 0.1, LINE_EVERY_S = 10;

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void progress_begin(struct progress *progress, bool quiet, bool terminal)
{
    *progress = (struct progress){.quiet = quiet, .terminal = terminal};
    clock_gettime(CLOCK_MONOTONIC, &progress->started);
    progress->shown = progress->started;
}

static void add_time(struct buf *out, double seconds)
{
    uint64_t s = seconds < 0 ? 0 : (uint64_t)(seconds + 0.5);
    if (s >= 3600)
        buf_addf(out, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60, s % 60);
    else
        buf_addf(out, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
}

/* 12 345: groups of three, as Finnish writes them. */
static void add_grouped(struct buf *out, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            buf_addc(out, ' ');
        buf_addc(out, digits[i]);
    }
}

void progress_bar(enum build_stage stage, uint64_t records, uint64_t bytes, uint64_t bytes_total, double seconds,
                  struct buf *out)
{
    double share = bytes_total ? (double)bytes / (double)bytes_total : 0;
    if (share > 1)
        share = 1;
    buf_addf(out, "%-10s ", build_stage_name(stage));
    if (stage == BUILD_READING && bytes_total) {
        int full = (int)(share * BAR_CELLS);
        buf_addc(out, '[');
        for (int i = 0; i < BAR_CELLS; i++)
            buf_addc(out, i < full ? '#' : ' ');
        buf_addf(out, "] %3d %%  ", (int)(share * 100));
    }
    add_grouped(out, records);
    buf_adds(out, " records");
    if (seconds > 0 && stage == BUILD_READING) {
        buf_adds(out, "  ");
        add_grouped(out, (uint64_t)((double)records / seconds));
        buf_adds(out, "/s");
        if (share > 0) {
            buf_adds(out, "  ");
            add_time(out, seconds / share - seconds);
            buf_adds(out, " left");
        }
    }
}

void progress_clear(struct progress *progress)
{
    if (progress->bar_open)
        fputs("\r\033[K", stderr);
    progress->bar_open = false;
}

void progress_update(struct progress *progress, enum build_stage stage, uint64_t records, uint64_t bytes,
                     uint64_t bytes_total)
{
    if (progress->quiet)
        return;
    if (stage == BUILD_DONE) {
        progress_clear(progress);
        return;
    }
    bool new_stage = stage != progress->stage;
    if (!(new_stage && progress->terminal) &&
        seconds_since(&progress->shown) < (progress->terminal ? BAR_EVERY_S : LINE_EVERY_S))
        return;
    clock_gettime(CLOCK_MONOTONIC, &progress->shown);
    progress->stage = stage;
    struct buf line = BUF_INIT;
    progress_bar(stage, records, bytes, bytes_total, seconds_since(&progress->started), &line);
    if (progress->terminal)
        fprintf(stderr, "\r%s\033[K", buf_str(&line));
    else
        fprintf(stderr, "%s\n", buf_str(&line));
    fflush(stderr);
    progress->bar_open = progress->terminal;
    buf_release(&line);
}
