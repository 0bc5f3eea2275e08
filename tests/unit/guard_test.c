/* The guards at their limits: what is allowed, what is just beyond, and what nobody can allow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/guard.h"
#include "indexer/settings.h"

enum { DAY = 86400 };

static struct guard_limits limits;
static struct guarded guarded;
static struct report_source source;

/* A night of 1,000 records that trips nothing. */
static int setup(void **state)
{
    (void)state;
    limits = guard_limits_default;
    guarded = (struct guarded){.limits = &limits, .before = 1000, .now = 20779 * (int64_t)DAY};
    source = (struct report_source){.read = 1000, .files_modified = guarded.now};
    source.quality.records = source.before.records = 1000;
    for (int q = 0; q < QUALITIES; q++)
        source.quality.has[q] = source.before.has[q] = 500;
    return 0;
}

/* Exactly this guard trips, or none: GUARDS. */
static void assert_trips(enum guard which)
{
    bool held = guards_judge(&guarded, &source);
    for (int i = 0; i < GUARDS; i++) {
        assert_int_equal(source.guards[i].guard, i);
        if (source.guards[i].tripped != (i == (int)which))
            fail_msg("guard %d: %s", i, source.guards[i].tripped ? "tripped" : "did not trip");
    }
    assert_int_equal(held, which != GUARDS);
}

static void a_night_like_the_one_before_passes(void **state)
{
    (void)state;
    assert_trips(GUARDS);
}

static void what_cannot_be_read_cannot_be_allowed(void **state)
{
    (void)state;
    guarded.unreadable = "gzip ends early";
    for (int i = 0; i < GUARDS; i++)
        guarded.allowed[i] = true;
    assert_trips(GUARD_UNREADABLE);
    assert_string_equal(source.guards[GUARD_UNREADABLE].why, "gzip ends early");
}

static void what_is_allowed_holds_nothing_back(void **state)
{
    (void)state;
    guarded.missing = 900;
    assert_trips(GUARD_DELETIONS);
    guarded.allowed[GUARD_AGE] = true;
    assert_true(guards_judge(&guarded, &source)); /* another one */
    guarded.allowed[GUARD_DELETIONS] = true;
    assert_false(guards_judge(&guarded, &source));
    assert_true(source.guards[GUARD_DELETIONS].tripped && source.guards[GUARD_DELETIONS].allowed);
}

static void so_many_records_are_needed(void **state)
{
    (void)state;
    limits.records = 1000;
    assert_trips(GUARDS);
    source.read = 999;
    assert_trips(GUARD_EMPTY);
}

static void a_file_may_be_so_many_days_old(void **state)
{
    (void)state;
    source.files_modified = guarded.now - (int64_t)(limits.age_days + 1) * DAY + 1;
    assert_trips(GUARDS);
    source.files_modified--;
    assert_trips(GUARD_AGE);
    limits.age_days = 0; /* any */
    assert_trips(GUARDS);
    limits.age_days = 7;
    source.files_modified = 0; /* of standard input */
    assert_trips(GUARDS);
}

static void so_large_a_share_may_be_rejected(void **state)
{
    (void)state;
    source.rejected = 20;
    assert_trips(GUARDS);
    source.rejected = 21;
    assert_trips(GUARD_REJECTED);
}

/* Both must be too many: of a small source five may go, of a large one a fifth. */
static void few_deletions_or_a_small_share_pass(void **state)
{
    (void)state;
    guarded.missing = 200;
    assert_trips(GUARDS);
    guarded.missing = 201;
    assert_trips(GUARD_DELETIONS);
    guarded.before = 6;
    guarded.missing = 5;
    assert_trips(GUARDS);
    guarded.missing = 6;
    assert_trips(GUARD_DELETIONS);
    assert_int_equal(source.guards[GUARD_DELETIONS].count, 6);
}

static void a_share_may_fall_by_so_many_points(void **state)
{
    (void)state;
    source.quality.has[3] = 400;
    assert_trips(GUARDS);
    source.quality.has[3] = 399;
    assert_trips(GUARD_DRIFT);
    assert_int_equal(source.guards[GUARD_DRIFT].quality, 3);
    assert_int_equal(source.guards[GUARD_DRIFT].count, 601);
    source.quality.has[3] = 1000; /* better is no drift */
    assert_trips(GUARDS);
    source.quality = (struct report_quality){.records = GUARD_DRIFT_RECORDS - 1}; /* too few to tell */
    assert_trips(GUARDS);
    source.quality.records = GUARD_DRIFT_RECORDS;
    assert_trips(GUARD_DRIFT);
}

static void a_source_that_left_takes_its_records_only_when_it_may(void **state)
{
    (void)state;
    guard_gone(3, false, &source);
    assert_true(source.guards[GUARD_DELETIONS].tripped && !source.guards[GUARD_DELETIONS].allowed);
    assert_int_equal(source.guards[GUARD_DELETIONS].count, 3);
    guard_gone(3, true, &source);
    assert_true(source.guards[GUARD_DELETIONS].allowed);
    guard_gone(0, false, &source);
    assert_false(source.guards[GUARD_DELETIONS].tripped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_night_like_the_one_before_passes, setup),
        cmocka_unit_test_setup(what_cannot_be_read_cannot_be_allowed, setup),
        cmocka_unit_test_setup(what_is_allowed_holds_nothing_back, setup),
        cmocka_unit_test_setup(so_many_records_are_needed, setup),
        cmocka_unit_test_setup(a_file_may_be_so_many_days_old, setup),
        cmocka_unit_test_setup(so_large_a_share_may_be_rejected, setup),
        cmocka_unit_test_setup(few_deletions_or_a_small_share_pass, setup),
        cmocka_unit_test_setup(a_share_may_fall_by_so_many_points, setup),
        cmocka_unit_test_setup(a_source_that_left_takes_its_records_only_when_it_may, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
