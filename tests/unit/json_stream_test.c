/* Objects out of JSON documents: the same as jansson sees, whole, cut and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "indexer/sources/json_stream.h"
#include "tests/unit/spoilt.h"

enum { ITEMS_MAX = 400, DOCUMENTS = 1500 };

static struct err err;

/* ---- helpers ---------------------------------------------------------------------------------------------------- */

/* A text given in pieces. */
struct feed {
    const char *text;
    size_t len, at, piece; /* piece 0: of random length */
    char copy[64];
};

static enum status feed_read(void *context, const unsigned char **bytes, size_t *len, struct err *e)
{
    struct feed *feed = context;
    (void)e;
    size_t n = feed->piece ? feed->piece : 1 + below(sizeof feed->copy);
    n = n < feed->len - feed->at ? n : feed->len - feed->at;
    *bytes = (const unsigned char *)feed->text + feed->at;
    if (n <= sizeof feed->copy) { /* what was read is gone at the next call */
        memcpy(feed->copy, feed->text + feed->at, n);
        *bytes = (const unsigned char *)feed->copy;
    }
    *len = n;
    feed->at += n;
    return STATUS_OK;
}

struct found {
    size_t count, broken, faults;
    json_t *objects[ITEMS_MAX];
    uint64_t lines[ITEMS_MAX];
    char what[JSON_STREAM_WORDS]; /* of the first that was told */
    uint64_t what_line;
};

static void take_all(const char *text, size_t len, size_t piece, struct found *found)
{
    struct feed feed = {.text = text, .len = len, .piece = piece};
    struct json_stream *stream;
    struct json_stream_item item;
    *found = (struct found){0};
    assert_int_equal(json_stream_new(&stream, feed_read, &feed, &err), STATUS_OK);
    for (size_t rounds = 0;; rounds++) {
        assert_true(rounds < 2 * len + 10);
        assert_int_equal(json_stream_next(stream, &item, &err), STATUS_OK);
        if (item.kind == JSON_STREAM_END)
            break;
        if (item.kind == JSON_STREAM_OBJECT) {
            assert_true(json_is_object(item.object));
            assert_true(found->count < ITEMS_MAX);
            found->lines[found->count] = item.line;
            found->objects[found->count++] = item.object;
            continue;
        }
        assert_true(item.what[0] != '\0' && item.mend && item.mend[0]);
        if (found->broken + found->faults == 0) {
            strcpy(found->what, item.what);
            found->what_line = item.line;
        }
        found->broken += item.kind == JSON_STREAM_BROKEN;
        found->faults += item.kind == JSON_STREAM_FAULT;
    }
    assert_int_equal(json_stream_next(stream, &item, &err), STATUS_OK);
    assert_int_equal(item.kind, JSON_STREAM_END);
    json_stream_free(stream);
}

static void found_release(struct found *found)
{
    for (size_t i = 0; i < found->count; i++)
        json_decref(found->objects[i]);
}

/* Takes a text in one piece and checks counts. */
static void expect(const char *text, size_t objects, size_t broken, size_t faults, struct found *found)
{
    take_all(text, strlen(text), 1 << 20, found);
    if (found->count != objects || found->broken != broken || found->faults != faults)
        fail_msg("%zu objects, %zu broken, %zu faults (%s) of %s", found->count, found->broken, found->faults,
                 found->what, text);
}

static void expect_ids(const char *text, const char *ids, size_t broken, size_t faults)
{
    struct found found;
    char got[200] = "";
    expect(text, strlen(ids), broken, faults, &found);
    for (size_t i = 0; i < found.count; i++)
        sprintf(got + i, "%d", (int)json_integer_value(json_object_get(found.objects[i], "id")));
    assert_string_equal(got, ids);
    found_release(&found);
}

/* ---- by hand ---------------------------------------------------------------------------------------------------- */

