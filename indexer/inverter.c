#include "indexer/inverter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/grow.h"
#include "indexer/inverted_merge.h"
#include "inverted.h"

enum {
    CHUNK_FIRST = 8, /* bytes of a term's first chunk of postings; most terms are rare */
    CHUNK_MOST = 4096,
    POSTING_BYTES = 7, /* at most: a gap and a frequency */
    SLOTS_FIRST = 1 << 16,
};

struct chunk {
    struct chunk *next;
    uint32_t cap, used;
    uint8_t bytes[];
};

struct entry {
    const char *term;
    uint32_t hash, len, count;
    uint32_t last_row; /* UINT32_MAX before the first */
    struct chunk *first, *last;
};

struct inverter {
    char *dir;
    size_t budget;
    struct arena arena;    /* terms and chunks */
    struct entry *entries; /* in the order in which terms came */
    size_t entry_count, entry_cap;
    uint32_t *slots;       /* index into entries + 1; 0: free */
    size_t slot_count;
    uint32_t rows;         /* one more than the last row */
    size_t run_count;
    uint32_t *list_rows;   /* one list, unpacked; room for list_cap */
    uint8_t *list_frequencies;
    size_t list_cap;
};

enum status inverter_new(struct inverter **inverter, const char *dir, size_t byte_budget, struct err *err)
{
    struct inverter *v = calloc(1, sizeof *v);
    if (!v || !(v->dir = strdup(dir)) || !(v->slots = calloc(SLOTS_FIRST, sizeof *v->slots))) {
        inverter_free(v);
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    v->slot_count = SLOTS_FIRST;
    v->budget = byte_budget;
    *inverter = v;
    return STATUS_OK;
}

static enum status run_path(const struct inverter *v, size_t run, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/postings.%zu", v->dir, run);
    return buf_ok(path, err);
}

static void remove_runs(struct inverter *v)
{
    struct buf path = BUF_INIT;
    for (; v->run_count > 0; v->run_count--)
        if (run_path(v, v->run_count - 1, &path, NULL) == STATUS_OK)
            unlink(path.data);
    buf_release(&path);
}

void inverter_free(struct inverter *inverter)
{
    if (!inverter)
        return;
    remove_runs(inverter);
    arena_release(&inverter->arena);
    free(inverter->entries);
    free(inverter->slots);
    free(inverter->list_rows);
    free(inverter->list_frequencies);
    free(inverter->dir);
    free(inverter);
}

/* ---- gathering -------------------------------------------------------------------------------------------------- */

static enum status nomem(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory for postings");
}

static enum status grow_slots(struct inverter *v, struct err *err)
{
    size_t count = v->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return nomem(err);
    for (size_t e = 0; e < v->entry_count; e++) {
        size_t at = v->entries[e].hash & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)e + 1;
    }
    free(v->slots);
    v->slots = slots;
    v->slot_count = count;
    return STATUS_OK;
}

static enum status new_entry(struct inverter *v, const char *term, size_t len, uint32_t hash, size_t slot,
                             struct err *err)
{
    struct entry *entries = grow(v->entries, v->entry_count, &v->entry_cap, sizeof *entries);
    if (!entries)
        return nomem(err);
    v->entries = entries;
    const char *copy = arena_copy(&v->arena, term, len);
    if (!copy)
        return nomem(err);
    v->entries[v->entry_count++] =
        (struct entry){.term = copy, .hash = hash, .len = (uint32_t)len, .last_row = UINT32_MAX};
    v->slots[slot] = (uint32_t)v->entry_count;
    return STATUS_OK;
}

static uint32_t hash_of(const char *term, size_t len)
{
    return (uint32_t)XXH3_64bits(term, len);
}

static enum status find_entry(struct inverter *v, const char *term, size_t len, uint32_t hash, struct entry **entry,
                              struct err *err)
{
    if (v->entry_count * 2 >= v->slot_count)
        TRY(grow_slots(v, err));
    size_t at = hash & (v->slot_count - 1);
    for (; v->slots[at]; at = (at + 1) & (v->slot_count - 1)) {
        struct entry *e = &v->entries[v->slots[at] - 1];
        if (e->hash == hash && e->len == len && memcmp(e->term, term, len) == 0) {
            *entry = e;
            return STATUS_OK;
        }
    }
    TRY(new_entry(v, term, len, hash, at, err));
    *entry = &v->entries[v->entry_count - 1];
    return STATUS_OK;
}

