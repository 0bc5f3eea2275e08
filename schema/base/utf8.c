#include "base/utf8.h"

static bool tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_length(const char *text, size_t len)
{
    const unsigned char *t = (const unsigned char *)text;
    if (len == 0)
        return 0;
    if (t[0] < 0x80)
        return 1;
    if (t[0] >= 0xC2 && t[0] <= 0xDF)
        return len >= 2 && tail(t[1]) ? 2 : 0;
    if (t[0] >= 0xE0 && t[0] <= 0xEF) {
        if (len < 3 || !tail(t[1]) || !tail(t[2]))
            return 0;
        if ((t[0] == 0xE0 && t[1] < 0xA0) || (t[0] == 0xED && t[1] > 0x9F))
            return 0;
        return 3;
    }
    if (t[0] >= 0xF0 && t[0] <= 0xF4) {
        if (len < 4 || !tail(t[1]) || !tail(t[2]) || !tail(t[3]))
            return 0;
        if ((t[0] == 0xF0 && t[1] < 0x90) || (t[0] == 0xF4 && t[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

uint32_t utf8_decode(const char *text, size_t len, size_t *step)
{
    const unsigned char *t = (const unsigned char *)text;
    *step = utf8_length(text, len);
    switch (*step) {
    case 1: return t[0];
    case 2: return (uint32_t)(t[0] & 0x1F) << 6 | (t[1] & 0x3F);
    case 3: return (uint32_t)(t[0] & 0x0F) << 12 | (uint32_t)(t[1] & 0x3F) << 6 | (t[2] & 0x3F);
    case 4:
        return (uint32_t)(t[0] & 0x07) << 18 | (uint32_t)(t[1] & 0x3F) << 12 | (uint32_t)(t[2] & 0x3F) << 6 |
               (t[3] & 0x3F);
    default: *step = 1; return 0xFFFD;
    }
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t utf8_check(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t step = utf8_length(text + at, len - at);
        if (step == 0)
            return at;
        at += step;
    }
    return len;
}

size_t utf8_cut(const char *text, size_t len, size_t most)
{
    if (len <= most)
        return len;
    while (most > 0 && tail((unsigned char)text[most]))
        most--;
    return most;
}

size_t utf8_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += !tail((unsigned char)text[i]);
    return count;
}
