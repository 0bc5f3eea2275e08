/* Search requests: what is understood, what is refused and how, and that equal requests have one canonical form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "oracle.h"
#include "search/parameters.h"
#include "search/request.h"

enum { FUZZ_ROUNDS = 30000 };

static struct arena arena;

static enum status parse(const char *string, struct request *request, struct request_errors *errors)
{
    struct err err = {0};
    enum status status = request_parse(request, string, &arena, errors, &err);
    assert_int_equal(status == STATUS_OK, errors->count == 0);
    assert_int_equal(status == STATUS_OK, err.status == STATUS_OK);
    return status;
}

static char *canonical(const struct request *request)
{
    struct buf out = BUF_INIT;
    request_write(request, true, &out);
    buf_add(&out, "", 0);
    char *text = strdup(buf_str(&out));
    buf_release(&out);
    return text;
}

/* The string is good and its canonical form is `expected`, which is its own canonical form. */
static void means(const char *string, const char *expected)
{
    struct request request, again;
    struct request_errors errors;
    if (parse(string, &request, &errors) != STATUS_OK)
        fail_msg("?%s: %s: %s", string, errors.list[0].parameter, errors.list[0].detail);
    char *once = canonical(&request);
    if (strcmp(once, expected) != 0)
        fail_msg("?%s: canonical \"%s\", expected \"%s\"", string, once, expected);
    if (parse(once, &again, &errors) != STATUS_OK)
        fail_msg("?%s: canonical \"%s\" is refused: %s", string, once, errors.list[0].detail);
    char *twice = canonical(&again);
    assert_string_equal(once, twice);
    assert_true(request_hash(&request) == request_hash(&again));
    free(once);
    free(twice);
}

static void is_good(const char *string)
{
    struct request request;
    struct request_errors errors;
    if (parse(string, &request, &errors) != STATUS_OK)
        fail_msg("?%.300s: %s: %s", string, errors.list[0].parameter, errors.list[0].detail);
    char *text = canonical(&request);
    means(text, text);
    free(text);
}

/* Refused once, for this parameter, with these words in the reason. */
static void refuses(const char *string, const char *parameter, const char *words)
{
    struct request request;
    struct request_errors errors;
    if (parse(string, &request, &errors) == STATUS_OK)
        fail_msg("?%.300s: accepted", string);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.list[0].parameter, parameter);
    if (!strstr(errors.list[0].detail, words))
        fail_msg("?%.300s: \"%s\" does not say \"%s\"", string, errors.list[0].detail, words);
}

/* ---- what is understood ----------------------------------------------------------------------------------------- */

static void nothing_asks_for_everything_in_the_usual_way(void **state)
{
    (void)state;
    static const char *const nothing[] = {NULL, "", "&", "&&&", "q=", "q=+%20&audience=&age=&near=&page=&sort=&lang="};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        struct request request;
        struct request_errors errors;
        assert_int_equal(parse(nothing[i], &request, &errors), STATUS_OK);
        assert_string_equal(request.q, "");
        assert_int_equal(request.q_len, 0);
        assert_int_equal(request.age, -1);
        assert_int_equal(request.near, -1);
        assert_null(request.near_text);
        assert_true(request.radius_km == 0);
        assert_int_equal(request.weekdays | request.times | request.unknown, 0);
        assert_int_equal(request.sort, SORT_RELEVANCE);
        assert_int_equal(request.page, 1);
        assert_int_equal(request.per_page, REQUEST_PER_PAGE_DEFAULT);
        assert_false(request.past || request.explain || request.cursor.given || request.all_words);
        assert_int_equal(request.uncounted | request.unshown | request.unlabelled, 0);
        for (int f = 0; f < FACET_LISTED; f++)
            assert_int_equal(request.selected_count[f], 0);
        char *text = canonical(&request);
        assert_string_equal(text, "");
        free(text);
    }
}

