/* An index of the whole corpus in a temporary folder, opened for searching. For tests; the working directory is the
 * repository's root. */
#ifndef OPASTIN_TESTS_CORPUS_INDEX_H
#define OPASTIN_TESTS_CORPUS_INDEX_H

#include <stdbool.h>

#include "indexer/build.h"
#include "search/search.h"

enum { CORPUS_CREATED = 1795305600 }; /* 2026-11-22T00:00Z: first_seen of every record */

struct corpus_index {
    char *dir;
    struct build_file *files;
    size_t file_count;
    struct build_report *report;
    struct snapshot *snapshot;
    struct searcher *searcher;
};

/* False, with the reason on stderr, when it cannot be made. */
bool corpus_index_open(struct corpus_index *index);
void corpus_index_close(struct corpus_index *index);

#endif
