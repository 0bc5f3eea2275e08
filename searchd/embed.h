/* What a site that shows the search within its own page chooses beyond the search itself: the parameters of /embed and
 * /embed/fragment that no search has, and what a lock keeps as it is.  docs/portals.md tells them to portals. */
#ifndef OPASTIN_SEARCHD_EMBED_H
#define OPASTIN_SEARCHD_EMBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/request.h"

enum {
    EMBED_HEADING_DEFAULT = 2, /* level of the count; names of records are one below */
    EMBED_HEADING_MOST = 5,
    EMBED_LOCK_WORDS = FACET_COUNT, /* bit of `lock` behind those of the facets: q */
};

enum embed_view { EMBED_SEARCH, EMBED_LIST, EMBED_COUNT, EMBED_VIEWS };
enum embed_look { EMBED_LIGHT, EMBED_AUTO, EMBED_BLUE, EMBED_CONTRAST, EMBED_LOOKS };

struct embed {
    enum ui_lang lang;
    enum embed_view view;
    enum embed_look look;
    unsigned heading;
    uint32_t lock; /* bit per enum facet, and EMBED_LOCK_WORDS: what its reader cannot change */
    bool new_tab;  /* records open in a tab of their own */
    bool fragment; /* without a page around it, for the loader */
    bool styled;   /* a fragment with its style in it: the loader's first, which so needs no second request */
    const struct request *asked; /* what locks are measured by; set by the page */
};

const char *embed_view_name(enum embed_view view);
const char *embed_look_name(enum embed_look look);

/* True when the pair ("lock=area", not ended by NUL) is one of these parameters: searches do not know them. */
bool embed_owns(const char *pair, size_t len);
/* Reads them out of a query string, passing over all others; empty ones count as not given.  Mistakes are appended to
 * errors, which must be set to begin with. */
void embed_read(struct embed *embed, const char *query, struct arena *arena, struct request_errors *errors);
/* Appends them as "&lang=sv&lock=area", defaults left out, without the first '&' when out ends in '?' or is empty. */
void embed_write(const struct embed *embed, struct buf *out);

bool embed_locks(const struct embed *embed, enum facet facet); /* false for NULL */
/* True when the other request has all that is locked as it is asked now; true for NULL. */
bool embed_keeps(const struct embed *embed, const struct request *other);
/* What is left when all filters that can be taken away are; the words stay.  Without locks (NULL): all. */
struct request embed_bare(const struct embed *embed, const struct request *request);

#endif
