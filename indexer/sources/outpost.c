#include "indexer/sources/outpost.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/sources/csv_table.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/import_reader.h"
#include "indexer/sources/import_value.h"

/* ---- cells ------------------------------------------------------------------------------------------------------ */

#define ROW "@outpost"

static json_t *cell(const json_t *row, const char *column)
{
    return json_incref(json_object_get(row, column));
}

/* Yes, no, or not said: "TRUE", "FALSE". */
static enum tristate answer(const json_t *row, const char *column)
{
    const char *text = import_string(row, column);
    bool yes;
    return text && normalise_yes_no(text, strlen(text), &yes) ? (yes ? TRI_YES : TRI_NO) : TRI_UNKNOWN;
}

/* Calls for each value of a cell that is a list. */
static void each_value(const json_t *row, const char *column, void (*take)(json_t *list, json_t *value), json_t *list)
{
    const char *text = import_string(row, column);
    for (size_t at = 0, len; text && text[at]; at += len + (text[at + len] != '\0')) {
        len = strcspn(text + at, ";|");
        size_t begin = at + strspn(text + at, " "), end = at + len;
        while (end > begin && text[end - 1] == ' ')
            end--;
        if (begin < end)
            take(list, json_stringn(text + begin, end - begin));
    }
}

/* ---- rows to an object of HSDS ---------------------------------------------------------------------------------- */

static void add_term(json_t *list, json_t *value)
{
    json_array_append_new(list, json_pack("{s:{s:o}}", "taxonomy_term", "name", value));
}

static void add_access(json_t *list, json_t *value)
{
    json_array_append_new(list, json_pack("{s:o}", "description", value));
}

/* Columns of a row under other names, when it has any of them. */
static json_t *part(const json_t *row, const char *const (*names)[2], size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        import_put(object, names[i][1], cell(row, names[i][0]));
    if (json_object_size(object) > 0)
        return object;
    json_decref(object);
    return NULL;
}
#define PART(row, names) part(row, names, sizeof(names) / sizeof *(names))

static void add_contact(const json_t *row, json_t *service)
{
    static const char *const names[][2] = {
        {"contact_name", "name"}, {"contact_title", "title"}, {"contact_email", "email"}};
    json_t *contact = PART(row, names), *phone = cell(row, "contact_phone");
    if (phone) {
        contact = contact ? contact : json_object();
        json_object_set_new(contact, "phones", json_pack("[{s:o}]", "number", phone));
    }
    if (contact && answer(row, "contact_visible") == TRI_NO)
        json_object_set_new(contact, HSDS_PRIVATE, json_true());
    import_append(import_list(service, "contacts"), contact);
}

/* An address that is not to be shown is not taken; of one that is masked only the town is. */
static void add_location(const json_t *row, json_t *service)
{
    static const char *const names[][2] = {
        {"location_name", "name"}, {"location_latitude", "latitude"}, {"location_longitude", "longitude"}};
    static const char *const address_names[][2] = {
        {"location_address_1", "address_1"}, {"location_city", "city"}, {"location_postcode", "postal_code"}};
    json_t *location = PART(row, names), *address = PART(row, address_names), *access = json_array();
    each_value(row, "location_accessibilities", add_access, access);
    if (answer(row, "mask_exact_address") == TRI_YES) {
        json_object_del(location, "latitude");
        json_object_del(location, "longitude");
        json_object_del(address, "address_1");
    }
    if ((location || address) && answer(row, "location_visible") != TRI_NO) {
        location = location ? location : json_object();
        import_put(location, "addresses", address ? json_pack("[O]", address) : NULL);
        import_put(location, "accessibility", json_incref(access));
        import_append(import_list(service, "service_at_locations"), json_pack("{s:O}", "location", location));
    }
    json_decref(access);
    json_decref(address);
    json_decref(location);
}

static void add_rest(const json_t *row, json_t *service)
{
    static const char *const costs[][2] = {
        {"cost_option", "option"}, {"cost_amount", "amount"}, {"cost_type", "amount_description"}};
    static const char *const hours[][2] = {
        {"schedules_opens_at", "opens_at"}, {"schedules_closes_at", "closes_at"}, {"scheduled_weekday", "byday"}};
    static const char *const links[][2] = {{"links_label", "label"}, {"links_url", "url"}};
    json_t *cost = PART(row, costs), *schedule = PART(row, hours), *link = PART(row, links);
    import_append(import_list(service, "cost_options"), cost);
    import_append(import_list(service, "schedules"), schedule);
    import_append(import_list(service, "additional_urls"), link);
    each_value(row, "service_taxonomies", add_term, import_list(service, "attributes"));
    each_value(row, "suitabilities", add_term, import_list(service, "attributes"));
}

