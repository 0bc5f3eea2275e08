/* What people write, and the one form it gets; every result normalises to itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "normalise.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    struct err err = {STATUS_OK, ""};
    return vocab_load(&err) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    vocab_unload();
    return 0;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- texts --------------------------------------------------------------------------------------------------- */

static const char *text_of(const char *text, size_t len, enum text_shape shape)
{
    const char *out = "?", *again = "?";
    assert_int_equal(normalise_text(text, len, shape, &arena, &out, NULL), STATUS_OK);
    if (!out)
        return NULL;
    assert_int_equal(normalise_text(out, strlen(out), shape, &arena, &again, NULL), STATUS_OK);
    assert_non_null(again);
    assert_string_equal(again, out);
    return out;
}

static void texts_get_one_form(void **state)
{
    (void)state;
    static const struct {
        enum text_shape shape;
        const char *text, *wanted; /* NULL: nothing is left */
    } cases[] = {
        {TEXT_ONE_LINE, "Kahvila", "Kahvila"},
        {TEXT_ONE_LINE, "  Kahvila\t Kuulumiset \n", "Kahvila Kuulumiset"},
        {TEXT_ONE_LINE, "\xEF\xBB\xBFKahvila\xC2\xA0Helmi", "Kahvila Helmi"},
        {TEXT_ONE_LINE, "ja\xCC\x88rjesto\xCC\x88", "järjestö"},
        {TEXT_ONE_LINE, "kahvi\xE2\x80\x8Bla", "kahvila"},
        {TEXT_ONE_LINE, "kah\xC2\xADvila", "kahvila"},
        {TEXT_ONE_LINE,
         "a\xE2\x80\xA8"
         "b",
         "a b"},
        {TEXT_ONE_LINE, "perhe \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 ja",
         "perhe \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 ja"},
        {TEXT_ONE_LINE,
         "a\xE2\x80\x8D"
         "b",
         "ab"},
        {TEXT_ONE_LINE, "klo 13–15 ”kerho” – 5 €", "klo 13–15 ”kerho” – 5 €"},
        {TEXT_ONE_LINE, "", NULL},
        {TEXT_ONE_LINE, " \n\t\xC2\xA0", NULL},
        {TEXT_ONE_LINE, "<p></p>&nbsp;", NULL},
        {TEXT_ONE_LINE, "Äiti &amp; lapsi", "Äiti & lapsi"},
        {TEXT_ONE_LINE, "AT&T, R&D; Q&A", "AT&T, R&D; Q&A"},
        {TEXT_ONE_LINE, "3 < 5 ja 5 > 3, <3", "3 < 5 ja 5 > 3, <3"},
        {TEXT_ONE_LINE, "<nimi> ei ole tagi", "<nimi> ei ole tagi"},
        {TEXT_ONE_LINE, "J&auml;rjest&ouml; &#228;&#xE4;&#8211;&#150;", "Järjestö ää––"},
        {TEXT_ONE_LINE, "<b>Lihava</b> <a href=\"https://x.fi/?a=1&amp;b=2\" title='a>b'>linkki</a>", "Lihava linkki"},
        {TEXT_ONE_LINE, "&lt;b&gt;kahdesti&lt;/b&gt; &amp;auml;", "kahdesti ä"},
        {TEXT_ONE_LINE, "&amp;amp;amp;amp;amp;lt;p&amp;gt;x", "x"},
        {TEXT_ONE_LINE, "a&#0;b&#7;c&#10;d&shy;e", "abc de"},
        {TEXT_ONE_LINE, "x<script>alert('<p>')</script>y<style>p{}</style>z", "xyz"},
        {TEXT_ONE_LINE, "x<script>loppu puuttuu", "xloppu puuttuu"},
        {TEXT_ONE_LINE, "x<!-- huomautus -->y<!-- auki", "xy<!-- auki"},
        {TEXT_ONE_LINE, "&;&#;&#x;&ei-ole;", "&;&#;&#x;&ei-ole;"},
        {TEXT_ONE_LINE, "<<b>b>", NULL}, /* a tag that comes to light when another goes */
        {TEXT_PARAGRAPHS, "yksi\r\nkaksi\r\n\r\n\r\nkolme", "yksi\nkaksi\n\nkolme"},
        {TEXT_PARAGRAPHS, "\n\n yksi \n kaksi\n \n \nkolme \n", "yksi\nkaksi\n\nkolme"},
        {TEXT_PARAGRAPHS, "a\rb\r\rc", "a\nb\n\nc"},
        {TEXT_PARAGRAPHS, "a\vb", "a\nb"},
        {TEXT_PARAGRAPHS, "<p>Yksi</p><p>Kaksi<br>rivi</p><ul><li>a</li><li>b</li></ul>",
         "Yksi\n\nKaksi\nrivi\n\na\nb"},
        {TEXT_PARAGRAPHS, "<ul>\n  <li>a</li>\n  <li>b</li>\n</ul><p>c</p>", "a\nb\n\nc"},
        {TEXT_PARAGRAPHS, "<li>a</li>b<li>c<br></li><li>d", "a\nb\nc\nd"},
        {TEXT_PARAGRAPHS, "<table><tr><td>ma</td></tr><tr><td>ti</td></tr></table>", "ma\nti"},
        {TEXT_PARAGRAPHS, "<table><tr><td>ma</td><td>10–12</td></tr></table>", "ma 10–12"},
        {TEXT_PARAGRAPHS, "a\nb", "a\nb"},
        {TEXT_PARAGRAPHS, "\xE2\x84\xAB", "Å"}, /* the sign of the unit is the letter */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = text_of(cases[i].text, strlen(cases[i].text), cases[i].shape);
        if (cases[i].wanted && (!got || strcmp(got, cases[i].wanted) != 0))
            fail_msg("case %zu: \"%s\" became \"%s\", not \"%s\"", i, cases[i].text, got ? got : "(nothing)",
                     cases[i].wanted);
        if (!cases[i].wanted && got)
            fail_msg("case %zu: \"%s\" became \"%s\", not nothing", i, cases[i].text, got);
    }
}

