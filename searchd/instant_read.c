#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "record.h"
#include "search/members.h"
#include "searchd/instant.h"

/* One request while it is read. */
struct reading {
    struct instant_query *query;
    const json_t *object, *params;
    struct arena *arena;
    size_t number;           /* of the request in the body, from 0 */
    const char *parameter;   /* that is being read, for messages */
    struct clause *clauses;  /* INSTANT_CLAUSES */
    struct condition *conditions; /* INSTANT_CONDITIONS */
    size_t clause_count, condition_count;
    struct err *err;
};

#define REFUSE(r, code, format, ...)                                                                                   \
    err_set((r)->err, code, "requests[%zu].%s: " format, (r)->number, (r)->parameter, __VA_ARGS__)

/* A parameter stands in "params", or beside it where a client spreads it out; null is none. */
static const json_t *get(struct reading *r, enum instant_given given)
{
    const char *name = r->parameter = instant_parameters[given].name;
    const json_t *value = json_object_get(r->params, name);
    if (!value && r->object != r->params)
        value = json_object_get(r->object, name);
    return json_is_null(value) ? NULL : value;
}

static const char *get_text(struct reading *r, enum instant_given given, size_t *len)
{
    const json_t *value = get(r, given);
    *len = json_is_string(value) ? json_string_length(value) : 0;
    return json_is_string(value) ? json_string_value(value) : NULL;
}

/* A number, or a text that is one; `otherwise` when there is none. */
static double get_number(struct reading *r, enum instant_given given, double otherwise)
{
    const json_t *value = get(r, given);
    if (json_is_number(value))
        return json_number_value(value);
    char *end;
    double number = json_is_string(value) ? strtod(json_string_value(value), &end) : otherwise;
    return json_is_string(value) && (*end || end == json_string_value(value) || !isfinite(number)) ? otherwise : number;
}

/* What is more than the table allows is taken as that. */
static unsigned get_count(struct reading *r, enum instant_given given)
{
    unsigned otherwise = (unsigned)instant_parameters[given].usual, most = (unsigned)instant_parameters[given].most;
    double number = get_number(r, given, otherwise);
    return !(number >= 0) ? otherwise : number > most ? most : (unsigned)number;
}

/* Calls fn with each text of an array, or with the one that stands in its place, "a,b" being two. */
static enum status each_text(struct reading *r, enum instant_given given,
                             enum status (*fn)(struct reading *r, const char *text, size_t len))
{
    const json_t *value = get(r, given), *item;
    size_t i;
    if (json_is_string(value)) {
        for (const char *at = json_string_value(value); *at;) {
            size_t len = strcspn(at, ",");
            TRY(fn(r, at, len));
            at += len + (at[len] == ',');
        }
        return STATUS_OK;
    }
    json_array_foreach(value, i, item)
        if (json_is_string(item))
            TRY(fn(r, json_string_value(item), json_string_length(item)));
    return STATUS_OK;
}

/* ---- filters ----------------------------------------------------------------------------------------------------- */

static enum status unknown_attribute(struct reading *r, const char *name, size_t len)
{
    struct buf names = BUF_INIT;
    instant_attribute_names(&names);
    enum status status = REFUSE(r, STATUS_INVALID, "there is no attribute \"%.*s\"; there are: %s",
                                (int)utf8_cut(name, len, 60), name, buf_str(&names));
    buf_release(&names);
    return status;
}

static enum status add_condition(struct reading *r, struct condition condition)
{
    if (r->condition_count == INSTANT_CONDITIONS)
        return REFUSE(r, STATUS_LIMIT, "more than %d conditions in one request", INSTANT_CONDITIONS);
    r->conditions[r->condition_count++] = condition;
    r->clauses[r->clause_count - 1].count++;
    return STATUS_OK;
}

enum { ABOUT_NOTHING = -1, ABOUT_SEVERAL = -2, ABOUT_BOX = -3 };

