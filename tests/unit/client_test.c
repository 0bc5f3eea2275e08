/* Whose request it is: what proxies tell is believed of those that are trusted, from the end of the chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "searchd/client.h"

static struct client address(const char *text)
{
    struct client client;
    if (!client_parse(text, strlen(text), &client))
        fail_msg("no address: %s", text);
    return client;
}

static void check_behind(const char *proxies, const char *peer, const char *chain, bool forwarded, const char *expected)
{
    struct client_proxies trusted;
    struct client from = address(peer), wanted = address(expected), got;
    assert_int_equal(client_proxies_parse(&trusted, proxies, NULL), STATUS_OK);
    struct client_chain lines = {.count = 0};
    char copy[400];
    snprintf(copy, sizeof copy, "%s", chain);
    for (char *line = copy, *next; line; line = next) { /* lines are divided by '|' here */
        next = strchr(line, '|');
        if (next)
            *next++ = '\0';
        client_chain_add(&lines, line);
    }
    client_behind(&trusted, &from, &lines, forwarded, &got);
    if (memcmp(&got, &wanted, sizeof got) != 0)
        fail_msg("%s behind %s: not %s", chain, peer, expected);
}

static void nobody_is_believed_who_is_not_trusted(void **state)
{
    (void)state;
    check_behind(NULL, "127.0.0.1", "192.0.2.1", false, "127.0.0.1");
    check_behind("", "127.0.0.1", "192.0.2.1", false, "127.0.0.1");
    check_behind("10.0.0.0/8", "192.0.2.9", "192.0.2.1", false, "192.0.2.9");
    check_behind("127.0.0.1", "127.0.0.2", "192.0.2.1", false, "127.0.0.2");
    check_behind("127.0.0.1", "::1", "192.0.2.1", false, "::1");
}

static void the_last_that_is_no_proxy_is_the_client(void **state)
{
    (void)state;
    check_behind("127.0.0.1", "127.0.0.1", "192.0.2.1", false, "192.0.2.1");
    check_behind("127.0.0.1", "::ffff:127.0.0.1", "192.0.2.1", false, "192.0.2.1");
    check_behind("127.0.0.1", "127.0.0.1", "198.51.100.7, 192.0.2.1", false, "192.0.2.1");
    check_behind("127.0.0.1,10.0.0.0/8", "127.0.0.1", "1.1.1.1,192.0.2.1 , 10.1.2.3", false, "192.0.2.1");
    check_behind("127.0.0.1,10.0.0.0/8", "127.0.0.1", "10.9.9.9, 10.1.2.3", false, "10.9.9.9");
    check_behind("fd00::/8", "fd12::1", "2001:db8::5", false, "2001:db8::5");
    check_behind("127.0.0.1", "127.0.0.1", "192.0.2.1:4711", false, "192.0.2.1");
    check_behind("127.0.0.1", "127.0.0.1", "[2001:db8::5]:4711", false, "2001:db8::5");
    check_behind("127.0.0.1", "127.0.0.1", "", false, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "192.0.2.1, unknown", false, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "192.0.2.1,", false, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "nonsense", false, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "[", false, "127.0.0.1");
}

static void forwarded_is_read_too(void **state)
{
    (void)state;
    check_behind("127.0.0.1", "127.0.0.1", "for=192.0.2.1", true, "192.0.2.1");
    check_behind("127.0.0.1", "127.0.0.1", "for=1.1.1.1, for=192.0.2.1;proto=https;by=203.0.113.43", true,
                 "192.0.2.1");
    check_behind("127.0.0.1", "127.0.0.1", "proto=https; For=\"[2001:db8:cafe::17]:4711\"", true, "2001:db8:cafe::17");
    check_behind("127.0.0.1", "127.0.0.1", "for=_hidden", true, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "for=\"", true, "127.0.0.1");
    check_behind("127.0.0.1", "127.0.0.1", "192.0.2.1", true, "127.0.0.1");
}

static void several_lines_are_one_list(void **state)
{
    static const char *const proxies = "127.0.0.1,10.0.0.0/8";
    struct client_chain chain = {.count = 0};
    static const char *const lines[] = {"1.1.1.1", "2.2.2.2"};
    (void)state;
    check_behind(proxies, "127.0.0.1", "1.1.1.1|192.0.2.1", false, "192.0.2.1");
    check_behind(proxies, "127.0.0.1", "192.0.2.1|10.1.2.3", false, "192.0.2.1");
    check_behind(proxies, "127.0.0.1", "1.1.1.1|192.0.2.1, 10.1.2.3|10.1.2.4,10.1.2.5", false, "192.0.2.1");
    check_behind(proxies, "127.0.0.1", "192.0.2.1|unknown", false, "127.0.0.1");
    check_behind(proxies, "127.0.0.1", "192.0.2.1|", false, "127.0.0.1");
    check_behind(proxies, "127.0.0.1", "|192.0.2.1", false, "192.0.2.1");
    check_behind(proxies, "127.0.0.1", "for=192.0.2.1|for=10.0.0.1;proto=https", true, "192.0.2.1");
    for (int i = 0; i < 40; i++) /* of more lines than fit the last ones stay */
        client_chain_add(&chain, lines[i == 39]);
    assert_int_equal(chain.count, CLIENT_CHAIN);
    assert_string_equal(chain.lines[CLIENT_CHAIN - 1], "2.2.2.2");
    assert_string_equal(chain.lines[CLIENT_CHAIN - 2], "1.1.1.1");
}

static void ranges_of_proxies_are_checked(void **state)
{
    static const char *const bad[] = {"localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::1/129", "1.2.3",
                                      "10.0.0.0/-1", "/8"};
    struct client_proxies proxies;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (client_proxies_parse(&proxies, bad[i], NULL) != STATUS_INVALID)
            fail_msg("taken: %s", bad[i]);
    assert_int_equal(client_proxies_parse(&proxies, "10.0.0.0/9, ::1,0.0.0.0/0", NULL), STATUS_OK);
    assert_int_equal(proxies.count, 3);
    assert_int_equal(client_proxies_parse(&proxies, "10.0.0.0/9", NULL), STATUS_OK);
    struct client in = address("10.127.255.255"), out = address("10.128.0.0"), six = address("::a:0:0");
    assert_true(client_trusted(&proxies, &in));
    assert_false(client_trusted(&proxies, &out));
    assert_false(client_trusted(&proxies, &six));
}

static void a_subscriber_counts_as_one(void **state)
{
    struct client a = address("2001:db8::1"), b = address("2001:db8::ffff:1"), c = address("2001:db8:0:1::1");
    struct client d = address("192.0.2.1"), e = address("192.0.2.2");
    (void)state;
    assert_true(client_group(&a, 5) == client_group(&b, 5));
    assert_true(client_group(&a, 5) != client_group(&c, 5));
    assert_true(client_group(&d, 5) != client_group(&e, 5));
    assert_true(client_group(&d, 5) != client_group(&d, 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_believed_who_is_not_trusted),
        cmocka_unit_test(the_last_that_is_no_proxy_is_the_client),
        cmocka_unit_test(forwarded_is_read_too),
        cmocka_unit_test(several_lines_are_one_list),
        cmocka_unit_test(ranges_of_proxies_are_checked),
        cmocka_unit_test(a_subscriber_counts_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
