/* What a template shows: a tree of objects, lists, texts and flags, built in the arena of a request.
 *
 * Names and texts are kept as pointers, so they must live as long as the arena; view_format() and view_copy() put
 * theirs into it.  NULL and an empty text add nothing.  A name that an object does not have is looked for in the
 * objects around it, so names within lists should not be those of what is around them; a flag that is off hides them.
 * When memory runs out the tree remembers it and takes nothing more; ask view_ok() once at the end.  Every function
 * takes a NULL view and does nothing, so no caller needs to look at what view_object() and view_item() return. */
#ifndef OPASTIN_SEARCHD_WEB_VIEW_H
#define OPASTIN_SEARCHD_WEB_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#ifdef __cplusplus
extern "C" {
#endif

enum view_type { VIEW_TRUE, VIEW_FALSE, VIEW_TEXT, VIEW_OBJECT, VIEW_LIST };

struct view;

struct view_list {
    struct view **items;
    size_t count, cap;
};

struct view_member {
    uint32_t hash; /* of the key: what a template asks for is compared by it first */
    uint32_t len;  /* of the text */
    enum view_type type;
    const char *key;
    union {
        const char *text;
        struct view *object;
        struct view_list *list;
    } is;
};

struct view_tree {
    struct arena *arena;
    bool failed; /* out of memory */
};

/* An object.  Its members are looked through from the first: objects are small. */
struct view {
    struct view_tree *tree;
    struct view_member *members;
    size_t count, cap;
};

struct view *view_new(struct arena *arena); /* NULL: out of memory */
bool view_ok(const struct view *view);      /* false when any part of the tree is missing; of NULL: false */

void view_flag(struct view *view, const char *key, bool on);
void view_text(struct view *view, const char *key, const char *text);
void view_text_n(struct view *view, const char *key, const char *text, size_t len);
void view_copy(struct view *view, const char *key, const char *text, size_t len);
void view_format(struct view *view, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* An object as a member; a list is made by its first item.  An item that is a plain text is {{.}} in the template. */
struct view *view_object(struct view *view, const char *key);
struct view *view_item(struct view *view, const char *key);
void view_item_text(struct view *view, const char *key, const char *text);

/* An object of JSON as a tree: texts and numbers are texts, true and false are flags, null is nothing.  For what this
 * service has written itself (stored.h): a library's reader took a fourth of the time of a page.  Damaged text gives
 * NULL, as no memory does; deeper than VIEW_JSON_DEPTH is damaged.  The text is copied. */
enum { VIEW_JSON_DEPTH = 16 };
struct view *view_from_json(struct arena *arena, const char *json, size_t len);
/* Members by name, of a tree that was read; NULL, 0 and false when there is none of that type. */
const char *view_get_text(const struct view *view, const char *key);
const struct view *view_get_object(const struct view *view, const char *key);
const struct view_list *view_get_list(const struct view *view, const char *key);
/* 1 true, 0 false, -1 not said. */
int view_get_flag(const struct view *view, const char *key);
/* Of a list of texts; NULL behind its end. */
const char *view_list_text(const struct view_list *list, size_t i);

/* For the templates. */
uint32_t view_hash(const char *key, size_t len);
const struct view_member *view_find(const struct view *view, uint32_t hash, const char *key, size_t len);

#ifdef __cplusplus
}
#endif
#endif
