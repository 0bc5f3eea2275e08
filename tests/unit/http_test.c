/* The parts of the HTTP side that need no socket: the reader of heads, entity tags, accepted codings, problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "searchd/api.h"
#include "searchd/config.h"
#include "searchd/http_head.h"
#include "searchd/problem.h"
#include "searchd/route.h"

static const struct http_limits limits = {.header_bytes = 1000, .uri_bytes = 300, .body_bytes = 100};

/* The head read as the server reads it when its bytes come in two parts, cut at every place: all must agree. */
static int status_of(const char *head, struct http_request *request)
{
    static char copy[4096];
    size_t len = strlen(head);
    int status = -1;
    for (size_t cut = 0; cut <= len; cut++) {
        struct http_scan scan = {0, 0};
        struct http_refusal refusal = {0, NULL};
        enum http_scan_result result = http_head_scan(head, cut, &limits, &scan, &refusal);
        if (result == HTTP_SCAN_MORE)
            result = http_head_scan(head, len, &limits, &scan, &refusal);
        if (result == HTTP_SCAN_WHOLE) {
            assert_true(scan.at <= len);
            memcpy(copy, head, scan.at);
            http_head_parse(copy, scan.at, &limits, request);
            refusal = request->refusal;
        }
        int found = result == HTTP_SCAN_MORE ? 0 : refusal.status ? refusal.status : 200;
        assert_true(status == -1 || status == found);
        assert_true(!refusal.status || strlen(refusal.detail) > 0);
        status = found;
    }
    return status;
}

static int status(const char *head)
{
    struct http_request request;
    return status_of(head, &request);
}

#define HOST "Host: a\r\n"

static void a_plain_request_is_read(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status_of("GET /a/b?q=%20x&y HTTP/1.1\r\nHost: a:80\r\nAccept-Encoding:gzip \r\n"
                               "IF-NONE-MATCH: \t\"x\"\t\r\nX-Empty:\r\nIf-modified-since: Tue\r\n\r\n", &r), 200);
    assert_int_equal(r.method, HTTP_GET);
    assert_string_equal(r.path, "/a/b");
    assert_string_equal(r.query, "q=%20x&y");
    assert_string_equal(r.accept_encoding, "gzip");
    assert_string_equal(r.if_none_match, "\"x\"");
    assert_string_equal(r.if_modified_since, "Tue");
    assert_false(r.close);
}

static void what_is_not_whole_yet_waits(void **state)
{
    (void)state;
    assert_int_equal(status(""), 0);
    assert_int_equal(status("GET / HTTP/1.1\r\n" HOST), 0);
    assert_int_equal(status("GET / HTTP/1.1\r\n" HOST "\r"), 0);
}

static void the_absolute_form_loses_its_authority(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status_of("GET HTTP://a:80/b?c HTTP/1.1\r\n" HOST "\r\n", &r), 200);
    assert_string_equal(r.path, "/b");
    assert_string_equal(r.query, "c");
    assert_int_equal(status_of("GET http://a HTTP/1.1\r\n" HOST "\r\n", &r), 200);
    assert_string_equal(r.path, "/");
    assert_int_equal(status_of("GET http://a?b HTTP/1.1\r\n" HOST "\r\n", &r), 200);
    assert_string_equal(r.path, "/");
    assert_string_equal(r.query, "b");
    assert_int_equal(status("GET http:///b HTTP/1.1\r\n" HOST "\r\n"), 400);
    assert_int_equal(status("GET ftp://a/b HTTP/1.1\r\n" HOST "\r\n"), 400);
}

