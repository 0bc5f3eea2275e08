/* Text to tokens to terms: one call for the index and for the query.
 *
 * The measured design is described in docs/finnish.md.  A text is cut into tokens (letters and digits, joined by
 * inner - : '), each token is analysed as a word of its language, and a word gives terms of several kinds, each in a
 * namespace of its own (the first byte of the term).  Analyses of words are cached in the analyser, bounded in slots
 * and in bytes, whatever the language; no result depends on what the cache holds.
 *
 * An analyser belongs to one thread (libvoikko's handles do).  Same text, same language, same version: same terms. */
#ifndef OPASTIN_ANALYSE_ANALYSE_H
#define OPASTIN_ANALYSE_ANALYSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Goes into every generation's manifest; raise it with every change that alters any term. */
#define ANALYSE_VERSION 2

enum {
    ANALYSE_WORD_BYTES = 200,    /* longer tokens are cut here at a character boundary */
    ANALYSE_TERMS_PER_WORD = 48, /* more are dropped, whole lemmas kept first */
    ANALYSE_PARTS_PER_WORD = 8,
    ANALYSE_TERM_BYTES = 240,    /* with its namespace byte; below Xapian's limit */
    ANALYSE_CACHE_SLOTS = 131072,       /* of words; 22 to 30 MB when full, 36 MB at most */
    ANALYSE_CACHE_SLOTS_LARGE = 262144, /* of all threads of a build: 70 MB at most */
};

/* The language of a text. UNSURE: analysed as Finnish and also by the Swedish and English stemmers. */
enum text_lang { TEXT_FI, TEXT_SV, TEXT_EN, TEXT_UNSURE };

/* Namespaces; the value is the term's first byte in the index. */
enum term_space {
    TERM_EXACT = 'X',   /* folded surface */
    TERM_WHOLE = 'W',   /* lemma of the whole word (dots folded) */
    TERM_PART = 'P',    /* lemma of a compound part or group of parts */
    TERM_SWEDISH = 'S', /* Swedish stem */
    TERM_ENGLISH = 'E', /* English stem */
};

struct term {
    const char *text; /* with its namespace byte, zero-terminated; owned by the word */
    uint8_t len;      /* 2..ANALYSE_TERM_BYTES */
};

/* What one word means.  A word of which folding leaves nothing has no terms at all.  Index side: all `terms`.  Query
 * side: the alternatives of the word are `query` terms (a synonym group), and for a compound each of `parts` is a group
 * of its own. */
struct word {
    const struct term *terms; /* index side: distinct; first the exact one */
    size_t term_count;
    const struct term *query; /* query side: exact first, then W, P, S, E of the word itself; distinct */
    size_t query_count;
    struct word_part {
        const struct term *terms; /* W and P of the lemmas of one part */
        size_t term_count;
    } const *parts; /* query side: 0, or 2..ANALYSE_PARTS_PER_WORD, in the order of the word */
    size_t part_count;
    bool known;    /* the dictionary knows the word as Finnish, or each segment of a hyphenated one */
    bool function; /* closed-class word (ja, on, että …): dropped from queries unless nothing else is left */
    bool verb;     /* known as Finnish, and only as a form of a verb */
    bool number;   /* starts with a digit: never corrected, never stemmed */
};

struct token {
    size_t offset, len; /* bytes in the text */
};

struct analyser;

/* Needs voikko-fi's dictionary: STATUS_NOTFOUND says how to install it. cache_slots 0 = ANALYSE_CACHE_SLOTS. */
enum status analyser_open(struct analyser **analyser, size_t cache_slots, struct err *err) MUST_USE;
/* One of several that remember the dictionary's answers together (analyse/answers.h), which outlive it. */
struct answers;
enum status analyser_open_sharing(struct analyser **analyser, size_t cache_slots, struct answers *answers,
                                  struct err *err) MUST_USE;
void analyser_free(struct analyser *analyser);

/* Told of each word that is not in the cache when it is analysed, with its surface (fold.h), as of TEXT_UNSURE; a word
 * that has left the cache is told again.  A failure is that of the analysis. */
typedef enum status analyse_watch_fn(void *context, const char *surface, size_t len, const struct word *word,
                                     struct err *err);
void analyser_watch(struct analyser *analyser, analyse_watch_fn *fn, void *context);

/* Asked for the index-side terms of a word, in every language, before the dictionary is: how many there are, 0 when it
 * is not known.  *terms: views that hold until the next call; *known: to the Finnish dictionary.  An analyser
 * that is so helped is for texts alone: what it is told has no query side. */
typedef size_t analyse_recall_fn(void *context, const char *surface, size_t len, const struct term **terms,
                                 bool *known);
void analyser_recall(struct analyser *analyser, analyse_recall_fn *fn, void *context);

/* The next token at or after *at in a well-formed UTF-8 text; false at the end. *at moves behind it. */
bool token_next(const char *text, size_t len, size_t *at, struct token *token);

/* The analysis of one token, cut at ANALYSE_WORD_BYTES.  Any bytes may come: malformed UTF-8, and what can stand in no
 * token, is left out; composition, letter case and look-alike signs make no difference.  Queries, whose language is
 * not known, use TEXT_UNSURE: `query` and `parts` are the same in every language, only `terms` and `function` differ.
 * The word is owned by the analyser and valid until the next call on it. */
enum status analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                         const struct word **word, struct err *err) MUST_USE;

/* What a text adds beyond its single tokens: with hyphen ellipsis ("kohtaamispaikka- ja ryhmätoiminta") the token
 * `kohtaamispaikka-` also means kohtaamispaikkatoiminta, and in "kirjastoautot ja -tilat" the token `tilat` also
 * kirjastotilat.  The text may be malformed UTF-8; a malformed byte ends a token.  Calls fn for each token in order
 * with its word (and once more for such a completed word, with the token of the ellipsis); stops at the first failure
 * and returns it. */
typedef enum status analyse_fn(void *context, const struct token *token, const struct word *word, struct err *err);
enum status analyse_text(struct analyser *analyser, const char *bytes, size_t len, enum text_lang lang,
                         analyse_fn *fn, void *context, struct err *err) MUST_USE;

/* The language of a text, from the share of words that Voikko knows and closed-class words of each language;
 * TEXT_UNSURE for short or mixed text. */
enum text_lang analyse_language(struct analyser *analyser, const char *text, size_t len);

/* Counters since analyser_open. */
struct analyse_stats {
    uint64_t words, cache_hits, dictionary_calls;
};
struct analyse_stats analyser_stats(const struct analyser *analyser);

#endif
