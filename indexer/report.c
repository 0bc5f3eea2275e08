#include "indexer/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "indexer/report_folder.h"
#include "indexer/report_heard.h"
#include "indexer/report_lists.h"
#include "indexer/report_organisations.h"
#include "indexer/report_sum.h"
#include "indexer/report_trend.h"

const char *report_verdict_name(enum report_verdict verdict)
{
    static const char *const names[REPORT_VERDICTS] = {
        [REPORT_PUBLISHED] = "published", [REPORT_UNCHANGED] = "unchanged", [REPORT_HELD] = "held",
        [REPORT_REFUSED] = "refused",     [REPORT_FAILED] = "failed",
    };
    return (unsigned)verdict < REPORT_VERDICTS ? names[verdict] : "unknown";
}

const char *guard_name(enum guard guard)
{
    static const char *const names[GUARDS] = {
        [GUARD_UNREADABLE] = "unreadable", [GUARD_EMPTY] = "empty",         [GUARD_AGE] = "age",
        [GUARD_REJECTED] = "rejected",     [GUARD_DELETIONS] = "deletions", [GUARD_DRIFT] = "drift",
    };
    return (unsigned)guard < GUARDS ? names[guard] : "unknown";
}

const struct report_rule *report_rule_of(const struct report_source *source, enum problem_severity severity,
                                         enum problem_code code)
{
    return &source->rules[(severity == PROBLEM_ERROR ? PROBLEM_CODES : 0) + code];
}

/* ---- beginning ------------------------------------------------------------------------------------------------ */

static void source_init(struct report_source *source, const char *name, const struct settings_source *settings)
{
    *source = (struct report_source){.name = name, .settings = settings};
    for (int i = 0; i < GUARDS; i++)
        source->guards[i].guard = (enum guard)i;
}

static enum status make_places(struct report *report, struct err *err)
{
    const struct settings *settings = report->settings;
    report->sources = calloc(settings->source_count + 1, sizeof *report->sources);
    report->golden = calloc(settings->golden_count + 1, sizeof *report->golden);
    if (!report->sources || !report->golden)
        return err_set(err, STATUS_NOMEM, "out of memory for the report");
    for (size_t i = 0; i < settings->source_count; i++)
        source_init(&report->sources[i], settings->sources[i].name, &settings->sources[i]);
    for (size_t i = 0; i < settings->golden_count; i++)
        report->golden[i].settings = &settings->golden[i];
    report->source_count = settings->source_count;
    report->golden_count = settings->golden_count;
    return STATUS_OK;
}

enum status report_begin(struct report *report, const struct settings *settings, const char *folder, int64_t now,
                         struct err *err)
{
    *report = (struct report){.settings = settings, .started = now, .ended = now};
    struct buf tmp = BUF_INIT;
    enum status status = make_places(report, err);
    if (status == STATUS_OK)
        status = run_begin(folder, &report->run, &report->folder, err);
    if (status == STATUS_OK) {
        buf_addf(&tmp, "%s.tmp", report->folder.data);
        status = buf_ok(&tmp, err);
    } else {
        buf_release(&report->folder); /* no folder to remove */
    }
    if (status == STATUS_OK)
        status = lists_open(&report->lists, tmp.data, err);
    buf_release(&tmp);
    if (status != STATUS_OK)
        report_release(report);
    return status;
}

enum status report_source_add(struct report *report, const char *name, size_t *index, struct err *err)
{
    size_t count = report->source_count, gone = count - report->settings->source_count;
    if (gone == REPORT_SOURCES_GONE)
        return err_set(err, STATUS_LIMIT, "source %s: the index has more than %d sources that are not configured",
                       name, REPORT_SOURCES_GONE);
    char *copy = arena_copy(&report->arena, name, strlen(name));
    struct report_source *sources = realloc(report->sources, (count + 1) * sizeof *sources);
    if (sources)
        report->sources = sources;
    if (!copy || !sources)
        return err_set(err, STATUS_NOMEM, "out of memory for the report");
    source_init(&sources[count], copy, NULL);
    *index = report->source_count++;
    return STATUS_OK;
}

void report_release(struct report *report)
{
    lists_free(report->lists);
    if (report->folder.data) {
        enum status ignored = run_abandon(report->folder.data, NULL); /* the next run removes what stays */
        (void)ignored;
    }
    buf_release(&report->folder);
    arena_release(&report->arena);
    free(report->sources);
    free(report->golden);
    *report = (struct report){0};
}

/* ---- single records ------------------------------------------------------------------------------------------- */

static enum status add_row(struct report *report, enum report_list list, const char *const *cells, struct err *err)
{
    TRY(lists_row(report->lists, list, cells, err));
    report->rows[list]++;
    return STATUS_OK;
}

static bool copy_text(struct arena *arena, const char **text)
{
    if (!*text)
        return true;
    *text = arena_copy(arena, *text, strlen(*text));
    return *text != NULL;
}

