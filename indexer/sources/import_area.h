/* Areas gathered from foreign names and codes, to the one area that a record has. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_AREA_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_AREA_H

#include "indexer/sources/import.h"
#include "vocab/vocab.h"

/* Of all our areas. */
struct area_set {
    uint8_t *has; /* by ordinal of VOCAB_AREA; NULL without memory */
    bool types[AREA_TYPE_COUNT];
};

/* Empty, in the arena of the notes; says `failed` to them without memory, and every other call does nothing then. */
struct area_set area_set_new(struct import_notes *notes);
void area_set_add(struct area_set *set, size_t ordinal);
/* Puts the record's area: nationwide when that is in the set; areas of several kinds as municipalities, because one
 * record has areas of one kind.  Nothing for an empty set. */
void area_set_put(struct area_set *set, json_t *record);

#endif
