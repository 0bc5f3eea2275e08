#include "indexer/ledger.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    SECTION_ENTRIES,
    SECTION_SOURCES,       /* texts, each with its zero */
    SECTION_ORGANISATIONS, /* the same */
    SECTION_PLACES,        /* uint64_t: where each organisation's name begins */
    SECTION_MERGED,        /* stored forms */
    SECTION_ENDS,          /* uint64_t: of each of these */
    SECTION_HEAD,          /* uint32_t: rows, unread */
    SECTION_COUNT
};

static const uint32_t items[SECTION_COUNT] = {sizeof(struct ledger_entry), 1, 1, sizeof(uint64_t), 1,
                                              sizeof(uint64_t), sizeof(uint32_t)};
static const struct sections_kind kind = {"ledger", "OPASTLED", LEDGER_VERSION, SECTION_COUNT, items};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool texts_end(const struct sections *file, int section)
{
    size_t count = file->at[section].count;
    return count == 0 || ((const char *)file->at[section].items)[count - 1] == '\0';
}

static bool ends_right(const struct sections *file)
{
    const uint64_t *ends = file->at[SECTION_ENDS].items;
    size_t count = file->at[SECTION_ENDS].count;
    for (size_t i = 1; i < count; i++)
        if (ends[i] < ends[i - 1])
            return false;
    return (count ? ends[count - 1] : 0) == file->at[SECTION_MERGED].count;
}

static bool places_right(const struct sections *file)
{
    const uint64_t *places = file->at[SECTION_PLACES].items;
    for (size_t i = 0; i < file->at[SECTION_PLACES].count; i++)
        if (places[i] >= file->at[SECTION_ORGANISATIONS].count)
            return false;
    return true;
}

static bool entries_right(const struct ledger *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ledger_entry *e = &l->entries[i];
        bool merged = e->flags & LEDGER_MERGED;
        if (merged != (i >= l->rows) || (merged && e->merged_into >= l->rows) || e->source >= l->source_count ||
            (e->organisation != LEDGER_NONE && e->organisation >= l->organisation_count))
            return false;
    }
    return true;
}

static bool bind(struct ledger *l)
{
    const struct sections *file = &l->file;
    size_t count = file->at[SECTION_ENTRIES].count;
    if (file->at[SECTION_HEAD].count != 2 || count >= UINT32_MAX || !texts_end(file, SECTION_SOURCES) ||
        !texts_end(file, SECTION_ORGANISATIONS) || !places_right(file) || !ends_right(file))
        return false;
    l->entries = file->at[SECTION_ENTRIES].items;
    l->count = (uint32_t)count;
    l->rows = ((const uint32_t *)file->at[SECTION_HEAD].items)[0];
    l->unread = ((const uint32_t *)file->at[SECTION_HEAD].items)[1];
    l->organisation_count = (uint32_t)file->at[SECTION_PLACES].count;
    const char *text = file->at[SECTION_SOURCES].items, *end = text + file->at[SECTION_SOURCES].count;
    for (; text < end && l->source_count < LEDGER_SOURCES; text += strlen(text) + 1)
        l->sources[l->source_count++] = text;
    return text == end && l->rows <= l->count && file->at[SECTION_ENDS].count == l->count - l->rows &&
           entries_right(l);
}

enum status ledger_open(struct ledger *ledger, const char *path, struct err *err)
{
    struct ledger l = {.count = 0};
    TRY(sections_open(&l.file, &kind, path, err));
    if (!bind(&l)) {
        sections_close(&l.file);
        return err_set(err, STATUS_CORRUPT, "%s: its entries do not fit together", path);
    }
    *ledger = l;
    return STATUS_OK;
}

void ledger_close(struct ledger *ledger)
{
    sections_close(&ledger->file);
    *ledger = (struct ledger){.count = 0};
}

enum status ledger_check(const struct ledger *ledger, struct err *err)
{
    return sections_check(&ledger->file, err);
}

const char *ledger_organisation(const struct ledger *l, uint32_t organisation)
{
    const uint64_t *places = l->file.at[SECTION_PLACES].items;
    return (const char *)l->file.at[SECTION_ORGANISATIONS].items + places[organisation];
}

