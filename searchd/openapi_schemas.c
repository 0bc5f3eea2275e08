/* Schemas that the tables give: codes, parameters, and the record by its fields. */
#include <stdio.h>
#include <string.h>

#include "facet.h"
#include "field.h"
#include "searchd/highlight.h"
#include "searchd/labels.h"
#include "searchd/openapi_make.h"
#include "searchd/problem.h"
#include "search/ways.h"

enum { CODES_MOST = 100 }; /* a longer list of codes is left to /api/v1/vocabularies */

json_t *openapi_choice(struct openapi_make *make, const char *(*choice)(size_t i))
{
    json_t *list = json_array(), *schema = json_pack("{s:s}", "type", "string");
    for (size_t i = 0; choice(i); i++)
        openapi_add(make, list, json_string(choice(i)));
    openapi_put(make, schema, "enum", list);
    return schema;
}

/* ---- codes ------------------------------------------------------------------------------------------------------ */

static const char *vocabulary(size_t i)
{
    return i < VOCAB_COUNT ? vocab_id((enum vocab_name)i) : NULL;
}

static const char *kind(size_t i)
{
    return i < vocab_size(VOCAB_KIND) ? vocab_entry(VOCAB_KIND, i)->code : NULL;
}

static const char *facet(size_t i)
{
    return i < FACET_COUNT ? facet_name((enum facet)i) : NULL;
}

static const char *lang(size_t i)
{
    return i < UI_LANG_COUNT ? record_langs[i] : NULL;
}

static const char *way(size_t i)
{
    return i < WAY_KINDS ? way_kind_name((enum way_kind)i) : NULL;
}

static const char *form(size_t i)
{
    return i < MATCH_FORMS ? match_form_name((enum match_form)i) : NULL;
}

static const char *area_type(size_t i)
{
    return i < AREA_TYPE_COUNT ? area_type_name((enum area_type)i) : NULL;
}

static const char *group(size_t i) /* the first is none */
{
    return i + 1 < GROUP_COUNT ? field_group_name((enum field_group)(i + 1)) : NULL;
}

static void add_codes(struct openapi_make *make)
{
    static const struct {
        const char *name, *help;
        const char *(*choice)(size_t i);
    } lists[] = {
        {"VocabularyName", "The vocabularies.", vocabulary}, {"Kind", "What a record is.", kind},
        {"Facet", "The facets.", facet},                     {"Language", "Languages of texts.", lang},
        {"WayKind", "What a way on changes.", way},          {"MatchForm", "How a word was found.", form},
        {"AreaType", "What an area is.", area_type},         {"FieldGroup", "Where a word was found.", group},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_t *schema = openapi_choice(make, lists[i].choice);
        openapi_put(make, schema, "description", json_string(lists[i].help));
        openapi_put(make, make->schemas, lists[i].name, schema);
    }
}

/* Into the schema of problems, which the file has. */
static void add_problem_codes(struct openapi_make *make)
{
    json_t *codes = json_array(), *code = json_pack("{s:s}", "type", "string");
    for (size_t i = 0; i < problem_count; i++) {
        bool known = false;
        for (size_t before = 0; before < i; before++)
            known |= strcmp(problem_rows[before].code, problem_rows[i].code) == 0;
        if (!known)
            openapi_add(make, codes, json_string(problem_rows[i].code));
    }
    openapi_put(make, code, "enum", codes);
    openapi_put(make, code, "description", json_string("Decide by it and the status."));
    openapi_put(make, make->schemas, "ProblemCode", code);
}

/* ---- parameters -------------------------------------------------------------------------------------------------- */

