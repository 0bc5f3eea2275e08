/* CSV as an association or a municipality keeps it: the first row names the columns (Finnish or English, in any order),
 * UTF-8 or Windows-1252, divided by semicolons, commas or tabs.  A row becomes an object of our own format and goes
 * through record_from_json(), so that one path checks everything; problems name the column.
 *
 * A quotation mark that is never closed costs the row it stands in and no other. */
#ifndef OPASTIN_INDEXER_CSV_H
#define OPASTIN_INDEXER_CSV_H

#include "indexer/source.h"

extern const struct source_reader csv_reader;

#endif