static void bad_bytes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len, bad;
    } cases[] = {{"ab\x07"
                  "c",
                  4, 2},
                 {"ab\0c", 4, 2},
                 {"\x7F", 1, 0},
                 {"\xC3\xA4\xC2\x85", 4, 2},
                 {"p\xE4iv\xE4", 5, 1},
                 {"abc\xC3", 4, 3},
                 {"\xED\xA0\x80", 3, 0},
                 {"\xC0\xAF", 2, 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *out = "untouched";
        size_t bad = 99;
        assert_int_equal(normalise_text(cases[i].text, cases[i].len, TEXT_ONE_LINE, &arena, &out, &bad),
                         STATUS_INVALID);
        assert_int_equal(bad, cases[i].bad);
        assert_string_equal(out, "untouched");
    }
}

static uint64_t random_state = 7;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

/* Heaps of markup, entities, marks and blanks: the result is stable, well-formed and free of what was to go. */
static void heaps_of_markup_come_to_rest(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<",
                                         ">",
                                         "b",
                                         "<b>",
                                         "</p>",
                                         "<p",
                                         "&",
                                         "amp;",
                                         "&amp;",
                                         "&lt;",
                                         "gt;",
                                         "&#60;",
                                         "&#x3e;",
                                         " ",
                                         "\n",
                                         "\r\n",
                                         "\xC2\xA0",
                                         "\xE2\x80\x8B",
                                         "\xC2\xAD",
                                         "a",
                                         "\xCC\x88",
                                         "ä",
                                         "script>",
                                         "<script>",
                                         "<!--",
                                         "-->",
                                         "\"",
                                         "'",
                                         "/",
                                         "\xCD\xBE",
                                         "\xF0\x9F\x91\xA9",
                                         "\xE2\x80\x8D",
                                         "&nbsp;",
                                         "&auml;",
                                         "\xEF\xBB\xBF"};
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        size_t len = 0, count = 1 + random_below(24);
        for (size_t i = 0; i < count; i++) {
            const char *piece = pieces[random_below(COUNT(pieces))];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        enum text_shape shape = random_below(2) ? TEXT_ONE_LINE : TEXT_PARAGRAPHS;
        const char *out = text_of(text, len, shape);
        if (!out)
            continue;
        size_t out_len = strlen(out);
        assert_int_equal(utf8_check(out, out_len), out_len);
        assert_null(strstr(out, "  "));
        assert_null(strstr(out, "\n\n\n"));
        assert_null(strstr(out, "<b>"));
        assert_null(strstr(out, "&amp;"));
        assert_null(strstr(out, "\xE2\x80\x8B"));
        arena_reset(&arena);
    }
}

