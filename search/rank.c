#include "search/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "search/feedback.h"
#include "search/members.h"
#include "search/score.h"

/* ---- keys ------------------------------------------------------------------------------------------------------ */

struct keying {
    struct searcher *searcher;
    const struct request *request;
    const struct query *query;
    const struct match *match;
    bool tiers;  /* an area was asked for: what serves only it comes first */
    bool scored; /* the rows have scores: they are sorted by them, or shall be explained */
};

static bool area_asked(const struct request *request)
{
    if (distance_asked(request))
        return true;
    for (size_t i = 0; i < request->selected_count[FACET_AREA]; i++)
        if (area_is_place(request->selected[FACET_AREA][i]))
            return true;
    return false;
}

static unsigned missing_words(const struct query *query, const struct match *m, uint32_t row)
{
    unsigned missing = 0;
    if (m->required < m->wanted)
        for (size_t w = 0; w < m->word_count; w++)
            missing += !query->words[w].optional && !docset_has(&m->words[w].rows, row);
    return missing;
}

static uint32_t descending(float score)
{
    uint32_t bits; /* the bits of floats from 0 up are in the order of their values */
    memcpy(&bits, &score, sizeof bits);
    return UINT32_MAX - bits;
}

static uint32_t metres(double km)
{
    return isnan(km) ? UINT32_MAX : (uint32_t)lround(km * 1000);
}

/* What comes before the score: 0 where nothing does. */
static uint64_t group_of(const struct keying *k, uint32_t row)
{
    bool past = k->request->past && docset_has(&k->searcher->past, row);
    if (!k->tiers)
        return (uint64_t)past << 36;
    return (uint64_t)(missing_words(k->query, k->match, row) > 0) << 40 | (uint64_t)past << 36 |
           (uint64_t)k->searcher->snapshot->columns.tier[row] << 32;
}

static struct sort_key key_of(const struct keying *k, uint32_t row, float score)
{
    const struct columns *c = &k->searcher->snapshot->columns;
    struct sort_key key = {.low = c->name_rank[row]};
    switch (k->request->sort) {
    case SORT_RELEVANCE:
        key.high = group_of(k, row) | descending(score);
        break;
    case SORT_DISTANCE:
        key.high = metres(row_distance_km(c, row, k->request, NULL));
        break;
    case SORT_NEXT: key.high = searcher_next(k->searcher, row); break;
    case SORT_NEWEST: key.high = UINT32_MAX - c->first_seen[row]; break;
    default: break;
    }
    return key;
}

int sort_key_compare(struct sort_key a, struct sort_key b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return a.low < b.low ? -1 : a.low > b.low;
}

/* ---- the first of many ------------------------------------------------------------------------------------------ */

struct keyed {
    struct sort_key key;
    uint32_t row;
    float score;
};

static int compare_keyed(const void *a, const void *b)
{
    return sort_key_compare(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

/* A heap with the last of the best on top. */
static void sift_down(struct keyed *heap, size_t count, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && compare_keyed(&heap[child], &heap[child + 1]) < 0)
            child++;
        if (compare_keyed(&heap[at], &heap[child]) >= 0)
            return;
        struct keyed swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
        at = child;
    }
}

static void sift_up(struct keyed *heap, size_t at)
{
    while (at > 0 && compare_keyed(&heap[(at - 1) / 2], &heap[at]) < 0) {
        struct keyed swap = heap[at];
        heap[at] = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = swap;
        at = (at - 1) / 2;
    }
}

/* The `want` first of the rows that are put in. */
struct best {
    struct keyed *heap;
    size_t count, want;
};

/* A key that begins so is none of the first, as far as they are known. */
static bool is_behind(const struct best *best, uint64_t high)
{
    return best->count == best->want && best->want && high > best->heap[0].key.high;
}

static void put_in(struct best *best, struct keyed entry)
{
    if (best->count < best->want) {
        best->heap[best->count] = entry;
        sift_up(best->heap, best->count++);
    } else if (best->want && compare_keyed(&entry, &best->heap[0]) < 0) {
        best->heap[0] = entry;
        sift_down(best->heap, best->count, 0);
    }
}

/* ---- scores ----------------------------------------------------------------------------------------------------- */

enum { ROWS_UNCHECKED = 8192 }; /* between two looks at the deadline, about */

/* The rows of the result with what they have earned without feedback, and the first by that; then what feedback
 * adds. */
