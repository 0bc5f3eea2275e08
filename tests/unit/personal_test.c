/* What looks personal in a text is found and removed; times, dates and addresses of places stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "searchd/personal.h"

static void what_is_personal_is_removed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"Ryhmä on loppunut.", "Ryhmä on loppunut."},
        {"asiakas 010190-123A ei pääse", "asiakas [poistettu] ei pääse"},
        {"010190a123b", "[poistettu]"},
        {"010190 – 123A.", "[poistettu]."},
        {"131052+308T,010203A999X", "[poistettu],[poistettu]"},
        {"hetu 010190\xE2\x88\x92" "123A", "hetu [poistettu]"},
        {"Soita 040 000 4567 niin kerron", "Soita [poistettu] niin kerron"},
        {"040-0004567", "[poistettu]"},
        {"+358 (0)40 123 45 67!", "[poistettu]!"},
        {"(09) 310 1691", "([poistettu]"},
        {"p.0400004567", "p.[poistettu]"},
        {"040.000.4567", "[poistettu]"},
        {"050\xC2\xA0" "123\xC2\xA0" "4567", "[poistettu]"},
        {"50 123 4567", "[poistettu]"},
        {"matti.meikalainen@example.fi", "[poistettu]"},
        {"osoite: matti@example.fi, kiitos", "osoite: [poistettu] kiitos"},
        {"matti @ example.fi on", "[poistettu] on"},
        {"matti(at)example.fi", "[poistettu]"},
        {"matti (a) example.fi", "[poistettu]"},
        {"0400004567@example.fi", "[poistettu]"},
        {"040 000 4567@example.fi", "[poistettu]"},
        {"1+2345678", "1[poistettu]"},
        {"äiti@ä.fi on äiti", "[poistettu] on äiti"},
        {"@", "[poistettu]"},
        {"tunnus 20261122 3", "tunnus [poistettu]"},
        {"FI21 1234 5600 0007 85", "FI[poistettu]"},
        /* what a report of a wrong time says */
        {"Ryhmä on torstaisin klo 10.00–12.00, ei 9-11.", "Ryhmä on torstaisin klo 10.00–12.00, ei 9-11."},
        {"24.12.2026 klo 18", "24.12.2026 klo 18"},
        {"01.02.2027", "01.02.2027"},
        {"1.9.–15.12.2026", "1.9.–15.12.2026"},
        {"klo 08.30-10.00", "klo 08.30-10.00"},
        {"2026-12-24", "2026-12-24"},
        {"10:00-12:00 ja 13:00-15:30", "10:00-12:00 ja 13:00-15:30"},
        {"10-12 ja 14-16", "10-12 ja 14-16"},
        {"Maaherrankatu 12 A 3, 50100 Mikkeli", "Maaherrankatu 12 A 3, 50100 Mikkeli"},
        {"hinta 12,50 e, 10 x 45 min", "hinta 12,50 e, 10 x 45 min"},
        {"12345", "12345"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT;
        personal_remove(cases[i].text, strlen(cases[i].text), &out);
        if (strcmp(buf_str(&out), cases[i].wanted) != 0)
            fail_msg("\"%s\" became \"%s\", not \"%s\"", cases[i].text, buf_str(&out), cases[i].wanted);
        buf_release(&out);
    }
}

static void queries_with_something_personal(void **state)
{
    (void)state;
    static const char *const bad[] = {"040 1 2 3 4 5", "123456", "12 34 56", "matti@x", "jooga 010190-123A", "a(at)b",
                                      "klo 18 2026" /* six digits are enough */};
    static const char *const good[] = {"", "jooga", "yksinäinen vanhus 50100", "65-vuotiaat"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!personal_query(bad[i], strlen(bad[i])))
            fail_msg("\"%s\" is personal", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (personal_query(good[i], strlen(good[i])))
            fail_msg("\"%s\" is not personal", good[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_personal_is_removed),
        cmocka_unit_test(queries_with_something_personal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
