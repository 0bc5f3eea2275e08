#include "indexer/sources/import_area.h"

#include <string.h>

#include "indexer/sources/import_value.h"

struct area_set area_set_new(struct import_notes *notes)
{
    struct area_set set = {.has = arena_alloc(notes->arena, vocab_size(VOCAB_AREA))};
    notes->failed = notes->failed || !set.has;
    return set;
}

void area_set_add(struct area_set *set, size_t ordinal)
{
    if (!set->has)
        return;
    set->has[ordinal] = 1;
    set->types[area_at(ordinal)->type] = true;
}

/* One record has areas of one scope: when there are several, all become municipalities. */
static void to_municipalities(struct area_set *set)
{
    size_t kinds = 0, count;
    for (int type = 0; type < AREA_TYPE_COUNT; type++)
        kinds += set->types[type];
    for (size_t i = 0; kinds > 1 && i < vocab_size(VOCAB_AREA); i++) {
        if (!set->has[i] || area_at(i)->type == AREA_MUNICIPALITY)
            continue;
        const uint16_t *members = area_members(i, &count);
        for (size_t m = 0; m < count; m++)
            set->has[members[m]] = 1;
        set->has[i] = 0;
    }
    if (kinds > 1)
        set->types[AREA_MUNICIPALITY] = true;
}

static const char *scope_of(const struct area_set *set)
{
    return set->types[AREA_MUNICIPALITY] ? "municipality" : set->types[AREA_REGION] ? "region" : "wellbeing";
}

/* "region-10" is "10" in a record. */
static json_t *code_of(size_t ordinal)
{
    const char *code = vocab_entry(VOCAB_AREA, ordinal)->code, *number = strrchr(code, '-');
    return json_string(number ? number + 1 : code);
}

void area_set_put(struct area_set *set, json_t *record)
{
    if (!set->has)
        return;
    if (set->types[AREA_NATIONWIDE]) {
        import_put(record, "area", json_pack("{s:s}", "scope", "nationwide"));
        return;
    }
    json_t *codes = json_array();
    to_municipalities(set);
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++)
        if (set->has[i])
            json_array_append_new(codes, code_of(i));
    json_t *area = json_array_size(codes) > 0 ? json_pack("{s:s, s:O}", "scope", scope_of(set), "codes", codes) : NULL;
    import_put(record, "area", area);
    json_decref(codes);
}
