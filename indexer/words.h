/* The lexicon of a generation (lexicon.h): names from its records, forms and lemmas from its inverted file. */
#ifndef OPASTIN_INDEXER_WORDS_H
#define OPASTIN_INDEXER_WORDS_H

#include "analyse/analyse.h"
#include "base/status.h"
#include "indexer/pipeline.h"
#include "inverted.h"
#include "lexicon.h"
#include "record.h"

/* The organisations that the record names, and its own title when it is one; each once a record.  records: 1 for one
 * more record, -1 for one that is no more. */
enum status words_add_names(struct lexicon_writer *writer, const struct record *record, int32_t records,
                            struct err *err) MUST_USE;
/* All names of a lexicon, with their counts. */
enum status words_copy_names(struct lexicon_writer *writer, const struct lexicon *from, struct err *err) MUST_USE;

/* Every form of the file's exact terms.  A form that may be of several lemmas is counted to the one that most
 * records have; of a word that the dictionary does not know, to its commonest beginning that is a word of the index
 * and leaves a case ending ("clintonin" to "clinton"), or to itself.  The pipeline's threads do it; nothing else may
 * be under way in it.  before: the lexicon of the generation before, or NULL; its forms keep their lemmas, which
 * costs no dictionary. */
enum status words_add_forms(struct lexicon_writer *writer, const struct inverted *inverted,
                            const struct lexicon *before, struct pipeline *pipeline, struct err *err) MUST_USE;

#endif
