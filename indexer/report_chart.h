/* The charts of the page, as inline SVG: drawn with the page's colours, described in words, their numbers in a table
 * beside them. */
#ifndef OPASTIN_INDEXER_REPORT_CHART_H
#define OPASTIN_INDEXER_REPORT_CHART_H

#include "indexer/report_pen.h"

void chart_freshness(struct pen *pen, const struct report_quality *quality);
void chart_completeness(struct pen *pen, const struct report_quality *now, const struct report_quality *before);
/* Records of the search after each run. */
void chart_trend(struct pen *pen, const struct report_run *runs, size_t count);

#endif
