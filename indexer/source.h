/* Records from a file, one by one, each with the line it came from.
 *
 * Streaming: memory does not grow with the file.  A broken line or row gives problems and the next record still comes;
 * only a failure of the operating system or of memory ends the run.  gzip is read through (any format, by its magic
 * bytes).  "-" is standard input.
 *
 *   struct arena arena = ARENA_INIT;
 *   TRY(source_open(&source, path, NULL, err));
 *   do {
 *       arena_reset(&arena);
 *       problems_init(&problems, &arena);
 *       TRY(source_next(source, &arena, &record, &problems, &item, err));
 *       …report problems; use record when item.kind is SOURCE_RECORD…
 *   } while (item.kind != SOURCE_END);
 */
#ifndef OPASTIN_INDEXER_SOURCE_H
#define OPASTIN_INDEXER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "record.h"
#include "validate.h"

enum {
    SOURCE_LINE_BYTES = 1 << 20, /* a JSON line, a CSV row */
    SOURCE_DEPTH = 16,           /* nesting of a JSON line; checked before it is parsed */
    SOURCE_COLUMNS = 200,        /* of a CSV file */
    SOURCE_ROW_LINES = 200,      /* physical lines of one CSV row */
    SOURCE_CELL_BYTES = 100000,
    SOURCE_CELL_ITEMS = 100, /* values of a list in one cell */
};

enum source_format { SOURCE_AUTO, SOURCE_JSONL, SOURCE_CSV, SOURCE_IMPORT /* a foreign one: sources/import.h */ };

struct import_format;
struct import_lookup;

enum source_encoding {
    SOURCE_UTF8,
    SOURCE_UTF8_BOM,
    SOURCE_WINDOWS_1252, /* CSV only; JSON Lines in it are refused line by line */
};

enum source_item_kind {
    SOURCE_RECORD,   /* a good record; problems hold warnings at most */
    SOURCE_REJECTED, /* a record that was refused; problems say why, record holds what could be read */
    SOURCE_NOTICE,   /* problems with the file as a whole (its header, its encoding), no record: report them; an error
                        among them means that nothing of the file can be read */
    SOURCE_END,      /* nothing more; stays so */
    SOURCE_SKIPPED,  /* a foreign object that is none to take (not published, part of another); problems say why */
    SOURCE_SAME,     /* a record whose bytes are known (source_known): it was not read, only its line is said */
};

struct source_item {
    enum source_item_kind kind;
    const char *file; /* owned by the source */
    uint64_t line;    /* where the record starts, from 1 */
    const char *id;   /* in the arena; NULL when it could not be read */
    uint64_t raw;     /* hash of the record's bytes, of JSON Lines; 0: the format has none */
    uint32_t known;   /* of SOURCE_SAME: what source_known said it is */
};

/* Whether a record of these bytes is known and need not be read; *known is then given back with the item. */
typedef bool source_known(void *context, uint64_t raw, uint32_t *known);

struct source_options {
    enum source_format format; /* SOURCE_AUTO: JSON or CSV by the file's name, else by its first character; which JSON
                                  by its first objects */
    const struct import_format *import; /* of SOURCE_IMPORT; NULL: by the first objects */
    const struct import_lookup *lookup; /* what foreign objects refer to; NULL. Must outlive the source */
    const char *name;          /* goes to record.source; NULL: stays NULL. Must outlive the source */
    source_known *known;       /* NULL: every record is read */
    void *known_context;
    const char *shown_path;    /* named in problems instead of the path; NULL: the path */
};

/* Sets format and import by the name of a format; false when there is none of that name. */
bool source_format_named(const char *name, struct source_options *options) MUST_USE;
/* Appends the names there are: "jsonl, csv, linkedevents …". */
void source_format_names(struct buf *out);

/* What is known of the file, for reports and progress. */
struct source_info {
    enum source_format format;
    const struct import_format *import; /* of SOURCE_IMPORT */
    enum source_encoding encoding;
    char delimiter; /* CSV: ';', ',' or '\t'; 0 otherwise */
    bool compressed;
    uint64_t bytes_total; /* size of the file as it lies on disk; 0 unknown */
    uint64_t bytes_read;  /* of it, so far */
    uint64_t lines;
    bool unfinished;      /* the last line had no end, or a foreign file's last object */
    uint64_t records, rejected, skipped;
};

