/* A query string: what is good has one canonical form, which means the same. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "search/request.h"
#include "tests/fuzz/target.h"
#include "vocab/vocab.h"

enum { STRING_BYTES = REQUEST_URI_BYTES };

FUZZ_TARGET(request_parse)
{
    static bool loaded;
    static struct arena arena = ARENA_INIT;
    static char string[STRING_BYTES + 1];
    struct request request, again;
    struct request_errors errors;
    if (!loaded)
        FUZZ_CHECK(vocab_load(NULL) == STATUS_OK);
    loaded = true;
    if (size > STRING_BYTES)
        size = STRING_BYTES;
    memcpy(string, data, size);
    string[size] = '\0';
    arena_reset(&arena);
    struct err err = {0};
    enum status status = request_parse(&request, string, &arena, &errors, &err);
    FUZZ_CHECK((status == STATUS_OK) == (errors.count == 0));
    if (status != STATUS_OK)
        return 0;
    struct buf once = BUF_INIT, twice = BUF_INIT;
    request_write(&request, true, &once);
    FUZZ_CHECK(request_parse(&again, buf_str(&once), &arena, &errors, &err) == STATUS_OK);
    request_write(&again, true, &twice);
    FUZZ_CHECK(strcmp(buf_str(&once), buf_str(&twice)) == 0);
    FUZZ_CHECK(request_hash(&request) == request_hash(&again));
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
