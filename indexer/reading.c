#include "indexer/reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
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

enum status build_file_options(const struct build_file *file, struct source_options *options, struct err *err)
{
    *options = (struct source_options){.name = file->name};
    if (file->format && strcmp(file->format, "auto") != 0 && !source_format_named(file->format, options))
        return err_set(err, STATUS_INVALID, "%s: %s is no format that is known", file->path, file->format);
    return STATUS_OK;
}

enum status reading_file(const struct reading *reading, const struct build_file *file, size_t number, uint64_t *bytes,
                         struct err *err)
{
    struct source *source;
    struct source_options options;
    TRY(build_file_options(file, &options, err));
    options.lookup = reading->lookup;
    options.known = reading->known;
    options.known_context = reading->context;
    TRY(source_open(&source, file->path, &options, err));
    enum status status = read_source(reading, source, number, err);
    if (bytes)
        *bytes = source_info(source).bytes_read;
    source_free(source);
    return status;
}

static enum status hash_file(void *context, const char *path, struct err *err)
{
    XXH3_state_t *state = context;
    FILE *file = fopen(path, "re");
    struct stat about;
    char block[65536];
    size_t got;
    if (!file || fstat(fileno(file), &about) != 0 || S_ISDIR(about.st_mode)) { /* reading it says so */
        if (file)
            fclose(file);
        return STATUS_OK;
    }
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        XXH3_128bits_update(state, block, got);
    bool failed = ferror(file);
    fclose(file);
    return failed ? err_set(err, STATUS_IO, "%s: cannot read", path) : STATUS_OK;
}

enum status file_fingerprint(const struct build_file *file, char out[33], struct err *err)
{
    struct source_options options;
    out[0] = '\0';
    TRY(build_file_options(file, &options, err));
    if (strcmp(file->path, "-") == 0 || access(file->path, R_OK) != 0)
        return STATUS_OK;
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return err_set(err, STATUS_NOMEM, "out of memory");
    XXH3_128bits_reset(state);
    enum status status = source_each_file(file->path, &options, hash_file, state, err);
    if (status == STATUS_OK) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
    }
    XXH3_freeState(state);
    return status;
}
