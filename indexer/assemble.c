#include "indexer/assemble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/assemble_files.h"
#include "indexer/burial.h"
#include "indexer/inverted_merge.h"
#include "indexer/words.h"
#include "ids.h"
#include "stored.h"

_Static_assert(ROW_DROPPED == IDS_NO_ROW, "a map of rows is one for both");

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* Marked ones get numbers from `next` on. */
static uint32_t number_rows(uint32_t *rows, uint32_t count, uint32_t next)
{
    for (uint32_t i = 0; i < count; i++)
        rows[i] = rows[i] == ROW_DROPPED ? ROW_DROPPED : next++;
    return next;
}

static uint32_t count_rows(const uint32_t *rows, uint32_t count)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        used += rows[i] != ROW_DROPPED;
    return used;
}

enum status assembly_plan(struct assembly *assembly, const struct tonight *t, const struct previous *previous,
                          uint32_t segment_rows, struct err *err)
{
    struct assembly a = {.kept_rows = previous->ledger.rows, .fresh_rows = segment_rows};
    a.row = malloc(((size_t)t->count + 1) * sizeof *a.row);
    a.kept = malloc(((size_t)a.kept_rows + 1) * sizeof *a.kept);
    a.fresh = malloc(((size_t)a.fresh_rows + 1) * sizeof *a.fresh);
    if (!a.row || !a.kept || !a.fresh) {
        assembly_release(&a);
        return err_set(err, STATUS_NOMEM, "out of memory for %u rows", t->count);
    }
    memset(a.kept, 0xFF, a.kept_rows * sizeof *a.kept);
    memset(a.fresh, 0xFF, a.fresh_rows * sizeof *a.fresh);
    for (uint32_t i = 0; i < t->count; i++)
        if (t->state[i] == ENTRY_SHOWN)
            *(t->fresh[i] != LEDGER_NONE ? &a.fresh[t->fresh[i]] : &a.kept[t->prev[i]]) = 0;
    a.rows = number_rows(a.fresh, a.fresh_rows, number_rows(a.kept, a.kept_rows, 0));
    for (uint32_t i = 0; i < t->count; i++)
        a.row[i] = t->state[i] != ENTRY_SHOWN ? LEDGER_NONE
                   : t->fresh[i] != LEDGER_NONE ? a.fresh[t->fresh[i]] : a.kept[t->prev[i]];
    uint32_t unread = previous->ledger.unread + count_rows(a.fresh, a.fresh_rows);
    bool keeps = count_rows(a.kept, a.kept_rows) > 0;
    a.unread = keeps && (uint64_t)unread * ASSEMBLY_UNREAD_SHARE <= a.rows ? unread : 0;
    *assembly = a;
    return STATUS_OK;
}

