#include "indexer/previous.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "generation.h"
#include "stored.h"
#include "validate.h"

struct part {
    struct buf path;
    const char *folder;
};

static const char *part_path(struct part *part, const char *name)
{
    buf_reset(&part->path);
    buf_addf(&part->path, "%s/%s", part->folder, name);
    return buf_str(&part->path);
}

/* What is known of each record. */
static enum status open_told(struct previous *p, struct part *part, struct err *err)
{
    TRY(ledger_open(&p->ledger, part_path(part, "ledger"), err));
    TRY(columns_open(&p->columns, part_path(part, "columns"), err));
    TRY(records_open(&p->records, part_path(part, "records"), err));
    p->records.file.through = true;
    if (p->ledger.rows != p->columns.count || p->ledger.rows != p->records.count)
        return err_set(err, STATUS_CORRUPT, "%s: the ledger has %u records, the columns %u", part->folder,
                       p->ledger.rows, p->columns.count);
    return records_unpacker_new(&p->unpacker, err);
}

static enum status open_reusable(struct previous *p, struct part *part, struct err *err)
{
    struct manifest expected, manifest;
    TRY(manifest_expected(&expected, err));
    TRY(manifest_read(&manifest, part->folder, &expected, err));
    manifest_release(&manifest);
    TRY(inverted_open(&p->postings, part_path(part, "postings"), err));
    p->postings.file.through = true;
    TRY(lexicon_open(&p->lexicon, part_path(part, "lexicon"), err));
    TRY(meanings_open(&p->meanings, part_path(part, "meanings"), err));
    p->meanings.file.through = true;
    return p->postings.rows == p->ledger.rows
               ? STATUS_OK : err_set(err, STATUS_CORRUPT, "%s: postings of other records", part->folder);
}

/* A failure that only means that nothing can be taken over. */
static bool harmless(enum status status)
{
    return status == STATUS_NOTFOUND || status == STATUS_VERSION || status == STATUS_CORRUPT;
}

static void map_sources(struct previous *p, const struct settings *settings)
{
    for (size_t i = 0; i < p->ledger.source_count; i++) {
        p->source_now[i] = UINT16_MAX;
        for (size_t s = 0; s < settings->source_count; s++)
            if (strcmp(settings->sources[s].name, p->ledger.sources[i]) == 0)
                p->source_now[i] = (uint16_t)s;
    }
}

static enum status open_parts(struct previous *p, const char *folder, struct err *err)
{
    struct part part = {BUF_INIT, folder};
    struct err local = {0};
    enum status status = open_told(p, &part, &local);
    p->told = status == STATUS_OK;
    if (status == STATUS_OK)
        status = open_reusable(p, &part, &local);
    p->reusable = status == STATUS_OK;
    buf_release(&part.path);
    if (status != STATUS_OK && !harmless(status))
        return err_set(err, status, "%s", local.message);
    snprintf(p->why, sizeof p->why, "%s", p->reusable ? "" : local.message);
    return STATUS_OK;
}

static enum status make_indexes(struct previous *p, struct err *err)
{
    if (!p->told)
        ledger_close(&p->ledger);
    TRY(ledger_index_new(&p->by_id, p->ledger.entries, p->ledger.count, LEDGER_BY_ID, err));
    return ledger_index_new(&p->by_raw, p->ledger.entries, p->reusable ? p->ledger.count : 0, LEDGER_BY_RAW, err);
}

enum status previous_open(struct previous *previous, const char *dir, const struct settings *settings,
                          struct err *err)
{
    struct err local = {0};
    struct buf path = BUF_INIT;
    *previous = (struct previous){.stored = BUF_INIT};
    enum status status = generation_current(dir, &previous->generation, &local);
    if (status != STATUS_OK && !harmless(status))
        return err_set(err, status, "%s", local.message);
    if (status == STATUS_OK)
        status = generation_path(dir, previous->generation, &path, err);
    else if (status == STATUS_CORRUPT)
        snprintf(previous->why, sizeof previous->why, "%s", local.message);
    status = path.len ? open_parts(previous, path.data, err) : STATUS_OK;
    buf_release(&path);
    if (status == STATUS_OK)
        status = make_indexes(previous, err);
    if (status != STATUS_OK) {
        previous_close(previous);
        return status;
    }
    map_sources(previous, settings);
    return STATUS_OK;
}

void previous_forget_files(struct previous *p, const char *why)
{
    ledger_index_release(&p->by_raw);
    p->reusable = false;
    snprintf(p->why, sizeof p->why, "%s", p->generation ? why : "");
}

void previous_close(struct previous *p)
{
    ledger_index_release(&p->by_id);
    ledger_index_release(&p->by_raw);
    ledger_close(&p->ledger);
    columns_close(&p->columns);
    records_unpacker_free(p->unpacker);
    records_close(&p->records);
    inverted_close(&p->postings);
    lexicon_close(&p->lexicon);
    meanings_close(&p->meanings);
    buf_release(&p->stored);
    *p = (struct previous){.stored = BUF_INIT};
}

enum status previous_stored(struct previous *p, uint32_t entry, const void **data, size_t *len, struct err *err)
{
    if (entry >= p->ledger.rows) {
        *data = ledger_merged(&p->ledger, entry, len);
        return STATUS_OK;
    }
    TRY(records_get(&p->records, p->unpacker, entry, &p->stored, err));
    *data = p->stored.data;
    *len = p->stored.len;
    return STATUS_OK;
}

enum status stored_to_record(const void *data, size_t len, struct arena *arena, struct record *record,
                             struct err *err)
{
    struct stored stored;
    struct problems problems;
    json_error_t where;
    size_t json_len, name_len;
    TRY(stored_open(&stored, data, len, err));
    const char *json_text = stored_section(&stored, STORED_JSON, &json_len);
    const char *source = stored_section(&stored, STORED_SOURCE, &name_len);
    json_t *json = json_loadb(json_text, json_len, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, STATUS_CORRUPT, "a stored record is no JSON: %s", where.text);
    problems_init(&problems, arena);
    record_init(record);
    enum status status = record_from_json(json, arena, record, &problems);
    json_decref(json);
    if (status == STATUS_NOMEM)
        return arena_nomem(err);
    if (status != STATUS_OK)
        return err_set(err, STATUS_CORRUPT, "a stored record is not accepted any more: %s",
                       problems.count ? problems.list[0].what : "");
    record->source = name_len ? arena_copy(arena, source, name_len) : NULL;
    return name_len && !record->source ? arena_nomem(err) : STATUS_OK;
}
