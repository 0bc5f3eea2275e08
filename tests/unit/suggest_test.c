/* Suggestions over the corpus: what is suggested has hits, and exactly as many as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "calendar.h"
#include "corpus_index.h"
#include "search/guide.h"
#include "searchd/render_suggest.h"
#include "search/suggest.h"

enum { PREFIXES = 1500, TEXT_BYTES = 512 };

static struct {
    struct corpus_index index;
    struct guides *guides;
    struct topics *topics;
    struct labels *labels;
    struct arena asked, arena;
    struct search_clock clock;
    struct suggestions out;
} t;

static void ask(const char *parameters, struct request *request)
{
    struct request_errors errors;
    struct err err = {0};
    arena_reset(&t.asked);
    if (request_parse(request, parameters, &t.asked, &errors, &err) != STATUS_OK)
        fail_msg("%s: %s", parameters, err.message);
}

static void suggest(const struct request *request)
{
    struct err err = {0};
    arena_reset(&t.arena);
    if (suggest_run(t.index.searcher, t.topics, request, &t.clock, &t.arena, &t.out, &err) != STATUS_OK)
        fail_msg("%s: %s", request->q, err.message);
}

static void suggest_text(const char *parameters)
{
    static struct request request;
    ask(parameters, &request);
    suggest(&request);
}

/* Each is found by the search that it stands for, its url means that search, and the order is kept. */
static void assert_found(void)
{
    for (int g = 0; g < SUGGEST_GROUPS; g++) {
        assert_true(t.out.count[g] <= SUGGEST_EACH);
        for (size_t i = 0; i < t.out.count[g]; i++) {
            const struct suggestion *s = &t.out.list[g][i];
            struct arena arena = ARENA_INIT;
            struct request again;
            struct request_errors errors;
            struct answer answer;
            struct buf url = BUF_INIT;
            struct err err = {0};
            request_write(&s->request, false, &url);
            assert_int_equal(request_parse(&again, buf_str(&url), &arena, &errors, &err), STATUS_OK);
            if (search_run(t.index.searcher, &again, &t.clock, &arena, &answer, &err) != STATUS_OK)
                fail_msg("%s: %s", buf_str(&url), err.message);
            if (answer.total < s->total || s->total == 0)
                fail_msg("%s: %llu hits, %llu were said", buf_str(&url), (unsigned long long)answer.total,
                         (unsigned long long)s->total);
            if (answer.required == answer.wanted)
                assert_int_equal(answer.total, s->total);
            assert_string_equal(s->text, s->request.q);
            assert_true(s->label[0]);
            assert_int_equal(g == SUGGEST_TOPICS || g == SUGGEST_AREAS, s->facet >= 0);
            buf_release(&url);
            arena_release(&arena);
        }
    }
}

static bool has(enum suggest_group group, const char *label)
{
    for (size_t i = 0; i < t.out.count[group]; i++)
        if (strcmp(t.out.list[group][i].label, label) == 0)
            return true;
    return false;
}

/* ---- what is suggested ------------------------------------------------------------------------------------------ */

