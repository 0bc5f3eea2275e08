/* Preloaded into the daemon, lets it run short of memory or disk when a test says so.
 *
 * OPASTIN_LACK names a file of two 64-bit numbers that stays mapped:
 *   the first   the allocation that fails, counted down from there; 0: none.  Only those that the program itself asks
 *               for count, not those of libraries.
 *   the second  not 0: every read from a place of a file fails with EIO
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static _Atomic int64_t *lack;
static uintptr_t first, last; /* addresses of the program */

/* The first object is the program. */
static int note_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    first = UINTPTR_MAX;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD)
            continue;
        first = start < first ? start : first;
        last = start + header->p_memsz > last ? start + header->p_memsz : last;
    }
    return 1;
}

static __attribute__((constructor)) void start(void)
{
    const char *path = getenv("OPASTIN_LACK");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 2 * sizeof *lack, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        abort();
    close(fd);
    dl_iterate_phdr(note_program, NULL);
    lack = map;
}

static bool fails(const void *caller)
{
    uintptr_t from = (uintptr_t)caller;
    if (!lack || from < first || from >= last || atomic_load(&lack[0]) <= 0 || atomic_fetch_sub(&lack[0], 1) != 1)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

ssize_t pread64(int fd, void *into, size_t size, off64_t at)
{
    static ssize_t (*next)(int, void *, size_t, off64_t);
    if (!next)
        next = (ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
    if (lack && atomic_load(&lack[1])) {
        errno = EIO;
        return -1;
    }
    return next(fd, into, size, at);
}

ssize_t pread(int fd, void *into, size_t size, off_t at)
{
    return pread64(fd, into, size, at);
}
