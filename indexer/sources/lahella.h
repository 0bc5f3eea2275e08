/* Activities as Lähellä.fi gives them; docs/import-lahella.md is the field map. */
#ifndef OPASTIN_INDEXER_SOURCES_LAHELLA_H
#define OPASTIN_INDEXER_SOURCES_LAHELLA_H

#include "indexer/sources/import.h"

extern const struct import_format lahella_format;

#endif
