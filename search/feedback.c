#include "search/feedback.h"

#include <math.h>

#include "search/weights.h"

/* Of equals the first by name: which row a record has is not to be seen in any answer. */
static bool before(const struct searcher *s, struct feedback_row a, struct feedback_row b)
{
    const uint32_t *rank = s->snapshot->columns.name_rank;
    return a.score > b.score || (!(a.score < b.score) && rank[a.row] < rank[b.row]);
}

void feedback_start(struct feedback *f)
{
    *f = (struct feedback){.least = -1};
}

void feedback_take(struct feedback *f, const struct searcher *s, uint32_t row, float score)
{
    struct feedback_row seen = {row, score};
    if (f->count < FEEDBACK_TOP || before(s, seen, f->top[f->count - 1])) {
        size_t at = f->count < FEEDBACK_TOP ? f->count++ : f->count - 1;
        for (; at > 0 && before(s, seen, f->top[at - 1]); at--)
            f->top[at] = f->top[at - 1];
        f->top[at] = seen;
    }
    if (f->count == FEEDBACK_TOP)
        f->least = f->top[f->count - 1].score;
}

static bool is_of(enum facet facet, uint16_t ordinal)
{
    return ordinal >= facet_first(facet) && ordinal < facet_unknown(facet);
}

static void weigh_values(const struct feedback *f, const struct searcher *s)
{
    const struct columns *c = &s->snapshot->columns;
    double sum = 0, *values = f->values;
    for (size_t i = 0; i < f->count; i++)
        sum += f->top[i].score;
    for (size_t i = 0; i < f->count; i++)
        for (uint32_t o = c->ordinal_offset[f->top[i].row]; o < c->ordinal_offset[f->top[i].row + 1]; o++)
            values[c->ordinals[o]] += f->top[i].score / sum;
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
    if (f->count < 2 || !(f->top[0].score > 0))
        return STATUS_OK;
    weigh_values(f, s);
    for (size_t i = 0; i < f->count; i++)
        most = fmax(most, sum_of(&s->snapshot->columns, f->values, f->end, f->top[i].row));
    f->limit = weights.feedback * f->top[0].score;
    f->scale = most > 0 ? f->limit / most : 0;
    return STATUS_OK;
}

float feedback_of(const struct feedback *f, const struct searcher *s, uint32_t row)
{
    double earned = f->scale * sum_of(&s->snapshot->columns, f->values, f->end, row);
    return (float)(earned < f->limit ? earned : f->limit);
}