static enum status open_clause(struct reading *r)
{
    if (r->clause_count == INSTANT_CLAUSES)
        return REFUSE(r, STATUS_LIMIT, "more than %d filters in one request", INSTANT_CLAUSES);
    r->clauses[r->clause_count++] =
        (struct clause){.conditions = r->conditions + r->condition_count, .about = ABOUT_NOTHING};
    return STATUS_OK;
}

/* The clause is about what its conditions are about, the levels of a tree being one thing; ages are three. */
static void note_about(struct reading *r, const struct instant_attribute *attribute)
{
    int *about = &r->clauses[r->clause_count - 1].about;
    int now = attribute->facet == FACET_AGE ? FACET_COUNT + (int)attribute->age : (int)attribute->facet;
    *about = *about == ABOUT_NOTHING || *about == now ? now : ABOUT_SEVERAL;
}

/* "theme:Musiikki", "theme:-Musiikki"; a value that begins with a minus sign is written "\-". */
static enum status read_facet_filter(struct reading *r, const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    size_t name = colon ? (size_t)(colon - text) : len;
    int found = instant_attribute_by_name(text, name);
    if (found < 0)
        return unknown_attribute(r, text, name);
    const struct instant_attribute *attribute = &instant_attributes[found];
    const char *value = text + name + (colon != NULL), *end = text + len;
    struct condition condition = {.kind = CONDITION_VALUE, .facet = attribute->facet};
    if (value < end && *value == '-') {
        condition.opposite = true;
        value++;
    } else if (end - value > 1 && value[0] == '\\' && value[1] == '-') {
        value++;
    }
    note_about(r, attribute);
    if (attribute->facet == FACET_AGE) {
        char *after;
        double age = strtod(value, &after); /* texts of JSON end in a zero byte */
        condition.kind = CONDITION_AGE;
        condition.age = attribute->age;
        condition.least = condition.most = age;
        return after == end && value < end && isfinite(age) ? add_condition(r, condition) : STATUS_OK;
    }
    int entry = instant_find(attribute, value, (size_t)(end - value), r->query->request.lang);
    condition.value = (uint16_t)entry;
    if (entry < 0 && !condition.opposite)
        return STATUS_OK; /* no record has it, so it adds nothing to the clause */
    if (entry < 0) { /* every record lacks it: what holds for all */
        condition = (struct condition){.kind = CONDITION_BOX, .opposite = true, .south = 1, .north = 0};
    }
    return add_condition(r, condition);
}

/* "age_min<=70", "age=70", "age:60 TO 70". */
static enum status read_numeric_filter(struct reading *r, const char *text, size_t len)
{
    size_t name = strcspn(text, "<>=!: "), at = name;
    int found = instant_attribute_by_name(text, name);
    if (found < 0 || instant_attributes[found].facet != FACET_AGE)
        return found < 0 ? unknown_attribute(r, text, name)
                         : REFUSE(r, STATUS_INVALID, "\"%.*s\" is no number; age, age_min and age_max are", (int)name,
                                  text);
    struct condition c = {.kind = CONDITION_AGE, .age = instant_attributes[found].age, .least = -HUGE_VAL,
                          .most = HUGE_VAL};
    note_about(r, &instant_attributes[found]);
    while (text[at] == ' ')
        at++;
    size_t sign = strspn(text + at, "<>=!:");
    const char *signs = text + at;
    char *after;
    double number = strtod(text + at + sign, &after), to = number;
    bool good = sign >= 1 && sign <= 2 && after != text + at + sign && isfinite(number);
    if (good && sign == 1 && *signs == ':') {
        char *second = strncmp(after, " TO ", 4) == 0 ? after + 4 : NULL;
        to = second ? strtod(second, &after) : number;
        good = !second || (after != second && isfinite(to));
        c.least = number;
        c.most = to;
    } else if (good && (strncmp(signs, "=", sign) == 0 || strncmp(signs, "!=", sign) == 0)) {
        c.least = c.most = number;
        c.opposite = *signs == '!';
    } else if (good && (strncmp(signs, "<", sign) == 0 || strncmp(signs, "<=", sign) == 0)) {
        c.most = sign == 1 ? nextafter(number, -HUGE_VAL) : number;
    } else if (good && (strncmp(signs, ">", sign) == 0 || strncmp(signs, ">=", sign) == 0)) {
        c.least = sign == 1 ? nextafter(number, HUGE_VAL) : number;
    } else {
        good = false;
    }
    if (!good || after != text + len)
        return REFUSE(r, STATUS_INVALID, "\"%.*s\" is no filter by a number; like \"age_min<=70\", \"age:60 TO 70\"",
                      (int)utf8_cut(text, len, 60), text);
    return add_condition(r, c);
}

