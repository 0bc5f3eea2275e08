/* An index made of files, opened for searching, with the oracle's world of the same records. */
#ifndef OPASTIN_TESTS_ORACLE_INDEX_H
#define OPASTIN_TESTS_ORACLE_INDEX_H

#include "oracle.h"
#include "search/search.h"

enum { ORACLE_CACHE_BYTES = 8 << 20 };

struct oracle_index {
    char *folder;
    struct snapshot *snapshot;
    struct searcher *searcher;
    struct oracle_world world;
};

/* Builds the first `early` files alone and publishes them, then all of them a day later: so records differ in when they
 * were first seen.  Ends the test program when anything of it fails. */
void oracle_index_make(struct oracle_index *index, const char *const *paths, size_t count, size_t early,
                       const int32_t today[ORACLE_TODAYS]);
void oracle_index_release(struct oracle_index *index);

/* The id of a row; to be freed. */
char *oracle_row_id(struct searcher *searcher, uint32_t row);

#endif
