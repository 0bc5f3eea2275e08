#include "search/postings_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    BITMAP_SHARE = 32, /* a bitmap when more than rows / 32 match: then it is the smaller form */
    BYTE_CODES = 256,
    CODES = 4096,
    SLOT_BITS = 14,
    SLOTS = 1 << SLOT_BITS, /* of the table of codes: several times CODES */
    LOW_SUMS = 4096,  /* of up to 7 in each column */
    BLOCK_ROWS = 2048,
    COLUMN_BITS = 16, /* of a sum: POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST fits */
};

#define LOW_BITS ((uint64_t)0x0007000700070007u) /* of sums: three of each column, which code_slot() moves together */

_Static_assert(POSTINGS_TERMS_PER_WORD <= 64, "terms are bits of a word");
_Static_assert(POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST < 1 << COLUMN_BITS, "sums do not run over");
_Static_assert(LANE_COUNT * COLUMN_BITS <= 64, "the sums of a row are one word");
_Static_assert(1 << 3 * LANE_COUNT == LOW_SUMS, "three bits of each column");

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

/* ---- codes of frequencies --------------------------------------------------------------------------------------- */

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

/* Different frequencies and how many rows have each. */
struct codes {
    uint64_t sums[CODES];
    uint32_t rows[CODES];
    unsigned count;
    bool hashed;            /* `slot` is in use: most words do without */
    uint16_t low[LOW_SUMS]; /* code + 1 of sums that are all low, by their bits; 0: none yet */
    uint16_t slot[SLOTS];   /* of the others; code + 1, 0: free */
};

static enum status new_codes(struct codes **codes, struct err *err)
{
    struct codes *c = malloc(sizeof *c);
    if (!c)
        return nomem(CODES, err);
    c->count = 0;
    c->hashed = false;
    memset(c->low, 0, sizeof c->low);
    *codes = c;
    return STATUS_OK;
}

/* Where the code of the sums stands or belongs: mostly they are low, and then found at once. */
static uint16_t *code_slot(struct codes *codes, uint64_t sums)
{
    if (!(sums & ~LOW_BITS))
        return &codes->low[(sums | sums >> 13 | sums >> 26 | sums >> 39) & (LOW_SUMS - 1)];
    if (!codes->hashed)
        memset(codes->slot, 0, sizeof codes->slot);
    codes->hashed = true;
    size_t slot = sums * 0x9e3779b97f4a7c15u >> (64 - SLOT_BITS);
    while (codes->slot[slot] && codes->sums[codes->slot[slot] - 1] != sums)
        slot = (slot + 1) % SLOTS;
    return &codes->slot[slot];
}

