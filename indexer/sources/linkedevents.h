/* Linked Events v1: events, places and organisations; docs/import-linkedevents.md is the field map. */
#ifndef OPASTIN_INDEXER_SOURCES_LINKEDEVENTS_H
#define OPASTIN_INDEXER_SOURCES_LINKEDEVENTS_H

#include "indexer/sources/import.h"

extern const struct import_format linkedevents_format;

#endif
