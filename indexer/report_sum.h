/* What all renderings of a report count with: sums, shares, and which problems come first.  Numbers are made here and
 * nowhere else, so that no two renderings differ. */
#ifndef OPASTIN_INDEXER_REPORT_SUM_H
#define OPASTIN_INDEXER_REPORT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/report.h"

struct report_counts {
    uint64_t read, accepted, rejected, merged, skipped, warnings, added, changed, removed, unchanged, records;
};
struct report_counts counts_of(const struct report_source *source);
void counts_add(struct report_counts *sum, const struct report_counts *counts);
struct report_counts counts_total(const struct report *report);

/* Over all sources: as they are now, or before the run. */
struct report_quality quality_total(const struct report *report, bool before);

/* Tripped, and not allowed by the operator. */
bool guard_stops(const struct report_guard *guard);
/* The limit is a percent, points, days or records; NULL-safe text of the option that allows it, or false when nothing
 * but mending helps. */
bool guard_allowable(enum guard guard);
bool source_stopped(const struct report_source *source);
/* There is something to say of it: it was stopped, or its records or counts are not as they were. */
bool source_tells(const struct report_source *source);
size_t golden_lost(const struct report *report);

/* Percent; NAN when there are no records. */
double percent_of(uint64_t part, uint64_t whole);

/* A rule over all sources. */
struct rule_sum {
    enum problem_severity severity;
    enum problem_code code;
    uint64_t count;
    size_t sources;
};
/* Rules of a severity that have any problem, most first; returns how many. */
size_t rules_sum(const struct report *report, enum problem_severity severity, struct rule_sum sums[PROBLEM_CODES]);

struct rule_example {
    const struct report_source *source;
    const struct problem *problem;
};
/* At most `most` examples of a rule: of different fields first, then of different sources. */
size_t rule_examples(const struct report *report, const struct rule_sum *rule, struct rule_example *examples,
                     size_t most);

/* True when both paths name the same field, "place[0].lat" and "place[7].lat"; NULL equals NULL. */
bool field_same(const char *a, const char *b);

/* The address where the record is edited, {id} filled in; false when there is none to give (not http or https, or the
 * id is unknown and wanted). */
bool edit_address(const struct settings_source *settings, const char *id, struct buf *out);

#endif
