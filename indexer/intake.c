#include "indexer/intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "calendar.h"
#include "indexer/duplicates.h"
#include "indexer/quality.h"
#include "indexer/references.h"
#include "messages.h"
#include "stored.h"

/* ---- before reading --------------------------------------------------------------------------------------------- */

static void fail_source(struct intake_source *source, const char *why)
{
    if (!source->unreadable)
        snprintf(source->why, sizeof source->why, "%s", why);
    source->unreadable = true;
}

/* A problem of the whole file: which one it is of and what is wrong; warnings stand before it. */
static void fail_by_problem(struct intake *in, const struct problems *problems)
{
    char why[REPORT_WHY_BYTES];
    size_t i = 0;
    while (i + 1 < problems->count && problems->list[i].severity != PROBLEM_ERROR)
        i++;
    const struct problem *problem = &problems->list[i];
    snprintf(why, sizeof why, "%.250s: %.250s", problem->file ? problem->file : "", problem->what);
    fail_source(&in->sources[in->reading], why);
}

static void fail_file(struct intake *in, size_t file, const char *what)
{
    char why[REPORT_WHY_BYTES];
    snprintf(why, sizeof why, "%.400s: %.100s", in->settings->sources[in->reading].paths[file], what);
    fail_source(&in->sources[in->reading], why);
}

static void add_settings(const struct settings_source *source, struct buf *text)
{
    buf_addf(text, "%s\n%s\n", source->format, source->licence ? source->licence : "");
}

static struct build_file file_of(const struct settings_source *source, size_t number)
{
    return (struct build_file){source->paths[number], source->name, source->format};
}

static enum status look_at_file(struct intake *in, size_t source, size_t number, struct buf *text, struct err *err)
{
    const struct build_file file = file_of(&in->settings->sources[source], number);
    struct report_source *told = &in->report->sources[source];
    struct intake_source *state = &in->sources[source];
    struct stat about;
    char hash[33];
    if (stat(file.path, &about) == 0) {
        in->bytes_total += (uint64_t)about.st_size;
        told->files_modified = about.st_mtime > told->files_modified ? about.st_mtime : told->files_modified;
    }
    struct err local = {0};
    if (file_fingerprint(&file, hash, &local) != STATUS_OK)
        fail_source(state, local.message);
    bool beside = references_beside(file.path);
    buf_addf(text, "%s\n%s\n", file.path, hash);
    if (beside || !hash[0]) /* what lies beside it is not looked at, so it is read each time */
        buf_addf(text, "%" PRId64 "\n", in->now);
    return buf_ok(text, err);
}

enum status intake_look(struct intake *in, size_t source, struct err *err)
{
    const struct settings_source *settings = &in->settings->sources[source];
    struct intake_source *state = &in->sources[source];
    struct buf text = BUF_INIT;
    enum status status = STATUS_OK;
    add_settings(settings, &text);
    for (size_t i = 0; i < settings->path_count && status == STATUS_OK; i++)
        status = look_at_file(in, source, i, &text, err);
    if (status == STATUS_OK) {
        XXH128_hash_t hash = XXH3_128bits(text.data, text.len);
        snprintf(state->fingerprint, sizeof state->fingerprint, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64,
                 (uint64_t)hash.low64);
    }
    buf_release(&text);
    return status;
}

enum status intake_gather(const struct settings_source *source, size_t file, struct import_lookup **lookup,
                          struct err *err)
{
    struct source_options options;
    const struct build_file asked = file_of(source, file);
    TRY(build_file_options(&asked, &options, err));
    return references_read(lookup, asked.path, &options, err);
}

/* The settings say something of a record too: with another licence the same bytes are another record. */
static uint64_t salted(const struct intake *in, uint64_t raw)
{
    const char *licence = in->settings->sources[in->reading].licence;
    return raw && licence ? raw ^ XXH3_64bits(licence, strlen(licence)) : raw;
}

/* ---- entries ---------------------------------------------------------------------------------------------------- */

