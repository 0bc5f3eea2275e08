/* run --config, the maintainer's night; diff, what it would change. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "indexer/command.h"
#include "indexer/night.h"
#include "indexer/progress.h"
#include "messages.h"

enum status command_configure(struct command_line *line, struct err *err)
{
    if (line->config)
        TRY(settings_read(&line->settings, line->config, err));
    if (!line->index)
        line->index = line->settings.index ? line->settings.index : "var/index";
    if (!line->keep)
        line->keep = line->config ? (int64_t)line->settings.keep : PRUNE_KEEP_DEFAULT;
    return STATUS_OK;
}

/* Searches go first, whoever starts the night: a lower priority for processor and disk.  Where that is not allowed the
 * night runs as it is. */
static void step_back(void)
{
    enum { IOPRIO_WHO_PROCESS = 1, IOPRIO_LOWEST = 2 << 13 | 7 }; /* ioprio_set(2): best effort, lowest of it */
    if (setpriority(PRIO_PROCESS, 0, NIGHT_NICE) != 0 || syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_LOWEST))
        return;
}

static void on_progress(void *context, enum build_stage stage, uint64_t records, uint64_t bytes, uint64_t bytes_total)
{
    progress_update(context, stage, records, bytes, bytes_total);
}

/* The text for people goes to the terminal or the journal; with --json the object. */
static enum status print_report(const struct command_line *line, const struct report *report, struct err *err)
{
    struct buf text = BUF_INIT;
    if (line->json)
        report_json(report, &text);
    else
        report_text(report, &text);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK)
        fwrite(text.data, 1, text.len, line->out);
    buf_release(&text);
    return status;
}

static enum exit_code code_of(const struct report *report)
{
    uint64_t rejected = 0;
    for (size_t s = 0; s < report->source_count; s++)
        rejected += report->sources[s].rejected;
    if (report->verdict == REPORT_HELD || report->verdict == REPORT_REFUSED)
        return EXIT_REFUSED;
    return rejected ? EXIT_REJECTED : EXIT_OK;
}

static enum status give_difference(void *context, const struct buf *text, struct err *err)
{
    (void)err; /* whether all could be written is seen at the end */
    fwrite(text->data, 1, text->len, context);
    return STATUS_OK;
}

/* diff: only the changes are told, nothing is built. */
static enum status night(const struct command_line *line, bool diff, enum exit_code *exit_code, struct err *err)
{
    struct progress progress;
    struct build_watch watch = {.context = &progress, .progress = on_progress};
    struct report *report = calloc(1, sizeof *report);
    struct night_options options = {.settings = &line->settings, .dir = line->index, .now = line->now,
                                    .jobs = (unsigned)line->jobs, .keep = (unsigned)line->keep,
                                    .dry_run = line->dry_run, .whole = line->whole, .watch = &watch,
                                    .only_count = line->only.count};
    if (!report)
        return err_set(err, STATUS_NOMEM, "out of memory");
    if (diff) {
        options.dry_run = true;
        options.difference = give_difference;
        options.difference_context = line->out;
        options.difference_json = line->json;
    }
    memcpy(options.only, line->only.items, line->only.count * sizeof *options.only);
    for (int guard = 0; guard < GUARDS; guard++) {
        options.allow[guard].count = line->allow[guard].count;
        memcpy(options.allow[guard].names, line->allow[guard].items,
               line->allow[guard].count * sizeof *options.allow[guard].names);
    }
    step_back();
    enum status status = problem_language_set(line->settings.language, err); /* before the first thread */
    progress_begin(&progress, line->quiet, isatty(STDERR_FILENO));
    if (status == STATUS_OK)
        status = night_run(&options, report, err);
    progress_clear(&progress);
    if (status == STATUS_OK) {
        *exit_code = code_of(report);
        status = diff || (line->quiet && !line->json) ? STATUS_OK : print_report(line, report, err);
    }
    free(report->organisations);
    report_release(report);
    free(report);
    return status;
}

enum status command_night(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    return night(line, false, exit_code, err);
}

enum status command_diff(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    if (!line->config)
        return err_set(err, STATUS_INVALID, "diff takes --config FILE");
    return night(line, true, exit_code, err);
}
