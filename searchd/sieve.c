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

static void put(uint64_t *bits, unsigned bit)
{
    bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

void sieve_add(struct sieve *sieve, const char *term, size_t len)
{
    char folded[ANALYSE_WORD_BYTES + 1];
    const unsigned char *f = (const unsigned char *)folded;
    len = fold(term, len, folded);
    if (len >= 2) {
        put(sieve->begins, two(f[0], f[1]));
        put(sieve->either, three(' ', f[0], f[1]));
    }
    if (len >= 3) {
        put(sieve->holds, three(f[0], f[1], f[2]));
        put(sieve->either, three(f[0], f[1], f[2]));
    }
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

/* In a text the letters are gone through three by three without looking for words: where three of them may be of a word
 * that passes, the word is found and judged by itself.  What is not of ASCII or a Finnish letter, or may join two words
 * to one, is always looked at so. */

void sieve_init(struct sieve *sieve)
{
    *sieve = (struct sieve){.begins = {0}};
    for (unsigned c = 0; c < 128; c++) {
        bool letter = (c | 0x20) - 'a' < 26, digit = c - '0' < 10, sign = c == '-' || c == ':' || c == '\'';
        sieve->letters[c] = (unsigned char)(letter ? c | 0x20 : digit ? c : sign ? 0 : ' ');
        if (letter || digit)
            put(sieve->either, three(' ', sieve->letters[c], ' '));
    }
}

/* å ä ö without their dots at `at`; 0 when there is something else. */
static unsigned char dotted(const unsigned char *text, size_t len, size_t at)
{
    unsigned char low = at + 1 < len && text[at] == 0xC3 ? text[at + 1] | 0x20 : 0;
    return low == 0xA4 || low == 0xA5 ? 'a' : low == 0xB6 ? 'o' : 0;
}

/* A byte that may be of a word, or of what is looked at closely. */
static bool may_join(const struct sieve *sieve, const unsigned char *text, size_t len, size_t at)
{
    return at < len && sieve->letters[text[at]] != ' ';
}

/* The first place at or after `at` that may be in or before a word that passes and behind all words before it; len
 * when there is none. */
static size_t suspect(const struct sieve *sieve, const unsigned char *text, size_t len, size_t at)
{
    unsigned a = ' ', b = ' ';
    size_t last = at; /* where b is */
    for (size_t i = at; i < len; i++) {
        unsigned c = sieve->letters[text[i]];
        size_t here = i;
        if (c == 0) {
            if ((c = dotted(text, len, i)))
                i++;
            else if (text[i] >= 0x80 || may_join(sieve, text, len, i + 1))
                return i;
            else
                c = ' '; /* a sign that joins nothing */
        }
        if (has(sieve->either, three((unsigned char)a, (unsigned char)b, (unsigned char)c)))
            return last;
        a = b;
        b = c;
        last = here;
    }
    return has(sieve->either, three((unsigned char)a, (unsigned char)b, ' ')) ? last : len;
}

bool sieve_next(const struct sieve *sieve, const char *text, size_t len, size_t *at, struct token *token)
{
    const unsigned char *bytes = (const unsigned char *)text;
    while (*at < len) {
        size_t place = suspect(sieve, bytes, len, *at), from = place;
        if (place == len)
            break;
        while (from > *at && sieve->letters[bytes[from - 1]] != ' ')
            from--;
        *at = from;
        do {
            if (!token_next(text, len, at, token))
                return false;
            if (sieve_passes(sieve, text + token->offset, token->len))
                return true;
        } while (*at <= place);
    }
    *at = len;
    return false;
}
