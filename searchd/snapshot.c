#include "searchd/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_BITMAP_SHARE = 256 }; /* a bitmap when more than rows / 256 have the value */

/* Nanoseconds, measured on a prototype at 110,000 and 1,000,000 records; only their ratio to COLUMN_NS in count.c
 * matters. */
static const double BITMAP_WORD_NS = 0.09, BITMAP_NS = 12, LIST_ROW_NS = 1.0, LIST_NS = 5;

static void count_values(struct snapshot *s)
{
    for (uint32_t i = 0; i < s->columns.ordinal_offset[s->columns.count]; i++)
        s->values[s->columns.ordinals[i]].count++;
}

static bool is_dense(const struct snapshot *s, const struct value_set *value)
{
    return value->count > s->columns.count / VALUE_BITMAP_SHARE;
}

/* One block of memory for all bitmaps, then all lists. */
static enum status place_values(struct snapshot *s, struct err *err)
{
    size_t words = docset_words(s->columns.count), bitmap_words = words, list_rows = 0;
    for (uint16_t v = 0; v < facet_ordinals(); v++) {
        if (is_dense(s, &s->values[v]))
            bitmap_words += words;
        else
            list_rows += s->values[v].count;
    }
    s->memory = calloc(bitmap_words * sizeof(uint64_t) + list_rows * sizeof(uint32_t) + 1, 1);
    if (!s->memory)
        return err_set(err, STATUS_NOMEM, "out of memory for the sets of facet values");
    uint64_t *bitmap = s->memory;
    uint32_t *list = (uint32_t *)(void *)(bitmap + bitmap_words);
    s->all = (struct docset){bitmap, words};
    bitmap += words;
    for (int f = 0; f < FACET_LISTED; f++) {
        for (uint16_t v = facet_first((enum facet)f); v <= facet_unknown((enum facet)f); v++) {
            struct value_set *value = &s->values[v];
            if (is_dense(s, value)) {
                value->set = (struct docset){bitmap, words};
                bitmap += words;
                s->values_cost[f] += (double)words * BITMAP_WORD_NS + BITMAP_NS;
            } else {
                value->rows = list;
                list += value->count;
                s->values_cost[f] += value->count * LIST_ROW_NS + LIST_NS;
            }
        }
    }
    return STATUS_OK;
}

static enum status fill_values(struct snapshot *s, struct err *err)
{
    const struct columns *c = &s->columns;
    uint32_t *filled = calloc(facet_ordinals(), sizeof *filled);
    if (!filled)
        return err_set(err, STATUS_NOMEM, "out of memory");
    for (uint32_t row = 0; row < c->count; row++) {
        docset_put(&s->all, row);
        for (uint32_t i = c->ordinal_offset[row]; i < c->ordinal_offset[row + 1]; i++) {
            struct value_set *value = &s->values[c->ordinals[i]];
            if (value->set.words)
                docset_put(&value->set, row);
            else
                ((uint32_t *)(uintptr_t)value->rows)[filled[c->ordinals[i]]++] = row;
        }
    }
    free(filled);
    return STATUS_OK;
}

static enum status values_make(struct snapshot *s, struct err *err)
{
    const struct columns *c = &s->columns;
    s->values = calloc(facet_ordinals(), sizeof *s->values);
    if (!s->values)
        return err_set(err, STATUS_NOMEM, "out of memory for facet values");
    for (uint32_t i = 0; i < c->ordinal_offset[c->count]; i++)
        if (c->ordinals[i] >= facet_ordinals())
            return err_set(err, STATUS_CORRUPT, "%s: columns hold a facet value that does not exist", s->path);
    count_values(s);
    TRY(place_values(s, err));
    return fill_values(s, err);
}

/* One of the snapshot's files. */
static enum status part_path(const struct snapshot *s, const char *name, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", s->path, name);
    return buf_ok(path, err);
}

