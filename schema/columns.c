#include "columns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The sections of the file in their order; every one starts at a multiple of SECTION_ALIGN. */
enum section {
    SECTION_LENGTH,
    SECTION_SLOTS,
    SECTION_FIRST_SEEN,
    SECTION_NAME_RANK,
    SECTION_VISIBLE_FROM,
    SECTION_VISIBLE_TO,
    SECTION_PAST_AFTER,
    SECTION_VERIFIED,
    SECTION_AGE_MIN,
    SECTION_AGE_MAX,
    SECTION_TIER,
    SECTION_ORDINAL_OFFSET,
    SECTION_ORDINALS,
    SECTION_PLACE_OFFSET,
    SECTION_PLACES,
    SECTION_SCHEDULE_OFFSET,
    SECTION_SCHEDULES,
    SECTION_EXCEPTS,
    SECTION_COUNT
};

/* What a section holds: its item's size and how many items `count` rows need (ROWS, ROWS_AND_ONE) or any. */
enum section_shape { ROWS, ROWS_AND_ONE, ANY };
static const struct {
    uint32_t item;
    enum section_shape shape;
} sections[SECTION_COUNT] = {
    [SECTION_LENGTH] = {4, ROWS},
    [SECTION_SLOTS] = {4, ROWS},
    [SECTION_FIRST_SEEN] = {4, ROWS},
    [SECTION_NAME_RANK] = {4, ROWS},
    [SECTION_VISIBLE_FROM] = {4, ROWS},
    [SECTION_VISIBLE_TO] = {4, ROWS},
    [SECTION_PAST_AFTER] = {4, ROWS},
    [SECTION_VERIFIED] = {4, ROWS},
    [SECTION_AGE_MIN] = {1, ROWS},
    [SECTION_AGE_MAX] = {1, ROWS},
    [SECTION_TIER] = {1, ROWS},
    [SECTION_ORDINAL_OFFSET] = {4, ROWS_AND_ONE},
    [SECTION_ORDINALS] = {2, ANY},
    [SECTION_PLACE_OFFSET] = {4, ROWS_AND_ONE},
    [SECTION_PLACES] = {sizeof(struct column_place), ANY},
    [SECTION_SCHEDULE_OFFSET] = {4, ROWS_AND_ONE},
    [SECTION_SCHEDULES] = {sizeof(struct column_schedule), ANY},
    [SECTION_EXCEPTS] = {sizeof(struct column_except), ANY},
};

enum { SECTION_ALIGN = 64 };
static const char magic[8] = {'O', 'P', 'A', 'S', 'T', 'C', 'O', 'L'};

struct file_section {
    uint64_t offset, bytes;
    uint32_t crc, reserved;
};

struct file_header {
    char magic[8];
    uint32_t version, section_count;
    uint32_t count, crc; /* of the header, with 0 here */
    uint64_t total_length;
    struct file_section section[SECTION_COUNT];
};

struct columns_writer {
    struct buf section[SECTION_COUNT];
    struct buf keys;       /* all sort keys, one behind the other */
    struct buf key_offset; /* uint64_t per row and one more */
    uint32_t count;
    uint64_t total_length;
};

enum status columns_writer_new(struct columns_writer **writer, struct err *err)
{
    struct columns_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, STATUS_NOMEM, "out of memory for columns");
    const uint32_t zero32 = 0;
    const uint64_t zero64 = 0;
    buf_add(&w->section[SECTION_ORDINAL_OFFSET], &zero32, sizeof zero32);
    buf_add(&w->section[SECTION_PLACE_OFFSET], &zero32, sizeof zero32);
    buf_add(&w->section[SECTION_SCHEDULE_OFFSET], &zero32, sizeof zero32);
    buf_add(&w->key_offset, &zero64, sizeof zero64);
    *writer = w;
    return STATUS_OK;
}

void columns_writer_free(struct columns_writer *w)
{
    if (!w)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        buf_release(&w->section[i]);
    buf_release(&w->keys);
    buf_release(&w->key_offset);
    free(w);
}

