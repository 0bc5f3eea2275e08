#include "tests/eval/eval_report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICES_MOST = 64, RANKS_PAGE = 100, TYPE_BYTES = 20 };

/* Topics that share a language or a type. */
struct slice {
    char name[FIGURE_NAME_BYTES]; /* "all", "lang:sv", "type:short" */
    const char *lang;             /* NULL: any; types are those of Finnish topics */
    char type[TYPE_BYTES];        /* "": any */
};

struct means {
    size_t topics; /* with a relevant record */
    size_t empty;  /* of them, those for which our engine found nothing */
    double of[ENGINES][MEASURES];
    double holes[ENGINES];  /* share of the hits that nobody judged; over all topics */
    double chance[ENGINES]; /* that the difference to ours in nDCG is one of luck; 1 for ours */
};

/* ---- means ------------------------------------------------------------------------------------------------------- */

static bool in_slice(const struct slice *slice, const struct topic *topic)
{
    return (!slice->lang || strcmp(topic->lang, slice->lang) == 0) &&
           (!*slice->type || topic_has_type(topic, slice->type));
}

/* Chance of the difference in nDCG between ours and another engine; 1 when there is not the memory to tell. */
static double chance(const struct eval_run *run, const struct slice *slice, enum engine other)
{
    double *values = calloc(2 * run->topics.count + 1, sizeof *values), answer = 1;
    size_t count = 0;
    if (!values)
        return answer;
    for (size_t i = 0; i < run->topics.count; i++) {
        if (!run->results[i].relevant || !in_slice(slice, &run->topics.list[i]))
            continue;
        values[count] = run->results[i].scores[ENGINE_OURS].of[MEASURE_NDCG];
        values[run->topics.count + count++] = run->results[i].scores[other].of[MEASURE_NDCG];
    }
    answer = sign_flip(values, values + run->topics.count, count);
    free(values);
    return answer;
}

static struct means means_of(const struct eval_run *run, const struct slice *slice)
{
    struct means means = {0};
    size_t hits[ENGINES] = {0};
    for (size_t i = 0; i < run->topics.count; i++) {
        const struct topic_result *result = &run->results[i];
        if (!in_slice(slice, &run->topics.list[i]))
            continue;
        for (int engine = 0; engine < ENGINES; engine++) {
            means.holes[engine] += result->scores[engine].unjudged;
            hits[engine] += result->found[engine].count;
            for (int measure = 0; measure < MEASURES && result->relevant; measure++)
                means.of[engine][measure] += result->scores[engine].of[measure];
        }
        means.topics += result->relevant > 0;
        means.empty += result->relevant > 0 && result->found[ENGINE_OURS].count == 0;
    }
    for (int engine = 0; engine < ENGINES; engine++) {
        for (int measure = 0; measure < MEASURES && means.topics; measure++)
            means.of[engine][measure] /= (double)means.topics;
        means.holes[engine] /= hits[engine] ? (double)hits[engine] : 1;
        means.chance[engine] = engine == ENGINE_OURS ? 1 : chance(run, slice, (enum engine)engine);
    }
    return means;
}

/* ---- slices ------------------------------------------------------------------------------------------------------ */

static void add_slice(struct slice *slices, size_t *count, const char *lang, const char *type, size_t type_len)
{
    struct slice slice = {.lang = lang};
    snprintf(slice.type, sizeof slice.type, "%.*s", (int)type_len, type);
    snprintf(slice.name, sizeof slice.name, "%s:%s", *slice.type ? "type" : "lang", *slice.type ? slice.type : lang);
    for (size_t i = 0; i < *count; i++)
        if (strcmp(slices[i].name, slice.name) == 0)
            return;
    if (*count < SLICES_MOST)
        slices[(*count)++] = slice;
}