static void equal_requests_have_one_canonical_form(void **state)
{
    (void)state;
    means("q=k%C3%A4vely", "q=k%C3%A4vely");
    means("q=k%c3%a4vely+ry%68m%C3%A4", "q=k%C3%A4vely+ryhm%C3%A4");
    means("q=++a%20%20b++", "q=a++b");
    means("q=a%0Ab%09c%7F", "q=a+b+c");
    means("q=a%26b%3Dc%2Bd%25", "q=a%26b%3Dc%2Bd%25");
    means("q=(%22x%22)", "q=%28%22x%22%29");
    means("audience=ikaihmiset&audience=yksinaiset", "audience=ikaihmiset&audience=yksinaiset");
    means("audience=yksinaiset&q=x&audience=ikaihmiset&audience=yksinaiset",
          "q=x&audience=ikaihmiset&audience=yksinaiset");
    means("area=491", "area=491");
    means("area=Mikkeli", "area=491");
    means("area=%20mikkeli%20", "area=491");
    means("area=S%3AT+MICHEL", "area=491");
}

static void merged_municipalities_mean_the_present_ones(void **state)
{
    (void)state;
    assert_true(area_merge_count() > 10);
    for (size_t i = 0; i < area_merge_count(); i++) {
        const struct area_merge *merge = area_merge_at(i);
        char string[200], expected[200];
        const char *present = vocab_entry(VOCAB_AREA, merge->municipality)->code;
        snprintf(string, sizeof string, "area=%s", merge->old_code);
        snprintf(expected, sizeof expected, "area=%s", present);
        means(string, expected);
        struct buf near = BUF_INIT;
        struct oracle_random random = {i};
        struct request request;
        struct request_errors errors;
        oracle_add_parameter(&near, &random, "near", merge->old_name_fi);
        assert_int_equal(parse(near.data, &request, &errors), STATUS_OK);
        assert_int_equal(request.near, merge->municipality);
        buf_release(&near);
    }
}

static void every_entry_of_every_list_is_known_by_its_code(void **state)
{
    (void)state;
    for (int f = 0; f <= FACET_TIME; f++) {
        enum vocab_name vocab = facet_vocab((enum facet)f);
        for (size_t i = 0; i < vocab_size(vocab); i++) {
            char string[200];
            struct request request;
            struct request_errors errors;
            snprintf(string, sizeof string, "%s=%s", facet_name((enum facet)f), vocab_entry(vocab, i)->code);
            means(string, string);
            assert_int_equal(parse(string, &request, &errors), STATUS_OK);
            if (f == FACET_WEEKDAY)
                assert_int_equal(request.weekdays, 1u << i);
            else if (f == FACET_TIME)
                assert_int_equal(request.times, 1u << i);
            else
                assert_int_equal(request.selected[f][0], i);
        }
    }
}

static void filters_of_every_kind_are_read(void **state)
{
    (void)state;
    struct request request;
    struct request_errors errors;
    means("free=1", "free=free");
    means("free=true&free=0", "free=free&free=paid");
    means("free=false", "free=paid");
    means("weekday=sun&weekday=mon&time=evening&weekday=sun", "weekday=mon&weekday=sun&time=evening");
    means("weekday=torstaisin", "weekday=thu");
    means("age=0", "age=0");
    means("age=77", "age=77");
    means("near=00100&radius=12.5&sort=distance", "near=00100&radius=12.5&sort=distance");
    means("near=Kuopio", "near=Kuopio");
    means("near=297&radius=10.000", "near=297&radius=10");
    means("include_unknown=age&include_unknown=audience", "include_unknown=audience&include_unknown=age");
    means("include_unknown=0", "");
    means("include_unknown=1",
          "include_unknown=audience&include_unknown=area&include_unknown=theme&include_unknown=language"
          "&include_unknown=free&include_unknown=form&include_unknown=accessible&include_unknown=threshold"
          "&include_unknown=weekday&include_unknown=time&include_unknown=age&include_unknown=near"
          "&include_unknown=date");
    means("until=2026-12-13&date=2026-12-07&age=7", "age=7&date=2026-12-07&until=2026-12-13");
    means("date=&until=2100-12-31", "until=2100-12-31");
    means("past=1&explain=true", "past=1&explain=1");
    means("past=0&explain=false", "");
    means("words=all&past=1&labels=0&q=a+b&explain=1", "q=a+b&labels=0&past=1&words=all&explain=1");
    means("words=most&labels=1", "");
    means("labels=true&words=", "");
    means("labels=false", "labels=0");
    means("lang=sv&sort=next&page=3&per_page=7", "sort=next&page=3&per_page=7&lang=sv");
    means("lang=fi&sort=relevance&page=1&per_page=20", "");
    means("facets=near,audience&lang=sv&facets=age&past=1", "lang=sv&facets=audience,age,near&past=1");
    means("facets=", "facets=");
    means("facets=&facets=area", "facets=area");
    means("facets=audience,area,theme,kind,language,free,form,accessible,threshold,weekday,time,age,near,date", "");
    means("fields=title,id&fields=", "fields=id,title");
    means("fields=", "");
    assert_int_equal(parse("near=70100", &request, &errors), STATUS_OK);
    assert_string_equal(vocab_entry(VOCAB_AREA, (size_t)request.near)->code, "297");
    assert_string_equal(request.near_text, "70100");
    for (int s = 0; s < SORT_COUNT; s++) {
        char string[100];
        snprintf(string, sizeof string, "near=091&sort=%s", sort_name((enum sort)s));
        assert_int_equal(parse(string, &request, &errors), STATUS_OK);
        assert_int_equal(request.sort, s);
    }
}

