#include "normalise.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    PHONE_TEXT_BYTES = 100,
    EMAIL_TEXT_BYTES = 320,
    EMAIL_LOCAL_BYTES = 64,
    URL_TEXT_BYTES = 8000,
    SHORT_NUMBER_DIGITS = 6, /* 112, 116117 */
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Without the spaces around. */
static void text_trim(const char **text, size_t *len)
{
    while (*len > 0 && strchr(" \t\r\n", **text) && **text) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && (*text)[*len - 1] && strchr(" \t\r\n", (*text)[*len - 1]))
        (*len)--;
}

static bool starts_with(const char *text, size_t len, const char *prefix)
{
    size_t n = strlen(prefix);
    return len >= n && strncasecmp(text, prefix, n) == 0;
}

/* ---- phone numbers ------------------------------------------------------------------------------------------- */

/* The number's digits in the groups the writer made; a '+' is kept apart. */
struct number {
    char digits[NORMALISE_PHONE_DIGITS + 1];
    bool group[NORMALISE_PHONE_DIGITS + 1]; /* a group begins at this digit */
    size_t count;
    bool plus;
    char extension[8];
};

static const char *const phone_labels[] = {"puhelinnumero", "matkapuhelin", "puhelin", "telefon", "phone", "puh", "tfn",
                                           "tel",           "gsm",          "mob",     "p",       "t",     NULL};
static const char *const phone_tails[] = {"vaihde", "keskus", "växel", "switchboard", "puhelinvaihde", NULL};
static const char *const extension_words[] = {"alanumero", "alanro",     "anknytning", "extension",
                                              "ext",       "sisänumero", NULL};

/* The longest word of the list at the start of text; 0 when none is, or when a letter follows. */
static size_t word_at(const char *text, size_t len, const char *const *words)
{
    for (; *words; words++) {
        size_t n = strlen(*words);
        if (starts_with(text, len, *words) && (n == len || !(letter(text[n]) || (unsigned char)text[n] >= 0xC3)))
            return n;
    }
    return 0;
}

static size_t separator_at(const char *text, size_t len)
{
    static const char *const wide[] = {"\xC2\xA0", "–", "‑", "—", "−", "\xE2\x80\xAF", NULL};
    if (strchr(" -/.()\t", text[0]) && text[0])
        return 1;
    for (const char *const *w = wide; *w; w++)
        if (len >= strlen(*w) && memcmp(text, *w, strlen(*w)) == 0)
            return strlen(*w);
    return 0;
}

/* Reads digits and separators; returns how much was read, 0 when there are too many digits. */
static size_t digits_take(const char *text, size_t len, struct number *number)
{
    size_t at = 0;
    bool separated = true;
    while (at < len) {
        if (starts_with(text + at, len - at, "(0)") && number->plus && number->count > 0) { /* +358 (0)40 */
            at += 3;
            separated = true;
        } else if (digit(text[at])) {
            if (number->count == NORMALISE_PHONE_DIGITS)
                return 0;
            number->group[number->count] = separated;
            number->digits[number->count++] = text[at++];
            separated = false;
        } else {
            size_t step = separator_at(text + at, len - at);
            if (step == 0)
                break;
            separated = true;
            at += step;
        }
    }
    return at;
}

/* What may stand behind a number: an extension, "vaihde", brackets. */
static bool tail_take(const char *text, size_t len, struct number *number)
{
    while (len > 0 && strchr(" ,;()/.", *text)) {
        text++;
        len--;
    }
    if (len == 0)
        return true;
    size_t word = word_at(text, len, phone_tails);
    if (word)
        return tail_take(text + word, len - word, number);
    word = word_at(text, len, extension_words);
    if (!word || number->extension[0])
        return false;
    while (word < len && strchr(" .:", text[word]))
        word++;
    size_t digits = 0;
    while (word + digits < len && digit(text[word + digits]))
        digits++;
    if (digits == 0 || digits >= sizeof number->extension)
        return false;
    memcpy(number->extension, text + word, digits);
    return tail_take(text + word + digits, len - word - digits, number);
}

