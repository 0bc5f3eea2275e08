#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TREE_HANDLES = 16 }; /* open while a tree is walked */

enum status folder_make(const char *folder, struct err *err)
{
    char path[FOLDER_PATH_BYTES + 1];
    size_t len = strlen(folder);
    if (len == 0 || len > FOLDER_PATH_BYTES)
        return err_set(err, STATUS_LIMIT, "a folder's path of %zu bytes, allowed are 1..%d", len, FOLDER_PATH_BYTES);
    memcpy(path, folder, len + 1);
    for (char *at = path + 1;; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return err_set_errno(err, STATUS_IO, "%s: cannot make the folder", path);
        if (!kept)
            return STATUS_OK;
        *at = kept;
    }
}

enum status folder_sync(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot open", path);
    enum status status = fsync(fd) == 0 ? STATUS_OK : err_set_errno(err, STATUS_IO, "%s: cannot sync", path);
    close(fd);
    return status;
}

static int sync_entry(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return folder_sync(path, NULL) == STATUS_OK ? 0 : -1;
}

enum status folder_sync_all(const char *path, struct err *err)
{
    if (nftw(path, sync_entry, TREE_HANDLES, FTW_DEPTH | FTW_PHYS) != 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot sync", path);
    return STATUS_OK;
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

enum status folder_remove(const char *path, struct err *err)
{
    if (nftw(path, remove_entry, TREE_HANDLES, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        return err_set_errno(err, STATUS_IO, "%s: cannot remove", path);
    return STATUS_OK;
}
