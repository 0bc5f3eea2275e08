/* THE field table: one row per field of a record, with a sub-table for each nested object.
 *
 * Reading and writing JSON, mapping CSV columns, hashing, the maintainers' documentation and the tests walk this table;
 * a new field is a new member in record.h and a new row here.  The tables are constant. */
#ifndef OPASTIN_FIELD_H
#define OPASTIN_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "vocab/vocab.h"

/* The type says what the JSON looks like and which C member stands at `offset`. */
enum field_type {
    FIELD_STRING,      /* "text"; const char * */
    FIELD_TEXT,        /* "text" (Finnish) or {"fi","sv","en"}; struct localised */
    FIELD_STRINGS,     /* ["text"]; const char ** */
    FIELD_TEXTS,       /* list of FIELD_TEXT; struct localised * */
    FIELD_CHOICE,      /* one of `choices`; uint8_t */
    FIELD_CHOICES,     /* list of `choices`; uint8_t mask */
    FIELD_CODE,        /* one code of `vocab`; uint16_t */
    FIELD_CODES,       /* list of codes of `vocab`; uint16_t * */
    FIELD_AREAS,       /* list of area codes, read by the sibling "scope"; uint16_t * */
    FIELD_INTEGER,     /* whole number; int16_t */
    FIELD_NUMBER,      /* number; double */
    FIELD_BOOL,        /* true or false; uint8_t (enum tristate) */
    FIELD_DATE,        /* "2026-12-01"; int32_t day */
    FIELD_MOMENT,      /* "2026-12-01" or "2026-12-01T18:00"; struct moment */
    FIELD_CLOCK,       /* "18:00"; int16_t minute */
    FIELD_NTH,         /* list of 1..5 and -1; uint8_t mask */
    FIELD_DAYS,        /* list of dates and {"from","to"}; struct day_range * */
    FIELD_SHOWN,       /* true, false or list of `choices`; uint8_t mask */
    FIELD_OBJECT,      /* object of `sub`; the struct itself */
    FIELD_OBJECTS,     /* list of objects of `sub`; struct * */
    FIELD_BY_LANGUAGE, /* {"fi": object of `sub`, "sv": …}; the members of `sub` are struct localised */
    FIELD_TYPES
};

/* What a string must look like; the normaliser and the check of that form. */
enum field_form {
    FORM_LINE,       /* one line of plain text */
    FORM_PARAGRAPHS, /* plain text; "\n" and "\n\n" kept */
    FORM_ID,         /* [a-z0-9][a-z0-9._:-]{0,99} */
    FORM_URL,        /* http or https */
    FORM_EMAIL,
    FORM_PHONE,
    FORM_POSTAL_CODE, /* five digits */
    FORM_BUSINESS_ID, /* seven digits, hyphen, right check digit */
    FORM_COUNT
};

/* The search weight group of a field's text (codes: of their labels). */
enum field_group {
    GROUP_NONE,
    GROUP_TITLE,
    GROUP_ORGANISATION,
    GROUP_KEYWORD,
    GROUP_LABEL,
    GROUP_SUMMARY,
    GROUP_BODY,
    GROUP_PLACE,
    GROUP_COUNT
};

enum field_flag {
    FIELD_REQUIRED = 1,   /* an object without it is refused */
    FIELD_NO_MEANING = 2, /* source bookkeeping: not in record_hash() */
    FIELD_SHORTHAND = 4,  /* list items may be a plain string, which stands for their first field */
    FIELD_DEFAULT = 8,    /* ordinal 0 is the default: taken when absent, not written */
};

/* Bit of a kind in field.kinds. */
#define KIND_BIT(kind) (1u << (kind))

struct field {
    const char *path; /* "place.postal_code"; unique over all tables */
    const char *json; /* key in its object: "postal_code" */
    enum field_type type;
    size_t offset;                 /* of the member in its struct */
    size_t count_offset;           /* of a list's count */
    enum vocab_name vocab;         /* of FIELD_CODE and FIELD_CODES; without meaning for other types */
    const char *const *choices;    /* NULL-terminated codes; index = ordinal or bit */
    enum field_form form;          /* of strings and texts */
    size_t max_chars;              /* characters of each string, after normalisation */
    size_t max_items;              /* of lists */
    double min, max;               /* numbers; both allowed */
    int decimals;                  /* numbers are rounded to this many */
    unsigned kinds;                /* KIND_BIT mask of the kinds that have the field; 0: every kind */
    const struct field_table *sub; /* of objects */
    const char *headers;           /* CSV column names divided by '|', Finnish first; NULL: no column of its own */
    enum field_group group;
    unsigned flags;   /* enum field_flag */
    const char *help; /* one English line */
    const char *mend; /* what to do about a bad value, for messages; NULL: nothing special */
};

struct field_table {
    const struct field *fields;
    size_t count;
    size_t size; /* of the struct */
};

/* Limits that are not a row's own. */
enum {
    FIELD_HEADER_BYTES = 100, /* longest CSV header that is looked up */
    FIELD_YEAR_MIN = 1900,    /* dates outside these years are slips of the pen */
    FIELD_YEAR_MAX = 2199,
};

/* The top-level table, of struct record. */
const struct field_table *field_table(void);

/* The row of a key in a table; NULL when there is none. */
const struct field *field_find(const struct field_table *table, const char *json, size_t len);
/* The row of a path, "place.postal_code"; indexes are skipped: "place[0].postal_code". */
const struct field *field_find_path(const char *path);
/* The row of a CSV header (case, spaces, hyphens and underscores do not matter); "nimi_sv" gives the title with
 * *lang RECORD_SV, otherwise *lang is -1. */
const struct field *field_find_header(const char *header, int *lang);
/* The folded form that headers are compared by: lower-case letters and digits only. */
void field_fold_header(const char *header, char folded[FIELD_HEADER_BYTES]);
/* True when the folded header is one of the '|' divided names. */
bool field_header_among(const char *names, const char *folded);

/* The known key that is most like a wrong one (edit distance at most a third of its length); NULL when none is. */
const char *field_nearest(const struct field_table *table, const char *json);
/* Insertions, deletions, changes and swaps of neighbours between two short names, ASCII case ignored; large when one is
 * too long to compare. */
size_t field_distance(const char *a, const char *b);

/* Calls visit for every row of every table, parents before children; stops when visit returns false. */
typedef bool field_visit(void *context, const struct field *field);
bool field_walk(field_visit *visit, void *context);

bool field_has_kind(const struct field *field, unsigned kind);

/* Sets every member of a struct unknown. */
void field_init(const struct field_table *table, void *object);
/* The member of an object by a row of its table; the items of a list, and their number. */
const void *field_member(const struct field *field, const void *object);
const void *field_items(const struct field *field, const void *object);
size_t field_count(const struct field *field, const void *object);
/* True when the object says anything for the field. */
bool field_known(const struct field *field, const void *object);

const char *field_type_name(enum field_type type);    /* "list of codes" */
const char *field_group_name(enum field_group group); /* "organisation", "none" */

#endif
