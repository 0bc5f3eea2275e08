/* The document of the HTTP API, OpenAPI 3.1, and what its page for people shows.
 *
 * Made once at the start of what the service itself goes by: the table of paths (route.h), the parameters of a search
 * (search/parameters.h), the problems (problem.h), the fields of a record (field.h), the vocabularies, and two files:
 * web/openapi.json has the schemas of the answers, web/openapi_examples.json requests with what they answer over
 * corpus/, which tests/api asks again.  docs/http-api.md says how an operation is added. */
#ifndef OPASTIN_SEARCHD_OPENAPI_H
#define OPASTIN_SEARCHD_OPENAPI_H

#include <stddef.h>

#include "base/status.h"
#include "searchd/web/assets.h"

#define OPENAPI_HERE "http://127.0.0.1:8080" /* in examples, where nothing tells the public address */

enum { OPENAPI_TAG_BYTES = 24 };

struct openapi {
    char *text;      /* the document, JSON; owned, as is the page */
    size_t len;
    char *page;      /* what the page shows, JSON for view_from_json() */
    size_t page_len;
    char tag[OPENAPI_TAG_BYTES]; /* of its bytes */
};

/* public_url: "https://opastin.example.org", NULL when nothing tells it.  Needs vocab_load().  STATUS_SYNTAX when one
 * of the two files cannot be read, or an example names no operation. */
enum status openapi_new(struct openapi **result, const struct assets *assets, const char *public_url,
                        struct err *err) MUST_USE;
void openapi_free(struct openapi *openapi);

#endif
