/* Preloaded into a program, fails one call that changes a file, so that a test can fail each of a run in turn.
 *
 *   OPASTIN_FAULT_UNDER  folders, divided by ":": only calls on files in them count
 *   OPASTIN_FAULT_LOG    file that gets a line "NUMBER CALL PATH" for each call that counts
 *   OPASTIN_FAULT_NTH    the call that fails, from 1; without it all go through
 *   OPASTIN_FAULT_HOW    EIO, ENOSPC, or KILL: the process is killed there instead
 *
 * Numbers are the same in each run of a program that does the same in one thread. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long calls;

static bool is_under(const char *path)
{
    const char *folders = getenv("OPASTIN_FAULT_UNDER");
    while (folders && *folders) {
        size_t len = strcspn(folders, ":");
        if (strncmp(path, folders, len) == 0 && (path[len] == '/' || path[len] == '\0'))
            return true;
        folders += len + (folders[len] == ':');
    }
    return false;
}

/* By system calls of its own: what it uses itself must not count. */
static void tell(long number, const char *call, const char *path)
{
    const char *log = getenv("OPASTIN_FAULT_LOG");
    char line[PATH_MAX + 64];
    if (!log)
        return;
    long fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int len = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
    if (fd < 0 || syscall(SYS_write, fd, line, len) != len)
        abort();
    syscall(SYS_close, fd);
}

/* True when this call is to fail; errno is set then. */
static bool fails(const char *call, const char *path)
{
    if (!is_under(path))
        return false;
    long number = atomic_fetch_add(&calls, 1) + 1;
    tell(number, call, path);
    const char *nth = getenv("OPASTIN_FAULT_NTH"), *how = getenv("OPASTIN_FAULT_HOW");
    if (!nth || number != atol(nth))
        return false;
    if (how && strcmp(how, "KILL") == 0)
        syscall(SYS_kill, getpid(), SIGKILL);
    errno = how && strcmp(how, "ENOSPC") == 0 ? ENOSPC : EIO;
    return true;
}

static bool fails_fd(const char *call, int fd)
{
    char link[64], path[PATH_MAX];
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (len < 0)
        return false;
    path[len] = '\0';
    return fails(call, path);
}

static bool fails_at(const char *call, int dir, const char *path)
{
    char link[64], whole[PATH_MAX];
    if (*path == '/' || dir == AT_FDCWD)
        return fails(call, path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    ssize_t len = readlink(link, whole, sizeof whole - 1);
    if (len < 0 || (size_t)len + strlen(path) + 2 > sizeof whole)
        return false;
    snprintf(whole + len, sizeof whole - (size_t)len, "/%s", path);
    return fails(call, whole);
}

/* ISO C has no cast from an object pointer to a function pointer. */
#define NEXT(name) \
    static typeof(name) *next; \
    if (!next) { \
        void *symbol = dlsym(RTLD_NEXT, #name); \
        memcpy(&next, &symbol, sizeof next); \
    }

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static bool writes(int flags)
{
    return (flags & O_ACCMODE) != O_RDONLY;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...)
{
    NEXT(open)
    MODE_OF(flags)
    return writes(flags) && fails("open", path) ? -1 : next(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    NEXT(open64)
    MODE_OF(flags)
    return writes(flags) && fails("open", path) ? -1 : next(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
    NEXT(openat)
    MODE_OF(flags)
    return writes(flags) && fails_at("openat", dir, path) ? -1 : next(dir, path, flags, mode);
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    NEXT(fopen)
    return mode[0] != 'r' && fails("fopen", path) ? NULL : next(path, mode);
}

FILE *fopen64(const char *restrict path, const char *restrict mode)
{
    NEXT(fopen64)
    return mode[0] != 'r' && fails("fopen", path) ? NULL : next(path, mode);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

ssize_t write(int fd, const void *data, size_t len)
{
    NEXT(write)
    return fails_fd("write", fd) ? -1 : next(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    NEXT(pwrite)
    return fails_fd("pwrite", fd) ? -1 : next(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
    NEXT(pwrite64)
    return fails_fd("pwrite", fd) ? -1 : next(fd, data, len, at);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    NEXT(writev)
    return fails_fd("writev", fd) ? -1 : next(fd, pieces, count);
}

/* What the stream has gathered is lost, as when the disk is full. */
size_t fwrite(const void *restrict data, size_t size, size_t count, FILE *restrict file)
{
    NEXT(fwrite)
    return fails_fd("fwrite", fileno(file)) ? 0 : next(data, size, count, file);
}

int fflush(FILE *file)
{
    NEXT(fflush)
    return file && fails_fd("fflush", fileno(file)) ? EOF : next(file);
}

/* The descriptor is gone all the same. */
int fclose(FILE *file)
{
    NEXT(fclose)
    int flags = fcntl(fileno(file), F_GETFL);
    bool failed = flags >= 0 && writes(flags) && fails_fd("fclose", fileno(file));
    int error = errno, closed = next(file);
    errno = failed ? error : errno;
    return failed ? EOF : closed;
}

int ftruncate(int fd, off_t len)
{
    NEXT(ftruncate)
    return fails_fd("ftruncate", fd) ? -1 : next(fd, len);
}

int ftruncate64(int fd, off64_t len)
{
    NEXT(ftruncate64)
    return fails_fd("ftruncate", fd) ? -1 : next(fd, len);
}

void *mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset)
{
    NEXT(mmap)
    return fd >= 0 && fails_fd("mmap", fd) ? MAP_FAILED : next(at, len, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t len, int protection, int flags, int fd, off64_t offset)
{
    NEXT(mmap64)
    return fd >= 0 && fails_fd("mmap", fd) ? MAP_FAILED : next(at, len, protection, flags, fd, offset);
}

/* ---- syncing ---------------------------------------------------------------------------------------------------- */

int fsync(int fd)
{
    NEXT(fsync)
    return fails_fd("fsync", fd) ? -1 : next(fd);
}

int fdatasync(int fd)
{
    NEXT(fdatasync)
    return fails_fd("fdatasync", fd) ? -1 : next(fd);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir)
    struct stat there;
    return stat(path, &there) != 0 && fails("mkdir", path) ? -1 : next(path, mode);
}

int rename(const char *from, const char *to)
{
    NEXT(rename)
    return fails("rename", to) ? -1 : next(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    NEXT(renameat)
    return fails_at("renameat", to_dir, to) ? -1 : next(from_dir, from, to_dir, to);
}

int link(const char *from, const char *to)
{
    NEXT(link)
    return fails("link", to) ? -1 : next(from, to);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    NEXT(linkat)
    return fails_at("linkat", to_dir, to) ? -1 : next(from_dir, from, to_dir, to, flags);
}

int unlink(const char *path)
{
    NEXT(unlink)
    return fails("unlink", path) ? -1 : next(path);
}

int unlinkat(int dir, const char *path, int flags)
{
    NEXT(unlinkat)
    return fails_at("unlinkat", dir, path) ? -1 : next(dir, path, flags);
}

int remove(const char *path)
{
    NEXT(remove)
    return fails("remove", path) ? -1 : next(path);
}

int rmdir(const char *path)
{
    NEXT(rmdir)
    return fails("rmdir", path) ? -1 : next(path);
}
