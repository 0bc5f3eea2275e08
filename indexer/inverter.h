/* Turns records with their terms into the inverted file: terms with their records.
 *
 * Postings are gathered in memory, compressed, until they pass a budget of bytes; then they are sorted by term and
 * written as a run, an inverted file of its own.  At the end the runs are merged, one after the other row range, into
 * the file of the generation. */
#ifndef OPASTIN_INDEXER_INVERTER_H
#define OPASTIN_INDEXER_INVERTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/document.h"

enum {
    INVERTER_BYTES = 64 << 20, /* the indexer's budget */
    INVERTER_RUNS = 1024,
};

struct inverter;

/* dir: an existing folder, for runs; byte_budget of terms and postings held. */
enum status inverter_new(struct inverter **inverter, const char *dir, size_t byte_budget, struct err *err) MUST_USE;
/* Removes its runs. */
void inverter_free(struct inverter *inverter);

/* Terms of the record with their frequencies (1 or more), in any order.  Rows ascend over calls, and a record has a
 * term once (STATUS_INTERNAL).  STATUS_LIMIT for a term of no or too many bytes. */
enum status inverter_add(struct inverter *inverter, uint32_t row, const struct document_term *terms, size_t count,
                         struct err *err) MUST_USE;
/* Writes everything to the new file; rows: of the generation.  Nothing can be added afterwards. */
enum status inverter_finish(struct inverter *inverter, uint32_t rows, const char *path, struct err *err) MUST_USE;

#endif