const void *ledger_merged(const struct ledger *l, uint32_t entry, size_t *len)
{
    const uint64_t *ends = l->file.at[SECTION_ENDS].items;
    uint32_t number = entry - l->rows;
    uint64_t from = number ? ends[number - 1] : 0;
    *len = ends[number] - from;
    return (const char *)l->file.at[SECTION_MERGED].items + from;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

struct hash128 ledger_id_hash(const char *id, size_t len)
{
    XXH128_hash_t hash = XXH3_128bits(id, len);
    return (struct hash128){hash.high64, hash.low64};
}

static bool same_id(const struct ledger_entry *entry, struct hash128 id)
{
    return entry->id.high == id.high && entry->id.low == id.low;
}

uint32_t ledger_find_id(const struct ledger_index *index, const struct ledger_entry *entries, struct hash128 id)
{
    for (size_t at = id.low; index->cap; at++) {
        uint32_t slot = index->slots[at & (index->cap - 1)];
        if (slot == 0)
            break;
        if (same_id(&entries[slot - 1], id))
            return slot - 1;
    }
    return LEDGER_NONE;
}

uint32_t ledger_find_raw(const struct ledger_index *index, const struct ledger_entry *entries, uint64_t raw)
{
    for (size_t at = raw; index->cap; at++) {
        uint32_t slot = index->slots[at & (index->cap - 1)];
        if (slot == 0)
            break;
        if (entries[slot - 1].raw == raw)
            return slot - 1;
    }
    return LEDGER_NONE;
}

enum status ledger_index_reserve(struct ledger_index *index, uint32_t count, struct err *err)
{
    size_t cap = 16;
    while (cap < (size_t)count * 2)
        cap *= 2;
    *index = (struct ledger_index){calloc(cap, sizeof *index->slots), cap};
    if (!index->slots)
        return err_set(err, STATUS_NOMEM, "out of memory for %u records", count);
    return STATUS_OK;
}

void ledger_index_add(struct ledger_index *index, const struct ledger_entry *entries, uint32_t entry,
                      enum ledger_key key)
{
    const struct ledger_entry *e = &entries[entry];
    if (key == LEDGER_BY_RAW && e->raw == 0)
        return;
    uint32_t found = key == LEDGER_BY_ID ? ledger_find_id(index, entries, e->id)
                                         : ledger_find_raw(index, entries, e->raw);
    if (found != LEDGER_NONE)
        return;
    size_t at = (key == LEDGER_BY_ID ? e->id.low : e->raw) & (index->cap - 1);
    while (index->slots[at])
        at = (at + 1) & (index->cap - 1);
    index->slots[at] = entry + 1;
}

enum status ledger_index_new(struct ledger_index *index, const struct ledger_entry *entries, uint32_t count,
                             enum ledger_key key, struct err *err)
{
    TRY(ledger_index_reserve(index, count, err));
    for (uint32_t i = 0; i < count; i++)
        ledger_index_add(index, entries, i, key);
    return STATUS_OK;
}

void ledger_index_release(struct ledger_index *index)
{
    free(index->slots);
    *index = (struct ledger_index){NULL, 0};
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct ledger_writer {
    char *path; /* owned */
    struct buf section[SECTION_COUNT];
};

enum status ledger_writer_open(struct ledger_writer **writer, const char *path, struct err *err)
{
    struct ledger_writer *w = calloc(1, sizeof *w);
    if (!w || !(w->path = strdup(path))) {
        free(w);
        return err_set(err, STATUS_NOMEM, "out of memory for the ledger");
    }
    *writer = w;
    return STATUS_OK;
}

void ledger_writer_free(struct ledger_writer *w)
{
    if (!w)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        buf_release(&w->section[i]);
    free(w->path);
    free(w);
}

enum status ledger_writer_source(struct ledger_writer *w, const char *name, struct err *err)
{
    buf_add(&w->section[SECTION_SOURCES], name, strlen(name) + 1);
    return buf_ok(&w->section[SECTION_SOURCES], err);
}

enum status ledger_writer_organisation(struct ledger_writer *w, const char *name, struct err *err)
{
    uint64_t place = w->section[SECTION_ORGANISATIONS].len;
    buf_add(&w->section[SECTION_PLACES], &place, sizeof place);
    buf_add(&w->section[SECTION_ORGANISATIONS], name, strlen(name) + 1);
    TRY(buf_ok(&w->section[SECTION_PLACES], err));
    return buf_ok(&w->section[SECTION_ORGANISATIONS], err);
}

enum status ledger_writer_entry(struct ledger_writer *w, const struct ledger_entry *entry, const void *stored,
                                size_t stored_len, struct err *err)
{
    buf_add(&w->section[SECTION_ENTRIES], entry, sizeof *entry);
    if (entry->flags & LEDGER_MERGED) {
        buf_add(&w->section[SECTION_MERGED], stored, stored_len);
        uint64_t end = w->section[SECTION_MERGED].len;
        buf_add(&w->section[SECTION_ENDS], &end, sizeof end);
        TRY(buf_ok(&w->section[SECTION_MERGED], err));
    }
    return buf_ok(&w->section[SECTION_ENTRIES], err);
}

enum status ledger_writer_finish(struct ledger_writer *w, uint32_t rows, uint32_t unread, struct err *err)
{
    const uint32_t head[2] = {rows, unread};
    buf_add(&w->section[SECTION_HEAD], head, sizeof head);
    return sections_write(&kind, w->section, w->path, err);
}
