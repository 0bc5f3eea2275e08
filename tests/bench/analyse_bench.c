/* How long the analysis of a set's texts takes, with an empty and with a filled cache of words.
 *
 *   analyse_bench --records 20000 set.jsonl
 *
 * Reads the file twice with one analyser.  Only analyse_text() is timed, in processor time of the thread: reading and
 * checking the records is not. */
#include <stdio.h>

#include "analyse/analyse.h"
#include "base/opts.h"
#include "indexer/source.h"
#include "tests/bench/measure/samples.h"
#include "text.h"
#include "vocab/vocab.h"

struct pass {
    struct analyser *analyser;
    uint64_t records, tokens, terms;
    double seconds;
};

static enum status count_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct pass *pass = context;
    (void)token;
    (void)err;
    pass->tokens++;
    pass->terms += word->term_count;
    return STATUS_OK;
}

static enum status analyse_piece(void *context, const struct text_piece *piece, struct err *err)
{
    struct pass *pass = context;
    return analyse_text(pass->analyser, piece->text, piece->len, text_language(piece), count_word, pass, err);
}

static enum status analyse_record(struct pass *pass, const struct record *record, struct err *err)
{
    double before = now_cpu();
    TRY(text_walk(record, analyse_piece, pass, err));
    pass->seconds += now_cpu() - before;
    pass->records++;
    return STATUS_OK;
}

static enum status read_all(struct pass *pass, struct source *source, uint64_t most, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct problems problems;
    struct source_item item = {.kind = SOURCE_RECORD};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && item.kind != SOURCE_END && pass->records < most) {
        struct record record;
        arena_reset(&arena);
        problems_init(&problems, &arena);
        status = source_next(source, &arena, &record, &problems, &item, err);
        if (status == STATUS_OK && item.kind == SOURCE_RECORD)
            status = analyse_record(pass, &record, err);
    }
    arena_release(&arena);
    return status;
}

static void print_pass(const char *name, const struct pass *pass, struct analyse_stats before,
                       struct analyse_stats after)
{
    char text[64];
    double words = (double)(after.words - before.words);
    snprintf(text, sizeof text, "analyse.%s.records_per_s", name);
    metric(text, (double)pass->records / pass->seconds);
    snprintf(text, sizeof text, "analyse.%s.us_per_token", name);
    metric(text, 1e6 * pass->seconds / (double)pass->tokens);
    snprintf(text, sizeof text, "analyse.%s.cache_hit_percent", name);
    metric(text, words > 0 ? 100 * (double)(after.cache_hits - before.cache_hits) / words : 0);
}

static enum status one_pass(const char *name, struct analyser *analyser, const char *path, uint64_t most,
                            struct err *err)
{
    struct pass pass = {.analyser = analyser};
    struct source *source;
    struct analyse_stats before = analyser_stats(analyser);
    TRY(source_open(&source, path, NULL, err));
    enum status status = read_all(&pass, source, most, err);
    source_free(source);
    TRY(status);
    if (pass.records == 0)
        return err_set(err, STATUS_NOTFOUND, "%s: no record", path);
    print_pass(name, &pass, before, analyser_stats(analyser));
    metric("analyse.tokens_per_record", (double)pass.tokens / (double)pass.records);
    metric("analyse.terms_per_token", (double)pass.terms / (double)pass.tokens);
    return STATUS_OK;
}

static enum status run(const char *path, uint64_t most, struct err *err)
{
    struct analyser *analyser;
    TRY(vocab_load(err));
    TRY(analyser_open(&analyser, 0, err));
    enum status status = one_pass("cold", analyser, path, most, err);
    if (status == STATUS_OK)
        status = one_pass("warm", analyser, path, most, err);
    analyser_free(analyser);
    vocab_unload();
    return status;
}

int main(int argc, char **argv)
{
    int64_t records = 20000;
    const struct opt opts[] = {
        {"records", OPT_NUMBER, &records, 1, INT64_MAX, "N", "look at the first N only"},
    };
    struct err err = {0};
    int operands = 0;
    enum status status = opts_parse(opts, 1, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands != 1) {
        fprintf(stderr, "analyse_bench: %s\nanalyse_bench [--records N] FILE\n", err.message);
        return EXIT_USAGE;
    }
    status = run(argv[1], (uint64_t)records, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "analyse_bench: %s\n", err.message);
    return (int)status_exit_code(status);
}

#include "tests/bench/measure/samples.c"
