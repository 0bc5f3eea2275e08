#include "indexer/guard.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400 };

/* Why it tripped, in Finnish unless the reports are in English. */
static void trip(struct report_guard *guard, enum ui_lang language, const char *fi, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

static void trip(struct report_guard *guard, enum ui_lang language, const char *fi, const char *en, ...)
{
    va_list args;
    guard->tripped = true;
    va_start(args, en);
    vsnprintf(guard->why, sizeof guard->why, language == UI_EN ? en : fi, args);
    va_end(args);
}

/* A number with one digit behind the comma. */
struct number {
    char text[32];
};

static struct number number_in(double value, enum ui_lang language)
{
    struct number number;
    snprintf(number.text, sizeof number.text, "%.1f", value);
    char *point = strchr(number.text, '.');
    if (point && language != UI_EN)
        *point = ',';
    return number;
}

static double percent(uint64_t part, uint64_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0;
}

static void judge_unreadable(const struct guarded *g, enum ui_lang language, struct report_guard *guard)
{
    guard->value = g->unreadable != NULL;
    if (g->unreadable)
        trip(guard, language, "tiedostoa ei voitu lukea: %s", "a file could not be read: %s",
             g->unreadable);
}

static void judge_empty(const struct guarded *g, enum ui_lang language, const struct report_source *source,
                        struct report_guard *guard)
{
    guard->value = (double)source->read;
    guard->limit = (double)g->limits->records;
    if (source->read < g->limits->records)
        trip(guard, language, "luettiin %" PRIu64 " tietuetta, vähintään %" PRIu64 " odotetaan",
             "%" PRIu64 " records were read, at least %" PRIu64 " are expected", source->read, g->limits->records);
}

static void judge_age(const struct guarded *g, enum ui_lang language, const struct report_source *source,
                      struct report_guard *guard)
{
    int64_t days = source->files_modified ? (g->now - source->files_modified) / DAY_SECONDS : 0;
    guard->value = (double)days;
    guard->limit = g->limits->age_days;
    if (g->limits->age_days && days > (int64_t)g->limits->age_days)
        trip(guard, language, "uusin tiedosto on %" PRId64 " päivää vanha, sallittu %u",
             "its newest file is %" PRId64 " days old, allowed are %u", days, g->limits->age_days);
}

static void judge_rejected(const struct guarded *g, enum ui_lang language, const struct report_source *source,
                           struct report_guard *guard)
{
    guard->value = percent(source->rejected, source->read);
    guard->limit = g->limits->rejected_percent;
    guard->count = source->rejected;
    if (guard->value > guard->limit)
        trip(guard, language, "hylättiin %" PRIu64 " / %" PRIu64 " tietuetta (%s %%), sallittu %s %%",
             "%" PRIu64 " of %" PRIu64 " records were rejected (%s %%), allowed are %s %%",
             source->rejected, source->read, number_in(guard->value, language).text,
             number_in(guard->limit, language).text);
}

/* Few deletions are a day's work, and so is a small share of many. */
static void judge_deletions(const struct guarded *g, enum ui_lang language, struct report_guard *guard)
{
    guard->value = percent(g->missing, g->before);
    guard->limit = g->limits->deletions_percent;
    guard->count = g->missing;
    guard->allowed = g->allow_deletions;
    if (g->missing > g->limits->deletions && guard->value > guard->limit)
        trip(guard, language,
             "%" PRIu64 " / %" PRIu64 " tietuetta puuttuu (%s %%), sallittu %s %%; jos poistot ovat oikein, aja "
             "kerran: opastin-indexer run --allow-deletions=%s",
             "%" PRIu64 " of %" PRIu64 " records are gone (%s %%), allowed are %s %%; if that is right, run once: "
             "opastin-indexer run --allow-deletions=%s", g->missing, g->before, number_in(guard->value, language).text,
             number_in(guard->limit, language).text, g->name);
}

static void judge_drift(const struct guarded *g, enum ui_lang language, const struct report_source *source,
                        struct report_guard *guard)
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
    enum quality worst = guard->quality;
    if (guard->value > guard->limit)
        trip(guard, language, "kentän %s osuus putosi %.0f %%:sta %.0f %%:iin, sallittu pudotus on %.0f "
             "prosenttiyksikköä", "the share with %s fell from %.0f %% to %.0f %%, allowed are %.0f points",
             quality_name(worst), percent(before->has[worst], before->records),
             percent(now->has[worst], now->records), guard->limit);
}

bool guards_judge(const struct guarded *g, enum ui_lang language, struct report_source *source)
{
    bool held = false;
    for (int i = 0; i < GUARDS; i++)
        source->guards[i] = (struct report_guard){.guard = (enum guard)i};
    judge_unreadable(g, language, &source->guards[GUARD_UNREADABLE]);
    judge_empty(g, language, source, &source->guards[GUARD_EMPTY]);
    judge_age(g, language, source, &source->guards[GUARD_AGE]);
    judge_rejected(g, language, source, &source->guards[GUARD_REJECTED]);
    judge_deletions(g, language, &source->guards[GUARD_DELETIONS]);
    judge_drift(g, language, source, &source->guards[GUARD_DRIFT]);
    for (int i = 0; i < GUARDS; i++)
        held |= source->guards[i].tripped && !source->guards[i].allowed;
    return held;
}
