/* Proof that a generation is whole before anybody may search it. */
#ifndef OPASTIN_INDEXER_VERIFY_H
#define OPASTIN_INDEXER_VERIFY_H

#include <stdint.h>

#include "base/status.h"

enum { VERIFY_SAMPLE = 1000 }; /* stored records that are opened and found again by their id */

/* Xapian's own check, the columns' checksums, equal counts, and a sample of stored records. STATUS_CORRUPT. */
enum status generation_verify(const char *generation_path, uint64_t documents, struct err *err) MUST_USE;

#endif