typedef enum status filter_reader(struct reading *r, const char *text, size_t len);

/* An array of what must all hold, of which an inner array holds by any of its own; a text alone is one filter. */
static enum status read_filters(struct reading *r, enum instant_given given, filter_reader *read)
{
    const json_t *value = get(r, given), *item, *inner;
    size_t i, k;
    if (json_is_string(value)) {
        TRY(open_clause(r));
        return read(r, json_string_value(value), json_string_length(value));
    }
    if (value && !json_is_array(value))
        return REFUSE(r, STATUS_INVALID, "%s", "an array of texts, or of arrays of texts, is expected");
    json_array_foreach(value, i, item) {
        if (json_is_array(item) && json_array_size(item) == 0)
            continue;
        TRY(open_clause(r));
        if (json_is_string(item))
            TRY(read(r, json_string_value(item), json_string_length(item)));
        else if (!json_is_array(item))
            return REFUSE(r, STATUS_INVALID, "%s", "an array of texts, or of arrays of texts, is expected");
        json_array_foreach(item, k, inner) {
            if (!json_is_string(inner))
                return REFUSE(r, STATUS_INVALID, "%s", "an array of texts, or of arrays of texts, is expected");
            TRY(read(r, json_string_value(inner), json_string_length(inner)));
        }
    }
    return STATUS_OK;
}

/* Corners of boxes, a latitude and a longitude each; good until one too many comes, or one that is no number. */
struct corners {
    double at[4 * INSTANT_BOXES];
    size_t count;
    bool good;
};

static void add_corner(struct corners *corners, double number)
{
    corners->good &= isfinite(number) && corners->count < 4 * INSTANT_BOXES;
    if (corners->good)
        corners->at[corners->count++] = number;
}

static void add_corners(struct corners *corners, const json_t *list)
{
    const json_t *number;
    size_t i;
    json_array_foreach(list, i, number)
        add_corner(corners, json_is_number(number) ? json_number_value(number) : NAN);
}

static void add_boxes(struct corners *corners, const json_t *list)
{
    const json_t *box;
    size_t i;
    json_array_foreach(list, i, box) {
        corners->good &= json_array_size(box) == 4;
        add_corners(corners, box);
    }
}

static void add_written(struct corners *corners, const char *text)
{
    for (char *after; *text && corners->good; text = after + strspn(after, ", ")) {
        double number = strtod(text, &after);
        add_corner(corners, after == text ? NAN : number);
    }
}

/* "61.1,25.2,62.3,28.4" or [[61.1,25.2,62.3,28.4], …]: two corners, boxes of which any will do. */
static enum status read_boxes(struct reading *r)
{
    const json_t *value = get(r, INSTANT_GIVEN_BOX_FILTERS);
    struct corners corners = {.good = true};
    if (!value)
        return STATUS_OK;
    if (json_is_string(value))
        add_written(&corners, json_string_value(value));
    else if (json_is_number(json_array_get(value, 0)))
        add_corners(&corners, value);
    else
        add_boxes(&corners, value);
    if (!corners.good || corners.count < 4 || corners.count % 4)
        return REFUSE(r, STATUS_INVALID, "each box is four numbers, two corners; at most %d boxes", INSTANT_BOXES);
    TRY(open_clause(r));
    r->clauses[r->clause_count - 1].about = ABOUT_BOX;
    for (const double *c = corners.at; c < corners.at + corners.count; c += 4)
        TRY(add_condition(r, (struct condition){.kind = CONDITION_BOX, .south = fmin(c[0], c[2]),
                                                .north = fmax(c[0], c[2]), .west = fmin(c[1], c[3]),
                                                .east = fmax(c[1], c[3])}));
    return STATUS_OK;
}

