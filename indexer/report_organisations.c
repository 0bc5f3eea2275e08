#include "indexer/report_organisations.h"

#include <inttypes.h>
#include <stdio.h>

#include "indexer/report_lists.h"

enum {
    COLUMN_ORGANISATION, COLUMN_SOURCE, COLUMN_RECORDS, COLUMN_PAST, COLUMN_QUALITIES,
    COLUMN_FRESHNESS = COLUMN_QUALITIES + QUALITIES,
    COLUMNS = COLUMN_FRESHNESS + FRESHNESS,
    COUNT_BYTES = 24,
};

_Static_assert((int)COLUMNS <= (int)LIST_COLUMNS, "the widest list");

const char *const *organisation_columns(void)
{
    static const char *const names[] = {
        "organisation", "source", "records",       "past",      "phone",      "time",       "place",
        "coordinates",  "price",  "accessibility", "language",  "theme",      "audience",   "summary",
        "months0to3",   "months3to6", "months6to12", "months12to24", "older", "unknown", NULL};
    _Static_assert(sizeof names / sizeof *names == COLUMNS + 1, "a name for each column");
    return names;
}

static enum status write_row(struct report *report, const struct report_organisation *organisation, struct err *err)
{
    const struct report_quality *quality = &organisation->quality;
    char numbers[COLUMNS][COUNT_BYTES];
    const char *cells[COLUMNS];
    uint64_t counts[COLUMNS] = {[COLUMN_RECORDS] = quality->records, [COLUMN_PAST] = quality->past};
    for (int q = 0; q < QUALITIES; q++)
        counts[COLUMN_QUALITIES + q] = quality->has[q];
    for (int f = 0; f < FRESHNESS; f++)
        counts[COLUMN_FRESHNESS + f] = quality->freshness[f];
    for (int i = COLUMN_RECORDS; i < COLUMNS; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%" PRIu64, counts[i]);
        cells[i] = numbers[i];
    }
    cells[COLUMN_ORGANISATION] = organisation->name;
    cells[COLUMN_SOURCE] = organisation->source;
    TRY(lists_row(report->lists, LIST_ORGANISATIONS, cells, err));
    report->rows[LIST_ORGANISATIONS]++;
    return STATUS_OK;
}

enum status organisations_list(struct report *report, struct err *err)
{
    for (size_t i = 0; i < report->organisations_all; i++)
        TRY(write_row(report, &report->organisations[i], err));
    return STATUS_OK;
}

uint64_t quality_lacking(const struct report_quality *quality, enum quality which)
{
    return quality->records - quality->has[which];
}

size_t qualities_lacking(const struct report_quality *quality, enum quality *order)
{
    size_t count = 0;
    for (int q = 0; q < QUALITIES; q++) {
        uint64_t lacks = quality_lacking(quality, (enum quality)q);
        size_t at = count;
        if (!lacks)
            continue;
        for (; at > 0 && quality_lacking(quality, order[at - 1]) < lacks; at--)
            order[at] = order[at - 1];
        order[at] = (enum quality)q;
        count++;
    }
    return count;
}
