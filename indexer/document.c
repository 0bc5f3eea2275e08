#include "indexer/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>

#include "facet.h"
#include "indexer/labels.h"
#include "indexer/termset.h"
#include "meanings.h"
#include "records.h"
#include "stored.h"
#include "text.h"

enum {
    TITLE_UNITS = 512,     /* UTF-16 units of a title that are sorted by */
    SORT_KEY_BYTES = 4096,
};

struct document_maker {
    struct analyser *analyser;
    struct labels labels;
    struct termset terms;
    struct records_packer *packer;
    struct meanings_writer *meanings;
    const struct meanings *before; /* words that are known already; NULL */
    struct meaning recalled;
    UCollator *collator; /* Finnish order: a-z å ä ö */
    struct buf data, packed, excepts;
    uint16_t ordinals[FACET_VALUES_PER_RECORD];
    struct column_place places[COLUMNS_PLACES_PER_ROW];
    struct column_schedule schedules[COLUMNS_SCHEDULES_PER_ROW];
    uint8_t sort_key[SORT_KEY_BYTES + STORED_ID_BYTES];
};

static enum status open_collator(struct document_maker *maker, struct err *err)
{
    UErrorCode failed = U_ZERO_ERROR;
    maker->collator = ucol_open("fi_FI", &failed);
    return U_FAILURE(failed) ? err_set(err, STATUS_INTERNAL, "ICU has no Finnish order: %s", u_errorName(failed))
                             : STATUS_OK;
}

static enum status keep_meaning(void *context, const char *surface, size_t len, const struct word *word,
                                struct err *err)
{
    return meanings_writer_add(context, surface, len, word, err);
}

enum status document_maker_new(struct document_maker **maker, size_t cache_slots, struct answers *answers,
                               struct err *err)
{
    struct document_maker *m = calloc(1, sizeof *m);
    if (!m)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = analyser_open_sharing(&m->analyser, cache_slots, answers, err);
    if (status == STATUS_OK)
        status = records_packer_new(&m->packer, err);
    if (status == STATUS_OK)
        status = meanings_writer_new(&m->meanings, err);
    if (status == STATUS_OK)
        status = open_collator(m, err);
    if (status != STATUS_OK) {
        document_maker_free(m);
        return status;
    }
    analyser_watch(m->analyser, keep_meaning, m->meanings);
    *maker = m;
    return STATUS_OK;
}

static size_t recall(void *context, const char *surface, size_t len, const struct term **terms, bool *known)
{
    struct document_maker *maker = context;
    if (!meanings_find(maker->before, surface, len, TEXT_UNSURE, &maker->recalled))
        return 0;
    *terms = maker->recalled.terms;
    *known = maker->recalled.known;
    return maker->recalled.term_count;
}

void document_maker_recall(struct document_maker *maker, const struct meanings *meanings)
{
    maker->before = meanings;
    analyser_recall(maker->analyser, meanings ? recall : NULL, maker);
}

void document_maker_free(struct document_maker *maker)
{
    if (!maker)
        return;
    analyser_free(maker->analyser);
    labels_release(&maker->labels);
    termset_release(&maker->terms);
    records_packer_free(maker->packer);
    meanings_writer_free(maker->meanings);
    if (maker->collator)
        ucol_close(maker->collator);
    buf_release(&maker->data);
    buf_release(&maker->packed);
    buf_release(&maker->excepts);
    free(maker);
}

/* ---- terms ------------------------------------------------------------------------------------------------------ */

struct adding {
    struct document_maker *maker;
    unsigned weight;
};

static enum status add_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)token;
    const struct adding *adding = context;
    for (size_t i = 0; i < word->term_count; i++)
        TRY(termset_add(&adding->maker->terms, word->terms[i].text, word->terms[i].len, adding->weight, err));
    return STATUS_OK;
}

