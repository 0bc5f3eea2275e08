#include "search/count.h"

#include <string.h>

#include "search/dates.h"

enum { CLASSES_MOST = 1 << 16 }; /* with more, looking at each costs more than judging rows */

/* ---- listed facets --------------------------------------------------------------------------------------------- */

enum { ORDINALS_TOGETHER = 16 }; /* most rows have no more */

/* How many ordinals a row has cannot be foretold, and a wrong guess costs more than counting: as many as most have are
 * counted without a branch, those that it lacks as none. */
static void count_row(const uint16_t *ordinals, uint32_t count, uint16_t none, uint32_t *counts)
{
#pragma GCC unroll 16
    for (uint32_t i = 0; i < ORDINALS_TOGETHER; i++)
        counts[none ^ ((ordinals[i] ^ none) & (uint16_t)-(i < count))]++;
    for (uint32_t i = ORDINALS_TOGETHER; i < count; i++)
        counts[ordinals[i]]++;
}

/* Rows lie apart: what is read of one is fetched while those before it are counted, first where it begins.  Always
 * inline: a call of what only fetches is left out by gcc, as having no effect. */
__attribute__((always_inline)) static inline void fetch_row(const struct columns *c, const uint32_t *rows, size_t at,
                                                           size_t count)
{
    enum { AHEAD = 16 };
    if (at + AHEAD < count)
        __builtin_prefetch(c->ordinals + c->ordinal_offset[rows[at + AHEAD]]);
    if (at + (size_t)2 * AHEAD < count)
        __builtin_prefetch(c->ordinal_offset + rows[at + (size_t)2 * AHEAD]);
}

void count_columns(const struct columns *c, const uint32_t *rows, size_t row_count, uint32_t *counts)
{
    const uint32_t end = c->ordinal_offset[c->count];
    const uint16_t none = facet_ordinals();
    for (size_t at = 0; at < row_count; at++) {
        const uint32_t *offset = c->ordinal_offset + rows[at];
        fetch_row(c, rows, at, row_count);
        if (offset[0] + ORDINALS_TOGETHER <= end)
            count_row(c->ordinals + offset[0], offset[1] - offset[0], none, counts);
        else
            for (uint32_t i = offset[0]; i < offset[1]; i++)
                counts[c->ordinals[i]]++;
    }
}

static void count_values(const struct snapshot *s, const struct docset *rows, enum facet facet, uint32_t *counts)
{
    for (uint16_t v = facet_first(facet); v <= facet_unknown(facet); v++)
        counts[v] = s->values[v].count ? (uint32_t)value_set_count_and(&s->values[v], rows) : 0;
}

static double columns_cost(const struct snapshot *s, uint64_t rows)
{
    return (double)rows * s->row_cost;
}

static bool is_asked(const struct request *request, int facet)
{
    return !(request->uncounted >> facet & 1);
}

/* The facets whose own filter is not set all look at the result itself. */
static void count_together(struct searcher *searcher, const struct request *request, const struct match *m,
                           uint32_t *counts)
{
    const struct snapshot *s = searcher->snapshot;
    double by_values = 0;
    bool any = false;
    for (int f = 0; f < FACET_LISTED; f++) {
        if (m->filtered[f] || !is_asked(request, f))
            continue;
        by_values += s->values_cost[f];
        any = true;
    }
    if (any && columns_cost(s, m->total) <= by_values) {
        count_columns(&s->columns, searcher->rows, docset_list(&m->result, searcher->rows), counts);
        return;
    }
    for (int f = 0; f < FACET_LISTED; f++)
        if (!m->filtered[f] && is_asked(request, f))
            count_values(s, &m->result, (enum facet)f, counts);
}

/* all: room for the counts of all facets. */
static void count_alone(struct searcher *searcher, enum facet facet, const struct docset *rows, uint64_t row_count,
                        uint32_t *all, uint32_t *counts)
{
    const struct snapshot *s = searcher->snapshot;
    size_t first = facet_first(facet), size = facet_unknown(facet) - first + 1;
    if (columns_cost(s, row_count) > s->values_cost[facet]) {
        count_values(s, rows, facet, counts);
        return;
    }
    memset(all, 0, ((size_t)facet_ordinals() + 1) * sizeof *all);
    count_columns(&s->columns, searcher->rows, docset_list(rows, searcher->rows), all);
    memcpy(counts + first, all + first, size * sizeof *counts);
}

/* What serves the whole country is found under each municipality, region and county: their counts say so.  Areas
 * that nothing but nationwide records serve stay at 0, or every answer would list all 350. */