static void a_value_that_is_empty_is_not_given_even_before_one_that_is_not(void **state)
{
    (void)state;
    means("q=&q=x", "q=x");
    means("age=&age=5&age=+", "age=5");
    means("sort=&sort=name", "sort=name");
}

static void the_hash_tells_searches_apart_and_nothing_else(void **state)
{
    (void)state;
    static const char *const same[] = {"q=x&kind=event", "kind=event&q=x&per_page=50", "q=x&kind=event&lang=sv",
                                       "q=x&kind=event&page=7", "q=x&kind=event&explain=1&sort=relevance",
                                       "q=x&kind=event&facets=&fields=id", "q=x&kind=event&labels=0&words=most"};
    static const char *const other[] = {"q=y&kind=event", "q=x&kind=news", "q=x&kind=event&sort=name", "q=x",
                                        "q=x&kind=event&past=1", "q=x&kind=event&include_unknown=age",
                                        "q=x&kind=event&age=5", "q=x&kind=event&near=091",
                                        "q=x&kind=event&words=all"};
    struct request first, request;
    struct request_errors errors;
    assert_int_equal(parse(same[0], &first, &errors), STATUS_OK);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_int_equal(parse(same[i], &request, &errors), STATUS_OK);
        assert_true(request_hash(&request) == request_hash(&first));
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_int_equal(parse(other[i], &request, &errors), STATUS_OK);
        assert_true(request_hash(&request) != request_hash(&first));
    }
}

/* ---- limits: the last that is allowed, the first that is not ---------------------------------------------------- */

static char *repeated(const char *before, const char *part, size_t times)
{
    struct buf out = BUF_INIT;
    buf_adds(&out, before);
    for (size_t i = 0; i < times; i++)
        buf_adds(&out, part);
    return out.data;
}

static void free_text_has_a_limit_in_bytes_after_decoding(void **state)
{
    (void)state;
    char *most = repeated("q=", "a", REQUEST_QUERY_BYTES), *more = repeated("q=", "a", REQUEST_QUERY_BYTES + 1);
    char *wide = repeated("q=", "%C3%A4", REQUEST_QUERY_BYTES / 2);
    char *wider = repeated("q=", "%C3%A4", REQUEST_QUERY_BYTES / 2 + 1);
    char *blanks = repeated("q=a", "+", 5000);
    is_good(most);
    is_good(wide);
    means(blanks, "q=a");
    refuses(more, "q", "allowed: 1000");
    refuses(wider, "q", "1002 bytes long");
    free(most);
    free(more);
    free(wide);
    free(wider);
    free(blanks);
}

