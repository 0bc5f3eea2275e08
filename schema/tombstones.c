#include "tombstones.h"

#include <stdlib.h>
#include <string.h>

/* A row lies in the texts as id, title, into, each with its zero. */
struct row {
    uint64_t text;
    int32_t day;
    uint32_t number; /* in the order in which they came; 0 in the file */
};

enum { SECTION_ROWS, SECTION_TEXTS, SECTION_COUNT };

static const uint32_t items[SECTION_COUNT] = {sizeof(struct row), 1};
static const struct sections_kind kind = {"tombstones", "OPASTTOM", TOMBSTONES_VERSION, SECTION_COUNT, items};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Three texts from each row's place on, inside the file. */
static bool rows_right(const struct sections *file)
{
    const struct row *rows = file->at[SECTION_ROWS].items;
    const char *texts = file->at[SECTION_TEXTS].items;
    size_t end = file->at[SECTION_TEXTS].count;
    for (size_t i = 0; i < file->at[SECTION_ROWS].count; i++) {
        uint64_t at = rows[i].text;
        for (int text = 0; text < 3; text++) {
            const char *zero = at < end ? memchr(texts + at, 0, end - at) : NULL;
            if (!zero)
                return false;
            at = (uint64_t)(zero - texts) + 1;
        }
    }
    return file->at[SECTION_ROWS].count < UINT32_MAX;
}

enum status tombstones_open(struct tombstones *tombstones, const char *path, struct err *err)
{
    struct tombstones t;
    TRY(sections_open(&t.file, &kind, path, err));
    if (!rows_right(&t.file)) {
        sections_close(&t.file);
        return err_set(err, STATUS_CORRUPT, "%s: a text lies outside of the file", path);
    }
    t.count = (uint32_t)t.file.at[SECTION_ROWS].count;
    *tombstones = t;
    return STATUS_OK;
}

void tombstones_close(struct tombstones *tombstones)
{
    sections_close(&tombstones->file);
    *tombstones = (struct tombstones){.count = 0};
}

struct tombstone tombstones_at(const struct tombstones *t, uint32_t number)
{
    const struct row *row = (const struct row *)t->file.at[SECTION_ROWS].items + number;
    const char *id = (const char *)t->file.at[SECTION_TEXTS].items + row->text;
    const char *title = id + strlen(id) + 1;
    return (struct tombstone){id, title, title + strlen(title) + 1, row->day};
}

/* As strcmp() with a text that has no zero behind it. */
static int compare_id(const char *id, const char *text, size_t len)
{
    int order = strncmp(id, text, len);
    return order ? order : id[len] != '\0';
}

bool tombstones_find(const struct tombstones *t, const char *id, size_t len, struct tombstone *found)
{
    uint32_t low = 0, high = t->count;
    if (memchr(id, 0, len))
        return false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        *found = tombstones_at(t, middle);
        int order = compare_id(found->id, id, len);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

enum status tombstones_check(const struct tombstones *t, struct err *err)
{
    TRY(sections_check(&t->file, err));
    for (uint32_t i = 1; i < t->count; i++)
        if (strcmp(tombstones_at(t, i - 1).id, tombstones_at(t, i).id) >= 0)
            return err_set(err, STATUS_CORRUPT, "%s: ids are not in order", t->file.path);
    return STATUS_OK;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct tombstones_writer {
    struct buf section[SECTION_COUNT];
    uint32_t count;
};

enum status tombstones_writer_new(struct tombstones_writer **writer, struct err *err)
{
    *writer = calloc(1, sizeof **writer);
    return *writer ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for tombstones");
}

void tombstones_writer_free(struct tombstones_writer *w)
{
    if (!w)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        buf_release(&w->section[i]);
    free(w);
}

enum status tombstones_writer_add(struct tombstones_writer *w, const struct tombstone *tombstone, struct err *err)
{
    struct row row = {w->section[SECTION_TEXTS].len, tombstone->day, w->count};
    if (w->count == TOMBSTONES_MOST)
        return STATUS_OK;
    w->count++;
    buf_add(&w->section[SECTION_ROWS], &row, sizeof row);
    buf_add(&w->section[SECTION_TEXTS], tombstone->id, strlen(tombstone->id) + 1);
    buf_add(&w->section[SECTION_TEXTS], tombstone->title, strlen(tombstone->title) + 1);
    buf_add(&w->section[SECTION_TEXTS], tombstone->into, strlen(tombstone->into) + 1);
    TRY(buf_ok(&w->section[SECTION_ROWS], err));
    return buf_ok(&w->section[SECTION_TEXTS], err);
}

static int compare_rows(const void *a, const void *b, void *texts)
{
    const struct row *x = a, *y = b;
    int order = strcmp((const char *)texts + x->text, (const char *)texts + y->text);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* The last of each id; numbers go. */
static size_t drop_older(struct row *rows, size_t count, const char *texts)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool again = i + 1 < count && strcmp(texts + rows[i].text, texts + rows[i + 1].text) == 0;
        if (again)
            continue;
        rows[kept] = rows[i];
        rows[kept++].number = 0;
    }
    return kept;
}

enum status tombstones_writer_finish(struct tombstones_writer *w, const char *path, struct err *err)
{
    struct row *rows = (struct row *)(void *)w->section[SECTION_ROWS].data;
    if (w->count) {
        qsort_r(rows, w->count, sizeof *rows, compare_rows, w->section[SECTION_TEXTS].data);
        w->section[SECTION_ROWS].len = drop_older(rows, w->count, w->section[SECTION_TEXTS].data) * sizeof *rows;
    }
    return sections_write(&kind, w->section, path, err);
}