static enum status make_room(struct inverter *v, struct entry *e, struct err *err)
{
    if (e->last && e->last->cap - e->last->used >= POSTING_BYTES)
        return STATUS_OK;
    uint32_t cap = !e->last ? CHUNK_FIRST : e->last->cap < CHUNK_MOST ? e->last->cap * 2 : CHUNK_MOST;
    struct chunk *chunk = arena_alloc(&v->arena, sizeof *chunk + cap);
    if (!chunk)
        return nomem(err);
    *chunk = (struct chunk){.cap = cap};
    *(e->last ? &e->last->next : &e->first) = chunk;
    e->last = chunk;
    return STATUS_OK;
}

static void put_posting(struct entry *e, uint32_t row, uint32_t frequency)
{
    uint8_t *at = e->last->bytes + e->last->used;
    uint64_t number = (uint64_t)(row - e->last_row - 1) * 2 + (frequency > 1);
    for (; number >= 128; number >>= 7)
        *at++ = (uint8_t)(number | 128);
    *at++ = (uint8_t)number;
    if (frequency > 1)
        *at++ = (uint8_t)(frequency > INVERTED_FREQUENCY_MOST ? INVERTED_FREQUENCY_MOST : frequency);
    e->last->used = (uint32_t)(at - e->last->bytes);
    e->last_row = row;
    e->count++;
}

static enum status write_run(struct inverter *v, struct err *err);

static size_t held_bytes(const struct inverter *v)
{
    return v->arena.used + v->entry_count * (sizeof *v->entries + 4 * sizeof *v->slots);
}

static enum status add(struct inverter *v, uint32_t row, const struct document_term *term, uint32_t hash,
                       struct err *err)
{
    struct entry *entry;
    if (term->len == 0 || term->len > INVERTED_TERM_BYTES)
        return err_set(err, STATUS_LIMIT, "a term of %u bytes, allowed are 1..%d", term->len, INVERTED_TERM_BYTES);
    TRY(find_entry(v, term->text, term->len, hash, &entry, err));
    if (row == UINT32_MAX || row + 1 < v->rows || (entry->count && row <= entry->last_row))
        return err_set(err, STATUS_INTERNAL, "records out of order, or a term twice in one");
    TRY(make_room(v, entry, err));
    put_posting(entry, row, term->wdf);
    v->rows = row + 1;
    return STATUS_OK;
}

/* A term's slot, entry and chunk lie far from those of the term before: each is fetched some terms ahead. */
enum { AHEAD = 4, AHEAD_SLOT = 3 * AHEAD, HASHES = 16 };

static const struct entry *guess(const struct inverter *v, uint32_t hash)
{
    uint32_t slot = v->slots[hash & (v->slot_count - 1)];
    return slot ? &v->entries[slot - 1] : NULL;
}

static void fetch_chunk(const struct inverter *v, uint32_t hash)
{
    const struct entry *entry = guess(v, hash);
    if (!entry || entry->hash != hash)
        return;
    __builtin_prefetch(entry->term);
    __builtin_prefetch(entry->last, 1);
}

enum status inverter_add(struct inverter *inverter, uint32_t row, const struct document_term *terms, size_t count,
                         struct err *err)
{
    uint32_t hash[HASHES];
    /* A run ends between records. */
    if (row >= inverter->rows && held_bytes(inverter) >= inverter->budget && inverter->entry_count)
        TRY(write_run(inverter, err));
    for (size_t i = 0; i < count + AHEAD_SLOT; i++) {
        if (i < count) {
            hash[i % HASHES] = hash_of(terms[i].text, terms[i].len);
            __builtin_prefetch(&inverter->slots[hash[i % HASHES] & (inverter->slot_count - 1)]);
        }
        if (i >= AHEAD && i - AHEAD < count)
            __builtin_prefetch(guess(inverter, hash[(i - AHEAD) % HASHES]));
        if (i >= 2 * AHEAD && i - 2 * AHEAD < count)
            fetch_chunk(inverter, hash[(i - 2 * AHEAD) % HASHES]);
        if (i >= AHEAD_SLOT)
            TRY(add(inverter, row, &terms[i - AHEAD_SLOT], hash[(i - AHEAD_SLOT) % HASHES], err));
    }
    return STATUS_OK;
}

/* ---- runs ------------------------------------------------------------------------------------------------------- */

