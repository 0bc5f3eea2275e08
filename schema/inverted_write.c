#include "inverted.h"

#include <stdlib.h>
#include <string.h>

#include "inverted_file.h"

struct inverted_writer {
    struct sections_writer *file;
    struct buf list, terms, blocks;
    struct inverted_head head;
    uint64_t list_bytes;
    char last[INVERTED_TERM_BYTES];
    size_t last_len;
};

enum status inverted_writer_open(struct inverted_writer **writer, const char *path, uint32_t rows, struct err *err)
{
    struct inverted_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, STATUS_NOMEM, "out of memory");
    w->head.rows = rows;
    enum status status = sections_writer_open(&w->file, &inverted_kind, path, err);
    if (status != STATUS_OK) {
        free(w);
        return status;
    }
    *writer = w;
    return STATUS_OK;
}

void inverted_writer_free(struct inverted_writer *writer)
{
    if (!writer)
        return;
    sections_writer_free(writer->file);
    buf_release(&writer->list);
    buf_release(&writer->terms);
    buf_release(&writer->blocks);
    free(writer);
}

static void add_number(struct buf *out, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        buf_addc(out, (char)(number | 128));
    buf_addc(out, (char)number);
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

static unsigned bits_of(uint32_t all)
{
    return all ? 32 - (unsigned)__builtin_clz(all) : 0;
}

static void pack(struct buf *out, const uint32_t *values, unsigned bits)
{
    uint8_t packed[INVERTED_PACK_BYTES * 32], *to = packed;
    uint64_t word = 0;
    unsigned used = 0; /* bits of the word */
    for (size_t i = 0; i < INVERTED_PACK; i++) {
        word |= (uint64_t)values[i] << used;
        used += bits;
        if (used < 32)
            continue;
        memcpy(to, &word, 4); /* a block is a multiple of 32 bits */
        to += 4;
        word >>= 32;
        used -= 32;
    }
    buf_add(out, packed, (size_t)(to - packed));
}

static void add_packed(struct buf *out, const uint32_t *rows, const uint8_t *frequencies, uint32_t before)
{
    uint32_t gaps[INVERTED_PACK], rest[INVERTED_PACK], all_gaps = 0, all_rest = 0;
    for (size_t i = 0; i < INVERTED_PACK; i++) {
        all_gaps |= gaps[i] = rows[i] - before - 1;
        all_rest |= rest[i] = frequencies[i] ? frequencies[i] - 1u : 0;
        before = rows[i];
    }
    buf_addc(out, (char)bits_of(all_gaps));
    buf_addc(out, (char)bits_of(all_rest));
    pack(out, gaps, bits_of(all_gaps));
    pack(out, rest, bits_of(all_rest));
}

static void add_list(struct buf *out, const uint32_t *rows, const uint8_t *frequencies, uint32_t count)
{
    uint32_t at = 0, before = UINT32_MAX;
    for (; count - at >= INVERTED_PACK; at += INVERTED_PACK) {
        add_packed(out, rows + at, frequencies + at, before);
        before = rows[at + INVERTED_PACK - 1];
    }
    for (; at < count; before = rows[at++]) {
        bool more = frequencies[at] > 1;
        add_number(out, (uint64_t)(rows[at] - before - 1) * 2 + more);
        if (more)
            buf_addc(out, (char)frequencies[at]);
    }
}

static bool ascending(const uint32_t *rows, uint32_t count, uint32_t limit)
{
    bool good = rows[count - 1] < limit;
    for (uint32_t i = 1; i < count; i++)
        good &= rows[i - 1] < rows[i];
    return good;
}

/* ---- terms ------------------------------------------------------------------------------------------------------ */

static bool follows(const struct inverted_writer *w, const char *term, size_t len)
{
    size_t least = len < w->last_len ? len : w->last_len;
    int order = memcmp(w->last, term, least);
    return order < 0 || (order == 0 && w->last_len < len);
}

static void add_term(struct inverted_writer *w, const char *term, size_t len, uint32_t count)
{
    size_t shared = 0;
    if (w->head.terms % INVERTED_BLOCK_TERMS == 0) {
        struct inverted_block block = {.term = w->terms.len, .list = w->list_bytes};
        buf_add(&w->blocks, &block, sizeof block);
    } else {
        while (shared < len && shared < w->last_len && term[shared] == w->last[shared])
            shared++;
    }
    buf_addc(&w->terms, (char)shared);
    buf_addc(&w->terms, (char)(len - shared));
    buf_add(&w->terms, term + shared, len - shared);
    add_number(&w->terms, count);
    add_number(&w->terms, w->list.len);
    memcpy(w->last, term, len);
    w->last_len = len;
}

enum status inverted_writer_add(struct inverted_writer *w, const char *term, size_t len, const uint32_t *rows,
                                const uint8_t *frequencies, uint32_t count, struct err *err)
{
    if (len == 0 || len > INVERTED_TERM_BYTES)
        return err_set(err, STATUS_LIMIT, "a term of %zu bytes, allowed are 1..%d", len, INVERTED_TERM_BYTES);
    if (count == 0)
        return STATUS_OK;
    if (!follows(w, term, len) || !ascending(rows, count, w->head.rows))
        return err_set(err, STATUS_INTERNAL, "terms or their rows are not in order");
    buf_reset(&w->list);
    add_list(&w->list, rows, frequencies, count);
    add_term(w, term, len, count);
    TRY(buf_ok(&w->list, err));
    TRY(sections_writer_add(w->file, INVERTED_LISTS, w->list.data, w->list.len, err));
    w->list_bytes += w->list.len;
    w->head.terms++;
    w->head.postings += count;
    return STATUS_OK;
}

enum status inverted_writer_finish(struct inverted_writer *w, struct err *err)
{
    TRY(buf_ok(&w->terms, err));
    TRY(buf_ok(&w->blocks, err));
    TRY(sections_writer_add(w->file, INVERTED_TERMS, buf_str(&w->terms), w->terms.len, err));
    TRY(sections_writer_add(w->file, INVERTED_BLOCKS, buf_str(&w->blocks), w->blocks.len, err));
    TRY(sections_writer_add(w->file, INVERTED_HEAD, &w->head, sizeof w->head, err));
    return sections_writer_finish(w->file, err);
}