static void every_kind_of_document_gives_its_objects(void **state)
{
    (void)state;
    expect_ids("", "", 0, 0);
    expect_ids(" \n ", "", 0, 0);
    expect_ids("{\"id\":1}", "1", 0, 0);
    expect_ids("\xEF\xBB\xBF{\"id\":1}\n{\"id\":2}\r\n{\"id\":3}", "123", 0, 0);
    expect_ids("[]", "", 0, 0);
    expect_ids("[{\"id\":1},{\"id\":2}]", "12", 0, 0);
    expect_ids("{\"meta\":{\"count\":2},\"data\":[{\"id\":1},{\"id\":2}]}", "12", 0, 0);
    expect_ids("{\"data\":[{\"id\":1}],\"meta\":{\"next\":null}}", "1", 0, 0);
    expect_ids("{\"itemList\":[{\"id\":1}]}{\"items\":[{\"id\":2}]}\n{\"contents\":[{\"id\":3}],\"empty\":false}"
               "{\"results\":[{\"id\":4}]}{\"content\":[{\"id\":5}]}{\"value\":[{\"id\":6}]}", "123456", 0, 0);
    expect_ids("[{\"data\":[{\"id\":1}]},{\"meta\":1,\"data\":[]},{\"data\":[{\"id\":2}]}]", "12", 0, 0);
    expect_ids("{\"data\":[]}", "", 0, 0);
    expect_ids("{\"data\":[{\"id\":1}],\"items\":[{\"id\":2}]}", "12", 0, 0);
    expect_ids("{\"id\":7,\"data\":[{\"id\":1}]}", "7", 0, 0);          /* an object with an id is no page */
    expect_ids("{\"data\":[1,2],\"id\":7}", "7", 0, 0);                 /* nor one whose list holds none */
    expect_ids("[{\"data\":[{\"id\":1,\"data\":[{\"id\":9}]}]}]", "1", 0, 0);
}

static void faults_are_told_and_what_follows_is_read(void **state)
{
    (void)state;
    expect_ids("[{\"id\":1},{\"id\":2,},{\"id\":3}]", "13", 1, 0);      /* brackets close: only itself */
    expect_ids("[{\"id\":1},{\"id\" 2},{\"id\":3}]", "13", 1, 0);
    expect_ids("[{\"id\":1},{\"id\":tru},{\"id\":3}]", "13", 1, 0);
    expect_ids("[{\"id\":1} {\"id\":2}]", "12", 0, 1);
    expect_ids("[{\"id\":1},]", "1", 0, 1);
    expect_ids("[{\"id\":1},7,\"x\",[{\"id\":8}],null,{\"id\":2}]", "12", 4, 0);
    expect_ids("[{\"id\":1},{\"id\":2", "1", 1, 0);
    expect_ids("[{\"id\":1},{\"id\":2}", "12", 0, 1);
    expect_ids("{\"data\":[{\"id\":1}],\"meta\":{\"a\":", "1", 0, 1);
    expect_ids("{\"id\":1}\n{\"id\":2,\"a\":[1,\n{\"id\":3}\n{\"id\":4}\n", "134", 1, 0);
    expect_ids("{\"id\":1}\n{\"id\":2,\"a\":\"open}\n{\"id\":3}\n", "13", 1, 0);
    expect_ids("[{\"id\":1},{\"id\":2,\"a\":[1},{\"id\":3},{\"id\":4}]", "134", 1, 0); /* found by its first key */
    expect_ids("[\n  {\"id\":1},\n  {\"id\":2, \"a\": [{\n    \"id\":9}, },\n  {\"id\":3}\n]\n", "13", 1, 0);
    expect_ids("<html>\n<p>no</p>\n", "", 0, 1);
    expect_ids("<html>\n{\"id\":1}\n", "1", 0, 1);
}

static void faults_have_their_place(void **state)
{
    struct found found;
    (void)state;
    expect("[\n {\"id\": 1},\n {\"id\": 2,\n  \"a\": tru}\n]", 1, 1, 0, &found);
    assert_int_equal(found.what_line, 3);
    assert_non_null(strstr(found.what, "at line 4, character"));
    found_release(&found);
    expect("{\"id\":1}\n{\"id\":\"\xE4\"}\n", 1, 1, 0, &found);
    assert_int_equal(found.what_line, 2);
    assert_non_null(strstr(found.what, "UTF-8"));
    found_release(&found);
}

/* ---- limits ----------------------------------------------------------------------------------------------------- */

static void add_many(struct buf *buf, const char *text, size_t times)
{
    while (times-- > 0)
        buf_adds(buf, text);
}

static void too_long_and_too_deep_objects_cost_themselves(void **state)
{
    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        struct buf text = BUF_INIT;
        buf_adds(&text, lines ? "[\n{\"id\":1,\"a\":\"" : "[{\"id\":1,\"a\":\"");
        add_many(&text, "0123456789abcdef", JSON_STREAM_OBJECT_BYTES / 16);
        buf_adds(&text, lines ? "\"},\n{\"id\":2},\n{\"id\":3,\"a\":" : "\"},{\"id\":2},{\"id\":3,\"a\":");
        add_many(&text, "[", JSON_STREAM_DEPTH);
        add_many(&text, "]", JSON_STREAM_DEPTH);
        buf_adds(&text, lines ? "},\n{\"id\":4}\n]" : "},{\"id\":4}]");
        expect_ids(buf_str(&text), "24", 2, 0);
        buf_release(&text);
    }
}