void assembly_release(struct assembly *a)
{
    free(a->row);
    free(a->kept);
    free(a->fresh);
    *a = (struct assembly){.row = NULL};
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static enum status forget_names(struct lexicon_writer *names, const void *data, size_t len, struct arena *arena,
                                struct err *err)
{
    struct record record;
    arena_reset(arena);
    TRY(stored_to_record(data, len, arena, &record, err));
    return words_add_names(names, &record, -1, err);
}

/* Those of rows that stay are known from the lexicon, without what those had that went. */
static enum status names_of_kept(const struct assembly *a, struct previous *previous, struct lexicon_writer *names,
                                 struct arena *arena, struct err *err)
{
    TRY(words_copy_names(names, &previous->lexicon, err));
    for (uint32_t row = 0; row < a->kept_rows; row++) {
        const void *data;
        size_t len;
        if (a->kept[row] != ROW_DROPPED)
            continue;
        TRY(previous_stored(previous, row, &data, &len, err));
        TRY(forget_names(names, data, len, arena, err));
    }
    return STATUS_OK;
}

/* Documents that were made and are not shown after all. */
static enum status names_of_fresh(const struct assembly *a, const struct fresh_records *fresh,
                                  struct lexicon_writer *names, struct arena *arena, struct err *err)
{
    struct buf data = BUF_INIT;
    enum status status = STATUS_OK;
    for (uint32_t row = 0; row < a->fresh_rows && status == STATUS_OK; row++) {
        if (a->fresh[row] != ROW_DROPPED)
            continue;
        status = records_get(&fresh->records, fresh->unpacker, row, &data, err);
        if (status == STATUS_OK)
            status = forget_names(names, data.data, data.len, arena, err);
    }
    buf_release(&data);
    return status;
}

static enum status count_names(const struct assembly *a, struct previous *previous, const struct fresh_records *fresh,
                               bool keeps, struct lexicon_writer *names, struct err *err)
{
    struct arena arena = ARENA_INIT;
    enum status status = keeps ? names_of_kept(a, previous, names, &arena, err) : STATUS_OK;
    if (status == STATUS_OK)
        status = names_of_fresh(a, fresh, names, &arena, err);
    arena_release(&arena);
    return status;
}

/* ---- the ledger ------------------------------------------------------------------------------------------------- */

static enum status write_names(struct ledger_writer *writer, const struct assemble_options *options,
                               const struct tonight *t, const struct previous *previous, struct err *err)
{
    for (size_t i = 0; i < options->source_count; i++)
        TRY(ledger_writer_source(writer, options->source_names[i], err));
    for (uint32_t i = 0; i < tonight_organisation_count(t); i++)
        TRY(ledger_writer_organisation(writer, tonight_organisation_name(t, previous, i), err));
    return STATUS_OK;
}

static enum status write_merged(const struct assembly *a, const struct tonight *t, struct previous *previous,
                                const struct fresh_records *fresh, uint32_t number, struct ledger_writer *writer,
                                struct buf *data, struct err *err)
{
    struct ledger_entry entry = t->entries[number];
    const void *stored;
    size_t len;
    entry.flags |= LEDGER_MERGED;
    entry.merged_into = a->row[entry.merged_into];
    if (t->fresh[number] != LEDGER_NONE) {
        TRY(records_get(&fresh->records, fresh->unpacker, t->fresh[number], data, err));
        stored = data->data;
        len = data->len;
    } else {
        TRY(previous_stored(previous, t->prev[number], &stored, &len, err));
    }
    return ledger_writer_entry(writer, &entry, stored, len, err);
}

/* Entries by row. */
static enum status order_entries(const struct assembly *a, const struct tonight *t, uint32_t **order, struct err *err)
{
    if (!(*order = malloc(((size_t)a->rows + 1) * sizeof **order)))
        return err_set(err, STATUS_NOMEM, "out of memory for %u rows", a->rows);
    for (uint32_t i = 0; i < t->count; i++)
        if (a->row[i] != LEDGER_NONE)
            (*order)[a->row[i]] = i;
    return STATUS_OK;
}

static enum status write_entries(const struct assembly *a, const struct tonight *t, struct previous *previous,
                                 const struct fresh_records *fresh, struct ledger_writer *writer, struct err *err)
{
    uint32_t *order;
    struct buf data = BUF_INIT;
    TRY(order_entries(a, t, &order, err));
    enum status status = STATUS_OK;
    for (uint32_t row = 0; row < a->rows && status == STATUS_OK; row++)
        status = ledger_writer_entry(writer, &t->entries[order[row]], NULL, 0, err);
    for (uint32_t i = 0; i < t->count && status == STATUS_OK; i++)
        if (t->state[i] == ENTRY_MERGED)
            status = write_merged(a, t, previous, fresh, i, writer, &data, err);
    free(order);
    buf_release(&data);
    return status;
}

static enum status write_ledger(const struct assembly *a, const struct assemble_options *options,
                                const struct tonight *t, struct previous *previous,
                                const struct fresh_records *fresh, struct err *err)
{
    struct ledger_writer *writer = NULL;
    struct buf path = BUF_INIT;
    enum status status = folder_file(options->path, "ledger", &path, err);
    if (status == STATUS_OK)
        status = ledger_writer_open(&writer, path.data, err);
    if (status == STATUS_OK)
        status = write_names(writer, options, t, previous, err);
    if (status == STATUS_OK)
        status = write_entries(a, t, previous, fresh, writer, err);
    if (status == STATUS_OK)
        status = ledger_writer_finish(writer, a->rows, a->unread, err);
    ledger_writer_free(writer);
    buf_release(&path);
    return status;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static enum status assemble_with(const struct assembly *a, const struct assemble_options *options,
                                 const struct tonight *t, struct previous *previous, struct segment *segment,
                                 struct fresh_records *fresh, struct pipeline **pipeline, struct err *err)
{
    bool keeps = count_rows(a->kept, a->kept_rows) > 0;
    bool moves = !keeps && count_rows(a->fresh, a->fresh_rows) == a->fresh_rows;
    TRY(count_names(a, previous, fresh, keeps, segment_names(segment), err));
    TRY(write_ledger(a, options, t, previous, fresh, err));
    TRY(write_tombstones(options, a, t, previous, fresh, err));
    if (moves)
        TRY(move_files(options, err));
    else
        TRY(merge_files(options, a, previous, fresh, err));
    const struct generation_before before = {&previous->lexicon, options->previous_path, a->kept};
    return generation_complete(options->path, segment_names(segment), keeps ? &before : NULL, pipeline, err);
}

enum status assemble(const struct assembly *assembly, const struct assemble_options *options,
                     const struct tonight *tonight, struct previous *previous, struct segment *segment,
                     struct pipeline **pipeline, struct err *err)
{
    struct fresh_records fresh = {.path = options->fresh_path};
    TRY(fresh_records_open(&fresh, err));
    enum status status = assemble_with(assembly, options, tonight, previous, segment, &fresh, pipeline, err);
    fresh_records_close(&fresh);
    return status == STATUS_OK ? remove_fresh(options, err) : status;
}
