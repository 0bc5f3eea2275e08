#include "facet.h"

#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "record.h"

static const struct {
    const char *name;
    enum vocab_name vocab;
    bool tree;
} facets[FACET_COUNT] = {
    [FACET_AUDIENCE] = {"audience", VOCAB_AUDIENCE, true},
    [FACET_AREA] = {"area", VOCAB_AREA, true},
    [FACET_THEME] = {"theme", VOCAB_THEME, true},
    [FACET_KIND] = {"kind", VOCAB_KIND, false},
    [FACET_LANGUAGE] = {"language", VOCAB_LANGUAGE, false},
    [FACET_FREE] = {"free", VOCAB_PRICE, false},
    [FACET_FORM] = {"form", VOCAB_FORM, false},
    [FACET_ACCESSIBLE] = {"accessible", VOCAB_ACCESSIBILITY, false},
    [FACET_THRESHOLD] = {"threshold", VOCAB_THRESHOLD, false},
    [FACET_WEEKDAY] = {"weekday", VOCAB_WEEKDAY, false},
    [FACET_TIME] = {"time", VOCAB_TIME, false},
    [FACET_AGE] = {"age", VOCAB_COUNT, false},
    [FACET_NEAR] = {"near", VOCAB_COUNT, false},
    [FACET_DATE] = {"date", VOCAB_COUNT, false},
};

const char *facet_name(enum facet facet)
{
    return facets[facet].name;
}

int facet_by_name(const char *name, size_t len)
{
    for (int f = 0; f < FACET_COUNT; f++)
        if (strlen(facets[f].name) == len && memcmp(facets[f].name, name, len) == 0)
            return f;
    return -1;
}

enum vocab_name facet_vocab(enum facet facet)
{
    return facets[facet].vocab;
}

bool facet_is_tree(enum facet facet)
{
    return facets[facet].tree;
}

uint16_t facet_first(enum facet facet)
{
    size_t first = 0;
    for (int f = 0; f < (int)facet; f++)
        first += vocab_size(facets[f].vocab) + 1;
    return (uint16_t)first;
}

uint16_t facet_unknown(enum facet facet)
{
    return (uint16_t)(facet_first(facet) + vocab_size(facets[facet].vocab));
}

uint16_t facet_ordinals(void)
{
    return (uint16_t)(facet_unknown(FACET_LISTED - 1) + 1);
}

/* ---- a record's values ----------------------------------------------------------------------------------------- */

struct values {
    uint16_t *ordinals;
    size_t count;
    bool full;
};

static void add(struct values *values, enum facet facet, int entry)
{
    if (entry < 0)
        return;
    if (values->count == FACET_VALUES_PER_RECORD)
        values->full = true;
    else
        values->ordinals[values->count++] = (uint16_t)(facet_first(facet) + entry);
}

/* The entry and what is broader than it. */
static void add_with_ancestors(struct values *values, enum facet facet, uint16_t entry)
{
    for (int at = entry; at >= 0; at = vocab_entry(facets[facet].vocab, (size_t)at)->broader)
        add(values, facet, at);
}

static void add_codes(struct values *values, enum facet facet, const uint16_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_with_ancestors(values, facet, codes[i]);
    if (count == 0)
        add(values, facet, (int)vocab_size(facets[facet].vocab));
}

static bool is_online(const struct record *record)
{
    int online = vocab_find(VOCAB_FORM, "online", strlen("online"));
    for (size_t i = 0; i < record->form_count; i++)
        if (record->form[i] == online)
            return true;
    for (size_t i = 0; i < record->channel_count; i++)
        if (record->channel[i].type == CHANNEL_ONLINE || record->channel[i].type == CHANNEL_CHAT)
            return true;
    return false;
}

/* A municipality with its region and wellbeing services county. */
static void add_municipality(struct values *values, uint16_t entry)
{
    const struct area_entry *area = area_at(entry);
    add(values, FACET_AREA, entry);
    add(values, FACET_AREA, area->region);
    add(values, FACET_AREA, area->wellbeing);
}

/* What a record serves: each municipality of a wider area counts as served. */
static void add_area(struct values *values, uint16_t entry)
{
    if (area_at(entry)->type == AREA_MUNICIPALITY) {
        add_municipality(values, entry);
        return;
    }
    size_t count;
    const uint16_t *members = area_members(entry, &count);
    add(values, FACET_AREA, entry);
    for (size_t i = 0; i < count; i++)
        add_municipality(values, members[i]);
}

static void add_areas(struct values *values, const struct record *record)
{
    bool online = is_online(record);
    bool stated = record->area.scope != RECORD_CHOICE_UNKNOWN;
    if (online)
        add(values, FACET_AREA, vocab_find(VOCAB_AREA, "online", strlen("online")));
    /* What is online and names no area is there for the whole country. */
    if (record->area.scope == SCOPE_NATIONWIDE || (online && !stated)) {
        add(values, FACET_AREA, area_nationwide());
        return;
    }
    for (size_t i = 0; i < record->area.code_count; i++)
        add_area(values, record->area.codes[i]);
    if (!stated)
        add(values, FACET_AREA, (int)vocab_size(VOCAB_AREA));
}

