#include "analyse/spoken.h"

#include <string.h>

/* clang-format off */
/* What the word ends in, and what it ends in when written in full; the first that the dictionary knows is taken. */
static const struct {
    const char *spoken, *full;
} endings[] = {
    {"u", "ut"},    {"y", "yt"},                                             /* unohtanu, päässy */
    {"ki", "kin"},  {"ks", "ksi"},                                           /* ainaki, miks */
    {"is", "isi"},  {"as", "asi"},    {"äs", "äsi"},                         /* ostais, leikkas */
    {"uus", "uusi"}, {"uos", "uosi"}, {"yys", "yysi"}, {"äys", "äysi"},      /* kuus, vuos, täys */
    {"s", ""},      {"s", "ssa"},     {"s", "ssä"},                          /* kuinkas, nurkas */
    {"ii", "iin"},  {"ii", "itsee"},  {"iin", "itsen"}, {"iit", "itset"},    /* kotii, tarvii */
    {"aa", "aan"},  {"ää", "ään"},    {"ee", "een"},                         /* annetaa, aikaisee */
    {"ee", "ea"},   {"ee", "eä"},     {"eet", "eat"}, {"een", "ean"},        /* korkee, nopeet */
    {"uu", "uaa"},  {"uu", "uun"},    {"yy", "yyn"},                         /* haluu, kouluu */
    {"oo", "oon"},  {"öö", "öön"},                                           /* kotihoitoo */
    {"ei", "eitä"}, {"ei", "eita"},   {"oi", "oja"}, {"öi", "öjä"}, {"ui", "uja"}, /* kaverei, kissoi */
    {"lt", "lta"},  {"lt", "ltä"},    {"st", "sta"}, {"st", "stä"},          /* sielt, mist */
    {"l", "lla"},   {"l", "llä"},     {"hi", "hin"},                         /* tääl, töihi */
};
/* clang-format on */

enum {
    ENDINGS = sizeof endings / sizeof *endings,
    SHORTEST = 2,   /* bytes before what is changed */
    LONG_ENDING = 3 /* a longer one may be the whole word (uus) */
};

/* The word with `more` put in at a place. */
static bool put_in(const char *word, size_t len, size_t at, const char *more, char out[FOLD_BYTES])
{
    size_t n = strlen(more);
    if (len + n > ANALYSE_WORD_BYTES)
        return false;
    memcpy(out, word, at);
    memcpy(out + at, more, n);
    memcpy(out + at + n, word + at, len - at);
    out[len + n] = '\0';
    return true;
}

static bool replace_ending(const char *word, size_t len, size_t rule, char out[FOLD_BYTES])
{
    size_t n = strlen(endings[rule].spoken), full = strlen(endings[rule].full);
    size_t before = n < LONG_ENDING ? SHORTEST : 0;
    if (len < n + before || len - n + full > ANALYSE_WORD_BYTES ||
        memcmp(word + len - n, endings[rule].spoken, n) != 0)
        return false;
    memcpy(out, word, len - n);
    memcpy(out + len - n, endings[rule].full, full + 1);
    return true;
}

/* By the last byte of a letter: a o ä ö, which may have lost an i. */
static bool is_open(char c)
{
    return c == 'a' || c == 'o' || (unsigned char)c == 0xA4 || (unsigned char)c == 0xB6;
}

static bool is_vowel(char c)
{
    return is_open(c) || c == 'e' || c == 'i' || c == 'u' || c == 'y';
}

/* By its first byte. */
static bool starts_vowel(const char *at)
{
    return *at == '\xC3' || is_vowel(*at);
}

static bool has_vowel(const char *word, size_t len)
{
    for (size_t at = 0; at < len; at++)
        if (is_vowel(word[at]) || word[at] == '\xC3')
            return true;
    return false;
}

/* The i of a diphthong that is not in the first syllable, put in at a place behind a, o, ä or ö. */
static bool restore_i(const char *word, size_t len, size_t at, char out[FOLD_BYTES])
{
    size_t vowel = at - 1 - ((unsigned char)word[at - 1] >= 0x80);
    return !is_vowel(word[vowel - 1]) && has_vowel(word, vowel) && put_in(word, len, at, "i", out);
}

/* punanen, valkosia, tämmöset: dropped before s and nen; the last such place. */
static bool restore_i_before_s(const char *word, size_t len, char out[FOLD_BYTES])
{
    for (size_t at = len - 1; at > SHORTEST; at--)
        if (is_open(word[at - 1]) && (word[at] == 's' || strcmp(word + at, "nen") == 0))
            return restore_i(word, len, at, out);
    return false;
}

/* kirjottaa, harjotus: dropped before t, only behind o and ö. */
static bool restore_i_before_t(const char *word, size_t len, char out[FOLD_BYTES])
{
    for (size_t at = len - 1; at > SHORTEST; at--)
        if (word[at] == 't' && (word[at - 1] == 'o' || (unsigned char)word[at - 1] == 0xB6))
            return restore_i(word, len, at, out);
    return false;
}

/* tehä, kahen, mahollinen: the d behind an h. */
static bool restore_d(const char *word, size_t len, char out[FOLD_BYTES])
{
    for (size_t at = 1; at + 1 < len; at++)
        if (word[at] == 'h' && is_vowel(word[at - 1]) && starts_vowel(word + at + 1))
            return put_in(word, len, at + 1, "d", out);
    return false;
}

/* kattoo, ettii, mettässä: tt where the written language has ts. */
static bool restore_ts(const char *word, size_t len, char out[FOLD_BYTES])
{
    const char *tt = strstr(word, "tt");
    if (!tt || tt == word || !is_vowel(tt[-1]) || tt + 2 == word + len || !starts_vowel(tt + 2))
        return false;
    memcpy(out, word, len + 1);
    out[tt + 1 - word] = 's';
    return true;
}

/* sairaaalassa, halllintaan: a key that was held too long. */
static bool restore_pair(const char *word, size_t len, char out[FOLD_BYTES])
{
    size_t used = 0;
    for (size_t at = 0, size; at < len; at += size) {
        size = word[at] == '\xC3' ? 2 : 1;
        bool third = used >= 2 * size && memcmp(out + used - size, word + at, size) == 0 &&
                     memcmp(out + used - 2 * size, word + at, size) == 0;
        if (third)
            continue;
        memcpy(out + used, word + at, size);
        used += size;
    }
    out[used] = '\0';
    return used < len;
}

typedef bool restore_fn(const char *word, size_t len, char out[FOLD_BYTES]);
static restore_fn *const sounds[] = {restore_pair, restore_ts, restore_d, restore_i_before_s, restore_i_before_t};
enum { SOUNDS = sizeof sounds / sizeof *sounds };

/* First what changes inside the word, then its ending, then both (semmosii, kattomas). */
bool spoken_next(const char *word, size_t len, size_t *rule, char out[FOLD_BYTES])
{
    char inner[FOLD_BYTES];
    for (size_t r; (r = *rule) < SOUNDS + (SOUNDS + 1) * ENDINGS;) {
        ++*rule;
        if (r < SOUNDS) {
            if (sounds[r](word, len, out))
                return true;
            continue;
        }
        size_t sound = (r - SOUNDS) / ENDINGS, ending = (r - SOUNDS) % ENDINGS;
        if (sound == 0) {
            if (replace_ending(word, len, ending, out))
                return true;
        } else if (!sounds[sound - 1](word, len, inner)) {
            *rule = SOUNDS + (sound + 1) * ENDINGS;
        } else if (replace_ending(inner, strlen(inner), ending, out)) {
            return true;
        }
    }
    return false;
}
