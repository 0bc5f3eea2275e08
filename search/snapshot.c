#include "search/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "search/calibrate.h"

static struct docset mapped_set(const struct snapshot *s, const uint64_t *words)
{
    /* Sets of a snapshot are only read. */
    return (struct docset){(uint64_t *)(uintptr_t)words, docset_words(s->columns.count)};
}

static void bind_values(struct snapshot *s)
{
    for (int f = 0; f < FACET_LISTED; f++) {
        for (uint16_t v = facet_first((enum facet)f); v <= facet_unknown((enum facet)f); v++) {
            struct value_rows rows = value_sets_of(&s->value_sets, v);
            s->values[v] = (struct value_set){.count = rows.count, .rows = rows.rows};
            if (rows.bitmap)
                s->values[v].set = mapped_set(s, rows.bitmap);
        }
    }
    s->no_age = mapped_set(s, value_sets_no_age(&s->value_sets));
    s->no_place = mapped_set(s, value_sets_no_place(&s->value_sets));
}

static enum status make_values(struct snapshot *s, struct err *err)
{
    size_t words = docset_words(s->columns.count);
    if (s->value_sets.rows != s->columns.count || s->value_sets.value_count != facet_ordinals())
        return err_set(err, STATUS_CORRUPT, "%s: facet values of another generation or program", s->path);
    s->values = calloc(facet_ordinals(), sizeof *s->values);
    s->memory = calloc(words + 1, sizeof(uint64_t));
    if (!s->values || !s->memory)
        return err_set(err, STATUS_NOMEM, "out of memory for facet values");
    s->all = (struct docset){s->memory, words};
    for (uint32_t row = 0; row < s->columns.count; row++)
        docset_put(&s->all, row);
    bind_values(s);
    return calibrate(s, err);
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

/* Of those that are gone: most generations have none. */
static enum status open_tombstones(struct snapshot *s, const char *path, struct err *err)
{
    struct err none = {0};
    enum status status = tombstones_open(&s->tombstones, path, &none);
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
        sections_forget(&s->lexicon.file);
    if (status == STATUS_OK)
        status = part_path(s, "postings", &path, err);
    if (status == STATUS_OK)
        status = inverted_open(&s->inverted, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "values", &path, err);
    if (status == STATUS_OK)
        status = value_sets_open(&s->value_sets, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "records", &path, err);
    if (status == STATUS_OK)
        status = records_open(&s->records, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "meanings", &path, err);
    if (status == STATUS_OK)
        status = open_meanings(s, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s, "tombstones", &path, err);
    if (status == STATUS_OK)
        status = open_tombstones(s, path.data, err);
    buf_release(&path);
    return status;
}

static size_t cache_size(const struct snapshot *s)
{
    size_t bytes = s->inverted.file.map_len / 6 * 5; /* decoded they take as much, but not all are asked for */
    return bytes < SNAPSHOT_CACHE_LEAST ? SNAPSHOT_CACHE_LEAST
           : bytes > SNAPSHOT_CACHE_MOST ? SNAPSHOT_CACHE_MOST : bytes;
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
    TRY(make_values(s, err));
    return postings_cache_new(&s->postings, &s->inverted, cache_bytes ? cache_bytes : cache_size(s), err);
}

static void snapshot_free(struct snapshot *s)
{
    postings_cache_free(s->postings);
    columns_close(&s->columns);
    lexicon_close(&s->lexicon);
    meanings_close(&s->meanings);
    tombstones_close(&s->tombstones);
    records_close(&s->records);
    inverted_close(&s->inverted);
    value_sets_close(&s->value_sets);
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