static void a_bracket_that_stays_open_costs_no_later_object(void **state)
{
    struct buf text = BUF_INIT;
    struct found found;
    (void)state;
    buf_adds(&text, "[\n  {\"id\":1,\"a\":[},\n  {\"id\":2,\"a\":[ 1, \n");
    for (int i = 3; i < 100; i++)
        buf_addf(&text, "  {\"id\":%d},\n", i);
    buf_adds(&text, "  {\"id\":100}\n]");
    expect(buf_str(&text), 98, 2, 0, &found);
    assert_int_equal(found.lines[0], 4);
    found_release(&found);
    buf_release(&text);
}

static void faults_without_end_are_cut_short(void **state)
{
    struct buf text = BUF_INIT;
    struct found found;
    (void)state;
    add_many(&text, "{\"id\":[}\n", 10 * JSON_STREAM_LOST);
    expect(buf_str(&text), 0, JSON_STREAM_LOST + 1, 1, &found);
    buf_release(&text);
}

/* A document that is never whole in memory: what the heap holds is that of one object. */
struct endless {
    size_t left, at;
    char text[100];
};

static enum status endless_read(void *context, const unsigned char **bytes, size_t *len, struct err *e)
{
    struct endless *endless = context;
    (void)e;
    *bytes = (const unsigned char *)endless->text;
    *len = endless->left == 0 ? 0 : (size_t)sprintf(endless->text, "%s{\"id\":%zu,\"a\":[1,2,{\"b\":\"xx\"}]}",
                                                    endless->at ? "," : "{\"data\":[", endless->at);
    endless->left -= endless->left > 0;
    endless->at++;
    return STATUS_OK;
}

static void memory_does_not_grow_with_the_document(void **state)
{
    struct endless endless = {.left = 200000};
    struct json_stream *stream;
    struct json_stream_item item;
    size_t count = 0, at_thousand = 0;
    (void)state;
    assert_int_equal(json_stream_new(&stream, endless_read, &endless, &err), STATUS_OK);
    for (;; count++) {
        assert_int_equal(json_stream_next(stream, &item, &err), STATUS_OK);
        if (item.kind != JSON_STREAM_OBJECT)
            break;
        json_decref(item.object);
        if (count == 1000)
            at_thousand = mallinfo2().uordblks;
    }
    assert_int_equal(count, 200000);
    assert_true(mallinfo2().uordblks <= at_thousand + 4096);
    json_stream_free(stream);
}

/* ---- random documents ------------------------------------------------------------------------------------------- */

static json_t *random_value(int depth)
{
    static const char *const texts[] = {"", "kahvila", "äö", "a\"b\\c", "{[", "]}", "x\n{\"id\":1}", ",",
                                        "\xE2\x82\xAC"};
    switch (below(depth > 0 ? 8 : 6)) {
    case 0: return json_null();
    case 1: return json_true();
    case 2: return json_integer((json_int_t)below(100000) - 500);
    case 3: return json_real((double)below(1000) / 8);
    case 4:
    case 5: return json_string(texts[below(sizeof texts / sizeof *texts)]);
    case 6: {
        json_t *list = json_array();
        for (size_t i = below(4); i > 0; i--)
            json_array_append_new(list, random_value(depth - 1));
        return list;
    }
    default: {
        static const char *const keys[] = {"id", "name", "data", "items", "fi", "k\"ey"};
        json_t *object = json_object();
        for (size_t i = below(5); i > 0; i--)
            json_object_set_new(object, keys[below(6)], random_value(depth - 1));
        return object;
    }
    }
}

static json_t *random_object(size_t id)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer((json_int_t)id));
    for (size_t i = below(6); i > 0; i--) {
        char key[20];
        sprintf(key, "k%zu", below(100));
        json_object_set_new(object, key, random_value(3));
    }
    return object;
}

struct document {
    struct buf text;
    size_t count;
    json_t *objects[40];
    size_t begin[40], end[40];
    bool lines; /* each object begins on a line of its own */
};

/* Adds an object's text, its further lines indented as its first. */
static void add_object(struct document *document, const json_t *object, size_t flags, const char *indent)
{
    char *text = json_dumps(object, flags | JSON_PRESERVE_ORDER);
    document->begin[document->count] = document->text.len;
    for (const char *at = text; *at; at++) {
        buf_addc(&document->text, *at);
        if (*at == '\n')
            buf_adds(&document->text, indent);
    }
    document->end[document->count++] = document->text.len;
    free(text);
}

