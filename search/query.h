/* Free text to words, and each word to the postings that match and score it.
 *
 * A word is matched by any of its terms (lemmas whole or as a compound part, stems, the form itself), or by all parts
 * of the compound that it is; query_parse() makes that much of it.  What the service knows beyond the index is added
 * afterwards: corrected spellings (spell.h), synonyms as alternatives of words (synonyms.h), and the values of filters
 * that words name (understand.h).  Words in "quotes" are met in any form, as all are, but nothing is added to them. */
#ifndef OPASTIN_SEARCH_QUERY_H
#define OPASTIN_SEARCH_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "facet.h"
#include "search/postings.h"
#include "search/when.h"

enum {
    QUERY_TERMS = 512,       /* of all words together, synonyms included */
    QUERY_ALTERNATIVES = 64, /* phrases that may stand for words; more are left out */
    QUERY_CORRECTIONS = 3,   /* of spelling */
    QUERY_VALUES = 32,       /* values understood; more are left out */
};

/* Terms that count as one; with the share of the word's weight that a match in a lane earns. */
struct query_group {
    const struct posting_term *terms; /* the word's own terms first, then those of synonyms */
    size_t term_count;
    double weight[LANE_COUNT];
};

struct query_word {
    const char *text;   /* as typed */
    size_t offset, len; /* in the query */
    bool literal;       /* in quotes */
    const char *corrected; /* the spelling that is searched for instead; NULL: the word's own */
    bool known;         /* to the Finnish dictionary */
    bool verb;          /* says what is done rather than what it is about */
    bool optional;      /* understood as a value that texts seldom state: not required, but it counts */
    double share;       /* of a full word's weight, 1 or below */
    struct query_group whole;
    size_t own_terms;          /* of whole: before those of synonyms */
    struct query_group *parts; /* of a compound; 0 or 2.. */
    size_t part_count;
};

/* Words that stand for words of the query: all of the groups must be met. */
struct query_alternative {
    size_t first, words; /* of the query, for which it stands */
    struct query_group *groups;
    size_t group_count;
    double weight;       /* of what the words themselves would earn */
    const char *text;    /* what it is, for people */
};

/* A value of a filter that words of the query name. */
struct query_value {
    enum facet facet;
    uint16_t values[WEEKDAYS]; /* ordinals in the facet's vocabulary; of FACET_AGE the age */
    size_t value_count;        /* any of them */
    struct when when;          /* of weekdays and times */
    size_t first, words;       /* of the query */
    bool meets;    /* a record with the value has those words */
    bool from_part;/* named by a part of a compound only */
};

/* A word that was taken as another spelling. */
struct query_correction {
    size_t offset, len; /* in the query */
    const char *to;
};

/* Lives in the arena of its request, and no longer than the guide that was applied: what stands for words is the
 * guide's. */
struct query {
    struct query_word *words;
    size_t word_count;
    struct query_alternative *alternatives;
    size_t alternative_count;
    struct query_value *values;
    size_t value_count;
    struct query_correction *corrections;
    size_t correction_count;
    size_t term_count;   /* of all groups */
    bool functions_kept; /* nothing but closed-class words: they are searched after all */
};

/* NULL in *query when the text has no word.  Everything in the arena. STATUS_LIMIT names words or terms. */
enum status query_parse(struct query **query, const char *text, size_t len, struct analyser *analyser,
                        struct arena *arena, struct err *err) MUST_USE;

/* Terms of the analyser as a group. part: every term counts in LANE_ANY alone. */
enum status query_group_of(struct query_group *group, const struct term *terms, size_t count, bool part,
                           struct arena *arena, struct err *err) MUST_USE;
/* Adds terms that count in LANE_WIDE alone; as many as the limits allow. */
enum status query_group_widen(struct query *query, struct query_group *group, const struct posting_term *terms,
                              size_t count, struct arena *arena, struct err *err) MUST_USE;

/* Asks for another form in place of the word, at a share of its weight, and notes the correction; a word that then
 * repeats another is left out.  Before anything refers to words by their index. */
enum status query_replace(struct query *query, size_t at, const char *form, struct analyser *analyser, double share,
                          struct arena *arena, struct err *err) MUST_USE;
/* Everything of the word counts times `by`. */
void query_word_lessen(struct query_word *word, double by);
/* A value of the query is named by the word. */
bool query_named(const struct query *query, size_t word);

/* Widens the words by their relatives of another word class: muistella finds muistelu too. */
enum status query_derive(struct query *query, struct arena *arena, struct err *err) MUST_USE;

/* One line per word: what is searched for, with weights. */
void query_print(const struct query *query, struct buf *out);

#endif
