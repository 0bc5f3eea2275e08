/* The document of the API says something of every path of programs, and nothing that is not there. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"
#include "searchd/instant.h"
#include "searchd/openapi.h"
#include "searchd/problem.h"
#include "searchd/queries.h"
#include "searchd/route.h"
#include "search/parameters.h"
#include "vocab/vocab.h"

static struct assets *assets;
static struct openapi *openapi;
static json_t *document;

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    assert_int_equal(vocab_load(NULL), STATUS_OK);
    assert_int_equal(assets_open(&assets, NULL, NULL), STATUS_OK);
    if (openapi_new(&openapi, assets, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    document = json_loadb(openapi->text, openapi->len, JSON_REJECT_DUPLICATES, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(document);
    openapi_free(openapi);
    assets_free(assets);
    vocab_unload();
    return 0;
}

static const json_t *at(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

static const json_t *operation_of(const struct route *route)
{
    char path[100];
    size_t len = strlen(route->pattern);
    snprintf(path, sizeof path, "%s", route->pattern);
    if (len > 1 && path[len - 1] == '/') /* it may be left out */
        path[len - 1] = '\0';
    return at(at(at(document, "paths"), path), route->operation.body ? "post" : "get");
}

/* All that is no answer for programs: pages in HTML and their files.  A path is added here only when it is one. */
static const char *const of_people[] = {
    "page-api", "page-search", "page-status", "page-list", "page-new", "page-privacy", "page-accessibility",
    "page-help", "page-item", "embed", "page-embed", "page-report", /* pages */
    "embed-fragment", /* a part of a page, for the loader: docs/portals.md */
    "embed-script", "asset", "favicon", "favicon-ico", /* files of pages */
};

static bool is_of_people(const struct route *route)
{
    for (size_t i = 0; i < sizeof of_people / sizeof *of_people; i++)
        if (strcmp(of_people[i], route->name) == 0)
            return true;
    return false;
}

static void every_path_of_programs_is_described(void **state)
{
    (void)state;
    size_t described = 0, left_out = 0;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &routes[i];
        const struct operation *operation = &route->operation;
        bool programs = !is_of_people(route);
        if (programs != (operation->summary != NULL))
            fail_msg("%s: a path needs an operation in the table of route.c, but for pages and their files, which this "
                     "test names; docs/http-api.md says how", route->pattern);
        if (!programs && route->kind < ROUTE_FILE)
            fail_msg("%s: a page or file is answered as one: ROUTE_PAGE, ROUTE_FORM, ROUTE_FILE", route->pattern);
        left_out += !programs;
        if (!programs)
            continue;
        const json_t *made = operation_of(route);
        described++;
        if (!operation->description || !operation->answer || !operation->cache)
            fail_msg("%s: its operation lacks a description, a schema or its Cache-Control", route->pattern);
        if (!at(at(at(document, "components"), "schemas"), operation->answer))
            fail_msg("%s: web/openapi.json has no schema %s", route->pattern, operation->answer);
        if (json_array_size(at(made, "x-codeSamples")) == 0)
            fail_msg("%s: web/openapi_examples.json has no example of %s", route->pattern, route->name);
    }
    assert_int_equal(json_object_size(at(document, "paths")), described);
    assert_int_equal(left_out, sizeof of_people / sizeof *of_people); /* none of them has gone */
}

/* What is read by a table of its own is described by it, and what a search has too is the same in both. */
static void every_parameter_of_other_paths_is_there(void **state)
{
    (void)state;
    const json_t *made = at(at(document, "components"), "parameters");
    for (size_t i = 0; i < ASKED_COUNT; i++) {
        const struct query_row *row = &query_rows[i];
        const json_t *parameter = at(made, row->component);
        assert_non_null(row->parameter.name);
        assert_string_equal(json_string_value(at(parameter, "name")), row->parameter.name);
        assert_string_equal(json_string_value(at(parameter, "description")), row->parameter.help);
        if (row->parameter.fallback && row->parameter.type == PARAMETER_INTEGER)
            assert_int_equal(json_integer_value(at(at(parameter, "schema"), "default")),
                             strtol(row->parameter.fallback, NULL, 10));
        size_t taken = 0;
        for (size_t r = 0; r < route_count; r++)
            taken += routes[r].operation.summary && row->queries >> routes[r].operation.query & 1;
        if (taken == 0)
            fail_msg("no path takes %s", row->component);
    }
}

