/* Documents on their way into a generation: its columns, stored records, postings, meanings and names, in a folder.
 *
 *   segment_new -> segment_put, in row order -> segment_close (the files are whole) -> generation_complete()
 *
 * A generation that is made at once is one segment that is completed where it lies.  A night writes what is new into a
 * segment aside and puts it together with what stays of the generation before (assemble.h), then completes that. */
#ifndef OPASTIN_INDEXER_SEGMENT_H
#define OPASTIN_INDEXER_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "indexer/document.h"
#include "indexer/pipeline.h"
#include "lexicon.h"
#include "record.h"
#include "records.h"

struct segment;

/* path: an existing folder; pipeline: makes the documents, outlives the segment.  like: stored records whose dictionary
 * is used again, so that they can be copied from file to file; NULL: one is made from the first records. */
enum status segment_new(struct segment **segment, const char *path, struct pipeline *pipeline,
                        const struct records *like, struct err *err) MUST_USE;
void segment_free(struct segment *segment); /* leaves half-made files behind when it was not closed */

/* The next row.  STATUS_LIMIT: the record says more than an index holds, nothing was put; anything else ends it. */
enum status segment_put(struct segment *segment, const struct record *record, const struct document *document,
                        struct err *err) MUST_USE;
/* The item's document.  An item that says too much gets a problem instead, as any record that is refused; its
 * problems.errors then tell. */
enum status segment_put_or_reject(struct segment *segment, struct batch_item *item, struct err *err) MUST_USE;
uint32_t segment_rows(const struct segment *segment);

/* Writes the files; nothing can be put afterwards. */
enum status segment_close(struct segment *segment, struct err *err) MUST_USE;
/* Names of organisations that the records have; the segment's. */
struct lexicon_writer *segment_names(struct segment *segment);

/* ---- what a generation has beside its segment ------------------------------------------------------------------ */

/* The generation whose rows are taken over: its lexicon, as for words_add_forms(), and where its rows are now. */
struct generation_before {
    const struct lexicon *lexicon;
    const char *path;        /* of its folder */
    const uint32_t *new_row; /* IDS_NO_ROW: gone */
};

/* In a folder with columns, records, postings and meanings, writes what is made from them: the sets of values, the
 * database of ids, and the lexicon, with the names that it has got already.  before: NULL when all is new.  The
 * pipeline is freed when the last word is analysed: what is written then is large. */
enum status generation_complete(const char *path, struct lexicon_writer *lexicon,
                                const struct generation_before *before, struct pipeline **pipeline,
                                struct err *err) MUST_USE;

#endif
