/* Writes a large made-up set of records, or a log of queries about it, to standard output.
 *
 *   generate --records 110000 > set.jsonl
 *   generate --records 110000 --queries 2000 > queries.tsv
 *
 * The same options give the same bytes on every machine; memory does not grow with the number of records. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/opts.h"
#include "tests/bench/generate/query_log.h"
#include "tests/bench/generate/record_json.h"

enum { WRITE_BYTES = 1 << 20, QUERIES_MOST = 1000000 };

struct options {
    int64_t records, queries, seed;
    const char *words;
    bool help;
};

static void help(const struct opt *opts, size_t count, FILE *to)
{
    struct buf text = BUF_INIT;
    opts_help(opts, count, &text);
    fprintf(to, "generate --records N [--queries N] [--seed N] [--words FILE]\n%s", buf_str(&text));
    buf_release(&text);
}

static enum status flush(struct buf *out, struct err *err)
{
    TRY(buf_ok(out, err));
    if (fwrite(out->data, 1, out->len, stdout) != out->len)
        return err_set_errno(err, STATUS_IO, "standard output");
    buf_reset(out);
    return STATUS_OK;
}

static enum status write_all(const struct world *world, int64_t queries, struct err *err)
{
    struct sketch sketch;
    struct buf out = BUF_INIT;
    enum status status = STATUS_OK;
    uint64_t lines = queries ? (uint64_t)queries : world->records;
    sketch_init(&sketch, world);
    for (uint64_t i = 0; i < lines && status == STATUS_OK; i++) {
        if (queries) {
            query_line(&sketch, i, &out);
        } else {
            sketch_make(&sketch, i);
            record_json(&sketch, &out);
        }
        if (out.len >= WRITE_BYTES || i + 1 == lines)
            status = flush(&out, err);
    }
    if (status == STATUS_OK && fflush(stdout) != 0)
        status = err_set_errno(err, STATUS_IO, "standard output");
    sketch_release(&sketch);
    buf_release(&out);
    return status;
}

static enum status run(const struct options *options, struct err *err)
{
    struct world world;
    TRY(vocab_load(err));
    enum status status = world_init(&world, options->words, (uint64_t)options->seed, (uint64_t)options->records, err);
    if (status == STATUS_OK)
        status = write_all(&world, options->queries, err);
    world_release(&world);
    vocab_unload();
    return status;
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1, .words = "tests/bench/words.tsv"};
    const struct opt opts[] = {
        {"records", OPT_NUMBER, &options.records, 1, WORLD_RECORDS_MOST, "N", "size of the set"},
        {"queries", OPT_NUMBER, &options.queries, 1, QUERIES_MOST, "N", "write so many queries about the set instead"},
        {"seed", OPT_NUMBER, &options.seed, 0, INT64_MAX, "N", "another seed, another set (1)"},
        {"words", OPT_TEXT, &options.words, 0, 0, "FILE", "word list (tests/bench/words.tsv)"},
        {"help", OPT_FLAG, &options.help, 0, 0, NULL, "this text"},
    };
    enum { OPTS = sizeof opts / sizeof *opts };
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, OPTS, argc, argv, &operands, &err);
    if (status == STATUS_OK && options.help) {
        help(opts, OPTS, stdout);
        return EXIT_OK;
    }
    if (status != STATUS_OK || operands || options.records == 0) {
        fprintf(stderr, "generate: %s\n", status != STATUS_OK ? err.message : "--records is needed, and no operands");
        help(opts, OPTS, stderr);
        return EXIT_USAGE;
    }
    status = run(&options, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "generate: %s\n", err.message);
    return (int)status_exit_code(status);
}

/* The Makefile makes a program of each file of this folder; the rooms of this one are in a folder of their own. */
#include "tests/bench/generate/foreign.c"
#include "tests/bench/generate/grammar.c"
#include "tests/bench/generate/inflect.c"
#include "tests/bench/generate/lexicon.c"
#include "tests/bench/generate/query_log.c"
#include "tests/bench/generate/random.c"
#include "tests/bench/generate/record_json.c"
#include "tests/bench/generate/record_kind.c"
#include "tests/bench/generate/record_when.c"
#include "tests/bench/generate/sentences.c"
#include "tests/bench/generate/sketch.c"
#include "tests/bench/generate/text.c"
#include "tests/bench/generate/world.c"
