#include "indexer/sources/csv_object.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "normalise.h"

/* ---- putting values ------------------------------------------------------------------------------------------ */

/* The child at a step of a path, made when it is missing; NULL without memory or when something else stands there. */
static json_t *child_of(json_t *parent, const char *key, size_t index, bool list)
{
    json_t *child = key ? json_object_get(parent, key) : json_array_get(parent, index);
    if (child)
        return (list ? json_is_array(child) : json_is_object(child)) ? child : NULL;
    child = list ? json_array() : json_object();
    int failed = key ? json_object_set(parent, key, child) : json_array_append(parent, child);
    json_decref(child); /* the parent holds it */
    return child && !failed ? child : NULL;
}

/* Sets the value at the path; false without memory. */
static bool put_at(json_t *root, char *path, json_t *value)
{
    json_t *parent = root;
    for (;;) {
        size_t len = strcspn(path, ".[");
        char divider = path[len];
        path[len] = '\0';
        if (divider == '\0')
            return json_object_set(parent, path, value) == 0;
        parent = child_of(parent, path, 0, divider == '[');
        path += len + 1;
        if (divider == '[') {
            size_t index = strtoul(path, &path, 10);
            path++; /* the bracket */
            if (!parent || *path == '\0')
                return parent && json_array_append(parent, value) == 0;
            parent = child_of(parent, NULL, index, false);
            path++; /* the full stop */
        }
        if (!parent)
            return false;
    }
}

static void origin_add(struct csv_object *object, const char *path, size_t column)
{
    const char *copy = arena_copy(object->arena, path, strlen(path));
    if (!copy)
        object->nomem = true;
    else if (object->origin_count < CSV_ORIGINS)
        object->origins[object->origin_count++] = (struct csv_origin){copy, column};
}

static void put_path(struct csv_object *object, size_t column, json_t *value, const char *path, va_list args)
{
    char text[CSV_PATH_BYTES];
    int len = vsnprintf(text, sizeof text, path, args);
    if (!value || len < 0 || (size_t)len >= sizeof text) {
        object->nomem = true;
    } else {
        origin_add(object, text, column);
        if (!put_at(object->root, text, value))
            object->nomem = true;
    }
    json_decref(value);
}

void csv_put(struct csv_object *object, size_t column, json_t *value, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    put_path(object, column, value, path, args);
    va_end(args);
}

void csv_put_string(struct csv_object *object, size_t column, const char *text, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    put_path(object, column, json_string(text), path, args);
    va_end(args);
}

/* ---- which column a problem is in ---------------------------------------------------------------------------- */

static bool path_within(const char *path, const char *outer)
{
    size_t len = strlen(outer);
    return strncmp(path, outer, len) == 0 && (path[len] == '\0' || path[len] == '.' || path[len] == '[');
}

/* "place[0].lat" -> "place.lat" */
static void path_plain(const char *path, char plain[CSV_PATH_BYTES])
{
    size_t used = 0;
    for (; *path && used < CSV_PATH_BYTES - 1; path++) {
        if (*path == '[')
            path += strcspn(path, "]");
        else
            plain[used++] = *path;
        if (!*path)
            break;
    }
    plain[used] = '\0';
}

/* The column the value came from; of a value that is missing, the column it would have come from. */
static const char *column_of(const void *context, const char *path)
{
    const struct csv_object *object = context;
    const struct csv_origin *found = NULL;
    char plain[CSV_PATH_BYTES];
    for (size_t i = 0; i < object->origin_count; i++) {
        const struct csv_origin *origin = &object->origins[i];
        if (path_within(path, origin->path) && (!found || strlen(origin->path) > strlen(found->path)))
            found = origin;
    }
    path_plain(path, plain);
    const struct field *field = found ? NULL : field_find_path(plain);
    int column = field && field->sub ? csv_columns_of_path(object->columns, field->sub->fields[0].path) : -1;
    if (column >= 0) /* of a whole object: the column of its first field, such as the name */
        return object->columns->list[column].header;
    for (size_t i = 0; !found && i < object->origin_count; i++)
        if (path_within(object->origins[i].path, path))
            found = &object->origins[i];
    if (found)
        return object->columns->list[found->column].header;
    for (size_t i = 0; i < object->columns->count; i++) {
        const struct csv_column *near = &object->columns->list[i];
        if (near->role == CSV_FIELD && (path_within(near->field->path, plain) || path_within(plain, near->field->path)))
            return near->header;
    }
    return NULL;
}

/* ---- cells --------------------------------------------------------------------------------------------------- */

