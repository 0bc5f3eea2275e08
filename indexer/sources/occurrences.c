#include "indexer/sources/occurrences.h"

#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "indexer/sources/import_value.h"

enum { DAYS_OF_ONE = 31, WEEKS_MOST = 52, WEEKS_OF_TWO = 4, NOON = 12 * 60 };

static void add_day(struct occurrence_list *list, struct import_notes *notes, struct date_of_occurrence date)
{
    if (list->count == OCCURRENCES_MOST) {
        list->dropped++;
        memmove(list->list, list->list + 1, (list->count - 1) * sizeof *list->list);
        list->count--;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        void *grown = arena_array(notes->arena, capacity, sizeof *list->list);
        if (!grown) {
            notes->failed = true;
            return;
        }
        if (list->count)
            memcpy(grown, list->list, list->count * sizeof *list->list);
        list->list = grown;
        list->capacity = capacity;
    }
    list->list[list->count++] = date;
}

void occurrences_add(struct occurrence_list *list, struct import_notes *notes, struct moment start, struct moment end)
{
    if (start.day == DAY_UNKNOWN)
        return;
    if (end.day == DAY_UNKNOWN || end.day < start.day)
        end = (struct moment){start.day, MINUTE_UNKNOWN};
    bool night = end.day == start.day + 1 && end.minute != MINUTE_UNKNOWN && end.minute <= SCHEDULE_NIGHT_MINUTE &&
                 start.minute != MINUTE_UNKNOWN && start.minute >= NOON;
    if (night && end.minute == 0)
        end.minute = 24 * 60;
    if (end.day == start.day || night) {
        bool usable = night || end.minute == MINUTE_UNKNOWN || start.minute == MINUTE_UNKNOWN ||
                      end.minute > start.minute;
        int16_t to = usable ? end.minute : MINUTE_UNKNOWN;
        add_day(list, notes, (struct date_of_occurrence){start.day, start.minute, to});
        return;
    }
    for (int32_t day = start.day; day <= end.day && day < start.day + DAYS_OF_ONE; day++)
        add_day(list, notes, (struct date_of_occurrence){day, MINUTE_UNKNOWN, MINUTE_UNKNOWN});
}

/* By weekday and hours, then by day. */
static int compare(const void *a, const void *b)
{
    const struct date_of_occurrence *x = a, *y = b;
    unsigned wx = weekday_of(x->day), wy = weekday_of(y->day);
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    if (wx != wy)
        return wx < wy ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

/* ---- rules ------------------------------------------------------------------------------------------------------ */

/* Dates of one weekday and one time of day, weeks apart. */
struct rule {
    const struct date_of_occurrence *first;
    size_t count;
    int32_t weeks;     /* between two of them */
    size_t exceptions; /* dates that the rule has too many */
    uint8_t weekdays;
    bool joined;       /* told by another rule */
};

static int32_t gcd(int32_t a, int32_t b)
{
    return b ? gcd(b, a % b) : a;
}

/* The longest beginning of the dates that one rule can say with few exceptions. */
static struct rule rule_from(const struct date_of_occurrence *dates, size_t count)
{
    struct rule rule = {.first = dates, .count = 1, .weeks = 0};
    for (size_t i = 1; i < count; i++) {
        int32_t weeks = gcd(rule.weeks, (dates[i].day - dates[i - 1].day) / 7);
        size_t slots = (size_t)((dates[i].day - dates[0].day) / 7 / weeks) + 1, missing = slots - (i + 1);
        if (weeks > WEEKS_MOST || missing > OCCURRENCES_EXCEPTIONS || missing > i + 1)
            break;
        rule.count = i + 1;
        rule.weeks = weeks;
        rule.exceptions = missing;
    }
    if (rule.count < 3 && rule.weeks > WEEKS_OF_TWO) { /* two dates far apart are no rule */
        rule.count = 1;
        rule.weeks = 0;
    }
    rule.exceptions = rule.count == 1 ? 0 : rule.exceptions;
    rule.weekdays = (uint8_t)(1u << weekday_of(dates[0].day));
    return rule;
}

static int32_t last_day(const struct rule *rule)
{
    return rule->first[rule->count - 1].day;
}

/* The same but for the weekday, in the same weeks. */
static bool joins(const struct rule *a, const struct rule *b)
{
    return !a->joined && !b->joined && a->count > 1 && a->count == b->count && a->weeks == b->weeks &&
           a->exceptions == 0 && b->exceptions == 0 && a->first->from == b->first->from &&
           a->first->to == b->first->to && week_index(a->first->day) == week_index(b->first->day) &&
           !(a->weekdays & b->weekdays);
}

static json_t *exceptions_of(const struct rule *rule)
{
    json_t *list = json_array();
    size_t at = 0;
    for (int32_t day = rule->first->day; rule->exceptions && day < last_day(rule); day += 7 * rule->weeks) {
        if (rule->first[at].day == day) {
            at++;
            continue;
        }
        char text[CALENDAR_DATE_BYTES];
        day_format(day, text);
        import_append(list, json_string(text));
    }
    return list;
}

static json_t *rule_json(const struct rule *rule, int32_t from, int32_t to)
{
    json_t *object = json_object(), *weekdays = json_array();
    for (unsigned day = 0; day < 7; day++)
        if (rule->weekdays >> day & 1)
            import_append(weekdays, json_string(vocab_entry(VOCAB_WEEKDAY, day)->code));
    import_put(object, "weekday", weekdays);
    import_put(object, "from", import_minute_text(rule->first->from));
    import_put(object, "to", import_minute_text(rule->first->to));
    import_put(object, "valid_from", import_day_text(from));
    import_put(object, "valid_to", import_day_text(to));
    if (rule->weeks > 1)
        import_put(object, "every", json_integer(rule->weeks));
    import_put(object, "except", exceptions_of(rule));
    return object;
}

/* Finds the rules; several weekdays at one time in one season become one. */
static size_t find_rules(const struct date_of_occurrence *dates, size_t count, struct rule *rules)
{
    size_t found = 0;
    for (size_t at = 0, end; at < count; at += rules[found++].count) {
        end = at + 1;
        while (end < count && dates[end].from == dates[at].from && dates[end].to == dates[at].to &&
               weekday_of(dates[end].day) == weekday_of(dates[at].day))
            end++;
        rules[found] = rule_from(dates + at, end - at);
    }
    return found;
}

static size_t without_doubles(struct date_of_occurrence *dates, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare(&dates[kept - 1], &dates[i]) != 0)
            dates[kept++] = dates[i];
    return kept;
}

