/* The Finnish dictionary (libvoikko with voikko-fi): what readings a word has.
 *
 * A handle belongs to one thread. */
#ifndef OPASTIN_ANALYSE_DICTIONARY_H
#define OPASTIN_ANALYSE_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "base/status.h"

enum {
    READINGS_MAX = 24,     /* further readings of a word are left out */
    READING_PARTS = 16,    /* a word of more parts is taken as one of none */
    READING_BYTES = 256,   /* longer base forms are cut */
    DICTIONARY_CHARS = 250 /* longer words are never asked: libvoikko's own limit is 255 */
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

struct dictionary;

/* STATUS_NOTFOUND when voikko-fi is not installed. */
enum status dictionary_open(struct dictionary **dictionary, struct err *err) MUST_USE;
void dictionary_free(struct dictionary *dictionary);

/* The readings with the fewest parts, each once, in libvoikko's order; none for an unknown word.  word is in lower
 * case; libvoikko restores capitals itself (mikkelissä -> Mikkeli). */
void dictionary_read(struct dictionary *dictionary, const wchar_t *word, size_t len, struct readings *readings);

/* libvoikko's handle, for the other questions that this folder asks it; owned by the dictionary. */
struct VoikkoHandle;
struct VoikkoHandle *dictionary_voikko(struct dictionary *dictionary);

/* Words asked since dictionary_open. */
uint64_t dictionary_calls(const struct dictionary *dictionary);

#endif
