/* What a dictionary answers to a word, and its short form to be remembered. */
#ifndef OPASTIN_ANALYSE_READINGS_H
#define OPASTIN_ANALYSE_READINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    READINGS_MAX = 24,  /* further readings of a word are left out */
    READING_PARTS = 16, /* a word of more parts is taken as one of none */
    READING_BYTES = 256 /* longer base forms are cut */
};

/* One way to read a word.  Part i is the characters [cut[i], cut[i+1]) of the word. */
struct reading {
    char lemma[READING_BYTES]; /* base form in lower case, hyphens kept */
    char verb[READING_BYTES];  /* the verb of a participle, "" when it is none */
    uint8_t part_count;        /* 1 for a word that is no compound */
    uint8_t cut[READING_PARTS + 1];
    uint32_t hyphened; /* bit i: a hyphen stands before part i */
    uint32_t glued;    /* bit i: part i is joined to the one before inside one word of the lexicon (maahan=muuttaja) */
    bool is_verb;
    bool is_name;   /* written with a capital */
    bool is_joiner; /* of a noun-like word in a form that begins compounds: nominative, genitive or uninflected */
    bool is_prefix; /* a form that only begins compounds */
};

struct readings {
    size_t count;
    struct reading reading[READINGS_MAX];
};

/* Adds the reading unless it is there or there is no room; what is both a name and a common word (Mäki, mäki) is no
 * name. */
void readings_add(struct readings *readings, const struct reading *reading);

size_t readings_packed_size(const struct readings *readings);
void readings_pack(const struct readings *readings, unsigned char *packed);
void readings_unpack(const unsigned char *packed, struct readings *readings);

#endif
