/* The catalogue of rules and the table of words are complete in both languages; numbers, days and times as each
 * language writes them; docs/report-rules.md is the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/report_pen.h"
#include "indexer/report_rules.h"
#include "tests/unit/files.h"

enum { SENTENCE_CHARS = 120 };

static void check_sentence(const char *code, const char *text)
{
    if (!text || utf8_count(text, strlen(text)) < 10 || utf8_count(text, strlen(text)) > SENTENCE_CHARS ||
        text[strlen(text) - 1] != '.')
        fail_msg("%s: \"%s\" is no sentence of at most %d characters", code, text ? text : "(none)", SENTENCE_CHARS);
}

static void the_catalogue_is_complete(void **state)
{
    (void)state;
    size_t count;
    const struct rule *rules = rule_table(&count);
    assert_int_equal(count, PROBLEM_CODES + GUARDS + 2 + 1);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(rules[i].code);
        assert_in_range(rules[i].severity, 0, RULE_SEVERITIES - 1);
        for (int lang = 0; lang < REPORT_LANGS; lang++) {
            assert_non_null(rules[i].in[lang].name);
            assert_true(strlen(rules[i].in[lang].name) > 3);
            check_sentence(rules[i].code, rules[i].in[lang].what);
            check_sentence(rules[i].code, rules[i].in[lang].why);
            check_sentence(rules[i].code, rules[i].in[lang].mend);
        }
        assert_string_not_equal(rules[i].in[REPORT_FI].what, rules[i].in[REPORT_EN].what);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(rules[i].code, rules[j].code);
            assert_string_not_equal(rules[i].in[REPORT_FI].what, rules[j].in[REPORT_FI].what);
        }
    }
}

static void every_code_and_guard_has_its_rule(void **state)
{
    (void)state;
    for (int i = 0; i < PROBLEM_CODES; i++)
        assert_string_equal(rule_of_problem((enum problem_code)i)->code, problem_code_name((enum problem_code)i));
    for (int i = 0; i < GUARDS; i++) {
        char code[40];
        snprintf(code, sizeof code, "guard-%s", guard_name((enum guard)i));
        assert_string_equal(rule_of_guard((enum guard)i)->code, code);
        assert_int_equal(rule_of_guard((enum guard)i)->severity, RULE_STOP);
    }
    assert_string_equal(rule_of_merge("name-place")->code, "merge-name-place");
    assert_string_equal(rule_of_merge("business-id-name")->code, "merge-business-id-name");
    assert_null(rule_of_merge("unknown"));
    assert_string_equal(rule_golden()->code, "golden");
}

static unsigned holes(const char *text)
{
    unsigned found = 0;
    for (const char *at = text; (at = strchr(at, '{')); at++) {
        assert_true(isdigit((unsigned char)at[1]) && at[2] == '}');
        found |= 1u << (at[1] - '0');
    }
    return found;
}

static void both_languages_say_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < WORDS; i++) {
        const char *fi = word_text((enum word)i, REPORT_FI), *en = word_text((enum word)i, REPORT_EN);
        assert_true(*fi && *en);
        assert_int_equal(utf8_check(fi, strlen(fi)), strlen(fi));
        if (holes(fi) != holes(en))
            fail_msg("\"%s\" and \"%s\" have other things filled in", fi, en);
    }
    for (int i = W_SHORT_READ; i <= W_SHORT_SAME; i++)
        for (int lang = 0; lang < REPORT_LANGS; lang++) {
            const char *text = word_text((enum word)i, (enum report_lang)lang);
            assert_in_range(utf8_count(text, strlen(text)), 1, 8);
        }
}

/* The words of an enum stand in its order. */
static void words_of_enums_are_the_right_ones(void **state)
{
    (void)state;
    static const char *const qualities[] = {"Phone", "Time",     "Place or online", "Position on the map", "Price",
                                            "Accessibility", "Language", "Theme", "Audience", "Summary"};
    static const char *const verdicts[] = {"published", "no changes", "STOPPED", "NOT PUBLISHED", "RUN FAILED"};
    static const char *const taken[] = {"read", "files unchanged", "stopped", "left out"};
    static const char *const guards[] = {"Readable", "Read", "Age, days", "Rejected", "Deletions",
                                         "Fall in coverage, points"};
    static const char *const titles[] = {"Published", "No changes", "Stopped: {0}", "Not published", "The run failed"};
    for (int i = 0; i < QUALITIES; i++)
        assert_string_equal(word_text(word_of_quality((enum quality)i), REPORT_EN), qualities[i]);
    for (int i = 0; i < REPORT_VERDICTS; i++) {
        assert_string_equal(word_text(word_of_verdict((enum report_verdict)i), REPORT_EN), verdicts[i]);
        assert_string_equal(word_text((enum word)(W_TITLE_PUBLISHED + i), REPORT_EN), titles[i]);
    }
    for (int i = 0; i <= TAKEN_LEFT; i++)
        assert_string_equal(word_text(word_of_taken((enum report_taken)i), REPORT_EN), taken[i]);
    for (int i = 0; i < GUARDS; i++)
        assert_string_equal(word_text(word_of_guard((enum guard)i), REPORT_EN), guards[i]);
    assert_string_equal(word_text(word_of_freshness(FRESH_UNKNOWN), REPORT_EN), "unknown");
    assert_string_equal(word_text(word_of_freshness(FRESH_3), REPORT_EN), "under 3 mo.");
    assert_string_equal(word_text((enum word)(W_LIST_REJECTS + LIST_CHANGED), REPORT_EN), "new and changed records");
    assert_string_equal(word_text((enum word)(W_LEAD_PUBLISHED + REPORT_FAILED), REPORT_FI),
                        "Ajo ei päässyt loppuun: haussa ovat edelliset tiedot.");
    assert_int_equal(report_lang_of(UI_FI), REPORT_FI);
    assert_int_equal(report_lang_of(UI_SV), REPORT_FI);
    assert_int_equal(report_lang_of(UI_EN), REPORT_EN);
}

