#include "search/postings_merge.h"

#include <stdlib.h>
#include <string.h>

enum { BITMAP_SHARE = 64 }; /* a bitmap when more than rows / 64 match: then it is the smaller form to intersect */

/* The lists of the terms that the index has. */
struct lists {
    struct inverted_list list[POSTINGS_TERMS_PER_WORD];
    uint8_t lanes[POSTINGS_TERMS_PER_WORD];
    size_t count;
    size_t postings;             /* of all lists */
    uint64_t terms_of[LANE_COUNT]; /* bit set of the lists that feed the lane */
    uint32_t *rows;              /* decoded, one list behind the other; owned */
    uint8_t *frequencies;        /* the same */
};

static enum status nomem(size_t count, struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for %zu postings", count);
}

_Static_assert(POSTINGS_TERMS_PER_WORD <= 64, "terms are bits of a word");

static enum status find_lists(struct lists *l, const struct inverted *f, const struct posting_term *terms,
                              size_t term_count, struct err *err)
{
    for (size_t i = 0; i < term_count; i++) {
        struct inverted_list *list = &l->list[l->count];
        TRY(inverted_find(f, terms[i].text, terms[i].len, list, err));
        if (list->count == 0)
            continue;
        for (int lane = 0; lane < LANE_COUNT; lane++)
            if (terms[i].lanes & 1u << lane)
                l->terms_of[lane] |= (uint64_t)1 << l->count;
        l->lanes[l->count++] = terms[i].lanes;
        l->postings += list->count;
    }
    return STATUS_OK;
}

static enum status decode_lists(struct lists *l, const struct inverted *f, struct err *err)
{
    size_t at = 0;
    l->rows = malloc((l->postings + 1) * sizeof *l->rows);
    l->frequencies = malloc(l->postings + 1);
    if (!l->rows || !l->frequencies)
        return nomem(l->postings, err);
    for (size_t i = 0; i < l->count; at += l->list[i++].count)
        TRY(inverted_decode(f, &l->list[i], l->rows + at, l->frequencies + at, err));
    return STATUS_OK;
}

/* The first lane that the same terms feed: then their frequencies are the same, and kept once. */
static int same_lane(const struct lists *l, int lane)
{
    for (int other = 0; other < lane; other++)
        if (l->terms_of[other] == l->terms_of[lane])
            return other;
    return lane;
}

static enum status new_lanes(struct postings *p, const struct lists *l, struct err *err)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        int same = same_lane(l, lane);
        if (!l->terms_of[lane])
            continue;
        p->frequency[lane] = same < lane ? p->frequency[same] : calloc((size_t)p->count + 1, 1);
        if (!p->frequency[lane])
            return nomem(p->count, err);
        p->bytes += same < lane ? 0 : p->count;
    }
    return STATUS_OK;
}

static enum status new_set(struct docset *set, uint32_t rows, struct err *err)
{
    set->word_count = docset_words(rows);
    set->words = calloc(set->word_count + 1, sizeof *set->words);
    return set->words ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a bitmap of %u rows", rows);
}

/* ---- one list --------------------------------------------------------------------------------------------------- */

static enum status take_one(struct postings *p, struct lists *l, uint32_t rows, struct err *err)
{
    p->count = l->list[0].count;
    p->rows = l->rows;
    l->rows = NULL;
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        p->frequency[lane] = l->terms_of[lane] ? l->frequencies : NULL;
        p->rows_in_lane[lane] = l->terms_of[lane] ? p->count : 0;
    }
    l->frequencies = NULL;
    p->bytes = p->count * (sizeof *p->rows + 1);
    if (p->count <= rows / BITMAP_SHARE)
        return STATUS_OK;
    TRY(new_set(&p->set, rows, err));
    for (uint32_t i = 0; i < p->count; i++)
        docset_put(&p->set, p->rows[i]);
    return STATUS_OK;
}

/* ---- several lists ---------------------------------------------------------------------------------------------- */

