/* The values of the configuration file's keys, and the files that a pattern names. */
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/opts.h"
#include "base/utf8.h"
#include "indexer/settings_key.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

size_t settings_text_check(const char *text, size_t len)
{
    for (size_t at = 0, step; at < len; at += step) {
        step = utf8_length(text + at, len - at);
        if (step == 0)
            return at;
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
            c == 0xFEFF)
            return at;
    }
    return len;
}

bool settings_name_valid(const char *text, size_t len)
{
    return len > 0 && len < SETTINGS_NAME_BYTES && text[0] != '-' && text[0] != '_' &&
           strspn(text, LETTERS DIGITS "-_") >= len;
}

static enum status not_allowed(const struct settings_key *key, const char *value, struct err *err)
{
    struct buf allowed = BUF_INIT;
    settings_key_allowed(key, &allowed);
    enum status status = buf_ok(&allowed, err);
    if (status == STATUS_OK)
        status = err_set(err, STATUS_INVALID, "\"%s\" is not allowed, only %s", value, buf_str(&allowed));
    buf_release(&allowed);
    return status;
}

static enum status copy(const char *value, size_t len, struct arena *arena, const char **out, struct err *err)
{
    const char *copied = arena_copy(arena, value, len);
    if (!copied)
        return arena_nomem(err);
    *out = copied;
    return STATUS_OK;
}

/* ---- what is well-formed ---------------------------------------------------------------------------------------- */

static bool is_id(const char *text)
{
    return strlen(text) <= 100 && strspn(text, LETTERS DIGITS) > 0 && !text[strspn(text, LETTERS DIGITS "._:-")];
}

/* Only what needs no quoting in a mail's header, so that no value can become a header of its own. */
static bool is_mail(const char *text, size_t most)
{
    size_t name = strspn(text, LETTERS CAPITALS DIGITS "!#$%&'*+-/=?^_`{|}~.");
    const char *domain = text + name + 1;
    if (strlen(text) > most || name == 0 || name > 64 || text[name] != '@' || text[0] == '.' || text[name - 1] == '.')
        return false;
    size_t len = strspn(domain, LETTERS CAPITALS DIGITS ".-");
    return len > 2 && !domain[len] && strchr(domain, '.') && domain[0] != '.' && domain[len - 1] != '.' &&
           !strstr(text, "..");
}

static bool is_url(const char *text, size_t most, bool id)
{
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
    size_t host = strspn(text + scheme, LETTERS CAPITALS DIGITS ".-");
    if (scheme == 0 || host == 0 || !strchr("/:?#", text[scheme + host]) || strlen(text) > most)
        return false;
    for (const char *c = text + scheme; *c; c++) {
        if (id && strncmp(c, "{id}", 4) == 0)
            c += 3;
        else if (strchr(" \t\"'<>\\^`{|}", *c))
            return false;
    }
    return true;
}

/* "2", "2.5", "2,5": Finns write a comma. */
static bool read_decimal(const char *text, unsigned min, unsigned max, double *number)
{
    size_t whole = strspn(text, DIGITS), decimals = 0;
    double value = 0, unit = 1;
    if (whole == 0 || whole > 9)
        return false;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (text[i] - '0');
    if (text[whole]) {
        const char *rest = text + whole + 1;
        decimals = strspn(rest, DIGITS);
        if (!strchr(".,", text[whole]) || decimals == 0 || decimals > 3 || rest[decimals])
            return false;
        for (size_t i = 0; i < decimals; i++, unit *= 10)
            value = value * 10 + (rest[i] - '0');
    }
    value /= unit;
    if (value < min || value > max)
        return false;
    *number = value;
    return true;
}

/* Place among the choices, or -1. */
static int find_choice(const char *choices, const char *value, size_t len)
{
    for (int i = 0;; i++) {
        size_t next = strcspn(choices, "|");
        if (next == len && memcmp(choices, value, len) == 0)
            return i;
        if (!choices[next])
            return -1;
        choices += next + 1;
    }
}

/* ---- paths and lists -------------------------------------------------------------------------------------------- */

static enum status join(const char *folder, const char *value, size_t value_len, struct arena *arena, const char **out,
                        struct err *err)
{
    size_t before = value[0] == '/' ? 0 : strlen(folder);
    if (before + value_len >= PATH_MAX)
        return err_set(err, STATUS_LIMIT, "\"%.*s\" is too long a path", (int)value_len, value);
    char *path = arena_alloc(arena, before + value_len + 1);
    if (!path)
        return arena_nomem(err);
    memcpy(path, folder, before);
    memcpy(path + before, value, value_len);
    *out = path;
    return STATUS_OK;
}

static bool listed(const char *const *items, size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], item) == 0)
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

