#include "searchd/shortlist.h"

#include <string.h>

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Decodes in place what a form or a mail program may have encoded; what cannot be decoded stays and is no id. */
static void decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++, to++) {
        int high = *at == '%' ? hex(at[1]) : -1, low = high >= 0 ? hex(at[2]) : -1;
        int byte = high * 16 + low;
        *to = *at == '+' ? ' ' : *at;
        if (low >= 0 && byte > 0) {
            *to = (char)byte;
            at += 2;
        }
    }
    *to = '\0';
}

static bool is_id(const char *text, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._:-";
    return len && len <= SHORTLIST_ID_BYTES && strspn(text, allowed) == len;
}

bool shortlist_has(const struct shortlist *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->ids[i], id) == 0)
            return true;
    return false;
}

bool shortlist_add(struct shortlist *list, const char *id)
{
    if (shortlist_has(list, id))
        return false;
    if (list->count == SHORTLIST_MOST) {
        list->beyond++;
        return false;
    }
    list->ids[list->count++] = id;
    return true;
}

/* One parameter's value, which is cut into ids in place. */
static void take(struct shortlist *list, char *value)
{
    decode(value);
    for (char *rest = value, *part; (part = strsep(&rest, ","));) {
        part += strspn(part, " ");
        size_t len = strlen(part);
        while (len && part[len - 1] == ' ')
            part[--len] = '\0';
        if (is_id(part, len))
            shortlist_add(list, part);
        else if (*part)
            list->malformed++;
    }
}

enum status shortlist_read(struct shortlist *list, const char *query, const char *name, struct arena *arena,
                           struct err *err)
{
    size_t name_len = strlen(name);
    *list = (struct shortlist){.count = 0};
    for (const char *at = query ? query : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        if (len > name_len + 1 && memcmp(at, name, name_len) == 0 && at[name_len] == '=') {
            char *value = arena_copy(arena, at + name_len + 1, len - name_len - 1);
            if (!value)
                return arena_nomem(err);
            take(list, value);
        }
        at += len;
    }
    return STATUS_OK;
}

const char *shortlist_text(const struct shortlist *list, size_t left_out, const char *more, struct arena *arena)
{
    char *text = arena_alloc(arena, (list->count + 1) * (SHORTLIST_ID_BYTES + 1) + 1), *to = text;
    for (size_t i = 0; text && i <= list->count; i++) {
        const char *id = i == list->count ? more : i == left_out ? NULL : list->ids[i];
        size_t len = id ? strlen(id) : 0;
        if (!len || len > SHORTLIST_ID_BYTES)
            continue;
        if (to > text)
            *to++ = ',';
        to = mempcpy(to, id, len);
    }
    return text ? text : "";
}
