#include "search/postings_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    BITMAP_SHARE = 32, /* a bitmap when more than rows / 32 match: then it is the smaller form */
    SLOT_BITS = 10,
    SLOTS = 1 << SLOT_BITS, /* of the table of codes: several times as many */
    COLUMN_BITS = 16, /* of a sum: POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST fits */
};

_Static_assert(POSTINGS_TERMS_PER_WORD <= 64, "terms are bits of a word");
_Static_assert(POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST < 1 << COLUMN_BITS, "sums do not run over");
_Static_assert(LANE_COUNT * COLUMN_BITS <= 64, "the sums of a row are one word");

/* The lists of the terms that the index has. */
struct lists {
    struct inverted_list list[POSTINGS_TERMS_PER_WORD];
    uint64_t adds[POSTINGS_TERMS_PER_WORD]; /* what a frequency is multiplied with: a bit in each column it feeds */
    size_t count;
    size_t postings;     /* of all lists */
    uint32_t *rows;      /* decoded, one list behind the other; owned */
    uint8_t *frequencies; /* the same */
};

static enum status nomem(size_t count, struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for %zu postings", count);
}

/* Lanes that the same lists feed share a column. */
static void find_columns(struct postings *p, struct lists *l, const uint64_t lists_of[LANE_COUNT])
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        p->column[lane] = -1;
        for (int other = 0; other < lane && p->column[lane] < 0; other++)
            if (lists_of[other] == lists_of[lane])
                p->column[lane] = p->column[other];
        if (!lists_of[lane] || p->column[lane] >= 0)
            continue;
        p->column[lane] = (int8_t)p->width++;
        for (size_t i = 0; i < l->count; i++)
            if (lists_of[lane] >> i & 1)
                l->adds[i] |= (uint64_t)1 << COLUMN_BITS * p->column[lane];
    }
}

