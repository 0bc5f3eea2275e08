#include "search/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
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

static struct sort_key key_of(const struct keying *k, uint32_t row)
{
    const struct columns *c = &k->searcher->snapshot->columns;
    struct sort_key key = {.low = c->name_rank[row]};
    switch (k->request->sort) {
    case SORT_RELEVANCE:
        key.high = (uint64_t)(k->tiers && missing_words(k->query, k->match, row) > 0) << 40 |
                   (uint64_t)(k->request->past && docset_has(&k->searcher->past, row)) << 36 |
                   (uint64_t)(k->tiers ? c->tier[row] : 0) << 32 |
                   descending(k->searcher->scores[row]);
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

/* ---- one page --------------------------------------------------------------------------------------------------- */

struct keyed {
    struct sort_key key;
    uint32_t row;
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

/* The `want` first rows behind the cursor (if any), in order; *before gets how many rows stand at or before it. */
static size_t select_best(const struct keying *k, const struct cursor *cursor, struct keyed *heap, size_t want,
                          uint64_t *before)
{
    size_t count = 0;
    struct sort_key after = {cursor->key_high, cursor->key_low};
    bool plain = want && k->request->sort == SORT_RELEVANCE && !k->tiers && !k->request->past && !cursor->given;
    DOCSET_EACH(&k->match->result, row) {
        if (plain && count == want && descending(k->searcher->scores[row]) > heap[0].key.high)
            continue;
        struct keyed entry = {key_of(k, row), row};
        if (cursor->given && sort_key_compare(entry.key, after) <= 0) {
            ++*before;
            continue;
        }
        if (count < want) {
            heap[count] = entry;
            sift_up(heap, count++);
        } else if (want && compare_keyed(&entry, &heap[0]) < 0) {
            heap[0] = entry;
            sift_down(heap, count, 0);
        }
    }
    qsort(heap, count, sizeof *heap, compare_keyed);
    return count;
}

static struct hit make_hit(const struct keying *k, const struct keyed *entry)
{
    struct searcher *s = k->searcher;
    struct hit hit = {.row = entry->row, .key = entry->key, .score = k->scored ? s->scores[entry->row] : 0,
                      .distance_km = NAN,
                      .next_day = DAY_UNKNOWN, .next_from = MINUTE_UNKNOWN, .next_to = MINUTE_UNKNOWN,
                      .values = score_values(s, k->query, k->match, entry->row),
                      .missing = missing_words(k->query, k->match, entry->row)};
    struct occurrence next;
    hit.distance_km = row_distance_km(&s->snapshot->columns, entry->row, k->request, &hit.distance_centre);
    if (searcher_occurrence(s, entry->row, s->first_day, &next)) {
        hit.next_day = next.day;
        hit.next_from = next.from_minute;
        hit.next_to = next.to_minute;
    }
    return hit;
}

enum status rank_run(struct searcher *s, const struct request *request, const struct query *query,
                     const struct match *m, struct arena *arena, struct answer *answer, struct err *err)
{
    bool by_score = request->sort == SORT_RELEVANCE;
    struct keying k = {s, request, query, m, area_asked(request), by_score || request->explain};
    uint64_t before = 0, skip = request->cursor.given ? 0 : (uint64_t)(request->page - 1) * request->per_page;
    uint64_t want = skip >= m->total ? 0 : skip + request->per_page;
    if (want > m->total)
        want = m->total;
    /* Places are of scores alone when nothing else comes before them, and all are counted behind a cursor. */
    size_t top = by_score && !k.tiers && !request->past && !request->cursor.given ? (size_t)want : 0;
    if ((want || request->cursor.given) && k.scored)
        TRY(score_run(s, query, m, top, arena, err));
    TRY(searcher_deadline(s, err));
    struct keyed *heap = malloc((size_t)(want + 1) * sizeof *heap);
    if (!heap)
        return err_set(err, STATUS_NOMEM, "out of memory for %llu hits", (unsigned long long)want);
    size_t found = select_best(&k, &request->cursor, heap, (size_t)want, &before);
    size_t first = skip < found ? (size_t)skip : found;
    answer->hit_count = found - first;
    answer->hits = arena_array(arena, answer->hit_count, sizeof *answer->hits);
    for (size_t i = 0; answer->hits && i < answer->hit_count; i++)
        answer->hits[i] = make_hit(&k, &heap[first + i]);
    free(heap);
    if (!answer->hits)
        return arena_nomem(err);
    for (size_t i = 0; request->explain && i < answer->hit_count; i++)
        TRY(score_explain(s, query, m, answer->hits[i].row, arena, &answer->hits[i].score_parts, err));
    answer->before = request->cursor.given ? before : skip < m->total ? skip : m->total;
    answer->more = answer->hit_count > 0 && answer->before + answer->hit_count < m->total;
    return STATUS_OK;
}
