#include "tests/bench/measure/options.h"

#include <stdio.h>

#include "base/opts.h"

bool options_read(struct options *options, const char *program, int argc, char **argv)
{
    *options = (struct options){.rounds = 3, .cache_mb = 256, .most = 1000000};
    const struct opt opts[] = {
        {"index", OPT_TEXT, &options->index, 0, 0, "DIR", "folder of the generations"},
        {"queries", OPT_TEXT, &options->queries, 0, 0, "FILE", "log of queries"},
        {"mirror", OPT_TEXT, &options->mirror, 0, 0, "DIR", "Xapian database of the same postings, made when absent; "
                                                           "without it Xapian is not measured"},
        {"rounds", OPT_NUMBER, &options->rounds, 1, 1000, "N", "passes over the log, after one to warm up (3)"},
        {"cache-mb", OPT_NUMBER, &options->cache_mb, 1, 100000, "N", "room for decoded postings (256)"},
        {"most", OPT_NUMBER, &options->most, 1, 1000000, "N", "use the first N queries"},
    };
    enum { OPTS = sizeof opts / sizeof *opts };
    struct err err = {0};
    struct buf help = BUF_INIT;
    int operands = 0;
    enum status status = opts_parse(opts, OPTS, argc, argv, &operands, &err);
    if (status == STATUS_OK && !operands && options->index && options->queries)
        return true;
    opts_help(opts, OPTS, &help);
    fprintf(stderr, "%s: %s\n%s --index DIR --queries FILE\n%s", program, err.message, program, buf_str(&help));
    buf_release(&help);
    return false;
}

size_t options_most(const struct options *options, size_t count)
{
    return (uint64_t)options->most < count ? (size_t)options->most : count;
}