static void the_request_line_is_exact(void **state)
{
    static const char *const bad[] = {
        "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n" HOST "\r\n", "GET / HTTP/1.1 \r\n" HOST "\r\n",
        " GET / HTTP/1.1\r\n" HOST "\r\n", "GET /a b HTTP/1.1\r\n" HOST "\r\n", "G(T / HTTP/1.1\r\n" HOST "\r\n",
        "GET a HTTP/1.1\r\n" HOST "\r\n", "GET * HTTP/1.1\r\n" HOST "\r\n", "GET /#x HTTP/1.1\r\n" HOST "\r\n",
        "GET /\tx HTTP/1.1\r\n" HOST "\r\n", "GET / http/1.1\r\n" HOST "\r\n", "GET / HTTP/1.\r\n" HOST "\r\n",
        "GET / HTTP/11\r\n" HOST "\r\n", "GET / HTTP/1.1x\r\n" HOST "\r\n", "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.1\n" HOST "\r\n", "GET / HTTP/1.1\r" HOST "\r\n", "GET /\x01 HTTP/1.1\r\n" HOST "\r\n",
        "GET /\x7f HTTP/1.1\r\n" HOST "\r\n", "\x16\x03\x01\x02",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (status(bad[i]) != 400)
            fail_msg("%zu: %d for %s", i, status(bad[i]), bad[i]);
    assert_int_equal(status("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(status("BREW /pot HTTP/1.1\r\n" HOST "\r\n"), 200); /* a method; the route refuses it */
}

static void other_versions_are_told_so(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status("GET / HTTP/1.9\r\n" HOST "\r\n"), 505);
    assert_int_equal(status("PRI * HTTP/2.0\r\n\r\n"), 505);
    assert_int_equal(status_of("GET / HTTP/1.0\r\n\r\n", &r), 200);
    assert_true(r.close);
}

static void headers_that_two_readers_could_take_differently_are_refused(void **state)
{
    static const char *const bad[] = {
        "", HOST HOST, "Host: a, b\r\n", "Host: a b\r\n", "Host: a/b\r\n", HOST "X : y\r\n", HOST ": y\r\n",
        HOST "X\r\n", HOST "X: y\r\n z\r\n", " X: y\r\n" HOST, HOST "X\t: y\r\n", HOST "X: \x01\r\n",
        HOST "X: y\n", HOST "X: y\rZ: z\r\n", HOST "X(: y\r\n", HOST "X\xc3\xa4: y\r\n",
        HOST "Content-Length: 0\r\nContent-Length: 0\r\n", HOST "Content-Length: +5\r\n",
        HOST "Content-Length: -0\r\n", HOST "Content-Length: 0x0\r\n", HOST "Content-Length: 0, 0\r\n",
        HOST "Content-Length:\r\n", HOST "Content-Length: 5\r\n", HOST "Transfer-Encoding: chunked\r\n",
        HOST "Transfer-Encoding: identity\r\n", HOST "transfer-encoding:\r\n",
    };
    char head[400];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_request r;
        snprintf(head, sizeof head, "GET / HTTP/1.1\r\n%s\r\n", bad[i]);
        if (status_of(head, &r) != 400)
            fail_msg("%zu: %d for %s", i, status(head), bad[i]);
    }
    assert_int_equal(status("GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 200);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: [::1]:80\r\nX: \xc3\xa4\r\n\r\n"), 200);
}

static void a_zero_byte_is_refused(void **state)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
    struct http_scan scan = {0, 0};
    struct http_refusal refusal = {0, NULL};
    (void)state;
    assert_int_equal(http_head_scan(head, sizeof head - 1, &limits, &scan, &refusal), HTTP_SCAN_REFUSED);
    assert_int_equal(refusal.status, 400);
}

static void bodies_close_the_connection(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\n", &r), 200);
    assert_int_equal(r.method, HTTP_POST);
    assert_true(r.close);
    assert_int_equal(status("POST / HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n"), 413);
    assert_int_equal(status("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n"), 413);
    assert_int_equal(status("HEAD / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n"), 400);
}

static void connection_and_expect_are_understood(void **state)
{
    struct http_request r;
    (void)state;
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" HOST "Connection: keep-alive, Close\r\n\r\n", &r), 200);
    assert_true(r.close);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", &r), 200);
    assert_false(r.close);
    assert_int_equal(status("GET / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\n\r\n"), 200);
    assert_int_equal(status("GET / HTTP/1.1\r\n" HOST "Expect: cake\r\n\r\n"), 417);
}

