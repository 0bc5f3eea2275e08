/* The pages' foundation: trees of values, texts in three languages, templates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "searchd/web/assets.h"
#include "searchd/web/mustache.h"
#include "searchd/web/strings.h"
#include "searchd/web/templates.h"
#include "searchd/web/view.h"

static void shows(const char *template, const struct view *view, const char *expected)
{
    struct mustache *mustache;
    struct buf out = BUF_INIT;
    assert_int_equal(mustache_new(&mustache, template, strlen(template), NULL), STATUS_OK);
    assert_int_equal(mustache_render(mustache, view, &out, NULL), STATUS_OK);
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
    mustache_free(mustache);
}

static void a_tree_is_shown(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct view *root = view_new(&arena);
    view_text(root, "name", "<b>\"Äiti\" & 'isä'</b>");
    view_text(root, "empty", "");
    view_flag(root, "on", true);
    view_flag(root, "off", false);
    for (int i = 0; i < 20; i++) {
        struct view *item = view_item(root, "items");
        view_format(item, "n", "%d", i);
        view_flag(item, "on", i == 3);
        view_text(view_object(item, "inner"), "deep", i % 2 ? "odd" : NULL);
    }
    view_item_text(root, "words", "one");
    view_item_text(root, "words", "two");
    shows("{{name}}|{{{name}}}|{{empty}}|{{none}}", root,
          "&lt;b&gt;&quot;Äiti&quot; &amp; &#39;isä&#39;&lt;/b&gt;|<b>\"Äiti\" & 'isä'</b>||");
    shows("{{#on}}a b{{/on}}{{^on}}no{{/on}}{{#off}}no{{/off}}{{^off}} c{{/off}}", root, "a b c");
    shows("{{#words}}[{{.}}]{{/words}}{{^nothing}}-{{/nothing}}", root, "[one][two]-");
    shows("{{#items}}{{#on}}{{n}}{{/on}}{{/items}}", root, "3"); /* a flag that is off hides the one around it */
    shows("{{#items}}{{#inner}}{{#deep}}{{n}}{{deep}} {{/deep}}{{/inner}}{{/items}}", root,
          "1odd 3odd 5odd 7odd 9odd 11odd 13odd 15odd 17odd 19odd ");
    shows("{{#items}}{{#items}}{{/items}}{{/items}}{{#words}}{{#items}}{{/items}}{{.}}{{/words}}", root, "onetwo");
    arena_release(&arena);
}

static void a_bad_template_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mustache *mustache;
        struct err err = {0};
        assert_int_equal(mustache_new(&mustache, bad[i], strlen(bad[i]), &err), STATUS_SYNTAX);
        assert_true(*err.message);
    }
}

static void json_becomes_a_tree(void **state)
{
    (void)state;
    static const char json[] = " {\"a\": \"x\\u00e4\\\"\\n\\ud83d\\ude00\", \"n\": -1.5e3, \"t\": true, \"f\": false, "
                               "\"z\": null, \"l\": [\"p\", \"q\"], \"o\": {\"k\": {\"m\": 7}}, \"e\": [], "
                               "\"s\": [{\"i\": 1}]} ";
    struct arena arena = ARENA_INIT;
    const struct view *view = view_from_json(&arena, json, strlen(json));
    assert_non_null(view);
    assert_string_equal(view_get_text(view, "a"), "xä\"\n😀");
    assert_string_equal(view_get_text(view, "n"), "-1.5e3");
    assert_int_equal(view_get_flag(view, "t"), 1);
    assert_int_equal(view_get_flag(view, "f"), 0);
    assert_int_equal(view_get_flag(view, "z"), -1);
    assert_string_equal(view_list_text(view_get_list(view, "l"), 1), "q");
    assert_null(view_list_text(view_get_list(view, "l"), 2));
    assert_string_equal(view_get_text(view_get_object(view_get_object(view, "o"), "k"), "m"), "7");
    assert_null(view_get_list(view, "e"));
    shows("{{#l}}{{.}}{{/l}}{{#s}}{{i}}{{/s}}{{#o}}{{#k}}{{m}}{{/k}}{{/o}}", view, "pq17");
    for (size_t len = 0; len + 2 < sizeof json - 1; len++) /* cut anywhere it is nothing */
        assert_null(view_from_json(&arena, json, len));
    arena_release(&arena);
}

