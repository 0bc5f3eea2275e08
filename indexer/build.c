#include "indexer/build.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "columns.h"
#include "facet.h"
#include "indexer/history.h"
#include "indexer/inverter.h"
#include "indexer/idset.h"
#include "indexer/pipeline.h"
#include "indexer/references.h"
#include "indexer/sources/import.h"
#include "indexer/verify.h"
#include "indexer/words.h"
#include "meanings.h"
#include "records.h"
#include "stored.h"
#include "value_sets.h"
#include "xap/xap.h"

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
    const char *dir;
    char *path; /* of the generation under construction */
    const struct build_options *options;
    struct xap_writer *writer;
    struct xap_doc *doc; /* reused */
    struct columns_writer *columns;
    struct records_writer *records;
    struct inverter *inverter;
    uint32_t rows; /* so far */
    struct lexicon_writer *lexicon;
    struct history *history;
};

const char *build_stage_name(enum build_stage stage)
{
    static const char *const names[BUILD_STAGES] = {"reading", "committing", "compacting",
                                                    "words",   "verifying",  "done"};
    return (unsigned)stage < BUILD_STAGES ? names[stage] : "unknown";
}

static void tell_progress(const struct build *b, enum build_stage stage, const struct source *source)
{
    if (!b->watch || !b->watch->progress)
        return;
    uint64_t bytes = b->bytes_before + (source ? source_info(source).bytes_read : 0);
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
static enum status prepare(struct build *b, struct batch_item *item, size_t file, struct arena *arena, struct err *err)
{
    if (item->source.kind != SOURCE_RECORD)
        return STATUS_OK;
    TRY(check_id(b, &item->source, file, arena, &item->problems, err));
    item->wanted = item->problems.errors == 0 && b->writer;
    if (!item->wanted)
        return STATUS_OK;
    item->first_seen = (uint32_t)b->options->now;
    return history_first_seen(b->history, item->record.id, &item->first_seen, err);
}

/* The dictionary is made from the first records; from then on the threads pack with it. */
static enum status put_stored(struct build *b, const struct document *document, struct err *err)
{
    bool waiting = !records_writer_dictionary(b->records);
    TRY(records_writer_add(b->records, document->stored, document->stored_len, document->packed, err));
    if (waiting && records_writer_dictionary(b->records))
        pipeline_pack(b->pipeline, records_writer_dictionary(b->records));
    return STATUS_OK;
}

static enum status put(struct build *b, const struct batch_item *item, struct err *err)
{
    const struct document *document = &item->document;
    char id[STORED_ID_TERM_BYTES];
    TRY(xap_doc_reset(b->doc, err));
    TRY(xap_doc_add_term(b->doc, id, stored_id_term(item->record.id, strlen(item->record.id), id), 0, err));
    TRY(put_stored(b, document, err)); /* the one that may refuse a record stands first */
    TRY(xap_writer_add(b->writer, b->doc, NULL, err));
    TRY(columns_writer_add(b->columns, &document->columns, err));
    TRY(inverter_add(b->inverter, b->rows, document->terms, document->term_count, err));
    b->rows++;
    return words_add_names(b->lexicon, &item->record, err);
}

/* A record that says more than an index holds is rejected like any other; a failing disk ends the build. */
static enum status put_or_reject(struct build *b, struct batch_item *item, struct err *err)
{
    struct err local = {0};
    enum status status = item->limit ? err_set(&local, STATUS_LIMIT, "%s", item->limit) : put(b, item, &local);
    if (status == STATUS_LIMIT) {
        problem_error(&item->problems, PROBLEM_TOO_BIG, NULL, "%s", local.message);
        return STATUS_OK;
    }
    return status == STATUS_OK ? STATUS_OK : err_set(err, status, "%s", local.message);
}

static enum status append(struct build *b, struct batch_item *item, size_t file, const struct source *source,
                          struct err *err)
{
    struct build_count *count = &b->report->files[file];
    bool record = item->source.kind == SOURCE_RECORD || item->source.kind == SOURCE_REJECTED;
    if (item->wanted)
        TRY(put_or_reject(b, item, err));
    bool good = item->source.kind == SOURCE_RECORD && item->problems.errors == 0;
    count->read += record;
    count->accepted += record && good;
    count->rejected += record && !good;
    count->skipped += item->source.kind == SOURCE_SKIPPED;
    count->warnings += item->problems.warnings;
    b->report->total.read += record;
    tell_problems(b, &item->problems);
    tell_progress(b, BUILD_READING, source);
    return STATUS_OK;
}

/* ---- one file --------------------------------------------------------------------------------------------------- */

/* Fills the batch with what comes next in the file; *ended at its end. */
static enum status fill(struct build *b, struct source *source, size_t file, struct batch *batch, bool *ended,
                        struct err *err)
{
    while (!*ended && !batch_full(batch)) {
        struct batch_item *item;
        TRY(batch_add(batch, &item, err));
        enum status status =
            source_next(source, &batch->arena, &item->record, &item->problems, &item->source, err);
        if (status == STATUS_OK)
            status = prepare(b, item, file, &batch->arena, err);
        if (status != STATUS_OK) {
            batch->count--;
            return status;
        }
        *ended = item->source.kind == SOURCE_END;
    }
    return STATUS_OK;
}

/* Takes the oldest batch; *more: there was one. */
static enum status take(struct build *b, const struct source *source, size_t file, bool *more, struct err *err)
{
    struct batch *batch;
    TRY(pipeline_take(b->pipeline, &batch, err));
    *more = batch != NULL;
    for (size_t i = 0; batch && i < batch->count; i++)
        TRY(append(b, batch->items[i], file, source, err));
    if (batch)
        pipeline_give_back(b->pipeline);
    return STATUS_OK;
}

/* What was read of a file that cannot be read on is still told of, in its order. */
static enum status read_source(struct build *b, struct source *source, size_t file, struct err *err)
{
    enum status status = STATUS_OK;
    bool ended = false, more = true;
    while (!ended && status == STATUS_OK) {
        struct batch *batch = pipeline_batch(b->pipeline);
        if (!batch) {
            TRY(take(b, source, file, &more, err));
            continue;
        }
        status = fill(b, source, file, batch, &ended, err);
        pipeline_put(b->pipeline);
    }
    while (more) {
        enum status taken = take(b, source, file, &more, err);
        if (taken != STATUS_OK)
            return status == STATUS_OK ? taken : status;
    }
    return status;
}

static enum status options_of(const struct build *b, size_t file, struct source_options *options, struct err *err)
{
    *options = (struct source_options){.name = b->files[file].name, .lookup = b->lookup};
    if (b->files[file].format && !source_format_named(b->files[file].format, options))
        return err_set(err, STATUS_INVALID, "%s: %s is no format that is known", b->files[file].path,
                       b->files[file].format);
    return STATUS_OK;
}

static enum status read_file(struct build *b, size_t file, struct err *err)
{
    struct source *source;
    struct source_options options;
    TRY(options_of(b, file, &options, err));
    TRY(source_open(&source, b->files[file].path, &options, err));
    enum status status = read_source(b, source, file, err);
    b->bytes_before += source_info(source).bytes_read;
    source_free(source);
    return status;
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

/* Of the bytes of the file, or of the files of a package, so that a later run can tell an unchanged one; standard input
 * has none, and what is not there neither. */
static enum status fingerprint(const struct build *b, size_t file, char out[33], struct err *err)
{
    const char *path = b->files[file].path;
    struct source_options options;
    out[0] = '\0';
    TRY(options_of(b, file, &options, err));
    if (strcmp(path, "-") == 0 || access(path, R_OK) != 0)
        return STATUS_OK;
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return err_set(err, STATUS_NOMEM, "out of memory");
    XXH3_128bits_reset(state);
    enum status status = source_each_file(path, &options, hash_file, state, err);
    if (status == STATUS_OK) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
    }
    XXH3_freeState(state);
    return status;
}

static enum status read_files(struct build *b, struct err *err)
{
    struct stat stat_of;
    if (b->file_count == 0 || b->file_count > BUILD_FILES)
        return err_set(err, STATUS_INVALID, "%zu files given; allowed are 1..%d", b->file_count, BUILD_FILES);
    for (size_t i = 0; i < b->file_count; i++)
        if (stat(b->files[i].path, &stat_of) == 0)
            b->bytes_total += (uint64_t)stat_of.st_size;
    for (size_t i = 0; i < b->file_count; i++) {
        struct source_options options;
        TRY(options_of(b, i, &options, err));
        TRY(references_read(&b->lookup, b->files[i].path, &options, err));
    }
    for (size_t i = 0; i < b->file_count; i++) {
        TRY(fingerprint(b, i, b->report->files[i].fingerprint, err));
        TRY(read_file(b, i, err));
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

static enum status part_path(const struct build *b, const char *name, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", b->path, name);
    return buf_ok(path, err);
}

/* The cores that this process may use. */
static unsigned build_jobs(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1; /* more than this set can say: --jobs is at hand */
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > PIPELINE_JOBS ? PIPELINE_JOBS : (unsigned)count;
}

static enum status open_writers(struct build *b, struct err *err)
{
    struct buf path = BUF_INIT;
    TRY(pipeline_new(&b->pipeline, b->options->jobs ? b->options->jobs : build_jobs(), true, err));
    TRY(xap_doc_new(&b->doc, err));
    TRY(inverter_new(&b->inverter, b->path, INVERTER_BYTES, err));
    TRY(lexicon_writer_new(&b->lexicon, err));
    TRY(history_open(&b->history, b->dir, err));
    enum status status = part_path(b, "columns", &path, err);
    if (status == STATUS_OK)
        status = columns_writer_new(&b->columns, path.data, err);
    if (status == STATUS_OK)
        status = part_path(b, "records", &path, err);
    if (status == STATUS_OK)
        status = records_writer_open(&b->records, path.data, err);
    if (status == STATUS_OK)
        status = part_path(b, "xapian.part", &path, err);
    if (status == STATUS_OK)
        status = xap_writer_create(&b->writer, path.data, XAP_APPEND_ONLY, err); /* a generation never changes */
    buf_release(&path);
    return status;
}

/* Commits, then leaves only the compacted database: it is smaller and faster to read. */
static enum status close_writer(struct build *b, struct err *err)
{
    struct buf part = BUF_INIT, whole = BUF_INIT;
    begin_stage(b, BUILD_COMMITTING);
    TRY(xap_writer_commit(b->writer, err));
    xap_writer_free(b->writer);
    b->writer = NULL;
    begin_stage(b, BUILD_COMPACTING);
    enum status status = part_path(b, "xapian.part", &part, err);
    if (status == STATUS_OK)
        status = part_path(b, "xapian", &whole, err);
    if (status == STATUS_OK)
        status = xap_compact((const char *const[]){part.data}, 1, whole.data, err);
    if (status == STATUS_OK)
        status = generation_remove_part(part.data, err);
    buf_release(&part);
    buf_release(&whole);
    return status;
}

/* The sets are made from the columns as they were written. */
static enum status write_values(const struct build *b, const char *columns_path, struct err *err)
{
    struct buf path = BUF_INIT;
    struct columns columns;
    TRY(columns_open(&columns, columns_path, err));
    enum status status = part_path(b, "values", &path, err);
    if (status == STATUS_OK)
        status = value_sets_write(&columns, facet_ordinals(), path.data, err);
    columns_close(&columns);
    buf_release(&path);
    return status;
}

/* Here and below: what has been written needs no memory while the rest is. */
static enum status write_records(struct build *b, struct err *err)
{
    TRY(records_writer_finish(b->records, err));
    pipeline_pack(b->pipeline, NULL); /* nothing is packed any more */
    records_writer_free(b->records);
    b->records = NULL;
    return STATUS_OK;
}

static enum status write_columns(struct build *b, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = part_path(b, "columns", &path, err);
    if (status == STATUS_OK)
        status = columns_writer_finish(b->columns, err);
    columns_writer_free(b->columns);
    b->columns = NULL;
    if (status == STATUS_OK)
        status = write_values(b, path.data, err);
    buf_release(&path);
    return status;
}

static enum status write_postings(struct build *b, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = part_path(b, "postings", &path, err);
    if (status == STATUS_OK)
        status = inverter_finish(b->inverter, b->rows, path.data, err);
    inverter_free(b->inverter);
    b->inverter = NULL;
    buf_release(&path);
    return status;
}

/* Forms are read from the finished postings: they have each once, with its number of records. */
static enum status add_forms(struct build *b, const char *postings, struct err *err)
{
    struct inverted inverted;
    TRY(inverted_open(&inverted, postings, err));
    enum status status = words_add_forms(b->lexicon, &inverted, b->pipeline, err);
    inverted_close(&inverted);
    return status;
}

static enum status write_lexicon(struct build *b, struct err *err)
{
    struct buf path = BUF_INIT;
    begin_stage(b, BUILD_WORDS);
    enum status status = part_path(b, "postings", &path, err);
    if (status == STATUS_OK)
        status = add_forms(b, path.data, err);
    pipeline_free(b->pipeline);
    b->pipeline = NULL;
    if (status == STATUS_OK)
        status = part_path(b, "lexicon", &path, err);
    if (status == STATUS_OK)
        status = lexicon_writer_finish(b->lexicon, path.data, err);
    buf_release(&path);
    return status;
}

static enum status write_meanings(struct build *b, struct err *err)
{
    struct meanings_writer *meanings;
    struct buf path = BUF_INIT;
    TRY(pipeline_meanings(b->pipeline, &meanings, err));
    enum status status = part_path(b, "meanings", &path, err);
    if (status == STATUS_OK)
        status = meanings_writer_finish(meanings, path.data, err);
    buf_release(&path);
    return status;
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

static enum status make_generation(struct build *b, struct err *err)
{
    TRY(open_writers(b, err));
    TRY(read_files(b, err));
    idset_release(&b->ids);
    if (b->report->total.accepted == 0)
        return err_set(err, STATUS_NOTFOUND, "not one good record in %zu file%s; nothing is built and what serves now "
                       "goes on", b->file_count, b->file_count == 1 ? "" : "s");
    TRY(close_writer(b, err));
    TRY(write_records(b, err));
    TRY(write_columns(b, err));
    TRY(write_postings(b, err));
    TRY(write_meanings(b, err)); /* before the lexicon, which lets go of what has analysed */
    TRY(write_lexicon(b, err));
    TRY(write_manifest(b, err));
    begin_stage(b, BUILD_VERIFYING);
    return generation_verify(b->path, b->report->total.accepted, err);
}

static void close_all(struct build *b)
{
    pipeline_free(b->pipeline);
    xap_doc_free(b->doc);
    xap_writer_free(b->writer);
    columns_writer_free(b->columns);
    records_writer_free(b->records);
    inverter_free(b->inverter);
    lexicon_writer_free(b->lexicon);
    history_free(b->history);
}

enum status build_generation(const char *dir, const struct build_file *files, size_t file_count,
                             const struct build_options *options, const struct build_watch *watch,
                             struct build_report *report, struct err *err)
{
    struct build b = {.files = files, .file_count = file_count, .watch = watch, .report = report, .dir = dir,
                      .options = options};
    struct buf path = BUF_INIT;
    uint32_t number;
    begin(&b);
    TRY(generation_begin(dir, &number, &path, err));
    b.path = path.data;
    enum status status = make_generation(&b, err);
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