/* All, each language, each type of the Finnish topics, in the order in which they occur. */
static size_t find_slices(const struct eval_run *run, struct slice slices[SLICES_MOST])
{
    size_t count = 1;
    slices[0] = (struct slice){.name = "all"};
    for (size_t i = 0; i < run->topics.count; i++)
        add_slice(slices, &count, run->topics.list[i].lang, "", 0);
    if (count == 2)
        count = 1; /* one language: the same as all */
    for (size_t i = 0; i < run->topics.count; i++)
        for (const char *at = run->topics.list[i].types; *at; at += *at == ',') {
            size_t len = strcspn(at, ",");
            if (len && strcmp(run->topics.list[i].lang, "fi") == 0)
                add_slice(slices, &count, "fi", at, len);
            at += len;
        }
    return count;
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

void report_head(void)
{
    printf("%-20s %6s %-9s %7s %9s %7s %6s %7s %8s %7s %6s %8s\n", "set", "topics", "engine", "nDCG@10", "recall@10",
           "MRR@10", "P@5", "holes", "ahead", "p", "ms", "change");
}

/* How our nDCG@10 has moved since the figures were stored, "" when there is nothing to compare with. */
static const char *change(const struct eval_run *run, const struct slice *slice, const struct means *means,
                          const struct figures *stored, char text[FIGURE_NAME_BYTES])
{
    struct figure figure = {.value = means->of[ENGINE_OURS][MEASURE_NDCG]};
    snprintf(figure.set, sizeof figure.set, "%s", run->name);
    snprintf(figure.slice, sizeof figure.slice, "%s", slice->name);
    snprintf(figure.engine, sizeof figure.engine, "%s", engine_names[ENGINE_OURS]);
    snprintf(figure.measure, sizeof figure.measure, "%s", measure_names[MEASURE_NDCG]);
    const struct figure *old = figures_find(stored, &figure);
    text[0] = '\0';
    if (old)
        snprintf(text, FIGURE_NAME_BYTES, "%+.4f", figure.value - old->value);
    return text;
}

/* One line an engine; "ahead" is how far ours is in nDCG, p the chance of that by luck. */
static void print_set(const struct eval_run *run, const struct slice *slice, const struct means *means, bool graded,
                      const struct figures *stored)
{
    for (int engine = 0; engine < ENGINES; engine++) {
        const double *of = means->of[engine];
        char topics[20] = "", precision[20] = "", holes[20] = "", ahead[40] = "", name[FIGURE_NAME_BYTES] = "";
        char moved[FIGURE_NAME_BYTES] = "";
        if (engine == ENGINE_OURS) {
            snprintf(name, sizeof name, "%s", run->name);
            snprintf(topics, sizeof topics, "%zu", means->topics);
            change(run, slice, means, stored, moved);
        } else {
            snprintf(ahead, sizeof ahead, "%+8.4f %7.4f", means->of[ENGINE_OURS][MEASURE_NDCG] - of[MEASURE_NDCG],
                     means->chance[engine]);
        }
        if (graded) {
            snprintf(precision, sizeof precision, "%.3f", of[MEASURE_P5]);
            snprintf(holes, sizeof holes, "%.1f %%", 100 * means->holes[engine]);
        }
        printf("%-20s %6s %-9s %7.4f %9.4f %7.4f %6s %7s %16s %6.2f %8s\n", name, topics, engine_names[engine],
               of[MEASURE_NDCG], of[MEASURE_RECALL], of[MEASURE_MRR], precision, holes, ahead,
               1e3 * run->seconds[engine] / (double)(run->topics.count ? run->topics.count : 1), moved);
    }
}

/* nDCG@10 of a part of the topics; a star where the difference to ours is hardly luck. */
static void print_slice(const struct eval_run *run, const struct slice *slice, const struct means *means,
                        const struct figures *stored)
{
    char moved[FIGURE_NAME_BYTES];
    printf("  %-18s %6zu %-9s %7.4f", slice->name, means->topics, engine_names[ENGINE_OURS],
           means->of[ENGINE_OURS][MEASURE_NDCG]);
    for (int engine = ENGINE_OURS + 1; engine < ENGINES; engine++)
        printf("   %s %.4f%c", engine_names[engine], means->of[engine][MEASURE_NDCG],
               means->chance[engine] < REPORT_CHANCE ? '*' : ' ');
    printf("  %s\n", change(run, slice, means, stored, moved));
}

static void print_oddities(const struct eval_run *run, const struct means *means)
{
    if (means->empty)
        printf("  %zu topics find nothing though there is something\n", means->empty);
    if (run->refused)
        printf("  %zu queries were refused\n", run->refused);
    if (run->topics.unknown)
        printf("  %zu judgements are of records that the index does not have\n", run->topics.unknown);
    if (means->topics < run->topics.count)
        printf("  %zu topics have no relevant record and are in no mean\n", run->topics.count - means->topics);
}

/* ---- figures and JSON -------------------------------------------------------------------------------------------- */

static enum status add_figures(const struct eval_run *run, const struct slice *slice, const struct means *means,
                               bool graded, struct figures *figures, struct err *err)
{
    struct figure figure;
    snprintf(figure.set, sizeof figure.set, "%s", run->name);
    snprintf(figure.slice, sizeof figure.slice, "%s", slice->name);
    for (int engine = 0; engine < ENGINES; engine++)
        for (int measure = 0; measure < MEASURES; measure++) {
            if (measure == MEASURE_P5 && !graded)
                continue;
            snprintf(figure.engine, sizeof figure.engine, "%s", engine_names[engine]);
            snprintf(figure.measure, sizeof figure.measure, "%s", measure_names[measure]);
            figure.value = means->of[engine][measure];
            TRY(figures_add(figures, &figure, err));
        }
    snprintf(figure.engine, sizeof figure.engine, "%s", engine_names[ENGINE_OURS]);
    snprintf(figure.measure, sizeof figure.measure, "%s", FIGURE_EMPTY);
    figure.value = (double)means->empty;
    return figures_add(figures, &figure, err);
}

static json_t *json_measures(const double of[MEASURES], bool graded)
{
    json_t *object = json_object();
    for (int measure = 0; measure < MEASURES; measure++)
        if (measure != MEASURE_P5 || graded)
            json_object_set_new(object, measure_names[measure], json_real(of[measure]));
    return object;
}

static json_t *json_means(const struct means *means, bool graded)
{
    json_t *object =
        json_pack("{s:I, s:I}", "topics", (json_int_t)means->topics, "foundNothing", (json_int_t)means->empty);
    for (int engine = 0; engine < ENGINES; engine++) {
        json_t *measures = json_measures(means->of[engine], graded);
        json_object_set_new(measures, "holes", json_real(means->holes[engine]));
        if (engine != ENGINE_OURS)
            json_object_set_new(measures, "p", json_real(means->chance[engine]));
        json_object_set_new(object, engine_names[engine], measures);
    }
    return object;
}

static json_t *json_topics(const struct eval_run *run, bool graded)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->topics.count; i++) {
        const struct topic *topic = &run->topics.list[i];
        const struct topic_result *result = &run->results[i];
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "id", topic->id, "lang", topic->lang, "query",
                                   topic->query, "types", topic->types, "relevant", (json_int_t)result->relevant,
                                   "hits", (json_int_t)result->found[ENGINE_OURS].total);
        for (int engine = 0; engine < ENGINES; engine++)
            json_object_set_new(object, engine_names[engine], json_measures(result->scores[engine].of, graded));
        json_array_append_new(list, object);
    }
    return list;
}