/* Filters that a query of ours has as well, the first of each facet, become those: it knows areas that were asked for,
 * and that a weekday and a time belong together.  True when the clause was taken. */
static bool take_clause(struct reading *r, const struct clause *clause)
{
    struct request *request = &r->query->request;
    if (clause->about < 0 || clause->about >= FACET_AGE || clause->count == 0)
        return false;
    enum facet facet = (enum facet)clause->about;
    uint8_t *mask = facet == FACET_WEEKDAY ? &request->weekdays : &request->times;
    bool day = facet >= FACET_LISTED, taken = day ? *mask != 0 : request->selected_count[facet] > 0;
    for (size_t i = 0; i < clause->count; i++)
        taken |= clause->conditions[i].opposite || clause->conditions[i].kind != CONDITION_VALUE;
    uint16_t *list = taken || day ? NULL : arena_array(r->arena, clause->count, sizeof *list);
    if (taken || (!day && !list))
        return false;
    size_t count = 0;
    for (size_t i = 0; i < clause->count; i++) {
        uint16_t value = clause->conditions[i].value;
        if (day) {
            *mask |= (uint8_t)(1u << value);
            continue;
        }
        size_t at = count;
        while (at > 0 && list[at - 1] > value)
            at--;
        if (at > 0 && list[at - 1] == value)
            continue;
        memmove(list + at + 1, list + at, (count++ - at) * sizeof *list);
        list[at] = value;
    }
    if (!day) {
        request->selected[facet] = list;
        request->selected_count[facet] = count;
    }
    return true;
}

static enum status read_all_filters(struct reading *r)
{
    static const enum instant_given refused[] = {INSTANT_GIVEN_FILTERS, INSTANT_GIVEN_POLYGON};
    r->clauses = arena_array(r->arena, INSTANT_CLAUSES, sizeof *r->clauses);
    r->conditions = arena_array(r->arena, INSTANT_CONDITIONS, sizeof *r->conditions);
    if (!r->clauses || !r->conditions)
        return arena_nomem(r->err);
    TRY(read_filters(r, INSTANT_GIVEN_FACET_FILTERS, read_facet_filter));
    TRY(read_filters(r, INSTANT_GIVEN_NUMERIC_FILTERS, read_numeric_filter));
    TRY(read_boxes(r));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const json_t *value = get(r, refused[i]);
        if (value && !(json_is_string(value) && !*json_string_value(value)))
            return REFUSE(r, STATUS_INVALID, "%s",
                          "not done here; facetFilters, numericFilters and insideBoundingBox are");
    }
    struct request *request = &r->query->request;
    size_t kept = 0;
    for (size_t i = 0; i < r->clause_count; i++)
        if (!take_clause(r, &r->clauses[i]))
            r->clauses[kept++] = r->clauses[i];
    request->clauses = r->clauses;
    request->clause_count = kept;
    return STATUS_OK;
}

static enum status read_place(struct reading *r)
{
    struct request *request = &r->query->request;
    size_t len;
    const char *text = get_text(r, INSTANT_GIVEN_PLACE, &len);
    char *after;
    if (!text || !len)
        return STATUS_OK;
    double lat = strtod(text, &after), lon = 0;
    const char *second = after + strspn(after, ", ");
    bool good = after != text && second != after;
    if (good)
        lon = strtod(second, &after);
    if (!good || after == second || *after || !(fabs(lat) <= 90) || !(fabs(lon) <= 180))
        return REFUSE(r, STATUS_INVALID, "%s", "latitude and longitude are expected, \"61.69,27.27\"");
    request->point.given = true;
    request->point.lat = lat;
    request->point.lon = lon;
    double metres = get_number(r, INSTANT_GIVEN_RADIUS, 0); /* "all" is no limit */
    if (metres > 0)
        request->radius_km = fmin(ceil(metres), REQUEST_RADIUS_MOST_KM * 1000.0) / 1000;
    return STATUS_OK;
}

