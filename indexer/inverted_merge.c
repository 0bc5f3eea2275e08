#include "indexer/inverted_merge.h"

#include <stdlib.h>
#include <string.h>

/* An input and the term it stands at. */
struct run {
    struct inverted_input input;
    struct inverted_terms terms;
    bool more;
};

struct merging {
    struct run *runs; /* owned */
    size_t run_count;
    uint32_t *rows; /* one list, unpacked; room for cap */
    uint8_t *frequencies;
    size_t cap;
};

static enum status reserve(struct merging *m, size_t count, struct err *err)
{
    if (count <= m->cap)
        return STATUS_OK;
    size_t cap = count + count / 2;
    uint32_t *rows = realloc(m->rows, cap * sizeof *rows);
    if (rows)
        m->rows = rows;
    uint8_t *frequencies = realloc(m->frequencies, cap);
    if (frequencies)
        m->frequencies = frequencies;
    if (!rows || !frequencies)
        return err_set(err, STATUS_NOMEM, "out of memory for postings");
    m->cap = cap;
    return STATUS_OK;
}

static int compare_terms(const struct run *a, const struct run *b)
{
    size_t least = a->terms.len < b->terms.len ? a->terms.len : b->terms.len;
    int order = memcmp(a->terms.term, b->terms.term, least);
    return order ? order : (a->terms.len > b->terms.len) - (a->terms.len < b->terms.len);
}

/* Gives the list's rows, from `at` on, their new numbers and closes the gaps of those that are dropped. */
static uint32_t renumber(const struct merging *m, const uint32_t *new_row, uint32_t at, uint32_t count)
{
    uint32_t kept = at;
    if (!new_row)
        return at + count;
    for (uint32_t i = at; i < at + count; i++) {
        uint32_t row = new_row[m->rows[i]];
        m->rows[kept] = row;
        m->frequencies[kept] = m->frequencies[i];
        kept += row != ROW_DROPPED;
    }
    return kept;
}

/* The lists of one term in all inputs that have it, one behind the other. */
static enum status merge_term(struct merging *m, const struct run *least, struct inverted_writer *writer,
                              struct err *err)
{
    char term[INVERTED_TERM_BYTES];
    size_t len = least->terms.len;
    uint32_t count = 0;
    memcpy(term, least->terms.term, len);
    for (struct run *run = m->runs; run < m->runs + m->run_count; run++) {
        if (!run->more || run->terms.len != len || memcmp(run->terms.term, term, len) != 0)
            continue;
        const struct inverted_list *list = &run->terms.list;
        TRY(reserve(m, (size_t)count + list->count, err));
        TRY(inverted_decode(run->input.file, list, m->rows + count, m->frequencies + count, err));
        count = renumber(m, run->input.new_row, count, list->count);
        TRY(inverted_terms_next(&run->terms, &run->more, err));
    }
    return inverted_writer_add(writer, term, len, m->rows, m->frequencies, count, err);
}

static enum status merge_terms(struct merging *m, struct inverted_writer *writer, struct err *err)
{
    for (;;) {
        const struct run *least = NULL;
        for (const struct run *run = m->runs; run < m->runs + m->run_count; run++)
            if (run->more && (!least || compare_terms(run, least) < 0))
                least = run;
        if (!least)
            return STATUS_OK;
        TRY(merge_term(m, least, writer, err));
    }
}

static enum status start(struct merging *m, const struct inverted_input *inputs, size_t count, struct err *err)
{
    if (!(m->runs = calloc(count + 1, sizeof *m->runs)))
        return err_set(err, STATUS_NOMEM, "out of memory for postings");
    for (m->run_count = 0; m->run_count < count; m->run_count++) {
        struct run *run = &m->runs[m->run_count];
        run->input = inputs[m->run_count];
        TRY(inverted_terms_start(&run->terms, run->input.file, "", 0, err));
        TRY(inverted_terms_next(&run->terms, &run->more, err));
    }
    return STATUS_OK;
}

enum status inverted_merge(const struct inverted_input *inputs, size_t count, uint32_t rows, const char *path,
                           struct err *err)
{
    struct merging m = {.runs = NULL};
    struct inverted_writer *writer = NULL;
    enum status status = start(&m, inputs, count, err);
    if (status == STATUS_OK)
        status = inverted_writer_open(&writer, path, rows, err);
    if (status == STATUS_OK)
        status = merge_terms(&m, writer, err);
    if (status == STATUS_OK)
        status = inverted_writer_finish(writer, err);
    inverted_writer_free(writer);
    free(m.runs);
    free(m.rows);
    free(m.frequencies);
    return status;
}
