#include "indexer/sources/hsds_package.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "indexer/sources/csv_table.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/hsds_tables.h"
#include "indexer/sources/import_reader.h"
#include "messages.h"
#include "record.h"

static const char package_name[] = "datapackage.json";

struct file {
    const struct hsds_table *table;
    char *path;  /* to be read */
    const char *shown;
    uint64_t bytes;
    dev_t device; /* the same file may have two names, "services.csv" and "./services.csv" */
    ino_t inode;
};

struct notice {
    const char *file; /* shown */
    uint64_t line;
    enum problem_code code;
    const char *what, *mend;
};

struct package {
    struct arena arena; /* of the paths and notices */
    struct file files[HSDS_PACKAGE_FILES];
    size_t file_count;
    struct notice notices[HSDS_PACKAGE_NOTICES];
    size_t notice_count, notices_dropped, notices_told;
    struct import_lookup *lookup;
    bool loaded;
    const struct hsds_table *only; /* the one table that gives records; NULL: all that can */
    size_t at;                     /* the file being read, or to be opened */
    struct csv_table *open;
    uint64_t bytes_before;
};

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool ends_with(const char *name, size_t len, const char *suffix)
{
    size_t n = strlen(suffix);
    return len > n && strncasecmp(name + len - n, suffix, n) == 0;
}

/* The table that a file's name says, "dir/Services.csv.gz"; NULL. */
static const struct hsds_table *table_of_path(const char *path)
{
    static const char *const endings[] = {".csv", ".tsv", ".txt"};
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char small[64];
    size_t len = strlen(base);
    if (ends_with(base, len, ".gz"))
        len -= 3;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = ends_with(base, len, endings[i]) ? len - strlen(endings[i]) : 0;
        for (size_t c = 0; n > 0 && n < sizeof small && c < n; c++)
            small[c] = base[c] >= 'A' && base[c] <= 'Z' ? (char)(base[c] + 32) : base[c];
        if (n > 0 && n < sizeof small)
            return hsds_table_named(small, n);
    }
    return NULL;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_package_json(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, package_name) == 0;
}

/* Does the first row of the file name columns of its table?  Our own CSV may be called services.csv too. */
static bool is_table(const char *path, const struct hsds_table *table)
{
    struct csv_table *file;
    struct stat about;
    if (!table || stat(path, &about) != 0 || !S_ISREG(about.st_mode) ||
        csv_table_peek(&file, path, NULL) != STATUS_OK)
        return false;
    bool found = csv_table_has(file, "id") && !csv_table_has(file, "kind") && !csv_table_has(file, "tyyppi");
    bool keyed = csv_table_has(file, "name") || table->type > HSDS_PROGRAM;
    if (table->type == HSDS_OTHER)
        for (size_t i = keyed = 0; i < HSDS_TABLE_KEYS && table->keys[i]; i++)
            keyed = keyed || csv_table_has(file, table->keys[i]);
    bool service = table->type != HSDS_SERVICE || csv_table_has(file, "status") ||
                   csv_table_has(file, "organization_id");
    csv_table_free(file);
    return found && keyed && service;
}

/* ---- the files of a package ------------------------------------------------------------------------------------- */

static void notice(struct package *package, const char *file, uint64_t line, enum problem_code code, const char *mend,
                   const char *what)
{
    const char *copy = arena_copy(&package->arena, what, strlen(what));
    if (!copy || package->notice_count == HSDS_PACKAGE_NOTICES)
        package->notices_dropped++;
    else
        package->notices[package->notice_count++] = (struct notice){file, line, code, copy, mend};
}

static enum status add_file(struct package *package, const struct hsds_table *table, const char *path,
                            const char *shown, struct err *err)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return err_set_errno(err, STATUS_IO, "%s", shown);
    for (size_t i = 0; i < package->file_count; i++)
        if (package->files[i].device == about.st_dev && package->files[i].inode == about.st_ino)
            return STATUS_OK;
    if (package->file_count == HSDS_PACKAGE_FILES)
        return err_set(err, STATUS_LIMIT, "%s: the package has more than %d files", shown, HSDS_PACKAGE_FILES);
    struct file *file = &package->files[package->file_count];
    file->table = table;
    file->path = arena_copy(&package->arena, path, strlen(path));
    file->shown = arena_copy(&package->arena, shown, strlen(shown));
    file->bytes = (uint64_t)about.st_size;
    file->device = about.st_dev;
    file->inode = about.st_ino;
    if (!file->path || !file->shown)
        return arena_nomem(err);
    package->file_count++;
    return STATUS_OK;
}

