/* The search finds, counts and orders exactly what a naive reading of every record says (oracle.h).
 *
 *   OPASTIN_SEED      of the random requests; printed, so that a failure can be had again
 *   OPASTIN_REQUESTS  how many against the corpus; a fifth as many against the larger index of shuffled records
 *   OPASTIN_RECORDS   how many those are, about
 *   OPASTIN_COUNTING  the variant that bits are counted by (docset_use()) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <time.h>

#include "calendar.h"
#include "oracle_index.h"
#include "search/guide.h"

enum {
    REQUESTS_DEFAULT = 5000,
    SHUFFLED_RECORDS = 5000,
    SHUFFLED_FEW = 800, /* when fewer requests than by default are asked for: under a sanitizer */
    DIFFERENCES_SHOWN = 20,
    WALK_PERCENT = 5, /* of requests are also walked through by cursor */
    WALK_PAGES = 40,
    THREADS = 4,
};

static struct {
    uint64_t seed;
    size_t requests, shuffled_records;
    struct oracle_index corpus, shuffled;
    struct oracle_pool corpus_words, shuffled_words, client_words;
    struct guides *guides;
    struct arena arena;
} t;

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- differences ------------------------------------------------------------------------------------------------ */

/* The request being compared, and what differs so far. */
static struct {
    const struct oracle_asked *asked;
    const struct oracle_index *index;
    uint32_t uncounted; /* of the request */
    size_t found;
} difference;