/* The code of the sums; CODES when there are too many different ones. */
static unsigned code_of(struct codes *codes, uint64_t sums)
{
    uint16_t *slot = code_slot(codes, sums);
    if (*slot)
        return *slot - 1u;
    if (codes->count == CODES)
        return CODES;
    codes->sums[codes->count] = sums;
    codes->rows[codes->count] = 0;
    *slot = (uint16_t)++codes->count;
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

/* ---- rows in blocks --------------------------------------------------------------------------------------------- */

/* A block's rows and what the lists add up to for each: small enough to stay in the fastest cache. */
struct block {
    uint64_t sums[BLOCK_ROWS];
    uint64_t bits[BLOCK_ROWS / 64];
};

struct merging {
    struct postings *postings;
    const struct lists *lists;
    size_t at[POSTINGS_TERMS_PER_WORD], end[POSTINGS_TERMS_PER_WORD]; /* of each list: what is not added yet */
    struct block block;
    struct codes *codes;
};

/* The block of the first row that is not added yet; UINT32_MAX when there is none. */
static uint32_t next_block(const struct merging *m)
{
    uint32_t row = UINT32_MAX;
    for (size_t i = 0; i < m->lists->count; i++)
        if (m->at[i] < m->end[i] && m->lists->rows[m->at[i]] < row)
            row = m->lists->rows[m->at[i]];
    return row == UINT32_MAX ? row : row / BLOCK_ROWS;
}

static void add_block(struct merging *m, uint32_t number)
{
    const struct lists *l = m->lists;
    for (size_t i = 0; i < l->count; i++) {
        size_t at = m->at[i], end = m->end[i];
        uint64_t adds = l->adds[i];
        for (; at < end && l->rows[at] / BLOCK_ROWS == number; at++) {
            uint32_t row = l->rows[at] % BLOCK_ROWS;
            m->block.sums[row] += adds * l->frequencies[at];
            m->block.bits[row / 64] |= (uint64_t)1 << (row & 63);
        }
        m->at[i] = at;
    }
}

/* From now on each row has frequencies of its own: there are too many different ones for codes. */
static enum status leave_codes(struct merging *m, struct err *err)
{
    struct postings *p = m->postings;
    p->frequencies = malloc((m->lists->postings + 1) * p->width);
    if (!p->frequencies)
        return nomem(m->lists->postings, err);
    for (uint32_t i = 0; i < p->count; i++)
        put_frequencies(p, i, m->codes->sums[p->long_code[i]], 1);
    free(p->long_code);
    p->long_code = NULL;
    return STATUS_OK;
}

/* The next row's frequencies. */
static enum status put_sums(struct merging *m, uint64_t sums, struct err *err)
{
    struct postings *p = m->postings;
    unsigned code = p->long_code ? code_of(m->codes, sums) : CODES;
    if (code < CODES) {
        p->long_code[p->count++] = (uint16_t)code;
        m->codes->rows[code]++;
        return STATUS_OK;
    }
    if (p->long_code)
        TRY(leave_codes(m, err));
    put_frequencies(p, p->count++, sums, 1);
    return STATUS_OK;
}

/* The block's rows go behind those before, and the block is empty again. */
static enum status take_block(struct merging *m, uint32_t number, struct err *err)
{
    struct postings *p = m->postings;
    struct block *block = &m->block;
    for (size_t w = 0; w < BLOCK_ROWS / 64; w++) {
        if (!block->bits[w])
            continue;
        if (p->set.words)
            p->set.words[(size_t)number * (BLOCK_ROWS / 64) + w] = block->bits[w];
        for (uint64_t left = block->bits[w]; left; left &= left - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(left);
            if (p->rows)
                p->rows[p->count] = (uint32_t)(number * BLOCK_ROWS + row);
            TRY(put_sums(m, block->sums[row], err));
            block->sums[row] = 0;
        }
        block->bits[w] = 0;
    }
    return STATUS_OK;
}

static enum status take_blocks(struct merging *m, struct err *err)
{
    size_t at = 0;
    for (size_t i = 0; i < m->lists->count; at = m->end[i++]) {
        m->at[i] = at;
        m->end[i] = at + m->lists->list[i].count;
    }
    for (uint32_t number; (number = next_block(m)) != UINT32_MAX;) {
        add_block(m, number);
        TRY(take_block(m, number, err));
    }
    return STATUS_OK;
}

/* ---- the form of the entry -------------------------------------------------------------------------------------- */

/* Arrays for as many rows as there may be: a list when it is the smaller form for all of them, else a bitmap. */
static enum status new_rows(struct postings *p, const struct lists *l, uint32_t rows, struct err *err)
{
    p->long_code = malloc((l->postings + 1) * sizeof *p->long_code);
    if (!p->long_code)
        return nomem(l->postings, err);
    if (l->postings <= rows / BITMAP_SHARE) {
        p->rows = malloc((l->postings + 1) * sizeof *p->rows);
        return p->rows ? STATUS_OK : nomem(l->postings, err);
    }
    p->set.word_count = docset_words(rows);
    p->set.words = calloc(p->set.word_count + 1, sizeof *p->set.words);
    return p->set.words ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a bitmap of %u rows", rows);
}

static enum status count_before(struct postings *p, struct err *err)
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
    return STATUS_OK;
}