/* Time grows with the length, not with its square. */
static void long_markup_takes_no_long_time(void **state)
{
    (void)state;
    static const char *const units[] = {"<script>", "<!--", "<a '", "&amp;", "&lt;p&gt;", "<p>", "</", "a\xCC\x88",
                                        " <li>"};
    for (size_t i = 0; i < COUNT(units); i++) {
        size_t unit = strlen(units[i]), count = 300000 / unit;
        char *text = malloc(count * unit);
        assert_non_null(text);
        for (size_t k = 0; k < count; k++)
            memcpy(text + k * unit, units[i], unit);
        const char *out;
        assert_int_equal(normalise_text(text, count * unit, TEXT_PARAGRAPHS, &arena, &out, NULL), STATUS_OK);
        free(text);
        arena_reset(&arena);
    }
}

static void texts_over_the_limit_are_refused(void **state)
{
    (void)state;
    char *text = malloc(NORMALISE_INPUT_BYTES + 1);
    const char *out;
    assert_non_null(text);
    memset(text, 'a', NORMALISE_INPUT_BYTES + 1);
    assert_int_equal(normalise_text(text, NORMALISE_INPUT_BYTES, TEXT_ONE_LINE, &arena, &out, NULL), STATUS_OK);
    assert_int_equal(normalise_text(text, NORMALISE_INPUT_BYTES + 1, TEXT_ONE_LINE, &arena, &out, NULL),
                     STATUS_INVALID);
    free(text);
}

/* ---- times --------------------------------------------------------------------------------------------------- */

static void dates_and_moments(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted; /* NULL: refused */
        bool plain;                /* normalise_date reads it too */
    } cases[] = {
        {"2026-12-01", "2026-12-01", true},
        {"1.12.2026", "2026-12-01", true},
        {"01.12.2026", "2026-12-01", true},
        {" 1. 12. 2026 ", "2026-12-01", true},
        {"ti 1.12.2026", "2026-12-01", true},
        {"Tiistaina 1.12.2026", "2026-12-01", true},
        {"2026-12-01T18:00", "2026-12-01T18:00", false},
        {"2026-12-01 18:00:00", "2026-12-01T18:00", false},
        {"1.12.2026 klo 18.30", "2026-12-01T18:30", false},
        {"1.12.2026, kello 9", "2026-12-01T09:00", false},
        {"2026-12-01T16:00:00Z", "2026-12-01T18:00", false},
        {"2026-12-01T16:00:00.000Z", "2026-12-01T18:00", false},
        {"2026-07-01T16:00Z", "2026-07-01T19:00", false},
        {"2026-12-01T18:00+02:00", "2026-12-01T18:00", false},
        {"2026-12-01T18:00:00+0200", "2026-12-01T18:00", false},
        {"2026-12-31T23:30-05:00", "2027-01-01T06:30", false},
        {"2026-12-01T24:00", "2026-12-02T00:00", false},
        {"1.12.26", NULL, false},
        {"31.2.2026", NULL, false},
        {"2026-02-29", NULL, false},
        {"12/1/2026", NULL, false},
        {"1.12.", NULL, false},
        {"2026-12-01T25:00", NULL, false},
        {"2026-12-01x", NULL, false},
        {"huomenna", NULL, false},
        {"", NULL, false},
        {"2026-12-01T18:00+02:00 ja", NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct moment moment;
        int32_t day;
        char text[CALENDAR_MOMENT_BYTES] = "(refused)";
        bool read = normalise_moment(cases[i].text, strlen(cases[i].text), &moment);
        if (read)
            moment_format(moment, text);
        if (read != (cases[i].wanted != NULL) || (read && strcmp(text, cases[i].wanted) != 0))
            fail_msg("\"%s\" became %s", cases[i].text, text);
        assert_int_equal(normalise_date(cases[i].text, strlen(cases[i].text), &day), cases[i].plain);
    }
}

