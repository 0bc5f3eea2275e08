/* Similar records, as JSON. */
#ifndef OPASTIN_SEARCHD_RENDER_SIMILAR_H
#define OPASTIN_SEARCHD_RENDER_SIMILAR_H

#include "base/buf.h"
#include "searchd/labels.h"
#include "search/similar.h"

/* The answer of /api/v1/similar/{id}. Reads the hits' records. */
enum status render_similar(struct searcher *searcher, const struct labels *labels, const struct similar *similar,
                           const char *id, enum ui_lang lang, struct buf *out, struct err *err) MUST_USE;

#endif
