#include "search/feedback.h"

#include <math.h>

#include "search/weights.h"

/* Of equals the first by name: which row a record has is not to be seen in any answer. */
static bool before(const struct searcher *s, uint32_t a, uint32_t b)
{
    const uint32_t *rank = s->snapshot->columns.name_rank;
    return s->scores[a] > s->scores[b] || (s->scores[a] == s->scores[b] && rank[a] < rank[b]);
}

void feedback_start(struct feedback *f)
{
    *f = (struct feedback){.least = -1};
}

void feedback_take(struct feedback *f, const struct searcher *s, uint32_t row)
{
    if (f->count < FEEDBACK_TOP || before(s, row, f->top[f->count - 1])) {
        size_t at = f->count < FEEDBACK_TOP ? f->count++ : f->count - 1;
        for (; at > 0 && before(s, row, f->top[at - 1]); at--)
            f->top[at] = f->top[at - 1];
        f->top[at] = row;
    }
    if (f->count == FEEDBACK_TOP)
        f->least = s->scores[f->top[f->count - 1]];
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

enum status feedback_weigh(struct feedback *f, const struct searcher *s, struct arena *arena, struct err *err)
{
    uint16_t themes = facet_unknown(FACET_THEME), audiences = facet_unknown(FACET_AUDIENCE);
    double most = 0;
    f->values = arena_array(arena, facet_ordinals(), sizeof *f->values);
    f->end = themes > audiences ? themes : audiences;
    if (!f->values)
        return arena_nomem(err);
    if (f->count < 2 || !(s->scores[f->top[0]] > 0))
        return STATUS_OK;
    weigh_values(s, f->top, f->count, f->values);
    for (size_t i = 0; i < f->count; i++)
        most = fmax(most, sum_of(&s->snapshot->columns, f->values, f->end, f->top[i]));
    f->limit = weights.feedback * s->scores[f->top[0]];
    f->scale = most > 0 ? f->limit / most : 0;
    return STATUS_OK;
}

float feedback_of(const struct feedback *f, const struct searcher *s, uint32_t row)
{
    double earned = f->scale * sum_of(&s->snapshot->columns, f->values, f->end, row);
    return (float)(earned < f->limit ? earned : f->limit);
}