static json_t *service_of(const json_t *row, const json_t *more)
{
    static const char *const names[][2] = {{"import_id", "id"},        {"name", "name"},
                                           {"description", "description"}, {"url", "url"},
                                           {"min_age", "minimum_age"}, {"max_age", "maximum_age"}};
    json_t *service = PART(row, names), *organisation = cell(row, "organisation"), *other;
    const char *id = import_string(row, "import_id");
    size_t i;
    if (!service)
        service = json_object();
    json_object_set_new(service, HSDS_TABLE, json_string("service"));
    import_put(service, HSDS_OUR_ID, id ? import_id("outpost:", id) : NULL);
    import_put(service, "organization", organisation ? json_pack("{s:o}", "name", organisation) : NULL);
    json_object_set_new(service, "status",
                        json_string(answer(row, "temporarily_closed") == TRI_YES ? "temporarily closed" : "active"));
    add_contact(row, service);
    add_location(row, service);
    add_rest(row, service);
    json_array_foreach(more, i, other) {
        add_contact(other, service);
        add_location(other, service);
        add_rest(other, service);
    }
    import_drop_empty(service);
    return service;
}

/* ---- the record ------------------------------------------------------------------------------------------------- */

/* The column that a place of the object came from. */
static const char *shown(struct import_notes *notes, const char *path)
{
    static const char *const columns[][2] = {
        {"location.latitude", "location_latitude"}, {"location.longitude", "location_longitude"},
        {"location.name", "location_name"},         {".address_1", "location_address_1"},
        {".city", "location_city"},                 {".postal_code", "location_postcode"},
        {".accessibility", "location_accessibilities"},
        {".opens_at", "schedules_opens_at"},        {".closes_at", "schedules_closes_at"},
        {".byday", "scheduled_weekday"},            {"cost_options", "cost_amount"},
        {"additional_urls", "links_url"},           {".email", "contact_email"},
        {".number", "contact_phone"},               {"minimum_age", "min_age"},
        {"maximum_age", "max_age"},                 {"organization", "organisation"},
        {"service_at_locations", "location_name"},  {"contacts", "contact_name"},
        {"attributes", "service_taxonomies"}};
    (void)notes;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (strstr(path, columns[i][0]))
            return columns[i][1];
    return path;
}

static bool is_hidden(const json_t *row, struct import_notes *notes)
{
    static const char *const columns[] = {"approved", "visible"};
    for (size_t i = 0; i < 2; i++)
        if (answer(row, columns[i]) == TRI_NO) {
            import_skip(notes, columns[i], json_object_get(row, columns[i]),
                        "says that it is not to be shown: it is left out");
            return true;
        }
    return false;
}

static void put_visible(const json_t *row, struct import_notes *notes, json_t *record)
{
    json_t *from = import_date(notes, "visible_from", json_object_get(row, "visible_from"));
    json_t *to = import_date(notes, "visible_to", json_object_get(row, "visible_to"));
    if (from && to && strcmp(json_string_value(to), json_string_value(from)) < 0) {
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, "visible_to", to, "check both dates"},
                    "is before visible_from; both are left out");
        json_decref(from);
        json_decref(to);
        return;
    }
    import_put(record, "visible_from", from);
    import_put(record, "visible_to", to);
}

static enum status map(const json_t *object, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err)
{
    const json_t *row = json_object_get(object, ROW);
    json_t *service = service_of(row, json_object_get(object, "rows"));
    (void)lookup;
    *record = NULL;
    if (!service)
        return arena_nomem(err);
    notes->shown = shown;
    import_notes_id(notes, import_string(service, HSDS_OUR_ID));
    if (is_hidden(row, notes)) {
        json_decref(service);
        return STATUS_OK;
    }
    enum status status = hsds_format.map(service, NULL, notes, record, err);
    json_decref(service);
    if (status != STATUS_OK || !*record)
        return status;
    put_visible(row, notes, *record);
    if (answer(row, "needs_referral") != TRI_UNKNOWN)
        import_put(*record, "referral",
                   json_pack("{s:b}", "needed", answer(row, "needs_referral") == TRI_YES));
    if (answer(row, "free") == TRI_YES && !json_object_get(json_object_get(*record, "price"), "free"))
        import_put(*record, "price", json_pack("{s:b}", "free", 1));
    return STATUS_OK;
}

static bool recognise(const json_t *object)
{
    return json_is_object(json_object_get(object, ROW));
}

const struct import_format outpost_format = {
    .name = "outpost", .title = "Outpost", .recognise = recognise, .map = map};

/* ---- the file --------------------------------------------------------------------------------------------------- */

#define SET_ADDED "added"
#define SET_SERVICE "service"

struct outpost {
    struct import_lookup *lookup; /* the rows that add to others, by the id of the other; ids of services */
    struct csv_table *table;
};

