#include "value_sets.h"

#include <stdlib.h>
#include <string.h>

#include "facet.h"

enum { BITMAP_SHARE = 256 }; /* a bitmap when more than rows / 256 have the value */

enum section { SECTION_HEAD, SECTION_VALUES, SECTION_BITMAPS, SECTION_ROWS, SECTION_COUNT };

/* Where a value's rows are: in the bitmaps, from a word on, or in the rows, from an item on. */
struct place {
    uint32_t count, dense;
    uint64_t at;
};

/* Behind the values: the rows that do not say. */
enum extra { EXTRA_NO_AGE, EXTRA_NO_PLACE, EXTRAS };

static const uint32_t items[SECTION_COUNT] = {4, sizeof(struct place), 8, 4};
static const struct sections_kind kind = {"values", "OPASTVAL", VALUE_SETS_VERSION, SECTION_COUNT, items};

static size_t words_of(uint32_t rows)
{
    return ((size_t)rows + 63) / 64;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct making {
    const struct columns *columns;
    size_t values;
    struct place *places; /* values and extras */
    uint64_t *bitmaps;
    uint32_t *rows, *filled;
    size_t word_count, row_count;
};

static bool silent(const struct columns *c, enum extra extra, uint32_t row)
{
    return extra == EXTRA_NO_AGE ? c->age_min[row] == AGE_UNKNOWN : c->place_offset[row] == c->place_offset[row + 1];
}

static enum status count_values(struct making *m, struct err *err)
{
    const struct columns *c = m->columns;
    for (uint32_t i = 0; i < c->ordinal_offset[c->count]; i++) {
        if (c->ordinals[i] >= m->values)
            return err_set(err, STATUS_CORRUPT, "columns hold a facet value that does not exist");
        m->places[c->ordinals[i]].count++;
    }
    for (int extra = 0; extra < EXTRAS; extra++)
        for (uint32_t row = 0; row < c->count; row++)
            m->places[m->values + (size_t)extra].count += silent(c, (enum extra)extra, row);
    return STATUS_OK;
}

static void place_values(struct making *m)
{
    uint32_t rows = m->columns->count;
    for (size_t v = 0; v < m->values + EXTRAS; v++) {
        struct place *place = &m->places[v];
        place->dense = v >= m->values || place->count > rows / BITMAP_SHARE;
        place->at = place->dense ? m->word_count : m->row_count;
        if (place->dense)
            m->word_count += words_of(rows);
        else
            m->row_count += place->count;
    }
}

static void put(struct making *m, size_t value, uint32_t row)
{
    const struct place *place = &m->places[value];
    if (place->dense)
        m->bitmaps[place->at + row / 64] |= (uint64_t)1 << row % 64;
    else
        m->rows[place->at + m->filled[value]++] = row;
}

static void fill(struct making *m)
{
    const struct columns *c = m->columns;
    for (uint32_t row = 0; row < c->count; row++) {
        for (uint32_t i = c->ordinal_offset[row]; i < c->ordinal_offset[row + 1]; i++)
            put(m, c->ordinals[i], row);
        for (int extra = 0; extra < EXTRAS; extra++)
            if (silent(c, (enum extra)extra, row))
                put(m, m->values + (size_t)extra, row);
    }
}

static enum status make(struct making *m, struct err *err)
{
    m->places = calloc(m->values + EXTRAS, sizeof *m->places);
    m->filled = calloc(m->values + EXTRAS, sizeof *m->filled);
    if (!m->places || !m->filled)
        return err_set(err, STATUS_NOMEM, "out of memory for facet values");
    TRY(count_values(m, err));
    place_values(m);
    m->bitmaps = calloc(m->word_count + 1, sizeof *m->bitmaps);
    m->rows = calloc(m->row_count + 1, sizeof *m->rows);
    if (!m->bitmaps || !m->rows)
        return err_set(err, STATUS_NOMEM, "out of memory for the sets of facet values");
    fill(m);
    return STATUS_OK;
}

static void release(struct making *m)
{
    free(m->places);
    free(m->filled);
    free(m->bitmaps);
    free(m->rows);
}

static enum status write_sections(const struct making *m, struct sections_writer *writer, struct err *err)
{
    const uint32_t head = m->columns->count;
    TRY(sections_writer_add(writer, SECTION_HEAD, &head, sizeof head, err));
    TRY(sections_writer_add(writer, SECTION_VALUES, m->places, (m->values + EXTRAS) * sizeof *m->places, err));
    TRY(sections_writer_add(writer, SECTION_BITMAPS, m->bitmaps, m->word_count * sizeof *m->bitmaps, err));
    TRY(sections_writer_add(writer, SECTION_ROWS, m->rows, m->row_count * sizeof *m->rows, err));
    return sections_writer_finish(writer, err);
}

enum status value_sets_write(const struct columns *columns, uint16_t value_count, const char *path, struct err *err)
{
    struct making m = {.columns = columns, .values = value_count};
    struct sections_writer *writer = NULL;
    enum status status = make(&m, err);
    if (status == STATUS_OK)
        status = sections_writer_open(&writer, &kind, path, err);
    if (status == STATUS_OK)
        status = write_sections(&m, writer, err);
    sections_writer_free(writer);
    release(&m);
    return status;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static const struct place *places_of(const struct value_sets *s)
{
    return s->file.at[SECTION_VALUES].items;
}

static bool inside(const struct sections *file, const struct place *place, uint32_t rows)
{
    size_t all = file->at[place->dense ? SECTION_BITMAPS : SECTION_ROWS].count;
    size_t used = place->dense ? words_of(rows) : place->count;
    return place->count <= rows && place->at <= all && used <= all - place->at;
}

static bool well_formed(const struct sections *file)
{
    const struct place *places = file->at[SECTION_VALUES].items;
    size_t count = file->at[SECTION_VALUES].count;
    if (file->at[SECTION_HEAD].count != 1 || count < EXTRAS || count - EXTRAS > UINT16_MAX)
        return false;
    for (size_t v = 0; v < count; v++)
        if (!inside(file, &places[v], *(const uint32_t *)file->at[SECTION_HEAD].items) ||
            (v + EXTRAS >= count && !places[v].dense))
            return false;
    return true;
}

/* Rows of a list are followed without further checks: none may be beyond the last. */
static bool lists_right(const struct sections *file)
{
    const uint32_t *rows = file->at[SECTION_ROWS].items, count = *(const uint32_t *)file->at[SECTION_HEAD].items;
    uint32_t most = 0;
    for (size_t i = 0; i < file->at[SECTION_ROWS].count; i++)
        most = rows[i] > most ? rows[i] : most;
    return file->at[SECTION_ROWS].count == 0 || most < count;
}

enum status value_sets_open(struct value_sets *sets, const char *path, struct err *err)
{
    struct sections file;
    TRY(sections_open(&file, &kind, path, err));
    if (!well_formed(&file) || !lists_right(&file)) {
        sections_close(&file);
        return err_set(err, STATUS_CORRUPT, "%s: sets lie outside of the file", path);
    }
    *sets = (struct value_sets){*(const uint32_t *)file.at[SECTION_HEAD].items,
                                (uint16_t)(file.at[SECTION_VALUES].count - EXTRAS), file};
    return STATUS_OK;
}

void value_sets_close(struct value_sets *sets)
{
    sections_close(&sets->file);
    *sets = (struct value_sets){0};
}

struct value_rows value_sets_of(const struct value_sets *s, uint16_t value)
{
    const struct place *place = &places_of(s)[value];
    struct value_rows rows = {.count = place->count};
    if (place->dense)
        rows.bitmap = (const uint64_t *)s->file.at[SECTION_BITMAPS].items + place->at;
    else
        rows.rows = (const uint32_t *)s->file.at[SECTION_ROWS].items + place->at;
    return rows;
}

static const uint64_t *extra_of(const struct value_sets *s, enum extra extra)
{
    return (const uint64_t *)s->file.at[SECTION_BITMAPS].items + places_of(s)[s->value_count + (size_t)extra].at;
}

const uint64_t *value_sets_no_age(const struct value_sets *s)
{
    return extra_of(s, EXTRA_NO_AGE);
}

const uint64_t *value_sets_no_place(const struct value_sets *s)
{
    return extra_of(s, EXTRA_NO_PLACE);
}

enum status value_sets_check(const struct value_sets *s, const struct columns *columns, struct err *err)
{
    struct making m = {.columns = columns, .values = s->value_count};
    TRY(sections_check(&s->file, err));
    enum status status = make(&m, err);
    if (status == STATUS_OK &&
        (s->rows != columns->count || m.word_count != s->file.at[SECTION_BITMAPS].count ||
         m.row_count != s->file.at[SECTION_ROWS].count ||
         memcmp(m.bitmaps, s->file.at[SECTION_BITMAPS].items, m.word_count * sizeof *m.bitmaps) != 0 ||
         memcmp(m.rows, s->file.at[SECTION_ROWS].items, m.row_count * sizeof *m.rows) != 0))
        status = err_set(err, STATUS_CORRUPT, "%s: its sets are not those of the columns", s->file.path);
    release(&m);
    return status;
}
