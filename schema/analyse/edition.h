/* Of what make the analyses are: the files beside our own code on which they depend.
 *
 * Whoever keeps analyses of one process for another asks whether both have the same dictionary and libraries.  What is
 * mapped is read from /proc/self/maps and hashed by content: libvoikko does not tell which of the installed
 * dictionaries it took, nor its edition. */
#ifndef OPASTIN_ANALYSE_EDITION_H
#define OPASTIN_ANALYSE_EDITION_H

#include <stdint.h>

/* 0: it cannot be told.  An analyser must be open. */
uint64_t analyse_edition(void);

#endif
