/* Ways on: every number is what following the way gives, whatever was asked.
 *
 *   OPASTIN_SEED      of the random filters; printed, so that a failure can be had again
 *   OPASTIN_REQUESTS  how many combinations of a query and filters are tried */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calendar.h"
#include "search/guide.h"
#include "search/query.h"
#include "searchd/render_ways.h"
#include "search/understand.h"
#include "search/ways.h"
#include "tests/unit/corpus_index.h"

enum { QUERIES_MOST = 600, LINE_BYTES = 8192, REQUESTS_DEFAULT = 2000 };

static struct {
    struct corpus_index corpus;
    struct guides *guides;
    struct guide *guide;
    struct labels *labels;
    struct arena arena;
    struct search_clock clock;
    char *queries[QUERIES_MOST];
    size_t query_count;
    uint64_t random;
} t;

static size_t below(size_t most)
{
    t.random = t.random * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(t.random >> 33) % most;
}

/* The column of every line, from 0. */
static void read_queries(const char *path, int column)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) && t.query_count < QUERIES_MOST) {
        char *at = line;
        for (int c = 0; c < column && at; c++)
            at = (at = strchr(at, '\t')) ? at + 1 : NULL;
        if (*line == '#' || !at)
            continue;
        at[strcspn(at, "\t\n")] = '\0';
        t.queries[t.query_count++] = strdup(at);
    }
    fclose(file);
}

static int setup(void **state)
{
    static const char *const more[] = {
        "", "\"kerhoa\"", "\"jumppa torstaisin\"", "tuolijooga Hirvensalmi", "jumppa Pertunmaa torstaisin",
        "vertaistuki Hirvensalmi Mikkeli", "asdfghjk", "asdfghjk Kontiolahti", "vertaistki eronneille",
        "70 vuotta jooga", "Etelä-Savo shakki", "Hirvensalmi-talo", "\"\" kerho \" \"", "verkossa keskustelu sureville",
        "50100 kuoro",
        "sienikävely", "puolukkaretki"};
    struct err err = {0};
    const char *seed = getenv("OPASTIN_SEED");
    (void)state;
    t.random = seed ? strtoull(seed, NULL, 10) : 20261122;
    printf("OPASTIN_SEED=%llu\n", (unsigned long long)t.random);
    t.clock.today = day_from_date(2026, 11, 22);
    if (!corpus_index_open(&t.corpus) || guides_open(&t.guides, NULL, &err) != STATUS_OK ||
        labels_new(&t.labels, &err) != STATUS_OK)
        return -1;
    t.guide = guides_hold(t.guides);
    searcher_guide(t.corpus.searcher, t.guide);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        t.queries[t.query_count++] = strdup(more[i]);
    read_queries("tests/cases/seed_queries.tsv", 0);
    read_queries("tests/eval/topics.tsv", 2);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < t.query_count; i++)
        free(t.queries[i]);
    guide_release(t.guide);
    labels_free(t.labels);
    corpus_index_close(&t.corpus);
    guides_free(t.guides);
    arena_release(&t.arena);
    return 0;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

static struct request parse(const char *query_string)
{
    struct request request;
    struct request_errors errors;
    struct err err = {0};
    if (request_parse(&request, query_string, &t.arena, &errors, &err) != STATUS_OK)
        fail_msg("%s: %s", query_string, err.message);
    return request;
}

static struct answer run(const struct request *request)
{
    struct answer answer;
    struct err err = {0};
    if (search_run(t.corpus.searcher, request, &t.clock, &t.arena, &answer, &err) != STATUS_OK)
        fail_msg("%s: %s", request->q, err.message);
    return answer;
}

static uint64_t total_of(const struct request *request)
{
    uint64_t total;
    struct err err = {0};
    if (search_total(t.corpus.searcher, request, &t.clock, &t.arena, &total, &err) != STATUS_OK)
        fail_msg("%s: %s", request->q, err.message);
    return total;
}

