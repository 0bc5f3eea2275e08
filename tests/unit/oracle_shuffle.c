/* Many records out of few: each one's fields come from several records of the same kind. */
#include "oracle.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"

static json_t **read_all(const struct oracle_world *world)
{
    json_t **all = calloc(world->count + 1, sizeof *all);
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < world->count; i++) {
        buf_reset(&text);
        record_to_json(world->facts[i].record, RECORD_WHOLE, &text);
        all[i] = json_loadb(text.data, text.len, 0, NULL);
        if (!all[i])
            abort();
    }
    buf_release(&text);
    return all;
}

static bool may_come_from_another(const char *key)
{
    static const char *const own[] = {"id", "kind", "schedule", "start", "end"}; /* these must fit each other */
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(key, own[i]) == 0)
            return false;
    return true;
}

static void take_fields(json_t *record, const json_t *from, struct oracle_random *random, unsigned percent)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)from, key, value)
        if (may_come_from_another(key) && oracle_chance(random, percent))
            json_object_set(record, key, value);
}

static void drop_fields(json_t *record, struct oracle_random *random)
{
    static const char *const optional[] = {"audience", "theme", "area", "place", "schedule", "price", "languages",
                                           "threshold", "form", "age_min", "age_max", "channel", "plain_language"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (oracle_chance(random, 10))
            json_object_del(record, optional[i]);
}

static void set_day(json_t *record, const char *key, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    json_object_set_new(record, key, json_string(text));
}

static void change_numbers(json_t *record, const struct oracle_world *world, struct oracle_random *random)
{
    int32_t today = world->today[oracle_below(random, ORACLE_TODAYS)];
    if (oracle_chance(random, 20)) {
        long from = (long)oracle_below(random, 80);
        json_object_set_new(record, "age_min", json_integer(from));
        json_object_set_new(record, "age_max", json_integer(from + (long)oracle_below(random, 40)));
    }
    if (oracle_chance(random, 10))
        set_day(record, "visible_from", today + (int32_t)oracle_below(random, 3) - 1);
    if (oracle_chance(random, 10))
        set_day(record, "visible_to", today + (int32_t)oracle_below(random, 3) - 1);
    if (oracle_chance(random, 10) && !json_object_get(record, "start"))
        set_day(record, "end", today + (int32_t)oracle_below(random, 14));
}

static void change_schedule(json_t *schedule, int32_t today, struct oracle_random *random)
{
    if (oracle_chance(random, 20)) {
        json_object_del(schedule, "from");
        json_object_del(schedule, "to");
    }
    if (oracle_chance(random, 5)) { /* about as far ahead as is looked for the next time */
        json_object_del(schedule, "valid_to");
        set_day(schedule, "valid_from", today + CALENDAR_LOOK_AHEAD_DAYS - 50 + (int32_t)oracle_below(random, 60));
    }
}

/* A season that is over, or nearly, and no other end: whether the record is past hangs on it alone. */
static void end_season(json_t *record, int32_t today, struct oracle_random *random)
{
    json_t *schedule = json_pack("{s:[s], s:s}", "weekday", "tue", "from", "10:00");
    json_object_del(record, "start");
    json_object_del(record, "end");
    set_day(schedule, "valid_to", today + (int32_t)oracle_below(random, 5) - 2);
    json_object_set_new(record, "schedule", json_pack("[o]", schedule));
}

/* Some times become unknown or far ahead, and some records meet at another one's times too. */
static void change_schedules(json_t *record, const json_t *other, int32_t today, struct oracle_random *random)
{
    json_t *schedules = json_object_get(record, "schedule"), *copies = json_array(), *schedule;
    size_t i;
    if (schedules && oracle_chance(random, 30))
        json_array_extend(schedules = json_copy(schedules), json_object_get(other, "schedule"));
    else
        json_incref(schedules);
    json_array_foreach(schedules, i, schedule) {
        json_t *copy = json_copy(schedule);
        change_schedule(copy, today, random);
        json_array_append_new(copies, copy);
    }
    json_decref(schedules);
    if (json_array_size(copies))
        json_object_set(record, "schedule", copies);
    json_decref(copies);
}

static size_t like(json_t **all, size_t count, size_t one, struct oracle_random *random)
{
    for (;;) {
        size_t other = oracle_below(random, count);
        if (json_equal(json_object_get(all[other], "kind"), json_object_get(all[one], "kind")))
            return other;
    }
}

void oracle_write_shuffled(const struct oracle_world *world, struct oracle_random *random, size_t count,
                           const char *path)
{
    json_t **all = read_all(world);
    FILE *file = fopen(path, "wb");
    if (!file)
        abort();
    for (size_t i = 0; i < count; i++) {
        size_t base = oracle_below(random, world->count);
        json_t *record = json_copy(all[base]);
        take_fields(record, all[like(all, world->count, base, random)], random, 50);
        take_fields(record, all[like(all, world->count, base, random)], random, 25);
        drop_fields(record, random);
        change_numbers(record, world, random);
        change_schedules(record, all[like(all, world->count, base, random)], world->today[0], random);
        if (oracle_chance(random, 5))
            end_season(record, world->today[oracle_below(random, ORACLE_TODAYS)], random);
        json_object_set_new(record, "id", json_sprintf("shuffled-%zu", i));
        if (json_dumpf(record, file, JSON_COMPACT) != 0 || fputc('\n', file) == EOF)
            abort();
        json_decref(record);
    }
    if (fclose(file) != 0)
        abort();
    for (size_t i = 0; i < world->count; i++)
        json_decref(all[i]);
    free(all);
}
