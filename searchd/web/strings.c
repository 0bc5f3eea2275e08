#include "searchd/web/strings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocab/tsv.h"

enum { PLACE_BYTES = 32 };

struct row {
    const char *key;
    const char *in[UI_LANG_COUNT];
};

struct strings {
    struct arena arena;
    struct row *rows; /* by key */
    size_t count;
};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

/* The next {place} of a text, without its braces. */
static bool next_place(const char **text, const char **name, size_t *len)
{
    const char *open = strchr(*text, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return false;
    *name = open + 1;
    *len = (size_t)(close - open - 1);
    *text = close + 1;
    return true;
}

static bool has_place(const char *text, const char *name, size_t len)
{
    const char *found;
    size_t found_len;
    while (next_place(&text, &found, &found_len))
        if (found_len == len && memcmp(found, name, len) == 0)
            return true;
    return false;
}

/* Every place of one text stands in the other. */
static bool places_in(const char *text, const char *other)
{
    const char *name;
    size_t len;
    while (next_place(&text, &name, &len))
        if (len == 0 || len > PLACE_BYTES || !has_place(other, name, len))
            return false;
    return true;
}

static enum status check_row(const struct tsv *tsv, const struct row *row)
{
    if (!*row->key)
        return tsv_corrupt(tsv, "no key", row->key);
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        if (!*row->in[lang])
            return tsv_corrupt(tsv, "a language is missing", row->key);
        if (!places_in(row->in[0], row->in[lang]) || !places_in(row->in[lang], row->in[0]))
            return tsv_corrupt(tsv, "the languages fill in different things", row->key);
    }
    return STATUS_OK;
}

static enum status read_rows(struct strings *strings, const struct tsv_file *file, struct err *err)
{
    struct tsv tsv;
    TRY(tsv_open(&tsv, file, "key\tfi\tsv\ten", &strings->arena, &strings->count, err));
    if (strings->count > STRINGS_MOST)
        return err_set(err, STATUS_LIMIT, "strings.tsv: more than %d texts", STRINGS_MOST);
    strings->rows = arena_array(&strings->arena, strings->count, sizeof *strings->rows);
    if (!strings->rows)
        return arena_nomem(err);
    for (size_t i = 0; i < strings->count; i++) {
        const char *cells[1 + UI_LANG_COUNT];
        TRY(tsv_row(&tsv, cells, 1 + UI_LANG_COUNT));
        strings->rows[i] = (struct row){cells[0], {cells[1], cells[2], cells[3]}};
        TRY(check_row(&tsv, &strings->rows[i]));
    }
    qsort(strings->rows, strings->count, sizeof *strings->rows, compare_rows);
    for (size_t i = 1; i < strings->count; i++)
        if (compare_rows(&strings->rows[i - 1], &strings->rows[i]) == 0)
            return err_set(err, STATUS_CORRUPT, "strings.tsv: the key \"%s\" stands twice", strings->rows[i].key);
    return STATUS_OK;
}

enum status strings_new(struct strings **result, const char *text, size_t len, struct err *err)
{
    struct tsv_file file = {"strings", text, text + len};
    struct strings *strings = calloc(1, sizeof *strings);
    if (!strings)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = read_rows(strings, &file, err);
    if (status != STATUS_OK) {
        strings_free(strings);
        return status;
    }
    *result = strings;
    return STATUS_OK;
}

void strings_free(struct strings *strings)
{
    if (!strings)
        return;
    arena_release(&strings->arena);
    free(strings);
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

const char *strings_find(const struct strings *strings, enum ui_lang lang, const char *key, size_t len)
{
    size_t low = 0, high = strings->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *there = strings->rows[middle].key;
        int order = strncmp(key, there, len);
        if (order == 0 && !there[len])
            return strings->rows[middle].in[lang];
        if (order > 0)
            low = middle + 1;
        else
            high = middle; /* the key is the beginning of this one, or before it */
    }
    return NULL;
}

const char *strings_get(const struct strings *strings, enum ui_lang lang, const char *key)
{
    const char *text = strings_find(strings, lang, key, strlen(key));
    return text ? text : key;
}

size_t strings_number(enum ui_lang lang, uint64_t n, char out[STRINGS_NUMBER_BYTES])
{
    static const char *const gap[UI_LANG_COUNT] = {"\u00A0", "\u00A0", ","};
    char digits[24]; /* backwards */
    size_t count = 0, at = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    while (count--) {
        out[at++] = digits[count];
        for (const char *from = gap[lang]; count && count % 3 == 0 && *from; from++)
            out[at++] = *from;
    }
    out[at] = '\0';
    return at;
}

struct filling {
    const char *name[STRINGS_FILLED_MOST], *text[STRINGS_FILLED_MOST];
    size_t count;
};

static void read_pairs(struct filling *filling, va_list args)
{
    const char *name;
    while (filling->count < STRINGS_FILLED_MOST && (name = va_arg(args, const char *))) {
        const char *text = va_arg(args, const char *);
        filling->name[filling->count] = name;
        filling->text[filling->count++] = text ? text : "";
    }
}

static const char *text_for(const struct filling *filling, const char *name, size_t len)
{
    for (size_t i = 0; i < filling->count; i++)
        if (strncmp(filling->name[i], name, len) == 0 && !filling->name[i][len])
            return filling->text[i];
    return "";
}

static const char *fill(const char *pattern, const struct filling *filling, struct arena *arena)
{
    const char *at = pattern, *name;
    size_t len, total = strlen(pattern) + 1;
    while (next_place(&at, &name, &len))
        total += strlen(text_for(filling, name, len));
    char *out = arena_alloc(arena, total), *to = out;
    if (!out)
        return "";
    for (at = pattern; next_place(&at, &name, &len); pattern = at) {
        const char *text = text_for(filling, name, len);
        to = mempcpy(to, pattern, (size_t)(name - 1 - pattern));
        to = mempcpy(to, text, strlen(text));
    }
    strcpy(to, pattern); /* the zero of the arena's memory is behind it */
    return out;
}

const char *strings_fill(const struct strings *strings, enum ui_lang lang, struct arena *arena, const char *key, ...)
{
    struct filling filling = {.count = 0};
    va_list args;
    va_start(args, key);
    read_pairs(&filling, args);
    va_end(args);
    return fill(strings_get(strings, lang, key), &filling, arena);
}

const char *strings_count(const struct strings *strings, enum ui_lang lang, struct arena *arena, const char *key,
                          uint64_t n, ...)
{
    char number[STRINGS_NUMBER_BYTES], singular[80];
    struct filling filling = {.name = {"n"}, .text = {number}, .count = 1};
    const char *pattern = NULL;
    va_list args;
    strings_number(lang, n, number);
    va_start(args, n);
    read_pairs(&filling, args);
    va_end(args);
    if (n == 1) {
        snprintf(singular, sizeof singular, "%s.1", key);
        pattern = strings_find(strings, lang, singular, strlen(singular));
    }
    return fill(pattern ? pattern : strings_get(strings, lang, key), &filling, arena);
}