static bool number_read(const char *text, size_t len, struct number *number)
{
    *number = (struct number){.count = 0};
    size_t label = word_at(text, len, phone_labels);
    while (label > 0 && label < len && strchr(" .:", text[label]))
        label++;
    text += label;
    len -= label;
    if (len > 0 && *text == '+') {
        number->plus = true;
        text++;
        len--;
    }
    size_t read = digits_take(text, len, number);
    return read > 0 && number->count >= 3 && tail_take(text + read, len - read, number);
}

/* Takes `count` digits off the front. */
static void number_cut(struct number *number, size_t count)
{
    number->count -= count;
    memmove(number->digits, number->digits + count, number->count + 1);
    memmove(number->group, number->group + count, number->count * sizeof number->group[0]);
    number->group[0] = true;
}

/* Puts the zero of national dialling in front. */
static bool number_add_zero(struct number *number)
{
    if (number->count == NORMALISE_PHONE_DIGITS)
        return false;
    memmove(number->digits + 1, number->digits, number->count + 1);
    memmove(number->group + 1, number->group, number->count * sizeof number->group[0]);
    number->digits[0] = '0';
    number->group[1] = false;
    number->count++;
    return true;
}

/* Finnish numbers to their national form, foreign ones keep the plus. False when it is neither. */
static bool number_settle(struct number *number)
{
    if (!number->plus && number->count > 6 && starts_with(number->digits, number->count, "00")) {
        number->plus = true;
        number_cut(number, 2);
    }
    if (number->plus && starts_with(number->digits, number->count, "358")) {
        number->plus = false;
        number_cut(number, 3);
        if (number->count < 4)
            return false;
        return number->digits[0] == '0' || number_add_zero(number);
    }
    if (number->plus)
        return number->count >= 7 && number->digits[0] != '0';
    if (number->digits[0] == '0')
        return number->count >= 5;
    /* A spreadsheet takes a mobile number for a sum and drops its zero. */
    if ((number->count == 9 || number->count == 10) &&
        (number->digits[0] == '4' || starts_with(number->digits, 2, "50")))
        return number_add_zero(number);
    return number->digits[0] == '1' && number->count <= SHORT_NUMBER_DIGITS;
}

/* The country code, and the space behind it, may be gone by now. */
static bool is_grouped(const struct number *number)
{
    for (size_t i = 1; i < number->count; i++)
        if (number->group[i])
            return true;
    return false;
}

/* Where groups begin in a number that has none: the area code, then threes with what is left over at the end. */
static void number_group(struct number *number)
{
    const char *d = number->digits;
    size_t n = number->count, first = 3;
    bool mobile = d[0] == '0' && (d[1] == '4' || starts_with(d, n, "050"));
    if (number->plus || (is_grouped(number) && !mobile))
        return;
    if (mobile && n == 11)
        first = 4;
    else if (starts_with(d, n, "0600") || starts_with(d, n, "0700") || starts_with(d, n, "0800"))
        first = 4;
    else if (d[0] == '0' && !mobile && strchr("5689", d[1]))
        first = 2;
    else if (starts_with(d, n, "03") && d[2] != '0')
        first = 2;
    else if (starts_with(d, n, "02") && d[2] != '0' && d[2] != '9')
        first = 2;
    memset(number->group, 0, sizeof number->group);
    number->group[0] = true;
    for (size_t at = first; at < n; at += 3) {
        number->group[at] = true;
        if (n - at <= 4)
            break;
    }
}

static void number_write(const struct number *number, char out[64])
{
    size_t used = 0;
    if (number->plus)
        out[used++] = '+';
    for (size_t i = 0; i < number->count; i++) {
        if (i > 0 && number->group[i])
            out[used++] = ' ';
        out[used++] = number->digits[i];
    }
    snprintf(out + used, 64 - used, "%s%s", number->extension[0] ? ", alanumero " : "", number->extension);
}

static void number_dial(const struct number *number, char out[64])
{
    const char *d = number->digits;
    size_t n = number->count;
    bool national = starts_with(d, n, "0600") || starts_with(d, n, "0700") || starts_with(d, n, "0800") || d[0] != '0';
    const char *ext = number->extension[0] ? ";ext=" : "";
    if (number->plus)
        snprintf(out, 64, "+%s%s%s", d, ext, number->extension);
    else if (national)
        snprintf(out, 64, "%s%s%s", d, ext, number->extension);
    else
        snprintf(out, 64, "+358%s%s%s", d + 1, ext, number->extension);
}