static void beginnings_and_forms(void **state)
{
    static const char *const pairs[][2] = {
        {"q=kävelyr", "kävelyryhmä"}, {"q=kävelyryhmis", "kävelyryhmä"}, {"q=kävelyryhmässämmekö", "kävelyryhmä"},
        {"q=kavelyr", "kävelyryhmä"}, {"q=KÄVELYR", "kävelyryhmä"}, {"q=vertaist", "vertaistuki"},
        {"q=Mikkel", "Mikkeli"}, {"q=kontiolahdella", "Kontiolahti"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        suggest_text(pairs[i][0]);
        if (!has(SUGGEST_WORDS, pairs[i][1]))
            fail_msg("%s does not suggest %s", pairs[i][0], pairs[i][1]);
        assert_found();
    }
    suggest_text("q=kävely");
    assert_string_equal(t.out.list[SUGGEST_WORDS][0].label, "kävely");
}

static void filters_and_names(void **state)
{
    (void)state;
    suggest_text("q=vertaistuki+mik");
    assert_true(has(SUGGEST_AREAS, "Mikkeli"));
    assert_string_equal(t.out.list[SUGGEST_AREAS][0].text, "vertaistuki");
    assert_int_equal(t.out.list[SUGGEST_AREAS][0].facet, FACET_AREA);
    assert_true(t.out.count[SUGGEST_ORGANISATIONS] > 0);
    assert_found();
    suggest_text("q=yksin");
    assert_true(has(SUGGEST_TOPICS, "Yksinäiset"));
    suggest_text("q=kontiolahdella");
    assert_true(has(SUGGEST_AREAS, "Kontiolahti"));
    suggest_text("q=ensam&lang=sv");
    assert_true(t.out.count[SUGGEST_TOPICS] > 0);
    assert_found();
    suggest_text("q=savo");
    assert_true(t.out.count[SUGGEST_AREAS] > 0); /* Pohjois-Savo, by its second word */
}

static void three_of_a_group_and_organisations_from_two_letters_on(void **state)
{
    (void)state;
    suggest_text("q=m");
    assert_int_equal(t.out.count[SUGGEST_WORDS], SUGGEST_EACH);
    assert_int_equal(t.out.count[SUGGEST_AREAS], SUGGEST_EACH);
    assert_int_equal(t.out.count[SUGGEST_ORGANISATIONS], 0);
    suggest_text("q=mi");
    assert_int_equal(t.out.count[SUGGEST_ORGANISATIONS], SUGGEST_EACH);
    assert_found();
}

/* A word before that the suggestion says too is not said twice. */
static void words_before_are_not_repeated(void **state)
{
    (void)state;
    suggest_text("q=etelä+sav");
    for (size_t i = 0; i < t.out.count[SUGGEST_AREAS]; i++)
        if (strcmp(t.out.list[SUGGEST_AREAS][i].label, "Etelä-Savo") == 0)
            assert_true(strlen(t.out.list[SUGGEST_AREAS][i].text) <= strlen("etelä"));
    suggest_text("q=mikkelin+kau");
    assert_true(t.out.count[SUGGEST_ORGANISATIONS] > 0);
    assert_memory_equal(t.out.list[SUGGEST_ORGANISATIONS][0].text, "Mikkelin kaup", 13);
    suggest_text("q=kerho+kerh");
    for (size_t i = 0; i < t.out.count[SUGGEST_WORDS]; i++)
        assert_string_not_equal(t.out.list[SUGGEST_WORDS][i].label, "kerho");
}

static void filters_stay(void **state)
{
    (void)state;
    suggest_text("q=ker&area=491&free=1");
    assert_true(t.out.count[SUGGEST_WORDS] > 0);
    for (size_t i = 0; i < t.out.count[SUGGEST_WORDS]; i++)
        assert_int_equal(t.out.list[SUGGEST_WORDS][i].request.selected_count[FACET_AREA], 1);
    assert_found();
    suggest_text("q=kuop&area=491&area=091");
    assert_true(has(SUGGEST_AREAS, "Kuopio"));
    for (size_t i = 0; i < t.out.count[SUGGEST_AREAS]; i++) {
        const struct request *of = &t.out.list[SUGGEST_AREAS][i].request;
        assert_int_equal(of->selected_count[FACET_AREA], 3);
        for (size_t v = 1; v < 3; v++) /* as a parsed request has them */
            assert_true(of->selected[FACET_AREA][v - 1] < of->selected[FACET_AREA][v]);
    }
    suggest_text("q=mikkeli&area=491"); /* chosen already */
    assert_false(has(SUGGEST_AREAS, "Mikkeli"));
}

static void render(const struct request *request, struct buf *out)
{
    assert_int_equal(render_suggestions(t.labels, request, &t.out, 1, 0, out, NULL), STATUS_OK);
}

/* From the third page, or by a cursor: another search starts at its first page. */
static void a_suggestion_starts_at_the_first_page(void **state)
{
    struct request request;
    struct buf first = BUF_INIT, text = BUF_INIT;
    (void)state;
    ask("q=ker", &request);
    suggest(&request);
    render(&request, &first);
    for (int by_cursor = 0; by_cursor < 2; by_cursor++) {
        ask("q=ker&page=3", &request);
        assert_int_equal(request.page, 3);
        if (by_cursor) {
            request.page = 1;
            request.cursor = (struct cursor){.given = true, .generation = 1, .key_high = 2};
        }
        suggest(&request);
        assert_true(t.out.count[SUGGEST_WORDS] > 0);
        for (int g = 0; g < SUGGEST_GROUPS; g++) {
            for (size_t i = 0; i < t.out.count[g]; i++) {
                const struct request *of = &t.out.list[g][i].request;
                assert_int_equal(of->page, 1);
                assert_false(of->cursor.given);
                buf_reset(&text);
                request_write(of, true, &text);
                assert_null(strstr(buf_str(&text), "page="));
                assert_null(strstr(buf_str(&text), "cursor="));
            }
        }
        buf_reset(&text);
        render(&request, &text);
        assert_string_equal(buf_str(&text), buf_str(&first));
    }
    buf_release(&first);
    buf_release(&text);
}

/* Closed-class words are no part of a search. */
static void words_that_nobody_seeks_are_not_suggested(void **state)
{
    static const char *const words[][2] = {{"q=tai", "tai"}, {"q=että", "että"}, {"q=joka", "joka"},
                                           {"q=kanss", "kanssa"}, {"q=kui", "kuin"}, {"q=sek", "sekä"}};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        suggest_text(words[i][0]);
        if (has(SUGGEST_WORDS, words[i][1]))
            fail_msg("%s is suggested", words[i][1]);
    }
}