/* Without it answers are the same, made more slowly. */
static enum status open_meanings(struct snapshot *s, const char *path, struct err *err)
{
    struct err none = {0};
    enum status status = meanings_open(&s->meanings, path, &none);
    return status == STATUS_OK || status == STATUS_NOTFOUND ? STATUS_OK : err_set(err, status, "%s", none.message);
}

static enum status open_files(struct snapshot *s, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = part_path(s, "columns", &path, err);
    if (status == STATUS_OK)
        status = columns_open(&s->columns, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "lexicon", &path, err);
    if (status == STATUS_OK)
        status = lexicon_open(&s->lexicon, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "postings", &path, err);
    if (status == STATUS_OK)
        status = inverted_open(&s->inverted, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "records", &path, err);
    if (status == STATUS_OK)
        status = records_open(&s->records, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "meanings", &path, err);
    if (status == STATUS_OK)
        status = open_meanings(s, path.data, err);
    buf_release(&path);
    return status;
}

static enum status open_parts(struct snapshot *s, const char *dir, size_t cache_bytes, struct err *err)
{
    struct buf path = BUF_INIT;
    struct manifest expected;
    TRY(manifest_expected(&expected, err));
    enum status status = generation_path(dir, s->number, &path, err);
    if (status == STATUS_OK && !(s->path = strdup(path.data)))
        status = err_set(err, STATUS_NOMEM, "out of memory");
    if (status == STATUS_OK)
        status = manifest_read(&s->manifest, s->path, &expected, err);
    buf_release(&path);
    TRY(status);
    TRY(open_files(s, err));
    if (s->columns.count != s->manifest.documents)
        return err_set(err, STATUS_CORRUPT, "%s: columns of %u records, the manifest says %llu", s->path,
                       s->columns.count, (unsigned long long)s->manifest.documents);
    if (s->inverted.rows != s->columns.count)
        return err_set(err, STATUS_CORRUPT, "%s: postings of %u records, its columns have %u", s->path,
                       s->inverted.rows, s->columns.count);
    TRY(values_make(s, err));
    return postings_cache_new(&s->postings, &s->inverted, cache_bytes, err);
}

static void snapshot_free(struct snapshot *s)
{
    postings_cache_free(s->postings);
    columns_close(&s->columns);
    lexicon_close(&s->lexicon);
    meanings_close(&s->meanings);
    records_close(&s->records);
    inverted_close(&s->inverted);
    manifest_release(&s->manifest);
    free(s->values);
    free(s->memory);
    free(s->path);
    free(s);
}

enum status snapshot_open(struct snapshot **snapshot, const char *dir, uint32_t number, size_t cache_bytes,
                          struct err *err)
{
    struct snapshot *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, STATUS_NOMEM, "out of memory");
    s->number = number;
    s->users = 1;
    enum status status = open_parts(s, dir, cache_bytes, err);
    if (status != STATUS_OK) {
        snapshot_free(s);
        return status;
    }
    *snapshot = s;
    return STATUS_OK;
}

struct snapshot *snapshot_hold(struct snapshot *snapshot)
{
    __atomic_add_fetch(&snapshot->users, 1, __ATOMIC_RELAXED);
    return snapshot;
}

void snapshot_release(struct snapshot *snapshot)
{
    if (snapshot && __atomic_sub_fetch(&snapshot->users, 1, __ATOMIC_ACQ_REL) == 0)
        snapshot_free(snapshot);
}

void value_set_or(const struct value_set *value, struct docset *to)
{
    if (value->set.words) {
        docset_or(to, &value->set);
        return;
    }
    for (uint32_t i = 0; i < value->count; i++)
        docset_put(to, value->rows[i]);
}

uint64_t value_set_count_and(const struct value_set *value, const struct docset *set)
{
    if (value->set.words)
        return docset_count_and(&value->set, set);
    uint64_t count = 0;
    for (uint32_t i = 0; i < value->count; i++)
        count += docset_has(set, value->rows[i]);
    return count;
}
