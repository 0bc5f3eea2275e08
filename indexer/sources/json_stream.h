/* The objects of a large JSON document, one by one: memory does not grow with the document.
 *
 * A document is any of these, and any of these behind each other (pages of an interface, joined):
 *   - objects, one a line or not (ndjson);
 *   - a list of objects, or of pages;
 *   - a page: an object with the list in a member "data", "itemList", "items", "contents", "content", "results" or
 *     "value", and no id of its own before it.  What else a page says is passed over.
 *
 * Broken JSON is told with its place, and what follows is still tried: an object whose brackets close costs only
 * itself; otherwise the next object is looked for where a line begins like the broken one's did, or in documents
 * without lines where one begins with the same key. */
#ifndef OPASTIN_INDEXER_SOURCES_JSON_STREAM_H
#define OPASTIN_INDEXER_SOURCES_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/status.h"
#include "validate.h"

enum {
    JSON_STREAM_OBJECT_BYTES = 4 << 20, /* of one object */
    JSON_STREAM_DEPTH = 32,             /* nesting within an object */
    JSON_STREAM_LOST = 100,             /* times that the next object is looked for in a broken document */
    JSON_STREAM_WORDS = 240,
};

enum json_stream_kind {
    JSON_STREAM_OBJECT,
    JSON_STREAM_BROKEN, /* an object, or what should be one, that cannot be read */
    JSON_STREAM_FAULT,  /* a fault around the objects: a list that does not end; code PROBLEM_NOTE when it surely cost
                           none: a comma too few */
    JSON_STREAM_END,    /* stays so */
};

struct json_stream_item {
    enum json_stream_kind kind;
    uint64_t line;   /* where the object begins, or the fault is; from 1 */
    json_t *object;  /* the caller's reference; NULL unless it is an object */
    enum problem_code code;
    char what[JSON_STREAM_WORDS]; /* of a fault: "is not JSON: … at line 7, character 12" */
    const char *mend;
};

/* The next bytes of the document, *len 0 at its end; they are read before the next call. */
typedef enum status json_stream_read(void *context, const unsigned char **bytes, size_t *len, struct err *err);

struct json_stream;

enum status json_stream_new(struct json_stream **stream, json_stream_read *read, void *context,
                            struct err *err) MUST_USE;
void json_stream_free(struct json_stream *stream);

/* STATUS_NOMEM, and what `read` fails with. */
enum status json_stream_next(struct json_stream *stream, struct json_stream_item *item, struct err *err) MUST_USE;

#endif
