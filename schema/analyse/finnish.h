/* What a Finnish word means: its lemmas, the parts of a compound, and a guess for what the dictionary lacks. */
#ifndef OPASTIN_ANALYSE_FINNISH_H
#define OPASTIN_ANALYSE_FINNISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "analyse/lemmas.h"
#include "analyse/stem.h"

struct finnish_word {
    bool known;          /* the dictionary reads the word, or each segment between its hyphens */
    bool verb;           /* and all readings are forms of verbs */
    struct lemmas whole; /* of the whole word, both sides */
    struct lemmas index; /* of the whole word, index side only: verbs of participles, guessed endings */
    struct lemmas query; /* of the whole word, query side only: the readings with all dots on of an undotted word */
    struct lemmas parts; /* index side: of the parts and of the groups of parts that begin or end the word */
    struct lemmas group[ANALYSE_PARTS_PER_WORD]; /* query side: of each part, in order */
    size_t group_count;                          /* 0, or 2 and more */
};

struct finnish;
struct answers;

/* Keeps the stemmers and the dictionary's answers (NULL: some of its own), which must live as long. STATUS_NOTFOUND
 * without voikko-fi. */
enum status finnish_open(struct finnish **finnish, struct stemmers *stemmers, struct answers *answers,
                         struct err *err) MUST_USE;
void finnish_free(struct finnish *finnish);

/* surface: from fold_surface, not empty, its colon inflection off. */
void finnish_read(struct finnish *finnish, const char *surface, size_t len, struct finnish_word *word);

/* Where the end of a compound begins that other compounds may share, in bytes; 0 when the word is none: työ in "perhe-
 * ja nuorisotyö", työntekijä in "perhe- ja nuorisotyöntekijä". */
size_t finnish_head(struct finnish *finnish, const char *surface, size_t len);

/* Owned by finnish. */
struct dictionary;
struct dictionary *finnish_dictionary(struct finnish *finnish);

uint64_t finnish_dictionary_calls(const struct finnish *finnish);

#endif
