#include "ids.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generation.h"
#include "stored.h"
#include "xap/xap.h"

enum { SECTION_ROWS, SECTION_COUNT }; /* by document number - 1: its row */

static const uint32_t items[SECTION_COUNT] = {sizeof(uint32_t)};
static const struct sections_kind kind = {"rows of ids", "OPASTIDS", IDS_VERSION, SECTION_COUNT, items};

struct ids {
    struct xap_reader *reader;
    struct sections file;
    const uint32_t *row_of;
    uint32_t documents, rows;
};

static enum status part(const char *folder, const char *name, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", folder, name);
    return buf_ok(path, err);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static enum status open_parts(struct ids *ids, const char *folder, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = part(folder, "rows", &path, err);
    if (status == STATUS_OK)
        status = sections_open(&ids->file, &kind, path.data, err);
    if (status == STATUS_OK)
        status = part(folder, "xapian", &path, err);
    if (status == STATUS_OK)
        status = xap_reader_open(&ids->reader, path.data, err);
    buf_release(&path);
    return status;
}

enum status ids_open(struct ids **ids, const char *path, struct err *err)
{
    struct ids *i = calloc(1, sizeof *i);
    if (!i)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = open_parts(i, path, err);
    if (status == STATUS_OK) {
        i->row_of = i->file.at[SECTION_ROWS].items;
        i->documents = (uint32_t)i->file.at[SECTION_ROWS].count;
        for (uint32_t d = 0; d < i->documents; d++)
            i->rows += i->row_of[d] != IDS_NO_ROW;
        if (xap_reader_count(i->reader) != i->documents)
            status = err_set(err, STATUS_CORRUPT, "%s: the database has %u ids, the table %u", path,
                             xap_reader_count(i->reader), i->documents);
    }
    if (status != STATUS_OK) {
        ids_free(i);
        return status;
    }
    *ids = i;
    return STATUS_OK;
}

void ids_free(struct ids *ids)
{
    if (!ids)
        return;
    xap_reader_free(ids->reader);
    sections_close(&ids->file);
    free(ids);
}

uint32_t ids_rows(const struct ids *ids)
{
    return ids->rows;
}

/* The document of the id, from 1; 0: there is none. */
static enum status find_document(struct xap_reader *reader, const char *id, size_t len, uint32_t *document,
                                 struct err *err)
{
    char term[STORED_ID_TERM_BYTES];
    struct err none = {0};
    size_t term_len = stored_id_term(id, len, term);
    *document = 0;
    if (term_len == 0)
        return STATUS_OK;
    enum status status = xap_reader_find(reader, term, term_len, document, &none);
    if (status == STATUS_NOTFOUND)
        *document = 0;
    return status == STATUS_OK || status == STATUS_NOTFOUND ? STATUS_OK : err_set(err, status, "%s", none.message);
}

enum status ids_find(struct ids *ids, const char *id, size_t len, uint32_t *row, struct err *err)
{
    uint32_t document;
    TRY(find_document(ids->reader, id, len, &document, err));
    if (document == 0 || document > ids->documents || ids->row_of[document - 1] == IDS_NO_ROW)
        return STATUS_NOTFOUND;
    *row = ids->row_of[document - 1];
    return STATUS_OK;
}

enum status ids_check(struct ids *ids, const struct columns *columns, struct err *err)
{
    TRY(sections_check(&ids->file, err));
    if (ids->rows != columns->count)
        return err_set(err, STATUS_CORRUPT, "%s: %u rows, %u records were put in", ids->file.path, ids->rows,
                       columns->count);
    uint8_t *seen = calloc((size_t)columns->count + 1, 1);
    if (!seen)
        return err_set(err, STATUS_NOMEM, "out of memory for %u ids", columns->count);
    bool good = true;
    for (uint32_t d = 0; d < ids->documents && good; d++)
        good = ids->row_of[d] == IDS_NO_ROW || (ids->row_of[d] < columns->count && !seen[ids->row_of[d]]++);
    free(seen);
    return good ? STATUS_OK : err_set(err, STATUS_CORRUPT, "%s: a row has two ids, or there is no such row",
                                      ids->file.path);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct writing {
    const struct columns *columns;
    struct xap_writer *writer;
    struct xap_reader *before; /* of the database that was taken over; NULL */
    uint32_t *row_of;          /* owned */
    uint32_t documents;
    size_t cap;
};

static enum status add_document(struct writing *w, struct xap_doc *doc, const char *id, size_t len, uint32_t row,
                                struct err *err)
{
    char term[STORED_ID_TERM_BYTES];
    TRY(xap_doc_reset(doc, err));
    TRY(xap_doc_add_term(doc, term, stored_id_term(id, len, term), 0, err));
    TRY(xap_writer_add(w->writer, doc, NULL, err));
    w->row_of[w->documents++] = row;
    return STATUS_OK;
}

/* Rows that no document has yet: an id that was here before comes back to its own. */
static enum status add_rows(struct writing *w, uint8_t *taken, struct err *err)
{
    struct xap_doc *doc;
    TRY(xap_doc_new(&doc, err));
    enum status status = STATUS_OK;
    for (uint32_t row = 0; row < w->columns->count && status == STATUS_OK; row++) {
        size_t len;
        uint32_t document = 0;
        const char *id = columns_id(w->columns, row, &len);
        if (taken[row])
            continue;
        if (w->before)
            status = find_document(w->before, id, len, &document, err);
        if (status != STATUS_OK)
            break;
        if (document > 0 && document <= w->documents)
            w->row_of[document - 1] = row;
        else
            status = add_document(w, doc, id, len, row, err);
    }
    xap_doc_free(doc);
    return status;
}

static enum status add_all(struct writing *w, struct err *err)
{
    uint8_t *taken = calloc((size_t)w->columns->count + 1, 1);
    if (!taken)
        return err_set(err, STATUS_NOMEM, "out of memory for %u ids", w->columns->count);
    for (uint32_t d = 0; d < w->documents; d++)
        if (w->row_of[d] < w->columns->count)
            taken[w->row_of[d]] = 1;
    enum status status = add_rows(w, taken, err);
    free(taken);
    return status == STATUS_OK ? xap_writer_commit(w->writer, err) : status;
}

static enum status write_table(const struct writing *w, const char *folder, struct err *err)
{
    struct buf path = BUF_INIT;
    struct sections_writer *writer = NULL;
    enum status status = part(folder, "rows", &path, err);
    if (status == STATUS_OK)
        status = sections_writer_open(&writer, &kind, path.data, err);
    if (status == STATUS_OK)
        status = sections_writer_add(writer, SECTION_ROWS, w->row_of, w->documents * sizeof *w->row_of, err);
    if (status == STATUS_OK)
        status = sections_writer_finish(writer, err);
    sections_writer_free(writer);
    buf_release(&path);
    return status;
}

static enum status reserve(struct writing *w, size_t documents, struct err *err)
{
    w->row_of = malloc((documents + 1) * sizeof *w->row_of);
    return w->row_of ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for %zu ids", documents);
}

/* All anew: only the compacted database is left, it is smaller and faster to read. */
static enum status write_new(struct writing *w, const char *folder, struct err *err)
{
    struct buf from = BUF_INIT, to = BUF_INIT;
    enum status status = part(folder, "xapian.part", &from, err);
    if (status == STATUS_OK)
        status = part(folder, "xapian", &to, err);
    if (status == STATUS_OK)
        status = reserve(w, w->columns->count, err);
    if (status == STATUS_OK)
        status = xap_writer_create(&w->writer, from.data, XAP_APPEND_ONLY, err);
    if (status == STATUS_OK)
        status = add_all(w, err);
    xap_writer_free(w->writer);
    w->writer = NULL;
    if (status == STATUS_OK)
        status = xap_compact((const char *const[]){from.data}, 1, to.data, err);
    if (status == STATUS_OK)
        status = generation_remove_part(from.data, err);
    buf_release(&from);
    buf_release(&to);
    return status;
}

static enum status write_copy(struct writing *w, const char *folder, const struct ids *before, const char *from,
                              const uint32_t *new_row, struct err *err)
{
    struct buf source = BUF_INIT, path = BUF_INIT;
    enum status status = part(from, "xapian", &source, err);
    if (status == STATUS_OK)
        status = part(folder, "xapian", &path, err);
    if (status == STATUS_OK)
        status = reserve(w, (size_t)before->documents + w->columns->count, err);
    if (status == STATUS_OK)
        status = xap_copy(source.data, path.data, err);
    if (status == STATUS_OK)
        status = xap_writer_open(&w->writer, path.data, err);
    for (; status == STATUS_OK && w->documents < before->documents; w->documents++) {
        uint32_t row = before->row_of[w->documents];
        w->row_of[w->documents] = row == IDS_NO_ROW ? IDS_NO_ROW : new_row[row];
    }
    w->before = before->reader;
    if (status == STATUS_OK)
        status = add_all(w, err);
    xap_writer_free(w->writer);
    w->writer = NULL;
    buf_release(&source);
    buf_release(&path);
    return status;
}

/* Ids that are gone take room; when they are the most, all are written anew. */
static bool worth_copying(const struct ids *before, const struct columns *columns)
{
    return before->documents <= 2 * (uint64_t)columns->count;
}

enum status ids_write(const char *path, const struct columns *columns, const char *before, const uint32_t *new_row,
                      struct err *err)
{
    struct writing w = {.columns = columns};
    struct ids *ids = NULL;
    if (before)
        TRY(ids_open(&ids, before, err));
    enum status status = ids && worth_copying(ids, columns) ? write_copy(&w, path, ids, before, new_row, err)
                                                            : write_new(&w, path, err);
    ids_free(ids);
    if (status == STATUS_OK)
        status = write_table(&w, path, err);
    free(w.row_of);
    return status;
}
