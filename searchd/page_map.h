/* The map beside the list of areas: another way to make the same choice. */
#ifndef OPASTIN_SEARCHD_PAGE_MAP_H
#define OPASTIN_SEARCHD_PAGE_MAP_H

#include "searchd/page_facets.h"

/* "map", shown by map.html, when it stands open.  The answer's counts must still be there. */
enum status page_map(struct page *page, const struct request *request, const struct answer *answer,
                     const struct page_open *open, struct err *err) MUST_USE;
/* The address of this page with the map open. */
const char *page_map_url(struct page *page, const struct request *request, const struct page_open *open);

#endif
