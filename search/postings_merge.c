#include "search/postings_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    BITMAP_SHARE = 16, /* a bitmap when more than rows / 16 match: then it is the smaller form */
    SPAN = 4096,       /* rows that are added up at a time: their sums stay in the nearest cache */
    SPAN_WORDS = SPAN / 64,
    SLOT_BITS = 10,
    SLOTS = 1 << SLOT_BITS, /* of the table of codes: several times as many */
    COLUMN_BITS = 16, /* of a sum: POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST fits */
};

_Static_assert(POSTINGS_TERMS_PER_WORD <= 64, "terms are bits of a word");
_Static_assert(POSTINGS_TERMS_PER_WORD * POSTINGS_FREQUENCY_MOST < 1 << COLUMN_BITS, "sums do not run over");
_Static_assert(LANE_COUNT * COLUMN_BITS <= 64, "the sums of a row are one word");
_Static_assert(POSTINGS_RUN % SPAN == 0, "a span is of one run");

/* Postings of a list that are still to be added up. */
struct feed {
    const uint32_t *row, *end;
    const uint8_t *frequency;
    uint64_t adds; /* what a frequency is multiplied with: a bit in each column it feeds */
};

/* The lists of the terms that the index has. */
struct lists {
    struct inverted_list list[POSTINGS_TERMS_PER_WORD];
    struct feed feed[POSTINGS_TERMS_PER_WORD];
    size_t count;
    size_t postings; /* of all lists */
};

/* Different frequencies: the first that came. */
struct codes {
    uint64_t sums[POSTINGS_RARE];
    unsigned count;
    uint8_t slot[SLOTS]; /* code + 1; 0: free */
};

/* What is needed only while the lists are merged. */
struct merging {
    uint64_t sums[SPAN];       /* of the columns, by row of the span; zeros between spans */
    uint8_t has[SPAN];         /* 1: a list has the row of the span; the same.  Bytes are faster to set than bits */
    struct codes codes;
    uint32_t places;      /* given so far */
    uint32_t rare;        /* of these, the rows that have no code of their own */
    uint32_t rare_room;
    uint64_t *rare_sums;  /* what these have; owned */
    size_t begun;         /* runs */
    uint64_t *words;      /* all rows as a bitmap; NULL when they are sure to be few */
    uint32_t *rows;       /* of the lists, one list behind the other */
    uint32_t *begins;     /* the first place of each run, and all of them at the end */
    uint16_t *low;        /* by place */
    uint8_t *frequencies; /* as rows */
    uint8_t *code;        /* by place */
    char *room;           /* of these arrays; owned */
};

static enum status nomem(size_t count, struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for %zu postings", count);
}

