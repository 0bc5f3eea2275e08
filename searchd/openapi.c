#include "searchd/openapi.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "searchd/openapi_make.h"
#include "searchd/problem.h"
#include "searchd/queries.h"
#include "searchd/route.h"

enum { DESCRIPTION_BYTES = 1000 }; /* of a response: a line a problem */

void openapi_put(struct openapi_make *make, json_t *object, const char *key, json_t *value)
{
    make->failed |= json_object_set_new(object, key, value) != 0;
}

void openapi_add(struct openapi_make *make, json_t *list, json_t *value)
{
    make->failed |= json_array_append_new(list, value) != 0;
}

json_t *openapi_ref(const char *kind, const char *name)
{
    return json_pack("{s:s+++}", "$ref", "#/components/", kind, "/", name);
}

static const struct operation *operation_of(const struct route *route)
{
    return route->operation.summary ? &route->operation : NULL;
}

/* ---- parameters -------------------------------------------------------------------------------------------------- */

/* Parts of paths, by their names in the patterns. */
static const struct {
    const char *name, *schema, *example, *help;
} path_parts[] = {
    {"lang", "Language", "fi", "The language of texts."},
    {"id", NULL, "mikkeli-elakkeensaajat-tuolijumppa", "The id of a record, percent-encoded."},
    {"name", "VocabularyName", "weekday", "The name of a vocabulary."},
    {"uuid", NULL, "558921a9-8890-5782-bd53-c97b6fb442dd", "The id that the lists tell, a UUID."},
};

static void add_path_parts(struct openapi_make *make, json_t *components)
{
    for (size_t i = 0; i < sizeof path_parts / sizeof *path_parts; i++) {
        json_t *schema = path_parts[i].schema ? openapi_ref("schemas", path_parts[i].schema)
                                              : json_pack("{s:s,s:i}", "type", "string", "minLength", 1);
        char key[32]; /* a search has a parameter of the name too */
        snprintf(key, sizeof key, "path_%s", path_parts[i].name);
        openapi_put(make, components, key,
                    json_pack("{s:s,s:s,s:b,s:s,s:o,s:s}", "name", path_parts[i].name, "in", "path", "required", 1,
                              "description", path_parts[i].help, "schema", schema, "example", path_parts[i].example));
    }
}

static json_t *query_parameter(struct openapi_make *make, const struct parameter *p, json_t *schema)
{
    json_t *made = json_pack("{s:s,s:s,s:s,s:o}", "name", p->name, "in", "query", "description", p->help, "schema",
                             schema);
    if (p->repeats) {
        openapi_put(make, made, "style", json_string("form"));
        openapi_put(make, made, "explode", json_boolean(p->type != PARAMETER_NAMES));
    }
    if (p->example && p->type == PARAMETER_INTEGER)
        openapi_put(make, made, "example", json_integer(strtol(p->example, NULL, 10)));
    else if (p->example && p->type != PARAMETER_NAMES)
        openapi_put(make, made, "example", p->repeats ? json_pack("[s]", p->example) : json_string(p->example));
    return made;
}

static void add_parameters(struct openapi_make *make, json_t *components)
{
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter *p = &parameters[i];
        openapi_put(make, components, p->name, query_parameter(make, p, openapi_value(make, p)));
    }
    for (size_t i = 0; i < ASKED_COUNT; i++) {
        const struct parameter *p = &query_rows[i].parameter;
        if (!json_object_get(components, query_rows[i].component)) /* else it is that of a search */
            openapi_put(make, components, query_rows[i].component, query_parameter(make, p, openapi_value(make, p)));
    }
    add_path_parts(make, components);
}

static json_t *parameters_of(struct openapi_make *make, const struct route *route)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof path_parts / sizeof *path_parts; i++) {
        char part[32], key[32];
        snprintf(part, sizeof part, "{%s}", path_parts[i].name);
        snprintf(key, sizeof key, "path_%s", path_parts[i].name);
        if (strstr(route->pattern, part))
            openapi_add(make, list, openapi_ref("parameters", key));
    }
    for (size_t i = 0; i < parameter_count; i++)
        if (query_takes(route->operation.query, &parameters[i]))
            openapi_add(make, list, openapi_ref("parameters", parameters[i].name));
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (query_rows[i].queries >> route->operation.query & 1)
            openapi_add(make, list, openapi_ref("parameters", query_rows[i].component));
    return list;
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