enum status normalise_phone(const char *text, size_t len, struct arena *arena, struct phone *phone)
{
    struct number number;
    char display[64], dial[64];
    text_trim(&text, &len);
    if (len == 0 || len > PHONE_TEXT_BYTES || !number_read(text, len, &number) || !number_settle(&number))
        return STATUS_INVALID;
    number_group(&number);
    number_write(&number, display);
    number_dial(&number, dial);
    struct phone made = {arena_copy(arena, display, strlen(display)), arena_copy(arena, dial, strlen(dial))};
    if (!made.display || !made.dial)
        return STATUS_NOMEM;
    *phone = made;
    return STATUS_OK;
}

/* ---- e-mail -------------------------------------------------------------------------------------------------- */

/* How people hide the @ from robots. */
static const char *const at_signs[] = {"(at)", "[at]", "{at}", "(ät)", "[ät]", "(a)",
                                       "[a]",  "(@)",  "[@]",  " at ", " ät ", NULL};
static const char *const dots[] = {"(piste)", "[piste]", "(dot)", "[dot]", " piste ", " dot ", NULL};

/* Writes text with the disguises replaced and all spaces left out. */
static size_t email_reveal(const char *text, size_t len, char out[EMAIL_TEXT_BYTES + 1])
{
    size_t used = 0, at = 0;
    while (at < len) {
        size_t step = 0;
        char plain = '\0';
        for (const char *const *s = at_signs; *s && !step; s++)
            if (starts_with(text + at, len - at, *s))
                step = strlen(*s), plain = '@';
        for (const char *const *s = dots; *s && !step; s++)
            if (starts_with(text + at, len - at, *s))
                step = strlen(*s), plain = '.';
        if (!step && text[at] != ' ' && text[at] != '\t')
            plain = text[at];
        if (plain)
            out[used++] = plain;
        at += step ? step : 1;
    }
    out[used] = '\0';
    return used;
}

static bool local_part_valid(const char *text, size_t len)
{
    if (len == 0 || len > EMAIL_LOCAL_BYTES || text[0] == '.' || text[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!letter(text[i]) && !digit(text[i]) && (!text[i] || !strchr("!#$%&'*+-/=?^_`{|}~.", text[i])))
            return false;
        if (text[i] == '.' && text[i + 1] == '.')
            return false;
    }
    return true;
}

/* Labels of letters, digits and inner hyphens, at least two, the last without digits.  Letters beyond ASCII are
 * allowed: there are such domains in Finland. */
static bool host_valid(const char *text, size_t len)
{
    size_t label = 0, dot_count = 0;
    bool letters_only = true;
    if (len == 0 || len > 253)
        return false;
    for (size_t i = 0; i <= len; i++) {
        if (i == len || text[i] == '.') {
            if (label == 0 || label > 63 || text[i - 1] == '-')
                return false;
            if (i == len)
                return dot_count > 0 && letters_only && label >= 2;
            dot_count++;
            label = 0;
            letters_only = true;
            continue;
        }
        bool other = (unsigned char)text[i] >= 0x80;
        if (!letter(text[i]) && !digit(text[i]) && !other && !(text[i] == '-' && label > 0))
            return false;
        letters_only = letters_only && (letter(text[i]) || other || text[i] == '-');
        label++;
    }
    return false;
}

static void ascii_lower(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] | 32);
}

enum status normalise_email(const char *text, size_t len, struct arena *arena, const char **email)
{
    char plain[EMAIL_TEXT_BYTES + 1];
    text_trim(&text, &len);
    const char *open = memchr(text, '<', len); /* "Ritva Esimerkki <ritva@…>" */
    if (open && text[len - 1] == '>') {
        len -= (size_t)(open - text) + 2;
        text = open + 1;
    }
    if (starts_with(text, len, "mailto:")) {
        text += 7;
        len -= 7;
    }
    if (len == 0 || len > EMAIL_TEXT_BYTES || memchr(text, '\0', len))
        return STATUS_INVALID;
    size_t used = email_reveal(text, len, plain);
    while (used > 0 && strchr(".,;", plain[used - 1]))
        plain[--used] = '\0';
    char *at = strchr(plain, '@');
    if (!at || strchr(at + 1, '@') || !local_part_valid(plain, (size_t)(at - plain)) ||
        !host_valid(at + 1, used - (size_t)(at + 1 - plain)))
        return STATUS_INVALID;
    ascii_lower(at + 1, strlen(at + 1));
    const char *copy = arena_copy(arena, plain, used);
    if (!copy)
        return STATUS_NOMEM;
    *email = copy;
    return STATUS_OK;
}

