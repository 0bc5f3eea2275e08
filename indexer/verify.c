#include "indexer/verify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "facet.h"
#include "inverted.h"
#include "lexicon.h"
#include "stored.h"
#include "value_sets.h"
#include "xap/xap.h"

/* A stored record opens, its JSON is JSON, and its id leads back to it. */
static enum status check_record(struct xap_reader *reader, uint32_t docid, struct buf *data, struct err *err)
{
    struct stored stored;
    json_error_t where;
    char term[STORED_ID_TERM_BYTES];
    size_t len;
    uint32_t found = 0;
    TRY(xap_reader_data(reader, docid, data, err));
    TRY(stored_open(&stored, data->data, data->len, err));
    const char *text = stored_section(&stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    const char *id = json_string_value(json_object_get(json, "id"));
    size_t term_len = id ? stored_id_term(id, strlen(id), term) : 0;
    enum status status;
    if (term_len == 0)
        status = err_set(err, STATUS_CORRUPT, "stored record %u has no id: %s", docid, where.text);
    else
        status = xap_reader_find(reader, term, term_len, &found, err);
    if (status == STATUS_OK && found != docid)
        status = err_set(err, STATUS_CORRUPT, "id %s leads to record %u, not %u", id, found, docid);
    json_decref(json);
    return status;
}

static enum status check_sample(struct xap_reader *reader, uint32_t count, struct err *err)
{
    struct buf data = BUF_INIT;
    enum status status = STATUS_OK;
    uint32_t step = count / VERIFY_SAMPLE + 1;
    for (uint32_t docid = 1; status == STATUS_OK && docid <= count; docid += step)
        status = check_record(reader, docid, &data, err);
    if (status == STATUS_OK && count)
        status = check_record(reader, count, &data, err);
    buf_release(&data);
    return status;
}

static enum status check_xapian(const char *path, uint64_t documents, struct err *err)
{
    struct xap_reader *reader;
    TRY(xap_check(path, err));
    TRY(xap_reader_open(&reader, path, err));
    enum status status = STATUS_OK;
    if (xap_reader_count(reader) != documents || xap_reader_last_id(reader) != documents)
        status = err_set(err, STATUS_CORRUPT, "%s: %u records, %llu were put in", path, xap_reader_count(reader),
                         (unsigned long long)documents);
    else
        status = check_sample(reader, (uint32_t)documents, err);
    xap_reader_free(reader);
    return status;
}

static enum status check_values(const char *path, const struct columns *columns, struct err *err)
{
    struct value_sets sets;
    TRY(value_sets_open(&sets, path, err));
    enum status status = sets.value_count == facet_ordinals()
                             ? value_sets_check(&sets, columns, err)
                             : err_set(err, STATUS_CORRUPT, "%s: %u facet values, this program has %u", path,
                                       sets.value_count, facet_ordinals());
    value_sets_close(&sets);
    return status;
}

static enum status check_columns(const char *path, const char *values_path, uint64_t documents, struct err *err)
{
    struct columns columns;
    TRY(columns_open(&columns, path, err));
    enum status status = columns_check(&columns, facet_ordinals(), err);
    if (status == STATUS_OK && columns.count != documents)
        status = err_set(err, STATUS_CORRUPT, "%s: %u rows, %llu records were put in", path, columns.count,
                         (unsigned long long)documents);
    if (status == STATUS_OK)
        status = check_values(values_path, &columns, err);
    columns_close(&columns);
    return status;
}

static enum status check_lexicon(const char *path, struct err *err)
{
    struct lexicon lexicon;
    TRY(lexicon_open(&lexicon, path, err));
    enum status status = lexicon_check(&lexicon, err);
    lexicon_close(&lexicon);
    return status;
}

static enum status check_postings(const char *path, uint64_t documents, struct err *err)
{
    struct inverted inverted;
    TRY(inverted_open(&inverted, path, err));
    enum status status = inverted_check(&inverted, err);
    if (status == STATUS_OK && inverted.rows != documents)
        status = err_set(err, STATUS_CORRUPT, "%s: of %u records, %llu were put in", path, inverted.rows,
                         (unsigned long long)documents);
    inverted_close(&inverted);
    return status;
}

/* The files of a generation beside its manifest. */
enum part { PART_XAPIAN, PART_COLUMNS, PART_VALUES, PART_LEXICON, PART_POSTINGS, PARTS };

static enum status check_parts(char *const path[PARTS], uint64_t documents, struct err *err)
{
    TRY(check_xapian(path[PART_XAPIAN], documents, err));
    TRY(check_columns(path[PART_COLUMNS], path[PART_VALUES], documents, err));
    TRY(check_lexicon(path[PART_LEXICON], err));
    return check_postings(path[PART_POSTINGS], documents, err);
}

enum status generation_verify(const char *generation_path, uint64_t documents, struct err *err)
{
    static const char *const names[PARTS] = {"xapian", "columns", "values", "lexicon", "postings"};
    char *path[PARTS] = {NULL};
    enum status status = STATUS_OK;
    for (int part = 0; part < PARTS && status == STATUS_OK; part++)
        if (asprintf(&path[part], "%s/%s", generation_path, names[part]) < 0)
            status = err_set(err, STATUS_NOMEM, "out of memory");
    if (status == STATUS_OK)
        status = check_parts(path, documents, err);
    for (int part = 0; part < PARTS; part++)
        free(path[part]);
    return status;
}
