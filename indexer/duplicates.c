#include "indexer/duplicates.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/analyse.h"
#include "lexicon.h"

const char *duplicate_rule_name(enum duplicate_rule rule)
{
    return rule == DUPLICATE_BUSINESS_ID ? "business-id-name" : "name-place";
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

enum { KEY_BYTES = 1000 }; /* of a text; what lies behind does not tell two things apart */

/* Letters and digits alone, without case and dots: "Keskuskatu 1 A," is "keskuskatu1a". */
static uint64_t hash_text(const char *text, uint64_t seed)
{
    char folded[KEY_BYTES + FOLD_BYTES];
    size_t used = 0, len = strlen(text), at = 0;
    struct token token;
    while (used < KEY_BYTES && token_next(text, len, &at, &token)) {
        char exact[FOLD_BYTES];
        size_t exact_len;
        used += lexicon_word(text + token.offset, token.len, exact, &exact_len, folded + used);
    }
    uint64_t hash = used ? XXH3_64bits_withSeed(folded, used, seed) : 0;
    return used && hash == 0 ? 1 : hash;
}

static uint64_t hash_localised(const struct localised *text, uint64_t seed)
{
    const char *shown = localised_pick(text, RECORD_FI, NULL);
    return shown ? hash_text(shown, seed) : 0;
}

static uint64_t place_of(const struct record *record)
{
    for (size_t i = 0; i < record->place_count; i++) {
        const struct place *place = &record->place[i];
        uint64_t address = hash_localised(&place->address, place->municipality);
        if (address && place->municipality != RECORD_CODE_UNKNOWN)
            return address;
    }
    return 0;
}

static uint64_t owner_of(const struct record *record)
{
    return record->kind != RECORD_ORGANISATION && record->organisation_count
               ? hash_localised(&record->organisation[0].name, 1) : 0;
}

void duplicate_keys(const struct record *record, struct ledger_entry *entry)
{
    entry->name = hash_localised(&record->title, record->kind + 1u);
    entry->place = place_of(record);
    entry->owner = owner_of(record);
    entry->business = record->business_id ? hash_text(record->business_id, 2) : 0;
    entry->start_day = record->start.day;
    for (size_t i = 0; i < record->schedule_count; i++)
        entry->weekdays |= record->schedule[i].weekdays;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

static bool contradict(uint64_t a, uint64_t b)
{
    return a && b && a != b;
}

bool duplicate_of(const struct ledger_entry *a, const struct ledger_entry *b, enum duplicate_rule *rule)
{
    bool days = a->start_day != DAY_UNKNOWN && b->start_day != DAY_UNKNOWN && a->start_day != b->start_day;
    bool weekdays = a->weekdays && b->weekdays && !(a->weekdays & b->weekdays);
    if (a->name != b->name || a->source == b->source || days || weekdays || contradict(a->business, b->business) ||
        contradict(a->owner, b->owner))
        return false;
    *rule = a->business && a->business == b->business ? DUPLICATE_BUSINESS_ID : DUPLICATE_PLACE;
    return *rule == DUPLICATE_BUSINESS_ID || (a->place && a->place == b->place);
}

struct finding {
    const struct ledger_entry *entries;
    struct duplicate *found;
    size_t count, cap;
};

static int compare_entries(const void *a, const void *b, void *context)
{
    const struct ledger_entry *entries = context;
    const struct ledger_entry *x = &entries[*(const uint32_t *)a], *y = &entries[*(const uint32_t *)b];
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->id.high != y->id.high)
        return x->id.high < y->id.high ? -1 : 1;
    return x->id.low < y->id.low ? -1 : x->id.low > y->id.low;
}

static enum status push(struct finding *f, struct duplicate duplicate, struct err *err)
{
    if (f->count == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 64;
        struct duplicate *bigger = realloc(f->found, cap * sizeof *bigger);
        if (!bigger)
            return err_set(err, STATUS_NOMEM, "out of memory for duplicates");
        f->found = bigger;
        f->cap = cap;
    }
    f->found[f->count++] = duplicate;
    return STATUS_OK;
}

enum { GROUP_LOOKED_AT = 200 }; /* shown records of one name that a further one is compared with */

/* Those of one name; shown ones move to the front of the group. */
static enum status find_in_group(struct finding *f, uint32_t *group, size_t count, struct err *err)
{
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t entry = group[i];
        enum duplicate_rule rule;
        size_t other = 0, end = shown < GROUP_LOOKED_AT ? shown : GROUP_LOOKED_AT;
        while (other < end && !duplicate_of(&f->entries[group[other]], &f->entries[entry], &rule))
            other++;
        if (other < end)
            TRY(push(f, (struct duplicate){entry, group[other], rule}, err));
        else
            group[shown++] = entry;
    }
    return STATUS_OK;
}

static enum status find_all(struct finding *f, uint32_t *order, size_t count, struct err *err)
{
    for (size_t first = 0, end; first < count; first = end) {
        const struct ledger_entry *entry = &f->entries[order[first]];
        for (end = first + 1; end < count && f->entries[order[end]].name == entry->name; end++)
            ;
        if (end - first > 1 && entry->source != f->entries[order[end - 1]].source)
            TRY(find_in_group(f, order + first, end - first, err));
    }
    return STATUS_OK;
}

enum status duplicates_find(const struct ledger_entry *entries, const uint8_t *skip, uint32_t count,
                            struct duplicate **found, size_t *found_count, struct err *err)
{
    struct finding f = {.entries = entries};
    uint32_t *order = malloc(((size_t)count + 1) * sizeof *order);
    size_t used = 0;
    if (!order)
        return err_set(err, STATUS_NOMEM, "out of memory for duplicates");
    for (uint32_t i = 0; i < count; i++)
        if (!skip[i] && entries[i].name)
            order[used++] = i;
    qsort_r(order, used, sizeof *order, compare_entries, (void *)(uintptr_t)entries);
    enum status status = find_all(&f, order, used, err);
    free(order);
    if (status != STATUS_OK) {
        free(f.found);
        return status;
    }
    *found = f.found;
    *found_count = f.count;
    return STATUS_OK;
}