/* '020', '50100': digits that somebody kept from a spreadsheet with marks of their own. */
static void without_marks(const char **text, size_t *len)
{
    if (*len < 3 || (*text)[0] != '\'' || (*text)[*len - 1] != '\'' || strspn(*text + 1, "0123456789") != *len - 2)
        return;
    (*text)++;
    *len -= 2;
}

static bool value_of_column(struct csv_object *object, int column, struct csv_value *value)
{
    size_t len;
    if (column < 0)
        return false;
    const char *text = csv_cell_text(object->row, (size_t)column, &len);
    if (len == 0 || len > SOURCE_CELL_BYTES || memchr(text, '\0', len) || utf8_check(text, len) < len)
        return false; /* reported by check_cells() */
    without_marks(&text, &len);
    value->text = arena_copy(object->arena, text, len);
    value->len = len;
    value->column = (size_t)column;
    object->nomem = object->nomem || !value->text;
    return value->text != NULL;
}

bool csv_value_of_path(struct csv_object *object, const char *path, struct csv_value *value)
{
    return value_of_column(object, csv_columns_of_path(object->columns, path), value);
}

bool csv_value_of_role(struct csv_object *object, enum csv_role role, struct csv_value *value)
{
    return value_of_column(object, csv_columns_of_role(object->columns, role), value);
}

void csv_report(struct csv_object *object, const struct csv_value *value, enum problem_severity severity,
                enum problem_code code, const char *allowed, const char *mend, const char *what)
{
    const struct csv_column *column = &object->columns->list[value->column];
    struct problem_words words = {.value = value->text, .value_len = value->len, .allowed = allowed, .mend = mend};
    origin_add(object, column->field ? column->field->path : column->header, value->column);
    problems_push(object->problems, column->field ? column->field->path : column->header);
    if (severity == PROBLEM_ERROR)
        problem_error(object->problems, code, &words, "%s", what);
    else
        problem_warning(object->problems, code, &words, "%s", what);
    problems_pop(object->problems);
}

bool csv_item_next(struct csv_object *object, const struct csv_value *cell, const char *dividers, size_t *at,
                   struct csv_value *item)
{
    size_t items = 0;
    for (size_t i = 0; i < *at; i++)
        items += strchr(dividers, cell->text[i]) != NULL;
    while (*at < cell->len) {
        const char *text = cell->text + *at;
        size_t len = strcspn(text, dividers);
        *at += len + (*at + len < cell->len);
        while (len > 0 && strchr(" \t\r\n", *text)) {
            text++;
            len--;
        }
        while (len > 0 && strchr(" \t\r\n", text[len - 1]))
            len--;
        if (len == 0)
            continue;
        if (items >= SOURCE_CELL_ITEMS) {
            csv_report(object, cell, PROBLEM_ERROR, PROBLEM_TOO_BIG, NULL, "keep the most important ones",
                       "is a list of more than 100 values");
            *at = cell->len;
            return false;
        }
        item->text = arena_copy(object->arena, text, len);
        item->len = len;
        item->column = cell->column;
        object->nomem = object->nomem || !item->text;
        return item->text != NULL;
    }
    return false;
}

/* Cells that no reading can start from. */
static void check_cells(struct csv_object *object)
{
    for (size_t i = 0; i < object->columns->count; i++) {
        size_t len;
        const char *text = csv_cell_text(object->row, i, &len);
        struct csv_value value = {text, len, i};
        if (object->columns->list[i].role == CSV_IGNORED || len == 0)
            continue;
        if (len > SOURCE_CELL_BYTES)
            csv_report(object, &value, PROBLEM_ERROR, PROBLEM_TOO_BIG, "at most 100000 bytes", "shorten it",
                       "is too long");
        else if (utf8_check(text, len) < len)
            csv_report(object, &value, PROBLEM_ERROR, PROBLEM_ENCODING, NULL,
                       "save the whole file in one encoding, best as CSV UTF-8",
                       "is not UTF-8 although most of the file is");
        else if (memchr(text, '\0', len))
            csv_report(object, &value, PROBLEM_ERROR, PROBLEM_ENCODING, NULL,
                       "delete it; the file may have been damaged on its way", "holds a NUL character");
    }
}

/* ---- the row ------------------------------------------------------------------------------------------------- */

unsigned csv_row_kind(const struct csv_columns *columns, const struct csv_row *row)
{
    size_t len;
    uint16_t kind;
    int column = csv_columns_of_path(columns, "kind");
    const char *text = column < 0 ? "" : csv_cell_text(row, (size_t)column, &len);
    return column >= 0 && len > 0 && normalise_code(VOCAB_KIND, text, len, &kind) ? kind : RECORD_KINDS;
}

