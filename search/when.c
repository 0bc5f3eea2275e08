#include "search/when.h"

struct when when_of(uint8_t weekdays, uint8_t times, bool unknown_weekday, bool unknown_time)
{
    struct when when = {weekdays, times, unknown_weekday, unknown_time, 0};
    for (int day = 0; day < WEEKDAYS; day++)
        if (!weekdays || weekdays & 1u << day)
            when.lanes |= 15u << (day * SLOT_TIMES);
    return when;
}

static bool times_pass(const struct when *when, unsigned times)
{
    if (times == 0)
        return false;
    if (when->times == 0 || times & when->times)
        return true;
    return times == 1u << SLOT_TIME_UNKNOWN && when->unknown_time;
}

unsigned when_times(const struct when *when, uint32_t slots)
{
    slots &= when->lanes;
    unsigned times = 0;
    for (; slots; slots >>= SLOT_TIMES)
        times |= slots & 15;
    return times;
}

unsigned when_weekdays(const struct when *when, uint32_t slots)
{
    unsigned days = 0;
    for (int day = 0; day < WEEKDAYS; day++)
        if (times_pass(when, slots >> (day * SLOT_TIMES) & 15))
            days |= 1u << day;
    return days;
}

bool when_pass(const struct when *when, uint32_t slots)
{
    if (slots == 0)
        return (!when->weekdays || when->unknown_weekday) && (!when->times || when->unknown_time);
    return times_pass(when, when_times(when, slots));
}
