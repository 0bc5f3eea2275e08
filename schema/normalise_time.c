#include "normalise.h"

#include <string.h>

#include "base/utf8.h"
#include "calendar.h"

/* ---- a cursor over short text ------------------------------------------------------------------------------------
 * Dates, hours and weekdays are read a piece at a time; each taker moves on only when it finds its piece. */

enum { TIME_TEXT_BYTES = 200 }; /* longer texts are no date, time or weekdays */

struct cursor {
    const char *at, *end;
};

static bool cursor_start(struct cursor *c, const char *text, size_t len)
{
    *c = (struct cursor){text, text + len};
    return len > 0 && len <= TIME_TEXT_BYTES;
}

static bool at_digit(const struct cursor *c)
{
    return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static void take_spaces(struct cursor *c)
{
    for (;;) {
        if (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
            c->at++;
        else if (c->end - c->at >= 2 && memcmp(c->at, "\xC2\xA0", 2) == 0) /* NBSP */
            c->at += 2;
        else
            return;
    }
}

static bool take_end(struct cursor *c)
{
    take_spaces(c);
    return c->at == c->end;
}

static bool take_char(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool take_number(struct cursor *c, int least_digits, int most_digits, int *number)
{
    struct cursor start = *c;
    int value = 0, digits = 0;
    for (; at_digit(c) && digits < most_digits; digits++)
        value = value * 10 + (*c->at++ - '0');
    if (digits < least_digits || at_digit(c)) {
        *c = start;
        return false;
    }
    *number = value;
    return true;
}

/* A hyphen, dash or minus, with spaces around. */
static bool take_dash(struct cursor *c)
{
    static const char *const dashes[] = {"-", "–", "—", "‒", "‑", "−", NULL};
    struct cursor start = *c;
    take_spaces(c);
    for (const char *const *d = dashes; *d; d++) {
        size_t len = strlen(*d);
        if ((size_t)(c->end - c->at) >= len && memcmp(c->at, *d, len) == 0) {
            c->at += len;
            take_spaces(c);
            return true;
        }
    }
    *c = start;
    return false;
}

/* The letter in lower case without its marks; 0 when it is none. */
static char plain_letter(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return (char)(c | 32);
    if (c == 0xE4 || c == 0xC4 || c == 0xE5 || c == 0xC5)
        return 'a';
    return c == 0xF6 || c == 0xD6 ? 'o' : '\0';
}

enum { WORD_BYTES = 24 };

/* A word in plain letters, cut at WORD_BYTES - 1; false when none stands here. */
static bool take_word(struct cursor *c, char word[WORD_BYTES])
{
    struct cursor start = *c;
    size_t used = 0, step;
    take_spaces(c);
    while (c->at < c->end) {
        char letter = plain_letter(utf8_decode(c->at, (size_t)(c->end - c->at), &step));
        if (!letter)
            break;
        if (used < WORD_BYTES - 1)
            word[used++] = letter;
        c->at += step;
    }
    word[used] = '\0';
    if (used == 0)
        *c = start;
    return used > 0;
}

static bool word_among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static bool take_word_of(struct cursor *c, const char *const *words)
{
    struct cursor start = *c;
    char word[WORD_BYTES];
    if (take_word(c, word) && word_among(word, words))
        return true;
    *c = start;
    return false;
}

/* ---- weekdays ------------------------------------------------------------------------------------------------ */

/* Short names stand alone, long ones may take any ending: tiistaisin, tisdagar, Tuesdays. */
static const char *const weekday_short[7][7] = {
    {"ma", "man", "mon"},         {"ti", "tis", "tue", "tues"},
    {"ke", "ons", "wed", "weds"}, {"to", "tor", "tors", "thu", "thur", "thurs"},
    {"pe", "fre", "fri"},         {"la", "lor", "sat"},
    {"su", "son", "sun"},
};
static const char *const weekday_long[7][4] = {
    {"maanantai", "mandag", "monday"},  {"tiistai", "tisdag", "tuesday"},  {"keskivii", "onsdag", "wednesday"},
    {"torstai", "torsdag", "thursday"}, {"perjantai", "fredag", "friday"}, {"lauantai", "lordag", "saturday"},
    {"sunnuntai", "sondag", "sunday"},
};
enum { WEEKDAY_ENGLISH = 2 }; /* its column in both */

/* Weekday of a word, -1 when it is none; *english when the word is not Finnish or Swedish. */
static int weekday_of_word(const char *word, bool *english)
{
    for (int day = 0; day < 7; day++) {
        for (int i = 0; i < 7 && weekday_short[day][i]; i++) {
            *english = i >= WEEKDAY_ENGLISH + (day == 3); /* Thursday has one more Swedish form */
            if (strcmp(word, weekday_short[day][i]) == 0)
                return day;
        }
        for (int i = 0; i < 4 && weekday_long[day][i]; i++) {
            *english = i == WEEKDAY_ENGLISH;
            size_t len = strlen(weekday_long[day][i]);
            if (strncmp(word, weekday_long[day][i], len) == 0 && strlen(word) <= len + 7)
                return day;
        }
    }
    return -1;
}

static bool take_weekday(struct cursor *c, int *day, bool *english)
{
    struct cursor start = *c;
    char word[WORD_BYTES];
    if (take_word(c, word) && (*day = weekday_of_word(word, english)) >= 0) {
        take_char(c, '.');
        return true;
    }
    *c = start;
    return false;
}

static const struct {
    const char *stem;
    uint8_t weekdays;
} weekday_groups[] = {
    {"arki", 0x1F},      {"vardag", 0x1F}, {"weekday", 0x1F}, {"viikonlop", 0x60},
    {"veckoslut", 0x60}, {"helg", 0x60},   {"weekend", 0x60}, {"paivittain", 0x7F},
    {"dagligen", 0x7F},  {"daily", 0x7F},  {"paiva", 0x7F},   {"day", 0x7F},
};

/* Ordinals by stem; -1 the last. "other" and "toinen" serve for every second as well. */
static const struct {
    const char *stem;
    int number;
} ordinals[] = {
    {"ensimmai", 1}, {"forsta", 1}, {"first", 1}, {"toinen", 2}, {"toise", 2},   {"toista", 2}, {"andra", 2},
    {"second", 2},   {"other", 2},  {"kolma", 3}, {"tredje", 3}, {"third", 3},   {"nelja", 4},  {"fjarde", 4},
    {"fourth", 4},   {"viide", 5},  {"femte", 5}, {"fifth", 5},  {"viimei", -1}, {"sista", -1}, {"last", -1},
};

static int ordinal_of_word(const char *word)
{
    for (size_t i = 0; i < sizeof ordinals / sizeof ordinals[0]; i++)
        if (strncmp(word, ordinals[i].stem, strlen(ordinals[i].stem)) == 0)
            return ordinals[i].number;
    return 0;
}

/* "first", "1." */
static bool take_ordinal(struct cursor *c, int *number)
{
    struct cursor start = *c;
    char word[WORD_BYTES];
    if (take_word(c, word) && (*number = ordinal_of_word(word)) != 0)
        return true;
    *c = start;
    take_spaces(c);
    if (take_number(c, 1, 1, number) && *number >= 1 && *number <= 5 && take_char(c, '.'))
        return true;
    *c = start;
    return false;
}

/* "every second", "joka toinen", "varannan": a number of weeks.  "joka" alone says nothing. */
static bool take_every(struct cursor *c, struct weekday_words *words)
{
    static const char *const every[] = {"joka", "varje", "every", "each", NULL};
    static const char *const second[] = {"varannan", "vartannat", NULL};
    int number = 0;
    if (take_word_of(c, second)) {
        words->every_weeks = 2;
        return true;
    }
    if (!take_word_of(c, every))
        return false;
    if (take_ordinal(c, &number) && number > 0)
        words->every_weeks = (int16_t)number;
    return true;
}

static bool take_weekday_group(struct cursor *c, struct weekday_words *words)
{
    struct cursor start = *c;
    char word[WORD_BYTES];
    if (take_word(c, word)) {
        for (size_t i = 0; i < sizeof weekday_groups / sizeof weekday_groups[0]; i++) {
            if (strncmp(word, weekday_groups[i].stem, strlen(weekday_groups[i].stem)) == 0) {
                words->weekdays |= weekday_groups[i].weekdays;
                return true;
            }
        }
    }
    *c = start;
    return false;
}

/* "ma", "ma–pe", "Mon to Fri". */
static bool take_weekday_range(struct cursor *c, struct weekday_words *words)
{
    static const char *const to[] = {"to", NULL};
    int first, last;
    bool english, ignored;
    if (!take_weekday(c, &first, &english))
        return false;
    words->weekdays |= (uint8_t)(1u << first);
    struct cursor after = *c;
    if (!take_dash(c) && !(english && take_word_of(c, to)))
        return true;
    if (!take_weekday(c, &last, &ignored)) {
        *c = after;
        return true;
    }
    for (int day = first; day != last; day = (day + 1) % 7)
        words->weekdays |= (uint8_t)(1u << (day + 1) % 7);
    return true;
}

static bool take_weekday_piece(struct cursor *c, struct weekday_words *words)
{
    static const char *const fillers[] = {"ja",     "seka",     "och",    "and",     "kuukauden", "kuukaudessa",
                                          "kuussa", "kuukausi", "i",      "manaden", "manad",     "of",
                                          "the",    "month",    "viikko", "viikon",  "vecka",     "week",
                                          "aina",   "on",       "pa",     "om",      "kuun",      NULL};
    int nth;
    if (take_every(c, words) || take_weekday_range(c, words) || take_weekday_group(c, words))
        return true;
    if (take_ordinal(c, &nth)) {
        words->nth |= (uint8_t)(nth < 0 ? NTH_LAST : 1u << (nth - 1));
        return true;
    }
    if (take_word_of(c, fillers))
        return true;
    take_spaces(c);
    return take_char(c, ',') || take_char(c, ';') || take_char(c, '|') || take_char(c, '/') || take_char(c, '&');
}

bool normalise_weekdays(const char *text, size_t len, struct weekday_words *words)
{
    struct cursor c;
    struct weekday_words found = {0, 0, 0};
    if (!cursor_start(&c, text, len))
        return false;
    while (!take_end(&c))
        if (!take_weekday_piece(&c, &found))
            return false;
    if (!found.weekdays)
        return false;
    *words = found;
    return true;
}

/* ---- dates --------------------------------------------------------------------------------------------------- */

static bool take_iso_date(struct cursor *c, int32_t *day)
{
    struct cursor start = *c;
    if (c->end - c->at >= 10 && day_parse(c->at, 10, day)) {
        c->at += 10;
        if (!at_digit(c))
            return true;
    }
    *c = start;
    return false;
}

static bool take_finnish_date(struct cursor *c, int32_t *day)
{
    struct cursor start = *c;
    int y = 0, m = 0, d = 0;
    bool read = take_number(c, 1, 2, &d) && take_char(c, '.');
    take_spaces(c);
    read = read && take_number(c, 1, 2, &m) && take_char(c, '.');
    take_spaces(c);
    if (read && take_number(c, 4, 4, &y) && date_valid(y, m, d)) {
        *day = day_from_date(y, m, d);
        return true;
    }
    *c = start;
    return false;
}

static bool take_date(struct cursor *c, int32_t *day)
{
    int weekday;
    bool english;
    take_spaces(c);
    if (take_weekday(c, &weekday, &english)) {
        take_char(c, ',');
        take_spaces(c);
    }
    return take_iso_date(c, day) || take_finnish_date(c, day);
}

bool normalise_date(const char *text, size_t len, int32_t *day)
{
    struct cursor c;
    int32_t found;
    if (!cursor_start(&c, text, len) || !take_date(&c, &found) || !take_end(&c))
        return false;
    *day = found;
    return true;
}

/* ---- hours --------------------------------------------------------------------------------------------------- */

/* "klo 13.30", "13:30:00", "13"; seconds are let go. */
static bool take_clock(struct cursor *c, int16_t *minute)
{
    static const char *const at_words[] = {"klo", "kl", "kello", "klockan", "at", NULL};
    struct cursor start = *c;
    int h, m = 0, s = 0;
    if (take_word_of(c, at_words))
        take_char(c, '.');
    take_spaces(c);
    if (take_number(c, 1, 2, &h)) {
        struct cursor after_hour = *c;
        if (!((take_char(c, ':') || take_char(c, '.')) && take_number(c, 2, 2, &m)))
            *c = after_hour;
        struct cursor after_minute = *c;
        if (!(take_char(c, ':') && take_number(c, 2, 2, &s)))
            *c = after_minute;
        else if (take_char(c, '.') && !take_number(c, 1, 9, &(int){0}))
            *c = after_minute;
        if (m <= 59 && s <= 59 && h * 60 + m <= 24 * 60) {
            *minute = (int16_t)(h * 60 + m);
            return true;
        }
    }
    *c = start;
    return false;
}

bool normalise_clock(const char *text, size_t len, int16_t *minute)
{
    struct cursor c;
    int16_t found;
    if (!cursor_start(&c, text, len) || !take_clock(&c, &found) || !take_end(&c))
        return false;
    *minute = found;
    return true;
}

bool normalise_clock_range(const char *text, size_t len, int16_t *from, int16_t *to)
{
    static const char *const onwards[] = {"alkaen", "lahtien", "fran", "onwards", NULL};
    struct cursor c;
    int16_t first, last = MINUTE_UNKNOWN;
    if (!cursor_start(&c, text, len) || !take_clock(&c, &first))
        return false;
    if (take_dash(&c)) {
        if (!take_end(&c) && !take_clock(&c, &last))
            return false;
    } else {
        take_word_of(&c, onwards);
    }
    if (!take_end(&c))
        return false;
    *from = first;
    *to = last;
    return true;
}

/* ---- moments ------------------------------------------------------------------------------------------------- */

/* "Z", "+02:00", "+0200", "-05": seconds east of Greenwich. */
static bool take_offset(struct cursor *c, int *seconds)
{
    struct cursor start = *c;
    int h, m = 0;
    if (take_char(c, 'Z') || take_char(c, 'z')) {
        *seconds = 0;
        return true;
    }
    int sign = take_char(c, '+') ? 1 : take_char(c, '-') ? -1 : 0;
    if (sign && c->end - c->at >= 2) {
        struct cursor hour = {c->at, c->at + 2};
        if (take_number(&hour, 2, 2, &h)) {
            c->at += 2;
            struct cursor after = *c;
            take_char(c, ':');
            if (!take_number(c, 2, 2, &m)) {
                *c = after;
                m = 0;
            }
            if (h <= 14 && m <= 59) {
                *seconds = sign * (h * 3600 + m * 60);
                return true;
            }
        }
    }
    *c = start;
    return false;
}

bool normalise_moment(const char *text, size_t len, struct moment *moment)
{
    struct cursor c;
    struct moment found = {DAY_UNKNOWN, MINUTE_UNKNOWN};
    int offset;
    if (!cursor_start(&c, text, len) || !take_date(&c, &found.day))
        return false;
    if (!take_end(&c)) {
        if (!take_char(&c, 'T') && !take_char(&c, 't'))
            take_char(&c, ',');
        if (!take_clock(&c, &found.minute))
            return false;
        if (take_offset(&c, &offset))
            found = moment_from_instant((int64_t)found.day * 86400 + found.minute * 60 - offset);
        if (!take_end(&c))
            return false;
    }
    if (found.minute == 24 * 60)
        found = (struct moment){found.day + 1, 0};
    *moment = found;
    return true;
}
