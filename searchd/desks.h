/* Phone desks: where a counsellor may ask when a search finds little, by area.
 *
 * A text file of the operator, a desk a line: area | name | phone | hours.  The area is a code or a name of the areas'
 * vocabulary ("491", "Mikkeli", "wellbeing-12", "nationwide"); hours may be left out; # begins a comment. */
#ifndef OPASTIN_SEARCHD_DESKS_H
#define OPASTIN_SEARCHD_DESKS_H

#include "base/status.h"
#include "search/request.h"

struct query; /* search/query.h */

enum {
    DESKS_MOST = 1000,      /* lines with a desk */
    DESKS_LINE_BYTES = 500,
    DESKS_SHOWN = 3,
};

struct desk {
    uint16_t area;
    const char *name, *phone, *hours; /* hours NULL: not told */
};

struct desks;

/* STATUS_INVALID and STATUS_LIMIT say file, line and what is allowed; STATUS_IO; STATUS_NOMEM.  The vocabularies are
 * loaded. */
enum status desks_open(struct desks **desks, const char *path, struct err *err) MUST_USE;
void desks_free(struct desks *desks); /* NULL: no-op */

/* The desks for the areas that are asked for by filter, by `near` or in the words, the one of the smallest area for
 * each; the nationwide one when that gives none.  desks and query may be NULL.  How many; each once. */
size_t desks_find(const struct desks *desks, const struct request *request, const struct query *query,
                  const struct desk *found[DESKS_SHOWN]);

#endif