static void every_parameter_of_instantsearch_is_there(void **state)
{
    (void)state;
    const json_t *schemas = at(at(document, "components"), "schemas");
    for (size_t i = 0; i < INSTANT_GIVEN_COUNT; i++) {
        const struct instant_parameter *p = &instant_parameters[i];
        const char *of = i < INSTANT_GIVEN_BESIDE ? "InstantRequest" : "InstantParams";
        const json_t *member = at(at(at(schemas, of), "properties"), p->name);
        assert_string_equal(json_string_value(at(member, "description")), p->help);
    }
}

static void every_part_of_a_path_is_a_parameter(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        size_t parts = 0, found = 0, k;
        json_t *ref;
        if (!routes[i].operation.summary)
            continue;
        for (const char *brace = routes[i].pattern; (brace = strchr(brace, '{')); brace++)
            parts++;
        json_array_foreach((json_t *)(uintptr_t)at(operation_of(&routes[i]), "parameters"), k, ref) {
            const char *name = strrchr(json_string_value(at(ref, "$ref")), '/') + 1;
            const char *in = json_string_value(at(at(at(at(document, "components"), "parameters"), name), "in"));
            found += strcmp(in, "path") == 0;
        }
        if (found != parts)
            fail_msg("%s: a part in braces is not in path_parts of openapi.c", routes[i].pattern);
    }
}

static void every_parameter_of_a_search_is_there(void **state)
{
    (void)state;
    const json_t *made = at(at(document, "components"), "parameters");
    for (size_t i = 0; i < parameter_count; i++) {
        const json_t *parameter = at(made, parameters[i].name);
        assert_string_equal(json_string_value(at(parameter, "description")), parameters[i].help);
        assert_true(json_is_object(at(parameter, "schema")));
        assert_int_equal(strcmp(json_string_value(at(at(parameter, "schema"), "type")), "array") == 0,
                         parameters[i].repeats);
    }
}

static bool has_row(int status, const char *code)
{
    for (size_t i = 0; i < problem_count; i++)
        if (problem_rows[i].status == status && strcmp(problem_rows[i].code, code) == 0)
            return true;
    return false;
}

static void every_code_of_a_status_is_a_documented_problem(void **state)
{
    static const int statuses[] = {400, 404, 405, 408, 410, 413, 414, 417, 431, 500, 503, 504, 505};
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        assert_true(has_row(statuses[i], problem_code(statuses[i])));
    for (int s = STATUS_OK + 1; s < STATUS_COUNT; s++) {
        /* files that are locked or of another version are never met by a request */
        if (s != STATUS_LOCKED && s != STATUS_VERSION && s != STATUS_SYNTAX)
            if (!has_row(problem_status((enum status)s), status_name((enum status)s)))
                fail_msg("%d %s", problem_status((enum status)s), status_name((enum status)s));
    }
}

static void the_public_address_is_that_of_examples(void **state)
{
    struct openapi *other;
    (void)state;
    assert_int_equal(openapi_new(&other, assets, "https://opastin.example.org", NULL), STATUS_OK);
    assert_non_null(strstr(other->text, "\"servers\":[{\"url\":\"https://opastin.example.org\"}]"));
    assert_non_null(strstr(other->text, "curl 'https://opastin.example.org/api/v1/search"));
    assert_null(strstr(other->text, OPENAPI_HERE));
    assert_string_not_equal(other->tag, openapi->tag);
    openapi_free(other);
}

static void files_that_cannot_be_read_say_which(void **state)
{
    static const struct {
        const char *file, *text, *said;
    } wrong[] = {
        {"openapi.json", "{\"openapi\": }", "openapi.json:1"},
        {"openapi.json", "[]", "not an object"},
        {"openapi_examples.json", "{\"serch\": []}", "serch"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct assets *spoilt;
        struct openapi *none = NULL;
        struct err err = {0};
        char *dir = files_folder(), *path = files_path(dir, wrong[i].file);
        files_write(path, wrong[i].text, strlen(wrong[i].text));
        assert_int_equal(assets_open(&spoilt, dir, &err), STATUS_OK);
        assert_int_equal(openapi_new(&none, spoilt, NULL, &err), STATUS_SYNTAX);
        assert_non_null(strstr(err.message, wrong[i].said));
        assert_null(none);
        assets_free(spoilt);
        files_remove(dir);
        free(path);
        free(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_of_programs_is_described),
        cmocka_unit_test(every_parameter_of_other_paths_is_there),
        cmocka_unit_test(every_parameter_of_instantsearch_is_there),
        cmocka_unit_test(every_part_of_a_path_is_a_parameter),
        cmocka_unit_test(every_parameter_of_a_search_is_there),
        cmocka_unit_test(every_code_of_a_status_is_a_documented_problem),
        cmocka_unit_test(the_public_address_is_that_of_examples),
        cmocka_unit_test(files_that_cannot_be_read_say_which),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
