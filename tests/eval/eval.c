/* Measures how well the search finds what people look for; docs/evaluation.md says on what.
 *
 *   eval [--only SETS] [--check | --store] [--topic ID | --holes] [--set NAME=VALUE,...]
 *
 * Sets: topics (judged topics over corpus/), conflation, and the retrieval sets that documents.py has made in --out.
 * A set whose data are not there is skipped and told.  Ends in "N passed, N failed" with --check, which fails too when
 * there was nothing to compare.  Exit codes: 0 ok, 1 failed, 2 usage. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts.h"
#include "search/correct.h"
#include "search/searcher.h"
#include "search/weights.h"
#include "tests/eval/eval_report.h"
#include "tests/eval/eval_words.h"

static const char *const retrieval_sets[] = {"lo", "gh", "kkl", "yf", "sq"};
enum { RETRIEVAL_SETS = sizeof retrieval_sets / sizeof *retrieval_sets, PATH_MOST = 4000 };

struct options {
    const char *only, *out, *sets, *figures, *json, *topics, *judgements, *topic, *set;
    struct eval_settings settings;
    bool check, store, holes, help;
};

struct eval {
    struct options options;
    struct figures figures, stored;
    json_t *sets;
    bool headed;
    size_t failed;
};

/* Whether the set is among those asked for; all when none is. */
static bool wanted(const struct eval *eval, const char *set)
{
    size_t len = strlen(set);
    const char *at = eval->options.only;
    if (!at || !*at)
        return true;
    for (; *at; at += *at == ',') {
        size_t part = strcspn(at, ",");
        if (part == len && strncmp(at, set, len) == 0)
            return true;
        at += part;
    }
    return false;
}

static enum status skip(const char *set, struct err *err)
{
    printf("skipped: %s (%s)\n", set, err->message);
    err_reset(err);
    return STATUS_OK;
}

/* ---- the sets ---------------------------------------------------------------------------------------------------- */

static enum status use_run(struct eval *eval, struct eval_run *run, bool graded, struct err *err)
{
    TRY(eval_run_all(run, err));
    if (eval->options.topic)
        return report_topic(run, eval->options.topic, err);
    if (eval->options.holes) {
        report_holes(run);
        return STATUS_OK;
    }
    if (!eval->headed)
        report_head();
    eval->headed = true;
    return report_run(run, graded, &eval->stored, &eval->figures, eval->sets, err);
}

static enum status topics_set(struct eval *eval, struct err *err)
{
    const struct options *o = &eval->options;
    struct eval_run run = {.name = "topics"};
    enum status status = eval_index_corpus(&run.index, &eval->options.settings, err);
    if (status == STATUS_OK)
        status = topics_read(&run.topics, o->topics, o->judgements, &run.index, err);
    if (status == STATUS_OK)
        status = use_run(eval, &run, true, err);
    eval_run_release(&run);
    return status;
}

static enum status retrieval_set(struct eval *eval, const char *set, struct err *err)
{
    char records[PATH_MOST], index[PATH_MOST], topics[PATH_MOST], judgements[PATH_MOST];
    struct eval_run run = {.name = set};
    const char *out = eval->options.out;
    snprintf(records, sizeof records, "%s/%s/documents.jsonl", out, set);
    snprintf(index, sizeof index, "%s/%s/index", out, set);
    snprintf(topics, sizeof topics, "%s/%s/topics.tsv", out, set);
    snprintf(judgements, sizeof judgements, "%s/%s/judgements.tsv", out, set);
    enum status status = eval_index_file(&run.index, records, index, &eval->options.settings, err);
    if (status == STATUS_NOTFOUND) {
        eval_run_release(&run);
        return skip(set, err);
    }
    if (status == STATUS_OK)
        status = topics_read(&run.topics, topics, judgements, &run.index, err);
    if (status == STATUS_OK)
        status = use_run(eval, &run, false, err);
    eval_run_release(&run);
    return status;
}

