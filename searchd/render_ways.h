/* Ways on, as a member of the answer. */
#ifndef OPASTIN_SEARCHD_RENDER_WAYS_H
#define OPASTIN_SEARCHD_RENDER_WAYS_H

#include "base/buf.h"
#include "searchd/labels.h"
#include "search/ways.h"

enum { RENDER_WAYS_NAMES = 6 }; /* values that a label names; of the others it says how many they are */

/* ,"ways":[…]: kind, what is changed, label for people in the request's language, total, url. */
void render_ways(const struct labels *labels, const struct ways *ways, struct buf *out);
/* The label alone, as plain text. */
void render_way_label(const struct way *way, struct buf *out);

#endif
