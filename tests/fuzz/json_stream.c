/* A foreign JSON document, in pieces whose length its first byte says. */
#include <string.h>

#include "base/utf8.h"
#include "indexer/sources/json_stream.h"
#include "tests/fuzz/target.h"

struct json_stream_fuzz {
    const uint8_t *data;
    size_t len, piece;
};

static enum status json_stream_fuzz_read(void *context, const unsigned char **bytes, size_t *len, struct err *err)
{
    struct json_stream_fuzz *fuzz = context;
    (void)err;
    *bytes = fuzz->data;
    *len = fuzz->len < fuzz->piece ? fuzz->len : fuzz->piece;
    fuzz->data += *len;
    fuzz->len -= *len;
    return STATUS_OK;
}

FUZZ_TARGET(json_stream)
{
    struct json_stream_fuzz fuzz = {data, size, 1 + (size ? data[0] % 64u : 0)};
    struct json_stream *stream;
    struct json_stream_item item;
    struct err err = {0};
    size_t told = 0;
    FUZZ_CHECK(json_stream_new(&stream, json_stream_fuzz_read, &fuzz, &err) == STATUS_OK);
    do {
        FUZZ_CHECK(json_stream_next(stream, &item, &err) == STATUS_OK);
        FUZZ_CHECK(item.line >= 1 && told++ <= size + 2 * JSON_STREAM_LOST);
        if (item.kind == JSON_STREAM_OBJECT)
            FUZZ_CHECK(json_is_object(item.object));
        else if (item.kind != JSON_STREAM_END)
            FUZZ_CHECK(item.what[0] && item.mend && utf8_check(item.what, strlen(item.what)) == strlen(item.what));
        json_decref(item.object);
    } while (item.kind != JSON_STREAM_END);
    json_stream_free(stream);
    return 0;
}