static int later_first(const void *a, const void *b)
{
    int32_t x = last_day(a), y = last_day(b);
    return (y > x) - (y < x);
}

static int earlier_first(const void *a, const void *b)
{
    const struct rule *x = a, *y = b;
    int by_hours = compare(x->first, y->first);
    return x->first->day != y->first->day ? (x->first->day < y->first->day ? -1 : 1) : by_hours;
}

static void put_rules(struct rule *rules, size_t count, json_t *schedule)
{
    qsort(rules, count, sizeof *rules, earlier_first);
    for (size_t i = 0; i < count; i++) {
        int32_t from = rules[i].first->day, to = last_day(&rules[i]);
        if (rules[i].joined)
            continue;
        for (size_t j = i + 1; j < count; j++) {
            if (!joins(&rules[i], &rules[j]))
                continue;
            rules[i].weekdays |= rules[j].weekdays;
            rules[j].joined = true;
            to = last_day(&rules[j]) > to ? last_day(&rules[j]) : to;
        }
        json_array_append_new(schedule, rule_json(&rules[i], from, to));
    }
}

bool occurrences_put(struct occurrence_list *list, struct import_notes *notes, const char *path, json_t *record,
                     int32_t *from, int32_t *to)
{
    if (list->count == 0)
        return false;
    *from = *to = list->list[0].day;
    for (size_t i = 1; i < list->count; i++) {
        *from = list->list[i].day < *from ? list->list[i].day : *from;
        *to = list->list[i].day > *to ? list->list[i].day : *to;
    }
    qsort(list->list, list->count, sizeof *list->list, compare);
    list->count = without_doubles(list->list, list->count);
    struct rule *rules = arena_array(notes->arena, list->count, sizeof *rules);
    if (!rules) {
        notes->failed = true;
        return true;
    }
    json_t *schedule = json_object_get(record, "schedule");
    if (!schedule && json_object_set_new(record, "schedule", json_array()) == 0)
        schedule = json_object_get(record, "schedule");
    size_t count = find_rules(list->list, list->count, rules), room = OCCURRENCES_RULES - json_array_size(schedule);
    if (count > room || list->dropped) {
        import_warn(notes, &(struct import_note){PROBLEM_TOO_BIG, path, NULL, NULL},
                    "has more dates than a record holds; the last ones are kept");
        qsort(rules, count, sizeof *rules, later_first);
        count = count < room ? count : room;
    }
    put_rules(rules, count, schedule);
    return true;
}
