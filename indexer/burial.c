#include "indexer/burial.h"

#include <jansson.h>
#include <string.h>

#include "indexer/inverted_merge.h"
#include "stored.h"
#include "tombstones.h"

static const char *title_in(const json_t *record)
{
    static const char *const langs[] = {"fi", "sv", "en"};
    const json_t *texts = json_object_get(record, "texts");
    for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
        const char *title = json_string_value(json_object_get(json_object_get(texts, langs[i]), "title"));
        if (title)
            return title;
    }
    return "";
}

enum status stored_name(const void *data, size_t len, struct arena *arena, const char **id, const char **title,
                        struct err *err)
{
    struct stored stored;
    json_error_t where;
    size_t json_len;
    TRY(stored_open(&stored, data, len, err));
    const char *text = stored_section(&stored, STORED_JSON, &json_len);
    json_t *record = json_loadb(text, json_len, 0, &where);
    const char *found = json_string_value(json_object_get(record, "id"));
    if (!found) {
        json_decref(record);
        return err_set(err, STATUS_CORRUPT, "a stored record has no id: %s", where.text);
    }
    const char *name = title_in(record);
    *id = arena_copy(arena, found, strlen(found));
    *title = arena_copy(arena, name, strlen(name));
    json_decref(record);
    return *id && *title ? STATUS_OK : arena_nomem(err);
}

struct burying {
    const struct assemble_options *options;
    const struct assembly *assembly;
    const struct tonight *tonight;
    struct previous *previous;
    const struct fresh_records *fresh;
    struct ledger_index ids; /* of tonight */
    struct tombstones_writer *writer;
    struct arena arena;
    struct buf data;
};

static bool is_there(const struct burying *b, const char *id, size_t len)
{
    uint32_t entry = ledger_find_id(&b->ids, b->tonight->entries, ledger_id_hash(id, len));
    return entry != LEDGER_NONE && b->tonight->state[entry] == ENTRY_SHOWN;
}

/* A day to come is one that a clock said that has been put right since: its time begins now. */
static enum status keep_old(struct burying *b, struct err *err)
{
    struct tombstones old;
    struct err local = {0};
    struct buf path = BUF_INIT;
    if (!b->options->previous_path)
        return STATUS_OK;
    enum status status = folder_file(b->options->previous_path, "tombstones", &path, err);
    if (status == STATUS_OK)
        status = tombstones_open(&old, path.data, &local);
    buf_release(&path);
    if (status == STATUS_NOTFOUND || status == STATUS_VERSION || status == STATUS_CORRUPT)
        return STATUS_OK; /* none, or of another form */
    if (status != STATUS_OK)
        return err_set(err, status, "%s", local.message);
    for (uint32_t i = 0; i < old.count && status == STATUS_OK; i++) {
        struct tombstone stone = tombstones_at(&old, i);
        stone.day = stone.day < b->options->today ? stone.day : b->options->today;
        bool fresh = b->options->today - stone.day < (int32_t)b->options->tombstone_days;
        if (fresh && !is_there(b, stone.id, strlen(stone.id)))
            status = tombstones_writer_add(b->writer, &stone, err);
    }
    tombstones_close(&old);
    return status;
}

/* Rows of the generation that serves that no entry of tonight stands for. */
static enum status bury_removed(struct burying *b, struct err *err)
{
    for (uint32_t row = 0; row < b->assembly->kept_rows; row++) {
        struct tombstone stone = {.into = "", .day = b->options->today};
        const void *data;
        size_t len;
        const char *id = b->assembly->kept[row] == ROW_DROPPED ? columns_id(&b->previous->columns, row, &len) : NULL;
        if (!id || is_there(b, id, len))
            continue;
        arena_reset(&b->arena);
        TRY(previous_stored(b->previous, row, &data, &len, err));
        TRY(stored_name(data, len, &b->arena, &stone.id, &stone.title, err));
        TRY(tombstones_writer_add(b->writer, &stone, err));
    }
    return STATUS_OK;
}

static enum status stored_of(struct burying *b, uint32_t entry, const void **data, size_t *len, struct err *err)
{
    uint32_t fresh = b->tonight->fresh[entry];
    if (fresh == LEDGER_NONE)
        return previous_stored(b->previous, b->tonight->prev[entry], data, len, err);
    TRY(records_get(&b->fresh->records, b->fresh->unpacker, fresh, &b->data, err));
    *data = b->data.data;
    *len = b->data.len;
    return STATUS_OK;
}

static enum status bury_merged(struct burying *b, struct err *err)
{
    for (uint32_t i = 0; i < b->tonight->count; i++) {
        struct tombstone stone = {.day = b->options->today};
        const void *data;
        const char *title;
        size_t len;
        if (b->tonight->state[i] != ENTRY_MERGED)
            continue;
        arena_reset(&b->arena);
        TRY(stored_of(b, i, &data, &len, err));
        TRY(stored_name(data, len, &b->arena, &stone.id, &stone.title, err));
        TRY(stored_of(b, b->tonight->entries[i].merged_into, &data, &len, err));
        TRY(stored_name(data, len, &b->arena, &stone.into, &title, err));
        TRY(tombstones_writer_add(b->writer, &stone, err));
    }
    return STATUS_OK;
}

static enum status bury(struct burying *b, struct err *err)
{
    struct buf path = BUF_INIT;
    TRY(tombstones_writer_new(&b->writer, err));
    TRY(tonight_index(b->tonight, &b->ids, err));
    TRY(keep_old(b, err));
    TRY(bury_removed(b, err));
    TRY(bury_merged(b, err));
    enum status status = folder_file(b->options->path, "tombstones", &path, err);
    if (status == STATUS_OK)
        status = tombstones_writer_finish(b->writer, path.data, err);
    buf_release(&path);
    return status;
}

enum status write_tombstones(const struct assemble_options *options, const struct assembly *assembly,
                             const struct tonight *tonight, struct previous *previous,
                             const struct fresh_records *fresh, struct err *err)
{
    struct burying b = {.options = options, .assembly = assembly, .tonight = tonight, .previous = previous,
                        .fresh = fresh, .arena = ARENA_INIT, .data = BUF_INIT};
    enum status status = bury(&b, err);
    ledger_index_release(&b.ids);
    tombstones_writer_free(b.writer);
    arena_release(&b.arena);
    buf_release(&b.data);
    return status;
}