/* A list instead of the bitmap, when the lists had so much in common that it is smaller. */
static enum status list_rows(struct postings *p, struct err *err)
{
    uint32_t at = 0;
    p->rows = malloc(((size_t)p->count + 1) * sizeof *p->rows);
    if (!p->rows)
        return nomem(p->count, err);
    DOCSET_EACH(&p->set, row)
        p->rows[at++] = row;
    free(p->set.words);
    p->set = (struct docset){0};
    return STATUS_OK;
}

/* The array of so many items; where it stands when it cannot be moved to a smaller place. */
static void *cut(void *array, size_t items, size_t size)
{
    void *smaller = realloc(array, (items + 1) * size);
    return smaller ? smaller : array;
}

static enum status settle_rows(struct postings *p, uint32_t rows, struct err *err)
{
    if (p->rows)
        p->rows = cut(p->rows, p->count, sizeof *p->rows);
    else if (p->count <= rows / BITMAP_SHARE)
        TRY(list_rows(p, err));
    return p->set.words ? count_before(p, err) : STATUS_OK;
}

/* Codes as one byte, when that is enough, and what each stands for. */
static enum status settle_codes(struct postings *p, const struct codes *codes, struct err *err)
{
    if (!p->long_code) {
        p->frequencies = cut(p->frequencies, p->count, p->width);
        return STATUS_OK;
    }
    p->frequencies = malloc((size_t)codes->count * p->width + 1);
    if (!p->frequencies)
        return nomem(p->count, err);
    for (unsigned code = 0; code < codes->count; code++)
        put_frequencies(p, code, codes->sums[code], codes->rows[code]);
    if (codes->count > BYTE_CODES) {
        p->long_code = cut(p->long_code, p->count, sizeof *p->long_code);
        return STATUS_OK;
    }
    p->code = malloc((size_t)p->count + 1);
    if (!p->code)
        return nomem(p->count, err);
    for (uint32_t i = 0; i < p->count; i++)
        p->code[i] = (uint8_t)p->long_code[i];
    free(p->long_code);
    p->long_code = NULL;
    return STATUS_OK;
}

static size_t bytes_of(const struct postings *p, size_t codes)
{
    size_t of_row = (p->rows ? sizeof *p->rows : 0) + (p->code ? 1 : p->long_code ? sizeof *p->long_code : 0);
    size_t of_set = p->set.word_count * sizeof *p->set.words;
    size_t of_before = p->before ? (p->set.word_count / POSTINGS_STRIDE + 1) * sizeof *p->before : 0;
    size_t frequencies = p->code || p->long_code ? codes : p->count;
    return p->count * of_row + of_set + of_before + frequencies * p->width;
}

/* ---- all together ----------------------------------------------------------------------------------------------- */

static enum status merge_lists(struct merging *m, struct lists *l, const struct inverted *inverted, struct err *err)
{
    struct postings *p = m->postings;
    TRY(decode_lists(l, inverted, err));
    TRY(new_codes(&m->codes, err));
    TRY(new_rows(p, l, inverted->rows, err));
    TRY(take_blocks(m, err));
    TRY(settle_rows(p, inverted->rows, err));
    TRY(settle_codes(p, m->codes, err));
    p->bytes = bytes_of(p, m->codes->count);
    return STATUS_OK;
}

enum status postings_merge(struct postings *postings, const struct inverted *inverted,
                           const struct posting_term *terms, size_t term_count, struct err *err)
{
    struct lists l = {.count = 0};
    *postings = (struct postings){.count = 0};
    TRY(find_lists(postings, &l, inverted, terms, term_count, err));
    if (l.count == 0)
        return STATUS_OK;
    struct merging m = {.postings = postings, .lists = &l};
    enum status status = merge_lists(&m, &l, inverted, err);
    free(m.codes);
    free(l.rows);
    free(l.frequencies);
    if (status != STATUS_OK)
        postings_arrays_release(postings);
    return status;
}

void postings_arrays_release(struct postings *p)
{
    free(p->rows);
    free(p->set.words);
    free(p->before);
    free(p->code);
    free(p->long_code);
    free(p->frequencies);
    *p = (struct postings){.count = 0};
}
