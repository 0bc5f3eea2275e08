#include "indexer/guard.h"

#include <stdio.h>

enum { DAY_SECONDS = 86400 };

static double percent(uint64_t part, uint64_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0;
}

static void judge_unreadable(const struct guarded *g, struct report_guard *guard)
{
    guard->tripped = g->unreadable != NULL;
    guard->value = guard->tripped;
    snprintf(guard->why, sizeof guard->why, "%s", g->unreadable ? g->unreadable : "");
}

static void judge_empty(const struct guarded *g, const struct report_source *source, struct report_guard *guard)
{
    guard->value = (double)source->read;
    guard->limit = (double)g->limits->records;
    guard->tripped = source->read < g->limits->records;
}

static void judge_age(const struct guarded *g, const struct report_source *source, struct report_guard *guard)
{
    int64_t seconds = source->files_modified ? g->now - source->files_modified : 0;
    guard->value = (double)(seconds / DAY_SECONDS);
    guard->limit = g->limits->age_days;
    guard->tripped = g->limits->age_days && seconds / DAY_SECONDS > (int64_t)g->limits->age_days;
}

static void judge_rejected(const struct guarded *g, const struct report_source *source, struct report_guard *guard)
{
    guard->value = percent(source->rejected, source->read);
    guard->limit = g->limits->rejected_percent;
    guard->count = source->rejected;
    guard->tripped = guard->value > guard->limit;
}

/* Few deletions are a day's work, and so is a small share of many. */
static void judge_deletions(const struct guarded *g, struct report_guard *guard)
{
    guard->value = percent(g->missing, g->before);
    guard->limit = g->limits->deletions_percent;
    guard->count = g->missing;
    guard->tripped = g->missing > g->limits->deletions && guard->value > guard->limit;
}

static void judge_drift(const struct guarded *g, const struct report_source *source, struct report_guard *guard)
{
    const struct report_quality *now = &source->quality, *before = &source->before;
    guard->limit = g->limits->drift_points;
    if (now->records < GUARD_DRIFT_RECORDS || before->records < GUARD_DRIFT_RECORDS)
        return;
    for (int q = 0; q < QUALITIES; q++) {
        double fell = percent(before->has[q], before->records) - percent(now->has[q], now->records);
        if (fell <= guard->value)
            continue;
        guard->value = fell;
        guard->quality = (enum quality)q;
        guard->count = now->records - now->has[q];
    }
    guard->tripped = guard->value > guard->limit;
}

bool guards_judge(const struct guarded *g, struct report_source *source)
{
    bool held = false;
    for (int i = 0; i < GUARDS; i++)
        source->guards[i] = (struct report_guard){.guard = (enum guard)i};
    judge_unreadable(g, &source->guards[GUARD_UNREADABLE]);
    judge_empty(g, source, &source->guards[GUARD_EMPTY]);
    judge_age(g, source, &source->guards[GUARD_AGE]);
    judge_rejected(g, source, &source->guards[GUARD_REJECTED]);
    judge_deletions(g, &source->guards[GUARD_DELETIONS]);
    judge_drift(g, source, &source->guards[GUARD_DRIFT]);
    for (int i = 0; i < GUARDS; i++)
        source->guards[i].allowed = i != GUARD_UNREADABLE && g->allowed[i];
    for (int i = 0; i < GUARDS; i++)
        held |= source->guards[i].tripped && !source->guards[i].allowed;
    return held;
}

void guard_gone(uint64_t records, bool allowed, struct report_source *source)
{
    for (int i = 0; i < GUARDS; i++)
        source->guards[i] = (struct report_guard){.guard = (enum guard)i};
    source->guards[GUARD_DELETIONS] = (struct report_guard){
        .guard = GUARD_DELETIONS, .tripped = records > 0, .allowed = allowed, .value = records ? 100 : 0,
        .count = records};
}
