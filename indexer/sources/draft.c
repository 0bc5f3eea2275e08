#include "indexer/sources/draft.h"

#include <string.h>

#include "base/buf.h"

static const char *block_type(const json_t *block)
{
    const char *type = json_string_value(json_object_get(block, "type"));
    return type ? type : "unstyled";
}

static bool list_item(const char *type)
{
    return strcmp(type, "unordered-list-item") == 0 || strcmp(type, "ordered-list-item") == 0;
}

static void write_blocks(const json_t *blocks, struct buf *out)
{
    const json_t *block;
    const char *before = NULL;
    size_t index;
    json_array_foreach(blocks, index, block) {
        const json_t *text = json_object_get(block, "text");
        const char *type = block_type(block);
        if (json_string_length(text) == 0)
            continue;
        if (before)
            buf_adds(out, list_item(type) && strcmp(type, before) == 0 ? "\n" : "\n\n");
        buf_add(out, json_string_value(text), json_string_length(text));
        before = type;
    }
}

/* A new reference to the content that a string holds; NULL when it holds none. */
static json_t *content_of(const json_t *value)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    if (!text || len > DRAFT_BYTES || text[strspn(text, " \t\r\n")] != '{' || !strstr(text, "\"blocks\""))
        return NULL;
    return json_loadb(text, len, 0, NULL);
}

json_t *draft_plain(const json_t *value)
{
    json_t *content = json_is_object(value) ? json_incref((json_t *)value) : content_of(value);
    const json_t *blocks = json_object_get(content, "blocks");
    json_t *plain = NULL;
    if (json_is_array(blocks)) {
        struct buf text = BUF_INIT;
        write_blocks(blocks, &text);
        if (!text.failed)
            plain = json_stringn(buf_str(&text), text.len);
        buf_release(&text);
    } else {
        plain = json_incref((json_t *)value);
    }
    json_decref(content);
    return plain;
}
