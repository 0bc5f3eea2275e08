#include "indexer/sources/hsds_tables.h"

#include <string.h>

enum { SET_BYTES = 80, DEPTH = 4 };

static const struct hsds_table tables[] = {
    {{"services", "service"}, HSDS_SERVICE, {NULL}},
    {{"organizations", "organization", "organisations"}, HSDS_ORGANIZATION, {"id"}},
    {{"locations", "location"}, HSDS_LOCATION, {"id", "organization_id"}},
    {{"programs", "program"}, HSDS_PROGRAM, {"id"}},
    {{"service_at_locations", "service_at_location"}, HSDS_OTHER, {"service_id"}},
    {{"taxonomy_terms", "taxonomy_term"}, HSDS_OTHER, {"id"}},
    {{"phones", "phone"},
     HSDS_OTHER,
     {"service_id", "organization_id", "location_id", "contact_id", "service_at_location_id"}},
    {{"contacts", "contact"}, HSDS_OTHER, {"service_id", "organization_id", "location_id", "service_at_location_id"}},
    {{"schedules", "schedule"}, HSDS_OTHER, {"service_id", "location_id", "service_at_location_id"}},
    {{"addresses", "address"}, HSDS_OTHER, {"location_id"}},
    {{"accessibility", "accessibilities"}, HSDS_OTHER, {"location_id"}},
    {{"languages", "language"}, HSDS_OTHER, {"service_id", "location_id"}},
    {{"service_areas", "service_area"}, HSDS_OTHER, {"service_id", "service_at_location_id"}},
    {{"cost_options", "cost_option"}, HSDS_OTHER, {"service_id"}},
    {{"funding", "fundings"}, HSDS_OTHER, {"service_id", "organization_id"}},
    {{"required_documents", "required_document"}, HSDS_OTHER, {"service_id"}},
    {{"organization_identifiers", "organization_identifier"}, HSDS_OTHER, {"organization_id"}},
    {{"attributes", "attribute"}, HSDS_OTHER, {"link_id"}},
    {{"capacities", "service_capacity", "service_capacities"}, HSDS_OTHER, {"service_id"}},
    {{"additional_urls", "urls", "url"}, HSDS_OTHER, {"service_id", "organization_id"}},
    {{"taxonomies", "taxonomy"}, HSDS_NONE, {NULL}},
    {{"metadata"}, HSDS_NONE, {NULL}},
    {{"meta_table_descriptions", "meta_table_description"}, HSDS_NONE, {NULL}},
    {{"units", "unit"}, HSDS_NONE, {NULL}},
};

const struct hsds_table *hsds_table_named(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (size_t n = 0; n < HSDS_TABLE_NAMES && tables[i].names[n]; n++)
            if (strlen(tables[i].names[n]) == len && strncmp(tables[i].names[n], name, len) == 0)
                return &tables[i];
    return NULL;
}

/* "schedules.service_id" */
static void set_name(const struct hsds_table *table, const char *key, char set[SET_BYTES])
{
    snprintf(set, SET_BYTES, "%s.%s", table->names[0], key);
}

enum status hsds_table_keep(struct import_lookup *lookup, const struct hsds_table *table, const json_t *row,
                            struct err *err)
{
    char set[SET_BYTES];
    for (size_t i = 0; i < HSDS_TABLE_KEYS && table->keys[i]; i++) {
        const char *id = import_string(row, table->keys[i]);
        set_name(table, table->keys[i], set);
        if (id)
            TRY(import_lookup_add(lookup, set, id, row, err));
        /* what a term's parents mean is asked for by their id alone */
        if (id && strcmp(table->names[0], "taxonomy_terms") == 0)
            TRY(import_lookup_add(lookup, HSDS_SET_TERM, id, row, err));
    }
    return STATUS_OK;
}

/* ---- joining ---------------------------------------------------------------------------------------------------- */

/* What is joined to a row of a table: rows of another that have its id in a column, as a list; or the one row of
 * another whose id stands in a column of ours, as an object. */
