#include "indexer/night.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "calendar.h"
#include "generation.h"
#include "indexer/assemble_files.h"
#include "indexer/duplicates.h"
#include "indexer/golden.h"
#include "indexer/guard.h"
#include "indexer/intake.h"
#include "indexer/nearest.h"
#include "indexer/night_count.h"
#include "indexer/references.h"
#include "indexer/sources/import.h"
#include "indexer/verify.h"
#include "messages.h"

struct night {
    const struct night_options *options;
    const struct settings *settings;
    struct report *report;
    int32_t today;
    struct previous previous;
    struct tonight tonight;
    struct intake intake;
    struct import_lookup *lookup;
    struct pipeline *pipeline;
    struct segment *segment;
    struct assembly assembly;
    uint32_t number;                /* of the generation under construction; 0: none */
    struct buf path, fresh_path, previous_path;
};

static bool named(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void tell_stage(const struct night *n, enum build_stage stage)
{
    const struct build_watch *watch = n->options->watch;
    if (watch && watch->progress)
        watch->progress(watch->context, stage, n->intake.records, n->intake.bytes_total, n->intake.bytes_total);
}

/* ---- before reading --------------------------------------------------------------------------------------------- */

static enum status check_list(const struct night *n, const char *const *names, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t s = 0; s < n->report->source_count && !known; s++)
            known = strcmp(n->report->sources[s].name, names[i]) == 0;
        if (!known)
            return err_set(err, STATUS_INVALID, "there is no source %s; the configuration file names them", names[i]);
    }
    return STATUS_OK;
}

/* A name that is given must be there: a misspelt one would be silently without effect. */
static enum status check_names(const struct night *n, struct err *err)
{
    const struct night_options *o = n->options;
    TRY(check_list(n, o->only, o->only_count, err));
    for (int guard = 0; guard < GUARDS; guard++)
        TRY(check_list(n, o->allow[guard].names, o->allow[guard].count, err));
    return STATUS_OK;
}

/* Sources of which something serves and that are not configured any more come behind the configured ones. */
static enum status add_gone_sources(struct night *n, struct err *err)
{
    struct previous *p = &n->previous;
    bool serves[LEDGER_SOURCES] = {false};
    for (uint32_t i = 0; i < p->ledger.count; i++)
        serves[p->ledger.entries[i].source] = true;
    for (size_t i = 0; i < p->ledger.source_count; i++) {
        size_t index;
        if (p->source_now[i] != UINT16_MAX || !serves[i])
            continue;
        TRY(report_source_add(n->report, p->ledger.sources[i], &index, err));
        n->report->sources[index].taken = TAKEN_LEFT;
        p->source_now[i] = (uint16_t)index;
    }
    return STATUS_OK;
}

static enum status open_segment(struct night *n, struct err *err)
{
    TRY(generation_begin(n->options->dir, &n->number, &n->path, err));
    buf_addf(&n->fresh_path, "%s/fresh", buf_str(&n->path));
    TRY(buf_ok(&n->fresh_path, err));
    TRY(generation_make_part(n->fresh_path.data, err));
    const struct records *like = n->previous.reusable ? &n->previous.records : NULL;
    return segment_new(&n->segment, n->fresh_path.data, n->pipeline, like, err);
}