static void hours(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int from, to; /* from -1: refused */
    } cases[] = {
        {"klo 13–15.30", 780, 930},
        {"13-15", 780, 900},
        {"13:00 - 15:30", 780, 930},
        {"klo 9.30—11", 570, 660},
        {"kl. 18–20", 1080, 1200},
        {"klo 13 alkaen", 780, -1},
        {"13–", 780, -1},
        {"18", 1080, -1},
        {"0–24", 0, 1440},
        {"22–2", 1320, 120},
        {"klo 10 - klo 12", 600, 720},
        {"10:00:00-12:00:00", 600, 720},
        {"25–26", -1, 0},
        {"13–15–17", -1, 0},
        {"aamulla", -1, 0},
        {"", -1, 0},
        {"13.5", -1, 0},
        {"12–13 ja 15–16", -1, 0},
        {"klo", -1, 0},
        {"24.30", -1, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int16_t from = -1, to = 0;
        bool read = normalise_clock_range(cases[i].text, strlen(cases[i].text), &from, &to);
        if (read != (cases[i].from >= 0) || from != cases[i].from || to != cases[i].to)
            fail_msg("\"%s\" became %d..%d", cases[i].text, from, to);
    }
    int16_t minute;
    assert_true(normalise_clock("klo 18.05", 9, &minute));
    assert_int_equal(minute, 18 * 60 + 5);
    assert_false(normalise_clock("13–15", strlen("13–15"), &minute));
}

static void weekdays(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int weekdays, nth, every; /* weekdays 0: refused */
    } cases[] = {
        {"ma", 0x01, 0, 0},
        {"Tiistaisin", 0x02, 0, 0},
        {"keskiviikkona", 0x04, 0, 0},
        {"ma, ke ja pe", 0x15, 0, 0},
        {"ma|ti|ke|to|pe", 0x1F, 0, 0},
        {"ma–pe", 0x1F, 0, 0},
        {"pe-ma", 0x71, 0, 0},
        {"arkisin", 0x1F, 0, 0},
        {"Viikonloppuisin", 0x60, 0, 0},
        {"joka päivä", 0x7F, 0, 0},
        {"joka toinen torstai", 0x08, 0, 2},
        {"joka toinen viikko tiistaisin", 0x02, 0, 2},
        {"joka torstai", 0x08, 0, 0},
        {"joka kolmas la", 0x20, 0, 3},
        {"kuukauden ensimmäinen tiistai", 0x02, 1, 0},
        {"kuukauden 1. ja 3. tiistai", 0x02, 5, 0},
        {"kuukauden viimeisenä sunnuntaina", 0x40, NTH_LAST, 0},
        {"joka kuukauden toinen keskiviikko", 0x04, 2, 0},
        {"tisdagar", 0x02, 0, 0},
        {"mån och ons", 0x05, 0, 0},
        {"lördag", 0x20, 0, 0},
        {"varannan torsdag", 0x08, 0, 2},
        {"sista söndagen i månaden", 0x40, NTH_LAST, 0},
        {"Mondays and Thursdays", 0x09, 0, 0},
        {"Mon to Fri", 0x1F, 0, 0},
        {"Tue to Thu", 0x0E, 0, 0},
        {"every other Friday", 0x10, 0, 2},
        {"first Monday of the month", 0x01, 1, 0},
        {"ti to", 0x0A, 0, 0},
        {"ke.", 0x04, 0, 0},
        {"sopimuksen mukaan", 0, 0, 0},
        {"ma 10–12", 0, 0, 0},
        {"parillisten viikkojen tiistai", 0, 0, 0},
        {"joka toinen viikko", 0, 0, 0},
        {"", 0, 0, 0},
        {"maa", 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct weekday_words words = {0, 0, 0};
        bool read = normalise_weekdays(cases[i].text, strlen(cases[i].text), &words);
        if (read != (cases[i].weekdays != 0) || words.weekdays != cases[i].weekdays || words.nth != cases[i].nth ||
            words.every_weeks != cases[i].every)
            fail_msg("\"%s\" became %d: weekdays %02x nth %02x every %d", cases[i].text, read, words.weekdays,
                     words.nth, words.every_weeks);
    }
}

/* ---- ways of contact ----------------------------------------------------------------------------------------- */

