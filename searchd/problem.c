#include "searchd/problem.h"

#include <string.h>

#include "searchd/http_head.h"

const struct problem_row problem_rows[] = {
    {400, "invalid", OF_PARAMETERS, "a parameter is not allowed as given", "mend what `errors` names"},
    {400, "limit", OF_WORDS, "words or filters need more than one may ask for", "ask for less"},
    {400, "syntax", OF_ANY_REQUEST,
     "not a request that HTTP allows (the connection is closed), or a path that is no UTF-8", "mend the client"},
    {401, PROBLEM_KEY, OF_KEY,
     "no key where one is needed, one that is not known, or one whose last day has passed",
     "ask the operator for a key"},
    {403, PROBLEM_FORBIDDEN, OF_KEY, "the key is not for the site that asks", "ask from a site of the key"},
    {404, "notfound", OF_NAME, "nothing has this name", NULL},
    {405, PROBLEM_METHOD, OF_ANY_REQUEST, "another method than those in `Allow`", NULL},
    {408, "timeout", OF_ANY_REQUEST, "the request was not sent whole in time; the connection is closed", NULL},
    {410, PROBLEM_GONE, OF_RECORD, "the record has been removed; `record` says which it was",
     "offer a search for its name"},
    {410, "stale", OF_CURSOR, "the cursor's generation or day has passed", "start from the first page"},
    {413, "limit", OF_ANY_REQUEST, "the body is too large; the connection is closed", NULL},
    {414, "limit", OF_ANY_REQUEST, "the target of the request is too long; the connection is closed", NULL},
    {417, PROBLEM_EXPECTATION, OF_ANY_REQUEST, "an `Expect` other than `100-continue`; the connection is closed", NULL},
    {429, PROBLEM_RATE, OF_RATE, "too much from one address, or by one key", "wait `Retry-After` seconds"},
    {431, "limit", OF_ANY_REQUEST, "the headers are too large or too many; the connection is closed", NULL},
    {500, "io", OF_READING, "the service could not read its index", "report it with the `requestId`"},
    {500, "corrupt", OF_READING, "a part of the index is damaged", "report it with the `requestId`"},
    {500, "internal", OF_ANY_REQUEST, "a fault of the service", "report it with the `requestId`"},
    {503, PROBLEM_UNAVAILABLE, OF_INDEX | OF_NO_INDEX, "no index is published yet, or a list of it is still being made",
     "wait `Retry-After` seconds"},
    {503, PROBLEM_OVERLOAD, OF_ANY_REQUEST, "too many connections, or more searches than can be answered in time",
     "wait `Retry-After` seconds"},
    {503, "nomem", OF_ANY_REQUEST, "out of memory", "wait `Retry-After` seconds"},
    {504, "timeout", OF_SEARCH, "the search took longer than it may", "ask for less"},
    {505, "version", OF_ANY_REQUEST, "another version than HTTP/1.1 and 1.0; the connection is closed", NULL},
};
const size_t problem_count = sizeof problem_rows / sizeof *problem_rows;

int problem_status(enum status status)
{
    return status == STATUS_STALE ? 410 : status_http(status);
}

const char *problem_code(int http_status)
{
    switch (http_status) {
    case 400: return status_name(STATUS_SYNTAX);
    case 404: return status_name(STATUS_NOTFOUND);
    case 405: return PROBLEM_METHOD;
    case 410: return PROBLEM_GONE;
    case 408:
    case 504: return status_name(STATUS_TIMEOUT);
    case 413:
    case 414:
    case 431: return status_name(STATUS_LIMIT);
    case 417: return PROBLEM_EXPECTATION;
    case 503: return PROBLEM_OVERLOAD;
    case 505: return status_name(STATUS_VERSION);
    default: return status_name(STATUS_INTERNAL);
    }
}

static void add_text(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, ",\"%s\":", key);
    buf_add_json(out, text, strlen(text));
}

void problem_write(int http_status, const char *code, const char *detail, const struct request_errors *errors,
                   const char *request_id, struct buf *out)
{
    buf_addf(out, "{\"type\":\"urn:opastin:problem:%s\",\"title\":\"%s\",\"status\":%d", code,
             http_phrase(http_status), http_status);
    add_text(out, "detail", detail);
    add_text(out, "code", code);
    buf_adds(out, ",\"errors\":[");
    for (size_t i = 0; errors && i < errors->count; i++) {
        const struct request_error *error = &errors->list[i];
        buf_adds(out, i ? ",{\"parameter\":" : "{\"parameter\":");
        buf_add_json(out, error->parameter, strlen(error->parameter));
        add_text(out, "detail", error->detail);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    add_text(out, "requestId", request_id);
    buf_addc(out, '}');
}
