#include "indexer/why_not.h"

#include <jansson.h>
#include <string.h>

#include "calendar.h"
#include "generation.h"
#include "indexer/burial.h"
#include "indexer/duplicates.h"
#include "indexer/previous.h"
#include "indexer/reading.h"
#include "indexer/intake.h"
#include "indexer/sources/import.h"
#include "tombstones.h"

const char *why_not_name(enum why_not why)
{
    static const char *const names[WHY_NOTS] = {"shown",   "not-yet",  "no-more",  "over", "merged", "removed",
                                                "rejected", "left-out", "held", "waiting", "unknown"};
    return names[why];
}

void why_not_release(struct why_not_answer *answer)
{
    buf_release(&answer->words);
}

struct asking {
    const char *dir, *id;
    const struct settings *settings;
    int32_t today;
    struct previous previous;
    struct why_not_answer *answer;
    bool found;
};

static void say(struct asking *a, enum why_not why)
{
    a->found = true;
    a->answer->why = why;
}

/* ---- in the index ----------------------------------------------------------------------------------------------- */

static void look_at_row(struct asking *a, uint32_t row)
{
    const struct columns *c = &a->previous.columns;
    const struct ledger_entry *entry = &a->previous.ledger.entries[row];
    char day[CALENDAR_DATE_BYTES];
    buf_addf(&a->answer->words, "%s is in generation %u, from source %s (file %u, line %u).\n", a->id,
             a->previous.generation, a->previous.ledger.sources[entry->source], entry->file + 1u, entry->line);
    if (a->today < c->visible_from[row]) {
        day_format(c->visible_from[row], day);
        buf_addf(&a->answer->words, "It is shown from %s on (visible_from).\n", day);
        say(a, WHY_NOT_YET);
    } else if (a->today > c->visible_to[row]) {
        day_format(c->visible_to[row], day);
        buf_addf(&a->answer->words, "It was shown until %s (visible_to).\n", day);
        say(a, WHY_NO_MORE);
    } else if (a->today > c->past_after[row]) {
        buf_adds(&a->answer->words, "It is over, and found only with past=1: its end or its status `ended` says so.\n");
        say(a, WHY_OVER);
    } else {
        buf_adds(&a->answer->words, "Nothing keeps it out. `explain ID QUERY` says where a search has it.\n");
        say(a, WHY_SHOWN);
    }
}

static void look_at_merged(struct asking *a, uint32_t number)
{
    const struct ledger *ledger = &a->previous.ledger;
    const struct ledger_entry *entry = &ledger->entries[number], *kept = &ledger->entries[entry->merged_into];
    enum duplicate_rule rule = DUPLICATE_PLACE;
    size_t len;
    const char *id = columns_id(&a->previous.columns, entry->merged_into, &len);
    bool same = duplicate_of(kept, entry, &rule);
    buf_addf(&a->answer->words, "%s of source %s is a duplicate of %.*s of source %s, which is shown instead: ", a->id,
             ledger->sources[entry->source], (int)len, id, ledger->sources[kept->source]);
    buf_addf(&a->answer->words, "same kind and title, and the same %s.\n",
             same && rule == DUPLICATE_BUSINESS_ID ? "business id" : "place");
    buf_adds(&a->answer->words, "Of two sources the one that the configuration names first is shown.\n");
    say(a, WHY_MERGED);
}

static enum status look_at_tombstones(struct asking *a, struct err *err)
{
    struct tombstones stones;
    struct tombstone stone;
    struct buf path = BUF_INIT;
    char day[CALENDAR_DATE_BYTES];
    enum status status = generation_path(a->dir, a->previous.generation, &path, err);
    buf_adds(&path, "/tombstones");
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    enum status opened = status == STATUS_OK ? tombstones_open(&stones, path.data, NULL) : STATUS_NOTFOUND;
    buf_release(&path);
    if (opened != STATUS_OK)
        return status;
    if (tombstones_find(&stones, a->id, strlen(a->id), &stone) && !*stone.into) {
        day_format(stone.day, day);
        buf_addf(&a->answer->words, "%s (%s) went on %s: its source did not have it any more, and its deletion was no "
                 "more than the guard allows.\n", a->id, stone.title, day);
        say(a, WHY_REMOVED);
    }
    tombstones_close(&stones);
    return STATUS_OK;
}

static enum status look_in_index(struct asking *a, struct err *err)
{
    if (!a->previous.told) {
        buf_adds(&a->answer->words, a->previous.generation ? "The index that serves knows nothing of its sources: it "
                 "was not made by run --config.\n" : "Nothing serves yet.\n");
        return STATUS_OK;
    }
    uint32_t number = ledger_find_id(&a->previous.by_id, a->previous.ledger.entries,
                                     ledger_id_hash(a->id, strlen(a->id)));
    if (number == LEDGER_NONE)
        return look_at_tombstones(a, err);
    if (number < a->previous.ledger.rows)
        look_at_row(a, number);
    else
        look_at_merged(a, number);
    return STATUS_OK;
}

/* ---- in the sources --------------------------------------------------------------------------------------------- */

static void tell_problems(struct asking *a, const struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        problem_format(&problems->list[i], &a->answer->words);
        buf_addc(&a->answer->words, '\n');
    }
}

