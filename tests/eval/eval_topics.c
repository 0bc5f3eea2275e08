#include "tests/eval/eval_topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { COLUMNS_MOST = 5 };

struct topic_judged {
    const char *id;
    struct judgements judgements;
    UT_hash_handle hh;
};

/* ---- rows of a file ---------------------------------------------------------------------------------------------- */

struct reading {
    struct topics *topics;
    const struct eval_index *index;
};

/* Cuts a line into its columns; false when it has fewer. */
static bool cut(char *line, char *columns[], size_t count)
{
    line[strcspn(line, "\r\n")] = '\0';
    for (size_t i = 0; i < count; i++)
        if (!(columns[i] = strsep(&line, "\t")))
            return false;
    return true;
}

typedef enum status row_fn(struct reading *reading, char *columns[], struct err *err);

static enum status read_rows(const char *path, size_t column_count, row_fn *fn, struct reading *reading,
                             struct err *err)
{
    char *line = NULL, *columns[COLUMNS_MOST];
    size_t size = 0, number = 0;
    enum status status = STATUS_OK;
    FILE *file = fopen(path, "r");
    if (!file)
        return err_set_errno(err, STATUS_NOTFOUND, "%s", path);
    while (status == STATUS_OK && getline(&line, &size, file) > 0) {
        number++;
        if (*line == '\n')
            continue;
        status = cut(line, columns, column_count)
                     ? fn(reading, columns, err)
                     : err_set(err, STATUS_SYNTAX, "it has fewer than %zu columns", column_count);
        if (status != STATUS_OK)
            err_prefix(err, "%s:%zu", path, number);
    }
    free(line);
    fclose(file);
    return status;
}

static void *grow(struct arena *arena, void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    *cap = *cap ? 2 * *cap : 16;
    void *more = arena_array(arena, *cap, size);
    if (more && count)
        memcpy(more, list, count * size);
    return more;
}

/* ---- topics ------------------------------------------------------------------------------------------------------ */

static struct topic_judged *judged_of(struct topics *topics, const char *id)
{
    struct topic_judged *judged;
    HASH_FIND(hh, topics->judged, id, strlen(id), judged);
    if (judged)
        return judged;
    judged = arena_alloc(&topics->arena, sizeof *judged);
    if (!judged || !(judged->id = arena_copy(&topics->arena, id, strlen(id))))
        return NULL;
    HASH_ADD_KEYPTR(hh, topics->judged, judged->id, strlen(judged->id), judged);
    return judged;
}

static enum status add_topic(struct reading *reading, char *columns[], struct err *err)
{
    struct topics *topics = reading->topics;
    const char *copies[COLUMNS_MOST];
    if (strcmp(columns[1], "fi") != 0 && strcmp(columns[1], "sv") != 0 && strcmp(columns[1], "en") != 0)
        return err_set(err, STATUS_SYNTAX, "language \"%s\", allowed fi, sv, en", columns[1]);
    for (int i = 0; i < COLUMNS_MOST; i++)
        if (!(copies[i] = arena_copy(&topics->arena, columns[i], strlen(columns[i]))))
            return arena_nomem(err);
    struct topic_judged *judged = judged_of(topics, columns[0]);
    topics->list = grow(&topics->arena, topics->list, topics->count, &topics->cap, sizeof *topics->list);
    if (!judged || !topics->list)
        return arena_nomem(err);
    topics->list[topics->count++] =
        (struct topic){copies[0], copies[1], copies[2], copies[3], copies[4], &judged->judgements};
    return STATUS_OK;
}

/* ---- judgements -------------------------------------------------------------------------------------------------- */

static enum status add_judgement(struct reading *reading, char *columns[], struct err *err)
{
    struct topics *topics = reading->topics;
    struct topic_judged *judged;
    HASH_FIND(hh, topics->judged, columns[0], strlen(columns[0]), judged);
    if (!judged)
        return err_set(err, STATUS_SYNTAX, "there is no topic \"%s\"", columns[0]);
    if (columns[2][0] < '0' || columns[2][0] > '0' + GRADE_MOST || columns[2][1])
        return err_set(err, STATUS_SYNTAX, "grade \"%s\", allowed 0..%d", columns[2], GRADE_MOST);
    int64_t row = eval_index_row(reading->index, columns[1]);
    if (row == EVAL_NO_ROW) {
        topics->unknown++;
        return STATUS_OK;
    }
    struct judgements *list = &judged->judgements;
    list->list = grow(&topics->arena, list->list, list->count, &list->cap, sizeof *list->list);
    if (!list->list)
        return arena_nomem(err);
    list->list[list->count++] =
        (struct judgement){(uint32_t)row, (uint8_t)(columns[2][0] - '0'), reading->index->documents[row].live};
    return STATUS_OK;
}

static int compare_rows(const void *a, const void *b)
{
    uint32_t x = ((const struct judgement *)a)->row, y = ((const struct judgement *)b)->row;
    return x < y ? -1 : x > y;
}

static enum status sort_judgements(struct topics *topics, const struct eval_index *index, struct err *err)
{
    struct topic_judged *judged, *next;
    HASH_ITER(hh, topics->judged, judged, next)
    {
        struct judgements *list = &judged->judgements;
        if (list->count)
            qsort(list->list, list->count, sizeof *list->list, compare_rows);
        for (size_t i = 1; i < list->count; i++)
            if (list->list[i].row == list->list[i - 1].row)
                return err_set(err, STATUS_SYNTAX, "topic %s judges %s twice", judged->id,
                               index->documents[list->list[i].row].id);
    }
    return STATUS_OK;
}

enum status topics_read(struct topics *topics, const char *topics_path, const char *judgements_path,
                        const struct eval_index *index, struct err *err)
{
    struct reading reading = {topics, index};
    *topics = (struct topics){0};
    TRY(read_rows(topics_path, COLUMNS_MOST, add_topic, &reading, err));
    TRY(read_rows(judgements_path, 3, add_judgement, &reading, err));
    return sort_judgements(topics, index, err);
}

void topics_release(struct topics *topics)
{
    HASH_CLEAR(hh, topics->judged);
    arena_release(&topics->arena);
    *topics = (struct topics){0};
}

int topic_grade(const struct topic *topic, uint32_t row)
{
    struct judgement key = {.row = row};
    const struct judgements *judged = topic->judged;
    if (!judged->count)
        return GRADE_NONE;
    const struct judgement *found = bsearch(&key, judged->list, judged->count, sizeof key, compare_rows);
    return found ? found->grade : GRADE_NONE;
}

bool topic_has_type(const struct topic *topic, const char *type)
{
    size_t len = strlen(type);
    for (const char *at = topic->types; *at; at += strcspn(at, ",")) {
        at += *at == ',';
        if (strcspn(at, ",") == len && strncmp(at, type, len) == 0)
            return true;
    }
    return false;
}