static void damaged_json_is_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
                                      "{\"a\":1}}", "{\"a\":tru}", "{\"a\":[[1]]}", "{a:1}", "{\"a\":1,}", "\"a\""};
    struct arena arena = ARENA_INIT;
    char deep[400] = "";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(view_from_json(&arena, bad[i], strlen(bad[i])));
    for (int i = 0; i < 40; i++)
        memcpy(deep + strlen(deep), "{\"a\":", 6);
    assert_null(view_from_json(&arena, deep, strlen(deep)));
    arena_release(&arena);
}

#define HEADER "key\tfi\tsv\ten\n"

static enum status read_strings(const char *text, struct strings **strings, struct err *err)
{
    return strings_new(strings, text, strlen(text), err);
}

static void texts_are_checked(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\tx\ty\n", "a\tx\t\tz\n", "a\tx {n}\ty\tz {n}\n", "a\tx\ty {n}\tz\n",
                                      "a\tx\ty\tz\na\tx\ty\tz\n", "a\tx {}\ty {}\tz {}\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct strings *strings;
        struct err err = {0};
        char text[200] = HEADER;
        memcpy(text + strlen(text), bad[i], strlen(bad[i]) + 1);
        assert_int_equal(read_strings(text, &strings, &err), STATUS_CORRUPT);
        assert_non_null(strstr(err.message, "strings"));
    }
}

static void texts_are_filled_and_counted(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct strings *strings;
    char number[STRINGS_NUMBER_BYTES];
    assert_int_equal(read_strings(HEADER "hits\t{n} toimintaa\t{n} verksamheter\t{n} activities\n"
                                  "hits.1\t{n} toiminta\t{n} verksamhet\t{n} activity\n"
                                  "near\t{b}, {a}!\t{a} {b}\t{a}{a}{b}\n", &strings, NULL), STATUS_OK);
    assert_string_equal(strings_count(strings, UI_FI, &arena, "hits", 1, NULL), "1 toiminta");
    assert_string_equal(strings_count(strings, UI_FI, &arena, "hits", 0, NULL), "0 toimintaa");
    assert_string_equal(strings_count(strings, UI_SV, &arena, "hits", 12345, NULL), "12\u00A0345 verksamheter");
    assert_string_equal(strings_count(strings, UI_EN, &arena, "hits", 1234567, NULL), "1,234,567 activities");
    assert_string_equal(strings_fill(strings, UI_FI, &arena, "near", "a", "x", "b", "y", NULL), "y, x!");
    assert_string_equal(strings_fill(strings, UI_EN, &arena, "near", "a", "x", "b", NULL, NULL), "xx");
    assert_string_equal(strings_get(strings, UI_FI, "hit"), "hit"); /* no key: it shows itself */
    strings_number(UI_EN, UINT64_MAX, number);
    assert_string_equal(number, "18,446,744,073,709,551,615");
    strings_free(strings);
    arena_release(&arena);
}

static void what_is_built_in_can_be_read(void **state)
{
    (void)state;
    struct assets *assets;
    struct templates *templates;
    struct err err = {0};
    struct buf text = BUF_INIT;
    assert_int_equal(assets_open(&assets, NULL, &err), STATUS_OK);
    assert_int_equal(templates_new(&templates, assets, &err), STATUS_OK);
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        buf_reset(&text);
        assert_int_equal(templates_expand(assets, "search", (enum ui_lang)lang, &text, &err), STATUS_OK);
        assert_null(strchr(buf_str(&text), '\n'));
        assert_null(strstr(buf_str(&text), "{{t."));
        assert_null(strstr(buf_str(&text), "{{>"));
    }
    assert_int_equal(templates_expand(assets, "nowhere", UI_FI, &text, &err), STATUS_SYNTAX);
    const struct asset *css = assets_public(assets, "site.css");
    assert_ptr_equal(assets_by_path(assets, css->path + strlen("/assets/")), css);
    assert_null(assets_by_path(assets, "0000000000000000/site.css"));
    assert_null(assets_public(assets, "strings.tsv"));
    buf_release(&text);
    templates_free(templates);
    assets_free(assets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_shown),          cmocka_unit_test(a_bad_template_is_refused),
        cmocka_unit_test(json_becomes_a_tree),      cmocka_unit_test(damaged_json_is_nothing),
        cmocka_unit_test(texts_are_checked),        cmocka_unit_test(texts_are_filled_and_counted),
        cmocka_unit_test(what_is_built_in_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
