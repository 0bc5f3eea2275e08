/* Importers: from one object of a foreign JSON format to a record of ours, as a line of our JSON Lines would say it
 * (docs/data-format.md).  The record then goes the way of every record, record_from_json() and its checks; a problem
 * found there is told with the field of the foreign object that the value came from.
 *
 *   file -> json_stream (objects one by one) -> format.map -> record_from_json -> problems, record
 *
 * A mapping is lenient where the foreign format is: what it cannot read of an optional field it leaves out with a
 * warning (import_value.h does that for texts, addresses and numbers), and what only the validator knows it leaves to
 * the validator.  What it does not know it leaves out: never null, "", [] or {} (import_put() sees to it).
 *
 * A new format is a file with a struct import_format, a line in import.c and a field map in docs/. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/status.h"
#include "validate.h"

/* ---- what a mapping has to tell -------------------------------------------------------------------------------- */

/* Belongs to one object; everything in it lives in the arena. */
struct import_notes {
    struct arena *arena;
    struct problems *problems; /* where notes go, in words that name the foreign field */
    struct import_origin *origins;
    size_t origin_count, origin_capacity;
    /* How a path is shown, for a mapping of what has been brought into another form before: in the arena or constant.
     * NULL: as it is. */
    const char *(*shown)(struct import_notes *notes, const char *path);
    bool failed; /* out of memory */
};

void import_notes_init(struct import_notes *notes, struct arena *arena, struct problems *problems);

/* The id that our record will have, for the messages; copied.  Say it first. */
void import_notes_id(struct import_notes *notes, const char *id);

/* `path`: in the foreign object, "serviceNames[0].value"; NULL: the object as a whole.  `value`: what stands there,
 * NULL when there is nothing to show.  `mend`: what the source's owner should do, constant or in the arena; NULL.
 * The format gives what is wrong: "is no web address". */
struct import_note {
    enum problem_code code;
    const char *path;
    const json_t *value;
    const char *mend;
};

/* The object is taken, but somebody should look: what could not be read was left out. */
void import_warn(struct import_notes *notes, const struct import_note *note, const char *what, ...)
    __attribute__((format(printf, 3, 4)));
/* The object is refused. */
void import_refuse(struct import_notes *notes, const struct import_note *note, const char *what, ...)
    __attribute__((format(printf, 3, 4)));
/* The object is none that we take, and that is no fault: not published, deleted, part of another.  For a mapping that
 * gives no record. */
void import_skip(struct import_notes *notes, const char *path, const json_t *value, const char *why, ...)
    __attribute__((format(printf, 4, 5)));

/* Where in the foreign object our field, and what is inside it, came from: import_origin(notes, "place[0]",
 * "location").  The longest of ours that fits counts.  Both are copied. */
void import_origin(struct import_notes *notes, const char *ours, const char *theirs);
/* A path in the arena; "" without memory. */
const char *import_path(struct import_notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- what objects refer to ------------------------------------------------------------------------------------- */

/* Objects of the files of a run that others refer to: keywords, places, organisations, general descriptions,
 * occurrences of a series.  Kept as short JSON text within IMPORT_LOOKUP_BYTES, so put in only what will be asked for.
 * Sets are named by the format, "place", "keyword" …; ids of one set do not meet those of another. */
struct import_lookup;

enum {
    IMPORT_LOOKUP_BYTES = 512 << 20, /* of text, all files together */
    IMPORT_ID_BYTES = 300,           /* longer ids are not kept and never found */
};

enum status import_lookup_new(struct import_lookup **lookup, struct err *err) MUST_USE;
void import_lookup_free(struct import_lookup *lookup);

/* Adds an object (borrowed).  Several under one id are all kept, in order.  STATUS_NOMEM; STATUS_LIMIT with a message
 * when the room is used up. */
enum status import_lookup_add(struct import_lookup *lookup, const char *set, const char *id, const json_t *object,
                              struct err *err) MUST_USE;
/* What is collected from now on is in files beside the run's own (references.h), which give no records: an event there
 * must not stand for others. */
void import_lookup_set_beside(struct import_lookup *lookup, bool beside);
bool import_lookup_is_beside(const struct import_lookup *lookup);
/* How many objects of that id there are; 0 also with a lookup of NULL. */
size_t import_lookup_count(const struct import_lookup *lookup, const char *set, const char *id);
/* A new reference to the index-th of them; NULL when there is none, or no memory. */
json_t *import_lookup_get(const struct import_lookup *lookup, const char *set, const char *id, size_t index);

/* ---- formats --------------------------------------------------------------------------------------------------- */

struct import_format {
    const char *name;  /* "ptv", "linkedevents", "lahella", "hsds" */
    const char *title; /* for messages: "Linked Events" */
    /* Does this object look like one of the format?  Asked of the first objects of a file to find its format, and of
     * each object then.  Must not take our own records for its own ("id" and "kind"). */
    bool (*recognise)(const json_t *object);
    /* Puts what others may refer to in this object into the lookup; called for each object of all files before the
     * first is mapped.  NULL: nothing refers to anything. */
    enum status (*collect)(const json_t *object, struct import_lookup *lookup, struct err *err);
    /* Appends to `out` (borrowed) the objects that are to be mapped for one object of a file: itself, and those within
     * it that become records of their own.  NULL: the object itself.  lookup may be NULL.  STATUS_NOMEM. */
    enum status (*expand)(const json_t *object, const struct import_lookup *lookup, json_t *out, struct err *err);
    /* *record gets a new reference to our record; or NULL when the object is none that we take, with import_skip()
     * saying why, or without a word for what is only there to be referred to (a keyword, a list of ids).
     * lookup may be NULL.  STATUS_NOMEM; everything else is a note. */
    enum status (*map)(const json_t *object, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err);
};

/* All of them, ended by NULL. */
extern const struct import_format *const import_formats[];

const struct import_format *import_format_named(const char *name);         /* NULL */
const struct import_format *import_format_of(const json_t *object);        /* the first that recognises it; NULL */

#endif
