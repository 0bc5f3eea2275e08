#include "indexer/assemble_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "columns.h"
#include "generation.h"
#include "indexer/inverted_merge.h"
#include "inverted.h"
#include "meanings.h"

enum status folder_file(const char *folder, const char *name, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", folder, name);
    return buf_ok(path, err);
}

enum status fresh_records_open(struct fresh_records *fresh, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = folder_file(fresh->path, "records", &path, err);
    if (status == STATUS_OK)
        status = records_open(&fresh->records, path.data, err);
    if (status == STATUS_OK)
        status = records_unpacker_new(&fresh->unpacker, err);
    buf_release(&path);
    if (status != STATUS_OK)
        fresh_records_close(fresh);
    return status;
}

void fresh_records_close(struct fresh_records *fresh)
{
    records_unpacker_free(fresh->unpacker);
    records_close(&fresh->records);
    fresh->unpacker = NULL;
}

/* ---- moved ------------------------------------------------------------------------------------------------------ */

enum status move_files(const struct assemble_options *options, struct err *err)
{
    static const char *const names[] = {"columns", "records", "postings", "meanings"};
    struct buf from = BUF_INIT, to = BUF_INIT;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == STATUS_OK; i++) {
        status = folder_file(options->fresh_path, names[i], &from, err);
        if (status == STATUS_OK)
            status = folder_file(options->path, names[i], &to, err);
        if (status == STATUS_OK && rename(from.data, to.data) != 0)
            status = err_set_errno(err, STATUS_IO, "%s: cannot move", from.data);
    }
    buf_release(&from);
    buf_release(&to);
    return status;
}

enum status remove_fresh(const struct assemble_options *options, struct err *err)
{
    return generation_remove_part(options->fresh_path, err);
}

/* ---- merged ----------------------------------------------------------------------------------------------------- */

/* The rows of both that stay, each way in its order. */
typedef enum status row_fn(void *context, bool fresh, uint32_t row, struct err *err);

static enum status walk_rows(const struct assembly *a, row_fn *row_of, void *context, struct err *err)
{
    for (uint32_t row = 0; row < a->kept_rows; row++)
        if (a->kept[row] != ROW_DROPPED)
            TRY(row_of(context, false, row, err));
    for (uint32_t row = 0; row < a->fresh_rows; row++)
        if (a->fresh[row] != ROW_DROPPED)
            TRY(row_of(context, true, row, err));
    return STATUS_OK;
}

struct merging_records {
    const struct records *from[2]; /* kept, fresh */
    struct records_writer *writer;
    struct buf packed;
};

static enum status copy_record(void *context, bool fresh, uint32_t row, struct err *err)
{
    struct merging_records *m = context;
    TRY(records_get_packed(m->from[fresh], row, &m->packed, err));
    return records_writer_add(m->writer, m->packed.data, m->packed.len, true, err);
}

/* Both were packed with one dictionary. */
static enum status merge_records(const struct assembly *a, const struct previous *previous,
                                 const struct fresh_records *fresh, const char *path, struct err *err)
{
    struct merging_records m = {.from = {&previous->records, &fresh->records}, .packed = BUF_INIT};
    TRY(records_writer_open(&m.writer, path, &fresh->records, err));
    enum status status = walk_rows(a, copy_record, &m, err);
    if (status == STATUS_OK)
        status = records_writer_finish(m.writer, err);
    records_writer_free(m.writer);
    buf_release(&m.packed);
    return status;
}

struct merging_columns {
    const struct columns *from[2];
    struct columns_writer *writer;
    struct column_schedule schedules[COLUMNS_SCHEDULES_PER_ROW];
};

static enum status copy_columns(void *context, bool fresh, uint32_t row, struct err *err)
{
    struct merging_columns *m = context;
    struct columns_input input;
    columns_input_of(m->from[fresh], row, m->schedules, &input);
    return columns_writer_add(m->writer, &input, err);
}

/* New rows in the order of the names of one of the two, behind *used. */
static enum status add_by_name(const struct columns *from, const uint32_t *new_row, uint32_t *order, uint32_t *used,
                               struct err *err)
{
    uint32_t *by_rank = malloc(((size_t)from->count + 1) * sizeof *by_rank);
    if (!by_rank)
        return err_set(err, STATUS_NOMEM, "out of memory for the order of %u names", from->count);
    for (uint32_t row = 0; row < from->count; row++)
        by_rank[row] = ROW_DROPPED;
    for (uint32_t row = 0; row < from->count; row++)
        if (from->name_rank[row] < from->count)
            by_rank[from->name_rank[row]] = new_row[row];
    for (uint32_t i = 0; i < from->count; i++)
        if (by_rank[i] != ROW_DROPPED)
            order[(*used)++] = by_rank[i];
    free(by_rank);
    return STATUS_OK;
}

