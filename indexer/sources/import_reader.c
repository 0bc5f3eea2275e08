#include "indexer/sources/import_reader.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/sources/import.h"
#include "indexer/sources/json_stream.h"
#include "record.h"

static enum status read_bytes(void *context, const unsigned char **bytes, size_t *len, struct err *err)
{
    return source_read_bytes(context, bytes, len, err);
}

/* ---- before reading --------------------------------------------------------------------------------------------- */

static bool is_ours(const json_t *object)
{
    return json_is_string(json_object_get(object, "kind")) && json_is_string(json_object_get(object, "id"));
}

enum status import_detect(struct source *source, const struct import_format **format, struct err *err)
{
    struct json_stream *stream;
    struct json_stream_item item = {0};
    enum status status = STATUS_OK;
    bool ours = false;
    *format = NULL;
    TRY(json_stream_new(&stream, read_bytes, source, err));
    for (int i = 0; status == STATUS_OK && !ours && !*format && i < IMPORT_DETECT_OBJECTS; i++) {
        status = json_stream_next(stream, &item, err);
        if (status != STATUS_OK || item.kind == JSON_STREAM_END)
            break;
        ours = item.object && is_ours(item.object);
        *format = item.object && !ours ? import_format_of(item.object) : NULL;
        json_decref(item.object);
    }
    json_stream_free(stream);
    return status;
}

enum status import_collect(struct source *source, struct import_lookup *lookup, struct err *err)
{
    struct json_stream *stream;
    struct json_stream_item item;
    TRY(source_rewind(source, err));
    TRY(json_stream_new(&stream, read_bytes, source, err));
    enum status status;
    while ((status = json_stream_next(stream, &item, err)) == STATUS_OK && item.kind != JSON_STREAM_END) {
        const struct import_format *format = source_import(source);
        if (!item.object || !format || !format->recognise(item.object)) /* a file may hold objects of others too */
            format = item.object ? import_format_of(item.object) : NULL;
        if (format && format->collect)
            status = format->collect(item.object, lookup, err);
        json_decref(item.object);
        if (status != STATUS_OK)
            break;
    }
    json_stream_free(stream);
    return status;
}

/* ---- the reader ------------------------------------------------------------------------------------------------- */

struct import_state {
    const struct import_format *format;
    struct json_stream *stream;
    json_t *waiting; /* objects of the one read last, not mapped yet */
    size_t next;     /* of them */
    uint64_t line;   /* where it begins */
    bool utf16, told;
};

static void import_free(void *state)
{
    struct import_state *import = state;
    if (import) {
        json_stream_free(import->stream);
        json_decref(import->waiting);
    }
    free(import);
}

static enum status import_open(struct source *source, void **state, struct err *err)
{
    struct import_state *import = calloc(1, sizeof *import);
    const unsigned char *bytes;
    size_t len;
    if (!import)
        return err_set(err, STATUS_NOMEM, "out of memory");
    *state = import;
    if (!(import->waiting = json_array()))
        return err_set(err, STATUS_NOMEM, "out of memory");
    import->format = source_import(source);
    TRY(source_read_bytes(source, &bytes, &len, err));
    import->utf16 = source_looks_utf16(bytes, len);
    if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        source_set_encoding(source, SOURCE_UTF8_BOM, 0);
    TRY(source_rewind(source, err));
    return json_stream_new(&import->stream, read_bytes, source, err);
}

/* Something that is no object. */
static void tell_broken(const struct json_stream_item *broken, struct problems *problems, struct source_item *item)
{
    struct problem_words words = {.mend = broken->mend};
    bool cost_none = broken->kind == JSON_STREAM_FAULT && broken->code == PROBLEM_NOTE;
    item->kind = cost_none ? SOURCE_NOTICE : SOURCE_REJECTED;
    if (cost_none)
        problem_warning(problems, broken->code, &words, "%s", broken->what);
    else
        problem_error(problems, broken->code, &words, "%s", broken->what);
}