/* Headers by name, each of components/headers; ends in NULL. */
static json_t *headers(struct openapi_make *make, ...)
{
    json_t *made = json_object();
    const char *name;
    va_list names;
    va_start(names, make);
    while ((name = va_arg(names, const char *)))
        openapi_put(make, made, name, openapi_ref("headers", name));
    va_end(names);
    return made;
}

/* Of the row's status, from the rows that these origins have. */
static json_t *problem_answer(struct openapi_make *make, int status, unsigned origins)
{
    char text[DESCRIPTION_BYTES] = "";
    size_t len = 0;
    json_t *codes = json_array();
    for (size_t i = 0; i < problem_count; i++) {
        const struct problem_row *row = &problem_rows[i];
        if (row->status != status || !(row->of & origins))
            continue;
        int wrote = snprintf(text + len, sizeof text - len, "%s`%s`: %s%s%s.", len ? "\n\n" : "", row->code, row->when,
                             row->remedy ? "; " : "", row->remedy ? row->remedy : "");
        make->failed |= wrote < 0 || (size_t)wrote >= sizeof text - len;
        len = make->failed ? len : len + (size_t)wrote;
        openapi_add(make, codes, json_string(row->code));
    }
    json_t *schema = openapi_ref("schemas", "Problem");
    openapi_put(make, schema, "properties", json_pack("{s:{s:i},s:{s:o}}", "status", "const", status, "code", "enum",
                                                      codes));
    bool later = status == 429 || status == 503;
    json_t *fields = later           ? headers(make, "X-Request-Id", "Cache-Control", "Retry-After", NULL)
                     : status == 405 ? headers(make, "X-Request-Id", "Cache-Control", "Allow", NULL)
                                     : headers(make, "X-Request-Id", "Cache-Control", NULL);
    return json_pack("{s:s,s:o,s:{s:{s:o}}}", "description", text, "headers", fields, "content",
                     "application/problem+json", "schema", schema);
}

/* Those that any request may meet are components. */
static void add_any_problems(struct openapi_make *make, json_t *responses)
{
    for (size_t i = 0; i < problem_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "Any%d", problem_rows[i].status);
        if (problem_rows[i].of == OF_ANY_REQUEST && !json_object_get(responses, name))
            openapi_put(make, responses, name, problem_answer(make, problem_rows[i].status, OF_ANY_REQUEST));
    }
}

static void add_problems(struct openapi_make *make, const struct operation *operation, json_t *responses)
{
    for (size_t i = 0; i < problem_count; i++) {
        int status = problem_rows[i].status;
        bool own = false, any = false;
        char number[8], name[16];
        for (size_t k = 0; k < problem_count; k++) {
            own |= problem_rows[k].status == status && problem_rows[k].of & operation->problems;
            any |= problem_rows[k].status == status && problem_rows[k].of & OF_ANY_REQUEST;
        }
        snprintf(number, sizeof number, "%d", status);
        snprintf(name, sizeof name, "Any%d", status);
        if ((!own && !any) || json_object_get(responses, number))
            continue;
        openapi_put(make, responses, number, own ? problem_answer(make, status, operation->problems | OF_ANY_REQUEST)
                                                 : openapi_ref("responses", name));
    }
}

/* Without its charset, which is UTF-8 always. */
static json_t *media_type(const char *type)
{
    const char *end = strstr(type, "; charset");
    return json_stringn(type, end ? (size_t)(end - type) : strlen(type));
}

static json_t *good_answer(struct openapi_make *make, const struct operation *operation)
{
    json_t *fields = operation->tagged ? headers(make, "X-Request-Id", "Cache-Control", "ETag", "Vary", NULL)
                                       : headers(make, "X-Request-Id", "Cache-Control", "Vary", NULL);
    json_t *cache = json_pack("{s:s,s:{s:s}}", "description", "How long caches may keep the answer.", "schema", "type",
                              "string");
    openapi_put(make, cache, "example", json_string(operation->cache));
    openapi_put(make, fields, "Cache-Control", cache);
    const json_t *schema = json_object_get(make->schemas, operation->answer);
    json_t *type = media_type(operation->type ? operation->type : "application/json");
    json_t *made = json_pack("{s:O,s:o,s:{s:{s:o}}}", "description", json_object_get(schema, "description"), "headers",
                             fields, "content", json_string_value(type), "schema",
                             openapi_ref("schemas", operation->answer)); /* fails without the schema */
    json_decref(type);
    return made;
}