struct contest {
    const struct keying *k;
    const uint32_t *rows;
    float *scores;
    size_t count;
    struct best best;
    bool leaves_out;  /* rows that are none of the first need no score */
    struct feedback feedback;
    float limit;      /* the most that feedback adds */
    uint64_t last;    /* a row whose key is higher, whatever feedback adds, is none of the first */
};

/* A row that scores less is neither one of the first, as far as they are known, nor one that feedback learns from. */
static float least_of(const struct contest *c)
{
    const struct best *best = &c->best;
    bool grouped = c->k->tiers || c->k->request->past;
    float least = c->k->searcher->guide ? c->feedback.least : INFINITY;
    if (!c->leaves_out)
        return least;
    if (grouped || best->count < best->want)
        return -1;
    return fminf(least, best->heap[0].score);
}

static void see(struct contest *c, size_t from, size_t to)
{
    const struct searcher *s = c->k->searcher;
    float least = least_of(c);
    for (size_t i = from; i < to; i++) {
        uint32_t row = c->rows[i];
        float score = c->scores[i];
        if (score < least)
            continue;
        if (s->guide)
            feedback_see(&c->feedback, s, row, score);
        if (!c->leaves_out || is_behind(&c->best, group_of(c->k, row) | descending(score)))
            continue;
        put_in(&c->best, (struct keyed){key_of(c->k, row, score), row, score});
        least = least_of(c);
    }
}

static enum status see_all(struct contest *c, struct arena *arena, struct err *err)
{
    struct scoring *scoring;
    TRY(scoring_start(&scoring, c->k->searcher, c->k->query, c->k->match, arena, err));
    for (size_t from = 0, to; from < c->count; from = to) {
        to = from + SCORE_ROWS < c->count ? from + SCORE_ROWS : c->count;
        scoring_rows(scoring, c->rows + from, to - from, c->scores + from);
        see(c, from, to);
        if (from % ROWS_UNCHECKED == 0)
            TRY(searcher_deadline(c->k->searcher, err));
    }
    return STATUS_OK;
}

/* With what feedback adds to those that are the first without it, as many rows as are asked for come no later than the
 * last of them. */
static void find_last(struct contest *c)
{
    const struct searcher *s = c->k->searcher;
    if (!c->leaves_out || c->best.count < c->best.want)
        return;
    c->last = 0;
    for (size_t i = 0; i < c->best.count; i++) {
        const struct keyed *entry = &c->best.heap[i];
        float score = entry->score + (c->limit > 0 ? feedback_of(&c->feedback, s, entry->row) : 0);
        uint64_t high = group_of(c->k, entry->row) | descending(score);
        c->last = high > c->last ? high : c->last;
    }
}

/* Gives the rows their scores without feedback, and finds what that adds. */
static enum status score_rows(struct contest *c, struct arena *arena, struct err *err)
{
    const struct searcher *s = c->k->searcher;
    feedback_start(&c->feedback);
    TRY(see_all(c, arena, err));
    if (s->guide) {
        TRY(feedback_weigh(&c->feedback, s, arena, err));
        c->limit = c->feedback.scale > 0 ? (float)c->feedback.limit : 0;
    }
    find_last(c);
    c->best.count = 0;
    return STATUS_OK;
}

/* ---- one page --------------------------------------------------------------------------------------------------- */

/* Rows that are looked at together, so that what feedback reads of them is fetched meanwhile: by index. */
struct batch {
    uint32_t at[64];
    size_t count;
};

static void put_batch(struct contest *c, struct batch *batch, const struct cursor *cursor, uint64_t *before)
{
    const struct searcher *s = c->k->searcher;
    struct sort_key after = {cursor->key_high, cursor->key_low};
    for (size_t i = 0; i < batch->count; i++) {
        uint32_t row = c->rows[batch->at[i]];
        float score = c->k->scored ? c->scores[batch->at[i]] : 0;
        if (c->limit > 0)
            score += feedback_of(&c->feedback, s, row);
        struct sort_key key = key_of(c->k, row, score);
        if (cursor->given && sort_key_compare(key, after) <= 0)
            ++*before;
        else
            put_in(&c->best, (struct keyed){key, row, score});
    }
    batch->count = 0;
    if (c->leaves_out && c->best.count == c->best.want && c->best.heap[0].key.high < c->last)
        c->last = c->best.heap[0].key.high;
}

/* Whether the row may be among the first. */
static bool may_come(const struct contest *c, size_t i)
{
    return !c->leaves_out || (group_of(c->k, c->rows[i]) | descending(c->scores[i] + c->limit)) <= c->last;
}

