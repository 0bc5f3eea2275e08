#include "normalise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "field.h"

enum {
    CODE_TEXT_BYTES = VOCAB_LABEL_BYTES,
    NUMBER_TEXT_BYTES = 40,
    WORD_TEXT_BYTES = 40,
    PRICE_TEXT_BYTES = 2000,
};

/* ---- codes --------------------------------------------------------------------------------------------------- */

/* "fi-FI" and "zh_Hans" are read by what stands before the hyphen; Lähellä.fi's own code for sign language. */
static int language_find(const char *text, size_t len)
{
    if (len == 4 && strncasecmp(text, "fisl", 4) == 0)
        return vocab_find(VOCAB_LANGUAGE, "fse", 3);
    size_t tag = 0;
    while (tag < len && text[tag] != '-' && text[tag] != '_')
        tag++;
    char code[3];
    if (tag != 2 || tag == len || len > 10)
        return -1;
    for (size_t i = 0; i < tag; i++)
        code[i] = (char)(text[i] | 32);
    return vocab_find(VOCAB_LANGUAGE, code, tag);
}

/* Our codes are Finnish words without marks: "Loma ja leirit" is loma-ja-leirit, whatever its label says today. */
static int code_of_words(enum vocab_name vocab, const char *text, size_t len)
{
    char code[CODE_TEXT_BYTES + 1];
    size_t out = 0, step;
    for (size_t at = 0; at < len; at += step) {
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if (c >= 'A' && c <= 'Z')
            c |= 32;
        c = c == 0xE4 || c == 0xC4 || c == 0xE5 || c == 0xC5 ? 'a' : c == 0xF6 || c == 0xD6 ? 'o' : c == ' ' ? '-' : c;
        if (c >= 0x80)
            return -1;
        code[out++] = (char)c;
    }
    return vocab_find(vocab, code, out);
}

bool normalise_code(enum vocab_name vocab, const char *text, size_t len, uint16_t *ordinal)
{
    if (len == 0 || len > CODE_TEXT_BYTES)
        return false;
    int found = vocab_find(vocab, text, len);
    if (found < 0)
        found = vocab_find_label(vocab, text, len);
    if (found < 0)
        found = vocab == VOCAB_LANGUAGE ? language_find(text, len) : code_of_words(vocab, text, len);
    if (found < 0)
        return false;
    *ordinal = (uint16_t)found;
    return true;
}

const char *nearest_code(enum vocab_name vocab, const char *text, size_t len)
{
    char name[WORD_TEXT_BYTES + 1];
    if (len == 0 || len >= sizeof name)
        return NULL;
    memcpy(name, text, len);
    name[len] = '\0';
    const char *nearest = NULL;
    size_t best = len / 3 + 1;
    for (size_t i = 0; i < vocab_size(vocab); i++) {
        const char *code = vocab_entry(vocab, i)->code;
        size_t distance = field_distance(code, name);
        if (distance < best) {
            best = distance;
            nearest = code;
        }
    }
    return nearest;
}

/* ---- areas --------------------------------------------------------------------------------------------------- */

/* The three digits of "491", "20" (a spreadsheet drops zeros) or "'020'" (Statistics Finland's files); false when the
 * text is a name. */
static bool municipality_digits(const char *text, size_t len, char code[4])
{
    if (len >= 2 && (text[0] == '\'' || text[0] == '"') && text[len - 1] == text[0]) {
        text++;
        len -= 2;
    }
    if (len == 0 || len > 3)
        return false;
    memcpy(code, "000", 4);
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        code[3 - len + i] = text[i];
    }
    return true;
}

bool normalise_municipality(const char *text, size_t len, uint16_t *area, bool *merged)
{
    char code[4];
    int found;
    bool old = false;
    if (len == 0 || len > CODE_TEXT_BYTES)
        return false;
    if (municipality_digits(text, len, code)) {
        found = area_municipality(code, 3);
        old = found >= 0 && strcmp(vocab_entry(VOCAB_AREA, (size_t)found)->code, code) != 0;
    } else {
        const struct area_merge *merge = area_merge_find(text, len);
        found = merge ? merge->municipality : area_find(AREA_MUNICIPALITY, text, len);
        old = merge != NULL;
    }
    if (found < 0)
        return false;
    *area = (uint16_t)found;
    *merged = old;
    return true;
}

bool normalise_area(enum area_scope scope, const char *text, size_t len, uint16_t *area, bool *merged)
{
    if (scope == SCOPE_MUNICIPALITY)
        return normalise_municipality(text, len, area, merged);
    if (scope != SCOPE_REGION && scope != SCOPE_WELLBEING)
        return false;
    int found = area_find(scope == SCOPE_REGION ? AREA_REGION : AREA_WELLBEING, text, len);
    if (found < 0)
        return false;
    *area = (uint16_t)found;
    *merged = false;
    return true;
}

