#include "indexer/report_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/grow.h"

enum { RUN_DIGITS = 6 };

enum status run_path(const char *reports, uint32_t number, struct buf *path, struct err *err)
{
    buf_reset(path);
    buf_addf(path, "%s/run-%0*" PRIu32, reports, RUN_DIGITS, number);
    return buf_ok(path, err);
}

/* "run-000042" -> 42 and the rest ("" or ".tmp"); 0 when the name is of another kind.  A name that we would not give
 * is not ours to count, and still less to remove. */
static uint32_t parse_name(const char *name, const char **rest)
{
    char ours[32];
    if (strncmp(name, "run-", 4) != 0 || name[4] < '0' || name[4] > '9')
        return 0;
    char *end;
    errno = 0;
    unsigned long number = strtoul(name + 4, &end, 10);
    if (errno || number >= UINT32_MAX)
        return 0;
    int len = snprintf(ours, sizeof ours, "run-%0*lu", RUN_DIGITS, number);
    if (len != end - name || strncmp(name, ours, (size_t)len) != 0)
        return 0;
    *rest = end;
    return (uint32_t)number;
}

/* ---- the file system ------------------------------------------------------------------------------------------ */

typedef enum status run_entry(void *context, const char *path, uint32_t number, const char *rest, struct err *err);

static enum status each_run(const char *reports, run_entry *fn, void *context, struct err *err)
{
    DIR *handle = opendir(reports);
    if (!handle)
        return err_set_errno(err, STATUS_IO, "%s: cannot read the folder", reports);
    struct buf path = BUF_INIT;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        errno = 0;
        struct dirent *entry = readdir(handle);
        if (!entry) {
            if (errno)
                status = err_set_errno(err, STATUS_IO, "%s: cannot read the folder", reports);
            break;
        }
        const char *rest;
        uint32_t number = parse_name(entry->d_name, &rest);
        if (!number)
            continue;
        buf_reset(&path);
        buf_addf(&path, "%s/%s", reports, entry->d_name);
        status = buf_ok(&path, err);
        if (status == STATUS_OK)
            status = fn(context, path.data, number, rest, err);
    }
    closedir(handle);
    buf_release(&path);
    return status;
}

/* ---- a run's life --------------------------------------------------------------------------------------------- */

static enum status clean_entry(void *context, const char *path, uint32_t number, const char *rest, struct err *err)
{
    uint32_t *highest = context;
    if (number > *highest)
        *highest = number;
    return strcmp(rest, ".tmp") == 0 ? folder_remove(path, err) : STATUS_OK;
}

static enum status path_tmp(const char *path, struct buf *tmp, struct err *err)
{
    buf_addf(tmp, "%s.tmp", path);
    return buf_ok(tmp, err);
}

