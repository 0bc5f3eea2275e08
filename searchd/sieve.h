/* Which words of a text are worth analysing: those that begin like a term, or hold the beginning of one.
 *
 * A page of hits has thousands of words, and analysing them all would cost many times the search itself. */
#ifndef OPASTIN_SEARCHD_SIEVE_H
#define OPASTIN_SEARCHD_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"

enum { SIEVE_BITS = 1 << 16 }; /* two letters, or a hash of three */

struct sieve {
    uint64_t begins[SIEVE_BITS / 64]; /* first two letters of a term */
    uint64_t holds[SIEVE_BITS / 64];  /* hash of a term's first three */
    uint64_t either[SIEVE_BITS / 64]; /* hash of a term's first three, or of a blank and its first two */
    unsigned char letters[256]; /* ASCII letters and digits, folded; a blank for what ends a word; 0: look closely */
};

/* Nothing passes but words of one letter. */
void sieve_init(struct sieve *sieve);
void sieve_add(struct sieve *sieve, const char *term, size_t len);
/* Of one token, as token_next() finds them. */
bool sieve_passes(const struct sieve *sieve, const char *token, size_t len);
/* As token_next(), but the next token that passes. */
bool sieve_next(const struct sieve *sieve, const char *text, size_t len, size_t *at, struct token *token);

#endif
