#include "tests/bench/generate/lexicon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocab/vocab.h"

enum { LINE_BYTES = 1024, ROWS_MOST = 10000, WORDS_MOST = 2 * ROWS_MOST, COLUMNS = 4 };

/* A line cut at its tabs. */
struct row {
    const char *lemma, *class_name, *part, *topic;
    unsigned line;
};

static enum status wrong(const struct row *row, const char *what, struct err *err)
{
    return err_set(err, STATUS_CORRUPT, "word list, line %u: %s %s", row->line, row->lemma, what);
}

static enum status list_add(struct word_list *list, size_t item, struct err *err)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        uint32_t *items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return err_set(err, STATUS_NOMEM, "out of memory for words");
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (uint32_t)item;
    return STATUS_OK;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static enum status add_topic(struct lexicon *lexicon, const struct row *row, size_t noun, struct err *err)
{
    if (strcmp(row->topic, "general") == 0)
        return list_add(&lexicon->general, noun, err);
    if (strcmp(row->topic, "head") == 0)
        return list_add(&lexicon->heads, noun, err);
    int theme = vocab_find(VOCAB_THEME, row->topic, strlen(row->topic));
    if (theme < 0)
        return wrong(row, "has an unknown topic", err);
    TRY(list_add(&lexicon->topics[theme], noun, err));
    int broader = vocab_entry(VOCAB_THEME, (size_t)theme)->broader;
    return broader < 0 ? STATUS_OK : list_add(&lexicon->topics[broader], noun, err);
}

static enum status add_noun(struct lexicon *lexicon, const struct row *row, struct err *err)
{
    size_t noun = lexicon->noun_count++;
    if (!nominal_make(&lexicon->nouns[noun], row->lemma, row->class_name))
        return wrong(row, "does not fit its class", err);
    return add_topic(lexicon, row, noun, err);
}

/* The name of the doing (laulaminen) becomes a noun, a rare one since it stands behind the general nouns. */
static enum status add_verb(struct lexicon *lexicon, const struct row *row, struct err *err)
{
    size_t verb = lexicon->verb_count++;
    if (!verb_make(&lexicon->verbs[verb], row->lemma, row->class_name))
        return wrong(row, "does not fit its class", err);
    if (verb_action(&lexicon->verbs[verb], &lexicon->nouns[lexicon->noun_count]))
        TRY(list_add(&lexicon->general, lexicon->noun_count++, err));
    return list_add(strcmp(row->part, "verb") == 0 ? &lexicon->acting : &lexicon->alone, verb, err);
}

/* "on many 15" */
static enum status add_town(struct lexicon *lexicon, const struct row *row, struct err *err)
{
    int area = area_find(AREA_MUNICIPALITY, row->lemma, strlen(row->lemma));
    if (area < 0)
        return wrong(row, "is no municipality", err);
    struct town *town = &lexicon->towns[area];
    town->inflects = nominal_make(&town->name, row->lemma, row->class_name);
    town->on = strncmp(row->topic, "on ", 3) == 0;
    town->many = strstr(row->topic, " many ") != NULL;
    const char *weight = strrchr(row->topic, ' ');
    town->weight = weight ? strtod(weight, NULL) : 0;
    return town->weight > 0 ? STATUS_OK : wrong(row, "has no weight", err);
}

static enum status add_name(struct nominal *names, size_t *count, const struct row *row, struct err *err)
{
    return nominal_make(&names[(*count)++], row->lemma, row->class_name) ? STATUS_OK
                                                                         : wrong(row, "does not fit its class", err);
}