static json_t *responses_of(struct openapi_make *make, const struct operation *operation)
{
    json_t *made = json_object();
    openapi_put(make, made, "200", good_answer(make, operation));
    if (operation->tagged)
        openapi_put(make, made, "304", openapi_ref("responses", "Unchanged"));
    if (operation->problems & OF_RECORD)
        openapi_put(make, made, "308", openapi_ref("responses", "Merged"));
    add_problems(make, operation, made);
    return made;
}

/* ---- examples ---------------------------------------------------------------------------------------------------- */

static json_t *code_sample(const struct openapi_make *make, const json_t *example)
{
    struct buf line = BUF_INIT;
    char *body = json_dumps(json_object_get(example, "body"), JSON_COMPACT);
    buf_addf(&line, "curl '%s%s'", make->here, json_string_value(json_object_get(example, "request")));
    if (body)
        buf_addf(&line, " -H 'Content-Type: application/json' -d '%s'", body);
    json_t *made = json_pack("{s:s,s:O,s:s}", "lang", "Shell", "label", json_object_get(example, "summary"), "source",
                             buf_str(&line));
    free(body);
    buf_release(&line);
    return made;
}

/* The example's answer goes to its response: an operation's own one, for the others have no place for it. */
static void add_example(struct openapi_make *make, const char *name, size_t i, const json_t *example, json_t *operation)
{
    char status[24], key[96];
    snprintf(status, sizeof status, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(example, "status")));
    snprintf(key, sizeof key, "%.60s-%zu", name, i + 1);
    json_t *content = json_object_get(json_object_get(json_object_get(operation, "responses"), status), "content");
    json_t *media = json_object_iter_value(json_object_iter(content)), *list = json_object_get(media, "examples");
    json_t *answer = json_object_get(example, "answer"); /* NULL: too long, or another each time */
    if (answer && !list)
        openapi_put(make, media, "examples", list = json_object());
    if (answer)
        openapi_put(make, list, key, json_pack("{s:O,s:O}", "summary", json_object_get(example, "summary"), "value",
                                               answer));
    openapi_add(make, json_object_get(operation, "x-codeSamples"), code_sample(make, example));
    json_t *sent = json_object_get(json_object_get(json_object_get(operation, "requestBody"), "content"),
                                   "application/json");
    bool good = strcmp(status, "200") == 0; /* others need not be what the schema says */
    if (sent && !json_object_get(sent, "examples"))
        openapi_put(make, sent, "examples", json_object());
    if (sent && good)
        openapi_put(make, json_object_get(sent, "examples"), key,
                    json_pack("{s:O,s:O}", "summary", json_object_get(example, "summary"), "value",
                              json_object_get(example, "body")));
}

