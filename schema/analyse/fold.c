#include "analyse/fold.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

/* NFKC_Casefold makes at most 18 units of one; a token has at most ANALYSE_WORD_BYTES. */
enum { UNITS = 18 * ANALYSE_WORD_BYTES, RAW_BYTES = 3 * UNITS };

static enum char_kind kind_beyond_latin1(uint32_t c)
{
    switch (c) {
    case 0x2010:
    case 0x2011: return CHAR_HYPHEN;
    case 0x2019:
    case 0x02BC: return CHAR_APOSTROPHE;
    case 0x200C:
    case 0x200D:
    case 0x2060:
    case 0xFEFF: return CHAR_HIDDEN;
    default: break;
    }
    uint32_t mask = U_GET_GC_MASK((UChar32)c);
    if (mask & (U_GC_L_MASK | U_GC_ND_MASK))
        return CHAR_WORD;
    return mask & U_GC_M_MASK ? CHAR_MARK : CHAR_OTHER;
}

static enum char_kind kind_ascii(uint32_t c)
{
    if ((c | 0x20) - 'a' < 26 || c - '0' < 10)
        return CHAR_WORD;
    switch (c) {
    case '-': return CHAR_HYPHEN;
    case ':': return CHAR_COLON;
    case '\'': return CHAR_APOSTROPHE;
    default: return CHAR_OTHER;
    }
}

enum char_kind char_kind(uint32_t c)
{
    if (c < 0x80)
        return kind_ascii(c);
    return c == 0xAD ? CHAR_HIDDEN : kind_beyond_latin1(c);
}

enum char_kind char_kind_at(const char *text, size_t len, size_t *step)
{
    unsigned char c = (unsigned char)text[0], next = len > 1 ? (unsigned char)text[1] : 0;
    *step = 1;
    if (c < 0x80)
        return kind_ascii(c);
    if (c == 0xC3 && next >= 0x80 && next < 0xC0 && next != 0x97 && next != 0xB7) { /* À to ÿ, neither × nor ÷ */
        *step = 2;
        return CHAR_WORD;
    }
    return char_kind(utf8_decode(text, len, step));
}

uint32_t fold_lower(uint32_t c)
{
    if (c < 0x80)
        return c - 'A' < 26 ? c + 32 : c;
    return (uint32_t)u_tolower((UChar32)c);
}

/* The lower case of a Finnish letter's second byte behind 0xC3; 0 for other letters. */
static unsigned char lower_dotted(unsigned char c)
{
    unsigned char low = c | 0x20;
    return low == 0xA4 || low == 0xB6 || low == 0xA5 ? low : 0; /* ä ö å */
}

/* A whole token in ASCII and Finnish letters, its signs where they belong: nearly every one.  Anything else is left to
 * the long way; returns 0 then. */
static size_t fold_quick(const char *in, size_t len, char out[FOLD_BYTES])
{
    bool after_sign = true;
    for (size_t at = 0; at < len; at++) {
        unsigned char c = (unsigned char)in[at];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[at] = (char)c;
        } else if (c >= 'A' && c <= 'Z') {
            out[at] = (char)(c | 0x20);
        } else if (c == 0xC3 && at + 1 < len && lower_dotted((unsigned char)in[at + 1])) {
            out[at] = (char)c;
            at++;
            out[at] = (char)lower_dotted((unsigned char)in[at]);
        } else if ((c == '-' || c == ':' || c == '\'') && !after_sign) {
            out[at] = (char)c;
            after_sign = true;
            continue;
        } else {
            return 0;
        }
        after_sign = false;
    }
    if (after_sign)
        return 0;
    out[len] = '\0';
    return len;
}

/* ASCII and the Finnish letters: no library needed. Returns false at anything else. */
static bool lower_plain(const char *in, size_t len, char *out, size_t *out_len)
{
    size_t at = 0;
    while (at < len) {
        unsigned char c = (unsigned char)in[at];
        if (c > 0 && c < 0x80) {
            out[at++] = (char)fold_lower(c);
            continue;
        }
        if (c != 0xC3 || at + 1 == len)
            return false;
        unsigned char low = lower_dotted((unsigned char)in[at + 1]);
        if (low == 0)
            return false;
        out[at] = (char)c;
        out[at + 1] = (char)low;
        at += 2;
    }
    *out_len = len;
    return true;
}

static size_t lower_icu(const char *in, size_t len, char *out, size_t size)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar raw[ANALYSE_WORD_BYTES], folded[UNITS];
    int32_t raw_len = 0, folded_len = 0, out_len = 0;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&code);
    u_strFromUTF8WithSub(raw, ANALYSE_WORD_BYTES, &raw_len, in, (int32_t)len, 0xFFFD, NULL, &code);
    folded_len = unorm2_normalize(form, raw, raw_len, folded, UNITS, &code);
    u_strToUTF8WithSub(out, (int32_t)size, &out_len, folded, folded_len, 0xFFFD, NULL, &code);
    return U_FAILURE(code) ? 0 : (size_t)out_len;
}