enum status report_run(const struct eval_run *run, bool graded, const struct figures *stored, struct figures *figures,
                       json_t *sets, struct err *err)
{
    struct slice slices[SLICES_MOST];
    size_t count = find_slices(run, slices);
    json_t *set =
        json_pack("{s:I, s:I}", "records", (json_int_t)run->index.count, "queries", (json_int_t)run->topics.count);
    json_t *by_slice = json_object();
    for (size_t i = 0; i < count; i++) {
        struct means means = means_of(run, &slices[i]);
        if (i == 0) {
            print_set(run, &slices[i], &means, graded, stored);
            print_oddities(run, &means);
        } else {
            print_slice(run, &slices[i], &means, stored);
        }
        json_object_set_new(by_slice, slices[i].name, json_means(&means, graded));
        if (i == 0 || means.topics >= REPORT_SLICE_LEAST)
            TRY(add_figures(run, &slices[i], &means, graded, figures, err));
    }
    json_object_set_new(set, "slices", by_slice);
    json_object_set_new(set, "topics", json_topics(run, graded));
    json_object_set_new(sets, run->name, set);
    fflush(stdout);
    return STATUS_OK;
}

/* ---- for people who tune or judge -------------------------------------------------------------------------------- */

static void print_hit(const struct eval_run *run, const struct topic *topic, uint32_t row, uint64_t rank)
{
    int grade = topic_grade(topic, row);
    const struct eval_document *document = &run->index.documents[row];
    printf("  %4llu  %c  %-44s %s\n", (unsigned long long)rank, grade == GRADE_NONE ? '-' : (char)('0' + grade),
           document->id, document->title);
}