bool outpost_is(const char *path)
{
    struct csv_table *table;
    if (strcmp(path, "-") == 0 || csv_table_peek(&table, path, NULL) != STATUS_OK)
        return false;
    bool found = csv_table_has(table, "import_id") && csv_table_has(table, "import_id_reference") &&
                 csv_table_has(table, "name");
    csv_table_free(table);
    return found;
}

static void outpost_free(void *state)
{
    struct outpost *outpost = state;
    if (!outpost)
        return;
    csv_table_free(outpost->table);
    import_lookup_free(outpost->lookup);
    free(outpost);
}

/* Broken rows are told when the file is read for its records. */
static enum status gather(struct outpost *outpost, struct err *err)
{
    struct csv_table_item item;
    enum status status;
    while ((status = csv_table_next(outpost->table, &item, err)) == STATUS_OK && item.kind != CSV_TABLE_END) {
        const char *other = import_string(item.row, "import_id_reference"), *id = import_string(item.row, "import_id");
        json_t *mark = other ? NULL : json_object();
        if (item.row && other)
            status = import_lookup_add(outpost->lookup, SET_ADDED, other, item.row, err);
        else if (item.row && id)
            status = mark ? import_lookup_add(outpost->lookup, SET_SERVICE, id, mark, err) : arena_nomem(err);
        json_decref(mark);
        json_decref(item.row);
        if (status != STATUS_OK)
            break;
    }
    return status;
}

static enum status open_table(struct source *source, struct outpost *outpost, struct err *err)
{
    csv_table_free(outpost->table);
    outpost->table = NULL;
    return csv_table_open(&outpost->table, source_path(source), source_shown_path(source), err);
}

static enum status outpost_open(struct source *source, void **state, struct err *err)
{
    struct outpost *outpost = calloc(1, sizeof *outpost);
    char delimiter;
    if (!outpost)
        return err_set(err, STATUS_NOMEM, "out of memory");
    *state = outpost;
    TRY(import_lookup_new(&outpost->lookup, err));
    TRY(open_table(source, outpost, err));
    TRY(gather(outpost, err));
    TRY(open_table(source, outpost, err));
    enum source_encoding encoding = csv_table_encoding(outpost->table, &delimiter);
    source_set_encoding(source, encoding, delimiter);
    return STATUS_OK;
}

/* A service with the rows that add to it. */
static json_t *whole_of(const struct outpost *outpost, json_t *row)
{
    const char *id = import_string(row, "import_id");
    json_t *rows = json_array();
    size_t count = import_lookup_count(outpost->lookup, SET_ADDED, id);
    for (size_t i = 0; i < count; i++)
        import_append(rows, import_lookup_get(outpost->lookup, SET_ADDED, id, i));
    return json_pack("{s:O, s:o}", ROW, row, "rows", rows);
}

static enum status take_row(const struct outpost *outpost, json_t *row, struct arena *arena, struct record *record,
                            struct problems *problems, struct source_item *item, struct err *err)
{
    const char *other = import_string(row, "import_id_reference");
    if (other && import_lookup_count(outpost->lookup, SET_SERVICE, other) == 0) {
        const char *value = arena_copy(arena, other, strlen(other));
        problems_push(problems, "import_id_reference");
        problem_error(problems, PROBLEM_MISSING,
                      &(struct problem_words){.value = value, .mend = "write the import_id of the service"},
                      "is the import_id of no row");
        problems_pop(problems);
        item->kind = SOURCE_REJECTED;
        return value ? STATUS_OK : arena_nomem(err);
    }
    if (other)
        return STATUS_OK;
    json_t *whole = whole_of(outpost, row);
    enum status status = whole ? import_read_object(&outpost_format, NULL, whole, arena, record, problems, item, err)
                               : arena_nomem(err);
    json_decref(whole);
    return status;
}

static enum status outpost_next(struct source *source, void *state, struct arena *arena, struct record *record,
                                struct problems *problems, struct source_item *item, struct err *err)
{
    struct outpost *outpost = state;
    struct csv_table_item found;
    while (item->kind == SOURCE_END) {
        TRY(csv_table_next(outpost->table, &found, err));
        source_set_bytes(source, 0, csv_table_bytes_read(outpost->table));
        if (found.kind == CSV_TABLE_END)
            return STATUS_OK;
        problems_at(problems, source_shown_path(source), found.line);
        item->line = found.line;
        if (found.kind == CSV_TABLE_BROKEN) {
            problem_error(problems, found.code, &(struct problem_words){.mend = found.mend}, "%s", found.what);
            item->kind = SOURCE_REJECTED;
            return STATUS_OK;
        }
        enum status status = take_row(outpost, found.row, arena, record, problems, item, err);
        json_decref(found.row);
        TRY(status);
    }
    return STATUS_OK;
}

const struct source_reader outpost_reader = {SOURCE_IMPORT, outpost_open, outpost_next, outpost_free};