static void add_examples(struct openapi_make *make, const char *name, json_t *operation)
{
    size_t i;
    json_t *example, *list = json_object_get(make->examples, name);
    if (!list)
        return;
    openapi_put(make, operation, "x-codeSamples", json_array());
    json_array_foreach(list, i, example)
        add_example(make, name, i, example, operation);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static json_t *operation_made(struct openapi_make *make, const struct route *route)
{
    const struct operation *operation = &route->operation;
    json_t *made = json_pack("{s:s,s:s,s:s,s:[s],s:o}", "operationId", route->name, "summary", operation->summary,
                             "description", operation->description, "tags",
                             operation->group ? operation->group : "search", "parameters",
                             parameters_of(make, route));
    if (operation->body)
        openapi_put(make, made, "requestBody",
                    json_pack("{s:b,s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema",
                              openapi_ref("schemas", operation->body)));
    openapi_put(make, made, "responses", responses_of(make, operation));
    add_examples(make, route->name, made);
    return made;
}

/* Without the slash at the end that may be left out. */
static json_t *path_of(const struct route *route)
{
    size_t len = strlen(route->pattern);
    return json_stringn(route->pattern, len > 1 && route->pattern[len - 1] == '/' ? len - 1 : len);
}

static void add_paths(struct openapi_make *make)
{
    json_t *paths = json_object();
    for (size_t i = 0; i < route_count; i++) {
        const struct operation *operation = operation_of(&routes[i]);
        json_t *name = operation ? path_of(&routes[i]) : NULL;
        json_t *path = json_object_get(paths, json_string_value(name));
        if (name && !path)
            openapi_put(make, paths, json_string_value(name), path = json_object());
        if (name)
            openapi_put(make, path, operation->body ? "post" : "get", operation_made(make, &routes[i]));
        json_decref(name);
    }
    openapi_put(make, make->root, "paths", paths);
}

static void fill(struct openapi_make *make, const char *public_url)
{
    json_t *components = json_object_get(make->root, "components"), *made = json_object();
    make->schemas = json_object_get(components, "schemas");
    openapi_put(make, make->root, "servers", json_pack("[{s:s}]", "url", public_url ? public_url : "/"));
    openapi_schemas(make);
    openapi_instant(make);
    add_parameters(make, made);
    openapi_put(make, components, "parameters", made);
    add_any_problems(make, json_object_get(components, "responses"));
    add_paths(make);
}

/* Addresses in examples are those of this service. */
static void put_address(const char *text, size_t len, const char *here, struct buf *out)
{
    for (const char *at = text, *end = text + len, *found; at < end; at = found + strlen(OPENAPI_HERE)) {
        found = memmem(at, (size_t)(end - at), OPENAPI_HERE, strlen(OPENAPI_HERE));
        buf_add(out, at, (size_t)((found ? found : end) - at));
        if (!found)
            return;
        buf_adds(out, here);
    }
}

static enum status read_json(const struct assets *assets, const char *name, const char *here, json_t **json,
                             struct err *err)
{
    json_error_t wrong;
    struct buf text = BUF_INIT;
    size_t len;
    const char *bytes = assets_text(assets, name, &len);
    put_address(bytes, len, here, &text);
    *json = json_loadb(buf_str(&text), text.len, JSON_REJECT_DUPLICATES, &wrong);
    buf_release(&text);
    if (!json_is_object(*json))
        return err_set(err, STATUS_SYNTAX, "%s:%d: %s", name, wrong.line, *json ? "not an object" : wrong.text);
    return STATUS_OK;
}

/* A name that is misspelt would be an example that nobody sees. */
static enum status check_examples(const json_t *examples, struct err *err)
{
    const char *name;
    json_t *list;
    json_object_foreach((json_t *)(uintptr_t)examples, name, list) {
        bool known = false;
        for (size_t i = 0; i < route_count; i++)
            known |= operation_of(&routes[i]) && strcmp(routes[i].name, name) == 0;
        if (!known)
            return err_set(err, STATUS_SYNTAX, "openapi_examples.json: no operation is called %s", name);
    }
    return STATUS_OK;
}

static enum status write_down(struct openapi *openapi, struct openapi_make *make, struct err *err)
{
    json_t *page = openapi_page(make);
    openapi->text = make->failed ? NULL : json_dumps(make->root, JSON_COMPACT);
    openapi->page = make->failed ? NULL : json_dumps(page, JSON_COMPACT);
    json_decref(page);
    if (!openapi->text || !openapi->page)
        return err_set(err, STATUS_NOMEM, "the API's document could not be made: its schemas lack components, or there "
                       "is no memory");
    openapi->len = strlen(openapi->text);
    openapi->page_len = strlen(openapi->page);
    snprintf(openapi->tag, sizeof openapi->tag, "%016" PRIx64 "-api",
             (uint64_t)XXH3_64bits(openapi->text, openapi->len));
    return STATUS_OK;
}

enum status openapi_new(struct openapi **result, const struct assets *assets, const char *public_url, struct err *err)
{
    struct openapi_make make = {.here = public_url ? public_url : OPENAPI_HERE};
    struct openapi *openapi = calloc(1, sizeof *openapi);
    if (!openapi)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = read_json(assets, "openapi.json", make.here, &make.root, err);
    if (status == STATUS_OK)
        status = read_json(assets, "openapi_examples.json", make.here, &make.examples, err);
    if (status == STATUS_OK)
        status = check_examples(make.examples, err);
    if (status == STATUS_OK) {
        fill(&make, public_url);
        status = write_down(openapi, &make, err);
    }
    json_decref(make.root);
    json_decref(make.examples);
    if (status != STATUS_OK) {
        openapi_free(openapi);
        return status;
    }
    *result = openapi;
    return STATUS_OK;
}

void openapi_free(struct openapi *openapi)
{
    if (!openapi)
        return;
    free(openapi->text);
    free(openapi->page);
    free(openapi);
}