/* "folder/name"; what is here is shown by its name alone. */
static const char *beside(struct arena *arena, const char *folder, const char *name)
{
    return strcmp(folder, ".") == 0 ? arena_copy(arena, name, strlen(name))
                                    : arena_printf(arena, "%s/%s", folder, name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A table that cannot be opened is one still: reading it says why. */
static bool is_broken(const char *path)
{
    struct csv_table *table;
    bool broken = csv_table_peek(&table, path, NULL) != STATUS_OK;
    if (!broken)
        csv_table_free(table);
    return broken;
}

/* Files of the folder that are called as tables are. */
static enum status find_by_name(struct package *package, const char *folder, const char *shown, struct err *err)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);
    enum status status = count < 0 ? err_set_errno(err, STATUS_IO, "%s", shown) : STATUS_OK;
    for (int i = 0; i < count; i++) {
        const struct hsds_table *table = table_of_path(entries[i]->d_name);
        const char *path = arena_printf(&package->arena, "%s/%s", folder, entries[i]->d_name);
        const char *named = beside(&package->arena, shown, entries[i]->d_name);
        if (!path || !named)
            status = arena_nomem(err);
        if (status == STATUS_OK && (is_table(path, table) || (table && table->type <= HSDS_PROGRAM && is_broken(path))))
            status = add_file(package, table, path, named, err);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return status;
}

/* One path of a resource.  A package may name all tables there are and lack some. */
static enum status add_resource(struct package *package, const char *folder, const char *shown, const json_t *resource,
                                const json_t *path_json, struct err *err)
{
    const char *path = json_string_value(path_json), *name = import_string(resource, "name");
    const struct hsds_table *table = path ? table_of_path(path) : NULL;
    struct stat about;
    if (!table && name)
        table = hsds_table_named(name, strlen(name));
    if (!path || !table || table->type == HSDS_NONE)
        return STATUS_OK;
    const char *json = beside(&package->arena, shown, package_name);
    const char *whole = arena_printf(&package->arena, "%s/%s", folder, path);
    const char *named = beside(&package->arena, shown, path);
    if (!json || !whole || !named)
        return arena_nomem(err);
    char what[HSDS_PACKAGE_PATH_BYTES];
    if (path[0] == '/' || strstr(path, "..") || strstr(path, "://")) {
        snprintf(what, sizeof what,
                 problem_text("names the file %.200s, which is not beside it: it is left out"), path);
        notice(package, json, 1, PROBLEM_FORM, "put the tables into the folder of datapackage.json", what);
        return STATUS_OK;
    }
    if (stat(whole, &about) != 0 && ends_with(path, strlen(path), ".csv")) { /* packed one by one */
        whole = arena_printf(&package->arena, "%s.gz", whole);
        named = arena_printf(&package->arena, "%s.gz", named);
    }
    if (!whole || !named)
        return arena_nomem(err);
    if (stat(whole, &about) == 0)
        return add_file(package, table, whole, named, err);
    snprintf(what, sizeof what, problem_text("names the file %.200s, which is not there"), path);
    notice(package, json, 1, PROBLEM_MISSING, "put it beside datapackage.json, or take it out of that", what);
    return STATUS_OK;
}

static enum status find_by_package(struct package *package, const char *folder, const char *shown, struct err *err)
{
    const char *path = arena_printf(&package->arena, "%s/%s", folder, package_name);
    struct stat about;
    json_error_t where;
    const json_t *resource, *item;
    size_t i, k;
    if (!path)
        return arena_nomem(err);
    if (stat(path, &about) != 0)
        return err_set_errno(err, STATUS_IO, "%s/%s", shown, package_name);
    if (about.st_size > HSDS_PACKAGE_JSON_BYTES)
        return err_set(err, STATUS_LIMIT, "%s/%s: is longer than %d bytes", shown, package_name,
                       HSDS_PACKAGE_JSON_BYTES);
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, STATUS_INVALID, "%s/%s:%d: is not JSON: %s", shown, package_name, where.line, where.text);
    enum status status = STATUS_OK;
    json_array_foreach(json_object_get(json, "resources"), i, resource) {
        const json_t *paths = json_object_get(resource, "path");
        if (status == STATUS_OK && json_is_string(paths))
            status = add_resource(package, folder, shown, resource, paths, err);
        json_array_foreach(paths, k, item)
            if (status == STATUS_OK)
                status = add_resource(package, folder, shown, resource, item, err);
    }
    json_decref(json);
    return status;
}

/* The folder of a path: the path itself, or what stands before its last slash. */
static const char *folder_of(struct arena *arena, const char *path, bool folder)
{
    const char *slash = strrchr(path, '/');
    size_t len = folder ? strlen(path) : slash ? (size_t)(slash - path) : 0;
    while (folder && len > 1 && path[len - 1] == '/')
        len--;
    return len > 0 ? arena_copy(arena, path, len) : folder || !slash ? "." : "/";
}