static void add_nationwide(const struct request *request, uint32_t *areas)
{
    uint32_t nationwide = areas[area_nationwide()];
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        if (areas[i] && area_is_place(i))
            areas[i] += nationwide;
    }
    for (size_t i = 0; i < request->selected_count[FACET_AREA]; i++) {
        uint16_t entry = request->selected[FACET_AREA][i];
        if (areas[entry] == 0 && area_is_place(entry))
            areas[entry] = nationwide;
    }
}

static enum status count_listed(struct searcher *s, const struct request *request, const struct match *m,
                                struct docset *rows, struct arena *arena, struct facet_count *counts, struct err *err)
{
    uint32_t *all = arena_array(arena, (size_t)facet_ordinals() + 1, sizeof *all);
    uint32_t *alone = arena_array(arena, (size_t)facet_ordinals() + 1, sizeof *alone);
    if (!all || !alone)
        return arena_nomem(err);
    count_together(s, request, m, all);
    for (int f = 0; f < FACET_LISTED; f++) {
        if (!is_asked(request, f))
            continue;
        counts[f].base = m->total;
        if (m->filtered[f]) {
            TRY(searcher_deadline(s, err));
            TRY(match_without(s, m, (enum filter)f, rows, err));
            counts[f].base = docset_count(rows);
            count_alone(s, (enum facet)f, rows, counts[f].base, alone, all);
        }
        counts[f].unknown = all[facet_unknown((enum facet)f)];
        counts[f].counts = all + facet_first((enum facet)f);
    }
    if (is_asked(request, FACET_AREA))
        add_nationwide(request, all + facet_first(FACET_AREA));
    return STATUS_OK;
}

/* ---- weekday, time of day, date --------------------------------------------------------------------------------- */

/* How many of the rows have each class of slots; NULL when there are so many classes that rows are judged one by
 * one. */
static enum status count_classes(const struct columns *c, const struct docset *rows, struct arena *arena,
                                 uint32_t **classes, struct err *err)
{
    *classes = NULL;
    if (c->slot_class_count > CLASSES_MOST)
        return STATUS_OK;
    uint32_t *counts = arena_array(arena, c->slot_class_count, sizeof *counts);
    if (!counts)
        return arena_nomem(err);
    DOCSET_EACH(rows, row)
        counts[c->slot_class[row]]++;
    *classes = counts;
    return STATUS_OK;
}

/* Rows by the set of weekdays, or of times, on which they count. */
struct when_counts {
    const struct when *when;
    bool by_weekday;
    uint32_t seen[1 << WEEKDAYS];
};

static void add_slots(struct when_counts *counts, uint32_t slots, uint32_t rows, struct facet_count *out)
{
    bool passes = when_pass(counts->when, slots);
    out->base += passes ? rows : 0;
    if (counts->by_weekday) {
        /* A row may pass on one weekday, its time not stated there, and not on all days taken together. */
        out->unknown += passes && slots == 0 ? rows : 0;
        counts->seen[when_weekdays(counts->when, slots)] += rows;
    } else if (passes) {
        unsigned times = when_times(counts->when, slots) & ((1u << TIMES) - 1);
        out->unknown += times == 0 ? rows : 0;
        counts->seen[times] += rows;
    }
}

static void finish(const struct when_counts *sets, uint32_t *counts, struct facet_count *out)
{
    for (unsigned set = 1; set < 1u << WEEKDAYS; set++)
        for (int i = 0; sets->seen[set] && i < WEEKDAYS; i++)
            if (set & 1u << i)
                counts[i] += sets->seen[set];
    out->counts = counts;
}

/* What is counted of the rows that pass every other filter: each weekday (or time) counts what choosing it would find,
 * with the rest of the three judged as they are asked. */
struct days_count {
    struct when for_weekday, for_time, for_date;
    struct when_counts by_weekday, by_time;
    struct days days;
    const uint32_t *classes; /* rows by class of slots, or NULL */
};

static void count_slots(struct days_count *d, uint32_t slots, uint32_t rows, struct facet_count *counts)
{
    add_slots(&d->by_weekday, slots, rows, &counts[FACET_WEEKDAY]);
    add_slots(&d->by_time, slots, rows, &counts[FACET_TIME]);
}

/* Weekdays and times within the days asked for; else those of all times, which few classes of rows have. */
static void count_weekdays(const struct searcher *s, const struct request *request, const struct docset *rows,
                           struct days_count *d, struct facet_count *counts)
{
    const struct columns *c = &s->snapshot->columns;
    uint32_t slots;
    if (d->days.asked) {
        DOCSET_EACH(rows, row)
            if (filter_days(s, request, &d->days, row, &slots))
                count_slots(d, slots, 1, counts);
        return;
    }
    for (uint32_t i = 0; d->classes && i < c->slot_class_count; i++)
        if (d->classes[i])
            count_slots(d, c->slots[i], d->classes[i], counts);
    if (!d->classes)
        DOCSET_EACH(rows, row)
            count_slots(d, c->slots[c->slot_class[row]], 1, counts);
}

