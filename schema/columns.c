#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "spool.h"

/* The sections of the file in their order. */
enum {
    SECTION_LENGTH, /* from here: an item a row */
    SECTION_SLOT_CLASS,
    SECTION_FIRST_SEEN,
    SECTION_NAME_RANK,
    SECTION_VISIBLE_FROM,
    SECTION_VISIBLE_TO,
    SECTION_PAST_AFTER,
    SECTION_VERIFIED,
    SECTION_AGE_MIN,
    SECTION_AGE_MAX,
    SECTION_TIER,
    SECTION_NAME_KEY_END,
    SECTION_ORDINAL_OFFSET, /* from here: one item more than there are rows */
    SECTION_PLACE_OFFSET,
    SECTION_SCHEDULE_OFFSET,
    SECTION_ORDINALS, /* from here: any number */
    SECTION_PLACES,
    SECTION_SCHEDULES,
    SECTION_EXCEPTS,
    SECTION_NAME_KEYS,
    SECTION_SLOTS,
    SECTION_COUNT
};

static const uint32_t items[SECTION_COUNT] = {
    4, 4, 4, 4, 4, 4, 4, 4, 1, 1, 1, sizeof(uint64_t), 4, 4, 4, sizeof(uint16_t), sizeof(struct column_place),
    sizeof(struct column_schedule), sizeof(struct column_except), 1, 4};
static const struct sections_kind columns_kind = {"columns", "OPASTCOL", COLUMNS_VERSION, SECTION_COUNT, items};

struct columns_writer {
    char *path;                         /* owned */
    struct spool section[SECTION_COUNT]; /* but that of the slots and that of the ranks */
    struct buf slots;                   /* uint32_t, each once */
    uint32_t count;
    const uint32_t *hint;  /* NULL: none */
    uint32_t *classes;     /* hash table of slots: class + 1, 0 free; owned */
    size_t class_cap;      /* a power of two */
};

static uint32_t *find_class(const struct columns_writer *w, uint32_t slots)
{
    const uint32_t *all = (const uint32_t *)(const void *)w->slots.data;
    size_t at = slots * 2654435761u & (w->class_cap - 1);
    while (w->classes[at] && all[w->classes[at] - 1] != slots)
        at = (at + 1) & (w->class_cap - 1);
    return &w->classes[at];
}

static enum status grow_classes(struct columns_writer *w, struct err *err)
{
    size_t count = w->slots.len / sizeof(uint32_t);
    free(w->classes);
    w->class_cap = w->class_cap ? 2 * w->class_cap : 1024;
    w->classes = calloc(w->class_cap, sizeof *w->classes);
    if (!w->classes)
        return err_set(err, STATUS_NOMEM, "out of memory for columns");
    for (size_t i = 0; i < count; i++)
        *find_class(w, ((const uint32_t *)(const void *)w->slots.data)[i]) = (uint32_t)i + 1;
    return STATUS_OK;
}

/* The class of the slots, a new one when no row had them. */
static enum status class_of(struct columns_writer *w, uint32_t slots, uint32_t *class, struct err *err)
{
    size_t count = w->slots.len / sizeof(uint32_t);
    if (count * 2 >= w->class_cap)
        TRY(grow_classes(w, err));
    uint32_t *found = find_class(w, slots);
    if (!*found) {
        buf_add(&w->slots, &slots, sizeof slots);
        TRY(buf_ok(&w->slots, err));
        *found = (uint32_t)count + 1;
    }
    *class = *found - 1;
    return STATUS_OK;
}

static enum status add(struct columns_writer *w, int section, const void *data, size_t len, struct err *err)
{
    return spool_add(&w->section[section], w->path, data, len, err);
}