static enum status begin(struct night *n, struct err *err)
{
    TRY(previous_open(&n->previous, n->options->dir, n->settings, err));
    if (n->options->whole)
        previous_forget_files(&n->previous, problem_text("every record is to be indexed anew"));
    n->report->generation_before = n->report->generation = n->previous.generation;
    n->report->records_before = n->report->records = n->previous.ledger.rows;
    n->report->whole_rebuild = !n->previous.reusable;
    TRY(add_gone_sources(n, err));
    TRY(check_names(n, err));
    if (n->previous.generation)
        TRY(generation_path(n->options->dir, n->previous.generation, &n->previous_path, err));
    TRY(tonight_init(&n->tonight, &n->previous, err));
    TRY(pipeline_new(&n->pipeline, n->options->jobs ? n->options->jobs : build_jobs(), true, err));
    if (n->previous.reusable)
        pipeline_recall(n->pipeline, &n->previous.meanings);
    TRY(open_segment(n, err));
    n->intake = (struct intake){.settings = n->settings, .previous = &n->previous, .tonight = &n->tonight,
                                .report = n->report, .segment = n->segment, .pipeline = n->pipeline,
                                .watch = n->options->watch, .now = n->options->now};
    n->intake.sources = calloc(n->settings->source_count + 1, sizeof *n->intake.sources);
    return n->intake.sources ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool is_left(const struct night *n, size_t source)
{
    return n->options->only_count &&
           !named(n->options->only, n->options->only_count, n->settings->sources[source].name);
}

/* What the generation that serves has been made from, by source. */
static enum status read_manifest(const struct night *n, struct manifest *manifest, struct err *err)
{
    *manifest = (struct manifest){.source_count = 0};
    return n->previous.reusable ? manifest_read(manifest, n->previous_path.data, NULL, err) : STATUS_OK;
}

/* Byte for byte what it was, and nothing in it that has to be told again. */
static bool is_same(const struct night *n, const struct manifest *manifest, size_t source)
{
    const struct intake_source *look = &n->intake.sources[source];
    for (size_t i = 0; i < manifest->source_count; i++) {
        const struct manifest_source *was = &manifest->sources[i];
        if (strcmp(was->name, n->settings->sources[source].name) == 0)
            return was->clean && strcmp(was->fingerprint, look->fingerprint) == 0;
    }
    return false;
}

static enum status keep_source(struct night *n, size_t source, enum report_taken taken, struct err *err)
{
    n->report->sources[source].taken = taken;
    return intake_keep(&n->intake, source, err);
}

/* Foreign objects refer to those of other files: they are the same only when all files are. */
static enum status look_at_sources(struct night *n, bool *same, struct err *err)
{
    struct manifest manifest;
    bool all = true;
    TRY(read_manifest(n, &manifest, err));
    enum status status = STATUS_OK;
    for (size_t s = 0; s < n->settings->source_count && status == STATUS_OK; s++) {
        if (is_left(n, s))
            continue;
        status = intake_look(&n->intake, s, err);
        same[s] = is_same(n, &manifest, s);
        all &= same[s];
    }
    for (size_t s = 0; s < n->settings->source_count; s++)
        for (size_t i = 0; i < manifest.source_count; i++)
            if (strcmp(manifest.sources[i].name, n->settings->sources[s].name) == 0 && manifest.sources[i].foreign) {
                same[s] &= all;
                n->intake.sources[s].foreign = true; /* also when it is not read tonight */
            }
    manifest_release(&manifest);
    return status;
}

static enum status gather_references(struct night *n, const bool *same, struct err *err)
{
    for (size_t s = 0; s < n->settings->source_count; s++)
        for (size_t i = 0; !same[s] && !is_left(n, s) && i < n->settings->sources[s].path_count; i++)
            TRY(intake_gather(&n->settings->sources[s], i, &n->lookup, err));
    n->intake.lookup = n->lookup;
    return STATUS_OK;
}

static enum status read_source(struct night *n, size_t source, bool same, struct err *err)
{
    struct report_source *told = &n->report->sources[source];
    if (is_left(n, source))
        return keep_source(n, source, TAKEN_LEFT, err);
    if (!same || !intake_own_ids(&n->intake, source)) /* that an id is taken has to be told of its line */
        return intake_read(&n->intake, source, err);
    uint32_t before = n->tonight.count;
    TRY(keep_source(n, source, TAKEN_SAME, err));
    told->read = n->tonight.count - before;
    return STATUS_OK;
}

static enum status read_sources(struct night *n, struct err *err)
{
    bool same[SETTINGS_SOURCES] = {false};
    TRY(look_at_sources(n, same, err));
    TRY(gather_references(n, same, err));
    for (size_t s = 0; s < n->settings->source_count; s++)
        TRY(read_source(n, s, same[s], err));
    return STATUS_OK;
}

/* ---- judging ---------------------------------------------------------------------------------------------------- */

/* What was read of the source tonight does not count, what serves of it does: keep_held(). */
static enum status hold_back(struct night *n, size_t source, struct err *err)
{
    struct report_source *told = &n->report->sources[source];
    TRY(tell_missing(n->report, &n->previous, &n->tonight, source, err));
    for (uint32_t i = 0; i < n->tonight.count; i++)
        if (n->tonight.entries[i].source == source)
            n->tonight.state[i] = ENTRY_GONE;
    told->accepted = told->read - told->rejected;
    told->taken = TAKEN_KEPT;
    n->report->verdict = REPORT_HELD;
    return STATUS_OK;
}

static bool is_allowed(const struct night *n, enum guard guard, const char *source)
{
    return named(n->options->allow[guard].names, n->options->allow[guard].count, source);
}

static bool judge(struct night *n, size_t source, uint64_t before, uint64_t missing)
{
    struct report_source *told = &n->report->sources[source];
    struct guarded guarded = {
        .limits = &told->settings->limits, .before = before, .missing = missing,
        .now = n->options->now};
    for (int guard = 0; guard < GUARDS; guard++)
        guarded.allowed[guard] = is_allowed(n, (enum guard)guard, told->name);
    if (n->intake.sources[source].unreadable)
        guarded.unreadable = n->intake.sources[source].why;
    return guards_judge(&guarded, told);
}

/* A source that is not configured any more goes when its deletions are allowed, and stays otherwise.  What others have
 * taken over, as all of a source that got another name, does not go. */
static enum status judge_gone(struct night *n, size_t source, const struct ledger_index *live, struct err *err)
{
    struct report_source *told = &n->report->sources[source];
    const struct ledger *before = &n->previous.ledger;
    uint64_t going = 0;
    for (uint32_t i = 0; i < before->count; i++)
        going += n->previous.source_now[before->entries[i].source] == source &&
                 ledger_find_id(live, n->tonight.entries, before->entries[i].id) == LEDGER_NONE;
    bool allowed = is_allowed(n, GUARD_DELETIONS, told->name);
    guard_gone(going, allowed, told);
    return going && !allowed ? hold_back(n, source, err) : STATUS_OK;
}

static enum status keep_held(struct night *n, const struct ledger_index *live, struct err *err)
{
    for (size_t s = n->settings->source_count; s < n->report->source_count; s++)
        TRY(judge_gone(n, s, live, err));
    for (size_t s = 0; s < n->report->source_count; s++)
        if (n->report->sources[s].taken == TAKEN_KEPT)
            TRY(intake_keep_held(&n->intake, s, live, err));
    return STATUS_OK;
}

/* All are judged before anything is kept: what another source has read may be held back too. */
static enum status judge_all(struct night *n, const uint64_t *before, const uint64_t *missing, struct err *err)
{
    struct ledger_index live;
    for (size_t s = 0; s < n->settings->source_count; s++)
        if (n->report->sources[s].taken != TAKEN_LEFT && judge(n, s, before[s], missing[s]))
            TRY(hold_back(n, s, err));
    TRY(tonight_index(&n->tonight, &live, err));
    enum status status = keep_held(n, &live, err);
    ledger_index_release(&live);
    return status;
}

static enum status judge_sources(struct night *n, struct err *err)
{
    uint64_t *before = calloc(2 * n->report->source_count, sizeof *before);
    struct ledger_index ids = {NULL, 0};
    if (!before)
        return err_set(err, STATUS_NOMEM, "out of memory");
    uint64_t *missing = before + n->report->source_count;
    enum status status = tonight_index(&n->tonight, &ids, err);
    if (status == STATUS_OK) {
        count_sources(n->report, &n->previous, &n->tonight, n->today, before, missing, &ids);
        status = judge_all(n, before, missing, err);
    }
    ledger_index_release(&ids);
    free(before);
    return status;
}

/* ---- duplicates ------------------------------------------------------------------------------------------------- */

/* An entry that is shown needs a document: its own of tonight, or a row that can be copied. */
static bool lacks_document(const struct night *n, uint32_t i)
{
    bool row = n->previous.reusable && n->tonight.prev[i] < n->previous.ledger.rows;
    return n->tonight.state[i] == ENTRY_SHOWN && n->tonight.fresh[i] == LEDGER_NONE && !row;
}

static enum status find_duplicates(struct night *n, struct err *err)
{
    struct tonight *t = &n->tonight;
    struct duplicate *found;
    size_t count;
    TRY(duplicates_find(t->entries, t->state, t->count, &found, &count, err)); /* those shown have state 0 */
    for (size_t i = 0; i < count; i++) {
        t->state[found[i].entry] = ENTRY_MERGED;
        t->rule[found[i].entry] = (uint8_t)found[i].rule;
        t->entries[found[i].entry].merged_into = found[i].kept;
    }
    free(found);
    for (uint32_t i = 0; i < t->count; i++)
        if (lacks_document(n, i))
            TRY(intake_revive(&n->intake, i, err));
    return STATUS_OK;
}

/* ---- building --------------------------------------------------------------------------------------------------- */

/* Another record is shown for it than before, or it was shown itself. */
static bool hidden_anew(const struct night *n, uint32_t entry)
{
    const struct ledger *before = &n->previous.ledger;
    uint32_t prev = n->tonight.prev[entry];
    if (prev == LEDGER_NONE || prev < before->rows)
        return true;
    struct hash128 was = before->entries[before->entries[prev].merged_into].id;
    struct hash128 now = n->tonight.entries[n->tonight.entries[entry].merged_into].id;
    return was.high != now.high || was.low != now.low;
}

/* Hidden records count too: when the one that is shown for them goes, they must be known as they are by then. */
static bool anything_changed(const struct night *n)
{
    const struct ledger *before = &n->previous.ledger;
    uint32_t shown = 0, hidden = 0;
    for (uint32_t i = 0; i < n->tonight.count; i++) {
        if (n->tonight.state[i] == ENTRY_GONE)
            continue;
        bool merged = n->tonight.state[i] == ENTRY_MERGED;
        if (n->tonight.changed[i] || (merged && hidden_anew(n, i)))
            return true;
        *(merged ? &hidden : &shown) += 1;
    }
    return shown != before->rows || hidden != before->count - before->rows || !n->previous.reusable;
}

static enum status count(struct night *n, struct err *err)
{
    struct fresh_records fresh = {.path = n->fresh_path.data};
    TRY(segment_close(n->segment, err));
    TRY(fresh_records_open(&fresh, err));
    const struct night_options *o = n->options;
    enum status status = count_changes(n->report, &n->previous, &n->tonight, &fresh, n->today, err);
    if (status == STATUS_OK && o->difference)
        status = differences(n->report, &n->previous, &n->tonight, &fresh, o->difference_json, o->difference,
                             o->difference_context, err);
    fresh_records_close(&fresh);
    return status;
}

static enum status write_manifest(const struct night *n, struct err *err)
{
    struct manifest manifest;
    TRY(manifest_expected(&manifest, err));
    manifest.created = n->options->now;
    manifest.documents = n->assembly.rows;
    manifest.sources = calloc(n->report->source_count, sizeof *manifest.sources);
    if (!manifest.sources)
        return err_set(err, STATUS_NOMEM, "out of memory");
    for (size_t s = 0; s < n->report->source_count; s++) {
        const struct report_source *told = &n->report->sources[s];
        struct manifest_source *source = &manifest.sources[manifest.source_count++];
        bool ours = s < n->settings->source_count && (told->taken == TAKEN_NEW || told->taken == TAKEN_SAME);
        snprintf(source->name, sizeof source->name, "%s", told->name);
        source->records = told->records;
        source->rejected = told->rejected;
        source->clean = ours && told->rejected == 0 && told->warnings == 0 && told->skipped == 0;
        source->foreign = ours && n->intake.sources[s].foreign;
        if (ours)
            memcpy(source->fingerprint, n->intake.sources[s].fingerprint, sizeof source->fingerprint);
        manifest.rejected += told->rejected;
    }
    enum status status = manifest_write(&manifest, n->path.data, err);
    manifest_release(&manifest);
    return status;
}

static enum status put_together(struct night *n, struct err *err)
{
    const char *names[SETTINGS_SOURCES + LEDGER_SOURCES];
    for (size_t s = 0; s < n->report->source_count; s++)
        names[s] = n->report->sources[s].name;
    const struct assemble_options options = {
        .path = n->path.data, .fresh_path = n->fresh_path.data, .source_names = names,
        .source_count = n->report->source_count, .today = n->today, .tombstone_days = n->settings->tombstone_days,
        .previous_path = n->previous.generation ? n->previous_path.data : NULL};
    TRY(assembly_plan(&n->assembly, &n->tonight, &n->previous, segment_rows(n->segment), err));
    if (n->assembly.rows == 0)
        return err_set(err, STATUS_NOTFOUND, "no record is left; nothing is published and what serves goes on");
    tell_stage(n, BUILD_WRITING);
    TRY(assemble(&n->assembly, &options, &n->tonight, &n->previous, n->segment, &n->pipeline, err));
    TRY(write_manifest(n, err));
    tell_stage(n, BUILD_VERIFYING);
    TRY(generation_verify(n->path.data, n->assembly.rows, err));
    return generation_finish(n->options->dir, n->number, err);
}

/* The new generation is whole under its name; published it is only when the golden queries find what they must. */
static enum status publish(struct night *n, struct err *err)
{
    bool lost = false;
    enum status status = golden_ask(n->options->dir, n->number, n->previous.generation, n->settings, n->today,
                                    n->report, &lost, err);
    if (status != STATUS_OK || lost) {
        enum status removed = generation_remove(n->options->dir, n->number, NULL);
        (void)removed; /* it is not named by CURRENT; prune takes it some day */
        n->number = 0;
    }
    TRY(status);
    if (lost) {
        n->report->verdict = REPORT_REFUSED;
        return STATUS_OK;
    }
    TRY(generation_publish(n->options->dir, n->number, err));
    n->report->generation = n->number;
    n->report->records = n->assembly.rows;
    n->report->verdict = n->report->verdict == REPORT_HELD ? REPORT_HELD : REPORT_PUBLISHED;
    n->number = 0;
    return generation_prune(n->options->dir, n->options->keep, false, NULL, err);
}

/* Nothing is published: the report says what the golden queries find as it is. */
static enum status ask_again(struct night *n, struct err *err)
{
    bool lost;
    uint32_t number = n->previous.reusable ? n->previous.generation : 0;
    if (number == 0) {
        n->report->golden_count = 0;
        return STATUS_OK;
    }
    return golden_ask(n->options->dir, number, 0, n->settings, n->today, n->report, &lost, err);
}

/* ---- the night -------------------------------------------------------------------------------------------------- */

static bool all_held(const struct night *n)
{
    for (size_t s = 0; s < n->settings->source_count; s++)
        if (n->report->sources[s].taken != TAKEN_KEPT)
            return false;
    return n->settings->source_count > 0;
}

/* A source is held back, but what serves of it cannot be read: to publish would take its records away. */
static bool held_is_lost(const struct night *n)
{
    if (n->report->verdict != REPORT_HELD || n->previous.told || n->previous.generation == 0)
        return false;
    snprintf(n->report->why, sizeof n->report->why,
             problem_text("%.400s, and records of a source that is held back would be lost"), n->previous.why);
    return true;
}

static enum status work(struct night *n, struct err *err)
{
    n->report->verdict = REPORT_UNCHANGED;
    TRY(begin(n, err));
    TRY(read_sources(n, err));
    TRY(judge_sources(n, err));
    TRY(find_duplicates(n, err));
    TRY(count(n, err));
    if (all_held(n) || held_is_lost(n))
        n->report->verdict = REPORT_REFUSED;
    else if (n->report->verdict == REPORT_UNCHANGED && n->options->dry_run && anything_changed(n))
        n->report->verdict = REPORT_PUBLISHED; /* what it would be */
    if (n->report->verdict == REPORT_REFUSED || n->options->dry_run || !anything_changed(n))
        return ask_again(n, err);
    TRY(put_together(n, err));
    return publish(n, err);
}

static void end(struct night *n)
{
    segment_free(n->segment);
    pipeline_free(n->pipeline);
    assembly_release(&n->assembly);
    tonight_release(&n->tonight);
    previous_close(&n->previous);
    import_lookup_free(n->lookup);
    free(n->intake.sources);
    if (n->number) {
        enum status cleaned = generation_abandon(n->options->dir, n->number, NULL);
        (void)cleaned; /* what is left over, the next run removes */
    }
    buf_release(&n->path);
    buf_release(&n->fresh_path);
    buf_release(&n->previous_path);
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* With the lock held and the report begun. */
static enum status run(const struct night_options *options, struct report *report, struct err *err)
{
    struct night n = {.options = options, .settings = options->settings, .report = report,
                      .today = moment_from_instant(options->now).day};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    struct err local = {0};
    enum status status = work(&n, &local);
    end(&n);
    clock_gettime(CLOCK_MONOTONIC, &to);
    report->seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    report->cpu_seconds = cpu_seconds();
    if (status == STATUS_OK)
        return STATUS_OK;
    for (size_t s = 0; s < report->source_count; s++) { /* broken off before all was counted: the sum holds so far */
        struct report_source *told = &report->sources[s];
        told->accepted = told->read - told->rejected - told->merged;
    }
    report->verdict = REPORT_FAILED;
    snprintf(report->why, sizeof report->why, "%s", local.message);
    return err_set(err, status, "%s", local.message);
}

static enum status reports_folder(const struct night_options *options, struct buf *folder, struct err *err)
{
    if (options->settings->reports)
        buf_adds(folder, options->settings->reports);
    else
        buf_addf(folder, "%s/reports", options->dir);
    return buf_ok(folder, err);
}

static enum status write_state(const struct night_options *options, const struct report *report, struct err *err)
{
    struct buf text = BUF_INIT;
    report_state(report, &text);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK)
        status = generation_status_write(options->dir, text.data, text.len, err);
    buf_release(&text);
    return status;
}

/* What the report asks the index for, when it has words that found nothing. */
static struct nearest *ask_nearest(const struct night_options *options, struct report *report)
{
    struct nearest *nearest = NULL;
    struct err why = {0};
    if (!options->settings->state || !report->generation)
        return NULL;
    if (nearest_open(&nearest, options->dir, report->generation, &why) != STATUS_OK) {
        snprintf(report->heard.why, sizeof report->heard.why, "%s", why.message);
        return NULL;
    }
    report->nearest = nearest_word;
    report->nearest_context = nearest;
    return nearest;
}

enum status night_run(const struct night_options *options, struct report *report, struct err *err)
{
    struct generation_lock lock;
    struct buf folder = BUF_INIT;
    TRY(generation_lock(&lock, options->dir, err));
    enum status status = reports_folder(options, &folder, err);
    if (status == STATUS_OK)
        status = report_begin(report, options->settings, folder.data, options->now, err);
    if (status == STATUS_OK) {
        report->dry_run = options->dry_run;
        status = run(options, report, err);
        struct err second = {0};
        struct nearest *nearest = ask_nearest(options, report);
        enum status told = report_finish(report, options->now + (int64_t)report->seconds, NULL, &second);
        if (told == STATUS_OK && !options->dry_run)
            told = write_state(options, report, &second);
        nearest_close(nearest);
        if (status == STATUS_OK && told != STATUS_OK)
            status = err_set(err, told, "%s", second.message);
    }
    generation_unlock(&lock);
    buf_release(&folder);
    return status;
}
