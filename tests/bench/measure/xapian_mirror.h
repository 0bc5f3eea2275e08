/* The postings of a generation as a Xapian database, for Xapian's own matcher to be measured and compared with.
 *
 * Row r is document r + 1; a term's wdf is its frequency.  Document lengths are the columns' own but for frequencies
 * above INVERTED_FREQUENCY_MOST. */
#ifndef OPASTIN_TESTS_XAPIAN_MIRROR_H
#define OPASTIN_TESTS_XAPIAN_MIRROR_H

#include "base/status.h"

/* Makes the database in the new folder `path` from the inverted file. */
enum status xapian_mirror(const char *inverted_path, const char *path, struct err *err) MUST_USE;

#endif
