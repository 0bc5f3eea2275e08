#include "sections.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { SECTION_ALIGN = 64 };

struct file_section {
    uint64_t offset, bytes;
    uint32_t crc, reserved;
};

struct file_header {
    char magic[SECTIONS_MAGIC_BYTES];
    uint32_t version, section_count;
    uint32_t crc, reserved; /* of the header, with 0 here */
    struct file_section section[SECTIONS_MOST];
};

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

/* ---- writing ---------------------------------------------------------------------------------------------------- */

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

static enum status write_file(const struct sections_kind *kind, const struct buf *sections, int fd, const char *path,
                              struct err *err)
{
    static const char zeros[SECTION_ALIGN];
    struct file_header header = {.version = kind->version, .section_count = (uint32_t)kind->count};
    memcpy(header.magic, kind->magic, SECTIONS_MAGIC_BYTES);
    uint64_t at = sizeof header;
    for (size_t i = 0; i < kind->count; i++) {
        at = (at + SECTION_ALIGN - 1) / SECTION_ALIGN * SECTION_ALIGN;
        header.section[i] = (struct file_section){.offset = at, .bytes = sections[i].len,
            .crc = checksum(buf_str(&sections[i]), sections[i].len)};
        at += sections[i].len;
    }
    header.crc = header_checksum(&header);
    TRY(write_all(fd, &header, sizeof header, path, err));
    at = sizeof header;
    for (size_t i = 0; i < kind->count; i++) {
        TRY(write_all(fd, zeros, header.section[i].offset - at, path, err));
        TRY(write_all(fd, buf_str(&sections[i]), sections[i].len, path, err));
        at = header.section[i].offset + sections[i].len;
    }
    /* The mapping of an empty last section must still lie inside the file. */
    return write_all(fd, zeros, sizeof zeros, path, err);
}

enum status sections_write(const struct sections_kind *kind, const struct buf *sections, const char *path,
                           struct err *err)
{
    for (size_t i = 0; i < kind->count; i++)
        TRY(buf_ok(&sections[i], err));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot create", path);
    enum status status = write_file(kind, sections, fd, path, err);
    if (status == STATUS_OK && fsync(fd) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot sync", path);
    if (close(fd) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s: cannot close", path);
    return status;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static enum status header_check(const struct sections *s, struct err *err)
{
    const struct file_header *header = s->map;
    const struct sections_kind *kind = s->kind;
    if (memcmp(header->magic, kind->magic, SECTIONS_MAGIC_BYTES) != 0)
        return err_set(err, STATUS_CORRUPT, "%s: not a %s file", s->path, kind->name);
    if (header->version != kind->version || header->section_count != kind->count)
        return err_set(err, STATUS_VERSION, "%s: %s of version %u, this program reads %u; rebuild the index", s->path,
                       kind->name, header->version, kind->version);
    if (header->crc != header_checksum(header))
        return err_set(err, STATUS_CORRUPT, "%s: the header has changed since it was written", s->path);
    for (size_t i = 0; i < kind->count; i++) {
        const struct file_section *section = &header->section[i];
        if (section->offset % SECTION_ALIGN || section->offset > s->map_len ||
            section->bytes > s->map_len - section->offset || section->bytes % kind->item[i])
            return err_set(err, STATUS_CORRUPT, "%s: section %zu is cut short or of a wrong size", s->path, i);
    }
    return STATUS_OK;
}

static enum status map_file(struct sections *s, struct err *err)
{
    struct stat stat;
    int fd = open(s->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: cannot open", s->path);
    enum status status = STATUS_OK;
    if (fstat(fd, &stat) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot read", s->path);
    else if (stat.st_size <= (off_t)sizeof(struct file_header))
        status = err_set(err, STATUS_CORRUPT, "%s: not a %s file", s->path, s->kind->name);
    else
        s->map = mmap(NULL, s->map_len = (size_t)stat.st_size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (s->map == MAP_FAILED) {
        s->map = NULL;
        return err_set_errno(err, STATUS_IO, "%s: cannot map", s->path);
    }
    return status;
}

enum status sections_open(struct sections *sections, const struct sections_kind *kind, const char *path,
                          struct err *err)
{
    struct sections s = {.kind = kind, .path = strdup(path)};
    if (!s.path)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = map_file(&s, err);
    if (status == STATUS_OK)
        status = header_check(&s, err);
    if (status != STATUS_OK) {
        sections_close(&s);
        return status;
    }
    const struct file_header *header = s.map;
    for (size_t i = 0; i < kind->count; i++) {
        s.at[i].items = (const char *)s.map + header->section[i].offset;
        s.at[i].count = header->section[i].bytes / kind->item[i];
    }
    *sections = s;
    return STATUS_OK;
}

void sections_close(struct sections *sections)
{
    if (sections->map)
        munmap(sections->map, sections->map_len);
    free((char *)(uintptr_t)sections->path);
    *sections = (struct sections){0};
}

enum status sections_check(const struct sections *s, struct err *err)
{
    const struct file_header *header = s->map;
    for (size_t i = 0; i < s->kind->count; i++)
        if (checksum(s->at[i].items, header->section[i].bytes) != header->section[i].crc)
            return err_set(err, STATUS_CORRUPT, "%s: section %zu has changed since it was written", s->path, i);
    return STATUS_OK;
}
