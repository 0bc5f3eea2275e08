#include "tests/eval/eval_words.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "analyse/analyse.h"
#include "tests/eval/eval_run.h"

enum { LINE_BYTES = 1024, PAIR_TERMS = 512, TERM_BYTES = ANALYSE_TERM_BYTES + 1, PATH_BYTES = 4096 };
enum relation { INFLECTION, PART, UNRELATED, RELATIONS };

static const char *const relations[RELATIONS] = {"inflection", "compound-part", "unrelated"};

static const char *const relation_words[RELATIONS] = {"forms of one word joined", "parts found in compounds",
                                                      "unrelated words joined"};

/* The terms of one side of a pair. */
struct side {
    bool query;
    size_t count;
    char terms[PAIR_TERMS][TERM_BYTES];
};

struct tally {
    size_t pairs[RELATIONS], joined[RELATIONS];
};

static enum status side_add(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct side *side = context;
    const struct term *terms = side->query ? word->query : word->terms;
    size_t count = side->query ? word->query_count : word->term_count;
    (void)token, (void)err;
    for (size_t i = 0; i < count && side->count < PAIR_TERMS; i++)
        memcpy(side->terms[side->count++], terms[i].text, terms[i].len + 1u);
    return STATUS_OK;
}

static bool sides_meet(const struct side *one, const struct side *two)
{
    for (size_t i = 0; i < one->count; i++)
        for (size_t j = 0; j < two->count; j++)
            if (strcmp(one->terms[i], two->terms[j]) == 0)
                return true;
    return false;
}

/* One row: query form, document form, relation. */
static enum status judge_pair(struct analyser *analyser, char *line, struct tally *tally, struct err *err)
{
    static struct side query = {.query = true}, document;
    const char *columns[3];
    int relation = 0;
    for (int i = 0; i < 3; i++)
        if (!(columns[i] = strsep(&line, "\t\n")))
            return err_set(err, STATUS_SYNTAX, "a row has fewer than three columns");
    while (relation < RELATIONS && strcmp(relations[relation], columns[2]) != 0)
        relation++;
    if (relation == RELATIONS)
        return err_set(err, STATUS_SYNTAX, "unknown relation \"%s\"", columns[2]);
    query.count = document.count = 0;
    TRY(analyse_text(analyser, columns[0], strlen(columns[0]), TEXT_UNSURE, side_add, &query, err));
    TRY(analyse_text(analyser, columns[1], strlen(columns[1]), TEXT_FI, side_add, &document, err));
    tally->pairs[relation]++;
    tally->joined[relation] += sides_meet(&query, &document);
    return STATUS_OK;
}

static enum status judge_pairs(FILE *file, struct tally *tally, struct err *err)
{
    char line[LINE_BYTES];
    struct analyser *analyser;
    enum status status = STATUS_OK;
    TRY(analyser_open(&analyser, 0, err));
    for (bool header = true; status == STATUS_OK && fgets(line, sizeof line, file); header = false)
        if (!header)
            status = judge_pair(analyser, line, tally, err);
    analyser_free(analyser);
    return status;
}

static enum status report(const struct tally *tally, struct figures *figures, json_t *sets, struct err *err)
{
    json_t *object = json_object();
    for (int i = 0; i < RELATIONS; i++) {
        struct figure figure = {.set = "conflation"};
        figure.value = tally->pairs[i] ? (double)tally->joined[i] / (double)tally->pairs[i] : 0;
        snprintf(figure.slice, sizeof figure.slice, "%s", relations[i]);
        snprintf(figure.engine, sizeof figure.engine, "%s", engine_names[ENGINE_OURS]);
        snprintf(figure.measure, sizeof figure.measure, "%s", i == UNRELATED ? FIGURE_WRONG : "recall");
        printf("%-20s %6zu pairs of words, %s %.4f\n", i ? "" : figure.set, tally->pairs[i], relation_words[i],
               figure.value);
        json_object_set_new(object, relations[i], json_real(figure.value));
        TRY(figures_add(figures, &figure, err));
    }
    json_object_set_new(sets, "conflation", object);
    return STATUS_OK;
}

enum status eval_conflation(const char *folder, struct figures *figures, json_t *sets, struct err *err)
{
    char path[PATH_BYTES];
    struct tally tally = {0};
    snprintf(path, sizeof path, "%s/conflation_dev.tsv", folder);
    FILE *file = fopen(path, "r");
    if (!file)
        return err_set_errno(err, STATUS_NOTFOUND, "%s", path);
    enum status status = judge_pairs(file, &tally, err);
    fclose(file);
    return status == STATUS_OK ? report(&tally, figures, sets, err) : status;
}