enum status run_begin(const char *reports, uint32_t *number, struct buf *path, struct err *err)
{
    uint32_t highest = 0;
    struct buf tmp = BUF_INIT;
    TRY(folder_make(reports, err));
    TRY(each_run(reports, clean_entry, &highest, err));
    if (highest >= UINT32_MAX - 1)
        return err_set(err, STATUS_LIMIT, "%s: run-%" PRIu32 " is the last number; rename the folder of reports",
                       reports, highest);
    TRY(run_path(reports, highest + 1, path, err));
    enum status status = path_tmp(path->data, &tmp, err);
    if (status == STATUS_OK && mkdir(tmp.data, 0755) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot make the folder", tmp.data);
    buf_release(&tmp);
    *number = highest + 1;
    return status;
}

enum status run_write(const char *path, const char *name, const struct buf *data, struct err *err)
{
    struct buf file_path = BUF_INIT;
    TRY(buf_ok(data, err));
    buf_addf(&file_path, "%s.tmp/%s", path, name);
    enum status status = buf_ok(&file_path, err);
    FILE *file = status == STATUS_OK ? fopen(file_path.data, "we") : NULL;
    if (status == STATUS_OK && !file)
        status = err_set_errno(err, STATUS_IO, "%s: cannot create", file_path.data);
    if (file) {
        if (fwrite(buf_str(data), 1, data->len, file) != data->len || fflush(file) != 0 || fsync(fileno(file)) != 0)
            status = err_set_errno(err, STATUS_IO, "%s: cannot write", file_path.data);
        if (fclose(file) != 0 && status == STATUS_OK)
            status = err_set_errno(err, STATUS_IO, "%s: cannot close", file_path.data);
    }
    buf_release(&file_path);
    return status;
}

/* The rename is what makes the run visible, so its folder is synced before and the folder of reports after it. */
enum status run_finish(const char *path, struct err *err)
{
    struct buf tmp = BUF_INIT, parent = BUF_INIT;
    enum status status = path_tmp(path, &tmp, err);
    buf_add(&parent, path, (size_t)(strrchr(path, '/') - path));
    if (status == STATUS_OK)
        status = buf_ok(&parent, err);
    if (status == STATUS_OK)
        status = folder_sync(tmp.data, err);
    if (status == STATUS_OK && rename(tmp.data, path) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot rename to %s", tmp.data, path);
    if (status == STATUS_OK)
        status = folder_sync(parent.len ? parent.data : "/", err);
    buf_release(&tmp);
    buf_release(&parent);
    return status;
}

enum status run_abandon(const char *path, struct err *err)
{
    struct buf tmp = BUF_INIT;
    enum status status = path_tmp(path, &tmp, err);
    if (status == STATUS_OK)
        status = folder_remove(tmp.data, err);
    buf_release(&tmp);
    return status;
}

/* ---- the runs there are --------------------------------------------------------------------------------------- */

struct number_list {
    const char *reports;
    uint32_t *numbers;
    size_t count, cap;
};

static enum status list_entry(void *context, const char *path, uint32_t number, const char *rest, struct err *err)
{
    (void)path;
    struct number_list *list = context;
    if (*rest != '\0')
        return STATUS_OK;
    if (list->count == RUN_LIST_MOST)
        return err_set(err, STATUS_LIMIT, "%s: more than %d runs; remove old ones", list->reports, RUN_LIST_MOST);
    uint32_t *numbers = grow(list->numbers, list->count, &list->cap, sizeof *numbers);
    if (!numbers)
        return err_set(err, STATUS_NOMEM, "out of memory for the list of runs");
    list->numbers = numbers;
    list->numbers[list->count++] = number;
    return STATUS_OK;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

enum status run_list(const char *reports, uint32_t **numbers, size_t *count, struct err *err)
{
    struct number_list list = {.reports = reports};
    enum status status = each_run(reports, list_entry, &list, err);
    if (status != STATUS_OK) {
        free(list.numbers);
        return status;
    }
    if (list.count)
        qsort(list.numbers, list.count, sizeof *list.numbers, compare_numbers);
    *numbers = list.numbers;
    *count = list.count;
    return STATUS_OK;
}

/* An old folder is hidden by a rename before it is emptied, so that a kill leaves no half of one. */
static enum status remove_run(const char *reports, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT, tmp = BUF_INIT;
    enum status status = run_path(reports, number, &path, err);
    if (status == STATUS_OK)
        status = path_tmp(path.data, &tmp, err);
    if (status == STATUS_OK && rename(path.data, tmp.data) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot rename", path.data);
    if (status == STATUS_OK)
        status = folder_remove(tmp.data, err);
    buf_release(&path);
    buf_release(&tmp);
    return status;
}

enum status run_prune(const char *reports, size_t keep, struct err *err)
{
    uint32_t *numbers = NULL;
    size_t count = 0;
    enum status status = run_list(reports, &numbers, &count, err);
    for (size_t i = 0; status == STATUS_OK && i + keep < count; i++)
        status = remove_run(reports, numbers[i], err);
    free(numbers);
    return status;
}