/* Cuts an array off the room; without a room it only counts.  Arrays of larger items come first. */
static void *cut(char *room, size_t *at, size_t count, size_t size)
{
    void *array = room && count ? room + *at : NULL;
    *at += count * size;
    return array;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

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
                l->feed[i].adds |= (uint64_t)1 << COLUMN_BITS * p->column[lane];
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

static size_t lay_out_merging(struct merging *m, char *room, size_t postings, uint32_t rows)
{
    size_t at = 0, most = postings < rows ? postings : rows;
    m->words = cut(room, &at, most > rows / BITMAP_SHARE ? docset_words(rows) : 0, sizeof *m->words);
    m->rows = cut(room, &at, postings, sizeof *m->rows);
    m->begins = cut(room, &at, postings_runs(rows) + 1, sizeof *m->begins);
    m->low = cut(room, &at, most, sizeof *m->low);
    m->frequencies = cut(room, &at, postings, sizeof *m->frequencies);
    m->code = cut(room, &at, most, sizeof *m->code);
    return at;
}

static enum status decode_lists(struct merging *m, struct lists *l, const struct inverted *f, struct err *err)
{
    size_t at = 0;
    m->room = malloc(lay_out_merging(m, NULL, l->postings, f->rows));
    if (!m->room)
        return nomem(l->postings, err);
    lay_out_merging(m, m->room, l->postings, f->rows);
    if (m->words)
        memset(m->words, 0, docset_words(f->rows) * sizeof *m->words);
    for (size_t i = 0; i < l->count; at += l->list[i++].count) {
        TRY(inverted_decode(f, &l->list[i], m->rows + at, m->frequencies + at, err));
        l->feed[i].row = m->rows + at;
        l->feed[i].end = l->feed[i].row + l->list[i].count;
        l->feed[i].frequency = m->frequencies + at;
    }
    return STATUS_OK;
}

/* ---- adding up -------------------------------------------------------------------------------------------------- */

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

/* The span of the first row that is still to be added up; false when there is none. */
static bool next_span(const struct lists *l, uint32_t *first)
{
    uint32_t row = UINT32_MAX;
    for (size_t i = 0; i < l->count; i++)
        if (l->feed[i].row < l->feed[i].end && *l->feed[i].row < row)
            row = *l->feed[i].row;
    *first = row - row % SPAN;
    return row < UINT32_MAX;
}

static void add_up(struct merging *m, struct feed *feed, uint32_t first)
{
    const uint32_t *row = feed->row, *end = feed->end;
    const uint8_t *frequency = feed->frequency;
    uint64_t adds = feed->adds;
    for (; row < end && *row - first < SPAN; row++) {
        uint32_t in_span = *row - first;
        m->sums[in_span] += adds * *frequency++;
        m->has[in_span] = 1;
    }
    feed->row = row;
    feed->frequency = frequency;
}

static void begin_runs(struct merging *m, size_t run)
{
    while (m->begun <= run)
        m->begins[m->begun++] = m->places;
}

/* 64 bytes of 0 or 1 as bits. */
static uint64_t bits_of(const uint8_t *has)
{
    uint64_t eights[8], any = 0, bits = 0;
    memcpy(eights, has, sizeof eights);
    for (unsigned i = 0; i < 8; i++)
        any |= eights[i];
    for (unsigned i = 0; any && i < 8; i++)
        bits |= (eights[i] * 0x0102040810204080u >> 56) << 8 * i;
    return bits;
}

static enum status add_rare(struct merging *m, uint64_t sums, struct err *err)
{
    if (m->rare == m->rare_room) {
        size_t more = m->rare_room ? m->rare_room * (size_t)2 : 256;
        uint64_t *grown = realloc(m->rare_sums, more * sizeof *grown);
        if (!grown)
            return nomem(more, err);
        m->rare_sums = grown;
        m->rare_room = (uint32_t)more;
    }
    m->rare_sums[m->rare++] = sums;
    return STATUS_OK;
}

static enum status give_places(struct merging *m, uint32_t first, struct err *err)
{
    uint16_t *low = m->low + m->places;
    uint8_t *code = m->code + m->places;
    for (uint32_t w = 0; w < SPAN_WORDS; w++) {
        uint64_t bits = bits_of(m->has + w * 64);
        if (!bits)
            continue;
        if (m->words)
            m->words[first / 64 + w] = bits;
        memset(m->has + w * 64, 0, 64);
        for (; bits; bits &= bits - 1) {
            uint32_t in_span = w * 64 + (uint32_t)__builtin_ctzll(bits);
            uint64_t sums = m->sums[in_span];
            unsigned its = code_of(&m->codes, sums);
            if (its == POSTINGS_RARE)
                TRY(add_rare(m, sums, err));
            m->sums[in_span] = 0;
            *low++ = (uint16_t)(first + in_span);
            *code++ = (uint8_t)its;
        }
    }
    m->places = (uint32_t)(code - m->code);
    return STATUS_OK;
}

static enum status add_up_all(struct merging *m, struct lists *l, uint32_t rows, struct err *err)
{
    uint32_t first;
    while (next_span(l, &first)) {
        for (size_t i = 0; i < l->count; i++)
            add_up(m, &l->feed[i], first);
        begin_runs(m, first / POSTINGS_RUN);
        TRY(give_places(m, first, err));
    }
    begin_runs(m, postings_runs(rows));
    return STATUS_OK;
}

/* A list alone needs no sums, and its frequencies are codes enough. */
static void take_over(struct merging *m, uint32_t count, uint32_t rows)
{
    m->codes.count = 1;
    for (uint32_t place = 0; place < count; place++) {
        m->low[place] = (uint16_t)m->rows[place];
        m->code[place] = (uint8_t)(m->frequencies[place] - (m->frequencies[place] > 0)); /* 0: the file is damaged */
        if (m->frequencies[place] > m->codes.count)
            m->codes.count = m->frequencies[place];
    }
    for (unsigned code = 0; code < m->codes.count; code++)
        m->codes.sums[code] = code + 1u;
    if (m->words)
        for (uint32_t place = 0; place < count; place++)
            m->words[m->rows[place] / 64] |= (uint64_t)1 << (m->rows[place] & 63);
    for (; m->places < count; m->places++)
        begin_runs(m, m->rows[m->places] / POSTINGS_RUN);
    begin_runs(m, postings_runs(rows));
}

/* ---- what is kept ----------------------------------------------------------------------------------------------- */

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

static void put_frequencies(struct postings *p, size_t at, uint64_t sums, uint32_t rows)
{
    uint32_t bytes = squeeze(sums);
    memcpy(p->frequencies + at * p->width, &bytes, p->width);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (p->column[lane] >= 0 && bytes >> 8 * p->column[lane] & 255)
            p->rows_in_lane[lane] += rows;
}

static void put_all_frequencies(struct postings *p, const struct merging *m)
{
    uint32_t rows[4][POSTINGS_RARE + 1] = {0}; /* of each code, in turns: equal ones do not wait for each other */
    for (uint32_t place = 0; place < p->count; place++)
        rows[place % 4][p->code[place]]++;
    for (unsigned code = 0; code < p->codes; code++)
        put_frequencies(p, code, m->codes.sums[code], rows[0][code] + rows[1][code] + rows[2][code] + rows[3][code]);
    for (uint32_t i = 0; i < m->rare; i++)
        put_frequencies(p, p->codes + i, m->rare_sums[i], 1);
}

static uint32_t parts(uint32_t count)
{
    return (count + 255) / 256;
}

static void put_rare(struct postings *p)
{
    uint32_t at = 0;
    for (uint32_t place = 0; place < p->count; place++) {
        if (place % 256 == 0)
            p->rare_before[place / 256] = at;
        if (p->code[place] == POSTINGS_RARE)
            p->rare_place[at++] = (uint8_t)place;
    }
    p->rare_before[parts(p->count)] = at;
}

static void put_before(struct postings *p)
{
    uint32_t count = 0;
    for (size_t w = 0; w < p->set.word_count; w++) {
        if (w % POSTINGS_STRIDE == 0)
            p->before[w / POSTINGS_STRIDE] = count;
        count += docset_ones(p->set.words[w]);
    }
}

static size_t lay_out(struct postings *p, const struct merging *m, char *block)
{
    size_t at = 0, frequencies = ((size_t)p->codes + m->rare) * p->width;
    p->set.words = cut(block, &at, p->set.word_count, sizeof *p->set.words);
    p->before = cut(block, &at, (p->set.word_count + POSTINGS_STRIDE - 1) / POSTINGS_STRIDE, sizeof *p->before);
    p->begins = cut(block, &at, p->runs ? p->runs + 1 : 0, sizeof *p->begins);
    p->rare_before = cut(block, &at, m->rare ? parts(p->count) + 1 : 0, sizeof *p->rare_before);
    p->low = cut(block, &at, p->runs ? p->count : 0, sizeof *p->low);
    p->code = cut(block, &at, p->count, sizeof *p->code);
    p->frequencies = cut(block, &at, frequencies, sizeof *p->frequencies);
    p->rare_place = cut(block, &at, m->rare, sizeof *p->rare_place);
    return at;
}

static enum status keep(struct postings *p, const struct merging *m, uint32_t rows, struct err *err)
{
    p->count = m->places;
    p->codes = m->codes.count;
    if (p->count > rows / BITMAP_SHARE)
        p->set.word_count = docset_words(rows);
    else
        p->runs = postings_runs(rows);
    p->bytes = lay_out(p, m, NULL);
    p->block = malloc(p->bytes);
    if (!p->block)
        return nomem(p->count, err);
    lay_out(p, m, p->block);
    memcpy(p->code, m->code, p->count);
    if (p->set.words) {
        memcpy(p->set.words, m->words, p->set.word_count * sizeof *p->set.words);
        put_before(p);
    } else {
        memcpy(p->low, m->low, p->count * sizeof *p->low);
        memcpy(p->begins, m->begins, (p->runs + 1) * sizeof *p->begins);
    }
    put_all_frequencies(p, m);
    if (m->rare)
        put_rare(p);
    return STATUS_OK;
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static enum status merge_lists(struct postings *p, struct lists *l, const struct inverted *inverted, struct err *err)
{
    struct merging *m = calloc(1, sizeof *m);
    if (!m)
        return nomem(l->postings, err);
    enum status status = decode_lists(m, l, inverted, err);
    if (status == STATUS_OK && l->count == 1)
        take_over(m, l->list[0].count, inverted->rows);
    else if (status == STATUS_OK)
        status = add_up_all(m, l, inverted->rows, err);
    if (status == STATUS_OK)
        status = keep(p, m, inverted->rows, err);
    free(m->rare_sums);
    free(m->room);
    free(m);
    return status;
}

enum status postings_merge(struct postings *postings, const struct inverted *inverted,
                           const struct posting_term *terms, size_t term_count, struct err *err)
{
    struct lists l = {.count = 0};
    *postings = (struct postings){.count = 0};
    TRY(find_lists(postings, &l, inverted, terms, term_count, err));
    enum status status = l.count ? merge_lists(postings, &l, inverted, err) : STATUS_OK;
    if (status != STATUS_OK)
        *postings = (struct postings){.count = 0};
    return status;
}

void postings_arrays_release(struct postings *p)
{
    free(p->block);
    *p = (struct postings){.count = 0};
}
