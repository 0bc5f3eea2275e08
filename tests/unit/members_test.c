/* Members of a hit: their names, and cutting a card down to some of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "search/members.h"

enum { CARD_MEMBERS = 5 };

static const struct {
    enum member member;
    const char *text;
} card[CARD_MEMBERS] = {
    {MEMBER_ID, "\"id\":\"a,\\\"b\\\\\""},
    {MEMBER_TITLE, "\"title\":\"\\\\\\\",\\\"kind\\\":\\\"x\""},
    {MEMBER_ORGANISATION, "\"organisation\":[{\"id\":\"],}\",\"name\":\"{[\"},{\"id\":\"title\"}]"},
    {MEMBER_PLAIN_LANGUAGE, "\"plainLanguage\":true"},
    {MEMBER_PRICE, "\"price\":{\"free\":false,\"text\":\"5,50\"}"},
};

/* The members in the set, joined by commas. */
static void join(uint32_t wanted, struct buf *out)
{
    for (size_t i = 0; i < CARD_MEMBERS; i++) {
        if (!(wanted >> card[i].member & 1))
            continue;
        buf_adds(out, out->len ? "," : "");
        buf_adds(out, card[i].text);
    }
}

static void every_choice_of_members_is_cut_out(void **state)
{
    (void)state;
    struct buf whole = BUF_INIT;
    join(UINT32_MAX, &whole);
    for (unsigned choice = 0; choice < 1u << CARD_MEMBERS; choice++) {
        struct buf expected = BUF_INIT, out = BUF_INIT;
        uint32_t wanted = (uint32_t)1 << MEMBER_SUMMARY | (uint32_t)1 << MEMBER_WHY; /* which the card does not have */
        for (size_t i = 0; i < CARD_MEMBERS; i++)
            wanted |= (choice >> i & 1) << card[i].member;
        join(wanted, &expected);
        members_copy(whole.data, whole.len, ~wanted, &out);
        assert_string_equal(buf_str(&out), buf_str(&expected));
        buf_release(&expected);
        buf_release(&out);
    }
    buf_release(&whole);
}

static void a_card_that_is_cut_short_is_read_no_further(void **state)
{
    (void)state;
    struct buf whole = BUF_INIT;
    join(UINT32_MAX, &whole);
    for (size_t len = 0; len < whole.len; len++) {
        struct buf out = BUF_INIT, copy = BUF_INIT;
        buf_add(&copy, whole.data, len); /* of its own, for the sanitizer to see the end */
        copy.data = realloc(copy.data, len + !len);
        members_copy(copy.data, len, (uint32_t)1 << MEMBER_ID, &out);
        assert_true(out.len <= len);
        free(copy.data);
        buf_release(&out);
    }
    buf_release(&whole);
}

static void names_are_found_and_nothing_else(void **state)
{
    (void)state;
    for (int m = 0; m < MEMBERS; m++)
        assert_int_equal(member_by_name(member_name((enum member)m), strlen(member_name((enum member)m))), m);
    assert_int_equal(member_by_name("titl", 4), -1);
    assert_int_equal(member_by_name("title", 4), -1);
    assert_int_equal(member_by_name("titles", 6), -1);
    assert_int_equal(member_by_name("", 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_choice_of_members_is_cut_out),
        cmocka_unit_test(a_card_that_is_cut_short_is_read_no_further),
        cmocka_unit_test(names_are_found_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
