/* What a record lets a counsellor do, as bits: who can be called, when and where it is, what it costs.  Kept with each
 * record of a generation, so that shares are known for all of them though only what changed was read. */
#ifndef OPASTIN_INDEXER_QUALITY_H
#define OPASTIN_INDEXER_QUALITY_H

#include <stdint.h>

#include "record.h"

enum quality {
    QUALITY_PHONE,         /* a phone number that is shown: of a contact, of a channel or for signing up */
    QUALITY_TIME,          /* a schedule with weekdays, or dates */
    QUALITY_PLACE,         /* an address or online; see QUALITY_COORDINATES */
    QUALITY_COORDINATES,   /* a place with a position */
    QUALITY_PRICE,
    QUALITY_ACCESSIBILITY,
    QUALITY_LANGUAGE,
    QUALITY_THEME,
    QUALITY_AUDIENCE,
    QUALITY_SUMMARY,
    QUALITIES
};
const char *quality_name(enum quality quality); /* "phone": in JSON */

/* Bit per quality. */
uint16_t quality_of(const struct record *record);

/* Months since a person verified it, as the histogram of reports has them: the same day of the month three months ago
 * (or the last day of a shorter month) is still within three months. */
enum freshness { FRESH_3, FRESH_6, FRESH_12, FRESH_24, FRESH_OLDER, FRESH_UNKNOWN, FRESHNESS };
const char *freshness_name(enum freshness freshness); /* "months0to3" … "older", "unknown" */
/* Days since 1970; verified: DAY_UNKNOWN when nobody has. A day to come counts as today. */
enum freshness freshness_of(int32_t verified, int32_t today);

#endif