static enum status writer_ok(const struct columns_writer *w, struct err *err)
{
    for (int i = 0; i < SECTION_COUNT; i++)
        TRY(buf_ok(&w->section[i], err));
    TRY(buf_ok(&w->keys, err));
    return buf_ok(&w->key_offset, err);
}

static void add_u32(struct columns_writer *w, enum section section, uint32_t value)
{
    buf_add(&w->section[section], &value, sizeof value);
}

/* Offsets are 32 bits: a section of items may hold that many and no more. */
static enum status add_end(struct columns_writer *w, enum section offsets, enum section items, struct err *err)
{
    size_t count = w->section[items].len / sections[items].item;
    if (count > UINT32_MAX)
        return err_set(err, STATUS_LIMIT, "columns: more than %u entries in one column", UINT32_MAX);
    add_u32(w, offsets, (uint32_t)count);
    return STATUS_OK;
}

static void add_row(struct columns_writer *w, const struct column_row *row)
{
    add_u32(w, SECTION_LENGTH, row->length);
    add_u32(w, SECTION_SLOTS, row->slots);
    add_u32(w, SECTION_FIRST_SEEN, row->first_seen);
    add_u32(w, SECTION_VISIBLE_FROM, (uint32_t)row->visible_from);
    add_u32(w, SECTION_VISIBLE_TO, (uint32_t)row->visible_to);
    add_u32(w, SECTION_PAST_AFTER, (uint32_t)row->past_after);
    add_u32(w, SECTION_VERIFIED, (uint32_t)row->verified);
    buf_add(&w->section[SECTION_AGE_MIN], &row->age_min, 1);
    buf_add(&w->section[SECTION_AGE_MAX], &row->age_max, 1);
    buf_add(&w->section[SECTION_TIER], &row->tier, 1);
}

static void add_schedules(struct columns_writer *w, const struct columns_input *input)
{
    uint32_t first = (uint32_t)(w->section[SECTION_EXCEPTS].len / sizeof(struct column_except));
    for (size_t i = 0; i < input->schedule_count; i++) {
        struct column_schedule schedule = input->schedules[i];
        schedule.except_first += first;
        buf_add(&w->section[SECTION_SCHEDULES], &schedule, sizeof schedule);
    }
    buf_add(&w->section[SECTION_EXCEPTS], input->excepts, input->except_count * sizeof *input->excepts);
}

enum status columns_writer_add(struct columns_writer *w, const struct columns_input *input, struct err *err)
{
    if (w->count == UINT32_MAX - 1)
        return err_set(err, STATUS_LIMIT, "columns: more than %u records", w->count);
    add_row(w, &input->row);
    buf_add(&w->section[SECTION_ORDINALS], input->ordinals, input->ordinal_count * sizeof *input->ordinals);
    TRY(add_end(w, SECTION_ORDINAL_OFFSET, SECTION_ORDINALS, err));
    buf_add(&w->section[SECTION_PLACES], input->places, input->place_count * sizeof *input->places);
    TRY(add_end(w, SECTION_PLACE_OFFSET, SECTION_PLACES, err));
    add_schedules(w, input);
    TRY(add_end(w, SECTION_SCHEDULE_OFFSET, SECTION_SCHEDULES, err));
    buf_add(&w->keys, input->sort_key, input->sort_key_len);
    uint64_t end = w->keys.len;
    buf_add(&w->key_offset, &end, sizeof end);
    w->count++;
    w->total_length += input->row.length;
    return writer_ok(w, err);
}

static int compare_names(const void *a, const void *b, void *context)
{
    const struct columns_writer *w = context;
    const uint64_t *offset = (const uint64_t *)(const void *)w->key_offset.data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    size_t x_len = offset[x + 1] - offset[x], y_len = offset[y + 1] - offset[y];
    int order = memcmp(buf_str(&w->keys) + offset[x], buf_str(&w->keys) + offset[y], x_len < y_len ? x_len : y_len);
    if (order)
        return order;
    if (x_len != y_len)
        return x_len < y_len ? -1 : 1;
    return x < y ? -1 : x > y;
}