static enum status begin(struct columns_writer *w, struct err *err)
{
    const uint32_t zero32 = 0;
    uint32_t none;
    TRY(add(w, SECTION_ORDINAL_OFFSET, &zero32, sizeof zero32, err));
    TRY(add(w, SECTION_PLACE_OFFSET, &zero32, sizeof zero32, err));
    TRY(add(w, SECTION_SCHEDULE_OFFSET, &zero32, sizeof zero32, err));
    return class_of(w, 0, &none, err);
}

enum status columns_writer_new(struct columns_writer **writer, const char *path, struct err *err)
{
    struct columns_writer *w = calloc(1, sizeof *w);
    if (!w || !(w->path = strdup(path))) {
        free(w);
        return err_set(err, STATUS_NOMEM, "out of memory for columns");
    }
    enum status status = begin(w, err);
    if (status != STATUS_OK) {
        columns_writer_free(w);
        return status;
    }
    *writer = w;
    return STATUS_OK;
}

void columns_writer_free(struct columns_writer *w)
{
    if (!w)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        spool_release(&w->section[i]);
    buf_release(&w->slots);
    free(w->classes);
    free(w->path);
    free(w);
}

/* Offsets are 32 bits: a section of items may hold that many and no more. */
static enum status add_end(struct columns_writer *w, int offsets, int section, struct err *err)
{
    uint64_t count = w->section[section].bytes / items[section];
    if (count > UINT32_MAX)
        return err_set(err, STATUS_LIMIT, "columns: more than %u entries in one column", UINT32_MAX);
    uint32_t end = (uint32_t)count;
    return add(w, offsets, &end, sizeof end, err);
}

