/* A small ordered set of lemmas, folded as they stand in the index. */
#ifndef OPASTIN_ANALYSE_LEMMAS_H
#define OPASTIN_ANALYSE_LEMMAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEMMAS_MAX = 40, LEMMAS_BYTES = 4096, LEMMA_BYTES = 239 /* a term's, less the namespace byte */ };

struct lemmas {
    size_t count;
    size_t used;
    uint16_t at[LEMMAS_MAX];
    char bytes[LEMMAS_BYTES]; /* each zero-terminated */
};

void lemmas_reset(struct lemmas *lemmas);
const char *lemmas_get(const struct lemmas *lemmas, size_t i);
bool lemmas_has(const struct lemmas *lemmas, const char *text);

/* Adds the text with accents, dots and hyphens folded off, cut at LEMMA_BYTES. An empty or repeated one, and one
 * beyond the limits, is left out. */
void lemmas_add(struct lemmas *lemmas, const char *text, size_t len);
void lemmas_adds(struct lemmas *lemmas, const char *text);
/* prefix and text as one lemma */
void lemmas_add_joined(struct lemmas *lemmas, const char *prefix, size_t prefix_len, const char *text);
void lemmas_add_all(struct lemmas *lemmas, const struct lemmas *more);

#endif
