#include "searchd/personal.h"

#include <string.h>


static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes of the hyphen, dash or minus at the start; 0 when there is none. */
static size_t dash(const char *text, size_t len)
{
    static const char *const dashes[] = {"-", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x93", "\xE2\x88\x92"};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (len >= strlen(dashes[i]) && memcmp(text, dashes[i], strlen(dashes[i])) == 0)
            return strlen(dashes[i]);
    return 0;
}

/* ---- identity numbers ------------------------------------------------------------------------------------------- */

static size_t skip_blanks(const char *text, size_t len, size_t at)
{
    while (at < len && blank(text[at]))
        at++;
    return at;
}

/* DDMMYY, the sign of the century, three digits and the check character, however it is spaced; its end, 0 when it is
 * none.  The check character is not checked: a slip of the pen is as personal. */
static size_t identity_end(const char *text, size_t len, size_t at)
{
    size_t n = 0;
    while (n < 6 && at + n < len && digit(text[at + n]))
        n++;
    if (n < 6)
        return 0;
    at = skip_blanks(text, len, at + 6);
    size_t sign = dash(text + at, len - at);
    if (!sign && at < len && (text[at] == '+' || letter(text[at])))
        sign = 1;
    if (!sign)
        return 0;
    at = skip_blanks(text, len, at + sign);
    for (n = 0; n < 3; n++)
        if (at + n >= len || !digit(text[at + n]))
            return 0;
    at += 3;
    return at < len && (digit(text[at]) || letter(text[at])) ? at + 1 : 0;
}

/* ---- addresses -------------------------------------------------------------------------------------------------- */

/* Bytes of what stands for the @ at the start; 0 when there is none. */
static size_t at_sign(const char *text, size_t len)
{
    static const char *const signs[] = {"@", "(at)", "[at]", "(a)", "{at}", "(AT)", "\xEF\xBC\xA0" /* full width */};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (len >= strlen(signs[i]) && memcmp(text, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    return 0;
}

/* The words that the sign joins, and the blanks between them. */
static struct personal_range address_around(const char *text, size_t len, size_t least, size_t sign, size_t size)
{
    size_t from = sign, to = sign + size;
    while (from > least && blank(text[from - 1]))
        from--;
    while (from > least && !blank(text[from - 1]))
        from--;
    while (to < len && blank(text[to]))
        to++;
    while (to < len && !blank(text[to]))
        to++;
    return (struct personal_range){from, to};
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

/* Digits in groups, with up to two characters of punctuation or a blank between them. */
struct number {
    size_t from, to;
    size_t digits, groups;
    size_t longest;    /* group */
    bool plus, zero;   /* begins with a + or a 0 */
    bool small;        /* every group has one or two digits, or is a year */
    bool year, point;  /* has such a group; a point or colon */
};

/* Bytes of the punctuation that may stand in a number; 0 when there is none. */
static size_t between(const char *text, size_t len, bool *point)
{
    size_t at = 0;
    for (int n = 0; n < 3 && at < len; n++) {
        size_t size = dash(text + at, len - at);
        if (!size && (blank(text[at]) || strchr("./():", text[at])))
            size = 1;
        if (!size && len - at >= 2 && memcmp(text + at, "\xC2\xA0", 2) == 0)
            size = 2;
        if (!size)
            break;
        *point |= text[at] == '.' || text[at] == ':';
        at += size;
    }
    return at;
}

static bool is_year(const char *group, size_t digits)
{
    return digits == 4 && (memcmp(group, "19", 2) == 0 || memcmp(group, "20", 2) == 0);
}

static struct number number_at(const char *text, size_t len, size_t from)
{
    struct number n = {.from = from, .small = true, .plus = text[from] == '+'};
    size_t at = from + n.plus;
    n.zero = at < len && text[at] == '0';
    while (at < len && digit(text[at])) {
        size_t group = 0;
        bool point = false;
        while (at + group < len && digit(text[at + group]))
            group++;
        bool year = is_year(text + at, group);
        n.small &= group <= 2 || year;
        n.year |= year;
        n.longest = group > n.longest ? group : n.longest;
        n.digits += group;
        n.groups++;
        at += group;
        n.to = at;
        at += between(text + at, len - at, &point);
        if (at > n.to && at < len && digit(text[at]))
            n.point |= point;
        else
            break;
    }
    return n;
}

static bool personal_number(const struct number *n)
{
    if (n->longest >= PERSONAL_DIGITS)
        return true;
    if (n->digits < PERSONAL_DIGITS || (n->small && !n->plus && (n->point || n->year)))
        return false; /* the latter: dates and times */
    return n->plus || n->zero || (n->digits >= 8 && n->longest >= 3);
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

bool personal_next(const char *text, size_t len, size_t at, struct personal_range *range)
{
    for (size_t i = at; i < len;) {
        size_t sign = at_sign(text + i, len - i), end = 0;
        if (sign) {
            *range = address_around(text, len, at, i, sign);
            return true;
        }
        bool begins = digit(text[i]) || (text[i] == '+' && i + 1 < len && digit(text[i + 1]));
        if (!begins) {
            i++;
            continue;
        }
        end = identity_end(text, len, i);
        struct number n = number_at(text, len, i);
        if (!end && personal_number(&n))
            end = n.to;
        if (end) {
            *range = (struct personal_range){i, end};
            /* "0400004567@example.fi": the address has it all */
            while (end < len && !blank(text[end]) && !at_sign(text + end, len - end))
                end++;
            if (end < len && (sign = at_sign(text + end, len - end)) != 0)
                range->to = address_around(text, len, at, end, sign).to;
            return true;
        }
        i += text[i] == '+';
        while (i < len && digit(text[i]))
            i++; /* "12 040 123": the number may begin at the next group */
    }
    return false;
}

void personal_remove(const char *text, size_t len, struct buf *out)
{
    struct personal_range range;
    size_t at = 0;
    while (personal_next(text, len, at, &range)) {
        buf_add(out, text + at, range.from - at);
        buf_adds(out, PERSONAL_REMOVED);
        at = range.to;
    }
    buf_add(out, text + at, len - at);
}

bool personal_query(const char *text, size_t len)
{
    struct personal_range range;
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        digits += digit(text[i]);
    return digits >= PERSONAL_DIGITS || personal_next(text, len, 0, &range);
}
