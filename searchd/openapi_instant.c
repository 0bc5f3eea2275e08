/* Schemas of what InstantSearch sends, of the tables that it is read by. */
#include <stdio.h>

#include "base/buf.h"
#include "record.h"
#include "searchd/instant.h"
#include "searchd/openapi_make.h"

static const char *attribute(size_t i)
{
    return i < instant_attribute_count ? instant_attributes[i].name : NULL;
}

/* Those that are no numbers, which stand last. */
static const char *listed(size_t i)
{
    return i < instant_attribute_count && instant_attributes[i].facet != FACET_AGE ? instant_attributes[i].name : NULL;
}

static json_t *text(void)
{
    return json_pack("{s:s}", "type", "string");
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:s,s:o}", "type", "array", "items", items);
}

static json_t *either(json_t *one, json_t *other)
{
    return json_pack("{s:[o,o]}", "anyOf", one, other);
}

/* "^opastin(_fi|_sv)?(_name|_newest)?$" */
static json_t *index_name(struct openapi_make *make)
{
    struct buf pattern = BUF_INIT;
    buf_adds(&pattern, "^opastin(");
    for (int l = 0; l < UI_LANG_COUNT; l++)
        buf_addf(&pattern, "%s_%s", l ? "|" : "", record_langs[l]);
    buf_adds(&pattern, ")?(");
    for (int s = 0; s < SORT_COUNT; s++)
        buf_addf(&pattern, "%s_%s", s ? "|" : "", instant_sorts[s]);
    buf_adds(&pattern, ")?$");
    json_t *schema = text();
    openapi_put(make, schema, "pattern", json_string(buf_str(&pattern)));
    buf_release(&pattern);
    return schema;
}

static json_t *boxes(int most)
{
    json_t *box = json_pack("{s:s,s:{s:s},s:i,s:i}", "type", "array", "items", "type", "number", "minItems", 4,
                            "maxItems", 4);
    json_t *several = json_pack("{s:s,s:O,s:i,s:i}", "type", "array", "items", box, "minItems", 1, "maxItems", most);
    return json_pack("{s:[o,o,o]}", "anyOf", several, box, text());
}

static json_t *value_of(struct openapi_make *make, const struct instant_parameter *p)
{
    switch (p->form) {
    case INSTANT_A_TEXT: return json_pack("{s:s,s:i}", "type", "string", "maxLength", p->most);
    case INSTANT_A_COUNT:
        return json_pack("{s:s,s:i,s:i,s:i}", "type", "integer", "minimum", 0, "maximum", p->most, "default", p->usual);
    case INSTANT_AN_INDEX: return index_name(make);
    case INSTANT_A_TYPE: return json_pack("{s:s,s:[s,s]}", "type", "string", "enum", "default", "facet");
    case INSTANT_AN_ATTRIBUTE: return openapi_choice(make, listed);
    case INSTANT_AN_ORDER: return json_pack("{s:s,s:[s,s]}", "type", "string", "enum", "count", "alpha");
    case INSTANT_A_POINT:
        return json_pack("{s:s,s:s}", "type", "string", "pattern", "^-?\\d{1,2}(\\.\\d+)?, ?-?\\d{1,2}(\\.\\d+)?$");
    case INSTANT_A_RADIUS:
        return either(json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", p->most),
                      json_pack("{s:s,s:s}", "type", "string", "const", "all"));
    case INSTANT_NAMES: return either(list_of(text()), text());
    case INSTANT_ALL_OF: return either(list_of(either(text(), list_of(text()))), text());
    case INSTANT_BOX_LIST: return boxes(p->most);
    case INSTANT_REFUSED: return json_pack("{s:s,s:s}", "type", "string", "const", "");
    }
    return NULL;
}

/* What is not known is passed over, so these are open. */
static json_t *object_of(struct openapi_make *make, size_t from, size_t to, const char *help)
{
    json_t *members = json_object();
    for (size_t i = from; i < to; i++) {
        const struct instant_parameter *p = &instant_parameters[i];
        json_t *schema = value_of(make, p);
        openapi_put(make, schema, "description", json_string(p->help));
        if (p->fallback)
            openapi_put(make, schema, "default", json_string(p->fallback));
        openapi_put(make, members, p->name, schema);
    }
    return json_pack("{s:s,s:s,s:o,s:b}", "type", "object", "description", help, "properties", members,
                     "additionalProperties", 1);
}

void openapi_instant(struct openapi_make *make)
{
    json_t *attributes = openapi_choice(make, attribute);
    openapi_put(make, attributes, "description", json_string("What can be filtered by and counted."));
    openapi_put(make, make->schemas, "InstantAttribute", attributes);
    openapi_put(make, make->schemas, "InstantParams",
                object_of(make, INSTANT_GIVEN_BESIDE, INSTANT_GIVEN_COUNT, "What is sought and how it is shown; "
                          "members that are not known are passed over."));
    json_t *one = object_of(make, 0, INSTANT_GIVEN_BESIDE, "One search, for records or among the values of a facet.");
    openapi_put(make, json_object_get(one, "properties"), "params", openapi_ref("schemas", "InstantParams"));
    openapi_put(make, one, "required", json_pack("[s]", instant_parameters[INSTANT_GIVEN_INDEX].name));
    openapi_put(make, make->schemas, "InstantRequest", one);
    json_t *requests = list_of(openapi_ref("schemas", "InstantRequest"));
    openapi_put(make, requests, "minItems", json_integer(1));
    openapi_put(make, requests, "maxItems", json_integer(INSTANT_REQUESTS));
    openapi_put(make, requests, "description", json_string("Answered in this order."));
    openapi_put(make, make->schemas, "InstantBody",
                json_pack("{s:s,s:s,s:{s:o},s:[s],s:b}", "type", "object", "description",
                          "Searches of one click, at most 32 KiB of JSON.", "properties", "requests", requests,
                          "required", "requests", "additionalProperties", 1));
}
_Static_assert(INSTANT_BODY_BYTES == 32 * 1024, "as the description says");
