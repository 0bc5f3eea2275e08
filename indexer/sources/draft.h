/* Draft.js raw content, the JSON in which some editors (PTV's among them) store formatted text, to plain text.
 *
 * Format: draftjs.org/docs/api-reference-data-conversion, {"blocks": [{"text", "type", …}], "entityMap": {…}}. */
#ifndef OPASTIN_INDEXER_SOURCES_DRAFT_H
#define OPASTIN_INDEXER_SOURCES_DRAFT_H

#include <jansson.h>

enum { DRAFT_BYTES = 1 << 20 }; /* a longer text is not looked into */

/* The text of such content, given as an object or as a string that holds it: paragraphs divided by an empty line, the
 * items of a list by a line end; styles and links go.  Any other value comes back as it is.  A new reference; NULL for
 * NULL and without memory. */
json_t *draft_plain(const json_t *value);

#endif
