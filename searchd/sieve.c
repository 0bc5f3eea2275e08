#include "searchd/sieve.h"

/* ---- one token -------------------------------------------------------------------------------------------------- */

/* Lower case without dots, as far as the sieve needs it: ASCII and å ä ö; other letters stay as they are. */
static size_t fold(const char *text, size_t len, char *folded)
{
    size_t out = 0;
    for (size_t i = 0; i < len && out < ANALYSE_WORD_BYTES; i++) {
        unsigned char c = (unsigned char)text[i], next = i + 1 < len ? (unsigned char)text[i + 1] | 0x20 : 0;
        bool dotted = c == 0xC3 && (next == 0xA4 || next == 0xA5 || next == 0xB6);
        if (dotted)
            i++;
        folded[out++] = (char)(dotted ? (next == 0xB6 ? 'o' : 'a') : c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return out;
}

static unsigned two(unsigned char a, unsigned char b)
{
    return (unsigned)a << 8 | b;
}

static unsigned three(unsigned char a, unsigned char b, unsigned char c)
{
    return ((unsigned)a * 961 + (unsigned)b * 31 + c) % SIEVE_BITS;
}

static bool has(const uint64_t *bits, unsigned bit)
{
    return bits[bit / 64] >> bit % 64 & 1;
}

void sieve_add(struct sieve *sieve, const char *term, size_t len)
{
    char folded[ANALYSE_WORD_BYTES + 1];
    const unsigned char *f = (const unsigned char *)folded;
    len = fold(term, len, folded);
    if (len >= 2)
        sieve->begins[two(f[0], f[1]) / 64] |= (uint64_t)1 << two(f[0], f[1]) % 64;
    if (len >= 3)
        sieve->holds[three(f[0], f[1], f[2]) / 64] |= (uint64_t)1 << three(f[0], f[1], f[2]) % 64;
}

bool sieve_passes(const struct sieve *sieve, const char *token, size_t len)
{
    char folded[ANALYSE_WORD_BYTES + 1];
    const unsigned char *f = (const unsigned char *)folded;
    len = fold(token, len, folded);
    if (len < 2 || has(sieve->begins, two(f[0], f[1])))
        return true;
    for (size_t i = 0; i + 3 <= len; i++)
        if (has(sieve->holds, three(f[i], f[i + 1], f[i + 2])))
            return true;
    return false;
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

/* A text is gone through once: finding a token's end, folding and sieving it go hand in hand.  Letters that are not
 * Finnish, and signs before them, are left to token_next(). */
struct letters {
    unsigned char a, b;  /* the last two, folded */
    size_t count;
    bool passes;
};

/* ASCII letters and digits, folded; 0 for other bytes. */
static const unsigned char plain[256] = {
    ['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
            'w', 'x', 'y', 'z',
    ['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
            'w', 'x', 'y', 'z',
};

static inline void take(const struct sieve *sieve, struct letters *l, unsigned char c)
{
    if (l->count == 1)
        l->passes |= has(sieve->begins, two(l->b, c));
    else if (l->count > 1)
        l->passes |= has(sieve->holds, three(l->a, l->b, c));
    l->a = l->b;
    l->b = c;
    l->count++;
}

/* å ä ö without their dots at `at`; 0 when there is another letter. */
static inline unsigned char dotted(const unsigned char *text, size_t len, size_t at)
{
    unsigned char low = at + 1 < len && text[at] == 0xC3 ? text[at + 1] | 0x20 : 0;
    return low == 0xA4 || low == 0xA5 ? 'a' : low == 0xB6 ? 'o' : 0;
}

static bool is_sign(unsigned char c)
{
    return c == '-' || c == ':' || c == '\'';
}

/* The end of the token of plain letters at *at; false when there is something else in it or right behind it, which
 * may be a part of it. */
static bool quick_token(const struct sieve *sieve, const unsigned char *text, size_t len, size_t *at,
                        struct letters *letters)
{
    size_t i = *at, step;
    for (;; i += step) {
        unsigned char c = i < len ? plain[text[i]] : 0;
        step = 1;
        if (!c && (c = dotted(text, len, i)))
            step = 2;
        if (c) {
            take(sieve, letters, c);
            continue;
        }
        *at = i;
        if (i == len || (text[i] < 0x80 && !is_sign(text[i])))
            return letters->count <= ANALYSE_WORD_BYTES;
        if (text[i] >= 0x80)
            return false;
        /* A sign belongs to the token between two letters alone. */
        if (i + 1 < len && text[i + 1] >= 0x80 && !dotted(text, len, i + 1))
            return false;
        if (i + 1 == len || !(plain[text[i + 1]] || dotted(text, len, i + 1)))
            return letters->count <= ANALYSE_WORD_BYTES;
        take(sieve, letters, text[i]);
    }
}

bool sieve_next(const struct sieve *sieve, const char *text, size_t len, size_t *at, struct token *token)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = *at; i < len; i = *at) {
        struct letters letters = {.count = 0};
        while (i < len && bytes[i] < 0x80 && !plain[bytes[i]])
            i++;
        size_t begin = i;
        if (quick_token(sieve, bytes, len, &i, &letters)) {
            *at = i;
            if (i == begin) /* the text's end */
                break;
            if (letters.count >= 2 && !letters.passes)
                continue;
            *token = (struct token){.offset = begin, .len = i - begin};
            return true;
        }
        *at = begin;
        if (!token_next(text, len, at, token))
            break;
        if (sieve_passes(sieve, text + token->offset, token->len))
            return true;
    }
    *at = len;
    return false;
}
