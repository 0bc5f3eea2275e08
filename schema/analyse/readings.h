/* What a dictionary answers to a word, and its short form to be remembered: most lemmas begin as the word does. */
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

enum { READINGS_BYTES = 1 + READINGS_MAX * (2 + READING_PARTS + 8 + 2 * (READING_BYTES + 2)) }; /* packed, at most */

/* word: in UTF-8, the same both times.  Both return the end of the packed form. */
unsigned char *readings_pack(const struct readings *readings, const char *word, unsigned char *to);
const unsigned char *readings_unpack(const unsigned char *from, const char *word, struct readings *readings);

/* A text of at most READING_BYTES with its zero byte, as what it shares with the word and what follows. */
unsigned char *readings_pack_text(const char *text, const char *word, unsigned char *to);
const unsigned char *readings_unpack_text(const unsigned char *from, const char *word, char out[READING_BYTES]);

#endif
