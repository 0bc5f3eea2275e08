#include "indexer/sources/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/lahella.h"
#include "indexer/sources/linkedevents.h"
#include "indexer/sources/outpost.h"
#include "indexer/sources/ptv.h"
#include "messages.h"

enum { WORDS_BYTES = 400, VALUE_BYTES = 4 * PROBLEM_VALUE_CHARS + 8, VALUE_DIGITS = 12 };

const struct import_format *const import_formats[] = {&linkedevents_format, &lahella_format, &ptv_format,
                                                       &hsds_format, &outpost_format, NULL};

const struct import_format *import_format_named(const char *name)
{
    for (const struct import_format *const *format = import_formats; *format; format++)
        if (strcmp((*format)->name, name) == 0)
            return *format;
    return NULL;
}

const struct import_format *import_format_of(const json_t *object)
{
    for (const struct import_format *const *format = import_formats; *format; format++)
        if ((*format)->recognise(object))
            return *format;
    return NULL;
}

/* ---- origins --------------------------------------------------------------------------------------------------- */

struct import_origin {
    const char *ours, *theirs;
};

/* "place[0]" holds "place[0].lat" and itself, not "place[01]". */
static bool path_within(const char *path, const char *outer)
{
    size_t len = strlen(outer);
    return strncmp(path, outer, len) == 0 && (path[len] == '\0' || path[len] == '.' || path[len] == '[');
}

static const char *origin_of(const void *context, const char *path)
{
    const struct import_notes *notes = context;
    const struct import_origin *found = NULL;
    for (size_t i = 0; i < notes->origin_count; i++) {
        const struct import_origin *origin = &notes->origins[i];
        if (path_within(path, origin->ours) && (!found || strlen(origin->ours) > strlen(found->ours)))
            found = origin;
    }
    return found ? found->theirs : NULL;
}

void import_origin(struct import_notes *notes, const char *ours, const char *theirs)
{
    theirs = notes->shown ? notes->shown(notes, theirs) : theirs;
    if (notes->origin_count == notes->origin_capacity) {
        size_t capacity = notes->origin_capacity ? 2 * notes->origin_capacity : 32;
        struct import_origin *list = arena_array(notes->arena, capacity, sizeof *list);
        if (!list) {
            notes->failed = true;
            return;
        }
        if (notes->origin_count)
            memcpy(list, notes->origins, notes->origin_count * sizeof *list);
        notes->origins = list;
        notes->origin_capacity = capacity;
    }
    struct import_origin origin = {arena_copy(notes->arena, ours, strlen(ours)),
                                   arena_copy(notes->arena, theirs, strlen(theirs))};
    if (origin.ours && origin.theirs)
        notes->origins[notes->origin_count++] = origin;
    else
        notes->failed = true;
}

const char *import_path(struct import_notes *notes, const char *format, ...)
{
    char text[PROBLEM_PATH_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = arena_copy(notes->arena, text, len < 0 ? 0 : utf8_cut(text, strlen(text), sizeof text - 1));
    notes->failed = notes->failed || !copy;
    return copy ? copy : "";
}

/* ---- notes ----------------------------------------------------------------------------------------------------- */

void import_notes_init(struct import_notes *notes, struct arena *arena, struct problems *problems)
{
    *notes = (struct import_notes){.arena = arena, .problems = problems};
    problems->column_of = origin_of;
    problems->column_context = notes;
    problems->foreign = true;
}

void import_notes_id(struct import_notes *notes, const char *id)
{
    const char *copy = id ? arena_copy(notes->arena, id, strlen(id)) : NULL;
    notes->failed = notes->failed || (id && !copy);
    problems_set_id(notes->problems, copy);
}

static int keep_beginning(const char *bytes, size_t len, void *context)
{
    struct buf *buf = context;
    size_t room = buf->len < VALUE_BYTES ? VALUE_BYTES - buf->len : 0;
    buf_add(buf, bytes, len < room ? len : room);
    return 0;
}

/* The words of a value as it stands; the buffer holds them. */
static void value_words(const json_t *value, struct buf *buf, struct problem_words *words)
{
    if (!value || json_is_null(value))
        return;
    words->bare = !json_is_string(value);
    if (words->bare)
        json_dump_callback(value, keep_beginning, buf,
                           JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(VALUE_DIGITS));
    else
        keep_beginning(json_string_value(value), json_string_length(value), buf);
    words->value = buf_str(buf);
    words->value_len = utf8_cut(words->value, buf->len, VALUE_BYTES - 4);
}

static void note_add(struct import_notes *notes, enum problem_severity severity, const struct import_note *note,
                     const char *what, va_list args)
{
    struct problems *problems = notes->problems;
    struct problem_words words = {.mend = note->mend};
    struct buf value = BUF_INIT;
    char text[WORDS_BYTES];
    vsnprintf(text, sizeof text, problem_text(what), args);
    value_words(note->value, &value, &words);
    problems->column_of = NULL; /* the path is a foreign one already */
    const char *path = note->path && notes->shown ? notes->shown(notes, note->path) : note->path;
    if (path)
        problems_push(problems, path);
    if (severity == PROBLEM_ERROR)
        problem_error(problems, note->code, &words, "%s", text);
    else
        problem_warning(problems, note->code, &words, "%s", text);
    if (path)
        problems_pop(problems);
    problems->column_of = origin_of;
    buf_release(&value);
}

void import_warn(struct import_notes *notes, const struct import_note *note, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    note_add(notes, PROBLEM_WARNING, note, what, args);
    va_end(args);
}

void import_refuse(struct import_notes *notes, const struct import_note *note, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    note_add(notes, PROBLEM_ERROR, note, what, args);
    va_end(args);
}

void import_skip(struct import_notes *notes, const char *path, const json_t *value, const char *why, ...)
{
    va_list args;
    va_start(args, why);
    note_add(notes, PROBLEM_WARNING, &(struct import_note){PROBLEM_SKIPPED, path, value, NULL}, why, args);
    va_end(args);
}
