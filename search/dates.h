/* When a row takes place within days that were asked for, read off its schedules: nothing of it is stored. */
#ifndef OPASTIN_SEARCH_DATES_H
#define OPASTIN_SEARCH_DATES_H

#include <stdbool.h>
#include <stdint.h>

#include "columns.h"
#include "record.h"
#include "search/request.h"

/* A row's schedules as the calendar reads them: those that name weekdays, and its own first and last day. */
struct row_schedules {
    struct schedule list[COLUMNS_SCHEDULES_PER_ROW];
    size_t count;
    struct moment start, end;
};
void row_schedules(const struct columns *columns, uint32_t row, struct row_schedules *schedules);

/* Days asked for, first and last. */
struct days {
    bool asked;
    int32_t first, last; /* last: DAY_NEVER when it is not asked */
};
/* Without a first day, and where that day is over, from today on; what is over is asked for with past=1. */
struct days days_asked(const struct request *request, int32_t today);

/* True when the row takes place within the days; *slots: on which weekdays and at which times of day (facet_slots())
 * it then does.  Schedules are followed for CALENDAR_LOOK_AHEAD_DAYS from the first day. */
bool row_within(const struct columns *columns, uint32_t row, const struct days *days, uint32_t *slots);
/* The row says neither a weekday nor a first day: nobody knows when it takes place. */
bool row_undated(const struct columns *columns, uint32_t row);

#endif
