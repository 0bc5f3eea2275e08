#include "records.h"

#include <stdlib.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

enum { SECTION_DICTIONARY, SECTION_BYTES, SECTION_ENDS, SECTION_COUNT };

/* Level 3 packs in 17 us what level 6 makes a tenth smaller in 70. */
enum { RECORDS_LEVEL = 3 };

static const uint32_t items[SECTION_COUNT] = {1, 1, sizeof(uint64_t)};
static const struct sections_kind records_kind = {"records", "OPASTREC", RECORDS_VERSION, SECTION_COUNT, items};

static enum status nomem(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for stored records");
}

/* 0: the record of len bytes does not begin with a head. */
static size_t head_len(const char *data, size_t len)
{
    if (len < RECORDS_HEAD_LEAST)
        return 0;
    size_t head = (unsigned char)data[0] | (size_t)(unsigned char)data[1] << 8;
    return head >= RECORDS_HEAD_LEAST && head <= RECORDS_HEAD_BYTES && head <= len ? head : 0;
}

/* ---- packing ---------------------------------------------------------------------------------------------------- */

struct records_dictionary {
    ZSTD_CDict *tables;
};

struct records_packer {
    ZSTD_CCtx *context;
};

enum status records_packer_new(struct records_packer **packer, struct err *err)
{
    struct records_packer *p = calloc(1, sizeof *p);
    if (!p || !(p->context = ZSTD_createCCtx())) {
        free(p);
        return nomem(err);
    }
    /* The file has one dictionary: naming it in each record would take four bytes. */
    ZSTD_CCtx_setParameter(p->context, ZSTD_c_dictIDFlag, 0);
    *packer = p;
    return STATUS_OK;
}

void records_packer_free(struct records_packer *packer)
{
    if (packer)
        ZSTD_freeCCtx(packer->context);
    free(packer);
}

