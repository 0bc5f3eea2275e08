/* opastin-indexer: from files of records to a published index. See --help. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/opts.h"
#include "indexer/command.h"
#include "indexer/pipeline.h"
#include "indexer/source.h"
#include "messages.h"
#include "vocab/vocab.h"

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_help(const struct opt *opts, size_t opt_count, FILE *to)
{
    struct buf out = BUF_INIT;
    buf_adds(&out, "opastin-indexer COMMAND [OPTION...] [OPERAND...]\n\ncommands:\n");
    for (size_t i = 0; i < command_count; i++)
        buf_addf(&out, "  %-9s %-8s  %s\n", commands[i].name, commands[i].operands, commands[i].help);
    buf_adds(&out, "\noptions:\n");
    opts_help(opts, opt_count, &out);
    buf_adds(&out, "\nformats: ");
    source_format_names(&out);
    buf_adds(&out, "\n\nexit codes: 0 ok, 1 failed, 2 usage, 3 records rejected (the rest is indexed),\n"
                   "            4 refused by a guard, 5 another run is at work, 6 index of another schema\n");
    fputs(buf_str(&out), to);
    buf_release(&out);
}

static enum status check_operands(const struct command *command, int count, struct err *err)
{
    if (count < command->operands_least || count > command->operands_most)
        return err_set(err, STATUS_INVALID, "%s takes %s, %d given", command->name,
                       *command->operands ? command->operands : "no operands", count);
    return STATUS_OK;
}

static enum status check_format(const char *name, struct err *err)
{
    struct source_options ignored;
    struct buf known = BUF_INIT;
    if (!name || source_format_named(name, &ignored))
        return STATUS_OK;
    source_format_names(&known);
    err_set(err, STATUS_INVALID, "--format %s: is no format that is known; allowed are %s", name, buf_str(&known));
    buf_release(&known);
    return STATUS_INVALID;
}

int main(int argc, char **argv)
{
    struct command_line line = {.now = (int64_t)time(NULL),
                                .out = stdout};
    bool help = false;
    const struct opt opts[] = {
        {"config", OPT_TEXT, &line.config, 0, 0, "FILE", "sources, guards and golden queries: opastin.conf(5)"},
        {"source", OPT_LIST, &line.only, 0, 0, "NAME", "run: read this source only, again for more"},
        {"allow-deletions", OPT_LIST, &line.allow[GUARD_DELETIONS], 0, 0, "NAME", "run: so many of it may be gone"},
        {"allow-rejected", OPT_LIST, &line.allow[GUARD_REJECTED], 0, 0, "NAME", "run: so many may be rejected of it"},
        {"allow-empty", OPT_LIST, &line.allow[GUARD_EMPTY], 0, 0, "NAME", "run: it may have so few records"},
        {"allow-age", OPT_LIST, &line.allow[GUARD_AGE], 0, 0, "NAME", "run: its files may be so old"},
        {"allow-drift", OPT_LIST, &line.allow[GUARD_DRIFT], 0, 0, "NAME", "run: a field may be so much rarer in it"},
        {"whole", OPT_FLAG, &line.whole, 0, 0, NULL, "run: index every record anew, not only what changed"},
        {"index", OPT_TEXT, &line.index, 0, 0, "DIR", "folder of the generations (the configured, or var/index)"},
        {"keep", OPT_NUMBER, &line.keep, 1, 1000, "N", "generations that prune and run leave (the configured, or 7)"},
        {"jobs", OPT_NUMBER, &line.jobs, 1, PIPELINE_JOBS, "N", "threads that build, to the same end (one a core)"},
        {"format", OPT_TEXT, &line.format, 0, 0, "NAME", "what the files are (found out)"},
        {"now", OPT_NUMBER, &line.now, 0, UINT32_MAX, "SECONDS", "the time to record, since 1970 (the clock's)"},
        {"json", OPT_FLAG, &line.json, 0, 0, NULL, "results as one JSON object"},
        {"dry-run", OPT_FLAG, &line.dry_run, 0, 0, NULL, "run, publish, rollback, prune: say what would be done"},
        {"quiet", OPT_FLAG, &line.quiet, 0, 0, NULL, "no progress and no warnings; problems are still told"},
        {"help", OPT_FLAG, &help, 0, 0, NULL, "this text"},
    };
    const size_t opt_count = sizeof opts / sizeof *opts;
    struct err err = {0};
    setlocale(LC_ALL, "C.UTF-8");
    if (opts_parse(opts, opt_count, argc, argv, &line.operand_count, &err) != STATUS_OK) {
        log_line(LOG_ERROR, "message", err.message, NULL);
        return EXIT_USAGE;
    }
    const struct command *command = line.operand_count ? find_command(argv[1]) : NULL;
    if (help || !command) {
        if (line.operand_count && !command)
            log_line(LOG_ERROR, "message", "no such command", "command", argv[1], NULL);
        print_help(opts, opt_count, help ? stdout : stderr);
        return help ? EXIT_OK : EXIT_USAGE;
    }
    line.operands = argv + 2;
    line.operand_count--;
    if (check_operands(command, line.operand_count, &err) != STATUS_OK ||
        check_format(line.format, &err) != STATUS_OK) {
        log_line(LOG_ERROR, "message", err.message, NULL);
        return EXIT_USAGE;
    }
    enum exit_code code = EXIT_OK;
    enum status status = vocab_load(&err);
    if (status == STATUS_OK)
        status = command_configure(&line, &err);
    if (status == STATUS_OK)
        status = command->run(&line, &code, &err);
    if (status == STATUS_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = err_set_errno(&err, STATUS_IO, "cannot write the result");
    settings_release(&line.settings);
    problem_language_unset();
    vocab_unload();
    if (status != STATUS_OK) {
        log_line(LOG_ERROR, "command", command->name, "status", status_name(status), "message", err.message, NULL);
        return (int)status_exit_code(status);
    }
    return (int)code;
}