struct source;

/* A file, or a folder or file that stands for a package of tables (sources/hsds_package.h).  STATUS_NOTFOUND, STATUS_IO
 * (not readable, a folder of other things, a broken gzip file), STATUS_INVALID (a package without what gives records),
 * STATUS_NOMEM.  options may be NULL. */
enum status source_open(struct source **source, const char *path, const struct source_options *options,
                        struct err *err) MUST_USE;
void source_free(struct source *source);

/* The next record.  Sets the location in problems itself.  STATUS_IO, STATUS_NOMEM; every other trouble is a problem.
 */
enum status source_next(struct source *source, struct arena *arena, struct record *record, struct problems *problems,
                        struct source_item *item, struct err *err) MUST_USE;

struct source_info source_info(const struct source *source);
/* Puts what the file's foreign objects can be referred to by into the lookup; a file of our own formats has nothing.
 * What is broken is passed over: reading the file tells it.  As source_open(), and STATUS_LIMIT. */
enum status source_collect(struct import_lookup *lookup, const char *path, const struct source_options *options,
                           struct err *err) MUST_USE;

/* Calls for each file that is read for the path: itself, or the tables of a package. */
typedef enum status source_file_fn(void *context, const char *path, struct err *err);
enum status source_each_file(const char *path, const struct source_options *options, source_file_fn *file,
                             void *context, struct err *err) MUST_USE;

const char *source_format_name(enum source_format format);       /* "jsonl" */
const char *source_encoding_name(enum source_encoding encoding); /* "windows-1252" */

/* ---- for the readers in sources/ ----------------------------------------------------------------------------- */

/* A format: makes, asks and frees its own state. */
struct source_reader {
    enum source_format format;
    /* Called with the file at its beginning; *state is NULL until it is set, and freed by `free` also after a failure.
     */
    enum status (*open)(struct source *source, void **state, struct err *err);
    /* Sets item->kind, line and id; the rest is done by source_next(). */
    enum status (*next)(struct source *source, void *state, struct arena *arena, struct record *record,
                        struct problems *problems, struct source_item *item, struct err *err);
    void (*free)(void *state);
};

/* Opens a file for its bytes and lines alone, for a reader of several files. */
enum status source_open_bytes(struct source **source, const char *path, const char *shown, struct err *err) MUST_USE;

/* A physical line; ends are LF, CR LF and CR. */
struct source_line {
    uint64_t number; /* from 1 */
    bool end;        /* there is no line any more */
    bool too_long;   /* only its first SOURCE_LINE_BYTES were kept */
};

/* Appends the next line without its end to text. STATUS_IO, STATUS_NOMEM. */
enum status source_read_line(struct source *source, struct buf *text, struct source_line *line,
                             struct err *err) MUST_USE;
/* The next bytes as they are; *len 0 at the end. The bytes are the source's, until its next call. */
enum status source_read_bytes(struct source *source, const unsigned char **bytes, size_t *len,
                              struct err *err) MUST_USE;
/* Back to the first byte. */
enum status source_rewind(struct source *source, struct err *err) MUST_USE;
/* Sets the item's hash; true when these bytes are known, the item then is SOURCE_SAME. */
bool source_knows(const struct source *source, const void *bytes, size_t len, struct source_item *item);
/* The format of foreign objects, and what they refer to. */
const struct import_format *source_import(const struct source *source);
const struct import_lookup *source_lookup(const struct source *source);
/* What the reader found out. */
void source_set_encoding(struct source *source, enum source_encoding encoding, char delimiter);
/* Of a reader that has files of its own; a total of 0 stays as it is. */
void source_set_bytes(struct source *source, uint64_t total, uint64_t read);
const char *source_path(const struct source *source);
const char *source_shown_path(const struct source *source);
/* An error about the file as a whole: fills problems and item. */
void source_notice(struct source *source, struct problems *problems, struct source_item *item, enum problem_code code,
                   const char *what, const char *mend);
/* Says that the file is UTF-16, from its first bytes. */
bool source_looks_utf16(const unsigned char *bytes, size_t len);

#endif
