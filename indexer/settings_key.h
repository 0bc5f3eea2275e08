/* The keys of the configuration file, one row each: the parser, the tests of the documentation and of the example walk
 * the same table. Private to settings*.c and the tests. */
#ifndef OPASTIN_INDEXER_SETTINGS_KEY_H
#define OPASTIN_INDEXER_SETTINGS_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "indexer/settings.h"

enum settings_section { SECTION_INDEX, SECTION_REPORT, SECTION_SOURCE, SECTION_GOLDEN, SETTINGS_SECTIONS };
struct settings_section_row {
    const char *name;
    const char *list; /* of the named ones, what each is: "source"; NULL: there is one, without a name */
    size_t most;      /* of it in a file */
};
extern const struct settings_section_row settings_sections[SETTINGS_SECTIONS];

enum settings_kind {
    SETTINGS_TEXT,     /* const char *; min..max characters */
    SETTINGS_FOLDER,   /* const char *; joined to the file's folder */
    SETTINGS_FILES,    /* const char *[max], a list; each a path or a pattern of file names */
    SETTINGS_IDS,      /* const char *[max], a list of record ids */
    SETTINGS_CHOICE,   /* const char *; one of the choices */
    SETTINGS_LANGUAGE, /* enum ui_lang */
    SETTINGS_MAIL,     /* const char *; an address alone, fit for a mail's header */
    SETTINGS_URL,      /* const char *; without a slash at its end */
    SETTINGS_URL_ID,   /* const char *; {id} may be in it */
    SETTINGS_NUMBER,   /* unsigned, min..max */
    SETTINGS_COUNT,    /* uint64_t, min..max */
    SETTINGS_DECIMAL,  /* double, min..max; at most three decimals behind a point or comma */
};

struct settings_key {
    enum settings_section section;
    const char *name;
    enum settings_kind kind;
    size_t at;       /* of the value in its struct */
    size_t count_at; /* of a list's count (size_t) */
    unsigned min, max;
    const char *choices;   /* "a|b" */
    const char *initial;   /* the default, as it would stand in the file; NULL: none */
    const char *otherwise; /* without a default: what holds when the key is not there; NULL: the key must be there */
    const char *help;      /* one line */
};
enum { SETTINGS_KEYS = 24 };
extern const struct settings_key settings_keys[SETTINGS_KEYS];

/* NULL: no such key in the section. */
const struct settings_key *settings_key_find(enum settings_section section, const char *name);
/* The one that is most like a wrong name; NULL when none is. */
const char *settings_key_nearest(enum settings_section section, const char *name);
bool settings_key_is_list(const struct settings_key *key);
/* "a whole number from 1 to 1000": for errors and documentation. */
void settings_key_allowed(const struct settings_key *key, struct buf *out);

/* Reads a value (no zero byte, no control character, not empty) into the object, which is struct settings,
 * settings_source or settings_golden as the key's section has it.  folder: of the configuration file, with its slash,
 * or
 * "".  STATUS_INVALID, STATUS_LIMIT (a list's items, a path's bytes), STATUS_NOMEM. */
enum status settings_value_set(const struct settings_key *key, void *object, const char *value, const char *folder,
                               struct arena *arena, struct err *err) MUST_USE;

/* Offset of the first byte that is not UTF-8 or begins a character that no line may have, whoever shows it: controls,
 * line separators, marks that turn the direction of writing; len when there is none. */
size_t settings_text_check(const char *text, size_t len);
/* 1..SETTINGS_NAME_BYTES-1 characters of a-z 0-9 - _, the first a letter or digit. */
bool settings_name_valid(const char *text, size_t len);

#endif