/* Every row once, ascending; before[w]: how many stand before word w of the set. */
static enum status unite(struct postings *p, const struct lists *l, uint32_t **before, struct err *err)
{
    for (size_t i = 0; i < l->postings; i++)
        docset_put(&p->set, l->rows[i]);
    *before = malloc((p->set.word_count + 1) * sizeof **before);
    if (!*before)
        return nomem(l->postings, err);
    for (size_t w = 0; w < p->set.word_count; w++) {
        (*before)[w] = p->count;
        p->count += docset_ones(p->set.words[w]);
    }
    p->rows = malloc(((size_t)p->count + 1) * sizeof *p->rows);
    if (!p->rows)
        return nomem(p->count, err);
    p->bytes += p->count * sizeof *p->rows;
    uint32_t at = 0;
    DOCSET_EACH(&p->set, row)
        p->rows[at++] = row;
    return STATUS_OK;
}

static uint32_t place_of(const struct docset *set, const uint32_t *before, uint32_t row)
{
    uint64_t below = ((uint64_t)1 << (row & 63)) - 1;
    return before[row >> 6] + docset_ones(set->words[row >> 6] & below);
}

static void add_frequencies(struct postings *p, const struct lists *l, const uint32_t *before, size_t list, size_t at)
{
    uint8_t *into[LANE_COUNT];
    size_t into_count = 0;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (l->lanes[list] & 1u << lane && same_lane(l, lane) == lane)
            into[into_count++] = p->frequency[lane];
    for (size_t end = at + l->list[list].count; at < end; at++) {
        uint32_t place = place_of(&p->set, before, l->rows[at]);
        for (size_t i = 0; i < into_count; i++) {
            unsigned sum = (unsigned)into[i][place] + l->frequencies[at];
            into[i][place] = (uint8_t)(sum > POSTINGS_FREQUENCY_MOST ? POSTINGS_FREQUENCY_MOST : sum);
        }
    }
}

static void count_lanes(struct postings *p, const struct lists *l)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        int same = same_lane(l, lane);
        if (same < lane) {
            p->rows_in_lane[lane] = p->rows_in_lane[same];
            continue;
        }
        for (uint32_t i = 0; p->frequency[lane] && i < p->count; i++)
            p->rows_in_lane[lane] += p->frequency[lane][i] > 0;
    }
}

static enum status unite_all(struct postings *p, const struct lists *l, uint32_t **before, uint32_t rows,
                             struct err *err)
{
    size_t at = 0;
    TRY(new_set(&p->set, rows, err));
    TRY(unite(p, l, before, err));
    TRY(new_lanes(p, l, err));
    for (size_t i = 0; i < l->count; at += l->list[i++].count)
        add_frequencies(p, l, *before, i, at);
    count_lanes(p, l);
    if (p->count <= rows / BITMAP_SHARE) {
        free(p->set.words);
        p->set = (struct docset){0};
    }
    return STATUS_OK;
}

enum status postings_merge(struct postings *postings, const struct inverted *inverted,
                           const struct posting_term *terms, size_t term_count, struct err *err)
{
    struct lists l = {.count = 0};
    uint32_t *before = NULL;
    *postings = (struct postings){.count = 0};
    TRY(find_lists(&l, inverted, terms, term_count, err));
    if (l.count == 0)
        return STATUS_OK;
    enum status status = decode_lists(&l, inverted, err);
    if (status == STATUS_OK)
        status = l.count == 1 ? take_one(postings, &l, inverted->rows, err)
                              : unite_all(postings, &l, &before, inverted->rows, err);
    free(before);
    free(l.rows);
    free(l.frequencies);
    if (status != STATUS_OK)
        postings_arrays_release(postings);
    postings->bytes += postings->set.word_count * sizeof *postings->set.words;
    return status;
}

void postings_arrays_release(struct postings *p)
{
    free(p->rows);
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        bool shared = false;
        for (int other = 0; other < lane; other++)
            shared |= p->frequency[other] == p->frequency[lane];
        if (!shared)
            free(p->frequency[lane]);
    }
    free(p->set.words);
    *p = (struct postings){.count = 0};
}