static void numbers_are_those_of_the_language(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct pen fi = {&out, REPORT_FI, false}, en = {&out, REPORT_EN, false}, page = {&out, REPORT_FI, true};
    assert_string_equal(show_number(&fi, 0).text, "0");
    assert_string_equal(show_number(&fi, 999).text, "999");
    assert_string_equal(show_number(&fi, 1234).text, "1 234");
    assert_string_equal(show_number(&page, 1234567).text, "1\xC2\xA0" "234\xC2\xA0" "567");
    assert_string_equal(show_number(&en, 1234567).text, "1,234,567");
    assert_string_equal(show_number(&en, UINT64_MAX).text, "18,446,744,073,709,551,615");
    assert_string_equal(show_percent(&fi, 2.5).text, "2,5 %");
    assert_string_equal(show_percent(&en, 2.5).text, "2.5%");
    assert_string_equal(show_percent(&fi, -0.01).text, "0,0 %");
    assert_string_equal(show_percent(&fi, -1.25).text, "-1,2 %");
    assert_string_equal(show_percent(&fi, (double)NAN).text, "–");
    assert_string_equal(show_limit(&fi, 20).text, "20");
    assert_string_equal(show_limit(&fi, 2.5).text, "2,5");
    assert_string_equal(show_count(&fi, W_NEW_ONE, 1).text, "1 uusi");
    assert_string_equal(show_count(&fi, W_NEW_ONE, 0).text, "0 uutta");
    assert_string_equal(show_count(&fi, W_NEW_ONE, 1200).text, "1 200 uutta");
    buf_release(&out);
}

static void times_are_finnish(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct pen fi = {&out, REPORT_FI, false}, en = {&out, REPORT_EN, false};
    int64_t winter = 1795307400, summer = 1783000800;
    assert_string_equal(show_time(&fi, winter).text, "22.11.2026 klo 2.30");
    assert_string_equal(show_time(&en, winter).text, "22 November 2026 at 02:30");
    assert_string_equal(show_time(&fi, summer).text, "2.7.2026 klo 17.00");
    assert_string_equal(show_utc(winter).text, "2026-11-22T00:30:00Z");
    assert_string_equal(show_utc(-1).text, "1969-12-31T23:59:59Z");
    assert_true(strlen(show_time(&fi, INT64_MAX).text) < 30); /* a clock that jumps */
    assert_true(strlen(show_utc(INT64_MIN).text) == 20);
    assert_string_equal(show_duration(&fi, 0.04).text, "0,0 s");
    assert_string_equal(show_duration(&en, 9.94).text, "9.9 s");
    assert_string_equal(show_duration(&fi, 9.96).text, "10 s");
    assert_string_equal(show_duration(&fi, 59.7).text, "1 min 0 s");
    assert_string_equal(show_duration(&fi, 252).text, "4 min 12 s");
    assert_string_equal(show_duration(&fi, 7500).text, "2 h 5 min");
    assert_string_equal(show_duration(&fi, -1).text, "–");
    assert_string_equal(show_duration(&fi, (double)NAN).text, "–");
    buf_release(&out);
}

