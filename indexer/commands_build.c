/* check, build, run: the commands that read records. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/build.h"
#include "indexer/command.h"
#include "indexer/progress.h"

const struct command commands[] = {
    {"check", "FILE...", 1, BUILD_FILES, command_check, "read and check records, build nothing"},
    {"run", "[FILE...]", 0, BUILD_FILES, command_run,
     "--config: the night, what cron calls; of FILEs: build all anew, publish and prune"},
    {"diff", "", 0, 0, command_diff, "what run --config would change, record by record and field by field"},
    {"build", "FILE...", 1, BUILD_FILES, command_build, "build a generation, publish nothing"},
    {"publish", "N", 1, 1, command_publish, "let generation N serve"},
    {"status", "", 0, 0, command_status, "what serves now"},
    {"list", "", 0, 0, command_list, "all generations"},
    {"rollback", "", 0, 0, command_rollback, "let the generation before the current one serve"},
    {"prune", "", 0, 0, command_prune, "remove old generations (--keep)"},
    {"why-not", "ID", 1, 1, command_why_not, "what keeps a record out; with --config its sources are looked through"},
    {"explain", "ID QUERY", 2, 2, command_explain, "where a search has the record, and why; or what it lacks"},
    {"export", "", 0, 0, command_export, "what serves now as JSON Lines"},
};
const size_t command_count = sizeof commands / sizeof *commands;

struct watching {
    const struct command_line *line;
    struct progress progress;
};

static void on_problem(void *context, const struct problem *problem, const char *line)
{
    struct watching *watching = context;
    if (watching->line->quiet && problem->severity == PROBLEM_WARNING)
        return;
    progress_clear(&watching->progress);
    fprintf(stderr, "%s\n", line);
}

static void on_progress(void *context, enum build_stage stage, uint64_t records, uint64_t bytes, uint64_t bytes_total)
{
    struct watching *watching = context;
    progress_update(&watching->progress, stage, records, bytes, bytes_total);
}

/* "corpus/a.jsonl" -> "a", "tables/" and "tables/datapackage.json" -> "tables": the name of a source that has none of
 * its own. */
static char *source_name(const char *path)
{
    static const char package[] = "/datapackage.json";
    size_t end = strlen(path);
    if (end > sizeof package - 1 && strcmp(path + end - (sizeof package - 1), package) == 0)
        end -= sizeof package - 1;
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    size_t len = strcspn(path + begin, ".");
    len = len < end - begin ? len : end - begin;
    if (strcmp(path, "-") == 0 || len == 0)
        return strdup("stdin");
    return strndup(path + begin, len < GENERATION_NAME_BYTES - 1 ? len : GENERATION_NAME_BYTES - 1);
}

static void files_free(struct build_file *files, size_t count)
{
    for (size_t i = 0; files && i < count; i++)
        free((char *)(uintptr_t)files[i].name);
    free(files);
}

