/* Weekday and time of day, asked together: "Thursday evening" is no Thursday morning with a Monday evening. */
#ifndef OPASTIN_SEARCH_WHEN_H
#define OPASTIN_SEARCH_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "facet.h"

/* Weekday x time of day of one row (facet_slots()), judged for the asked weekdays and times. */
struct when {
    uint8_t weekdays, times;            /* asked; 0: any */
    bool unknown_weekday, unknown_time; /* records that do not say pass too */
    uint32_t lanes;                     /* the slots of the weekdays asked; by when_of() */
};
struct when when_of(uint8_t weekdays, uint8_t times, bool unknown_weekday, bool unknown_time);
bool when_pass(const struct when *when, uint32_t slots);
/* The times that the row has on the asked weekdays: bits 0..2, and bit SLOT_TIME_UNKNOWN. */
unsigned when_times(const struct when *when, uint32_t slots);
/* The weekdays on which the row passes the asked times: bits 0..6. */
unsigned when_weekdays(const struct when *when, uint32_t slots);

#endif
