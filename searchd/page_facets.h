/* The filters of the search page, what was chosen of them, and what they leave out because it is not known. */
#ifndef OPASTIN_SEARCHD_PAGE_FACETS_H
#define OPASTIN_SEARCHD_PAGE_FACETS_H

#include "searchd/page.h"

enum {
    PAGE_FACET_SHOWN = 8,       /* values of a filter; the rest behind "show all" */
    PAGE_MUNICIPALITIES_SHOWN = 40, /* when there are more, those of one county at a time are */
};

/* What stands open.  Part of the address, as all else is. */
struct page_open {
    const char *area; /* the county whose municipalities are shown: code of an area, NULL none */
    bool map;         /* the map: of the country, or of that county */
};
/* As struct page's `shown`, in the arena; NULL: nothing. */
const char *page_open_text(const struct page_open *open, struct arena *arena);

/* "groups", shown by facets.html.  The answer's counts must still be there. */
void page_facets(struct page *page, const struct request *request, const struct answer *answer,
                 const struct page_open *open);
/* "chips": links that take one choice back.  Returns how many. */
size_t page_chips(struct page *page, const struct request *request);
/* "unknown": what filters leave out because it does not say, with links that let it in.  Returns how many. */
size_t page_unknown(struct page *page, const struct request *request, const struct answer *answer);
/* The name of a filter, "Aihe". */
const char *page_facet_title(const struct page *page, enum facet facet);

#endif
