/* Finnish words by rule: from a dictionary form and an inflection class to its cases, persons and endings.
 *
 * A class is named after a word that inflects so ("talo", "käsi", "tulla").  A plus behind the name says that the
 * consonants alternate (katu, kadun); a star that the endings have front vowels although the word has a, o or u (a
 * compound: kahvi|hetkellä).  One table row per class tells how its stems are built (inflect.c); everything
 * else is endings that fit the stems.  Enough of the language for text that an analyser takes for Finnish: twelve cases
 * and two numbers, possessive endings, the finite forms that such texts use, the infinitives and participles. */
#ifndef OPASTIN_BENCH_INFLECT_H
#define OPASTIN_BENCH_INFLECT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    FORM_BYTES = 128, /* of any form, with its zero byte */
    STEM_BYTES = 64,
    CLASS_BYTES = 16,
};

enum noun_case {
    CASE_NOMINATIVE,
    CASE_GENITIVE,
    CASE_PARTITIVE,
    CASE_INESSIVE,
    CASE_ELATIVE,
    CASE_ILLATIVE,
    CASE_ADESSIVE,
    CASE_ABLATIVE,
    CASE_ALLATIVE,
    CASE_ESSIVE,
    CASE_TRANSLATIVE,
    CASE_INSTRUCTIVE, /* plural only */
    CASE_COUNT
};

enum noun_stem {
    STEM_STRONG, /* katu|na */
    STEM_WEAK,   /* kadu|n */
    STEM_PARTITIVE,
    STEM_ILLATIVE,
    STEM_PLURAL_STRONG, /* katui|na */
    STEM_PLURAL_WEAK,   /* kadui|lla */
    STEM_PLURAL_GENITIVE,
    STEM_PLURAL_PARTITIVE,
    STEM_PLURAL_ILLATIVE,
    STEM_COUNT
};

/* A noun, adjective or name. UTF-8. */
struct nominal {
    char lemma[STEM_BYTES];
    char stem[STEM_COUNT][STEM_BYTES];
    char modifier[STEM_BYTES]; /* as the first part of a compound: "katu", "nais" */
    bool front;                /* ä ö y in its endings */
};

/* False when the class is unknown or the lemma does not end as the class does. */
bool nominal_make(struct nominal *nominal, const char *lemma, const char *class_name);

/* Appends the form to `form`, whose first *len bytes are in use, and moves *len; FORM_BYTES in all. */
void nominal_form(const struct nominal *nominal, enum noun_case noun_case, bool plural, char *form, size_t *len);

enum possessor { POSSESSOR_MY, POSSESSOR_YOUR, POSSESSOR_THEIR, POSSESSOR_OUR, POSSESSOR_COUNT };
/* The same with a possessive ending: talossani, ryhmäänsä. */
void nominal_possessed(const struct nominal *nominal, enum noun_case noun_case, bool plural, enum possessor possessor,
                       char *form, size_t *len);

enum verb_form {
    VERB_INFINITIVE, /* puhua */
    VERB_I,          /* puhun */
    VERB_HE,         /* puhuu */
    VERB_WE,         /* puhumme */
    VERB_YOU,        /* puhutte */
    VERB_THEY,       /* puhuvat */
    VERB_PAST_HE,    /* puhui */
    VERB_PAST_THEY,  /* puhuivat */
    VERB_WOULD,      /* puhuisi */
    VERB_PASSIVE,    /* puhutaan */
    VERB_PASSIVE_PAST,
    VERB_IMPERATIVE,        /* puhu */
    VERB_IMPERATIVE_PLURAL, /* puhukaa */
    VERB_INTO,              /* puhumaan */
    VERB_IN,                /* puhumassa */
    VERB_BY,                /* puhumalla */
    VERB_DONE,              /* puhunut */
    VERB_FORM_COUNT
};

enum verb_stem {
    STEM_PRESENT,
    STEM_PRESENT_WEAK,
    STEM_HE,
    STEM_PAST,
    STEM_WOULD,
    STEM_PASSIVE,
    STEM_PASSIVE_PAST,
    STEM_DONE,
    STEM_IMPERATIVE,
    VERB_STEM_COUNT
};

struct verb {
    char lemma[STEM_BYTES];
    char stem[VERB_STEM_COUNT][STEM_BYTES];
    bool front;
};

bool verb_make(struct verb *verb, const char *lemma, const char *class_name);
void verb_form(const struct verb *verb, enum verb_form verb_form, char *form, size_t *len);
/* The name of the doing, puhuminen, which is a nominal of its own; false when it is too long. */
bool verb_action(const struct verb *verb, struct nominal *nominal);

/* Names of the classes, for tools that try them: NULL behind the last one. */
const char *nominal_class_name(size_t index);
const char *verb_class_name(size_t index);

/* Vowel harmony of a lemma: its last vowel that has a harmony decides. */
bool word_is_front(const char *lemma);

/* Appends text whose capitals A, O, U stand for a/ä, o/ö, u/y. */
void word_append(bool front, const char *ending, char *form, size_t *len);

#endif
