#include "tests/bench/measure/xapian_mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generation.h"
#include "inverted.h"
#include "xap/xap.h"

enum { PART_ROWS = 50000, PARTS_MOST = 64 }; /* a part is committed once: growing one database is slower */

/* Postings by row, for rows first..first + PART_ROWS - 1. */
struct forward {
    uint32_t first;
    size_t at[PART_ROWS + 1]; /* where a row's postings begin */
    struct posting {
        uint32_t term;
        uint8_t frequency;
    } *postings;
};

struct mirror {
    struct inverted inverted;
    struct buf terms, offsets; /* offsets: size_t, one more than there are terms */
    uint32_t *rows;            /* of one list */
    uint8_t *frequencies;
    struct forward forward;
};

static enum status nomem(struct err *err)
{
    return err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status read_terms(struct mirror *m, struct err *err)
{
    struct inverted_terms terms;
    bool more = true;
    TRY(inverted_terms_start(&terms, &m->inverted, "", 0, err));
    while (more) {
        buf_add(&m->offsets, &m->terms.len, sizeof m->terms.len);
        TRY(inverted_terms_next(&terms, &more, err));
        if (more)
            buf_add(&m->terms, terms.term, terms.len);
    }
    TRY(buf_ok(&m->terms, err));
    return buf_ok(&m->offsets, err);
}

/* Once to count each row's postings (put: false), once to put them. */
static enum status walk(struct mirror *m, bool put, struct err *err)
{
    struct forward *f = &m->forward;
    struct inverted_terms terms;
    bool more;
    TRY(inverted_terms_start(&terms, &m->inverted, "", 0, err));
    for (uint32_t number = 0;; number++) {
        TRY(inverted_terms_next(&terms, &more, err));
        if (!more)
            return STATUS_OK;
        TRY(inverted_decode(&m->inverted, &terms.list, m->rows, m->frequencies, err));
        for (uint32_t i = 0; i < terms.list.count; i++) {
            uint32_t row = m->rows[i] - f->first;
            if (m->rows[i] < f->first || row >= PART_ROWS)
                continue;
            if (put)
                f->postings[f->at[row]++] = (struct posting){number, m->frequencies[i]};
            else
                f->at[row + 1]++;
        }
    }
}

static enum status turn(struct mirror *m, uint32_t first, struct err *err)
{
    struct forward *f = &m->forward;
    memset(f->at, 0, sizeof f->at);
    f->first = first;
    TRY(walk(m, false, err));
    for (size_t row = 0; row < PART_ROWS; row++)
        f->at[row + 1] += f->at[row];
    free(f->postings);
    f->postings = malloc((f->at[PART_ROWS] + 1) * sizeof *f->postings);
    if (!f->postings)
        return nomem(err);
    TRY(walk(m, true, err));
    memmove(f->at + 1, f->at, PART_ROWS * sizeof *f->at); /* putting moved each to the next one's begin */
    f->at[0] = 0;
    return STATUS_OK;
}

static enum status add_row(const struct mirror *m, uint32_t row, struct xap_doc *doc, struct xap_writer *writer,
                           struct err *err)
{
    const size_t *offset = (const size_t *)(const void *)m->offsets.data;
    TRY(xap_doc_reset(doc, err));
    for (size_t i = m->forward.at[row]; i < m->forward.at[row + 1]; i++) {
        const struct posting *posting = &m->forward.postings[i];
        const char *term = m->terms.data + offset[posting->term];
        TRY(xap_doc_add_term(doc, term, offset[posting->term + 1] - offset[posting->term], posting->frequency, err));
    }
    return xap_writer_add(writer, doc, NULL, err);
}

static enum status write_part(const struct mirror *m, const char *path, struct err *err)
{
    struct xap_writer *writer;
    struct xap_doc *doc = NULL;
    TRY(xap_writer_create(&writer, path, XAP_APPEND_ONLY, err));
    enum status status = xap_doc_new(&doc, err);
    for (uint32_t row = 0; row < PART_ROWS && m->forward.first + row < m->inverted.rows && status == STATUS_OK; row++)
        status = add_row(m, row, doc, writer, err);
    if (status == STATUS_OK)
        status = xap_writer_commit(writer, err);
    xap_doc_free(doc);
    xap_writer_free(writer);
    return status;
}

static enum status write_parts(struct mirror *m, const char *path, struct err *err)
{
    char *parts[PARTS_MOST] = {NULL};
    size_t count = 0;
    enum status status = STATUS_OK;
    for (uint64_t first = 0; first < m->inverted.rows && status == STATUS_OK; first += PART_ROWS, count++) {
        if (count == PARTS_MOST || asprintf(&parts[count], "%s.part%zu", path, count) < 0)
            return err_set(err, STATUS_LIMIT, "more than %d records to mirror", PARTS_MOST * PART_ROWS);
        status = turn(m, (uint32_t)first, err);
        if (status == STATUS_OK)
            status = write_part(m, parts[count], err);
    }
    if (status == STATUS_OK)
        status = xap_compact((const char *const *)parts, count, path, err);
    for (size_t i = 0; i < count; i++) {
        if (status == STATUS_OK)
            status = generation_remove_part(parts[i], err);
        free(parts[i]);
    }
    return status;
}

enum status xapian_mirror(const char *inverted_path, const char *path, struct err *err)
{
    struct mirror *m = calloc(1, sizeof *m);
    if (!m)
        return nomem(err);
    enum status status = inverted_open(&m->inverted, inverted_path, err);
    if (status == STATUS_OK) {
        m->rows = malloc(((size_t)m->inverted.rows + 1) * sizeof *m->rows);
        m->frequencies = malloc((size_t)m->inverted.rows + 1);
        status = m->rows && m->frequencies ? read_terms(m, err) : nomem(err);
    }
    if (status == STATUS_OK)
        status = write_parts(m, path, err);
    inverted_close(&m->inverted);
    buf_release(&m->terms);
    buf_release(&m->offsets);
    free(m->rows);
    free(m->frequencies);
    free(m->forward.postings);
    free(m);
    return status;
}
