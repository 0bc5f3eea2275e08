/* What the page of the API shows, made of the finished document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "searchd/openapi_make.h"

enum { NAMES_SHOWN = 40 }; /* of a list of codes; a longer one is in the document */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The last part of "#/components/schemas/Hit". */
static const char *name_of_ref(const json_t *object)
{
    const char *ref = text_of(object, "$ref"), *slash = ref ? strrchr(ref, '/') : NULL;
    return slash ? slash + 1 : NULL;
}

/* What a reference to a component stands for; else itself. */
static json_t *resolved(const struct openapi_make *make, const char *kind, json_t *object)
{
    const char *name = name_of_ref(object);
    json_t *components = json_object_get(make->root, "components");
    return name ? json_object_get(json_object_get(components, kind), name) : object;
}

/* ---- values in words ------------------------------------------------------------------------------------------- */

static void add_number(struct buf *out, const char *before, const json_t *number)
{
    if (!json_is_number(number))
        return;
    buf_adds(out, before);
    buf_add_number(out, json_number_value(number), 6);
}

static void add_type(struct buf *out, const json_t *schema)
{
    const json_t *type = json_object_get(schema, "type"), *items = json_object_get(schema, "items");
    const char *ref = name_of_ref(schema), *format = text_of(schema, "format");
    size_t i;
    json_t *one;
    if (ref) {
        buf_adds(out, ref);
    } else if (items) {
        const char *of = text_of(items, "type");
        bool several = json_object_get(items, "anyOf") != NULL, texts = of && strcmp(of, "string") == 0;
        buf_adds(out, texts ? "list" : several ? "list of (" : "list of ");
        if (!texts)
            add_type(out, items);
        buf_adds(out, several ? ")" : "");
    } else if (json_is_array(type)) {
        json_array_foreach(type, i, one)
            buf_addf(out, "%s%s", i ? " or " : "", json_string_value(one));
    } else if (json_is_string(type)) {
        buf_adds(out, json_string_value(type));
    } else {
        json_array_foreach(json_object_get(schema, "anyOf"), i, one) {
            buf_adds(out, i ? " or " : "");
            add_type(out, one);
        }
    }
    if (format)
        buf_addf(out, " (%s)", format);
    add_number(out, ", from ", json_object_get(schema, "minimum"));
    add_number(out, ", above ", json_object_get(schema, "exclusiveMinimum"));
    add_number(out, " to ", json_object_get(schema, "maximum"));
    add_number(out, ", at most ", json_object_get(schema, "maxLength"));
    if (json_object_get(schema, "maxLength"))
        buf_adds(out, " bytes");
}

static const json_t *items_or_itself(const json_t *schema)
{
    const json_t *items = json_object_get(schema, "items");
    return items ? items : schema;
}

/* One of a few names. */
static void add_values(struct buf *out, const json_t *schema)
{
    const json_t *list = json_object_get(items_or_itself(schema), "enum");
    size_t i;
    json_t *one;
    if (json_array_size(list) > NAMES_SHOWN)
        return;
    json_array_foreach(list, i, one)
        buf_addf(out, "%s%s", i ? ", " : "", json_string_value(one));
}

static void put_buf(struct openapi_make *make, json_t *object, const char *key, struct buf *text)
{
    if (text->len)
        openapi_put(make, object, key, json_stringn(text->data, text->len));
    buf_release(text);
}

static void put_text(struct openapi_make *make, json_t *object, const char *key, const char *text)
{
    if (text && *text)
        openapi_put(make, object, key, json_string(text));
}

/* Markdown's marks of code and of paragraphs are not shown as such. */
static void put_plain(struct openapi_make *make, json_t *object, const char *key, const char *text)
{
    struct buf plain = BUF_INIT;
    for (const char *at = text ? text : ""; *at; at++)
        if (*at != '`' && !(at[0] == '\n' && at[1] == '\n'))
            buf_addc(&plain, *at);
    put_buf(make, object, key, &plain);
}

/* ---- operations ------------------------------------------------------------------------------------------------- */

/* What not giving it means. */
static void put_default(struct openapi_make *make, json_t *row, const char *key, const json_t *schema)
{
    const json_t *usual = json_object_get(schema, "default");
    struct buf fallback = BUF_INIT;
    if (json_is_integer(usual))
        add_number(&fallback, "", usual);
    else if (usual)
        buf_adds(&fallback, json_string_value(usual));
    put_buf(make, row, key, &fallback);
}