/* Any word of the entry's labels in the language goes on as what was typed. */
static bool goes_on(enum facet facet, uint16_t entry, int lang, const char *typed, size_t typed_len)
{
    const struct vocab_entry *e = vocab_entry(facet_vocab(facet), entry);
    const char *list = e->alt[lang], *label = e->label[lang];
    size_t len = strlen(label);
    do {
        size_t at = 0, exact_len;
        struct token token;
        while (token_next(label, len, &at, &token)) {
            char exact[FOLD_BYTES], plain[FOLD_BYTES];
            size_t plain_len = lexicon_word(label + token.offset, token.len, exact, &exact_len, plain);
            if (plain_len >= typed_len && memcmp(plain, typed, typed_len) == 0)
                return true;
        }
    } while (vocab_list_next(&list, &label, &len));
    return false;
}

static void labels_of_the_asked_language_come_first(void **state)
{
    size_t mixed = 0;
    (void)state;
    for (char first = 'a'; first <= 'z'; first++) {
        for (char second = 'a'; second <= 'z'; second++) {
            char parameters[32], typed[3] = {first, second, '\0'};
            snprintf(parameters, sizeof parameters, "q=%s&lang=sv", typed);
            suggest_text(parameters);
            for (int g = SUGGEST_TOPICS; g <= SUGGEST_AREAS; g++) {
                bool foreign = false;
                for (size_t i = 0; i < t.out.count[g]; i++) {
                    const struct suggestion *s = &t.out.list[g][i];
                    bool own = goes_on((enum facet)s->facet, s->entry, UI_SV, typed, 2);
                    if (own && foreign)
                        fail_msg("%s: %s stands behind what is not Swedish", typed, s->label);
                    mixed += i > 0 && !own && !foreign;
                    foreign |= !own;
                }
            }
        }
    }
    assert_true(mixed > 10);
}

static void nothing_to_suggest(void **state)
{
    static const char *const nothing[] = {"", "q=", "q=++", "q=%21%21", "q=xyzzyxyzzy", "q=%22"};
    (void)state;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        suggest_text(nothing[i]);
        for (int g = 0; g < SUGGEST_GROUPS; g++)
            assert_int_equal(t.out.count[g], 0);
    }
}

static void odd_queries(void **state)
{
    static const char *const odd[] = {
        "q=%22kerho", "q=kerho%21", "q=-kerho", "q=a", "q=%C3%B6", "q=1", "q=2026", "q=kerho+ja",
        "q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+x+y+z+aa+bb+cc+dd+ee+ff+gg+hh+ii+jj+kk"};
    struct request request;
    char longest[REQUEST_QUERY_BYTES + 8];
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        suggest_text(odd[i]);
        assert_found();
    }
    memcpy(longest, "q=", 2);
    memset(longest + 2, 'k', REQUEST_QUERY_BYTES);
    longest[REQUEST_QUERY_BYTES + 2] = '\0';
    ask(longest, &request);
    suggest(&request);
    for (size_t i = 1; i < REQUEST_QUERY_BYTES; i += 7)
        longest[i + 2] = ' ';
    ask(longest, &request);
    suggest(&request);
    assert_found();
}