/* ---- web addresses ------------------------------------------------------------------------------------------- */

static bool url_characters(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F || strchr("\"<>\\^`{|}", text[i]))
            return false;
    return true;
}

/* "host" or "host:8080" */
static bool authority_valid(const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    size_t host = colon ? (size_t)(colon - text) : len;
    if (colon && (len - host < 2 || len - host > 6))
        return false;
    for (size_t i = host + 1; i < len; i++)
        if (!digit(text[i]))
            return false;
    return host_valid(text, host);
}

enum status normalise_url(const char *text, size_t len, struct arena *arena, const char **url)
{
    const char *scheme = "https://";
    text_trim(&text, &len);
    if (len == 0 || len > URL_TEXT_BYTES || memchr(text, '\0', len))
        return STATUS_INVALID;
    if (starts_with(text, len, "https://")) {
        text += 8;
        len -= 8;
    } else if (starts_with(text, len, "http://")) {
        scheme = "http://";
        text += 7;
        len -= 7;
    }
    size_t authority = 0;
    while (authority < len && !strchr("/?#", text[authority]))
        authority++;
    if (!url_characters(text, len) || !authority_valid(text, authority))
        return STATUS_INVALID;
    char *copy = arena_alloc(arena, strlen(scheme) + len + 1);
    if (!copy)
        return STATUS_NOMEM;
    memcpy(copy, scheme, strlen(scheme));
    memcpy(copy + strlen(scheme), text, len);
    ascii_lower(copy + strlen(scheme), authority);
    *url = copy;
    return STATUS_OK;
}

/* ---- numbers of organisations and places --------------------------------------------------------------------- */

enum status normalise_business_id(const char *text, size_t len, struct arena *arena, const char **business_id)
{
    static const int weights[7] = {7, 9, 10, 5, 8, 4, 2};
    char digits[9] = "";
    size_t count = 0;
    text_trim(&text, &len);
    if (starts_with(text, len, "FI")) {
        text += 2;
        len -= 2;
    }
    for (size_t i = 0; i < len; i++) {
        if (digit(text[i]) && count < 8)
            digits[count++] = text[i];
        else if (!strchr("- ", text[i]) || !text[i])
            return STATUS_INVALID;
    }
    if (count == 7) { /* the old form had one digit less */
        memmove(digits + 1, digits, 7);
        digits[0] = '0';
        count = 8;
    }
    int sum = 0;
    for (int i = 0; i < 7; i++)
        sum += weights[i] * (digits[i] - '0');
    int rest = sum % 11, check = rest == 0 ? 0 : 11 - rest;
    if (count != 8 || rest == 1 || digits[7] != '0' + check)
        return STATUS_INVALID;
    const char *copy = arena_printf(arena, "%.7s-%c", digits, digits[7]);
    if (!copy)
        return STATUS_NOMEM;
    *business_id = copy;
    return STATUS_OK;
}

enum status normalise_postal_code(const char *text, size_t len, struct arena *arena, const char **postal_code)
{
    text_trim(&text, &len);
    if (starts_with(text, len, "FI-")) {
        text += 3;
        len -= 3;
    }
    size_t digits = 0;
    while (digits < len && digit(text[digits]))
        digits++;
    char code[6] = "00000";
    if (digits == 5 && (len == 5 || (text[5] == ' ' && !digit(text[len - 1])))) /* a post office may follow */
        memcpy(code, text, 5);
    else if (digits == len && (len == 3 || len == 4)) /* a spreadsheet drops the zeros of 00100 */
        memcpy(code + 5 - len, text, len);
    else
        return STATUS_INVALID;
    if (digits < 5 && !postal_code_find(code, 5))
        return STATUS_INVALID;
    const char *copy = arena_copy(arena, code, 5);
    if (!copy)
        return STATUS_NOMEM;
    *postal_code = copy;
    return STATUS_OK;
}
