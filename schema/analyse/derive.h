/* Finnish words of one root across word classes: muistella and muistelu, neuvoa and neuvonta, uida and uinti.
 *
 * By rule of form, on lemmas as they stand in terms (lower case, dots folded).  A made-up candidate is no word and
 * meets no term of an index, so candidates need no dictionary; they are for queries only. */
#ifndef OPASTIN_SCHEMA_ANALYSE_DERIVE_H
#define OPASTIN_SCHEMA_ANALYSE_DERIVE_H

#include <stddef.h>

enum {
    DERIVE_MOST = 16,   /* candidates of one lemma */
    DERIVE_BYTES = 128, /* of one, its zero included; longer lemmas have none */
    DERIVE_LEAST = 4,   /* letters; shorter lemmas have none */
};

/* Nouns of action of a verb's lemma, and verbs of a noun of action; how many. */
size_t derive_nouns(const char *lemma, size_t len, char out[DERIVE_MOST][DERIVE_BYTES]);
size_t derive_verbs(const char *lemma, size_t len, char out[DERIVE_MOST][DERIVE_BYTES]);

#endif
