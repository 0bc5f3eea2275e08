#include "indexer/build.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "indexer/history.h"
#include "indexer/idset.h"
#include "indexer/references.h"
#include "indexer/segment.h"
#include "indexer/sources/import.h"
#include "indexer/verify.h"

struct build {
    const struct build_file *files;
    size_t file_count;
    const struct build_watch *watch;
    struct build_report *report;
    struct idset ids;
    struct import_lookup *lookup; /* what foreign objects refer to; NULL when there are none */
    uint64_t bytes_before, bytes_total; /* of the files before the current one; of all */
    struct timespec started, stage_started;
    enum build_stage stage;
    struct pipeline *pipeline;
    /* NULL when only checking */
    const char *path; /* of the generation under construction */
    const struct build_options *options;
    struct segment *segment;
    struct history *history;
};

const char *build_stage_name(enum build_stage stage)
{
    static const char *const names[BUILD_STAGES] = {"reading", "writing", "completing", "verifying", "done"};
    return (unsigned)stage < BUILD_STAGES ? names[stage] : "unknown";
}

static void tell_progress(const struct build *b, enum build_stage stage, const struct source_info *info)
{
    if (!b->watch || !b->watch->progress)
        return;
    uint64_t bytes = b->bytes_before + (info ? info->bytes_read : 0);
    b->watch->progress(b->watch->context, stage, b->report->total.read, bytes, b->bytes_total);
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

/* One stage ends here and the next begins. */
static void begin_stage(struct build *b, enum build_stage stage)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    b->report->stage_seconds[b->stage] += seconds_between(&b->stage_started, &now);
    b->stage_started = now;
    b->stage = stage;
    tell_progress(b, stage, NULL);
}

static void tell_problems(const struct build *b, const struct problems *problems)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; b->watch && b->watch->problem && i < problems->count; i++) {
        buf_reset(&line);
        problem_format(&problems->list[i], &line);
        b->watch->problem(b->watch->context, &problems->list[i], buf_str(&line));
    }
    buf_release(&line);
}

/* ---- one record ------------------------------------------------------------------------------------------------- */

/* The second record of an id is refused: which of the two is right, only the source's owner knows. */
static enum status check_id(struct build *b, const struct source_item *item, size_t file, struct arena *arena,
                            struct problems *problems, struct err *err)
{
    const struct idset_slot *first;
    TRY(idset_add(&b->ids, item->id, strlen(item->id), (uint32_t)file, item->line, &first, err));
    if (!first)
        return STATUS_OK;
    const char *where = arena_printf(arena, "%s:%" PRIu32, b->files[first->file].path, first->line);
    if (!where)
        return arena_nomem(err);
    b->report->files[file].duplicates++;
    problems_push(problems, "id");
    problem_error(problems, PROBLEM_DUPLICATE,
                  &(struct problem_words){.value = item->id, .mend = "give each record an id of its own"},
                  "is the id of %s already", where);
    problems_pop(problems);
    return STATUS_OK;
}

/* Counts the item's id and decides whether a document is to be made of it. */
static enum status decide(void *context, struct batch_item *item, size_t file, struct arena *arena, struct err *err)
{
    struct build *b = context;
    if (item->source.kind != SOURCE_RECORD)
        return STATUS_OK;
    TRY(check_id(b, &item->source, file, arena, &item->problems, err));
    item->wanted = item->problems.errors == 0 && b->segment;
    if (!item->wanted)
        return STATUS_OK;
    item->first_seen = (uint32_t)b->options->now;
    return history_first_seen(b->history, item->record.id, &item->first_seen, err);
}

static enum status take(void *context, struct batch_item *item, size_t file, const struct source_info *info,
                        struct err *err)
{
    struct build *b = context;
    struct build_count *count = &b->report->files[file];
    bool record = item->source.kind == SOURCE_RECORD || item->source.kind == SOURCE_REJECTED;
    if (item->wanted)
        TRY(segment_put_or_reject(b->segment, item, err));
    bool good = item->source.kind == SOURCE_RECORD && item->problems.errors == 0;
    count->read += record;
    count->accepted += record && good;
    count->rejected += record && !good;
    count->skipped += item->source.kind == SOURCE_SKIPPED;
    count->warnings += item->problems.warnings;
    b->report->total.read += record;
    tell_problems(b, &item->problems);
    tell_progress(b, BUILD_READING, info);
    return STATUS_OK;
}

/* ---- all files -------------------------------------------------------------------------------------------------- */

static void add_up(struct build_report *report, size_t file_count)
{
    report->total = (struct build_count){0};
    for (size_t i = 0; i < file_count; i++) {
        report->total.read += report->files[i].read;
        report->total.accepted += report->files[i].accepted;
        report->total.rejected += report->files[i].rejected;
        report->total.duplicates += report->files[i].duplicates;
        report->total.skipped += report->files[i].skipped;
        report->total.warnings += report->files[i].warnings;
    }
}