static json_t *parameter_row(struct openapi_make *make, json_t *p)
{
    json_t *row = json_object(), *schema = json_object_get(p, "schema");
    struct buf type = BUF_INIT, values = BUF_INIT;
    put_text(make, row, "p_name", text_of(p, "name"));
    put_plain(make, row, "p_text", text_of(p, "description"));
    openapi_put(make, row, "p_path", json_boolean(strcmp(text_of(p, "in"), "path") == 0));
    add_type(&type, schema);
    add_values(&values, resolved(make, "schemas", schema));
    put_text(make, row, "p_codes", text_of(items_or_itself(schema), "x-vocabulary"));
    put_buf(make, row, "p_type", &type);
    put_buf(make, row, "p_values", &values);
    put_default(make, row, "p_default", schema);
    return row;
}

static json_t *answer_row(struct openapi_make *make, const char *status, json_t *answer)
{
    const char *type, *schema = NULL;
    json_t *row = json_pack("{s:s}", "a_status", status), *media;
    answer = resolved(make, "responses", answer);
    put_plain(make, row, "a_text", text_of(answer, "description"));
    json_object_foreach(json_object_get(answer, "content"), type, media) {
        schema = name_of_ref(json_object_get(media, "schema"));
        if (!strstr(type, "json")) /* which is what it is when nothing is said */
            put_text(make, row, "a_type", type);
    }
    put_text(make, row, "a_schema", schema);
    return row;
}

/* What the example answers, from wherever the operation's responses keep it: in the order of the samples. */
static json_t *example_value(json_t *operation, const char *id, size_t i)
{
    const char *status, *type;
    json_t *answer, *media, *found = NULL;
    char key[96];
    snprintf(key, sizeof key, "%.60s-%zu", id, i + 1);
    json_object_foreach(json_object_get(operation, "responses"), status, answer)
        json_object_foreach(json_object_get(answer, "content"), type, media)
            if (json_object_get(json_object_get(media, "examples"), key))
                found = json_object_get(json_object_get(json_object_get(media, "examples"), key), "value");
    return found;
}

static void add_samples(struct openapi_make *make, json_t *operation, json_t *shown)
{
    size_t i;
    json_t *sample, *list = json_array();
    json_array_foreach(json_object_get(operation, "x-codeSamples"), i, sample) {
        json_t *value = example_value(operation, text_of(operation, "operationId"), i);
        char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_INDENT(2));
        json_t *row = json_object();
        put_text(make, row, "e_title", text_of(sample, "label"));
        put_text(make, row, "e_line", text_of(sample, "source"));
        put_text(make, row, "e_answer", text ? text : json_string_value(value));
        free(text);
        openapi_add(make, list, row);
    }
    openapi_put(make, shown, "samples", list);
}

/* The same parameters are listed once: the others lead there. */
static const char *same_as(const json_t *paths, const json_t *operation)
{
    const char *path, *method;
    json_t *item, *other, *mine = json_object_get(operation, "parameters");
    json_object_foreach((json_t *)(uintptr_t)paths, path, item)
        json_object_foreach(item, method, other) {
            if (other == operation)
                return NULL;
            if (json_array_size(mine) > 3 && json_equal(mine, json_object_get(other, "parameters")))
                return text_of(other, "operationId");
        }
    return NULL;
}

static json_t *operation_shown(struct openapi_make *make, const char *path, const char *method, json_t *operation)
{
    json_t *shown = json_object(), *rows = json_array(), *answers = json_array(), *one;
    const char *same = same_as(json_object_get(make->root, "paths"), operation), *status;
    size_t i;
    put_text(make, shown, "op_id", text_of(operation, "operationId"));
    put_text(make, shown, "op_method", strcmp(method, "post") == 0 ? "POST" : "GET");
    put_text(make, shown, "op_path", path);
    put_text(make, shown, "op_title", text_of(operation, "summary"));
    put_plain(make, shown, "op_text", text_of(operation, "description"));
    put_text(make, shown, "op_same", same);
    json_t *body = json_object_get(json_object_get(operation, "requestBody"), "content");
    put_text(make, shown, "op_body", name_of_ref(json_object_get(json_object_get(body, "application/json"), "schema")));
    json_array_foreach(json_object_get(operation, "parameters"), i, one)
        if (!same)
            openapi_add(make, rows, parameter_row(make, resolved(make, "parameters", one)));
    openapi_put(make, shown, "op_any", json_boolean(json_array_size(rows) > 0));
    openapi_put(make, shown, "rows", rows);
    add_samples(make, operation, shown);
    json_object_foreach(json_object_get(operation, "responses"), status, one)
        if (!name_of_ref(one) || strncmp(name_of_ref(one), "Any", 3) != 0)
            openapi_add(make, answers, answer_row(make, status, one));
    openapi_put(make, shown, "answers", answers);
    return shown;
}

