/* JSON Lines: one object of our own format a line (docs/data-format.md).  Blank lines, CR LF and a UTF-8 byte order
 * mark are accepted; duplicate keys, nesting beyond SOURCE_DEPTH and lines beyond SOURCE_LINE_BYTES are refused. */
#ifndef OPASTIN_INDEXER_JSONL_H
#define OPASTIN_INDEXER_JSONL_H

#include "indexer/source.h"

extern const struct source_reader jsonl_reader;

#endif
