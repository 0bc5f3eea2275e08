/* The words of words.tsv, inflected as far as their stems and sorted by topic. */
#ifndef OPASTIN_BENCH_LEXICON_H
#define OPASTIN_BENCH_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "tests/bench/generate/inflect.h"

/* Indexes into one of the lexicon's arrays, the most frequent word first. */
struct word_list {
    uint32_t *items; /* owned */
    size_t count, capacity;
};

/* A municipality as a text speaks of it. */
struct town {
    struct nominal name;
    bool inflects;    /* false: only the nominative is known */
    bool on;          /* Tampereella; false: Espoossa */
    bool many;        /* Kauniaisissa */
    double weight;    /* thousands of inhabitants, roughly */
};

struct lexicon {
    struct nominal *nouns, *adjectives, *first_names, *surnames; /* owned */
    struct verb *verbs;                                          /* owned */
    struct town *towns;  /* owned; by ordinal in VOCAB_AREA, weight 0 where there is no municipality */
    size_t noun_count, adjective_count, first_name_count, surname_count, verb_count;
    struct word_list *topics;  /* nouns by ordinal in VOCAB_THEME; a main theme has those of all its themes */
    struct word_list general, heads;                 /* nouns */
    struct word_list acting, alone;                  /* verbs with and without an object */
};

/* vocab_load() first.  STATUS_NOTFOUND, STATUS_IO, STATUS_NOMEM; STATUS_CORRUPT with the line of a row that is none. */
enum status lexicon_load(struct lexicon *lexicon, const char *path, struct err *err) MUST_USE;
void lexicon_release(struct lexicon *lexicon);

#endif
