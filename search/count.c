#include "search/count.h"

#include <string.h>

enum { CLASSES_MOST = 1 << 16 }; /* with more, looking at each costs more than judging rows */

/* ---- listed facets --------------------------------------------------------------------------------------------- */

/* Counts the ordinals `first` to `last` of every row of the set: one pass serves all facets that look at the same
 * rows.  A row's ordinals ascend. */
static void count_columns(const struct columns *c, const struct docset *rows, uint16_t first, uint16_t last,
                          uint32_t *counts)
{
    for (size_t at = 0; at < rows->word_count; at++) {
        columns_fetch(c, rows->words, at + COLUMNS_AHEAD, rows->word_count);
        for (uint64_t left = rows->words[at]; left; left &= left - 1) {
            size_t row = at * 64 + (size_t)__builtin_ctzll(left);
            uint32_t i = c->ordinal_offset[row], end = c->ordinal_offset[row + 1];
            for (; i < end && c->ordinals[i] <= last; i++)
                if (c->ordinals[i] >= first)
                    counts[c->ordinals[i]]++;
        }
    }
}

static void count_values(const struct snapshot *s, const struct docset *rows, enum facet facet, uint32_t *counts)
{
    for (uint16_t v = facet_first(facet); v <= facet_unknown(facet); v++)
        counts[v] = s->values[v].count ? (uint32_t)value_set_count_and(&s->values[v], rows) : 0;
}

static double columns_cost(const struct snapshot *s, uint64_t rows)
{
    const struct columns *c = &s->columns;
    double per_row = c->count ? (double)c->ordinal_offset[c->count] / c->count : 0;
    return (double)rows * per_row * s->column_cost;
}

static bool is_asked(const struct request *request, int facet)
{
    return !(request->uncounted >> facet & 1);
}

/* The facets whose own filter is not set all look at the result itself. */
static void count_together(const struct snapshot *s, const struct request *request, const struct match *m,
                           uint32_t *counts)
{
    double by_values = 0;
    int last = -1;
    for (int f = 0; f < FACET_LISTED; f++) {
        if (m->filtered[f] || !is_asked(request, f))
            continue;
        by_values += s->values_cost[f];
        last = f;
    }
    if (last >= 0 && columns_cost(s, m->total) <= by_values) {
        count_columns(&s->columns, &m->result, 0, facet_unknown((enum facet)last), counts);
        return;
    }
    for (int f = 0; f < FACET_LISTED; f++)
        if (!m->filtered[f] && is_asked(request, f))
            count_values(s, &m->result, (enum facet)f, counts);
}

static void count_alone(const struct snapshot *s, enum facet facet, const struct docset *rows, uint64_t row_count,
                        uint32_t *counts)
{
    memset(counts + facet_first(facet), 0, ((size_t)facet_unknown(facet) - facet_first(facet) + 1) * sizeof *counts);
    if (columns_cost(s, row_count) <= s->values_cost[facet])
        count_columns(&s->columns, rows, facet_first(facet), facet_unknown(facet), counts);
    else
        count_values(s, rows, facet, counts);
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
    uint32_t *all = arena_array(arena, facet_ordinals(), sizeof *all);
    if (!all)
        return arena_nomem(err);
    count_together(s->snapshot, request, m, all);
    for (int f = 0; f < FACET_LISTED; f++) {
        if (!is_asked(request, f))
            continue;
        counts[f].base = m->total;
        if (m->filtered[f]) {
            TRY(searcher_deadline(s, err));
            TRY(match_without(s, m, (enum filter)f, rows, err));
            counts[f].base = docset_count(rows);
            count_alone(s->snapshot, (enum facet)f, rows, counts[f].base, all);
        }
        counts[f].unknown = all[facet_unknown((enum facet)f)];
        counts[f].counts = all + facet_first((enum facet)f);
    }
    if (is_asked(request, FACET_AREA))
        add_nationwide(request, all + facet_first(FACET_AREA));
    return STATUS_OK;
}

/* ---- weekday and time of day ------------------------------------------------------------------------------------ */

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

/* Of rows that pass every other filter: each weekday (or time) counts what choosing it would find, with the other of
 * the two judged as `when` says. */
static void count_when(const struct columns *c, const struct docset *rows, const uint32_t *classes,
                       const struct when *when, bool by_weekday, uint32_t *counts, struct facet_count *out)
{
    struct when_counts sets = {.when = when, .by_weekday = by_weekday};
    for (uint32_t i = 0; classes && i < c->slot_class_count; i++)
        if (classes[i])
            add_slots(&sets, c->slots[i], classes[i], out);
    if (!classes)
        DOCSET_EACH(rows, row)
            add_slots(&sets, c->slots[c->slot_class[row]], 1, out);
    for (unsigned set = 1; set < 1u << WEEKDAYS; set++)
        for (int i = 0; sets.seen[set] && i < WEEKDAYS; i++)
            if (set & 1u << i)
                counts[i] += sets.seen[set];
    out->counts = counts;
}

static enum status count_days(struct searcher *s, const struct request *request, const struct match *m,
                              struct docset *rows, struct arena *arena, struct facet_count *counts, struct err *err)
{
    bool unknown_day = request->unknown >> FACET_WEEKDAY & 1, unknown_time = request->unknown >> FACET_TIME & 1;
    /* Weekdays are counted as if none was chosen, under the chosen times; and the other way round. */
    struct when for_weekday = when_of(0, request->times, unknown_day, unknown_time);
    struct when for_time = when_of(request->weekdays, 0, unknown_day, unknown_time);
    bool days_asked = is_asked(request, FACET_WEEKDAY), times_asked = is_asked(request, FACET_TIME);
    if (!days_asked && !times_asked)
        return STATUS_OK;
    uint32_t *days = arena_array(arena, WEEKDAYS, sizeof *days);
    uint32_t *times = arena_array(arena, WEEKDAYS, sizeof *times);
    if (!days || !times)
        return arena_nomem(err);
    TRY(searcher_deadline(s, err));
    uint32_t *classes;
    const struct columns *c = &s->snapshot->columns;
    TRY(match_without(s, m, FILTER_WHEN, rows, err));
    TRY(count_classes(c, rows, arena, &classes, err));
    if (days_asked)
        count_when(c, rows, classes, &for_weekday, true, days, &counts[FACET_WEEKDAY]);
    if (times_asked)
        count_when(c, rows, classes, &for_time, false, times, &counts[FACET_TIME]);
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