static enum status copy_problem(struct report *report, const struct problem *problem, struct problem *copy,
                                struct err *err)
{
    struct problem kept = *problem;
    struct arena *arena = &report->arena;
    if (!copy_text(arena, &kept.file) || !copy_text(arena, &kept.id) || !copy_text(arena, &kept.field) ||
        !copy_text(arena, &kept.column) || !copy_text(arena, &kept.value) || !copy_text(arena, &kept.what) ||
        !copy_text(arena, &kept.allowed) || !copy_text(arena, &kept.mend))
        return arena_nomem(err);
    *copy = kept;
    return STATUS_OK;
}

/* The place for an example: the next free one, or that of one whose field another example has, when this field has
 * none yet; -1: not wanted.  Each is replaced once at most, so a million faults of a rule take the memory of six. */
static int example_place(const struct report_rule *rule, const struct problem *problem)
{
    int twin = -1;
    for (size_t i = 0; i < rule->example_count; i++) {
        if (rule->example_count == REPORT_EXAMPLES && field_same(rule->examples[i].field, problem->field))
            return -1;
        for (size_t j = 0; j < i; j++)
            if (field_same(rule->examples[i].field, rule->examples[j].field))
                twin = (int)i;
    }
    return rule->example_count < REPORT_EXAMPLES ? (int)rule->example_count : twin;
}

enum status report_problem(struct report *report, size_t source, const struct problem *problem, struct err *err)
{
    char line[24] = "";
    struct report_source *at = &report->sources[source];
    bool error = problem->severity == PROBLEM_ERROR;
    struct report_rule *rule = &at->rules[(error ? PROBLEM_CODES : 0) + problem->code];
    int place = example_place(rule, problem);
    if (place >= 0) {
        TRY(copy_problem(report, problem, &rule->examples[place], err));
        rule->example_count += (size_t)place == rule->example_count;
    }
    rule->count++;
    if (problem->line)
        snprintf(line, sizeof line, "%llu", (unsigned long long)problem->line);
    const char *const cells[LIST_COLUMNS] = {
        at->name,        problem->file,  line,
        problem->id,     problem->field, problem->column,
        problem->value,  problem_code_name(problem->code),
        problem->what,   problem->allowed, problem->mend,
    };
    return add_row(report, error ? LIST_REJECTS : LIST_WARNINGS, cells, err);
}

enum status report_removed(struct report *report, const char *source, const char *id, const char *title,
                           struct err *err)
{
    return add_row(report, LIST_REMOVED, (const char *const[]){source, id, title}, err);
}

enum status report_missing(struct report *report, const char *source, const char *id, const char *title,
                           struct err *err)
{
    return add_row(report, LIST_MISSING, (const char *const[]){source, id, title}, err);
}

enum status report_merged(struct report *report, const char *source, const char *id, const char *title,
                          const char *kept_source, const char *kept_id, const char *rule, struct err *err)
{
    return add_row(report, LIST_MERGED, (const char *const[]){source, id, title, kept_source, kept_id, rule}, err);
}

enum status report_changed(struct report *report, bool added, const char *source, const char *id, const char *title,
                           struct err *err)
{
    return add_row(report, LIST_CHANGED, (const char *const[]){added ? "added" : "changed", source, id, title}, err);
}

/* ---- the end -------------------------------------------------------------------------------------------------- */

typedef void rendering(const struct report *report, struct buf *out);

static enum status write_rendering(const struct report *report, const char *name, rendering *render, struct err *err)
{
    struct buf out = BUF_INIT;
    render(report, &out);
    enum status status = run_write(report->folder.data, name, &out, err);
    buf_release(&out);
    return status;
}

static enum status write_all(struct report *report, const char *reports, struct err *err)
{
    TRY(heard_take(report, err));
    TRY(organisations_list(report, err));
    TRY(lists_close(report->lists, err));
    TRY(trend_read(report, reports, err));
    TRY(write_rendering(report, "report.json", report_json, err));
    TRY(write_rendering(report, "report.html", report_html, err));
    TRY(write_rendering(report, "report.txt", report_text, err));
    if (report->settings->mail_to)
        TRY(write_rendering(report, "report.eml", report_mail, err));
    return run_finish(report->folder.data, err);
}

enum status report_finish(struct report *report, int64_t now, struct buf *path, struct err *err)
{
    struct buf reports = BUF_INIT;
    report->ended = now;
    buf_add(&reports, report->folder.data, (size_t)(strrchr(report->folder.data, '/') - report->folder.data));
    if (!reports.len)
        buf_adds(&reports, "/");
    enum status status = buf_ok(&reports, err);
    if (status == STATUS_OK)
        status = write_all(report, reports.data, err);
    if (status == STATUS_OK && path) {
        buf_reset(path);
        buf_add(path, report->folder.data, report->folder.len);
        status = buf_ok(path, err);
    }
    if (status == STATUS_OK && report->settings->report_keep)
        status = run_prune(reports.data, report->settings->report_keep, err);
    buf_release(&reports);
    return status;
}
