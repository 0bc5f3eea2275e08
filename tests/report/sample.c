/* Writes runs of made-up reports, to be looked at and for tests/report/run.py:
 *   sample DIR SEED SOURCES STOPPED PROBLEMS fi|sv|en [nasty] [quiet] [runs=N] [to=ADDRESSES] [from=ADDRESS]
 * Prints the folder of the last run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/made_report.h"

struct sample {
    struct made_options options;
    unsigned long runs;
    const char *to, *from;
};

static void read_option(struct sample *sample, const char *word)
{
    if (strcmp(word, "nasty") == 0)
        sample->options.nasty = true;
    else if (strcmp(word, "quiet") == 0)
        sample->options.quiet = true;
    else if (strncmp(word, "runs=", 5) == 0)
        sample->runs = strtoul(word + 5, NULL, 10);
    else if (strncmp(word, "to=", 3) == 0)
        sample->to = word + 3;
    else if (strncmp(word, "from=", 5) == 0)
        sample->from = word + 5;
}

static int write_run(const char *folder, const struct sample *sample, unsigned long run)
{
    struct made_report made;
    struct err err = {0};
    struct buf path = BUF_INIT;
    struct made_options options = sample->options;
    options.seed += run;
    if (run + 1 < sample->runs) /* the last one alone tells of trouble */
        options.stopped = run == sample->runs / 2;
    made_report_begin(&made, folder, &options);
    made.report.started += (int64_t)run * 86400;
    if (sample->to)
        made.settings.mail_to = sample->to;
    if (sample->from)
        made.settings.mail_from = sample->from;
    int failed = report_finish(&made.report, made.report.started + 252, &path, &err) != STATUS_OK;
    if (failed)
        fprintf(stderr, "%s\n", err.message);
    else if (run + 1 == sample->runs)
        printf("%s\n", path.data);
    buf_release(&path);
    made_report_release(&made);
    return failed;
}

int main(int argc, char **argv)
{
    struct sample sample = {.runs = 1};
    if (argc < 7) {
        fprintf(stderr, "usage: sample DIR SEED SOURCES STOPPED PROBLEMS fi|sv|en [nasty] [quiet] [runs=N] …\n");
        return 2;
    }
    sample.options = (struct made_options){
        .seed = strtoull(argv[2], NULL, 10),
        .sources = strtoul(argv[3], NULL, 10),
        .stopped = strtoul(argv[4], NULL, 10),
        .problems = (unsigned)strtoul(argv[5], NULL, 10),
        .language = strcmp(argv[6], "en") == 0 ? UI_EN : strcmp(argv[6], "sv") == 0 ? UI_SV : UI_FI,
        .golden = 7,
        .organisations = 12,
        .most = 30000,
    };
    for (int i = 7; i < argc; i++)
        read_option(&sample, argv[i]);
    for (unsigned long run = 0; run < sample.runs; run++)
        if (write_run(argv[1], &sample, run))
            return 1;
    return 0;
}
