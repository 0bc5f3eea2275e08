/* A record to what a generation holds of it: terms, columns and the stored form. */
#ifndef OPASTIN_INDEXER_DOCUMENT_H
#define OPASTIN_INDEXER_DOCUMENT_H

#include <stdint.h>

#include "analyse/analyse.h"
#include "base/status.h"
#include "columns.h"
#include "record.h"
#include "xap/xap.h"

struct document_maker;

/* One per thread; owns an analyser and the reused document. */
enum status document_maker_new(struct document_maker **maker, struct err *err) MUST_USE;
void document_maker_free(struct document_maker *maker);

struct document {
    const struct xap_doc *doc;         /* terms and data */
    struct columns_input columns;
};

/* Views into the maker, valid until its next call.  first_seen: seconds since 1970.
 * STATUS_LIMIT: the record says more than an index holds of one (texts, places, schedules); nothing else is wrong. */
enum status document_make(struct document_maker *maker, const struct record *record, uint32_t first_seen,
                          struct document *document, struct err *err) MUST_USE;

struct analyse_stats document_maker_stats(const struct document_maker *maker);

/* Owned by the maker; not to be used while a document is made. */
struct analyser *document_maker_analyser(struct document_maker *maker);

#endif