static const struct join {
    const char *table, *other, *column, *member;
    bool one;
} joins[] = {
    {"services", "organizations", "organization_id", "organization", true},
    {"services", "programs", "program_id", "program", true},
    {"services", "service_at_locations", "service_id", "service_at_locations", false},
    {"services", "phones", "service_id", "phones", false},
    {"services", "contacts", "service_id", "contacts", false},
    {"services", "schedules", "service_id", "schedules", false},
    {"services", "languages", "service_id", "languages", false},
    {"services", "service_areas", "service_id", "service_areas", false},
    {"services", "cost_options", "service_id", "cost_options", false},
    {"services", "funding", "service_id", "funding", false},
    {"services", "required_documents", "service_id", "required_documents", false},
    {"services", "capacities", "service_id", "capacities", false},
    {"services", "additional_urls", "service_id", "additional_urls", false},
    {"services", "attributes", "link_id", "attributes", false},
    {"organizations", "phones", "organization_id", "phones", false},
    {"organizations", "contacts", "organization_id", "contacts", false},
    {"organizations", "locations", "organization_id", "locations", false},
    {"organizations", "funding", "organization_id", "funding", false},
    {"organizations", "organization_identifiers", "organization_id", "organization_identifiers", false},
    {"organizations", "additional_urls", "organization_id", "additional_websites", false},
    {"organizations", "attributes", "link_id", "attributes", false},
    {"programs", "organizations", "organization_id", "organization", true},
    {"programs", "attributes", "link_id", "attributes", false},
    {"service_at_locations", "locations", "location_id", "location", true},
    {"service_at_locations", "phones", "service_at_location_id", "phones", false},
    {"service_at_locations", "contacts", "service_at_location_id", "contacts", false},
    {"service_at_locations", "schedules", "service_at_location_id", "schedules", false},
    {"service_at_locations", "service_areas", "service_at_location_id", "service_areas", false},
    {"service_at_locations", "attributes", "link_id", "attributes", false},
    {"locations", "organizations", "organization_id", "organization", true},
    {"locations", "addresses", "location_id", "addresses", false},
    {"locations", "accessibility", "location_id", "accessibility", false},
    {"locations", "phones", "location_id", "phones", false},
    {"locations", "contacts", "location_id", "contacts", false},
    {"locations", "schedules", "location_id", "schedules", false},
    {"locations", "languages", "location_id", "languages", false},
    {"locations", "attributes", "link_id", "attributes", false},
    {"contacts", "phones", "contact_id", "phones", false},
    {"accessibility", "attributes", "link_id", "attributes", false},
    {"attributes", "taxonomy_terms", "taxonomy_term_id", "taxonomy_term", true},
};

static json_t *join_row(const struct import_lookup *lookup, const struct hsds_table *table, json_t *row, int depth);

static void join_one(const struct import_lookup *lookup, const struct join *join, json_t *row, int depth)
{
    const struct hsds_table *other = hsds_table_named(join->other, strlen(join->other));
    const char *id = import_string(row, join->column);
    char set[SET_BYTES];
    set_name(other, "id", set);
    json_t *found = id ? import_lookup_get(lookup, set, id, 0) : NULL;
    import_put(row, join->member, found ? join_row(lookup, other, found, depth - 1) : NULL);
}

/* An attribute names the table of what it belongs to: ids are unique in their table alone. */
static bool belongs(const struct join *join, const json_t *row)
{
    const char *entity = import_string(row, "link_entity");
    const struct hsds_table *table = entity ? hsds_table_named(entity, strlen(entity)) : NULL;
    return strcmp(join->column, "link_id") != 0 || !table ||
           table == hsds_table_named(join->table, strlen(join->table));
}

static void join_many(const struct import_lookup *lookup, const struct join *join, json_t *row, int depth)
{
    const struct hsds_table *other = hsds_table_named(join->other, strlen(join->other));
    const char *id = import_string(row, "id");
    char set[SET_BYTES];
    set_name(other, join->column, set);
    json_t *list = json_array();
    size_t count = import_lookup_count(lookup, set, id);
    for (size_t i = 0; i < count && i < HSDS_ITEMS; i++) {
        json_t *found = import_lookup_get(lookup, set, id, i);
        if (found && belongs(join, found))
            import_append(list, join_row(lookup, other, found, depth - 1));
        else
            json_decref(found);
    }
    import_put(row, join->member, list);
}

/* The reference is stolen and given back.  An organization within a service is not asked for its locations, nor a
 * location within an organization for that: what is joined to what goes down, and four steps at most. */
static json_t *join_row(const struct import_lookup *lookup, const struct hsds_table *table, json_t *row, int depth)
{
    for (size_t i = 0; row && depth > 0 && i < sizeof joins / sizeof *joins; i++) {
        const struct join *join = &joins[i];
        bool inner = depth < DEPTH;
        bool back = inner && (strcmp(join->member, "organization") == 0 || strcmp(join->member, "locations") == 0) &&
                    strcmp(table->names[0], "services") != 0;
        if (back || strcmp(join->table, table->names[0]) != 0)
            continue;
        (join->one ? join_one : join_many)(lookup, join, row, depth);
    }
    return row;
}

json_t *hsds_table_join(const struct import_lookup *lookup, const struct hsds_table *table, const json_t *row)
{
    json_t *copy = json_copy((json_t *)row);
    return copy ? join_row(lookup, table, copy, DEPTH) : NULL;
}
