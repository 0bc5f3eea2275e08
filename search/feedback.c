#include "search/feedback.h"

#include <math.h>

#include "search/weights.h"

/* Of equals the first by name: which row a record has is not to be seen in any answer. */
static bool before(const struct searcher *s, uint32_t a, uint32_t b)
{
    const uint32_t *rank = s->snapshot->columns.name_rank;
    return s->scores[a] > s->scores[b] || (s->scores[a] == s->scores[b] && rank[a] < rank[b]);
}

/* The rows of the highest scores, the best first. */
static size_t find_top(const struct searcher *s, const struct match *m, uint32_t top[FEEDBACK_TOP])
{
    size_t count = 0;
    float least = -1; /* of the last one, when there are as many as wanted */
    DOCSET_EACH(&m->result, row) {
        if (s->scores[row] < least || (count == FEEDBACK_TOP && !before(s, row, top[count - 1])))
            continue;
        size_t at = count < FEEDBACK_TOP ? count++ : count - 1;
        for (; at > 0 && before(s, row, top[at - 1]); at--)
            top[at] = top[at - 1];
        top[at] = row;
        if (count == FEEDBACK_TOP)
            least = s->scores[top[count - 1]];
    }
    return count;
}

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

/* The score of the place `top` in order, 0 when there are fewer rows: a heap with the least of the best on top. */
static float score_at(const struct searcher *s, const struct match *m, size_t top)
{
    float heap[FEEDBACK_PLACES] = {0};
    DOCSET_EACH(&m->result, row) {
        if (s->scores[row] <= heap[0])
            continue;
        heap[0] = s->scores[row];
        sift(heap, top);
    }
    return heap[0];
}

/* The last place asked for has at least this score: by the scores before anything is added, then by the best of those
 * to which it is. */
struct best {
    size_t places; /* 0: all rows are asked for */
    float least;
    float heap[FEEDBACK_PLACES];
};

static void note_score(struct best *best, float score)
{
    if (!best->places || score <= best->heap[0])
        return;
    best->heap[0] = score;
    sift(best->heap, best->places);
    best->least = best->heap[0] > best->least ? best->heap[0] : best->least;
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

enum status feedback_run(struct searcher *s, const struct match *m, size_t top_places,
                         struct arena *arena, struct err *err)
{
    const struct columns *c = &s->snapshot->columns;
    uint16_t end = facet_unknown(FACET_AUDIENCE) > facet_unknown(FACET_THEME) ? facet_unknown(FACET_AUDIENCE)
                                                                              : facet_unknown(FACET_THEME);
    uint32_t top[FEEDBACK_TOP];
    size_t count = find_top(s, m, top);
    double *values = arena_array(arena, facet_ordinals(), sizeof *values), most = 0;
    if (!values)
        return arena_nomem(err);
    if (count < 2 || !(s->scores[top[0]] > 0))
        return STATUS_OK;
    weigh_values(s, top, count, values);
    for (size_t i = 0; i < count; i++)
        most = fmax(most, sum_of(c, values, end, top[i]));
    double limit = weights.feedback * s->scores[top[0]], scale = most > 0 ? limit / most : 0;
    if (!(scale > 0))
        return STATUS_OK;
    struct best best = {.places = top_places <= FEEDBACK_PLACES ? top_places : 0};
    best.least = best.places ? score_at(s, m, best.places) : 0;
    const struct docset *rows = &m->result;
    for (size_t at = 0; at < rows->word_count; at++) {
        columns_fetch(c, rows->words, at + COLUMNS_AHEAD, rows->word_count);
        for (uint64_t left = rows->words[at]; left; left &= left - 1) {
            uint32_t row = (uint32_t)(at * 64) + (uint32_t)__builtin_ctzll(left);
            if (s->scores[row] + (float)limit < best.least) /* cannot come before the last place asked for */
                continue;
            s->scores[row] += (float)fmin(scale * sum_of(c, values, end, row), limit);
            note_score(&best, s->scores[row]);
        }
    }
    return STATUS_OK;
}
