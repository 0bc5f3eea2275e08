/* What was understood of the query and what was done to it, as members of the answer. */
#ifndef OPASTIN_SEARCHD_RENDER_QUERY_H
#define OPASTIN_SEARCHD_RENDER_QUERY_H

#include "base/arena.h"
#include "base/buf.h"
#include "search/query.h"
#include "searchd/labels.h"
#include "search/search.h"

/* ,"interpreted":[…] always; ,"corrected":[…] and ,"relaxed":{…} when there is something to say. */
enum status render_query(const struct labels *labels, const struct request *request, const struct answer *answer,
                         struct arena *arena, struct buf *out, struct err *err) MUST_USE;

/* The filter of the value is set as a parameter already: nothing is left to offer. */
bool render_value_set(const struct request *request, const struct query_value *value);

/* ,"name":"?…": the request's canonical query string, without page and cursor. */
void render_url(const char *name, const struct request *request, struct buf *out);

#endif