static void phones(void **state)
{
    (void)state;
    static const struct {
        const char *text, *display, *dial; /* NULL: refused */
    } cases[] = {
        {"040 000 4567", "040 000 4567", "+358400004567"},
        {"0400004567", "040 000 4567", "+358400004567"},
        {"p. 040 000 1234", "040 000 1234", "+358400001234"},
        {"Puh. 040-0004567", "040 000 4567", "+358400004567"},
        {"puhelin: 050 0004567", "050 000 4567", "+358500004567"},
        {"+358 40 000 1234", "040 000 1234", "+358400001234"},
        {"+358 (0)40 000 4567", "040 000 4567", "+358400004567"},
        {"00358400004567", "040 000 4567", "+358400004567"},
        {"+358400004567", "040 000 4567", "+358400004567"},
        {"+358 800001006", "0800 001 006", "0800001006"},
        {"+358 0800 001006", "0800 001006", "0800001006"},
        {"+358 91234567", "09 123 4567", "+35891234567"},
        {"0457 000 4567", "0457 000 4567", "+3584570004567"},
        {"045 123 456", "045 123 456", "+35845123456"},
        {"09 123 4567", "09 123 4567", "+35891234567"},
        {"09-1234 567 (vaihde)", "09 1234 567", "+35891234567"},
        {"+358 9 1234 567", "09 1234 567", "+35891234567"},
        {"(015) 123 456", "015 123 456", "+35815123456"},
        {"0151234567", "015 123 4567", "+358151234567"},
        {"091234567", "09 123 4567", "+35891234567"},
        {"0800 123 45", "0800 123 45", "080012345"},
        {"080012345", "0800 123 45", "080012345"},
        {"116 117", "116 117", "116117"},
        {"112", "112", "112"},
        {"+46 70 123 45 67", "+46 70 123 45 67", "+46701234567"},
        {"0046701234567", "+46701234567", "+46701234567"},
        {"040 000 4567 alanumero 12", "040 000 4567, alanumero 12", "+358400004567;ext=12"},
        {"09 123 4567, ext. 99", "09 123 4567, alanumero 99", "+35891234567;ext=99"},
        {"400004567", "040 000 4567", "+358400004567"}, /* a spreadsheet took its zero */
        {"040 000 4567 / vaihde", "040 000 4567", "+358400004567"},
        {"040\xC2\xA0"
         "000\xC2\xA0"
         "4567",
         "040 000 4567", "+358400004567"},
        {"040–000–4567", "040 000 4567", "+358400004567"},
        {"040 000 4567, 050 000 4567", NULL, NULL},
        {"040 000 4567 (ti 9–11)", NULL, NULL},
        {"kysy toimistosta", NULL, NULL},
        {"12", NULL, NULL},
        {"1234567890123456", NULL, NULL},
        {"7654321", NULL, NULL},
        {"+358", NULL, NULL},
        {"+", NULL, NULL},
        {"p.", NULL, NULL},
        {"", NULL, NULL},
        {"040x123", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct phone phone = {"(refused)", "(refused)"}, again;
        enum status status = normalise_phone(cases[i].text, strlen(cases[i].text), &arena, &phone);
        if ((status == STATUS_OK) != (cases[i].display != NULL) ||
            (cases[i].display &&
             (strcmp(phone.display, cases[i].display) != 0 || strcmp(phone.dial, cases[i].dial) != 0)))
            fail_msg("\"%s\" became \"%s\" %s", cases[i].text, phone.display, phone.dial);
        if (status != STATUS_OK)
            continue;
        assert_int_equal(normalise_phone(phone.display, strlen(phone.display), &arena, &again), STATUS_OK);
        assert_string_equal(again.display, phone.display);
        assert_string_equal(again.dial, phone.dial);
    }
}

typedef enum status normalise_fn(const char *text, size_t len, struct arena *memory, const char **out);

struct text_case {
    const char *text, *wanted; /* NULL: refused */
};

static void check_texts(normalise_fn *normalise, const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *got = "(refused)", *again = NULL;
        enum status status = normalise(cases[i].text, strlen(cases[i].text), &arena, &got);
        if ((status == STATUS_OK) != (cases[i].wanted != NULL) ||
            (cases[i].wanted && strcmp(got, cases[i].wanted) != 0))
            fail_msg("\"%s\" became \"%s\"", cases[i].text, got);
        if (status != STATUS_OK)
            continue;
        assert_int_equal(normalise(got, strlen(got), &arena, &again), STATUS_OK);
        assert_string_equal(again, got);
    }
}

