/* Single dates gathered into the rules of a schedule: "every second Tuesday 13-15 from September to December, but not
 * on 24.11." rather than eight dates. */
#ifndef OPASTIN_INDEXER_SOURCES_OCCURRENCES_H
#define OPASTIN_INDEXER_SOURCES_OCCURRENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/sources/import.h"
#include "record.h"

enum {
    OCCURRENCES_MOST = 4000,     /* gathered of one record; the later ones of more are kept */
    OCCURRENCES_RULES = 200,     /* in a record's schedule, as the field table has it; the later ones of more are kept */
    OCCURRENCES_EXCEPTIONS = 60, /* of one rule; beyond that the dates are two rules */
};

struct occurrence_list {
    struct date_of_occurrence {
        int32_t day;
        int16_t from, to; /* minutes; MINUTE_UNKNOWN */
    } *list;              /* in the arena */
    size_t count, capacity;
    size_t dropped;
};

/* A date with its hours.  One that goes over midnight and ends by 08:00 keeps its end; a longer one becomes a date for
 * each of its days, 31 at most. */
void occurrences_add(struct occurrence_list *list, struct import_notes *notes, struct moment start, struct moment end);

/* Puts the rules into record["schedule"], behind what is there; first and last day into *from and *to.  Says with a
 * warning at `path` when there were too many.  false when there is no date. */
bool occurrences_put(struct occurrence_list *list, struct import_notes *notes, const char *path, json_t *record,
                     int32_t *from, int32_t *to);

#endif
