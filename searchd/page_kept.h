/* "kept": what the search form's fields do not say and the next search keeps, as hidden fields. */
#ifndef OPASTIN_SEARCHD_PAGE_KEPT_H
#define OPASTIN_SEARCHD_PAGE_KEPT_H

#include "searchd/page.h"

/* Order, unknown ones let in, the list, what stands open, the page's size; what is locked, and what a site around it
 * chose. */
void page_kept(struct page *page, const struct request *request);

#endif
