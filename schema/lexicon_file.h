/* The sections of a lexicon file, for its writer and its reader. */
#ifndef OPASTIN_LEXICON_FILE_H
#define OPASTIN_LEXICON_FILE_H

#include "sections.h"

enum {
    LEXICON_FORM_OFFSET, /* offsets have one item more than there are texts */
    LEXICON_FORM_TEXT,
    LEXICON_FORM_ROWS,
    LEXICON_FORM_LEMMA,
    LEXICON_FORM_KNOWN,
    LEXICON_FORM_PLAIN,
    LEXICON_FORM_COMMON,
    LEXICON_LEMMA_OFFSET,
    LEXICON_LEMMA_TEXT,
    LEXICON_LEMMA_ROWS,
    LEXICON_NAME_OFFSET,
    LEXICON_NAME_TEXT,
    LEXICON_NAME_ROWS,
    LEXICON_WORD_OFFSET,
    LEXICON_WORD_TEXT,
    LEXICON_WORD_NAME,
    LEXICON_SECTIONS
};

extern const struct sections_kind lexicon_kind;

#endif
