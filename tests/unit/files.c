#include "tests/unit/files.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void give_up(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
}

char *files_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *path = files_path(base && *base ? base : "/tmp", "opastin-test.XXXXXX");
    if (!mkdtemp(path))
        give_up(path);
    return path;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

void files_remove(const char *path)
{
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        give_up(path);
}

char *files_path(const char *dir, const char *name)
{
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path)
        give_up(name);
    snprintf(path, size, "%s/%s", dir, name);
    return path;
}

char *files_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        give_up(path);
    long size = ftell(file);
    rewind(file);
    char *data = calloc((size_t)size + 1, 1);
    if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
        give_up(path);
    fclose(file);
    *len = (size_t)size;
    return data;
}

void files_write(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    if (!file || (len && fwrite(data, 1, len, file) != len) || fclose(file) != 0)
        give_up(path);
}