/* Ranks of the relevant records below the first ten, page by page; those that are not found at all in the end. */
static enum status print_missing(struct eval_run *run, const struct topic *topic, struct err *err)
{
    uint32_t rows[RANKS_PAGE];
    uint64_t rank = 0, total = 1;
    bool refused, *seen = calloc(run->index.count + 1, sizeof *seen);
    enum status status = seen ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
    for (unsigned page = 1; status == STATUS_OK && rank < total; page++) {
        size_t count;
        status = eval_search(&run->index, topic, page, RANKS_PAGE, rows, &count, &total, &refused, err);
        if (count == 0)
            break;
        for (size_t i = 0; status == STATUS_OK && i < count; i++) {
            seen[rows[i]] = true;
            if (++rank > METRICS_DEPTH && topic_grade(topic, rows[i]) > 0)
                print_hit(run, topic, rows[i], rank);
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < topic->judged->count; i++) {
        const struct judgement *judgement = &topic->judged->list[i];
        if (judgement->live && judgement->grade && !seen[judgement->row])
            print_hit(run, topic, judgement->row, 0);
    }
    free(seen);
    return status;
}

enum status report_topic(struct eval_run *run, const char *id, struct err *err)
{
    bool known = false;
    for (size_t i = 0; i < run->topics.count; i++) {
        const struct topic *topic = &run->topics.list[i];
        const struct topic_result *result = &run->results[i];
        if (strcmp(topic->id, id) != 0)
            continue;
        known = true;
        printf("%s %s: %s\n%s\n%llu hits, nDCG@10 %.4f (snowball %.4f, 5-grams %.4f)\n", id, topic->lang, topic->query,
               topic->need, (unsigned long long)result->found[ENGINE_OURS].total,
               result->scores[ENGINE_OURS].of[MEASURE_NDCG], result->scores[ENGINE_SNOWBALL].of[MEASURE_NDCG],
               result->scores[ENGINE_GRAMS].of[MEASURE_NDCG]);
        printf("  rank grade\n");
        for (size_t hit = 0; hit < result->found[ENGINE_OURS].count; hit++)
            print_hit(run, topic, result->found[ENGINE_OURS].rows[hit], hit + 1);
        printf("relevant ones below (rank 0: not found)\n");
        TRY(print_missing(run, topic, err));
    }
    return known ? STATUS_OK : err_set(err, STATUS_NOTFOUND, "there is no topic %s", id);
}

/* Another engine, or another language of the same topic, brought the record before. */
static bool found_before(const struct eval_run *run, size_t topic, int engine, size_t hit)
{
    uint32_t row = run->results[topic].found[engine].rows[hit];
    for (size_t t = 0; t <= topic; t++) {
        if (strcmp(run->topics.list[t].id, run->topics.list[topic].id) != 0)
            continue;
        for (int e = 0; e < (t == topic ? engine + 1 : ENGINES); e++) {
            const struct found *found = &run->results[t].found[e];
            size_t count = t == topic && e == engine ? hit : found->count;
            for (size_t i = 0; i < count; i++)
                if (found->rows[i] == row)
                    return true;
        }
    }
    return false;
}

void report_holes(const struct eval_run *run)
{
    for (size_t i = 0; i < run->topics.count; i++) {
        const struct topic *topic = &run->topics.list[i];
        for (int engine = 0; engine < ENGINES; engine++) {
            const struct found *found = &run->results[i].found[engine];
            for (size_t hit = 0; hit < found->count; hit++)
                if (topic_grade(topic, found->rows[hit]) == GRADE_NONE && !found_before(run, i, engine, hit))
                    printf("%s\t%s\t%s\t%s\n", topic->id, topic->query, run->index.documents[found->rows[hit]].id,
                           run->index.documents[found->rows[hit]].title);
        }
    }
}
