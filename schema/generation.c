#include "generation.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

static enum status dir_check(const char *dir, struct err *err)
{
    size_t len = strlen(dir);
    if (len == 0 || len > GENERATION_PATH_BYTES)
        return err_set(err, STATUS_LIMIT, "index folder: the path has %zu bytes, allowed are 1..%d", len,
                       GENERATION_PATH_BYTES);
    return STATUS_OK;
}

static enum status make_dir(const char *dir, struct err *err)
{
    TRY(dir_check(dir, err));
    return folder_make(dir, err);
}

enum status generation_lock(struct generation_lock *lock, const char *dir, struct err *err)
{
    struct buf path = BUF_INIT;
    TRY(make_dir(dir, err));
    buf_addf(&path, "%s/lock", dir);
    enum status status = buf_ok(&path, err);
    int fd = status == STATUS_OK ? open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (status == STATUS_OK && fd < 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot open", path.data);
    if (status == STATUS_OK && flock(fd, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK
                     ? err_set(err, STATUS_LOCKED, "%s: another run is at work here; wait for it to end", path.data)
                     : err_set_errno(err, STATUS_IO, "%s: cannot lock", path.data);
    buf_release(&path);
    if (status != STATUS_OK) {
        if (fd >= 0)
            close(fd);
        return status;
    }
    lock->fd = fd;
    return STATUS_OK;
}

void generation_unlock(struct generation_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}

enum status generation_path(const char *dir, uint32_t number, struct buf *path, struct err *err)
{
    TRY(dir_check(dir, err));
    buf_reset(path);
    buf_addf(path, "%s/gen-%" PRIu32, dir, number);
    return buf_ok(path, err);
}

/* "gen-7" -> 7 and the rest ("" or ".tmp"); 0 when the name is of another kind. */
static uint32_t parse_name(const char *name, const char **rest)
{
    if (strncmp(name, "gen-", 4) != 0 || name[4] < '1' || name[4] > '9')
        return 0;
    char *end;
    errno = 0;
    unsigned long number = strtoul(name + 4, &end, 10);
    if (errno || number >= UINT32_MAX)
        return 0;
    *rest = end;
    return (uint32_t)number;
}

typedef enum status entry_fn(void *context, const char *dir, const char *name, uint32_t number, const char *rest,
                             struct err *err);
static enum status each_entry(const char *dir, entry_fn *fn, void *context, struct err *err)
{
    TRY(dir_check(dir, err));
    DIR *handle = opendir(dir);
    if (!handle)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: cannot read the folder", dir);
    enum status status = STATUS_OK;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(handle));) {
        const char *rest;
        uint32_t number = parse_name(entry->d_name, &rest);
        if (number)
            status = fn(context, dir, entry->d_name, number, rest, err);
    }
    closedir(handle);
    return status;
}

static enum status clean_entry(void *context, const char *dir, const char *name, uint32_t number, const char *rest,
                               struct err *err)
{
    uint32_t *highest = context;
    if (number > *highest)
        *highest = number;
    if (strcmp(rest, ".tmp") != 0)
        return STATUS_OK;
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s", dir, name);
    enum status status = buf_ok(&path, err);
    if (status == STATUS_OK)
        status = folder_remove(path.data, err);
    buf_release(&path);
    return status;
}

enum status generation_begin(const char *dir, uint32_t *number, struct buf *path, struct err *err)
{
    uint32_t highest = 0;
    TRY(make_dir(dir, err));
    TRY(each_entry(dir, clean_entry, &highest, err));
    TRY(generation_path(dir, highest + 1, path, err));
    buf_adds(path, ".tmp");
    TRY(buf_ok(path, err));
    if (mkdir(path->data, 0755) != 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot make the folder", path->data);
    *number = highest + 1;
    return STATUS_OK;
}

enum status generation_finish(const char *dir, uint32_t number, struct err *err)
{
    struct buf whole = BUF_INIT, building = BUF_INIT;
    enum status status = generation_path(dir, number, &whole, err);
    buf_addf(&building, "%s.tmp", buf_str(&whole));
    if (status == STATUS_OK)
        status = buf_ok(&building, err);
    if (status == STATUS_OK)
        status = folder_sync_all(building.data, err);
    if (status == STATUS_OK && rename(building.data, whole.data) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot rename to %s", building.data, whole.data);
    if (status == STATUS_OK)
        status = folder_sync(dir, err);
    buf_release(&whole);
    buf_release(&building);
    return status;
}

enum status generation_abandon(const char *dir, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    buf_adds(&path, ".tmp");
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    if (status == STATUS_OK)
        status = folder_remove(path.data, err);
    buf_release(&path);
    return status;
}

enum status generation_make_part(const char *path, struct err *err)
{
    return mkdir(path, 0755) == 0 ? STATUS_OK : err_set_errno(err, STATUS_IO, "%s: cannot make", path);
}

enum status generation_remove_part(const char *path, struct err *err)
{
    return folder_remove(path, err);
}

/* Replaces DIR/name by these bytes, whole or not at all. */
static enum status replace_file(const char *dir, const char *name, const char *data, size_t len, struct err *err)
{
    struct buf final = BUF_INIT, temp = BUF_INIT;
    buf_addf(&final, "%s/%s", dir, name);
    buf_addf(&temp, "%s/%s.tmp", dir, name);
    enum status status = buf_ok(&final, err);
    if (status == STATUS_OK)
        status = buf_ok(&temp, err);
    FILE *file = status == STATUS_OK ? fopen(temp.data, "we") : NULL;
    if (status == STATUS_OK && !file)
        status = err_set_errno(err, STATUS_IO, "%s: cannot create", temp.data);
    if (file) {
        bool written = fwrite(data, 1, len, file) == len && fflush(file) == 0 && fsync(fileno(file)) == 0;
        if (!written)
            status = err_set_errno(err, STATUS_IO, "%s: cannot write", temp.data);
        if (fclose(file) != 0 && status == STATUS_OK)
            status = err_set_errno(err, STATUS_IO, "%s: cannot close", temp.data);
        if (status == STATUS_OK && rename(temp.data, final.data) != 0)
            status = err_set_errno(err, STATUS_IO, "%s: cannot rename", temp.data);
        if (status == STATUS_OK)
            status = folder_sync(dir, err);
        else
            unlink(temp.data);
    }
    buf_release(&final);
    buf_release(&temp);
    return status;
}

static enum status whole_check(const char *dir, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    buf_adds(&path, "/manifest.json");
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    if (status == STATUS_OK && access(path.data, R_OK) != 0)
        status = err_set(err, STATUS_NOTFOUND, "%s: no such generation; `list` shows those there are", path.data);
    buf_release(&path);
    return status;
}

enum status generation_publish(const char *dir, uint32_t number, struct err *err)
{
    char line[32];
    TRY(whole_check(dir, number, err));
    int len = snprintf(line, sizeof line, "gen-%" PRIu32 "\n", number);
    return replace_file(dir, "CURRENT", line, (size_t)len, err);
}

enum status generation_current(const char *dir, uint32_t *number, struct err *err)
{
    struct buf path = BUF_INIT;
    TRY(dir_check(dir, err));
    buf_addf(&path, "%s/CURRENT", dir);
    TRY(buf_ok(&path, err));
    char line[32] = "";
    FILE *file = fopen(path.data, "re");
    enum status status = STATUS_OK;
    if (!file) {
        status = errno == ENOENT ? err_set(err, STATUS_NOTFOUND, "%s: no index has been published here yet", dir)
                                 : err_set_errno(err, STATUS_IO, "%s: cannot open", path.data);
    } else {
        size_t len = fread(line, 1, sizeof line - 1, file);
        fclose(file);
        const char *rest = "";
        uint32_t found = len > 0 && line[len - 1] == '\n' ? (line[len - 1] = '\0', parse_name(line, &rest)) : 0;
        if (found && *rest == '\0')
            *number = found;
        else
            status = err_set(err, STATUS_CORRUPT, "%s: does not name a generation; `publish N` mends it", path.data);
    }
    buf_release(&path);
    return status;
}

struct number_list {
    uint32_t *numbers;
    size_t count, cap;
};

static enum status list_entry(void *context, const char *dir, const char *name, uint32_t number, const char *rest,
                              struct err *err)
{
    (void)name;
    struct number_list *list = context;
    if (*rest != '\0' || whole_check(dir, number, NULL) != STATUS_OK)
        return STATUS_OK;
    if (list->count == GENERATION_LIST_MOST)
        return err_set(err, STATUS_LIMIT, "%s: more than %d generations; prune them", dir, GENERATION_LIST_MOST);
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 16;
        uint32_t *numbers = realloc(list->numbers, cap * sizeof *numbers);
        if (!numbers)
            return err_set(err, STATUS_NOMEM, "out of memory for the list of generations");
        list->numbers = numbers;
        list->cap = cap;
    }
    list->numbers[list->count++] = number;
    return STATUS_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

enum status generation_list(const char *dir, uint32_t **numbers, size_t *count, struct err *err)
{
    struct number_list list = {0};
    struct err local = {0};
    enum status status = each_entry(dir, list_entry, &list, &local);
    if (status == STATUS_NOTFOUND) /* no folder yet: no generations */
        status = STATUS_OK;
    if (status != STATUS_OK) {
        free(list.numbers);
        return err_set(err, status, "%s", local.message);
    }
    if (list.count)
        qsort(list.numbers, list.count, sizeof *list.numbers, compare_numbers);
    *numbers = list.numbers;
    *count = list.count;
    return STATUS_OK;
}

enum status generation_previous(const char *dir, uint32_t *number, struct err *err)
{
    uint32_t current, *numbers = NULL, target = 0;
    size_t count;
    TRY(generation_current(dir, &current, err));
    TRY(generation_list(dir, &numbers, &count, err));
    for (size_t i = 0; i < count; i++)
        if (numbers[i] < current)
            target = numbers[i];
    free(numbers);
    if (!target)
        return err_set(err, STATUS_NOTFOUND, "%s: no generation older than gen-%" PRIu32 " is left to go back to", dir,
                       current);
    *number = target;
    return STATUS_OK;
}

/* Out of the way by one rename first: a kill in the middle must not leave half a generation in the list. */
static enum status remove_generation(const char *dir, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT, doomed = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    buf_addf(&doomed, "%s.tmp", buf_str(&path));
    if (status == STATUS_OK)
        status = buf_ok(&doomed, err);
    if (status == STATUS_OK && rename(path.data, doomed.data) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot rename", path.data);
    if (status == STATUS_OK)
        status = folder_remove(doomed.data, err);
    buf_release(&path);
    buf_release(&doomed);
    return status;
}

enum status generation_remove(const char *dir, uint32_t number, struct err *err)
{
    uint32_t current = 0;
    enum status status = generation_current(dir, &current, NULL);
    if (status == STATUS_OK && current == number)
        return err_set(err, STATUS_INVALID, "%s: gen-%" PRIu32 " serves and cannot be removed", dir, number);
    return remove_generation(dir, number, err);
}

enum status generation_prune(const char *dir, size_t keep, bool dry_run, size_t *removed, struct err *err)
{
    uint32_t current = 0, *numbers = NULL;
    size_t count, gone = 0;
    if (keep < 1)
        return err_set(err, STATUS_INVALID, "prune: at least 1 generation must stay");
    struct err none = {0};
    enum status status = generation_current(dir, &current, &none);
    if (status != STATUS_OK && status != STATUS_NOTFOUND)
        return err_set(err, status, "%s", none.message);
    TRY(generation_list(dir, &numbers, &count, err));
    status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i + keep < count; i++) {
        if (numbers[i] == current)
            continue;
        if (!dry_run)
            status = remove_generation(dir, numbers[i], err);
        gone += status == STATUS_OK;
    }
    free(numbers);
    if (status == STATUS_OK && removed)
        *removed = gone;
    return status;
}

static enum status tree_bytes(const char *path, uint64_t *bytes, int depth, struct err *err)
{
    DIR *handle = opendir(path);
    if (!handle)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: cannot read the folder", path);
    enum status status = STATUS_OK;
    struct buf child = BUF_INIT;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(handle));) {
        if (entry->d_name[0] == '.')
            continue;
        struct stat stat;
        buf_reset(&child);
        buf_addf(&child, "%s/%s", path, entry->d_name);
        status = buf_ok(&child, err);
        if (status != STATUS_OK || lstat(child.data, &stat) != 0)
            continue;
        if (S_ISDIR(stat.st_mode) && depth > 0)
            status = tree_bytes(child.data, bytes, depth - 1, err);
        else
            *bytes += (uint64_t)stat.st_size;
    }
    buf_release(&child);
    closedir(handle);
    return status;
}

enum status generation_bytes(const char *dir, uint32_t number, uint64_t *bytes, struct err *err)
{
    struct buf path = BUF_INIT;
    uint64_t sum = 0;
    enum status status = generation_path(dir, number, &path, err);
    if (status == STATUS_OK)
        status = tree_bytes(path.data, &sum, 2, err);
    buf_release(&path);
    if (status == STATUS_OK)
        *bytes = sum;
    return status;
}

enum status generation_status_write(const char *dir, const void *text, size_t len, struct err *err)
{
    return replace_file(dir, "status.json", text, len, err);
}

enum status generation_status_read(const char *dir, struct buf *text, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/status.json", dir);
    enum status status = buf_ok(&path, err);
    FILE *file = status == STATUS_OK ? fopen(path.data, "re") : NULL;
    if (status == STATUS_OK && !file)
        status = err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s", path.data);
    buf_reset(text);
    if (file && buf_reserve(text, GENERATION_STATUS_BYTES + 1)) {
        text->len = fread(text->data, 1, GENERATION_STATUS_BYTES + 1, file);
        if (ferror(file))
            status = err_set_errno(err, STATUS_IO, "%s", path.data);
        else if (text->len > GENERATION_STATUS_BYTES)
            status = err_set(err, STATUS_LIMIT, "%s: larger than %d bytes", path.data, GENERATION_STATUS_BYTES);
    }
    if (file)
        fclose(file);
    buf_release(&path);
    return status == STATUS_OK ? buf_ok(text, err) : status;
}
