/* The commands of opastin-indexer. */
#ifndef OPASTIN_INDEXER_COMMAND_H
#define OPASTIN_INDEXER_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/opts.h"
#include "base/status.h"
#include "indexer/report.h"

enum { PRUNE_KEEP_DEFAULT = 7 };

/* What the options said. */
struct command_line {
    const char *config;  /* NULL: none */
    struct settings settings;    /* of the configuration, or of zeros */
    const char *index;   /* folder of the generations */
    bool json, quiet, dry_run, whole;
    struct opt_list only;          /* names of sources */
    struct opt_list allow[GUARDS]; /* the same */
    const char *format;  /* of the files; NULL: found out */
    int64_t keep;        /* generations that prune and run leave */
    int64_t jobs;        /* threads that build; 0: one a core */
    int64_t now;         /* seconds since 1970 */
    char **operands;     /* files, or a generation's number */
    int operand_count;
    FILE *out;           /* results; messages go to stderr */
};

struct command {
    const char *name;
    const char *operands;          /* "FILE...", "[N]", "" */
    int operands_least, operands_most;
    /* Sets *exit_code to EXIT_REJECTED when it succeeded but records were refused. */
    enum status (*run)(const struct command_line *line, enum exit_code *exit_code, struct err *err);
    const char *help;
};

/* Reads the configuration when there is one; index and keep are its own where the options did not say. */
enum status command_configure(struct command_line *line, struct err *err);

extern const struct command commands[];
extern const size_t command_count;

/* commands_build.c */
enum status command_check(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_build(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_run(const struct command_line *line, enum exit_code *exit_code, struct err *err);
/* commands_night.c */
enum status command_night(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_diff(const struct command_line *line, enum exit_code *exit_code, struct err *err);
/* commands_why.c */
enum status command_why_not(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_explain(const struct command_line *line, enum exit_code *exit_code, struct err *err);
/* commands_index.c */
enum status command_publish(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_status(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_list(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_rollback(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_prune(const struct command_line *line, enum exit_code *exit_code, struct err *err);
enum status command_export(const struct command_line *line, enum exit_code *exit_code, struct err *err);

#endif
