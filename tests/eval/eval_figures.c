#include "tests/eval/eval_figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/eval/eval_run.h"

enum { COLUMNS = 5 };

enum status figures_add(struct figures *figures, const struct figure *figure, struct err *err)
{
    if (figures->count == figures->cap) {
        size_t cap = figures->cap ? 2 * figures->cap : 64;
        struct figure *more = realloc(figures->list, cap * sizeof *more);
        if (!more)
            return err_set(err, STATUS_NOMEM, "out of memory");
        figures->list = more;
        figures->cap = cap;
    }
    figures->list[figures->count++] = *figure;
    return STATUS_OK;
}

void figures_release(struct figures *figures)
{
    free(figures->list);
    *figures = (struct figures){0};
}

static bool read_line(char *line, struct figure *figure)
{
    char *columns[COLUMNS], *end;
    for (int i = 0; i < COLUMNS; i++)
        if (!(columns[i] = strsep(&line, "\t")))
            return false;
    snprintf(figure->set, sizeof figure->set, "%s", columns[0]);
    snprintf(figure->slice, sizeof figure->slice, "%s", columns[1]);
    snprintf(figure->engine, sizeof figure->engine, "%s", columns[2]);
    snprintf(figure->measure, sizeof figure->measure, "%s", columns[3]);
    figure->value = strtod(columns[4], &end);
    return end != columns[4] && (*end == '\n' || !*end);
}

enum status figures_read(struct figures *figures, const char *path, struct err *err)
{
    char line[512];
    struct figure figure;
    enum status status = STATUS_OK;
    FILE *file = fopen(path, "r");
    *figures = (struct figures){0};
    for (size_t number = 1; file && status == STATUS_OK && fgets(line, sizeof line, file); number++)
        status = read_line(line, &figure)
                     ? figures_add(figures, &figure, err)
                     : err_set(err, STATUS_SYNTAX, "%s:%zu: five columns are needed", path, number);
    if (file)
        fclose(file);
    return status;
}

static bool has_set(const struct figures *figures, const char *set)
{
    for (size_t i = 0; i < figures->count; i++)
        if (strcmp(figures->list[i].set, set) == 0)
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    int order = strcmp(x->set, y->set);
    order = order ? order : strcmp(x->slice, y->slice);
    order = order ? order : strcmp(x->engine, y->engine);
    return order ? order : strcmp(x->measure, y->measure);
}

static enum status merge(const struct figures *figures, struct figures *all, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++)
        if (!has_set(figures, all->list[i].set))
            all->list[kept++] = all->list[i];
    all->count = kept;
    for (size_t i = 0; i < figures->count; i++)
        TRY(figures_add(all, &figures->list[i], err));
    if (all->count)
        qsort(all->list, all->count, sizeof *all->list, compare_names);
    return STATUS_OK;
}

enum status figures_store(const struct figures *figures, const char *path, struct err *err)
{
    struct figures all;
    FILE *file = NULL;
    enum status status = figures_read(&all, path, err);
    if (status == STATUS_OK)
        status = merge(figures, &all, err);
    if (status == STATUS_OK && !(file = fopen(path, "w")))
        status = err_set_errno(err, STATUS_IO, "%s", path);
    for (size_t i = 0; status == STATUS_OK && i < all.count; i++) {
        const struct figure *f = &all.list[i];
        fprintf(file, "%s\t%s\t%s\t%s\t%.4f\n", f->set, f->slice, f->engine, f->measure, f->value);
    }
    if (file && fclose(file) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s", path);
    figures_release(&all);
    return status;
}

const struct figure *figures_find(const struct figures *figures, const struct figure *like)
{
    for (size_t i = 0; i < figures->count; i++)
        if (compare_names(&figures->list[i], like) == 0)
            return &figures->list[i];
    return NULL;
}

bool figure_fails(const struct figure *now, const struct figure *stored)
{
    static const double rounding = 1e-4; /* stored figures have four decimals */
    double worse = now->value - stored->value;
    if (strcmp(now->measure, FIGURE_EMPTY) == 0)
        return worse > rounding;
    if (strcmp(now->measure, FIGURE_WRONG) == 0)
        return worse > FIGURE_RISE + rounding;
    return -worse > FIGURE_FALL + rounding;
}

static bool is_ours(const struct figure *figure)
{
    return strcmp(figure->engine, engine_names[ENGINE_OURS]) == 0;
}

void figures_compare(const struct figures *now, const struct figures *stored, size_t *passed, size_t *failed)
{
    for (size_t i = 0; i < stored->count; i++) {
        const struct figure *old = &stored->list[i], *new = figures_find(now, old);
        if (!is_ours(old) || !has_set(now, old->set))
            continue;
        bool fails = !new || figure_fails(new, old);
        if (!new)
            printf("%s %s %s: stored %.4f, no longer measured\n", old->set, old->slice, old->measure, old->value);
        else if (fails)
            printf("%s %s %s: %.4f, stored %.4f\n", old->set, old->slice, old->measure, new->value, old->value);
        ++*(fails ? failed : passed);
    }
}
