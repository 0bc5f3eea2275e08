#include "search/sliced.h"

#include <string.h>

enum { BLOCK = 64 }; /* words of a bitmap: with 8 planes 4 kB */

struct block {
    size_t first, words;
    unsigned planes; /* those above are 0 */
    uint64_t plane[SLICED_PLANES][BLOCK];
};

/* ---- what is added ---------------------------------------------------------------------------------------------- */

static unsigned most_of(const struct sliced *sums)
{
    return sums->count ? sums->addends[sums->count - 1].most : 0;
}

void sliced_begin(struct sliced *sums, size_t word_count)
{
    sums->word_count = word_count;
    sums->count = 0;
}

void sliced_add(struct sliced *sums, const struct docset *rows, unsigned weight)
{
    unsigned most = most_of(sums) + weight;
    sums->addends[sums->count++] = (struct sliced_addend){.words = rows->words, .weight = weight, .most = most};
}

void sliced_add_instead(struct sliced *sums, const struct postings *rows, const struct docset *but, unsigned weight)
{
    struct sliced_addend a = {.words = rows->set.words, .but = but->words, .weight = weight, .most = most_of(sums)};
    a.listed = rows->low ? rows : NULL;
    sums->addends[sums->count++] = a;
}

/* ---- the sums of one block -------------------------------------------------------------------------------------- */

static unsigned bits_of(unsigned number)
{
    return number ? 32 - (unsigned)__builtin_clz(number) : 0;
}

_Static_assert(POSTINGS_RUN % (64 * BLOCK) == 0, "a block lies in one run");

static void take_listed(struct sliced_addend *a, const struct block *b, uint64_t rows[BLOCK])
{
    const struct postings *p = a->listed;
    memset(rows, 0, BLOCK * sizeof *rows);
    if (!p)
        return;
    size_t run = b->first * 64 / POSTINGS_RUN;
    uint32_t first = (uint32_t)(b->first * 64 % POSTINGS_RUN), end = first + (uint32_t)b->words * 64;
    a->next = a->next > p->begins[run] ? a->next : p->begins[run];
    for (; a->next < p->begins[run + 1] && p->low[a->next] < end; a->next++)
        if (p->low[a->next] >= first)
            rows[(p->low[a->next] - first) / 64] |= (uint64_t)1 << p->low[a->next] % 64;
}

/* The addend's rows in the block, where they are or in `room`; behind the words of the last block anything. */
static const uint64_t *take_rows(struct sliced_addend *a, const struct block *b, uint64_t room[BLOCK])
{
    if (!a->words)
        take_listed(a, b, room);
    else if (a->but || b->words < BLOCK)
        memcpy(room, a->words + b->first, b->words * sizeof *room);
    else
        return a->words + b->first;
    for (size_t i = 0; a->but && i < b->words; i++)
        room[i] &= ~a->but[b->first + i];
    return room;
}

static void half_add(uint64_t *restrict sum, const uint64_t *restrict rows, uint64_t *restrict carry)
{
    for (size_t i = 0; i < BLOCK; i++) {
        carry[i] = sum[i] & rows[i];
        sum[i] ^= rows[i];
    }
}

static void full_add(uint64_t *restrict sum, const uint64_t *restrict rows, uint64_t *restrict carry)
{
    for (size_t i = 0; i < BLOCK; i++) {
        uint64_t either = sum[i] ^ rows[i], both = sum[i] & rows[i];
        sum[i] = either ^ carry[i];
        carry[i] = both | (either & carry[i]);
    }
}

static void add_carry(uint64_t *restrict sum, uint64_t *restrict carry)
{
    for (size_t i = 0; i < BLOCK; i++) {
        uint64_t both = sum[i] & carry[i];
        sum[i] ^= carry[i];
        carry[i] = both;
    }
}

static void add(struct block *b, unsigned weight, const uint64_t rows[BLOCK])
{
    uint64_t carry[BLOCK];
    unsigned lowest = (unsigned)__builtin_ctz(weight);
    half_add(b->plane[lowest], rows, carry);
    for (unsigned k = lowest + 1; k < b->planes; k++) {
        if (weight >> k & 1)
            full_add(b->plane[k], rows, carry);
        else
            add_carry(b->plane[k], carry);
    }
}

