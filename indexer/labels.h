/* The terms of the labels of codes: half of what is searchable in a record is labels, and they are always the same, so
 * each is analysed once.  Belongs to one thread; a few hundred kilobytes at most, as long as the vocabularies. */
#ifndef OPASTIN_INDEXER_LABELS_H
#define OPASTIN_INDEXER_LABELS_H

#include "analyse/analyse.h"
#include "base/status.h"
#include "indexer/termset.h"
#include "text.h"

struct labels {
    struct label_terms **of[VOCAB_COUNT]; /* by ordinal and language, NULL before the first use; owned */
    size_t count[VOCAB_COUNT];
};

#define LABELS_INIT {.count = {0}}

void labels_release(struct labels *labels);

/* Adds the terms of a piece that is a label, as analyse_text gives them. */
enum status labels_add(struct labels *labels, struct analyser *analyser, const struct text_piece *piece,
                       struct termset *terms, struct err *err) MUST_USE;

#endif