static void parameters_are_counted(void **state)
{
    (void)state;
    char *most = repeated("q=x", "&kind=event", REQUEST_PARAMETERS - 1);
    char *more = repeated("q=x", "&kind=event", REQUEST_PARAMETERS);
    char *gaps = repeated("q=x", "&", 1000);
    means(most, "q=x&kind=event");
    refuses(more, "(all)", "more than 200");
    means(gaps, "q=x");
    free(most);
    free(more);
    free(gaps);
}

static void values_of_a_facet_are_counted_once_each(void **state)
{
    (void)state;
    for (size_t count = REQUEST_VALUES; count <= REQUEST_VALUES + 1; count++) {
        struct buf string = BUF_INIT;
        for (size_t i = 0; i < count; i++)
            buf_addf(&string, "area=%s&", vocab_entry(VOCAB_AREA, vocab_size(VOCAB_AREA) - 1 - i)->code);
        buf_addf(&string, "area=%s", vocab_entry(VOCAB_AREA, vocab_size(VOCAB_AREA) - 1)->code);
        if (count == REQUEST_VALUES)
            is_good(string.data);
        else
            refuses(string.data, "area", "more than 64 values");
        buf_release(&string);
    }
}

static void numbers_have_their_ranges(void **state)
{
    (void)state;
    is_good("age=0");
    is_good("age=120");
    refuses("age=121", "age", "0 to 120");
    refuses("age=-1", "age", "0 to 120");
    refuses("age=1.5", "age", "whole number");
    refuses("age=1e1", "age", "whole number");
}

static void pages_have_their_ranges(void **state)
{
    (void)state;
    is_good("page=1000000");
    refuses("page=1000001", "page", "1 to 1000000");
    refuses("page=0", "page", "1 to 1000000");
    refuses("page=99999999999999999999", "page", "1 to 1000000");
    refuses("page=1x", "page", "whole number");
    is_good("date=2000-01-01&until=2100-12-31");
    is_good("date=2028-02-29&until=2028-02-29");
    refuses("date=1999-12-31", "date", "2000-01-01 to 2100-12-31");
    refuses("until=2101-01-01", "until", "2000-01-01 to 2100-12-31");
    refuses("date=2026-02-29", "date", "YYYY-MM-DD");
    refuses("date=2026-1-1", "date", "YYYY-MM-DD");
    refuses("date=2026-12-02&until=2026-12-01", "until", "before date");
    is_good("per_page=0");
    is_good("per_page=100");
    refuses("per_page=101", "per_page", "0 to 100");
    refuses("per_page=-1", "per_page", "0 to 100");
}

static void a_radius_is_in_whole_metres_above_none(void **state)
{
    (void)state;
    means("near=091&radius=0.001", "near=091&radius=0.001");
    means("near=091&radius=1.23456", "near=091&radius=1.235");
    means("near=091&radius=1500", "near=091&radius=1500");
    refuses("near=091&radius=0", "radius", "above 0");
    refuses("near=091&radius=0.0004", "radius", "above 0");
    refuses("near=091&radius=1500.001", "radius", "to 1500");
    refuses("near=091&radius=-3", "radius", "above 0");
    refuses("near=091&radius=nan", "radius", "above 0");
    refuses("near=091&radius=inf", "radius", "above 0");
    refuses("near=091&radius=0x10", "radius", "above 0");
    refuses("near=091&radius=5km", "radius", "kilometres");
    refuses("near=091&radius=1,5", "radius", "kilometres");
}

/* ---- what is refused -------------------------------------------------------------------------------------------- */

static void unknown_names_and_values_are_refused_and_the_known_ones_named(void **state)
{
    (void)state;
    refuses("foo=1", "foo", "audience, area, theme");
    refuses("Q=1", "Q", "no such parameter");
    refuses("=1", "(empty)", "no such parameter");
    means("audience&kind=event", "kind=event"); /* a name alone: an empty value */
}

