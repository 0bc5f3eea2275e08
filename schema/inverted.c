#include "inverted.h"

#include <stdlib.h>
#include <string.h>

#include "inverted_file.h"

enum {
    LIST_BYTES_FEW = 4096, /* lists up to here are read onto the stack */
    UNPACK_BEYOND = 8,     /* bytes that unpacking looks at behind the last of a list */
};

const struct sections_kind inverted_kind = {
    .name = "postings", .magic = "OPASTINV", .version = 1, .count = INVERTED_SECTIONS,
    .item = (const uint32_t[]){1, 1, sizeof(struct inverted_block), sizeof(struct inverted_head)}};

static const uint8_t *section(const struct inverted *f, enum inverted_section s)
{
    return f->file.at[s].items;
}

static const struct inverted_block *block_at(const struct inverted *f, size_t i)
{
    return (const struct inverted_block *)f->file.at[INVERTED_BLOCKS].items + i;
}

static enum status damaged(const struct inverted *f, const char *what, struct err *err)
{
    return err_set(err, STATUS_CORRUPT, "%s: damaged at %s; build the index again or roll back", f->file.path, what);
}

enum status inverted_open(struct inverted *inverted, const char *path, struct err *err)
{
    struct inverted f = {.rows = 0};
    TRY(sections_open(&f.file, &inverted_kind, path, err));
    if (f.file.at[INVERTED_HEAD].count != 1) {
        enum status status = damaged(&f, "its head", err);
        sections_close(&f.file);
        return status;
    }
    const struct inverted_head *head = f.file.at[INVERTED_HEAD].items;
    f.rows = head->rows;
    f.term_count = head->terms;
    f.postings = head->postings;
    *inverted = f;
    return STATUS_OK;
}

void inverted_close(struct inverted *inverted)
{
    sections_close(&inverted->file);
}