/* A folder that is shown as nothing is not shown. */
static enum status find_files(struct package *package, const char *path, const char *shown, struct err *err)
{
    bool whole = is_folder(path);
    const char *folder = folder_of(&package->arena, path, whole), *named = folder_of(&package->arena, shown, whole);
    if (!folder || !named)
        return arena_nomem(err);
    const char *json = arena_printf(&package->arena, "%s/%s", folder, package_name);
    struct stat about;
    if (!json)
        return arena_nomem(err);
    if (!whole && !is_package_json(path)) {
        package->only = table_of_path(path);
        TRY(add_file(package, package->only, path, shown, err));
        return find_by_name(package, folder, named, err);
    }
    return stat(json, &about) == 0 ? find_by_package(package, folder, named, err)
                                   : find_by_name(package, folder, named, err);
}

static void package_free(void *state)
{
    struct package *package = state;
    if (!package)
        return;
    csv_table_free(package->open);
    import_lookup_free(package->lookup);
    arena_release(&package->arena);
    free(package);
}

static bool gives_records(const struct package *package, const struct hsds_table *table)
{
    return table->type <= HSDS_PROGRAM && (!package->only || package->only == table);
}

bool hsds_is_package(const char *path)
{
    if (strcmp(path, "-") == 0)
        return false;
    if (is_package_json(path))
        return true;
    if (!is_folder(path))
        return is_table(path, table_of_path(path));
    struct package *package = calloc(1, sizeof *package);
    char json[HSDS_PACKAGE_PATH_BYTES];
    struct stat about;
    bool found = snprintf(json, sizeof json, "%s/%s", path, package_name) < (int)sizeof json && stat(json, &about) == 0;
    if (package && !found && find_files(package, path, path, NULL) == STATUS_OK)
        for (size_t i = 0; i < package->file_count; i++)
            found = found || gives_records(package, package->files[i].table);
    package_free(package);
    return found;
}

enum status hsds_package_each_file(const char *path, hsds_package_file *file, void *context, struct err *err)
{
    struct package *package = calloc(1, sizeof *package);
    if (!package)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = find_files(package, path, path, err);
    for (size_t i = 0; status == STATUS_OK && i < package->file_count; i++)
        status = file(context, package->files[i].path, err);
    package_free(package);
    return status;
}

/* ---- before reading --------------------------------------------------------------------------------------------- */

static enum status load_table(struct package *package, const struct file *file, struct err *err)
{
    struct csv_table *table;
    struct csv_table_item item;
    struct err why = {0};
    enum status status = csv_table_open(&table, file->path, file->shown, &why);
    if (status == STATUS_NOMEM)
        return err_set(err, status, "%s", why.message);
    if (status != STATUS_OK) {
        notice(package, file->shown, 1, PROBLEM_SYNTAX, "records are read without what it holds", why.message);
        return STATUS_OK;
    }
    while ((status = csv_table_next(table, &item, err)) == STATUS_OK && item.kind != CSV_TABLE_END) {
        if (item.kind == CSV_TABLE_BROKEN)
            notice(package, file->shown, item.line, item.code, item.mend, item.what);
        else
            status = hsds_table_keep(package->lookup, file->table, item.row, err);
        json_decref(item.row);
        if (status != STATUS_OK)
            break;
    }
    csv_table_free(table);
    return status;
}

/* What others refer to; a table that gives no record needs nothing of the others. */
static enum status load(struct package *package, struct err *err)
{
    package->loaded = true;
    if (package->only && !gives_records(package, package->only))
        return STATUS_OK;
    for (size_t i = 0; i < package->file_count; i++)
        if (package->files[i].table->keys[0])
            TRY(load_table(package, &package->files[i], err));
    return STATUS_OK;
}