static struct ways find(const struct request *request, const struct answer *answer)
{
    struct ways ways;
    struct err err = {0};
    if (ways_find(t.corpus.searcher, request, answer, &t.clock, &t.arena, &ways, &err) != STATUS_OK)
        fail_msg("%s: %s", request->q, err.message);
    return ways;
}

static struct ways ways_of(const char *query_string)
{
    struct request request = parse(query_string);
    struct answer answer = run(&request);
    return find(&request, &answer);
}

static const struct way *way_of_kind(const struct ways *ways, enum way_kind kind)
{
    for (size_t i = 0; i < ways->count; i++)
        if (ways->list[i].kind == kind)
            return &ways->list[i];
    return NULL;
}

static void assert_label(const struct way *way, const char *expected)
{
    struct buf label = BUF_INIT;
    assert_non_null(way);
    render_way_label(way, &label);
    assert_string_equal(buf_str(&label), expected);
    buf_release(&label);
}

/* A query of the list with filters, as a query string. */
static void random_request(struct buf *out)
{
    static const enum facet listed[] = {FACET_AUDIENCE, FACET_AREA,       FACET_AREA,      FACET_THEME, FACET_KIND,
                                        FACET_LANGUAGE, FACET_ACCESSIBLE, FACET_THRESHOLD, FACET_FORM};
    static const char *const others[] = {"&weekday=thu", "&weekday=mon&weekday=tue", "&time=evening", "&time=morning",
                                         "&age=70", "&near=50100&radius=20", "&free=1", "&near=Espoo&radius=0.5",
                                         "&include_unknown=1", "&past=1", "&include_unknown=time&time=evening"};
    struct request text = {.age = -1, .near = -1, .page = 1, .per_page = REQUEST_PER_PAGE_DEFAULT};
    text.q = t.queries[below(t.query_count)];
    text.q_len = strlen(text.q);
    request_write(&text, false, out);
    for (size_t n = below(4); n > 0; n--) {
        enum facet facet = listed[below(sizeof listed / sizeof *listed)];
        enum vocab_name vocab = facet_vocab(facet);
        if (below(2))
            buf_addf(out, "&%s=%s", facet_name(facet), vocab_entry(vocab, below(vocab_size(vocab)))->code);
        else
            buf_adds(out, strstr(buf_str(out), "near") || strstr(buf_str(out), "age") || strstr(buf_str(out), "past")
                              ? "" : others[below(sizeof others / sizeof *others)]);
    }
    buf_adds(out, below(3) ? "&per_page=0" : "&lang=sv&sort=name&page=3");
}

/* ---- the property ------------------------------------------------------------------------------------------------ */

static void check_way(const char *asked, const struct way *way, uint64_t all, uint64_t total)
{
    struct buf url = BUF_INIT, label = BUF_INIT;
    request_write(&way->request, false, &url);
    struct request followed = parse(buf_str(&url));
    struct answer answer = run(&followed);
    if (request_hash(&followed) != request_hash(&way->request))
        fail_msg("%s: %s asks something else than the way", asked, buf_str(&url));
    uint64_t now = way->relaxed ? answer.total : answer.all_total;
    if (now != way->total || total_of(&followed) != answer.all_total)
        fail_msg("%s: %s gives %lu, the way says %lu", asked, buf_str(&url), (unsigned long)now,
                 (unsigned long)way->total);
    if (answer.required == answer.wanted && answer.total != way->total)
        fail_msg("%s: %s has %lu hits, the way says %lu", asked, buf_str(&url), (unsigned long)answer.total,
                 (unsigned long)way->total);
    if (way->total <= all || ((way->kind == WAY_WORD || way->kind == WAY_WORDS) && way->total <= total))
        fail_msg("%s: %s is no way on", asked, buf_str(&url));
    assert_int_equal(way->request.page, 1);
    render_way_label(way, &label);
    assert_true(label.len > 0 && !strstr(buf_str(&label), "%s"));
    buf_release(&url);
    buf_release(&label);
}

