#include "search/feedback.h"

#include <math.h>
#include <string.h>

#include "search/weights.h"

/* Of equals the first by name: which row a record has is not to be seen in any answer. */
static bool before(const struct searcher *s, uint32_t a, uint32_t b)
{
    const uint32_t *rank = s->snapshot->columns.name_rank;
    return s->scores[a] > s->scores[b] || (s->scores[a] == s->scores[b] && rank[a] < rank[b]);
}

/* The least of the heap sinks in from its top. */
static void sift(float *heap, size_t count)
{
    for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && heap[child + 1] < heap[child];
        if (heap[at] <= heap[child])
            return;
        float swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
    }
}

void feedback_start(struct feedback *f, size_t top_places)
{
    f->count = 0;
    f->places = top_places <= FEEDBACK_PLACES ? top_places : 0;
    f->least = -1;
    memset(f->heap, 0, f->places * sizeof *f->heap);
}

static void keep_score(struct feedback *f, float score)
{
    if (!f->places || score <= f->heap[0])
        return;
    f->heap[0] = score;
    sift(f->heap, f->places);
}

void feedback_take(struct feedback *f, const struct searcher *s, uint32_t row)
{
    keep_score(f, s->scores[row]);
    if (f->count < FEEDBACK_TOP || before(s, row, f->top[f->count - 1])) {
        size_t at = f->count < FEEDBACK_TOP ? f->count++ : f->count - 1;
        for (; at > 0 && before(s, row, f->top[at - 1]); at--)
            f->top[at] = f->top[at - 1];
        f->top[at] = row;
    }
    if (f->count < FEEDBACK_TOP)
        return;
    f->least = s->scores[f->top[f->count - 1]];
    if (f->places && f->heap[0] < f->least)
        f->least = f->heap[0];
}

static bool is_of(enum facet facet, uint16_t ordinal)
{
    return ordinal >= facet_first(facet) && ordinal < facet_unknown(facet);
}

static void weigh_values(const struct searcher *s, const uint32_t *top, size_t count, double *values)
{
    const struct columns *c = &s->snapshot->columns;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += s->scores[top[i]];
    for (size_t i = 0; i < count; i++)
        for (uint32_t o = c->ordinal_offset[top[i]]; o < c->ordinal_offset[top[i] + 1]; o++)
            values[c->ordinals[o]] += s->scores[top[i]] / sum;
    for (uint16_t v = 0, end = facet_ordinals(); v < end; v++) {
        if (!(values[v] > 0))
            continue;
        if (!is_of(FACET_THEME, v) && !is_of(FACET_AUDIENCE, v))
            values[v] = 0;
        double everywhere = (double)s->snapshot->values[v].count / c->count;
        values[v] = values[v] > everywhere ? values[v] * log(values[v] / everywhere) : 0;
    }
}

/* A row's ordinals ascend: nothing is added behind `end`. */
static double sum_of(const struct columns *c, const double *values, uint16_t end, uint32_t row)
{
    double sum = 0;
    for (uint32_t o = c->ordinal_offset[row]; o < c->ordinal_offset[row + 1] && c->ordinals[o] < end; o++)
        sum += values[c->ordinals[o]];
    return sum;
}

/* The last place asked for has at least the score `least`: by the scores before anything is added, then by the best of
 * those to which it is. */
static void add_sums(struct feedback *f, struct searcher *s, const struct match *m, const double *values, uint16_t end,
                     double scale, double limit)
{
    const struct columns *c = &s->snapshot->columns;
    const struct docset *rows = &m->result;
    float least = f->places ? f->heap[0] : 0;
    memset(f->heap, 0, f->places * sizeof *f->heap);
    for (size_t at = 0; at < rows->word_count; at++) {
        columns_fetch(c, rows->words, at + COLUMNS_AHEAD, rows->word_count);
        for (uint64_t left = rows->words[at]; left; left &= left - 1) {
            uint32_t row = (uint32_t)(at * 64) + (uint32_t)__builtin_ctzll(left);
            if (s->scores[row] + (float)limit < least) /* cannot come before the last place asked for */
                continue;
            s->scores[row] += (float)fmin(scale * sum_of(c, values, end, row), limit);
            keep_score(f, s->scores[row]);
            if (f->places && f->heap[0] > least)
                least = f->heap[0];
        }
    }
}

enum status feedback_run(struct feedback *f, struct searcher *s, const struct match *m, struct arena *arena,
                         struct err *err)
{
    const struct columns *c = &s->snapshot->columns;
    uint16_t end = facet_unknown(FACET_AUDIENCE) > facet_unknown(FACET_THEME) ? facet_unknown(FACET_AUDIENCE)
                                                                              : facet_unknown(FACET_THEME);
    double *values = arena_array(arena, facet_ordinals(), sizeof *values), most = 0;
    if (!values)
        return arena_nomem(err);
    if (f->count < 2 || !(s->scores[f->top[0]] > 0))
        return STATUS_OK;
    weigh_values(s, f->top, f->count, values);
    for (size_t i = 0; i < f->count; i++)
        most = fmax(most, sum_of(c, values, end, f->top[i]));
    double limit = weights.feedback * s->scores[f->top[0]], scale = most > 0 ? limit / most : 0;
    if (scale > 0)
        add_sums(f, s, m, values, end, scale, limit);
    return STATUS_OK;
}
