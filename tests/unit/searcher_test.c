/* What belongs to a thread and what to a generation: preparing, swapping, and the end of a search's time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar.h"
#include "search/search.h"
#include "tests/unit/corpus_index.h"

static struct {
    struct corpus_index corpus;
    struct arena arena;
    struct snapshot *other; /* the same generation, opened once more */
    int32_t today;
} t;

static struct request parse(const char *query)
{
    struct request request;
    struct request_errors errors;
    assert_int_equal(request_parse(&request, query, &t.arena, &errors, NULL), STATUS_OK);
    return request;
}

static struct answer run(struct searcher *searcher, const struct request *request, int32_t today)
{
    const struct search_clock clock = {today, 0};
    struct answer answer;
    assert_int_equal(search_run(searcher, request, &clock, &t.arena, &answer, NULL), STATUS_OK);
    return answer;
}

static void same(const struct answer *a, const struct answer *b)
{
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->past_total, b->past_total);
    assert_int_equal(a->hit_count, b->hit_count);
    for (size_t i = 0; i < a->hit_count; i++) {
        assert_int_equal(a->hits[i].row, b->hits[i].row);
        assert_true(a->hits[i].score == b->hits[i].score); /* to the bit */
        assert_int_equal(a->hits[i].next_day, b->hits[i].next_day);
    }
}

static void a_prepared_searcher_is_swapped_in_and_the_thread_keeps_its_own(void **state)
{
    (void)state;
    struct searcher *searcher = t.corpus.searcher, *prepared;
    struct analyser *analyser = searcher_analyser(searcher);
    struct request request = parse("q=vertaistuki+kahvila&per_page=50");
    struct answer before = run(searcher, &request, t.today);
    assert_true(before.hit_count > 10);
    assert_int_equal(searcher_prepare(&prepared, t.other, t.today, NULL), STATUS_OK);
    searcher_swap(searcher, prepared);
    assert_ptr_equal(searcher_snapshot(searcher), t.other);
    assert_ptr_equal(searcher_analyser(searcher), analyser);
    assert_ptr_equal(searcher_snapshot(prepared), t.corpus.snapshot);
    assert_null(searcher_analyser(prepared));
    searcher_free(prepared);
    struct answer after = run(searcher, &request, t.today);
    same(&before, &after);
}

static void what_was_prepared_for_a_day_serves_any_day(void **state)
{
    (void)state;
    struct searcher *prepared;
    struct request request = parse("q=retki&sort=next&per_page=50"), scored = parse("q=retki&per_page=50");
    for (int days = -400; days <= 400; days += 200) {
        assert_int_equal(searcher_move(t.corpus.searcher, t.other, NULL), STATUS_OK);
        struct answer by_time = run(t.corpus.searcher, &request, t.today + days);
        struct answer by_score = run(t.corpus.searcher, &scored, t.today + days);
        for (int other = -1; other <= 1; other++) {
            assert_int_equal(searcher_prepare(&prepared, t.corpus.snapshot, t.today + days + other, NULL), STATUS_OK);
            searcher_swap(t.corpus.searcher, prepared);
            searcher_free(prepared);
            struct answer again = run(t.corpus.searcher, &request, t.today + days);
            same(&by_time, &again);
            again = run(t.corpus.searcher, &scored, t.today + days);
            same(&by_score, &again);
        }
    }
}

static void what_cannot_be_opened_cannot_be_prepared(void **state)
{
    (void)state;
    struct searcher *prepared = NULL;
    struct snapshot nowhere = *t.corpus.snapshot;
    nowhere.path = "no/such/generation";
    nowhere.users = 1;
    assert_int_not_equal(searcher_prepare(&prepared, &nowhere, t.today, NULL), STATUS_OK);
    assert_null(prepared);
    assert_int_equal(nowhere.users, 1);
}

static void a_search_past_its_deadline_is_not_begun(void **state)
{
    (void)state;
    const struct search_clock late = {t.today, 1}, none = {t.today, 0};
    struct request all = parse(""), words = parse("q=vertaistuki");
    struct answer answer;
    struct err err = {0};
    uint64_t total;
    assert_int_equal(search_clock_check(&none, NULL), STATUS_OK);
    assert_int_equal(search_clock_check(&late, &err), STATUS_TIMEOUT);
    for (int i = 0; i < 2; i++) {
        struct request *request = i ? &words : &all;
        assert_int_equal(search_run(t.corpus.searcher, request, &late, &t.arena, &answer, NULL), STATUS_TIMEOUT);
        assert_int_equal(search_total(t.corpus.searcher, request, &late, &t.arena, &total, NULL), STATUS_TIMEOUT);
        assert_int_equal(search_total(t.corpus.searcher, request, &none, &t.arena, &total, NULL), STATUS_OK);
        assert_true(run(t.corpus.searcher, request, t.today).total > 0); /* and goes on */
    }
}

static int setup(void **state)
{
    (void)state;
    if (!corpus_index_open(&t.corpus) || !day_parse("2026-12-01", 10, &t.today))
        return -1;
    return snapshot_open(&t.other, t.corpus.dir, t.corpus.snapshot->number, 1 << 20, NULL) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&t.arena);
    snapshot_release(t.other);
    corpus_index_close(&t.corpus);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prepared_searcher_is_swapped_in_and_the_thread_keeps_its_own),
        cmocka_unit_test(what_was_prepared_for_a_day_serves_any_day),
        cmocka_unit_test(what_cannot_be_opened_cannot_be_prepared),
        cmocka_unit_test(a_search_past_its_deadline_is_not_begun),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
