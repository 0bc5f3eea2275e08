#include "indexer/verify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "facet.h"
#include "ids.h"
#include "inverted.h"
#include "lexicon.h"
#include "meanings.h"
#include "records.h"
#include "stored.h"
#include "value_sets.h"
#include "xap/xap.h"

/* Of a sample of the records: each opens, its JSON is JSON, and its id leads back to it. */
struct sampling {
    struct ids *ids;
    struct records records;
    struct records_unpacker *unpacker;
    struct buf data;
};

static enum status check_record(struct sampling *s, uint32_t docid, struct err *err)
{
    struct stored stored;
    json_error_t where;
    size_t len;
    uint32_t found = UINT32_MAX;
    TRY(records_get(&s->records, s->unpacker, docid - 1, &s->data, err));
    TRY(stored_open(&stored, s->data.data, s->data.len, err));
    const char *text = stored_section(&stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    const char *id = json_string_value(json_object_get(json, "id"));
    enum status status = id ? ids_find(s->ids, id, strlen(id), &found, err)
                            : err_set(err, STATUS_CORRUPT, "stored record %u has no id: %s", docid, where.text);
    if (status == STATUS_NOTFOUND || (status == STATUS_OK && found != docid - 1))
        status = err_set(err, STATUS_CORRUPT, "id %s does not lead to record %u", id, docid);
    json_decref(json);
    return status;
}

static enum status check_sample(struct sampling *s, uint32_t count, struct err *err)
{
    enum status status = STATUS_OK;
    uint32_t step = count / VERIFY_SAMPLE + 1;
    for (uint32_t docid = 1; status == STATUS_OK && docid <= count; docid += step)
        status = check_record(s, docid, err);
    return status == STATUS_OK && count ? check_record(s, count, err) : status;
}

static enum status check_records(struct sampling *s, uint64_t documents, struct err *err)
{
    TRY(records_check(&s->records, err));
    if (s->records.count != documents)
        return err_set(err, STATUS_CORRUPT, "%s: %u records, %llu were put in", s->records.file.path, s->records.count,
                       (unsigned long long)documents);
    TRY(records_unpacker_new(&s->unpacker, err));
    return check_sample(s, (uint32_t)documents, err);
}

/* The files of a generation beside its manifest. */
enum part { PART_XAPIAN, PART_RECORDS, PART_COLUMNS, PART_VALUES, PART_LEXICON, PART_POSTINGS, PART_MEANINGS, PARTS };

static enum status check_ids(struct sampling *s, const char *folder, const char *columns_path, struct err *err)
{
    struct columns columns;
    TRY(ids_open(&s->ids, folder, err));
    TRY(columns_open(&columns, columns_path, err));
    enum status status = ids_check(s->ids, &columns, err);
    columns_close(&columns);
    return status;
}

static enum status check_xapian(const char *folder, char *const path[PARTS], uint64_t documents, struct err *err)
{
    struct sampling s = {.data = BUF_INIT};
    TRY(xap_check(path[PART_XAPIAN], err));
    enum status status = check_ids(&s, folder, path[PART_COLUMNS], err);
    if (status == STATUS_OK)
        status = records_open(&s.records, path[PART_RECORDS], err);
    if (status == STATUS_OK)
        status = check_records(&s, documents, err);
    records_unpacker_free(s.unpacker);
    records_close(&s.records);
    buf_release(&s.data);
    ids_free(s.ids);
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

static enum status check_meanings(const char *path, struct err *err)
{
    struct meanings meanings;
    TRY(meanings_open(&meanings, path, err));
    enum status status = meanings_check(&meanings, err);
    meanings_close(&meanings);
    return status;
}

static enum status check_postings(const char *path, uint64_t documents, struct err *err)
{
    struct inverted inverted;
    TRY(inverted_open(&inverted, path, err));
    inverted.file.through = true;
    enum status status = inverted_check(&inverted, err);
    if (status == STATUS_OK && inverted.rows != documents)
        status = err_set(err, STATUS_CORRUPT, "%s: of %u records, %llu were put in", path, inverted.rows,
                         (unsigned long long)documents);
    inverted_close(&inverted);
    return status;
}

static enum status check_parts(const char *folder, char *const path[PARTS], uint64_t documents, struct err *err)
{
    TRY(check_xapian(folder, path, documents, err));
    TRY(check_columns(path[PART_COLUMNS], path[PART_VALUES], documents, err));
    TRY(check_lexicon(path[PART_LEXICON], err));
    TRY(check_postings(path[PART_POSTINGS], documents, err));
    return check_meanings(path[PART_MEANINGS], err);
}

enum status generation_verify(const char *generation_path, uint64_t documents, struct err *err)
{
    static const char *const names[PARTS] = {"xapian", "records", "columns", "values", "lexicon", "postings",
                                             "meanings"};
    char *path[PARTS] = {NULL};
    enum status status = STATUS_OK;
    for (int part = 0; part < PARTS && status == STATUS_OK; part++)
        if (asprintf(&path[part], "%s/%s", generation_path, names[part]) < 0)
            status = err_set(err, STATUS_NOMEM, "out of memory");
    if (status == STATUS_OK)
        status = check_parts(generation_path, path, documents, err);
    for (int part = 0; part < PARTS; part++)
        free(path[part]);
    return status;
}