/* ---- what is shown ----------------------------------------------------------------------------------------------- */

static enum status add_facet(struct reading *r, const char *name, size_t len)
{
    int found = instant_attribute_by_name(name, len);
    if (len == 1 && *name == '*')
        r->query->facets = ((uint32_t)1 << instant_attribute_count) - 1;
    else if (found >= 0)
        r->query->facets |= (uint32_t)1 << found;
    return STATUS_OK;
}

static enum status add_member(struct reading *r, const char *name, size_t len)
{
    struct instant_query *query = r->query;
    bool less = len > 0 && *name == '-';
    int member = member_by_name(name + less, len - less);
    bool labels = len - less == 6 && memcmp(name + less, "labels", 6) == 0;
    if (len == 1 && *name == '*') {
        query->request.unshown = 0;
        query->labels = true;
    } else if (labels) {
        query->labels = !less;
    } else if (member >= 0 && less) {
        query->request.unshown |= (uint32_t)1 << member;
    } else if (member >= 0) {
        query->request.unshown &= ~((uint32_t)1 << member);
    }
    return STATUS_OK;
}

static int text_by_name(const char *name, size_t len)
{
    for (int t = 0; t < INSTANT_TEXTS; t++)
        if (strlen(instant_texts[t]) == len && memcmp(instant_texts[t], name, len) == 0)
            return t;
    return -1;
}

static enum status add_highlight(struct reading *r, const char *name, size_t len)
{
    int text = text_by_name(name, len);
    bool all = len == 1 && *name == '*';
    for (int t = 0; t < INSTANT_TEXTS; t++)
        r->query->highlight[t] |= t == text || (all && t != INSTANT_BODY);
    return STATUS_OK;
}

/* "summary:20": that many words. */
static enum status add_snippet(struct reading *r, const char *name, size_t len)
{
    const char *colon = memchr(name, ':', len);
    size_t name_len = colon ? (size_t)(colon - name) : len;
    long words = colon ? strtol(colon + 1, NULL, 10) : INSTANT_SNIPPET_WORDS;
    bool all = name_len == 1 && *name == '*';
    int text = text_by_name(name, name_len);
    if (words < 1)
        return STATUS_OK;
    for (int t = 0; t < INSTANT_TEXTS; t++)
        if (t == text || all)
            r->query->snippet[t] = (unsigned)(words < INSTANT_SNIPPET_WORDS_MOST ? words : INSTANT_SNIPPET_WORDS_MOST);
    return STATUS_OK;
}

static enum status read_tag(struct reading *r, enum instant_given given, const char **tag)
{
    size_t len;
    const char *text = get_text(r, given, &len);
    *tag = text ? text : instant_parameters[given].fallback;
    if (text && len > INSTANT_TAG_BYTES)
        return REFUSE(r, STATUS_LIMIT, "longer than %d bytes", INSTANT_TAG_BYTES);
    return STATUS_OK;
}

