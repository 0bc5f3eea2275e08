/* Text into HTML and SVG. */
#ifndef OPASTIN_SEARCHD_MARKUP_H
#define OPASTIN_SEARCHD_MARKUP_H

#include "base/buf.h"

/* For text and for attributes in double quotes. */
void markup_escape(struct buf *out, const char *text);

#endif