/* A number of seven bits a byte; false when it does not end before `end` or is too long. */
static bool read_number(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; *at < end && shift < 63; shift += 7) {
        uint8_t byte = *(*at)++;
        *number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

/* ---- terms ------------------------------------------------------------------------------------------------------ */

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* The first term of a block, which is whole. */
static enum status first_term(const struct inverted *f, size_t block, const char **term, size_t *len, struct err *err)
{
    uint64_t at = block_at(f, block)->term;
    size_t all = f->file.at[INVERTED_TERMS].count;
    const uint8_t *terms = section(f, INVERTED_TERMS);
    if (at + 2 > all || terms[at] != 0 || terms[at + 1] > all - at - 2)
        return damaged(f, "its terms", err);
    *term = (const char *)terms + at + 2;
    *len = terms[at + 1];
    return STATUS_OK;
}

/* The last block whose first term is not behind the term; 0 when there is none. */
static enum status find_block(const struct inverted *f, const char *term, size_t len, size_t *block, struct err *err)
{
    size_t low = 0, high = f->file.at[INVERTED_BLOCKS].count;
    while (high - low > 1) {
        const char *first = NULL;
        size_t first_len = 0, middle = low + (high - low) / 2;
        TRY(first_term(f, middle, &first, &first_len, err));
        if (compare(first, first_len, term, len) <= 0)
            low = middle;
        else
            high = middle;
    }
    *block = low;
    return STATUS_OK;
}

static enum status enter_block(struct inverted_terms *t, struct err *err)
{
    const struct inverted_block *block = block_at(t->inverted, t->block);
    if (block->term > t->inverted->file.at[INVERTED_TERMS].count)
        return damaged(t->inverted, "its terms", err);
    t->at = section(t->inverted, INVERTED_TERMS) + block->term;
    t->list_at = block->list;
    t->in_block = t->len = 0;
    return STATUS_OK;
}

static enum status read_term(struct inverted_terms *t, struct err *err)
{
    const struct inverted *f = t->inverted;
    const uint8_t *end = section(f, INVERTED_TERMS) + f->file.at[INVERTED_TERMS].count;
    uint64_t count, len, all = f->file.at[INVERTED_LISTS].count;
    if (end - t->at < 2)
        return damaged(f, "its terms", err);
    size_t shared = *t->at++, rest = *t->at++;
    if (shared > t->len || shared + rest == 0 || shared + rest > INVERTED_TERM_BYTES || rest > (size_t)(end - t->at))
        return damaged(f, "its terms", err);
    memcpy(t->term + shared, t->at, rest);
    t->len = shared + rest;
    t->term[t->len] = '\0';
    t->at += rest;
    if (!read_number(&t->at, end, &count) || !read_number(&t->at, end, &len) || count == 0 || count > f->rows ||
        t->list_at > all || len > all - t->list_at)
        return damaged(f, "its terms", err);
    t->list = (struct inverted_list){(uint32_t)count, section(f, INVERTED_LISTS) + t->list_at, len};
    t->list_at += len;
    return STATUS_OK;
}

/* The next term of the file, whatever it begins with. */
static enum status step(struct inverted_terms *t, bool *more, struct err *err)
{
    const struct inverted *f = t->inverted;
    *more = t->block * INVERTED_BLOCK_TERMS + t->in_block < f->term_count;
    if (!*more)
        return STATUS_OK;
    if (t->in_block == INVERTED_BLOCK_TERMS) {
        t->block++;
        if (t->block >= f->file.at[INVERTED_BLOCKS].count)
            return damaged(f, "its blocks", err);
        TRY(enter_block(t, err));
    }
    t->in_block++;
    return read_term(t, err);
}

/* Reads on to the first term that is not before this one; *more: there is one. */
static enum status seek(struct inverted_terms *t, const struct inverted *f, const char *term, size_t len, bool *more,
                        struct err *err)
{
    t->inverted = f;
    t->block = t->in_block = 0;
    *more = f->term_count > 0;
    if (!*more)
        return STATUS_OK;
    if (f->file.at[INVERTED_BLOCKS].count == 0)
        return damaged(f, "its blocks", err);
    TRY(find_block(f, term, len, &t->block, err));
    TRY(enter_block(t, err));
    do
        TRY(step(t, more, err));
    while (*more && compare(t->term, t->len, term, len) < 0);
    return STATUS_OK;
}

enum status inverted_find(const struct inverted *inverted, const char *term, size_t len, struct inverted_list *list,
                          struct err *err)
{
    struct inverted_terms t;
    bool more;
    *list = (struct inverted_list){.count = 0};
    TRY(seek(&t, inverted, term, len, &more, err));
    if (more && compare(t.term, t.len, term, len) == 0)
        *list = t.list;
    return STATUS_OK;
}

enum status inverted_terms_start(struct inverted_terms *terms, const struct inverted *inverted, const char *prefix,
                                 size_t len, struct err *err)
{
    if (len > INVERTED_TERM_BYTES)
        return err_set(err, STATUS_LIMIT, "a prefix of %zu bytes, allowed are %d", len, INVERTED_TERM_BYTES);
    memcpy(terms->prefix, prefix, len);
    terms->prefix_len = len;
    return seek(terms, inverted, prefix, len, &terms->ahead, err);
}

enum status inverted_terms_next(struct inverted_terms *t, bool *more, struct err *err)
{
    *more = t->ahead;
    t->ahead = false;
    if (!*more)
        TRY(step(t, more, err));
    *more = *more && t->len >= t->prefix_len && memcmp(t->term, t->prefix, t->prefix_len) == 0;
    return STATUS_OK;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

/* Eight values take as many bytes as one has bits. */
static inline __attribute__((always_inline)) void unpack_as(const uint8_t *from, unsigned bits, uint32_t *values)
{
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    for (size_t i = 0; i < INVERTED_PACK; i += 8, from += bits) {
        uint64_t word;
        memcpy(&word, from, sizeof word);
        for (unsigned j = 0; j < 8; j++) {
            if (bits > 8)
                memcpy(&word, from + j * bits / 8, sizeof word);
            values[i + j] = (uint32_t)(word >> (bits > 8 ? j * bits % 8 : j * bits) & mask);
        }
    }
}

#define UNPACK_1(bits)                                                                                                \
    case bits: unpack_as(from, bits, values); break;
#define UNPACK_4(bits) UNPACK_1(bits) UNPACK_1(bits + 1) UNPACK_1(bits + 2) UNPACK_1(bits + 3)
#define UNPACK_16(bits) UNPACK_4(bits) UNPACK_4(bits + 4) UNPACK_4(bits + 8) UNPACK_4(bits + 12)

/* Shifts that are known when this is compiled take a third of the time. */
static void unpack(const uint8_t *from, unsigned bits, uint32_t *values)
{
    switch (bits) {
    UNPACK_16(0)
    UNPACK_16(16)
    default: unpack_as(from, 32, values);
    }
}

struct decoding {
    const uint8_t *at, *end;
    uint32_t before; /* the row before; UINT32_MAX before the first */
    uint32_t *rows;
    uint8_t *frequencies;
};

static bool decode_packed(struct decoding *d)
{
    uint32_t values[INVERTED_PACK];
    if (d->end - d->at < 2)
        return false;
    unsigned gap_bits = d->at[0], bits = d->at[1];
    if (gap_bits > 32 || bits > 8 || (size_t)(d->end - d->at - 2) < (size_t)INVERTED_PACK_BYTES * (gap_bits + bits))
        return false;
    unpack(d->at + 2, gap_bits, values);
    uint64_t row = (uint64_t)(uint32_t)(d->before + 1);
    for (size_t i = 0; i < INVERTED_PACK; i++) {
        row += values[i];
        d->rows[i] = (uint32_t)row++;
    }
    d->at += 2 + (size_t)INVERTED_PACK_BYTES * gap_bits;
    unpack(d->at, bits, values);
    for (size_t i = 0; i < INVERTED_PACK; i++)
        d->frequencies[i] = (uint8_t)(values[i] + 1);
    d->at += (size_t)INVERTED_PACK_BYTES * bits;
    d->before = d->rows[INVERTED_PACK - 1];
    d->rows += INVERTED_PACK;
    d->frequencies += INVERTED_PACK;
    return row <= UINT32_MAX;
}

static bool decode_rest(struct decoding *d, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t gap;
        if (!read_number(&d->at, d->end, &gap) || (gap & 1 && d->at == d->end) || gap / 2 >= UINT32_MAX)
            return false;
        uint64_t row = (uint64_t)(uint32_t)(d->before + 1) + gap / 2;
        d->rows[i] = d->before = (uint32_t)row;
        d->frequencies[i] = gap & 1 ? *d->at++ : 1;
        if (row >= UINT32_MAX || d->frequencies[i] == 0)
            return false;
    }
    return d->at == d->end;
}

static enum status decode(const struct inverted *f, const struct inverted_list *list, const uint8_t *data,
                          uint32_t *rows, uint8_t *frequencies, struct err *err)
{
    struct decoding d = {data, data + list->len, UINT32_MAX, rows, frequencies};
    uint32_t left = list->count;
    bool good = true;
    for (; good && left >= INVERTED_PACK; left -= INVERTED_PACK)
        good = decode_packed(&d);
    /* Rows ascend, so the last one says whether all are of this generation. */
    if (!good || !decode_rest(&d, left) || rows[list->count - 1] >= f->rows)
        return damaged(f, "a list", err);
    return STATUS_OK;
}

enum status inverted_decode(const struct inverted *inverted, const struct inverted_list *list, uint32_t *rows,
                            uint8_t *frequencies, struct err *err)
{
    uint8_t few[LIST_BYTES_FEW + UNPACK_BEYOND];
    uint8_t *data = list->len <= LIST_BYTES_FEW ? few : malloc(list->len + UNPACK_BEYOND);
    if (!data)
        return err_set(err, STATUS_NOMEM, "out of memory for a list of %zu bytes", list->len);
    enum status status = sections_read(&inverted->file, list->data, list->len, data, err);
    memset(data + list->len, 0, UNPACK_BEYOND);
    if (status == STATUS_OK)
        status = decode(inverted, list, data, rows, frequencies, err);
    if (data != few)
        free(data);
    return status;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static enum status check_list(const struct inverted *f, const struct inverted_list *list, struct buf *room,
                              struct err *err)
{
    buf_reset(room);
    if (!buf_reserve(room, (size_t)list->count * 5))
        return buf_ok(room, err);
    uint32_t *rows = (uint32_t *)(void *)room->data;
    return inverted_decode(f, list, rows, (uint8_t *)(rows + list->count), err);
}

static enum status check_terms(const struct inverted *f, struct buf *room, struct err *err)
{
    struct inverted_terms t;
    char last[INVERTED_TERM_BYTES];
    size_t last_len = 0;
    uint64_t terms = 0, postings = 0;
    bool more;
    TRY(inverted_terms_start(&t, f, "", 0, err));
    for (;;) {
        TRY(inverted_terms_next(&t, &more, err));
        if (!more)
            break;
        if (terms++ && compare(last, last_len, t.term, t.len) >= 0)
            return damaged(f, "the order of its terms", err);
        memcpy(last, t.term, last_len = t.len);
        postings += t.list.count;
        TRY(check_list(f, &t.list, room, err));
    }
    return terms == f->term_count && postings == f->postings ? STATUS_OK : damaged(f, "its counts", err);
}

enum status inverted_check(const struct inverted *inverted, struct err *err)
{
    struct buf room = BUF_INIT;
    TRY(sections_check(&inverted->file, err));
    enum status status = check_terms(inverted, &room, err);
    buf_release(&room);
    return status;
}
