#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "analyse/analyse.h"
#include "base/buf.h"
#include "tests/eval/eval_run.h"
#include "tests/eval/eval_words.h"

enum { LINE_BYTES = 1024, KINDS_MOST = 16, LEMMAS_MOST = 16, COLUMNS = 4, PATH_BYTES = 4096 };

/* Mistakes of one kind; the first tally has all. */
struct tally {
    char kind[FIGURE_NAME_BYTES];
    size_t words, forms, lemmas;
};

struct typos {
    struct tally tallies[KINDS_MOST];
    size_t count;
    struct analyser *analyser;
    correct_fn *fn;
    void *context;
    struct buf best;
};

static struct tally *tally_of(struct typos *typos, const char *kind)
{
    for (size_t i = 0; i < typos->count; i++)
        if (strcmp(typos->tallies[i].kind, kind) == 0)
            return &typos->tallies[i];
    if (typos->count == KINDS_MOST)
        return NULL;
    snprintf(typos->tallies[typos->count].kind, sizeof typos->tallies[0].kind, "%s", kind);
    return &typos->tallies[typos->count++];
}

/* Lemmas of a word, as the index has them. */
struct lemmas {
    size_t count;
    char list[LEMMAS_MOST][ANALYSE_TERM_BYTES + 1];
};

static enum status lemmas_of(struct typos *typos, const char *text, struct lemmas *lemmas, struct err *err)
{
    const struct word *word;
    TRY(analyse_word(typos->analyser, text, strlen(text), TEXT_FI, &word, err));
    lemmas->count = 0;
    for (size_t i = 0; i < word->query_count && lemmas->count < LEMMAS_MOST; i++)
        if (word->query[i].text[0] == TERM_WHOLE)
            memcpy(lemmas->list[lemmas->count++], word->query[i].text, word->query[i].len + 1u);
    return STATUS_OK;
}

static enum status share_lemma(struct typos *typos, const char *one, const char *other, bool *shared, struct err *err)
{
    static struct lemmas a, b;
    TRY(lemmas_of(typos, one, &a, err));
    TRY(lemmas_of(typos, other, &b, err));
    *shared = false;
    for (size_t i = 0; i < a.count; i++)
        for (size_t j = 0; j < b.count; j++)
            *shared = *shared || strcmp(a.list[i], b.list[j]) == 0;
    return STATUS_OK;
}

/* One row: typed, intended, lemma, kind. */
static enum status judge_word(struct typos *typos, char *line, struct err *err)
{
    const char *columns[COLUMNS];
    bool lemma;
    for (int i = 0; i < COLUMNS; i++)
        if (!(columns[i] = strsep(&line, "\t\n")))
            return err_set(err, STATUS_SYNTAX, "a row has fewer than %d columns", COLUMNS);
    const struct word *word;
    TRY(analyse_word(typos->analyser, columns[0], strlen(columns[0]), TEXT_FI, &word, err));
    if (word->known) /* another word by chance: nobody could tell */
        return STATUS_OK;
    buf_reset(&typos->best);
    TRY(typos->fn(typos->context, columns[0], &typos->best, err));
    TRY(buf_ok(&typos->best, err));
    TRY(share_lemma(typos, buf_str(&typos->best), columns[2], &lemma, err));
    bool form = strcmp(buf_str(&typos->best), columns[1]) == 0;
    struct tally *kind = tally_of(typos, columns[3]);
    if (!kind)
        return err_set(err, STATUS_LIMIT, "more than %d kinds of mistakes", KINDS_MOST);
    for (int i = 0; i < 2; i++, kind = &typos->tallies[0]) {
        kind->words++;
        kind->forms += form;
        kind->lemmas += form || lemma;
    }
    return STATUS_OK;
}

static enum status judge_words(struct typos *typos, FILE *file, struct err *err)
{
    char line[LINE_BYTES];
    TRY(analyser_open(&typos->analyser, 0, err));
    for (bool header = true; fgets(line, sizeof line, file); header = false)
        if (!header)
            TRY(judge_word(typos, line, err));
    return STATUS_OK;
}

static enum status add_figure(const struct tally *tally, const char *measure, size_t right, struct figures *figures,
                              json_t *object, struct err *err)
{
    struct figure figure = {.set = "typos"};
    snprintf(figure.slice, sizeof figure.slice, "%s", tally->kind);
    snprintf(figure.engine, sizeof figure.engine, "%s", engine_names[ENGINE_OURS]);
    snprintf(figure.measure, sizeof figure.measure, "%s", measure);
    figure.value = tally->words ? (double)right / (double)tally->words : 0;
    json_object_set_new(object, measure, json_real(figure.value));
    return figures_add(figures, &figure, err);
}

static enum status report(const struct typos *typos, struct figures *figures, json_t *sets, struct err *err)
{
    json_t *kinds = json_object();
    json_object_set_new(sets, "typos", kinds);
    for (size_t i = 0; i < typos->count; i++) {
        const struct tally *tally = &typos->tallies[i];
        json_t *object = json_object();
        json_object_set_new(kinds, tally->kind, object);
        TRY(add_figure(tally, "success1", tally->forms, figures, object, err));
        TRY(add_figure(tally, "lemma1", tally->lemmas, figures, object, err));
        printf("%-20s %6zu %s: first correction right %.4f, its lemma right %.4f\n", i ? "" : "typos", tally->words,
               tally->kind, (double)tally->forms / (double)tally->words, (double)tally->lemmas / (double)tally->words);
    }
    return STATUS_OK;
}

enum status eval_typos(const char *folder, correct_fn *fn, void *context, struct figures *figures, json_t *sets,
                       struct err *err)
{
    char path[PATH_BYTES];
    struct typos typos = {.fn = fn, .context = context, .tallies = {{.kind = "all"}}, .count = 1};
    if (!fn)
        return err_set(err, STATUS_NOTFOUND, "there is nothing that corrects words");
    snprintf(path, sizeof path, "%s/typo_dev.tsv", folder);
    FILE *file = fopen(path, "r");
    if (!file)
        return err_set_errno(err, STATUS_NOTFOUND, "%s", path);
    enum status status = judge_words(&typos, file, err);
    fclose(file);
    if (status == STATUS_OK)
        status = report(&typos, figures, sets, err);
    analyser_free(typos.analyser);
    buf_release(&typos.best);
    return status;
}