/* What only this interface shows, and what only the other does. */
static enum status read_shown(struct reading *r)
{
    struct instant_query *query = r->query;
    query->labels = true;
    const json_t *retrieve = get(r, INSTANT_GIVEN_RETRIEVE), *first = json_array_get(retrieve, 0);
    if (retrieve && !(json_is_string(first) && *json_string_value(first) == '-')) {
        query->request.unshown = ((uint32_t)1 << MEMBERS) - 1;
        query->labels = false;
    }
    TRY(each_text(r, INSTANT_GIVEN_RETRIEVE, add_member));
    query->request.unshown |= (uint32_t)1 << MEMBER_SNIPPET | (uint32_t)1 << MEMBER_WHY;
    TRY(each_text(r, INSTANT_GIVEN_FACETS, add_facet));
    if (!get(r, INSTANT_GIVEN_HIGHLIGHT))
        TRY(add_highlight(r, "*", 1));
    TRY(each_text(r, INSTANT_GIVEN_HIGHLIGHT, add_highlight));
    TRY(each_text(r, INSTANT_GIVEN_SNIPPET, add_snippet));
    TRY(read_tag(r, INSTANT_GIVEN_PRE, &query->pre));
    TRY(read_tag(r, INSTANT_GIVEN_POST, &query->post));
    TRY(read_tag(r, INSTANT_GIVEN_ELLIPSIS, &query->ellipsis));
    size_t len;
    const char *order = get_text(r, INSTANT_GIVEN_ORDER, &len);
    query->values_by_name = order && strcmp(order, "alpha") == 0;
    query->values = get_count(r, INSTANT_GIVEN_MOST_VALUES);
    return STATUS_OK;
}

/* ---- a request --------------------------------------------------------------------------------------------------- */

static int one_of(const char *text, size_t len, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
            return i;
    return -1;
}

/* "opastin", "opastin_sv", "opastin_newest", "opastin_sv_newest". */
static enum status read_index(struct reading *r)
{
    struct request *request = &r->query->request;
    size_t len;
    const char *name = get_text(r, INSTANT_GIVEN_INDEX, &len), *at;
    if (!name)
        return REFUSE(r, STATUS_INVALID, "%s", "a text is expected: opastin");
    bool known = len <= INSTANT_INDEX_BYTES && strncmp(name, "opastin", 7) == 0;
    at = name + (known ? 7 : 0);
    if (known && *at == '_') {
        size_t part = strcspn(at + 1, "_");
        int lang = one_of(at + 1, part, record_langs, UI_LANG_COUNT);
        if (lang >= 0) {
            request->lang = (enum ui_lang)lang;
            at += 1 + part;
        }
    }
    if (known && *at == '_') {
        int sort = one_of(at + 1, strlen(at + 1), instant_sorts, SORT_COUNT);
        if (sort >= 0) {
            request->sort = (enum sort)sort;
            at += strlen(at);
        }
    }
    if (!known || *at)
        return REFUSE(r, STATUS_NOTFOUND, "there is no index \"%.*s\"; there is opastin, with _fi, _sv, _en and then "
                      "_distance, _next, _newest, _name behind it", (int)utf8_cut(name, len, 60), name);
    r->query->index = name;
    return STATUS_OK;
}

