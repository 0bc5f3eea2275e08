/* The facets of an answer as JSON. */
#ifndef OPASTIN_SEARCHD_RENDER_FACETS_H
#define OPASTIN_SEARCHD_RENDER_FACETS_H

#include "base/buf.h"
#include "searchd/labels.h"
#include "search/search.h"

/* {"audience":{…},…}: values that have hits and the chosen ones (at 0 too), by count, then by name; weekdays and
 * times of day in their own order; with their names unless the request wants none. */
void render_facets(const struct labels *labels, const struct request *request, const struct answer *answer,
                   struct buf *out);

#endif