static enum status add_piece(void *context, const struct text_piece *piece, struct err *err)
{
    struct adding adding = {context, text_weight(piece->group)};
    if (piece->vocab != VOCAB_COUNT)
        return labels_add(&adding.maker->labels, adding.maker->analyser, piece, &adding.maker->terms, err);
    return analyse_text(adding.maker->analyser, piece->text, piece->len, text_language(piece), add_word, &adding, err);
}

static enum status add_terms(struct document_maker *maker, const struct record *record, struct err *err)
{
    char id[STORED_ID_TERM_BYTES];
    if (stored_id_term(record->id, strlen(record->id), id) == 0)
        return err_set(err, STATUS_LIMIT, "id of %zu bytes, allowed are 1..%d", strlen(record->id), STORED_ID_BYTES);
    termset_reset(&maker->terms);
    TRY(text_walk(record, add_piece, maker, err));
    if (maker->terms.length > UINT32_MAX)
        return err_set(err, STATUS_LIMIT, "the weights of all words add up to more than %u", UINT32_MAX);
    return STATUS_OK;
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

static enum status fill_places(struct document_maker *maker, const struct record *record, struct columns_input *out,
                               struct err *err)
{
    out->places = maker->places;
    for (size_t i = 0; i < record->place_count; i++) {
        const struct place *place = &record->place[i];
        bool known = place_known_position(place), municipality = place->municipality != RECORD_CODE_UNKNOWN;
        if (!known && !municipality)
            continue;
        if (out->place_count == COLUMNS_PLACES_PER_ROW)
            return err_set(err, STATUS_LIMIT, "more than %d places", COLUMNS_PLACES_PER_ROW);
        const struct area_entry *centre = municipality ? area_at(place->municipality) : NULL;
        maker->places[out->place_count++] = (struct column_place){
            .lat = (float)(known ? place->lat : centre->lat), .lon = (float)(known ? place->lon : centre->lon),
            .municipality = place->municipality, .centre = !known};
    }
    return STATUS_OK;
}

/* A record without a place that serves single municipalities is looked for at their centres. */
static enum status fill_centres(struct document_maker *maker, const struct record *record, struct columns_input *out,
                                struct err *err)
{
    if (out->place_count || record->area.scope != SCOPE_MUNICIPALITY)
        return STATUS_OK;
    for (size_t i = 0; i < record->area.code_count; i++) {
        if (out->place_count == COLUMNS_PLACES_PER_ROW)
            return err_set(err, STATUS_LIMIT, "more than %d municipalities without a place", COLUMNS_PLACES_PER_ROW);
        const struct area_entry *area = area_at(record->area.codes[i]);
        maker->places[out->place_count++] = (struct column_place){
            .lat = (float)area->lat, .lon = (float)area->lon, .municipality = record->area.codes[i], .centre = 1};
    }
    return STATUS_OK;
}

static int32_t day_or(int32_t day, int32_t unknown)
{
    return day == DAY_UNKNOWN ? unknown : day;
}

static enum status add_schedule(struct document_maker *maker, const struct schedule *from, struct columns_input *out,
                                struct err *err)
{
    size_t excepts = maker->excepts.len / sizeof(struct column_except);
    if (out->schedule_count == COLUMNS_SCHEDULES_PER_ROW - 1) /* one is left for the record's own dates */
        return err_set(err, STATUS_LIMIT, "more than %d schedules", COLUMNS_SCHEDULES_PER_ROW - 1);
    if (from->except_count > 255)
        return err_set(err, STATUS_LIMIT, "more than 255 exceptions in one schedule");
    maker->schedules[out->schedule_count++] = (struct column_schedule){
        .valid_from = day_or(from->valid_from_day, DAY_ALWAYS), .valid_to = day_or(from->valid_to_day, DAY_NEVER),
        .from = from->from_minute, .to = from->to_minute, .weekdays = from->weekdays,
        .every = (uint8_t)(from->every_weeks ? from->every_weeks : 1), .nth = from->nth,
        .except_count = (uint8_t)from->except_count, .except_first = (uint32_t)excepts};
    for (size_t i = 0; i < from->except_count; i++) {
        struct column_except except = {from->except[i].from_day, from->except[i].to_day};
        buf_add(&maker->excepts, &except, sizeof except);
    }
    return STATUS_OK;
}

static enum status fill_schedules(struct document_maker *maker, const struct record *record,
                                  struct columns_input *out, struct err *err)
{
    buf_reset(&maker->excepts);
    out->schedules = maker->schedules;
    for (size_t i = 0; i < record->schedule_count; i++)
        if (record->schedule[i].weekdays)
            TRY(add_schedule(maker, &record->schedule[i], out, err));
    if (record->start.day != DAY_UNKNOWN || record->end.day != DAY_UNKNOWN)
        maker->schedules[out->schedule_count++] = (struct column_schedule){
            .valid_from = day_or(record->start.day, DAY_ALWAYS), .valid_to = day_or(record->end.day, DAY_NEVER),
            .from = record->start.minute, .to = record->end.minute, .every = 1};
    TRY(buf_ok(&maker->excepts, err));
    out->excepts = (const struct column_except *)(const void *)maker->excepts.data;
    out->except_count = maker->excepts.len / sizeof(struct column_except);
    return STATUS_OK;
}

/* The last day of an event that does not say when it ends: its own day, or the end of its last season. */
static int32_t last_day(const struct record *record)
{
    int32_t last = record->start.day; /* unknown is before every day */
    for (size_t i = 0; i < record->schedule_count; i++) {
        if (record->schedule[i].valid_to_day == DAY_UNKNOWN)
            return DAY_NEVER;
        if (record->schedule[i].valid_to_day > last)
            last = record->schedule[i].valid_to_day;
    }
    return day_or(last, DAY_NEVER);
}

/* Ended projects and past events leave the default search; nothing else ends by its dates. */
static int32_t past_after(const struct record *record)
{
    if (record->kind != RECORD_PROJECT && record->kind != RECORD_EVENT)
        return DAY_NEVER;
    if (record->status == RECORD_ENDED)
        return DAY_ALWAYS;
    if (record->end.day != DAY_UNKNOWN)
        return record->end.day;
    return record->kind == RECORD_EVENT ? last_day(record) : DAY_NEVER;
}

static void fill_ages(const struct record *record, struct column_row *row)
{
    bool stated = record->age_min != RECORD_AGE_UNKNOWN || record->age_max != RECORD_AGE_UNKNOWN;
    row->age_min = row->age_max = AGE_UNKNOWN;
    if (!stated)
        return;
    row->age_min = record->age_min == RECORD_AGE_UNKNOWN ? 0 : (uint8_t)record->age_min;
    row->age_max = record->age_max == RECORD_AGE_UNKNOWN ? 120 : (uint8_t)record->age_max;
}

/* Records of one name are told apart by their ids, so that their order does not depend on which came first. */
static enum status fill_sort_key(struct document_maker *maker, const struct record *record, struct columns_input *out,
                                 struct err *err)
{
    UChar units[TITLE_UNITS];
    int32_t count = 0;
    UErrorCode failed = U_ZERO_ERROR;
    const char *title = localised_pick(&record->title, RECORD_FI, NULL);
    u_strFromUTF8WithSub(units, TITLE_UNITS, &count, title ? title : "", -1, 0xFFFD, NULL, &failed);
    if (U_FAILURE(failed) && failed != U_BUFFER_OVERFLOW_ERROR)
        return err_set(err, STATUS_INTERNAL, "title cannot be sorted: %s", u_errorName(failed));
    if (count > TITLE_UNITS)
        count = TITLE_UNITS;
    int32_t len = ucol_getSortKey(maker->collator, units, count, maker->sort_key, SORT_KEY_BYTES);
    size_t used = len > SORT_KEY_BYTES ? SORT_KEY_BYTES : (size_t)len, id_len = strlen(record->id);
    maker->sort_key[used - 1] = 0; /* a key that was cut has lost its end */
    memcpy(maker->sort_key + used, record->id, id_len); /* add_terms() has refused longer ones */
    out->sort_key = maker->sort_key;
    out->sort_key_len = used + id_len;
    return STATUS_OK;
}

static enum status fill_columns(struct document_maker *maker, const struct record *record, uint32_t first_seen,
                                struct columns_input *out, struct err *err)
{
    *out = (struct columns_input){.ordinals = maker->ordinals};
    out->row = (struct column_row){
        .length = (uint32_t)maker->terms.length,
        .slots = facet_slots(record), .visible_from = day_or(record->visible_from_day, DAY_ALWAYS),
        .visible_to = day_or(record->visible_to_day, DAY_NEVER), .past_after = past_after(record),
        .verified = record->verified_at_day,
        .first_seen = first_seen, .tier = (uint8_t)facet_tier(record)};
    fill_ages(record, &out->row);
    TRY(facet_values(record, maker->ordinals, &out->ordinal_count, err));
    TRY(fill_places(maker, record, out, err));
    TRY(fill_centres(maker, record, out, err));
    TRY(fill_schedules(maker, record, out, err));
    return fill_sort_key(maker, record, out, err);
}

/* ---- what outlives the maker's next record -------------------------------------------------------------------- */

/* A copy in the arena; NULL when there is no memory. */
static void *keep(struct arena *arena, const void *items, size_t count, size_t size)
{
    void *copy = arena_array(arena, count, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

static enum status keep_columns(struct columns_input *c, struct arena *arena, struct err *err)
{
    c->ordinals = keep(arena, c->ordinals, c->ordinal_count, sizeof *c->ordinals);
    c->places = keep(arena, c->places, c->place_count, sizeof *c->places);
    c->schedules = keep(arena, c->schedules, c->schedule_count, sizeof *c->schedules);
    c->excepts = keep(arena, c->excepts, c->except_count, sizeof *c->excepts);
    c->sort_key = keep(arena, c->sort_key, c->sort_key_len, 1);
    return c->ordinals && c->places && c->schedules && c->excepts && c->sort_key ? STATUS_OK : arena_nomem(err);
}

static enum status keep_stored(struct document_maker *maker, const struct record *record,
                               const struct records_dictionary *dictionary, struct arena *arena,
                               struct document *document, struct err *err)
{
    struct buf *stored = dictionary ? &maker->packed : &maker->data;
    buf_reset(&maker->data);
    TRY(stored_write(record, &maker->data, err));
    if (dictionary)
        TRY(records_pack(maker->packer, dictionary, maker->data.data, maker->data.len, &maker->packed, err));
    document->stored = keep(arena, stored->data, stored->len, 1);
    document->stored_len = stored->len;
    document->packed = dictionary != NULL;
    return document->stored ? STATUS_OK : arena_nomem(err);
}

enum status document_make(struct document_maker *maker, const struct record *record, uint32_t first_seen,
                          const struct records_dictionary *dictionary, struct arena *arena, struct document *document,
                          struct err *err)
{
    struct document made = {.term_count = 0};
    TRY(add_terms(maker, record, err));
    TRY(fill_columns(maker, record, first_seen, &made.columns, err));
    TRY(keep_stored(maker, record, dictionary, arena, &made, err));
    TRY(termset_keep(&maker->terms, arena, &made.terms, &made.term_count, err));
    TRY(keep_columns(&made.columns, arena, err));
    *document = made;
    return STATUS_OK;
}

struct analyse_stats document_maker_stats(const struct document_maker *maker)
{
    return analyser_stats(maker->analyser);
}

struct analyser *document_maker_analyser(struct document_maker *maker)
{
    return maker->analyser;
}

struct meanings_writer *document_maker_meanings(struct document_maker *maker)
{
    return maker->meanings;
}