static enum status add_row(struct lexicon *lexicon, const struct row *row, struct err *err)
{
    if (strcmp(row->part, "noun") == 0)
        return add_noun(lexicon, row, err);
    if (strcmp(row->part, "adjective") == 0)
        return add_name(lexicon->adjectives, &lexicon->adjective_count, row, err);
    if (strcmp(row->part, "first-name") == 0)
        return add_name(lexicon->first_names, &lexicon->first_name_count, row, err);
    if (strcmp(row->part, "surname") == 0)
        return add_name(lexicon->surnames, &lexicon->surname_count, row, err);
    if (strcmp(row->part, "town") == 0)
        return add_town(lexicon, row, err);
    if (strncmp(row->part, "verb", 4) == 0)
        return add_verb(lexicon, row, err);
    return wrong(row, "is of an unknown part of speech", err);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static bool split(char *line, struct row *row)
{
    char *columns[COLUMNS];
    line[strcspn(line, "\r\n")] = '\0';
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = line;
        size_t len = strcspn(line, "\t");
        if ((line[len] == '\t') != (i < COLUMNS - 1))
            return false;
        line[len] = '\0';
        line += len + 1;
    }
    row->lemma = columns[0];
    row->class_name = columns[1];
    row->part = columns[2];
    row->topic = columns[3];
    return true;
}

static enum status read_rows(struct lexicon *lexicon, FILE *file, struct err *err)
{
    char line[LINE_BYTES];
    struct row row = {.lemma = ""};
    bool header = true;
    while (fgets(line, sizeof line, file)) {
        row.line++;
        if (*line == '#' || row.line > ROWS_MOST)
            continue;
        if (!split(line, &row))
            return wrong(&row, "is not four columns", err);
        if (!header)
            TRY(add_row(lexicon, &row, err));
        header = false;
    }
    if (ferror(file) || row.line > ROWS_MOST)
        return err_set(err, STATUS_IO, "word list cannot be read, or has more than %d lines", ROWS_MOST);
    return STATUS_OK;
}

static enum status reserve(struct lexicon *lexicon, struct err *err)
{
    lexicon->nouns = calloc(WORDS_MOST, sizeof *lexicon->nouns);
    lexicon->adjectives = calloc(WORDS_MOST, sizeof *lexicon->adjectives);
    lexicon->first_names = calloc(WORDS_MOST, sizeof *lexicon->first_names);
    lexicon->surnames = calloc(WORDS_MOST, sizeof *lexicon->surnames);
    lexicon->verbs = calloc(WORDS_MOST, sizeof *lexicon->verbs);
    lexicon->towns = calloc(vocab_size(VOCAB_AREA), sizeof *lexicon->towns);
    lexicon->topics = calloc(vocab_size(VOCAB_THEME), sizeof *lexicon->topics);
    return lexicon->nouns && lexicon->adjectives && lexicon->first_names && lexicon->surnames && lexicon->verbs &&
                   lexicon->towns && lexicon->topics
               ? STATUS_OK
               : err_set(err, STATUS_NOMEM, "out of memory for the word list");
}

/* Every list is drawn from without asking whether it has anything. */
static enum status check_full(const struct lexicon *lexicon, struct err *err)
{
    for (size_t t = 0; t < vocab_size(VOCAB_THEME); t++)
        if (lexicon->topics[t].count == 0)
            return err_set(err, STATUS_CORRUPT, "word list: no noun for theme %s", vocab_entry(VOCAB_THEME, t)->code);
    if (!lexicon->general.count || !lexicon->heads.count || !lexicon->acting.count || !lexicon->alone.count ||
        !lexicon->adjective_count || !lexicon->first_name_count || !lexicon->surname_count)
        return err_set(err, STATUS_CORRUPT, "word list: a part of speech is missing");
    return STATUS_OK;
}

enum status lexicon_load(struct lexicon *lexicon, const char *path, struct err *err)
{
    *lexicon = (struct lexicon){0};
    TRY(reserve(lexicon, err));
    FILE *file = fopen(path, "r");
    if (!file)
        return err_set(err, STATUS_NOTFOUND, "%s: %s", path, strerror(errno));
    enum status status = read_rows(lexicon, file, err);
    fclose(file);
    TRY(status);
    return check_full(lexicon, err);
}

void lexicon_release(struct lexicon *lexicon)
{
    for (size_t t = 0; lexicon->topics && t < vocab_size(VOCAB_THEME); t++)
        free(lexicon->topics[t].items);
    free(lexicon->topics);
    free(lexicon->general.items);
    free(lexicon->heads.items);
    free(lexicon->acting.items);
    free(lexicon->alone.items);
    free(lexicon->nouns);
    free(lexicon->adjectives);
    free(lexicon->first_names);
    free(lexicon->surnames);
    free(lexicon->verbs);
    free(lexicon->towns);
}