static void values_out_of_the_lists_are_refused_and_the_list_is_named(void **state)
{
    (void)state;
    refuses("audience=martians", "audience", "/api/v1/vocabularies/audience");
    refuses("kind=thing", "kind", "organisation, activity, event");
    refuses("weekday=8", "weekday", "mon, tue");
    refuses("time=noon", "time", "morning");
    refuses("free=maybe", "free", "not known");
    refuses("near=99999x", "near", "postal code");
    refuses("near=Uusimaa", "near", "municipality"); /* a region has no centre */
    refuses("include_unknown=kind", "include_unknown", "names of filters"); /* every record has a kind */
    refuses("include_unknown=maybe", "include_unknown", "names of filters");
    refuses("sort=best", "sort", "relevance, distance");
    refuses("lang=de", "lang", "fi, sv, en");
    refuses("past=yes", "past", "1:");
    refuses("explain=2", "explain", "1, 0");
    refuses("labels=2", "labels", "1; 0:");
    refuses("labels=fi", "labels", "1; 0:");
    refuses("words=1", "words", "most, all");
    refuses("words=ALL", "words", "most, all");
}

static void a_single_parameter_is_given_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < parameter_count; i++) {
        char string[200];
        if (parameters[i].repeats)
            continue;
        const char *value = strcmp(parameters[i].name, "near") == 0     ? "091"
                            : strcmp(parameters[i].name, "sort") == 0   ? "name"
                            : strcmp(parameters[i].name, "lang") == 0   ? "sv"
                            : strcmp(parameters[i].name, "cursor") == 0 ? "2.1.1.1.1.1.1"
                            : strcmp(parameters[i].name, "date") == 0   ? "2026-12-01"
                            : strcmp(parameters[i].name, "until") == 0  ? "2026-12-01"
                            : strcmp(parameters[i].name, "words") == 0  ? "all"
                                                                        : "1";
        snprintf(string, sizeof string, "%s=%s&%s=%s%s", parameters[i].name, value, parameters[i].name, value,
                 strcmp(parameters[i].name, "radius") == 0 ? "&near=091" : "");
        refuses(string, parameters[i].name, "more than once");
    }
}

static void what_needs_another_parameter_says_so(void **state)
{
    (void)state;
    refuses("radius=5", "radius", "needs near");
    refuses("sort=distance", "sort", "needs near");
    refuses("page=2&cursor=2.1.1.1.1.1.1", "cursor", "without page");
    is_good("page=1&cursor=2.1.1.1.1.1.1");
    is_good("radius=5&near=091");
}

static void all_problems_are_found_in_one_pass_up_to_a_number(void **state)
{
    (void)state;
    struct request request;
    struct request_errors errors;
    assert_int_equal(parse("age=200&kind=thing&foo=1&page=0&q=ok&radius=3", &request, &errors), STATUS_INVALID);
    assert_int_equal(errors.count, 5);
    assert_string_equal(errors.list[0].parameter, "age");
    assert_string_equal(errors.list[1].parameter, "kind");
    assert_string_equal(errors.list[2].parameter, "foo");
    assert_string_equal(errors.list[3].parameter, "page");
    assert_string_equal(errors.list[4].parameter, "radius");
    for (size_t count = REQUEST_ERRORS; count <= REQUEST_ERRORS + 1; count++) {
        char *string = repeated("foo=1", "&foo=1", count - 1);
        assert_int_equal(parse(string, &request, &errors), STATUS_INVALID);
        assert_int_equal(errors.count, REQUEST_ERRORS);
        free(string);
    }
}

static void a_long_wrong_value_is_shown_cut_at_a_character(void **state)
{
    (void)state;
    struct request request;
    struct request_errors errors;
    char *string = repeated("audience=x", "%C3%A4", 500);
    assert_int_equal(parse(string, &request, &errors), STATUS_INVALID);
    size_t len = strlen(errors.list[0].detail);
    assert_int_equal(utf8_check(errors.list[0].detail, len), len);
    free(string);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

static void broken_escapes_and_bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {"%", "a%", "%4", "a%4", "%zz", "%4z", "%z4", "%%41", "%00", "a%00b", "%FF",
                                         "%C3", "%C3%28", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "\xC3", "\xFF",
                                         "%E2%82", "%u00e4", "% 41", "%+1"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char string[100];
        snprintf(string, sizeof string, "q=%s", broken[i]);
        refuses(string, "q", "not percent-encoded UTF-8");
        snprintf(string, sizeof string, "q=%s&kind=event", broken[i]);
        refuses(string, "q", "not percent-encoded UTF-8");
        snprintf(string, sizeof string, "%s=1", broken[i]);
        refuses(string, "(unreadable)", "name");
    }
    is_good("q=%F0%9F%98%80"); /* a character of four bytes */
    is_good("q=\xC3\xA4");     /* not encoded at all, but text */
    is_good("q=%EF%BF%BF");
}