static enum status files_new(const struct command_line *line, struct build_file **files, struct err *err)
{
    size_t count = (size_t)line->operand_count;
    struct build_file *list = calloc(count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        list[i] = (struct build_file){line->operands[i], source_name(line->operands[i]), line->format};
        if (!list[i].name) {
            files_free(list, count);
            list = NULL;
        }
    }
    *files = list;
    return list ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

static void print_counts_json(const struct build_count *count, struct buf *out)
{
    buf_addf(out, "\"read\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"rejected\":%" PRIu64 ",\"duplicates\":%" PRIu64
             ",\"skipped\":%" PRIu64 ",\"warnings\":%" PRIu64, count->read, count->accepted, count->rejected,
             count->duplicates, count->skipped, count->warnings);
}

static void print_json(const struct command_line *line, const struct build_file *files,
                       const struct build_report *report, bool published)
{
    struct buf out = BUF_INIT;
    buf_addc(&out, '{');
    print_counts_json(&report->total, &out);
    buf_adds(&out, ",\"sources\":[");
    for (int i = 0; i < line->operand_count; i++) {
        buf_adds(&out, i ? ",{\"name\":" : "{\"name\":");
        buf_add_json(&out, files[i].name, strlen(files[i].name));
        buf_adds(&out, ",\"path\":");
        buf_add_json(&out, files[i].path, strlen(files[i].path));
        buf_addc(&out, ',');
        print_counts_json(&report->files[i], &out);
        buf_addc(&out, '}');
    }
    buf_adds(&out, "],\"seconds\":");
    buf_add_number(&out, report->seconds, 3);
    buf_adds(&out, ",\"stageSeconds\":{");
    for (int stage = 0; stage < BUILD_DONE; stage++) {
        buf_addf(&out, "%s\"%s\":", stage ? "," : "", build_stage_name((enum build_stage)stage));
        buf_add_number(&out, report->stage_seconds[stage], 3);
    }
    buf_addc(&out, '}');
    if (report->generation)
        buf_addf(&out, ",\"generation\":%" PRIu32 ",\"documents\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"published\":%s",
                 report->generation, report->documents, report->bytes, published ? "true" : "false");
    fprintf(line->out, "%s}\n", buf_str(&out));
    buf_release(&out);
}

static void print_text(const struct command_line *line, const struct build_file *files,
                       const struct build_report *report, bool published)
{
    for (int i = 0; i < line->operand_count; i++) {
        fprintf(line->out, "%-28s read %8" PRIu64 "  rejected %6" PRIu64 "  warnings %6" PRIu64, files[i].name,
                report->files[i].read, report->files[i].rejected, report->files[i].warnings);
        if (report->files[i].skipped)
            fprintf(line->out, "  left out %6" PRIu64, report->files[i].skipped);
        fputc('\n', line->out);
    }
    fprintf(line->out, "%-28s read %8" PRIu64 "  rejected %6" PRIu64 "  warnings %6" PRIu64 "  in %.1f s\n", "total",
            report->total.read, report->total.rejected, report->total.warnings, report->seconds);
    if (report->generation)
        fprintf(line->out, "generation %" PRIu32 ": %" PRIu64 " records, %.1f MB, %s\n", report->generation,
                report->documents, (double)report->bytes / 1e6, published ? "published" : "not published");
}

static void print_report(const struct command_line *line, const struct build_file *files,
                         const struct build_report *report, bool published)
{
    (line->json ? print_json : print_text)(line, files, report, published);
}

/* ---- commands --------------------------------------------------------------------------------------------------- */

typedef enum status work_fn(const struct command_line *line, const struct build_file *files,
                            const struct build_watch *watch, struct build_report *report, bool *published,
                            struct err *err);

static enum status with_files(const struct command_line *line, work_fn *work, enum exit_code *exit_code,
                              struct err *err)
{
    struct watching watching = {.line = line};
    struct build_watch watch = {&watching, on_problem, on_progress};
    struct build_report *report = calloc(1, sizeof *report);
    struct build_file *files = NULL;
    bool published = false;
    if (!report)
        return err_set(err, STATUS_NOMEM, "out of memory");
    progress_begin(&watching.progress, line->quiet, isatty(STDERR_FILENO));
    enum status status = files_new(line, &files, err);
    if (status == STATUS_OK)
        status = work(line, files, &watch, report, &published, err);
    progress_clear(&watching.progress);
    if (status == STATUS_OK)
        print_report(line, files, report, published);
    if (report->total.rejected)
        *exit_code = EXIT_REJECTED;
    files_free(files, (size_t)line->operand_count);
    free(report);
    return status;
}

static enum status do_check(const struct command_line *line, const struct build_file *files,
                            const struct build_watch *watch, struct build_report *report, bool *published,
                            struct err *err)
{
    (void)published;
    return build_check(files, (size_t)line->operand_count, watch, report, err);
}

static enum status publish_and_prune(const struct command_line *line, uint32_t generation, bool *published,
                                     struct err *err)
{
    TRY(generation_publish(line->index, generation, err));
    *published = true;
    return generation_prune(line->index, (size_t)line->keep, false, NULL, err);
}

/* published NULL: the generation is only built. */
static enum status build_locked(const struct command_line *line, const struct build_file *files,
                                const struct build_watch *watch, struct build_report *report, bool *published,
                                struct err *err)
{
    struct generation_lock lock;
    if (line->dry_run)
        return build_check(files, (size_t)line->operand_count, watch, report, err);
    TRY(generation_lock(&lock, line->index, err));
    const struct build_options options = {line->now, (unsigned)line->jobs};
    enum status status =
        build_generation(line->index, files, (size_t)line->operand_count, &options, watch, report, err);
    if (status == STATUS_OK && published)
        status = publish_and_prune(line, report->generation, published, err);
    generation_unlock(&lock);
    return status;
}

static enum status do_build(const struct command_line *line, const struct build_file *files,
                            const struct build_watch *watch, struct build_report *report, bool *published,
                            struct err *err)
{
    (void)published;
    return build_locked(line, files, watch, report, NULL, err);
}

static enum status do_run(const struct command_line *line, const struct build_file *files,
                          const struct build_watch *watch, struct build_report *report, bool *published,
                          struct err *err)
{
    return build_locked(line, files, watch, report, published, err);
}

enum status command_check(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    return with_files(line, do_check, exit_code, err);
}

enum status command_build(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    return with_files(line, do_build, exit_code, err);
}

enum status command_run(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    if (line->config && line->operand_count)
        return err_set(err, STATUS_INVALID, "run takes --config or files, not both: %s", line->operands[0]);
    if (line->config)
        return command_night(line, exit_code, err);
    if (line->operand_count == 0)
        return err_set(err, STATUS_INVALID, "run takes --config FILE, or files of records");
    return with_files(line, do_run, exit_code, err);
}