/* Both are in the order of their names: nearly sorted. *order is the caller's to free. */
static enum status rows_by_name(const struct assembly *a, const struct columns *kept, const struct columns *fresh,
                                uint32_t **order, struct err *err)
{
    uint32_t used = 0;
    if (!(*order = malloc(((size_t)a->rows + 1) * sizeof **order)))
        return err_set(err, STATUS_NOMEM, "out of memory for the order of %u names", a->rows);
    TRY(add_by_name(kept, a->kept, *order, &used, err));
    TRY(add_by_name(fresh, a->fresh, *order, &used, err));
    return used == a->rows ? STATUS_OK : err_set(err, STATUS_CORRUPT, "columns: the order of names is no permutation");
}

static enum status merge_columns(const struct assembly *a, const struct previous *previous, const char *fresh_path,
                                 const char *path, struct err *err)
{
    struct columns fresh;
    TRY(columns_open(&fresh, fresh_path, err));
    struct merging_columns m = {.from = {&previous->columns, &fresh}};
    enum status status = columns_writer_new(&m.writer, path, err);
    uint32_t *order = NULL;
    if (status == STATUS_OK)
        status = walk_rows(a, copy_columns, &m, err);
    if (status == STATUS_OK)
        status = rows_by_name(a, &previous->columns, &fresh, &order, err);
    if (status == STATUS_OK) {
        columns_writer_hint(m.writer, order);
        status = columns_writer_finish(m.writer, err);
    }
    free(order);
    columns_writer_free(m.writer);
    columns_close(&fresh);
    return status;
}

static enum status merge_postings(const struct assembly *a, const struct previous *previous, const char *fresh_path,
                                  const char *path, struct err *err)
{
    struct inverted fresh;
    TRY(inverted_open(&fresh, fresh_path, err));
    fresh.file.through = true;
    const struct inverted_input inputs[2] = {{&previous->postings, a->kept}, {&fresh, a->fresh}};
    bool keeps = a->kept_rows > 0;
    enum status status = inverted_merge(inputs + !keeps, 1 + (size_t)keeps, a->rows, path, err);
    inverted_close(&fresh);
    return status;
}

/* Words that no record has any more stay until everything is indexed anew: they are only looked up. */
static enum status merge_meanings(const struct previous *previous, const char *fresh_path, const char *path,
                                  struct err *err)
{
    struct meanings fresh;
    struct meanings_writer *writer = NULL;
    TRY(meanings_open(&fresh, fresh_path, err));
    enum status status = meanings_writer_new(&writer, err);
    if (status == STATUS_OK)
        status = meanings_writer_copy(writer, &previous->meanings, err);
    if (status == STATUS_OK)
        status = meanings_writer_copy(writer, &fresh, err);
    if (status == STATUS_OK)
        status = meanings_writer_finish(writer, path, err);
    meanings_writer_free(writer);
    meanings_close(&fresh);
    return status;
}

enum status merge_files(const struct assemble_options *options, const struct assembly *assembly,
                        const struct previous *previous, const struct fresh_records *fresh, struct err *err)
{
    struct buf from = BUF_INIT, to = BUF_INIT;
    enum status status = folder_file(options->path, "records", &to, err);
    if (status == STATUS_OK)
        status = merge_records(assembly, previous, fresh, to.data, err);
    if (status == STATUS_OK && (status = folder_file(options->fresh_path, "columns", &from, err)) == STATUS_OK)
        status = folder_file(options->path, "columns", &to, err);
    if (status == STATUS_OK)
        status = merge_columns(assembly, previous, from.data, to.data, err);
    if (status == STATUS_OK && (status = folder_file(options->fresh_path, "postings", &from, err)) == STATUS_OK)
        status = folder_file(options->path, "postings", &to, err);
    if (status == STATUS_OK)
        status = merge_postings(assembly, previous, from.data, to.data, err);
    if (status == STATUS_OK && (status = folder_file(options->fresh_path, "meanings", &from, err)) == STATUS_OK)
        status = folder_file(options->path, "meanings", &to, err);
    /* A generation never changes, so two may share a file. */
    bool shared = status == STATUS_OK && assembly->unread > 0 && link(previous->meanings.file.path, to.data) == 0;
    if (status == STATUS_OK && !shared)
        status = merge_meanings(previous, from.data, to.data, err);
    buf_release(&from);
    buf_release(&to);
    return status;
}
