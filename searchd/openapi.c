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
#include "searchd/route.h"
#include "search/similar.h"

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
    {"id", NULL, "mikkeli-elakkeensaajat-tuolijumppa", "The id of a record, percent-encoded."},
    {"name", "VocabularyName", "weekday", "The name of a vocabulary."},
};

static void add_path_parts(struct openapi_make *make, json_t *components)
{
    for (size_t i = 0; i < sizeof path_parts / sizeof *path_parts; i++) {
        json_t *schema = path_parts[i].schema ? openapi_ref("schemas", path_parts[i].schema)
                                              : json_pack("{s:s,s:i}", "type", "string", "minLength", 1);
        openapi_put(make, components, path_parts[i].name,
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
    struct parameter size = {.name = "per_page", .type = PARAMETER_INTEGER, .example = "1",
                             .help = "How many records."};
    json_t *schema = json_pack("{s:s,s:i,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", SIMILAR_MOST,
                               "default", SIMILAR_DEFAULT);
    openapi_put(make, components, "similar_per_page", query_parameter(make, &size, schema));
    add_path_parts(make, components);
}

static json_t *parameters_of(struct openapi_make *make, const struct route *route)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof path_parts / sizeof *path_parts; i++) {
        char part[32];
        snprintf(part, sizeof part, "{%s}", path_parts[i].name);
        if (strstr(route->pattern, part))
            openapi_add(make, list, openapi_ref("parameters", path_parts[i].name));
    }
    for (size_t i = 0; route->operation.query == QUERY_SEARCH && i < parameter_count; i++)
        openapi_add(make, list, openapi_ref("parameters", parameters[i].name));
    if (route->operation.query == QUERY_SIMILAR) {
        openapi_add(make, list, openapi_ref("parameters", "lang"));
        openapi_add(make, list, openapi_ref("parameters", "similar_per_page"));
    }
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

static json_t *good_answer(struct openapi_make *make, const struct operation *operation)
{
    json_t *fields = operation->tagged ? headers(make, "X-Request-Id", "Cache-Control", "ETag", "Vary", NULL)
                                       : headers(make, "X-Request-Id", "Cache-Control", "Vary", NULL);
    json_t *cache = json_pack("{s:s,s:{s:s}}", "description", "How long caches may keep the answer.", "schema", "type",
                              "string");
    openapi_put(make, cache, "example", json_string(operation->cache));
    openapi_put(make, fields, "Cache-Control", cache);
    const json_t *schema = json_object_get(make->schemas, operation->answer);
    return json_pack("{s:O,s:o,s:{s:{s:o}}}", "description", json_object_get(schema, "description"), "headers", fields,
                     "content", operation->type ? operation->type : "application/json", "schema",
                     openapi_ref("schemas", operation->answer)); /* fails without the schema */
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
                             route->kind == ROUTE_OPERATIONS ? "operations" : "search", "parameters",
                             parameters_of(make, route));
    if (operation->body)
        openapi_put(make, made, "requestBody",
                    json_pack("{s:b,s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema",
                              openapi_ref("schemas", operation->body)));
    openapi_put(make, made, "responses", responses_of(make, operation));
    add_examples(make, route->name, made);
    return made;
}

static void add_paths(struct openapi_make *make)
{
    json_t *paths = json_object();
    for (size_t i = 0; i < route_count; i++) {
        const struct operation *operation = operation_of(&routes[i]);
        json_t *path = operation ? json_object_get(paths, routes[i].pattern) : NULL;
        if (!operation)
            continue;
        if (!path)
            openapi_put(make, paths, routes[i].pattern, path = json_object());
        openapi_put(make, path, operation->body ? "post" : "get", operation_made(make, &routes[i]));
    }
    openapi_put(make, make->root, "paths", paths);
}

static void fill(struct openapi_make *make, const char *public_url)
{
    json_t *components = json_object_get(make->root, "components"), *made = json_object();
    make->schemas = json_object_get(components, "schemas");
    openapi_put(make, make->root, "servers", json_pack("[{s:s}]", "url", public_url ? public_url : "/"));
    openapi_schemas(make);
    add_parameters(make, made);
    openapi_put(make, components, "parameters", made);
    add_any_problems(make, json_object_get(components, "responses"));
    add_paths(make);
}

static enum status read_json(const struct assets *assets, const char *name, json_t **json, struct err *err)
{
    json_error_t wrong;
    size_t len;
    const char *text = assets_text(assets, name, &len);
    *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &wrong);
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
    enum status status = read_json(assets, "openapi.json", &make.root, err);
    if (status == STATUS_OK)
        status = read_json(assets, "openapi_examples.json", &make.examples, err);
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