static void add_languages(struct values *values, const struct record *record)
{
    bool plain = record->plain_language == TRI_YES;
    for (size_t i = 0; i < record->languages_count; i++)
        add(values, FACET_LANGUAGE, record->languages[i]);
    if (plain)
        add(values, FACET_LANGUAGE, vocab_find(VOCAB_LANGUAGE, "plain", strlen("plain")));
    if (!plain && record->languages_count == 0)
        add(values, FACET_LANGUAGE, (int)vocab_size(VOCAB_LANGUAGE));
}

static void add_price(struct values *values, const struct record *record)
{
    bool paid = record->price.free == TRI_NO || record->price.amount > 0;
    bool is_free = record->price.free == TRI_YES || (!paid && record->price.amount == 0);
    const char *code = is_free ? "free" : paid ? "paid" : NULL;
    add(values, FACET_FREE, code ? vocab_find(VOCAB_PRICE, code, 4) : (int)vocab_size(VOCAB_PRICE));
}

static void add_accessibility(struct values *values, const struct record *record)
{
    size_t known = 0;
    for (size_t p = 0; p < record->place_count; p++) {
        for (size_t i = 0; i < record->place[p].accessibility_count; i++)
            add(values, FACET_ACCESSIBLE, record->place[p].accessibility[i]);
        known += record->place[p].accessibility_count;
    }
    if (known == 0)
        add(values, FACET_ACCESSIBLE, (int)vocab_size(VOCAB_ACCESSIBILITY));
}

static int compare_ordinals(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

enum status facet_values(const struct record *record, uint16_t *ordinals, size_t *count, struct err *err)
{
    struct values values = {.ordinals = ordinals};
    add_codes(&values, FACET_AUDIENCE, record->audience, record->audience_count);
    add_areas(&values, record);
    add_codes(&values, FACET_THEME, record->theme, record->theme_count);
    const char *kind = record_kind_name(record->kind);
    add(&values, FACET_KIND, kind ? vocab_find(VOCAB_KIND, kind, strlen(kind)) : -1);
    add_languages(&values, record);
    add_price(&values, record);
    add_codes(&values, FACET_FORM, record->form, record->form_count);
    add_accessibility(&values, record);
    add_codes(&values, FACET_THRESHOLD, record->threshold, record->threshold_count);
    if (values.full)
        return err_set(err, STATUS_LIMIT, "the record has more than %d facet values", FACET_VALUES_PER_RECORD);
    qsort(ordinals, values.count, sizeof *ordinals, compare_ordinals);
    size_t distinct = 0;
    for (size_t i = 0; i < values.count; i++)
        if (i == 0 || ordinals[i] != ordinals[i - 1])
            ordinals[distinct++] = ordinals[i];
    *count = distinct;
    return STATUS_OK;
}

/* A group from 11 to 14 is there in the morning and in the afternoon. */
uint32_t facet_times(int from, int to)
{
    if (from < 0)
        return 1u << SLOT_TIME_UNKNOWN;
    if (to < 0)
        to = from + 1;
    if (to <= from) /* over midnight: until the end of the day */
        to = 24 * 60;
    uint32_t times = 0;
    for (int t = 0; t < TIMES; t++) {
        int span_from, span_to;
        vocab_time_range((size_t)t, &span_from, &span_to);
        if (from < span_to && to > span_from)
            times |= 1u << t;
    }
    return times;
}

uint32_t facet_slots(const struct record *record)
{
    uint32_t slots = 0;
    for (size_t i = 0; i < record->schedule_count; i++) {
        const struct schedule *s = &record->schedule[i];
        for (int day = 0; day < WEEKDAYS; day++)
            if (s->weekdays & 1u << day)
                slots |= facet_times(s->from_minute, s->to_minute) << (day * SLOT_TIMES);
    }
    if (slots == 0 && record->start.day != DAY_UNKNOWN) {
        unsigned weekday = weekday_of(record->start.day);
        bool one_day = record->end.day == record->start.day;
        bool short_event = record->end.day == DAY_UNKNOWN || one_day;
        if (short_event)
            slots = facet_times(record->start.minute, one_day ? record->end.minute : -1) << (weekday * SLOT_TIMES);
    }
    return slots;
}

enum area_tier facet_tier(const struct record *record)
{
    switch (record->area.scope) {
    case SCOPE_MUNICIPALITY: return TIER_LOCAL;
    case SCOPE_REGION:
    case SCOPE_WELLBEING: return TIER_REGION;
    default: return TIER_NATION;
    }
}
