#include "search/edits.h"

#include <string.h>

/* Tenths; chosen on the development half of the typing errors, where the figures are flat (docs/finnish.md). */
enum { DOTS = 3, DOUBLED = 5, SWAP = 8, NEIGHBOUR = 8, OTHER = EDITS_UNIT, FIRST = 3 };

/* What stands around each key on a Finnish keyboard; å ä ö are written { | }. */
static const char *const around[EDITS_KEYS] = {
    "qwsz", "vngh", "xvdf", "sferxc", "wrsd", "dgrtcv", "fhtyvb", "gjyubn", "uojk", "hkuinm", "jliom", "k}op", "njk",
    "bmhj", "ipkl", "o{l}", "wa", "etdf", "adwezx", "ryfg", "yihj", "cbfg", "qeas", "zcsd", "tugh", "xas",
    "p}|", "{}", "l|p{", "",
};

static unsigned key_of(uint32_t letter)
{
    if (letter - 'a' < 26)
        return letter - 'a';
    return letter == 0xE5 ? 26 : letter == 0xE4 ? 27 : letter == 0xF6 ? 28 : EDITS_KEYS - 1;
}

static unsigned undotted(unsigned key)
{
    return key == 26 || key == 27 ? 'a' - 'a' : key == 28 ? 'o' - 'a' : key;
}

static uint8_t replace_price(unsigned typed, unsigned other)
{
    if (undotted(typed) == undotted(other) && typed != other)
        return DOTS;
    return strchr(around[typed], (int)('a' + other)) ? NEIGHBOUR : OTHER;
}

static uint8_t capped(unsigned price)
{
    return price < EDITS_FAR ? (uint8_t)price : EDITS_FAR;
}

void edits_bound(struct edits *e, unsigned bound)
{
    e->band = bound < EDITS_FAR ? bound / DOUBLED : EDITS_DEPTH + EDITS_LETTERS;
}

void edits_start(struct edits *e, const uint32_t *letters, size_t count)
{
    memcpy(e->typed, letters, count * sizeof *letters);
    e->typed_len = count;
    edits_bound(e, EDITS_FAR);
    e->row[0][0] = 0;
    e->least[0] = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned first = i == 0 ? FIRST : 0;
        e->extra[i] = (uint8_t)((i > 0 && letters[i] == letters[i - 1] ? DOUBLED : OTHER) + first);
        e->row[0][i + 1] = capped((unsigned)e->row[0][i] + e->extra[i]);
        for (unsigned key = 0; key < EDITS_KEYS; key++)
            e->replace[key][i] = replace_price(key_of(letters[i]), key);
    }
}

static bool is_swap(const struct edits *e, size_t depth, size_t i, uint32_t letter)
{
    return depth > 0 && i > 1 && e->typed[i - 2] == letter && e->typed[i - 1] == e->other[depth - 1] &&
           e->typed[i - 1] != letter;
}

void edits_push(struct edits *e, size_t depth, uint32_t letter)
{
    const uint8_t *above = e->row[depth], *replace = e->replace[key_of(letter)];
    uint8_t *row = e->row[depth + 1];
    bool doubled = depth > 0 && letter == e->other[depth - 1];
    unsigned missing = doubled ? DOUBLED : depth == 0 ? OTHER + FIRST : OTHER;
    size_t first = depth + 1 > e->band ? depth + 1 - e->band : 0; /* of the band */
    size_t last = depth + 1 + e->band < e->typed_len ? depth + 1 + e->band : e->typed_len;
    unsigned least = EDITS_FAR;
    e->other[depth] = letter;
    if (first > last) {
        e->row[depth + 1][e->typed_len] = e->least[depth + 1] = EDITS_FAR;
        return;
    }
    if (first == 0)
        least = row[0] = capped(above[0] + missing);
    else
        row[first - 1] = EDITS_FAR;
    if (last < e->typed_len)
        row[last + 1] = EDITS_FAR;
    for (size_t i = first ? first : 1; i <= last; i++) {
        unsigned replaced = letter == e->typed[i - 1] ? 0 : replace[i - 1] + (depth + i == 1 ? (unsigned)FIRST : 0);
        unsigned best = above[i - 1] + replaced;
        unsigned left_out = above[i] + missing, extra = (unsigned)row[i - 1] + e->extra[i - 1];
        best = left_out < best ? left_out : best;
        best = extra < best ? extra : best;
        if (is_swap(e, depth, i, letter)) {
            unsigned swapped = e->row[depth - 1][i - 2] + (depth + i == 3 ? SWAP + FIRST : SWAP);
            best = swapped < best ? swapped : best;
        }
        row[i] = capped(best);
        least = row[i] < least ? row[i] : least;
    }
    e->least[depth + 1] = (uint8_t)least;
}

unsigned edits_price(const struct edits *e, size_t depth)
{
    return depth + e->band < e->typed_len ? EDITS_FAR : e->row[depth][e->typed_len];
}

unsigned edits_least(const struct edits *e, size_t depth)
{
    unsigned before = depth ? e->least[depth - 1] + (unsigned)SWAP : 0;
    return depth && before < e->least[depth] ? before : e->least[depth];
}