static enum status add_row(struct columns_writer *w, const struct column_row *row, uint32_t slot_class,
                           struct err *err)
{
    const struct {
        int section;
        uint32_t value;
    } words[] = {{SECTION_LENGTH, row->length},
                 {SECTION_SLOT_CLASS, slot_class},
                 {SECTION_FIRST_SEEN, row->first_seen},
                 {SECTION_VISIBLE_FROM, (uint32_t)row->visible_from},
                 {SECTION_VISIBLE_TO, (uint32_t)row->visible_to},
                 {SECTION_PAST_AFTER, (uint32_t)row->past_after},
                 {SECTION_VERIFIED, (uint32_t)row->verified}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        TRY(add(w, words[i].section, &words[i].value, sizeof words[i].value, err));
    TRY(add(w, SECTION_AGE_MIN, &row->age_min, 1, err));
    TRY(add(w, SECTION_AGE_MAX, &row->age_max, 1, err));
    return add(w, SECTION_TIER, &row->tier, 1, err);
}

static enum status add_schedules(struct columns_writer *w, const struct columns_input *input, struct err *err)
{
    uint32_t first = (uint32_t)(w->section[SECTION_EXCEPTS].bytes / sizeof(struct column_except));
    for (size_t i = 0; i < input->schedule_count; i++) {
        struct column_schedule schedule = input->schedules[i];
        schedule.except_first += first;
        TRY(add(w, SECTION_SCHEDULES, &schedule, sizeof schedule, err));
    }
    return add(w, SECTION_EXCEPTS, input->excepts, input->except_count * sizeof *input->excepts, err);
}

enum status columns_writer_add(struct columns_writer *w, const struct columns_input *input, struct err *err)
{
    if (w->count == UINT32_MAX - 1)
        return err_set(err, STATUS_LIMIT, "columns: more than %u records", w->count);
    uint32_t slot_class = 0;
    TRY(class_of(w, input->row.slots, &slot_class, err));
    TRY(add_row(w, &input->row, slot_class, err));
    TRY(add(w, SECTION_ORDINALS, input->ordinals, input->ordinal_count * sizeof *input->ordinals, err));
    TRY(add_end(w, SECTION_ORDINAL_OFFSET, SECTION_ORDINALS, err));
    TRY(add(w, SECTION_PLACES, input->places, input->place_count * sizeof *input->places, err));
    TRY(add_end(w, SECTION_PLACE_OFFSET, SECTION_PLACES, err));
    TRY(add_schedules(w, input, err));
    TRY(add_end(w, SECTION_SCHEDULE_OFFSET, SECTION_SCHEDULES, err));
    TRY(add(w, SECTION_NAME_KEYS, input->sort_key, input->sort_key_len, err));
    TRY(add(w, SECTION_NAME_KEY_END, &w->section[SECTION_NAME_KEYS].bytes, sizeof(uint64_t), err));
    w->count++;
    return STATUS_OK;
}

struct names {
    const char *keys;
    const uint64_t *end;
};

static const char *key_of(const struct names *names, uint32_t row, size_t *len)
{
    uint64_t from = row ? names->end[row - 1] : 0;
    *len = names->end[row] - from;
    return names->keys + from;
}

static int compare_names(const void *a, const void *b, void *context)
{
    const struct names *names = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    size_t x_len, y_len;
    const char *x_key = key_of(names, x, &x_len), *y_key = key_of(names, y, &y_len);
    int order = memcmp(x_key, y_key, x_len < y_len ? x_len : y_len);
    if (order)
        return order;
    if (x_len != y_len)
        return x_len < y_len ? -1 : 1;
    return x < y ? -1 : x > y;
}

static enum status rank_names(struct columns_writer *w, struct err *err)
{
    const void *keys, *end;
    TRY(spool_map(&w->section[SECTION_NAME_KEYS], &keys, err));
    TRY(spool_map(&w->section[SECTION_NAME_KEY_END], &end, err));
    struct names names = {keys, end};
    uint32_t *rows = malloc((w->count + 1) * sizeof *rows);
    uint32_t *rank = malloc((w->count + 1) * sizeof *rank);
    enum status status = STATUS_OK;
    if (rows && rank) {
        for (uint32_t i = 0; i < w->count; i++)
            rows[i] = w->hint ? w->hint[i] : i;
        qsort_r(rows, w->count, sizeof *rows, compare_names, &names);
        for (uint32_t i = 0; i < w->count; i++)
            rank[rows[i]] = i;
        status = add(w, SECTION_NAME_RANK, rank, w->count * sizeof *rank, err);
    } else {
        status = err_set(err, STATUS_NOMEM, "out of memory for the order of %u names", w->count);
    }
    free(rows);
    free(rank);
    return status;
}

static enum status write_sections(struct columns_writer *w, struct sections_writer *file, struct err *err)
{
    for (int i = 0; i < SECTION_SLOTS; i++)
        TRY(spool_copy(&w->section[i], file, (size_t)i, err));
    return sections_writer_add(file, SECTION_SLOTS, buf_str(&w->slots), w->slots.len, err);
}

void columns_writer_hint(struct columns_writer *writer, const uint32_t *rows)
{
    writer->hint = rows;
}

enum status columns_writer_finish(struct columns_writer *w, struct err *err)
{
    struct sections_writer *file;
    TRY(rank_names(w, err));
    TRY(sections_writer_open(&file, &columns_kind, w->path, err));
    enum status status = write_sections(w, file, err);
    if (status == STATUS_OK)
        status = sections_writer_finish(file, err);
    sections_writer_free(file);
    return status;
}

/* As many items as there are rows, or one more. */
static bool sizes_right(const struct sections *file)
{
    size_t rows = file->at[SECTION_LENGTH].count;
    if (rows >= UINT32_MAX)
        return false;
    for (int i = 0; i < SECTION_ORDINALS; i++)
        if (file->at[i].count != rows + (i >= SECTION_ORDINAL_OFFSET))
            return false;
    return true;
}

static void bind_sections(struct columns *c)
{
    c->length = c->file.at[SECTION_LENGTH].items;
    c->slot_class = c->file.at[SECTION_SLOT_CLASS].items;
    c->slots = c->file.at[SECTION_SLOTS].items;
    c->slot_class_count = (uint32_t)c->file.at[SECTION_SLOTS].count;
    c->first_seen = c->file.at[SECTION_FIRST_SEEN].items;
    c->name_rank = c->file.at[SECTION_NAME_RANK].items;
    c->visible_from = c->file.at[SECTION_VISIBLE_FROM].items;
    c->visible_to = c->file.at[SECTION_VISIBLE_TO].items;
    c->past_after = c->file.at[SECTION_PAST_AFTER].items;
    c->verified = c->file.at[SECTION_VERIFIED].items;
    c->age_min = c->file.at[SECTION_AGE_MIN].items;
    c->age_max = c->file.at[SECTION_AGE_MAX].items;
    c->tier = c->file.at[SECTION_TIER].items;
    c->ordinal_offset = c->file.at[SECTION_ORDINAL_OFFSET].items;
    c->ordinals = c->file.at[SECTION_ORDINALS].items;
    c->place_offset = c->file.at[SECTION_PLACE_OFFSET].items;
    c->places = c->file.at[SECTION_PLACES].items;
    c->schedule_offset = c->file.at[SECTION_SCHEDULE_OFFSET].items;
    c->schedules = c->file.at[SECTION_SCHEDULES].items;
    c->excepts = c->file.at[SECTION_EXCEPTS].items;
    c->except_count = (uint32_t)c->file.at[SECTION_EXCEPTS].count;
    c->name_key_end = c->file.at[SECTION_NAME_KEY_END].items;
    c->name_keys = c->file.at[SECTION_NAME_KEYS].items;
    c->count = (uint32_t)c->file.at[SECTION_LENGTH].count;
    for (uint32_t r = 0; r < c->count; r++)
        c->total_length += c->length[r];
    c->average_length = c->total_length ? (double)c->total_length / c->count : 1;
}

/* From 0 up to as many items as the section has. */
static bool ascending(const struct columns *c, const uint32_t *offset, int section)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (offset[i] > offset[i + 1])
            return false;
    return offset[0] == 0 && offset[c->count] == c->file.at[section].count;
}