static enum status read_text(struct reading *r)
{
    struct request *request = &r->query->request;
    size_t len;
    const char *text = get_text(r, INSTANT_GIVEN_QUERY, &len);
    if (len > REQUEST_QUERY_BYTES)
        return REFUSE(r, STATUS_LIMIT, "%zu bytes long; allowed: %d", len, REQUEST_QUERY_BYTES);
    char *copy = arena_copy(r->arena, text ? text : "", len), *end = copy + len;
    if (!copy)
        return arena_nomem(r->err);
    for (char *at = copy; at < end; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = ' ';
    while (copy < end && *copy == ' ')
        copy++;
    while (end > copy && end[-1] == ' ')
        *--end = '\0';
    request->q = copy;
    request->q_len = (size_t)(end - copy);
    return STATUS_OK;
}

static enum status read_facet_search(struct reading *r)
{
    struct instant_query *query = r->query;
    size_t len, type_len;
    const char *type = get_text(r, INSTANT_GIVEN_TYPE, &type_len), *name = get_text(r, INSTANT_GIVEN_FACET, &len);
    query->facet_search = -1;
    if (!name)
        name = get_text(r, INSTANT_GIVEN_FACET_NAME, &len);
    if (!name && !(type && strcmp(type, "facet") == 0))
        return STATUS_OK;
    r->parameter = instant_parameters[INSTANT_GIVEN_FACET].name;
    if (!name)
        return REFUSE(r, STATUS_INVALID, "%s", "the name of an attribute is expected");
    query->facet_search = instant_attribute_by_name(name, len);
    if (query->facet_search < 0)
        return unknown_attribute(r, name, len);
    if (instant_attributes[query->facet_search].facet == FACET_AGE)
        return REFUSE(r, STATUS_INVALID, "%s is a number: its values cannot be searched", name);
    query->facets = (uint32_t)1 << query->facet_search;
    query->facet_query = get_text(r, INSTANT_GIVEN_FACET_QUERY, &query->facet_query_len);
    if (!query->facet_query)
        query->facet_query = "";
    if (query->facet_query_len > REQUEST_QUERY_BYTES)
        return REFUSE(r, STATUS_LIMIT, "%zu bytes long; allowed: %d", query->facet_query_len, REQUEST_QUERY_BYTES);
    query->facet_hits = get_count(r, INSTANT_GIVEN_FACET_MOST);
    query->request.per_page = 0;
    query->request.page = 1;
    return STATUS_OK;
}

static void settle(struct instant_query *query)
{
    struct request *request = &query->request;
    uint32_t counted = 0;
    for (size_t i = 0; i < instant_attribute_count; i++)
        if (query->facets >> i & 1 && instant_attributes[i].facet != FACET_AGE)
            counted |= (uint32_t)1 << instant_attributes[i].facet;
    request->uncounted = (((uint32_t)1 << FACET_COUNT) - 1) & ~counted;
    if (request->point.given && request->sort == SORT_RELEVANCE && !request->q_len)
        request->sort = SORT_DISTANCE; /* nothing else tells the hits apart */
    if (!request->point.given && request->sort == SORT_DISTANCE) {
        request->sort = SORT_RELEVANCE;
        query->message = "sorting by distance needs aroundLatLng; sorted by relevance";
    }
}

static enum status read_request(struct reading *r)
{
    struct request *request = &r->query->request;
    request->age = request->near = -1;
    r->params = json_object_get(r->object, "params");
    r->parameter = "params";
    if (r->params && !json_is_object(r->params))
        return REFUSE(r, STATUS_INVALID, "%s", "an object is expected");
    if (!r->params)
        r->params = r->object;
    r->query->params = r->params;
    TRY(read_index(r));
    TRY(read_text(r));
    request->page = get_count(r, INSTANT_GIVEN_PAGE) + 1;
    request->per_page = get_count(r, INSTANT_GIVEN_SIZE);
    TRY(read_all_filters(r));
    TRY(read_place(r));
    TRY(read_shown(r));
    TRY(read_facet_search(r));
    settle(r->query);
    return STATUS_OK;
}

/* ---- a body ------------------------------------------------------------------------------------------------------ */

/* Before anything is built of it: what is deep costs stack. */
static bool is_deep(const char *text, size_t len)
{
    int depth = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            for (i++; i < len && text[i] != '"'; i++)
                i += text[i] == '\\';
        else if (text[i] == '{' || text[i] == '[')
            if (++depth > INSTANT_DEPTH)
                return true;
        if (i < len && (text[i] == '}' || text[i] == ']'))
            depth--;
    }
    return false;
}