/* ---- yes, no and numbers ------------------------------------------------------------------------------------- */

static bool space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void text_trim(const char **text, size_t *len)
{
    while (*len > 0 && space(**text)) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && space((*text)[*len - 1]))
        (*len)--;
}

/* ASCII case ignored; Ä and Ö too. */
static bool same_word(const char *a, size_t len, const char *b)
{
    if (strlen(b) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];
        bool upper_umlaut = i > 0 && (unsigned char)a[i - 1] == 0xC3 && (x == 0x84 || x == 0x96 || x == 0x85);
        if (upper_umlaut)
            x |= 0x20;
        if (x >= 'A' && x <= 'Z')
            x |= 0x20;
        if (x != y)
            return false;
    }
    return true;
}

static bool word_among(const char *text, size_t len, const char *const *words)
{
    for (; *words; words++)
        if (same_word(text, len, *words))
            return true;
    return false;
}

bool normalise_yes_no(const char *text, size_t len, bool *yes)
{
    static const char *const yes_words[] = {"kyllä", "k",  "x",  "joo", "on", "true", "tosi",
                                            "1",     "ja", "jo", "yes", "y",  NULL};
    static const char *const no_words[] = {"ei", "e", "-", "–", "false", "epätosi", "0", "nej", "no", "n", NULL};
    text_trim(&text, &len);
    bool is_yes = word_among(text, len, yes_words);
    if (!is_yes && !word_among(text, len, no_words))
        return false;
    *yes = is_yes;
    return true;
}

/* Reads a number at the start; *used is its length, 0 when there is none.  Blanks may divide thousands, and a comma
 * or a point the decimals. */
static double number_at(const char *text, size_t len, size_t *used)
{
    char plain[NUMBER_TEXT_BYTES + 1];
    size_t out = 0, at = 0, digits = 0;
    bool decimals = false;
    *used = 0;
    if (at < len && (text[at] == '-' || text[at] == '+'))
        plain[out++] = text[at++];
    for (; at < len && out < NUMBER_TEXT_BYTES; at++) {
        char c = text[at];
        bool digit_next = at + 1 < len && text[at + 1] >= '0' && text[at + 1] <= '9';
        if (c >= '0' && c <= '9') {
            plain[out++] = c;
            digits++;
        } else if ((c == ',' || c == '.') && !decimals && digits > 0 && digit_next) {
            plain[out++] = '.';
            decimals = true;
        } else if (c == ' ' && !decimals && digits > 0 && digit_next && len - at > 3 &&
                   (len - at == 4 || text[at + 4] < '0' || text[at + 4] > '9') && text[at + 2] >= '0' &&
                   text[at + 2] <= '9' && text[at + 3] >= '0' && text[at + 3] <= '9') {
            continue; /* 1 200 */
        } else {
            break;
        }
    }
    plain[out] = '\0';
    if (digits == 0 || digits > 15)
        return NAN;
    *used = at;
    return strtod(plain, NULL);
}

bool normalise_number(const char *text, size_t len, double *number)
{
    char plain[NUMBER_TEXT_BYTES + 1];
    size_t out = 0, used;
    text_trim(&text, &len);
    for (size_t i = 0; i < len; i++) { /* NBSP to space, minus sign to hyphen */
        if (out == NUMBER_TEXT_BYTES)
            return false;
        if (len - i >= 2 && memcmp(text + i, "\xC2\xA0", 2) == 0) {
            plain[out++] = ' ';
            i++;
        } else if (len - i >= 3 && memcmp(text + i, "−", 3) == 0) {
            plain[out++] = '-';
            i += 2;
        } else {
            plain[out++] = text[i];
        }
    }
    double value = number_at(plain, out, &used);
    if (used == 0 || used != out)
        return false;
    *number = value;
    return true;
}

/* ---- prices -------------------------------------------------------------------------------------------------- */

static const char *const free_words[] = {"maksuton",     "maksutonta",    "maksutta",      "ilmainen", "ilmaiseksi",
                                         "ilmaista",     "veloituksetta", "veloitukseton", "gratis",   "avgiftsfri",
                                         "avgiftsfritt", "kostnadsfri",   "kostnadsfritt", "free",     NULL};
static const char *const free_phrases[] = {"vapaa pääsy",   "ei maksua",      "ei maksa mitään",
                                           "fritt inträde", "free of charge", NULL};

static size_t word_length(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && !space(text[n]) && !strchr(",.;:!()/", text[n]) && text[n])
        n++;
    return n;
}

/* Length of the word or phrase of "free" at the start; 0 when none stands there. */
static size_t free_at(const char *text, size_t len)
{
    for (const char *const *p = free_phrases; *p; p++)
        if (len >= strlen(*p) && same_word(text, strlen(*p), *p))
            return strlen(*p);
    size_t n = word_length(text, len);
    return n > 0 && word_among(text, n, free_words) ? n : 0;
}