static void tell_stranger(const struct import_state *import, const json_t *object, struct problems *problems)
{
    const struct import_format *other = import_format_of(object);
    struct problem_words words = {.mend = other || is_ours(object) ? "put it into a file of its own"
                                                                  : "look at what the source gives out"};
    if (other)
        problem_error(problems, PROBLEM_TYPE, &words, "is no object of %s, but one of %s", import->format->title,
                      other->title);
    else if (is_ours(object))
        problem_error(problems, PROBLEM_TYPE, &words, "is no object of %s, but a record of ours",
                      import->format->title);
    else
        problem_error(problems, PROBLEM_TYPE, &words, "is no object of %s", import->format->title);
}

enum status import_read_object(const struct import_format *format, const struct import_lookup *lookup,
                               const json_t *object, struct arena *arena, struct record *record,
                               struct problems *problems, struct source_item *item, struct err *err)
{
    struct import_notes *notes = arena_alloc(arena, sizeof *notes);
    json_t *ours = NULL;
    if (!notes)
        return arena_nomem(err);
    import_notes_init(notes, arena, problems);
    enum status status = format->map(object, lookup, notes, &ours, err);
    if (status == STATUS_OK && notes->failed)
        status = arena_nomem(err);
    item->id = problems->id;
    if (status == STATUS_OK && ours) {
        enum status read = record_from_json(ours, arena, record, problems);
        status = read == STATUS_NOMEM || notes->failed ? arena_nomem(err) : STATUS_OK;
        item->id = record->id ? record->id : item->id;
        item->kind = problems->errors ? SOURCE_REJECTED : SOURCE_RECORD;
    } else if (status == STATUS_OK && problems->errors + problems->warnings > 0) {
        item->kind = problems->errors ? SOURCE_REJECTED : SOURCE_SKIPPED;
    }
    json_decref(ours);
    return status;
}

/* The next object of the file, and what is in it, to those that wait; *told when there is no more, or a fault that
 * stands in problems and item. */
static enum status read_next(struct import_state *import, struct source *source, struct problems *problems,
                             struct source_item *item, bool *told, struct err *err)
{
    struct json_stream_item found;
    TRY(json_stream_next(import->stream, &found, err));
    *told = found.kind != JSON_STREAM_OBJECT;
    if (found.kind == JSON_STREAM_END)
        return STATUS_OK;
    problems_at(problems, source_shown_path(source), found.line);
    item->line = import->line = found.line;
    json_array_clear(import->waiting);
    import->next = 0;
    enum status status = STATUS_OK;
    if (*told) {
        tell_broken(&found, problems, item);
    } else if (!import->format->recognise(found.object)) {
        tell_stranger(import, found.object, problems);
        item->kind = SOURCE_REJECTED;
        *told = true;
    } else if (import->format->expand) {
        status = import->format->expand(found.object, source_lookup(source), import->waiting, err);
    } else if (json_array_append(import->waiting, found.object) != 0) {
        status = err_set(err, STATUS_NOMEM, "out of memory");
    }
    json_decref(found.object);
    return status;
}

static enum status import_next(struct source *source, void *state, struct arena *arena, struct record *record,
                               struct problems *problems, struct source_item *item, struct err *err)
{
    struct import_state *import = state;
    if (import->utf16 || !import->format) {
        if (!import->told)
            source_notice(source, problems, item, import->utf16 ? PROBLEM_ENCODING : PROBLEM_TYPE,
                          import->utf16 ? "the file is UTF-16, not UTF-8"
                                        : "the file is of no format that is known here",
                          import->utf16 ? "convert it: iconv -f UTF-16 -t UTF-8 old.json > new.json"
                                        : "look at its first objects; the formats are in docs/");
        import->told = true;
        return STATUS_OK;
    }
    while (item->kind == SOURCE_END) {
        if (import->next == json_array_size(import->waiting)) {
            bool told;
            TRY(read_next(import, source, problems, item, &told, err));
            if (told)
                return STATUS_OK;
            continue;
        }
        const json_t *object = json_array_get(import->waiting, import->next++);
        problems_at(problems, source_shown_path(source), import->line);
        item->line = import->line;
        TRY(import_read_object(import->format, source_lookup(source), object, arena, record, problems, item, err));
    }
    return STATUS_OK;
}

const struct source_reader import_reader = {SOURCE_IMPORT, import_open, import_next, import_free};
