#include "search/docset.h"

#include <pthread.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef uint64_t count_fn(const uint64_t *a, const uint64_t *b, size_t n);

static uint64_t count_plain(const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint64_t count_popcnt(const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t even = 0, odd = 0; /* two chains: the instruction has latency to hide */
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        even += (uint64_t)__builtin_popcountll(a[i] & b[i]);
        odd += (uint64_t)__builtin_popcountll(a[i + 1] & b[i + 1]);
    }
    if (i < n)
        even += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return even + odd;
}

/* Nibble look-up, after W. Mula, N. Kurz, D. Lemire: Faster Population Counts Using AVX2 Instructions (2016). */
__attribute__((target("avx2,popcnt"))) static uint64_t count_avx2(const uint64_t *a, const uint64_t *b, size_t n)
{
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1,
                                          2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    __m256i sum = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i both = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(const void *)(a + i)),
                                        _mm256_loadu_si256((const __m256i *)(const void *)(b + i)));
        __m256i counts =
            _mm256_add_epi8(_mm256_shuffle_epi8(bits, _mm256_and_si256(both, low)),
                            _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(both, 4), low)));
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(counts, _mm256_setzero_si256()));
    }
    uint64_t count = (uint64_t)_mm256_extract_epi64(sum, 0) + (uint64_t)_mm256_extract_epi64(sum, 1) +
                     (uint64_t)_mm256_extract_epi64(sum, 2) + (uint64_t)_mm256_extract_epi64(sum, 3);
    for (; i < n; i++)
        count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

__attribute__((target("avx512f,avx512vpopcntdq,popcnt"))) static uint64_t count_avx512(const uint64_t *a,
                                                                                      const uint64_t *b, size_t n)
{
    __m512i even = _mm512_setzero_si512(), odd = even;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        even = _mm512_add_epi64(even, _mm512_popcnt_epi64(_mm512_and_si512(_mm512_loadu_si512(a + i),
                                                                           _mm512_loadu_si512(b + i))));
        odd = _mm512_add_epi64(odd, _mm512_popcnt_epi64(_mm512_and_si512(_mm512_loadu_si512(a + i + 8),
                                                                         _mm512_loadu_si512(b + i + 8))));
    }
    uint64_t count = (uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(even, odd));
    for (; i < n; i++)
        count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}
#endif

static bool has_plain(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_popcnt(void)
{
    return __builtin_cpu_supports("popcnt");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && has_popcnt();
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512f") && has_popcnt();
}
#endif

/* Each better than the one before. */
static const struct variant {
    const char *name;
    count_fn *count;
    bool (*supported)(void);
} variants[] = {
    {"plain", count_plain, has_plain},
#if defined(__x86_64__)
    {"popcnt", count_popcnt, has_popcnt},
    {"avx2", count_avx2, has_avx2},
    {"avx512", count_avx512, has_avx512},
#endif
};

enum { VARIANTS = sizeof variants / sizeof *variants };

static count_fn *count_and = count_plain;
static pthread_once_t chosen = PTHREAD_ONCE_INIT;

static void choose(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (size_t v = 0; v < VARIANTS; v++)
        if (variants[v].supported())
            count_and = variants[v].count;
}

bool docset_use(const char *variant)
{
    pthread_once(&chosen, choose);
    for (size_t v = 0; v < VARIANTS; v++) {
        if (strcmp(variants[v].name, variant) != 0 || !variants[v].supported())
            continue;
        count_and = variants[v].count;
        return true;
    }
    return false;
}

bool docset_popcnt(void)
{
    pthread_once(&chosen, choose);
    return count_and != count_plain;
}

void docset_clear(struct docset *set)
{
    if (set->word_count)
        memset(set->words, 0, set->word_count * sizeof *set->words);
}

void docset_copy(struct docset *to, const struct docset *from)
{
    if (to->word_count)
        memcpy(to->words, from->words, to->word_count * sizeof *to->words);
}

__attribute__((optimize("O3"))) void docset_and(struct docset *to, const struct docset *with)
{
    for (size_t i = 0; i < to->word_count; i++)
        to->words[i] &= with->words[i];
}

__attribute__((optimize("O3"))) void docset_or(struct docset *to, const struct docset *with)
{
    for (size_t i = 0; i < to->word_count; i++)
        to->words[i] |= with->words[i];
}

__attribute__((optimize("O3"))) void docset_or_and(struct docset *to, const struct docset *a, const struct docset *b)
{
    for (size_t i = 0; i < to->word_count; i++)
        to->words[i] |= a->words[i] & b->words[i];
}

__attribute__((optimize("O3"))) void docset_and_not(struct docset *to, const struct docset *without)
{
    for (size_t i = 0; i < to->word_count; i++)
        to->words[i] &= ~without->words[i];
}

uint64_t docset_count(const struct docset *set)
{
    return docset_count_and(set, set);
}

uint64_t docset_count_and(const struct docset *a, const struct docset *b)
{
    pthread_once(&chosen, choose);
    return count_and(a->words, b->words, a->word_count);
}

size_t docset_list(const struct docset *set, uint32_t *rows)
{
    size_t count = 0;
    DOCSET_EACH(set, row)
        rows[count++] = row;
    return count;
}