static void random_strings_are_refused_or_mean_one_thing(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "q", "=", "&", "area", "kind", "event", "%", "%C3%A4", "%c3", "+", "491", "near", "091", "radius", "1", "0.5",
        "e", "-", "page", "per_page", "cursor", "2.1.2.3.4.5.6", "include_unknown", "age", "sort", "name", "lang", "sv",
        "weekday", "mon", "time", "free", "past", "\xC3", "\xA4", "\x01", "%0", "%2526", "#", ";", "explain", "x",
        "labels", "words", "all"};
    struct oracle_random random = {11};
    size_t good = 0;
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
        struct buf string = BUF_INIT;
        struct request request;
        struct request_errors errors;
        size_t count = 1 + oracle_below(&random, 12);
        for (size_t i = 0; i < count; i++) {
            if (oracle_chance(&random, 90))
                buf_adds(&string, pieces[oracle_below(&random, sizeof pieces / sizeof *pieces)]);
            else
                buf_addc(&string, (char)(1 + oracle_below(&random, 255)));
        }
        arena_reset(&arena);
        if (parse(buf_str(&string), &request, &errors) == STATUS_OK) {
            char *text = canonical(&request);
            means(text, text);
            free(text);
            good++;
        }
        for (size_t i = 0; i < errors.count; i++) {
            size_t len = strlen(errors.list[i].detail);
            assert_int_equal(utf8_check(errors.list[i].detail, len), len);
        }
        buf_release(&string);
    }
    assert_in_range(good, FUZZ_ROUNDS / 100, FUZZ_ROUNDS * 9 / 10);
}

/* ---- cursors ---------------------------------------------------------------------------------------------------- */

static bool same_cursor(const struct cursor *a, const struct cursor *b)
{
    return a->given == b->given && a->generation == b->generation && a->today == b->today && a->query == b->query &&
           a->guide == b->guide && a->key_high == b->key_high && a->key_low == b->key_low;
}

static struct cursor some_cursor(struct oracle_random *random)
{
    unsigned shift = (unsigned)oracle_below(random, 64);
    return (struct cursor){true, (uint32_t)(oracle_random(random) >> shift), (int32_t)oracle_random(random),
                           (uint32_t)oracle_random(random), oracle_random(random) >> shift,
                           oracle_random(random) >> shift,
                           (uint32_t)(oracle_random(random) >> shift)};
}

static void a_cursor_comes_back_from_its_text(void **state)
{
    (void)state;
    struct oracle_random random = {12};
    for (int round = 0; round < 2000; round++) {
        struct cursor cursor = some_cursor(&random), back;
        if (round == 0)
            cursor = (struct cursor){true, UINT32_MAX, INT32_MIN, UINT32_MAX, UINT64_MAX, UINT64_MAX, UINT32_MAX};
        struct buf text = BUF_INIT;
        cursor_write(&cursor, &text);
        assert_true(text.len <= REQUEST_CURSOR_BYTES);
        assert_int_equal(strspn(text.data, "0123456789abcdef."), text.len); /* needs no escapes */
        assert_int_equal(cursor_parse(&back, text.data, text.len, NULL), STATUS_OK);
        assert_true(same_cursor(&cursor, &back));
        buf_release(&text);
    }
}