/* A code, or the name of one: the codes are listed, and left open. */
static json_t *code_or_name(struct openapi_make *make, enum vocab_name vocab)
{
    json_t *codes = json_array();
    char help[200];
    for (size_t i = 0; i < vocab_size(vocab); i++)
        openapi_add(make, codes, json_string(vocab_entry(vocab, i)->code));
    snprintf(help, sizeof help, "A code of /api/v1/vocabularies/%s, or a name of it in Finnish, Swedish or English.",
             vocab_id(vocab));
    json_t *schema = json_pack("{s:s,s:s}", "type", "string", "description", help);
    if (vocab_size(vocab) <= CODES_MOST)
        openapi_put(make, schema, "anyOf", json_pack("[{s:O},{s:s}]", "enum", codes, "type", "string"));
    openapi_put(make, schema, "x-vocabulary", json_string(vocab_id(vocab)));
    json_decref(codes);
    return schema;
}

static json_t *number(const struct parameter *p)
{
    bool whole = p->type == PARAMETER_INTEGER;
    return json_pack("{s:s,s:i,s:i}", "type", whole ? "integer" : "number", whole ? "minimum" : "exclusiveMinimum",
                     p->least, "maximum", p->most);
}

static json_t *one_value(struct openapi_make *make, const struct parameter *p)
{
    json_t *schema;
    switch (p->type) {
    case PARAMETER_CODES: return code_or_name(make, facet_vocab((enum facet)p->facet));
    case PARAMETER_INTEGER:
    case PARAMETER_NUMBER: return number(p);
    case PARAMETER_CHOICE:
    case PARAMETER_NAMES: return openapi_choice(make, p->choice);
    case PARAMETER_DATE: return json_pack("{s:s,s:s}", "type", "string", "format", "date");
    case PARAMETER_TEXT: break;
    }
    schema = json_pack("{s:s}", "type", "string");
    if (p->most)
        openapi_put(make, schema, "maxLength", json_integer(p->most));
    return schema;
}

json_t *openapi_value(struct openapi_make *make, const struct parameter *p)
{
    json_t *schema = one_value(make, p);
    if (p->fallback)
        openapi_put(make, schema, "default", p->type == PARAMETER_INTEGER ? json_integer(strtol(p->fallback, NULL, 10))
                                                                          : json_string(p->fallback));
    if (!p->repeats)
        return schema;
    json_t *list = json_pack("{s:s,s:o}", "type", "array", "items", schema);
    if (p->type == PARAMETER_CODES)
        openapi_put(make, list, "maxItems", json_integer(REQUEST_VALUES));
    return list;
}

/* ---- the record -------------------------------------------------------------------------------------------------- */

static json_t *object_of(struct openapi_make *make, const struct field_table *table, const char *prefix);

static json_t *texts_by_language(struct openapi_make *make, json_t *(*of)(struct openapi_make *make,
                                                                          const struct field_table *table),
                                 const struct field_table *table)
{
    json_t *members = json_object();
    for (int l = 0; l < RECORD_LANGS; l++)
        openapi_put(make, members, record_langs[l], of(make, table));
    return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", members, "additionalProperties", 0);
}

static json_t *plain_text(struct openapi_make *make, const struct field_table *table)
{
    (void)make;
    (void)table;
    return json_pack("{s:s}", "type", "string");
}

static json_t *texts_of(struct openapi_make *make, const struct field_table *table)
{
    json_t *members = json_object();
    for (size_t i = 0; i < table->count; i++)
        openapi_put(make, members, table->fields[i].json,
                    json_pack("{s:s,s:s}", "type", "string", "description", table->fields[i].help));
    return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", members, "additionalProperties", 0);
}

/* Finnish alone stands as a text. */
static json_t *localised(struct openapi_make *make)
{
    return json_pack("{s:[{s:s},o]}", "anyOf", "type", "string", texts_by_language(make, plain_text, NULL));
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:s,s:o}", "type", "array", "items", items);
}

static json_t *choice_of(struct openapi_make *make, const char *const *choices)
{
    json_t *names = json_array();
    for (; *choices; choices++)
        openapi_add(make, names, json_string(*choices));
    return json_pack("{s:s,s:o}", "type", "string", "enum", names);
}

static json_t *formatted(const char *format)
{
    return json_pack("{s:s,s:s}", "type", "string", "format", format);
}