enum status instant_read(struct instant_body *body, const char *text, size_t len, enum ui_lang lang,
                         struct arena *arena, struct err *err)
{
    json_error_t wrong;
    *body = (struct instant_body){.json = NULL};
    if (len > INSTANT_BODY_BYTES)
        return err_set(err, STATUS_LIMIT, "the body has %zu bytes; allowed: %d", len, INSTANT_BODY_BYTES);
    if (is_deep(text, len))
        return err_set(err, STATUS_LIMIT, "arrays and objects stand in each other deeper than allowed: %d",
                       INSTANT_DEPTH);
    body->json = json_loadb(text, len, 0, &wrong);
    if (!body->json)
        return err_set(err, STATUS_INVALID, "the body is no JSON: line %d, column %d: %s", wrong.line, wrong.column,
                       wrong.text);
    const json_t *requests = json_object_get(body->json, "requests");
    if (!json_is_array(requests) || json_array_size(requests) == 0)
        return err_set(err, STATUS_INVALID, "{\"requests\":[{\"indexName\":\"opastin\",\"params\":{…}}]} is expected");
    if (json_array_size(requests) > INSTANT_REQUESTS)
        return err_set(err, STATUS_LIMIT, "%zu requests in one body; allowed: %d", json_array_size(requests),
                       INSTANT_REQUESTS);
    body->queries = arena_array(arena, json_array_size(requests), sizeof *body->queries);
    if (!body->queries)
        return arena_nomem(err);
    for (; body->count < json_array_size(requests); body->count++) {
        struct instant_query *query = &body->queries[body->count];
        struct reading r = {.query = query, .object = json_array_get(requests, body->count), .arena = arena,
                            .number = body->count, .err = err};
        if (!json_is_object(r.object))
            return err_set(err, STATUS_INVALID, "requests[%zu]: an object is expected", body->count);
        query->request.lang = lang;
        TRY(read_request(&r));
    }
    return STATUS_OK;
}

void instant_body_release(struct instant_body *body)
{
    json_decref(body->json);
    body->json = NULL;
}

bool instant_counts_ages(const struct instant_query *query)
{
    bool ages = false;
    for (size_t i = 0; i < instant_attribute_count; i++)
        ages |= query->facets >> i & 1 && instant_attributes[i].facet == FACET_AGE;
    return ages;
}

/* ---- what can be answered together ------------------------------------------------------------------------------- */

static bool same_condition(const struct condition *a, const struct condition *b)
{
    if (a->kind != b->kind || a->opposite != b->opposite)
        return false;
    if (a->kind == CONDITION_VALUE)
        return a->facet == b->facet && a->value == b->value;
    if (a->kind == CONDITION_AGE)
        return a->age == b->age && a->least == b->least && a->most == b->most;
    return a->south == b->south && a->north == b->north && a->west == b->west && a->east == b->east;
}

/* The clauses about one thing, in their order. */
static bool same_clauses(const struct request *a, const struct request *b, int about)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a->clause_count && a->clauses[i].about != about)
            i++;
        while (k < b->clause_count && b->clauses[k].about != about)
            k++;
        if (i == a->clause_count || k == b->clause_count)
            return i == a->clause_count && k == b->clause_count;
        if (a->clauses[i].count != b->clauses[k].count)
            return false;
        for (size_t c = 0; c < a->clauses[i].count; c++)
            if (!same_condition(&a->clauses[i].conditions[c], &b->clauses[k].conditions[c]))
                return false;
    }
}

static bool same_own(const struct request *a, const struct request *b, int about)
{
    if (about == FACET_WEEKDAY)
        return a->weekdays == b->weekdays;
    if (about == FACET_TIME)
        return a->times == b->times;
    return about < 0 || about >= FACET_LISTED ||
           (a->selected_count[about] == b->selected_count[about] &&
            (!a->selected_count[about] || memcmp(a->selected[about], b->selected[about],
                                                 a->selected_count[about] * sizeof *a->selected[about]) == 0));
}

static bool same_point(const struct request *a, const struct request *b)
{
    return a->point.given == b->point.given && a->point.lat == b->point.lat && a->point.lon == b->point.lon &&
           a->radius_km == b->radius_km;
}

bool instant_together(const struct instant_query *lead, const struct instant_query *other)
{
    const struct request *a = &lead->request, *b = &other->request;
    int different = 0;
    if (b->per_page || a->q_len != b->q_len || memcmp(a->q, b->q, a->q_len) != 0 || !same_point(a, b))
        return false;
    for (int about = ABOUT_BOX; about < FACET_COUNT + (int)AGE_KINDS; about++)
        different += !same_own(a, b, about) || !same_clauses(a, b, about);
    return different <= 1;
}
