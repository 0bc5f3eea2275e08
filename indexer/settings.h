/* The one configuration file of opastin-indexer: which sources there are, what may change in a night, what must be
 * found.
 *
 *   [index]                      where the generations lie, how many stay
 *   [report]                     where reports go, for whom, in which language
 *   [source NAME]                files, format, owner, licence, where a record is edited, limits of its guards
 *   [golden NAME]                a query that must find what it is meant to find
 *
 * docs/operations.md names every key.  An unknown section or key, a value outside its limits and a key or section that
 * is there twice (but the keys `path` and `expect`, which are lists) are errors that say file, line, key, value and
 * what is allowed.  The file is UTF-8; no line of it has a control character, so no value can add a line to a mail, a
 * report or the log.  A comment stands on a line of its own, and a line has at most 197 bytes, which is libinih's
 * limit. */
#ifndef OPASTIN_INDEXER_SETTINGS_H
#define OPASTIN_INDEXER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "vocab/vocab.h"

enum {
    SETTINGS_BYTES = 1 << 20,       /* of the file */
    SETTINGS_SOURCES = 100,
    SETTINGS_PATHS = 32,            /* files of a source */
    SETTINGS_GOLDEN = 200,
    SETTINGS_EXPECTED = 10,         /* ids of a golden query */
    SETTINGS_NAME_BYTES = 64,       /* of a source or golden query, with the zero; a-z 0-9 - _ */
};

/* What a night may change in one source before it is stopped; a tripped guard keeps the source's previous records. */
struct guard_limits {
    uint64_t deletions;        /* tripped when more are gone than this and … */
    double deletions_percent;  /* … more than this share of the source's records */
    double rejected_percent;   /* of what was read */
    unsigned age_days;         /* of the newest of its files; 0: not looked at */
    double drift_points;       /* a field's share may fall by so many percentage points */
    uint64_t records;          /* at least so many must be read */
};
extern const struct guard_limits guard_limits_default; /* 5, 20, 2, 7, 10, 1 */

struct settings_source {
    char name[SETTINGS_NAME_BYTES];
    /* From the configuration file's folder when relative.  A pattern (* ? [ ] in a file's name) is replaced by the
     * files that match when the file is read, sorted by bytes; one that matches none stays, to be told as missing. */
    const char *paths[SETTINGS_PATHS];
    size_t path_count;                 /* 1 or more */
    const char *format;                /* "auto", "jsonl", "csv", "ptv", "linkedevents", "lahella", "hsds", "outpost" */
    const char *owner;                 /* who mends it, shown in reports; NULL */
    const char *licence;               /* of records that name none; NULL */
    const char *edit;                  /* http(s) address where a record is edited, {id} stands for its id; NULL */
    struct guard_limits limits;
    unsigned line;                     /* of its section */
};

/* The query, in the parameters of the search's URL, must have one of the ids among its first hits. */
struct settings_golden {
    char name[SETTINGS_NAME_BYTES];
    const char *query;   /* "q=yksin%C3%A4inen&area=297" or plain words */
    const char *expected[SETTINGS_EXPECTED];
    size_t expected_count; /* 1 or more */
    unsigned among;        /* first hits that are looked at; 10 */
    unsigned line;
};

struct settings {
    const char *index;   /* NULL: not said; --index wins */
    unsigned keep;       /* generations; 7 */
    const char *reports; /* folder; NULL: INDEX/reports */
    unsigned report_keep;        /* runs; 400 */
    unsigned tombstone_days;     /* 400 */
    enum ui_lang language;       /* of reports; fi */
    const char *mail_to, *mail_from; /* of the .eml: ASCII addresses without names; both NULL: none is written */
    const char *state;           /* folder of what the daemon heard (heard.h); NULL: nothing is shown of it */
    const char *link;            /* http(s) address of the service without a slash at its end, for reports; NULL */
    struct settings_source *sources;
    size_t source_count;         /* 1 or more, in the file's order, which is that of preference among duplicates */
    struct settings_golden *golden;
    size_t golden_count;
    void *arena;                 /* private: all strings live there */
};

/* STATUS_NOTFOUND, STATUS_IO, STATUS_SYNTAX and STATUS_INVALID ("opastin.conf:12: …"), STATUS_LIMIT, STATUS_NOMEM.  On
 * failure *settings is untouched. */
enum status settings_read(struct settings *settings, const char *path, struct err *err) MUST_USE;
/* The same from memory; path names it in errors, and its folder is what relative paths start from. */
enum status settings_parse(struct settings *settings, const char *text, size_t len, const char *path,
                           struct err *err) MUST_USE;
void settings_release(struct settings *settings); /* of zeros: no-op */

#endif