static json_t *patterned(const char *pattern)
{
    return json_pack("{s:s,s:s}", "type", "string", "pattern", pattern);
}

static json_t *schema_of(struct openapi_make *make, const struct field *field, const char *prefix)
{
    switch (field->type) {
    case FIELD_STRING:
        return field->form == FORM_URL ? formatted("uri") : json_pack("{s:s}", "type", "string");
    case FIELD_TEXT: return localised(make);
    case FIELD_STRINGS: return list_of(json_pack("{s:s}", "type", "string"));
    case FIELD_TEXTS: return list_of(localised(make));
    case FIELD_CHOICE: return choice_of(make, field->choices);
    case FIELD_CHOICES: return list_of(choice_of(make, field->choices));
    case FIELD_CODE: return patterned("^[0-9]{3}$"); /* a municipality: there is no other field of the type */
    case FIELD_CODES:
        return list_of(json_pack("{s:s,s:s}", "type", "string", "x-vocabulary", vocab_id(field->vocab)));
    case FIELD_AREAS: return list_of(patterned("^[0-9]{2,3}$"));
    case FIELD_INTEGER:
        return json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", (int)field->min, "maximum", (int)field->max);
    case FIELD_NUMBER:
        return json_pack("{s:s,s:f,s:f}", "type", "number", "minimum", field->min, "maximum", field->max);
    case FIELD_BOOL: return json_pack("{s:s}", "type", "boolean");
    case FIELD_DATE: return formatted("date");
    case FIELD_MOMENT: return patterned("^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2})?$");
    case FIELD_CLOCK: return patterned("^\\d{2}:\\d{2}$");
    case FIELD_NTH: return list_of(json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", -1, "maximum", 5));
    case FIELD_DAYS:
        return list_of(json_pack("{s:[o,{s:s,s:{s:o,s:o},s:[s,s],s:b}]}", "anyOf", formatted("date"), "type", "object",
                                 "properties", "from", formatted("date"), "to", formatted("date"), "required", "from",
                                 "to", "additionalProperties", 0));
    case FIELD_OBJECT: return object_of(make, field->sub, prefix);
    case FIELD_OBJECTS: return list_of(object_of(make, field->sub, prefix));
    case FIELD_BY_LANGUAGE: return texts_by_language(make, texts_of, field->sub);
    case FIELD_SHOWN:
    case FIELD_TYPES: break;
    }
    return NULL;
}

/* Objects within the record are schemas of their own: "RecordPlace". */
static json_t *object_of(struct openapi_make *make, const struct field_table *table, const char *prefix)
{
    json_t *members = json_object(), *required = json_array();
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        char name[64];
        if (field->type == FIELD_SHOWN) /* what may not be shown is not there */
            continue;
        snprintf(name, sizeof name, "%s%c%s", prefix, field->json[0] - 'a' + 'A', field->json + 1);
        json_t *schema = schema_of(make, field, name);
        openapi_put(make, schema, "description", json_string(field->help));
        openapi_put(make, members, field->json, schema);
        if (field->flags & FIELD_REQUIRED)
            openapi_add(make, required, json_string(field->json));
    }
    json_t *schema = json_pack("{s:s,s:o,s:b}", "type", "object", "properties", members, "additionalProperties", 0);
    if (json_array_size(required))
        openapi_put(make, schema, "required", required);
    else
        json_decref(required);
    if (table == field_table())
        return schema;
    openapi_put(make, make->schemas, prefix, schema);
    return openapi_ref("schemas", prefix);
}

void openapi_schemas(struct openapi_make *make)
{
    add_codes(make);
    add_problem_codes(make);
    json_t *record = object_of(make, field_table(), "Record");
    openapi_put(make, record, "description",
                json_string("A record as it was indexed, without what its contacts withhold. Which members it has "
                            "depends on its kind and on what its source says."));
    openapi_put(make, make->schemas, "Record", record);
}