/* ---- many prefixes ---------------------------------------------------------------------------------------------- */

static uint64_t below(uint64_t *seed, uint64_t most)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % most;
}

static void a_prefix(uint64_t *seed, char *out)
{
    const struct lexicon *l = &t.index.snapshot->lexicon;
    size_t len;
    const char *form = lexicon_text(&l->forms, (uint32_t)below(seed, l->forms.count), &len);
    len = utf8_cut(form, len, 1 + below(seed, len));
    memcpy(out, form, len);
    out[len] = '\0';
}

static void every_suggestion_has_hits(void **state)
{
    static const char *const filters[] = {"", "", "", "area=491", "audience=yksinaiset&free=1", "kind=activity",
                                          "age=70&lang=en", "weekday=thu&include_unknown=1", "past=1&lang=sv"};
    const char *requests = getenv("OPASTIN_REQUESTS");
    int count = requests ? atoi(requests) / 2 : PREFIXES;
    uint64_t seed = 20261122, suggested = 0;
    (void)state;
    for (int i = 0; i < count; i++) {
        struct request request;
        char first[TEXT_BYTES], last[TEXT_BYTES], q[2 * TEXT_BYTES + 2];
        ask(filters[below(&seed, sizeof filters / sizeof *filters)], &request);
        a_prefix(&seed, first);
        a_prefix(&seed, last);
        snprintf(q, sizeof q, "%s%s%s", i % 3 ? "" : first, i % 3 ? "" : " ", last);
        request.q = q;
        request.q_len = strlen(q);
        suggest(&request);
        assert_found();
        for (int g = 0; g < SUGGEST_GROUPS; g++)
            suggested += t.out.count[g];
    }
    print_message("figure: %d beginnings of words, %llu suggestions, all with hits\n", count,
                  (unsigned long long)suggested);
    assert_true(suggested > (uint64_t)count);
}

static void the_same_answer_again(void **state)
{
    struct buf one = BUF_INIT, two = BUF_INIT;
    struct request request;
    (void)state;
    ask("q=kerho+ma&lang=sv", &request);
    for (int i = 0; i < 2; i++) {
        suggest(&request);
        render(&request, i ? &two : &one);
    }
    assert_string_equal(buf_str(&one), buf_str(&two));
    buf_release(&one);
    buf_release(&two);
}

/* ---- */

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    t.clock.today = day_from_date(2026, 12, 1);
    if (!corpus_index_open(&t.index))
        return -1;
    if (guides_open(&t.guides, NULL, &err) == STATUS_OK && topics_new(&t.topics, &err) == STATUS_OK &&
        labels_new(&t.labels, &err) == STATUS_OK) {
        struct guide *guide = guides_hold(t.guides);
        searcher_guide(t.index.searcher, guide);
        guide_release(guide);
        return 0;
    }
    print_message("%s\n", err.message);
    return -1;
}

static int tear_down(void **state)
{
    (void)state;
    topics_free(t.topics);
    labels_free(t.labels);
    arena_release(&t.arena);
    arena_release(&t.asked);
    corpus_index_close(&t.index);
    guides_free(t.guides);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beginnings_and_forms),
        cmocka_unit_test(filters_and_names),
        cmocka_unit_test(three_of_a_group_and_organisations_from_two_letters_on),
        cmocka_unit_test(words_before_are_not_repeated),
        cmocka_unit_test(filters_stay),
        cmocka_unit_test(a_suggestion_starts_at_the_first_page),
        cmocka_unit_test(words_that_nobody_seeks_are_not_suggested),
        cmocka_unit_test(labels_of_the_asked_language_come_first),
        cmocka_unit_test(nothing_to_suggest),
        cmocka_unit_test(odd_queries),
        cmocka_unit_test(every_suggestion_has_hits),
        cmocka_unit_test(the_same_answer_again),
    };
    return cmocka_run_group_tests_name("suggest", tests, set_up, tear_down);
}
