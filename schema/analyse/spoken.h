/* Spoken Finnish in written words: what the dictionary may know in its full form. */
#ifndef OPASTIN_ANALYSE_SPOKEN_H
#define OPASTIN_ANALYSE_SPOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/fold.h"

/* The next full form that a spoken one may stand for (nurkas -> nurkassa, ostais -> ostaisi, punanen -> punainen);
 * *rule starts at 0.  False when there are no more. */
bool spoken_next(const char *word, size_t len, size_t *rule, char out[FOLD_BYTES]);

#endif