static void a_damaged_cursor_is_refused_or_another_one(void **state)
{
    (void)state;
    struct oracle_random random = {13};
    for (int round = 0; round < 200; round++) {
        struct cursor cursor = some_cursor(&random), back;
        struct buf text = BUF_INIT;
        cursor_write(&cursor, &text);
        for (size_t i = 0; i < text.len; i++) {
            char kept = text.data[i];
            for (int c = 1; c < 256; c++) {
                text.data[i] = (char)c;
                if (c != (unsigned char)kept && cursor_parse(&back, text.data, text.len, NULL) == STATUS_OK)
                    assert_false(same_cursor(&cursor, &back) && (kept | 32) != (c | 32));
            }
            text.data[i] = kept;
        }
        for (size_t len = 0; len < text.len; len++) {
            char *cut = strndup(text.data, len); /* of its own, so that reading behind it is seen */
            if (cursor_parse(&back, cut, len, NULL) == STATUS_OK)
                assert_false(same_cursor(&cursor, &back) && strrchr(text.data, '.') > text.data + len);
            free(cut);
        }
        buf_release(&text);
    }
}

static void what_is_no_cursor_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "2", "2.", "2.1.1.1.1.1", "2.1.1.1.1.1.", "2.1.1.1.1.1.1.", "2.1.1.1.1.1.1.1", "1.1.1.1.1.1.1", "1.1.1.1.1.1",
        "2.123456789.1.1.1.1.1", "2.1.1.1.12345678901234567.1.1", "2.1.1.123456789.1.1.1", "2.1.1.1.1.1.g",
        "2..1.1.1.1.1", "2.1.1.1.1.1.-1", "x2.1.1.1.1.1.1"};
    struct cursor cursor = {.generation = 77};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char string[200];
        assert_int_equal(cursor_parse(&cursor, wrong[i], strlen(wrong[i]), NULL), STATUS_INVALID);
        assert_int_equal(cursor.generation, 77);
        snprintf(string, sizeof string, "cursor=%s", wrong[i]);
        refuses(string, "cursor", "nextCursor");
    }
    char *longest = repeated("2.1.1.1.1.1.", "0", REQUEST_CURSOR_BYTES);
    assert_int_equal(cursor_parse(&cursor, longest, strlen(longest), NULL), STATUS_INVALID);
    free(longest);
}

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asks_for_everything_in_the_usual_way),
        cmocka_unit_test(equal_requests_have_one_canonical_form),
        cmocka_unit_test(merged_municipalities_mean_the_present_ones),
        cmocka_unit_test(every_entry_of_every_list_is_known_by_its_code),
        cmocka_unit_test(filters_of_every_kind_are_read),
        cmocka_unit_test(a_value_that_is_empty_is_not_given_even_before_one_that_is_not),
        cmocka_unit_test(the_hash_tells_searches_apart_and_nothing_else),
        cmocka_unit_test(free_text_has_a_limit_in_bytes_after_decoding),
        cmocka_unit_test(parameters_are_counted),
        cmocka_unit_test(values_of_a_facet_are_counted_once_each),
        cmocka_unit_test(numbers_have_their_ranges),
        cmocka_unit_test(pages_have_their_ranges),
        cmocka_unit_test(a_radius_is_in_whole_metres_above_none),
        cmocka_unit_test(unknown_names_and_values_are_refused_and_the_known_ones_named),
        cmocka_unit_test(values_out_of_the_lists_are_refused_and_the_list_is_named),
        cmocka_unit_test(a_single_parameter_is_given_once),
        cmocka_unit_test(what_needs_another_parameter_says_so),
        cmocka_unit_test(all_problems_are_found_in_one_pass_up_to_a_number),
        cmocka_unit_test(a_long_wrong_value_is_shown_cut_at_a_character),
        cmocka_unit_test(broken_escapes_and_bytes_that_are_no_text_are_refused),
        cmocka_unit_test(random_strings_are_refused_or_mean_one_thing),
        cmocka_unit_test(a_cursor_comes_back_from_its_text),
        cmocka_unit_test(a_damaged_cursor_is_refused_or_another_one),
        cmocka_unit_test(what_is_no_cursor_is_refused),
    };
    return cmocka_run_group_tests_name("request", tests, set_up, tear_down);
}
