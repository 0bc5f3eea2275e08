#include "analyse/spoken.h"

#include <string.h>

/* clang-format off */
/* What the word ends in, and what it ends in when written in full. */
static const struct {
    const char *spoken, *full;
} endings[] = {
    {"u", "ut"},    {"y", "yt"},                                     /* unohtanu, päässy */
    {"ki", "kin"},  {"ks", "ksi"},    {"is", "isi"},                 /* ainaki, miks, ostais */
    {"s", ""},      {"s", "ssa"},     {"s", "ssä"},                  /* kuinkas, nurkas */
    {"ii", "iin"},  {"aa", "aan"},    {"ää", "ään"}, {"ee", "een"},  /* puhuttii, annetaa */
    {"lt", "lta"},  {"lt", "ltä"},    {"st", "sta"}, {"st", "stä"},  /* sielt, mist */
    {"l", "lla"},   {"l", "llä"},                                    /* tääl */
};
/* clang-format on */

enum { ENDINGS = sizeof endings / sizeof *endings, SHORTEST = 2 };

static bool replace_ending(const char *word, size_t len, size_t rule, char out[FOLD_BYTES])
{
    size_t n = strlen(endings[rule].spoken), full = strlen(endings[rule].full);
    if (len < n + SHORTEST || len - n + full > ANALYSE_WORD_BYTES ||
        memcmp(word + len - n, endings[rule].spoken, n) != 0)
        return false;
    memcpy(out, word, len - n);
    memcpy(out + len - n, endings[rule].full, full + 1);
    return true;
}

/* punanen, valkosia, tämmöset: the i of -inen that speech drops behind a, o, ä, ö. */
static bool restore_i(const char *word, size_t len, char out[FOLD_BYTES])
{
    size_t at = len;
    while (at > SHORTEST && word[at - 1] != 's' && strncmp(word + at - 1, "nen", 4) != 0)
        at--;
    if (at <= SHORTEST || len + 1 > ANALYSE_WORD_BYTES)
        return false;
    unsigned char before = (unsigned char)word[at - 2]; /* the last byte of ä or ö for these */
    if (before != 'a' && before != 'o' && before != 0xA4 && before != 0xB6)
        return false;
    memcpy(out, word, at - 1);
    out[at - 1] = 'i';
    memcpy(out + at, word + at - 1, len - at + 1);
    out[len + 1] = '\0';
    return true;
}

bool spoken_next(const char *word, size_t len, size_t *rule, char out[FOLD_BYTES])
{
    while (*rule < ENDINGS)
        if (replace_ending(word, len, (*rule)++, out))
            return true;
    return (*rule)++ == ENDINGS && restore_i(word, len, out);
}
