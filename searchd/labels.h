/* The vocabularies' entries as answers show them: ready pieces of JSON and the Finnish order of names. */
#ifndef OPASTIN_SEARCHD_LABELS_H
#define OPASTIN_SEARCHD_LABELS_H

#include <stdint.h>

#include "base/status.h"
#include "vocab/vocab.h"

struct labels;

/* Made once at start, then read by all threads. vocab_load() must have been called. */
enum status labels_new(struct labels **labels, struct err *err) MUST_USE;
void labels_free(struct labels *labels);

/* "value":"491","label":"Mikkeli" – with its length; for areas also "type":"municipality". */
const char *labels_json(const struct labels *labels, enum vocab_name vocab, size_t ordinal, enum ui_lang lang,
                        size_t *len);
/* "value":"491" alone. */
const char *labels_value(const struct labels *labels, enum vocab_name vocab, size_t ordinal, size_t *len);
/* The entries' ordinals by their labels, in their language's order (Finnish collation): all of the vocabulary. */
const uint16_t *labels_order(const struct labels *labels, enum vocab_name vocab, enum ui_lang lang);
/* Place of the entry's label in that order, 0.. */
uint16_t labels_rank(const struct labels *labels, enum vocab_name vocab, size_t ordinal, enum ui_lang lang);
const char *area_type_name(enum area_type type);

#endif
