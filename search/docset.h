/* Sets of rows as bitmaps over the whole generation, and the arithmetic on them.
 *
 * Counting common bits is what a search spends its time on; the instructions for it are chosen once at run time by
 * what the processor has: a build for any x86-64 has no POPCNT and is several times slower. */
#ifndef OPASTIN_SEARCH_DOCSET_H
#define OPASTIN_SEARCH_DOCSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct docset {
    uint64_t *words; /* bit r % 64 of word r / 64 */
    size_t word_count;
};

static inline size_t docset_words(uint32_t rows)
{
    return ((size_t)rows + 63) / 64;
}

static inline bool docset_has(const struct docset *set, uint32_t row)
{
    return set->words[row >> 6] >> (row & 63) & 1;
}

static inline void docset_put(struct docset *set, uint32_t row)
{
    set->words[row >> 6] |= (uint64_t)1 << (row & 63);
}

/* Bits set in a word: plain arithmetic, since no instruction for it can be counted on where this is compiled in. */
static inline uint32_t docset_ones(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    return (uint32_t)(((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u >> 56);
}

void docset_clear(struct docset *set);
void docset_copy(struct docset *to, const struct docset *from);
void docset_and(struct docset *to, const struct docset *with);
void docset_or(struct docset *to, const struct docset *with);
/* Adds what a and b have in common. */
void docset_or_and(struct docset *to, const struct docset *a, const struct docset *b);
void docset_and_not(struct docset *to, const struct docset *without);
uint64_t docset_count(const struct docset *set);
uint64_t docset_count_and(const struct docset *a, const struct docset *b);

/* The rows one behind the other, ascending; room for all. Returns how many. */
size_t docset_list(const struct docset *set, uint32_t *rows);

/* For tests and benchmarks, before any thread counts: from now on by this variant, "plain", "popcnt", "avx2" or
 * "avx512"; false when this processor cannot. */
bool docset_use(const char *variant);
/* The processor has an instruction for docset_ones(), and no variant without it is forced: a function that loops over
 * rows may be compiled for it once more. */
bool docset_popcnt(void);

/* Runs the statement for each row of the set, ascending: DOCSET_EACH(set, row) { … } */
#define DOCSET_EACH(set, row)                                                                                        \
    for (size_t each_word_ = 0; each_word_ < (set)->word_count; each_word_++)                                        \
        for (uint64_t each_bits_ = (set)->words[each_word_], each_go_ = 1; each_go_ && each_bits_;                   \
             each_bits_ &= each_bits_ - 1)                                                                           \
            for (uint32_t row = (uint32_t)(each_word_ * 64) + (uint32_t)__builtin_ctzll(each_bits_), each_once_ = 1; \
                 each_once_; each_once_ = 0)

#endif
