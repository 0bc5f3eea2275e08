#include "searchd/problem.h"

#include <string.h>

#include "searchd/http_head.h"

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