static enum status see(void *context, struct batch_item *item, size_t source, struct arena *arena, struct err *err)
{
    (void)arena;
    struct asking *a = context;
    const char *name = a->settings->sources[source].name;
    if (a->found || !item->source.id || strcmp(item->source.id, a->id) != 0)
        return STATUS_OK;
    buf_addf(&a->answer->words, "%s is in source %s, %s:%llu.\n", a->id, name, item->source.file,
             (unsigned long long)item->source.line);
    tell_problems(a, &item->problems);
    if (item->source.kind == SOURCE_REJECTED)
        say(a, WHY_REJECTED);
    else if (item->source.kind == SOURCE_SKIPPED)
        say(a, WHY_LEFT_OUT);
    else
        say(a, WHY_WAITING);
    return buf_ok(&a->answer->words, err);
}

static enum status ignore(void *context, struct batch_item *item, size_t source, const struct source_info *info,
                          struct err *err)
{
    (void)context, (void)item, (void)source, (void)info, (void)err;
    return STATUS_OK;
}

static enum status read_sources(struct asking *a, struct pipeline *pipeline, struct err *err)
{
    struct import_lookup *lookup = NULL;
    struct reading reading = {.pipeline = pipeline, .context = a, .decide = see, .take = ignore};
    const struct settings *settings = a->settings;
    enum status status = STATUS_OK;
    for (size_t s = 0; s < settings->source_count && status == STATUS_OK; s++)
        for (size_t i = 0; i < settings->sources[s].path_count && status == STATUS_OK; i++)
            status = intake_gather(&settings->sources[s], i, &lookup, err);
    reading.lookup = lookup;
    for (size_t s = 0; s < settings->source_count && status == STATUS_OK && !a->found; s++) {
        const struct settings_source *source = &settings->sources[s];
        for (size_t i = 0; i < source->path_count && status == STATUS_OK && !a->found; i++) {
            struct err local = {0};
            const struct build_file file = {source->paths[i], source->name, source->format};
            enum status read = reading_file(&reading, &file, s, NULL, &local);
            if (read == STATUS_NOMEM)
                status = err_set(err, read, "%s", local.message);
            else if (read != STATUS_OK)
                buf_addf(&a->answer->words, "Source %s cannot be read: %s\n", source->name, local.message);
        }
    }
    import_lookup_free(lookup);
    return status;
}

/* The guards that held the source back in the last run, as its state says. */
static void look_at_guards(struct asking *a, const json_t *state)
{
    size_t i;
    json_t *source, *guard;
    json_array_foreach(json_object_get(state, "sources"), i, source) {
        size_t g;
        const char *name = json_string_value(json_object_get(source, "name"));
        json_t *guards = json_object_get(source, "guards");
        buf_addf(&a->answer->words, "%s", "");
        if (!name || !strstr(buf_str(&a->answer->words), name) || json_array_size(guards) == 0)
            continue;
        buf_addf(&a->answer->words, "The last run held source %s back:", name);
        json_array_foreach(guards, g, guard)
            buf_addf(&a->answer->words, " %s", json_string_value(guard) ? json_string_value(guard) : "");
        buf_adds(&a->answer->words, ". Its report says what to do.\n");
        say(a, WHY_HELD);
        return;
    }
}

static enum status explain_waiting(struct asking *a, struct err *err)
{
    struct buf text = BUF_INIT;
    json_error_t where;
    enum status status = generation_status_read(a->dir, &text, NULL);
    json_t *state = status == STATUS_OK ? json_loadb(text.data, text.len, 0, &where) : NULL;
    look_at_guards(a, state);
    if (a->answer->why == WHY_WAITING)
        buf_adds(&a->answer->words, "Nothing is wrong with it: the next run brings it into the index.\n");
    json_decref(state);
    buf_release(&text);
    return buf_ok(&a->answer->words, err);
}

static enum status look_in_sources(struct asking *a, struct err *err)
{
    struct pipeline *pipeline;
    TRY(pipeline_new(&pipeline, 1, false, err));
    enum status status = read_sources(a, pipeline, err);
    pipeline_free(pipeline);
    TRY(status);
    if (a->found && a->answer->why == WHY_WAITING)
        return explain_waiting(a, err);
    if (!a->found)
        buf_addf(&a->answer->words, "No file of a source has the id %s. Is it spelt as the source spells it, with the "
                 "prefix of its importer (ptv:, lahella: …)?\n", a->id);
    return STATUS_OK;
}

enum status why_not(const char *dir, const struct settings *settings, const char *id, int32_t today,
                    struct why_not_answer *answer, struct err *err)
{
    static const struct settings none;
    struct asking a = {.dir = dir, .id = id, .settings = settings ? settings : &none, .today = today,
                       .answer = answer};
    *answer = (struct why_not_answer){.why = WHY_UNKNOWN, .words = BUF_INIT};
    enum status status = previous_open(&a.previous, dir, a.settings, err);
    if (status == STATUS_OK)
        status = look_in_index(&a, err);
    /* A tombstone is of the past: its source may have the record again, and refuse it. */
    bool look = !a.found || answer->why == WHY_REMOVED;
    enum why_not before = answer->why;
    a.found = false;
    if (status == STATUS_OK && look && a.settings->source_count)
        status = look_in_sources(&a, err);
    else if (status == STATUS_OK && !a.settings->source_count && answer->why == WHY_UNKNOWN)
        buf_adds(&answer->words, "It is not in the index; with --config its sources are looked through.\n");
    if (!a.found && before == WHY_REMOVED)
        answer->why = WHY_REMOVED;
    previous_close(&a.previous);
    if (status == STATUS_OK)
        status = buf_ok(&answer->words, err);
    if (status != STATUS_OK)
        why_not_release(answer);
    return status;
}
