#include "searchd/web/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { VIEW_MEMBERS_FIRST = 8, VIEW_ITEMS_FIRST = 8, VIEW_FORMATTED_BYTES = 256 };

uint32_t view_hash(const char *key, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash;
}

static void *take(struct view_tree *tree, size_t size)
{
    void *memory = tree->failed ? NULL : arena_alloc(tree->arena, size);
    tree->failed |= !memory;
    return memory;
}

struct view *view_new(struct arena *arena)
{
    struct view_tree *tree = arena_alloc(arena, sizeof *tree);
    struct view *view = tree ? arena_alloc(arena, sizeof *view) : NULL;
    if (!view)
        return NULL;
    tree->arena = arena;
    view->tree = tree;
    return view;
}

bool view_ok(const struct view *view)
{
    return view && !view->tree->failed;
}

/* The arena gives nothing back, so what grows leaves its old place behind: twice the memory at most. */
static bool grow(struct view_tree *tree, void **array, size_t count, size_t *cap, size_t first, size_t size)
{
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : first;
    void *bigger = take(tree, more * size);
    if (!bigger)
        return false;
    if (count)
        memcpy(bigger, *array, count * size);
    *array = bigger;
    *cap = more;
    return true;
}

static struct view_member *add(struct view *view, const char *key, enum view_type type)
{
    if (!view || !grow(view->tree, (void **)&view->members, view->count, &view->cap, VIEW_MEMBERS_FIRST,
                       sizeof *view->members))
        return NULL;
    struct view_member *member = &view->members[view->count++];
    *member = (struct view_member){.hash = view_hash(key, strlen(key)), .type = type, .key = key};
    return member;
}

void view_flag(struct view *view, const char *key, bool on)
{
    add(view, key, on ? VIEW_TRUE : VIEW_FALSE);
}

void view_text_n(struct view *view, const char *key, const char *text, size_t len)
{
    struct view_member *member = text && len && len <= UINT32_MAX ? add(view, key, VIEW_TEXT) : NULL;
    if (!member)
        return;
    member->is.text = text;
    member->len = (uint32_t)len;
}

void view_text(struct view *view, const char *key, const char *text)
{
    view_text_n(view, key, text, text ? strlen(text) : 0);
}

void view_copy(struct view *view, const char *key, const char *text, size_t len)
{
    char *copy = view && text && len ? take(view->tree, len + 1) : NULL; /* zeros: a zero stands behind */
    if (!copy)
        return;
    memcpy(copy, text, len);
    view_text_n(view, key, copy, len);
}

void view_format(struct view *view, const char *key, const char *format, ...)
{
    char text[VIEW_FORMATTED_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len > 0)
        view_copy(view, key, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

static struct view *new_object(struct view_tree *tree)
{
    struct view *object = take(tree, sizeof *object);
    if (object)
        object->tree = tree;
    return object;
}

struct view *view_object(struct view *view, const char *key)
{
    struct view *object = view ? new_object(view->tree) : NULL;
    struct view_member *member = object ? add(view, key, VIEW_OBJECT) : NULL;
    if (!member)
        return NULL;
    member->is.object = object;
    return object;
}

static struct view_list *list_of(struct view *view, const char *key)
{
    const struct view_member *known = view_find(view, view_hash(key, strlen(key)), key, strlen(key));
    if (known)
        return known->type == VIEW_LIST ? known->is.list : NULL;
    struct view_list *list = take(view->tree, sizeof *list);
    struct view_member *member = list ? add(view, key, VIEW_LIST) : NULL;
    if (!member)
        return NULL;
    member->is.list = list;
    return list;
}

struct view *view_item(struct view *view, const char *key)
{
    struct view_list *list = view ? list_of(view, key) : NULL;
    struct view *object = list ? new_object(view->tree) : NULL;
    if (!object || !grow(view->tree, (void **)&list->items, list->count, &list->cap, VIEW_ITEMS_FIRST,
                         sizeof *list->items))
        return NULL;
    list->items[list->count++] = object;
    return object;
}

void view_item_text(struct view *view, const char *key, const char *text)
{
    if (text && *text)
        view_text(view_item(view, key), ".", text);
}

const struct view_member *view_find(const struct view *view, uint32_t hash, const char *key, size_t len)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->members[i].hash == hash && strncmp(view->members[i].key, key, len) == 0 &&
            !view->members[i].key[len])
            return &view->members[i];
    return NULL;
}