static void random_document(struct document *document)
{
    static const size_t flags[] = {JSON_COMPACT, 0, JSON_INDENT(1), JSON_INDENT(4)};
    size_t shape = below(3), flag = flags[below(4)], count = below(12);
    *document = (struct document){.lines = below(2) == 0 || shape == 2};
    const char *indent = document->lines && shape != 2 ? "  " : "", *end = document->lines ? "\n" : "";
    if (shape == 0)
        buf_addf(&document->text, "[%s", end);
    if (shape == 1)
        buf_addf(&document->text, "{\"meta\": {\"count\": 3, \"next\": null},%s\"data\": [%s", end, end);
    for (size_t i = 0; i < count; i++) {
        document->objects[i] = random_object(i);
        buf_adds(&document->text, indent);
        add_object(document, document->objects[i], flag, indent);
        if (shape != 2 && i + 1 < count)
            buf_addc(&document->text, ',');
        buf_adds(&document->text, end);
    }
    buf_adds(&document->text, shape == 0 ? "]" : shape == 1 ? "], \"empty\": false}" : "");
}

static void document_release(struct document *document)
{
    for (size_t i = 0; i < document->count; i++)
        json_decref(document->objects[i]);
    buf_release(&document->text);
}

static uint64_t line_at(const char *text, size_t at)
{
    uint64_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

static void random_documents_give_what_jansson_sees(void **state)
{
    (void)state;
    for (int round = 0; round < DOCUMENTS; round++) {
        struct document document;
        struct found found;
        random_document(&document);
        take_all(buf_str(&document.text), document.text.len, below(3) ? 0 : 1 + below(3), &found);
        assert_int_equal(found.broken + found.faults, 0);
        assert_int_equal(found.count, document.count);
        for (size_t i = 0; i < found.count; i++) {
            assert_true(json_equal(found.objects[i], document.objects[i]));
            assert_int_equal(found.lines[i], line_at(document.text.data, document.begin[i]));
        }
        found_release(&found);
        document_release(&document);
    }
}

static void cut_documents_give_all_before_the_cut_and_a_word(void **state)
{
    (void)state;
    for (int round = 0; round < DOCUMENTS; round++) {
        struct document document;
        struct found found;
        random_document(&document);
        size_t cut = below(document.text.len + 1), whole = 0;
        while (whole < document.count && document.end[whole] <= cut)
            whole++;
        take_all(buf_str(&document.text), cut, 0, &found);
        assert_true(found.count >= whole);
        for (size_t i = 0; i < whole; i++)
            assert_true(json_equal(found.objects[i], document.objects[i]));
        if (whole < document.count && cut > document.begin[whole])
            assert_true(found.broken + found.faults > 0);
        found_release(&found);
        document_release(&document);
    }
}

static bool has_object(const struct found *found, const json_t *object)
{
    for (size_t i = 0; i < found->count; i++)
        if (json_equal(found->objects[i], object))
            return true;
    return false;
}

/* One byte of one object changed, dropped or doubled: with an object a line, all others still come. */
static void damage_costs_one_object(void **state)
{
    static const char bytes[] = "{}[]\",:\\ x1\t\xC3\0";
    (void)state;
    for (int round = 0; round < DOCUMENTS; round++) {
        struct document document;
        struct found found;
        random_document(&document);
        if (document.count == 0) {
            document_release(&document);
            continue;
        }
        size_t hit = below(document.count);
        size_t at = document.begin[hit] + below(document.end[hit] - document.begin[hit]);
        bool line_end = document.text.data[at] == '\n' || at == document.begin[hit];
        if (below(3) == 0 && !line_end) {
            memmove(document.text.data + at, document.text.data + at + 1, document.text.len - at);
            document.text.len--;
        } else {
            document.text.data[at] = bytes[below(sizeof bytes - 1)];
        }
        take_all(buf_str(&document.text), document.text.len, 0, &found);
        for (size_t i = 0; i < document.count; i++)
            if (i < hit || (i > hit && document.lines && !line_end))
                if (!has_object(&found, document.objects[i]))
                    fail_msg("object %zu is lost, %zu was hit at %zu: %s", i, hit, at, document.text.data);
        found_release(&found);
        document_release(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_document_gives_its_objects),
        cmocka_unit_test(faults_are_told_and_what_follows_is_read),
        cmocka_unit_test(faults_have_their_place),
        cmocka_unit_test(too_long_and_too_deep_objects_cost_themselves),
        cmocka_unit_test(a_bracket_that_stays_open_costs_no_later_object),
        cmocka_unit_test(faults_without_end_are_cut_short),
        cmocka_unit_test(memory_does_not_grow_with_the_document),
        cmocka_unit_test(random_documents_give_what_jansson_sees),
        cmocka_unit_test(cut_documents_give_all_before_the_cut_and_a_word),
        cmocka_unit_test(damage_costs_one_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
