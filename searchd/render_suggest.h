/* Suggestions as JSON. */
#ifndef OPASTIN_SEARCHD_RENDER_SUGGEST_H
#define OPASTIN_SEARCHD_RENDER_SUGGEST_H

#include "base/buf.h"
#include "searchd/labels.h"
#include "search/suggest.h"

/* milliseconds: that it took. */
enum status render_suggestions(const struct labels *labels, const struct request *request,
                               const struct suggestions *suggestions, uint32_t generation, double milliseconds,
                               struct buf *out, struct err *err) MUST_USE;

#endif
