/* The records again, from the same files through the same reader, held in memory whole. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>

#include "indexer/source.h"

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "oracle: %s: %s\n", what, why);
    exit(1);
}

const struct oracle_facts *oracle_find(const struct oracle_world *world, const char *id)
{
    for (size_t i = 0; i < world->count; i++)
        if (strcmp(world->facts[i].record->id, id) == 0)
            return &world->facts[i];
    return NULL;
}

static void take(struct oracle_world *world, const struct record *record)
{
    if (oracle_find(world, record->id))
        return;
    if (world->count == world->cap) {
        world->cap = world->cap ? 2 * world->cap : 256;
        world->facts = realloc(world->facts, world->cap * sizeof *world->facts);
        if (!world->facts)
            give_up(record->id, "out of memory");
    }
    struct record *copy = arena_alloc(&world->arena, sizeof *copy);
    *copy = *record;
    world->facts[world->count] = (struct oracle_facts){.record = copy};
    world->count++;
}

static void load_file(struct oracle_world *world, const char *path)
{
    struct err err = {0};
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    if (source_open(&source, path, NULL, &err) != STATUS_OK)
        give_up(path, err.message);
    do {
        problems_init(&problems, &world->arena);
        if (source_next(source, &world->arena, &record, &problems, &item, &err) != STATUS_OK)
            give_up(path, err.message);
        if (item.kind == SOURCE_RECORD)
            take(world, &record);
    } while (item.kind != SOURCE_END);
    source_free(source);
}

static void fill_values(struct oracle_world *world, struct oracle_facts *f)
{
    for (int facet = 0; facet < FACET_LISTED; facet++) {
        size_t size = vocab_size(facet_vocab((enum facet)facet));
        if (size > ORACLE_VALUES)
            give_up(facet_name((enum facet)facet), "raise ORACLE_VALUES");
        f->values[facet] = arena_array(&world->arena, size, sizeof *f->values[facet]);
        for (uint16_t value = 0; value < size; value++) {
            f->has[facet][value] = oracle_has(f->record, (enum facet)facet, value);
            if (f->has[facet][value])
                f->values[facet][f->value_count[facet]++] = value;
        }
        f->unknown[facet] = oracle_says_nothing(f->record, (enum facet)facet);
    }
}

struct name {
    const char *text, *id;
    size_t record;
    UCollator *order;
};

static int compare_names(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    UErrorCode failed = U_ZERO_ERROR;
    UCollationResult order = ucol_strcollUTF8(x->order, x->text, -1, y->text, -1, &failed);
    if (U_FAILURE(failed))
        give_up(x->text, u_errorName(failed));
    if (order != UCOL_EQUAL)
        return order == UCOL_LESS ? -1 : 1;
    return strcmp(x->id, y->id);
}

static const char *title_of(const struct record *record)
{
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        if (record->title.in[lang])
            return record->title.in[lang];
    return "";
}

static void order_names(struct oracle_world *world)
{
    UErrorCode failed = U_ZERO_ERROR;
    UCollator *order = ucol_open("fi", &failed);
    struct name *names = calloc(world->count + 1, sizeof *names);
    for (size_t i = 0; i < world->count; i++)
        names[i] = (struct name){title_of(world->facts[i].record), world->facts[i].record->id, i, order};
    qsort(names, world->count, sizeof *names, compare_names);
    for (size_t i = 0; i < world->count; i++)
        world->facts[names[i].record].name_place = (uint32_t)i;
    free(names);
    ucol_close(order);
}

void oracle_load_records(struct oracle_world *world, const char *const *paths, size_t path_count)
{
    *world = (struct oracle_world){.arena = ARENA_INIT};
    for (size_t i = 0; i < path_count; i++)
        load_file(world, paths[i]);
}

void oracle_load(struct oracle_world *world, const char *const *paths, size_t path_count,
                 const int32_t today[ORACLE_TODAYS])
{
    oracle_load_records(world, paths, path_count);
    memcpy(world->today, today, sizeof world->today);
    for (size_t i = 0; i < world->count; i++) {
        struct oracle_facts *f = &world->facts[i];
        fill_values(world, f);
        oracle_fill_when(f);
        oracle_fill_places(f, &world->arena);
        for (size_t day = 0; day < ORACLE_TODAYS; day++)
            f->next[day] = oracle_next(f->record, today[day]);
    }
    order_names(world);
    oracle_read_texts(world);
}

void oracle_release(struct oracle_world *world)
{
    if (world->dictionary)
        oracle_forget_texts(world);
    free(world->facts);
    arena_release(&world->arena);
}