enum status records_pack(struct records_packer *packer, const struct records_dictionary *dictionary, const void *data,
                         size_t len, struct buf *packed, struct err *err)
{
    if (len > RECORDS_BYTES)
        return err_set(err, STATUS_LIMIT, "the stored record would take %zu bytes, allowed are %d", len, RECORDS_BYTES);
    size_t head = head_len(data, len);
    if (!head)
        return err_set(err, STATUS_CORRUPT, "the stored record does not begin with a head");
    buf_reset(packed);
    if (!buf_reserve(packed, head + ZSTD_compressBound(len - head)))
        return buf_ok(packed, err);
    memcpy(packed->data, data, head);
    size_t got = ZSTD_CCtx_refCDict(packer->context, dictionary->tables);
    if (!ZSTD_isError(got))
        got = ZSTD_compress2(packer->context, packed->data + head, packed->cap - head, (const char *)data + head,
                             len - head);
    if (ZSTD_isError(got))
        return err_set(err, STATUS_NOMEM, "a record cannot be packed: %s", ZSTD_getErrorName(got));
    packed->len = head + got;
    return STATUS_OK;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct records_writer {
    struct sections_writer *file;
    struct records_packer *packer;
    struct records_dictionary dictionary; /* tables NULL while the sample is gathered */
    struct buf sample;                    /* the first records, one behind the other */
    size_t sample_size[RECORDS_SAMPLE], sample_count;
    struct buf ends;                      /* uint64_t */
    struct buf packed;
    uint64_t at;
};

static enum status use_dictionary(struct records_writer *w, const void *bytes, size_t len, struct err *err)
{
    w->dictionary.tables = ZSTD_createCDict(bytes, len, RECORDS_LEVEL);
    return w->dictionary.tables ? sections_writer_add(w->file, SECTION_DICTIONARY, bytes, len, err) : nomem(err);
}

enum status records_writer_open(struct records_writer **writer, const char *path, const struct records *like,
                                struct err *err)
{
    struct records_writer *w = calloc(1, sizeof *w);
    if (!w)
        return nomem(err);
    enum status status = records_packer_new(&w->packer, err);
    if (status == STATUS_OK)
        status = sections_writer_open(&w->file, &records_kind, path, err);
    if (status == STATUS_OK && like)
        status = use_dictionary(w, like->file.at[SECTION_DICTIONARY].items, like->file.at[SECTION_DICTIONARY].count,
                                err);
    if (status != STATUS_OK) {
        records_writer_free(w);
        return status;
    }
    *writer = w;
    return STATUS_OK;
}

void records_writer_free(struct records_writer *writer)
{
    if (!writer)
        return;
    sections_writer_free(writer->file);
    records_packer_free(writer->packer);
    ZSTD_freeCDict(writer->dictionary.tables);
    buf_release(&writer->sample);
    buf_release(&writer->ends);
    buf_release(&writer->packed);
    free(writer);
}

static enum status append(struct records_writer *w, const void *packed, size_t len, struct err *err)
{
    TRY(sections_writer_add(w->file, SECTION_BYTES, packed, len, err));
    w->at += len;
    buf_add(&w->ends, &w->at, sizeof w->at);
    return buf_ok(&w->ends, err);
}

static enum status pack_and_append(struct records_writer *w, const void *data, size_t len, struct err *err)
{
    TRY(records_pack(w->packer, &w->dictionary, data, len, &w->packed, err));
    return append(w, w->packed.data, w->packed.len, err);
}

/* From too little a dictionary cannot be made, and then there is none. */
static enum status make_dictionary(struct records_writer *w, struct err *err)
{
    size_t cap = w->sample.len / RECORDS_DICTIONARY_SHARE;
    cap = cap < RECORDS_DICTIONARY_BYTES ? cap : RECORDS_DICTIONARY_BYTES;
    char *bytes = malloc(cap + 1);
    if (!bytes)
        return nomem(err);
    size_t len = ZDICT_trainFromBuffer(bytes, cap, buf_str(&w->sample), w->sample_size, (unsigned)w->sample_count);
    enum status status = use_dictionary(w, bytes, ZDICT_isError(len) ? 0 : len, err);
    free(bytes);
    return status;
}

static enum status end_sample(struct records_writer *w, struct err *err)
{
    TRY(make_dictionary(w, err));
    for (size_t i = 0, at = 0; i < w->sample_count; at += w->sample_size[i++])
        TRY(pack_and_append(w, w->sample.data + at, w->sample_size[i], err));
    buf_release(&w->sample);
    return STATUS_OK;
}

enum status records_writer_add(struct records_writer *w, const void *data, size_t len, bool packed, struct err *err)
{
    if (packed)
        return append(w, data, len, err);
    if (w->dictionary.tables)
        return pack_and_append(w, data, len, err);
    if (len > RECORDS_BYTES)
        return err_set(err, STATUS_LIMIT, "the stored record would take %zu bytes, allowed are %d", len, RECORDS_BYTES);
    buf_add(&w->sample, data, len);
    TRY(buf_ok(&w->sample, err));
    w->sample_size[w->sample_count++] = len;
    bool enough = w->sample_count == RECORDS_SAMPLE || w->sample.len >= RECORDS_SAMPLE_BYTES;
    return enough ? end_sample(w, err) : STATUS_OK;
}

const struct records_dictionary *records_writer_dictionary(const struct records_writer *w)
{
    return w->dictionary.tables ? &w->dictionary : NULL;
}

enum status records_writer_finish(struct records_writer *w, struct err *err)
{
    if (!w->dictionary.tables)
        TRY(end_sample(w, err));
    TRY(sections_writer_add(w->file, SECTION_ENDS, buf_str(&w->ends), w->ends.len, err));
    return sections_writer_finish(w->file, err);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

enum status records_open(struct records *records, const char *path, struct err *err)
{
    struct records r = {.count = 0};
    TRY(sections_open(&r.file, &records_kind, path, err));
    r.ends = r.file.at[SECTION_ENDS].items;
    r.bytes = r.file.at[SECTION_BYTES].items;
    r.byte_count = r.file.at[SECTION_BYTES].count;
    size_t count = r.file.at[SECTION_ENDS].count;
    if (count >= UINT32_MAX || (count ? r.ends[count - 1] : 0) != r.byte_count) {
        sections_close(&r.file);
        return err_set(err, STATUS_CORRUPT, "%s: the records do not end where they should", path);
    }
    r.count = (uint32_t)count;
    r.dictionary = ZSTD_createDDict(r.file.at[SECTION_DICTIONARY].items,
                                    r.file.at[SECTION_DICTIONARY].count);
    if (!r.dictionary) { /* no memory, or no dictionary */
        sections_close(&r.file);
        return err_set(err, STATUS_CORRUPT, "%s: the dictionary of the records cannot be used", path);
    }
    *records = r;
    return STATUS_OK;
}

void records_close(struct records *records)
{
    ZSTD_freeDDict(records->dictionary);
    sections_close(&records->file);
    *records = (struct records){.count = 0};
}

enum status records_check(const struct records *r, struct err *err)
{
    TRY(sections_check(&r->file, err));
    for (uint32_t row = 1; row < r->count; row++)
        if (r->ends[row] < r->ends[row - 1])
            return err_set(err, STATUS_CORRUPT, "%s: record %u ends before it begins", r->file.path, row + 1);
    return STATUS_OK;
}

struct records_unpacker {
    ZSTD_DCtx *context;
    struct buf packed; /* one record as it lies in the file */
};

enum status records_unpacker_new(struct records_unpacker **unpacker, struct err *err)
{
    struct records_unpacker *u = calloc(1, sizeof *u);
    if (!u || !(u->context = ZSTD_createDCtx())) {
        free(u);
        return nomem(err);
    }
    *unpacker = u;
    return STATUS_OK;
}

void records_unpacker_free(struct records_unpacker *unpacker)
{
    if (!unpacker)
        return;
    ZSTD_freeDCtx(unpacker->context);
    buf_release(&unpacker->packed);
    free(unpacker);
}

/* Where the row lies in the file, packed. */
static enum status find_row(const struct records *r, uint32_t row, uint64_t *from, size_t *len, struct err *err)
{
    if (row >= r->count)
        return err_set(err, STATUS_NOTFOUND, "%s: no record %u", r->file.path, row + 1);
    uint64_t to = r->ends[row];
    *from = row ? r->ends[row - 1] : 0;
    if (*from > to || to > r->byte_count)
        return err_set(err, STATUS_CORRUPT, "%s: record %u lies outside the file", r->file.path, row + 1);
    *len = to - *from;
    return STATUS_OK;
}

static enum status append_bytes(const struct records *r, uint64_t from, size_t len, struct buf *out, struct err *err)
{
    if (!buf_reserve(out, len))
        return buf_ok(out, err);
    TRY(sections_read(&r->file, r->bytes + from, len, out->data + out->len, err));
    out->len += len;
    return STATUS_OK;
}

static enum status damaged(const struct records *r, uint32_t row, struct err *err)
{
    return err_set(err, STATUS_CORRUPT, "%s: record %u is damaged", r->file.path, row + 1);
}

enum status records_get_packed(const struct records *r, uint32_t row, struct buf *packed, struct err *err)
{
    uint64_t from = 0;
    size_t len = 0;
    TRY(find_row(r, row, &from, &len, err));
    buf_reset(packed);
    return append_bytes(r, from, len, packed, err);
}

enum status records_head(const struct records *r, uint32_t row, struct buf *head, struct err *err)
{
    uint64_t from = 0;
    size_t len = 0;
    TRY(find_row(r, row, &from, &len, err));
    size_t first = len < RECORDS_HEAD_READ ? len : RECORDS_HEAD_READ;
    buf_reset(head);
    TRY(append_bytes(r, from, first, head, err));
    size_t own = first ? head_len(head->data, len) : 0;
    if (!own)
        return damaged(r, row, err);
    if (own > first)
        TRY(append_bytes(r, from + first, own - first, head, err));
    head->len = own;
    return STATUS_OK;
}

enum status records_get(const struct records *r, struct records_unpacker *unpacker, uint32_t row, struct buf *data,
                        struct err *err)
{
    struct buf *packed = &unpacker->packed;
    TRY(records_get_packed(r, row, packed, err));
    size_t head = packed->len ? head_len(packed->data, packed->len) : 0;
    if (!head)
        return damaged(r, row, err);
    const char *frame = packed->data + head;
    size_t frame_len = packed->len - head;
    unsigned long long rest = ZSTD_getFrameContentSize(frame, frame_len); /* errors are the largest numbers */
    if (rest > RECORDS_BYTES - head)
        return damaged(r, row, err);
    buf_reset(data);
    if (!buf_reserve(data, head + rest))
        return buf_ok(data, err);
    memcpy(data->data, packed->data, head);
    size_t got = ZSTD_decompress_usingDDict(unpacker->context, data->data + head, rest, frame, frame_len,
                                            r->dictionary);
    if (got != rest)
        return err_set(err, STATUS_CORRUPT, "%s: record %u is damaged: %s", r->file.path, row + 1,
                       ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
    data->len = head + rest;
    data->data[data->len] = '\0';
    return STATUS_OK;
}