/* As if no date was asked for. */
static void count_undated(const struct searcher *s, const struct docset *rows, const struct days_count *d,
                          struct facet_count *out)
{
    const struct columns *c = &s->snapshot->columns;
    for (uint32_t i = 0; d->classes && i < c->slot_class_count; i++)
        out->base += d->classes[i] && when_pass(&d->for_date, c->slots[i]) ? d->classes[i] : 0;
    if (!d->classes)
        DOCSET_EACH(rows, row)
            out->base += when_pass(&d->for_date, c->slots[c->slot_class[row]]);
    if (when_pass(&d->for_date, 0)) /* what does not say the day says no weekday and no time */
        out->unknown = docset_count_and(rows, &s->undated);
}

static enum status count_days(struct searcher *s, const struct request *request, const struct match *m,
                              struct docset *rows, struct arena *arena, struct facet_count *counts, struct err *err)
{
    bool unknown_day = request->unknown >> FACET_WEEKDAY & 1, unknown_time = request->unknown >> FACET_TIME & 1;
    bool days_asked_for = is_asked(request, FACET_WEEKDAY), times_asked_for = is_asked(request, FACET_TIME);
    struct facet_count found[FACET_COUNT] = {0};
    uint32_t *classes;
    struct days_count *d = arena_array(arena, 1, sizeof *d);
    if (!days_asked_for && !times_asked_for && !is_asked(request, FACET_DATE))
        return STATUS_OK;
    uint32_t *days = arena_array(arena, WEEKDAYS, sizeof *days);
    uint32_t *times = arena_array(arena, WEEKDAYS, sizeof *times);
    if (!d || !days || !times)
        return arena_nomem(err);
    /* Weekdays are counted as if none was chosen, under the chosen times; and the other way round. */
    d->for_weekday = when_of(0, request->times, unknown_day, unknown_time);
    d->for_time = when_of(request->weekdays, 0, unknown_day, unknown_time);
    d->for_date = when_of(request->weekdays, request->times, unknown_day, unknown_time);
    d->by_weekday = (struct when_counts){.when = &d->for_weekday, .by_weekday = true};
    d->by_time = (struct when_counts){.when = &d->for_time};
    d->days = days_asked(request, s->clock->today);
    TRY(searcher_deadline(s, err));
    TRY(match_without(s, m, FILTER_WHEN, rows, err));
    TRY(count_classes(&s->snapshot->columns, rows, arena, &classes, err));
    d->classes = classes;
    if (days_asked_for || times_asked_for)
        count_weekdays(s, request, rows, d, found);
    finish(&d->by_weekday, days, &found[FACET_WEEKDAY]);
    finish(&d->by_time, times, &found[FACET_TIME]);
    if (days_asked_for)
        counts[FACET_WEEKDAY] = found[FACET_WEEKDAY];
    if (times_asked_for)
        counts[FACET_TIME] = found[FACET_TIME];
    if (is_asked(request, FACET_DATE))
        count_undated(s, rows, d, &counts[FACET_DATE]);
    return STATUS_OK;
}

/* ---- age and distance: only how many do not say ------------------------------------------------------------------ */

static enum status count_silent(struct searcher *s, const struct match *m, enum filter filter,
                                const struct docset *silent, struct docset *rows, struct facet_count *counts,
                                struct err *err)
{
    TRY(searcher_deadline(s, err));
    TRY(match_without(s, m, filter, rows, err));
    counts->base = docset_count(rows);
    counts->unknown = docset_count_and(rows, silent);
    return STATUS_OK;
}

enum status count_run(struct searcher *s, const struct request *request, const struct match *m, struct arena *arena,
                      struct facet_count *counts, struct err *err)
{
    struct docset rows = {0};
    memset(counts, 0, FACET_COUNT * sizeof *counts);
    TRY(searcher_deadline(s, err));
    TRY(count_listed(s, request, m, &rows, arena, counts, err));
    TRY(count_days(s, request, m, &rows, arena, counts, err));
    if (is_asked(request, FACET_AGE))
        TRY(count_silent(s, m, FILTER_AGE, &s->snapshot->no_age, &rows, &counts[FACET_AGE], err));
    if (is_asked(request, FACET_NEAR))
        TRY(count_silent(s, m, FILTER_NEAR, &s->snapshot->no_place, &rows, &counts[FACET_NEAR], err));
    return STATUS_OK;
}
