/* A document of HSDS: each object of it collected, expanded and mapped, and what comes of it read as a record. */
#include <string.h>

#include "indexer/sources/hsds.h"
#include "indexer/sources/json_stream.h"
#include "record.h"
#include "tests/fuzz/target.h"
#include "vocab/vocab.h"

struct hsds_fuzz {
    const uint8_t *data;
    size_t len;
};

static enum status hsds_fuzz_read(void *context, const unsigned char **bytes, size_t *len, struct err *err)
{
    struct hsds_fuzz *fuzz = context;
    (void)err;
    *bytes = fuzz->data;
    *len = fuzz->len;
    fuzz->len = 0;
    return STATUS_OK;
}

static void hsds_fuzz_map(const json_t *object, const struct import_lookup *lookup)
{
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct import_notes notes;
    struct record record;
    struct err err = {0};
    json_t *ours = NULL;
    problems_init(&problems, &arena);
    import_notes_init(&notes, &arena, &problems);
    FUZZ_CHECK(hsds_format.map(object, lookup, &notes, &ours, &err) == STATUS_OK);
    if (ours) {
        enum status status = record_from_json(ours, &arena, &record, &problems);
        FUZZ_CHECK(status == STATUS_OK || (status == STATUS_INVALID && problems.errors > 0));
    }
    json_decref(ours);
    arena_release(&arena);
}

FUZZ_TARGET(hsds)
{
    struct hsds_fuzz fuzz = {data, size};
    struct json_stream *stream;
    struct json_stream_item item;
    struct import_lookup *lookup;
    struct err err = {0};
    FUZZ_CHECK(vocab_load(&err) == STATUS_OK);
    FUZZ_CHECK(import_lookup_new(&lookup, &err) == STATUS_OK);
    FUZZ_CHECK(json_stream_new(&stream, hsds_fuzz_read, &fuzz, &err) == STATUS_OK);
    do {
        FUZZ_CHECK(json_stream_next(stream, &item, &err) == STATUS_OK);
        if (item.object && hsds_format.recognise(item.object)) {
            json_t *out = json_array(), *object;
            size_t i;
            FUZZ_CHECK(hsds_format.collect(item.object, lookup, &err) == STATUS_OK);
            FUZZ_CHECK(hsds_format.expand(item.object, lookup, out, &err) == STATUS_OK);
            json_array_foreach(out, i, object)
                hsds_fuzz_map(object, lookup);
            json_decref(out);
        }
        json_decref(item.object);
    } while (item.kind != JSON_STREAM_END);
    json_stream_free(stream);
    import_lookup_free(lookup);
    return 0;
}