static void emails(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"toimisto@jarjesto.fi", "toimisto@jarjesto.fi"},
        {"Etunimi.Sukunimi(a)Jarjesto.FI", "Etunimi.Sukunimi@jarjesto.fi"},
        {"etunimi.sukunimi(at)jarjesto.fi", "etunimi.sukunimi@jarjesto.fi"},
        {"etunimi.sukunimi ät jarjesto.fi", "etunimi.sukunimi@jarjesto.fi"},
        {"info [at] jarjesto (piste) fi", "info@jarjesto.fi"},
        {"mailto:info@jarjesto.fi", "info@jarjesto.fi"},
        {"Ritva Esimerkki <ritva@esimerkki.example.org>", "ritva@esimerkki.example.org"},
        {" info@järjestö.fi. ", "info@järjestö.fi"},
        {"a+b_c@x-y.example.org", "a+b_c@x-y.example.org"},
        {"info@jarjesto", NULL},
        {"info@@jarjesto.fi", NULL},
        {"info.jarjesto.fi", NULL},
        {"@jarjesto.fi", NULL},
        {"päivi@jarjesto.fi", NULL},
        {"a..b@jarjesto.fi", NULL},
        {".a@jarjesto.fi", NULL},
        {"a@-x.fi", NULL},
        {"a@x..fi", NULL},
        {"a@x.f1", NULL},
        {"a@b.fi, c@d.fi", NULL},
        {"a@b.fi c@d.fi", NULL},
        {"", NULL},
        {"<>", NULL},
    };
    check_texts(normalise_email, cases, COUNT(cases));
}

static void urls(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"https://www.jarjesto.fi/ryhmat", "https://www.jarjesto.fi/ryhmat"},
        {"HTTP://Jarjesto.FI/Ryhmat?X=Y#Z", "http://jarjesto.fi/Ryhmat?X=Y#Z"},
        {"www.jarjesto.fi", "https://www.jarjesto.fi"},
        {"jarjesto.fi/ryhmat", "https://jarjesto.fi/ryhmat"},
        {" https://järjestö.fi/ä ", "https://järjestö.fi/ä"},
        {"https://x.example.org:8080/", "https://x.example.org:8080/"},
        {"http://www.yso.fi/onto/yso/p6935", "http://www.yso.fi/onto/yso/p6935"},
        {"javascript:alert(1)", NULL},
        {"ftp://x.fi/a", NULL},
        {"mailto:a@x.fi", NULL},
        {"https://user:pw@x.fi/", NULL},
        {"https://x.fi/a b", NULL},
        {"https://x.fi/\"onclick", NULL},
        {"https://x.fi/<b>", NULL},
        {"https:///x", NULL},
        {"https://localhost/", NULL},
        {"https://x.fi:port/", NULL},
        {"kysy toimistosta", NULL},
        {"data:text/html,x", NULL},
        {"", NULL},
    };
    check_texts(normalise_url, cases, COUNT(cases));
}

static void business_ids_and_postal_codes(void **state)
{
    (void)state;
    static const struct text_case ids[] = {
        {"0737546-2", "0737546-2"},  {"07375462", "0737546-2"},
        {"FI07375462", "0737546-2"}, {"737546-2", "0737546-2"},
        {"1572860-0", "1572860-0"},  {"0737546-3", NULL},
        {"0000001-1", NULL},         {"123", NULL},
        {"07375462x", NULL},         {"", NULL},
    };
    static const struct text_case codes[] = {
        {"50100", "50100"}, {"FI-50100", "50100"}, {"50100 Mikkeli", "50100"}, {"2100", "02100"},     {"100", "00100"},
        {"5010", NULL},     {"501000", NULL},      {"Mikkeli", NULL},          {"50100 50130", NULL}, {"", NULL},
    };
    check_texts(normalise_business_id, ids, COUNT(ids));
    check_texts(normalise_postal_code, codes, COUNT(codes));
}

/* ---- codes --------------------------------------------------------------------------------------------------- */

