/* What jansson says of broken JSON, in the language of the problems. */
#ifndef OPASTIN_INDEXER_JSON_WORDS_H
#define OPASTIN_INDEXER_JSON_WORDS_H

#include <stddef.h>

/* "'}' expected near '\"age\"'" of a json_error_t; as it is when the language is English or the phrase is not known.
 * Gives `out`, zero-terminated, which may cut it. */
const char *json_error_words(const char *text, char *out, size_t size);

#endif
