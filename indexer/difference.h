/* What a run would change, record by record and field by field. */
#ifndef OPASTIN_INDEXER_DIFFERENCE_H
#define OPASTIN_INDEXER_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

struct fresh_records;
struct previous;
struct report;
struct tonight;

enum { DIFFERENCE_VALUE_CHARS = 160 }; /* shown of a value; "…" behind a cut one */

/* Called for each record, in the order in which they were read, removed ones last. */
typedef enum status difference_fn(void *context, const struct buf *text, struct err *err);

/* Gives on, as text for people or a JSON object a line: "+ source: id  title", "- …" for one that is
 * gone or a duplicate now, and "~ …" for a changed one, with a line for each field:
 * "    texts.fi.summary: old -> new".  fresh: of tonight's
 * documents. */
enum status differences(const struct report *report, struct previous *previous, const struct tonight *tonight,
                        const struct fresh_records *fresh, bool json, difference_fn *give, void *context,
                        struct err *err) MUST_USE;

#endif