static void sum_up(struct sliced *sums, struct block *b)
{
    uint64_t room[BLOCK] = {0};
    b->planes = 0;
    for (size_t i = 0; i < sums->count; i++) {
        struct sliced_addend *a = &sums->addends[i];
        for (; b->planes < bits_of(a->most); b->planes++)
            memset(b->plane[b->planes], 0, sizeof b->plane[b->planes]);
        add(b, a->weight, take_rows(a, b, room));
    }
}

/* The rows of the block whose sum is at least this.  From the lowest plane up: where the number has a bit, a row stays
 * that has it too; where it has none, a row that has one is above whatever was lower. */
static void compare(const struct block *b, unsigned least, uint64_t rows[BLOCK])
{
    memset(rows, least >> b->planes ? 0 : 0xff, BLOCK * sizeof *rows);
    for (unsigned k = 0; k < b->planes && least >> b->planes == 0; k++) {
        if (least >> k & 1)
            for (size_t i = 0; i < BLOCK; i++)
                rows[i] &= b->plane[k][i];
        else
            for (size_t i = 0; i < BLOCK; i++)
                rows[i] |= b->plane[k][i];
    }
}

static unsigned sum_of(const struct block *b, size_t word, unsigned bit)
{
    unsigned sum = 0;
    for (unsigned k = 0; k < b->planes; k++)
        sum |= (unsigned)(b->plane[k][word] >> bit & 1) << k;
    return sum;
}

/* ---- block by block --------------------------------------------------------------------------------------------- */

static void walk_begin(struct sliced *sums, struct block *b)
{
    b->first = 0;
    b->words = 0;
    for (size_t i = 0; i < sums->count; i++)
        sums->addends[i].next = 0;
}

/* Sums up the next block that has any of these rows; false when there is none. */
static bool walk_next(struct sliced *sums, const struct docset *among, struct block *b)
{
    while ((b->first += b->words) < sums->word_count) {
        b->words = sums->word_count - b->first < BLOCK ? sums->word_count - b->first : BLOCK;
        for (size_t i = 0; i < b->words; i++) {
            if (among->words[b->first + i]) {
                sum_up(sums, b);
                return true;
            }
        }
    }
    return false;
}

struct highest {
    uint32_t nth;
    unsigned bound; /* the nth highest sum so far, 0 while there are fewer: none up to it is looked at */
    unsigned best;
    uint32_t above; /* sums above the bound: fewer than nth */
    uint32_t with[SLICED_MOST + 1]; /* how many of these have which */
};

static void note(struct highest *h, unsigned sum)
{
    if (sum <= h->bound)
        return;
    h->best = sum > h->best ? sum : h->best;
    h->with[sum]++;
    h->above++;
    while (h->above >= h->nth)
        h->above -= h->with[++h->bound];
}

unsigned sliced_nth(struct sliced *sums, const struct docset *among, uint32_t nth, unsigned *best)
{
    struct highest h = {.nth = nth};
    struct block b;
    uint64_t rows[BLOCK];
    walk_begin(sums, &b);
    while (h.bound < most_of(sums) && walk_next(sums, among, &b)) {
        unsigned bound = h.bound;
        compare(&b, bound + 1, rows);
        for (size_t w = 0; w < b.words; w++) {
            for (uint64_t left = rows[w] & among->words[b.first + w]; left; left &= left - 1)
                note(&h, sum_of(&b, w, (unsigned)__builtin_ctzll(left)));
            if (h.bound > bound)
                compare(&b, (bound = h.bound) + 1, rows);
        }
    }
    *best = h.best;
    return h.bound;
}

unsigned sliced_lowest(struct sliced *sums, const struct docset *among)
{
    struct block b;
    uint64_t rows[BLOCK];
    unsigned lowest = most_of(sums);
    walk_begin(sums, &b);
    while (lowest > 0 && walk_next(sums, among, &b)) {
        compare(&b, lowest, rows);
        for (size_t w = 0; w < b.words; w++) {
            for (uint64_t left = ~rows[w] & among->words[b.first + w]; left; left &= left - 1) {
                unsigned sum = sum_of(&b, w, (unsigned)__builtin_ctzll(left));
                lowest = sum < lowest ? sum : lowest;
            }
        }
    }
    return lowest;
}

void sliced_at_least(struct sliced *sums, const struct docset *among, unsigned least, struct docset *to)
{
    struct block b;
    uint64_t rows[BLOCK];
    walk_begin(sums, &b);
    while (walk_next(sums, among, &b)) {
        compare(&b, least, rows);
        for (size_t i = 0; i < b.words; i++)
            to->words[b.first + i] |= rows[i] & among->words[b.first + i];
    }
}