static void utc_goes_there_and_back(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "2026-11-22", "2026-11-22T00:30:00", "2026-11-22 00:30:00Z",
                                      "2026-11-22T00:30:60Z", "2026-13-22T00:30:00Z", "2026-11-22T25:30:00Z",
                                      "2026-11-22T00:30:0xZ", "2026-11-22T00:30:00ZZ"};
    int64_t instant;
    for (int64_t at = -5000000000; at < 9000000000; at += 77777777) {
        assert_true(utc_parse(show_utc(at).text, &instant));
        assert_true(instant == at);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utc_parse(bad[i], &instant));
}

static void foreign_text_is_made_harmless(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct pen page = {&out, REPORT_FI, true}, text = {&out, REPORT_FI, false};
    pen_text(&page, "<a href=\"x\">&'\n\x1B[31m\xE2\x80\xAE\xFF{0}ä");
    assert_string_equal(out.data, "&lt;a href=&quot;x&quot;&gt;&amp;&#39; \xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD"
                                  "{0}ä");
    buf_reset(&out);
    pen_say(&text, W_REASON, "{0} {1}\r\nBcc: x", NULL);
    assert_string_equal(out.data, "Syy: {0} {1}  Bcc: x");
    buf_reset(&out);
    pen_say(&page, W_SAW_FILE, "<b>", NULL);
    assert_string_equal(out.data, " (&lt;b&gt;)");
    buf_release(&out);
}

/* docs/report-rules.md from the catalogue; OPASTIN_WRITE_DOCS=1 writes it. */
static void add_rules(struct buf *out, enum report_lang lang)
{
    static const enum word severities[] = {W_SEVERITY_ERROR, W_SEVERITY_WARNING, W_SEVERITY_NOTICE, W_SEVERITY_STOP};
    size_t count;
    const struct rule *rules = rule_table(&count);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "### `%s`: %s (%s)\n%s\n%s\n%s: %s\n\n", rules[i].code, rules[i].in[lang].name,
                 word_text(severities[rules[i].severity], lang), rules[i].in[lang].what, rules[i].in[lang].why,
                 word_text(W_MEND, lang), rules[i].in[lang].mend);
}

static void the_documentation_is_the_catalogue(void **state)
{
    (void)state;
    static const char path[] = "docs/report-rules.md";
    struct buf out = BUF_INIT;
    buf_adds(&out, "# The rules of reports\nMade from `indexer/report_rules.c`; after a change there run\n"
                   "`OPASTIN_WRITE_DOCS=1 make check ONLY=report_words`. The code is that of `rejects.csv`,\n"
                   "`warnings.csv` and `report.json`. What is said of a single value is in `schema/messages.tsv`.\n\n"
                   "## Suomeksi\n\n");
    add_rules(&out, REPORT_FI);
    buf_adds(&out, "## In English\n\n");
    add_rules(&out, REPORT_EN);
    out.len--; /* one line end at the end */
    if (getenv("OPASTIN_WRITE_DOCS"))
        files_write(path, out.data, out.len);
    size_t len;
    char *written = files_read(path, &len);
    assert_int_equal(len, out.len);
    assert_memory_equal(written, out.data, len);
    free(written);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_complete),
        cmocka_unit_test(every_code_and_guard_has_its_rule),
        cmocka_unit_test(both_languages_say_the_same),
        cmocka_unit_test(words_of_enums_are_the_right_ones),
        cmocka_unit_test(numbers_are_those_of_the_language),
        cmocka_unit_test(times_are_finnish),
        cmocka_unit_test(utc_goes_there_and_back),
        cmocka_unit_test(foreign_text_is_made_harmless),
        cmocka_unit_test(the_documentation_is_the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
