/* Sentences with open places.
 *
 * A pattern is words divided by spaces.  A word that is one capital letter, alone or with forms behind points, is an
 * open place; every other word stands as it is:
 *   N.par.p  a noun with all that may stand beside it, partitive plural    M.ine.s  a noun, perhaps a compound
 *   K.nom.s  a compound    O.ela.s  a noun with "his, her, their"    L.nom.s  a noun with -kin ("too")
 *   A.gen.p  an adjective    V.he, W.pass  a verb with an object, without one    F.all  a first name    S  a surname
 *   T.at T.from T.to T.gen T.nom  the place's name    G  the organisation    D  on Mondays    C  a time of day
 *   H  a number of people    E  euros    Y  a year
 * Without s or p chance decides the number.  A sign , ? ! : behind an open place stays there. */
#ifndef OPASTIN_BENCH_GRAMMAR_H
#define OPASTIN_BENCH_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "tests/bench/generate/inflect.h"

enum place_form { PLACE_NOM, PLACE_GEN, PLACE_AT, PLACE_FROM, PLACE_TO };
enum number { NUMBER_ANY, NUMBER_ONE, NUMBER_MANY };

struct piece {
    char slot;              /* 0: the text as it is */
    uint8_t form;           /* enum noun_case, verb_form or place_form, as the slot needs */
    uint8_t number;         /* enum number */
    char sign;              /* behind it, 0: none */
    const char *text;       /* into the pattern */
    size_t len;
};

struct pattern {
    struct piece *pieces; /* owned by the grammar */
    size_t count;
    char end; /* . ? ! */
};

enum pattern_set { SET_TITLE, SET_SUMMARY, SET_BODY, SET_ASSOCIATION, SET_VENUE, SET_NOTE, SET_COUNT };

struct grammar {
    struct pattern *sets[SET_COUNT]; /* owned */
    size_t counts[SET_COUNT];
};

/* STATUS_NOMEM; STATUS_INTERNAL names a pattern that is not as said above. */
enum status grammar_init(struct grammar *grammar, struct err *err) MUST_USE;
void grammar_release(struct grammar *grammar);

/* The patterns as they are written: sentences.c. NULL ends a set. */
extern const char *const *const pattern_texts[SET_COUNT];

#endif