static void rendered(const char *asked, struct buf *out)
{
    struct ways ways = ways_of(asked);
    struct err err = {0};
    render_ways(t.labels, &ways, out);
    assert_int_equal(buf_ok(out, &err), STATUS_OK);
}

static void every_way_gives_what_it_says_and_more_than_there_is(void **state)
{
    const char *wanted = getenv("OPASTIN_REQUESTS");
    size_t requests = wanted ? (size_t)strtoul(wanted, NULL, 10) : REQUESTS_DEFAULT, found = 0, few = 0, none = 0;
    size_t kinds[WAY_KINDS] = {0};
    struct buf asked = BUF_INIT;
    (void)state;
    for (size_t n = 0; n < requests; n++) {
        arena_reset(&t.arena);
        buf_reset(&asked);
        random_request(&asked);
        struct request request = parse(buf_str(&asked));
        struct answer answer = run(&request);
        uint64_t all = answer.all_total, total = answer.total;
        assert_true(all <= total);
        assert_int_equal(all, total_of(&request));
        answer = run(&request);
        struct ways ways = find(&request, &answer);
        assert_true(ways.count == 0 || all < WAYS_BELOW);
        few += all < WAYS_BELOW;
        none += total == 0 && ways.count == 0;
        for (size_t i = 0; i < ways.count; i++) {
            check_way(buf_str(&asked), &ways.list[i], all, total);
            assert_true(i == 0 || ways.list[i - 1].kind <= ways.list[i].kind);
            for (size_t before = 0; before < i; before++) /* each leads somewhere else */
                assert_true(request_hash(&ways.list[before].request) != request_hash(&ways.list[i].request));
            kinds[ways.list[i].kind]++;
        }
        found += ways.count;
    }
    printf("%zu requests, %zu with few hits, %zu ways, %zu without hit or way:", requests, few, found, none);
    for (int k = 0; k < WAY_KINDS; k++)
        printf(" %s %zu", way_kind_name((enum way_kind)k), kinds[k]);
    printf("\n");
    for (int k = 0; k < WAY_KINDS && requests >= REQUESTS_DEFAULT; k++)
        assert_true(kinds[k] > 0); /* the test has met each of them */
    buf_release(&asked);
}

static void the_same_question_has_the_same_ways(void **state)
{
    struct buf asked = BUF_INIT, first = BUF_INIT, second = BUF_INIT;
    (void)state;
    for (size_t n = 0; n < 200; n++) {
        arena_reset(&t.arena);
        buf_reset(&asked);
        buf_reset(&first);
        buf_reset(&second);
        random_request(&asked);
        rendered(buf_str(&asked), &first);
        rendered(buf_str(&asked), &second);
        assert_string_equal(buf_str(&first), buf_str(&second));
    }
    buf_release(&asked);
    buf_release(&first);
    buf_release(&second);
}

/* Why there is no such way. */
static void words_taken_as_typed_find_no_more(void **state)
{
    struct err err = {0};
    size_t corrected = 0;
    (void)state;
    for (size_t n = 0; n < t.query_count; n++) {
        struct request request = {.q = t.queries[n], .age = -1, .near = -1, .page = 1};
        request.q_len = strlen(request.q);
        arena_reset(&t.arena);
        struct answer answer = run(&request);
        struct request undone;
        for (size_t w = 0; answer.query && w < answer.query->word_count; w++) {
            const struct query_value as_typed = {.first = w, .words = 1};
            if (!answer.query->words[w].corrected)
                continue;
            assert_int_equal(understood_undone(&request, answer.query, &as_typed, &t.arena, &undone, &err), STATUS_OK);
            corrected++;
            if (total_of(&undone) > 0)
                fail_msg("%s: %s finds something", request.q, undone.q);
        }
        for (size_t v = 0; answer.query && v < answer.query->value_count; v++) {
            assert_int_equal(understood_undone(&request, answer.query, &answer.query->values[v], &t.arena, &undone,
                                               &err), STATUS_OK);
            if (total_of(&undone) > answer.all_total)
                fail_msg("%s: more with %s", request.q, undone.q);
        }
    }
    assert_true(corrected > 0);
}