static void codes_and_labels(void **state)
{
    (void)state;
    static const struct {
        enum vocab_name vocab;
        const char *text, *code; /* NULL: refused */
    } cases[] = {
        {VOCAB_LANGUAGE, "fi", "fi"},
        {VOCAB_LANGUAGE, "fi-FI", "fi"},
        {VOCAB_LANGUAGE, "FI", "fi"},
        {VOCAB_LANGUAGE, "suomi", "fi"},
        {VOCAB_LANGUAGE, "Svenska", "sv"},
        {VOCAB_LANGUAGE, "fisl", "fse"},
        {VOCAB_LANGUAGE, "zh_hans", "zh"},
        {VOCAB_LANGUAGE, "klingon", NULL},
        {VOCAB_LANGUAGE, "", NULL},
        {VOCAB_AUDIENCE, "yksinaiset", "yksinaiset"},
        {VOCAB_AUDIENCE, "Ikäihmiset", "ikaihmiset"},
        {VOCAB_THEME, "Loma ja leirit", "loma-ja-leirit"},
        {VOCAB_THEME, "Mielen hyvinvointi", "mielen-hyvinvointi"},
        {VOCAB_AUDIENCE, "yksinaset", NULL},
        {VOCAB_FORM, "group", "group"},
        {VOCAB_THRESHOLD, "drop-in", "drop-in"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint16_t ordinal = UINT16_MAX;
        bool read = normalise_code(cases[i].vocab, cases[i].text, strlen(cases[i].text), &ordinal);
        if (read != (cases[i].code != NULL) ||
            (read && strcmp(vocab_entry(cases[i].vocab, ordinal)->code, cases[i].code) != 0))
            fail_msg("\"%s\" became %s", cases[i].text,
                     read ? vocab_entry(cases[i].vocab, ordinal)->code : "(refused)");
    }
    assert_string_equal(nearest_code(VOCAB_AUDIENCE, "yksinaset", 9), "yksinaiset");
    assert_null(nearest_code(VOCAB_AUDIENCE, "aivan muuta tekstiä", 19));
}

static void areas(void **state)
{
    (void)state;
    static const struct {
        enum area_scope scope;
        const char *text, *code; /* NULL: refused */
        bool merged;
    } cases[] = {
        {SCOPE_MUNICIPALITY, "491", "491", false},
        {SCOPE_MUNICIPALITY, "Mikkeli", "491", false},
        {SCOPE_MUNICIPALITY, "S:t Michel", "491", false},
        {SCOPE_MUNICIPALITY, "20", "020", false},
        {SCOPE_MUNICIPALITY, "'020'", "020", false},
        {SCOPE_MUNICIPALITY, "588", "507", true}, /* Pertunmaa */
        {SCOPE_MUNICIPALITY, "Pertunmaa", "507", true},
        {SCOPE_MUNICIPALITY, "413", "609", true}, /* Lavia */
        {SCOPE_MUNICIPALITY, "999", NULL, false},
        {SCOPE_MUNICIPALITY, "Etelä-Savo", NULL, false},
        {SCOPE_MUNICIPALITY, "", NULL, false},
        {SCOPE_REGION, "10", "region-10", false},
        {SCOPE_REGION, "Etelä-Savo", "region-10", false},
        {SCOPE_REGION, "491", NULL, false},
        {SCOPE_WELLBEING, "12", "wellbeing-12", false},
        {SCOPE_NATIONWIDE, "10", NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint16_t area = UINT16_MAX;
        bool merged = false;
        bool read = normalise_area(cases[i].scope, cases[i].text, strlen(cases[i].text), &area, &merged);
        if (read != (cases[i].code != NULL) || merged != cases[i].merged ||
            (read && strcmp(vocab_entry(VOCAB_AREA, area)->code, cases[i].code) != 0))
            fail_msg("\"%s\" became %s", cases[i].text, read ? vocab_entry(VOCAB_AREA, area)->code : "(refused)");
    }
}

static void yes_no_and_numbers(void **state)
{
    (void)state;
    static const char *const yes[] = {"kyllä", "KYLLÄ", "x", "X", "1", "true", "joo", "ja", "Yes", " k "};
    static const char *const no[] = {"ei", "Ei", "0", "false", "nej", "no", "-"};
    static const char *const neither[] = {"", "ehkä", "kyllä, jos", "2", "eivät"};
    bool answer;
    for (size_t i = 0; i < COUNT(yes); i++)
        assert_true(normalise_yes_no(yes[i], strlen(yes[i]), &answer) && answer);
    for (size_t i = 0; i < COUNT(no); i++)
        assert_true(normalise_yes_no(no[i], strlen(no[i]), &answer) && !answer);
    for (size_t i = 0; i < COUNT(neither); i++)
        assert_false(normalise_yes_no(neither[i], strlen(neither[i]), &answer));
    static const struct {
        const char *text;
        double number; /* NAN: refused */
    } cases[] = {{"61,68", 61.68},
                 {"5.5", 5.5},
                 {"7", 7},
                 {"-3", -3},
                 {"−3", -3},
                 {"1 200", 1200},
                 {"1\xC2\xA0"
                  "200",
                  1200},
                 {"1 200,50", 1200.5},
                 {" 8 ", 8},
                 {"", NAN},
                 {"1,2,3", NAN},
                 {"12 34", NAN},
                 {"5 €", NAN},
                 {"1e5", NAN},
                 {"nan", NAN},
                 {"0x10", NAN},
                 {"99999999999999999999", NAN}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        double number = NAN;
        bool read = normalise_number(cases[i].text, strlen(cases[i].text), &number);
        if (read == isnan(cases[i].number) || (read && fabs(number - cases[i].number) > 1e-9))
            fail_msg("\"%s\" became %g", cases[i].text, number);
    }
}

static void prices(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum tristate free;
        double amount;
        bool plain;
    } cases[] = {
        {"5 €", TRI_NO, 5, true},
        {"5,50", TRI_NO, 5.5, true},
        {"€5", TRI_NO, 5, true},
        {"5e", TRI_NO, 5, true},
        {"12 euroa", TRI_NO, 12, true},
        {"0", TRI_YES, NAN, true},
        {"0 €", TRI_YES, NAN, true},
        {"maksuton", TRI_YES, NAN, true},
        {"Maksuton!", TRI_YES, NAN, true},
        {"Ilmaiseksi", TRI_YES, NAN, true},
        {"vapaa pääsy", TRI_YES, NAN, true},
        {"gratis", TRI_YES, NAN, true},
        {"free of charge", TRI_YES, NAN, true},
        {"maksuton, kahvi 2 €", TRI_YES, NAN, false},
        {"2 e/kerta", TRI_NO, 2, false},
        {"15 € / kesä", TRI_NO, 15, false},
        {"6 € raaka-aineista", TRI_NO, 6, false},
        {"10–20 €", TRI_NO, NAN, false},
        {"5 €, lapset 2 €", TRI_NO, NAN, false},
        {"jäsenille maksuton, muille 5 €", TRI_UNKNOWN, NAN, false},
        {"5 €, lapset ilmaiseksi", TRI_UNKNOWN, NAN, false},
        {"lounas 14,50 €", TRI_UNKNOWN, NAN, false},
        {"kysy", TRI_UNKNOWN, NAN, false},
        {"3 kertaa viikossa", TRI_UNKNOWN, NAN, false},
        {"", TRI_UNKNOWN, NAN, false},
        {"-5 €", TRI_UNKNOWN, NAN, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct price_words words;
        normalise_price(cases[i].text, strlen(cases[i].text), &words);
        bool same = isnan(cases[i].amount) ? isnan(words.amount) : fabs(words.amount - cases[i].amount) < 1e-9;
        if (words.free != cases[i].free || !same || words.plain != cases[i].plain)
            fail_msg("\"%s\" became free %d amount %g plain %d", cases[i].text, words.free, words.amount, words.plain);
    }
}

/* ---- what follows from the rest ------------------------------------------------------------------------------ */

static void area_follows_from_places(void **state)
{
    (void)state;
    struct record record;
    struct place places[3];
    record_init(&record);
    memset(places, 0, sizeof places);
    bool merged;
    for (int i = 0; i < 3; i++)
        places[i].municipality = RECORD_CODE_UNKNOWN;
    assert_true(normalise_municipality("Mikkeli", 7, &places[0].municipality, &merged));
    places[1].postal_code = "70100"; /* Kuopio */
    places[2].municipality = places[0].municipality;
    record.place = places;
    record.place_count = 3;
    assert_int_equal(record_derive(&record, &arena), STATUS_OK);
    assert_int_equal(record.area.scope, SCOPE_MUNICIPALITY);
    assert_int_equal(record.area.code_count, 2);
    assert_int_equal(places[1].municipality, area_municipality("297", 3));
    uint16_t *kept = record.area.codes;
    places[0].municipality = places[1].municipality;
    assert_int_equal(record_derive(&record, &arena), STATUS_OK); /* a stated area stays */
    assert_ptr_equal(record.area.codes, kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_get_one_form),
        cmocka_unit_test(bad_bytes_are_named),
        cmocka_unit_test(heaps_of_markup_come_to_rest),
        cmocka_unit_test(long_markup_takes_no_long_time),
        cmocka_unit_test(texts_over_the_limit_are_refused),
        cmocka_unit_test(dates_and_moments),
        cmocka_unit_test(hours),
        cmocka_unit_test(weekdays),
        cmocka_unit_test(phones),
        cmocka_unit_test(emails),
        cmocka_unit_test(urls),
        cmocka_unit_test(business_ids_and_postal_codes),
        cmocka_unit_test(codes_and_labels),
        cmocka_unit_test(areas),
        cmocka_unit_test(yes_no_and_numbers),
        cmocka_unit_test(prices),
        cmocka_unit_test(area_follows_from_places),
    };
    return cmocka_run_group_tests_name("normalise", tests, setup, teardown);
}
