/* Duplicates across sources: one thing that two systems describe.
 *
 * Two records of different sources are one when they are of one kind, have the same title (the Finnish one, when there
 * is one), and either the same business id ("business-id-name") or the same place ("name-place"): municipality and
 * street address.  They are not when they name different business ids or organisations, start on different days, or
 * have no weekday in common: rather shown twice than hidden once.  The record of the source that the configuration
 * names first is shown, whole: what it says can be mended in one place. */
#ifndef OPASTIN_INDEXER_DUPLICATES_H
#define OPASTIN_INDEXER_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/ledger.h"
#include "record.h"

enum duplicate_rule { DUPLICATE_BUSINESS_ID, DUPLICATE_PLACE };
const char *duplicate_rule_name(enum duplicate_rule rule); /* "business-id-name", "name-place" */

/* Fills what duplicates are found by: name, place, owner, business, start_day, weekdays. */
void duplicate_keys(const struct record *record, struct ledger_entry *entry);

/* Whether the two are one thing, and by which rule. */
bool duplicate_of(const struct ledger_entry *a, const struct ledger_entry *b, enum duplicate_rule *rule);

struct duplicate {
    uint32_t entry, kept; /* numbers in the list */
    enum duplicate_rule rule;
};

/* Among the entries (in any order; those with skip[i] are no part of it), ordered by source and then by the hash of the
 * id: each duplicate once, with the record that is shown instead; that one is no duplicate itself.  *found is the
 * caller's to free.  Same entries, same answer, in whatever order they are. */
enum status duplicates_find(const struct ledger_entry *entries, const uint8_t *skip, uint32_t count,
                            struct duplicate **found, size_t *found_count, struct err *err) MUST_USE;

#endif
