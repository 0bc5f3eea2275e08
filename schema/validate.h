/* What is wrong with a record, said so that a person can mend it; and the rules that hold across fields.
 *
 * A problem list belongs to one record (or one broken line) and lives in the caller's arena.  Errors reject the
 * record, warnings do not.  All problems of a record are found in one pass, PROBLEMS_KEPT are kept, the rest counted.
 *
 *   struct problems problems;
 *   problems_init(&problems, &arena);
 *   problems_at(&problems, "corpus/a.jsonl", 41);
 *   status = record_from_json(object, &arena, &record, &problems);
 *   for (i = 0; i < problems.count; i++)
 *       problem_format(&problems.list[i], &buf);
 */
#ifndef OPASTIN_VALIDATE_H
#define OPASTIN_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct record;

enum {
    SCHEDULE_NIGHT_MINUTE = 8 * 60, /* hours over midnight end by then; a later end before the beginning is an error */
    PROBLEMS_KEPT = 200,            /* per record; more are counted in `dropped` */
    PROBLEM_VALUE_CHARS = 80,       /* shown of a value; "…" behind a cut one */
    PROBLEM_PATH_BYTES = 120,       /* longest field path */
    PROBLEM_PATH_DEPTH = 16,
};

enum problem_severity { PROBLEM_WARNING, PROBLEM_ERROR };

/* For counting; the words are in the problem. */
enum problem_code {
    PROBLEM_SYNTAX,    /* not JSON, not a CSV row */
    PROBLEM_ENCODING,  /* not UTF-8, NUL or control characters */
    PROBLEM_TOO_BIG,   /* line, row, text, list or nesting above its limit */
    PROBLEM_DUPLICATE, /* the same key or list value twice */
    PROBLEM_UNKNOWN_FIELD,
    PROBLEM_OTHER_KIND, /* a field that the kind does not have */
    PROBLEM_TYPE,       /* a string where a number belongs … */
    PROBLEM_MISSING,    /* a required field is absent or empty */
    PROBLEM_EMPTY,      /* null, "" or [] where the field should be left out */
    PROBLEM_RANGE,      /* number or date outside its limits */
    PROBLEM_CODE,       /* not in the vocabulary */
    PROBLEM_FORM,       /* not an e-mail address, date, URL … */
    PROBLEM_CONFLICT,   /* two fields contradict each other */
    PROBLEM_NOTE,       /* accepted, but somebody should look */
    PROBLEM_SKIPPED,    /* a foreign object that is none to take: not published, part of another */
    PROBLEM_CODES
};

/* All strings but `file` (see problems_at) live in the arena or are constant, and are well-formed UTF-8 without control
 * characters. */
struct problem {
    enum problem_severity severity;
    enum problem_code code;
    const char *file;    /* NULL unknown */
    uint64_t line;       /* from 1; 0 unknown */
    const char *id;      /* of the record; NULL unknown */
    const char *field;   /* path, "place[0].postal_code"; NULL: the record as a whole */
    const char *column;  /* CSV column or field of the foreign object that the value came from, beside a field; NULL */
    bool foreign;        /* column is such a field */
    const char *value;   /* as read, cut at PROBLEM_VALUE_CHARS; NULL: none to show */
    bool bare;           /* the value is a list or an object: shown without quotation marks */
    const char *what;    /* "is above 120" */
    const char *allowed; /* "0..120"; NULL: nothing to add */
    const char *mend;    /* "write the age in whole years"; NULL */
};

/* Names the CSV column, or the field of a foreign object, of a field path; NULL when none fits. Set by the readers. */
typedef const char *problem_column(const void *context, const char *path);

struct problems {
    struct arena *arena;
    struct problem *list;
    size_t count, capacity;
    size_t errors, warnings; /* found, the dropped ones too */
    size_t dropped;
    bool failed; /* out of memory: the list is not complete */

    /* Context of the next problems. */
    const char *file;
    uint64_t line;
    const char *id;
    problem_column *column_of;
    const void *column_context;
    bool foreign; /* what column_of names is a field of a foreign object */
    struct {
        const char *key; /* NULL: an index */
        size_t index;
    } path[PROBLEM_PATH_DEPTH];
    size_t path_depth;
};

void problems_init(struct problems *problems, struct arena *arena);
/* Empties the list (the arena is the caller's to reset) and sets the location; file must outlive the problems. */
void problems_at(struct problems *problems, const char *file, uint64_t line);
void problems_set_id(struct problems *problems, const char *id);

/* The path of the field being read; push and pop in pairs.  Beyond PROBLEM_PATH_DEPTH it is counted, not kept. */
void problems_push(struct problems *problems, const char *key);
void problems_push_index(struct problems *problems, size_t index);
void problems_pop(struct problems *problems);

/* True when an error at the field, or inside it, is in the list: "place" for "place[0].lat". */
bool problems_mention(const struct problems *problems, const char *field);

/* What to say; unset members are NULL. */
struct problem_words {
    const char *value;
    size_t value_len; /* 0 with a value: strlen */
    bool bare;
    const char *allowed; /* this and mend: constant or in the arena */
    const char *mend;
};

/* Adds a problem at the current path. The format gives `what`. Always returns STATUS_INVALID, so that a check can end
 * with it. */
enum status problem_error(struct problems *problems, enum problem_code code, const struct problem_words *words,
                          const char *what, ...) __attribute__((format(printf, 4, 5)));
void problem_warning(struct problems *problems, enum problem_code code, const struct problem_words *words,
                     const char *what, ...) __attribute__((format(printf, 4, 5)));

/* One line without a newline:
 *   corpus/a.jsonl:41: id kuopio-x: field age_max: "720" is above 120; allowed 0..120; write the age in whole years
 *   corpus/b.csv:7: id salo-y: column "ikä_loppu" (age_max): …
 *   events.json:310: id helsinki:x: field audience_max_age (age_max): …
 * A warning has "warning: " before the field. */
void problem_format(const struct problem *problem, struct buf *out);
const char *problem_code_name(enum problem_code code);             /* "unknown-field" */
const char *problem_severity_name(enum problem_severity severity); /* "error" */

/* The rules across fields: end before start, ages, valid_to before valid_from, every without valid_from, hours, weekday
 * against start, title missing, contact without any shown way, postal code against municipality, fields of another
 * kind.  For records that were made without record_from_json(), which calls it.  STATUS_INVALID when it added an
 * error, STATUS_NOMEM. */
enum status record_validate(const struct record *record, struct problems *problems) MUST_USE;

#endif
