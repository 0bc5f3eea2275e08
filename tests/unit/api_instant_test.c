/* InstantSearch when memory fails: the answer says when to try again, in the words that its clients look for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "searchd/api.h"
#include "tests/unit/failing.h"

static const char *header_of(const struct http_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    return NULL;
}

/* There is no index behind the searcher: a body that is refused never asks it. */
static void ask(long nth, struct api *api, struct http_request *request, struct http_reply *reply)
{
    static int searcher;
    *reply = (struct http_reply){.status = 0};
    api->searcher = (struct searcher *)(void *)&searcher;
    request->in_turn = true;
    allocations = 0;
    fail_at = nth;
    assert_int_equal(api_instant(api, request, "", reply), HTTP_ANSWERED);
    fail_at = 0;
    arena_reset(&api->arena);
}

static void without_memory_the_answer_says_when_to_try_again(void **state)
{
    static const char body[] = "{\"requests\":[{\"indexName\":\"products\"}]}";
    struct config config = {.today = 20000, .search_timeout_ms = 1000};
    struct service service = {.config = &config};
    struct http_request request = {.body = body, .body_bytes = sizeof body - 1, .path = "/api/v1/instantsearch",
                                   .if_none_match = "", .query = "lang=sv"};
    struct http_reply reply;
    struct api api = {.service = &service};
    long failed = 0;
    (void)state;
    for (;; failed++) {
        ask(failed + 1, &api, &request, &reply);
        if (reply.status != 503)
            break;
        assert_string_equal(header_of(&reply, "Retry-After"), "5");
        assert_string_equal(header_of(&reply, "Cache-Control"), "no-store");
        assert_non_null(strstr(reply.body, "\"code\":\"nomem\""));
        assert_non_null(strstr(reply.body, "\"message\":\"the service failed"));
    }
    assert_true(failed > 0);
    assert_int_equal(reply.status, 404);
    assert_non_null(strstr(reply.body, "\"message\":\"requests[0].indexName: there is no index"));
    buf_release(&api.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_memory_the_answer_says_when_to_try_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