static enum status reserve_list(struct inverter *v, size_t count, struct err *err)
{
    if (count <= v->list_cap)
        return STATUS_OK;
    size_t cap = count + count / 2;
    uint32_t *rows = realloc(v->list_rows, cap * sizeof *rows);
    if (rows)
        v->list_rows = rows;
    uint8_t *frequencies = realloc(v->list_frequencies, cap);
    if (frequencies)
        v->list_frequencies = frequencies;
    if (!rows || !frequencies)
        return nomem(err);
    v->list_cap = cap;
    return STATUS_OK;
}

static void unpack_entry(const struct entry *e, uint32_t *rows, uint8_t *frequencies)
{
    uint32_t before = UINT32_MAX;
    for (const struct chunk *chunk = e->first; chunk; chunk = chunk->next) {
        for (const uint8_t *at = chunk->bytes, *end = at + chunk->used; at < end;) {
            uint64_t number = 0;
            unsigned shift = 0;
            for (; *at >= 128; shift += 7)
                number |= (uint64_t)(*at++ & 127) << shift;
            number |= (uint64_t)*at++ << shift;
            *rows++ = before += (uint32_t)(number / 2) + 1;
            *frequencies++ = number & 1 ? *at++ : 1;
        }
    }
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->term, y->term, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static enum status write_entries(struct inverter *v, struct inverted_writer *writer, struct err *err)
{
    if (v->entry_count)
        qsort(v->entries, v->entry_count, sizeof *v->entries, compare_entries);
    for (size_t i = 0; i < v->entry_count; i++) {
        const struct entry *e = &v->entries[i];
        TRY(reserve_list(v, e->count, err));
        unpack_entry(e, v->list_rows, v->list_frequencies);
        TRY(inverted_writer_add(writer, e->term, e->len, v->list_rows, v->list_frequencies, e->count, err));
    }
    return STATUS_OK;
}

static void forget_entries(struct inverter *v)
{
    arena_release(&v->arena);
    v->entry_count = 0;
    memset(v->slots, 0, v->slot_count * sizeof *v->slots);
}

static enum status write_entries_to(struct inverter *v, const char *path, uint32_t rows, struct err *err)
{
    struct inverted_writer *writer;
    TRY(inverted_writer_open(&writer, path, rows, err));
    enum status status = write_entries(v, writer, err);
    if (status == STATUS_OK)
        status = inverted_writer_finish(writer, err);
    inverted_writer_free(writer);
    return status;
}

static enum status write_run(struct inverter *v, struct err *err)
{
    struct buf path = BUF_INIT;
    if (v->run_count == INVERTER_RUNS)
        return err_set(err, STATUS_LIMIT, "more than %d runs of postings", INVERTER_RUNS);
    enum status status = run_path(v, v->run_count, &path, err);
    v->run_count++;
    if (status == STATUS_OK)
        status = write_entries_to(v, path.data, v->rows, err);
    buf_release(&path);
    forget_entries(v);
    return status;
}

/* ---- merging ---------------------------------------------------------------------------------------------------- */

static enum status open_runs(const struct inverter *v, struct inverted *files, struct inverted_input *inputs,
                             struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = STATUS_OK;
    for (size_t r = 0; r < v->run_count && status == STATUS_OK; r++) {
        status = run_path(v, r, &path, err);
        if (status == STATUS_OK)
            status = inverted_open(&files[r], path.data, err);
        files[r].file.through = true;
        inputs[r].file = &files[r];
    }
    buf_release(&path);
    return status;
}

/* The runs are of ascending rows. */
static enum status merge_runs(const struct inverter *v, uint32_t rows, const char *path, struct err *err)
{
    struct inverted *files = calloc(v->run_count, sizeof *files);
    struct inverted_input *inputs = calloc(v->run_count, sizeof *inputs);
    enum status status = files && inputs ? open_runs(v, files, inputs, err) : nomem(err);
    if (status == STATUS_OK)
        status = inverted_merge(inputs, v->run_count, rows, path, err);
    for (size_t r = 0; files && r < v->run_count; r++)
        inverted_close(&files[r]);
    free(files);
    free(inputs);
    return status;
}

enum status inverter_finish(struct inverter *inverter, uint32_t rows, const char *path, struct err *err)
{
    if (inverter->run_count == 0)
        return write_entries_to(inverter, path, rows, err);
    if (inverter->entry_count)
        TRY(write_run(inverter, err));
    TRY(merge_runs(inverter, rows, path, err));
    remove_runs(inverter);
    return STATUS_OK;
}