/* The first of the rows behind the cursor (if any), in order; *before gets how many rows stand at or before it. */
static void select_best(struct contest *c, const struct cursor *cursor, uint64_t *before)
{
    struct batch batch = {.count = 0};
    for (size_t i = 0; i < c->count; i++) {
        if (!may_come(c, i))
            continue;
        if (c->limit > 0)
            feedback_fetch(c->k->searcher, c->rows[i]);
        batch.at[batch.count++] = (uint32_t)i;
        if (batch.count == sizeof batch.at / sizeof *batch.at)
            put_batch(c, &batch, cursor, before);
    }
    put_batch(c, &batch, cursor, before);
    qsort(c->best.heap, c->best.count, sizeof *c->best.heap, compare_keyed);
}

static struct hit make_hit(const struct keying *k, const struct keyed *entry)
{
    struct searcher *s = k->searcher;
    struct hit hit = {.row = entry->row, .key = entry->key, .score = entry->score,
                      .distance_km = NAN,
                      .next_day = DAY_UNKNOWN, .next_from = MINUTE_UNKNOWN, .next_to = MINUTE_UNKNOWN,
                      .values = score_values(s, k->query, k->match, entry->row),
                      .missing = missing_words(k->query, k->match, entry->row)};
    struct occurrence next;
    hit.distance_km = row_distance_km(&s->snapshot->columns, entry->row, k->request, &hit.distance_centre);
    if (!(k->request->unshown >> MEMBER_NEXT & 1) && searcher_occurrence(s, entry->row, s->first_day, &next)) {
        hit.next_day = next.day;
        hit.next_from = next.from_minute;
        hit.next_to = next.to_minute;
    }
    return hit;
}

static enum status find_hits(const struct keying *k, struct keyed *heap, size_t skip, size_t want, struct arena *arena,
                             struct answer *answer, struct err *err)
{
    const struct request *request = k->request;
    /* Behind a cursor all rows are counted. */
    bool few = request->sort == SORT_RELEVANCE && want <= RANK_PLACES && !request->cursor.given;
    struct contest c = {.k = k, .rows = k->searcher->rows, .scores = k->searcher->scores, .best = {heap, 0, want},
                        .leaves_out = few && k->scored, .last = UINT64_MAX};
    uint64_t before = 0;
    if (want || request->cursor.given)
        c.count = docset_list(&k->match->result, k->searcher->rows);
    if (c.count && k->scored)
        TRY(score_rows(&c, arena, err));
    TRY(searcher_deadline(k->searcher, err));
    select_best(&c, &request->cursor, &before);
    size_t first = skip < c.best.count ? skip : c.best.count;
    answer->hit_count = c.best.count - first;
    answer->hits = arena_array(arena, answer->hit_count, sizeof *answer->hits);
    if (!answer->hits)
        return arena_nomem(err);
    for (size_t i = 0; i < answer->hit_count; i++)
        answer->hits[i] = make_hit(k, &heap[first + i]);
    answer->before = request->cursor.given ? before : skip < k->match->total ? skip : k->match->total;
    answer->more = answer->hit_count > 0 && answer->before + answer->hit_count < k->match->total;
    return STATUS_OK;
}

enum status rank_run(struct searcher *s, const struct request *request, const struct query *query,
                     const struct match *m, struct arena *arena, struct answer *answer, struct err *err)
{
    bool scored = query && (request->sort == SORT_RELEVANCE || request->explain);
    struct keying k = {s, request, query, m, area_asked(request), scored};
    uint64_t skip = request->cursor.given ? 0 : (uint64_t)(request->page - 1) * request->per_page;
    uint64_t want = skip >= m->total ? 0 : skip + request->per_page;
    if (want > m->total)
        want = m->total;
    struct keyed *heap = malloc((size_t)(want + 1) * sizeof *heap);
    if (!heap)
        return err_set(err, STATUS_NOMEM, "out of memory for %llu hits", (unsigned long long)want);
    enum status status = find_hits(&k, heap, (size_t)skip, (size_t)want, arena, answer, err);
    free(heap);
    TRY(status);
    for (size_t i = 0; request->explain && i < answer->hit_count; i++)
        TRY(score_explain(s, query, m, answer->hits[i].row, answer->hits[i].score, arena, &answer->hits[i].score_parts,
                          err));
    return STATUS_OK;
}