static enum status conflation_set(struct eval *eval, struct err *err)
{
    enum status status = eval_conflation(eval->options.sets, &eval->figures, eval->sets, err);
    return status == STATUS_NOTFOUND ? skip("conflation", err) : status;
}

/* The first correction, as a search has it. */
static enum status correct_first(void *context, const char *typed, struct buf *best, struct err *err)
{
    const struct eval_index *index = context;
    struct correction corrections[CORRECT_MOST];
    struct arena arena = ARENA_INIT;
    size_t count = 0;
    enum status status = correct_word(&index->snapshot->lexicon, searcher_analyser(index->searcher), typed,
                                      strlen(typed), &arena, corrections, &count, err);
    if (status == STATUS_OK && count)
        buf_adds(best, corrections[0].form);
    arena_release(&arena);
    return status;
}

/* The words of the documents of the other sets together are what is corrected by. */
static enum status typo_set(struct eval *eval, struct err *err)
{
    char records[PATH_MOST], dir[PATH_MOST];
    struct eval_index index = {0};
    snprintf(records, sizeof records, "%s/typos/documents.jsonl", eval->options.out);
    snprintf(dir, sizeof dir, "%s/typos/index", eval->options.out);
    enum status status = eval_index_file(&index, records, dir, &eval->options.settings, err);
    if (status == STATUS_OK)
        status = eval_typos(eval->options.sets, correct_first, &index, &eval->figures, eval->sets, err);
    eval_index_close(&index);
    return status == STATUS_NOTFOUND ? skip("typos", err) : status;
}

static enum status all_sets(struct eval *eval, struct err *err)
{
    if (wanted(eval, "topics"))
        TRY(topics_set(eval, err));
    if (eval->options.topic || eval->options.holes)
        return STATUS_OK;
    for (int i = 0; i < RETRIEVAL_SETS; i++)
        if (wanted(eval, retrieval_sets[i]))
            TRY(retrieval_set(eval, retrieval_sets[i], err));
    if (wanted(eval, "conflation"))
        TRY(conflation_set(eval, err));
    if (wanted(eval, "typos"))
        TRY(typo_set(eval, err));
    return STATUS_OK;
}

/* ---- weights ----------------------------------------------------------------------------------------------------- */

