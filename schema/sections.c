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

enum { WRITER_BYTES = 1 << 18 }; /* gathered before they are written */

struct sections_writer {
    const struct sections_kind *kind;
    char *path;
    int fd;
    struct file_header header;
    size_t section; /* the one that grows */
    uint64_t at;    /* bytes so far, with those gathered */
    struct buf gathered;
};

enum status sections_writer_open(struct sections_writer **writer, const struct sections_kind *kind, const char *path,
                                 struct err *err)
{
    struct sections_writer *w = calloc(1, sizeof *w);
    if (!w || !(w->path = strdup(path))) {
        free(w);
        return err_set(err, STATUS_NOMEM, "out of memory");
    }
    w->kind = kind;
    w->header = (struct file_header){.version = kind->version, .section_count = (uint32_t)kind->count};
    memcpy(w->header.magic, kind->magic, SECTIONS_MAGIC_BYTES);
    w->header.section[0].offset = (sizeof w->header + SECTION_ALIGN - 1) / SECTION_ALIGN * SECTION_ALIGN;
    for (size_t i = 0; i < kind->count; i++)
        w->header.section[i].crc = checksum("", 0);
    w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (w->fd < 0) {
        enum status status = err_set_errno(err, STATUS_IO, "%s: cannot create", path);
        sections_writer_free(w);
        return status;
    }
    *writer = w;
    return STATUS_OK;
}

void sections_writer_free(struct sections_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    buf_release(&writer->gathered);
    free(writer->path);
    free(writer);
}

static enum status write_gathered(struct sections_writer *w, struct err *err)
{
    TRY(buf_ok(&w->gathered, err));
    TRY(write_all(w->fd, buf_str(&w->gathered), w->gathered.len, w->path, err));
    buf_reset(&w->gathered);
    return STATUS_OK;
}

static void add_zeros(struct sections_writer *w, uint64_t until)
{
    static const char zeros[SECTION_ALIGN];
    for (; w->at < until; w->at++)
        buf_add(&w->gathered, zeros, 1);
}

/* Where the section begins, and all before it that nobody wrote to. */
static void begin_section(struct sections_writer *w, size_t section)
{
    while (w->section < section) {
        uint64_t end = w->header.section[w->section].offset + w->header.section[w->section].bytes;
        w->header.section[++w->section].offset = (end + SECTION_ALIGN - 1) / SECTION_ALIGN * SECTION_ALIGN;
    }
}

enum status sections_writer_add(struct sections_writer *w, size_t section, const void *data, size_t len,
                                struct err *err)
{
    if (w->at == 0) { /* the header's place; what is known at the end is written at the end */
        struct file_header none = {.version = 0};
        buf_add(&w->gathered, &none, sizeof none);
        w->at = sizeof none;
    }
    begin_section(w, section);
    struct file_section *growing = &w->header.section[section];
    if (len == 0)
        return STATUS_OK;
    add_zeros(w, growing->offset);
    growing->crc = (uint32_t)crc32_z(growing->crc, data, len);
    growing->bytes += len;
    w->at += len;
    if (len >= WRITER_BYTES) {
        TRY(write_gathered(w, err));
        return write_all(w->fd, data, len, w->path, err);
    }
    buf_add(&w->gathered, data, len);
    return w->gathered.len >= WRITER_BYTES ? write_gathered(w, err) : STATUS_OK;
}

static enum status finish(struct sections_writer *w, struct err *err)
{
    size_t last = w->kind->count - 1;
    TRY(sections_writer_add(w, last, NULL, 0, err));
    /* The mapping of an empty last section must still lie inside the file, as must a word read at its end. */
    add_zeros(w, w->header.section[last].offset + w->header.section[last].bytes + SECTION_ALIGN);
    TRY(write_gathered(w, err));
    w->header.crc = header_checksum(&w->header);
    if (lseek(w->fd, 0, SEEK_SET) != 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot write", w->path);
    TRY(write_all(w->fd, &w->header, sizeof w->header, w->path, err));
    return fsync(w->fd) == 0 ? STATUS_OK : err_set_errno(err, STATUS_IO, "%s: cannot sync", w->path);
}

enum status sections_writer_finish(struct sections_writer *w, struct err *err)
{
    TRY(finish(w, err));
    int closed = close(w->fd);
    w->fd = -1;
    return closed == 0 ? STATUS_OK : err_set_errno(err, STATUS_IO, "%s: cannot close", w->path);
}

enum status sections_write(const struct sections_kind *kind, const struct buf *sections, const char *path,
                           struct err *err)
{
    struct sections_writer *writer;
    for (size_t i = 0; i < kind->count; i++)
        TRY(buf_ok(&sections[i], err));
    TRY(sections_writer_open(&writer, kind, path, err));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < kind->count && status == STATUS_OK; i++)
        status = sections_writer_add(writer, i, buf_str(&sections[i]), sections[i].len, err);
    if (status == STATUS_OK)
        status = sections_writer_finish(writer, err);
    sections_writer_free(writer);
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
    s->fd = fd;
    if (s->map == MAP_FAILED) {
        s->map = NULL;
        return err_set_errno(err, STATUS_IO, "%s: cannot map", s->path);
    }
    return status;
}

enum status sections_open(struct sections *sections, const struct sections_kind *kind, const char *path,
                          struct err *err)
{
    struct sections s = {.kind = kind, .path = strdup(path), .fd = -1};
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
    if (sections->path && sections->fd >= 0)
        close(sections->fd);
    if (sections->map)
        munmap(sections->map, sections->map_len);
    free((char *)(uintptr_t)sections->path);
    *sections = (struct sections){0};
}

enum status sections_read(const struct sections *s, const void *from, size_t len, void *into, struct err *err)
{
    off_t at = (const char *)from - (const char *)s->map;
    char *to = into;
    if (s->through) {
        memcpy(into, from, len);
        return STATUS_OK;
    }
    while (len > 0) {
        ssize_t n = pread(s->fd, to, len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set_errno(err, STATUS_IO, "%s: cannot read", s->path);
        at += n;
        to += n;
        len -= (size_t)n;
    }
    return STATUS_OK;
}

void sections_forget(const struct sections *s)
{
    if (s->map)
        (void)madvise(s->map, s->map_len, MADV_DONTNEED); /* of a shared file: nothing is lost */
}

enum status sections_check(const struct sections *s, struct err *err)
{
    const struct file_header *header = s->map;
    for (size_t i = 0; i < s->kind->count; i++)
        if (checksum(s->at[i].items, header->section[i].bytes) != header->section[i].crc)
            return err_set(err, STATUS_CORRUPT, "%s: section %zu has changed since it was written", s->path, i);
    return STATUS_OK;
}
