#include "searchd/desks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "search/query.h"
#include "vocab/vocab.h"

struct desks {
    struct arena arena;
    struct desk list[DESKS_MOST];
    size_t count;
};

/* ---- the file --------------------------------------------------------------------------------------------------- */

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1]))
        text[--len] = '\0';
    return text;
}

/* The cells of a line; how many. */
static size_t split(char *line, char *cells[4])
{
    size_t count = 0;
    for (char *rest = line; rest && count < 4; count++)
        cells[count] = trimmed(strsep(&rest, "|"));
    return count;
}

static enum status read_line(struct desks *d, char *line, struct err *err)
{
    char *cells[4] = {NULL};
    line = trimmed(line);
    if (!*line || *line == '#')
        return STATUS_OK;
    size_t count = split(line, cells);
    if (count < 3 || !*cells[1] || !*cells[2])
        return err_set(err, STATUS_INVALID, "a desk is area | name | phone | hours; only the hours may be left out");
    int area = vocab_find_label(VOCAB_AREA, cells[0], strlen(cells[0]));
    if (area < 0)
        return err_set(err, STATUS_INVALID, "\"%s\" is no area; write its name or its code, such as 491, wellbeing-12 "
                                            "or nationwide", cells[0]);
    if (cells[2][strspn(cells[2], "+0123456789 -()")])
        return err_set(err, STATUS_INVALID, "\"%s\" is no phone number: digits, blanks and + - ( ) are allowed",
                       cells[2]);
    if (d->count == DESKS_MOST)
        return err_set(err, STATUS_LIMIT, "more than %d desks", DESKS_MOST);
    struct desk *desk = &d->list[d->count];
    *desk = (struct desk){.area = (uint16_t)area,
                          .name = arena_copy(&d->arena, cells[1], strlen(cells[1])),
                          .phone = arena_copy(&d->arena, cells[2], strlen(cells[2]))};
    if (cells[3] && *cells[3] && !(desk->hours = arena_copy(&d->arena, cells[3], strlen(cells[3]))))
        return arena_nomem(err);
    d->count += desk->name && desk->phone;
    return desk->name && desk->phone ? STATUS_OK : arena_nomem(err);
}

static enum status read_lines(struct desks *d, FILE *file, const char *path, struct err *err)
{
    char line[DESKS_LINE_BYTES + 2];
    struct err local = {0};
    unsigned number = 0;
    while (fgets(line, sizeof line, file)) {
        number++;
        enum status status = strlen(line) > DESKS_LINE_BYTES && !strchr(line, '\n')
                                 ? err_set(&local, STATUS_LIMIT, "the line is longer than %d bytes", DESKS_LINE_BYTES)
                                 : read_line(d, line, &local);
        if (status != STATUS_OK)
            return err_set(err, status, "%s:%u: %s", path, number, local.message);
    }
    return ferror(file) ? err_set(err, STATUS_IO, "%s: %s", path, strerror(errno)) : STATUS_OK;
}

enum status desks_open(struct desks **desks, const char *path, struct err *err)
{
    struct desks *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, STATUS_NOMEM, "out of memory for phone desks");
    FILE *file = fopen(path, "re");
    enum status status = file ? read_lines(d, file, path, err)
                              : err_set(err, STATUS_IO, "%s: %s", path, strerror(errno));
    if (file)
        fclose(file);
    if (status != STATUS_OK) {
        desks_free(d);
        return status;
    }
    *desks = d;
    return STATUS_OK;
}

void desks_free(struct desks *desks)
{
    if (!desks)
        return;
    arena_release(&desks->arena);
    free(desks);
}

/* ---- whom to call ----------------------------------------------------------------------------------------------- */

static const struct desk *desk_of(const struct desks *d, int area)
{
    for (size_t i = 0; area >= 0 && i < d->count; i++)
        if (d->list[i].area == area)
            return &d->list[i];
    return NULL;
}

/* Of the area itself, of its county or of its region. */
static const struct desk *nearest(const struct desks *d, size_t area)
{
    const struct area_entry *entry = area_at(area);
    const struct desk *desk = desk_of(d, (int)area);
    if (!desk && entry->type == AREA_MUNICIPALITY)
        desk = desk_of(d, entry->wellbeing);
    if (!desk && entry->type == AREA_MUNICIPALITY)
        desk = desk_of(d, entry->region);
    return desk;
}

static size_t add(const struct desk *desk, const struct desk *found[DESKS_SHOWN], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (found[i] == desk)
            return count;
    if (desk && count < DESKS_SHOWN)
        found[count++] = desk;
    return count;
}

size_t desks_find(const struct desks *d, const struct request *request, const struct query *query,
                  const struct desk *found[DESKS_SHOWN])
{
    size_t count = 0;
    if (!d)
        return 0;
    for (size_t i = 0; i < request->selected_count[FACET_AREA]; i++)
        count = add(nearest(d, request->selected[FACET_AREA][i]), found, count);
    if (request->near >= 0)
        count = add(nearest(d, (size_t)request->near), found, count);
    for (size_t v = 0; query && v < query->value_count; v++)
        for (size_t i = 0; query->values[v].facet == FACET_AREA && i < query->values[v].value_count; i++)
            count = add(nearest(d, query->values[v].values[i]), found, count);
    return count ? count : add(desk_of(d, area_nationwide()), found, count);
}