static enum status find_lists(struct postings *p, struct lists *l, const struct inverted *f,
                              const struct posting_term *terms, size_t term_count, struct err *err)
{
    uint64_t lists_of[LANE_COUNT] = {0};
    for (size_t i = 0; i < term_count; i++) {
        struct inverted_list *list = &l->list[l->count];
        TRY(inverted_find(f, terms[i].text, terms[i].len, list, err));
        if (list->count == 0)
            continue;
        for (int lane = 0; lane < LANE_COUNT; lane++)
            if (terms[i].lanes & 1u << lane)
                lists_of[lane] |= (uint64_t)1 << l->count;
        l->count++;
        l->postings += list->count;
    }
    find_columns(p, l, lists_of);
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

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static enum status new_set(struct docset *set, uint32_t rows, struct err *err)
{
    set->word_count = docset_words(rows);
    set->words = calloc(set->word_count + 1, sizeof *set->words);
    return set->words ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a bitmap of %u rows", rows);
}

static enum status new_before(struct postings *p, struct err *err)
{
    uint32_t count = 0;
    p->before = malloc((p->set.word_count / POSTINGS_STRIDE + 1) * sizeof *p->before);
    if (!p->before)
        return nomem(p->count, err);
    for (size_t w = 0; w < p->set.word_count; w++) {
        if (w % POSTINGS_STRIDE == 0)
            p->before[w / POSTINGS_STRIDE] = count;
        count += docset_ones(p->set.words[w]);
    }
    p->count = count;
    return STATUS_OK;
}

/* All rows of the lists, as a bitmap. */
static enum status unite(struct postings *p, const struct lists *l, uint32_t rows, struct err *err)
{
    TRY(new_set(&p->set, rows, err));
    for (size_t i = 0; i < l->postings; i++)
        docset_put(&p->set, l->rows[i]);
    return new_before(p, err);
}

/* Instead of the bitmap, when that is smaller. */
static enum status list_rows(struct postings *p, uint32_t rows, struct err *err)
{
    uint32_t at = 0;
    if (p->count > rows / BITMAP_SHARE)
        return STATUS_OK;
    uint32_t *listed = malloc(((size_t)p->count + 1) * sizeof *listed);
    if (!listed)
        return nomem(p->count, err);
    DOCSET_EACH(&p->set, row)
        listed[at++] = row;
    p->rows = listed;
    free(p->before);
    free(p->set.words);
    p->before = NULL;
    p->set = (struct docset){0};
    return STATUS_OK;
}

/* ---- frequencies ------------------------------------------------------------------------------------------------ */

/* What the lists say of each row, by place: the sums of its columns.  The caller frees them. */
static enum status add_up(const struct postings *p, const struct lists *l, uint64_t **sums, struct err *err)
{
    uint64_t *all = calloc((size_t)p->count + 1, sizeof *all);
    size_t at = 0;
    if (!all)
        return nomem(p->count, err);
    for (size_t i = 0; i < l->count; i++) {
        uint64_t adds = l->adds[i];
        size_t word = 0;
        uint32_t place = 0; /* of the first row of the word */
        for (size_t end = at + l->list[i].count; at < end; at++) {
            uint32_t row = l->rows[at];
            for (; word < row / 64; word++)
                place += docset_ones(p->set.words[word]);
            uint64_t below = p->set.words[word] & (((uint64_t)1 << (row & 63)) - 1);
            all[place + docset_ones(below)] += adds * l->frequencies[at];
        }
    }
    *sums = all;
    return STATUS_OK;
}

/* The sums as bytes of a word, no higher than a frequency may be. */
static uint32_t squeeze(uint64_t sums)
{
    uint32_t bytes = 0;
    for (int column = 0; column < LANE_COUNT; column++) {
        uint64_t sum = sums >> COLUMN_BITS * column & ((1u << COLUMN_BITS) - 1);
        bytes |= (uint32_t)(sum > POSTINGS_FREQUENCY_MOST ? POSTINGS_FREQUENCY_MOST : sum) << 8 * column;
    }
    return bytes;
}

/* Different frequencies, the first that came, and how many rows have each. */
struct codes {
    uint64_t sums[POSTINGS_RARE];
    uint32_t rows[POSTINGS_RARE];
    unsigned count;
    uint32_t rare; /* rows that have none of these */
    uint8_t slot[SLOTS]; /* code + 1; 0: free */
};

static unsigned code_of(struct codes *codes, uint64_t sums)
{
    size_t slot = sums * 0x9e3779b97f4a7c15u >> (64 - SLOT_BITS);
    while (codes->slot[slot] && codes->sums[codes->slot[slot] - 1] != sums)
        slot = (slot + 1) % SLOTS;
    if (codes->slot[slot])
        return codes->slot[slot] - 1u;
    if (codes->count == POSTINGS_RARE)
        return POSTINGS_RARE;
    codes->sums[codes->count] = sums;
    codes->slot[slot] = (uint8_t)++codes->count;
    return codes->count - 1;
}

static void put_frequencies(struct postings *p, size_t at, uint64_t sums, uint32_t rows)
{
    uint32_t bytes = squeeze(sums);
    memcpy(p->frequencies + at * p->width, &bytes, p->width);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (p->column[lane] >= 0 && bytes >> 8 * p->column[lane] & 255)
            p->rows_in_lane[lane] += rows;
}

/* By place, and in their order: one that is looked for is found within its 256. */
static enum status keep_rare(struct postings *p, uint32_t rare, const uint64_t *sums, struct err *err)
{
    uint32_t at = 0, parts = (p->count + 255) / 256;
    p->rare_before = malloc(((size_t)parts + 1) * sizeof *p->rare_before);
    p->rare_place = malloc(rare);
    if (!p->rare_before || !p->rare_place)
        return nomem(p->count, err);
    for (uint32_t place = 0; place < p->count; place++) {
        if (place % 256 == 0)
            p->rare_before[place / 256] = at;
        if (p->code[place] < POSTINGS_RARE)
            continue;
        put_frequencies(p, p->codes + at, sums[place], 1);
        p->rare_place[at++] = (uint8_t)place;
    }
    p->rare_before[parts] = at;
    return STATUS_OK;
}

static enum status encode(struct postings *p, struct codes *codes, const uint64_t *sums, struct err *err)
{
    p->code = malloc((size_t)p->count + 1);
    if (!p->code)
        return nomem(p->count, err);
    for (uint32_t i = 0; i < p->count; i++) {
        unsigned code = code_of(codes, sums[i]);
        p->code[i] = (uint8_t)code;
        if (code < POSTINGS_RARE)
            codes->rows[code]++;
        else
            codes->rare++;
    }
    p->codes = codes->count;
    p->frequencies = malloc(((size_t)codes->count + codes->rare) * p->width + 1);
    if (!p->frequencies)
        return nomem(p->count, err);
    for (unsigned code = 0; code < codes->count; code++)
        put_frequencies(p, code, codes->sums[code], codes->rows[code]);
    return codes->rare ? keep_rare(p, codes->rare, sums, err) : STATUS_OK;
}

static enum status encode_sums(struct postings *p, const struct lists *l, struct err *err)
{
    uint64_t *sums = NULL;
    struct codes codes = {.count = 0};
    enum status status = add_up(p, l, &sums, err);
    if (status == STATUS_OK)
        status = encode(p, &codes, sums, err);
    free(sums);
    return status;
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static size_t bytes_of(const struct postings *p)
{
    size_t of_row = (p->rows ? sizeof *p->rows : 0) + (p->code ? 1 : 0);
    size_t of_set = p->set.word_count * sizeof *p->set.words;
    size_t of_before = p->before ? (p->set.word_count / POSTINGS_STRIDE + 1) * sizeof *p->before : 0;
    size_t parts = p->rare_before ? (p->count + 255) / 256 : 0, rare = parts ? p->rare_before[parts] : 0;
    size_t of_rare = rare + (parts ? (parts + 1) * sizeof *p->rare_before : 0);
    return p->count * of_row + of_set + of_before + (p->codes + rare) * p->width + of_rare;
}

static enum status merge_lists(struct postings *p, struct lists *l, const struct inverted *inverted, struct err *err)
{
    TRY(decode_lists(l, inverted, err));
    TRY(unite(p, l, inverted->rows, err));
    TRY(encode_sums(p, l, err));
    return list_rows(p, inverted->rows, err);
}

enum status postings_merge(struct postings *postings, const struct inverted *inverted,
                           const struct posting_term *terms, size_t term_count, struct err *err)
{
    struct lists l = {.count = 0};
    *postings = (struct postings){.count = 0};
    TRY(find_lists(postings, &l, inverted, terms, term_count, err));
    enum status status = l.count ? merge_lists(postings, &l, inverted, err) : STATUS_OK;
    free(l.rows);
    free(l.frequencies);
    if (status != STATUS_OK)
        postings_arrays_release(postings);
    postings->bytes = bytes_of(postings);
    return status;
}

void postings_arrays_release(struct postings *p)
{
    free(p->rows);
    free(p->set.words);
    free(p->before);
    free(p->code);
    free(p->frequencies);
    free(p->rare_before);
    free(p->rare_place);
    *p = (struct postings){.count = 0};
}
