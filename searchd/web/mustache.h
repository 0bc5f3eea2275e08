/* Mustache templates, read once and shown many times: the C face of the library (kainjow-mustache), which stands in
 * mustache.cc alone.
 *
 * Texts are escaped for HTML, in attributes too; {{{name}}} puts what is HTML already.  A template belongs to one
 * thread: showing it is not thread-safe. */
#ifndef OPASTIN_SEARCHD_WEB_MUSTACHE_H
#define OPASTIN_SEARCHD_WEB_MUSTACHE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"
#include "searchd/web/view.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { MUSTACHE_BYTES = 1 << 20 }; /* of a template */

struct mustache;

/* STATUS_SYNTAX says where; STATUS_LIMIT, STATUS_NOMEM. */
enum status mustache_new(struct mustache **mustache, const char *text, size_t len, struct err *err) MUST_USE;
void mustache_free(struct mustache *mustache); /* NULL: no-op */
/* Appends the page.  STATUS_NOMEM also when the view is not whole. */
enum status mustache_render(struct mustache *mustache, const struct view *view, struct buf *out,
                            struct err *err) MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