/* Length of "€", " e", " euroa", " eur" at the start; 0 when there is none. */
static size_t euro_at(const char *text, size_t len)
{
    static const char *const units[] = {"e", "eur", "euro", "euroa", "euron", NULL};
    size_t at = 0;
    while (at < len && text[at] == ' ')
        at++;
    if (len - at >= 3 && memcmp(text + at, "€", 3) == 0)
        return at + 3;
    size_t n = word_length(text + at, len - at);
    return n > 0 && word_among(text + at, n, units) ? at + n : 0;
}

static bool only_punctuation(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!space(text[i]) && !(text[i] && strchr(".!,-", text[i])))
            return false;
    return true;
}

static bool any_digit(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= '0' && text[i] <= '9')
            return true;
    return false;
}

/* A sum of euros anywhere: "10–20 €". */
static bool any_sum(const char *text, size_t len)
{
    for (size_t at = 0, used; at < len; at += used ? used : 1) {
        number_at(text + at, len - at, &used);
        if (used && euro_at(text + at + used, len - at - used))
            return true;
    }
    return false;
}

static bool any_free_word(const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++)
        if ((at == 0 || space(text[at - 1])) && free_at(text + at, len - at))
            return true;
    return false;
}

void normalise_price(const char *text, size_t len, struct price_words *words)
{
    *words = (struct price_words){TRI_UNKNOWN, NAN, false};
    text_trim(&text, &len);
    if (len == 0 || len > PRICE_TEXT_BYTES)
        return;
    size_t is_free = free_at(text, len);
    if (is_free) {
        words->free = TRI_YES;
        words->plain = only_punctuation(text + is_free, len - is_free);
        return;
    }
    size_t sign = len >= 3 && memcmp(text, "€", 3) == 0 ? 3 + (len > 3 && text[3] == ' ') : 0;
    size_t used;
    double amount = number_at(text + sign, len - sign, &used);
    if (any_free_word(text, len) || amount < 0) /* "jäsenille maksuton" */
        return;
    if (!used) /* "kahvi 2 €" does not say that the rest costs */
        return;
    size_t at = sign + used, unit = euro_at(text + at, len - at);
    at += unit;
    words->plain = at == len;
    if (!unit && !sign && !words->plain) { /* "3 kertaa viikossa" is no price, "10–20 €" is one without an amount */
        words->free = any_sum(text, len) ? TRI_NO : TRI_UNKNOWN;
        return;
    }
    if (any_digit(text + at, len - at)) { /* "5 €, lapset 2 €" */
        words->free = TRI_NO;
        return;
    }
    words->free = amount > 0 ? TRI_NO : words->plain ? TRI_YES : TRI_UNKNOWN;
    words->amount = amount > 0 ? amount : NAN;
}

/* ---- what follows from the rest ------------------------------------------------------------------------------ */

static enum status area_from_places(struct record *record, struct arena *arena)
{
    uint16_t *codes = arena_array(arena, record->place_count, sizeof *codes);
    if (!codes)
        return STATUS_NOMEM;
    size_t count = 0;
    for (size_t i = 0; i < record->place_count; i++) {
        uint16_t code = record->place[i].municipality;
        if (code == RECORD_CODE_UNKNOWN)
            continue;
        size_t at = 0;
        while (at < count && codes[at] < code)
            at++;
        if (at < count && codes[at] == code)
            continue;
        memmove(codes + at + 1, codes + at, (count - at) * sizeof *codes);
        codes[at] = code;
        count++;
    }
    if (count > 0)
        record->area = (struct area){SCOPE_MUNICIPALITY, codes, count};
    return STATUS_OK;
}

/* Plain language is in the list of languages, so that people find it there; in a record it is a field of its own. */
static void plain_from_languages(struct record *record)
{
    int plain = vocab_find(VOCAB_LANGUAGE, "plain", strlen("plain"));
    size_t kept = 0;
    for (size_t i = 0; i < record->languages_count; i++) {
        if (record->languages[i] != plain || record->plain_language == TRI_NO)
            record->languages[kept++] = record->languages[i];
        else
            record->plain_language = TRI_YES;
    }
    record->languages_count = kept;
}

enum status record_derive(struct record *record, struct arena *arena)
{
    for (size_t i = 0; i < record->place_count; i++) {
        struct place *place = &record->place[i];
        if (place->municipality != RECORD_CODE_UNKNOWN || !place->postal_code)
            continue;
        int found = area_of_postal_code(place->postal_code, strlen(place->postal_code));
        if (found >= 0)
            place->municipality = (uint16_t)found;
    }
    plain_from_languages(record);
    return record->area.scope == RECORD_CHOICE_UNKNOWN ? area_from_places(record, arena) : STATUS_OK;
}