static enum status rank_names(struct columns_writer *w, struct err *err)
{
    uint32_t *rows = malloc((w->count + 1) * sizeof *rows);
    uint32_t *rank = malloc((w->count + 1) * sizeof *rank);
    enum status status = STATUS_OK;
    if (rows && rank) {
        for (uint32_t i = 0; i < w->count; i++)
            rows[i] = i;
        qsort_r(rows, w->count, sizeof *rows, compare_names, w);
        for (uint32_t i = 0; i < w->count; i++)
            rank[rows[i]] = i;
        buf_reset(&w->section[SECTION_NAME_RANK]);
        buf_add(&w->section[SECTION_NAME_RANK], rank, w->count * sizeof *rank);
    } else {
        status = err_set(err, STATUS_NOMEM, "out of memory for the order of %u names", w->count);
    }
    free(rows);
    free(rank);
    return status;
}

static enum status write_all(int fd, const void *data, size_t len, const char *path, struct err *err)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set_errno(err, STATUS_IO, "%s: cannot write", path);
        at += n;
        len -= (size_t)n;
    }
    return STATUS_OK;
}

static uint32_t checksum(const void *data, size_t len)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data, len);
}

static uint32_t header_checksum(const struct file_header *header)
{
    struct file_header copy = *header;
    copy.crc = 0;
    return checksum(&copy, sizeof copy);
}

static enum status write_sections(const struct columns_writer *w, int fd, const char *path, struct err *err)
{
    static const char zeros[SECTION_ALIGN];
    struct file_header header = {.version = COLUMNS_VERSION, .section_count = SECTION_COUNT,
                                 .count = w->count, .total_length = w->total_length};
    memcpy(header.magic, magic, sizeof magic);
    uint64_t at = sizeof header;
    for (int i = 0; i < SECTION_COUNT; i++) {
        at = (at + SECTION_ALIGN - 1) / SECTION_ALIGN * SECTION_ALIGN;
        header.section[i] = (struct file_section){.offset = at, .bytes = w->section[i].len,
            .crc = checksum(buf_str(&w->section[i]), w->section[i].len)};
        at += w->section[i].len;
    }
    header.crc = header_checksum(&header);
    TRY(write_all(fd, &header, sizeof header, path, err));
    at = sizeof header;
    for (int i = 0; i < SECTION_COUNT; i++) {
        TRY(write_all(fd, zeros, header.section[i].offset - at, path, err));
        TRY(write_all(fd, buf_str(&w->section[i]), w->section[i].len, path, err));
        at = header.section[i].offset + w->section[i].len;
    }
    /* The mapping of an empty last section must still lie inside the file. */
    return write_all(fd, zeros, sizeof zeros, path, err);
}