/* ---- schemas ---------------------------------------------------------------------------------------------------- */

static bool is_named(const json_t *list, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
        if (strcmp(json_string_value(one), name) == 0)
            return true;
    return false;
}

static void add_members(struct openapi_make *make, const json_t *schema, json_t *rows)
{
    const char *name;
    json_t *member;
    json_object_foreach(json_object_get(schema, "properties"), name, member) {
        json_t *row = json_pack("{s:s}", "m_name", name);
        const char *ref = name_of_ref(items_or_itself(member)), *text = text_of(member, "description");
        struct buf type = BUF_INIT, values = BUF_INIT;
        add_type(&type, member);
        add_values(&values, member);
        put_buf(make, row, "m_type", &type);
        put_buf(make, row, "m_values", &values);
        put_default(make, row, "m_default", member);
        put_text(make, row, "m_schema", ref);
        openapi_put(make, row, "m_always", json_boolean(is_named(json_object_get(schema, "required"), name)));
        put_text(make, row, "m_codes", text_of(items_or_itself(member), "x-vocabulary"));
        put_plain(make, row, "m_text", text ? text : text_of(resolved(make, "schemas", member), "description"));
        openapi_add(make, rows, row);
    }
}

static json_t *schema_shown(struct openapi_make *make, const char *name, json_t *schema)
{
    json_t *shown = json_pack("{s:s}", "s_name", name), *rows = json_array(), *part;
    struct buf values = BUF_INIT;
    size_t i;
    put_plain(make, shown, "s_text", text_of(schema, "description"));
    add_values(&values, schema);
    put_buf(make, shown, "s_values", &values);
    json_array_foreach(json_object_get(schema, "allOf"), i, part)
        if (name_of_ref(part))
            put_text(make, shown, "s_base", name_of_ref(part));
    add_members(make, schema, rows);
    openapi_put(make, shown, "s_any", json_boolean(json_array_size(rows) > 0));
    openapi_put(make, shown, "members", rows);
    return shown;
}

/* The operations that have the tag, in the order of the document. */
static json_t *group_shown(struct openapi_make *make, const json_t *tag)
{
    json_t *shown = json_object(), *operations = json_array(), *item, *one;
    const char *path, *method, *name = text_of(tag, "name");
    put_text(make, shown, "g_id", name);
    put_text(make, shown, "g_title", text_of(tag, "x-displayName"));
    put_plain(make, shown, "g_text", text_of(tag, "description"));
    json_object_foreach(json_object_get(make->root, "paths"), path, item)
        json_object_foreach(item, method, one)
            if (strcmp(json_string_value(json_array_get(json_object_get(one, "tags"), 0)), name) == 0)
                openapi_add(make, operations, operation_shown(make, path, method, one));
    openapi_put(make, shown, "operations", operations);
    return shown;
}

json_t *openapi_page(struct openapi_make *make)
{
    json_t *groups = json_array(), *schemas = json_array(), *any = json_array(), *one;
    const char *name;
    json_t *components = json_object_get(make->root, "components"), *info = json_object_get(make->root, "info");
    size_t i;
    json_array_foreach(json_object_get(make->root, "tags"), i, one)
        openapi_add(make, groups, group_shown(make, one));
    json_object_foreach(json_object_get(components, "responses"), name, one)
        if (strncmp(name, "Any", 3) == 0)
            openapi_add(make, any, answer_row(make, name + 3, one));
    json_object_foreach(make->schemas, name, one)
        openapi_add(make, schemas, schema_shown(make, name, one));
    json_t *page = json_pack("{s:o,s:o,s:o}", "groups", groups, "any_answers", any, "schemas", schemas);
    put_text(make, page, "version", text_of(info, "version"));
    json_t *lines = json_array();
    for (const char *at = text_of(info, "description"); at && *at;) {
        const char *end = strstr(at, "\n\n");
        struct buf plain = BUF_INIT;
        for (; *at && at != end; at++)
            if (*at != '`')
                buf_addc(&plain, *at);
        openapi_add(make, lines, json_stringn(buf_str(&plain), plain.len));
        buf_release(&plain);
        at += end ? 2 : 0;
    }
    openapi_put(make, page, "lead", lines);
    return page;
}
