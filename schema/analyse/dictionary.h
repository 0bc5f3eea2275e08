/* The Finnish dictionary (libvoikko with voikko-fi): what readings a word has.
 *
 * libvoikko takes some 35 us for a word, and the same parts stand in many compounds: answers are remembered (answers.h)
 * by the dictionary or by several together.  A handle belongs to one thread. */
#ifndef OPASTIN_ANALYSE_DICTIONARY_H
#define OPASTIN_ANALYSE_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "analyse/readings.h"
#include "base/status.h"

enum {
    DICTIONARY_CHARS = 250,    /* longer words are never asked: libvoikko's own limit is 255 */
    DICTIONARY_ANSWER_BYTES = 5 << 20, /* of a dictionary that remembers for itself: over 50,000 answers */
    DICTIONARY_READS = 32,     /* for one word with all its parts and guesses; 99.99 of 100 real ones need fewer */
    DICTIONARY_READ_CHARS = 40 /* so many more letters count as one more read */
};

struct dictionary;
struct answers;
struct bases;

/* Answers that are shared outlive the dictionary; NULL: it has its own. STATUS_NOTFOUND when voikko-fi is not
 * installed. */
enum status dictionary_open(struct dictionary **dictionary, struct answers *shared, struct err *err) MUST_USE;
void dictionary_free(struct dictionary *dictionary);

/* A new word begins: DICTIONARY_READS from here on, remembered or not, and no more, so that no text of any sort takes
 * long. */
void dictionary_begin(struct dictionary *dictionary);

/* The readings with the fewest parts, each once, in libvoikko's order; none for an unknown word, or when too much has
 * been asked.  word is in lower case; libvoikko restores capitals itself (mikkelissä -> Mikkeli). */
void dictionary_read(struct dictionary *dictionary, const wchar_t *word, size_t len, struct readings *readings);

/* The base forms as they are written (base.h), none for an unknown word; `known` is left false. */
void dictionary_bases(struct dictionary *dictionary, const wchar_t *word, size_t len, struct bases *bases);

/* libvoikko's handle, for the other questions that this folder asks it; owned by the dictionary. */
struct VoikkoHandle;
struct VoikkoHandle *dictionary_voikko(struct dictionary *dictionary);

/* Words that libvoikko was asked since dictionary_open. */
uint64_t dictionary_calls(const struct dictionary *dictionary);

#endif
