/* Text into HTML, SVG and XML. */
#ifndef OPASTIN_SEARCHD_MARKUP_H
#define OPASTIN_SEARCHD_MARKUP_H

#include "base/buf.h"

/* For text and for attributes in double quotes. */
void markup_escape(struct buf *out, const char *text);
/* The same for XML 1.0, which has no way to write most control characters and U+FFFE, U+FFFF: they are left out, and
 * what is no UTF-8 becomes U+FFFD. */
void markup_xml(struct buf *out, const char *text);

#endif
