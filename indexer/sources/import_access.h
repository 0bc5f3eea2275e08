/* Accessibility in sentences, as our codes where a sentence states one for sure. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_ACCESS_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_ACCESS_H

#include <jansson.h>

/* Adds the codes that the text, in a language of record.h, states to the place's list `accessibility`: statement by
 * statement, and none for one with a denial ("ei", "inte", "not" …). */
void import_put_access(json_t *place, const char *text, int lang);

#endif