static enum status read_files(struct build *b, struct err *err)
{
    struct stat stat_of;
    uint64_t bytes;
    const struct reading reading = {b->pipeline, b->lookup, b, NULL, decide, take};
    if (b->file_count == 0 || b->file_count > BUILD_FILES)
        return err_set(err, STATUS_INVALID, "%zu files given; allowed are 1..%d", b->file_count, BUILD_FILES);
    for (size_t i = 0; i < b->file_count; i++)
        if (stat(b->files[i].path, &stat_of) == 0)
            b->bytes_total += (uint64_t)stat_of.st_size;
    for (size_t i = 0; i < b->file_count; i++) {
        struct source_options options;
        TRY(build_file_options(&b->files[i], &options, err));
        TRY(references_read(&b->lookup, b->files[i].path, &options, err));
    }
    for (size_t i = 0; i < b->file_count; i++) {
        TRY(file_fingerprint(&b->files[i], b->report->files[i].fingerprint, err));
        TRY(reading_file(&reading, &b->files[i], i, &bytes, err));
        b->bytes_before += bytes;
    }
    add_up(b->report, b->file_count);
    return STATUS_OK;
}

static void begin(struct build *b)
{
    *b->report = (struct build_report){0};
    clock_gettime(CLOCK_MONOTONIC, &b->started);
    b->stage_started = b->started;
    b->stage = BUILD_READING;
}

static void end(struct build *b)
{
    begin_stage(b, BUILD_DONE);
    b->report->seconds = seconds_between(&b->started, &b->stage_started);
    idset_release(&b->ids);
    import_lookup_free(b->lookup);
}

enum status build_check(const struct build_file *files, size_t file_count, const struct build_watch *watch,
                        struct build_report *report, struct err *err)
{
    struct build b = {.files = files, .file_count = file_count, .watch = watch, .report = report};
    begin(&b);
    enum status status = pipeline_new(&b.pipeline, 1, false, err);
    if (status == STATUS_OK)
        status = read_files(&b, err);
    pipeline_free(b.pipeline);
    end(&b);
    return status;
}

/* ---- the generation --------------------------------------------------------------------------------------------- */

unsigned build_jobs(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1; /* more than this set can say: --jobs is at hand */
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > PIPELINE_JOBS ? PIPELINE_JOBS : (unsigned)count;
}

static enum status open_writers(struct build *b, const char *dir, struct err *err)
{
    TRY(pipeline_new(&b->pipeline, b->options->jobs ? b->options->jobs : build_jobs(), true, err));
    TRY(history_open(&b->history, dir, err));
    return segment_new(&b->segment, b->path, b->pipeline, NULL, err);
}

static enum status write_manifest(const struct build *b, struct err *err)
{
    struct manifest manifest;
    TRY(manifest_expected(&manifest, err));
    manifest.created = b->options->now;
    manifest.documents = b->report->total.accepted;
    manifest.rejected = b->report->total.rejected;
    manifest.sources = calloc(b->file_count, sizeof *manifest.sources);
    if (!manifest.sources)
        return err_set(err, STATUS_NOMEM, "out of memory");
    manifest.source_count = b->file_count;
    for (size_t i = 0; i < b->file_count; i++) {
        struct manifest_source *source = &manifest.sources[i];
        snprintf(source->name, sizeof source->name, "%s", b->files[i].name ? b->files[i].name : "");
        memcpy(source->fingerprint, b->report->files[i].fingerprint, sizeof source->fingerprint);
        source->records = b->report->files[i].accepted;
        source->rejected = b->report->files[i].rejected;
    }
    enum status status = manifest_write(&manifest, b->path, err);
    manifest_release(&manifest);
    return status;
}

static enum status make_generation(struct build *b, const char *dir, struct err *err)
{
    TRY(open_writers(b, dir, err));
    TRY(read_files(b, err));
    idset_release(&b->ids);
    if (b->report->total.accepted == 0)
        return err_set(err, STATUS_NOTFOUND, "not one good record in the files given (%zu); nothing is built and what "
                       "serves now goes on", b->file_count);
    begin_stage(b, BUILD_WRITING);
    TRY(segment_close(b->segment, err));
    begin_stage(b, BUILD_COMPLETING);
    TRY(generation_complete(b->path, segment_names(b->segment), NULL, &b->pipeline, err));
    TRY(write_manifest(b, err));
    begin_stage(b, BUILD_VERIFYING);
    return generation_verify(b->path, b->report->total.accepted, err);
}

static void close_all(struct build *b)
{
    segment_free(b->segment);
    pipeline_free(b->pipeline);
    history_free(b->history);
}

enum status build_generation(const char *dir, const struct build_file *files, size_t file_count,
                             const struct build_options *options, const struct build_watch *watch,
                             struct build_report *report, struct err *err)
{
    struct build b = {.files = files, .file_count = file_count, .watch = watch, .report = report, .options = options};
    struct buf path = BUF_INIT;
    uint32_t number;
    begin(&b);
    TRY(generation_begin(dir, &number, &path, err));
    b.path = path.data;
    enum status status = make_generation(&b, dir, err);
    close_all(&b);
    if (status == STATUS_OK)
        status = generation_finish(dir, number, err);
    if (status == STATUS_OK)
        status = generation_bytes(dir, number, &report->bytes, err);
    if (status == STATUS_OK) {
        report->generation = number;
        report->documents = report->total.accepted;
    } else {
        enum status cleaned = generation_abandon(dir, number, NULL);
        (void)cleaned; /* what is left over, the next build removes */
    }
    end(&b);
    buf_release(&path);
    return status;
}