static enum status fill_entry(struct intake *in, const struct record *record, const struct source_item *item,
                              size_t file, struct ledger_entry *entry, struct err *err)
{
    struct record_hash meaning;
    TRY(record_hash(record, &meaning, err));
    *entry = (struct ledger_entry){
        .id = ledger_id_hash(record->id, strlen(record->id)), .meaning = {meaning.high, meaning.low},
        .raw = salted(in, item->raw), .merged_into = LEDGER_NONE,
        .line = item->line > UINT32_MAX ? UINT32_MAX : (uint32_t)item->line,
        .organisation = LEDGER_NONE, .verified = record->verified_at_day, .past_after = DAY_NEVER,
        .source = (uint16_t)in->reading, .file = (uint16_t)file, .quality = quality_of(record)};
    duplicate_keys(record, entry);
    const char *name = record->kind == RECORD_ORGANISATION ? localised_pick(&record->title, RECORD_FI, NULL)
                       : record->organisation_count ? localised_pick(&record->organisation[0].name, RECORD_FI, NULL)
                                                    : NULL;
    return name ? tonight_organisation(in->tonight, in->previous, name, &entry->organisation, err) : STATUS_OK;
}

/* The second record of an id is refused: which of the two is right, only the source's owner knows. */
static enum status check_id(struct intake *in, struct hash128 id, const char *text, size_t file,
                            struct batch_item *item, struct arena *arena, struct err *err)
{
    const struct idset_slot *first;
    TRY(idset_add_hash(&in->tonight->ids, id.high, id.low, (uint32_t)(in->reading * SETTINGS_PATHS + file),
                       item->source.line, &first, err));
    if (!first)
        return STATUS_OK;
    const struct settings_source *source = &in->settings->sources[first->file / SETTINGS_PATHS];
    bool known = first->file % SETTINGS_PATHS < source->path_count; /* of a source that is left, files may have gone */
    const char *path = known ? source->paths[first->file % SETTINGS_PATHS] : source->name;
    const char *where = arena_printf(arena, "%s:%" PRIu32, path, first->line);
    if (!where)
        return arena_nomem(err);
    problems_push(&item->problems, "id");
    problem_error(&item->problems, PROBLEM_DUPLICATE,
                  &(struct problem_words){.value = text, .mend = "give each record an id of its own"},
                  "is the id of %s already", where);
    problems_pop(&item->problems);
    return STATUS_OK;
}

/* A record whose bytes were read before. */
static enum status decide_same(struct intake *in, struct batch_item *item, size_t file, struct arena *arena,
                               struct err *err)
{
    struct ledger_entry entry = in->previous->ledger.entries[item->source.known];
    const char *id = "";
    if (item->source.known < in->previous->ledger.rows) {
        size_t len;
        const char *view = columns_id(&in->previous->columns, item->source.known, &len);
        if (!(id = arena_copy(arena, view, len)))
            return arena_nomem(err);
    }
    problems_at(&item->problems, item->source.file, item->source.line);
    problems_set_id(&item->problems, *id ? id : NULL);
    TRY(check_id(in, entry.id, id, file, item, arena, err));
    if (item->problems.errors) {
        item->source.kind = SOURCE_REJECTED;
        return STATUS_OK;
    }
    entry.source = (uint16_t)in->reading;
    entry.file = (uint16_t)file;
    entry.line = (uint32_t)item->source.line;
    return tonight_add(in->tonight, &entry, item->source.known, false, &item->number, err);
}

static uint32_t find_before(const struct intake *in, struct hash128 id)
{
    return ledger_find_id(&in->previous->by_id, in->previous->ledger.entries, id);
}

static enum status decide_record(struct intake *in, struct batch_item *item, size_t file, struct arena *arena,
                                 struct err *err)
{
    struct ledger_entry entry;
    const struct ledger *before = &in->previous->ledger;
    TRY(fill_entry(in, &item->record, &item->source, file, &entry, err));
    TRY(check_id(in, entry.id, item->record.id, file, item, arena, err));
    if (item->problems.errors)
        return STATUS_OK;
    entry.flags = item->problems.warnings ? LEDGER_WARNED : 0;
    uint32_t prev = find_before(in, entry.id);
    const struct ledger_entry *was = prev == LEDGER_NONE ? NULL : &before->entries[prev];
    bool changed = !was || was->meaning.high != entry.meaning.high || was->meaning.low != entry.meaning.low ||
                   in->previous->source_now[was->source] != in->reading;
    if (was && !changed)
        entry.past_after = was->past_after; /* put() says it of those that get a document */
    item->wanted = in->segment && (changed || !in->previous->reusable);
    item->first_seen = was && prev < before->rows ? in->previous->columns.first_seen[prev] : (uint32_t)in->now;
    return tonight_add(in->tonight, &entry, prev, changed, &item->number, err);
}

