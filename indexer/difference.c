#include "indexer/difference.h"

#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "indexer/assemble_files.h"
#include "indexer/burial.h"
#include "indexer/report.h"
#include "stored.h"

struct differing {
    const struct report *report;
    struct previous *previous;
    const struct tonight *tonight;
    const struct fresh_records *fresh;
    bool json;
    difference_fn *give;
    void *context;
    struct arena arena;
    struct buf text, data;
    bool first; /* field of the present record */
};

/* ---- fields ----------------------------------------------------------------------------------------------------- */

static void add_value(struct differing *d, const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    size_t len = text ? strlen(text) : 0;
    if (d->json)
        buf_adds(&d->text, text ? text : "null");
    else if (text)
        buf_addf(&d->text, "%.*s%s", (int)utf8_cut(text, len, DIFFERENCE_VALUE_CHARS), text,
                 len > DIFFERENCE_VALUE_CHARS ? "…" : "");
    else
        buf_adds(&d->text, "(nothing)");
    free(text);
}

static void add_field(struct differing *d, const char *path, const json_t *before, const json_t *after)
{
    if (d->json) {
        buf_adds(&d->text, d->first ? "{\"field\":" : ",{\"field\":");
        buf_add_json(&d->text, path, strlen(path));
        buf_adds(&d->text, ",\"before\":");
        add_value(d, before);
        buf_adds(&d->text, ",\"after\":");
        add_value(d, after);
        buf_addc(&d->text, '}');
    } else {
        buf_addf(&d->text, "    %s: ", path);
        add_value(d, before);
        buf_adds(&d->text, " -> ");
        add_value(d, after);
        buf_addc(&d->text, '\n');
    }
    d->first = false;
}

enum { FIELD_PATH_BYTES = 400 };

/* Objects are compared member by member, anything else as a whole. */
static void compare(struct differing *d, const char *path, json_t *before, json_t *after)
{
    const char *key;
    json_t *value;
    char inner[FIELD_PATH_BYTES];
    if (json_equal(before, after))
        return;
    if (!json_is_object(before) || !json_is_object(after)) {
        add_field(d, path, before, after);
        return;
    }
    json_object_foreach(before, key, value) {
        snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", key);
        compare(d, inner, value, json_object_get(after, key));
    }
    json_object_foreach(after, key, value) {
        snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", key);
        if (!json_object_get(before, key))
            compare(d, inner, NULL, value);
    }
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static enum status json_of(const void *data, size_t len, json_t **json, struct err *err)
{
    struct stored stored;
    json_error_t where;
    size_t json_len;
    TRY(stored_open(&stored, data, len, err));
    const char *text = stored_section(&stored, STORED_JSON, &json_len);
    *json = json_loadb(text, json_len, 0, &where);
    return *json ? STATUS_OK : err_set(err, STATUS_CORRUPT, "a stored record is no JSON: %s", where.text);
}

static void begin(struct differing *d, const char *sign, const char *change, const char *source, const char *id,
                  const char *title)
{
    buf_reset(&d->text);
    d->first = true;
    if (!d->json) {
        buf_addf(&d->text, "%s %s: %s  %s\n", sign, source, id, title);
        return;
    }
    buf_addf(&d->text, "{\"change\":\"%s\",\"source\":", change);
    buf_add_json(&d->text, source, strlen(source));
    buf_adds(&d->text, ",\"id\":");
    buf_add_json(&d->text, id, strlen(id));
    buf_adds(&d->text, ",\"title\":");
    buf_add_json(&d->text, title, strlen(title));
}

static enum status end(struct differing *d, struct err *err)
{
    if (d->json)
        buf_adds(&d->text, "}\n");
    TRY(buf_ok(&d->text, err));
    return d->give(d->context, &d->text, err);
}

static enum status fresh_stored(struct differing *d, uint32_t entry, struct err *err)
{
    return records_get(&d->fresh->records, d->fresh->unpacker, d->tonight->fresh[entry], &d->data, err);
}

static enum status tell_fields(struct differing *d, uint32_t entry, struct err *err)
{
    json_t *before = NULL, *after = NULL;
    const void *data;
    size_t len;
    TRY(json_of(d->data.data, d->data.len, &after, err));
    enum status status = previous_stored(d->previous, d->tonight->prev[entry], &data, &len, err);
    if (status == STATUS_OK)
        status = json_of(data, len, &before, err);
    if (status == STATUS_OK) {
        buf_adds(&d->text, d->json ? ",\"fields\":[" : "");
        compare(d, "", before, after);
        buf_adds(&d->text, d->json ? "]" : "");
    }
    json_decref(before);
    json_decref(after);
    return status;
}

static enum status tell_entry(struct differing *d, uint32_t entry, struct err *err)
{
    const struct tonight *t = d->tonight;
    const char *id, *title, *source = d->report->sources[t->entries[entry].source].name;
    bool was_shown = t->prev[entry] != LEDGER_NONE && t->prev[entry] < d->previous->ledger.rows;
    if (t->state[entry] != ENTRY_SHOWN || t->fresh[entry] == LEDGER_NONE || (was_shown && !t->changed[entry]))
        return STATUS_OK;
    arena_reset(&d->arena);
    TRY(fresh_stored(d, entry, err));
    TRY(stored_name(d->data.data, d->data.len, &d->arena, &id, &title, err));
    begin(d, was_shown ? "~" : "+", was_shown ? "changed" : "added", source, id, title);
    if (was_shown)
        TRY(tell_fields(d, entry, err));
    return end(d, err);
}

static enum status tell_removed(struct differing *d, uint32_t row, struct err *err)
{
    const void *data;
    size_t len;
    const char *id, *title;
    const char *source = d->report->sources[d->previous->source_now[d->previous->ledger.entries[row].source]].name;
    arena_reset(&d->arena);
    TRY(previous_stored(d->previous, row, &data, &len, err));
    TRY(stored_name(data, len, &d->arena, &id, &title, err));
    begin(d, "-", "removed", source, id, title);
    return end(d, err);
}

static enum status tell_all(struct differing *d, struct err *err)
{
    struct ledger_index ids;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < d->tonight->count && status == STATUS_OK; i++)
        status = tell_entry(d, i, err);
    TRY(status);
    TRY(tonight_index(d->tonight, &ids, err));
    for (uint32_t row = 0; row < d->previous->ledger.rows && status == STATUS_OK; row++) {
        uint32_t now = ledger_find_id(&ids, d->tonight->entries, d->previous->ledger.entries[row].id);
        if (now == LEDGER_NONE || d->tonight->state[now] != ENTRY_SHOWN)
            status = tell_removed(d, row, err);
    }
    ledger_index_release(&ids);
    return status;
}

enum status differences(const struct report *report, struct previous *previous, const struct tonight *tonight,
                        const struct fresh_records *fresh, bool json, difference_fn *give, void *context,
                        struct err *err)
{
    struct differing d = {report, previous, tonight, fresh, json, give, context, ARENA_INIT, BUF_INIT, BUF_INIT, true};
    enum status status = tell_all(&d, err);
    arena_release(&d.arena);
    buf_release(&d.text);
    buf_release(&d.data);
    return status;
}