/* A request with a target of that many bytes, and header lines of that many. */
static int sized(size_t target, size_t headers)
{
    char head[4000], filler[2000];
    memset(filler, 'x', sizeof filler);
    snprintf(head, sizeof head, "GET /%.*s HTTP/1.1\r\nHost: a\r\nX: %.*s\r\n\r\n", (int)target - 1, filler,
             (int)(headers - strlen("Host: a\r\nX: \r\n\r\n")), filler);
    return status(head);
}

static void limits_hold_to_the_byte(void **state)
{
    char head[4000] = "GET / HTTP/1.1\r\nHost: a\r\n";
    (void)state;
    assert_int_equal(sized(300, 100), 200);
    assert_int_equal(sized(301, 100), 414);
    assert_int_equal(sized(500, 100), 414);
    assert_int_equal(sized(10, 1000), 200);
    assert_int_equal(sized(10, 1001), 431);
    for (int i = 1; i < HTTP_HEADERS_MOST; i++)
        strcat(head, "X:y\r\n");
    size_t len = strlen(head);
    memcpy(head + len, "\r\n", 3);
    assert_int_equal(status(head), 200);
    memcpy(head + len, "X:y\r\n\r\n", 8);
    assert_int_equal(status(head), 431);
}

static void the_coding_is_what_the_client_weighs_most(void **state)
{
    static const struct {
        const char *list;
        enum coding with_br, without;
    } cases[] = {
        {"gzip, deflate, br", CODING_BR, CODING_GZIP}, {"br;q=0.9, gzip", CODING_GZIP, CODING_GZIP},
        {"gzip;q=0.8,br;q=0.85", CODING_BR, CODING_GZIP}, {"br;q=0.001", CODING_BR, CODING_PLAIN},
        {"br;q=0", CODING_PLAIN, CODING_PLAIN}, {"*", CODING_BR, CODING_GZIP},
        {"*;q=0.5, br;q=0", CODING_GZIP, CODING_GZIP},
        {"BR", CODING_BR, CODING_PLAIN}, {"brotli", CODING_PLAIN, CODING_PLAIN}, {"", CODING_PLAIN, CODING_PLAIN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (coding_choose(cases[i].list) != (coding_known(CODING_BR) ? cases[i].with_br : cases[i].without))
            fail_msg("%s: %s", cases[i].list, coding_names[coding_choose(cases[i].list)]);
}

static void gzip_is_taken_as_the_client_weighs_it(void **state)
{
    static const char *const yes[] = {"gzip", "GZIP", "br, gzip", "gzip;q=0.001", "*", "br;q=0, *;q=0.1", "x-gzip",
                                      "deflate,gzip ;q=1"};
    static const char *const no[] = {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *",
                                     "gzipped", "gz"};
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (coding_choose(yes[i]) == CODING_PLAIN)
            fail_msg("not taken: %s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (coding_choose(no[i]) == CODING_GZIP)
            fail_msg("taken: %s", no[i]);
}

static void entity_tags_match_in_any_form(void **state)
{
    char got[API_TAG_BYTES];
    (void)state;
    assert_true(api_tag_matches("\"a-1\"", "a-1", got));
    assert_string_equal(got, "\"a-1\"");
    assert_true(api_tag_matches("\"x\", W/\"a-1-gz\"", "a-1", got));
    assert_string_equal(got, "\"a-1-gz\"");
    assert_true(api_tag_matches(" *", "a-1", got));
    assert_false(api_tag_matches("", "a-1", got));
    assert_false(api_tag_matches("a-1", "a-1", got));
    assert_false(api_tag_matches("\"a-1", "a-1", got));
    assert_false(api_tag_matches("\"a-12\", \"a-1-gzz\", \"a-\"", "a-1", got));
}

static void every_failure_has_its_http_status(void **state)
{
    (void)state;
    assert_int_equal(problem_status(STATUS_INVALID), 400);
    assert_int_equal(problem_status(STATUS_LIMIT), 400);
    assert_int_equal(problem_status(STATUS_NOTFOUND), 404);
    assert_int_equal(problem_status(STATUS_STALE), 410);
    assert_int_equal(problem_status(STATUS_TIMEOUT), 504);
    assert_int_equal(problem_status(STATUS_CORRUPT), 500);
    assert_int_equal(problem_status(STATUS_NOMEM), 503);
    for (int s = 1; s < STATUS_COUNT; s++)
        assert_string_not_equal(http_phrase(problem_status((enum status)s)), "Unknown");
}

static void a_problem_is_whole_json(void **state)
{
    struct request_errors errors = {.list = {{"a\"b", "x\ny"}, {"c", "z"}}, .count = 2};
    struct buf out = BUF_INIT;
    (void)state;
    problem_write(400, "invalid", "wrong \"all\"", &errors, "0123", &out);
    assert_string_equal(buf_str(&out),
                        "{\"type\":\"urn:opastin:problem:invalid\",\"title\":\"Bad Request\",\"status\":400,"
                        "\"detail\":\"wrong \\\"all\\\"\",\"code\":\"invalid\",\"errors\":[{\"parameter\":\"a\\\"b\","
                        "\"detail\":\"x\\ny\"},{\"parameter\":\"c\",\"detail\":\"z\"}],\"requestId\":\"0123\"}");
    buf_release(&out);
}

static enum status configured(struct config *config, const char *a, const char *b)
{
    char first[64], second[64], *argv[] = {NULL, first, second, NULL};
    struct err err = {0};
    snprintf(first, sizeof first, "%s", a);
    snprintf(second, sizeof second, "%s", b ? b : "");
    enum status result = config_parse(config, b ? 3 : 2, argv, &err);
    assert_true(result == STATUS_OK || strlen(err.message) > 0);
    return result;
}

static void options_are_read_and_checked(void **state)
{
    struct config c;
    (void)state;
    assert_int_equal(configured(&c, "--today", "2026-12-01"), STATUS_OK);
    assert_int_equal(config_today(&c), 20788);
    assert_int_equal(c.search_timeout_ms, CONFIG_SEARCH_TIMEOUT_MS);
    assert_int_equal(c.uri_bytes, REQUEST_URI_BYTES);
    assert_int_equal(configured(&c, "--today", "2026-13-01"), STATUS_INVALID);
    assert_int_equal(configured(&c, "--port", "65536"), STATUS_INVALID);
    assert_int_equal(configured(&c, "--port", "65535"), STATUS_OK);
    assert_int_equal(configured(&c, "--threads", "0"), STATUS_INVALID);
    assert_int_equal(configured(&c, "--uri-bytes", "8193"), STATUS_INVALID);
    assert_int_equal(configured(&c, "--sender-timeout-ms", "30001"), STATUS_INVALID);
    assert_int_equal(configured(&c, "--nonsense", NULL), STATUS_INVALID);
    assert_int_equal(configured(&c, "operand", NULL), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_request_is_read),
        cmocka_unit_test(what_is_not_whole_yet_waits),
        cmocka_unit_test(the_absolute_form_loses_its_authority),
        cmocka_unit_test(the_request_line_is_exact),
        cmocka_unit_test(other_versions_are_told_so),
        cmocka_unit_test(headers_that_two_readers_could_take_differently_are_refused),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(bodies_close_the_connection),
        cmocka_unit_test(connection_and_expect_are_understood),
        cmocka_unit_test(limits_hold_to_the_byte),
        cmocka_unit_test(the_coding_is_what_the_client_weighs_most),
        cmocka_unit_test(gzip_is_taken_as_the_client_weighs_it),
        cmocka_unit_test(entity_tags_match_in_any_form),
        cmocka_unit_test(every_failure_has_its_http_status),
        cmocka_unit_test(a_problem_is_whole_json),
        cmocka_unit_test(options_are_read_and_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