/* Copies what belongs to a word; a sign waits until a letter or digit follows it, so edges and doubles fall off. */
static size_t keep_word(const char *in, size_t len, char out[FOLD_BYTES])
{
    size_t used = 0;
    char sign = 0;
    for (size_t at = 0, step; at < len; at += step) {
        uint32_t c = utf8_decode(in + at, len - at, &step);
        enum char_kind kind = char_kind(c);
        if (kind == CHAR_HYPHEN || kind == CHAR_COLON || kind == CHAR_APOSTROPHE) {
            sign = kind == CHAR_HYPHEN ? '-' : kind == CHAR_COLON ? ':' : '\'';
            continue;
        }
        if (kind != CHAR_WORD && (kind != CHAR_MARK || sign || used == 0))
            continue;
        bool joined = sign && used > 0;
        if (used + joined + step > ANALYSE_WORD_BYTES)
            break;
        if (joined)
            out[used++] = sign;
        sign = 0;
        memcpy(out + used, in + at, step);
        used += step;
    }
    out[used] = '\0';
    return used;
}

size_t fold_surface(const char *token, size_t len, char out[FOLD_BYTES])
{
    char lower[RAW_BYTES];
    size_t lower_len = len <= ANALYSE_WORD_BYTES ? fold_quick(token, len, out) : 0;
    if (lower_len)
        return lower_len;
    len = utf8_cut(token, len, ANALYSE_WORD_BYTES);
    if (!lower_plain(token, len, lower, &lower_len))
        lower_len = lower_icu(token, len, lower, sizeof lower);
    return keep_word(lower, lower_len, out);
}

static bool is_diacritic(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF) || (c >= 0x064B && c <= 0x065F) || (c >= 0x0591 && c <= 0x05BD);
}

static bool is_dotted(uint32_t c)
{
    return c == 0xE4 || c == 0xF6 || c == 0xE5; /* ä ö å */
}

/* Letters of the Sámi and Nordic alphabets that Unicode does not take apart. */
static const char *letter_plain(uint32_t c)
{
    switch (c) {
    case 0xE6: return "ae"; /* æ */
    case 0xF8: return "o";  /* ø */
    case 0xF0:              /* ð */
    case 0x111: return "d"; /* đ */
    case 0xFE: return "th"; /* þ */
    case 0x14B: return "n"; /* ŋ */
    case 0x167: return "t"; /* ŧ */
    case 0x142: return "l"; /* ł */
    case 0x1E5: return "g"; /* ǥ */
    case 0x292: return "z"; /* ʒ */
    case 0x131: return "i"; /* ı */
    case 0x153: return "oe";
    default: return NULL;
    }
}

/* Takes off the accents one by one: a letter may carry several (ệ). */
static uint32_t accent_off(uint32_t c)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFCInstance(&code);
    while (!is_dotted(c) && U_SUCCESS(code)) {
        UChar pair[8];
        int32_t len = unorm2_getRawDecomposition(form, (UChar32)c, pair, 8, &code);
        if (len < 2 || U_FAILURE(code))
            break;
        UChar32 base, mark;
        int32_t at = 0;
        U16_NEXT(pair, at, len, base);
        U16_NEXT(pair, at, len, mark);
        if (at != len || !is_diacritic((uint32_t)mark))
            break;
        c = (uint32_t)base;
    }
    return c;
}

/* The first byte that is neither ASCII nor of ä ö å, which keep their dots. */
static size_t accent_find(const char *in, size_t len)
{
    size_t at = 0;
    for (; at < len; at++) {
        unsigned char c = (unsigned char)in[at];
        if (c < 0x80)
            continue;
        unsigned char next = at + 1 < len ? (unsigned char)in[at + 1] : 0;
        if (c != 0xC3 || (next != 0xA4 && next != 0xB6 && next != 0xA5))
            break;
        at++;
    }
    return at;
}

size_t fold_accents(const char *in, size_t len, char *out)
{
    size_t used = accent_find(in, len);
    memmove(out, in, used);
    for (size_t at = used, step; at < len; at += step) {
        uint32_t c = utf8_decode(in + at, len - at, &step);
        if (c < 0x80) {
            out[used++] = (char)c;
            continue;
        }
        if (is_diacritic(c))
            continue;
        c = accent_off(c);
        const char *plain = letter_plain(c);
        if (plain) {
            size_t n = strlen(plain);
            memcpy(out + used, plain, n);
            used += n;
        } else {
            used += utf8_encode(c, out + used);
        }
    }
    out[used] = '\0';
    return used;
}

size_t fold_dots(const char *in, size_t len, char *out)
{
    size_t used = 0;
    for (size_t at = 0; at < len; at++) {
        unsigned char c = (unsigned char)in[at];
        unsigned char next = at + 1 < len ? (unsigned char)in[at + 1] : 0;
        if (c == '-')
            continue;
        if (c == 0xC3 && (next == 0xA4 || next == 0xA5 || next == 0xB6)) {
            out[used++] = next == 0xB6 ? 'o' : 'a';
            at++;
            continue;
        }
        out[used++] = (char)c;
    }
    out[used] = '\0';
    return used;
}

bool fold_undotted(const char *in, size_t len, char *out, size_t size)
{
    size_t used = 0;
    bool changed = false;
    for (size_t at = 0; at < len; at++) {
        char c = in[at];
        bool vowel = c == 'a' || c == 'o';
        if ((unsigned char)c == 0xC3 || used + 3 > size)
            return false;
        if (vowel) {
            out[used++] = '\xC3';
            c = c == 'a' ? '\xA4' : '\xB6';
            changed = true;
        }
        out[used++] = c;
    }
    out[used] = '\0';
    return changed;
}