/* Appends the files of an open folder whose names match, sorted by bytes: the folder's own order is nobody's. */
static enum status add_matching(DIR *dir, const char *folder, const char *pattern, const char **items, size_t *count,
                                size_t most, bool *matched, struct arena *arena, struct err *err)
{
    const struct dirent *entry;
    size_t before = *count, now = before;
    while ((entry = readdir(dir))) {
        const char *path;
        size_t len = strlen(entry->d_name);
        if (fnmatch(pattern, entry->d_name, FNM_PERIOD | FNM_NOESCAPE) != 0)
            continue;
        if (settings_text_check(entry->d_name, len) < len)
            return err_set(err, STATUS_INVALID, "\"%s\" names a file whose name is not UTF-8 or has control characters",
                           pattern);
        TRY(join(folder, entry->d_name, len, arena, &path, err));
        if (!is_file(path))
            continue;
        *matched = true;
        if (listed(items, before, path))
            continue;
        if (now == most)
            return err_set(err, STATUS_LIMIT, "\"%s\" names too many files, at most %zu are allowed", pattern, most);
        items[now++] = path;
    }
    if (now > before)
        qsort(items + before, now - before, sizeof *items, compare_names);
    *count = now;
    return STATUS_OK;
}

static enum status add_item(const char *item, const char **items, size_t *count, size_t most, struct err *err)
{
    if (listed(items, *count, item))
        return err_set(err, STATUS_INVALID, "\"%s\" is there twice", item);
    if (*count == most)
        return err_set(err, STATUS_LIMIT, "\"%s\" is one too many, at most %zu are allowed", item, most);
    items[(*count)++] = item;
    return STATUS_OK;
}

/* A pattern stands for the files that are there now.  One that matches nothing, or whose folder cannot be read, stays
 * as it is: the run then names it as missing, as it does with a plain path. */
static enum status add_files(const char *value, const char *folder, const char **items, size_t *count, size_t most,
                             struct arena *arena, struct err *err)
{
    const char *slash = strrchr(value, '/'), *name = slash ? slash + 1 : value, *path, *parent;
    if (!*name || strcmp(value, "-") == 0)
        return err_set(err, STATUS_INVALID, "\"%s\" is no file", value);
    if (strcspn(value, "*?") < (size_t)(name - value))
        return err_set(err, STATUS_INVALID, "\"%s\": * and ? stand in a file's name, not in a folder's", value);
    TRY(join(folder, value, strlen(value), arena, &path, err));
    if (!name[strcspn(name, "*?[")] || is_file(path))
        return add_item(path, items, count, most, err);
    TRY(join(folder, value, (size_t)(name - value), arena, &parent, err));
    bool matched = false;
    DIR *dir = opendir(*parent ? parent : ".");
    if (dir) {
        enum status status = add_matching(dir, parent, name, items, count, most, &matched, arena, err);
        closedir(dir);
        TRY(status);
    }
    return matched ? STATUS_OK : add_item(path, items, count, most, err);
}

/* ---- one value -------------------------------------------------------------------------------------------------- */

enum status settings_value_set(const struct settings_key *key, void *object, const char *value, const char *folder,
                               struct arena *arena, struct err *err)
{
    char *base = object;
    void *at = base + key->at;
    size_t *count = (size_t *)(void *)(base + key->count_at); /* of lists only */
    size_t len = strlen(value);
    int64_t number;
    int choice;
    switch (key->kind) {
    case SETTINGS_FOLDER: return join(folder, value, len, arena, at, err);
    case SETTINGS_FILES: return add_files(value, folder, at, count, key->max, arena, err);
    case SETTINGS_IDS: {
        const char *id = NULL;
        if (!is_id(value))
            return not_allowed(key, value, err);
        TRY(copy(value, len, arena, &id, err));
        return add_item(id, at, count, key->max, err);
    }
    case SETTINGS_TEXT:
        if (utf8_count(value, len) < key->min || utf8_count(value, len) > key->max)
            break;
        return copy(value, len, arena, at, err);
    case SETTINGS_CHOICE:
        if (find_choice(key->choices, value, len) < 0)
            break;
        return copy(value, len, arena, at, err);
    case SETTINGS_LANGUAGE:
        choice = find_choice(key->choices, value, len);
        if (choice < 0)
            break;
        *(enum ui_lang *)at = (enum ui_lang)choice;
        return STATUS_OK;
    case SETTINGS_MAIL:
        if (!is_mail(value, key->max))
            break;
        return copy(value, len, arena, at, err);
    case SETTINGS_URL:
    case SETTINGS_URL_ID:
        if (!is_url(value, key->max, key->kind == SETTINGS_URL_ID))
            break;
        if (key->kind == SETTINGS_URL && value[len - 1] == '/')
            len--;
        return copy(value, len, arena, at, err);
    case SETTINGS_NUMBER:
    case SETTINGS_COUNT:
        if (!opts_number(value, key->min, key->max, &number))
            break;
        if (key->kind == SETTINGS_NUMBER)
            *(unsigned *)at = (unsigned)number;
        else
            *(uint64_t *)at = (uint64_t)number;
        return STATUS_OK;
    case SETTINGS_DECIMAL:
        if (!read_decimal(value, key->min, key->max, at))
            break;
        return STATUS_OK;
    }
    return not_allowed(key, value, err);
}
