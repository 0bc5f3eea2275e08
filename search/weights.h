/* The numbers that ranking weighs with, in one table: their defaults were found by tests/eval/tune.py
 * (docs/evaluation.md).
 *
 * A search only reads them.  weights_set() is for evaluation programs, before any thread searches. */
#ifndef OPASTIN_SEARCH_WEIGHTS_H
#define OPASTIN_SEARCH_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

struct weights {
    /* a word's BM25, by how it is met: they add up */
    double any;         /* a lemma whole or as compound part, a stem */
    double whole;       /* more, when the whole word is the record's word */
    double exact;       /* more, when the form is the same */
    double parts;       /* all parts of the query's compound together */
    double synonym;     /* a record that has only a synonym earns this share of `any`; above 1 counts as 1 */
    double correction;  /* … only the corrected spelling */
    double filler;      /* words that say only that something is sought: times this */
    double verb;        /* verbs say less of what is sought than nouns: times this */
    /* understood values: share of the idf of the rows that have the value */
    double area_local, area_region, area_nation;
    double audience, theme;
    double kind_named;  /* kind of record */
    double form;        /* form of activity */
    double access;      /* accessibility, threshold of coming */
    double language;
    double soft;        /* weekday, time, price, age: they never exclude */
    double text_area, text_language, text_audience, text_theme; /* of words that name a value: how often a text says
                           them tells less than that the record has the value: times this */
    double from_part;   /* times this, when only a part of a compound named the value */
    /* of the record */
    double kind[RECORD_KINDS]; /* by enum record_kind: score times this, unless the query names the kind */
    double fresh;       /* verified within 12 months: score times 1 + fresh */
    /* too few records have all words: the least that others must have, as a share of what the best one has */
    double relax;
    /* feedback.h: the most that it adds, as a share of the best score */
    double feedback;
    /* BM25 */
    double k1, b;
};

extern struct weights weights;

struct weight_name {
    const char *name;
    double *value;
};
/* All of them. */
const struct weight_name *weights_table(size_t *count);
bool weights_equal(const struct weights *a, const struct weights *b);
/* False when there is no such weight or the value is not finite or below 0. */
bool weights_set(const char *name, double value);

#endif