static enum status decide_item(struct intake *in, struct batch_item *item, size_t file, struct arena *arena,
                               struct err *err)
{
    item->number = LEDGER_NONE;
    if (item->source.kind == SOURCE_SAME)
        return decide_same(in, item, file, arena, err);
    if (item->source.kind != SOURCE_RECORD)
        return STATUS_OK;
    if (in->settings->sources[in->reading].licence && !item->record.licence)
        item->record.licence = in->settings->sources[in->reading].licence;
    return decide_record(in, item, file, arena, err);
}

/* What fails here or in take() is no fault of the file that is read. */
static enum status decide(void *context, struct batch_item *item, size_t file, struct arena *arena, struct err *err)
{
    struct intake *in = context;
    enum status status = decide_item(in, item, file, arena, err);
    in->failed = in->failed || status != STATUS_OK;
    return status;
}

/* ---- in their order --------------------------------------------------------------------------------------------- */

static enum status tell_problems(struct intake *in, const struct problems *problems, struct err *err)
{
    struct buf line = BUF_INIT;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < problems->count && status == STATUS_OK; i++) {
        status = report_problem(in->report, in->reading, &problems->list[i], err);
        if (!in->watch || !in->watch->problem)
            continue;
        buf_reset(&line);
        problem_format(&problems->list[i], &line);
        in->watch->problem(in->watch->context, &problems->list[i], buf_str(&line));
    }
    buf_release(&line);
    return status;
}

static void tell_progress(struct intake *in, const struct source_info *info)
{
    if (in->watch && in->watch->progress)
        in->watch->progress(in->watch->context, BUILD_READING, in->records, in->bytes_before + info->bytes_read,
                            in->bytes_total);
}

static enum status put(struct intake *in, struct batch_item *item, struct err *err)
{
    TRY(segment_put_or_reject(in->segment, item, err));
    if (item->problems.errors) {
        in->tonight->state[item->number] = ENTRY_GONE;
        return STATUS_OK;
    }
    in->tonight->entries[item->number].past_after = item->document.columns.row.past_after;
    in->tonight->fresh[item->number] = segment_rows(in->segment) - 1;
    return STATUS_OK;
}

static enum status take_item(struct intake *in, struct batch_item *item, size_t file, const struct source_info *info,
                             struct err *err)
{
    struct report_source *told = &in->report->sources[in->reading];
    enum source_item_kind kind = item->source.kind;
    bool record = kind == SOURCE_RECORD || kind == SOURCE_REJECTED || kind == SOURCE_SAME;
    if (item->wanted && item->problems.errors == 0)
        TRY(put(in, item, err));
    told->read += record;
    told->rejected += record && item->problems.errors > 0;
    told->skipped += kind == SOURCE_SKIPPED;
    told->warnings += item->problems.warnings;
    in->records += record;
    if (kind == SOURCE_NOTICE && item->problems.errors)
        fail_by_problem(in, &item->problems);
    if (kind != SOURCE_END)
        in->last_broken = kind == SOURCE_REJECTED && item->problems.list[0].code == PROBLEM_SYNTAX;
    else if (in->last_broken && info->unfinished)
        fail_file(in, file, problem_text("ends in the middle of a record; fetch the file again"));
    in->sources[in->reading].foreign |= info->format == SOURCE_IMPORT;
    tell_progress(in, info);
    return tell_problems(in, &item->problems, err);
}

static enum status take(void *context, struct batch_item *item, size_t file, const struct source_info *info,
                        struct err *err)
{
    struct intake *in = context;
    enum status status = take_item(in, item, file, info, err);
    in->failed = in->failed || status != STATUS_OK;
    return status;
}

static bool known(void *context, uint64_t raw, uint32_t *number)
{
    const struct intake *in = context;
    *number = ledger_find_raw(&in->previous->by_raw, in->previous->ledger.entries, salted(in, raw));
    if (*number == LEDGER_NONE)
        return false;
    const struct ledger_entry *entry = &in->previous->ledger.entries[*number];
    return in->previous->source_now[entry->source] == in->reading && !(entry->flags & LEDGER_WARNED);
}

/* ---- a source --------------------------------------------------------------------------------------------------- */

