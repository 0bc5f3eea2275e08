/* The ids of a shortlist, as addresses carry them: `list=a,b,c` on every page while nobody's script keeps them,
 * `id=a,b` on the list's own page.  There is no other place where they are: no session, no cookie. */
#ifndef OPASTIN_SEARCHD_SHORTLIST_H
#define OPASTIN_SEARCHD_SHORTLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

enum {
    SHORTLIST_MOST = 50,
    SHORTLIST_ID_BYTES = 100, /* docs/data-format.md */
};

/* Different ids in their order, each of a-z, 0-9 and . _ : - only, so that none needs encoding. */
struct shortlist {
    const char *ids[SHORTLIST_MOST];
    size_t count;
    size_t beyond;    /* ids after the last that fits */
    size_t malformed; /* what was given and can be no id */
};

/* The ids of all parameters of this name, divided by commas, in the arena.  query: as sent, NULL: none.
 * STATUS_NOMEM. */
enum status shortlist_read(struct shortlist *list, const char *query, const char *name, struct arena *arena,
                           struct err *err) MUST_USE;
bool shortlist_has(const struct shortlist *list, const char *id);
/* False when it is there already, or the list is full (then it counts as beyond). */
bool shortlist_add(struct shortlist *list, const char *id);
/* "a,b,c" in the arena, without the id at `left_out` (list->count: all of them), with `more` at its end (NULL: none).
 * "" when there is none, or no memory. */
const char *shortlist_text(const struct shortlist *list, size_t left_out, const char *more, struct arena *arena);

#endif