/* Offsets are followed without further checks on every request: none may lead out of the file. */
static bool offsets_right(const struct columns *c)
{
    if (c->slot_class_count == 0)
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (c->slot_class[i] >= c->slot_class_count)
            return false;
    if (!ascending(c, c->ordinal_offset, SECTION_ORDINALS) || !ascending(c, c->place_offset, SECTION_PLACES) ||
        !ascending(c, c->schedule_offset, SECTION_SCHEDULES))
        return false;
    for (uint32_t i = 0; i < c->schedule_offset[c->count]; i++)
        if ((uint64_t)c->schedules[i].except_first + c->schedules[i].except_count > c->except_count)
            return false;
    return true;
}

enum status columns_open(struct columns *columns, const char *path, struct err *err)
{
    struct columns c = {0};
    TRY(sections_open(&c.file, &columns_kind, path, err));
    bind_sections(&c);
    if (!sizes_right(&c.file) || !offsets_right(&c)) {
        columns_close(&c);
        return err_set(err, STATUS_CORRUPT, "%s: offsets and data disagree", path);
    }
    *columns = c;
    return STATUS_OK;
}

void columns_close(struct columns *columns)
{
    sections_close(&columns->file);
    *columns = (struct columns){0};
}

void columns_input_of(const struct columns *c, uint32_t row,
                      struct column_schedule schedules[COLUMNS_SCHEDULES_PER_ROW], struct columns_input *input)
{
    uint32_t ordinal = c->ordinal_offset[row], place = c->place_offset[row], schedule = c->schedule_offset[row];
    size_t schedule_count = c->schedule_offset[row + 1] - schedule;
    uint64_t key = row ? c->name_key_end[row - 1] : 0;
    *input = (struct columns_input){
        .row = {.length = c->length[row], .slots = c->slots[c->slot_class[row]],
                .visible_from = c->visible_from[row], .visible_to = c->visible_to[row],
                .past_after = c->past_after[row], .verified = c->verified[row], .first_seen = c->first_seen[row],
                .age_min = c->age_min[row], .age_max = c->age_max[row], .tier = c->tier[row]},
        .ordinals = c->ordinals + ordinal, .ordinal_count = c->ordinal_offset[row + 1] - ordinal,
        .places = c->places + place, .place_count = c->place_offset[row + 1] - place,
        .schedules = schedules, .schedule_count = schedule_count,
        .sort_key = c->name_keys + key, .sort_key_len = c->name_key_end[row] - key};
    uint32_t first = UINT32_MAX, end = 0;
    for (size_t i = 0; i < schedule_count; i++) {
        const struct column_schedule *from = &c->schedules[schedule + i];
        first = from->except_count && from->except_first < first ? from->except_first : first;
        end = from->except_count && from->except_first + from->except_count > end
                  ? from->except_first + from->except_count : end;
    }
    for (size_t i = 0; i < schedule_count; i++) {
        schedules[i] = c->schedules[schedule + i];
        schedules[i].except_first = schedules[i].except_count ? schedules[i].except_first - first : 0;
    }
    input->excepts = end ? c->excepts + first : NULL;
    input->except_count = end ? end - first : 0;
}

