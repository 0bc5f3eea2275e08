#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void spool_release(struct spool *spool)
{
    if (spool->map)
        munmap(spool->map, spool->written);
    if (spool->file)
        close(spool->file - 1);
    buf_release(&spool->gathered);
    *spool = (struct spool)SPOOL_INIT;
}

static enum status open_file(struct spool *spool, const char *beside, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s.spool", beside);
    enum status status = buf_ok(&path, err);
    int fd = status == STATUS_OK ? open(path.data, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (status == STATUS_OK && (fd < 0 || unlink(path.data) != 0))
        status = err_set_errno(err, STATUS_IO, "%s: cannot create", path.data);
    spool->file = fd + 1;
    buf_release(&path);
    return status;
}

static enum status write_gathered(struct spool *spool, struct err *err)
{
    size_t done = 0;
    while (done < spool->gathered.len) {
        ssize_t n = write(spool->file - 1, spool->gathered.data + done, spool->gathered.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set_errno(err, STATUS_IO, "cannot write what is gathered of an index");
        done += (size_t)n;
    }
    spool->written += done;
    buf_reset(&spool->gathered);
    return STATUS_OK;
}

enum status spool_add(struct spool *spool, const char *beside, const void *data, size_t len, struct err *err)
{
    if (spool->gathered.len + len >= SPOOL_BYTES && spool->gathered.len) {
        if (!spool->file)
            TRY(open_file(spool, beside, err));
        TRY(write_gathered(spool, err));
    }
    buf_add(&spool->gathered, data, len);
    spool->bytes += len;
    return buf_ok(&spool->gathered, err);
}

enum status spool_map(struct spool *spool, const void **data, struct err *err)
{
    *data = buf_str(&spool->gathered);
    if (!spool->file)
        return STATUS_OK;
    TRY(write_gathered(spool, err));
    if (!spool->map) {
        void *map = mmap(NULL, spool->written, PROT_READ, MAP_SHARED, spool->file - 1, 0);
        if (map == MAP_FAILED)
            return err_set_errno(err, STATUS_IO, "cannot map what is gathered of an index");
        spool->map = map;
    }
    *data = spool->map;
    return STATUS_OK;
}

enum status spool_copy(struct spool *spool, struct sections_writer *writer, size_t section, struct err *err)
{
    const void *data;
    TRY(spool_map(spool, &data, err));
    return sections_writer_add(writer, section, data, spool->bytes, err);
}
