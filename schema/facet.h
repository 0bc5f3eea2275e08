/* The facets: what can be filtered and counted, and the ordinals that stand for their values in the columns.
 *
 * A listed facet's values are the entries of one vocabulary.  All listed facets share one space of ordinals:
 * facet_first(f) + the entry's ordinal in its vocabulary; behind a facet's entries stands one more ordinal for
 * "the record does not say", so that counting values counts the unknown too (unknown is not no). */
#ifndef OPASTIN_FACET_H
#define OPASTIN_FACET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "vocab/vocab.h"

struct record;

enum facet {
    /* listed: counted from the columns' ordinals */
    FACET_AUDIENCE,
    FACET_AREA,
    FACET_THEME,
    FACET_KIND,
    FACET_LANGUAGE,
    FACET_FREE,
    FACET_FORM,
    FACET_ACCESSIBLE,
    FACET_THRESHOLD,
    FACET_LISTED,
    /* computed from columns of their own */
    FACET_WEEKDAY = FACET_LISTED,
    FACET_TIME,
    FACET_AGE,
    FACET_NEAR,
    FACET_DATE, /* asked of the schedules as they are */
    FACET_COUNT
};

enum {
    FACET_VALUES_PER_RECORD = 2048, /* ordinals of one record, ancestors included; more is a LIMIT error */
    WEEKDAYS = 7,
    TIMES = 3,           /* morning, afternoon, evening */
    SLOT_TIMES = 4,      /* and "time not stated" */
    SLOT_TIME_UNKNOWN = 3,
    AGE_UNKNOWN = 255,
};

/* Name as in the interfaces' parameters: "audience". */
const char *facet_name(enum facet facet);
/* The facet of a parameter's name, -1 when it is none. */
int facet_by_name(const char *name, size_t len);
/* The vocabulary whose entries are the values (listed facets, weekday, time). */
enum vocab_name facet_vocab(enum facet facet);
bool facet_is_tree(enum facet facet);

/* Listed facets only. */
uint16_t facet_first(enum facet facet);   /* ordinal of the first entry */
uint16_t facet_unknown(enum facet facet); /* ordinal of "not stated"; one behind the last entry */
uint16_t facet_ordinals(void);            /* size of the whole space */

/* The record's ordinals in all listed facets, ancestors included, ascending and distinct.
 * A nationwide record has the one ordinal `nationwide` in place of all areas. STATUS_LIMIT. */
enum status facet_values(const struct record *record, uint16_t *ordinals, size_t *count, struct err *err) MUST_USE;

/* The times of day that from..to (minutes, below 0 unknown) touches: bits 0..2, or bit SLOT_TIME_UNKNOWN. */
uint32_t facet_times(int from, int to);
/* Weekday x time: bit weekday * SLOT_TIMES + time (0 = Monday morning); 0 when no weekday is known. */
uint32_t facet_slots(const struct record *record);

/* How wide the record serves; wider ranks after narrower. */
enum area_tier { TIER_LOCAL, TIER_REGION, TIER_NATION };
enum area_tier facet_tier(const struct record *record);

#endif
