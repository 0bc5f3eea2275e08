#include "indexer/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "facet.h"
#include "ids.h"
#include "indexer/inverter.h"
#include "indexer/words.h"
#include "meanings.h"
#include "value_sets.h"

struct segment {
    char *path; /* owned */
    struct pipeline *pipeline;
    struct columns_writer *columns;
    struct records_writer *records;
    struct inverter *inverter;
    struct lexicon_writer *names;
    uint32_t rows;
    bool packing; /* the pipeline packs with our dictionary */
};

static enum status part_path(const char *folder, const char *name, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", folder, name);
    return buf_ok(path, err);
}

static enum status open_writers(struct segment *s, const struct records *like, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = inverter_new(&s->inverter, s->path, INVERTER_BYTES, err);
    if (status == STATUS_OK)
        status = lexicon_writer_new(&s->names, err);
    if (status == STATUS_OK)
        status = part_path(s->path, "columns", &path, err);
    if (status == STATUS_OK)
        status = columns_writer_new(&s->columns, path.data, err);
    if (status == STATUS_OK)
        status = part_path(s->path, "records", &path, err);
    if (status == STATUS_OK)
        status = records_writer_open(&s->records, path.data, like, err);
    buf_release(&path);
    return status;
}

/* The dictionary is made from the first records; from then on the threads pack with it. */
static void pack_when_ready(struct segment *s)
{
    const struct records_dictionary *dictionary = s->packing ? NULL : records_writer_dictionary(s->records);
    if (!dictionary)
        return;
    pipeline_pack(s->pipeline, dictionary);
    s->packing = true;
}

enum status segment_new(struct segment **segment, const char *path, struct pipeline *pipeline,
                        const struct records *like, struct err *err)
{
    struct segment *s = calloc(1, sizeof *s);
    if (!s || !(s->path = strdup(path))) {
        free(s);
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    s->pipeline = pipeline;
    enum status status = open_writers(s, like, err);
    if (status != STATUS_OK) {
        segment_free(s);
        return status;
    }
    pack_when_ready(s);
    *segment = s;
    return STATUS_OK;
}

void segment_free(struct segment *s)
{
    if (!s)
        return;
    if (s->packing)
        pipeline_pack(s->pipeline, NULL);
    columns_writer_free(s->columns);
    records_writer_free(s->records);
    inverter_free(s->inverter);
    lexicon_writer_free(s->names);
    free(s->path);
    free(s);
}

uint32_t segment_rows(const struct segment *segment)
{
    return segment->rows;
}

struct lexicon_writer *segment_names(struct segment *segment)
{
    return segment->names;
}

enum status segment_put(struct segment *s, const struct record *record, const struct document *document,
                        struct err *err)
{
    /* the one that may refuse a record stands first */
    TRY(records_writer_add(s->records, document->stored, document->stored_len, document->packed, err));
    pack_when_ready(s);
    TRY(columns_writer_add(s->columns, &document->columns, err));
    TRY(inverter_add(s->inverter, s->rows, document->terms, document->term_count, err));
    s->rows++;
    return words_add_names(s->names, record, 1, err);
}

/* A record that says more than an index holds is rejected like any other; a failing disk ends the run. */
enum status segment_put_or_reject(struct segment *s, struct batch_item *item, struct err *err)
{
    struct err local = {0};
    enum status status = item->limit ? err_set(&local, STATUS_LIMIT, "%s", item->limit)
                                     : segment_put(s, &item->record, &item->document, &local);
    if (status == STATUS_LIMIT) {
        problem_error(&item->problems, PROBLEM_TOO_BIG, NULL, "%s", local.message);
        return STATUS_OK;
    }
    return status == STATUS_OK ? STATUS_OK : err_set(err, status, "%s", local.message);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

/* Here and below: what has been written needs no memory while the rest is. */
static enum status close_records(struct segment *s, struct err *err)
{
    TRY(records_writer_finish(s->records, err));
    pipeline_pack(s->pipeline, NULL); /* nothing is packed any more */
    s->packing = false;
    records_writer_free(s->records);
    s->records = NULL;
    return STATUS_OK;
}

static enum status close_columns(struct segment *s, struct err *err)
{
    enum status status = columns_writer_finish(s->columns, err);
    columns_writer_free(s->columns);
    s->columns = NULL;
    return status;
}

static enum status close_postings(struct segment *s, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = part_path(s->path, "postings", &path, err);
    if (status == STATUS_OK)
        status = inverter_finish(s->inverter, s->rows, path.data, err);
    inverter_free(s->inverter);
    s->inverter = NULL;
    buf_release(&path);
    return status;
}

static enum status close_meanings(const struct segment *s, struct err *err)
{
    struct meanings_writer *meanings;
    struct buf path = BUF_INIT;
    TRY(pipeline_meanings(s->pipeline, &meanings, err));
    enum status status = part_path(s->path, "meanings", &path, err);
    if (status == STATUS_OK)
        status = meanings_writer_finish(meanings, path.data, err);
    buf_release(&path);
    return status;
}

enum status segment_close(struct segment *s, struct err *err)
{
    TRY(close_records(s, err));
    TRY(close_columns(s, err));
    TRY(close_postings(s, err));
    return close_meanings(s, err);
}

/* ---- completing ------------------------------------------------------------------------------------------------- */

/* What is made from the columns as they were written. */
static enum status complete_columns(const char *folder, const struct generation_before *before, struct err *err)
{
    struct buf path = BUF_INIT;
    struct columns columns = {0};
    enum status status = part_path(folder, "columns", &path, err);
    if (status == STATUS_OK)
        status = columns_open(&columns, path.data, err);
    if (status == STATUS_OK)
        status = part_path(folder, "values", &path, err);
    if (status == STATUS_OK)
        status = value_sets_write(&columns, facet_ordinals(), path.data, err);
    if (status == STATUS_OK)
        status = ids_write(folder, &columns, before ? before->path : NULL, before ? before->new_row : NULL, err);
    columns_close(&columns);
    buf_release(&path);
    return status;
}

/* Forms are read from the finished postings: they have each once, with its number of records. */
static enum status complete_lexicon(const char *folder, struct lexicon_writer *lexicon, const struct lexicon *before,
                                    struct pipeline **pipeline, struct err *err)
{
    struct buf path = BUF_INIT;
    struct inverted inverted = {.rows = 0};
    enum status status = part_path(folder, "postings", &path, err);
    if (status == STATUS_OK)
        status = inverted_open(&inverted, path.data, err);
    if (status == STATUS_OK)
        status = words_add_forms(lexicon, &inverted, before, *pipeline, err);
    inverted_close(&inverted);
    pipeline_free(*pipeline);
    *pipeline = NULL;
    if (status == STATUS_OK)
        status = part_path(folder, "lexicon", &path, err);
    if (status == STATUS_OK)
        status = lexicon_writer_finish(lexicon, path.data, err);
    buf_release(&path);
    return status;
}

enum status generation_complete(const char *path, struct lexicon_writer *lexicon,
                                const struct generation_before *before, struct pipeline **pipeline, struct err *err)
{
    TRY(complete_columns(path, before, err));
    return complete_lexicon(path, lexicon, before ? before->lexicon : NULL, pipeline, err);
}