enum status columns_writer_finish(struct columns_writer *w, const char *path, struct err *err)
{
    TRY(rank_names(w, err));
    TRY(writer_ok(w, err));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot create", path);
    enum status status = write_sections(w, fd, path, err);
    if (status == STATUS_OK && fsync(fd) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot sync", path);
    if (close(fd) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s: cannot close", path);
    return status;
}

static enum status header_check(const struct file_header *header, size_t len, const char *path, struct err *err)
{
    if (len < sizeof *header || memcmp(header->magic, magic, sizeof magic) != 0)
        return err_set(err, STATUS_CORRUPT, "%s: not a columns file", path);
    if (header->version != COLUMNS_VERSION || header->section_count != SECTION_COUNT)
        return err_set(err, STATUS_VERSION, "%s: columns of version %u, this program reads %d; rebuild the index", path,
                       header->version, COLUMNS_VERSION);
    if (header->crc != header_checksum(header))
        return err_set(err, STATUS_CORRUPT, "%s: the header has changed since it was written", path);
    for (int i = 0; i < SECTION_COUNT; i++) {
        const struct file_section *s = &header->section[i];
        uint64_t rows = (uint64_t)header->count + (sections[i].shape == ROWS_AND_ONE);
        bool sized = sections[i].shape == ANY ? s->bytes % sections[i].item == 0 : s->bytes == rows * sections[i].item;
        if (s->offset % SECTION_ALIGN || s->offset > len || s->bytes > len - s->offset || !sized)
            return err_set(err, STATUS_CORRUPT, "%s: section %d is cut short or of a wrong size", path, i);
    }
    return STATUS_OK;
}

static void bind_sections(struct columns *c, const struct file_header *header)
{
    const char *base = c->map;
#define SECTION(name) ((const void *)(base + header->section[name].offset))
    c->length = SECTION(SECTION_LENGTH);
    c->slots = SECTION(SECTION_SLOTS);
    c->first_seen = SECTION(SECTION_FIRST_SEEN);
    c->name_rank = SECTION(SECTION_NAME_RANK);
    c->visible_from = SECTION(SECTION_VISIBLE_FROM);
    c->visible_to = SECTION(SECTION_VISIBLE_TO);
    c->past_after = SECTION(SECTION_PAST_AFTER);
    c->verified = SECTION(SECTION_VERIFIED);
    c->age_min = SECTION(SECTION_AGE_MIN);
    c->age_max = SECTION(SECTION_AGE_MAX);
    c->tier = SECTION(SECTION_TIER);
    c->ordinal_offset = SECTION(SECTION_ORDINAL_OFFSET);
    c->ordinals = SECTION(SECTION_ORDINALS);
    c->place_offset = SECTION(SECTION_PLACE_OFFSET);
    c->places = SECTION(SECTION_PLACES);
    c->schedule_offset = SECTION(SECTION_SCHEDULE_OFFSET);
    c->schedules = SECTION(SECTION_SCHEDULES);
    c->excepts = SECTION(SECTION_EXCEPTS);
#undef SECTION
    c->except_count = (uint32_t)(header->section[SECTION_EXCEPTS].bytes / sizeof(struct column_except));
    c->count = header->count;
    c->total_length = header->total_length;
    c->average_length = header->count && header->total_length ? (double)header->total_length / header->count : 1;
}

/* From 0 up to as many items as the section has. */
static bool ascending(const struct columns *c, const uint32_t *offset, enum section items)
{
    const struct file_header *header = c->map;
    for (uint32_t i = 0; i < c->count; i++)
        if (offset[i] > offset[i + 1])
            return false;
    return offset[0] == 0 && offset[c->count] == header->section[items].bytes / sections[items].item;
}

/* Offsets are followed without further checks on every request: none may lead out of the file. */
static bool offsets_right(const struct columns *c)
{
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
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: cannot open", path);
    struct stat stat;
    struct columns c = {0};
    enum status status = STATUS_OK;
    if (fstat(fd, &stat) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot read", path);
    else if (stat.st_size <= (off_t)sizeof(struct file_header))
        status = err_set(err, STATUS_CORRUPT, "%s: not a columns file", path);
    else
        c.map = mmap(NULL, c.map_len = (size_t)stat.st_size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (status == STATUS_OK && c.map == MAP_FAILED)
        return err_set_errno(err, STATUS_IO, "%s: cannot map", path);
    if (status == STATUS_OK)
        status = header_check(c.map, c.map_len, path, err);
    if (status != STATUS_OK) {
        columns_close(&c);
        return status;
    }
    bind_sections(&c, c.map);
    if (!offsets_right(&c)) {
        columns_close(&c);
        return err_set(err, STATUS_CORRUPT, "%s: offsets and data disagree", path);
    }
    *columns = c;
    return STATUS_OK;
}

void columns_close(struct columns *columns)
{
    if (columns->map && columns->map != MAP_FAILED)
        munmap(columns->map, columns->map_len);
    *columns = (struct columns){0};
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
    const struct file_header *header = c->map;
    for (int i = 0; i < SECTION_COUNT; i++) {
        const struct file_section *s = &header->section[i];
        if (checksum((const char *)c->map + s->offset, s->bytes) != s->crc)
            return err_set(err, STATUS_CORRUPT, "columns: section %d has changed since it was written", i);
    }
    if (!ordinals_right(c, ordinal_space))
        return err_set(err, STATUS_CORRUPT, "columns: a facet value is out of range or out of order");
    return ranks_check(c, err);
}
