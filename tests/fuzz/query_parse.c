/* Free text of a search, as it comes from a request. */
#include <string.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "search/query.h"
#include "search/request.h"
#include "tests/fuzz/target.h"

FUZZ_TARGET(query_parse)
{
    static struct analyser *analyser;
    static struct arena arena = ARENA_INIT;
    if (!analyser)
        FUZZ_CHECK(analyser_open(&analyser, 1, NULL) == STATUS_OK);
    if (size > REQUEST_QUERY_BYTES)
        size = REQUEST_QUERY_BYTES;
    arena_reset(&arena);
    struct query *query = NULL;
    struct err err = {0};
    enum status status = query_parse(&query, (const char *)data, size, analyser, &arena, &err);
    FUZZ_CHECK(status == STATUS_OK || (status == STATUS_LIMIT && err.message[0]));
    if (status != STATUS_OK || !query)
        return 0;
    size_t terms = 0;
    FUZZ_CHECK(query->word_count > 0 && query->word_count <= REQUEST_QUERY_WORDS);
    for (size_t i = 0; i < query->word_count; i++) {
        const struct query_word *word = &query->words[i];
        FUZZ_CHECK(word->offset + word->len <= size && word->len > 0);
        FUZZ_CHECK(word->whole.term_count > 0 && word->whole.term_count <= POSTINGS_TERMS_PER_WORD);
        terms += word->whole.term_count;
        for (size_t p = 0; p < word->part_count; p++)
            terms += word->parts[p].term_count;
    }
    FUZZ_CHECK(terms <= QUERY_TERMS);
    struct buf out = BUF_INIT;
    query_print(query, &out);
    buf_release(&out);
    return 0;
}
