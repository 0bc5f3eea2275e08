#include "search/dates.h"

#include "calendar.h"
#include "facet.h"

_Static_assert(sizeof(struct column_except) == sizeof(struct day_range), "a column's exceptions are read as they lie");

void row_schedules(const struct columns *c, uint32_t row, struct row_schedules *out)
{
    out->count = 0;
    out->start = out->end = (struct moment){DAY_UNKNOWN, MINUTE_UNKNOWN};
    for (uint32_t i = c->schedule_offset[row]; i < c->schedule_offset[row + 1]; i++) {
        const struct column_schedule *from = &c->schedules[i];
        if (from->weekdays == 0) { /* the record's own first and last day */
            out->start = (struct moment){from->valid_from == DAY_ALWAYS ? DAY_UNKNOWN : from->valid_from, from->from};
            out->end = (struct moment){from->valid_to == DAY_NEVER ? DAY_UNKNOWN : from->valid_to, from->to};
        } else if (out->count < COLUMNS_SCHEDULES_PER_ROW) {
            out->list[out->count++] = (struct schedule){
                .weekdays = from->weekdays, .nth = from->nth, .from_minute = from->from, .to_minute = from->to,
                .valid_from_day = from->valid_from == DAY_ALWAYS ? DAY_UNKNOWN : from->valid_from,
                .valid_to_day = from->valid_to == DAY_NEVER ? DAY_UNKNOWN : from->valid_to,
                .every_weeks = from->every,
                .except = (struct day_range *)(uintptr_t)(c->excepts + from->except_first),
                .except_count = from->except_count};
        }
    }
}

struct days days_asked(const struct request *request, int32_t today)
{
    struct days days = {request->date || request->until, request->date ? request->date : today,
                        request->until ? request->until : DAY_NEVER};
    if (days.first < today && !request->past)
        days.first = today;
    return days;
}

/* The weekdays on which it takes place from one day to another. */
static unsigned weekdays_between(const struct schedule *schedule, int64_t first, int64_t last)
{
    unsigned seen = 0;
    for (int64_t day = first; day <= last && seen != schedule->weekdays; day++) {
        unsigned weekday = 1u << weekday_of((int32_t)day);
        if (!(seen & weekday) && schedule->weekdays & weekday && schedule_holds(schedule, (int32_t)day))
            seen |= weekday;
    }
    return seen;
}

static int64_t later(int64_t day, int32_t other)
{
    return other != DAY_UNKNOWN && other > day ? other : day;
}

static int64_t earlier(int64_t day, int32_t other)
{
    return other != DAY_UNKNOWN && other < day ? other : day;
}

bool row_within(const struct columns *c, uint32_t row, const struct days *days, uint32_t *slots)
{
    struct row_schedules s;
    row_schedules(c, row, &s);
    *slots = 0;
    if (s.count == 0) {
        int32_t end = s.end.day == DAY_UNKNOWN ? s.start.day : s.end.day;
        *slots = c->slots[c->slot_class[row]];
        return s.start.day != DAY_UNKNOWN && s.start.day <= days->last &&
               (end >= days->first || s.start.day >= days->first);
    }
    for (size_t i = 0; i < s.count; i++) {
        const struct schedule *one = &s.list[i];
        int64_t first = later(later(days->first, one->valid_from_day), s.start.day);
        int64_t last = earlier(earlier((int64_t)days->first + CALENDAR_LOOK_AHEAD_DAYS, one->valid_to_day), s.end.day);
        unsigned on = weekdays_between(one, first, last < days->last ? last : days->last);
        uint32_t times = facet_times(one->from_minute, one->to_minute);
        for (int day = 0; day < WEEKDAYS; day++)
            if (on >> day & 1)
                *slots |= times << (day * SLOT_TIMES);
    }
    return *slots != 0;
}

bool row_undated(const struct columns *c, uint32_t row)
{
    for (uint32_t i = c->schedule_offset[row]; i < c->schedule_offset[row + 1]; i++)
        if (c->schedules[i].weekdays || c->schedules[i].valid_from != DAY_ALWAYS)
            return false;
    return true;
}
