#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "searchd/web/view.h"

/* Reads in place: a text ends where its closing quote stood, and an escape is shorter than what it says. */
struct reader {
    char *at;
    const char *end; /* a zero byte stands there */
};

static bool read_value(struct reader *r, struct view *view, const char *key, bool item, unsigned depth);

static void skip_blanks(struct reader *r)
{
    while (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')
        r->at++;
}

static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static bool read_hex(const char *at, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        *code = *code << 4 | (uint32_t)digit;
    }
    return true;
}

/* One escape, from its backslash; false when it is none. */
static bool unescape(struct reader *r, char **to)
{
    static const char plain[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    const char *found = r->at[1] ? strchr(plain, r->at[1]) : NULL;
    uint32_t code, low;
    if (found) {
        *(*to)++ = means[found - plain];
        r->at += 2;
        return true;
    }
    if (r->at[1] != 'u' || !read_hex(r->at + 2, &code))
        return false;
    r->at += 6;
    if (code >= 0xD800 && code < 0xDC00 && r->at[0] == '\\' && r->at[1] == 'u' && read_hex(r->at + 2, &low)) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low & 0x3FF);
        r->at += 6;
    }
    *to += utf8_encode(code ? code : 0xFFFD, *to);
    return true;
}

static char *read_text(struct reader *r, size_t *len)
{
    if (!take(r, '"'))
        return NULL;
    char *text = r->at, *to = text;
    while (*r->at != '"') {
        size_t plain = strcspn(r->at, "\"\\");
        if (r->at + plain >= r->end)
            return NULL;
        if (to != r->at)
            memmove(to, r->at, plain);
        to += plain;
        r->at += plain;
        if (*r->at == '\\' && !unescape(r, &to))
            return NULL;
    }
    r->at++;
    *to = '\0';
    *len = (size_t)(to - text);
    return text;
}

static bool read_object(struct reader *r, struct view *view, unsigned depth)
{
    if (!view || depth > VIEW_JSON_DEPTH || !take(r, '{'))
        return false;
    if (take(r, '}'))
        return true;
    do {
        size_t len;
        const char *key = read_text(r, &len);
        if (!key || !take(r, ':') || !read_value(r, view, key, false, depth))
            return false;
    } while (take(r, ','));
    return take(r, '}');
}

static bool read_list(struct reader *r, struct view *view, const char *key, unsigned depth)
{
    if (depth > VIEW_JSON_DEPTH || !take(r, '['))
        return false;
    if (take(r, ']'))
        return true;
    do {
        if (!read_value(r, view, key, true, depth + 1))
            return false;
    } while (take(r, ','));
    return take(r, ']');
}

static bool read_word(struct reader *r, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(r->at, word, len) != 0)
        return false;
    r->at += len;
    return true;
}

static bool read_number(struct reader *r, struct view *view, const char *key, bool item)
{
    size_t len = strspn(r->at, "+-.0123456789eE");
    if (!len)
        return false;
    view_copy(item ? view_item(view, key) : view, item ? "." : key, r->at, len);
    r->at += len;
    return true;
}

static bool read_value(struct reader *r, struct view *view, const char *key, bool item, unsigned depth)
{
    size_t len;
    const char *text;
    skip_blanks(r);
    switch (*r->at) {
    case '{': return read_object(r, item ? view_item(view, key) : view_object(view, key), depth + 1);
    case '[': return !item && read_list(r, view, key, depth); /* no list of ours holds lists */
    case '"':
        text = read_text(r, &len);
        if (text && item)
            view_text_n(view_item(view, key), ".", text, len);
        else if (text)
            view_text_n(view, key, text, len);
        return text != NULL;
    case 't': view_flag(view, key, true); return read_word(r, "true");
    case 'f': view_flag(view, key, false); return read_word(r, "false");
    case 'n': return read_word(r, "null");
    default: return read_number(r, view, key, item);
    }
}

struct view *view_from_json(struct arena *arena, const char *json, size_t len)
{
    struct view *view = view_new(arena);
    char *copy = view ? arena_copy(arena, json, len) : NULL;
    struct reader r = {copy, copy + len};
    if (!copy || memchr(json, '\0', len) || !read_object(&r, view, 0))
        return NULL;
    skip_blanks(&r);
    return r.at == r.end && view_ok(view) ? view : NULL;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

static const struct view_member *get(const struct view *view, const char *key, enum view_type type)
{
    size_t len = strlen(key);
    const struct view_member *member = view ? view_find(view, view_hash(key, len), key, len) : NULL;
    return member && member->type == type ? member : NULL;
}

const char *view_get_text(const struct view *view, const char *key)
{
    const struct view_member *member = get(view, key, VIEW_TEXT);
    return member ? member->is.text : NULL;
}

const struct view *view_get_object(const struct view *view, const char *key)
{
    const struct view_member *member = get(view, key, VIEW_OBJECT);
    return member ? member->is.object : NULL;
}

const struct view_list *view_get_list(const struct view *view, const char *key)
{
    const struct view_member *member = get(view, key, VIEW_LIST);
    return member ? member->is.list : NULL;
}

int view_get_flag(const struct view *view, const char *key)
{
    return get(view, key, VIEW_TRUE) ? 1 : get(view, key, VIEW_FALSE) ? 0 : -1;
}

const char *view_list_text(const struct view_list *list, size_t i)
{
    return list && i < list->count ? view_get_text(list->items[i], ".") : NULL;
}
