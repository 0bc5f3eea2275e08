/* The searchable texts of a record, each with its weight group and language: what is indexed, what is looked at to say
 * why a record was found, and what snippets are cut from.  One walk over the field table serves all three. */
#ifndef OPASTIN_TEXT_H
#define OPASTIN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/status.h"
#include "field.h"
#include "record.h"
#include "vocab/vocab.h"

/* A text is either the record's own words or the label of a code (in one of the three languages). */
struct text_piece {
    enum field_group group;
    int lang;                /* RECORD_FI, RECORD_SV, RECORD_EN */
    enum vocab_name vocab;   /* VOCAB_COUNT: own words */
    uint16_t ordinal;        /* of the code in its vocabulary */
    const char *text;
    size_t len;
};

/* Calls fn for every text in a fixed order, that of the field table; the labels of a code once per language.  Areas
 * bring the names of the region and wellbeing services county they are in. */
typedef enum status text_fn(void *context, const struct text_piece *piece, struct err *err);
enum status text_walk(const struct record *record, text_fn *fn, void *context, struct err *err) MUST_USE;

/* How much one occurrence of a word in the group weighs: added to its term frequency. 1..15. */
unsigned text_weight(enum field_group group);

/* How to analyse a piece: names may be in any language, whatever language the record is in. */
enum text_lang text_language(const struct text_piece *piece);

#endif