const char *columns_id(const struct columns *c, uint32_t row, size_t *len)
{
    uint64_t from = row ? c->name_key_end[row - 1] : 0;
    const char *key = (const char *)c->name_keys + from;
    size_t key_len = c->name_key_end[row] - from;
    const char *zero = memchr(key, 0, key_len);
    const char *id = zero ? zero + 1 : key;
    *len = key_len - (size_t)(id - key);
    return id;
}

/* Sort keys are not followed by what answers, so opening does not look at their ends. */
static bool keys_right(const struct columns *c)
{
    for (uint32_t r = 1; r < c->count; r++)
        if (c->name_key_end[r - 1] > c->name_key_end[r])
            return false;
    return c->count == 0 || c->name_key_end[c->count - 1] == c->file.at[SECTION_NAME_KEYS].count;
}

static bool schedules_right(const struct columns *c)
{
    for (uint32_t r = 0; r < c->count; r++)
        if (c->schedule_offset[r + 1] - c->schedule_offset[r] > COLUMNS_SCHEDULES_PER_ROW)
            return false;
    return true;
}

static bool ordinals_right(const struct columns *c, uint16_t space)
{
    for (uint32_t r = 0; r < c->count; r++)
        for (uint32_t i = c->ordinal_offset[r]; i < c->ordinal_offset[r + 1]; i++)
            if (c->ordinals[i] >= space || (i > c->ordinal_offset[r] && c->ordinals[i] <= c->ordinals[i - 1]))
                return false;
    return true;
}

static enum status ranks_check(const struct columns *c, struct err *err)
{
    uint8_t *seen = calloc(c->count + 1, 1);
    if (!seen)
        return err_set(err, STATUS_NOMEM, "out of memory");
    bool right = true;
    for (uint32_t r = 0; r < c->count && right; r++)
        right = c->name_rank[r] < c->count && !seen[c->name_rank[r]]++;
    free(seen);
    return right ? STATUS_OK : err_set(err, STATUS_CORRUPT, "columns: the order of names is no permutation");
}

enum status columns_check(const struct columns *c, uint16_t ordinal_space, struct err *err)
{
    TRY(sections_check(&c->file, err));
    if (!ordinals_right(c, ordinal_space))
        return err_set(err, STATUS_CORRUPT, "columns: a facet value is out of range or out of order");
    if (!keys_right(c) || !schedules_right(c))
        return err_set(err, STATUS_CORRUPT, "columns: the names or schedules of a row are out of order");
    return ranks_check(c, err);
}