static enum status package_open(struct source *source, void **state, struct err *err)
{
    struct package *package = calloc(1, sizeof *package);
    uint64_t bytes = 0;
    if (!package)
        return err_set(err, STATUS_NOMEM, "out of memory");
    *state = package;
    TRY(import_lookup_new(&package->lookup, err));
    TRY(find_files(package, source_path(source), source_shown_path(source), err));
    size_t giving = 0;
    for (size_t i = 0; i < package->file_count; i++) {
        bytes += package->files[i].bytes;
        giving += gives_records(package, package->files[i].table) || package->only;
    }
    if (giving == 0)
        return err_set(err, STATUS_INVALID, "%s: has no table of HSDS that gives records: services.csv, "
                       "organizations.csv, locations.csv or programs.csv", source_shown_path(source));
    source_set_bytes(source, bytes, 0);
    return STATUS_OK;
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static bool tell_notice(struct package *package, struct problems *problems, struct source_item *item)
{
    if (package->notices_told < package->notice_count) {
        const struct notice *told = &package->notices[package->notices_told++];
        problems_at(problems, told->file, told->line);
        problem_warning(problems, told->code, &(struct problem_words){.mend = told->mend}, "%s", told->what);
        item->file = told->file;
        item->line = told->line;
    } else if (package->notices_dropped > 0) {
        problem_warning(problems, PROBLEM_TOO_BIG, NULL, "%zu more rows of the tables cannot be read",
                        package->notices_dropped);
        package->notices_dropped = 0;
    } else {
        return false;
    }
    item->kind = SOURCE_NOTICE;
    return true;
}

/* The next table that gives records, services first: others refer to what they are asked for. */
static enum status open_next(struct package *package, struct source *source, struct err *err)
{
    static const enum hsds_type order[] = {HSDS_SERVICE, HSDS_ORGANIZATION, HSDS_LOCATION, HSDS_PROGRAM};
    size_t n = 0;
    if (package->open) {
        package->bytes_before += csv_table_bytes_read(package->open);
        csv_table_free(package->open);
        package->open = NULL;
    }
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (size_t i = 0; i < package->file_count; i++) {
            const struct file *file = &package->files[i];
            bool first = !package->only || i == 0; /* a table given by itself stands first, without its like */
            if (file->table->type != order[o] || !gives_records(package, file->table) || !first || n++ < package->at)
                continue;
            char delimiter;
            TRY(csv_table_open(&package->open, file->path, file->shown, err));
            enum source_encoding encoding = csv_table_encoding(package->open, &delimiter);
            source_set_encoding(source, encoding, delimiter);
            package->at++;
            return STATUS_OK;
        }
    return STATUS_OK;
}

/* A table that is none costs the package, not the run. */
static enum status open_or_tell(struct package *package, struct source *source, struct problems *problems,
                                struct source_item *item, struct err *err)
{
    struct err why = {0};
    enum status status = open_next(package, source, &why);
    if (status == STATUS_INVALID) {
        problem_error(problems, PROBLEM_SYNTAX, NULL, "%s", why.message);
        item->kind = SOURCE_NOTICE;
        item->line = 1;
        return problems->failed ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
    }
    return status == STATUS_OK ? STATUS_OK : err_set(err, status, "%s", why.message);
}

static const struct file *open_file(const struct package *package)
{
    const char *path = csv_table_path(package->open);
    for (size_t i = 0; i < package->file_count; i++)
        if (strcmp(package->files[i].shown, path) == 0)
            return &package->files[i];
    return &package->files[0];
}

static enum status read_row(struct package *package, const struct file *file, const json_t *row, struct arena *arena,
                            struct record *record, struct problems *problems, struct source_item *item,
                            struct err *err)
{
    json_t *object = hsds_table_join(package->lookup, file->table, row);
    if (!object || json_object_set_new(object, HSDS_TABLE, json_string(hsds_type_name(file->table->type))) != 0) {
        json_decref(object);
        return arena_nomem(err);
    }
    enum status status =
        import_read_object(&hsds_format, package->lookup, object, arena, record, problems, item, err);
    json_decref(object);
    return status;
}

static enum status package_next(struct source *source, void *state, struct arena *arena, struct record *record,
                                struct problems *problems, struct source_item *item, struct err *err)
{
    struct package *package = state;
    struct csv_table_item found;
    if (!package->loaded)
        TRY(load(package, err));
    if (tell_notice(package, problems, item))
        return STATUS_OK;
    while (item->kind == SOURCE_END) {
        if (!package->open)
            TRY(open_or_tell(package, source, problems, item, err));
        if (!package->open)
            return STATUS_OK;
        const struct file *file = open_file(package);
        TRY(csv_table_next(package->open, &found, err));
        source_set_bytes(source, 0, package->bytes_before + csv_table_bytes_read(package->open));
        if (found.kind == CSV_TABLE_END) {
            TRY(open_or_tell(package, source, problems, item, err));
            if (!package->open)
                return STATUS_OK;
            continue;
        }
        problems_at(problems, file->shown, found.line);
        item->file = file->shown;
        item->line = found.line;
        if (found.kind == CSV_TABLE_BROKEN) {
            problem_error(problems, found.code, &(struct problem_words){.mend = found.mend}, "%s", found.what);
            item->kind = SOURCE_REJECTED;
            return STATUS_OK;
        }
        enum status status = read_row(package, file, found.row, arena, record, problems, item, err);
        json_decref(found.row);
        TRY(status);
    }
    return STATUS_OK;
}

const struct source_reader hsds_package_reader = {SOURCE_IMPORT, package_open, package_next, package_free};