static void differ(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void differ(const char *format, ...)
{
    char date[CALENDAR_DATE_BYTES];
    if (difference.found++ >= DIFFERENCES_SHOWN)
        return;
    day_format(difference.index->world.today[difference.asked->today], date);
    fprintf(stderr, "DIFFERENCE on %s: ?%s\n    q \"%s\": ", date, difference.asked->query_string,
            difference.asked->q);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static void same_number(const char *what, uint64_t search, uint64_t oracle)
{
    if (search != oracle)
        differ("%s: search %llu, oracle %llu", what, (unsigned long long)search, (unsigned long long)oracle);
}

static void same_counts(const struct answer *answer, const struct oracle_answer *expected)
{
    for (int f = 0; f < FACET_COUNT; f++) {
        const struct facet_count *search = &answer->facets[f];
        const struct oracle_count *oracle = &expected->facets[f];
        const char *name = facet_name((enum facet)f);
        bool counted = f != FACET_AGE && f != FACET_NEAR && f != FACET_DATE;
        if (difference.uncounted >> f & 1) {
            same_number("of a facet that was not asked for", search->counts || search->unknown || search->base, false);
            continue;
        }
        for (size_t v = 0; counted && v < vocab_size(facet_vocab((enum facet)f)); v++)
            if (search->counts[v] != oracle->counts[v])
                differ("facet %s, value %s: search %u, oracle %llu", name,
                       vocab_entry(facet_vocab((enum facet)f), v)->code, search->counts[v],
                       (unsigned long long)oracle->counts[v]);
        if (search->unknown != oracle->unknown)
            differ("facet %s, unknown: search %llu, oracle %llu", name, (unsigned long long)search->unknown,
                   (unsigned long long)oracle->unknown);
        if (search->base != oracle->base)
            differ("facet %s, base: search %llu, oracle %llu", name, (unsigned long long)search->base,
                   (unsigned long long)oracle->base);
    }
}

static const char *id_of(uint32_t record)
{
    return record < difference.index->world.count ? difference.index->world.facts[record].record->id : "(no row)";
}

/* Distances are ordered by whole metres, positions are kept in single precision (0.4 m), and search and oracle compute
 * in different ways: two records that stand a metre from each other may be a tie for one and not for the other. */
static bool distances_tie(const struct hit *hit, const struct oracle_hit *oracle)
{
    return difference.asked->sort == SORT_DISTANCE && fabs(hit->distance_km - oracle->km) < 0.0015;
}

/* Scores are sums in single precision, of the same parts in another order: two records whose scores differ by a
 * rounding may change places.  Then each must have the score that the oracle gives it. */
static bool scores_tie(const struct hit *hit, const struct oracle_hit *oracle, const struct oracle_answer *expected)
{
    if (difference.asked->sort != SORT_RELEVANCE || fabsf(hit->score - oracle->score) > 1e-6f * oracle->score)
        return false;
    for (size_t i = 0; i < expected->total; i++)
        if (expected->hits[i].record == hit->row)
            return fabsf(hit->score - expected->hits[i].score) <= 1e-6f * hit->score;
    return false;
}

static void same_hit(const struct hit *hit, const struct oracle_hit *oracle, size_t place,
                     const struct oracle_answer *expected)
{
    const struct oracle_facts *f = &difference.index->world.facts[oracle->record];
    const struct oracle_asked *asked = difference.asked;
    const struct oracle_occurrence next = oracle_next_asked(f, asked, difference.index->world.today[asked->today]);
    if (hit->row != oracle->record && (distances_tie(hit, oracle) || scores_tie(hit, oracle, expected)))
        return;
    if (hit->row != oracle->record) {
        differ("hit %zu: search %s (score %.9g, %.9f km), oracle %s (score %.9g, %.9f km)", place, id_of(hit->row),
               hit->score, hit->distance_km, f->record->id, oracle->score, oracle->km);
        return;
    }
    bool scored = difference.asked->sort == SORT_RELEVANCE; /* else nothing needs it */
    if (scored && fabsf(hit->score - oracle->score) > 1e-5f * oracle->score)
        differ("score of %s: search %.9g, oracle %.9g", f->record->id, hit->score, oracle->score);
    same_number("missing words", hit->missing, oracle->missing);
    if (isnan(hit->distance_km) != isnan(oracle->km) || fabs(hit->distance_km - oracle->km) > 0.001)
        differ("distance of %s: search %.6f km, oracle %.6f km", f->record->id, hit->distance_km, oracle->km);
    if (hit->distance_centre != oracle->centre)
        differ("distance of %s is from a centre: search %d, oracle %d", f->record->id, hit->distance_centre,
               oracle->centre);
    if (hit->next_day != next.day || hit->next_from != next.from || hit->next_to != next.to)
        differ("next occurrence of %s: search day %d %d-%d, oracle day %d %d-%d", f->record->id, hit->next_day,
               hit->next_from, hit->next_to, next.day, next.from, next.to);
}

static void same_page(const struct answer *answer, const struct oracle_answer *expected, uint64_t first,
                      unsigned per_page)
{
    uint64_t before = first < expected->total ? first : expected->total;
    uint64_t here = expected->total - before < per_page ? expected->total - before : per_page;
    same_number("hits before the page", answer->before, before);
    same_number("hits on the page", answer->hit_count, here);
    same_number("more pages", answer->more, here > 0 && before + here < expected->total);
    for (size_t i = 0; i < answer->hit_count && i < here; i++)
        same_hit(&answer->hits[i], &expected->hits[before + i], before + i, expected);
}

static void same_answer(const struct answer *answer, const struct oracle_answer *expected,
                        const struct oracle_asked *asked)
{
    same_number("total", answer->total, expected->total);
    same_number("past total", answer->past_total, expected->past_total);
    same_number("words required", answer->required, expected->required);
    same_counts(answer, expected);
    same_page(answer, expected, (uint64_t)(asked->page - 1) * asked->per_page, asked->per_page);
}

/* ---- one request ------------------------------------------------------------------------------------------------ */

static bool parse(const char *query_string, struct request *request)
{
    struct request_errors errors;
    struct err err = {0};
    if (request_parse(request, query_string, &t.arena, &errors, &err) == STATUS_OK)
        return true;
    differ("refused: %s", err.message);
    return false;
}

static bool run(struct searcher *searcher, const struct request *request, int32_t today, struct answer *answer)
{
    struct err err = {0};
    struct search_clock clock = {today, 0};
    uint64_t total;
    if (search_total(searcher, request, &clock, &t.arena, &total, &err) != STATUS_OK ||
        search_run(searcher, request, &clock, &t.arena, answer, &err) != STATUS_OK) {
        differ("failed: %s", err.message);
        return false;
    }
    same_number("total, counted alone", total, answer->all_total);
    return true;
}

/* From the first page to the last by cursors that went through their text: every hit once, in order. */
static void walk(const struct oracle_index *index, const struct request *first, int32_t today,
                 const struct oracle_answer *expected)
{
    struct buf string = BUF_INIT;
    struct request request = *first;
    struct answer answer = {0};
    uint64_t at = 0;
    request.page = 1;
    request.per_page = (unsigned)(first->per_page + expected->total / WALK_PAGES + 1);
    if (request.per_page > REQUEST_PER_PAGE_MOST)
        request.per_page = REQUEST_PER_PAGE_MOST;
    while (run(index->searcher, &request, today, &answer)) {
        same_page(&answer, expected, at, request.per_page);
        at += answer.hit_count;
        if (!answer.more)
            break;
        buf_reset(&string);
        struct request next = request;
        next.cursor = answer.next;
        request_write(&next, true, &string);
        if (!parse(buf_str(&string), &request))
            break;
    }
    same_number("hits of the whole walk", at, expected->total);
    buf_release(&string);
}

/* The canonical string means the same request. */
static void same_canonical(const struct request *request)
{
    struct buf once = BUF_INIT, twice = BUF_INIT;
    struct request again;
    request_write(request, true, &once);
    if (parse(buf_str(&once), &again)) {
        request_write(&again, true, &twice);
        if (strcmp(buf_str(&once), buf_str(&twice)) != 0)
            differ("canonical \"%s\", and of that \"%s\"", buf_str(&once), buf_str(&twice));
        if (request_hash(request) != request_hash(&again))
            differ("canonical \"%s\" has another hash", buf_str(&once));
    }
    buf_release(&once);
    buf_release(&twice);
}

/* Every third search asks for some of the facets alone. */
static uint32_t left_out(const struct request *request)
{
    uint64_t chance = request_hash(request);
    return chance % 3 ? 0 : (uint32_t)(chance >> 32) & ((1u << FACET_COUNT) - 1);
}

static void compare(struct oracle_index *index, const struct oracle_asked *asked, bool walked)
{
    struct request request;
    struct answer answer;
    struct oracle_answer *expected = calloc(1, sizeof *expected);
    int32_t today = index->world.today[asked->today];
    difference.asked = asked;
    difference.index = index;
    arena_reset(&t.arena);
    bool parsed = parse(asked->query_string, &request);
    if (parsed)
        difference.uncounted = request.uncounted = left_out(&request);
    if (parsed && run(index->searcher, &request, today, &answer)) {
        oracle_answer(&index->world, asked, expected);
        same_answer(&answer, expected, asked);
        same_canonical(&request);
        if (walked)
            walk(index, &request, today, expected);
        oracle_answer_release(expected);
    }
    difference.uncounted = 0;
    free(expected);
}

/* ---- with synonyms, corrections and what words name ---------------------------------------------------------- */

/* A hit by relevance, whose place depends on scores that the oracle does not have. */
static void same_member(const struct hit *hit, const struct oracle_answer *expected)
{
    for (uint64_t i = 0; i < expected->total; i++) {
        if (expected->hits[i].record != hit->row)
            continue;
        same_number("missing words", hit->missing, expected->hits[i].missing);
        return;
    }
    differ("search finds %s, the oracle does not", id_of(hit->row));
}

static void same_hits(const struct answer *answer, const struct oracle_answer *expected,
                      const struct oracle_asked *asked)
{
    if (asked->sort == SORT_RELEVANCE) {
        for (size_t i = 0; i < answer->hit_count; i++)
            same_member(&answer->hits[i], expected);
        return;
    }
    for (uint64_t i = 0; i < answer->hit_count && answer->before + i < expected->total; i++)
        expected->hits[answer->before + i].score = answer->hits[i].score;
    same_page(answer, expected, (uint64_t)(asked->page - 1) * asked->per_page, asked->per_page);
}

/* What the guide did to a query. */
struct guided {
    size_t alternatives, widened, values, meeting, optional, corrected;
};

static void tally_query(const struct query *query, struct guided *tally)
{
    if (!query)
        return;
    tally->alternatives += query->alternative_count;
    tally->values += query->value_count;
    for (size_t v = 0; v < query->value_count; v++)
        tally->meeting += query->values[v].meets;
    for (size_t w = 0; w < query->word_count; w++) {
        tally->widened += query->words[w].whole.weight[LANE_WIDE] > 0;
        tally->optional += query->words[w].optional;
        tally->corrected += query->words[w].corrected != NULL;
    }
}

static void compare_guided(struct oracle_index *index, const struct oracle_asked *asked, struct guided *tally)
{
    struct request request;
    struct answer answer;
    struct oracle_answer *expected = calloc(1, sizeof *expected);
    difference.asked = asked;
    difference.index = index;
    arena_reset(&t.arena);
    if (parse(asked->query_string, &request) &&
        run(index->searcher, &request, index->world.today[asked->today], &answer)) {
        oracle_answer_query(&index->world, asked, answer.query, expected);
        tally_query(answer.query, tally);
        same_number("total", answer.total, expected->total);
        same_number("past total", answer.past_total, expected->past_total);
        same_number("words wanted", answer.wanted, expected->words);
        same_number("words required", answer.required, expected->required);
        same_counts(&answer, expected);
        same_hits(&answer, expected, asked);
        oracle_answer_release(expected);
    }
    free(expected);
}

/* The corpus's words, and among each handful of them one that clients say. */
static void fill_client_words(void)
{
    static const char *const said[] = {
        "haluaisin", "etsin", "missä on", "joku", "tekemistä", "torstaisin", "viikonloppuna", "iltaisin", "maksuton",
        "ilmaista", "70-vuotiaalle", "venäjäksi", "sopiva", "yksinäinen vanhus", "ystävätoiminta", "vertaistuki",
        "eläkkeelle jäänyt", "jumppaa", "muistella", "keskustelu", "helsinkiläisille", "00100", "eronnut", "opetus",
    };
    oracle_pool_fill(&t.client_words, &t.corpus.world);
    for (size_t i = 0, count = t.client_words.count / 4; i < count; i++)
        oracle_pool_add(&t.client_words, said[i % (sizeof said / sizeof *said)],
                        strlen(said[i % (sizeof said / sizeof *said)]));
}

static void random_requests_with_a_guide_find_what_their_queries_ask_for(void **state)
{
    (void)state;
    struct oracle_random random = {t.seed + 4};
    struct oracle_asked *asked = malloc(sizeof *asked);
    struct guide *guide = guides_hold(t.guides);
    struct guided tally = {0};
    difference.found = 0;
    searcher_guide(t.corpus.searcher, guide);
    for (size_t i = 0; i < t.requests / 2 && difference.found < DIFFERENCES_SHOWN; i++) {
        oracle_ask(&t.corpus.world, &t.client_words, &random, asked);
        compare_guided(&t.corpus, asked, &tally);
    }
    searcher_guide(t.corpus.searcher, NULL);
    guide_release(guide);
    free(asked);
    printf("figure: oracle with a guide: %zu requests, %zu alternatives, %zu words widened, %zu values (%zu as good "
           "as the words), %zu words optional, %zu corrected\n", t.requests / 2, tally.alternatives, tally.widened,
           tally.values, tally.meeting, tally.optional, tally.corrected);
    assert_int_equal(difference.found, 0);
    size_t enough = t.requests / 50;
    assert_true(tally.alternatives > enough && tally.widened > enough && tally.meeting > enough);
    assert_true(tally.values > tally.meeting + enough && tally.optional > enough && tally.corrected > enough);
}

/* What kinds of request came by: a comparison of empty answers proves nothing. */
struct tally {
    size_t requests, with_hits, relaxed, with_past, walks;
    uint64_t hits;
};

static void compare_many(struct oracle_index *index, const struct oracle_pool *pool, size_t count, uint64_t seed,
                         const char *name)
{
    struct oracle_random random = {seed};
    struct oracle_asked *asked = malloc(sizeof *asked);
    double began = seconds_now();
    size_t walks = 0;
    difference.found = 0;
    printf("%s: OPASTIN_SEED=%llu\n", name, (unsigned long long)seed);
    for (size_t i = 0; i < count && difference.found < DIFFERENCES_SHOWN; i++) {
        bool walked = oracle_chance(&random, WALK_PERCENT);
        walks += walked;
        oracle_ask(&index->world, pool, &random, asked);
        compare(index, asked, walked);
    }
    printf("figure: oracle, %s: %zu records, %zu requests (%zu walked through) in %.1f s\n", name, index->world.count,
           count, walks, seconds_now() - began);
    free(asked);
    assert_int_equal(difference.found, 0);
}

static void random_requests_on_the_corpus_are_answered_as_the_oracle_says(void **state)
{
    (void)state;
    compare_many(&t.corpus, &t.corpus_words, t.requests, t.seed, "corpus");
}

static void random_requests_on_shuffled_records_are_answered_as_the_oracle_says(void **state)
{
    (void)state;
    compare_many(&t.shuffled, &t.shuffled_words, t.requests / 5, t.seed + 1, "shuffled");
}

/* ---- the random requests are worth something -------------------------------------------------------------------- */

static void random_requests_reach_what_they_are_to_test(void **state)
{
    (void)state;
    struct oracle_random random = {t.seed};
    struct oracle_asked *asked = malloc(sizeof *asked);
    struct oracle_answer *answer = calloc(1, sizeof *answer);
    struct tally tally = {0};
    size_t facets[FACET_COUNT] = {0}, sorts[SORT_COUNT] = {0}, unknowns = 0;
    for (size_t i = 0; i < 500; i++) {
        oracle_ask(&t.corpus.world, &t.corpus_words, &random, asked);
        oracle_answer(&t.corpus.world, asked, answer);
        tally.with_hits += answer->total > 0;
        tally.relaxed += answer->required < answer->words;
        tally.with_past += answer->past_total > 0;
        tally.hits += answer->total;
        sorts[asked->sort]++;
        for (int f = 0; f < FACET_COUNT; f++) {
            facets[f] += f < FACET_LISTED && asked->selected_count[f] > 0;
            unknowns += asked->unknown[f];
        }
        facets[FACET_AGE] += asked->age >= 0;
        facets[FACET_NEAR] += asked->near >= 0;
        facets[FACET_DATE] += asked->date != DAY_UNKNOWN || asked->until != DAY_UNKNOWN;
        facets[FACET_WEEKDAY] += memchr(asked->weekday, 1, sizeof asked->weekday) != NULL;
        facets[FACET_TIME] += memchr(asked->time, 1, sizeof asked->time) != NULL;
        oracle_answer_release(answer);
    }
    printf("figure: of 500 random requests %zu find something (%.0f records on average), %zu are relaxed, "
           "%zu have past hits\n",
           tally.with_hits, (double)tally.hits / (double)tally.with_hits, tally.relaxed, tally.with_past);
    assert_in_range(tally.with_hits, 200, 500);
    assert_true(tally.relaxed > 20 && tally.with_past > 20 && unknowns > 100);
    for (int f = 0; f < FACET_COUNT; f++)
        assert_true(facets[f] > 20);
    for (int s = 0; s < SORT_COUNT; s++)
        assert_true(sorts[s] > 20);
    free(answer);
    free(asked);
}

/* ---- both ways of counting -------------------------------------------------------------------------------------- */

static void count_with_cost(double cost, const char *name)
{
    double kept[FACET_LISTED];
    memcpy(kept, t.shuffled.snapshot->values_cost, sizeof kept);
    for (int f = 0; f < FACET_LISTED; f++)
        t.shuffled.snapshot->values_cost[f] = cost;
    compare_many(&t.shuffled, &t.shuffled_words, t.requests / 25, t.seed + 2, name);
    memcpy(t.shuffled.snapshot->values_cost, kept, sizeof kept);
}

static void counting_through_columns_gives_the_counts(void **state)
{
    (void)state;
    count_with_cost(1e18, "counted through columns");
}

static void counting_through_sets_of_values_gives_the_counts(void **state)
{
    (void)state;
    count_with_cost(0, "counted through sets");
}

static void the_larger_index_has_bitmaps_and_lists_of_values_and_postings(void **state)
{
    (void)state;
    const struct snapshot *s = t.shuffled.snapshot;
    size_t bitmaps = 0, lists = 0;
    for (uint16_t v = 0; v < facet_ordinals(); v++) {
        bitmaps += s->values[v].set.words != NULL;
        lists += s->values[v].set.words == NULL && s->values[v].count > 0;
    }
    assert_true(s->columns.count > t.shuffled_records / 2);
    assert_true(bitmaps > 50 && lists > 50);
}

/* ---- threads on one snapshot ------------------------------------------------------------------------------------ */

struct thread_work {
    struct snapshot *snapshot;
    const struct oracle_asked *asked;
    size_t count, first;
    const uint64_t *expected;
    size_t wrong;
};

/* One number for all that an answer says. */
static uint64_t digest(const struct answer *answer)
{
    uint64_t sum = answer->total * 31 + answer->past_total;
    for (size_t i = 0; i < answer->hit_count; i++)
        sum = sum * 1000003 + answer->hits[i].row * 7 + answer->hits[i].key.high;
    for (int f = 0; f < FACET_COUNT; f++) {
        sum = sum * 1000003 + answer->facets[f].unknown;
        for (size_t v = 0; answer->facets[f].counts && v < vocab_size(facet_vocab((enum facet)f)); v++)
            sum = sum * 31 + answer->facets[f].counts[v];
    }
    return sum;
}

static uint64_t ask_once(struct searcher *searcher, struct arena *arena, const struct oracle_asked *asked)
{
    struct request request;
    struct request_errors errors;
    struct answer answer;
    struct search_clock clock = {t.corpus.world.today[asked->today], 0};
    arena_reset(arena);
    if (request_parse(&request, asked->query_string, arena, &errors, NULL) != STATUS_OK ||
        search_run(searcher, &request, &clock, arena, &answer, NULL) != STATUS_OK)
        return 0;
    return digest(&answer);
}

static void *search_all(void *context)
{
    struct thread_work *work = context;
    struct searcher *searcher;
    struct arena arena = ARENA_INIT;
    if (searcher_open(&searcher, work->snapshot, NULL) != STATUS_OK) {
        work->wrong = SIZE_MAX;
        return NULL;
    }
    for (size_t i = 0; i < work->count; i++) {
        size_t at = (work->first + i) % work->count;
        work->wrong += ask_once(searcher, &arena, &work->asked[at]) != work->expected[at];
    }
    searcher_free(searcher);
    arena_release(&arena);
    return NULL;
}

static void threads_on_one_snapshot_with_a_small_cache_find_the_same(void **state)
{
    (void)state;
    enum { COUNT = 100, SMALL_CACHE = 20000 };
    struct oracle_asked *asked = calloc(COUNT, sizeof *asked);
    uint64_t expected[COUNT];
    struct oracle_random random = {t.seed + 3};
    struct thread_work work[THREADS];
    pthread_t threads[THREADS];
    struct snapshot *snapshot;
    for (size_t i = 0; i < COUNT; i++) {
        oracle_ask(&t.corpus.world, &t.corpus_words, &random, &asked[i]);
        expected[i] = ask_once(t.corpus.searcher, &t.arena, &asked[i]);
    }
    uint32_t number = t.corpus.snapshot->number;
    assert_int_equal(snapshot_open(&snapshot, t.corpus.folder, number, SMALL_CACHE, NULL), STATUS_OK);
    for (size_t i = 0; i < THREADS; i++) {
        work[i] = (struct thread_work){snapshot, asked, COUNT, i * COUNT / THREADS, expected, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, search_all, &work[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(work[i].wrong, 0);
    }
    struct postings_stats stats = postings_cache_stats(snapshot->postings);
    assert_true(stats.bytes <= SMALL_CACHE && stats.evictions > 0);
    snapshot_release(snapshot);
    free(asked);
}

/* ---- what a search refuses -------------------------------------------------------------------------------------- */

static enum status search(const char *query_string, int32_t today, int64_t deadline_us, struct answer *answer)
{
    struct request request;
    struct request_errors errors;
    struct search_clock clock = {today, deadline_us};
    assert_int_equal(request_parse(&request, query_string, &t.arena, &errors, NULL), STATUS_OK);
    return search_run(t.corpus.searcher, &request, &clock, &t.arena, answer, NULL);
}

static char *with_cursor(const char *query_string, const struct cursor *cursor)
{
    struct buf string = BUF_INIT;
    buf_addf(&string, "%s&cursor=", query_string);
    cursor_write(cursor, &string);
    return string.data;
}

static void a_cursor_is_good_for_its_search_its_index_and_its_day_only(void **state)
{
    (void)state;
    struct answer answer;
    int32_t today = t.corpus.world.today[0];
    assert_int_equal(search("kind=activity&per_page=3", today, 0, &answer), STATUS_OK);
    assert_true(answer.more);
    struct cursor cursor = answer.next, other = cursor;
    char *good = with_cursor("kind=activity&per_page=3", &cursor);
    char *bigger = with_cursor("kind=activity&per_page=50&lang=sv&explain=1", &cursor);
    char *sorted = with_cursor("kind=activity&per_page=3&sort=name", &cursor);
    char *another = with_cursor("kind=event&per_page=3", &cursor);
    other.generation++;
    char *rebuilt = with_cursor("kind=activity&per_page=3", &other);
    assert_int_equal(search(good, today, 0, &answer), STATUS_OK);
    assert_int_equal(answer.before, 3);
    assert_int_equal(search(bigger, today, 0, &answer), STATUS_OK);
    assert_int_equal(search(sorted, today, 0, &answer), STATUS_INVALID);
    assert_int_equal(search(another, today, 0, &answer), STATUS_INVALID);
    assert_int_equal(search(rebuilt, today, 0, &answer), STATUS_STALE);
    assert_int_equal(search(good, today + 1, 0, &answer), STATUS_STALE);
    free(good);
    free(bigger);
    free(sorted);
    free(another);
    free(rebuilt);
}

static void a_deadline_that_has_passed_ends_the_search_and_the_next_one_runs(void **state)
{
    (void)state;
    struct answer answer;
    int32_t today = t.corpus.world.today[0];
    uint64_t later = (uint64_t)(seconds_now() * 1e6) + 60000000;
    assert_int_equal(search("q=jumppa+kahvit", today, 1, &answer), STATUS_TIMEOUT);
    assert_int_equal(search("area=491", today, 1, &answer), STATUS_TIMEOUT);
    assert_int_equal(search("q=jumppa+kahvit", today, (int64_t)later, &answer), STATUS_OK);
    assert_true(answer.total > 0);
}

static enum status search_words(const char *filters, int words, struct answer *answer)
{
    struct buf string = BUF_INIT;
    buf_addf(&string, "%sq=jumppa", filters);
    for (int i = 1; i < words; i++)
        buf_addf(&string, "+sana%d", i);
    enum status status = search(string.data, t.corpus.world.today[0], 0, answer);
    buf_release(&string);
    return status;
}

/* The most that may be asked for at once: words that are relaxed, and every filter. */
static void the_most_words_and_all_filters_are_searched_and_one_word_more_is_refused(void **state)
{
    (void)state;
    static const char filters[] =
        "include_unknown=1&near=491&radius=1500&age=70&weekday=mon&time=morning&area=491&area=297&kind=activity"
        "&audience=ikaihmiset&theme=liikunta&language=fi&free=1&form=group&accessible=lift&threshold=drop-in&";
    struct answer answer;
    assert_int_equal(search_words("", REQUEST_QUERY_WORDS, &answer), STATUS_OK);
    assert_true(answer.total > 0);
    assert_int_equal(answer.wanted, REQUEST_QUERY_WORDS);
    assert_int_equal(answer.required, 1);
    assert_int_equal(search_words(filters, REQUEST_QUERY_WORDS, &answer), STATUS_OK);
    assert_int_equal(answer.required, answer.total ? 1 : REQUEST_QUERY_WORDS);
    assert_int_equal(search_words("", REQUEST_QUERY_WORDS + 1, &answer), STATUS_LIMIT);
    assert_int_equal(search_words(filters, REQUEST_QUERY_WORDS + 1, &answer), STATUS_LIMIT);
}

static void a_searcher_moves_to_a_new_snapshot_and_stays_when_it_cannot(void **state)
{
    (void)state;
    struct snapshot *early;
    struct searcher *searcher;
    struct answer answer;
    struct request request;
    struct request_errors errors;
    struct search_clock clock = {t.corpus.world.today[0], 0};
    assert_int_equal(snapshot_open(&early, t.corpus.folder, t.corpus.snapshot->number - 1, 0, NULL), STATUS_OK);
    assert_int_equal(searcher_open(&searcher, early, NULL), STATUS_OK);
    assert_int_equal(request_parse(&request, "past=1&per_page=1", &t.arena, &errors, NULL), STATUS_OK);
    assert_int_equal(search_run(searcher, &request, &clock, &t.arena, &answer, NULL), STATUS_OK);
    uint64_t few = answer.total;
    assert_int_equal(searcher_move(searcher, t.corpus.snapshot, NULL), STATUS_OK);
    snapshot_release(early);
    assert_int_equal(search_run(searcher, &request, &clock, &t.arena, &answer, NULL), STATUS_OK);
    assert_true(answer.total > few);
    struct snapshot nowhere = *t.corpus.snapshot;
    nowhere.path = "no/such/generation";
    nowhere.users = 1;
    assert_int_not_equal(searcher_move(searcher, &nowhere, NULL), STATUS_OK);
    assert_int_equal(nowhere.users, 1);
    assert_int_equal(search_run(searcher, &request, &clock, &t.arena, &answer, NULL), STATUS_OK);
    assert_true(answer.total > few);
    searcher_free(searcher);
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

/* The shuffled records, the first tenth in a file of its own. */
static void make_shuffled(const int32_t today[ORACLE_TODAYS])
{
    struct oracle_random random = {t.seed};
    char *folder = files_folder(), *whole = files_path(folder, "whole.jsonl");
    char *head = files_path(folder, "a.jsonl"), *tail = files_path(folder, "b.jsonl");
    size_t len;
    oracle_write_shuffled(&t.corpus.world, &random, t.shuffled_records, whole);
    char *text = files_read(whole, &len), *cut = strchr(text + len / 10, '\n') + 1;
    files_write(head, text, (size_t)(cut - text));
    files_write(tail, cut, len - (size_t)(cut - text));
    oracle_index_make(&t.shuffled, (const char *const[]){head, tail}, 2, 1, today);
    free(text);
    free(whole);
    free(head);
    free(tail);
    files_remove(folder);
    free(folder);
}

static int set_up(void **state)
{
    (void)state;
    const char *seed = getenv("OPASTIN_SEED"), *requests = getenv("OPASTIN_REQUESTS");
    const char *records = getenv("OPASTIN_RECORDS"), *counting = getenv("OPASTIN_COUNTING");
    int32_t today[ORACLE_TODAYS] = {day_from_date(2026, 9, 15), day_from_date(2026, 12, 24), day_from_date(2027, 6, 1)};
    size_t count;
    double began = seconds_now();
    t.seed = seed && *seed ? strtoull(seed, NULL, 10) : 20260915;
    t.requests = requests && *requests ? strtoull(requests, NULL, 10) : REQUESTS_DEFAULT;
    t.shuffled_records = records && *records ? strtoull(records, NULL, 10)
                         : t.requests < REQUESTS_DEFAULT ? SHUFFLED_FEW : SHUFFLED_RECORDS;
    if (counting && *counting && !docset_use(counting)) {
        printf("OPASTIN_COUNTING: this processor cannot count by %s\n", counting);
        return 1;
    }
    char **paths = oracle_corpus(&count);
    oracle_index_make(&t.corpus, (const char *const *)paths, count, count / 2, today);
    oracle_corpus_free(paths, count);
    oracle_pool_fill(&t.corpus_words, &t.corpus.world);
    fill_client_words();
    make_shuffled(today);
    assert_int_equal(guides_open(&t.guides, NULL, NULL), STATUS_OK);
    oracle_pool_fill(&t.shuffled_words, &t.shuffled.world);
    printf("figure: oracle: indexes of %zu and %zu records made in %.1f s\n", t.corpus.world.count,
           t.shuffled.world.count, seconds_now() - began);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    oracle_pool_release(&t.corpus_words);
    oracle_pool_release(&t.shuffled_words);
    oracle_pool_release(&t.client_words);
    oracle_index_release(&t.corpus);
    oracle_index_release(&t.shuffled);
    guides_free(t.guides);
    arena_release(&t.arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_requests_reach_what_they_are_to_test),
        cmocka_unit_test(random_requests_on_the_corpus_are_answered_as_the_oracle_says),
        cmocka_unit_test(random_requests_on_shuffled_records_are_answered_as_the_oracle_says),
        cmocka_unit_test(random_requests_with_a_guide_find_what_their_queries_ask_for),
        cmocka_unit_test(counting_through_columns_gives_the_counts),
        cmocka_unit_test(counting_through_sets_of_values_gives_the_counts),
        cmocka_unit_test(the_larger_index_has_bitmaps_and_lists_of_values_and_postings),
        cmocka_unit_test(threads_on_one_snapshot_with_a_small_cache_find_the_same),
        cmocka_unit_test(a_cursor_is_good_for_its_search_its_index_and_its_day_only),
        cmocka_unit_test(a_deadline_that_has_passed_ends_the_search_and_the_next_one_runs),
        cmocka_unit_test(the_most_words_and_all_filters_are_searched_and_one_word_more_is_refused),
        cmocka_unit_test(a_searcher_moves_to_a_new_snapshot_and_stays_when_it_cannot),
    };
    return cmocka_run_group_tests_name("search", tests, set_up, tear_down);
}