/* A failure of this machine, not of the file. */
static bool ours(enum status status)
{
    return status == STATUS_NOMEM || status == STATUS_INTERNAL || status == STATUS_LIMIT;
}

static enum status read_file(struct intake *in, size_t file, struct err *err)
{
    const struct settings_source *settings = &in->settings->sources[in->reading];
    const struct reading reading = {in->pipeline, in->lookup, in, in->previous->reusable ? known : NULL, decide, take};
    const struct build_file asked = file_of(settings, file);
    struct err local = {0};
    uint64_t bytes = 0;
    in->last_broken = false;
    enum status status = reading_file(&reading, &asked, file, &bytes, &local);
    in->bytes_before += bytes;
    if (status != STATUS_OK && (ours(status) || in->failed))
        return err_set(err, status, "%s", local.message);
    if (status != STATUS_OK)
        fail_source(&in->sources[in->reading], local.message);
    return STATUS_OK;
}

enum status intake_read(struct intake *in, size_t source, struct err *err)
{
    in->reading = source;
    for (size_t file = 0; file < in->settings->sources[source].path_count; file++)
        TRY(read_file(in, file, err));
    return STATUS_OK;
}

/* What is kept yields to what was read: the record has moved, or another source says newer things of it. */
enum status intake_keep(struct intake *in, size_t source, struct err *err)
{
    const struct ledger *before = &in->previous->ledger;
    for (uint32_t i = 0; i < before->count; i++) {
        struct ledger_entry entry = before->entries[i];
        const struct idset_slot *first;
        uint32_t number;
        if (in->previous->source_now[entry.source] != source)
            continue;
        entry.source = (uint16_t)source;
        TRY(idset_add_hash(&in->tonight->ids, entry.id.high, entry.id.low,
                           (uint32_t)(source * SETTINGS_PATHS + entry.file), entry.line, &first, err));
        if (!first)
            TRY(tonight_add(in->tonight, &entry, i, false, &number, err));
    }
    return STATUS_OK;
}

/* The set of ids also has those that were read of sources that are held back now. */
enum status intake_keep_held(struct intake *in, size_t source, const struct ledger_index *live, struct err *err)
{
    const struct ledger *before = &in->previous->ledger;
    for (uint32_t i = 0; i < before->count; i++) {
        struct ledger_entry entry = before->entries[i];
        uint32_t number;
        if (in->previous->source_now[entry.source] != source ||
            ledger_find_id(live, in->tonight->entries, entry.id) != LEDGER_NONE)
            continue;
        entry.source = (uint16_t)source;
        TRY(tonight_add(in->tonight, &entry, i, false, &number, err));
    }
    return STATUS_OK;
}

bool intake_own_ids(const struct intake *in, size_t source)
{
    const struct ledger *before = &in->previous->ledger;
    for (uint32_t i = 0; i < before->count; i++)
        if (in->previous->source_now[before->entries[i].source] == source &&
            idset_has_hash(&in->tonight->ids, before->entries[i].id.high, before->entries[i].id.low))
            return false;
    return true;
}

/* ---- from what is stored ---------------------------------------------------------------------------------------- */

static enum status revive(struct intake *in, uint32_t number, struct batch *batch, struct err *err)
{
    struct batch_item *item;
    const void *stored;
    size_t len;
    uint32_t prev = in->tonight->prev[number];
    TRY(batch_add(batch, &item, err));
    TRY(previous_stored(in->previous, prev, &stored, &len, err));
    TRY(stored_to_record(stored, len, &batch->arena, &item->record, err));
    item->wanted = true;
    item->number = number;
    item->first_seen = prev < in->previous->ledger.rows ? in->previous->columns.first_seen[prev] : (uint32_t)in->now;
    return STATUS_OK;
}

enum status intake_revive(struct intake *in, uint32_t number, struct err *err)
{
    struct batch *batch = pipeline_batch(in->pipeline); /* nothing is under way */
    enum status status = revive(in, number, batch, err);
    pipeline_put(in->pipeline);
    struct err other = {0};
    enum status taken = pipeline_take(in->pipeline, &batch, status == STATUS_OK ? err : &other);
    if (status == STATUS_OK)
        status = taken;
    if (status == STATUS_OK)
        status = put(in, batch->items[0], err);
    if (taken == STATUS_OK)
        pipeline_give_back(in->pipeline);
    return status;
}
