/* The base forms of a word as they are written: for people to read, where analyse.h gives terms to match by. */
#ifndef OPASTIN_ANALYSE_BASE_H
#define OPASTIN_ANALYSE_BASE_H

#include "analyse/analyse.h"

enum { BASES_MOST = 8, BASE_BYTES = 256 };

struct bases {
    bool known;   /* the dictionary reads the word */
    size_t count; /* 0 only for a word of which folding leaves nothing */
    char base[BASES_MOST][BASE_BYTES]; /* distinct but for letter case, in libvoikko's order; hyphens and dots kept */
};

/* Mikkeli of "mikkelissä", alku, alus, alusta, alustaa of "alusta"; a colon ending is off (EJY:n -> ejy).  Of bases
 * that differ only in letter case the one in lower case stands (mäki, not Mäki), but for a place whose name is a
 * compound (Kontiolahti).  The one base of an unknown word is
 * its surface.  The readings are those that the analyser takes: the ones with the fewest parts. */
void analyse_bases(struct analyser *analyser, const char *word, size_t len, struct bases *bases);

/* For the dictionary: those of libvoikko's answer, NULL or ended by NULL; `known` is left alone. */
struct voikko_mor_analysis;
void bases_read(struct voikko_mor_analysis *const *all, struct bases *bases);

/* The W term of a base form without its namespace byte: lower case, accents, dots and hyphens off.  Returns its
 * length, under ANALYSE_TERM_BYTES; 0 when nothing is left. */
size_t base_plain(const char *base, size_t len, char out[ANALYSE_TERM_BYTES]);

#endif
