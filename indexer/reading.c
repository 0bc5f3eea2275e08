#include "indexer/reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* Fills the batch with what comes next in the file; *ended at its end. */
static enum status fill(const struct reading *r, struct source *source, size_t file, struct batch *batch, bool *ended,
                        struct err *err)
{
    while (!*ended && !batch_full(batch)) {
        struct batch_item *item;
        TRY(batch_add(batch, &item, err));
        enum status status =
            source_next(source, &batch->arena, &item->record, &item->problems, &item->source, err);
        if (status == STATUS_OK)
            status = r->decide(r->context, item, file, &batch->arena, err);
        if (status != STATUS_OK) {
            batch->count--;
            return status;
        }
        *ended = item->source.kind == SOURCE_END;
    }
    return STATUS_OK;
}

/* Takes the oldest batch; *more: there was one. */
static enum status take(const struct reading *r, const struct source *source, size_t file, bool *more,
                        struct err *err)
{
    struct batch *batch;
    const struct source_info info = source_info(source);
    TRY(pipeline_take(r->pipeline, &batch, err));
    *more = batch != NULL;
    for (size_t i = 0; batch && i < batch->count; i++)
        TRY(r->take(r->context, batch->items[i], file, &info, err));
    if (batch)
        pipeline_give_back(r->pipeline);
    return STATUS_OK;
}

static enum status read_source(const struct reading *r, struct source *source, size_t file, struct err *err)
{
    enum status status = STATUS_OK;
    bool ended = false, more = true;
    while (!ended && status == STATUS_OK) {
        struct batch *batch = pipeline_batch(r->pipeline);
        if (!batch) {
            TRY(take(r, source, file, &more, err));
            continue;
        }
        status = fill(r, source, file, batch, &ended, err);
        pipeline_put(r->pipeline);
    }
    while (more) {
        enum status taken = take(r, source, file, &more, err);
        if (taken != STATUS_OK)
            return status == STATUS_OK ? taken : status;
    }
    return status;
}

enum status reading_file(const struct reading *reading, const struct build_file *file, size_t number, uint64_t *bytes,
                         struct err *err)
{
    struct source *source;
    struct source_options options = {.name = file->name, .lookup = reading->lookup, .known = reading->known,
                                     .known_context = reading->context};
    TRY(source_open(&source, file->path, &options, err));
    enum status status = read_source(reading, source, number, err);
    if (bytes)
        *bytes = source_info(source).bytes_read;
    source_free(source);
    return status;
}

enum status file_fingerprint(const char *path, char out[33], struct err *err)
{
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");
    if (!file) {
        out[0] = '\0';
        return STATUS_OK;
    }
    XXH3_state_t *state = XXH3_createState();
    char block[65536];
    size_t got;
    if (state)
        XXH3_128bits_reset(state);
    while (state && (got = fread(block, 1, sizeof block, file)) > 0)
        XXH3_128bits_update(state, block, got);
    bool failed = !state || ferror(file);
    fclose(file);
    if (!failed) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
    }
    XXH3_freeState(state);
    return failed ? err_set(err, STATUS_IO, "%s: cannot read", path) : STATUS_OK;
}
