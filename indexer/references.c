#include "indexer/references.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "indexer/source.h"
#include "indexer/sources/import.h"

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* "a/events.json.gz" -> "a/events.refs" */
static bool folder_of(const char *path, char folder[REFERENCES_PATH_BYTES])
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t len = (size_t)(base - path) + strcspn(base, ".");
    return len > (size_t)(base - path) &&
           snprintf(folder, REFERENCES_PATH_BYTES, "%.*s.refs", (int)len, path) < REFERENCES_PATH_BYTES;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum status read_entry(struct import_lookup *lookup, const char *folder, const char *name, struct err *err)
{
    char path[REFERENCES_PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return err_set(err, STATUS_IO, "%s: the path is too long", folder);
    return is_file(path) ? source_collect(lookup, path, NULL, err) : STATUS_OK;
}

/* In the order of their names, so that the same files give the same records. */
static enum status read_folder(struct import_lookup *lookup, const char *folder, struct err *err)
{
    struct dirent **entries;
    struct stat about;
    if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode))
        return STATUS_OK;
    int count = scandir(folder, &entries, is_visible, alphasort);
    if (count < 0)
        return err_set_errno(err, STATUS_IO, "%s", folder);
    enum status status = STATUS_OK;
    if (count > REFERENCES_FILES)
        status = err_set(err, STATUS_LIMIT, "%s: holds %d files; at most %d are read", folder, count, REFERENCES_FILES);
    import_lookup_set_beside(lookup, true);
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK)
            status = read_entry(lookup, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    import_lookup_set_beside(lookup, false);
    return status;
}

bool references_beside(const char *path)
{
    char folder[REFERENCES_PATH_BYTES];
    struct stat about;
    return folder_of(path, folder) && stat(folder, &about) == 0 && S_ISDIR(about.st_mode);
}

enum status references_read(struct import_lookup **lookup, const char *path, const struct source_options *options,
                            struct err *err)
{
    char folder[REFERENCES_PATH_BYTES];
    struct err quiet = {0};
    if (!*lookup)
        TRY(import_lookup_new(lookup, err));
    if (is_file(path)) {
        enum status status = source_collect(*lookup, path, options, &quiet);
        if (status == STATUS_NOMEM || status == STATUS_LIMIT)
            return err_set(err, status, "%s", quiet.message);
    }
    return folder_of(path, folder) ? read_folder(*lookup, folder, err) : STATUS_OK;
}
