/* A thread's templates, each in three languages, read when a page is first asked for.
 *
 * Before a template is read, {{> name}} is replaced by the file name.html, {{t.key}} by the text of that key in the
 * language, and the line breaks and indentation that only people need are taken out: what remains costs no look-up when
 * a page is shown.  A line break between words is a blank; beside a tag of HTML or of the template it is nothing, and a
 * blank that is wanted there is written &#32;. */
#ifndef OPASTIN_SEARCHD_WEB_TEMPLATES_H
#define OPASTIN_SEARCHD_WEB_TEMPLATES_H

#include "base/buf.h"
#include "base/status.h"
#include "searchd/web/assets.h"
#include "searchd/web/mustache.h"

/* The pages that have a template of their own, name.html. */
enum template_name { TEMPLATE_SEARCH, TEMPLATE_STATUS, TEMPLATE_ERROR, TEMPLATE_LIST, TEMPLATE_PRIVACY,
                     TEMPLATE_ACCESSIBILITY, TEMPLATE_HELP, TEMPLATE_ITEM, TEMPLATE_GONE,
                     TEMPLATE_REPORT, TEMPLATE_API, TEMPLATE_EMBED, TEMPLATE_EMBED_FRAGMENT,
                     TEMPLATE_EMBED_BUILDER, TEMPLATES };

enum { TEMPLATES_DEPTH = 8 }; /* files within files */

struct templates;

/* The assets must outlive it.  STATUS_SYNTAX names file and text: an unknown key, a missing file. */
enum status templates_new(struct templates **templates, const struct assets *assets, struct err *err) MUST_USE;
void templates_free(struct templates *templates);
struct mustache *templates_get(struct templates *templates, enum template_name name, enum ui_lang lang);

/* What is read instead of the file; for tests and for looking at it. */
enum status templates_expand(const struct assets *assets, const char *name, enum ui_lang lang, struct buf *out,
                             struct err *err) MUST_USE;

#endif
