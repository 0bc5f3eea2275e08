/* Buckets against a simple model: a number of tokens that grows with time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "searchd/bucket.h"

enum { CLIENTS = 40, STEPS = 200000 };

static uint64_t random_state = 42;

static uint64_t next_random(uint64_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % below;
}

/* A token is each_us parts; all of it in whole numbers, so nothing is rounded. */
struct model {
    int64_t parts, at_us;
};

static bool model_take(struct model *m, const struct bucket_rate *rate, int64_t now_us)
{
    m->parts += now_us - m->at_us;
    if (m->parts > rate->burst * rate->each_us)
        m->parts = rate->burst * rate->each_us;
    m->at_us = now_us;
    if (m->parts < rate->each_us)
        return false;
    m->parts -= rate->each_us;
    return true;
}

static struct buckets *new_buckets(void)
{
    struct buckets *buckets;
    assert_int_equal(buckets_new(&buckets, NULL), STATUS_OK);
    return buckets;
}

static void buckets_do_what_counted_tokens_do(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct buckets *buckets = new_buckets();
        struct bucket_rate rate = {1 + (int64_t)next_random(round % 2 ? 3000000 : 5000), 1 + (int64_t)next_random(30)};
        struct model models[CLIENTS];
        int64_t now_us = 1 + (int64_t)next_random(1000000);
        int refused = 0;
        for (int i = 0; i < CLIENTS; i++)
            models[i] = (struct model){rate.burst * rate.each_us, now_us};
        for (int step = 0; step < STEPS / 20; step++) {
            size_t client = next_random(CLIENTS);
            now_us += (int64_t)next_random((uint64_t)(rate.each_us * 2 / CLIENTS + 2));
            uint64_t who = (client + 1) * 0x9E3779B97F4A7C15u;
            struct bucket_state got = buckets_take(buckets, who, &rate, now_us);
            bool wanted = model_take(&models[client], &rate, now_us);
            assert_int_equal(got.taken, wanted);
            assert_int_equal(got.left, models[client].parts / rate.each_us);
            assert_int_equal(got.full_us, rate.burst * rate.each_us - models[client].parts);
            assert_int_equal(got.wait_us, models[client].parts >= rate.each_us ? 0
                                                                                : rate.each_us - models[client].parts);
            refused += !got.taken;
        }
        assert_true(refused > 0);
        buckets_free(buckets);
    }
}

static void after_the_wait_that_is_told_there_is_a_token(void **state)
{
    const struct bucket_rate rate = {100000, 3};
    struct buckets *buckets = new_buckets();
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_true(buckets_take(buckets, 7, &rate, 1000).taken);
    struct bucket_state refused = buckets_take(buckets, 7, &rate, 1000);
    assert_false(refused.taken);
    assert_int_equal(refused.wait_us, 100000);
    assert_false(buckets_take(buckets, 7, &rate, 1000 + refused.wait_us - 1).taken);
    assert_true(buckets_take(buckets, 7, &rate, 1000 + refused.wait_us).taken);
    buckets_free(buckets);
}

/* More clients than there is room for, all in one set: whoever asks most stays limited. */
static void who_asks_most_is_forgotten_last(void **state)
{
    const struct bucket_rate rate = {1000000, 5};
    struct buckets *buckets = new_buckets();
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_true(buckets_take(buckets, BUCKET_SETS, &rate, 1).taken);
    for (uint64_t i = 2; i < 1000; i++) {
        assert_true(buckets_take(buckets, i * BUCKET_SETS, &rate, 1 + (int64_t)i).taken);
        assert_false(buckets_take(buckets, BUCKET_SETS, &rate, 1 + (int64_t)i).taken);
    }
    buckets_free(buckets);
}

static void a_smaller_limit_holds_at_once(void **state)
{
    const struct bucket_rate large = {1000, 100}, small = {1000, 2};
    struct buckets *buckets = new_buckets();
    (void)state;
    for (int i = 0; i < 50; i++)
        assert_true(buckets_take(buckets, 9, &large, 1).taken);
    struct bucket_state state_now = buckets_take(buckets, 9, &small, 1);
    assert_false(state_now.taken);
    assert_int_equal(state_now.left, 0);
    buckets_free(buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_do_what_counted_tokens_do),
        cmocka_unit_test(after_the_wait_that_is_told_there_is_a_token),
        cmocka_unit_test(who_asks_most_is_forgotten_last),
        cmocka_unit_test(a_smaller_limit_holds_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
