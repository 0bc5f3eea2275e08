#include "indexer/night_count.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/assemble_files.h"
#include "indexer/burial.h"
#include "indexer/duplicates.h"

void quality_add(struct report_quality *quality, const struct ledger_entry *entry, int32_t today)
{
    quality->records++;
    for (int q = 0; q < QUALITIES; q++)
        quality->has[q] += entry->quality >> q & 1;
    quality->freshness[freshness_of(entry->verified, today)]++;
    quality->past += entry->past_after < today;
}

void count_sources(struct report *report, const struct previous *previous, const struct tonight *t, int32_t today,
                   uint64_t *before, uint64_t *missing, struct ledger_index *ids)
{
    const struct ledger *ledger = &previous->ledger;
    for (uint32_t i = 0; i < ledger->count; i++) {
        size_t source = previous->source_now[ledger->entries[i].source];
        uint32_t now = ledger_find_id(ids, t->entries, ledger->entries[i].id);
        before[source]++;
        missing[source] += now == LEDGER_NONE || t->entries[now].source != source;
        quality_add(&report->sources[source].before, &ledger->entries[i], today);
    }
    for (uint32_t i = 0; i < t->count; i++)
        if (t->state[i] != ENTRY_GONE)
            quality_add(&report->sources[t->entries[i].source].quality, &t->entries[i], today);
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

struct telling {
    struct report *report;
    struct previous *previous;
    const struct tonight *tonight;
    const struct fresh_records *fresh; /* NULL */
    struct arena arena;
    struct buf data;
};

static const char *source_name(const struct telling *t, uint32_t entry)
{
    return t->report->sources[t->tonight->entries[entry].source].name;
}

/* Of an entry of tonight; "" when nothing of it is stored. */
static enum status name_of(struct telling *t, uint32_t entry, const char **id, const char **title, struct err *err)
{
    const void *data;
    size_t len;
    uint32_t fresh = t->tonight->fresh[entry];
    *id = *title = "";
    if (fresh != LEDGER_NONE && t->fresh) {
        TRY(records_get(&t->fresh->records, t->fresh->unpacker, fresh, &t->data, err));
        return stored_name(t->data.data, t->data.len, &t->arena, id, title, err);
    }
    if (t->tonight->prev[entry] == LEDGER_NONE)
        return STATUS_OK;
    TRY(previous_stored(t->previous, t->tonight->prev[entry], &data, &len, err));
    return stored_name(data, len, &t->arena, id, title, err);
}

static enum status tell_merged(struct telling *t, uint32_t entry, enum duplicate_rule rule, struct err *err)
{
    const char *id, *title, *kept_id, *kept_title;
    uint32_t kept = t->tonight->entries[entry].merged_into;
    arena_reset(&t->arena);
    TRY(name_of(t, entry, &id, &title, err));
    TRY(name_of(t, kept, &kept_id, &kept_title, err));
    return report_merged(t->report, source_name(t, entry), id, title, source_name(t, kept), kept_id,
                         duplicate_rule_name(rule), err);
}

static enum status tell_changed(struct telling *t, uint32_t entry, bool added, struct err *err)
{
    const char *id, *title;
    arena_reset(&t->arena);
    TRY(name_of(t, entry, &id, &title, err));
    return report_changed(t->report, added, source_name(t, entry), id, title, err);
}

static enum status name_before(struct previous *previous, uint32_t entry, struct arena *arena, const char **id,
                               const char **title, struct err *err)
{
    const void *data;
    size_t len;
    arena_reset(arena);
    TRY(previous_stored(previous, entry, &data, &len, err));
    return stored_name(data, len, arena, id, title, err);
}

static enum status tell_removed(struct telling *t, uint32_t row, struct err *err)
{
    const char *id, *title;
    size_t source = t->previous->source_now[t->previous->ledger.entries[row].source];
    TRY(name_before(t->previous, row, &t->arena, &id, &title, err));
    t->report->sources[source].removed++;
    return report_removed(t->report, t->report->sources[source].name, id, title, err);
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

static bool read_tonight(const struct report_source *source)
{
    return source->taken == TAKEN_NEW || source->taken == TAKEN_SAME;
}

/* What is shown of one entry, or why it is not. */
static enum status count_entry(struct telling *t, uint32_t i, int32_t today, struct err *err)
{
    const struct tonight *tonight = t->tonight;
    struct report_source *source = &t->report->sources[tonight->entries[i].source];
    bool was_shown = tonight->prev[i] != LEDGER_NONE && tonight->prev[i] < t->previous->ledger.rows;
    if (tonight->state[i] == ENTRY_MERGED) {
        source->merged += read_tonight(source); /* it is among those that were read, or none of it was */
        return tell_merged(t, i, tonight->rule[i], err);
    }
    if (tonight->state[i] == ENTRY_GONE)
        return STATUS_OK;
    source->records++;
    source->accepted += read_tonight(source);
    quality_add(&source->quality, &tonight->entries[i], today);
    if (was_shown && !tonight->changed[i]) {
        source->unchanged++;
        return STATUS_OK;
    }
    *(was_shown ? &source->changed : &source->added) += 1;
    /* The first run adds everything: that is no list to read. */
    return t->previous->told ? tell_changed(t, i, !was_shown, err) : STATUS_OK;
}

static enum status count_removed(struct telling *t, struct err *err)
{
    struct ledger_index ids;
    enum status status = STATUS_OK;
    TRY(tonight_index(t->tonight, &ids, err));
    for (uint32_t row = 0; row < t->previous->ledger.rows && status == STATUS_OK; row++) {
        uint32_t now = ledger_find_id(&ids, t->tonight->entries, t->previous->ledger.entries[row].id);
        if (now == LEDGER_NONE)
            status = tell_removed(t, row, err);
    }
    ledger_index_release(&ids);
    return status;
}

static enum status tell_missing_of(struct report *report, struct previous *previous, const struct tonight *tonight,
                                   const struct ledger_index *ids, size_t source, struct err *err)
{
    const struct ledger *ledger = &previous->ledger;
    struct arena arena = ARENA_INIT;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < ledger->count && status == STATUS_OK; i++) {
        const char *id, *title;
        if (previous->source_now[ledger->entries[i].source] != source ||
            ledger_find_id(ids, tonight->entries, ledger->entries[i].id) != LEDGER_NONE)
            continue;
        status = name_before(previous, i, &arena, &id, &title, err);
        if (status == STATUS_OK)
            status = report_missing(report, report->sources[source].name, id, title, err);
    }
    arena_release(&arena);
    return status;
}

enum status tell_missing(struct report *report, struct previous *previous, const struct tonight *tonight,
                         size_t source, struct err *err)
{
    struct ledger_index ids;
    TRY(ledger_index_new(&ids, tonight->entries, tonight->count, LEDGER_BY_ID, err));
    enum status status = tell_missing_of(report, previous, tonight, &ids, source, err);
    ledger_index_release(&ids);
    return status;
}

/* ---- organisations ---------------------------------------------------------------------------------------------- */

/* What is most worth mending stands first: the most qualities that records lack. */
static uint64_t lacking(const struct report_quality *quality)
{
    uint64_t count = 0;
    for (int q = 0; q < QUALITIES; q++)
        count += quality->records - quality->has[q];
    return count;
}

static int compare_organisations(const void *a, const void *b)
{
    const struct report_organisation *x = a, *y = b;
    uint64_t x_lacks = lacking(&x->quality), y_lacks = lacking(&y->quality);
    if (x_lacks != y_lacks)
        return x_lacks > y_lacks ? -1 : 1;
    return strcmp(x->name, y->name);
}

static enum status count_organisations(struct telling *t, int32_t today, struct err *err)
{
    const struct tonight *tonight = t->tonight;
    uint32_t count = tonight_organisation_count(tonight), used = 0;
    struct report_organisation *all = calloc((size_t)count + 1, sizeof *all);
    if (!all)
        return err_set(err, STATUS_NOMEM, "out of memory for %u organisations", count);
    for (uint32_t i = 0; i < tonight->count; i++) {
        const struct ledger_entry *entry = &tonight->entries[i];
        if (tonight->state[i] != ENTRY_SHOWN || entry->organisation == LEDGER_NONE)
            continue;
        all[entry->organisation].source = t->report->sources[entry->source].name;
        quality_add(&all[entry->organisation].quality, entry, today);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (all[i].quality.records == 0)
            continue;
        all[used] = all[i];
        const char *name = tonight_organisation_name(tonight, t->previous, i); /* the report outlives both */
        if (!(all[used++].name = arena_copy(&t->report->arena, name, strlen(name)))) {
            free(all);
            return arena_nomem(err);
        }
    }
    qsort(all, used, sizeof *all, compare_organisations);
    t->report->organisations = all;
    t->report->organisations_all = used;
    t->report->organisation_count = used < REPORT_ORGANISATIONS ? used : REPORT_ORGANISATIONS;
    return STATUS_OK;
}

enum status count_changes(struct report *report, struct previous *previous, const struct tonight *tonight,
                          const struct fresh_records *fresh, int32_t today, struct err *err)
{
    struct telling t = {.report = report, .previous = previous, .tonight = tonight, .fresh = fresh,
                        .arena = ARENA_INIT, .data = BUF_INIT};
    for (size_t s = 0; s < report->source_count; s++)
        report->sources[s].quality = (struct report_quality){.records = 0};
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < tonight->count && status == STATUS_OK; i++)
        status = count_entry(&t, i, today, err);
    if (status == STATUS_OK)
        status = count_removed(&t, err);
    if (status == STATUS_OK)
        status = count_organisations(&t, today, err);
    arena_release(&t.arena);
    buf_release(&t.data);
    return status;
}