static enum status refuse_weight(const char *text, size_t len, struct err *err)
{
    size_t count;
    const struct weight_name *table = weights_table(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s=%g%s", table[i].name, *table[i].value, i + 1 < count ? "," : "\n");
    return err_set(err, STATUS_INVALID, "--set \"%.*s\"; allowed is NAME=VALUE, 0 or more, names as above", (int)len,
                   text);
}

static enum status set_weights(const char *list, struct err *err)
{
    for (const char *at = list; at && *at; at += *at == ',') {
        size_t len = strcspn(at, ","), name_len = strcspn(at, "=");
        char name[FIGURE_NAME_BYTES], *end = NULL;
        double value = name_len < len ? strtod(at + name_len + 1, &end) : 0;
        snprintf(name, sizeof name, "%.*s", (int)name_len, at);
        if (end != at + len || end == at + name_len + 1 || !weights_set(name, value))
            return refuse_weight(at, len, err);
        at += len;
    }
    return STATUS_OK;
}

/* ---- what becomes of the figures --------------------------------------------------------------------------------- */

/* A check that compared nothing has checked nothing. */
static enum status check(struct eval *eval, struct err *err)
{
    size_t passed = 0;
    figures_compare(&eval->figures, &eval->stored, &passed, &eval->failed);
    if (passed + eval->failed == 0)
        return err_set(err, STATUS_NOTFOUND, "no figure of %s was compared: no set of them was measured now",
                       eval->options.figures);
    printf("%zu passed, %zu failed\n", passed, eval->failed);
    return STATUS_OK;
}

static enum status finish(struct eval *eval, struct err *err)
{
    const struct options *o = &eval->options;
    if (o->json) {
        json_t *root = json_pack("{s:s, s:O}", "today", "2026-11-22", "sets", eval->sets);
        int written = json_dump_file(root, o->json, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        json_decref(root);
        if (written != 0)
            return err_set_errno(err, STATUS_IO, "%s", o->json);
    }
    if (o->store)
        TRY(figures_store(&eval->figures, o->figures, err));
    return o->check ? check(eval, err) : STATUS_OK;
}

static void help(const struct opt *opts, size_t count, FILE *to)
{
    struct buf text = BUF_INIT;
    opts_help(opts, count, &text);
    fprintf(to, "eval [OPTION...]\n%s", buf_str(&text));
    buf_release(&text);
}

static enum status run(struct eval *eval, struct err *err)
{
    eval->sets = json_object();
    if (!eval->sets)
        return err_set(err, STATUS_NOMEM, "out of memory");
    TRY(set_weights(eval->options.set, err));
    TRY(figures_read(&eval->stored, eval->options.figures, err));
    TRY(all_sets(eval, err));
    return eval->options.topic || eval->options.holes ? STATUS_OK : finish(eval, err);
}

int main(int argc, char **argv)
{
    struct eval eval = {.options = {.out = "var/eval",
                                    .sets = "../shared/sets",
                                    .figures = "tests/eval/figures.tsv",
                                    .topics = "tests/eval/topics.tsv",
                                    .judgements = "tests/eval/judgements.tsv"}};
    struct options *o = &eval.options;
    const struct opt opts[] = {
        {"only", OPT_TEXT, &o->only, 0, 0, "SETS",
         "comma list of topics, lo, gh, kkl, yf, sq, conflation, typos (all)"},
        {"check", OPT_FLAG, &o->check, 0, 0, NULL, "fail where a figure is worse than the stored one"},
        {"store", OPT_FLAG, &o->store, 0, 0, NULL, "write the figures in place of the stored ones"},
        {"topic", OPT_TEXT, &o->topic, 0, 0, "ID", "hits of one topic with their grades, and what is missing"},
        {"holes", OPT_FLAG, &o->holes, 0, 0, NULL, "hits of the topics that nobody has judged"},
        {"json", OPT_TEXT, &o->json, 0, 0, "FILE", "all figures, of each topic too"},
        {"set", OPT_TEXT, &o->set, 0, 0, "NAME=VALUE", "weights of the ranking, comma list; a wrong name shows all"},
        {"plain", OPT_FLAG, &o->settings.plain, 0, 0, NULL, "without synonyms and understood values"},
        {"synonyms", OPT_TEXT, &o->settings.synonyms, 0, 0, "FILE", "other synonyms than the program's own"},
        {"out", OPT_TEXT, &o->out, 0, 0, "DIR", "folder of the retrieval sets and their indexes (var/eval)"},
        {"sets", OPT_TEXT, &o->sets, 0, 0, "DIR", "folder of the word pairs (../shared/sets)"},
        {"figures", OPT_TEXT, &o->figures, 0, 0, "FILE", "stored figures (tests/eval/figures.tsv)"},
        {"topics", OPT_TEXT, &o->topics, 0, 0, "FILE", "judged topics (tests/eval/topics.tsv)"},
        {"judgements", OPT_TEXT, &o->judgements, 0, 0, "FILE", "their grades (tests/eval/judgements.tsv)"},
        {"help", OPT_FLAG, &o->help, 0, 0, NULL, "this"},
    };
    int operands;
    struct err err = {0};
    enum status status = opts_parse(opts, sizeof opts / sizeof *opts, argc, argv, &operands, &err);
    if (status != STATUS_OK || operands > 0 || o->help) {
        help(opts, sizeof opts / sizeof *opts, o->help ? stdout : stderr);
        return o->help ? EXIT_SUCCESS : 2;
    }
    status = run(&eval, &err);
    if (status != STATUS_OK)
        fprintf(stderr, "eval: %s: %s\n", status_name(status), err.message);
    figures_release(&eval.figures);
    figures_release(&eval.stored);
    json_decref(eval.sets);
    return status == STATUS_OK && eval.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
