/* Keys of the API: what is made is known, what is wrong in the file is told with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calendar.h"
#include "searchd/keys.h"
#include "vocab/vocab.h"

#define KEY "\"key\":\"0011223344556677:00112233445566778899aabbccddeeff:" \
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""

static void a_key_that_is_made_is_known_and_no_other(void **state)
{
    struct buf shown = BUF_INIT, line = BUF_INIT, other = BUF_INIT;
    struct key_set *set;
    (void)state;
    assert_int_equal(key_make("mikkeli", &shown, &line, NULL), STATUS_OK);
    assert_int_equal(key_make("other", &other, &line, NULL), STATUS_OK);
    assert_int_equal(key_set_parse(&set, "keys", buf_str(&line), line.len, NULL), STATUS_OK);
    shown.data[shown.len - 1] = '\0';
    assert_string_equal(key_set_find(set, shown.data)->name, "mikkeli");
    assert_null(strstr(buf_str(&line), shown.data + strlen("opk_") + 2 * KEYS_ID_BYTES + 1));
    for (size_t i = 0; i < shown.len - 1; i++) { /* each character counts */
        char had = shown.data[i];
        shown.data[i] = had == 'a' ? 'b' : 'a';
        assert_null(key_set_find(set, shown.data));
        shown.data[i] = had;
    }
    for (size_t len = 0; len < shown.len - 1; len++) {
        char had = shown.data[len];
        shown.data[len] = '\0';
        assert_null(key_set_find(set, shown.data));
        shown.data[len] = had;
    }
    assert_non_null(key_set_find(set, shown.data));
    key_set_release(set);
    buf_release(&shown);
    buf_release(&other);
    buf_release(&line);
}

static void all_members_are_read(void **state)
{
    static const char text[] =
        "# keys of portals\n\n{\"name\":\"a\"," KEY ",\"filter\":\"area=491&age=70\",\"origins\":["
        "\"https://www.example.org\",\"http://localhost:3000\"],\"expires\":\"2027-12-31\",\"rate\":2.5,\"burst\":7}";
    struct key_set *set;
    struct err err = {0};
    (void)state;
    if (key_set_parse(&set, "keys", text, strlen(text), &err) != STATUS_OK)
        fail_msg("%s", err.message);
    key_set_release(set);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    static const char *const bad[] = {
        "nonsense", "[]", "{}", "{\"name\":\"a\"}", "{" KEY "}", "{\"name\":\"A b\"," KEY "}",
        "{\"name\":\"a\",\"key\":\"x\"}", "{\"name\":\"a\"," KEY ",\"more\":1}",
        "{\"name\":\"a\"," KEY ",\"filter\":\"\"}", "{\"name\":\"a\"," KEY ",\"filter\":\"q=jooga\"}",
        "{\"name\":\"a\"," KEY ",\"filter\":\"area=\"}", "{\"name\":\"a\"," KEY ",\"filter\":\"area=491&theme=\"}",
        "{\"name\":\"a\"," KEY ",\"filter\":\"area=nowhere\"}", "{\"name\":\"a\"," KEY ",\"filter\":\"near=50100\"}",
        "{\"name\":\"a\"," KEY ",\"filter\":\"include_unknown=1\"}", "{\"name\":\"a\"," KEY ",\"filter\":\"past=1\"}",
        "{\"name\":\"a\"," KEY ",\"filter\":\"area\"}",
        "{\"name\":\"a\"," KEY ",\"origins\":[]}", "{\"name\":\"a\"," KEY ",\"origins\":[\"example.org\"]}",
        "{\"name\":\"a\"," KEY ",\"origins\":[\"https://a.example.org/\"]}",
        "{\"name\":\"a\"," KEY ",\"expires\":\"31.12.2027\"}", "{\"name\":\"a\"," KEY ",\"rate\":0,\"burst\":1}",
        "{\"name\":\"a\"," KEY ",\"rate\":1}", "{\"name\":\"a\"," KEY ",\"burst\":1}",
        "{\"name\":\"a\"," KEY "}\n{\"name\":\"b\"," KEY "}", "{\"name\":\"a\"," KEY ",\"name\":\"b\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct key_set *set;
        struct err err = {0};
        if (key_set_parse(&set, "keys", bad[i], strlen(bad[i]), &err) == STATUS_OK)
            fail_msg("taken: %s", bad[i]);
        if (strncmp(err.message, "keys:", 5) != 0)
            fail_msg("no place in \"%s\"", err.message);
    }
}

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_is_made_is_known_and_no_other),
        cmocka_unit_test(all_members_are_read),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