const char *csv_row_id(const struct csv_columns *columns, const struct csv_row *row, struct arena *arena)
{
    size_t len;
    int column = csv_columns_of_path(columns, "id");
    const char *text = column < 0 ? "" : csv_cell_text(row, (size_t)column, &len);
    if (column < 0 || len == 0 || len > 100 || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._:-") < len)
        return NULL;
    return arena_copy(arena, text, len);
}

/* Columns that are read together with others, by functions of their own. */
static bool read_elsewhere(const struct field *field)
{
    static const char *const paths[] = {
        "kind",    "start", "end", "price", "price.free", "signup", "referral", "area", "place.municipality",
        "project", NULL};
    if (strncmp(field->path, "schedule.", 9) == 0)
        return true;
    for (const char *const *path = paths; *path; path++)
        if (strcmp(field->path, *path) == 0)
            return true;
    return false;
}

/* The top-level row of a field. */
static const struct field *top_of(const struct field *field)
{
    return field_find(field_table(), field->path, strcspn(field->path, "."));
}

static void put_column(struct csv_object *object, size_t column)
{
    const struct field *field = object->columns->list[column].field;
    struct csv_value value;
    if (read_elsewhere(field) || !value_of_column(object, (int)column, &value))
        return;
    if (object->kind < RECORD_KINDS && !field_has_kind(top_of(field), object->kind))
        csv_report(object, &value, PROBLEM_WARNING, PROBLEM_OTHER_KIND, NULL, "leave the cell empty",
                   "is left out: a record of this kind has no such field");
    else
        csv_put_cell(object, field, object->columns->list[column].lang, &value, field->path);
}

static void put_kind(struct csv_object *object)
{
    struct csv_value value;
    object->kind = csv_row_kind(object->columns, object->row);
    if (csv_value_of_path(object, "kind", &value))
        csv_put_string(object, value.column, object->kind < RECORD_KINDS ? record_kind_name(object->kind) : value.text,
                       "kind");
}

static size_t list_size(const struct csv_object *object, const char *key)
{
    return json_array_size(json_object_get(object->root, key));
}

static void put_links(struct csv_object *object, enum csv_role role, const char *kind)
{
    struct csv_value cell, item;
    size_t at = 0;
    if (!csv_value_of_role(object, role, &cell))
        return;
    while (csv_item_next(object, &cell, "| \n", &at, &item)) {
        size_t index = list_size(object, "links");
        csv_put_string(object, item.column, kind, "links[%zu].kind", index);
        csv_put_string(object, item.column, item.text, "links[%zu].url", index);
    }
}

static void put_funders(struct csv_object *object)
{
    struct csv_value cell, item;
    size_t at = 0;
    if (!csv_value_of_role(object, CSV_FUNDER, &cell))
        return;
    while (csv_item_next(object, &cell, "|;", &at, &item)) {
        size_t index = list_size(object, "organisation");
        csv_put_string(object, item.column, item.text, "organisation[%zu].name", index);
        csv_put_string(object, item.column, "funder", "organisation[%zu].role", index);
    }
}

/* The project of an experiment is a field of its own; other kinds are related to theirs. */
static void put_project(struct csv_object *object)
{
    struct csv_value value;
    if (!csv_value_of_path(object, "project", &value))
        return;
    if (object->kind == RECORD_EXPERIMENT)
        csv_put_string(object, value.column, value.text, "project");
    else
        csv_put_string(object, value.column, value.text, "related[%zu]", list_size(object, "related"));
}

enum status csv_object_make(struct csv_object *object, struct err *err)
{
    object->kind = RECORD_KINDS;
    object->origin_count = 0;
    object->nomem = false;
    object->root = json_object();
    object->origins = arena_array(object->arena, CSV_ORIGINS, sizeof *object->origins);
    if (!object->root || !object->origins)
        return arena_nomem(err);
    object->problems->column_of = column_of;
    object->problems->column_context = object;
    check_cells(object);
    put_kind(object);
    for (size_t i = 0; i < object->columns->count; i++)
        if (object->columns->list[i].role == CSV_FIELD)
            put_column(object, i);
    put_funders(object);
    put_links(object, CSV_INFO_LINK, "info");
    put_links(object, CSV_BOOKING_LINK, "booking");
    put_project(object);
    csv_put_area(object);
    csv_put_price(object);
    csv_put_signup(object);
    csv_put_referral(object);
    csv_put_times(object);
    return object->nomem ? arena_nomem(err) : STATUS_OK;
}

void csv_object_release(struct csv_object *object)
{
    json_decref(object->root);
    object->root = NULL;
}
