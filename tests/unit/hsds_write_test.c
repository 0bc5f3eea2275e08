/* A record in HSDS's form is whole, or there is none: what HTTP shows of it is tested in tests/http/test_hsds.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "searchd/hsds_write.h"
#include "vocab/vocab.h"

static const char RECORD[] =
    "{\"id\":\"a-1\",\"kind\":\"activity\","
    "\"texts\":{\"fi\":{\"title\":\"Kerho\",\"summary\":\"Lyhyesti\",\"body\":\"Pitkään\"}},"
    "\"organisation\":[{\"id\":\"o-1\",\"name\":{\"fi\":\"Yhdistys ry\"}}],\"audience\":[\"leskeytyneet\"],"
    "\"theme\":[\"liikunta\"],\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]},"
    "\"place\":[{\"name\":{\"fi\":\"Talo\"},\"municipality\":\"491\",\"accessibility\":[\"wheelchair\"],"
    "\"lat\":61.5,\"lon\":27.5}],"
    "\"schedule\":[{\"weekday\":[\"mon\",\"thu\"],\"nth\":[1,\"last\"],\"from\":\"10:00\",\"to\":\"12:00\","
    "\"except\":[\"2026-12-24\"]}],\"price\":{\"free\":true},\"languages\":[\"fi\"],\"age_min\":60,"
    "\"signup\":{\"needed\":true,\"phone\":\"040 000 1111\"},"
    "\"contact\":[{\"name\":\"Neuvonta\",\"phone\":\"040 000 2222\"}],"
    "\"modified\":\"2026-11-01\",\"licence\":\"CC BY 4.0\"}";

/* Which allocation of jansson is refused; those after it are given again. */
static long refused, given;

static void *rationed(size_t size)
{
    return ++given == refused ? NULL : malloc(size);
}

static enum status write(long without, struct buf *out)
{
    struct err err = {0};
    refused = without;
    given = 0;
    json_set_alloc_funcs(rationed, free);
    buf_reset(out);
    enum status status = hsds_write(RECORD, sizeof RECORD - 1, HSDS_SERVICE, true, out, &err);
    json_set_alloc_funcs(malloc, free);
    return status;
}

static void a_record_is_written_whole_or_not_at_all(void **state)
{
    (void)state;
    struct buf whole = BUF_INIT, out = BUF_INIT;
    assert_int_equal(write(0, &whole), STATUS_OK);
    assert_non_null(strstr(buf_str(&whole), "\"byday\":\"1MO,-1MO,1TH,-1TH\""));
    long all = given;
    assert_true(all > 200);
    for (long n = 1; n <= all; n++)
        if (write(n, &out) == STATUS_OK)
            assert_string_equal(buf_str(&out), buf_str(&whole));
    buf_release(&whole);
    buf_release(&out);
}

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_record_is_written_whole_or_not_at_all)};
    return cmocka_run_group_tests_name("hsds_write", tests, set_up, tear_down);
}