/* ---- examples ---------------------------------------------------------------------------------------------------- */

static void areas_named_by_words_become_filters(void **state)
{
    (void)state;
    struct ways ways = ways_of("q=jumppa+torstaisin+Pertunmaa&per_page=0");
    const struct way *way = way_of_kind(&ways, WAY_NEIGHBOURS);
    assert_label(way, "Myös naapurikunnissa: Hartola, Heinola, Hirvensalmi, Joutsa, Kouvola, Mikkeli, Savitaipale");
}

static void labels_are_for_people(void **state)
{
    (void)state;
    struct ways ways = ways_of("q=tuolijooga+Hirvensalmi");
    assert_label(way_of_kind(&ways, WAY_AREA), "Koko Suomessa");
    ways = ways_of("q=vertaistuki+yksin%C3%A4isille&area=097&lang=sv");
    assert_label(way_of_kind(&ways, WAY_UNKNOWN), "Även de som inte anger område");
    assert_label(way_of_kind(&ways, WAY_NEIGHBOURS),
                 "Även i grannkommunerna: Joutsa, Kangasniemi, S:t Michel, Mäntyharju");
    assert_label(way_of_kind(&ways, WAY_AREA), "I hela Finland"); /* the region has no more than the neighbours */
    ways = ways_of("q=asdfghjk&area=491");
    assert_label(way_of_kind(&ways, WAY_WORD), "Ilman sanaa ”asdfghjk”");
    ways = ways_of("q=maalaus&audience=miehet&weekday=thu&time=evening&age=70&area=491");
    assert_label(way_of_kind(&ways, WAY_FILTERS), "Ilman rajauksia");
}

static void what_is_over_is_let_in(void **state)
{
    (void)state;
    struct ways ways = ways_of("q=sienik%C3%A4vely&area=Joensuu");
    const struct way *way = way_of_kind(&ways, WAY_PAST);
    assert_label(way, "Myös päättyneet hankkeet ja menneet tapahtumat");
    assert_true(way->request.past);
}

static void enough_hits_need_no_way(void **state)
{
    (void)state;
    struct ways ways = ways_of("q=kerho");
    assert_int_equal(ways.count, 0);
    ways = ways_of("");
    assert_int_equal(ways.count, 0);
    ways = ways_of("q=asdfghjk"); /* the whole index is no way */
    assert_int_equal(ways.count, 0);
}

static void a_deadline_gives_fewer_ways_and_no_error(void **state)
{
    struct err err = {0};
    struct ways ways;
    struct search_clock late = {t.clock.today, 1};
    (void)state;
    struct request request = parse("q=tuolijooga+Hirvensalmi");
    struct answer answer = run(&request);
    assert_int_equal(ways_find(t.corpus.searcher, &request, &answer, &late, &t.arena, &ways, &err), STATUS_OK);
    assert_int_equal(ways.count, 0);
    answer = run(&request);
    assert_true(find(&request, &answer).count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_what_it_says_and_more_than_there_is),
        cmocka_unit_test(the_same_question_has_the_same_ways),
        cmocka_unit_test(words_taken_as_typed_find_no_more),
        cmocka_unit_test(areas_named_by_words_become_filters),
        cmocka_unit_test(labels_are_for_people),
        cmocka_unit_test(what_is_over_is_let_in),
        cmocka_unit_test(enough_hits_need_no_way),
        cmocka_unit_test(a_deadline_gives_fewer_ways_and_no_error),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
