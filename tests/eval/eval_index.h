/* The index that a set is searched in: built by the indexer's own functions from the set's records, opened by the
 * daemon's own.  Documents are known by their rows. */
#ifndef OPASTIN_TESTS_EVAL_INDEX_H
#define OPASTIN_TESTS_EVAL_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "search/search.h"

enum {
    EVAL_NOW = 1795305600, /* 2026-11-22T00:00Z: every record's first_seen, and the day of all searches */
    EVAL_TODAY = EVAL_NOW / 86400,
    EVAL_PATH_BYTES = 3600,
    EVAL_NO_ROW = -1,
};

struct eval_document {
    const char *id, *title; /* title in the first language that has one */
    bool live;              /* shown by a search for nothing: neither past nor ended on the day */
};

struct guides; /* search/guide.h */

/* How the searches differ from the daemon's own; zero: not at all. */
struct eval_settings {
    bool plain;           /* words mean themselves: no synonyms, nothing understood */
    const char *synonyms; /* file of synonyms; NULL: those that come with the program */
};

struct eval_index {
    char dir[EVAL_PATH_BYTES];
    bool temporary; /* dir goes with the index */
    const char **paths;
    size_t path_count;
    struct snapshot *snapshot;
    struct searcher *searcher;
    struct guides *guides;           /* NULL when plain */
    struct eval_document *documents; /* by row */
    uint32_t count;
    struct eval_row_entry *rows; /* private: by id */
    struct arena arena;          /* of all the above */
};

/* The records under corpus/, indexed in a temporary folder; the working directory is the repository's root. */
enum status eval_index_corpus(struct eval_index *index, const struct eval_settings *settings, struct err *err) MUST_USE;
/* The records of one file, indexed in `dir`; an index that the same libraries built of the same file is used again.
 * STATUS_NOTFOUND when the file is not there. */
enum status eval_index_file(struct eval_index *index, const char *path, const char *dir,
                            const struct eval_settings *settings, struct err *err) MUST_USE;
void eval_index_close(struct eval_index *index);

/* Row of a record, EVAL_NO_ROW when the index has none of the id. */
int64_t eval_index_row(const struct eval_index *index, const char *id);

#endif
